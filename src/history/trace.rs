//! The entry: from a head to who said what is said there.

use std::collections::{BTreeMap, BTreeSet};

use super::commit::commit;
use super::extract::Extractor;
use super::graph::{Graph, graph};
use super::objects::{HistoryError, Objects};
use super::state::{Odd, Word};
use super::tree::{blob_at, top};
use super::walk::{Walked, walk};
use super::{Commit, CommitId, Event, Provenance, Sayer, Saying};
use crate::source::{ObjectId, Repository};

/// What to trace beside the sayings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Whether [`Provenance::events`] is wanted: all that ever appeared or went away.
    pub events: bool,
}

/// Works out who said each atom of `head`'s tree.
///
/// `root` is the knowledge root, a folder in the tree (`""` for its top, `/` between parts). It is looked for under
/// that name in every commit. `extractor` reads all versions alike, with the declarations of the head.
///
/// # Errors
/// Where the head, its tree or a file in it isn't here. What is missing further back is no error: it is in
/// [`Provenance::completeness`], and no commit is named that might not be the sayer.
pub fn trace(
    repository: &Repository,
    head: ObjectId,
    root: &str,
    extractor: &dyn Extractor,
    options: Options,
) -> Result<Provenance, HistoryError> {
    let missing = || HistoryError::MissingHead(head.to_string());
    let unreadable = || HistoryError::Unreadable(repository.path().to_path_buf());
    let objects = Objects::of(repository).ok_or_else(unreadable)?;
    let graph = graph(repository, &objects, head).ok_or_else(missing)?;
    let walked = walk(&objects, &graph, root.trim_matches('/'), extractor, options.events);
    if walked.state.blind || !head_is_whole(&objects, &graph, root.trim_matches('/'), &walked) {
        return Err(missing());
    }
    let provenance = provenance(&objects, &graph, &walked).ok_or_else(missing)?;
    if objects.works() { Ok(provenance) } else { Err(unreadable()) }
}

/// Whether every file of the head is here. (One that doesn't parse and whose good version is behind the boundary is;
/// it says nothing, and compiling it says why.)
fn head_is_whole(objects: &Objects<'_>, graph: &Graph, root: &str, walked: &Walked<'_, '_>) -> bool {
    let Some(head) = graph.nodes.last() else { return false };
    let is_here = |path: &String| {
        let blob = blob_at(objects, top(objects, head.tree, root), root, path);
        matches!(blob, Ok(Some(blob)) if objects.blob(blob).is_some())
    };
    walked.state.odd.iter().filter(|(_, odd)| **odd == Odd::Unseen).all(|(path, _)| is_here(path))
}

/// Names the commits that the walk knows by their places. `None` where one of them can't be read again.
fn provenance(objects: &Objects<'_>, graph: &Graph, walked: &Walked<'_, '_>) -> Option<Provenance> {
    let names = Names::of(objects, graph, walked)?;
    let sayings = walked.state.atoms.iter().map(|(&atom, said)| {
        let first = walked.first[atom as usize].unwrap_or(said.by);
        let landed =
            walked.landed[atom as usize].expect("what the head says has landed: it is on its own main line");
        let mut also: Vec<u32> =
            walked.lines.get(said.also).iter().map(|word| names.index(word.place())).collect();
        also.sort_unstable();
        let saying = Saying {
            said_by: names.sayer(said.by),
            also_said_by: also,
            landed_by: names.sayer(landed),
            // What can't be seen may have said it before anything that can.
            first_said_by: names.sayer(if walked.doubt { Word::at_or_before(first.place()) } else { first }),
            carried: said.carried,
        };
        (walked.memo.atom(atom), saying)
    });
    // Within a commit by what they say, not by when the walk happened to meet it.
    let mut turns: Vec<_> =
        walked.turns.iter().map(|turn| (turn.place, !turn.said, walked.memo.atom(turn.atom))).collect();
    turns.sort_unstable();
    let events = turns.into_iter().map(|(place, gone, atom)| Event {
        commit: names.index(place),
        atom,
        said: !gone,
        on_main_line: graph.nodes[place].on_main_line,
    });
    Some(Provenance {
        head: id(graph, graph.nodes.len() - 1)?,
        completeness: walked.completeness.clone(),
        sayings: sayings.collect(),
        events: events.collect(),
        commits: names.commits,
    })
}

/// The commits that an answer names.
struct Names {
    /// Sorted by id.
    commits: Vec<Commit>,
    /// From a commit's place in the graph to its index in `commits`.
    indices: BTreeMap<usize, u32>,
}

impl Names {
    fn of(objects: &Objects<'_>, graph: &Graph, walked: &Walked<'_, '_>) -> Option<Names> {
        let mut places = BTreeSet::new();
        for (&atom, said) in &walked.state.atoms {
            let words = [Some(said.by), walked.landed[atom as usize], walked.first[atom as usize]];
            places.extend(words.into_iter().flatten().map(Word::place));
            places.extend(walked.lines.get(said.also).iter().map(|word| word.place()));
        }
        places.extend(walked.turns.iter().map(|turn| turn.place));
        let mut named = Vec::with_capacity(places.len());
        for place in places {
            let bytes = objects.commit(graph.nodes[place].oid)?;
            named.push((commit(id(graph, place)?, &bytes), place));
        }
        named.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let index = |index: usize| u32::try_from(index).expect("fewer than 2³² commits");
        let indices = named.iter().enumerate().map(|(at, (_, place))| (*place, index(at))).collect();
        Some(Names { commits: named.into_iter().map(|(commit, _)| commit).collect(), indices })
    }

    fn index(&self, place: usize) -> u32 {
        self.indices[&place]
    }

    fn sayer(&self, word: Word) -> Sayer {
        let index = self.index(word.place());
        if word.is_known() { Sayer::Known(index) } else { Sayer::AtOrBefore(index) }
    }
}

fn id(graph: &Graph, place: usize) -> Option<CommitId> {
    Some(CommitId::from(graph.nodes.get(place)?.oid))
}

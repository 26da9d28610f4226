//! The entry: from a head to who said what is said there.

use std::cell::OnceCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::commit::commit;
use super::extract::{Atom, Extractor};
use super::graph::{Cuts, Graph, Parent, graph};
use super::index::{Index, Kept};
use super::log::Now;
use super::objects::{HistoryError, Objects};
use super::slot::Once;
use super::state::{Odd, State, Word};
use super::tree::{blob_at, top};
use super::walk::{Walked, walk};
use super::{Commit, CommitId, Completeness, Event, Provenance, Sayer, Saying};
use crate::source::{ObjectId, Repository};

/// Everything that was said up to a commit, and by whom.
pub struct History {
    pub(super) graph: Graph,
    /// What the walk found; all that is kept of it.
    pub(super) index: Index,
    /// The head's.
    state: State,
    completeness: Completeness,
    key: [u8; 32],
    /// Whether the index that was given told it all.
    known: bool,
    /// The numbers of all atoms, sorted by what they are, once that was asked for.
    sorted: OnceCell<Vec<Atom>>,
    /// The log by atom, once one slot was asked about.
    pub(super) turns: Once,
}

/// What to trace beside the sayings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Whether [`Provenance::events`] is wanted: all that ever appeared or went away.
    pub events: bool,
}

/// Works out who said each atom of `head`'s tree: [`History::read`] from the start, and [`History::provenance`].
///
/// # Errors
/// As [`History::read`].
pub fn trace(
    repository: &Repository,
    head: ObjectId,
    root: &str,
    extractor: &dyn Extractor,
    options: Options,
) -> Result<Provenance, HistoryError> {
    Ok(History::read(repository, head, root, extractor, None)?.provenance(options))
}

impl History {
    /// Reads the history behind `head`.
    ///
    /// `root` is the knowledge root, a folder in the tree (`""` for its top, `/` between parts). It is looked for under
    /// that name in every commit. `extractor` reads all versions alike, with the declarations of the head. `kept` is
    /// what [`History::to_keep`] gave at any commit of this repository: what it tells isn't read again, and where the
    /// clone was cut afterwards it tells what isn't here. Of anything else nothing is believed.
    ///
    /// # Errors
    /// Where the head, its tree or a file in it isn't here. What is missing further back is no error: it is in
    /// [`Provenance::completeness`], and no commit is named that might not be the sayer.
    pub fn read(
        repository: &Repository,
        head: ObjectId,
        root: &str,
        extractor: &dyn Extractor,
        kept: Option<&[u8]>,
    ) -> Result<History, HistoryError> {
        let unreadable = || HistoryError::Unreadable(repository.path().to_path_buf());
        let objects = Objects::of(repository).ok_or_else(unreadable)?;
        let root = root.trim_matches('/');
        let key = key(extractor, root);
        let cuts = Cuts::of(repository, &objects);
        let index = kept.filter(|_| !cuts.rewrite()).and_then(|kept| Index::read(kept, &key));
        let known = index.as_ref().and_then(|index| graph(&objects, &cuts, head, Some(index)));
        let (graph, index) = match (known, index) {
            (Some(graph), Some(index)) if is_worth_it(&graph) => (Some(graph), index),
            _ => (graph(&objects, &cuts, head, None), Index::default()),
        };
        let missing = || HistoryError::MissingHead(head.to_string());
        let graph = graph.ok_or_else(missing)?;
        let known = graph.head < index.commits.len();
        let walked = walk(&objects, &graph, root, extractor, index);
        if walked.memo.lost {
            // Objects went away while they were read.
            return History::read(repository, head, root, extractor, None);
        }
        if walked.state.blind || !head_is_whole(&objects, &graph, root, &walked) {
            return Err(missing());
        }
        let Walked { memo, commits, sorted, lines, state, completeness, log, odd } = walked;
        let index = Index { commits, atoms: memo.into_met(), sorted, lists: lines.into_lists(), log, odd };
        let mut history = History {
            graph,
            index,
            state,
            completeness,
            key,
            known,
            sorted: OnceCell::new(),
            turns: Once::new(),
        };
        history.gather(&objects).ok_or_else(missing)?;
        if objects.works() { Ok(history) } else { Err(unreadable()) }
    }

    /// What to keep for next time: nothing where that is known already, or where something couldn't be seen.
    pub fn to_keep(&self) -> Option<Vec<u8>> {
        let worth_it = !self.known && self.completeness == Completeness::Complete;
        worth_it.then(|| self.index.to_bytes(&self.key, self.sorted()))
    }

    /// The numbers of all atoms, sorted by what they are: those that were known before are.
    pub(super) fn sorted(&self) -> &[Atom] {
        self.sorted.get_or_init(|| {
            let Index { atoms, sorted, .. } = &self.index;
            let met = |atom: Atom| &atoms[atom as usize];
            let mut new: Vec<Atom> = (0..).take(atoms.len()).skip(sorted.len()).collect();
            new.sort_unstable_by(|a, b| met(*a).cmp(met(*b)));
            // Mostly they are few: what stands between them is taken over unseen.
            let (mut all, mut rest) = (Vec::with_capacity(atoms.len()), &sorted[..]);
            for atom in new {
                let (before, behind) = rest.split_at(rest.partition_point(|known| met(*known) < met(atom)));
                all.extend_from_slice(before);
                all.push(atom);
                rest = behind;
            }
            all.extend_from_slice(rest);
            all
        })
    }

    /// How much of the history could be seen.
    pub fn completeness(&self) -> &Completeness {
        &self.completeness
    }

    /// Takes the commits that are new into the index, with their bytes where an answer may name them: where something
    /// changed, and merges, which may have chosen that nothing does.
    fn gather(&mut self, objects: &Objects<'_>) -> Option<()> {
        for (at, node) in self.graph.nodes.iter().enumerate().skip(self.index.commits.len()) {
            let may_be_named = node.parents.len() > 1 || self.index.log.of(at).next().is_some();
            let bytes = match may_be_named {
                true => Some(Rc::from(&*objects.commit_again(node.oid)?)),
                false => None,
            };
            let seen = node.seen().filter_map(|parent| u32::try_from(parent).ok());
            self.index.commits.push(Kept { oid: node.oid, tree: node.tree, parents: seen.collect(), bytes });
        }
        Some(())
    }

    /// Who said each atom of the head's tree.
    pub fn provenance(&self, options: Options) -> Provenance {
        let told = self.told(options.events);
        let names = Names::of(self, &told);
        let hash = |atom: Atom| &self.index.atoms[atom as usize].atom;
        // A map is made at once of what is sorted; and this is sorted faster than whole sayings, mostly by its begin.
        let begin = |atom: Atom| hash(atom).0.first_chunk().map(|begin| u64::from_be_bytes(*begin));
        let mut said: Vec<_> =
            self.state.atoms.iter().map(|(&atom, said)| (begin(atom), atom, said)).collect();
        said.sort_unstable_by(|(a, one, _), (b, other, _)| {
            a.cmp(b).then_with(|| hash(*one).cmp(hash(*other)))
        });
        let sayings = said.into_iter().map(|(_, atom, said)| {
            let (first, landed) = (told.first[atom as usize], told.landed[atom as usize]);
            let first = first.unwrap_or(said.by);
            let landed = landed.expect("what the head says has landed: it is on its own main line");
            let also = self.also(said.also).iter().map(|word| names.index(word.place()));
            let mut also: Vec<u32> = also.collect();
            also.sort_unstable();
            let saying = Saying {
                said_by: names.sayer(said.by),
                also_said_by: also,
                landed_by: names.sayer(landed),
                // What can't be seen may have said it before anything that can.
                first_said_by: names.sayer(if told.doubt {
                    Word::at_or_before(first.place())
                } else {
                    first
                }),
                carried: said.carried,
            };
            (*hash(atom), saying)
        });
        let events = told.turns.iter().map(|turn| Event {
            commit: names.index(turn.commit),
            atom: self.index.atoms[turn.atom as usize].atom,
            said: turn.said,
            on_main_line: self.graph.nodes[turn.commit].on_main_line,
        });
        Provenance {
            head: CommitId::from(self.graph.nodes[self.graph.head].oid),
            completeness: self.completeness.clone(),
            sayings: sayings.collect(),
            events: events.collect(),
            commits: names.commits,
        }
    }

    /// A merge, or a commit at which something changed.
    fn commit(&self, number: usize) -> Commit {
        let Kept { oid, bytes, .. } = &self.index.commits[number];
        commit(CommitId::from(*oid), bytes.as_deref().unwrap_or_default())
    }

    fn also(&self, list: u32) -> &[Word] {
        list.checked_sub(1).map_or(&[], |at| &self.index.lists[at as usize])
    }

    /// Goes through the log in the order of the graph.
    fn told(&self, with_turns: bool) -> Told {
        let nothing = vec![None; self.index.atoms.len()];
        let mut told = Told { first: nothing.clone(), landed: nothing, doubt: false, turns: Vec::new() };
        for commit in self.graph.order.iter().map(|commit| *commit as usize) {
            let node = &self.graph.nodes[commit];
            let doubt = self.index.log.doubt(commit);
            told.doubt |= doubt.here || node.parents.contains(&Parent::Hidden);
            let landing = if doubt.before { Word::at_or_before(commit) } else { Word::known(commit) };
            let since = told.turns.len();
            for (atom, now) in self.index.log.of(commit) {
                match now {
                    Now::Kept(_) => {}
                    Now::Gained(said) => {
                        if said.by.place() == commit {
                            told.first[atom as usize].get_or_insert(said.by);
                        }
                        if node.on_main_line {
                            told.landed[atom as usize] = Some(landing);
                        }
                        if with_turns && said.by == Word::known(commit) {
                            told.turns.push(Turn { commit, atom, said: true });
                        }
                    }
                    Now::Gone if with_turns && !doubt.here => {
                        told.turns.push(Turn { commit, atom, said: false });
                    }
                    Now::Gone => {}
                }
            }
            // Within a commit by what they say, not by when the walk happened to meet it.
            let hash = |turn: &Turn| self.index.atoms[turn.atom as usize].atom;
            told.turns[since..].sort_unstable_by_key(|turn| (!turn.said, hash(turn)));
        }
        told
    }
}

/// Names the way of reading, and what is read.
fn key(extractor: &dyn Extractor, root: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("dictum 2026 index/1");
    hasher.update(&extractor.key());
    hasher.update(root.as_bytes());
    *hasher.finalize().as_bytes()
}

/// Whether most of what is kept is behind the head: branches that were left behind weigh on every reading.
fn is_worth_it(graph: &Graph) -> bool {
    graph.order.len() * 2 >= graph.nodes.len()
}

/// Whether every file of the head is here. (One that doesn't parse and whose good version is behind the boundary is;
/// it says nothing, and compiling it says why.)
fn head_is_whole(objects: &Objects<'_>, graph: &Graph, root: &str, walked: &Walked<'_, '_>) -> bool {
    let head = &graph.nodes[graph.head];
    let is_here = |path: &String| {
        let blob = blob_at(objects, top(objects, head.tree, root), root, path);
        matches!(blob, Ok(Some(blob)) if objects.blob(blob).is_some())
    };
    walked.state.odd.iter().filter(|(_, odd)| **odd == Odd::Unseen).all(|(path, _)| is_here(path))
}

/// What the log tells of all atoms.
struct Told {
    /// By atom: where it first appeared, in the order of the graph.
    first: Vec<Option<Word>>,
    /// By atom: when it became the main line's word.
    landed: Vec<Option<Word>>,
    /// Whether at any commit something before it couldn't be seen.
    doubt: bool,
    /// Where wanted.
    turns: Vec<Turn>,
}

/// An atom appeared at a commit or went away there.
struct Turn {
    commit: usize,
    atom: Atom,
    said: bool,
}

/// The commits that an answer names.
pub(super) struct Names {
    /// Sorted by id.
    pub commits: Vec<Commit>,
    /// From a commit's number in the graph to its index in `commits`.
    indices: FxHashMap<usize, u32>,
}

impl Names {
    fn of(history: &History, told: &Told) -> Names {
        let mut is_named = vec![false; history.graph.nodes.len()];
        let mut name = |commit: usize| is_named[commit] = true;
        for (&atom, said) in &history.state.atoms {
            let words = [Some(said.by), told.landed[atom as usize], told.first[atom as usize]];
            words.into_iter().flatten().map(Word::place).for_each(&mut name);
            history.also(said.also).iter().map(|word| word.place()).for_each(&mut name);
        }
        told.turns.iter().map(|turn| turn.commit).for_each(&mut name);
        let all = is_named.iter().enumerate();
        Names::these(history, all.filter(|(_, named)| **named).map(|(commit, _)| commit))
    }

    /// Of merges, and commits at which something changed, each once.
    pub fn these(history: &History, numbers: impl IntoIterator<Item = usize>) -> Names {
        let mut named: Vec<(Commit, usize)> =
            numbers.into_iter().map(|number| (history.commit(number), number)).collect();
        named.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let index = |index: usize| u32::try_from(index).expect("fewer than 2³² commits");
        let indices = named.iter().enumerate().map(|(at, (_, number))| (*number, index(at))).collect();
        Names { commits: named.into_iter().map(|(commit, _)| commit).collect(), indices }
    }

    /// The index of one of them.
    pub fn index(&self, number: usize) -> u32 {
        self.indices[&number]
    }

    fn sayer(&self, word: Word) -> Sayer {
        let index = self.index(word.place());
        if word.is_known() { Sayer::Known(index) } else { Sayer::AtOrBefore(index) }
    }
}

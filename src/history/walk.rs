//! One pass over the graph, parents first: each commit's state is its first parent's, changed by what differs
//! between their trees.
//!
//! At a merge the gained atoms are looked up in the other parents' states, and where those states differ from the
//! first parent's the other lines' sayers are added. States share their structure (`imbl`), so that telling two of
//! them apart costs what differs; a state is dropped once its last child is done. What changes from state to state is
//! written down in the log; a walk that begins where another ended begins with states replayed from its log.
//!
//! # When something can't be seen
//! A parent that is hidden, or whose content isn't wholly known, might have had any atom that it isn't known to
//! have. An atom whose line of first parents meets such a doubt is "at or before" the commit where it does.

use std::rc::Rc;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use rustc_hash::FxHashMap;

use super::Completeness;
use super::extract::{Atom, Extractor, Memo};
use super::graph::{Graph, Node, Parent, badness};
use super::index::{Index, Kept, OddTurn};
use super::log::{Doubt, Log, Now};
use super::objects::Objects;
use super::replay::{replay, replay_odd};
use super::state::{Lines, LinesId, Odd, Said, State, Word};
use super::tally::{Delta, Tally};
use super::tree::{Change, Top, Unseen, changes, top};

/// What the pass leaves behind.
pub(super) struct Walked<'a, 'o> {
    pub memo: Memo<'a, 'o>,
    /// What the index tells of commits, and how it sorts atoms: as they were.
    pub commits: Vec<Kept>,
    pub sorted: Vec<Atom>,
    pub lines: Lines,
    /// The head's.
    pub state: State,
    pub completeness: Completeness,
    pub log: Log,
    pub odd: Vec<OddTurn>,
}

/// Walks the part of the graph that isn't in the index. `root` is the knowledge root without `/` at its ends.
pub(super) fn walk<'a, 'o>(
    objects: &'o Objects<'o>,
    graph: &Graph,
    root: &str,
    extractor: &'a dyn Extractor,
    index: Index,
) -> Walked<'a, 'o> {
    let begun = index.commits.len();
    let mut children = vec![0_u32; graph.nodes.len()];
    for parent in graph.nodes[begun..].iter().flat_map(Node::seen) {
        children[parent] += 1;
    }
    let mut wanted: Vec<usize> = (0..begun).filter(|commit| children[*commit] > 0).collect();
    if graph.head < begun {
        wanted.push(graph.head);
    }
    let mut memo = Memo::new(objects, extractor, index.atoms);
    let mut states: Vec<Option<State>> = Vec::new();
    states.resize_with(graph.nodes.len(), || None);
    let mut atoms = replay(&index.log, &graph.nodes, memo.met().len(), &wanted);
    let odd = replay_odd(&index.odd, &graph.nodes, &wanted, |atoms| memo.group_of(atoms));
    for (commit, odd) in odd {
        let atoms = atoms.remove(&commit).unwrap_or_default();
        states[commit] = Some(State::seen(atoms, odd));
    }
    let out = Walked {
        memo,
        commits: index.commits,
        sorted: index.sorted,
        lines: Lines::from_lists(index.lists),
        state: State::default(),
        completeness: graph.completeness.clone(),
        log: index.log,
        odd: index.odd,
    };
    let tops = vec![None; graph.nodes.len()];
    let tally = Tally::default();
    let mut pass = Pass { objects, graph, root, begun, tops, states, children, tally, out };
    for place in begun..graph.nodes.len() {
        pass.commit(place);
    }
    pass.out.state = pass.states[graph.head].take().unwrap_or_default();
    pass.out
}

mod spoken;

struct Pass<'g, 'o, 'a> {
    objects: &'o Objects<'o>,
    graph: &'g Graph,
    root: &'g str,
    /// How many commits were walked before.
    begun: usize,
    /// Of commits, once they were looked for.
    tops: Vec<Option<Top>>,
    /// Of commits that have children yet to come.
    states: Vec<Option<State>>,
    /// How many children are yet to come.
    children: Vec<u32>,
    tally: Tally,
    out: Walked<'a, 'o>,
}

/// How an atom's places change, and what it was.
struct Turn {
    atom: Atom,
    delta: Delta,
    old: Option<Said>,
}

/// Where following an atom into the parents leads.
struct Followed {
    by: Word,
    also: LinesId,
    carried: bool,
}

impl Pass<'_, '_, '_> {
    fn commit(&mut self, place: usize) {
        let node = &self.graph.nodes[place];
        // The first parent, as far as what it says can be seen.
        let first = node.first().filter(|parent| !self.state(*parent).blind);
        let before = match (node.parents.is_empty(), first) {
            (true, _) => false,
            (false, None) => true,
            (false, Some(first)) => self.state(first).unsure,
        };
        let state = match self.difference(place, first) {
            Err(Unseen) => {
                self.note_missing();
                State::blind()
            }
            Ok(difference) => self.next(place, first, difference),
        };
        self.out.log.commit(Doubt { here: state.unsure, before });
        for parent in node.seen() {
            self.children[parent] -= 1;
            if self.children[parent] == 0 {
                self.states[parent] = None;
            }
        }
        self.states[place] = Some(state);
    }

    /// What differs from the first parent, or from nothing where that can't be seen.
    fn difference(&mut self, place: usize, first: Option<usize>) -> Result<Difference, Unseen> {
        let old = first.map_or(Top::Absent, |first| self.top(first));
        let new = self.top(place);
        let reads = |path: &str| self.out.memo.reads(path);
        let found = changes(self.objects, self.root, old, new, &reads);
        let replayed = first.is_some() && self.replayed(place);
        let here = |change: &Change| change.old.is_none_or(|blob| self.objects.size(blob).is_some());
        match found {
            Ok(changes) if !replayed || changes.iter().all(here) => {
                Ok(Difference { changes, from: From::First })
            }
            // What the parent says is known from the index. That its files are gone does no harm.
            _ if replayed => {
                let changes = changes(self.objects, self.root, Top::Absent, new, &reads)?;
                Ok(Difference { changes, from: From::Nothing })
            }
            found => Ok(Difference { changes: found?, from: From::First }),
        }
    }

    /// Whether what the first parent says was known from the index.
    fn replayed(&self, place: usize) -> bool {
        self.graph.nodes[place].first().is_some_and(|parent| parent < self.begun)
    }

    fn top(&mut self, place: usize) -> Top {
        let find = || top(self.objects, self.graph.nodes[place].tree, self.root);
        *self.tops[place].get_or_insert_with(find)
    }

    fn state(&self, place: usize) -> &State {
        self.states[place].as_ref().expect("a state is kept until its last child is done")
    }

    fn note_missing(&mut self) {
        if badness(&Completeness::Partial) > badness(&self.out.completeness) {
            self.out.completeness = Completeness::Partial;
        }
    }

    /// The state after what differs.
    fn next(&mut self, place: usize, first: Option<usize>, difference: Difference) -> State {
        let before = first.map(|first| self.state(first).odd.clone()).unwrap_or_default();
        let mut odd = before.clone();
        if let (From::Nothing, Some(first)) = (difference.from, first) {
            odd.clear();
            for (atom, said) in self.state(first).atoms.clone() {
                self.tally.add(&[atom], less(said.places), less(said.carried_places));
            }
        }
        for change in &difference.changes {
            self.change(place, change, &mut odd);
        }
        let turns = self.turns(first);
        let gained = turns.iter().filter(|turn| turn.old.is_none()).map(|turn| turn.atom);
        let asked = gained.chain(self.differing(place, first));
        let followed: FxHashMap<Atom, Followed> =
            asked.map(|atom| (atom, self.follow(place, atom))).collect();
        let atoms = self.take(first);
        self.note_odd(place, &before, &odd);
        State::seen(applied(atoms, &turns, &followed, &mut self.out.log), odd)
    }

    /// Writes down which files are odd now and weren't, or otherwise.
    fn note_odd(&mut self, place: usize, before: &OrdMap<String, Odd>, now: &OrdMap<String, Odd>) {
        let commit = u32::try_from(place).expect("fewer than 2³² commits");
        for item in before.diff(now) {
            let (path, odd) = match item {
                DiffItem::Add(path, odd) | DiffItem::Update { new: (path, odd), .. } => (path, Some(odd)),
                DiffItem::Remove(path, _) => (path, None),
            };
            let carries = match odd {
                Some(Odd::Carries(groups)) => {
                    let memo = &mut self.out.memo;
                    Some(groups.iter().map(|group| Rc::from(memo.atoms_of(*group))).collect())
                }
                Some(Odd::Unseen) | None => None,
            };
            self.out.odd.push(OddTurn { commit, path: path.clone(), carries });
        }
    }

    /// The first parent's atoms, by themselves where no other child will ask for them, so that a stretch without
    /// forks changes one map in place.
    fn take(&mut self, first: Option<usize>) -> OrdMap<Atom, Said> {
        match first {
            None => OrdMap::new(),
            Some(first) if self.children[first] == 1 => {
                self.states[first].take().map(|state| state.atoms).unwrap_or_default()
            }
            Some(first) => self.state(first).atoms.clone(),
        }
    }

    /// What was counted, each atom with how the first parent has it.
    fn turns(&mut self, first: Option<usize>) -> Vec<Turn> {
        let deltas = self.tally.take().into_iter();
        let known = first.map(|first| &self.state(first).atoms);
        let turn =
            |(atom, delta)| Turn { atom, delta, old: known.and_then(|known| known.get(&atom)).copied() };
        deltas.map(turn).collect()
    }

    /// The atoms that the first parent and another have from different sayers.
    fn differing(&self, place: usize, first: Option<usize>) -> Vec<Atom> {
        let Some(first) = first else { return Vec::new() };
        let mut atoms = Vec::new();
        for parent in self.graph.nodes[place].seen() {
            for item in self.state(first).atoms.diff(&self.state(parent).atoms) {
                if let DiffItem::Update { old: (&atom, ours), new: (_, theirs) } = item
                    && (ours.by, ours.also) != (theirs.by, theirs.also)
                {
                    atoms.push(atom);
                }
            }
        }
        atoms
    }

    /// Follows an atom of this commit into its parents: the first that has it is its line, the others are lines too.
    fn follow(&mut self, place: usize, atom: Atom) -> Followed {
        let mut line: Option<Said> = None;
        let mut doubt = false;
        let mut also = Vec::new();
        for parent in &self.graph.nodes[place].parents {
            let Parent::Seen(parent) = *parent else {
                doubt |= line.is_none();
                continue;
            };
            let state = self.state(parent);
            match state.atoms.get(&atom) {
                None => doubt |= line.is_none() && state.unsure,
                Some(said) => {
                    line.get_or_insert(*said);
                    also.push(said.by);
                    also.extend_from_slice(self.out.lines.get(said.also));
                }
            }
        }
        let by = match line {
            _ if doubt => Word::at_or_before(place),
            Some(said) => said.by,
            None => Word::known(place),
        };
        also.retain(|word| word.is_known() && *word != by);
        let carried = line.is_some_and(|said| said.carried);
        Followed { by, also: self.out.lines.put(also), carried }
    }
}

/// A number of places after a change.
fn grown(places: u32, change: i32) -> u32 {
    places.checked_add_signed(change).expect("nothing is taken from a commit that its parent doesn't have")
}

/// The atoms after the changes, with the lines that were asked for; each change is written down.
fn applied(
    mut atoms: OrdMap<Atom, Said>,
    turns: &[Turn],
    followed: &FxHashMap<Atom, Followed>,
    log: &mut Log,
) -> OrdMap<Atom, Said> {
    for &Turn { atom, delta, old } in turns {
        let new = match (old, followed.get(&atom)) {
            (Some(said), _) => Said {
                places: grown(said.places, delta.places),
                carried_places: grown(said.carried_places, delta.carried),
                ..said
            },
            (None, Some(line)) => Said {
                by: line.by,
                also: line.also,
                places: grown(0, delta.places),
                carried_places: grown(0, delta.carried),
                carried: line.carried,
            },
            (None, None) => unreachable!("every gained atom was followed"),
        };
        if new.places == 0 {
            atoms.remove(&atom);
            log.push(atom, Now::Gone);
        } else {
            let new = Said { carried: new.carried || new.carried_places == new.places, ..new };
            atoms.insert(atom, new);
            log.push(atom, if old.is_some() { Now::Kept(new) } else { Now::Gained(new) });
        }
    }
    let mut otherwise: Vec<(&Atom, &Followed)> = followed.iter().collect();
    otherwise.sort_unstable_by_key(|(atom, _)| **atom);
    for (&atom, line) in otherwise {
        if let Some(said) = atoms.get(&atom).filter(|said| said.also != line.also) {
            let said = Said { also: line.also, ..*said };
            atoms.insert(atom, said);
            log.push(atom, Now::Kept(said));
        }
    }
    atoms
}

/// What differs between a commit and what stands before it.
struct Difference {
    changes: Vec<Change>,
    from: From,
}

/// What stands before it.
#[derive(Clone, Copy)]
enum From {
    /// The first parent; nothing where that can't be seen.
    First,
    /// Nothing, though it is known what the first parent says: the files of it are gone.
    Nothing,
}

fn less(places: u32) -> i32 {
    -i32::try_from(places).expect("fewer than 2³¹ places")
}

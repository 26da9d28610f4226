//! One pass over the graph, parents first: each commit's state is its first parent's, changed by what differs
//! between their trees.
//!
//! At a merge the gained atoms are looked up in the other parents' states, and where those states differ from the
//! first parent's the other lines' sayers are added. States share their structure (`imbl`), so that telling two of
//! them apart costs what differs; a state is dropped once its last child is done.
//!
//! # When something can't be seen
//! A parent that is hidden, or whose content isn't wholly known, might have had any atom that it isn't known to
//! have. An atom whose line of first parents meets such a doubt is "at or before" the commit where it does.

use std::cmp::Ordering;
use std::rc::Rc;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use rustc_hash::FxHashMap;

use super::Completeness;
use super::extract::{Atom, Content, Extractor, Group, Memo};
use super::graph::{Graph, Parent, badness};
use super::objects::Objects;
use super::state::{Lines, LinesId, Odd, Said, State, Word};
use super::tally::{Delta, Tally};
use super::tree::{Change, Top, Unseen, blob_at, changes, top};
use crate::source::ObjectId;

/// What the pass leaves behind.
pub(super) struct Walked<'a, 'o> {
    pub memo: Memo<'a, 'o>,
    pub lines: Lines,
    /// The head's.
    pub state: State,
    /// By atom: when it became the main line's word.
    pub landed: Vec<Option<Word>>,
    /// By atom: where it first appeared, in the order of the graph.
    pub first: Vec<Option<Word>>,
    /// Whether at any commit something before it couldn't be seen.
    pub doubt: bool,
    pub completeness: Completeness,
    pub turns: Vec<Turn>,
}

/// An atom appeared at a commit or went away there.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    pub place: usize,
    pub atom: Atom,
    pub said: bool,
}

/// Walks the graph. `root` is the knowledge root without `/` at its ends.
pub(super) fn walk<'a, 'o>(
    objects: &'o Objects<'o>,
    graph: &Graph,
    root: &str,
    extractor: &'a dyn Extractor,
    with_turns: bool,
) -> Walked<'a, 'o> {
    let out = Walked {
        memo: Memo::new(objects, extractor),
        lines: Lines::default(),
        state: State::default(),
        landed: Vec::new(),
        first: Vec::new(),
        doubt: false,
        completeness: graph.completeness.clone(),
        turns: Vec::new(),
    };
    let tops = graph.nodes.iter().map(|node| top(objects, node.tree, root)).collect();
    let states = graph.nodes.iter().map(|_| None).collect();
    let children = graph.nodes.iter().map(|node| node.children).collect();
    let mut pass =
        Pass { objects, graph, root, tops, states, children, with_turns, tally: Tally::default(), out };
    for place in 0..graph.nodes.len() {
        pass.commit(place);
    }
    pass.out.state = pass.states.pop().flatten().unwrap_or_default();
    pass.out
}

struct Pass<'g, 'o, 'a> {
    objects: &'o Objects<'o>,
    graph: &'g Graph,
    root: &'g str,
    tops: Vec<Top>,
    /// Of commits that have children yet to come.
    states: Vec<Option<State>>,
    /// How many children are yet to come.
    children: Vec<usize>,
    with_turns: bool,
    tally: Tally,
    out: Walked<'a, 'o>,
}

/// Where following an atom into the parents leads.
struct Followed {
    by: Word,
    also: LinesId,
    carried: bool,
    /// Whether some parent is known to have it.
    found: bool,
}

impl Pass<'_, '_, '_> {
    fn commit(&mut self, place: usize) {
        let node = &self.graph.nodes[place];
        // The first parent, as far as what it says can be seen.
        let first = match node.parents.first() {
            Some(Parent::Seen(parent)) if !self.state(*parent).blind => Some(*parent),
            _ => None,
        };
        let old = first.map_or(Top::Absent, |first| self.tops[first]);
        let reads = |path: &str| self.out.memo.reads(path);
        let state = match changes(self.objects, self.root, old, self.tops[place], &reads) {
            Err(Unseen) => {
                self.note_missing();
                State::blind()
            }
            Ok(changes) => self.next(place, first, &changes),
        };
        self.out.doubt |= state.unsure || node.parents.contains(&Parent::Hidden);
        for parent in &node.parents {
            if let Parent::Seen(parent) = *parent {
                self.children[parent] -= 1;
                if self.children[parent] == 0 {
                    self.states[parent] = None;
                }
            }
        }
        self.states[place] = Some(state);
    }

    fn state(&self, place: usize) -> &State {
        self.states[place].as_ref().expect("a state is kept until its last child is done")
    }

    fn note_missing(&mut self) {
        if badness(&Completeness::Partial) > badness(&self.out.completeness) {
            self.out.completeness = Completeness::Partial;
        }
    }

    /// The state after `changes` against the first parent, or against nothing where that can't be seen.
    fn next(&mut self, place: usize, first: Option<usize>, changes: &[Change]) -> State {
        let mut odd = first.map(|first| self.state(first).odd.clone()).unwrap_or_default();
        for change in changes {
            self.change(place, change, &mut odd);
        }
        let deltas = self.tally.take();
        self.out.first.resize(self.out.memo.count(), None);
        self.out.landed.resize(self.out.memo.count(), None);

        let (gained, lost) = self.gained_and_lost(first, &deltas);
        let differing = self.differing(place, first);
        let asked = gained.iter().chain(&differing);
        let followed: FxHashMap<Atom, Followed> =
            asked.map(|&atom| (atom, self.follow(place, atom))).collect();
        let unsure_before = match (self.graph.nodes[place].parents.is_empty(), first) {
            (true, _) => false,
            (false, None) => true,
            (false, Some(first)) => self.state(first).unsure,
        };
        let atoms = self.take(first);
        let state = State::seen(applied(atoms, &deltas, &followed), odd);
        self.record(place, &gained, &followed, unsure_before);
        if self.with_turns {
            self.turns(place, &gained, &lost, &followed, state.unsure);
        }
        state
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

    fn gained_and_lost(&self, first: Option<usize>, deltas: &[(Atom, Delta)]) -> (Vec<Atom>, Vec<Atom>) {
        let (mut gained, mut lost) = (Vec::new(), Vec::new());
        for &(atom, delta) in deltas {
            match first.and_then(|first| self.state(first).atoms.get(&atom)) {
                None => gained.push(atom),
                Some(said) if grown(said.places, delta.places) == 0 => lost.push(atom),
                Some(_) => {}
            }
        }
        (gained, lost)
    }

    /// The atoms that the first parent and another have from different sayers.
    fn differing(&self, place: usize, first: Option<usize>) -> Vec<Atom> {
        let Some(first) = first else { return Vec::new() };
        let mut atoms = Vec::new();
        for parent in &self.graph.nodes[place].parents {
            let Parent::Seen(parent) = *parent else { continue };
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
        Followed { by, also: self.out.lines.put(also), carried, found: line.is_some() }
    }

    /// Notes who was first, and what landed if this commit is on the main line.
    fn record(
        &mut self,
        place: usize,
        gained: &[Atom],
        followed: &FxHashMap<Atom, Followed>,
        unsure_before: bool,
    ) {
        let landing = if unsure_before { Word::at_or_before(place) } else { Word::known(place) };
        for &atom in gained {
            let followed = &followed[&atom];
            if !followed.found {
                self.out.first[atom as usize].get_or_insert(followed.by);
            }
            if self.graph.nodes[place].on_main_line {
                self.out.landed[atom as usize] = Some(landing);
            }
        }
    }

    /// Notes what appeared and what went away, as far as it is certain.
    fn turns(
        &mut self,
        place: usize,
        gained: &[Atom],
        lost: &[Atom],
        followed: &FxHashMap<Atom, Followed>,
        unsure: bool,
    ) {
        let new = gained.iter().filter(|atom| followed[atom].by == Word::known(place));
        self.out.turns.extend(new.map(|&atom| Turn { place, atom, said: true }));
        if !unsure {
            self.out.turns.extend(lost.iter().map(|&atom| Turn { place, atom, said: false }));
        }
    }

    /// Counts what one changed file takes away and brings.
    fn change(&mut self, place: usize, change: &Change, odd: &mut OrdMap<String, Odd>) {
        let before = match (odd.get(&change.path), change.old) {
            (Some(Odd::Carries(groups)), _) => Spoken { groups: groups.clone(), carried: true },
            (None, Some(blob)) => Spoken { groups: self.says(&change.path, blob), carried: false },
            (Some(Odd::Unseen), _) | (None, None) => Spoken::nothing(),
        };
        let (after, now_odd) = match change.new.map(|blob| (blob, self.out.memo.content(&change.path, blob)))
        {
            None => (Spoken::nothing(), None),
            Some((_, Content::Says(groups))) => (Spoken { groups, carried: false }, None),
            Some((_, Content::Unseen)) => {
                self.note_missing();
                (Spoken::nothing(), Some(Odd::Unseen))
            }
            Some((blob, Content::Broken)) => match self.carry(place, &change.path, blob) {
                Odd::Unseen => (Spoken::nothing(), Some(Odd::Unseen)),
                Odd::Carries(groups) => {
                    (Spoken { groups: groups.clone(), carried: true }, Some(Odd::Carries(groups)))
                }
            },
        };
        match now_odd {
            None => odd.remove(&change.path),
            Some(now) => odd.insert(change.path.clone(), now),
        };
        self.count(&before, &after);
    }

    /// The groups of a blob that parses.
    fn says(&mut self, path: &str, blob: ObjectId) -> Rc<[Group]> {
        match self.out.memo.content(path, blob) {
            Content::Says(groups) => groups,
            Content::Broken | Content::Unseen => Rc::from([]),
        }
    }

    /// What the broken version `blob` of the file `path` says at the commit: what that file says at the first
    /// parent that has the same version; if none has, at the first parent that has the file; else nothing.
    fn carry(&mut self, place: usize, path: &str, blob: ObjectId) -> Odd {
        let mut versions = Vec::new();
        for parent in &self.graph.nodes[place].parents {
            let Parent::Seen(parent) = *parent else { return Odd::Unseen };
            let version = match self.state(parent).blind {
                true => Err(Unseen),
                false => blob_at(self.objects, self.tops[parent], self.root, path),
            };
            match version {
                Err(Unseen) => return Odd::Unseen,
                Ok(Some(version)) if version == blob => return self.spoken_at(parent, path, version),
                Ok(Some(version)) => versions.push((parent, version)),
                Ok(None) => {}
            }
        }
        match versions.first() {
            Some((parent, version)) => self.spoken_at(*parent, path, *version),
            None => Odd::Carries(Rc::from([])),
        }
    }

    /// What `version` of the file `path` says at the commit, as something to carry on.
    fn spoken_at(&mut self, place: usize, path: &str, version: ObjectId) -> Odd {
        match self.state(place).odd.get(path) {
            Some(odd) => odd.clone(),
            None => Odd::Carries(self.says(path, version)),
        }
    }

    /// Counts what differs between two versions of a file.
    fn count(&mut self, before: &Spoken, after: &Spoken) {
        let (gone, come) = without_common(&before.groups, &after.groups);
        for (groups, sign) in [(gone, -1), (come, 1)] {
            groups.iter().for_each(|group| self.tally.add(self.out.memo.atoms_of(*group), sign, 0));
        }
        for (spoken, sign) in [(before, -1), (after, 1)] {
            for group in spoken.groups.iter().filter(|_| spoken.carried) {
                self.tally.add(self.out.memo.atoms_of(*group), 0, sign);
            }
        }
    }
}

/// What only the one has, and what only the other; both sorted.
fn without_common(a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let (mut only_a, mut only_b) = (Vec::new(), Vec::new());
    let (mut left, mut right) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(left), b.get(right)) {
        match x.cmp(y) {
            Ordering::Equal => (left, right) = (left + 1, right + 1),
            Ordering::Less => {
                only_a.push(*x);
                left += 1;
            }
            Ordering::Greater => {
                only_b.push(*y);
                right += 1;
            }
        }
    }
    only_a.extend_from_slice(&a[left..]);
    only_b.extend_from_slice(&b[right..]);
    (only_a, only_b)
}

/// What a file says at a commit.
struct Spoken {
    /// Sorted.
    groups: Rc<[Group]>,
    /// Whether only because its last good version is carried.
    carried: bool,
}

impl Spoken {
    fn nothing() -> Spoken {
        Spoken { groups: Rc::from([]), carried: false }
    }
}

/// A number of places after a change.
fn grown(places: u32, change: i32) -> u32 {
    places.checked_add_signed(change).expect("nothing is taken from a commit that its parent doesn't have")
}

/// The atoms after the changes, with the lines that were asked for.
fn applied(
    mut atoms: OrdMap<Atom, Said>,
    deltas: &[(Atom, Delta)],
    followed: &FxHashMap<Atom, Followed>,
) -> OrdMap<Atom, Said> {
    for &(atom, delta) in deltas {
        let new = match (atoms.get(&atom), followed.get(&atom)) {
            (Some(said), _) => Said {
                places: grown(said.places, delta.places),
                carried_places: grown(said.carried_places, delta.carried),
                ..*said
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
        } else {
            atoms.insert(atom, Said { carried: new.carried || new.carried_places == new.places, ..new });
        }
    }
    for (atom, line) in followed {
        if let Some(said) = atoms.get(atom).filter(|said| said.also != line.also) {
            let said = Said { also: line.also, ..*said };
            atoms.insert(*atom, said);
        }
    }
    atoms
}

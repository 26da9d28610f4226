//! The life of one slot: when each of its claims stood, who took them away, what came back, and which merge chose.
//!
//! Worked out from what the log tells of the slot's atoms: the set of them at every commit, and from these sets each
//! definition as it stands in the design. A slot has few atoms and few commits change them, so a set is shared by
//! nearly all commits and going through a graph costs little.
//!
//! Only of complete histories: what can't be seen might have settled or restored anything.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::graph::Node;

/// An atom of the slot, by its place among them.
pub(super) type Own = u32;

/// What an atom says, without its source, id and edges: the same number for the same word.
pub(super) type Word = u32;

/// A slot through all commits.
pub(super) struct Life<'g> {
    nodes: &'g [Node],
    head: usize,
    /// By atom.
    words: &'g [Word],
    sets: Sets,
    /// By commit: the set of atoms that it says. Of commits that aren't behind the head: none.
    said: Vec<SetId>,
    /// By commit: the set of atoms that it or some commit before it says.
    ever: Vec<SetId>,
    /// What was worked out of merges.
    merges: RefCell<FxHashMap<usize, (bool, bool)>>,
}

/// A set of atoms, by its number; 0 is that of none.
type SetId = u32;

/// The sets, each kept once.
struct Sets {
    /// Each sorted.
    sets: Vec<Rc<[Own]>>,
    numbers: FxHashMap<Rc<[Own]>, SetId>,
}

impl Sets {
    fn new() -> Sets {
        let none: Rc<[Own]> = Rc::from([]);
        Sets { sets: vec![Rc::clone(&none)], numbers: FxHashMap::from_iter([(none, 0)]) }
    }

    fn get(&self, id: SetId) -> &[Own] {
        &self.sets[id as usize]
    }

    fn put(&mut self, set: BTreeSet<Own>) -> SetId {
        let set: Rc<[Own]> = set.into_iter().collect();
        let next = u32::try_from(self.sets.len()).expect("fewer than 2³² sets");
        *self.numbers.entry(Rc::clone(&set)).or_insert_with(|| {
            self.sets.push(set);
            next
        })
    }

    /// The union of two.
    fn union(&mut self, a: SetId, b: SetId) -> SetId {
        if a == b || b == 0 {
            return a;
        }
        let union = self.get(a).iter().chain(self.get(b)).copied().collect();
        self.put(union)
    }
}

/// A stretch of the main line in which an atom stood.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Stood {
    pub atom: Own,
    pub said_by: usize,
    pub landed_by: usize,
    /// The sayer of the word that was away and is there again.
    pub restores: Option<usize>,
    /// Who took it away, and with which commit of the main line that landed.
    pub removed: Option<(usize, usize)>,
}

/// How the merges on the way to the head dealt with an atom that stands there.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Merged {
    /// The last merge between lines that had both changed what the slot says, and differently.
    pub settled_by: Option<usize>,
    /// The last merge that kept what the slot had said over a change on one line alone.
    pub kept_over: Option<usize>,
}

impl<'g> Life<'g> {
    /// Of the atoms whose `words` are given; those of one word in order of their hashes. `order` lists the commits behind `head`, parents first; `changes` are the
    /// atoms that a commit has and its first parent doesn't, or the other way around (`false`).
    pub fn of(
        nodes: &'g [Node],
        order: &[u32],
        head: usize,
        words: &'g [Word],
        mut changes: impl FnMut(usize) -> Vec<(Own, bool)>,
    ) -> Life<'g> {
        let mut sets = Sets::new();
        let (mut said, mut ever) = (vec![0; nodes.len()], vec![0; nodes.len()]);
        for commit in order.iter().map(|commit| *commit as usize) {
            let node = &nodes[commit];
            let mut set = node.seen().next().map_or(0, |first| said[first]);
            let changes = changes(commit);
            if !changes.is_empty() {
                let mut atoms: BTreeSet<Own> = sets.get(set).iter().copied().collect();
                for (atom, said) in changes {
                    if said {
                        atoms.insert(atom);
                    } else {
                        atoms.remove(&atom);
                    }
                }
                set = sets.put(atoms);
            }
            said[commit] = set;
            ever[commit] = node.seen().fold(set, |all, parent| sets.union(all, ever[parent]));
        }
        Life { nodes, head, words, sets, said, ever, merges: RefCell::default() }
    }

    /// What the head says.
    pub fn standing(&self) -> &[Own] {
        self.atoms(self.head)
    }

    /// Every stretch of the main line in which an atom stood, in the order they began, then by atom.
    pub fn tenures(&self) -> Vec<Stood> {
        let first = |at: &usize| self.nodes[*at].first();
        let mut line: Vec<usize> = std::iter::successors(Some(self.head), first).collect();
        line.reverse();
        let mut tenures: Vec<Stood> = Vec::new();
        let mut before: Option<usize> = None;
        for &commit in &line {
            let (old, new) = (before.map_or(&[][..], |before| self.atoms(before)), self.atoms(commit));
            if before.map_or(0, |before| self.said[before]) != self.said[commit] {
                let open = tenures.iter_mut().filter(|tenure| tenure.removed.is_none());
                for tenure in open.filter(|tenure| new.binary_search(&tenure.atom).is_err()) {
                    tenure.removed = Some((self.remover(commit, tenure.atom), commit));
                }
                for &atom in new.iter().filter(|atom| old.binary_search(atom).is_err()) {
                    let restores = self.restored(&tenures, old, atom);
                    let said_by = self.sayer(commit, atom);
                    tenures.push(Stood { atom, said_by, landed_by: commit, restores, removed: None });
                }
            }
            before = Some(commit);
        }
        tenures
    }

    /// Where the word of `atom` was away: the sayer of the stretch in which it stood last. (Of several that ended
    /// together, that of the first of its atoms.)
    fn restored(&self, tenures: &[Stood], old: &[Own], atom: Own) -> Option<usize> {
        let word = self.words[atom as usize];
        if old.iter().any(|other| self.words[*other as usize] == word) {
            return None;
        }
        let before = tenures.iter().filter(|tenure| self.words[tenure.atom as usize] == word);
        let ended =
            before.filter_map(|tenure| Some((tenure.removed?.1, Reverse(tenure.atom), tenure.said_by)));
        ended.max().map(|(_, _, said_by)| said_by)
    }

    fn atoms(&self, commit: usize) -> &[Own] {
        self.sets.get(self.said[commit])
    }

    fn has(&self, commit: usize, atom: Own) -> bool {
        self.atoms(commit).binary_search(&atom).is_ok()
    }

    fn has_word(&self, commit: usize, word: Word) -> bool {
        self.atoms(commit).iter().any(|atom| self.words[*atom as usize] == word)
    }

    /// What a commit says, source, id and edges aside.
    fn words(&self, commit: usize) -> BTreeSet<Word> {
        self.atoms(commit).iter().map(|atom| self.words[*atom as usize]).collect()
    }

    /// The commit that said what is said at `commit`: none of its parents does.
    fn followed(&self, mut commit: usize, says: impl Fn(usize) -> bool) -> usize {
        while let Some(parent) = self.nodes[commit].seen().find(|parent| says(*parent)) {
            commit = parent;
        }
        commit
    }

    /// Who said an atom that `commit` has.
    pub fn sayer(&self, commit: usize, atom: Own) -> usize {
        self.followed(commit, |at| self.has(at, atom))
    }

    /// Who said what an atom of the head says, whatever became of its source, id and edges since.
    pub fn word_sayer(&self, atom: Own) -> usize {
        let word = self.words[atom as usize];
        self.followed(self.head, |at| self.has_word(at, word))
    }

    /// Who took away an atom that `commit` doesn't have and some commit before it had.
    ///
    /// Where some parents have it still, it was taken away on the line of the first that lost it; unless a line that
    /// has it got it back after that: then the merge itself left it out.
    fn remover(&self, mut commit: usize, atom: Own) -> usize {
        // Merges on the way that could have kept it, with the parents that have it.
        let mut could = Vec::new();
        loop {
            let (having, lacking): (Vec<usize>, Vec<usize>) =
                self.nodes[commit].seen().partition(|parent| self.has(*parent, atom));
            let lost = lacking
                .into_iter()
                .find(|parent| self.sets.get(self.ever[*parent]).binary_search(&atom).is_ok());
            let Some(lost) = lost else { break };
            if !having.is_empty() {
                could.push((commit, having));
            }
            commit = lost;
        }
        let mut remover = commit;
        let mut later = None;
        for (merge, having) in could.into_iter().rev() {
            let later = later.get_or_insert_with(|| self.built_on(remover));
            if having.iter().any(|parent| later[*parent]) {
                remover = merge;
                *later = self.built_on(merge);
            }
        }
        remover
    }

    /// How merges dealt with an atom that stands at the head: those on the way from there to its sayer.
    pub fn merged(&self, atom: Own) -> Merged {
        let mut merged = Merged::default();
        let mut at = Some(self.head);
        while let Some(commit) = at {
            let known = self.merges.borrow().get(&commit).copied();
            let (settled, kept) = known.unwrap_or_else(|| self.merge(commit));
            self.merges.borrow_mut().insert(commit, (settled, kept));
            merged.settled_by = merged.settled_by.or(settled.then_some(commit));
            merged.kept_over = merged.kept_over.or(kept.then_some(commit));
            at = self.nodes[commit].seen().find(|parent| self.has(*parent, atom));
        }
        merged
    }

    /// Whether `commit` chose between lines that had both changed what the slot says, and differently; and whether it
    /// kept what had been said over a change on one line alone.
    fn merge(&self, commit: usize) -> (bool, bool) {
        let alike = |parent: usize| self.said[parent] == self.said[commit];
        if self.nodes[commit].seen().all(alike) {
            return (false, false);
        }
        let parents: Vec<usize> = self.nodes[commit].seen().collect();
        let sides: Vec<BTreeSet<Word>> = parents.iter().map(|parent| self.words(*parent)).collect();
        if sides.iter().all(|side| *side == sides[0]) {
            return (false, false);
        }
        let here = self.words(commit);
        let (mut settled, mut kept) = (false, false);
        for (one, a) in parents.iter().enumerate() {
            for (two, b) in parents.iter().enumerate().skip(one + 1) {
                if sides[one] == sides[two] {
                    continue;
                }
                let bases: Vec<BTreeSet<Word>> = match self.bases(*a, *b) {
                    bases if bases.is_empty() => vec![BTreeSet::new()],
                    bases => bases.into_iter().map(|base| self.words(base)).collect(),
                };
                match (bases.contains(&sides[one]), bases.contains(&sides[two])) {
                    (false, false) => settled = true,
                    (true, false) => kept |= here == sides[one],
                    (false, true) => kept |= here == sides[two],
                    // Lines that crossed: each is what it was somewhere. Neither is the change.
                    (true, true) => {}
                }
            }
        }
        (settled, kept)
    }

    /// The best common ancestors of two commits, as `git merge-base --all` tells them.
    fn bases(&self, a: usize, b: usize) -> Vec<usize> {
        let (of_a, of_b) = (self.behind(a), self.behind(b));
        let common: Vec<bool> = of_a.iter().zip(&of_b).map(|(a, b)| *a && *b).collect();
        let mut covered = vec![false; common.len()];
        for commit in (0..common.len()).filter(|commit| common[*commit]) {
            self.nodes[commit].seen().for_each(|parent| covered[parent] = true);
        }
        (0..common.len()).filter(|commit| common[*commit] && !covered[*commit]).collect()
    }

    /// By commit up to this: whether it is `commit` or stands behind it.
    fn behind(&self, commit: usize) -> Vec<bool> {
        let mut behind = vec![false; commit + 1];
        behind[commit] = true;
        for at in (0..=commit).rev() {
            if behind[at] {
                self.nodes[at].seen().for_each(|parent| behind[parent] = true);
            }
        }
        behind
    }

    /// By commit: whether it is `commit` or has it behind itself.
    fn built_on(&self, commit: usize) -> Vec<bool> {
        let mut built = vec![false; self.nodes.len()];
        built[commit] = true;
        for at in commit + 1..self.nodes.len() {
            built[at] = self.nodes[at].seen().any(|parent| built[parent]);
        }
        built
    }
}

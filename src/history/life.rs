//! The life of one slot: when each of its claims stood, who took them away, what came back, and which merge chose.
//!
//! Worked out from what the log tells of the slot's atoms: the set of them at every commit, and from these sets each
//! definition as it stands in the design. A slot has few atoms and few commits change them, so a set is shared by
//! nearly all commits and going through a graph costs little.
//!
//! Only of complete histories: what can't be seen might have settled or restored anything.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::graph::{Node, Parent};

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
    /// By commit: the atoms it says, sorted. Of commits that aren't behind the head: none.
    sets: Vec<Rc<[Own]>>,
    /// By commit: the atoms that it or some commit before it says.
    ever: Vec<Rc<[Own]>>,
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
        let nothing: Rc<[Own]> = Rc::from([]);
        let mut sets = vec![Rc::clone(&nothing); nodes.len()];
        let mut ever = vec![nothing; nodes.len()];
        for commit in order.iter().map(|commit| *commit as usize) {
            let parents: Vec<usize> = parents(&nodes[commit]).collect();
            let mut set = parents.first().map(|first| Rc::clone(&sets[*first])).unwrap_or_default();
            let changes = changes(commit);
            if !changes.is_empty() {
                let mut atoms: BTreeSet<Own> = set.iter().copied().collect();
                for (atom, said) in changes {
                    if said {
                        atoms.insert(atom);
                    } else {
                        atoms.remove(&atom);
                    }
                }
                set = atoms.into_iter().collect();
            }
            ever[commit] = joined(parents.iter().map(|parent| &ever[*parent]), &set);
            sets[commit] = set;
        }
        Life { nodes, head, words, sets, ever }
    }

    /// What the head says.
    pub fn standing(&self) -> &[Own] {
        &self.sets[self.head]
    }

    /// Every stretch of the main line in which an atom stood, in the order they began, then by atom.
    pub fn tenures(&self) -> Vec<Stood> {
        let first = |at: &usize| parents(&self.nodes[*at]).next();
        let mut line: Vec<usize> = std::iter::successors(Some(self.head), first).collect();
        line.reverse();
        let mut tenures: Vec<Stood> = Vec::new();
        let mut before: Option<usize> = None;
        for &commit in &line {
            let old = before.map(|before| Rc::clone(&self.sets[before])).unwrap_or_default();
            let new = &self.sets[commit];
            if !Rc::ptr_eq(&old, new) {
                let open = tenures.iter_mut().filter(|tenure| tenure.removed.is_none());
                for tenure in open.filter(|tenure| new.binary_search(&tenure.atom).is_err()) {
                    tenure.removed = Some((self.remover(commit, tenure.atom), commit));
                }
                for &atom in new.iter().filter(|atom| old.binary_search(atom).is_err()) {
                    let restores = self.restored(&tenures, &old, atom);
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

    fn has(&self, commit: usize, atom: Own) -> bool {
        self.sets[commit].binary_search(&atom).is_ok()
    }

    fn has_word(&self, commit: usize, word: Word) -> bool {
        self.sets[commit].iter().any(|atom| self.words[*atom as usize] == word)
    }

    /// What a commit says, source, id and edges aside.
    fn words(&self, commit: usize) -> BTreeSet<Word> {
        self.sets[commit].iter().map(|atom| self.words[*atom as usize]).collect()
    }

    /// The commit that said what is said at `commit`: none of its parents does.
    fn followed(&self, mut commit: usize, says: impl Fn(usize) -> bool) -> usize {
        while let Some(parent) = parents(&self.nodes[commit]).find(|parent| says(*parent)) {
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
                parents(&self.nodes[commit]).partition(|parent| self.has(*parent, atom));
            let lost = lacking.into_iter().find(|parent| self.ever[*parent].binary_search(&atom).is_ok());
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
            let (settled, kept) = self.merge(commit);
            merged.settled_by = merged.settled_by.or(settled.then_some(commit));
            merged.kept_over = merged.kept_over.or(kept.then_some(commit));
            at = parents(&self.nodes[commit]).find(|parent| self.has(*parent, atom));
        }
        merged
    }

    /// Whether `commit` chose between lines that had both changed what the slot says, and differently; and whether it
    /// kept what had been said over a change on one line alone.
    fn merge(&self, commit: usize) -> (bool, bool) {
        let parents: Vec<usize> = parents(&self.nodes[commit]).collect();
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
        let common: FxHashSet<usize> = of_a.intersection(&of_b).copied().collect();
        let mut covered = FxHashSet::default();
        for &commit in &common {
            covered.extend(parents(&self.nodes[commit]).filter(|parent| common.contains(parent)));
        }
        let mut best: Vec<usize> = common.into_iter().filter(|commit| !covered.contains(commit)).collect();
        best.sort_unstable();
        best
    }

    /// `commit` and all commits before it.
    fn behind(&self, commit: usize) -> FxHashSet<usize> {
        let mut seen = FxHashSet::default();
        let mut open = vec![commit];
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                open.extend(parents(&self.nodes[at]));
            }
        }
        seen
    }

    /// By commit: whether it is `commit` or has it behind itself.
    fn built_on(&self, commit: usize) -> Vec<bool> {
        let mut built = vec![false; self.nodes.len()];
        built[commit] = true;
        for at in commit + 1..self.nodes.len() {
            built[at] = parents(&self.nodes[at]).any(|parent| built[parent]);
        }
        built
    }
}

fn parents(node: &Node) -> impl Iterator<Item = usize> + '_ {
    node.parents.iter().filter_map(|parent| match parent {
        Parent::Seen(parent) => Some(*parent),
        Parent::Hidden => None,
    })
}

/// The union of sets, which is mostly one of them.
fn joined<'s>(sets: impl Iterator<Item = &'s Rc<[Own]>>, own: &Rc<[Own]>) -> Rc<[Own]> {
    let mut all = Rc::clone(own);
    for set in sets {
        if set.iter().all(|atom| all.binary_search(atom).is_ok()) {
            continue;
        }
        if all.iter().all(|atom| set.binary_search(atom).is_ok()) {
            all = Rc::clone(set);
            continue;
        }
        let union: BTreeSet<Own> = all.iter().chain(set.iter()).copied().collect();
        all = union.into_iter().collect();
    }
    all
}

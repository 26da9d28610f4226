//! The life of a slot against its definitions, read off whole sets of atoms at every commit.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tempfile::TempDir;

use super::{COMMON, Chance, Lines, atom, facets, history, import, order, said_at, slot_of, word_of};
use crate::claim::ClaimHash;
use crate::history::oracle::{Made, Oracle};
use crate::history::{History, Lineage, SlotHistory, Tenure};
use crate::source::open;

struct Slow<'a> {
    made: &'a [Made],
    /// By commit: everything behind it, itself too.
    behind: Vec<BTreeSet<usize>>,
    /// By commit: what it says in the slot.
    atoms: Vec<BTreeSet<String>>,
}

impl<'a> Slow<'a> {
    fn of(made: &'a [Made], oracle: &Oracle<'_>, slot: &str) -> Slow<'a> {
        let mut behind: Vec<BTreeSet<usize>> = Vec::new();
        for (at, commit) in made.iter().enumerate() {
            let mut all = BTreeSet::from([at]);
            commit.parents.iter().for_each(|parent| all.extend(&behind[*parent]));
            behind.push(all);
        }
        let said = |at| oracle.atoms(at).into_iter().filter(|line| slot_of(line) == slot).collect();
        Slow { made, behind, atoms: (0..made.len()).map(said).collect() }
    }

    fn atoms(&self, commit: usize) -> &BTreeSet<String> {
        &self.atoms[commit]
    }

    fn words(&self, commit: usize) -> BTreeSet<String> {
        self.atoms(commit).iter().map(|line| word_of(line)).collect()
    }

    fn sayer(&self, mut commit: usize, has: &dyn Fn(usize) -> bool) -> usize {
        while let Some(parent) = self.made[commit].parents.iter().find(|parent| has(**parent)) {
            commit = *parent;
        }
        commit
    }

    /// Who took away what `commit` lacks and something behind it has.
    fn remover(&self, commit: usize, line: &str) -> usize {
        let has = |at: usize| self.atoms(at).contains(line);
        let parents = &self.made[commit].parents;
        let lost = |parent: &&usize| !has(**parent) && self.behind[**parent].iter().any(|at| has(*at));
        let Some(lost) = parents.iter().find(lost) else { return commit };
        let remover = self.remover(*lost, line);
        let got_back = |parent: &usize| has(*parent) && self.behind[*parent].contains(&remover);
        if parents.iter().any(got_back) { commit } else { remover }
    }

    fn bases(&self, a: usize, b: usize) -> Vec<BTreeSet<String>> {
        let common: BTreeSet<usize> = self.behind[a].intersection(&self.behind[b]).copied().collect();
        let best = |commit: &&usize| {
            !common.iter().any(|other| other != *commit && self.behind[*other].contains(commit))
        };
        let words: Vec<_> = common.iter().filter(best).map(|commit| self.words(*commit)).collect();
        if words.is_empty() { vec![BTreeSet::new()] } else { words }
    }

    /// Whether a merge settled something, and whether it kept something over a change.
    fn merge(&self, commit: usize) -> (bool, bool) {
        let parents = &self.made[commit].parents;
        let (mut settled, mut kept) = (false, false);
        for a in parents {
            for b in parents.iter().filter(|b| self.words(**b) != self.words(*a)) {
                let bases = self.bases(*a, *b);
                let (a_stayed, b_stayed) = (bases.contains(&self.words(*a)), bases.contains(&self.words(*b)));
                settled |= !a_stayed && !b_stayed;
                kept |= a_stayed && !b_stayed && self.words(commit) == self.words(*a);
            }
        }
        (settled, kept)
    }

    fn lineage(&self, head: usize, line: &str) -> (usize, Option<usize>, Option<usize>) {
        let word = word_of(line);
        let value = self.sayer(head, &|at| self.words(at).contains(&word));
        let (mut settled, mut kept, mut at) = (None, None, head);
        loop {
            let (chose, stayed) = self.merge(at);
            settled = settled.or(chose.then_some(at));
            kept = kept.or(stayed.then_some(at));
            match self.made[at].parents.iter().find(|parent| self.atoms(**parent).contains(line)) {
                Some(parent) => at = *parent,
                None => return (value, settled, kept),
            }
        }
    }

    fn main_line(&self, head: usize) -> Vec<usize> {
        let first = |at: &usize| self.made[*at].parents.first().copied();
        let mut line: Vec<usize> = std::iter::successors(Some(head), first).collect();
        line.reverse();
        line
    }

    /// Atom, sayer, landing, what it restores, remover and its landing, of every stretch.
    fn tenures(&self, head: usize) -> Vec<Stretch> {
        let line = self.main_line(head);
        let mut stretches: Vec<Stretch> = Vec::new();
        let nothing = BTreeSet::new();
        for (at, &commit) in line.iter().enumerate() {
            let (old, new) = match at.checked_sub(1) {
                None => (&nothing, self.atoms(commit)),
                Some(before) => (self.atoms(line[before]), self.atoms(commit)),
            };
            for gone in old.difference(new) {
                let open = stretches.iter_mut().find(|stretch| stretch.0 == *gone && stretch.4.is_none());
                open.expect("it stood").4 = Some((self.remover(commit, gone), commit));
            }
            for come in new.difference(old) {
                let sayer = self.sayer(commit, &|at| self.atoms(at).contains(come));
                let there = old.iter().any(|line| word_of(line) == word_of(come));
                let same = stretches.iter().filter(|stretch| word_of(&stretch.0) == word_of(come));
                let ended =
                    same.filter_map(|stretch| Some((stretch.4?.1, Reverse(atom(&stretch.0)), stretch.1)));
                let restores = ended.max().filter(|_| !there).map(|(_, _, sayer)| sayer);
                stretches.push((come.clone(), sayer, commit, restores, None));
            }
        }
        stretches
    }
}

type Stretch = (String, usize, usize, Option<usize>, Option<(usize, usize)>);

/// With the places of commits.
fn as_places(
    told: &SlotHistory,
    place: &dyn Fn(u32) -> usize,
) -> (Vec<PlacedTenure>, BTreeMap<ClaimHash, Chosen>) {
    let tenure = |tenure: &Tenure| {
        let removed = tenure.removed_by.zip(tenure.removal_landed_by);
        let removed = removed.map(|(by, landed)| (place(by), place(landed)));
        (tenure.atom, place(tenure.said_by), place(tenure.landed_by), tenure.restores.map(place), removed)
    };
    let chosen = |lineage: &Lineage| {
        (place(lineage.value_said_by), lineage.settled_by.map(place), lineage.kept_over.map(place))
    };
    let standing = told.standing.iter().map(|(atom, lineage)| (*atom, chosen(lineage)));
    (told.tenures.iter().map(tenure).collect(), standing.collect())
}

type PlacedTenure = (ClaimHash, usize, usize, Option<usize>, Option<(usize, usize)>);
type Chosen = (usize, Option<usize>, Option<usize>);

#[test]
fn the_life_of_a_slot_is_as_defined() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut chance = Chance(31);
    let histories: Vec<_> = (0..1000).map(|_| history(&mut chance, 20)).collect();
    let oids = import(folder.path(), COMMON, &histories);
    let repository = open(folder.path()).expect("a repository");
    let mut counts = [0; 5];
    for (number, (made, oids)) in histories.iter().zip(&oids).enumerate() {
        let order = order(&repository, oids);
        let head = made.len() - 1;
        let read = History::read(&repository, oids[head], "k", &Lines, None).expect("a whole history");
        let oracle = Oracle::of(made, &order, said_at);
        for slot in ["[key 0", "[key 1", "[key 2", "[key 3"] {
            let slow = Slow::of(made, &oracle, slot);
            let told = read.slot(facets(&format!("{slot}] ")).slot).expect("a whole history");
            let place = |index: u32| {
                let id = told.commits[index as usize].id.hex();
                oids.iter().position(|oid| oid.to_string() == id).expect("a commit of this history")
            };
            let (tenures, standing) = as_places(&told, &place);
            let lineage = |line: &String| (atom(line), slow.lineage(head, line));
            let expected: BTreeMap<_, _> = slow.atoms(head).iter().map(lineage).collect();
            assert_eq!(standing, expected, "history {number}, {slot}: {made:#?}");
            let mut expected: Vec<PlacedTenure> = Vec::new();
            let stretches = slow.tenures(head);
            for together in stretches.chunk_by(|a, b| a.2 == b.2) {
                let start = expected.len();
                expected.extend(
                    together.iter().map(|(line, by, at, back, gone)| (atom(line), *by, *at, *back, *gone)),
                );
                expected[start..].sort_by_key(|tenure| tenure.0);
            }
            assert_eq!(tenures, expected, "history {number}, {slot}: {made:#?}");
            counts[0] += standing.values().filter(|chosen| chosen.1.is_some()).count();
            counts[1] += standing.values().filter(|chosen| chosen.2.is_some()).count();
            counts[2] += tenures.iter().filter(|tenure| tenure.3.is_some()).count();
            counts[3] += tenures.iter().filter(|tenure| tenure.4.is_some()).count();
            counts[4] +=
                tenures.iter().filter(|tenure| tenure.4.is_some_and(|(by, landed)| by != landed)).count();
        }
    }
    assert!(counts.iter().all(|count| *count > 5), "{counts:?}: the test has lost its point");
}

//! What history tells of one slot: when each of its claims stood, who took it away, what came back, which merge chose.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::extract::Atom;
use super::graph::Graph;
use super::index::Index;
use super::life::{Life, Own, Stood};
use super::log::Now;
use super::trace::{History, Names};
use super::{Commit, Completeness};
use crate::claim::ClaimHash;

/// A slot through all of a complete history. Commits are indices into [`SlotHistory::commits`].
#[derive(Clone, PartialEq, Debug)]
pub struct SlotHistory {
    /// The commits that are named, sorted by id.
    pub commits: Vec<Commit>,
    /// What the head says in the slot, by hash.
    pub standing: BTreeMap<ClaimHash, Lineage>,
    /// Every stretch of the main line in which one of its claims stood, in the order they began; those that began
    /// together by hash.
    pub tenures: Vec<Tenure>,
}

/// One claim that the head says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lineage {
    /// Who said its value for its region and period, whatever became of its source, id and edges since.
    pub value_said_by: u32,
    /// The last merge of lines that had both changed what the slot says, and differently, on the way from the head to
    /// its sayer: the merge chose.
    pub settled_by: Option<u32>,
    /// The last merge on that way that kept what the slot had said, though one line had changed it and no other had.
    pub kept_over: Option<u32>,
}

/// A stretch of the main line in which a claim stood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tenure {
    /// The claim.
    pub atom: ClaimHash,
    /// Who said it.
    pub said_by: u32,
    /// With which commit it became the main line's word.
    pub landed_by: u32,
    /// Where its value for its region and period had stood before and gone: who had said that.
    pub restores: Option<u32>,
    /// Who took it away; `None` where it stands.
    pub removed_by: Option<u32>,
    /// With which commit that became the main line's word.
    pub removal_landed_by: Option<u32>,
}

/// The log by atom: at which commits it appeared (`true`) or went away, in their order.
pub(super) type Turns = Vec<Vec<(u32, bool)>>;

/// Turns the log around.
pub(super) fn turns(index: &Index, graph: &Graph) -> Turns {
    let mut turns = vec![Vec::new(); index.atoms.len()];
    for &commit in &graph.order {
        for (atom, now) in index.log.of(commit as usize) {
            match now {
                Now::Gained(_) => turns[atom as usize].push((commit, true)),
                Now::Gone => turns[atom as usize].push((commit, false)),
                Now::Kept(_) => {}
            }
        }
    }
    turns
}

impl History {
    /// What is told of the slot with that facet ([`crate::claim::slot_facet`]). `None` where not all of the history can
    /// be seen: what is not here might have settled or restored anything.
    pub fn slot(&self, facet: [u8; 16]) -> Option<SlotHistory> {
        if *self.completeness() != Completeness::Complete {
            return None;
        }
        let (atoms, sorted) = (&self.index.atoms, self.sorted());
        let start = sorted.partition_point(|atom| atoms[*atom as usize].facets.slot < facet);
        let own = &sorted[start..];
        let own = &own[..own.partition_point(|atom| atoms[*atom as usize].facets.slot == facet)];
        let mut numbers = FxHashMap::default();
        let word_of = |atom: &Atom| atoms[*atom as usize].facets.word;
        let words: Vec<u32> = own
            .iter()
            .map(|atom| {
                let next = number(numbers.len());
                *numbers.entry(word_of(atom)).or_insert(next)
            })
            .collect();
        let all = self.turns.get_or_init(|| turns(&self.index, &self.graph));
        let mut changes: FxHashMap<usize, Vec<(Own, bool)>> = FxHashMap::default();
        for (at, atom) in own.iter().enumerate() {
            for &(commit, said) in &all[*atom as usize] {
                changes.entry(commit as usize).or_default().push((number(at), said));
            }
        }
        let take = |commit| changes.remove(&commit).unwrap_or_default();
        let life = Life::of(&self.graph.nodes, &self.graph.order, self.graph.head, &words, take);
        Some(self.told_of(own, &life))
    }

    fn told_of(&self, own: &[Atom], life: &Life<'_>) -> SlotHistory {
        let hash = |at: Own| self.index.atoms[own[at as usize] as usize].atom;
        let mut tenures = life.tenures();
        // Those that began together are in the order of the facets.
        for together in tenures.chunk_by_mut(|a, b| a.landed_by == b.landed_by) {
            together.sort_by_key(|stood| hash(stood.atom));
        }
        let standing: Vec<_> =
            life.standing().iter().map(|&atom| (atom, life.word_sayer(atom), life.merged(atom))).collect();
        let mut named = BTreeSet::new();
        for stood in &tenures {
            named.extend([stood.said_by, stood.landed_by]);
            named.extend(stood.restores);
            named.extend(stood.removed.into_iter().flat_map(|(by, landed)| [by, landed]));
        }
        for (_, sayer, merged) in &standing {
            named.insert(*sayer);
            named.extend(merged.settled_by.into_iter().chain(merged.kept_over));
        }
        let names = Names::these(self, named);
        let index = |commit: usize| names.index(commit);
        let tenure = |stood: &Stood| Tenure {
            atom: hash(stood.atom),
            said_by: index(stood.said_by),
            landed_by: index(stood.landed_by),
            restores: stood.restores.map(index),
            removed_by: stood.removed.map(|(by, _)| index(by)),
            removal_landed_by: stood.removed.map(|(_, landed)| index(landed)),
        };
        let tenures = tenures.iter().map(tenure).collect();
        let standing = standing.into_iter().map(|(atom, sayer, merged)| {
            let lineage = Lineage {
                value_said_by: index(sayer),
                settled_by: merged.settled_by.map(index),
                kept_over: merged.kept_over.map(index),
            };
            (hash(atom), lineage)
        });
        SlotHistory { standing: standing.collect(), tenures, commits: names.commits }
    }
}

/// Where [`Turns`] are kept once they were asked for.
pub(super) type Once = OnceCell<Turns>;

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("fewer than 2³² atoms: each takes bytes of memory")
}

//! The whole of a slot: axis after axis, from the active regions alone, into a tree of outcomes.
//!
//! No grid is built: an axis is cut only where a region that is active here cuts it, and only the regions of a
//! stretch are carried into it.

use rustc_hash::FxHashMap;

use super::cell::Cells;
use super::decision::{Arm, Node, Outcome};
use super::layout::TooLarge;
use super::region::Intervals;
use crate::claim::Cardinality;

/// Regions that can't be told apart on the axes that are left: how strong, and where.
type Group<'r> = (u32, &'r [(u32, Intervals)]);

/// The tree of a slot over all its ticks, and its outcomes in the order of their first leaf.
#[derive(Debug)]
pub(super) struct Tree {
    /// Splits; axes and ticks are those of the slot's layout.
    pub root: Node,
    /// What leaves point at.
    pub outcomes: Vec<Outcome>,
}

/// How much work one slot may ask for: visits of a region in a cell, some ten nanoseconds each.
pub(super) const MAX_WORK: u64 = 500_000_000;

/// How many claims the outcomes of one slot may name together.
const MAX_NAMED: u64 = 16_000_000;

/// Below so many active regions, looking at each costs less than sorting out which matter. The worlds on which the
/// laws are tested are small, and are to be sorted out all the same.
const FEW: usize = if cfg!(test) { 1 } else { 16 };

/// Decides the slot with at most `limit` work, leaving out the regions for which `skip` says so.
pub(super) fn sweep(
    cells: &mut Cells<'_, '_>,
    limit: u64,
    skip: impl Fn(u32) -> bool,
) -> Result<Tree, TooLarge> {
    let layout = cells.layout;
    let all: Vec<u32> = (0..layout.regions.len() as u32).filter(|region| !skip(*region)).collect();
    // Without edges, and where the strongest answers, whoever is weaker everywhere need not be carried along.
    let says = layout.cast.candidates.iter().all(|candidate| !candidate.silent);
    let plain = says && layout.cast.out.is_empty() && layout.law.cardinality == Cardinality::One;
    let plain = plain && all.len() > FEW;
    let strengths = if plain { cells.weights.strengths() } else { None };
    let mut sweep = Sweep {
        cells,
        strengths,
        outcomes: Vec::new(),
        index: FxHashMap::default(),
        limit,
        work: 0,
        named: 0,
    };
    let root = sweep.node(0, &all)?;
    Ok(Tree { root, outcomes: sweep.outcomes })
}

struct Sweep<'s, 'l, 'g> {
    cells: &'s mut Cells<'l, 'g>,
    strengths: Option<Vec<u32>>,
    outcomes: Vec<Outcome>,
    index: FxHashMap<Outcome, u32>,
    limit: u64,
    work: u64,
    named: u64,
}

impl Sweep<'_, '_, '_> {
    /// The tree over the axes from `axis` on, where `active` apply on those before.
    fn node(&mut self, axis: u32, active: &[u32]) -> Result<Node, TooLarge> {
        self.spend(active.len() as u64 + 1)?;
        let Some(axis) = self.next_axis(axis, active) else { return self.leaf(active) };
        let len = self.cells.layout.universe.axes()[axis as usize].ticks.len();
        let line = self.line(axis, active);
        let mut here = Here::new(active.len());
        let mut turns: Vec<(u32, u32)> = Vec::new();
        for (at, region) in (0..).zip(&line.regions) {
            match self.cells.layout.regions[*region as usize].side(axis) {
                None => here.turn(at),
                Some(ticks) => {
                    let ends = ticks.stretches().iter().flat_map(|(start, end)| [*start, *end]);
                    turns.extend(ends.filter(|tick| *tick < len).map(|tick| (tick, at)));
                }
            }
        }
        turns.sort_unstable();
        let mut arms: Vec<Arm> = Vec::new();
        let mut within = Vec::new();
        let mut turns = turns.as_slice();
        let mut start = 0;
        loop {
            let now = turns.partition_point(|(tick, _)| *tick <= start);
            turns[..now].iter().for_each(|(_, at)| here.turn(*at));
            turns = &turns[now..];
            self.spend(here.words.len() as u64)?;
            line.collect(&here, &mut within);
            let node = self.node(axis + 1, &within)?;
            if arms.last().is_none_or(|last| last.node != node) {
                arms.push(Arm { start, node });
            }
            let Some((next, _)) = turns.first() else { break };
            start = *next;
        }
        match arms.len() {
            1 => Ok(arms.remove(0).node),
            _ => Ok(Node::Split { axis, arms }),
        }
    }

    fn spend(&mut self, work: u64) -> Result<(), TooLarge> {
        self.work += work;
        if self.work + self.cells.followed > self.limit { Err(TooLarge::Cases) } else { Ok(()) }
    }

    /// Lines up `active` for a sweep along `axis`.
    ///
    /// Where strength is total, regions that are alike on all later axes and in what counts for specificity stand
    /// together, the strongest first: wherever two of them apply, the weaker one is dominated, and what does not
    /// win changes no winner.
    fn line(&self, axis: u32, active: &[u32]) -> Line {
        let Some(strengths) = self.strengths.as_ref().filter(|_| active.len() > FEW) else {
            return Line { regions: active.to_vec(), peers: Vec::new() };
        };
        let layout = self.cells.layout;
        let mut groups: FxHashMap<Group<'_>, u32> = FxHashMap::default();
        let mut apart = u32::MAX;
        let mut line: Vec<(u32, u32, u32)> = Vec::with_capacity(active.len());
        for &region in active {
            let owner = layout.owner[region as usize];
            let group = if layout.regions_of(owner).len() > 1 {
                // The condition of a claim with several products is made of all that hold: it stands alone.
                apart -= 1;
                apart
            } else {
                let sides = layout.regions[region as usize].sides();
                let later = &sides[sides.partition_point(|(at, _)| *at <= axis)..];
                let next = groups.len() as u32;
                *groups.entry((self.cells.weights.class(region), later)).or_insert(next)
            };
            line.push((group, strengths[owner as usize], region));
        }
        line.sort_unstable();
        let mut peers = vec![(0, 0); line.len()];
        let (mut group_end, mut peers_end) = (line.len(), line.len());
        for at in (0..line.len()).rev() {
            if let Some(next) = line.get(at + 1) {
                group_end = if next.0 == line[at].0 { group_end } else { at + 1 };
                peers_end = if (next.0, next.1) == (line[at].0, line[at].1) { peers_end } else { at + 1 };
            }
            peers[at] = (peers_end as u32, group_end as u32);
        }
        Line { regions: line.into_iter().map(|(_, _, region)| region).collect(), peers }
    }

    /// The next axis that any of `active` constrains.
    fn next_axis(&self, from: u32, active: &[u32]) -> Option<u32> {
        let mut next = None;
        for region in active {
            let sides = self.cells.layout.regions[*region as usize].sides();
            let first = sides.iter().map(|(axis, _)| *axis).find(|axis| *axis >= from);
            if first == Some(from) {
                return first;
            }
            next = match (next, first) {
                (Some(a), Some(b)) => Some(u32::min(a, b)),
                (a, b) => a.or(b),
            };
        }
        next
    }

    fn leaf(&mut self, active: &[u32]) -> Result<Node, TooLarge> {
        let outcome = self.cells.decide(active);
        if let Some(known) = self.known(&outcome) {
            return Ok(Node::Leaf(known));
        }
        self.named += match &outcome {
            Outcome::Gap => 0,
            Outcome::Fact(claims) | Outcome::Conflict(claims) => claims.len() as u64,
        };
        if self.named > MAX_NAMED {
            return Err(TooLarge::Cases);
        }
        let new = self.outcomes.len() as u32;
        if new as usize >= FEW {
            self.index.insert(outcome.clone(), new);
        }
        self.outcomes.push(outcome);
        Ok(Node::Leaf(new))
    }

    /// The number of an outcome that was met before. The first are looked through, only the others are indexed.
    fn known(&self, outcome: &Outcome) -> Option<u32> {
        let first = self.outcomes.iter().take(FEW).position(|known| known == outcome);
        first.map(|at| at as u32).or_else(|| self.index.get(outcome).copied())
    }
}

/// Which of the active regions apply at the tick that the sweep has come to: one bit each.
struct Here {
    words: Vec<u64>,
}

impl Here {
    fn new(count: usize) -> Here {
        Here { words: vec![0; count.div_ceil(64)] }
    }

    /// It starts or ends to apply.
    fn turn(&mut self, at: u32) {
        self.words[at as usize / 64] ^= 1 << (at % 64);
    }

    /// The first that applies, from the one at `from` on.
    fn next(&self, from: u32) -> Option<u32> {
        let mut index = from as usize / 64;
        let mut word = self.words.get(index)? & (u64::MAX << (from % 64));
        while word == 0 {
            index += 1;
            word = *self.words.get(index)?;
        }
        Some(index as u32 * 64 + word.trailing_zeros())
    }
}

/// The regions that a sweep along an axis looks at, in the order of its bits.
struct Line {
    regions: Vec<u32>,
    /// For each, where those of equal strength end, and where those end that it may stand for; empty where all are
    /// looked at.
    peers: Vec<(u32, u32)>,
}

impl Line {
    /// Those that apply and matter, ascending.
    fn collect(&self, here: &Here, into: &mut Vec<u32>) {
        into.clear();
        let mut next = here.next(0);
        while let Some(at) = next {
            into.push(self.regions[at as usize]);
            next = here.next(at + 1);
            if let Some((peers_end, group_end)) = self.peers.get(at as usize)
                && next.is_some_and(|next| *peers_end <= next && next < *group_end)
            {
                next = here.next(*group_end);
            }
        }
        if !self.peers.is_empty() {
            into.sort_unstable();
        }
    }
}

//! The whole of a slot: axis after axis, from the active regions alone, into a tree of outcomes.
//!
//! No grid is built: an axis is cut only where a region that is active here cuts it, and only the regions of a
//! stretch are carried into it.

use rustc_hash::FxHashMap;

use super::cell::Cells;
use super::decision::{Arm, Node, Outcome};
use super::layout::TooLarge;

/// The tree of a slot over all its ticks, and its outcomes in the order of their first leaf.
#[derive(Debug)]
pub(super) struct Tree {
    /// Splits; axes and ticks are those of the slot's layout.
    pub root: Node,
    /// What leaves point at.
    pub outcomes: Vec<Outcome>,
}

/// How much work one slot may ask for: visits of a region in a cell, roughly some nanoseconds each.
const MAX_WORK: u64 = 1_500_000_000;

/// How many claims the outcomes of one slot may name together.
const MAX_NAMED: u64 = 16_000_000;

/// Decides the slot, leaving out the regions for which `skip` says so.
pub(super) fn sweep(cells: &mut Cells<'_, '_>, skip: impl Fn(u32) -> bool) -> Result<Tree, TooLarge> {
    let all: Vec<u32> = (0..cells.layout.regions.len() as u32).filter(|region| !skip(*region)).collect();
    let mut sweep = Sweep { cells, outcomes: Vec::new(), index: FxHashMap::default(), work: 0, named: 0 };
    let root = sweep.node(0, &all)?;
    Ok(Tree { root, outcomes: sweep.outcomes })
}

struct Sweep<'s, 'l, 'g> {
    cells: &'s mut Cells<'l, 'g>,
    outcomes: Vec<Outcome>,
    index: FxHashMap<Outcome, u32>,
    work: u64,
    named: u64,
}

impl Sweep<'_, '_, '_> {
    /// The tree over the axes from `axis` on, where `active` apply on those before.
    fn node(&mut self, axis: u32, active: &[u32]) -> Result<Node, TooLarge> {
        self.work += active.len() as u64 + 1;
        if self.work + self.cells.followed > MAX_WORK {
            return Err(TooLarge::Cases);
        }
        let Some(axis) = self.next_axis(axis, active) else { return self.leaf(active) };
        let len = self.cells.layout.universe.axes()[axis as usize].ticks.len();
        let mut here = Here::new(active.len());
        let mut turns: Vec<(u32, u32)> = Vec::new();
        for (at, region) in (0..).zip(active) {
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
        let mut within = Vec::with_capacity(active.len());
        let mut turns = turns.as_slice();
        let mut start = 0;
        loop {
            let now = turns.partition_point(|(tick, _)| *tick <= start);
            turns[..now].iter().for_each(|(_, at)| here.turn(*at));
            turns = &turns[now..];
            self.work += here.words.len() as u64;
            here.collect(active, &mut within);
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
        if let Some(known) = self.index.get(&outcome) {
            return Ok(Node::Leaf(*known));
        }
        self.named += match &outcome {
            Outcome::Gap => 0,
            Outcome::Fact(claims) | Outcome::Conflict(claims) => claims.len() as u64,
        };
        if self.named > MAX_NAMED {
            return Err(TooLarge::Cases);
        }
        let new = self.outcomes.len() as u32;
        self.outcomes.push(outcome.clone());
        self.index.insert(outcome, new);
        Ok(Node::Leaf(new))
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

    fn collect(&self, active: &[u32], into: &mut Vec<u32>) {
        into.clear();
        for (index, word) in self.words.iter().enumerate() {
            let mut word = *word;
            while word != 0 {
                into.push(active[index * 64 + word.trailing_zeros() as usize]);
                word &= word - 1;
            }
        }
    }
}

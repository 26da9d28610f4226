//! From a tree over all ticks of a slot to the decided slot: only the axes, cuts and words that outcomes vary by.

use std::collections::{BTreeMap, BTreeSet};

use super::axis::Universe;
use super::decision::{Arm, Axis, Node, Outcome, Ticks};
use super::sweep::Tree;

/// The axes, root and outcomes of the decided slot.
pub(super) fn canonical(universe: &Universe<'_>, tree: &Tree) -> (Vec<Axis>, Node, Vec<Outcome>) {
    let mut used: BTreeMap<u32, Used> = BTreeMap::new();
    survey(universe, &tree.root, &mut used);
    let mut axes = Vec::with_capacity(used.len());
    for (new, (axis, used)) in (0..).zip(&mut used) {
        let whole = &universe.axes()[*axis as usize];
        used.axis = new;
        used.kept = used.ticks.iter().copied().collect();
        let ticks = used.keep(&whole.ticks);
        axes.push(Axis { name: whole.name.clone(), ticks });
    }
    let mut renumber = Renumber { used: &used, outcomes: Vec::new(), new: vec![None; tree.outcomes.len()] };
    let root = renumber.node(&tree.root, &tree.outcomes);
    (axes, root, renumber.outcomes)
}

/// What the tree uses of an axis.
#[derive(Default)]
struct Used {
    /// Its new number.
    axis: u32,
    /// Ticks at which any arm starts; of open dimensions those that ever differ from "anything else".
    ticks: BTreeSet<u32>,
    /// The same as a list, once all are known.
    kept: Vec<u32>,
    /// Whether it is an open dimension.
    words: bool,
    /// One past its last tick; the last of an open dimension is "anything else".
    len: u32,
    /// Whether its ticks stay as they are.
    declared: bool,
}

impl Used {
    fn keep(&self, ticks: &Ticks) -> Ticks {
        let at = |tick: &u32| *tick as usize;
        match ticks {
            Ticks::Days(cuts) => Ticks::Days(self.ticks.iter().map(|tick| cuts[at(tick) - 1]).collect()),
            Ticks::Numbers(cuts) => {
                Ticks::Numbers(self.ticks.iter().map(|tick| cuts[at(tick) - 1]).collect())
            }
            Ticks::Words(words) => {
                Ticks::Words(self.ticks.iter().map(|tick| words[at(tick)].clone()).collect())
            }
            Ticks::Declared(count) => Ticks::Declared(*count),
        }
    }

    /// The new numbers of the ticks from `start` up to `end` that are kept; none where only words go that never
    /// differ from "anything else".
    fn renumbered(&self, start: u32, end: u32) -> Option<u32> {
        if self.declared {
            return Some(start);
        }
        let kept = self.kept.as_slice();
        if !self.words {
            return Some(kept.partition_point(|tick| *tick <= start) as u32);
        }
        let first = kept.partition_point(|tick| *tick < start);
        (end == self.len || kept.get(first).is_some_and(|tick| *tick < end)).then_some(first as u32)
    }
}

fn survey(universe: &Universe<'_>, node: &Node, used: &mut BTreeMap<u32, Used>) {
    let Node::Split { axis, arms } = node else { return };
    let ticks = &universe.axes()[*axis as usize].ticks;
    let entry = used.entry(*axis).or_default();
    entry.len = ticks.len();
    entry.declared = matches!(ticks, Ticks::Declared(_));
    entry.words = matches!(ticks, Ticks::Words(_));
    if entry.words {
        let other = &arms[arms.len() - 1].node;
        let ends = arms.iter().skip(1).map(|arm| arm.start);
        for (arm, end) in arms.iter().zip(ends).filter(|(arm, _)| arm.node != *other) {
            entry.ticks.extend(arm.start..end);
        }
    } else {
        entry.ticks.extend(arms.iter().skip(1).map(|arm| arm.start));
    }
    arms.iter().for_each(|arm| survey(universe, &arm.node, used));
}

struct Renumber<'t> {
    used: &'t BTreeMap<u32, Used>,
    outcomes: Vec<Outcome>,
    new: Vec<Option<u32>>,
}

impl Renumber<'_> {
    fn node(&mut self, node: &Node, outcomes: &[Outcome]) -> Node {
        match node {
            Node::Leaf(old) => {
                let next = self.outcomes.len() as u32;
                let new = *self.new[*old as usize].get_or_insert(next);
                if new == next {
                    self.outcomes.push(outcomes[*old as usize].clone());
                }
                Node::Leaf(new)
            }
            Node::Split { axis, arms } => {
                let used = &self.used[axis];
                let ends = arms.iter().skip(1).map(|arm| arm.start).chain([used.len]);
                let mut kept: Vec<Arm> = Vec::with_capacity(arms.len());
                let mut last: Option<&Node> = None;
                for (arm, end) in arms.iter().zip(ends) {
                    let Some(start) = used.renumbered(arm.start, end) else { continue };
                    if last.is_none_or(|last| *last != arm.node) {
                        kept.push(Arm { start, node: self.node(&arm.node, outcomes) });
                        last = Some(&arm.node);
                    }
                }
                Node::Split { axis: used.axis, arms: kept }
            }
        }
    }
}

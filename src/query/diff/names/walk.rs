//! The decided trees of all entries of a name, of both sides, walked down together: contexts first, days last, for who is
//! called so on a day may depend on who was called so before.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::means::InContext;
use super::reach::Entry;
use super::{Means, NameDifference};
use crate::query::diff::View;
use crate::query::diff::cells::{self, Cell, Found};
use crate::query::diff::common::{Alike, Common, Map, cut_map};
use crate::query::ticks::TickSet;
use crate::resolve::{Axis, AxisName, Node, Ticks};

/// Steps that are taken for one name: ticks looked at, entries read. A name that takes more is not told.
const MOST: usize = 1 << 22;

/// How a name means something else; `None` where it does nowhere, empty where that can't be told.
pub(super) fn differences(entries: &[Entry<'_>], alike: &Alike) -> Option<Vec<NameDifference>> {
    let found = match of_sides(entries, [true, true], alike) {
        Walked::Sorts => {
            // A dimension has become one of another sort: all that a name meant is gone, and all that it means is new.
            let sides = [[true, false], [false, true]];
            let each = sides.map(|said| of_sides(entries, said, alike));
            each.into_iter().try_fold(Vec::new(), |mut all, walked| match walked {
                Walked::Told(mut found) => {
                    all.append(&mut found);
                    Some(all)
                }
                Walked::Sorts | Walked::TooMany => None,
            })
        }
        Walked::Told(found) => Some(found),
        Walked::TooMany => None,
    };
    let Some(mut found) = found else { return Some(Vec::new()) };
    found.sort_by(|a, b| (&a.regions, &a.before, &a.after).cmp(&(&b.regions, &b.before, &b.after)));
    (!found.is_empty()).then_some(found)
}

enum Walked {
    Told(Vec<NameDifference>),
    /// Too many cells.
    TooMany,
    /// A dimension is of another sort on either side.
    Sorts,
}

/// How a name means something else, as if the sides of which `said` is false said nothing.
fn of_sides<'s>(entries: &[Entry<'s>], said: [bool; 2], alike: &Alike) -> Walked {
    let silenced = |entry: &Entry<'s>| Entry {
        subject: entry.subject.clone(),
        says: entry.says.clone(),
        views: [0, 1].map(|side| if said[side] { entry.views[side] } else { entry.views[side].silent() }),
    };
    let entries: Vec<Entry<'s>> = entries.iter().map(silenced).collect();
    let views: [Vec<View<'s>>; 2] =
        [0, 1].map(|side| entries.iter().map(|entry| entry.views[side]).collect());
    let declarations = |side: usize| views[side].first().map(|view| view.declarations);
    let (Some(old), Some(new)) = (declarations(0), declarations(1)) else { return Walked::Told(Vec::new()) };
    let [one, two] = [merged(&views[0]), merged(&views[1])];
    let Some(axes) = cells::axes((one.clone(), old), (two.clone(), new), alike) else { return Walked::Sorts };
    let order = order(&axes);
    let slots = [
        slots(&views[0], &one, &axes, |axis| &axis.before),
        slots(&views[1], &two, &axes, |axis| &axis.after),
    ];
    let mut walk = Walk {
        entries: &entries,
        order: &order,
        fixed: vec![None; axes.len()],
        open: axes.iter().map(|axis| TickSet::all(axis.ticks.len())).collect(),
        lengths: axes.iter().map(|axis| axis.ticks.len()).collect(),
        time: axes.iter().position(|axis| axis.name == AxisName::Time),
        slots,
        means: BTreeMap::new(),
        cells: Vec::new(),
        left: MOST,
    };
    if walk.down(0).is_none() {
        return Walked::TooMany;
    }
    let Walk { means, cells, .. } = walk;
    let means: BTreeMap<u32, Means> = means.into_iter().map(|(means, number)| (number, means)).collect();
    let found = Found::new(axes, cells);
    let meant =
        |number: Option<u32>| number.and_then(|number| means.get(&number)).cloned().unwrap_or(Means::Nobody);
    let difference = |((old, new), cells): (cells::Pair, Vec<&Cell>)| NameDifference {
        before: meant(old),
        after: meant(new),
        regions: found.regions(&cells),
    };
    Walked::Told(found.pairs().into_iter().map(difference).collect())
}

/// The dimensions, in their order.
fn order(axes: &[Common]) -> Vec<usize> {
    (0..axes.len()).filter(|at| axes[*at].name != AxisName::Time).collect()
}

/// The axes of all views of one side, each refining those of every view that has it; time first, then dimensions by id.
fn merged(views: &[View<'_>]) -> Vec<Axis> {
    let mut axes: BTreeMap<&AxisName, Ticks> = BTreeMap::new();
    for axis in views.iter().filter_map(|view| view.decided).flat_map(|decided| &decided.axes) {
        match axes.get_mut(&axis.name) {
            Some(ticks) => refine(ticks, &axis.ticks),
            None => drop(axes.insert(&axis.name, axis.ticks.clone())),
        }
    }
    axes.into_iter().map(|(name, ticks)| Axis { name: name.clone(), ticks }).collect()
}

fn refine(ticks: &mut Ticks, other: &Ticks) {
    fn with<T: Ord + Clone>(all: &mut Vec<T>, other: &[T]) {
        all.extend_from_slice(other);
        all.sort();
        all.dedup();
    }
    match (ticks, other) {
        (Ticks::Days(all), Ticks::Days(other)) => with::<Date>(all, other),
        (Ticks::Numbers(all), Ticks::Numbers(other)) => with::<(Decimal, bool)>(all, other),
        (Ticks::Words(all), Ticks::Words(other)) => with::<SmolStr>(all, other),
        // What is declared is declared once.
        _ => {}
    }
}

/// For each tick of the refined axis the tick of one that it refines.
fn ticks_in(own: &Ticks, all: &Ticks) -> Vec<Option<u32>> {
    match (own, all) {
        (Ticks::Days(own), Ticks::Days(all)) => cut_map(all, own),
        (Ticks::Numbers(own), Ticks::Numbers(all)) => cut_map(all, own),
        (Ticks::Words(own), Ticks::Words(all)) => {
            let others = own.len() as u32;
            let tick = |word: &SmolStr| Some(own.binary_search(word).map_or(others, |at| at as u32));
            all.iter().map(tick).chain(std::iter::once(Some(others))).collect()
        }
        _ => (0..all.len()).map(Some).collect(),
    }
}

/// The tree of one entry on one side.
struct Slot<'s> {
    root: Option<&'s Node>,
    /// For each of its own axes the common one, and for each tick of that its own; `None` where the side knows no such case.
    axes: Vec<(usize, Vec<Option<u32>>)>,
}

fn slots<'s>(
    views: &[View<'s>],
    side: &[Axis],
    axes: &[Common],
    map: impl Fn(&Common) -> &Map,
) -> Vec<Slot<'s>> {
    let axis = |own: &Axis| {
        let at = axes.iter().position(|common| common.name == own.name).unwrap_or(usize::MAX);
        let all = side.iter().find(|axis| axis.name == own.name).map_or(&own.ticks, |axis| &axis.ticks);
        let inner = ticks_in(&own.ticks, all);
        let ticks = axes.get(at).map_or(0, |common| common.ticks.len());
        let tick = |tick: u32| {
            let side = axes.get(at).and_then(|common| map(common).at(tick))?;
            inner.get(side as usize).copied().flatten()
        };
        (at, (0..ticks).map(tick).collect())
    };
    let slot = |view: &View<'s>| Slot {
        root: view.decided.map(|decided| &decided.root),
        axes: view.decided.map_or(&[][..], |decided| &decided.axes).iter().map(axis).collect(),
    };
    views.iter().map(slot).collect()
}

impl Slot<'_> {
    /// The own ticks at which an arm that splits the common `axis` begins, as far as what is `fixed` leaves them open.
    fn starts(&self, axis: usize, fixed: &[Option<u32>]) -> BTreeSet<u32> {
        let mut starts = BTreeSet::new();
        let mut open: Vec<&Node> = self.root.into_iter().collect();
        while let Some(node) = open.pop() {
            let Node::Split { axis: own, arms } = node else { continue };
            let Some((common, ticks)) = self.axes.get(*own as usize) else { continue };
            if *common == axis {
                starts.extend(arms.iter().map(|arm| arm.start));
                continue;
            }
            match fixed[*common] {
                Some(tick) => open.extend(arm(node, ticks.get(tick as usize).copied().flatten())),
                None => open.extend(arms.iter().map(|arm| &arm.node)),
            }
        }
        starts
    }

    /// The outcome where all is fixed.
    fn outcome(&self, fixed: &[Option<u32>]) -> Option<u32> {
        let mut node = self.root?;
        loop {
            match node {
                Node::Leaf(outcome) => return Some(*outcome),
                Node::Split { axis, .. } => {
                    let (common, ticks) = self.axes.get(*axis as usize)?;
                    node = arm(node, ticks.get(fixed[*common]? as usize).copied().flatten())?;
                }
            }
        }
    }
}

/// The arm of a split at one of its own ticks.
fn arm(node: &Node, tick: Option<u32>) -> Option<&Node> {
    let (Node::Split { arms, .. }, Some(tick)) = (node, tick) else { return None };
    arms.partition_point(|arm| arm.start <= tick).checked_sub(1).map(|at| &arms[at].node)
}

struct Walk<'w, 's> {
    entries: &'w [Entry<'s>],
    /// The axes of dimensions.
    order: &'w [usize],
    /// For each axis a tick that stands for those of the cell.
    fixed: Vec<Option<u32>>,
    open: Vec<TickSet>,
    lengths: Vec<u32>,
    time: Option<usize>,
    /// For each side, each entry.
    slots: [Vec<Slot<'s>>; 2],
    means: BTreeMap<Means, u32>,
    cells: Vec<Cell>,
    /// Steps that may still be taken.
    left: usize,
}

impl Walk<'_, '_> {
    /// Fixes the dimensions from `at` on, each way that matters; `None` where these are too many.
    fn down(&mut self, at: usize) -> Option<()> {
        let Some(&axis) = self.order.get(at) else { return self.days() };
        for run in self.runs(axis)? {
            self.fixed[axis] = Some(run.start);
            let whole = std::mem::replace(&mut self.open[axis], TickSet::from_ranges(vec![run]));
            self.down(at + 1)?;
            self.open[axis] = whole;
        }
        self.fixed[axis] = None;
        Some(())
    }

    /// Reads all stretches of days in the context that is fixed.
    fn days(&mut self) -> Option<()> {
        let stretches = match self.time {
            Some(time) => self.runs(time)?,
            None => std::iter::once(0..1).collect(),
        };
        self.left = self.left.checked_sub(stretches.len().checked_mul(self.entries.len())?)?;
        let mut outcomes: [Vec<Vec<Option<u32>>>; 2] = [Vec::new(), Vec::new()];
        for stretch in &stretches {
            if let Some(time) = self.time {
                self.fixed[time] = Some(stretch.start);
            }
            for (side, all) in outcomes.iter_mut().enumerate() {
                all.push(self.slots[side].iter().map(|slot| slot.outcome(&self.fixed)).collect());
            }
        }
        if let Some(time) = self.time {
            self.fixed[time] = None;
        }
        let means =
            [0, 1].map(|side| InContext { entries: self.entries, side, stretches: &outcomes[side] }.means());
        let [before, after] = means;
        for ((before, after), stretch) in before.into_iter().zip(after).zip(&stretches) {
            if before == after {
                continue;
            }
            let pair = (Some(self.number(before)), Some(self.number(after)));
            let mut ticks = self.open.clone();
            if let Some(time) = self.time {
                ticks[time] = TickSet::from_ranges(vec![stretch.clone()]);
            }
            self.cells.push(Cell { ticks, pair });
        }
        Some(())
    }

    fn number(&mut self, means: Means) -> u32 {
        let next = self.means.len() as u32;
        *self.means.entry(means).or_insert(next)
    }

    /// The stretches of ticks of `axis` on each of which all slots take the same way.
    fn runs(&mut self, axis: usize) -> Option<Vec<Range<u32>>> {
        let mut splitting: Vec<(BTreeSet<u32>, &[Option<u32>])> = Vec::new();
        for slot in self.slots.iter().flatten() {
            let Some((_, ticks)) = slot.axes.iter().find(|(common, _)| *common == axis) else { continue };
            let starts = slot.starts(axis, &self.fixed);
            if !starts.is_empty() {
                splitting.push((starts, ticks));
            }
        }
        if splitting.is_empty() {
            return Some(std::iter::once(0..self.lengths[axis]).collect());
        }
        let steps = (self.lengths[axis] as usize).checked_mul(splitting.len())?;
        let left = self.left.checked_sub(steps)?;
        let way = |tick: u32| -> Vec<Option<u32>> {
            let own = |(starts, ticks): &(BTreeSet<u32>, &[Option<u32>])| {
                let own = ticks.get(tick as usize).copied().flatten()?;
                starts.range(..=own).next_back().copied()
            };
            splitting.iter().map(own).collect()
        };
        let mut runs: Vec<Range<u32>> = Vec::new();
        let mut last: Option<Vec<Option<u32>>> = None;
        for tick in 0..self.lengths[axis] {
            let way = Some(way(tick));
            match runs.last_mut() {
                Some(run) if last == way => run.end = tick + 1,
                _ => runs.push(tick..tick + 1),
            }
            last = way;
        }
        self.left = left;
        Some(runs)
    }
}

//! Two decided trees walked down together: the cells in which they answer differently.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use smol_str::SmolStr;

use super::common::{self, Alike, Common, Map};
use super::holds::holds;
use super::{Holds, Region, View};
use crate::claim::{Declarations, Period, Point, Product, When};
use crate::query::ticks::{TickSet, tests};
use crate::query::why::word;
use crate::resolve::{Answers, Axis, AxisName, Node, PointQuery, Ticks};

/// What meets in a cell: an outcome of either side, `None` where that side knows no such case.
pub(super) type Pair = (Option<u32>, Option<u32>);

/// A box of points in which one outcome takes the place of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Cell {
    /// For each common axis, its ticks.
    pub(super) ticks: Vec<TickSet>,
    pub(super) pair: Pair,
}

/// Where two slots answer differently.
pub(super) struct Found {
    pub(super) axes: Vec<Common>,
    pub(super) cells: Vec<Cell>,
}

/// The cells in which the sides answer differently, in the order of their first points. `None` where an axis is of
/// another sort on either side.
pub(super) fn differing(before: View<'_>, after: View<'_>, alike: &Alike) -> Option<Found> {
    let own = |view: View<'_>| view.decided.map_or(&[][..], |decided| &decided.axes).to_vec();
    let axes = axes((own(before), before.declarations), (own(after), after.declarations), alike)?;
    let values = |view: View<'_>| -> Vec<Holds> {
        let outcomes = view.decided.map_or(&[][..], |decided| &decided.outcomes);
        outcomes.iter().map(|outcome| holds(view, outcome)).collect()
    };
    let numbers = |view: View<'_>| -> Vec<usize> {
        let own = view.decided.map_or(&[][..], |decided| &decided.axes);
        let at = |axis: &Axis| axes.iter().position(|common| common.name == axis.name).unwrap_or(usize::MAX);
        own.iter().map(at).collect()
    };
    let mut walk = Walk {
        axes: &axes,
        own: [numbers(before), numbers(after)],
        holds: [values(before), values(after)],
        open: axes.iter().map(|axis| TickSet::all(axis.ticks.len())).collect(),
        cells: Vec::new(),
    };
    let silent = Node::Leaf(u32::MAX);
    let root =
        |decided: Option<&'_ Answers>| decided.map(|decided| decided.root.clone()).unwrap_or(silent.clone());
    let (one, two) = (root(before.decided), root(after.decided));
    walk.down(Some(&one), Some(&two));
    let cells = walk.cells;
    Some(Found::new(axes, cells))
}

/// Axes of one side, and what is declared there.
pub(super) type Sided<'s> = (Vec<Axis>, &'s Declarations);

/// The axes of both, time first, then dimensions by id. `None` where one is of another sort on either side.
pub(super) fn axes(before: Sided<'_>, after: Sided<'_>, alike: &Alike) -> Option<Vec<Common>> {
    let ((old, before), (new, after)) = (before, after);
    let names: BTreeSet<&AxisName> = old.iter().chain(&new).map(|axis| &axis.name).collect();
    let one = |name: &AxisName| {
        let find = |axes: &[Axis]| axes.iter().find(|axis| axis.name == *name).cloned();
        let declared = |declarations: &Declarations| match name {
            AxisName::Time => None,
            AxisName::Dimension(id) => declarations.dimensions.get(id).cloned(),
        };
        let ours = [(find(&old), declared(before)), (find(&new), declared(after))];
        let has = |side: usize| ours[side].0.is_some();
        // Where a dimension has other words than before, those of both sides count, though answers turn on it on one
        // side alone.
        let axis = |side: usize| {
            let (axis, dimension) = &ours[side];
            let whole = || dimension.as_ref().filter(|_| !alike.is(name)).map(|own| common::whole(name, own));
            Some((axis.clone().or_else(whole)?, dimension.clone()))
        };
        match (axis(0), axis(1)) {
            (Some(one), Some(two)) => {
                let both = common::both((&one.0, one.1.as_ref()), (&two.0, two.1.as_ref()), alike.is(name));
                let alone = if has(0) { &one } else { &two };
                let single = || common::single((&alone.0, alone.1.as_ref()));
                both.or_else(|| (has(0) != has(1)).then(single))
            }
            (one, two) => one.or(two).map(|(axis, dimension)| common::single((&axis, dimension.as_ref()))),
        }
    };
    names.into_iter().map(one).collect()
}

struct Walk<'w> {
    axes: &'w [Common],
    /// For each side, the common axis of each of its own.
    own: [Vec<usize>; 2],
    /// For each side, what its outcomes answer.
    holds: [Vec<Holds>; 2],
    open: Vec<TickSet>,
    cells: Vec<Cell>,
}

impl Walk<'_> {
    /// A node is `None` where its side knows no such case.
    fn down(&mut self, one: Option<&Node>, two: Option<&Node>) {
        let (left, right) = (self.axis(0, one), self.axis(1, two));
        let Some(axis) = left.into_iter().chain(right).min() else {
            let pair = (leaf(one), leaf(two));
            if self.answer(0, pair.0) != self.answer(1, pair.1) {
                self.cells.push(Cell { ticks: self.open.clone(), pair });
            }
            return;
        };
        let common = &self.axes[axis];
        let split = |node: Option<&Node>, at: Option<usize>| node.is_some() && at == Some(axis);
        let (left, right) = (split(one, left), split(two, right));
        let starts = starts(common, one.filter(|_| left), two.filter(|_| right));
        let mut arms: Vec<(u32, Option<&Node>, Option<&Node>)> = Vec::with_capacity(starts.len());
        for start in starts {
            let one = if left { arm(one, &common.before, start) } else { one };
            let two = if right { arm(two, &common.after, start) } else { two };
            let same = |a: Option<&Node>, b: Option<&Node>| match (a, b) {
                (Some(a), Some(b)) => std::ptr::eq(a, b),
                (a, b) => a.is_none() && b.is_none(),
            };
            if arms.last().is_none_or(|last| !same(last.1, one) || !same(last.2, two)) {
                arms.push((start, one, two));
            }
        }
        let len = common.ticks.len();
        let whole = std::mem::take(&mut self.open[axis]);
        for (at, (start, one, two)) in arms.iter().enumerate() {
            let end = arms.get(at + 1).map_or(len, |next| next.0);
            self.open[axis] = whole.clip(*start, end);
            self.down(*one, *two);
        }
        self.open[axis] = whole;
    }

    /// The common axis that a node splits.
    fn axis(&self, side: usize, node: Option<&Node>) -> Option<usize> {
        match node? {
            Node::Leaf(_) => None,
            Node::Split { axis, .. } => self.own[side].get(*axis as usize).copied(),
        }
    }

    fn answer(&self, side: usize, outcome: Option<u32>) -> &Holds {
        outcome.and_then(|outcome| self.holds[side].get(outcome as usize)).unwrap_or(&Holds::Nothing)
    }
}

fn leaf(node: Option<&Node>) -> Option<u32> {
    match node? {
        Node::Leaf(outcome) if *outcome != u32::MAX => Some(*outcome),
        _ => None,
    }
}

/// The ticks of a common axis at which an arm of either node may begin.
fn starts(common: &Common, one: Option<&Node>, two: Option<&Node>) -> Vec<u32> {
    let sides = [(one, &common.before), (two, &common.after)];
    if sides.iter().any(|(node, map)| node.is_some() && **map != Map::Same) {
        return (0..common.ticks.len()).collect();
    }
    let arms = sides.into_iter().filter_map(|(node, _)| match node? {
        Node::Split { arms, .. } => Some(arms),
        Node::Leaf(_) => None,
    });
    let starts: BTreeSet<u32> = arms.flatten().map(|arm| arm.start).collect();
    starts.into_iter().collect()
}

/// The arm of a split at a common tick.
fn arm<'n>(node: Option<&'n Node>, map: &Map, tick: u32) -> Option<&'n Node> {
    let Node::Split { arms, .. } = node? else { return node };
    let tick = map.at(tick)?;
    arms.partition_point(|arm| arm.start <= tick).checked_sub(1).map(|at| &arms[at].node)
}

/// Joins cells of one pair that differ in `axis` alone.
fn joined(cells: Vec<Cell>, axis: usize) -> Vec<Cell> {
    let mut by_rest: BTreeMap<(Pair, Vec<TickSet>), Vec<TickSet>> = BTreeMap::new();
    for mut cell in cells {
        let part = std::mem::take(&mut cell.ticks[axis]);
        by_rest.entry((cell.pair, cell.ticks)).or_default().push(part);
    }
    let cell = |((pair, mut ticks), parts): ((Pair, Vec<TickSet>), Vec<TickSet>)| {
        ticks[axis] =
            TickSet::from_ranges(parts.iter().flat_map(|part| part.ranges().iter().cloned()).collect());
        Cell { ticks, pair }
    };
    by_rest.into_iter().map(cell).collect()
}

impl Found {
    /// `cells`, those of one pair joined where they tile a box.
    pub(super) fn new(axes: Vec<Common>, mut cells: Vec<Cell>) -> Found {
        for axis in (0..axes.len()).rev() {
            cells = joined(cells, axis);
        }
        cells.sort_by(|a, b| (&a.ticks, a.pair).cmp(&(&b.ticks, b.pair)));
        Found { axes, cells }
    }

    /// The cells of each pair, in order.
    pub(super) fn pairs(&self) -> BTreeMap<Pair, Vec<&Cell>> {
        let mut pairs: BTreeMap<Pair, Vec<&Cell>> = BTreeMap::new();
        for cell in &self.cells {
            pairs.entry(cell.pair).or_default().push(cell);
        }
        pairs
    }

    /// The contexts and days of `cells`.
    pub(super) fn regions(&self, cells: &[&Cell]) -> Vec<Region> {
        let mut by_days: BTreeMap<Vec<Period>, Vec<Product>> = BTreeMap::new();
        for cell in cells {
            by_days.entry(self.periods(cell)).or_default().extend(self.products(cell));
        }
        let regions = by_days.into_iter().flat_map(|(periods, products)| {
            let when = When::any_of(products);
            periods.into_iter().map(move |period| Region { period, when: when.clone() })
        });
        let mut regions: Vec<Region> = regions.collect();
        regions.sort();
        regions
    }

    fn periods(&self, cell: &Cell) -> Vec<Period> {
        let Some((Ticks::Days(days), set)) =
            self.axes.first().map(|axis| &axis.ticks).zip(cell.ticks.first())
        else {
            return vec![Period::ALWAYS];
        };
        if self.axes[0].name != AxisName::Time {
            return vec![Period::ALWAYS];
        }
        // Tick i begins on day i - 1, and the last has no end.
        let day = |tick: u32| (tick as usize).checked_sub(1).and_then(|at| days.get(at)).copied();
        let period = |range: &std::ops::Range<u32>| Period { from: day(range.start), until: day(range.end) };
        set.ranges().iter().map(period).collect()
    }

    /// The condition on the dimensions, as a person would write it.
    fn products(&self, cell: &Cell) -> Vec<Product> {
        let mut parts: Vec<Product> = vec![Vec::new()];
        for (axis, set) in self.axes.iter().zip(&cell.ticks) {
            let (AxisName::Dimension(id), Some(dimension)) = (&axis.name, &axis.dimension) else { continue };
            let alternatives = tests(&axis.ticks, dimension, set, &TickSet::all(axis.ticks.len()));
            let with = |part: &Product, test: &Option<crate::claim::Test>| {
                let mut part = part.clone();
                part.extend(test.clone().map(|test| (id.clone(), vec![test])));
                part
            };
            parts = parts
                .iter()
                .flat_map(|part| alternatives.iter().map(|test| with(part, test)).collect::<Vec<_>>())
                .collect();
        }
        parts
    }

    /// The first point of `cell` in words. Of what does not tell the cell apart, days are such that as many claims as
    /// can be have begun; dimensions are left out.
    pub(super) fn point(&self, cell: &Cell, before: View<'_>, after: View<'_>) -> PointQuery {
        let mut context = BTreeMap::new();
        let mut on = None;
        for (axis, set) in self.axes.iter().zip(&cell.ticks) {
            let Some(tick) = set.first() else { continue };
            match (&axis.name, &axis.dimension) {
                (AxisName::Time, _) => on = self.day(tick),
                (AxisName::Dimension(id), Some(dimension)) => {
                    if let Some(word) = known(&axis.ticks, dimension, tick, id, [before, after]) {
                        context.insert(id.clone(), word);
                    }
                }
                _ => {}
            }
        }
        let starts = before.claims.iter().chain(after.claims).filter_map(|claim| claim.statement.period.from);
        let on = on.or_else(|| starts.max()).unwrap_or(Date::constant(2000, 1, 1));
        PointQuery { on, context }
    }

    fn day(&self, tick: u32) -> Option<Date> {
        let Ticks::Days(days) = &self.axes.first()?.ticks else { return None };
        match (tick as usize).checked_sub(1) {
            Some(at) => days.get(at).copied(),
            None => days.first()?.yesterday().ok(),
        }
    }
}

/// The word at a tick, if both sides know it.
fn known(
    ticks: &Ticks,
    dimension: &crate::claim::Dimension,
    tick: u32,
    id: &SmolStr,
    sides: [View<'_>; 2],
) -> Option<Point> {
    let point = word(ticks, dimension, tick)?;
    let knows = |declarations: &Declarations| {
        let Some(declared) = declarations.dimensions.get(id) else { return true };
        match &point {
            Point::Word(word) => {
                declared.words().is_empty() || declared.words().iter().any(|known| known == word)
            }
            _ => true,
        }
    };
    sides.iter().all(|side| knows(side.declarations)).then_some(point)
}

//! A walk down a decided tree: known axes pick their arms, unknown ones branch.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use smol_str::SmolStr;

use super::Context;
use super::ticks::{TickSet, day_tick, known_ticks, tests};
use crate::claim::{Declarations, Product, When};
use crate::resolve::{Answers, AxisName, Node, Ticks};

/// A box of points that have one outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Cell {
    /// For each axis of the slot, its ticks.
    pub(super) ticks: Vec<TickSet>,
    /// Index into [`crate::resolve::Answers::outcomes`].
    pub(super) outcome: u32,
}

/// What a question leaves open of a slot: for each axis the ticks at which the case asked about can lie.
pub(super) fn open_ticks(
    decided: &Answers,
    declarations: &Declarations,
    context: &Context,
    on: Option<Date>,
) -> Vec<TickSet> {
    let open = |axis: &crate::resolve::Axis| match (&axis.name, &axis.ticks, on) {
        (AxisName::Time, Ticks::Days(days), Some(on)) => TickSet::one(day_tick(days, on)),
        (AxisName::Time, ..) => TickSet::all(axis.ticks.len()),
        (AxisName::Dimension(id), ..) => match (declarations.dimensions.get(id), context.get(id)) {
            (Some(dimension), Some(point)) => known_ticks(&axis.ticks, dimension, point),
            _ => TickSet::all(axis.ticks.len()),
        },
    };
    decided.axes.iter().map(open).collect()
}

/// The cells of `decided` that meet `open`, cut to it; those of one outcome are joined where they tile a box.
/// In the order of their first points, so that the answer does not depend on how the tree was built.
pub(super) fn cells(decided: &Answers, open: &[TickSet]) -> Vec<Cell> {
    let mut found = Vec::new();
    descend(decided, &decided.root, &mut open.to_vec(), &mut found);
    for axis in (0..open.len()).rev() {
        found = joined(found, axis);
    }
    found.sort_by(|a, b| (&a.ticks, a.outcome).cmp(&(&b.ticks, b.outcome)));
    found
}

fn descend(decided: &Answers, node: &Node, open: &mut Vec<TickSet>, found: &mut Vec<Cell>) {
    let (axis, arms) = match node {
        Node::Leaf(outcome) => return found.push(Cell { ticks: open.clone(), outcome: *outcome }),
        Node::Split { axis, arms } => (*axis as usize, arms),
    };
    let len = decided.axes[axis].ticks.len();
    let whole = std::mem::take(&mut open[axis]);
    for (at, arm) in arms.iter().enumerate() {
        let end = arms.get(at + 1).map_or(len, |next| next.start);
        let part = whole.clip(arm.start, end);
        if !part.is_empty() {
            open[axis] = part;
            descend(decided, &arm.node, open, found);
        }
    }
    open[axis] = whole;
}

/// Joins cells of one outcome that differ in `axis` alone.
fn joined(cells: Vec<Cell>, axis: usize) -> Vec<Cell> {
    let mut by_rest: BTreeMap<(u32, Vec<TickSet>), TickSet> = BTreeMap::new();
    for mut cell in cells {
        let part = std::mem::take(&mut cell.ticks[axis]);
        let whole = by_rest.entry((cell.outcome, cell.ticks)).or_default();
        *whole = whole.union(&part);
    }
    let cell = |((outcome, mut ticks), whole): ((u32, Vec<TickSet>), TickSet)| {
        ticks[axis] = whole;
        Cell { ticks, outcome }
    };
    by_rest.into_iter().map(cell).collect()
}

/// The contexts of `cells`, as the condition a person would write; what `open` says already is not in it, nor is time.
pub(super) fn region<'c>(
    decided: &Answers,
    declarations: &Declarations,
    open: &[TickSet],
    cells: impl IntoIterator<Item = &'c Cell>,
) -> When {
    let mut products: Vec<Product> = Vec::new();
    for cell in cells {
        let mut parts: Vec<Product> = vec![Vec::new()];
        for ((axis, set), open) in decided.axes.iter().zip(&cell.ticks).zip(open) {
            let AxisName::Dimension(id) = &axis.name else { continue };
            let Some(dimension) = declarations.dimensions.get(id) else { continue };
            let alternatives = tests(&axis.ticks, dimension, set, open);
            parts = parts
                .iter()
                .flat_map(|part| alternatives.iter().map(move |test| with(part, id, test.clone())))
                .collect();
        }
        products.append(&mut parts);
    }
    When::any_of(products)
}

fn with(product: &Product, id: &SmolStr, test: Option<crate::claim::Test>) -> Product {
    let mut product = product.clone();
    product.extend(test.map(|test| (id.clone(), vec![test])));
    product
}

/// The dimension to ask about next: the one whose values leave the fewest facts to choose from in the worst case.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Split {
    /// Its id.
    pub(super) dimension: SmolStr,
    /// What may be answered, each a condition on this dimension alone, and how many facts it leaves.
    pub(super) choices: Vec<(When, usize)>,
}

/// Picks the dimension to ask about, given the cells that are left and to which fact each outcome belongs.
/// Ties go to the order in which precedence lists dimensions, then to the id. `None` where no dimension is left.
pub(super) fn best_split(
    decided: &Answers,
    declarations: &Declarations,
    open: &[TickSet],
    cells: &[Cell],
    fact_of: &BTreeMap<u32, usize>,
) -> Option<Split> {
    let rank =
        |id: &SmolStr| declarations.specificity.iter().position(|listed| listed == id).unwrap_or(usize::MAX);
    let mut best: Option<((usize, usize, SmolStr), usize, Groups)> = None;
    for (axis, named) in decided.axes.iter().enumerate() {
        let AxisName::Dimension(id) = &named.name else { continue };
        let groups = groups(cells, axis, fact_of);
        if groups.len() < 2 {
            continue;
        }
        let worst = groups.keys().map(BTreeSet::len).max().unwrap_or(0);
        let key = (worst, rank(id), id.clone());
        if best.as_ref().is_none_or(|(least, ..)| key < *least) {
            best = Some((key, axis, groups));
        }
    }
    let ((_, _, dimension), axis, groups) = best?;
    let declared = declarations.dimensions.get(&dimension)?;
    let mut choices: Vec<(TickSet, usize)> =
        groups.into_iter().map(|(facts, set)| (set, facts.len())).collect();
    choices.sort();
    let condition = |set: &TickSet| {
        let alternatives = tests(&decided.axes[axis].ticks, declared, set, &open[axis]);
        When::any_of(alternatives.into_iter().map(|test| with(&Vec::new(), &dimension, test)).collect())
    };
    let choices = choices.iter().map(|(set, facts)| (condition(set), *facts)).collect();
    Some(Split { dimension, choices })
}

/// Ticks of one axis, by which facts they leave.
type Groups = BTreeMap<BTreeSet<usize>, TickSet>;

fn groups(cells: &[Cell], axis: usize, fact_of: &BTreeMap<u32, usize>) -> Groups {
    let ends =
        cells.iter().flat_map(|cell| cell.ticks[axis].ranges()).flat_map(|range| [range.start, range.end]);
    let cuts: BTreeSet<u32> = ends.collect();
    let cuts: Vec<u32> = cuts.into_iter().collect();
    let mut groups = Groups::new();
    for pair in cuts.windows(2) {
        let here = cells.iter().filter(|cell| cell.ticks[axis].contains(pair[0]));
        let facts: BTreeSet<usize> = here.filter_map(|cell| fact_of.get(&cell.outcome).copied()).collect();
        if facts.is_empty() {
            continue;
        }
        let set = groups.entry(facts).or_default();
        *set = set.union(&TickSet::from_ranges(std::iter::once(pair[0]..pair[1]).collect()));
    }
    groups
}

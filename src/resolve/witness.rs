//! Places in words that people use: "where department = support, from 2026-05-01 on".

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::axis::Universe;
use super::decision::{Arm, AxisName, Node, Ticks};
use super::region::{Place, Region};
use crate::claim::{Dimension, Shape};

/// A place as the end of a sentence: `everywhere`, `from 2026-05-01 on`, `where region = uk and amount over 10`.
pub(super) fn clause(universe: &Universe<'_>, place: &Place) -> String {
    let mut contexts = Vec::new();
    let mut time = None;
    for (axis, start, end) in place {
        let words = stretch(universe, *axis as usize, *start, *end);
        match universe.axes()[*axis as usize].name {
            AxisName::Time => time = words,
            AxisName::Dimension(_) => contexts.extend(words),
        }
    }
    let context = (!contexts.is_empty()).then(|| format!("where {}", contexts.join(" and ")));
    match (context, time) {
        (Some(context), Some(time)) => format!("{context}, {time}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => "everywhere".to_owned(),
    }
}

/// A stretch of one axis in words; `None` for all of it.
fn stretch(universe: &Universe<'_>, axis: usize, start: u32, end: u32) -> Option<String> {
    let whole = &universe.axes()[axis];
    let len = whole.ticks.len();
    if (start, end) == (0, len) {
        return None;
    }
    let id = match &whole.name {
        AxisName::Time => "",
        AxisName::Dimension(id) => id.as_str(),
    };
    let named = |words: String| if id.is_empty() { words } else { format!("{id} {words}") };
    Some(match &whole.ticks {
        Ticks::Days(cuts) => named(days(cuts, start, end)),
        Ticks::Numbers(cuts) => {
            let unit = universe.dimension(axis).and_then(|dimension| dimension.unit.as_deref());
            named(numbers(cuts, start, end, unit))
        }
        Ticks::Words(words) => match words.get(start as usize) {
            Some(word) => format!("{id} = {word}"),
            None => format!("{id} is anything else"),
        },
        Ticks::Declared(_) => format!("{id} = {}", declared(universe.dimension(axis), start, end)),
    })
}

fn days(cuts: &[Date], start: u32, end: u32) -> String {
    let first = start.checked_sub(1).map(|at| cuts[at as usize]);
    let until = cuts.get(end as usize - 1);
    match (first, until) {
        (Some(first), Some(until)) if first.tomorrow().ok() == Some(*until) => format!("on {first}"),
        (Some(first), Some(until)) => format!("from {first} until {until}"),
        (Some(first), None) => format!("from {first} on"),
        (None, Some(until)) => format!("before {until}"),
        (None, None) => "always".to_owned(),
    }
}

fn numbers(cuts: &[(Decimal, bool)], start: u32, end: u32, unit: Option<&str>) -> String {
    let low = start.checked_sub(1).map(|at| cuts[at as usize]);
    let high = cuts.get(end as usize - 1);
    let words = match (low, high) {
        (Some((low, false)), Some((high, true))) if low == *high => format!("= {low}"),
        (low, high) => {
            let low = low.map(|(n, past)| if past { format!("over {n}") } else { format!("at least {n}") });
            let high = high.map(|(n, past)| if *past { format!("up to {n}") } else { format!("below {n}") });
            low.into_iter().chain(high).collect::<Vec<String>>().join(" and ")
        }
    };
    unit.map_or(words.clone(), |unit| format!("{words} {unit}"))
}

/// The first value of a stretch; of trees with "alone" where what lies below the node is not all in it.
fn declared(dimension: Option<&Dimension>, start: u32, end: u32) -> String {
    let at = start as usize;
    match dimension.map(|dimension| &dimension.shape) {
        Some(Shape::Tree(tree)) => match tree.nodes.get(at) {
            Some(node) if node.end <= end => node.name.to_string(),
            Some(node) => format!("{} alone", node.name),
            None => String::new(),
        },
        Some(Shape::Enum(values)) => values.get(at).map(ToString::to_string).unwrap_or_default(),
        _ => (start == 1).to_string(),
    }
}

/// The first leaf of the tree, in the order of axes and ticks, that `wanted` wants and that meets one of `within`
/// (all leaves, where that is `None`), and how many there are.
pub(super) fn first_leaf(
    root: &Node,
    lengths: &[u32],
    within: Option<&[Region]>,
    wanted: &dyn Fn(u32) -> bool,
) -> (Option<Place>, usize) {
    let mut walk = Walk { lengths, wanted, path: Vec::new(), first: None, count: 0 };
    let within: Option<Vec<&Region>> = within.map(|regions| regions.iter().collect());
    walk.node(root, within.as_deref());
    (walk.first, walk.count)
}

struct Walk<'w> {
    lengths: &'w [u32],
    wanted: &'w dyn Fn(u32) -> bool,
    path: Place,
    first: Option<Place>,
    count: usize,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, within: Option<&[&Region]>) {
        match node {
            Node::Leaf(outcome) => {
                if (self.wanted)(*outcome) {
                    self.count += 1;
                    if self.first.is_none() {
                        self.first = Some(self.narrowed(within));
                    }
                }
            }
            Node::Split { axis, arms } => {
                let ends = arms.iter().skip(1).map(|arm| arm.start).chain([self.lengths[*axis as usize]]);
                for (Arm { start, node }, end) in arms.iter().zip(ends) {
                    let meets = |region: &&&Region| {
                        let side = region.side(*axis);
                        side.is_none_or(|ticks| ticks.stretches().iter().any(|(a, b)| *a < end && start < b))
                    };
                    let here: Option<Vec<&Region>> =
                        within.map(|regions| regions.iter().filter(meets).copied().collect());
                    if here.as_ref().is_some_and(Vec::is_empty) {
                        continue;
                    }
                    self.path.push((*axis, *start, end));
                    self.node(node, here.as_deref());
                    self.path.pop();
                }
            }
        }
    }

    /// The path, cut down to the first stretch of the first region it has to meet.
    fn narrowed(&self, within: Option<&[&Region]>) -> Place {
        let Some(region) = within.and_then(|regions| regions.first()) else { return self.path.clone() };
        let mut place = Place::new();
        for (axis, len) in (0..).zip(self.lengths) {
            let (start, end) = self
                .path
                .iter()
                .find(|(at, _, _)| *at == axis)
                .map_or((0, *len), |(_, start, end)| (*start, *end));
            let stretches = region.side(axis).map(|ticks| ticks.stretches());
            let cut = stretches.into_iter().flatten().find(|(a, b)| *a < end && start < *b);
            let (start, end) = cut.map_or((start, end), |(a, b)| (start.max(*a), end.min(*b)));
            if (start, end) != (0, *len) {
                place.push((axis, start, end));
            }
        }
        place
    }
}

/// The point at the first tick of every stretch of `place`, tick 0 elsewhere.
pub(super) fn corner(axes: usize, place: &Place) -> Vec<Option<u32>> {
    let mut ticks = vec![Some(0); axes];
    place.iter().for_each(|(axis, start, _)| ticks[*axis as usize] = Some(*start));
    ticks
}

//! Sets of ticks of one axis, and the two ways between them and words: what a person knows → ticks, and ticks →
//! the condition a person would write.

use std::cmp::Ordering;
use std::iter;
use std::ops::Range;

use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::{SmolStr, format_smolstr};

use crate::claim::{self, Bound, Dimension, Point, Shape, Test, Tree};
use crate::resolve::Ticks;

/// Ticks of one axis: sorted, disjoint, not touching.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct TickSet(Vec<Range<u32>>);

impl Ord for TickSet {
    fn cmp(&self, other: &TickSet) -> Ordering {
        let ends = |set: &TickSet| -> Vec<(u32, u32)> {
            set.0.iter().map(|range| (range.start, range.end)).collect()
        };
        ends(self).cmp(&ends(other))
    }
}

impl PartialOrd for TickSet {
    fn partial_cmp(&self, other: &TickSet) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl TickSet {
    /// Every tick of an axis of `len` ticks.
    pub(super) fn all(len: u32) -> TickSet {
        TickSet::from_ranges(iter::once(0..len).collect())
    }

    /// One tick.
    pub(super) fn one(tick: u32) -> TickSet {
        TickSet::from_ranges(iter::once(tick..tick + 1).collect())
    }

    /// The union of `ranges`, in any order, overlapping or not.
    pub(super) fn from_ranges(mut ranges: Vec<Range<u32>>) -> TickSet {
        ranges.retain(|range| range.start < range.end);
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut joined: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match joined.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        TickSet(joined)
    }

    /// Its stretches, in order.
    pub(super) fn ranges(&self) -> &[Range<u32>] {
        &self.0
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many ticks.
    pub(super) fn len(&self) -> u32 {
        self.0.iter().map(|range| range.end - range.start).sum()
    }

    /// The first tick; `None` where there is none.
    pub(super) fn first(&self) -> Option<u32> {
        self.0.first().map(|range| range.start)
    }

    /// Whether `tick` is in it.
    pub(super) fn contains(&self, tick: u32) -> bool {
        self.0.iter().any(|range| range.contains(&tick))
    }

    /// What lies in `[start, end)` too.
    pub(super) fn clip(&self, start: u32, end: u32) -> TickSet {
        let clip = |range: &Range<u32>| range.start.max(start)..range.end.min(end);
        TickSet(self.0.iter().map(clip).filter(|range| range.start < range.end).collect())
    }

    /// What lies in either.
    pub(super) fn union(&self, other: &TickSet) -> TickSet {
        TickSet::from_ranges([&self.0[..], &other.0[..]].concat())
    }

    /// What of it is not in `other`.
    fn without(&self, other: &TickSet) -> TickSet {
        let mut ranges = Vec::new();
        for range in &self.0 {
            let mut at = range.start;
            for gone in &other.clip(range.start, range.end).0 {
                ranges.push(at..gone.start);
                at = gone.end;
            }
            ranges.push(at..range.end);
        }
        TickSet::from_ranges(ranges)
    }
}

/// The tick of `day` among days: tick 0 lies before the first.
pub(super) fn day_tick(days: &[Date], day: Date) -> u32 {
    days.partition_point(|start| *start <= day) as u32
}

/// The tick of `number` among cuts.
fn number_tick(cuts: &[(Decimal, bool)], number: Decimal) -> u32 {
    let above = |(cut, itself_below): &(Decimal, bool)| number > *cut || (number == *cut && !itself_below);
    cuts.partition_point(above) as u32
}

/// The ticks of an axis at which a case can lie of which `point` is known.
pub(super) fn known_ticks(ticks: &Ticks, dimension: &Dimension, point: &Point) -> TickSet {
    match (ticks, &dimension.shape, point) {
        (Ticks::Days(days), _, Point::Date(day)) => TickSet::one(day_tick(days, *day)),
        (Ticks::Numbers(cuts), _, Point::Number(number)) => TickSet::one(number_tick(cuts, *number)),
        (Ticks::Words(words), _, Point::Word(word)) => {
            let at = words.binary_search(word).unwrap_or(words.len());
            TickSet::one(at as u32)
        }
        (Ticks::Declared(_), Shape::Bool, Point::Bool(yes)) => TickSet::one(u32::from(*yes)),
        (Ticks::Declared(_), Shape::Tree(tree), Point::Word(word)) => {
            let members = dimension.sets.get(word);
            match members {
                Some(members) if node(tree, word).is_none() => {
                    TickSet::from_ranges(members.iter().filter_map(|member| subtree(tree, member)).collect())
                }
                _ => TickSet::from_ranges(subtree(tree, word).into_iter().collect()),
            }
        }
        (Ticks::Declared(_), Shape::Enum(values), Point::Word(word)) => {
            let tick = |value: &SmolStr| values.binary_search(value).ok().map(|at| at as u32..at as u32 + 1);
            let members = dimension.sets.get(word).map_or(std::slice::from_ref(word), Vec::as_slice);
            match tick(word) {
                Some(tick) => TickSet::from_ranges(vec![tick]),
                None => TickSet::from_ranges(members.iter().filter_map(tick).collect()),
            }
        }
        // A context is read against the declarations, so that its points have the shape of their axes.
        _ => TickSet::all(ticks.len()),
    }
}

fn node(tree: &Tree, name: &str) -> Option<u32> {
    tree.nodes.iter().position(|node| node.name == name).map(|at| at as u32)
}

/// A node and all below it, or with `=` the node alone.
fn subtree(tree: &Tree, word: &str) -> Option<Range<u32>> {
    match word.strip_prefix('=') {
        Some(alone) => node(tree, alone).map(|at| at..at + 1),
        None => node(tree, word).map(|at| at..tree.nodes[at as usize].end),
    }
}

/// The condition that tells `set` from the rest of `open`, which is known already: any of the alternatives. One empty
/// alternative where there is no rest.
pub(super) fn tests(
    ticks: &Ticks,
    dimension: &Dimension,
    set: &TickSet,
    open: &TickSet,
) -> Vec<Option<Test>> {
    let len = ticks.len();
    if set == open {
        return vec![None];
    }
    match (ticks, &dimension.shape) {
        (Ticks::Days(days), _) => ranges(set, len, |cut| bound(Point::Date(days[cut]), false)),
        (Ticks::Numbers(cuts), _) => ranges(set, len, |cut| bound(Point::Number(cuts[cut].0), cuts[cut].1)),
        (Ticks::Words(words), _) => {
            // The last tick is "anything else", which only a `not` can say.
            let others = set.contains(len - 1);
            let listed = words.iter().enumerate().filter(|(at, _)| set.contains(*at as u32) != others);
            let listed = listed.map(|(_, word)| Point::Word(word.clone())).collect();
            vec![Some(if others { Test::NotIn(listed) } else { Test::In(listed) })]
        }
        (Ticks::Declared(_), Shape::Bool) => vec![Some(Test::In(vec![Point::Bool(set.contains(1))]))],
        (Ticks::Declared(_), Shape::Enum(values)) => {
            vec![Some(shorter(set, open, |set| {
                let picked = values.iter().enumerate().filter(|(at, _)| set.contains(*at as u32));
                picked.map(|(_, value)| value.clone()).collect()
            }))]
        }
        (Ticks::Declared(_), Shape::Tree(tree)) => vec![Some(shorter(set, open, |set| cover(tree, set)))],
        (Ticks::Declared(_), _) => vec![None],
    }
}

/// A cut as seen from above it: the first number or day of the tick that starts there.
fn bound(at: Point, itself_below: bool) -> Bound {
    Bound { at, inclusive: !itself_below }
}

/// One range test a stretch; tick `i` starts at cut `i - 1`.
fn ranges(set: &TickSet, len: u32, cut: impl Fn(usize) -> Bound) -> Vec<Option<Test>> {
    let range = |range: &Range<u32>| {
        let low = (range.start > 0).then(|| cut(range.start as usize - 1));
        let high = (range.end < len).then(|| cut(range.end as usize - 1));
        // The upper end includes exactly what the tick above it does not.
        let high = high.map(|bound| Bound { inclusive: !bound.inclusive, ..bound });
        Some(Test::Range(claim::Range { low, high }))
    };
    set.ranges().iter().map(range).collect()
}

/// "One of these" or "none of those", whichever names fewer; "one of" where even.
fn shorter(set: &TickSet, open: &TickSet, words: impl Fn(&TickSet) -> Vec<SmolStr>) -> Test {
    let points = |words: Vec<SmolStr>| words.into_iter().map(Point::Word).collect();
    let (within, without) = (words(set), words(&open.without(set)));
    if without.len() < within.len() { Test::NotIn(points(without)) } else { Test::In(points(within)) }
}

/// The fewest nodes, some of them alone (`=emea`), whose ticks are `set`.
fn cover(tree: &Tree, set: &TickSet) -> Vec<SmolStr> {
    let mut names = Vec::new();
    for range in set.ranges() {
        let mut at = range.start;
        while at < range.end {
            let node = &tree.nodes[at as usize];
            if node.end <= range.end {
                names.push(node.name.clone());
                at = node.end;
            } else {
                names.push(format_smolstr!("={}", node.name));
                at += 1;
            }
        }
    }
    names
}

//! `period-hole`: a claim that ends a few days before the next begins.

use jiff::civil::Date;

use super::Review;
use super::words::quote;
use crate::diagnostic::{Finding, codes};
use crate::resolve::decision::{Arm, Node, Outcome, Ticks};

/// Holes of more days than this are taken to be meant.
const DAYS: i32 = 7;

/// One finding a slot, at its first hole.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let layout = review.layout;
    let Node::Split { axis: 0, arms } = &review.tree.root else { return };
    let Ticks::Days(cuts) = &layout.universe.axes()[0].ticks else { return };
    if arms.len() < 3 || !review.tree.outcomes.contains(&Outcome::Gap) {
        return;
    }
    let day = |arm: &Arm| cuts[arm.start as usize - 1];
    let lengths = layout.universe.lengths();
    let hole = |arms: &[Arm]| {
        let (first, until) = (day(&arms[1]), day(&arms[2]));
        if !is_short(first, until) {
            return None;
        }
        let around = [&arms[0].node, &arms[1].node, &arms[2].node];
        let (before, after) = sides(review, &lengths, around)?;
        Some((before, after, first, until))
    };
    let mut holes = arms.windows(3).filter_map(hole);
    let Some((before, after, first, until)) = holes.next() else { return };
    let (before, after) = (&layout.claims[before as usize], &layout.claims[after as usize]);
    let more = match holes.count() {
        0 => String::new(),
        more => format!(" (and in {more} more places)"),
    };
    let message = match first.tomorrow().ok() == Some(until) {
        true => format!("nothing is said of `{}` on {first}, between two claims{more}", before.slot),
        false => format!(
            "nothing is said of `{}` from {first} until {until}, between two claims{more}",
            before.slot
        ),
    };
    found.push(
        Finding::new(&codes::PERIOD_HOLE, message, before.origin, format!("{} ends before {first}", quote(&before.value)))
            .label(after.origin, format!("{} begins on {until}", quote(&after.value)))
            .help("remember that `until` is the first day on which a claim holds no more, or leave it out: a later `from` ends it")
            .fix("in place of its `until`, if the other follows at once", format!("until = {until}"), Some(before.origin)),
    );
}

fn is_short(first: Date, until: Date) -> bool {
    first.until(until).is_ok_and(|span| span.get_days() <= DAYS)
}

/// Claims that answer before and after, in a context in which nothing is said between.
fn sides(review: &Review<'_, '_>, lengths: &[u32], around: [&Node; 3]) -> Option<(u32, u32)> {
    let axis = around.iter().filter_map(|node| match node {
        Node::Split { axis, .. } => Some(*axis),
        Node::Leaf(_) => None,
    });
    let Some(axis) = axis.min() else {
        let outcome = |node: &Node| match node {
            Node::Leaf(outcome) => review.tree.outcomes.get(*outcome as usize),
            Node::Split { .. } => None,
        };
        let [before, between, after] = around.map(outcome);
        return match (before?, between?, after?) {
            (Outcome::Fact(before), Outcome::Gap, Outcome::Fact(after)) => Some((before[0], after[0])),
            _ => None,
        };
    };
    // All cuts of the three on this axis.
    let mut starts = vec![0];
    for node in around {
        if let Node::Split { axis: own, arms } = node
            && *own == axis
        {
            starts.extend(arms.iter().map(|arm| arm.start));
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts.retain(|start| *start < lengths[axis as usize]);
    starts.into_iter().find_map(|tick| sides(review, lengths, around.map(|node| within(node, axis, tick))))
}

/// What `node` is at a tick of `axis`.
fn within(node: &Node, axis: u32, tick: u32) -> &Node {
    match node {
        Node::Split { axis: own, arms } if *own == axis => {
            &arms[arms.partition_point(|arm| arm.start <= tick) - 1].node
        }
        other => other,
    }
}

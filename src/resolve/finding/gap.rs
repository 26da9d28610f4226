//! `gap`: an attribute that has to have an answer has none somewhere.

use super::Review;
use super::words::quote;
use crate::diagnostic::{Finding, codes};
use crate::resolve::decision::Outcome;
use crate::resolve::witness;

/// One finding a slot, at the first point where an answer is missing.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let layout = review.layout;
    if layout.law.required.is_none() || !review.tree.outcomes.contains(&Outcome::Gap) {
        return;
    }
    // What a claim with a fault would have said is not known.
    if review.faulty.contains(&true) {
        return;
    }
    let required = layout.required();
    let gap = |outcome: u32| review.tree.outcomes[outcome as usize] == Outcome::Gap;
    let lengths = layout.universe.lengths();
    let (place, count) = witness::first_leaf(&review.tree.root, &lengths, Some(&required), &gap);
    let Some(place) = place else { return };
    let claim = &layout.claims[0];
    let place = witness::clause(&layout.universe, &place);
    let message = format!("`{}` is required, but nothing is said {place}", claim.slot);
    let others = if layout.claims.len() > 1 { ", as do the other claims" } else { "" };
    let label = format!("{} leaves this open{others}", quote(&claim.value));
    let more = if count > 1 { format!(" (and for {} further cases)", count - 1) } else { String::new() };
    let finding = Finding::new(&codes::GAP, message, claim.origin, label);
    found.push(finding.help(format!(
        "say what holds {place}{more}; write `none = true` in place of `value` if there is known to be none"
    )));
}

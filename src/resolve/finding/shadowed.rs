//! `shadowed-claim`: a claim that is beaten wherever it speaks.

use super::Review;
use super::words::quote;
use crate::claim::{Cardinality, Criterion};
use crate::diagnostic::{Finding, codes};
use crate::resolve::explain::{Mark, Status, View};

/// Findings of one slot at the most; the last counts the others.
const MAX_SHOWN: usize = 50;

/// One finding a claim that says no answer anywhere, for another of a different value is stronger. What gives way by
/// someone's word (a correction, an exception, `supersedes`) is meant to, and is none.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let layout = review.layout;
    if layout.law.cardinality != Cardinality::One || review.won.iter().all(|won| *won) {
        return;
    }
    let mut annulled = vec![false; layout.claims.len()];
    for (to, _) in layout.cast.out.iter().flatten().filter(|(_, rule)| rule.annuls()) {
        annulled[layout.cast.candidates[*to as usize].claim as usize] = true;
    }
    let silent =
        |position: u32| layout.cast.of(position).all(|index| layout.cast.candidates[index as usize].silent);
    let mut suspects: Vec<u32> = (0..layout.claims.len() as u32)
        .filter(|&at| !review.won[at as usize] && !annulled[at as usize] && !review.faulty[at as usize])
        .filter(|&at| !silent(at))
        .collect();
    let more = suspects.len().saturating_sub(MAX_SHOWN);
    suspects.truncate(MAX_SHOWN);
    let first = found.len();
    found.extend(suspects.iter().filter_map(|position| finding(review, *position)));
    if let Some(last) = found[first..].last_mut().filter(|_| more > 0) {
        last.help =
            last.help.take().map(|help| format!("{help} (and look at {more} more claims of this slot)"));
    }
}

fn finding(review: &Review<'_, '_>, position: u32) -> Option<Finding> {
    let layout = review.layout;
    let axes = layout.universe.axes().len();
    let corners = layout
        .cast
        .of(position)
        .flat_map(|index| layout.regions_of(index).iter().map(move |region| (index, region)))
        .take(8);
    let beaten = corners.into_iter().find_map(|(index, region)| {
        match View::new(layout, &region.corner(axes)).status(index, None) {
            Status::Dominated { by, criterion, own, other }
                if layout.values[by as usize] != layout.values[position as usize] =>
            {
                Some((by, criterion, own, other))
            }
            _ => None,
        }
    });
    let (by, criterion, own, other) = beaten?;
    let (claim, stronger) = (&layout.claims[position as usize], &layout.claims[by as usize]);
    let message = format!("this claim of `{}` holds nowhere: a stronger one always speaks too", claim.slot);
    Some(
        Finding::new(
            &codes::SHADOWED_CLAIM,
            message,
            claim.origin,
            format!("{}{}", quote(&claim.value), mark(&own)),
        )
        .label(
            stronger.origin,
            format!("{}{} is stronger: {}", quote(&stronger.value), mark(&other), word(criterion)),
        )
        .help("delete it, or say from when or for whom it holds"),
    )
}

fn word(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Authority => "its source is of a higher tier",
        Criterion::Specificity => "its condition is narrower",
        Criterion::Effective => "it starts later",
        Criterion::Stated => "its source is of a later date",
        Criterion::Rank => "its value ranks higher",
    }
}

fn mark(mark: &Mark) -> String {
    match mark {
        Mark::Tier(Some(tier)) => format!(", tier `{tier}`,"),
        Mark::Tier(None) => ", without a tier,".to_owned(),
        Mark::From(Some(day)) | Mark::Stated(Some(day)) => format!(", {day},"),
        Mark::Rank(Some(rank)) => format!(", rank {rank},"),
        _ => String::new(),
    }
    .trim_end_matches(',')
    .to_owned()
}

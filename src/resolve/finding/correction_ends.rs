//! `correction-ends`: a correction with an end, after which what it corrected holds again.

use super::Review;
use super::words::quote;
use crate::claim::{Period, Point};
use crate::diagnostic::{Finding, codes};
use crate::resolve::explain::{Status, View};

/// Corrections with an end that are looked at in one slot.
const LOOKS: usize = 100;

/// One finding a claim that annuls another only up to a day on which the other answers again.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let layout = review.layout;
    let mut looks = 0;
    let mut told = vec![false; layout.claims.len()];
    for (index, candidate) in (0..).zip(&layout.cast.candidates) {
        let claim = &layout.claims[candidate.claim as usize];
        let Some(day) = claim.statement.period.until.filter(|_| !told[candidate.claim as usize]) else {
            continue;
        };
        let targets = layout.cast.out[index as usize].iter().filter(|(_, rule)| rule.annuls());
        for (target, _) in targets {
            looks += 1;
            if looks > LOOKS || !revives(review, index, *target, day) {
                continue;
            }
            told[candidate.claim as usize] = true;
            let old = &layout.claims[layout.cast.candidates[*target as usize].claim as usize];
            let message = format!("what this corrects in `{}` holds again from {day} on", claim.slot);
            found.push(
                Finding::new(
                    &codes::CORRECTION_ENDS,
                    message,
                    claim.origin,
                    format!("ends: `until = {day}`"),
                )
                .label(old.origin, format!("{} holds again", quote(&old.value)))
                .help("leave out `until` if the old text is not to come back, or end the old text too"),
            );
            break;
        }
    }
}

/// Whether `target` answers on `day` in any context in which `index` spoke before.
fn revives(review: &Review<'_, '_>, index: u32, target: u32, day: jiff::civil::Date) -> bool {
    let layout = review.layout;
    let Some(tick) = layout.universe.tick_of(0, &Point::Date(day)) else { return false };
    let goes_on = layout.universe.days(&Period { from: Some(day), until: None });
    layout.regions_of(index).iter().take(8).any(|region| {
        let mut ticks = region.corner(layout.universe.axes().len());
        ticks[0] = Some(tick);
        let here = layout.regions_of(target).iter().any(|old| old.contains(&ticks));
        let status = || View::new(layout, &ticks).status(target, None);
        goes_on.contains(tick)
            && here
            && matches!(status(), Status::Winner | Status::Supporting { .. } | Status::InConflict { .. })
    })
}

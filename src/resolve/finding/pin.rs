//! `stale-pin`: a correction of a claim that is no longer what answers.

use super::Review;
use super::words::{digits, quote};
use crate::claim::{Claim, EdgeKind, Target};
use crate::diagnostic::{Finding, codes};
use crate::resolve::cell::Cells;
use crate::resolve::decision::Outcome;
use crate::resolve::sweep::{MAX_WORK, sweep};

/// Corrections of one slot for which the whole slot is decided anew; further ones are taken to be right. Only those
/// whose claim answers at none of its corners come to this.
const DECIDED_ANEW: usize = 64;

/// The pin of the correction at `position` fits no claim.
pub fn fits_nothing(review: &Review<'_, '_>, position: u32, advise: bool) -> Finding {
    finding(review, position, advise, "fits no claim any more: what it corrects has changed")
}

/// Corrections whose claim would not answer anywhere even without them.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let layout = review.layout;
    if !layout.cast.candidates.iter().any(|candidate| candidate.stands_for.is_some()) {
        return;
    }
    let (precedence, _) = layout.ground.precedence(&layout.claims[0].slot, layout.law);
    let mut cells = Cells::new(layout, layout.weights(precedence));
    let mut anew = 0;
    for position in 0..layout.claims.len() as u32 {
        let pinned: Vec<u32> = layout
            .cast
            .of(position)
            .filter_map(|candidate| layout.cast.candidates[candidate as usize].stands_for)
            .collect();
        if pinned.is_empty() || review.faulty[position as usize] {
            continue;
        }
        if !pinned.iter().any(|base| answers(review, &mut cells, *base, &mut anew)) {
            found.push(finding(
                review,
                position,
                found.len() < DECIDED_ANEW,
                "is of a claim that answers nowhere any more",
            ));
        }
    }
}

/// Whether `base` says an answer anywhere if nobody corrects it.
fn answers(review: &Review<'_, '_>, cells: &mut Cells<'_, '_>, base: u32, anew: &mut usize) -> bool {
    let layout = review.layout;
    let candidates = &layout.cast.candidates;
    let claim = candidates[base as usize].claim;
    if review.won[claim as usize] {
        return true;
    }
    // What stands in for it, and what stands in for that; bases come before what stands in.
    let mut stands_in = vec![false; candidates.len()];
    for (index, candidate) in candidates.iter().enumerate() {
        stands_in[index] = candidate.stands_for.is_some_and(|of| of == base || stands_in[of as usize]);
    }
    let skip = |region: u32| stands_in[layout.owner[region as usize] as usize];
    let says = |outcome: &Outcome| match outcome {
        Outcome::Gap => false,
        Outcome::Fact(claims) | Outcome::Conflict(claims) => claims.binary_search(&claim).is_ok(),
    };
    for region in layout.regions_of(base).iter().take(8) {
        let corner = region.corner(layout.universe.axes().len());
        let holds = |region: &u32| layout.regions[*region as usize].contains(&corner) && !skip(*region);
        let active: Vec<u32> = (0..layout.regions.len() as u32).filter(holds).collect();
        if says(&cells.decide(&active)) {
            return true;
        }
    }
    *anew += 1;
    *anew > DECIDED_ANEW || sweep(cells, MAX_WORK, skip).map_or(true, |tree| tree.outcomes.iter().any(says))
}

fn finding(review: &Review<'_, '_>, position: u32, advise: bool, what: &str) -> Finding {
    let claims = review.layout.claims;
    let claim = &claims[position as usize];
    let id = claim.statement.correction.as_ref().map_or("", |correction| correction.id.as_str());
    let message = format!("the pin of `correction.{id}` {what}");
    let label = match pin(claim) {
        Some(pin) => format!("pinned to `~{pin}`"),
        None => "the correction".to_owned(),
    };
    let now: Vec<u32> = (0..claims.len() as u32)
        .filter(|_| advise)
        .filter(|other| {
            review.won[*other as usize] && *other != position && overlaps(review, position, *other)
        })
        .collect();
    let mut finding = Finding::new(&codes::STALE_PIN, message, claim.origin, label);
    for &other in now.iter().take(3) {
        let text =
            format!("now answers {} (`~{}`)", quote(&claims[other as usize].value), digits(claims, other));
        finding = finding.label(claims[other as usize].origin, text);
    }
    if now.is_empty() && advise {
        return finding.help("delete the correction: nothing is left to correct");
    }
    for &other in now.iter().take(3) {
        finding = finding.fix(
            format!("if it also corrects {}", quote(&claims[other as usize].value)),
            format!("pin = \"{}\"", digits(claims, other)),
            Some(claim.origin),
        );
    }
    finding.help("look at what is said now: pin the correction to that, or delete it")
}

/// The digits that a correction is pinned to.
fn pin(claim: &Claim) -> Option<&str> {
    let corrects = claim.statement.edges.iter().filter(|edge| edge.kind == EdgeKind::Corrects);
    let hash = corrects.into_iter().find_map(|edge| match &edge.target {
        Target::Hash(prefix) => Some(prefix.as_str()),
        _ => None,
    });
    let pin = claim.statement.correction.as_ref().and_then(|correction| correction.pin.as_deref());
    pin.or(hash)
}

/// Whether what the correction says of its own `when` and days meets where the other speaks.
fn overlaps(review: &Review<'_, '_>, position: u32, other: u32) -> bool {
    let layout = review.layout;
    let statement = &layout.claims[position as usize].statement;
    let own = layout.universe.regions(&statement.when, &statement.period);
    layout.cast.of(other).any(|candidate| {
        layout.regions_of(candidate).iter().any(|region| own.iter().any(|own| own.meets(region)))
    })
}

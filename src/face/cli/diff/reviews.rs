//! What becomes unreviewed: facts that claims answered for which somebody had reviewed, and that others answer for now.

use crate::claim::{ClaimHash, Slot};
use crate::compile::Compiled;
use crate::face::cli::knowledge::{Place, history, with_reviews};
use crate::face::cli::output::{Failure, Output};
use crate::face::wire::Unreviewed;
use crate::face::words::review::reviewed_text;
use crate::history::{Commit, Options, Provenance, Reason, Review, Reviewed, Reviews, Sayer, Verifier};
use crate::query::Restated;
use crate::source::ObjectId;

/// Of `restated` what was reviewed before and is not, or where that can't be told; `None` where there is no repository.
/// Signatures are not verified: what asks for one is `dictum get --review`.
///
/// # Errors
/// Where the history can't be read.
pub(super) fn unreviewed(
    restated: &[Restated],
    place: &Place,
    (before, after): (&Compiled, &Compiled),
    (base, head): (ObjectId, Option<ObjectId>),
    out: &Output<'_>,
) -> Result<Option<Vec<Unreviewed>>, Failure> {
    let Ok(repository) = &place.repository else { return Ok(None) };
    let Some(head) = head.or_else(|| repository.head()) else { return Ok(None) };
    if restated.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let told = |compiled: &Compiled, commit| -> Result<Provenance, Failure> {
        Ok(history(repository, place, compiled, commit, !out.global.no_cache)?.provenance(Options::default()))
    };
    let (old, new) = (told(before, base)?, told(after, head)?);
    let review = |reviews: &Reviews<'_>, told: &Provenance, slot: &Slot, hash: &ClaimHash| {
        let Some(saying) = told.sayings.get(hash) else { return Review::unknown(Reason::NoHistory) };
        let (said, landed) = (commit(told, saying.said_by), commit(told, saying.landed_by));
        reviews.of(slot, said, landed)
    };
    // All of its claims were reviewed: then the fact was.
    let was = with_reviews(place, repository, base, Verifier::default(), |reviews| {
        let is = |one: &&Restated| {
            one.before.iter().all(|hash| review(reviews, &old, &one.slot, hash).state == Reviewed::Yes)
        };
        Ok(restated.iter().filter(is).collect::<Vec<_>>())
    })?;
    with_reviews(place, repository, head, Verifier::default(), |reviews| {
        let now = |one: &&Restated| {
            let each = || one.after.iter().map(|hash| review(reviews, &new, &one.slot, hash));
            // One that was not reviewed says more than one of which that can't be told.
            let first = |state: Reviewed| each().find(|review| review.state == state);
            let lacking = first(Reviewed::No).or_else(|| first(Reviewed::Unknown))?;
            let is_said = one.after.iter().all(|hash| new.sayings.contains_key(hash));
            let why = match lacking.state {
                Reviewed::Unknown if !is_said => "unknown, it is not committed".to_owned(),
                _ => reviewed_text(&lacking),
            };
            Some(Unreviewed { address: one.slot.to_string(), reviewed: lacking.state.as_str(), why })
        };
        Ok(Some(was.iter().filter_map(now).collect()))
    })
}

fn commit(told: &Provenance, sayer: Sayer) -> Option<&Commit> {
    match sayer {
        Sayer::Known(index) => told.commits.get(index as usize),
        Sayer::AtOrBefore(_) => None,
    }
}

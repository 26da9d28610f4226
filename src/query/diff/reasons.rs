//! Which claims answer on one side, and what they are on the other.

use super::{Cited, Elsewhere, Pin, View};
use crate::query::leaning;
use crate::resolve::{Outcome, PointQuery, explain};

/// The claims of `outcome`, each with what became of it on the `other` side, where `there` is the outcome at `point`.
pub(super) fn cited(
    view: View<'_>,
    outcome: &Outcome,
    pins: &[Pin],
    other: View<'_>,
    there: &Outcome,
    point: &PointQuery,
) -> Vec<Cited> {
    let (Outcome::Fact(claims) | Outcome::Conflict(claims)) = outcome else { return Vec::new() };
    let own = claims.iter().filter_map(|at| Some((view.claims.get(*at as usize)?, pins.get(*at as usize)?)));
    let own: Vec<_> = own.collect();
    let position = |hash| other.claims.iter().position(|claim| claim.hash == hash);
    let explanation = match own.iter().any(|(claim, _)| position(claim.hash).is_some()) {
        // What the claims say of other dimensions does not matter here, unless it makes another answer.
        true => explain(other.declarations, other.claims, point).filter(|found| found.outcome == *there),
        false => None,
    };
    let elsewhere = |hash| match position(hash) {
        None => Elsewhere::Unsaid,
        Some(at) => Elsewhere::Said(explanation.as_ref().and_then(|found| found.statuses.get(at)).cloned()),
    };
    own.into_iter()
        .map(|(claim, pin)| Cited {
            pin: pin.clone(),
            value: claim.value.clone(),
            retracts: leaning::retracted(claim),
            origin: claim.origin,
            elsewhere: elsewhere(claim.hash),
        })
        .collect()
}

//! `slot-too-large`: a slot that can't be decided in bounded time.

use crate::claim::Claim;
use crate::diagnostic::{Finding, codes};
use crate::resolve::layout::{MAX_CLAIMS, TooLarge};

/// The slot of `claims` is not decided.
pub fn finding(claims: &[Claim], why: TooLarge) -> Finding {
    let slot = &claims[0].slot;
    let (message, help) = match why {
        TooLarge::Claims => (
            format!("`{slot}` has {} claims; {MAX_CLAIMS} are the most that one slot may have", claims.len()),
            "say it of several subjects, or as a map with a key each",
        ),
        TooLarge::Relations => (
            format!("the claims of `{slot}` stand over each other in more ways than can be weighed"),
            "say it of several subjects, or delete the claims that are superseded",
        ),
        TooLarge::Cases => (
            format!("the conditions of `{slot}` overlap in more ways than can be weighed"),
            "say it of several subjects, or use fewer dimensions in the `when` of its claims",
        ),
    };
    Finding::new(&codes::SLOT_TOO_LARGE, message, claims[0].origin, "one of its claims").help(help)
}

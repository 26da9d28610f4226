//! `precedence-tie`: two precedences whose `for` fits an address equally well.

use smol_str::SmolStr;

use super::words::list;
use crate::claim::Claim;
use crate::diagnostic::{Finding, codes};

/// `ids` fit the slot of `claim` alike; the first of them was taken.
pub fn tie(ids: &[SmolStr], claim: &Claim) -> Finding {
    let names: Vec<String> = ids.iter().map(|id| format!("`precedence.{id}`")).collect();
    let message = format!("{} fit `{}` equally well", list(&names), claim.slot);
    let label = "is weighed by which of them?";
    let finding = Finding::new(&codes::PRECEDENCE_TIE, message, claim.origin, label);
    finding.help(format!(
        "make the `for` of one of them longer, or name it in the `type` that declares the attribute: `precedence = \"{}\"`",
        ids.first().map_or("", SmolStr::as_str)
    ))
}

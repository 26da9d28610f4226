//! Where the claims of an answer come from over time: since when their words stand, what came back, which merge chose.

use super::Address;
use super::answer::{Answer, Pin};
use crate::claim::ClaimHash;
use crate::history::{Commit, SlotHistory, Tenure};

/// One claim over time.
#[derive(Clone, PartialEq, Debug)]
pub struct Lineage {
    /// Which.
    pub pin: Pin,
    /// Who said its value for its region and period, whatever became of its source, id and edges since; `None` where
    /// nothing says it any more.
    pub value_said_by: Option<Commit>,
    /// The merge that chose it where two lines had changed the slot differently.
    pub settled_by: Option<Commit>,
    /// The merge that kept it over a change on one line.
    pub kept_over: Option<Commit>,
    /// Every stretch of the main line in which it stood, the oldest first.
    pub stretches: Vec<Stretch>,
}

/// A stretch of the main line in which a claim stood.
#[derive(Clone, PartialEq, Debug)]
pub struct Stretch {
    /// Who said it.
    pub said_by: Commit,
    /// With which commit it became the main line's word.
    pub landed_by: Commit,
    /// Where its word had stood before and gone: who had said that.
    pub restores: Option<Commit>,
    /// Who took it away; `None` where it stands.
    pub removed_by: Option<Commit>,
    /// With which commit that became the main line's word.
    pub removal_landed_by: Option<Commit>,
}

/// The claims that answer, and one that was asked for by its pin and is gone; `history` is that of the answer's slot.
pub fn lineage(answer: &Answer, history: &SlotHistory) -> Vec<Lineage> {
    let mut claims: Vec<(Pin, ClaimHash)> =
        answer.cites.iter().map(|cite| (cite.pin.clone(), cite.hash)).collect();
    if let (Address::Pin(slot, digits), Some(of)) = (&answer.asked, &answer.slot) {
        let mut gone: Vec<ClaimHash> = history.tenures.iter().map(|tenure| tenure.atom).collect();
        gone.retain(|hash| hash.starts_with(digits) && !history.standing.contains_key(hash));
        gone.sort_unstable();
        gone.dedup();
        let pin = |hash: ClaimHash| (Pin { slot: slot.clone(), digits: digits.clone() }, hash);
        claims.extend(gone.into_iter().filter(|_| slot == of).map(pin));
    }
    claims.into_iter().map(|(pin, hash)| one(pin, hash, history)).collect()
}

fn one(pin: Pin, hash: ClaimHash, history: &SlotHistory) -> Lineage {
    let commit = |index: u32| history.commits[index as usize].clone();
    let stretch = |tenure: &Tenure| Stretch {
        said_by: commit(tenure.said_by),
        landed_by: commit(tenure.landed_by),
        restores: tenure.restores.map(commit),
        removed_by: tenure.removed_by.map(commit),
        removal_landed_by: tenure.removal_landed_by.map(commit),
    };
    let standing = history.standing.get(&hash);
    Lineage {
        pin,
        value_said_by: standing.map(|standing| commit(standing.value_said_by)),
        settled_by: standing.and_then(|standing| standing.settled_by).map(commit),
        kept_over: standing.and_then(|standing| standing.kept_over).map(commit),
        stretches: history.tenures.iter().filter(|tenure| tenure.atom == hash).map(stretch).collect(),
    }
}

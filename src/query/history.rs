//! How an answer came to be: what was said for a slot, and taken away, in the order of the graph.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::answer::Pin;
use super::{Address, QueryError};
use crate::claim::{Claim, ClaimHash, Slot};
use crate::history::{Commit, Provenance};

/// A claim appeared at a commit or went away there.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// The claim.
    pub pin: Pin,
    /// What it says; `None` where its text is not at hand.
    pub claim: Option<Claim>,
    /// Said, or taken away.
    pub said: bool,
    /// Whether it is said at the head asked about.
    pub standing: bool,
    /// Who did it.
    pub commit: Commit,
    /// Whether the commit is on the main line.
    pub on_main_line: bool,
}

/// The changes of `slots`, in a topological order of the commits (parents first) that depends on the graph alone.
///
/// `claims` are all that were ever said for these slots, as far as their texts are at hand; only they can be told
/// of, for a trace knows the claims that are gone by their hashes.
///
/// # Errors
/// None today; questions answer in one shape.
pub fn history(
    provenance: &Provenance,
    slots: &BTreeSet<Slot>,
    claims: &BTreeMap<ClaimHash, Claim>,
) -> Result<Vec<Change>, QueryError> {
    let ours: BTreeMap<&ClaimHash, &Claim> =
        claims.iter().filter(|(_, claim)| slots.contains(&claim.slot)).collect();
    let digits = digits(ours.keys().copied());
    let change = |event: &crate::history::Event| {
        let claim = *ours.get(&event.atom)?;
        Some(Change {
            pin: Pin { slot: claim.slot.clone(), digits: SmolStr::new(&event.atom.to_hex()[..digits]) },
            claim: Some(claim.clone()),
            said: event.said,
            standing: provenance.sayings.contains_key(&event.atom),
            commit: provenance.commits.get(event.commit as usize)?.clone(),
            on_main_line: event.on_main_line,
        })
    };
    Ok(provenance.events.iter().filter_map(change).collect())
}

/// Fewest digits that tell sorted hashes apart.
fn digits<'h>(hashes: impl Iterator<Item = &'h ClaimHash>) -> usize {
    let hexes: Vec<String> = hashes.map(|hash| hash.to_hex()).collect();
    let shared = |pair: &[String]| pair[0].bytes().zip(pair[1].bytes()).take_while(|(a, b)| a == b).count();
    (hexes.windows(2).map(shared).max().unwrap_or(0) + 1).clamp(Address::PIN_DIGITS, 64)
}

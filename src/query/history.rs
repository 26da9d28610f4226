//! How an answer came to be: what was said for a slot, and taken away, in the order of the graph.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::answer::{Origin, Pin};
use super::{Address, QueryError};
use crate::claim::{Claim, ClaimHash, Slot};
use crate::history::{CommitId, Provenance, Sayer, Saying};

/// A claim appeared at a commit or went away there.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// The claim.
    pub pin: Pin,
    /// What it says; `None` where its text is not at hand.
    pub claim: Option<Claim>,
    /// Said, or taken away.
    pub said: bool,
    /// Whether it is this saying that stands at the head asked about.
    pub standing: bool,
    /// Whose word it is at the head, where it is said there by another than `by`.
    pub stands_by: Option<Origin>,
    /// Who did it; where that lies behind what history shows, at or before which commit.
    pub by: Origin,
    /// Whether the commit is on the main line.
    pub on_main_line: bool,
    /// Whether a version since then did not parse, so that what was said was carried over it.
    pub carried: bool,
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
    let change = |hash: &ClaimHash, claim: &Claim, said: bool, by: Origin, on_main_line: bool| Change {
        pin: Pin { slot: claim.slot.clone(), digits: SmolStr::new(&hash.to_hex()[..digits]) },
        claim: Some(claim.clone()),
        said,
        standing: false,
        stands_by: None,
        by,
        on_main_line,
        carried: false,
    };
    let commit = |index: u32| provenance.commits.get(index as usize).cloned();
    // What stands and was said out of sight comes first.
    let unseen = ours.iter().filter_map(|(hash, claim)| match provenance.sayings.get(hash)?.said_by {
        Sayer::AtOrBefore(index) => {
            let carried = provenance.sayings[*hash].carried;
            let change = change(hash, claim, true, Origin::AtOrBefore(commit(index)?.id), true);
            Some(Change { carried, standing: true, ..change })
        }
        Sayer::Known(_) => None,
    });
    let seen = provenance.events.iter().filter_map(|event| {
        let by = Origin::Commit(Box::new(commit(event.commit)?));
        let saying = provenance.sayings.get(&event.atom);
        // Of what was said several times it is one that stands; with what other lines said that were merged.
        let is_own = |saying: &&Saying| saying.said_by == Sayer::Known(event.commit);
        let stands = saying
            .filter(|_| event.said)
            .filter(|saying| is_own(saying) || saying.also_said_by.contains(&event.commit));
        let stands_by = match (stands, saying.map(|saying| saying.said_by)) {
            (Some(_), _) | (_, None) => None,
            (None, Some(Sayer::Known(index))) => Some(Origin::Commit(Box::new(commit(index)?))),
            (None, Some(Sayer::AtOrBefore(index))) => Some(Origin::AtOrBefore(commit(index)?.id)),
        };
        let carried = stands.filter(is_own).is_some_and(|saying| saying.carried);
        let change = change(&event.atom, ours.get(&event.atom)?, event.said, by, event.on_main_line);
        Some(Change { carried, standing: stands.is_some(), stands_by, ..change })
    });
    let mut changes: Vec<Change> = unseen.collect();
    // Those of one commit beside each other, as it is for what can be seen.
    changes.sort_by(|a, b| boundary(&a.by).cmp(&boundary(&b.by)));
    changes.extend(seen);
    Ok(changes)
}

fn boundary(origin: &Origin) -> Option<&CommitId> {
    match origin {
        Origin::AtOrBefore(id) => Some(id),
        Origin::Commit(_) => None,
    }
}

/// Fewest digits that tell sorted hashes apart.
pub(super) fn digits<'h>(hashes: impl Iterator<Item = &'h ClaimHash>) -> usize {
    let hexes: Vec<String> = hashes.map(|hash| hash.to_hex()).collect();
    let shared = |pair: &[String]| pair[0].bytes().zip(pair[1].bytes()).take_while(|(a, b)| a == b).count();
    (hexes.windows(2).map(shared).max().unwrap_or(0) + 1).clamp(Address::PIN_DIGITS, 64)
}

//! What a claim says beside its value: what it takes back, and what it leans on through the claim that it corrects.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::claim::{Claim, EdgeKind, Target};

/// What `claim` takes back; of a claim that says something itself, nothing.
pub fn retracted(claim: &Claim) -> Vec<Target> {
    let edges = claim.statement.edges.iter().filter(|edge| edge.kind == EdgeKind::Retracts);
    edges.map(|edge| edge.target.clone()).collect()
}

/// Corrections of corrections are followed this far: nobody reads further, and a slot may hold very many.
const FAR: usize = 64;

/// The source of the claim at `position` of a slot (its claims sorted by hash): its own, else, as deciding sees it,
/// that of the claim that it corrects. Where it corrects several that lean on different sources, there is no one answer.
pub(super) fn source(claims: &[Claim], position: u32) -> Option<&SmolStr> {
    let (mut open, mut seen) = (vec![position], BTreeSet::new());
    let mut found: Option<Option<&SmolStr>> = None;
    while let Some(at) = open.pop() {
        if !seen.insert(at) {
            continue;
        }
        if seen.len() > FAR {
            return None;
        }
        let own = claims[at as usize].statement.source.as_ref();
        let corrected = if own.is_none() { corrected(claims, at) } else { Vec::new() };
        if corrected.is_empty() && *found.get_or_insert(own) != own {
            return None;
        }
        open.extend(corrected);
    }
    found.flatten()
}

/// The claims that a correction names: by its pin, or by the hash or id in its `of`. One that names none stands for
/// itself.
fn corrected(claims: &[Claim], position: u32) -> Vec<u32> {
    let statement = &claims[position as usize].statement;
    let Some(correction) = &statement.correction else { return Vec::new() };
    let edges = statement.edges.iter().filter(|edge| edge.kind == EdgeKind::Corrects);
    let pinned = correction.pin.iter().flat_map(|pin| hashed(claims, pin));
    let named = edges.flat_map(|edge| match &edge.target {
        Target::Hash(digits) => hashed(claims, digits),
        Target::Id(id) => (0..).zip(claims).filter(|(_, claim)| bears(claim, id)).map(|(at, _)| at).collect(),
        Target::Table | Target::Slot => Vec::new(),
    });
    pinned.chain(named).filter(|other| *other != position).collect()
}

fn bears(claim: &Claim, id: &SmolStr) -> bool {
    claim.statement.id.as_ref() == Some(id)
}

/// The claims whose hash begins with `digits`.
fn hashed(claims: &[Claim], digits: &str) -> Vec<u32> {
    let first = claims.partition_point(|claim| claim.hash.to_hex().as_str() < digits);
    let fit = claims[first..].iter().take_while(|claim| claim.hash.starts_with(digits));
    (first as u32..).zip(fit).map(|(at, _)| at).collect()
}

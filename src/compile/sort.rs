//! All claims in one order: by slot, hash and place; what is said in several places is there once.

use std::ops::Range;

use rayon::prelude::*;

use crate::claim::{Claim, Target};

/// Sorts claims by slot, hash and place.
///
/// Claims that stand together in a file are mostly of one subject, and a claim is large: so stretches of one subject
/// are sorted, then the positions of the claims of each, and only then is every claim moved, once.
pub(super) fn sort(claims: &mut [Claim]) {
    let subject = |stretch: &Range<u32>| &claims[stretch.start as usize].slot.subject;
    let mut stretches = Vec::new();
    let mut start = 0;
    for stretch in claims.chunk_by(|a, b| a.slot.subject == b.slot.subject) {
        let end = start + stretch.len() as u32;
        stretches.push(start..end);
        start = end;
    }
    stretches.par_sort_unstable_by(|a, b| (subject(a), a.start).cmp(&(subject(b), b.start)));
    let mut order: Vec<u32> = Vec::with_capacity(claims.len());
    for same in stretches.chunk_by(|a, b| subject(a) == subject(b)) {
        let first = order.len();
        order.extend(same.iter().cloned().flatten());
        order[first..].par_sort_unstable_by(|a, b| {
            let (a, b) = (&claims[*a as usize], &claims[*b as usize]);
            let key = |claim: &Claim| (claim.hash, claim.origin, claim.table);
            a.slot.attribute.cmp(&b.slot.attribute).then_with(|| key(a).cmp(&key(b)))
        });
    }
    // Cycle by cycle: position `to` takes the claim at `order[to]`.
    for first in 0..order.len() {
        let mut to = first;
        loop {
            let from = std::mem::replace(&mut order[to], to as u32) as usize;
            if from == first {
                break;
            }
            claims.swap(to, from);
            to = from;
        }
    }
}

/// Sorts claims, and joins those that say the same in the same slot: what is left, and each copy with the position of
/// the claim that it repeats.
///
/// Not in slots where a block is an exception to "the table above": there each copy of a claim matters, for it
/// is the one of its own table that gives way.
pub(super) fn sort_and_join(mut claims: Vec<Claim>) -> (Vec<Claim>, Vec<(u32, Claim)>) {
    sort(&mut claims);
    // In place: a second list of a million claims would be felt.
    let mut of = Vec::new();
    let mut is_copy = vec![false; claims.len()];
    let mut kept: u32 = 0;
    let mut start = 0;
    for slot in claims.chunk_by(|a, b| a.slot == b.slot) {
        let joins = joins(slot);
        for at in 0..slot.len() {
            let copy = joins && at > 0 && slot[at - 1].hash == slot[at].hash;
            if copy {
                of.push(kept - 1);
                is_copy[start + at] = true;
            } else {
                kept += 1;
            }
        }
        start += slot.len();
    }
    let mut is_copy = is_copy.into_iter();
    let copies: Vec<Claim> = claims.extract_if(.., |_| is_copy.next().unwrap_or(false)).collect();
    (claims, of.into_iter().zip(copies).collect())
}

/// Puts the claims of one slot behind those of others, as [`sort_and_join`] does for all.
pub(super) fn join_slot(mut slot: Vec<Claim>, claims: &mut Vec<Claim>, copies: &mut Vec<(u32, Claim)>) {
    slot.sort_by_key(|claim| (claim.hash, claim.origin, claim.table));
    let joins = joins(&slot);
    let start = claims.len();
    for claim in slot {
        match claims[start..].last() {
            Some(last) if joins && last.hash == claim.hash => copies.push((claims.len() as u32 - 1, claim)),
            _ => claims.push(claim),
        }
    }
}

/// Whether the claims of a slot that say the same are one.
fn joins(slot: &[Claim]) -> bool {
    let tabled = |claim: &Claim| claim.statement.edges.iter().any(|edge| edge.target == Target::Table);
    slot.len() > 1 && !slot.iter().any(tabled)
}

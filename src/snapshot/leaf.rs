//! What the leaves of the two Merkle trees are of, byte by byte.
//!
//! A fact's leaf holds what holds: the address, how many answers there may be, the hashes of its claims, and what was
//! decided about them — with what the ticks of a declared dimension mean, so that it can be read alone. It does not
//! hold where anything is written, why, or by whom. A saying's leaf holds a claim's hash and who said it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use smol_str::SmolStr;

use super::SnapshotError;
use super::check::{NO_LAW, claims_of};
use super::merkle::{self, Hash, leaf_hash};
use super::wire::{Inline, PutText, Writer, cardinality_byte, write_decided, write_shape};
use crate::claim::{Claim, ClaimHash, Declarations};
use crate::history::{Commit, Sayer, Saying};
use crate::resolve::{AxisName, Decided, Decisions, Ticks};

/// What the ticks of each declared dimension mean, hashed.
pub(super) struct Meanings(BTreeMap<SmolStr, Hash>);

impl Meanings {
    /// Those of `declarations`.
    pub fn new(declarations: &Declarations) -> Meanings {
        let meaning = |(id, dimension): (&SmolStr, &crate::claim::Dimension)| {
            let mut out = Writer::default();
            write_shape(&mut out, &mut Inline, &dimension.shape);
            (id.clone(), Hash::of(&out.0))
        };
        Meanings(declarations.dimensions.iter().map(meaning).collect())
    }
}

/// The leaf of one fact. `claims` are those of the slot.
///
/// # Errors
/// Where the slot has no claim, or a law that is not declared.
pub(super) fn fact_leaf(
    declarations: &Declarations,
    meanings: &Meanings,
    claims: &[Claim],
    decided: &Decided,
) -> Result<Hash, SnapshotError> {
    let first = claims.first().ok_or(SnapshotError::Nonsense("a slot has no claims"))?;
    let law = declarations.laws.get(first.law.0 as usize).ok_or(NO_LAW)?;
    let mut out = Writer(Vec::with_capacity(160));
    out.raw(b"dictum fact/1\0");
    Inline.text(&mut out, first.slot.subject.as_str());
    Inline.text(&mut out, &first.slot.attribute);
    out.byte(cardinality_byte(law.cardinality));
    out.count(claims.len());
    claims.iter().for_each(|claim| out.raw(&claim.hash.0));
    write_decided(&mut out, &mut Inline, decided);
    for axis in &decided.axes {
        if let (AxisName::Dimension(id), Ticks::Declared(_)) = (&axis.name, &axis.ticks) {
            let meaning = meanings.0.get(id);
            out.raw(
                &meaning
                    .ok_or(SnapshotError::Nonsense("a slot varies by a dimension that is not declared"))?
                    .0,
            );
        }
    }
    Ok(leaf_hash(&out.0))
}

/// The leaves of all facts, in address order, and one for the default calendar where one is named.
pub(super) fn fact_leaves(
    declarations: &Declarations,
    claims: &[Claim],
    decisions: &Decisions,
) -> Result<Vec<Hash>, SnapshotError> {
    let meanings = Meanings::new(declarations);
    let leaf = |decided: &Decided| fact_leaf(declarations, &meanings, claims_of(claims, decided)?, decided);
    let mut leaves: Vec<Hash> = decisions.slots.par_iter().map(leaf).collect::<Result<_, _>>()?;
    leaves.extend(declarations.default_calendar.as_deref().map(default_calendar_leaf));
    Ok(leaves)
}

/// The leaf, behind those of all facts, of what `dictum.toml` says that no claim does.
fn default_calendar_leaf(id: &str) -> Hash {
    let mut out = Writer::default();
    out.raw(b"dictum default calendar/1\0");
    Inline.text(&mut out, id);
    leaf_hash(&out.0)
}

/// The content root of what was decided, without writing a snapshot: what [`super::Snapshot::content_root`] of its
/// bytes would be.
///
/// # Errors
/// [`SnapshotError::Nonsense`] where the three do not belong together (a fault of the program).
pub fn content_root(
    declarations: &Declarations,
    claims: &[Claim],
    decisions: &Decisions,
) -> Result<Hash, SnapshotError> {
    Ok(merkle::root(fact_leaves(declarations, claims, decisions)?))
}

/// What a saying says, hashed: by the names of commits, not by their places in a table.
pub(super) fn saying_hash(saying: &Saying, commits: &[Commit]) -> Result<Hash, SnapshotError> {
    let mut out = Writer::default();
    for sayer in [saying.said_by, saying.landed_by, saying.first_said_by] {
        let (known, index) = match sayer {
            Sayer::Known(index) => (true, index),
            Sayer::AtOrBefore(index) => (false, index),
        };
        out.flag(known);
        commit_name(&mut out, commits, index)?;
    }
    out.flag(saying.carried);
    out.count(saying.also_said_by.len());
    for index in &saying.also_said_by {
        commit_name(&mut out, commits, *index)?;
    }
    Ok(Hash::of(&out.0))
}

/// The leaf of one claim and the hash of its saying; `None` for a claim about which nothing is known.
pub(super) fn saying_leaf(claim: &ClaimHash, saying: Option<Hash>) -> Hash {
    let mut out = Writer(Vec::with_capacity(96));
    out.raw(b"dictum saying/1\0");
    out.raw(&claim.0);
    out.flag(saying.is_some());
    if let Some(saying) = saying {
        out.raw(&saying.0);
    }
    leaf_hash(&out.0)
}

fn commit_name(out: &mut Writer, commits: &[Commit], index: u32) -> Result<(), SnapshotError> {
    let commit = commits.get(index as usize).ok_or(SnapshotError::Nonsense("a commit is missing"))?;
    Inline.text(out, commit.id.as_str());
    Ok(())
}

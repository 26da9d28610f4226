//! One decided slot of a snapshot: its claims with their places, and the way from a point to its outcome.

use std::sync::Arc;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::{Hash, SnapshotError};
use crate::claim::{Claim, ClaimHash, Law, Point, Slot, Value};
use crate::resolve::{Decided, Outcome};

/// A point to ask about: a day, and a value for some dimensions (sorted or not, each once).
#[derive(Clone, Copy, Debug, Default)]
pub struct At<'a> {
    /// Valid time; `None` if it is left open.
    pub on: Option<Date>,
    /// Dimension and value.
    pub context: &'a [(SmolStr, Point)],
}

/// What [`super::Snapshot::get`] finds at a point.
#[derive(Clone, Copy, Debug)]
pub enum Lookup<'s> {
    /// The slot has an answer here.
    Fact(FactRef<'s>),
    /// Nothing is said here.
    Gap,
    /// Claims contradict each other here.
    Conflict,
    /// The slot varies by something that the point leaves open, or gives a value that the dimension does not have:
    /// decode the slot ([`super::Snapshot::slot`]) and ask `resolve`.
    Depends,
}

/// A fact, borrowed from the snapshot: the claims that say it, and the value of the first.
#[derive(Clone, Copy, Debug)]
pub struct FactRef<'s> {
    slot: SlotView<'s>,
}

impl<'s> FactRef<'s> {
    /// Its slot.
    pub fn slot(&self) -> SlotView<'s> {
        self.slot
    }

    /// The value that the first supporting claim says; of a `set`, the others add theirs ([`FactRef::claims`]).
    pub fn value(&self) -> Result<Value, SnapshotError> {
        todo!()
    }

    /// The text of [`FactRef::value`] where it is text or a reference, borrowed.
    pub fn text(&self) -> Result<Option<&'s str>, SnapshotError> {
        todo!()
    }

    /// The hash of the first supporting claim.
    pub fn hash(&self) -> Result<ClaimHash, SnapshotError> {
        todo!()
    }

    /// Positions in the slot's claims of all that say it.
    pub fn claims(&self) -> Result<Vec<u32>, SnapshotError> {
        todo!()
    }
}

/// Where a claim is written, without the text at hand.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The path from the top of the repository.
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A claim and where it is written.
#[derive(Clone, PartialEq, Debug)]
pub struct ClaimView {
    /// Its position among all claims of the snapshot, for [`super::ProvenanceView::saying`].
    pub index: u32,
    /// The claim, whole.
    pub claim: Claim,
    /// Its place.
    pub place: Place,
}

/// One slot decoded, ready to be explained: `resolve` sees a world of this slot alone.
#[derive(Clone, PartialEq, Debug)]
pub struct DecidedSlot {
    /// Its claims, in order of hash.
    pub claims: Vec<Claim>,
    /// What was decided; its `claims` range is the whole of [`DecidedSlot::claims`].
    pub decided: Decided,
    /// For each claim, where it is written.
    pub places: Vec<Place>,
    /// Position of the first claim among all claims of the snapshot, for [`super::ProvenanceView::saying`].
    pub first: u32,
}

/// One slot of a snapshot; nothing is decoded until asked for.
#[derive(Clone, Copy, Debug)]
pub struct SlotView<'s> {
    #[expect(dead_code, reason = "filled in the next step")]
    snapshot: &'s super::Snapshot,
}

impl SlotView<'_> {
    /// Its address.
    pub fn slot(&self) -> Result<Slot, SnapshotError> {
        todo!()
    }

    /// The merge law of its first claim.
    pub fn law(&self) -> Result<Law, SnapshotError> {
        todo!()
    }

    /// How many claims it has.
    pub fn claim_count(&self) -> Result<u32, SnapshotError> {
        todo!()
    }

    /// Its claims with their places, in order of hash.
    pub fn claims(&self) -> Result<Vec<ClaimView>, SnapshotError> {
        todo!()
    }

    /// Claims and decision together, as `resolve` explains them.
    pub fn decode(&self) -> Result<DecidedSlot, SnapshotError> {
        todo!()
    }

    /// What holds at a point; `None` where the point leaves open what the slot varies by.
    pub fn outcome_at(&self, _at: &At<'_>) -> Result<Option<Outcome>, SnapshotError> {
        todo!()
    }

    /// The hash of this fact's leaf in the content tree.
    pub fn leaf(&self) -> Result<Hash, SnapshotError> {
        todo!()
    }
}

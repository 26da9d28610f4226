//! One decided slot of a snapshot: its claims with their places, and the way from a point to its outcome.

use std::sync::Arc;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::check::NO_LAW;
use super::wire::{DecidedParts, OutcomeKind, OutcomeParts, ReadClaim, Record, first_text, read_value};
use super::{Hash, Place, Snapshot, SnapshotError, leaf};
use crate::claim::{Claim, ClaimHash, Law, Point, Slot, Value};
use crate::resolve::{Decided, Outcome, Ticks};

/// A point to ask about: a day, and a value for some dimensions (in any order, each once).
#[derive(Clone, Copy, Debug, Default)]
pub struct At<'a> {
    /// Valid time; `None` if it is left open.
    pub on: Option<Date>,
    /// Dimension and value.
    pub context: &'a [(SmolStr, Point)],
}

/// What [`Snapshot::get`] finds at a point.
#[derive(Clone, Copy, Debug)]
pub enum Lookup<'s> {
    /// The slot has an answer here.
    Fact(FactRef<'s>),
    /// Nothing is said here.
    Gap,
    /// Claims contradict each other here.
    Conflict,
    /// The slot varies by something that the point leaves open, or gives a value that the dimension does not have:
    /// decode the slot ([`Snapshot::slot`]) and ask `resolve`.
    Depends,
}

/// A fact, borrowed from the snapshot: the claims that say it, and the value of the first.
#[derive(Clone, Copy, Debug)]
pub struct FactRef<'s> {
    slot: SlotView<'s>,
    outcome: OutcomeParts<'s>,
}

impl<'s> FactRef<'s> {
    /// Its slot.
    pub fn slot(&self) -> SlotView<'s> {
        self.slot
    }

    /// The value that the first supporting claim says; of a `set`, the others add theirs ([`FactRef::claims`]).
    pub fn value(&self) -> Result<Value, SnapshotError> {
        let mut reader = self.slot.record.value(self.outcome.first()?)?;
        read_value(&mut reader, &mut self.slot.snapshot.decoding()?)
    }

    /// The text of [`FactRef::value`] where it is text or a reference, borrowed.
    pub fn text(&self) -> Result<Option<&'s str>, SnapshotError> {
        first_text(self.slot.record.value(self.outcome.first()?)?, self.slot.snapshot.texts())
    }

    /// The hash of the first supporting claim.
    pub fn hash(&self) -> Result<ClaimHash, SnapshotError> {
        let hashes = self.slot.snapshot.hashes_of(&self.slot.record)?;
        let hash = hashes.get(self.outcome.first()? as usize);
        hash.map(|hash| ClaimHash(*hash)).ok_or(SnapshotError::Nonsense("a fact is said by no claim"))
    }

    /// Positions in the slot's claims of all that say it.
    pub fn claims(&self) -> Result<Vec<u32>, SnapshotError> {
        self.outcome.positions(self.slot.record.count).map(|(positions, _)| positions)
    }
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

/// One slot of a snapshot; little is decoded until asked for.
#[derive(Clone, Copy, Debug)]
pub struct SlotView<'s> {
    snapshot: &'s Snapshot,
    start: u32,
    record: Record<'s>,
    subject: &'s str,
    attribute: &'s str,
}

impl<'s> SlotView<'s> {
    /// The slot whose record starts at `start`.
    pub(super) fn new(
        snapshot: &'s Snapshot,
        start: u32,
        record: Record<'s>,
    ) -> Result<SlotView<'s>, SnapshotError> {
        let texts = snapshot.texts();
        let (subject, attribute) = (texts.get(record.subject)?, texts.get(record.attribute)?);
        Ok(SlotView { snapshot, start, record, subject, attribute })
    }

    /// `KIND/ID`.
    pub fn subject(&self) -> &'s str {
        self.subject
    }

    /// The attribute, with a map's key behind a dot.
    pub fn attribute(&self) -> &'s str {
        self.attribute
    }

    /// The text that the claim at `position` says, borrowed; `None` where it says no text and no reference.
    pub fn text(&self, position: u32) -> Result<Option<&'s str>, SnapshotError> {
        first_text(self.record.value(position)?, self.snapshot.texts())
    }

    /// The hash of the claim at `position`.
    pub fn hash(&self, position: u32) -> Result<ClaimHash, SnapshotError> {
        let hash = self.snapshot.hashes_of(&self.record)?.get(position as usize);
        hash.map(|hash| ClaimHash(*hash))
            .ok_or(SnapshotError::Nonsense("a fact has claims that do not exist"))
    }

    /// Its address.
    pub fn slot(&self) -> Result<Slot, SnapshotError> {
        let slot = Slot::parse(&format!("{}#{}", self.subject, self.attribute));
        slot.ok_or(SnapshotError::Nonsense("an address is not `KIND/ID#ATTRIBUTE`"))
    }

    /// The merge law of its first claim.
    pub fn law(&self) -> Result<Law, SnapshotError> {
        let law = self.record.law(&mut self.snapshot.decoding()?)?;
        let law = self.snapshot.declarations()?.laws.get(law.0 as usize);
        law.cloned().ok_or(NO_LAW)
    }

    /// How many claims it has.
    pub fn claim_count(&self) -> u32 {
        self.record.count
    }

    /// Its claims with their places, in order of hash.
    pub fn claims(&self) -> Result<Vec<ClaimView>, SnapshotError> {
        let DecidedSlot { claims, places, first, .. } = self.decode()?;
        let views = claims.into_iter().zip(places).zip(first..);
        Ok(views.map(|((claim, place), index)| ClaimView { index, claim, place }).collect())
    }

    /// Claims and decision together, as `resolve` explains them: what points, points at something.
    pub fn decode(&self) -> Result<DecidedSlot, SnapshotError> {
        let laws = self.snapshot.declarations()?.laws.len();
        let mut decoding = self.snapshot.decoding()?;
        // The index knows where a record starts; the table knows where it ends.
        let facts = self.snapshot.facts()?;
        let ordinal =
            facts.position(self.start).ok_or(SnapshotError::Nonsense("the index points nowhere"))?;
        let record = Record::read(facts.get(ordinal)?)?;
        let (mut claims, mut places) = (Vec::new(), Vec::new());
        for ReadClaim { claim, line, column } in
            record.claims(&mut decoding, self.snapshot.hashes_of(&record)?)?
        {
            if claim.law.0 as usize >= laws {
                return Err(NO_LAW);
            }
            let path: Arc<str> = self.snapshot.file(claim.origin.file.0, &mut decoding)?.path;
            let span = claim.origin.span;
            places.push(Place { path, line, column, start: span.start, end: span.end });
            claims.push(claim);
        }
        let decided = record.decided.decode(0..record.count, &mut decoding)?;
        Ok(DecidedSlot { claims, decided, places, first: record.first })
    }

    /// What holds at a point; `None` where the point leaves open what the slot varies by.
    pub fn outcome_at(&self, at: &At<'_>) -> Result<Option<Outcome>, SnapshotError> {
        let outcome = self.walk(at)?;
        outcome.map(|outcome| Ok(outcome.decode(self.record.count)?.0)).transpose()
    }

    /// What holds at a point, borrowed.
    pub(super) fn look_up(self, at: &At<'_>) -> Result<Lookup<'s>, SnapshotError> {
        Ok(match self.walk(at)? {
            None => Lookup::Depends,
            Some(outcome) => match outcome.kind {
                OutcomeKind::Gap => Lookup::Gap,
                OutcomeKind::Conflict => Lookup::Conflict,
                OutcomeKind::Fact => Lookup::Fact(FactRef { slot: self, outcome }),
            },
        })
    }

    fn walk(&self, at: &At<'_>) -> Result<Option<OutcomeParts<'s>>, SnapshotError> {
        outcome_of(&self.record.decided, self.snapshot, at)
    }

    /// The hash of this fact's leaf in the content tree.
    pub fn leaf(&self) -> Result<Hash, SnapshotError> {
        let DecidedSlot { claims, mut decided, first, .. } = self.decode()?;
        decided.claims = first..first + self.record.count;
        let declarations = self.snapshot.declarations()?;
        leaf::fact_leaf(declarations, &leaf::Meanings::new(declarations), &claims, &decided)
    }

    /// Its place in address order.
    pub(super) fn ordinal(&self) -> Result<u32, SnapshotError> {
        let ordinal = self.snapshot.facts()?.position(self.start);
        ordinal.ok_or(SnapshotError::Nonsense("the index points nowhere"))
    }
}

/// The outcome of a slot of `snapshot` at a point; `None` where the point leaves open what it varies by.
pub(super) fn outcome_of<'s>(
    decided: &DecidedParts<'s>,
    snapshot: &Snapshot,
    at: &At<'_>,
) -> Result<Option<OutcomeParts<'s>>, SnapshotError> {
    if decided.is_plain() {
        return decided.outcome(0).map(Some);
    }
    let of_axis = |dimension: Option<&str>, ticks: &Ticks| tick(snapshot, dimension, ticks, at);
    let ticks = decided.ticks(snapshot.texts(), &mut snapshot.decoding()?, of_axis)?;
    let leaf = decided.walk(|axis| ticks.get(axis as usize).copied().flatten())?;
    leaf.map(|outcome| decided.outcome(outcome)).transpose()
}

/// Where `at` stands on the axis of `dimension` (`None` for time); `None` where it does not say, or nothing that the axis
/// knows.
fn tick(
    snapshot: &Snapshot,
    dimension: Option<&str>,
    ticks: &Ticks,
    at: &At<'_>,
) -> Result<Option<u32>, SnapshotError> {
    let Some(dimension) = dimension else {
        return Ok(at.on.and_then(|day| cut_tick(ticks, &Point::Date(day))));
    };
    let Some((_, point)) = at.context.iter().find(|(known, _)| known == dimension) else {
        return Ok(None);
    };
    match (ticks, point) {
        (Ticks::Declared(2), Point::Bool(yes)) => Ok(Some(u32::from(*yes))),
        (Ticks::Declared(_), Point::Word(word)) => snapshot.declared_tick(dimension, word),
        (ticks, point) => Ok(cut_tick(ticks, point)),
    }
}

/// The tick of a point on an axis that is cut by the claims themselves.
fn cut_tick(ticks: &Ticks, point: &Point) -> Option<u32> {
    let tick = match (ticks, point) {
        (Ticks::Days(cuts), Point::Date(day)) => cuts.partition_point(|cut| cut <= day),
        (Ticks::Numbers(cuts), Point::Number(number)) => {
            cuts.partition_point(|(cut, below)| cut < number || (cut == number && !below))
        }
        (Ticks::Words(words), Point::Word(word)) => words.binary_search(word).unwrap_or(words.len()),
        _ => return None,
    };
    Some(tick as u32)
}

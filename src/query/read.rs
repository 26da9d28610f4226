//! What questions read of a snapshot: a slot with its claims, and each claim as evidence.

use smol_str::SmolStr;

use super::answer::{Basis, Cite, Origin, Pin, Place, Said, Source};
use super::nearest::nearest;
use super::{Address, QueryError, Question, get, leaning};
use crate::claim::{Cardinality, Claim, ClaimHash, Declarations, Slot, Subject, Value};
use crate::history::{Completeness, Sayer, Saying};
use crate::resolve::Decided;
use crate::snapshot::{ProvenanceView, Snapshot};

/// A snapshot being asked.
pub(super) struct Reading<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) declarations: &'s Declarations,
    provenance: Option<ProvenanceView<'s>>,
}

/// One slot, decoded.
pub(super) struct SlotReading {
    pub(super) slot: Slot,
    pub(super) claims: Vec<Claim>,
    pub(super) decided: Decided,
    /// Whether its answer is a union.
    pub(super) is_set: bool,
    places: Vec<crate::snapshot::Place>,
    first: u32,
    digits: usize,
}

impl SlotReading {
    /// The claim at `position` as a pin, with as many digits as keep it unique in the slot.
    pub(super) fn pin(&self, position: u32) -> Pin {
        let hex = self.claims[position as usize].hash.to_hex();
        Pin { slot: self.slot.clone(), digits: SmolStr::new(&hex[..self.digits]) }
    }

    /// Positions of the claims for which `which` holds.
    pub(super) fn positions(&self, which: impl Fn(&Claim) -> bool) -> Vec<u32> {
        let all = self.claims.iter().enumerate();
        all.filter(|(_, claim)| which(claim)).map(|(at, _)| at as u32).collect()
    }
}

/// Fewest hex digits, at least those of a pin, that tell sorted hashes apart.
pub(super) fn digits_apart(hashes: &[ClaimHash]) -> usize {
    let shared = |a: &ClaimHash, b: &ClaimHash| {
        let (a, b) = (a.to_hex(), b.to_hex());
        a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
    };
    let most = hashes.windows(2).map(|pair| shared(&pair[0], &pair[1])).max().unwrap_or(0);
    (most + 1).clamp(Address::PIN_DIGITS, 64)
}

impl<'s> Reading<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> Result<Reading<'s>, QueryError> {
        Ok(Reading { snapshot, declarations: snapshot.declarations()?, provenance: snapshot.provenance() })
    }

    /// The slot, decoded; `None` where nothing is said about it.
    pub(super) fn slot(&self, slot: &Slot) -> Result<Option<SlotReading>, QueryError> {
        let Some(view) = self.snapshot.slot(slot)? else { return Ok(None) };
        let is_set = view.law()?.cardinality == Cardinality::Set;
        let decoded = view.decode()?;
        Ok(Some(SlotReading {
            slot: slot.clone(),
            digits: digits_apart(&decoded.claims.iter().map(|claim| claim.hash).collect::<Vec<_>>()),
            claims: decoded.claims,
            decided: decoded.decided,
            is_set,
            places: decoded.places,
            first: decoded.first,
        }))
    }

    /// The slots of a subject, in address order.
    pub(super) fn slots_of(&self, subject: &Subject) -> Result<Vec<Slot>, QueryError> {
        let prefix = format!("{subject}#");
        let views = self.snapshot.slots_with_prefix(&prefix)?;
        views.map(|view| Ok(view?.slot()?)).collect()
    }

    /// What an attribute of `subject` holds at the point asked about.
    pub(super) fn holds(
        &self,
        subject: &Subject,
        attribute: &str,
        question: &Question,
    ) -> Result<Option<Value>, QueryError> {
        get::held(self, &get::slot_of(subject, attribute), question)
    }

    /// The claim at `position` of a slot, as evidence.
    pub(super) fn cite(&self, read: &SlotReading, position: u32) -> Result<Cite, QueryError> {
        let claim = &read.claims[position as usize];
        let place = &read.places[position as usize];
        let said = match &self.provenance {
            Some(provenance) => match provenance.saying(read.first + position)? {
                Some(saying) => Some(said(provenance, &saying)?),
                None => None,
            },
            None => None,
        };
        Ok(Cite {
            pin: read.pin(position),
            hash: claim.hash,
            id: claim.statement.id.clone(),
            value: claim.value.clone(),
            retracts: leaning::retracted(claim),
            when: claim.statement.when.clone(),
            period: claim.statement.period,
            reason: claim.statement.reason.clone(),
            source: leaning::source(&read.claims, position)
                .map(|id| self.source(id, claim.statement.source.is_none())),
            place: Place {
                path: place.path.clone(),
                line: place.line,
                column: place.column,
                start: place.start,
                end: place.end,
            },
            said,
        })
    }

    fn source(&self, id: &SmolStr, inherited: bool) -> Source {
        let record = self.declarations.sources.get(id);
        let tier =
            record.and_then(|record| record.tier).and_then(|tier| self.declarations.tiers.get(tier as usize));
        let title = record.and_then(|record| record.title.clone());
        Source { id: id.clone(), title, tier: tier.cloned(), inherited }
    }

    /// From what answers are read.
    pub(super) fn basis(&self) -> Result<Basis, QueryError> {
        let completeness = self.provenance.map(|provenance| provenance.completeness()).transpose()?;
        let at = self.provenance.map(|provenance| provenance.head()).transpose()?;
        Ok(Basis {
            history: completeness.as_ref().map_or("none", Completeness::as_str),
            mend: completeness.as_ref().and_then(Completeness::mend),
            snapshot: self.snapshot.content_root().to_string(),
            at,
        })
    }

    /// Known addresses near one that leads nowhere: of the subject if it is known, else subjects.
    pub(super) fn near(&self, address: &Address) -> Result<Vec<String>, QueryError> {
        const MOST: usize = 3;
        let subject = address.subject();
        let slots = self.slots_of(subject)?;
        if let (Some(asked), false) = (address.slot(), slots.is_empty()) {
            let others =
                slots.iter().map(|slot| slot.attribute.as_str()).filter(|known| *known != asked.attribute);
            let near = nearest(&asked.attribute, others, MOST);
            return Ok(near.into_iter().map(|attribute| format!("{subject}#{attribute}")).collect());
        }
        if !slots.is_empty() {
            return Ok(Vec::new());
        }
        let behind = address.slot().map(|slot| format!("#{}", slot.attribute)).unwrap_or_default();
        let subjects = self.snapshot.subjects("")?.collect::<Result<Vec<&str>, _>>()?;
        let same_kind = format!("{}/", subject.kind());
        let of_kind = subjects.iter().filter_map(|known| known.strip_prefix(&same_kind));
        let near = nearest(subject.id(), of_kind, MOST);
        let mut near: Vec<String> = near.into_iter().map(|id| format!("{same_kind}{id}")).collect();
        if near.is_empty() {
            let others = subjects.iter().copied().filter(|known| !known.starts_with(&same_kind));
            near = nearest(subject.as_str(), others, MOST).into_iter().map(str::to_owned).collect();
        }
        // The attribute asked for is offered only where that subject has it.
        let with_attribute = |subject: String| -> Result<String, QueryError> {
            let full = format!("{subject}{behind}");
            let known =
                Slot::parse(&full).map(|slot| self.snapshot.slot(&slot)).transpose()?.flatten().is_some();
            Ok(if known { full } else { subject })
        };
        near.into_iter().map(with_attribute).collect()
    }
}

fn said(provenance: &ProvenanceView<'_>, saying: &Saying) -> Result<Said, QueryError> {
    let commit = |sayer: Sayer| -> Result<Origin, QueryError> {
        Ok(match sayer {
            Sayer::Known(index) => Origin::Commit(Box::new(provenance.commit(index)?)),
            Sayer::AtOrBefore(index) => Origin::AtOrBefore(provenance.commit(index)?.id),
        })
    };
    let also = saying.also_said_by.iter().map(|index| provenance.commit(*index));
    Ok(Said {
        said_by: commit(saying.said_by)?,
        also_said_by: also.collect::<Result<_, _>>()?,
        landed_by: commit(saying.landed_by)?,
        first_said_by: commit(saying.first_said_by)?,
        carried: saying.carried,
    })
}

//! Everything that holds on a day, each fact with who said it, who reviewed it, and whether it is time to look again.

use std::collections::BTreeSet;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::blame::Selection;
use super::read::Reading;
use super::{Address, Cite, Context, QueryError, Question, Status, get};
use crate::claim::{ClaimHash, Governance, Period, Slot};
use crate::history::{Need, Reason, Review, Reviewed};
use crate::snapshot::Snapshot;

/// What an audit is asked to look at, and by what.
pub struct Audit<'a> {
    /// Which addresses.
    pub selections: &'a [Selection],
    /// The day on which facts hold, and by which reviews are due.
    pub on: Date,
    /// Judges whether a claim was reviewed.
    pub review: &'a dyn Fn(&Cite) -> Review,
    /// Whether subjects of a kind can lean on sources.
    pub leans: &'a dyn Fn(&str) -> bool,
}

/// A claim that answers somewhere on the day, and what tells of its care.
#[derive(Clone, PartialEq, Debug)]
pub struct Audited {
    /// The claim.
    pub cite: Cite,
    /// The days around the one asked about on which it is the answer; where it is not alone one, those on which it
    /// speaks.
    pub valid: Period,
    /// Whether it was reviewed.
    pub review: Review,
    /// The day it landed (UTC).
    pub landed: Option<Date>,
    /// When it is to be looked at again, by the policy that asks for it first.
    pub due: Option<Due>,
    /// Policies of today that ask for a source, where it leans on none.
    pub unsourced: Vec<SmolStr>,
}

/// When a fact is to be looked at again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// Which policy says so.
    pub policy: SmolStr,
    /// The day; `None` where it is unknown when it landed.
    pub day: Option<Date>,
    /// Whether that day has come; `None` where it is unknown.
    pub overdue: Option<bool>,
}

/// What an audit found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Findings {
    /// In address order, then by hash.
    pub facts: Vec<Audited>,
    /// Slots in which claims contradict each other: nothing is answered there.
    pub conflicts: Vec<Slot>,
}

/// What it comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Facts looked at.
    pub facts: usize,
    /// Reviewed.
    pub reviewed: usize,
    /// Not reviewed.
    pub not_reviewed: usize,
    /// Whether it was reviewed can't be known.
    pub unknown: usize,
    /// Not as a policy in force when it landed asked for.
    pub unmet: usize,
    /// To be looked at again by the day asked about.
    pub overdue: usize,
    /// Without the source that a policy asks for.
    pub unsourced: usize,
    /// Slots whose claims contradict each other.
    pub conflicts: usize,
}

impl Audited {
    /// What the policies in force when it landed asked for and did not get.
    pub fn unmet(&self) -> impl Iterator<Item = &Need> {
        self.review.needs.iter().filter(|need| need.met() == Some(false))
    }

    /// Whether its day to be looked at again has come.
    pub fn is_overdue(&self) -> bool {
        self.due.as_ref().is_some_and(|due| due.overdue == Some(true))
    }

    /// Whether there is something to do about it.
    pub fn is_wanting(&self) -> bool {
        self.is_overdue() || !self.unsourced.is_empty() || self.unmet().next().is_some()
    }
}

impl Findings {
    /// The sums.
    pub fn totals(&self) -> Totals {
        let count = |which: &dyn Fn(&Audited) -> bool| self.facts.iter().filter(|fact| which(fact)).count();
        let state = |state: Reviewed| count(&|fact| fact.review.state == state);
        Totals {
            facts: self.facts.len(),
            reviewed: state(Reviewed::Yes),
            not_reviewed: state(Reviewed::No),
            unknown: state(Reviewed::Unknown),
            unmet: count(&|fact| fact.unmet().next().is_some()),
            overdue: count(&Audited::is_overdue),
            unsourced: count(&|fact| !fact.unsourced.is_empty()),
            conflicts: self.conflicts.len(),
        }
    }

    /// Whether something is known to be amiss.
    pub fn is_wanting(&self) -> bool {
        !self.conflicts.is_empty() || self.facts.iter().any(Audited::is_wanting)
    }

    /// Whether who reviewed can't be told for lack of history.
    pub fn is_unconfirmed(&self) -> bool {
        self.facts.iter().any(|fact| {
            matches!(
                fact.review.reason,
                Reason::IncompleteHistory | Reason::NoHistory | Reason::PolicyUnknown
            )
        })
    }
}

/// Audits `snapshot`: every claim that answers for some context on the day.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn audit(snapshot: &Snapshot, audit: &Audit<'_>) -> Result<Findings, QueryError> {
    let governance = governance(snapshot)?;
    let mut found = Findings::default();
    let mut seen: BTreeSet<(Slot, ClaimHash)> = BTreeSet::new();
    for selection in audit.selections {
        for view in snapshot.slots_with_prefix(&selection.prefix())? {
            let slot = view?.slot()?;
            if selection.takes_slot(&slot) {
                add_slot(snapshot, audit, selection, slot, &governance, &mut seen, &mut found)?;
            }
        }
    }
    let key = |fact: &Audited| (fact.cite.pin.slot.clone(), fact.cite.hash);
    found.facts.sort_by_cached_key(key);
    found.conflicts.sort();
    found.conflicts.dedup();
    Ok(found)
}

fn add_slot(
    snapshot: &Snapshot,
    audit: &Audit<'_>,
    selection: &Selection,
    slot: Slot,
    governance: &Governance,
    seen: &mut BTreeSet<(Slot, ClaimHash)>,
    found: &mut Findings,
) -> Result<(), QueryError> {
    let address = Address::Slot(slot.clone());
    let question = Question { address, context: Context::default(), on: audit.on };
    for answer in get(snapshot, &question)? {
        if answer.status == Status::Contested {
            found.conflicts.push(slot.clone());
            continue;
        }
        let alone = answer.valid.filter(|_| answer.cites.len() == 1);
        let open = if answer.status == Status::Depends { answer.facts } else { Vec::new() };
        let cites = answer.cites.into_iter().chain(open.into_iter().flat_map(|fact| fact.cites));
        for cite in cites.filter(|cite| selection.takes(cite, cite.hash)) {
            if seen.insert((slot.clone(), cite.hash)) {
                let valid = alone.unwrap_or(cite.period);
                found.facts.push(audited(cite, valid, audit, governance));
            }
        }
    }
    Ok(())
}

fn audited(cite: Cite, valid: Period, audit: &Audit<'_>, governance: &Governance) -> Audited {
    let slot = &cite.pin.slot;
    let landed = cite.said.as_ref().and_then(|said| said.landed_by.commit()?.day());
    let every = governance.policies_for(slot).filter_map(|(id, policy)| Some((id, policy.review_every?)));
    let due = every.map(|(id, every)| {
        let day = landed.and_then(|landed| every.after(landed));
        Due { policy: id.clone(), day, overdue: day.map(|day| day <= audit.on) }
    });
    // What is unknown stands behind what is known.
    let due = due.min_by_key(|due| (due.day.is_none(), due.day));
    let bare = cite.source.is_none() && (audit.leans)(slot.subject.kind());
    let asking = governance.policies_for(slot).filter(|(_, policy)| bare && policy.source_required);
    let unsourced = asking.map(|(id, _)| id.clone()).collect();
    Audited { review: (audit.review)(&cite), landed, due, unsourced, valid, cite }
}

/// The policies and teams that a snapshot holds.
pub fn governance(snapshot: &Snapshot) -> Result<Governance, QueryError> {
    let reading = Reading::new(snapshot)?;
    let mut claims = Vec::new();
    for kind in crate::claim::GOVERNING {
        for view in snapshot.slots_with_prefix(&format!("{kind}/"))? {
            let slot = view?.slot()?;
            claims.extend(reading.slot(&slot)?.into_iter().flat_map(|read| read.claims));
        }
    }
    Ok(Governance::of(&claims))
}

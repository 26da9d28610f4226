//! A name → the subject it refers to: which Acme is which, at one point.
//!
//! # Terms
//! * **bearer** — a subject that a claim gives the name to.
//! * **referent** — the bearer that a name refers to in the context and on the day asked about.
//! * **step** — a succession: what a subject became, since when, said by which claim.
//!
//! A referent is named only where exactly one bearer is left whatever the question leaves open. Bearers that are the
//! same thing (`same-as`), or one of which became the other by the day asked about (`successor`), are one. All else is
//! ambiguous, with every bearer and the one question that leaves the fewest. What is merely near to a name is shown,
//! and never chosen.

mod bearing;

mod becoming;

mod many;

mod splitting;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::answer::{Basis, Cite, Deprecation, Status};
use super::read::Reading;
use super::{Address, Context, QueryError, Question, get, walk};
use crate::claim::{Slot, Subject, Value, When};
use crate::name::norm;
use crate::resolve::Outcome;
use crate::snapshot::Snapshot;
use bearing::Bearer;

pub(super) use becoming::{FAR, joined, references};
pub use many::{Brief, Case, Referring};
pub use splitting::{By, Choice, NameAsk};

/// A question about a name.
#[derive(Clone, PartialEq, Debug)]
pub struct NameQuestion {
    /// As a person wrote it; or the id that another system gave, behind that system: `salesforce:001A`.
    pub name: SmolStr,
    /// What is known of the case asked about.
    pub context: Context,
    /// Valid time: the day on which the name is to refer.
    pub on: Date,
    /// The kind of subject that is wanted; without it whatever people speak of by name: entities, processes, terms.
    pub kind: Option<SmolStr>,
    /// The type of subject that is wanted: subjects of no type are none of it.
    pub of_type: Option<SmolStr>,
}

/// What a name refers to.
#[derive(Clone, PartialEq, Debug)]
pub struct Referral {
    /// The name as it was asked.
    pub asked: SmolStr,
    /// `fact`, `deprecated`, `unconfirmed`: [`Referral::subject`] is it. `ambiguous`, `contested`, `too-generic`,
    /// `unknown`: it is not known.
    pub status: Status,
    /// The referent on the day asked about.
    pub subject: Option<Subject>,
    /// The bearers: of a referent itself alone, of an ambiguous name all, by address.
    pub bearers: Vec<Referent>,
    /// Bearers that are not listed, for there are too many.
    pub more: usize,
    /// Of an ambiguous name: what to ask next.
    pub ask: Option<NameAsk>,
    /// Of an unknown name: names near to it.
    pub near: Vec<NearName>,
    /// The day asked about.
    pub on: Date,
    /// What the question knew of the context.
    pub context: Context,
    /// From what it was read.
    pub basis: Basis,
}

impl Referral {
    /// What kind of result it is, whoever said it: [`Status::Unconfirmed`] stands for what it would be with its history.
    pub fn settled(&self) -> Status {
        let deprecated = || self.bearers.first().is_some_and(|bearer| bearer.deprecated.is_some());
        match self.status {
            Status::Unconfirmed if deprecated() => Status::Deprecated,
            Status::Unconfirmed => Status::Fact,
            status => status,
        }
    }

    /// The claims that it leans on: who gives the name, and what became of each who bears it.
    pub fn cites(&self) -> impl Iterator<Item = &Cite> {
        self.bearers.iter().flat_map(|bearer| {
            std::iter::once(&bearer.cite).chain(bearer.became.iter().flat_map(|step| &step.cites))
        })
    }
}

/// A bearer of the name.
#[derive(Clone, PartialEq, Debug)]
pub struct Referent {
    /// Which.
    pub subject: Subject,
    /// What people call it: its label or name.
    pub label: Option<Value>,
    /// Its type.
    pub of_type: Option<Value>,
    /// What it belongs to.
    pub parent: Option<Value>,
    /// The claim that gives it the name.
    pub cite: Cite,
    /// Where it bears the name, beyond what is known of the context.
    pub region: When,
    /// The day on which it ceased to be called so, before the one asked about.
    pub until: Option<Date>,
    /// Whether claims contradict each other on whether it is called so.
    pub contested: bool,
    /// What it became by the day asked about, one step after the other.
    pub became: Vec<Step>,
    /// Bearers that are this one too: said to be the same, or its predecessors.
    pub also: Vec<Subject>,
    /// Where it is not to be used any more.
    pub deprecated: Option<Deprecation>,
}

/// A succession, or another subject that is the same thing.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// The attribute that says so: `successor`, `same-as`.
    pub by: &'static str,
    /// What it became: of a split several.
    pub into: Vec<Subject>,
    /// What people call that.
    pub labels: Vec<Value>,
    /// Since when.
    pub since: Option<Date>,
    /// The claims that say so.
    pub cites: Vec<Cite>,
}

/// A name near to one that nobody bears. Never what it refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NearName {
    /// As it is written in the knowledge.
    pub name: SmolStr,
    /// Who is called so somewhere and some day.
    pub subjects: Vec<Subject>,
    /// What has to be overlooked: `edit distance 1`, `legal form`, `called so from 2027-01-01`.
    pub by: Vec<String>,
}

/// Bearers that are told one by one.
pub(super) const MOST: usize = 32;

/// Kinds whose subjects are spoken of by name. What the others are called is for those who write knowledge.
pub(super) const NAMED: [&str; 3] = ["entity", "process", "term"];

/// Finds what a name refers to.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged or its names were normalised otherwise than this program does.
pub fn refer(snapshot: &Snapshot, question: &NameQuestion) -> Result<Referral, QueryError> {
    Asking::new(snapshot, question)?.refer(Told::Whole)
}

/// How much is told of a referral.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Told {
    /// All.
    Whole,
    /// Not what to ask next, nor what is near: both are for a person who looks at one name.
    Outcome,
}

/// What a name may be looked up by: an id to the letter, and a name.
pub(super) fn keys_of(name: &str) -> Vec<String> {
    let name = name.trim();
    let id = name.split_once(':').filter(|(system, id)| !system.is_empty() && !id.is_empty());
    let id = id.map(|(system, id)| crate::name::id_key(system, id));
    id.into_iter().chain(Some(norm(name)).filter(|key| !key.is_empty())).collect()
}

/// Whether a subject is what is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    /// Whatever the question leaves open.
    Yes,
    /// For something that the question leaves open.
    Perhaps,
    No,
}

/// One question being answered.
pub(super) struct Asking<'s, 'q> {
    reading: Reading<'s>,
    question: &'q NameQuestion,
    /// What of the case is a point, as the snapshot is asked.
    context: Vec<(SmolStr, crate::claim::Point)>,
}

impl<'s, 'q> Asking<'s, 'q> {
    pub(super) fn new(
        snapshot: &'s Snapshot,
        question: &'q NameQuestion,
    ) -> Result<Asking<'s, 'q>, QueryError> {
        let reading = Reading::new(snapshot)?;
        let context = many::exact(&question.context, reading.declarations);
        Ok(Asking { reading, question, context })
    }

    fn refer(&self, told: Told) -> Result<Referral, QueryError> {
        let mut referral = Referral {
            asked: self.question.name.clone(),
            status: Status::Unknown,
            subject: None,
            bearers: Vec::new(),
            more: 0,
            ask: None,
            near: Vec::new(),
            on: self.question.on,
            context: self.question.context.clone(),
            basis: self.reading.basis()?,
        };
        let keys = keys_of(&self.question.name);
        let mut bearers = self.bearers(&keys, self.question.on)?;
        if bearers.is_empty() {
            bearers = self.former(&keys)?;
        }
        self.join(&mut bearers)?;
        if bearers.is_empty() {
            if told == Told::Whole {
                referral.near = self.near(&keys)?;
            }
            return Ok(referral);
        }
        let generic = self.is_generic(&bearers)?;
        referral.status = match &bearers[..] {
            _ if generic => Status::TooGeneric,
            [only] if only.contested => Status::Contested,
            [only] if only.whole => self.standing(only)?,
            _ => Status::Ambiguous,
        };
        if matches!(referral.status, Status::Fact | Status::Deprecated | Status::Unconfirmed) {
            referral.subject = Some(bearers[0].subject.clone());
        } else if referral.status == Status::Ambiguous && told == Told::Whole {
            referral.ask = self.split(&bearers)?;
        }
        referral.more = bearers.len().saturating_sub(MOST);
        bearers.truncate(MOST);
        referral.bearers = bearers.into_iter().map(|bearer| self.told(bearer)).collect::<Result<_, _>>()?;
        Ok(referral)
    }

    /// The status of the one bearer that is left.
    fn standing(&self, bearer: &Bearer<'_>) -> Result<Status, QueryError> {
        let confirmed = bearer.cite.confirmed();
        let deprecated = self.deprecation(&bearer.subject)?.is_some();
        Ok(match (confirmed, deprecated) {
            (false, _) => Status::Unconfirmed,
            (true, true) => Status::Deprecated,
            (true, false) => Status::Fact,
        })
    }

    /// Whether a bearer is a term that says of itself that its names mean too much.
    fn is_generic(&self, bearers: &[Bearer<'_>]) -> Result<bool, QueryError> {
        for bearer in bearers.iter().filter(|bearer| bearer.subject.kind() == "term").take(MOST) {
            if self.holds(&bearer.subject, "too-generic")? == Some(Value::Bool(true)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn told(&self, bearer: Bearer<'_>) -> Result<Referent, QueryError> {
        let subject = &bearer.subject;
        Ok(Referent {
            label: self.label(subject)?,
            of_type: self.holds(subject, "type")?,
            parent: self.holds(subject, "parent")?,
            became: self.became(subject)?,
            deprecated: self.deprecation(subject)?,
            subject: bearer.subject,
            cite: bearer.cite,
            region: bearer.region,
            until: bearer.until,
            contested: bearer.contested,
            also: bearer.also,
        })
    }

    fn label(&self, subject: &Subject) -> Result<Option<Value>, QueryError> {
        let label = self.holds(subject, "label")?;
        if label.is_some() { Ok(label) } else { self.holds(subject, "name") }
    }

    fn deprecation(&self, subject: &Subject) -> Result<Option<Deprecation>, QueryError> {
        let slot = get::slot_of(subject, "label");
        get::deprecation(&self.reading, &slot, &self.about(slot.clone()))
    }

    /// What an attribute holds at the point asked about, whatever that leaves open.
    fn holds(&self, subject: &Subject, attribute: &str) -> Result<Option<Value>, QueryError> {
        let slot = get::slot_of(subject, attribute);
        get::held(&self.reading, &slot, &self.about(slot.clone()))
    }

    fn about(&self, slot: Slot) -> Question {
        let NameQuestion { context, on, .. } = self.question;
        Question { address: Address::Slot(slot), context: context.clone(), on: *on }
    }

    /// Whether a subject is of the kind and type that are wanted.
    fn is_wanted(&self, subject: &Subject) -> Result<Wanted, QueryError> {
        let of_kind = match &self.question.kind {
            Some(kind) => subject.kind() == kind.as_str(),
            None => NAMED.contains(&subject.kind()),
        };
        if !of_kind {
            return Ok(Wanted::No);
        }
        let Some(wanted) = &self.question.of_type else { return Ok(Wanted::Yes) };
        let slot = get::slot_of(subject, "type");
        let Some(read) = self.reading.slot(&slot)? else { return Ok(Wanted::No) };
        let NameQuestion { context, on, .. } = self.question;
        let open = walk::open_ticks(&read.decided, self.reading.declarations, context, Some(*on));
        let is_it = |claim: &u32| match &read.claims[*claim as usize].value {
            Value::Text(of_type) => of_type == wanted,
            Value::Ref(of_type) => of_type.id() == wanted.as_str(),
            _ => false,
        };
        let (mut some, mut all) = (false, true);
        for cell in walk::cells(&read.decided, &open) {
            let here = match &read.decided.outcomes[cell.outcome as usize] {
                Outcome::Fact(claims) => claims.iter().any(is_it),
                // What is not settled may be it.
                Outcome::Conflict(claims) => {
                    some |= claims.iter().any(is_it);
                    false
                }
                Outcome::Gap => false,
            };
            some |= here;
            all &= here;
        }
        Ok(match (some, all) {
            (true, true) => Wanted::Yes,
            (true, false) => Wanted::Perhaps,
            (false, _) => Wanted::No,
        })
    }

    /// Names near to one that nobody bears.
    fn near(&self, keys: &[String]) -> Result<Vec<NearName>, QueryError> {
        const NEAR: usize = 5;
        let mut near = self.other_days(keys)?;
        let Some(key) = keys.last().filter(|_| near.is_empty()) else { return Ok(near) };
        for (name, by) in self.reading.snapshot.names()?.near(key, NEAR * 4)? {
            let mut written = None;
            let mut subjects: Vec<Subject> = Vec::new();
            for bearer in name.bearers().take(MOST) {
                let bearer = bearer?;
                let slot = bearer.slot()?;
                let Some(subject) = Subject::parse(slot.subject()) else { continue };
                if subjects.contains(&subject) || self.is_wanted(&subject)? == Wanted::No {
                    continue;
                }
                if written.is_none() {
                    let claim = slot.claims()?.into_iter().nth(bearer.position() as usize);
                    written = claim.and_then(|view| match view.claim.value {
                        Value::Text(text) => Some(text),
                        _ => None,
                    });
                }
                subjects.push(subject);
            }
            subjects.sort();
            if let Some(name) = written {
                near.push(NearName { name, subjects, by: by.iter().map(ToString::to_string).collect() });
            }
            if near.len() == NEAR {
                break;
            }
        }
        Ok(near)
    }
}

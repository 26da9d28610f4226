//! A sentence → what an answer to it needs: whom and what it speaks of, of which days, the facts with their citations,
//! and every question that is open.
//!
//! # Order
//! 1. **Time first.** A period in the sentence is the valid time for all else in it; without one it is the day asked about.
//! 2. **Names.** Each mention is resolved at that time and in what is known of the context, narrowed by what the sentence
//!    itself says: a type beside the name, what the subject is part of, a fuller name of it.
//! 3. **Facts** of what was resolved, each at that time: what changed within the period is shown as all its parts.
//! 4. **Ready** only where nothing is open.
//!
//! Nothing is guessed on the way. What narrowed a name is said beside it.

mod facts;

mod mentions;

mod narrowing;

pub(super) use facts::facts_of_time;

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::answer::{Answer, Ask, Basis, Cite, Status};
use super::period::{Calendars, Candidate as PeriodCandidate, Expression, Missing, PeriodAnswer};
use super::read::Reading;
use super::referent::{By, NameAsk, Referral};
use super::when::WhenAnswer;
use super::{BadQuestion, Context, QueryError};
use crate::claim::{Days, Slot, Subject};
use crate::snapshot::Snapshot;

/// A sentence, and what is known beside it.
#[derive(Clone, PartialEq, Debug)]
pub struct Sentence<'t> {
    /// What was asked.
    pub text: &'t str,
    /// What is known of the case.
    pub context: Context,
    /// The day on which it is to hold where the sentence says none.
    pub on: Date,
    /// The day that relative periods ("last quarter") are relative to, where one was given.
    pub relative_to: Option<Date>,
    /// How many tokens the facts may take ([`Fact::tokens`]); `None` for all.
    pub budget: Option<usize>,
}

/// What a sentence stands on.
#[derive(Clone, PartialEq, Debug)]
pub struct Grounding {
    /// Whether nothing is open: all that is mentioned is one thing, and all its facts are settled.
    pub ready: bool,
    /// The days that the sentence is about, each stretch once, in order; empty where that is open.
    pub days: Vec<Days>,
    /// What it mentions, in order.
    pub mentions: Vec<Mention>,
    /// The facts that an answer needs, in the order in which they are given up last.
    pub facts: Vec<Fact>,
    /// What is open, in the order of the mentions.
    pub questions: Vec<Open>,
    /// Facts that were left out for the budget, the last one left out first.
    pub dropped: Vec<Slot>,
    /// The day asked about.
    pub on: Date,
    /// What is known of the case.
    pub context: Context,
    /// From what it was read.
    pub basis: Basis,
}

impl Grounding {
    /// What kind of result it is: `fact` where it is ready, else what keeps the first open question open.
    pub fn status(&self) -> Status {
        let Some(open) = self.questions.first() else { return Status::Fact };
        match open {
            Open::Period(_, PeriodOpen::Candidates(_)) => Status::Ambiguous,
            Open::Period(_, PeriodOpen::Missing(_)) => Status::Depends,
            Open::Period(_, PeriodOpen::None(_)) | Open::Nothing | Open::Long => Status::Unknown,
            Open::Name(at, _) => self.named(*at).map_or(Status::Unknown, |named| named.referral.settled()),
            Open::NameChanged(_) | Open::Fact(..) | Open::Changed(..) => Status::Depends,
            Open::Contested(_) => Status::Contested,
        }
    }

    /// The name that is mentioned at an index of [`Grounding::mentions`].
    fn named(&self, at: usize) -> Option<&Named> {
        self.mentions.get(at).and_then(Mention::named)
    }

    /// The claims that it leans on: those of the periods, of the names, and of the facts; each once.
    pub fn cites(&self) -> Vec<&Cite> {
        let periods = self.mentions.iter().filter_map(|mention| match &mention.what {
            Mentioned::Period(when) => Some(when.calendars.iter().flat_map(|calendar| &calendar.cites)),
            Mentioned::Name(_) => None,
        });
        let names = self.mentions.iter().filter_map(Mention::named).flat_map(|named| {
            let later = named.later.iter().map(|(_, referral)| referral);
            std::iter::once(&named.referral).chain(later).flat_map(Referral::cites)
        });
        let answers = self.facts.iter().flat_map(|fact| &fact.parts).map(|(_, answer)| answer);
        let facts = answers.flat_map(|answer| {
            answer.cites.iter().chain(answer.facts.iter().flat_map(|possible| &possible.cites))
        });
        let mut seen = BTreeSet::new();
        periods.flatten().chain(names).chain(facts).filter(|cite| seen.insert(&cite.pin)).collect()
    }
}

/// Something that the sentence mentions.
#[derive(Clone, PartialEq, Debug)]
pub struct Mention {
    /// Where it stands in the sentence.
    pub bytes: Range<usize>,
    /// What it is.
    pub what: Mentioned,
}

impl Mention {
    /// The name, where it is one.
    pub fn named(&self) -> Option<&Named> {
        match &self.what {
            Mentioned::Name(named) => Some(named),
            Mentioned::Period(_) => None,
        }
    }
}

/// What is mentioned.
#[derive(Clone, PartialEq, Debug)]
pub enum Mentioned {
    /// A period.
    Period(Box<WhenAnswer>),
    /// A name.
    Name(Box<Named>),
}

/// A name in the sentence.
#[derive(Clone, PartialEq, Debug)]
pub struct Named {
    /// What it refers to, on the first of the days.
    pub referral: Referral,
    /// What it refers to later in those days, where that is another: each with its first day.
    pub later: Vec<(Date, Referral)>,
    /// By what in the sentence it was narrowed.
    pub narrowed_by: Vec<Narrowed>,
}

/// What in the sentence told bearers of a name apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Narrowed {
    /// The name of a type stands beside it: "customer Acme".
    Type(SmolStr),
    /// What it is part of is mentioned.
    Parent(Subject),
    /// It is mentioned by another name too, which nobody else bears.
    AlsoNamed(Subject),
}

impl Named {
    /// The subject, where it is one over all the days.
    pub fn subject(&self) -> Option<&Subject> {
        self.referral.subject.as_ref().filter(|_| self.later.is_empty())
    }
}

/// A fact that an answer needs.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// Of which slot.
    pub slot: Slot,
    /// What holds on the days asked about, and since when of these: one answer where nothing changed within.
    pub parts: Vec<(Days, Answer)>,
    /// About what it costs in a prompt: a token for every four bytes of its text, as is usual for English.
    pub tokens: usize,
}

/// What is open, with what it is about.
#[derive(Clone, PartialEq, Debug)]
pub enum Open {
    /// Which days are meant: index of the mention, and what may be.
    Period(usize, PeriodOpen),
    /// Which bearer of a name is meant: index of the mention. `None` where nothing tells them apart.
    Name(usize, Option<NameAsk>),
    /// A name refers to several, one after the other, within the days asked about.
    NameChanged(usize),
    /// What a fact depends on.
    Fact(Slot, Option<Ask>),
    /// A fact changed within the days asked about.
    Changed(Slot, Vec<Date>),
    /// Claims contradict each other on a fact.
    Contested(Slot),
    /// Nothing in the sentence is known here.
    Nothing,
    /// It is longer, or mentions more, than is looked at.
    Long,
}

impl Open {
    /// The dimension that is asked about, where it is one.
    pub fn dimension(&self) -> Option<&SmolStr> {
        match self {
            Open::Name(_, Some(NameAsk { by: By::Dimension(id), .. })) => Some(id),
            Open::Fact(_, Some(ask)) => Some(&ask.dimension),
            _ => None,
        }
    }
}

/// What is open of a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeriodOpen {
    /// These may be meant.
    Candidates(Vec<PeriodCandidate>),
    /// The day or year that it needs was not said.
    Missing(Missing),
    /// There is none, or nothing says when it is.
    None(BadQuestion),
}

/// Bytes that are looked at. A longer text is no sentence.
const LONGEST: usize = 64 << 10;

/// Stretches of days that are looked at. Sentences that speak of more are about time itself.
const MOST_STRETCHES: usize = 8;

/// Grounds a sentence.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged or its names were normalised otherwise than this program does.
pub fn ground(snapshot: &Snapshot, sentence: &Sentence<'_>) -> Result<Grounding, QueryError> {
    let reading = Reading::new(snapshot)?;
    let calendars = Calendars::of(reading.declarations);
    let grounder = Grounder { snapshot, reading, calendars, sentence };
    let (found, long) = grounder.found()?;
    let periods: Vec<Option<WhenAnswer>> =
        found.iter().map(|found| grounder.period(found)).collect::<Result<_, _>>()?;
    let mut days = days(periods.iter().flatten());
    let open_time = days.is_empty();
    if open_time {
        // What time is open: each that may be meant is shown, and none is chosen.
        days = candidates(periods.iter().flatten());
    }
    let mut mentions: Vec<Mention> = Vec::with_capacity(found.len());
    for (found, period) in found.into_iter().zip(periods) {
        let what = match period {
            Some(period) => Mentioned::Period(Box::new(period)),
            None => Mentioned::Name(Box::new(grounder.named(&found, &days)?)),
        };
        mentions.push(Mention { bytes: found.bytes, what });
    }
    grounder.narrow(&mut mentions)?;
    // What holds today is no answer to what held on days that are not known.
    let timeless = open_time && mentions.iter().any(|mention| matches!(mention.what, Mentioned::Period(_)));
    let mut facts = match timeless && days.is_empty() {
        true => Vec::new(),
        false => grounder.facts(&mentions, &days)?,
    };
    let mut questions = questions(&mentions, &facts);
    questions.extend(long.then_some(Open::Long));
    let dropped = facts::fit(&mut facts, sentence.budget);
    Ok(Grounding {
        ready: questions.is_empty(),
        days: if open_time { Vec::new() } else { days },
        mentions,
        facts,
        questions,
        dropped,
        on: sentence.on,
        context: sentence.context.clone(),
        basis: grounder.reading.basis()?,
    })
}

/// A sentence being grounded.
struct Grounder<'s, 't> {
    snapshot: &'s Snapshot,
    reading: Reading<'s>,
    calendars: Calendars<'s>,
    sentence: &'t Sentence<'t>,
}

/// A period or a name in the sentence, found and not yet looked up.
struct Found {
    bytes: Range<usize>,
    /// `None` of a name.
    period: Option<Expression>,
}

/// The days that the periods of a sentence settle; empty where one of them is open.
fn days<'w>(periods: impl Iterator<Item = &'w WhenAnswer>) -> Vec<Days> {
    let mut days: Vec<Days> = Vec::new();
    for when in periods {
        match &when.answer {
            PeriodAnswer::Found(found) => days.push(found.days),
            _ => return Vec::new(),
        }
    }
    tidy(days)
}

/// All days that the periods of a sentence may mean.
fn candidates<'w>(periods: impl Iterator<Item = &'w WhenAnswer>) -> Vec<Days> {
    let mut days: Vec<Days> = Vec::new();
    for when in periods {
        match &when.answer {
            PeriodAnswer::Found(found) => days.push(found.days),
            PeriodAnswer::Ambiguous(open) => {
                days.extend(open.candidates.iter().filter_map(|one| Some(one.reading.as_ref().ok()?.days)));
            }
            PeriodAnswer::Depends(_) | PeriodAnswer::Unknown(_) | PeriodAnswer::Mistake(_) => {}
        }
    }
    tidy(days)
}

fn tidy(mut days: Vec<Days>) -> Vec<Days> {
    days.sort_by_key(|days| (days.from, days.until));
    days.dedup();
    days.truncate(MOST_STRETCHES);
    days
}

/// All that is open.
fn questions(mentions: &[Mention], facts: &[Fact]) -> Vec<Open> {
    let mut open: Vec<Open> = Vec::new();
    for (at, mention) in mentions.iter().enumerate() {
        match &mention.what {
            Mentioned::Period(when) => open.extend(match &when.answer {
                PeriodAnswer::Found(_) => None,
                PeriodAnswer::Ambiguous(several) => {
                    Some(Open::Period(at, PeriodOpen::Candidates(several.candidates.clone())))
                }
                PeriodAnswer::Depends(missing) => Some(Open::Period(at, PeriodOpen::Missing(*missing))),
                PeriodAnswer::Unknown(bad) | PeriodAnswer::Mistake(bad) => {
                    Some(Open::Period(at, PeriodOpen::None(bad.clone())))
                }
            }),
            Mentioned::Name(named) if !named.later.is_empty() => open.push(Open::NameChanged(at)),
            Mentioned::Name(named) if named.referral.subject.is_none() => {
                open.push(Open::Name(at, named.referral.ask.clone()));
            }
            Mentioned::Name(_) => {}
        }
    }
    for fact in facts {
        let status = |wanted| fact.parts.iter().find(|(_, answer)| answer.status == wanted);
        if status(Status::Contested).is_some() {
            open.push(Open::Contested(fact.slot.clone()));
        } else if let Some((_, answer)) = status(Status::Depends) {
            open.push(Open::Fact(fact.slot.clone(), answer.ask.clone()));
        } else if fact.parts.len() > 1 && fact.changed() {
            let days = fact.parts.iter().skip(1).map(|(days, _)| days.from).collect();
            open.push(Open::Changed(fact.slot.clone(), days));
        }
    }
    if mentions.iter().all(|mention| matches!(mention.what, Mentioned::Period(_))) {
        open.push(Open::Nothing);
    }
    // One answer to a question settles all that ask it.
    let mut asked: Vec<NameAsk> = Vec::new();
    open.retain(|open| match open {
        Open::Name(_, Some(ask)) if asked.contains(ask) => false,
        Open::Name(_, Some(ask)) => {
            asked.push(ask.clone());
            true
        }
        _ => true,
    });
    open
}

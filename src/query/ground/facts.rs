//! The facts that an answer needs, over the days that a sentence is about.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Fact, Grounder, Mention, Mentioned};
use crate::claim::{Days, Slot, Subject};
use crate::query::answer::{Answer, Status};
use crate::query::read::Reading;
use crate::query::{Address, QueryError, Question, get};
use crate::resolve::{AxisName, Ticks};

/// What is needed of a subject, by its kind, the most needed first; `*` is all else that it says of itself.
const NEEDED: [(&str, &[&str]); 3] = [
    ("term", &["definition", "formula", "sql", "unit", "grain"]),
    ("process", &["steps", "*"]),
    ("entity", &["type", "parent", "successor", "same-as", "*"]),
];

/// What nobody needs for an answer: what it is called is in the mention, and the rest is for those who keep it.
const BESIDE: [&str; 12] = [
    "label",
    "name",
    "aliases",
    "synonyms",
    "abbreviation",
    "former-names",
    "note",
    "owner",
    "distinct-from",
    "deprecated.",
    "ids.",
    "was",
];

/// Changes within a stretch of days that are told one by one.
const MOST_PARTS: usize = 16;

/// Facts of one subject.
const MOST_FACTS: usize = 64;

impl Grounder<'_, '_> {
    /// The facts of all that was resolved, the most needed first, and among those as the sentence goes.
    pub(super) fn facts(&self, mentions: &[Mention], days: &[Days]) -> Result<Vec<Fact>, QueryError> {
        let mut told: BTreeSet<&Subject> = BTreeSet::new();
        let mut facts: Vec<(usize, Fact)> = Vec::new();
        for mention in mentions {
            let Mentioned::Name(named) = &mention.what else { continue };
            let Some(subject) = named.subject().filter(|subject| told.insert(subject)) else { continue };
            for (rank, slot) in self.needed(subject)? {
                if let Some(fact) = self.fact(slot, days)? {
                    facts.push((rank, fact));
                }
            }
        }
        facts.sort_by_key(|(rank, _)| *rank);
        Ok(facts.into_iter().map(|(_, fact)| fact).collect())
    }

    /// The slots of a subject that an answer needs, with how much it needs them.
    fn needed(&self, subject: &Subject) -> Result<Vec<(usize, Slot)>, QueryError> {
        let needed = NEEDED.iter().find(|(kind, _)| *kind == subject.kind()).map_or(&[][..], |(_, all)| all);
        let rank = |attribute: &str| {
            let named = needed.iter().position(|wanted| *wanted == attribute);
            let beside = BESIDE.iter().any(|other| match other.strip_suffix('.') {
                Some(table) => attribute.strip_prefix(table).is_some_and(|rest| rest.starts_with('.')),
                None => attribute == *other,
            });
            named.or_else(|| needed.iter().position(|wanted| *wanted == "*").filter(|_| !beside))
        };
        let slots = self.reading.slots_of(subject)?.into_iter();
        let mut ranked: Vec<(usize, Slot)> =
            slots.filter_map(|slot| Some((rank(&slot.attribute)?, slot))).collect();
        ranked.sort();
        ranked.truncate(MOST_FACTS);
        Ok(ranked)
    }

    /// What a slot holds over the days; `None` where nothing is said of it then.
    fn fact(&self, slot: Slot, days: &[Days]) -> Result<Option<Fact>, QueryError> {
        let mut parts: Vec<(Days, Answer)> = Vec::new();
        let today = self.sentence.on;
        let whole = Days { from: today, until: today.tomorrow().unwrap_or(today) };
        for stretch in if days.is_empty() { std::slice::from_ref(&whole) } else { days } {
            let mut turns = vec![stretch.from];
            turns.extend(facts_of_time(&self.reading, &slot, stretch)?.into_iter().take(MOST_PARTS));
            for (at, from) in turns.iter().enumerate() {
                let until = turns.get(at + 1).copied().unwrap_or(stretch.until);
                let answer = self.get(&slot, *from)?;
                match parts.last_mut() {
                    Some((days, before)) if days.until == *from && alike(before, &answer) => {
                        days.until = until
                    }
                    _ => parts.push((Days { from: *from, until }, answer)),
                }
            }
        }
        if parts.iter().all(|(_, answer)| alike(&parts[0].1, answer)) {
            // The same in every stretch is said once.
            parts.truncate(1);
        }
        let silent = parts.iter().all(|(_, answer)| answer.status == Status::Unknown);
        let tokens = parts.iter().map(|(_, answer)| cost(answer)).sum();
        Ok((!silent).then_some(Fact { slot, parts, tokens }))
    }

    fn get(&self, slot: &Slot, on: Date) -> Result<Answer, QueryError> {
        let (address, context) = (Address::Slot(slot.clone()), self.sentence.context.clone());
        get::slot(&self.reading, &Question { address, context, on }, slot.clone())
    }
}

impl Fact {
    /// Whether what holds is not the same in all parts.
    pub fn changed(&self) -> bool {
        self.parts.windows(2).any(|pair| !alike(&pair[0].1, &pair[1].1))
    }
}

/// Whether two answers are one: the same value, by the same claims.
fn alike(one: &Answer, other: &Answer) -> bool {
    (one.status, &one.value, &one.facts) == (other.status, &other.value, &other.facts)
}

/// The days strictly within a stretch on which what a slot holds may change.
pub(in crate::query) fn facts_of_time(
    reading: &Reading<'_>,
    slot: &Slot,
    stretch: &Days,
) -> Result<Vec<Date>, QueryError> {
    let Some(read) = reading.slot(slot)? else { return Ok(Vec::new()) };
    let time = read.decided.axes.iter().find(|axis| axis.name == AxisName::Time);
    let Some(Ticks::Days(days)) = time.map(|axis| &axis.ticks) else { return Ok(Vec::new()) };
    Ok(days.iter().copied().filter(|day| stretch.from < *day && *day < stretch.until).collect())
}

/// About how many tokens an answer takes: four bytes each, with its citation.
fn cost(answer: &Answer) -> usize {
    let value = answer.value.as_ref().map_or(0, |value| value.to_string().len());
    let facts =
        answer.facts.iter().map(|fact| fact.value.as_ref().map_or(0, |value| value.to_string().len()) + 24);
    let cite = answer.pin.as_ref().map_or(24, |pin| pin.to_string().len());
    (value + facts.sum::<usize>() + cite).div_ceil(4)
}

/// Leaves out the least needed facts until the rest fits, whole ones only. What was left out, the last first.
pub(super) fn fit(facts: &mut Vec<Fact>, budget: Option<usize>) -> Vec<Slot> {
    let Some(budget) = budget else { return Vec::new() };
    let mut all: usize = facts.iter().map(|fact| fact.tokens).sum();
    let mut dropped = Vec::new();
    while all > budget
        && let Some(fact) = facts.pop()
    {
        all -= fact.tokens;
        dropped.push(fact.slot);
    }
    dropped
}

//! What holds? The decided tree is walked: known axes pick the arm, unknown ones branch. Where every completion
//! gives one value, that is the answer; where not, the facts are given, each with where it holds.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::answer::{Ask, Deprecation, Possible, Standing, Status};
use super::contested;
use super::read::{Reading, SlotReading};
use super::ticks::TickSet;
use super::walk::{self, Cell};
use super::{Address, Answer, Cite, QueryError, Question};
use crate::claim::{Period, Slot, Value, When};
use crate::resolve::{AxisName, Node, Outcome, Ticks};
use crate::snapshot::Snapshot;

/// Answers `question`: one answer for a slot, claim or pin; one for each attribute of a whole subject, in address
/// order (a subject that is not known has a single answer that says so).
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn get(snapshot: &Snapshot, question: &Question) -> Result<Vec<Answer>, QueryError> {
    let reading = Reading::new(snapshot)?;
    let slots = match &question.address {
        Address::Subject(subject) => reading.slots_of(subject)?,
        Address::Slot(slot) | Address::Claim(slot, _) | Address::Pin(slot, _) => vec![slot.clone()],
    };
    if slots.is_empty() {
        return Ok(vec![unknown(&reading, question, None)?]);
    }
    let whole = matches!(question.address, Address::Subject(_));
    let answer = |slot: Slot| match whole {
        // Each answer of a whole subject is that to the question about its slot.
        true => {
            self::slot(&reading, &Question { address: Address::Slot(slot.clone()), ..question.clone() }, slot)
        }
        false => self::slot(&reading, question, slot),
    };
    slots.into_iter().map(answer).collect()
}

/// The answer about one slot.
pub(super) fn slot(reading: &Reading<'_>, question: &Question, slot: Slot) -> Result<Answer, QueryError> {
    let Some(read) = reading.slot(&slot)? else {
        return unknown(reading, question, Some(slot));
    };
    let open = walk::open_ticks(&read.decided, reading.declarations, &question.context, Some(question.on));
    let cells = walk::cells(&read.decided, &open);
    let contested = contested::cells(&read, &cells);
    let facts = facts(reading, &read, &open, &cells)?;
    let mut answer = blank(reading, question, Some(slot.clone()))?;
    answer.owner = reading.holds(&slot.subject, "owner", question)?;
    answer.deprecated = deprecation(reading, &slot, question)?;
    answer.standing = standing(&read, question, &facts);
    let told = if contested.is_empty() { &cells } else { &contested };
    answer.candidates = super::why::candidates(reading, &read, &open, told, question)?;
    if !contested.is_empty() {
        answer.status = Status::Contested;
        answer.facts = contested::sides(reading, &read, &open, &contested)?;
        return Ok(answer);
    }
    match &facts[..] {
        [only] if only.value.is_none() => answer.nearest = reading.near(&question.address)?,
        [only] => settle(&mut answer, only, &read, &open),
        _ => {
            answer.status = Status::Depends;
            answer.ask = ask(reading, &read, &open, &cells, &facts);
            answer.facts = facts.into_iter().map(Fact::possible).collect();
        }
    }
    Ok(answer)
}

/// Fills in an answer that is the same whatever the question leaves open.
fn settle(answer: &mut Answer, only: &Fact, read: &SlotReading, open: &[TickSet]) {
    let unconfirmed = only.cites.iter().any(|cite| !cite.confirmed());
    answer.status = match &only.value {
        _ if unconfirmed => Status::Unconfirmed,
        Some(Value::None) => Status::None,
        _ if answer.deprecated.is_some() => Status::Deprecated,
        _ => Status::Fact,
    };
    answer.value.clone_from(&only.value);
    answer.valid = Some(valid(read, open));
    answer.cites.clone_from(&only.cites);
    answer.pin = only.common.map(|claim| read.pin(claim));
}

/// One of the values that a question leaves open, with all that leads to it.
struct Fact {
    /// `None` where nothing is said.
    value: Option<Value>,
    outcomes: BTreeSet<u32>,
    cites: Vec<Cite>,
    /// The claim that says it everywhere, if one does (and, in a set, says all of it).
    common: Option<u32>,
    region: When,
}

impl Fact {
    fn possible(self) -> Possible {
        Possible { value: self.value, cites: self.cites, region: self.region }
    }
}

/// The values that `cells` lead to, each once, in the order of their first cells.
fn facts(
    reading: &Reading<'_>,
    read: &SlotReading,
    open: &[TickSet],
    cells: &[Cell],
) -> Result<Vec<Fact>, QueryError> {
    let mut by_value: Vec<(Option<Value>, Vec<&Cell>)> = Vec::new();
    for cell in cells {
        let value = value_of(read, cell.outcome);
        match by_value.iter_mut().find(|(known, _)| *known == value) {
            Some((_, cells)) => cells.push(cell),
            None => by_value.push((value, vec![cell])),
        }
    }
    by_value.into_iter().map(|(value, cells)| fact(reading, read, open, value, &cells)).collect()
}

fn fact(
    reading: &Reading<'_>,
    read: &SlotReading,
    open: &[TickSet],
    value: Option<Value>,
    cells: &[&Cell],
) -> Result<Fact, QueryError> {
    let outcomes: BTreeSet<u32> = cells.iter().map(|cell| cell.outcome).collect();
    let says = |outcome: &u32| match &read.decided.outcomes[*outcome as usize] {
        Outcome::Fact(claims) => claims.clone(),
        Outcome::Gap | Outcome::Conflict(_) => Vec::new(),
    };
    let all: BTreeSet<u32> = outcomes.iter().flat_map(says).collect();
    let everywhere =
        all.iter().copied().find(|claim| outcomes.iter().all(|outcome| says(outcome).contains(claim)));
    let common = everywhere
        .filter(|claim| value.as_ref() == Some(&read.claims[*claim as usize].value) || !read.is_set);
    // Of a value that one claim says everywhere, only claims that say it everywhere are cited.
    let cited = all
        .iter()
        .copied()
        .filter(|claim| common.is_none() || outcomes.iter().all(|outcome| says(outcome).contains(claim)));
    let cites = cited.map(|claim| reading.cite(read, claim)).collect::<Result<_, _>>()?;
    let region = walk::region(&read.decided, reading.declarations, open, cells.iter().copied());
    Ok(Fact { value, outcomes, cites, common, region })
}

/// What an outcome says: of a set, the union in order of value. `None` where nothing is said, or nothing is settled.
fn value_of(read: &SlotReading, outcome: u32) -> Option<Value> {
    let claims = match &read.decided.outcomes[outcome as usize] {
        Outcome::Gap | Outcome::Conflict(_) => return None,
        Outcome::Fact(claims) => claims,
    };
    let values = claims.iter().map(|claim| &read.claims[*claim as usize].value);
    if !read.is_set {
        let mut values = values;
        return values.next().cloned();
    }
    let said: BTreeSet<&Value> = values.filter(|value| **value != Value::None).collect();
    // "None" and nothing else is known to be empty.
    Some(match said.is_empty() {
        true => Value::None,
        false => Value::List(said.into_iter().cloned().collect()),
    })
}

fn ask(
    reading: &Reading<'_>,
    read: &SlotReading,
    open: &[TickSet],
    cells: &[Cell],
    facts: &[Fact],
) -> Option<Ask> {
    let each = facts.iter().enumerate();
    let fact_of: BTreeMap<u32, usize> =
        each.flat_map(|(at, fact)| fact.outcomes.iter().map(move |outcome| (*outcome, at))).collect();
    let split = walk::best_split(&read.decided, reading.declarations, open, cells, &fact_of)?;
    Some(Ask { dimension: split.dimension, choices: split.choices })
}

/// The days around the one asked about on which the very same outcomes answer. Time is the first axis, so that it
/// is split at the root or nowhere.
fn valid(read: &SlotReading, open: &[TickSet]) -> Period {
    let decided = &read.decided;
    let (Some(first), Node::Split { axis: 0, arms }) = (decided.axes.first(), &decided.root) else {
        return Period::ALWAYS;
    };
    let (AxisName::Time, Ticks::Days(days)) = (&first.name, &first.ticks) else { return Period::ALWAYS };
    let reached = |arm: usize| -> BTreeSet<u32> {
        let end = arms.get(arm + 1).map_or(first.ticks.len(), |next| next.start);
        let mut open = open.to_vec();
        open[0] = TickSet::from_ranges(std::iter::once(arms[arm].start..end).collect());
        walk::cells(decided, &open).into_iter().map(|cell| cell.outcome).collect()
    };
    let today = open[0].first().unwrap_or(0);
    let here = arms.partition_point(|arm| arm.start <= today).saturating_sub(1);
    let answer = reached(here);
    let start = (0..here).rev().take_while(|arm| reached(*arm) == answer).last().unwrap_or(here);
    let end = (here + 1..arms.len()).find(|arm| reached(*arm) != answer);
    let day = |tick: u32| (tick > 0).then(|| days[tick as usize - 1]);
    Period { from: day(arms[start].start), until: end.and_then(|arm| day(arms[arm].start)) }
}

/// For a pin or a claim: whether it is what answers.
fn standing(read: &SlotReading, question: &Question, facts: &[Fact]) -> Option<Standing> {
    let named: Vec<u32> = match &question.address {
        Address::Subject(_) | Address::Slot(_) => return None,
        Address::Claim(_, id) => read.positions(|claim| claim.statement.id.as_ref() == Some(id)),
        Address::Pin(_, digits) => read.positions(|claim| claim.hash.starts_with(digits)),
    };
    if named.is_empty() {
        return Some(Standing::Withdrawn);
    }
    let says = |outcome: &u32| match &read.decided.outcomes[*outcome as usize] {
        Outcome::Fact(claims) => named.iter().any(|claim| claims.contains(claim)),
        Outcome::Gap | Outcome::Conflict(_) => false,
    };
    let outcomes: Vec<&u32> = facts.iter().flat_map(|fact| &fact.outcomes).collect();
    let saying = outcomes.iter().filter(|outcome| says(outcome)).count();
    Some(match saying {
        0 => Standing::Superseded,
        some if some == outcomes.len() => Standing::Current,
        _ => Standing::Possible,
    })
}

pub(super) fn deprecation(
    reading: &Reading<'_>,
    slot: &Slot,
    question: &Question,
) -> Result<Option<Deprecation>, QueryError> {
    if slot.attribute.starts_with("deprecated.") {
        return Ok(None);
    }
    let replaced_by = reading.holds(&slot.subject, "deprecated.replaced-by", question)?;
    let reason = reading.holds(&slot.subject, "deprecated.reason", question)?;
    let said = |value: &Option<Value>| value.as_ref().is_some_and(|value| *value != Value::None);
    Ok((said(&replaced_by) || said(&reason)).then_some(Deprecation { replaced_by, reason }))
}

fn unknown(reading: &Reading<'_>, question: &Question, slot: Option<Slot>) -> Result<Answer, QueryError> {
    let mut answer = blank(reading, question, slot)?;
    answer.nearest = reading.near(&question.address)?;
    if matches!(question.address, Address::Claim(..) | Address::Pin(..)) {
        answer.standing = Some(Standing::Withdrawn);
    }
    Ok(answer)
}

/// An answer that says nothing yet.
fn blank(reading: &Reading<'_>, question: &Question, slot: Option<Slot>) -> Result<Answer, QueryError> {
    Ok(Answer {
        asked: question.address.clone(),
        slot,
        status: Status::Unknown,
        value: None,
        pin: None,
        cites: Vec::new(),
        on: question.on,
        context: question.context.clone(),
        valid: None,
        owner: None,
        deprecated: None,
        facts: Vec::new(),
        ask: None,
        nearest: Vec::new(),
        standing: None,
        candidates: Vec::new(),
        basis: reading.basis()?,
    })
}

/// What a slot holds whatever the question leaves open; `None` where that differs or nothing is said.
pub(super) fn held(
    reading: &Reading<'_>,
    slot: &Slot,
    question: &Question,
) -> Result<Option<Value>, QueryError> {
    let Some(read) = reading.slot(slot)? else { return Ok(None) };
    let open = walk::open_ticks(&read.decided, reading.declarations, &question.context, Some(question.on));
    let mut held: Option<Value> = None;
    for cell in walk::cells(&read.decided, &open) {
        // What is not settled is not held.
        let Some(value) = value_of(&read, cell.outcome) else { return Ok(None) };
        if held.get_or_insert_with(|| value.clone()) != &value {
            return Ok(None);
        }
    }
    Ok(held)
}

/// The id of a slot's attribute below `subject`.
pub(super) fn slot_of(subject: &crate::claim::Subject, attribute: &str) -> Slot {
    Slot { subject: subject.clone(), attribute: SmolStr::new(attribute) }
}

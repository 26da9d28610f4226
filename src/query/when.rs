//! Which days are meant by a period, and who said so: a period is read against the calendars that are declared, and every
//! calendar that has a part in the answer is cited.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use smol_str::SmolStr;

use super::answer::{Basis, Cite, Status};
use super::period::{
    Calendars, Expression, Found, PeriodAnswer, Said, Within, YearRead, read_period, resolve_period, unread,
    within,
};
use super::read::Reading;
use super::{BadQuestion, QueryError, nearest};
use crate::claim::{Calendar, FiscalName, Scheme, Slot, Subject, Unit, Value};
use crate::snapshot::Snapshot;

/// The answer to "when is …?".
#[derive(Clone, PartialEq, Debug)]
pub struct WhenAnswer {
    /// What was asked, as it was asked.
    pub asked: String,
    /// The same in one spelling.
    pub read_as: String,
    /// What kind of result it is.
    pub status: Status,
    /// The days, or what is open.
    pub answer: PeriodAnswer,
    /// The day that relative periods are relative to.
    pub on: Option<Date>,
    /// For a single day: the fiscal periods that it lies in.
    pub within: Vec<Within>,
    /// The calendars that have a part in it, each with the claims that say how it goes.
    pub calendars: Vec<CalendarCites>,
    /// From what it was read.
    pub basis: Basis,
}

/// A calendar that has a part in an answer.
#[derive(Clone, PartialEq, Debug)]
pub struct CalendarCites {
    /// Its id.
    pub id: SmolStr,
    /// How it goes.
    pub calendar: Calendar,
    /// The claims that say so, of those stretches that have a part in the answer.
    pub cites: Vec<Cite>,
}

/// When `text` is. `on` is the day that relative periods are relative to, `calendar` the id of the calendar that is meant.
///
/// # Errors
/// [`QueryError::Bad`] where `text` is no period, or one that can't be, and where there is no such calendar;
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn when(
    snapshot: &Snapshot,
    text: &str,
    on: Option<Date>,
    calendar: Option<&str>,
) -> Result<WhenAnswer, QueryError> {
    let reading = Reading::new(snapshot)?;
    let declarations = reading.declarations;
    let mut calendars = Calendars::of(declarations);
    if let Some(id) = calendar {
        let id = id.strip_prefix("calendar/").unwrap_or(id);
        let known = declarations.calendars.keys().map(SmolStr::as_str);
        calendars = calendars.asking_for(id).ok_or_else(|| no_such_calendar(id, known))?;
    }
    let expression = read_period(text, &calendars).ok_or_else(|| unread(text))?;
    let answer = told(&reading, text, &expression, &calendars, on)?;
    match answer.answer {
        PeriodAnswer::Mistake(mistake) => Err(mistake.into()),
        _ => Ok(answer),
    }
}

/// The answer for a period that was read; one that can't be is [`PeriodAnswer::Mistake`].
pub(super) fn told(
    reading: &Reading<'_>,
    text: &str,
    expression: &Expression,
    calendars: &Calendars<'_>,
    on: Option<Date>,
) -> Result<WhenAnswer, QueryError> {
    let answer = resolve_period(expression, calendars, on);
    let within = match (&expression.said, &answer) {
        (Said::Day { .. }, PeriodAnswer::Found(found)) => within(found.days.from, calendars),
        _ => Vec::new(),
    };
    let calendars = cited(reading, &answer, &within)?;
    let status = status(&answer, &calendars);
    Ok(WhenAnswer {
        asked: text.to_owned(),
        read_as: expression.said.to_string(),
        status,
        answer,
        on,
        within,
        calendars,
        basis: reading.basis()?,
    })
}

fn status(answer: &PeriodAnswer, calendars: &[CalendarCites]) -> Status {
    let confirmed = calendars.iter().flat_map(|calendar| &calendar.cites).all(Cite::confirmed);
    match answer {
        PeriodAnswer::Found(_) if confirmed => Status::Fact,
        PeriodAnswer::Found(_) => Status::Unconfirmed,
        PeriodAnswer::Ambiguous(_) => Status::Ambiguous,
        PeriodAnswer::Depends(_) => Status::Depends,
        PeriodAnswer::Unknown(_) | PeriodAnswer::Mistake(_) => Status::Unknown,
    }
}

fn no_such_calendar<'k>(id: &str, known: impl Iterator<Item = &'k str> + Clone) -> BadQuestion {
    let help = match (nearest(id, known.clone(), 1).first(), known.clone().next()) {
        (Some(near), _) => format!("did you mean `--calendar {near}`?"),
        (None, Some(_)) => format!("there are: {}", known.collect::<Vec<_>>().join(", ")),
        (None, None) => "this knowledge declares no calendar: leave `--calendar` out".to_owned(),
    };
    BadQuestion { message: format!("there is no calendar `{id}` here"), help: Some(help) }
}

/// The calendars that have a part in an answer, in order of id, with their claims.
fn cited(
    reading: &Reading<'_>,
    answer: &PeriodAnswer,
    within: &[Within],
) -> Result<Vec<CalendarCites>, QueryError> {
    let mut used: BTreeMap<&SmolStr, Vec<YearRead>> = BTreeMap::new();
    let readings: Vec<_> = match answer {
        PeriodAnswer::Found(Found { readings, .. }) => readings.iter().collect(),
        PeriodAnswer::Ambiguous(open) => {
            open.candidates.iter().filter_map(|candidate| candidate.reading.as_ref().ok()).collect()
        }
        _ => Vec::new(),
    };
    for reading in readings {
        if let Some(id) = &reading.calendar {
            used.entry(id).or_default().extend(&reading.parts);
        }
    }
    for own in within.iter().filter(|own| !own.parts.is_empty()) {
        used.entry(&own.calendar).or_default().extend(&own.parts);
    }
    let mut all = Vec::new();
    for (id, parts) in used {
        let Some(calendar) = reading.declarations.calendars.get(id) else { continue };
        let cites = cites(reading, id, calendar, &parts)?;
        all.push(CalendarCites { id: id.clone(), calendar: calendar.clone(), cites });
    }
    Ok(all)
}

/// The attributes that say how the years of a calendar lie, in the order in which people write them.
const RULE: [&str; 6] = ["year-starts", "year-ends", "named-by", "pattern", "extra-week", "quarters"];

/// The claims of a calendar that say how `parts` lie.
fn cites(
    reading: &Reading<'_>,
    id: &str,
    calendar: &Calendar,
    parts: &[YearRead],
) -> Result<Vec<Cite>, QueryError> {
    let mut attributes: BTreeSet<&str> = BTreeSet::new();
    let mut changes: BTreeSet<String> = BTreeSet::new();
    let mut rows: BTreeSet<FiscalName> = BTreeSet::new();
    for part in parts {
        let Some(stretch) = calendar.stretches.get(part.stretch) else { continue };
        match &stretch.scheme {
            // A transition begins where the years before it end, and ends where those after it begin.
            Scheme::Transition(_) => {
                let next = calendar.stretches.get(part.stretch + 1).and_then(|next| next.from);
                changes.extend(next.map(|from| from.to_string()));
                let before = part.stretch.checked_sub(1).and_then(|at| calendar.stretches[at].from);
                match before {
                    Some(from) => drop(changes.insert(from.to_string())),
                    None => attributes.extend(RULE),
                }
            }
            Scheme::Rule(..) => match stretch.from {
                Some(from) => drop(changes.insert(from.to_string())),
                None => attributes.extend(RULE),
            },
            Scheme::Listed(..) => {
                attributes.extend(RULE);
                rows.insert(part.name);
                rows.insert(FiscalName { unit: Unit::Year, number: 1, ..part.name });
            }
        }
    }
    let subject = Subject::new("calendar", id);
    let mut cites = Vec::new();
    for attribute in
        RULE.into_iter().filter(|attribute| attributes.contains(attribute)).chain(["change", "periods"])
    {
        let slot = Slot { subject: subject.clone(), attribute: SmolStr::new_static(attribute) };
        let Some(read) = reading.slot(&slot)? else { continue };
        let positions = read.positions(|claim| match (&claim.value, attribute) {
            (Value::Text(text), "change") => changes.iter().any(|from| text.contains(from.as_str())),
            (Value::Text(text), "periods") => row_name(text).is_some_and(|name| rows.contains(&name)),
            _ => true,
        });
        for position in positions {
            cites.push(reading.cite(&read, position)?);
        }
    }
    Ok(cites)
}

/// The name of a row of a table, as its claim says it: `{ from = …, name = "FY25", until = … }`.
fn row_name(text: &str) -> Option<FiscalName> {
    let (_, rest) = text.split_once("name = \"")?;
    FiscalName::parse(rest.split_once('"')?.0)
}

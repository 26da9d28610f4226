//! From an expression to days: it is read by every frame that it may be meant in, and the readings are compared.

use jiff::civil::Date;
use smol_str::SmolStr;

use super::answer::{Ambiguity, Candidate, Chosen, Found, Missing, PeriodAnswer, Reading, Within, YearRead};
use super::expression::{Expression, Length, Marked, Said, YearSaid};
use super::frame::Calendars;
use super::{civil, mistake, relative};
use crate::claim::{Calendar, Days, Scheme, Unit, Year};
use crate::query::BadQuestion;

/// By what an expression can be read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    /// It is civil, whatever stands beside it.
    Nothing,
    /// The civil calendar or a declared one.
    Either,
    /// The civil calendar.
    Civil,
    /// A declared calendar.
    Fiscal,
}

#[derive(Clone, Copy)]
enum Frame<'d> {
    Civil,
    Calendar(&'d SmolStr, &'d Calendar),
}

/// Why a frame gives nothing.
enum Nothing {
    /// There is no such thing in it.
    No(BadQuestion),
    /// It does not say: what it lists does not reach so far.
    Beyond(BadQuestion),
}

/// The days that `expression` means, and why. `on` is the day that relative ones are relative to.
pub fn resolve_period(expression: &Expression, calendars: &Calendars<'_>, on: Option<Date>) -> PeriodAnswer {
    let said = &expression.said;
    if let Some(missing) = missing(said, on) {
        return PeriodAnswer::Depends(missing);
    }
    let (frames, chosen) = frames(expression, calendars);
    if frames.is_empty() {
        return PeriodAnswer::Unknown(mistake::no_calendar(said));
    }
    let read = frames.iter().map(|frame| (*frame, read(*frame, said, on)));
    let mut candidates = Vec::new();
    let mut cannot = Vec::new();
    for (frame, result) in read {
        let reading = match result {
            Ok(reading) => Ok(reading),
            Err(Nothing::Beyond(why)) => Err(why),
            Err(Nothing::No(why)) => {
                cannot.push(why);
                continue;
            }
        };
        let calendar = frame.id().cloned();
        candidates.push(Candidate { calendar, reading, typed: typed(frame, said) });
    }
    let found: Vec<&Reading> =
        candidates.iter().filter_map(|candidate| candidate.reading.as_ref().ok()).collect();
    let Some(first) = found.first().map(|reading| reading.days) else {
        return match candidates.into_iter().find_map(|candidate| candidate.reading.err()) {
            Some(why) => PeriodAnswer::Unknown(why),
            None => {
                PeriodAnswer::Mistake(cannot.into_iter().next().unwrap_or_else(|| mistake::no_calendar(said)))
            }
        };
    };
    if found.len() < candidates.len() || found.iter().any(|reading| reading.days != first) {
        return PeriodAnswer::Ambiguous(Ambiguity { candidates });
    }
    let readings: Vec<Reading> = found.into_iter().cloned().collect();
    let chosen = match (readings.len(), frames.len()) {
        (1, 1) => chosen,
        (1, _) => Chosen::Alone,
        _ => Chosen::Agree,
    };
    PeriodAnswer::Found(Found { days: first, readings, chosen })
}

/// The fiscal periods that `day` lies in, of every calendar in scope.
pub fn within(day: Date, calendars: &Calendars<'_>) -> Vec<Within> {
    let asked = calendars.asked();
    let scope = calendars.all().filter(|(id, _)| asked.is_none_or(|asked| asked == *id));
    let of = |(id, calendar): (&SmolStr, &Calendar)| Within {
        calendar: id.clone(),
        parts: Unit::ALL
            .into_iter()
            .filter_map(|unit| relative::fiscal_around(calendar, unit, day))
            .collect(),
    };
    scope.map(of).collect()
}

fn missing(said: &Said, on: Option<Date>) -> Option<Missing> {
    match said {
        Said::Part { year: YearSaid::Missing, .. } => Some(Missing::Year),
        Said::Relative(..) | Said::ToDate(..) if on.is_none() => Some(Missing::Day),
        Said::Span(one, other) => missing(one, on).or_else(|| missing(other, on)),
        _ => None,
    }
}

fn needs(said: &Said) -> Needs {
    let marked = |marked: &Marked, length: Length| match (marked, length) {
        (Marked::Fiscal, _) => Needs::Fiscal,
        (Marked::Civil, _) => Needs::Civil,
        (Marked::Not, Length::Of(_)) => Needs::Either,
        (Marked::Not, Length::Day | Length::Month) => Needs::Nothing,
    };
    match said {
        Said::Day { .. } | Said::Month { .. } | Said::IsoWeek { .. } | Said::HalfOpen(..) => Needs::Nothing,
        Said::Part { unit, year, .. } => match (year, unit) {
            (YearSaid::Named(_) | YearSaid::Across(_), _) => Needs::Fiscal,
            (YearSaid::Civil(_), _) => Needs::Civil,
            (_, Unit::Period) => Needs::Fiscal,
            (_, Unit::Year) => Needs::Nothing,
            _ => Needs::Either,
        },
        // What says more decides for both; beside what is fiscal the civil stays civil.
        Said::Span(one, other) => needs(one).max(needs(other)),
        Said::Relative(_, length, mark) | Said::ToDate(length, mark) => marked(mark, *length),
    }
}

/// The frames in which an expression may be meant, and why these.
fn frames<'d>(expression: &Expression, calendars: &Calendars<'d>) -> (Vec<Frame<'d>>, Chosen) {
    let get = |id: &SmolStr| calendars.get(id).map(|(id, calendar)| Frame::Calendar(id, calendar));
    if !expression.named.is_empty() {
        return (expression.named.iter().filter_map(get).collect(), Chosen::Named);
    }
    let needs = needs(&expression.said);
    if matches!(needs, Needs::Nothing | Needs::Civil) {
        return (vec![Frame::Civil], Chosen::Civil);
    }
    let (scope, chosen): (Vec<Frame<'d>>, Chosen) = match (calendars.asked(), calendars.default()) {
        // Who asks for a calendar says what kind of period is meant, too.
        (Some(asked), _) => return (get(asked).into_iter().collect(), Chosen::Asked),
        (None, Some(default)) => (get(default).into_iter().collect(), Chosen::Default),
        (None, None) => {
            (calendars.all().map(|(id, calendar)| Frame::Calendar(id, calendar)).collect(), Chosen::Only)
        }
    };
    match (needs, scope.is_empty()) {
        (Needs::Either, true) => (vec![Frame::Civil], Chosen::Civil),
        (Needs::Either, false) => ([Frame::Civil].into_iter().chain(scope).collect(), chosen),
        _ => (scope, chosen),
    }
}

impl<'d> Frame<'d> {
    fn id(self) -> Option<&'d SmolStr> {
        match self {
            Frame::Civil => None,
            Frame::Calendar(id, _) => Some(id),
        }
    }
}

/// What to type so that it is meant in that frame.
fn typed(frame: Frame<'_>, said: &Said) -> String {
    fn marked(said: &Said, fiscal: bool) -> Said {
        let mark = if fiscal { Marked::Fiscal } else { Marked::Civil };
        match said.clone() {
            Said::Part { unit, number, year: YearSaid::Bare(year) } => {
                let year = if fiscal { YearSaid::fiscal(year) } else { YearSaid::Civil(year) };
                Said::Part { unit, number, year }
            }
            Said::Relative(step, length @ Length::Of(_), Marked::Not) => Said::Relative(step, length, mark),
            Said::ToDate(length @ Length::Of(_), Marked::Not) => Said::ToDate(length, mark),
            Said::Span(one, other) => {
                Said::Span(Box::new(marked(&one, fiscal)), Box::new(marked(&other, fiscal)))
            }
            other => other,
        }
    }
    match frame {
        Frame::Civil => marked(said, false).to_string(),
        Frame::Calendar(id, _) => format!("{} ({id})", marked(said, true)),
    }
}

/// An expression in one frame.
fn read(frame: Frame<'_>, said: &Said, on: Option<Date>) -> Result<Reading, Nothing> {
    let (days, name, parts) = match said {
        Said::Span(one, other) => {
            let (one, other) = (read(frame, one, on)?, read(frame, other, on)?);
            let days = Days { from: one.days.from, until: other.days.until };
            if days.until <= days.from {
                return Err(Nothing::No(mistake::backwards(said, one.days, other.days)));
            }
            let parts = one.parts.into_iter().chain(other.parts).collect();
            (days, format!("{} to {}", one.name, other.name), parts)
        }
        Said::HalfOpen(from, until) if from < until => {
            (Days { from: *from, until: *until }, said.to_string(), Vec::new())
        }
        Said::HalfOpen(from, until) => {
            let days = Days { from: *from, until: *until };
            return Err(Nothing::No(mistake::backwards(said, days, days)));
        }
        Said::Day { .. } | Said::Month { .. } | Said::IsoWeek { .. } => {
            let days = date(said).ok_or_else(|| Nothing::No(mistake::no_such_date(said)))?;
            (days, said.to_string(), Vec::new())
        }
        Said::Part { unit, number, year } => part(frame, *unit, *number, *year)?,
        Said::Relative(step, length, mark) => {
            let on = on.ok_or_else(|| Nothing::No(mistake::not_read("")))?;
            let civil = || relative::civil_step(*step, *length, on);
            let fiscal =
                |calendar: &Calendar| relative::fiscal_step(calendar, *step, relative::unit(*length)?, on);
            around(frame, *length, *mark, on, civil, fiscal)?
        }
        Said::ToDate(length, mark) => {
            let on = on.ok_or_else(|| Nothing::No(mistake::not_read("")))?;
            let civil = || relative::civil_around(*length, on);
            let fiscal =
                |calendar: &Calendar| relative::fiscal_around(calendar, relative::unit(*length)?, on);
            let (days, name, parts) = around(frame, *length, *mark, on, civil, fiscal)?;
            let until = on.tomorrow().map_err(|_| Nothing::Beyond(mistake::beyond(None, on)))?;
            (Days { until, ..days }, format!("{name} to {on}"), parts)
        }
    };
    let calendar = frame.id().filter(|_| !parts.is_empty()).cloned();
    Ok(Reading { calendar, name, days, parts })
}

/// Days, what they are called, and the fiscal periods that they were made of.
type Parts = (Days, String, Vec<YearRead>);

/// A period around a day or beside it, by the frame or the civil calendar.
fn around(
    frame: Frame<'_>,
    length: Length,
    mark: Marked,
    on: Date,
    civil: impl FnOnce() -> Option<(Days, String)>,
    fiscal: impl FnOnce(&Calendar) -> Option<YearRead>,
) -> Result<Parts, Nothing> {
    let plain = mark == Marked::Civil || mark == Marked::Not && !matches!(length, Length::Of(_));
    match frame {
        Frame::Calendar(id, calendar) if !plain => {
            let unit = relative::unit(length).unwrap_or(Unit::Year);
            if let Some(year) = calendar.year_of(on).filter(|year| year.parts(unit).is_empty()) {
                return Err(nothing_of(id, calendar, &year, unit, 1));
            }
            let read = fiscal(calendar).ok_or_else(|| Nothing::Beyond(mistake::beyond(Some(id), on)))?;
            Ok((read.days, read.name.to_string(), vec![read]))
        }
        _ => {
            let (days, name) = civil().ok_or_else(|| Nothing::Beyond(mistake::beyond(None, on)))?;
            Ok((days, name, Vec::new()))
        }
    }
}

/// A day, month or week that exists.
fn date(said: &Said) -> Option<Days> {
    match *said {
        Said::Day { year, month, day } => {
            civil::day(Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?)
        }
        Said::Month { year, month } => civil::month(year, month),
        Said::IsoWeek { year, week } => civil::week(year, week),
        _ => None,
    }
}

/// A year or a part of one.
fn part(frame: Frame<'_>, unit: Unit, number: u8, said: YearSaid) -> Result<Parts, Nothing> {
    match (frame, said) {
        (_, YearSaid::Civil(year)) | (Frame::Civil, YearSaid::Bare(year)) => {
            let days = civil::part_of_year(year, unit, number);
            let days = days.ok_or_else(|| Nothing::No(mistake::no_such_part(unit, number)))?;
            Ok((days, civil::name(year, unit, number), Vec::new()))
        }
        (Frame::Calendar(id, calendar), _) => {
            let year = fiscal_year(calendar, said).ok_or_else(|| {
                let (why, listed) = mistake::no_year(id, calendar, said);
                if listed { Nothing::Beyond(why) } else { Nothing::No(why) }
            })?;
            let days = year.part(unit, number);
            let days = days.ok_or_else(|| nothing_of(id, calendar, &year, unit, number))?;
            let read = relative::year_read(&year, unit, number, days);
            Ok((days, read.name.to_string(), vec![read]))
        }
        (Frame::Civil, _) => Err(Nothing::No(mistake::no_such_part(unit, number))),
    }
}

/// Why a year has no such part: there is none, or a table lists the year as a whole only.
fn nothing_of(id: &str, calendar: &Calendar, year: &Year<'_>, unit: Unit, number: u8) -> Nothing {
    let scheme = calendar.stretches.get(year.stretch).map(|stretch| &stretch.scheme);
    match scheme {
        Some(Scheme::Listed(..)) if year.parts(unit).is_empty() => {
            Nothing::Beyond(mistake::not_listed(id, year, unit))
        }
        _ => Nothing::No(mistake::no_part_of(id, year, unit, number)),
    }
}

fn fiscal_year(calendar: &Calendar, said: YearSaid) -> Option<Year<'_>> {
    match said {
        YearSaid::Named(name) => calendar.year(name),
        YearSaid::Bare(number) | YearSaid::Civil(number) => {
            calendar.year(crate::claim::YearName::fiscal(number))
        }
        YearSaid::Across(first) => {
            let last = Date::new(first, 12, 31).ok()?;
            let year = calendar.year_of(last)?;
            // A few days into January are not another year.
            let across = year.days.covers(&civil::day(last.tomorrow().ok()?)?)
                && year.days.from < Date::new(first, 12, 15).ok()?
                && year.days.until > Date::new(first.checked_add(1)?, 1, 15).ok()?;
            across.then_some(year)
        }
        YearSaid::Missing => None,
    }
}

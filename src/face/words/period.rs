//! The prose of periods: why they lie where they do.

use crate::claim::{Calendar, Days, Division, FiscalName, Scheme, Unit, WeekPattern, YearRule};
use crate::query::period::{Chosen, Found, Missing, Reading, YearRead};

/// Days as people say them: `2025-08-01 up to and including 2025-10-31`; a single day alone.
pub fn days(days: &Days) -> String {
    if days.count() == 1 {
        return days.from.to_string();
    }
    format!("{} up to and including {}", days.from, days.last())
}

/// Why a fiscal period lies where it does, a line a step.
pub fn fiscal_reasons(calendar: &Calendar, read: &YearRead) -> Vec<String> {
    let Some(stretch) = calendar.stretches.get(read.stretch) else { return Vec::new() };
    let year = FiscalName { unit: Unit::Year, number: 1, ..read.name };
    let why = match &stretch.scheme {
        Scheme::Rule(rule, _) => self::rule(rule),
        Scheme::Listed(..) => "it is listed so".to_owned(),
        Scheme::Transition(_) => "it lies between two calendars".to_owned(),
    };
    let mut lines = match read.name.unit {
        Unit::Year => vec![why],
        _ => vec![format!("{year} is {}: {why}", days(&read.year))],
    };
    let listed = matches!(&stretch.scheme, Scheme::Listed(years, _)
        if years.iter().any(|own| own.name == read.name.year && own.parts.iter().any(|(unit, ..)| *unit == read.name.unit)));
    if read.name.unit != Unit::Year {
        lines.extend(match &stretch.scheme {
            _ if listed => Some(format!("its {} are listed, too", read.name.unit.plural())),
            Scheme::Rule(_, division) | Scheme::Listed(_, division) => divided(division, read),
            Scheme::Transition(_) => None,
        });
    }
    lines
}

/// How years lie.
fn rule(rule: &YearRule) -> String {
    let lies = match rule {
        YearRule::Starts(day, _) => format!("years start on {day}"),
        YearRule::Ends(end, _) => format!("years end on the {end}"),
    };
    match rule.at_the_turn() {
        true => lies,
        false => format!("{lies}, named by the calendar year in which they {}", rule.named_by().as_str()),
    }
}

/// How a year is divided, as far as it concerns the unit that was read.
fn divided(division: &Division, read: &YearRead) -> Option<String> {
    match (division, read.name.unit) {
        (Division::Whole, _) | (_, Unit::Year) => None,
        (Division::Months, unit) => Some(match unit {
            Unit::Half => "a half is six months".to_owned(),
            Unit::Quarter => "a quarter is three months".to_owned(),
            _ => "a period is a month, counted from the first day of the year".to_owned(),
        }),
        (Division::Weeks { .. }, Unit::Week) => {
            Some("weeks are counted from the first day of the year".to_owned())
        }
        (Division::Weeks { pattern, quarters, extra_week }, _) => {
            let periods = match (pattern, quarters) {
                (WeekPattern::Thirteen, Some([a, b, c, d])) => {
                    format!("thirteen periods of four weeks, {a}-{b}-{c}-{d} to the quarters")
                }
                (WeekPattern::Thirteen, None) => "thirteen periods of four weeks".to_owned(),
                _ => format!("the weeks of a quarter are {}", pattern.as_str()),
            };
            let long = read.year.count() == 53 * 7;
            let extra = if long {
                format!("; this year has 53, the extra one in P{extra_week:02}")
            } else {
                String::new()
            };
            Some(format!("{periods}{extra}"))
        }
    }
}

/// Why it was read by these calendars.
pub fn chosen(found: &Found) -> Option<String> {
    let names = || {
        let name = |reading: &Reading| match &reading.calendar {
            Some(id) => format!("{} of calendar/{id}", reading.name),
            None => format!("{} of the civil calendar", reading.name),
        };
        found.readings.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let id = found.readings.first().and_then(|reading| reading.calendar.as_ref());
    let calendar = id.map_or("the civil calendar".to_owned(), |id| format!("calendar/{id}"));
    match found.chosen {
        Chosen::Civil => None,
        Chosen::Named => Some(format!("the words name {calendar}")),
        Chosen::Asked => Some(format!("{calendar} was asked for")),
        Chosen::Default => Some(format!("dictum.toml names {calendar} as the default")),
        Chosen::Only => Some(format!("{calendar} is the only one that is declared")),
        Chosen::Alone => Some(format!("of all calendars, only {calendar} has such a period")),
        Chosen::Agree => Some(format!("the days are the same whatever is meant: {}", names())),
    }
}

/// What is missing, and what to add.
pub fn missing(missing: Missing) -> (&'static str, &'static str) {
    match missing {
        Missing::Day => ("which day is it seen from?", "add `--on 2026-03-31`, with the day that is meant"),
        Missing::Year => ("of which year?", "write it behind: `Q3 FY26` or `Q3 CY2026`"),
    }
}

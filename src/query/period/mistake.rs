//! What is wrong with a period that can't be, and what there is.

use super::civil;
use super::expression::{Said, YearSaid};
use crate::claim::{Calendar, Days, Scheme, Unit, Year};
use crate::query::BadQuestion;

/// Text that is no period at all.
pub fn not_read(text: &str) -> BadQuestion {
    let numbers = text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let slashes = text.matches('/').count() == 2 || text.matches('.').count() == 2;
    let help = match numbers && slashes {
        true => {
            "write a day as year-month-day: `2026-03-31`; the order of other forms differs between countries"
        }
        false => {
            "write for example `Q3 FY26`, `H1 FY2026`, `P07 FY26`, `FY26`, `March 2026`, `2026-Q1`, `2026-W07`, `2026-03-31`, `last quarter`"
        }
    };
    let shown: String = text.chars().take(60).collect();
    let more = if text.chars().nth(60).is_some() { "…" } else { "" };
    BadQuestion {
        message: format!("`{shown}{more}` is not a period that is understood"),
        help: Some(help.to_owned()),
    }
}

/// A day, month or week that does not exist.
pub(super) fn no_such_date(said: &Said) -> BadQuestion {
    let (message, help) = match *said {
        Said::Day { year, month, .. } => match civil::month(year, month) {
            Some(days) => (
                format!("`{said}` is not a day: that month has {} days", days.count()),
                format!("its last day is `{}`", days.last()),
            ),
            None => {
                (format!("`{said}` is not a day: a year has 12 months"), "write year-month-day".to_owned())
            }
        },
        Said::IsoWeek { year, .. } => {
            let last = if civil::week(year, 53).is_some() { 53 } else { 52 };
            (
                format!("`{said}` is not a week: {year} has {last}"),
                format!("write `{year}-W01` to `{year}-W{last}`"),
            )
        }
        _ => (
            format!("`{said}` is not a month: a year has 12"),
            "write year and month, such as `2026-03`".to_owned(),
        ),
    };
    BadQuestion { message, help: Some(help) }
}

/// A number that no part of a civil year has.
pub(super) fn no_such_part(unit: Unit, number: u8) -> BadQuestion {
    let most = match unit {
        Unit::Half => 2,
        Unit::Quarter => 4,
        Unit::Year | Unit::Period | Unit::Week => 52,
    };
    BadQuestion {
        message: format!("a year has {most} {}: there is no {}", unit.plural(), civil::part(unit, number)),
        help: Some(format!("write {} to {}", civil::part(unit, 1), civil::part(unit, most))),
    }
}

/// A fiscal year that has no such part.
pub(super) fn no_part_of(id: &str, year: &Year<'_>, unit: Unit, number: u8) -> BadQuestion {
    let asked = civil::part(unit, number);
    let count = year.parts(unit).len();
    if count > 0 {
        let last = civil::part(unit, u8::try_from(count).unwrap_or(u8::MAX));
        return BadQuestion {
            message: format!(
                "{} has {count} {} in calendar/{id}: there is no {asked}",
                year.name,
                unit.plural()
            ),
            help: Some(format!("write {} to {last}", civil::part(unit, 1))),
        };
    }
    let has: Vec<&str> = Unit::ALL[1..]
        .iter()
        .filter(|unit| !year.parts(**unit).is_empty())
        .map(|unit| unit.plural())
        .collect();
    let help = match has.is_empty() {
        true => format!(
            "ask for `{}` as a whole: {} up to and including {}",
            year.name,
            year.days.from,
            year.days.last()
        ),
        false => format!("it is divided into {}", has.join(", ")),
    };
    BadQuestion {
        message: format!(
            "{} is not divided into {} in calendar/{id}: there is no {asked}",
            year.name,
            unit.plural()
        ),
        help: Some(help),
    }
}

/// A year of a table that lists no parts of that unit.
pub(super) fn not_listed(id: &str, year: &Year<'_>, unit: Unit) -> BadQuestion {
    BadQuestion {
        message: format!("calendar/{id} lists {} and not its {}", year.name, unit.plural()),
        help: Some(format!("add them to the table of `periods`; {} is {}", year.name, year.days)),
    }
}

/// A year that a calendar does not have: why, and whether its table only does not reach so far.
pub(super) fn no_year(id: &str, calendar: &Calendar, year: YearSaid) -> (BadQuestion, bool) {
    let listed = calendar.stretches.iter().any(|stretch| matches!(stretch.scheme, Scheme::Listed(..)));
    let names = calendar.stretches.iter().filter_map(|stretch| match &stretch.scheme {
        Scheme::Listed(years, _) => Some(format!(
            "it lists {} to {}",
            years.first().map_or(String::new(), |year| year.name.to_string()),
            years.last().map_or(String::new(), |year| year.name.to_string())
        )),
        Scheme::Transition(name) => Some(format!("its transition is {name}")),
        Scheme::Rule(..) => None,
    });
    let names: Vec<String> = names.collect();
    let help = match (names.is_empty(), year) {
        (_, YearSaid::Across(first)) => format!("its years lie in one calendar year each: write `FY{first}`"),
        (true, _) => "write a year of four digits".to_owned(),
        (false, _) => names.join(", "),
    };
    let message = format!("no year of calendar/{id} is called {year}");
    (BadQuestion { message, help: Some(help) }, listed)
}

/// No calendar is declared at all.
pub(super) fn no_calendar(said: &Said) -> BadQuestion {
    BadQuestion {
        message: format!("`{said}` is of a fiscal year, and this knowledge declares no calendar"),
        help: Some(
            "declare it: `[calendar.fiscal]` with `year-starts = \"02-01\"` and `named-by = \"end\"`"
                .to_owned(),
        ),
    }
}

/// A span that ends before it starts.
pub(super) fn backwards(said: &Said, from: Days, until: Days) -> BadQuestion {
    BadQuestion {
        message: format!("`{said}` ends before it starts"),
        help: Some(format!("the first starts on {}, the second ends on {}", from.from, until.last())),
    }
}

/// Days that lie outside of what a calendar says, or outside of time.
pub(super) fn beyond(id: Option<&str>, day: jiff::civil::Date) -> BadQuestion {
    let of = id.map_or("the calendar".to_owned(), |id| format!("calendar/{id}"));
    BadQuestion { message: format!("{of} says nothing of the time around {day}"), help: None }
}

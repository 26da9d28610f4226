//! Periods as they are said.

use std::fmt;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::civil;
use crate::claim::{Unit, YearKind, YearName};

/// A period as it was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expression {
    /// The calendars that its own words name ("NRF FY2026"), by id; empty where they name none. Several share that name.
    pub named: Vec<SmolStr>,
    /// What is said.
    pub said: Said,
}

/// What is said of time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// A day: `2026-03-31`. It may not exist.
    Day {
        /// Year.
        year: i16,
        /// Month, as written.
        month: u8,
        /// Day, as written.
        day: u8,
    },
    /// A civil month: `March 2026`, `2026-03`. It may not exist.
    Month {
        /// Year.
        year: i16,
        /// Month, as written.
        month: u8,
    },
    /// A week of ISO 8601: `2026-W07`.
    IsoWeek {
        /// Its year.
        year: i16,
        /// Its number, as written.
        week: u8,
    },
    /// A year or a part of one: `FY26`, `Q3 2026`.
    Part {
        /// What it is.
        unit: Unit,
        /// Which one; 1 of a year. There may be none of that number.
        number: u8,
        /// Of which year.
        year: YearSaid,
    },
    /// From the beginning of one to the end of another.
    Span(Box<Said>, Box<Said>),
    /// From one day up to and without another: `2025-08-01/2025-11-01`, as the language writes periods.
    HalfOpen(Date, Date),
    /// Relative to a day: `last quarter`, `this month`.
    Relative(Step, Length, Marked),
    /// From the beginning of the year (quarter, month) up to and including a day: `year to date`.
    ToDate(Length, Marked),
}

/// How long a relative period is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    /// A day.
    Day,
    /// A month of the civil calendar.
    Month,
    /// A part of a year.
    Of(Unit),
}

impl Length {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Length::Day => "day",
            Length::Month => "month",
            Length::Of(unit) => unit.as_str(),
        }
    }
}

/// Which, seen from a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The one before.
    Last,
    /// That in which the day lies.
    This,
    /// The one after.
    Next,
}

/// Whether words say by which kind of calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marked {
    /// "fiscal".
    Fiscal,
    /// "calendar".
    Civil,
    /// Neither.
    Not,
}

/// A year as it was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum YearSaid {
    /// `FY26`, or `TP25`.
    Named(YearName),
    /// `FY2025/26`: the fiscal year that touches this calendar year and the next.
    Across(i16),
    /// `CY26`, `calendar year 2026`.
    Civil(i16),
    /// `2026`, without a word what kind of year.
    Bare(i16),
    /// Not at all: `Q3`.
    Missing,
}

impl fmt::Display for YearSaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            YearSaid::Named(name) => write!(f, "{name}"),
            YearSaid::Across(first) => {
                write!(f, "FY{first:04}/{:02}", (i32::from(*first) + 1).rem_euclid(100))
            }
            YearSaid::Civil(year) => write!(f, "CY{year:04}"),
            YearSaid::Bare(year) => write!(f, "{year:04}"),
            YearSaid::Missing => f.write_str("of which year?"),
        }
    }
}

impl fmt::Display for Said {
    /// In one spelling: `Q3 FY2026`, `2026-03`, `last fiscal quarter`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Said::Day { year, month, day } => write!(f, "{year:04}-{month:02}-{day:02}"),
            Said::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Said::IsoWeek { year, week } => write!(f, "{year:04}-W{week:02}"),
            Said::Part { unit: Unit::Year, year, .. } => write!(f, "{year}"),
            Said::Part { unit, number, year: YearSaid::Missing } => f.write_str(&civil::part(*unit, *number)),
            Said::Part { unit, number, year } => write!(f, "{} {year}", civil::part(*unit, *number)),
            Said::Span(one, other) => write!(f, "{one} to {other}"),
            Said::HalfOpen(from, until) => write!(f, "{from}/{until}"),
            Said::Relative(Step::Last, Length::Day, _) => f.write_str("yesterday"),
            Said::Relative(Step::This, Length::Day, _) => f.write_str("today"),
            Said::Relative(Step::Next, Length::Day, _) => f.write_str("tomorrow"),
            Said::Relative(step, length, marked) => {
                let step = match step {
                    Step::Last => "last",
                    Step::This => "this",
                    Step::Next => "next",
                };
                write!(f, "{step} {}{}", marked.word(), length.as_str())
            }
            Said::ToDate(length, marked) => write!(f, "{}{} to date", marked.word(), length.as_str()),
        }
    }
}

impl Marked {
    /// The word with a space behind it, where there is one.
    fn word(self) -> &'static str {
        match self {
            Marked::Fiscal => "fiscal ",
            Marked::Civil => "calendar ",
            Marked::Not => "",
        }
    }
}

impl YearSaid {
    /// The fiscal year of that number.
    pub(super) fn fiscal(number: i16) -> YearSaid {
        YearSaid::Named(YearName { kind: YearKind::Fiscal, number })
    }
}

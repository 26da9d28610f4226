//! What comes of an expression: days, or what is open.

use smol_str::SmolStr;

use crate::claim::{Days, FiscalName};
use crate::query::BadQuestion;

/// What an expression means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeriodAnswer {
    /// These days.
    Found(Found),
    /// Days that differ by what is meant: all of it, and what to type for each.
    Ambiguous(Ambiguity),
    /// It depends on what was not said.
    Depends(Missing),
    /// Nothing that is declared says it.
    Unknown(BadQuestion),
    /// There is no such period.
    Mistake(BadQuestion),
}

/// What is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// The day that it is relative to.
    Day,
    /// The year that it is of.
    Year,
}

/// Days, and how they came about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The days.
    pub days: Days,
    /// All readings that give them, at least one.
    pub readings: Vec<Reading>,
    /// Why it was read so.
    pub chosen: Chosen,
}

/// Why an expression was read by these calendars and no others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Chosen {
    /// It is civil.
    Civil,
    /// Its words name the calendar.
    Named,
    /// The question asks for it.
    Asked,
    /// `dictum.toml` names it as the default.
    Default,
    /// It is the only one.
    Only,
    /// It is the only one of several that has such a period.
    Alone,
    /// Whatever is meant, the days are these.
    Agree,
}

/// An expression in one frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The calendar, by id; `None` for the civil one.
    pub calendar: Option<SmolStr>,
    /// What the period is called there: `Q3 FY2026`, `2026-03`.
    pub name: String,
    /// Its days.
    pub days: Days,
    /// The fiscal periods that it was made of; two where it is a span.
    pub parts: Vec<YearRead>,
}

/// A fiscal period, and the year that it is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct YearRead {
    /// Its name.
    pub name: FiscalName,
    /// Its days.
    pub days: Days,
    /// The days of its year.
    pub year: Days,
    /// Which stretch of the calendar: an index into [`crate::claim::Calendar::stretches`].
    pub stretch: usize,
}

/// Several things that may be meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ambiguity {
    /// Each, the civil one first, then by id.
    pub candidates: Vec<Candidate>,
}

/// Something that may be meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The calendar, by id; `None` for the civil one.
    pub calendar: Option<SmolStr>,
    /// What it is there; or why that can't be told.
    pub reading: Result<Reading, BadQuestion>,
    /// What to type for it.
    pub typed: String,
}

/// The fiscal periods of one calendar that a day lies in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Within {
    /// The calendar, by id.
    pub calendar: SmolStr,
    /// From the longest to the shortest; empty where the calendar says nothing of the day.
    pub parts: Vec<YearRead>,
}

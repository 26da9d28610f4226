//! "Q3 FY26", "March 2026", "last quarter": from what people write to days, with the reason, or to the one question that is
//! open.
//!
//! # Terms
//! * **expression** — a period as it was said, read but not yet looked up: [`Expression`].
//! * **frame** — that by which an expression is read: the civil calendar, or one that the business declares.
//! * **reading** — an expression in one frame: the days, and how they came about.
//!
//! # What is not guessed
//! * A fiscal period without the name of a calendar is that of the default calendar (`dictum.toml`), else of the only one; of
//!   several only where all that have such a period agree on its days.
//! * Years and months are civil: "2026", "March 2026". Halves, quarters and weeks without `FY` or `CY` ("Q3 2026", "last quarter"),
//!   and relative years ("year to date") may be either, and are ambiguous where the days differ. What is written as in
//!   ISO 8601 (`2026-03`, `2026-W07`) or in its manner (`2026-Q1`) is civil.
//! * What is relative needs a day, and what lacks its year ("in Q3") a year: neither the clock nor the context gives one.
//! * Two digits are a year only behind `FY`, `CY`, `TP` or in `3Q26`: see [`crate::claim::full_year`].

mod answer;
mod civil;
mod expression;
mod frame;
mod grammar;
mod mistake;
mod relative;
mod resolve;
mod scan;
mod token;

#[cfg(test)]
mod tests;

pub use answer::{Ambiguity, Candidate, Chosen, Found, Missing, PeriodAnswer, Reading, Within, YearRead};
pub use expression::{Expression, Length, Marked, Said, Step, YearSaid};
pub use frame::Calendars;
pub use mistake::not_read as unread;
pub use resolve::{resolve_period, within};
pub use scan::{PeriodMention, read_period, scan_periods};

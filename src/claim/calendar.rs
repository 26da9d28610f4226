//! Fiscal time: what a business calls a year, a half, a quarter, a period or a week, and on which days it lies.
//!
//! # Terms
//! * **stretch** — a part of time in which a calendar goes by one scheme; where a company changes its year, the next begins.
//! * **scheme** — how the years of a stretch lie: from a day of the year on, up to a weekday, or as a table lists them.
//! * **division** — how a year is divided: by months, or by weeks.
//! * **transition** — what lies between the last year of one scheme and the first of the next.
//!
//! All of it is arithmetic on days: half-open, without a clock, and nothing here panics whatever a calendar says. Years
//! tile time and quarters tile years wherever a calendar says anything: `kind` refuses what would not, and the tests
//! of this module hold it for calendars made at random.

mod division;
mod name;
mod rule;

#[cfg(test)]
mod tests;

pub use division::{Division, WeekPattern};
pub use name::{FiscalName, Unit, YearKind, YearName, full_year};
pub use rule::{MONTHS, MonthDay, NamedBy, WeekEnd, Weekday, YearRule};

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use smol_str::SmolStr;

/// Days from `from` on, up to and without `until`. Never empty where this module makes one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The first no more.
    pub until: Date,
}

impl Days {
    /// Whether `day` is one of them.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && day < self.until
    }

    /// Whether all days of `other` are among them.
    pub fn covers(&self, other: &Days) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// How many.
    pub fn count(&self) -> i64 {
        i64::from((self.until - self.from).get_days())
    }

    /// The last.
    pub fn last(&self) -> Date {
        self.until.yesterday().unwrap_or(self.from)
    }
}

impl fmt::Display for Days {
    /// `2025-08-01/2025-11-01`, half-open as in the language.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.from, self.until)
    }
}

/// A calendar.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Calendar {
    /// What people call it.
    pub label: Option<Arc<str>>,
    /// Other names of it, sorted.
    pub aliases: Vec<SmolStr>,
    /// In order of time, at least one.
    pub stretches: Vec<Stretch>,
}

/// A part of time, up to the beginning of the next, that goes by one scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// Its first day, which begins a year; `None`, of the first only, since ever.
    pub from: Option<Date>,
    /// How its years lie.
    pub scheme: Scheme,
}

/// How the years of a stretch lie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// By a rule.
    Rule(YearRule, Division),
    /// As listed: in order of time, each beginning where the one before ends.
    Listed(Vec<ListedYear>, Division),
    /// The whole stretch is one year, of whatever length, that is not divided.
    Transition(YearName),
}

/// A year of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedYear {
    /// Its name.
    pub name: YearName,
    /// Its days.
    pub days: Days,
    /// What is listed of its parts, by unit and number. The parts of a unit tile the year.
    pub parts: Vec<(Unit, u8, Days)>,
}

/// A year of a calendar, found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Year<'c> {
    /// Its name.
    pub name: YearName,
    /// Its days.
    pub days: Days,
    /// Which stretch it is of: an index into [`Calendar::stretches`].
    pub stretch: usize,
    division: &'c Division,
    listed: &'c [(Unit, u8, Days)],
}

impl Calendar {
    /// The year of that name; `None` where the calendar has none.
    pub fn year(&self, name: YearName) -> Option<Year<'_>> {
        (0..self.stretches.len()).find_map(|at| self.year_in(at, name))
    }

    /// The year that `day` lies in.
    pub fn year_of(&self, day: Date) -> Option<Year<'_>> {
        let after = self.stretches.partition_point(|stretch| stretch.from.is_none_or(|from| from <= day));
        let at = after.checked_sub(1)?;
        match &self.stretches[at].scheme {
            Scheme::Rule(rule, division) => {
                let (name, days) = rule.year_of(day)?;
                self.within(at, Year { name, days, stretch: at, division, listed: &[] })
            }
            Scheme::Listed(years, division) => {
                let after = years.partition_point(|year| year.days.from <= day);
                let year = years.get(after.checked_sub(1)?)?;
                let found = Year { division, ..listed(at, year, division) };
                found.days.contains(day).then_some(found).and_then(|year| self.within(at, year))
            }
            Scheme::Transition(_) => self.transition(at),
        }
    }

    /// The year after `year`, or where not `forward` the one before it.
    pub fn year_after(&self, year: &Year<'_>, forward: bool) -> Option<Year<'_>> {
        match forward {
            true => self.year_of(year.days.until),
            false => self.year_of(year.days.from.yesterday().ok()?),
        }
    }

    /// The days on which the calendar says anything: from the beginning of its table to its end, where it goes by one.
    pub fn covered(&self) -> (Option<Date>, Option<Date>) {
        let first = self.stretches.first().and_then(|stretch| match &stretch.scheme {
            Scheme::Listed(years, _) => years.first().map(|year| year.days.from),
            Scheme::Rule(..) | Scheme::Transition(_) => stretch.from,
        });
        let last = self.stretches.last().and_then(|stretch| match &stretch.scheme {
            Scheme::Listed(years, _) => years.last().map(|year| year.days.until),
            Scheme::Rule(..) | Scheme::Transition(_) => None,
        });
        (first, last)
    }

    /// Whether some year of it has parts of that unit.
    pub fn has(&self, unit: Unit) -> bool {
        unit == Unit::Year || self.stretches.iter().any(|stretch| stretch.scheme.has(unit))
    }

    fn year_in(&self, at: usize, name: YearName) -> Option<Year<'_>> {
        match &self.stretches[at].scheme {
            Scheme::Rule(rule, division) => {
                let days = rule.year(name)?;
                self.within(at, Year { name, days, stretch: at, division, listed: &[] })
            }
            Scheme::Listed(years, division) => {
                let year = years.iter().find(|year| year.name == name)?;
                self.within(at, listed(at, year, division))
            }
            Scheme::Transition(own) if *own == name => self.transition(at),
            Scheme::Transition(_) => None,
        }
    }

    fn transition(&self, at: usize) -> Option<Year<'_>> {
        let Scheme::Transition(name) = self.stretches[at].scheme else { return None };
        let days = Days { from: self.stretches[at].from?, until: self.stretches.get(at + 1)?.from? };
        Some(Year { name, days, stretch: at, division: &Division::Whole, listed: &[] })
    }

    /// `year`, where it lies in its stretch as a whole.
    fn within<'c>(&self, at: usize, year: Year<'c>) -> Option<Year<'c>> {
        let begins = self.stretches[at].from.is_none_or(|from| from <= year.days.from);
        let next = self.stretches.get(at + 1).and_then(|next| next.from);
        (begins && next.is_none_or(|next| year.days.until <= next)).then_some(year)
    }
}

fn listed<'c>(at: usize, year: &'c ListedYear, division: &'c Division) -> Year<'c> {
    Year { name: year.name, days: year.days, stretch: at, division, listed: &year.parts }
}

impl Scheme {
    /// Whether some year has parts of that unit.
    fn has(&self, unit: Unit) -> bool {
        match self {
            Scheme::Rule(_, division) => division.has(unit),
            Scheme::Listed(years, division) => {
                division.has(unit) || years.iter().any(|year| !parts_listed(&year.parts, unit).is_empty())
            }
            Scheme::Transition(_) => false,
        }
    }
}

impl Year<'_> {
    /// The parts of a unit, in order; empty where the year is not divided so. The year itself is its only [`Unit::Year`].
    pub fn parts(&self, unit: Unit) -> Vec<Days> {
        if unit == Unit::Year {
            return vec![self.days];
        }
        let own = parts_listed(self.listed, unit);
        if own.is_empty() { self.division.parts(self.days, unit) } else { own }
    }

    /// One part; `None` where there is none of that number.
    pub fn part(&self, unit: Unit, number: u8) -> Option<Days> {
        self.parts(unit).get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The part of a unit that `day` lies in, with its number.
    pub fn part_of(&self, unit: Unit, day: Date) -> Option<(u8, Days)> {
        let parts = self.parts(unit);
        let at = parts.iter().position(|part| part.contains(day))?;
        Some((u8::try_from(at + 1).ok()?, parts[at]))
    }

    /// How it is divided.
    pub fn division(&self) -> &Division {
        self.division
    }
}

/// What a table lists of a unit; halves from four quarters, where it lists those only.
fn parts_listed(listed: &[(Unit, u8, Days)], unit: Unit) -> Vec<Days> {
    let of = |unit: Unit| -> Vec<Days> {
        listed.iter().filter(|(own, ..)| *own == unit).map(|(.., days)| *days).collect()
    };
    let own = of(unit);
    if own.is_empty() && unit == Unit::Half {
        return halves(&of(Unit::Quarter));
    }
    own
}

/// Two halves of four quarters; none of any other number.
fn halves(quarters: &[Days]) -> Vec<Days> {
    match quarters {
        [first, second, third, fourth] => vec![
            Days { from: first.from, until: second.until },
            Days { from: third.from, until: fourth.until },
        ],
        _ => Vec::new(),
    }
}

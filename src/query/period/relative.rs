//! What is relative to a day: `last quarter`, `year to date`.

use jiff::civil::Date;

use super::answer::YearRead;
use super::civil;
use super::expression::{Length, Step};
use crate::claim::{Calendar, Days, FiscalName, Unit, Year, YearKind};

/// The civil period, and what it is called.
pub(super) fn civil_step(step: Step, length: Length, on: Date) -> Option<(Days, String)> {
    let here = civil_around(length, on)?;
    let day = match step {
        Step::This => return Some(here),
        Step::Last => here.0.from.yesterday().ok()?,
        Step::Next => here.0.until,
    };
    civil_around(length, day)
}

/// The civil period that `on` lies in, and what it is called.
pub(super) fn civil_around(length: Length, on: Date) -> Option<(Days, String)> {
    match length {
        Length::Day => Some((civil::day(on)?, on.to_string())),
        Length::Month => {
            let (year, month) = (on.year(), on.month().unsigned_abs());
            Some((civil::month(year, month)?, format!("{year:04}-{month:02}")))
        }
        Length::Of(unit) => {
            let (year, number, days) = civil::part_with(on, unit)?;
            Some((days, civil::name(year, unit, number)))
        }
    }
}

/// What a length is of a fiscal year; nothing of a day.
pub(super) fn unit(length: Length) -> Option<Unit> {
    match length {
        Length::Day => None,
        Length::Month => Some(Unit::Period),
        Length::Of(unit) => Some(unit),
    }
}

/// The fiscal period that `on` lies in.
pub(super) fn fiscal_around(calendar: &Calendar, unit: Unit, on: Date) -> Option<YearRead> {
    let year = calendar.year_of(on)?;
    let (number, days) = year.part_of(unit, on)?;
    Some(year_read(&year, unit, number, days))
}

/// The fiscal period before or after that in which `on` lies. What is called a transition is no year to step to.
pub(super) fn fiscal_step(calendar: &Calendar, step: Step, unit: Unit, on: Date) -> Option<YearRead> {
    let mut read = fiscal_around(calendar, unit, on)?;
    if step == Step::This {
        return Some(read);
    }
    loop {
        let day = if step == Step::Last { read.days.from.yesterday().ok()? } else { read.days.until };
        read = fiscal_around(calendar, unit, day)?;
        if unit != Unit::Year || read.name.year.kind == YearKind::Fiscal {
            return Some(read);
        }
    }
}

/// A part of a year, read.
pub(super) fn year_read(year: &Year<'_>, unit: Unit, number: u8, days: Days) -> YearRead {
    YearRead {
        name: FiscalName { year: year.name, unit, number },
        days,
        year: year.days,
        stretch: year.stretch,
    }
}

//! The civil calendar: years from 1 January, months, and weeks of ISO 8601.

use jiff::civil::{Date, ISOWeekDate, Weekday};

use crate::claim::{Days, Unit};

/// `Q3`, `P07`.
pub(super) fn part(unit: Unit, number: u8) -> String {
    match unit {
        Unit::Year => String::new(),
        Unit::Half | Unit::Quarter => format!("{}{number}", unit.letter()),
        Unit::Period | Unit::Week => format!("{}{number:02}", unit.letter()),
    }
}

/// One day.
pub(super) fn day(day: Date) -> Option<Days> {
    Some(Days { from: day, until: day.tomorrow().ok()? })
}

/// So many months from the first day of a month on.
fn months(year: i16, first: u8, count: u8) -> Option<Days> {
    let start = |month: u8| {
        let over = (month - 1) / 12;
        Date::new(year.checked_add(i16::from(over))?, i8::try_from((month - 1) % 12 + 1).ok()?, 1).ok()
    };
    (1..=12)
        .contains(&first)
        .then(|| Some(Days { from: start(first)?, until: start(first + count)? }))
        .flatten()
}

/// A month.
pub(super) fn month(year: i16, month: u8) -> Option<Days> {
    months(year, month, 1)
}

/// A week of ISO 8601: from Monday, the first with the year's first Thursday.
pub(super) fn week(year: i16, week: u8) -> Option<Days> {
    let first = ISOWeekDate::new(year, i8::try_from(week).ok()?, Weekday::Monday).ok()?.date();
    Some(Days { from: first, until: first.checked_add(jiff::Span::new().try_days(7).ok()?).ok()? })
}

/// A part of a year; none where there is no such number, and none of periods, which the civil calendar calls months.
pub(super) fn part_of_year(year: i16, unit: Unit, number: u8) -> Option<Days> {
    match unit {
        Unit::Year => months(year, 1, 12),
        Unit::Half => (1..=2).contains(&number).then(|| months(year, number * 6 - 5, 6)).flatten(),
        Unit::Quarter => (1..=4).contains(&number).then(|| months(year, number * 3 - 2, 3)).flatten(),
        Unit::Week => week(year, number),
        Unit::Period => None,
    }
}

/// The part of a unit that `day` lies in: its year, number, and days.
pub(super) fn part_with(day: Date, unit: Unit) -> Option<(i16, u8, Days)> {
    let month = day.month().unsigned_abs();
    let (year, number) = match unit {
        Unit::Year => (day.year(), 1),
        Unit::Half => (day.year(), (month - 1) / 6 + 1),
        Unit::Quarter => (day.year(), (month - 1) / 3 + 1),
        Unit::Week => {
            let week = day.iso_week_date();
            (week.year(), week.week().unsigned_abs())
        }
        Unit::Period => return None,
    };
    Some((year, number, part_of_year(year, unit, number)?))
}

/// The name of a part of a civil year: `Q3 2026`, `2026-W07`.
pub(super) fn name(year: i16, unit: Unit, number: u8) -> String {
    match unit {
        Unit::Year => format!("{year:04}"),
        Unit::Week => format!("{year:04}-W{number:02}"),
        _ => format!("{} {year:04}", part(unit, number)),
    }
}

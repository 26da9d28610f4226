//! Days of every year as people write them: `02-01`, `last saturday of january`, `saturday nearest 01-31`.

use jiff::civil::Date;

use super::super::reader::{Reader, clip};
use crate::claim::{MONTHS, MonthDay, WeekEnd, Weekday};
use crate::diagnostic::codes;
use crate::parse::{Spanned, Value};

/// A year with a 29 February.
const LEAP: i16 = 2024;

/// The day on which years start: one that every month has, so that months can be counted from it.
pub(super) fn month_day(at: &Spanned<Value<'_>>, written: &str, reader: &mut Reader<'_>) -> Option<MonthDay> {
    let day = numbers(written);
    let (message, help) = match day {
        Some(day) if day.day <= 28 => return Some(day),
        Some(day) => (
            format!("not every month has a day {}, so that periods can't be counted from `{day}`", day.day),
            "write a day up to 28; where years really start so, list them in `periods`".to_owned(),
        ),
        None if has_shape(written) => (
            format!("`{written}` is not a day of the year"),
            "write month and day, such as `\"02-01\"` for 1 February".to_owned(),
        ),
        None if read_week_end(written).is_some() => (
            format!("`{}` is a weekday, and years by weeks are told by their last day", clip(written)),
            "write `year-ends = \"last saturday of january\"`: the weekday before the one they start on"
                .to_owned(),
        ),
        None => (
            format!("`{}` is not a month and a day", clip(written)),
            "write both as numbers, such as `year-starts = \"02-01\"` for 1 February".to_owned(),
        ),
    };
    let finding =
        reader.finding(&codes::BAD_CALENDAR, at, message, "not a day years can start on").help(help);
    reader.report(finding);
    None
}

/// The weekday up to which years last.
pub(super) fn week_end(at: &Spanned<Value<'_>>, written: &str, reader: &mut Reader<'_>) -> Option<WeekEnd> {
    let found = read_week_end(written);
    let (message, help) = match found {
        Some(WeekEnd::Nearest(weekday, MonthDay { month: 2, day: 29 })) => (
            "29 February is not in every year".to_owned(),
            format!("write `\"{} nearest 02-28\"`, or `\"last {} of february\"`", weekday.as_str(), weekday.as_str()),
        ),
        Some(end) => return Some(end),
        None if has_shape(written) => (
            format!("`{written}` is a date, and years by weeks end on a weekday"),
            format!("write `\"saturday nearest {written}\"`; or `year-starts`, where they start on the same date"),
        ),
        None => (
            format!("`{}` does not say on which weekday years end", clip(written)),
            "write `\"last saturday of january\"` or `\"saturday nearest 01-31\"`, with the weekday and month that hold"
                .to_owned(),
        ),
    };
    let finding = reader.finding(&codes::BAD_CALENDAR, at, message, "not understood").help(help);
    reader.report(finding);
    None
}

/// `last saturday of january`, `saturday nearest 01-31`, `saturday nearest january 31`; capital letters, `the`, and `closest to`
/// make no difference.
fn read_week_end(written: &str) -> Option<WeekEnd> {
    if written.len() > 80 {
        return None;
    }
    let written = written.to_ascii_lowercase().replace(',', " ");
    let words = written.split_whitespace().filter(|word| !["the", "of", "in", "to"].contains(word));
    let words: Vec<&str> = words.collect();
    match words[..] {
        ["last", weekday, month] => Some(WeekEnd::LastOf(self::weekday(weekday)?, self::month(month)?)),
        [weekday, "nearest" | "closest", ref day @ ..] => {
            let day = match *day {
                [numbers] => self::numbers(numbers)?,
                [one, other] => named(one, other).or_else(|| named(other, one))?,
                _ => return None,
            };
            Some(WeekEnd::Nearest(self::weekday(weekday)?, day))
        }
        _ => None,
    }
}

/// `january` and `31`.
fn named(month: &str, day: &str) -> Option<MonthDay> {
    valid(self::month(month)?, day.parse().ok()?)
}

/// `02-01`; `None` where it is not so, or there is no such day.
fn numbers(written: &str) -> Option<MonthDay> {
    let (month, day) = written.split_once('-').filter(|_| has_shape(written))?;
    valid(month.parse().ok()?, day.parse().ok()?)
}

fn has_shape(written: &str) -> bool {
    let digit = |at: usize| written.as_bytes()[at].is_ascii_digit();
    written.len() == 5 && written.as_bytes()[2] == b'-' && [0, 1, 3, 4].into_iter().all(digit)
}

fn valid(month: i8, day: i8) -> Option<MonthDay> {
    Date::new(LEAP, month, day).ok().map(|_| MonthDay { month, day })
}

fn weekday(word: &str) -> Option<Weekday> {
    Weekday::ALL.into_iter().find(|weekday| weekday.as_str() == word)
}

fn month(word: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|month| *month == word || month[..3] == *word)?;
    i8::try_from(at + 1).ok()
}

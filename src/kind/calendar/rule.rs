//! How years lie by a rule, and how they are divided: of a calendar itself, or from a change on.

use super::super::catalog::{not_among, text};
use super::super::reader::{Reader, clip};
use super::place::{month_day, week_end};
use crate::claim::{Division, NamedBy, Scheme, WeekPattern, YearRule};
use crate::diagnostic::{Finding, codes};
use crate::parse::{Spanned, Table, Value};
use crate::source::Origin;

/// The years that `table`, which stands `here`, says by a rule; `None` where something is wrong, which was told.
pub(super) fn ruled(table: &Table<'_>, here: Origin, id: &str, reader: &mut Reader<'_>) -> Option<Scheme> {
    let starts = table.get("year-starts");
    let ends = table.get("year-ends");
    if let (Some(_), Some(at)) = (starts, ends) {
        let finding = reader
            .finding(
                &codes::BAD_CALENDAR,
                at,
                "a year starts on a date or ends on a weekday, not both",
                "and here",
            )
            .help("keep `year-starts` where it starts on the same date every year, else `year-ends`");
        reader.report(finding);
        return None;
    }
    let named_by = named_by(table, reader);
    let rule = match (word(table, "year-starts").ok()?, word(table, "year-ends").ok()?) {
        (Some((at, written)), _) => {
            YearRule::Starts(month_day(at, written, reader)?, named_by.ok()?.unwrap_or(NamedBy::End))
        }
        (_, Some((at, written))) => {
            YearRule::Ends(week_end(at, written, reader)?, named_by.ok()?.unwrap_or(NamedBy::End))
        }
        _ => {
            let message = format!("calendar `{}` does not say where its years lie", clip(id));
            let finding = Finding::new(&codes::MISSING_KEY, message, here, "neither a rule nor a table");
            reader.report(finding.help(
                "add `year-starts = \"02-01\"` (a date), `year-ends = \"last saturday of january\"` (a weekday), or \
                 a table of `periods`",
            ));
            return None;
        }
    };
    if named_by.ok()?.is_none() && !rule.at_the_turn() {
        let message = format!("calendar `{id}` does not say by which calendar year a fiscal year is named");
        let finding = Finding::new(&codes::MISSING_KEY, message, here, "no `named-by` here");
        reader.report(finding.help(
            "add `named-by = \"end\"` where FY26 is the year that ends in 2026, `named-by = \"start\"` where it is the \
             year that starts in 2026",
        ));
        return None;
    }
    let by_weeks = matches!(rule, YearRule::Ends(..));
    let division = division(table, here, id, by_weeks, reader)?;
    Some(Scheme::Rule(rule, division))
}

/// The text at `key`. `Err` where something else stands there: that is told where the claims of the table are read, or where
/// a block's keys are looked at.
fn word<'d, 't>(table: &'d Table<'t>, key: &str) -> Result<Option<(&'d Spanned<Value<'t>>, &'d str)>, ()> {
    let found = text(table, key);
    if found.is_none() && table.contains_key(key) { Err(()) } else { Ok(found) }
}

/// `Err` where it is wrong, which was told.
fn named_by(table: &Table<'_>, reader: &mut Reader<'_>) -> Result<Option<NamedBy>, ()> {
    match word(table, "named-by")? {
        None => Ok(None),
        Some((_, "start")) => Ok(Some(NamedBy::Start)),
        Some((_, "end")) => Ok(Some(NamedBy::End)),
        Some((at, word)) => {
            let (message, help) = not_among(word, "what a fiscal year is named by", &["start", "end"]);
            let finding = reader.finding(&codes::BAD_CALENDAR, at, message, "not understood").help(help);
            reader.report(finding);
            Err(())
        }
    }
}

const MONTHS: &str = "months";

/// How years are divided that last whole weeks, or else twelve months.
fn division(
    table: &Table<'_>,
    here: Origin,
    id: &str,
    by_weeks: bool,
    reader: &mut Reader<'_>,
) -> Option<Division> {
    match word(table, "pattern").ok()? {
        None if !by_weeks => {
            let misplaced =
                ["extra-week", "quarters"].into_iter().find_map(|key| Some((key, table.get(key)?)));
            let Some((key, at)) = misplaced else { return Some(Division::Months) };
            let message = format!("`{key}` is of years by weeks, and these are divided by months");
            let finding =
                reader.finding(&codes::BAD_CALENDAR, at, message, "not looked at").help("remove this line");
            reader.report(finding);
            None
        }
        None => {
            let message = format!("calendar `{id}` does not say how its weeks make periods");
            let finding = Finding::new(&codes::MISSING_KEY, message, here, "no `pattern` here");
            reader.report(finding.help("add `pattern = \"4-4-5\"`, or `4-5-4`, `5-4-4`, `13-periods`"));
            None
        }
        Some((_, word)) if word == MONTHS && !by_weeks => Some(Division::Months),
        Some((at, word)) => {
            let known = WeekPattern::ALL.into_iter().find(|pattern| pattern.as_str() == word);
            let (message, help) = match known {
                Some(pattern) if by_weeks => return weeks(table, here, id, pattern, reader),
                Some(_) => (
                    format!("years by weeks (`{word}`) can't start on the same date every year"),
                    "say on which weekday they end instead of `year-starts`: `year-ends = \"last saturday of january\"` \
                     or `\"saturday nearest 01-31\"`; or write `pattern = \"months\"`"
                        .to_owned(),
                ),
                None if word == MONTHS => (
                    "years that end on a weekday are not divided by months".to_owned(),
                    "write `pattern = \"4-4-5\"` (or `4-5-4`, `5-4-4`, `13-periods`), or `year-starts = \"02-01\"` \
                     instead of `year-ends`"
                        .to_owned(),
                ),
                None => {
                    let words: Vec<&str> =
                        [MONTHS].into_iter().chain(WeekPattern::ALL.map(WeekPattern::as_str)).collect();
                    not_among(word, "a pattern of periods", &words)
                }
            };
            let finding = reader.finding(&codes::BAD_CALENDAR, at, message, "does not fit").help(help);
            reader.report(finding);
            None
        }
    }
}

/// Years by weeks.
fn weeks(
    table: &Table<'_>,
    here: Origin,
    id: &str,
    pattern: WeekPattern,
    reader: &mut Reader<'_>,
) -> Option<Division> {
    let last = pattern.periods();
    let extra_week = match word(table, "extra-week").ok()? {
        Some((at, word)) => {
            let number = word.strip_prefix('P').and_then(|digits| digits.parse::<u8>().ok());
            let Some(number) = number.filter(|number| (1..=last).contains(number)) else {
                let message = format!("`{}` is not a period of a year by `{}`", clip(word), pattern.as_str());
                let finding = reader
                    .finding(&codes::BAD_CALENDAR, at, message, "no such period")
                    .help(format!("write one of `P01` to `P{last}`"));
                reader.report(finding);
                return None;
            };
            number
        }
        None => {
            let message =
                format!("calendar `{id}` does not say which period has one week more in a year of 53");
            let finding = Finding::new(&codes::MISSING_KEY, message, here, "no `extra-week` here");
            reader.report(finding.help(format!(
                "add `extra-week = \"P{last}\"` for the last period of the year, or the one that has it"
            )));
            return None;
        }
    };
    let quarters = match word(table, "quarters").ok()? {
        _ if pattern != WeekPattern::Thirteen && !table.contains_key("quarters") => Some([3; 4]),
        None => None,
        Some((at, written)) => Some(quarters(at, written, pattern, reader)?),
    };
    Some(Division::Weeks { pattern, quarters, extra_week })
}

/// How many of thirteen periods each quarter has: `4-3-3-3`.
fn quarters(
    at: &Spanned<Value<'_>>,
    written: &str,
    pattern: WeekPattern,
    reader: &mut Reader<'_>,
) -> Option<[u8; 4]> {
    let each: Option<Vec<u8>> =
        written.split('-').map(|count| count.parse().ok().filter(|count| (1..=10).contains(count))).collect();
    let each: Option<[u8; 4]> = each.and_then(|each| each.try_into().ok());
    let all = each.map(|each| each.iter().map(|count| u32::from(*count)).sum::<u32>());
    if pattern == WeekPattern::Thirteen && all == Some(13) {
        return each;
    }
    let (message, help) = match pattern {
        WeekPattern::Thirteen => (
            format!("`{}` does not make four quarters of thirteen periods", clip(written)),
            "write how many periods each quarter has, such as `quarters = \"4-3-3-3\"`",
        ),
        _ => (
            format!("a quarter of `{}` is three periods already", pattern.as_str()),
            "remove this line: it is for `13-periods` only",
        ),
    };
    let finding = reader.finding(&codes::BAD_CALENDAR, at, message, "here").help(help);
    reader.report(finding);
    None
}

/// How years of a table are divided beside what it lists; [`Division::Whole`] where that is not said.
pub(super) fn division_of_table(
    table: &Table<'_>,
    here: Origin,
    id: &str,
    reader: &mut Reader<'_>,
) -> Option<Division> {
    if let Some(at) = table.get("named-by") {
        let finding = reader
            .finding(&codes::BAD_CALENDAR, at, "years of a table are named there", "not looked at")
            .help("remove this line");
        reader.report(finding);
        return None;
    }
    match word(table, "pattern").ok()? {
        None => Some(Division::Whole),
        Some((_, word)) if word == MONTHS => Some(Division::Months),
        Some(_) => division(table, here, id, true, reader),
    }
}

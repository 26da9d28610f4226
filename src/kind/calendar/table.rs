//! Calendars that are published as a table: years, and as much of their parts as is listed.

use std::collections::BTreeMap;

use super::super::SubjectTable;
use super::super::reader::{Reader, clip};
use super::{Block, block_day, block_text, header, only_keys, rule};
use crate::claim::{Days, FiscalName, ListedYear, Scheme, Unit, YearName};
use crate::diagnostic::{Finding, codes};
use crate::source::Origin;

/// A row of the table.
#[derive(Clone, Copy)]
struct Row {
    name: FiscalName,
    days: Days,
    here: Origin,
}

/// The years that `blocks` list; `None` where something is wrong, which was told.
pub(super) fn listed(
    subject: &SubjectTable<'_, '_>,
    blocks: &[Block<'_, '_>],
    reader: &mut Reader<'_>,
) -> Option<Scheme> {
    let division = rule::division_of_table(subject.table, reader.origin(subject.key), subject.id, reader);
    let rows: Vec<Option<Row>> = blocks.iter().map(|block| row(block, reader)).collect();
    let rows: Vec<Row> = rows.into_iter().collect::<Option<_>>()?;
    let rows = named_once(rows, subject.id, reader)?;
    let division = division?;
    let (mut years, parts): (Vec<Row>, Vec<Row>) =
        rows.values().copied().partition(|row| row.name.unit == Unit::Year);
    years.sort_by_key(|row| row.days.from);
    if years.is_empty() {
        let message = format!("calendar `{}` lists no year", subject.id);
        let here = parts.first().map_or(reader.origin(subject.key), |part| part.here);
        let finding = Finding::new(&codes::BAD_CALENDAR, message, here, "parts of a year, or nothing");
        reader.report(finding.help(format!(
            "add each year to the table: `{}` with `name = \"FY25\"`, `from` and `until`",
            header(subject.id, "periods")
        )));
        return None;
    }
    let mut fine = tile(&years, "year", reader);
    fine &= count_upwards(&years, reader);
    let mut of_year: BTreeMap<YearName, Vec<Row>> = BTreeMap::new();
    parts.into_iter().for_each(|part| of_year.entry(part.name.year).or_default().push(part));
    let mut listed = Vec::new();
    for year in &years {
        let own = of_year.remove(&year.name.year).unwrap_or_default();
        fine &= parts_fit(year, &own, reader);
        if !division.fits(year.days) {
            let has = format!("{} has {} days", year.name, year.days.count());
            let finding = Finding::new(
                &codes::BAD_CALENDAR,
                format!("{has}, which the `pattern` does not divide"),
                year.here,
                "of another length",
            );
            reader.report(finding.help(
                "a year by weeks has 364 or 371 days, one by months twelve months: correct the dates, or remove `pattern` \
                 and list the parts of each year",
            ));
            fine = false;
        }
        let parts = own.iter().map(|row| (row.name.unit, row.name.number, row.days)).collect();
        listed.push(ListedYear { name: year.name.year, days: year.days, parts });
    }
    for (name, parts) in of_year {
        let message = format!("parts of {name} are listed, and {name} itself is not");
        let finding = Finding::new(&codes::BAD_CALENDAR, message, parts[0].here, "of which year?");
        reader.report(finding.help(format!("add a row with `name = \"{name}\"`, `from` and `until`")));
        fine = false;
    }
    fine.then_some(Scheme::Listed(listed, division))
}

fn row(block: &Block<'_, '_>, reader: &mut Reader<'_>) -> Option<Row> {
    let (table, here) = *block;
    let known = only_keys(block, "a key of a listed period", &["name", "from", "until", "note"], reader);
    let from = block_day(block, "from", "the first day of it", reader);
    let until = block_day(block, "until", "the first day that is not in it any more", reader);
    let noted = block_text(table, "note", reader).is_ok();
    let Some(written) = block_text(table, "name", reader).ok()? else {
        let finding = Finding::new(&codes::MISSING_KEY, "this period has no name", here, "no `name` here");
        reader.report(finding.help("add `name = \"FY25\"`, or that of a part: `\"Q1 FY25\"`"));
        return None;
    };
    let most = |unit: Unit| match unit {
        Unit::Year => 1,
        Unit::Half => 2,
        Unit::Quarter => 4,
        Unit::Period | Unit::Week => 99,
    };
    let name = FiscalName::parse(written).filter(|name| (1..=most(name.unit)).contains(&name.number));
    let Some(name) = name else {
        let message = format!("`{}` is not the name of a fiscal period", clip(written));
        let finding =
            reader.finding(&codes::BAD_CALENDAR, &table["name"], message, "not a name").help(
                "write `FY25` for a year, `Q1 FY25` to `Q4 FY25`, `H1 FY25`, `P07 FY25`, `W12 FY25` for its parts, `TP25` for \
                 a transition",
            );
        reader.report(finding);
        return None;
    };
    let days = Days { from: from?, until: until? };
    if days.until <= days.from {
        let message = format!("{name} ends before it starts");
        let finding = Finding::new(&codes::EMPTY_PERIOD, message, here, "no day lies in it");
        reader.report(finding.help("`until` is the first day that is not in it any more: write a later one"));
        return None;
    }
    (known && noted).then_some(Row { name, days, here })
}

/// The rows by name.
fn named_once(rows: Vec<Row>, id: &str, reader: &mut Reader<'_>) -> Option<BTreeMap<FiscalName, Row>> {
    let mut named: BTreeMap<FiscalName, Row> = BTreeMap::new();
    let mut fine = true;
    for row in rows {
        if let Some(first) = named.insert(row.name, row) {
            let message = format!("calendar `{id}` lists {} twice", row.name);
            let finding = Finding::new(&codes::BAD_CALENDAR, message, row.here, "again here");
            reader.report(
                finding.label(first.here, "first here").help("remove one of the two, or correct its name"),
            );
            fine = false;
        }
    }
    fine.then_some(named)
}

/// Whether each row begins where the one before it ends.
fn tile(rows: &[Row], what: &str, reader: &mut Reader<'_>) -> bool {
    let mut fine = true;
    for pair in rows.windows(2) {
        fine &= meets(&pair[0], &pair[1], what, reader);
    }
    fine
}

fn meets(one: &Row, next: &Row, what: &str, reader: &mut Reader<'_>) -> bool {
    let (end, start) = (one.days.until, next.days.from);
    if end == start {
        return true;
    }
    let (message, label, help) = if end < start {
        let gap = Days { from: end, until: start };
        let days = match gap.count() {
            1 => format!("{end} is in no {what}"),
            count => format!("{end} up to and including {} ({count} days) are in no {what}", gap.last()),
        };
        let help = match gap.count() {
            1 => format!(
                "`until` is the first day that is not in it any more: write `until = {start}` for {}",
                one.name
            ),
            _ => format!(
                "let {} end, or {} start, where the other one does; or list what lies between",
                one.name, next.name
            ),
        };
        (format!("between {} and {} there is a gap: {days}", one.name, next.name), "starts too late", help)
    } else {
        let both = Days { from: start, until: end };
        let message = format!(
            "{} and {} overlap: both have {start} up to and including {}",
            one.name,
            next.name,
            both.last()
        );
        (
            message,
            "starts too early",
            format!("write `until = {start}` for {}, or `from = {end}` for {}", one.name, next.name),
        )
    };
    let finding = Finding::new(&codes::CALENDAR_GAP, message, next.here, label);
    reader.report(finding.label(one.here, format!("ends on {}", one.days.last())).help(help));
    false
}

/// Whether numbers of years grow with time.
fn count_upwards(years: &[Row], reader: &mut Reader<'_>) -> bool {
    let mut fine = true;
    let mut last: BTreeMap<crate::claim::YearKind, Row> = BTreeMap::new();
    for year in years {
        if let Some(before) = last.insert(year.name.year.kind, *year)
            && before.name > year.name
        {
            let message = format!("{} comes after {}", year.name, before.name);
            let finding = Finding::new(&codes::BAD_CALENDAR, message, year.here, "out of order");
            reader.report(
                finding.label(before.here, "later year, earlier days").help("correct the names or the dates"),
            );
            fine = false;
        }
    }
    fine
}

/// Whether the parts of each unit tile the year.
fn parts_fit(year: &Row, parts: &[Row], reader: &mut Reader<'_>) -> bool {
    let mut fine = true;
    let of = |unit: Unit| -> Vec<Row> { parts.iter().filter(|row| row.name.unit == unit).copied().collect() };
    for unit in Unit::ALL.into_iter().filter(|unit| *unit != Unit::Year) {
        let rows = of(unit);
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
        let what = unit.as_str();
        // By name, so by number.
        let all = match unit {
            Unit::Half => 2,
            Unit::Quarter => 4,
            _ => usize::from(last.name.number),
        };
        if rows.len() != all {
            let missing =
                (1..=all).find(|number| rows.iter().all(|row| usize::from(row.name.number) != *number));
            let name = FiscalName {
                number: missing.and_then(|number| u8::try_from(number).ok()).unwrap_or(1),
                ..first.name
            };
            let message =
                format!("{} is divided into {}, and {name} is not listed", year.name, unit.plural());
            let finding = Finding::new(
                &codes::CALENDAR_GAP,
                message,
                first.here,
                format!("one of {} listed", rows.len()),
            );
            reader.report(finding.help(format!("add a row with `name = \"{name}\"`")));
            fine = false;
            continue;
        }
        let mut ends = tile(&rows, what, reader);
        let whole = Days { from: first.days.from, until: last.days.until };
        if ends && whole != year.days {
            let message =
                format!("the {} of {} last {whole}, and the year {}", unit.plural(), year.name, year.days);
            let finding = Finding::new(&codes::CALENDAR_GAP, message, first.here, "do not fill the year");
            reader.report(
                finding.label(year.here, "the year").help("correct the dates: together they are the year"),
            );
            ends = false;
        }
        fine &= ends;
    }
    let (halves, quarters) = (of(Unit::Half), of(Unit::Quarter));
    if fine
        && let ([_, half], [_, _, third, _]) = (&halves[..], &quarters[..])
        && half.days.from != third.days.from
    {
        let message =
            format!("{} starts on {}, and {} on {}", half.name, half.days.from, third.name, third.days.from);
        let finding = Finding::new(&codes::CALENDAR_GAP, message, half.here, "not where a quarter does");
        reader.report(
            finding
                .label(third.here, "the quarter")
                .help("a half is two quarters: let both start on one day"),
        );
        fine = false;
    }
    fine
}

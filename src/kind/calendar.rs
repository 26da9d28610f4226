//! `calendar`: what "Q3 of FY26" is. Years lie by a rule or as a table lists them; dated changes lead from one to another.
//!
//! What would leave a day without a year or with two, or give two years one name, is refused here, so that
//! [`crate::claim::Calendar`] need not look.

mod change;
mod place;
mod rule;
mod table;

use smol_str::SmolStr;

use super::catalog::{not_among, text, texts};
use super::reader::describe;
use super::{Builder, Builtin, Kind, Reader, SubjectTable, is_kebab, value};
use crate::claim::{Calendar, Stretch};
use crate::diagnostic::{Finding, codes};
use crate::parse::{Spanned, Table, Value};
use crate::source::Origin;

pub(super) static KIND: Kind = Kind {
    name: "calendar",
    summary: "what \"Q3 of FY26\" is: fiscal years, halves, quarters, periods and weeks",
    attributes: &[
        Builtin {
            name: "aliases",
            is: "text",
            cardinality: "set",
            summary: "other names of it, to write in front of a period: `NRF` of \"NRF FY2026\"",
        },
        Builtin {
            name: "owner",
            is: "ref team",
            cardinality: "one",
            summary: "the team that answers for it",
        },
        Builtin {
            name: "year-starts",
            is: "text",
            cardinality: "one",
            summary: "month and day on which years start: `\"02-01\"`",
        },
        Builtin {
            name: "year-ends",
            is: "text",
            cardinality: "one",
            summary: "or the weekday on which they end: `\"last saturday of january\"`, `\"saturday nearest 01-31\"`",
        },
        Builtin {
            name: "named-by",
            is: "text",
            cardinality: "one",
            summary: "`start` or `end`: the calendar year that FY26 is named by",
        },
        Builtin {
            name: "pattern",
            is: "text",
            cardinality: "one",
            summary: "`months`, or by weeks `4-4-5`, `4-5-4`, `5-4-4`, `13-periods`",
        },
        Builtin {
            name: "extra-week",
            is: "text",
            cardinality: "one",
            summary: "by weeks: the period that has one more in a year of 53, `\"P12\"`",
        },
        Builtin {
            name: "quarters",
            is: "text",
            cardinality: "one",
            summary: "of `13-periods`: the periods of each quarter, `\"4-3-3-3\"`",
        },
        Builtin {
            name: "change",
            is: "table",
            cardinality: "set",
            summary: "another rule `from` the first day of its first year on; `transition` names what lies before it",
        },
        Builtin {
            name: "periods",
            is: "table",
            cardinality: "set",
            summary: "instead of a rule: years and their parts, each with `name`, `from` and `until`",
        },
    ],
    statements: false,
    typed: false,
    declares: Some(declares),
    lowers: None,
};

/// Keys that say how years lie and are divided.
const RULE_KEYS: [&str; 6] = ["year-starts", "year-ends", "named-by", "pattern", "extra-week", "quarters"];

fn declares(builder: &mut Builder, subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) {
    if !builder.first_time(subject, reader) {
        return;
    }
    let mut aliases: Vec<SmolStr> =
        texts(subject.table, "aliases").into_iter().map(|(_, alias)| SmolStr::new(alias)).collect();
    aliases.sort();
    aliases.dedup();
    let label = text(subject.table, "label").map(|(_, label)| label.into());
    // One with mistakes is there, so that what names it is not a mistake as well, and answers nothing.
    let stretches = stretches(subject, reader).unwrap_or_default();
    let calendar = Calendar { label, aliases, stretches };
    builder.catalog.declarations.calendars.insert(SmolStr::new(subject.id), calendar);
}

/// `None` where something is wrong, which was told.
fn stretches(subject: &SubjectTable<'_, '_>, reader: &mut Reader<'_>) -> Option<Vec<Stretch>> {
    let here = reader.origin(subject.key);
    let listed = subject.table.get("periods").map(|at| tables(at, "calendar", subject.id, "periods", reader));
    let ruled = ["year-starts", "year-ends"].into_iter().find_map(|key| subject.table.get(key));
    let scheme = match (listed, ruled) {
        (Some(rows), None) => table::listed(subject, &rows?, reader)?,
        (None, _) => rule::ruled(subject.table, here, subject.id, reader)?,
        (Some(_), Some(at)) => {
            let message = format!("calendar `{}` lists its periods and has a rule beside", subject.id);
            let finding = reader.finding(&codes::BAD_CALENDAR, at, message, "which of the two holds?").help(
                "remove one of them; to go by a rule after the table ends, write it in a block \
                 `[[calendar.….change]]` with `from`",
            );
            reader.report(finding);
            return None;
        }
    };
    let from = None;
    let stretches = vec![Stretch { from, scheme }];
    match subject.table.get("change") {
        Some(at) => {
            let blocks = tables(at, "calendar", subject.id, "change", reader)?;
            change::changed(stretches, subject, blocks, reader)
        }
        None => Some(stretches),
    }
}

/// A table of a list, and where it stands.
type Block<'d, 't> = (&'d Table<'t>, Origin);

/// The tables of `[[kind.id.key]]`; `None` where something else stands there, which is told.
fn tables<'d, 't>(
    at: &'d Spanned<Value<'t>>,
    kind: &str,
    id: &str,
    key: &str,
    reader: &mut Reader<'_>,
) -> Option<Vec<Block<'d, 't>>> {
    let blocks: Option<Vec<Block<'d, 't>>> = match at.get_ref() {
        Value::Array(items) => items
            .iter()
            .map(|item| match item.get_ref() {
                Value::Table(table) => Some((table, reader.origin(item))),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    if blocks.is_none() {
        let message = format!("`{key}` is a block, and here is {}", describe(at.get_ref()));
        let finding = reader.finding(&codes::NOT_A_TABLE, at, message, "not a block").help(format!(
            "write `[[{kind}.{id}.{key}]]` with two brackets on each side, and its keys below"
        ));
        reader.report(finding);
    }
    blocks
}

/// Keys that a block does not have; whether there are none.
fn only_keys(block: &Block<'_, '_>, what: &str, known: &[&str], reader: &mut Reader<'_>) -> bool {
    let mut only = true;
    for key in block.0.keys() {
        let word = &**key.get_ref();
        if !known.contains(&word) {
            let (message, help) = not_among(word, what, known);
            let finding = reader.finding(&codes::UNKNOWN_ATTRIBUTE, key, message, "not declared").help(help);
            reader.report(finding);
            only = false;
        }
    }
    only
}

/// The text at a key of a block. `Err` where it is something else, which is told.
fn block_text<'d>(table: &'d Table<'_>, key: &str, reader: &mut Reader<'_>) -> Result<Option<&'d str>, ()> {
    let Some(at) = table.get(key) else { return Ok(None) };
    match at.get_ref() {
        Value::String(text) => Ok(Some(text)),
        other => {
            let message = format!("`{key}` should be text, and is {}", describe(other));
            let finding = reader
                .finding(&codes::WRONG_TYPE, at, message, describe(other))
                .help(format!("put it in quotes: `{key} = \"…\"`"));
            reader.report(finding);
            Err(())
        }
    }
}

/// The day at a key of a block; `None` where it is missing or none, which is told.
fn block_day(
    block: &Block<'_, '_>,
    key: &str,
    what: &str,
    reader: &mut Reader<'_>,
) -> Option<jiff::civil::Date> {
    let Some(at) = block.0.get(key) else {
        let message = format!("this does not say {what}");
        let finding = Finding::new(&codes::MISSING_KEY, message, block.1, format!("no `{key}` here"));
        reader.report(finding.help(format!("add `{key} = 2026-02-01`, {what}")));
        return None;
    };
    let day = value::date(at.get_ref());
    if day.is_none() {
        let message = match at.get_ref() {
            Value::String(text) if text.len() == 10 => {
                format!("`{}` is not a day of the calendar", super::reader::clip(text))
            }
            other => format!("`{key}` should be a date, and is {}", describe(other)),
        };
        let finding = reader
            .finding(&codes::WRONG_TYPE, at, message, "not a day")
            .help(format!("write it as `{key} = 2026-02-01`"));
        reader.report(finding);
    }
    day
}

/// How the id of a calendar is written in what to type.
fn header(id: &str, key: &str) -> String {
    debug_assert!(is_kebab(id), "an id");
    format!("[[calendar.{id}.{key}]]")
}

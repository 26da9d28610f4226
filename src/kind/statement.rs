//! Statement keys: what may stand beside a value, on a block, or on the subject's own table.
//!
//! The nearer key replaces the farther one, but `when` narrows: both hold.

use std::sync::Arc;

use smallvec::SmallVec;
use smol_str::SmolStr;

use super::catalog::not_among;
use super::reader::{Reader, clip, describe, span};
use super::{Catalog, condition, is_kebab, value};
use crate::claim::{Edge, EdgeKind, Period, Slot, Statement, Target};
use crate::diagnostic::codes;
use crate::parse::{Spanned, Table, Value};

/// The keys of a statement.
pub const STATEMENT_KEYS: &[&str] = &[
    "when",
    "from",
    "until",
    "source",
    "id",
    "reason",
    "exception-to",
    "supersedes",
    "corrects",
    "retracts",
    "reviewed-against",
];

const EDGES: &[EdgeKind] =
    &[EdgeKind::ExceptionTo, EdgeKind::Supersedes, EdgeKind::Corrects, EdgeKind::Retracts];

/// Where a statement stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// On the subject's own table.
    Subject,
    /// On a block of further claims.
    Also,
    /// On a block of exceptions.
    Exception,
    /// Beside a value.
    Claim,
}

/// The statement of `table`, which stands under `outer`. `at` is the table itself; `slot` the address of the
/// claim, where it is known.
pub(super) fn statement(
    table: &Table<'_>,
    at: crate::source::Span,
    outer: &Arc<Statement>,
    place: Place,
    slot: Option<&Slot>,
    catalog: &Catalog,
    reader: &mut Reader<'_>,
) -> Arc<Statement> {
    // Asked for key by key below, and a table is slower to ask than these few words.
    let words = table.keys().map(|key| &**key.get_ref());
    let stated: SmallVec<[&str; 8]> = words.filter(|word| STATEMENT_KEYS.contains(word)).collect();
    let says = |key: &str| stated.contains(&key);
    let block = matches!(place, Place::Also | Place::Exception);
    if stated.is_empty() && !block {
        return Arc::clone(outer);
    }
    let mut own = Statement::clone(outer);
    own.block |= block;
    if says("when")
        && let Some(when) = table.get("when")
    {
        let inner = condition::when(when, catalog, reader);
        own.when = condition::both(&outer.when, inner, when, reader);
    }
    if says("from") || says("until") {
        own.period = period(table, outer.period, reader);
    }
    if says("source")
        && let Some(source) = word(table, "source", "finance-policy-2026", reader)
    {
        check_source(&source, &table["source"], catalog, reader);
        own.source = Some(source);
    }
    if says("id") {
        own.id = word(table, "id", "large-refund", reader).or(own.id);
    }
    if says("reason")
        && let Some(reason) = text(table, "reason", reader)
    {
        own.reason = Some(reason.into());
    }
    if says("reviewed-against")
        && let Some(against) = text(table, "reviewed-against", reader)
    {
        own.reviewed_against = Some(SmolStr::new(against.rsplit('~').next().unwrap_or(against)));
    }
    if place == Place::Exception {
        own.edges.retain(|edge| edge.kind != EdgeKind::ExceptionTo);
        own.edges.push(Edge { kind: EdgeKind::ExceptionTo, target: Target::Table, span: at });
    }
    for kind in EDGES.iter().filter(|kind| says(kind.as_str())) {
        edges(*kind, table, &mut own.edges, place, slot, reader);
    }
    own.edges.sort();
    own.edges.dedup();
    own.edges.shrink_to_fit();
    Arc::new(own)
}

/// `from` and `until` of `table`, standing under `outer`.
pub(super) fn period(table: &Table<'_>, outer: Period, reader: &mut Reader<'_>) -> Period {
    let mut own = outer;
    own.from = day(table, "from", reader).or(own.from);
    own.until = day(table, "until", reader).or(own.until);
    let last = table.get("until").or_else(|| table.get("from"));
    if let (true, Some(at), Some(from), Some(until)) = (own.is_empty(), last, own.from, own.until) {
        let message = format!("this starts on {from} and ends before it, on {until}");
        let finding = reader
            .finding(&codes::EMPTY_PERIOD, at, message, "no day lies between")
            .help("correct one of the two: `from` is the first day, `until` the first day no more");
        reader.report(finding);
        return Period { until: None, ..own };
    }
    own
}

fn day(table: &Table<'_>, key: &str, reader: &mut Reader<'_>) -> Option<jiff::civil::Date> {
    let at = table.get(key)?;
    let day = value::date(at.get_ref());
    if day.is_none() {
        let message = format!("`{key}` is a day, not {}", describe(at.get_ref()));
        let finding = reader
            .finding(&codes::BAD_STATEMENT, at, message, "not a day")
            .help(format!("write `{key} = 2026-02-01`: year, month, day, without quotes and without a time"));
        reader.report(finding);
    }
    day
}

/// The text at `key`; a finding where it is something else.
fn text<'d>(table: &'d Table<'_>, key: &str, reader: &mut Reader<'_>) -> Option<&'d str> {
    let at = table.get(key)?;
    match at.get_ref() {
        Value::String(text) => Some(text),
        other => {
            let message = format!("`{key}` is text, not {}", describe(other));
            let finding = reader
                .finding(&codes::BAD_STATEMENT, at, message, "not text")
                .help(format!("write `{key} = \"…\"`"));
            reader.report(finding);
            None
        }
    }
}

/// The id at `key`.
fn word(table: &Table<'_>, key: &str, example: &str, reader: &mut Reader<'_>) -> Option<SmolStr> {
    let found = text(table, key, reader)?;
    let bare = found.strip_prefix("source/").filter(|_| key == "source").unwrap_or(found);
    if is_kebab(bare) {
        return Some(SmolStr::new(bare));
    }
    let message = format!("`{}` can't be an id", clip(found));
    let finding = reader
        .finding(&codes::BAD_ID, &table[key], message, "not in lower case with hyphens")
        .help(format!("write it as `{key} = \"{example}\"`: the letters a to z, digits and hyphens"));
    reader.report(finding);
    None
}

/// A source that is cited has to be declared.
fn check_source(source: &SmolStr, at: &Spanned<Value<'_>>, catalog: &Catalog, reader: &mut Reader<'_>) {
    let sources = &catalog.declarations.sources;
    if sources.contains_key(source) {
        return;
    }
    let known: Vec<&str> = sources.keys().map(SmolStr::as_str).collect();
    let (message, help) = not_among(source, "a source", &known);
    let help = match help.starts_with("did") {
        true => help,
        false => format!("declare it: `[source.{source}]` with a `title`"),
    };
    let finding = reader.finding(&codes::UNKNOWN_REFERENCE, at, message, "not declared").help(help);
    reader.report(finding);
}

/// The edges of one kind, which replace those of the same kind from farther out.
fn edges(
    kind: EdgeKind,
    table: &Table<'_>,
    into: &mut Vec<Edge>,
    place: Place,
    slot: Option<&Slot>,
    reader: &mut Reader<'_>,
) {
    let Some(at) = table.get(kind.as_str()) else { return };
    if kind == EdgeKind::Retracts && place != Place::Claim {
        let finding = reader
            .finding(&codes::BAD_STATEMENT, at, "`retracts` stands beside one claim only", "not here")
            .help("write a block of its own for it: `[[KIND.ID.ATTRIBUTE]]` with `retracts = \"…\"` in it");
        reader.report(finding);
        return;
    }
    into.retain(|edge| edge.kind != kind);
    let items: Vec<&Spanned<Value<'_>>> = match at.get_ref() {
        Value::Array(items) => items.iter().collect(),
        _ => vec![at],
    };
    for item in items {
        let Value::String(text) = item.get_ref() else {
            let message = format!("`{}` names a claim, not {}", kind.as_str(), describe(item.get_ref()));
            let finding = reader
                .finding(&codes::BAD_STATEMENT, item, message, "not a claim")
                .help("write the `id` of the claim in quotes, or its hash: `\"~3fa9c1\"`");
            reader.report(finding);
            continue;
        };
        match target(text, slot) {
            Ok(target) => into.push(Edge { kind, target, span: span(item) }),
            Err((message, help)) => {
                let finding = reader.finding(&codes::BAD_STATEMENT, item, message, "here").help(help);
                reader.report(finding);
            }
        }
    }
}

/// A claim as people name it: `id`, `~hash`, or its whole address.
pub(super) fn target(text: &str, slot: Option<&Slot>) -> Result<Target, (String, String)> {
    let (address, name) = match text.find(['@', '~']) {
        Some(at) => (&text[..at], &text[at..]),
        None => ("", text),
    };
    if let Some(slot) = slot.filter(|slot| !address.is_empty() && slot.to_string() != address) {
        let message = format!("`{}` is a claim about something else", clip(text));
        return Err((message, format!("name a claim about `{slot}`: an edge stays within one address")));
    }
    if !address.is_empty() && slot.is_none() {
        let message = "a whole address can't stand here".to_owned();
        return Err((message, "write the `id` alone, or put this line beside the one value".into()));
    }
    let hex = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    match name.strip_prefix('~') {
        Some(digits) if hex(digits) && (6..=64).contains(&digits.len()) => {
            Ok(Target::Hash(SmolStr::new(digits)))
        }
        Some(_) => {
            let message = format!("`{}` is not the hash of a claim", clip(name));
            Err((message, "write `~` and at least 6 of its hex digits, as `dictum get` prints them".into()))
        }
        None => {
            let id = name.strip_prefix('@').unwrap_or(name);
            if is_kebab(id) {
                return Ok(Target::Id(SmolStr::new(id)));
            }
            let message = format!("`{}` is not the id of a claim", clip(id));
            Err((message, "write the `id` that stands on the claim, in lower case with hyphens".into()))
        }
    }
}

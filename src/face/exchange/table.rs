//! Plain tables: a row a subject, a column an attribute; and tables of others, by a mapping that says which column is what.
//!
//! CSV as RFC 4180 has it (<https://www.rfc-editor.org/rfc/rfc4180>). Several values of a set stand in one cell with a
//! separator between them. Texts are written as they are: a program that takes a cell beginning with `=` for a formula has
//! to be told not to.

mod mapping;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use super::ids::id_of;
use super::{Book, Entry, Format, Given, Holds, LossKind, Losses, Taken};
use crate::claim::{Subject, Value};
use crate::face::failure::Failure;
use crate::face::spelled::spelled;
use crate::kind::{Layout, is_kebab, kind};
use mapping::Mapping;
pub(super) use rows::{Row, Rows, csv_text};

/// What stands between the values of a set.
const SEPARATOR: &str = ";";

/// A plain table.
pub(super) static CSV: Format = Format {
    name: "csv",
    summary: "a table: a row a subject, a column an attribute, or as a mapping says",
    tabular: true,
    holds: Holds { kinds: &["entity", "term", "process"], sources: false, provenance: false },
    write: Some(write),
    read,
};

fn write(book: &Book, _: &Given, losses: &mut Losses) -> Result<String, Failure> {
    let attributes: BTreeSet<&str> =
        book.entries.iter().flat_map(|entry| entry.statements.iter().map(|one| &*one.attribute)).collect();
    // What people look for first.
    let mut columns: Vec<&str> =
        ["label", "name", "type"].into_iter().filter(|first| attributes.contains(first)).collect();
    let rest: Vec<&str> = attributes.into_iter().filter(|attribute| !columns.contains(attribute)).collect();
    columns.extend(rest);
    let mut rows =
        vec![std::iter::once("subject").chain(columns.iter().copied()).map(str::to_owned).collect()];
    for entry in &book.entries {
        let mut row = vec![entry.subject.to_string()];
        row.extend(columns.iter().map(|column| cell(entry, column, losses)));
        rows.push(row);
    }
    csv_text(&rows)
}

fn cell(entry: &Entry, attribute: &str, losses: &mut Losses) -> String {
    let mut cells = Vec::new();
    for statement in entry.statements.iter().filter(|one| one.attribute == attribute) {
        let text = match &statement.value {
            value @ (Value::List(_) | Value::Period(_)) => spelled(value),
            value => value.to_string(),
        };
        if statement.of_set && (text.contains(SEPARATOR) || text.trim() != text) {
            let reason = format!("`{SEPARATOR}` stands between values: it can't stand in one");
            losses.ours(LossKind::Value, format!("{}#{attribute}", entry.subject), reason);
            continue;
        }
        cells.push(text);
    }
    cells.join(&format!("{SEPARATOR} "))
}

fn read(bytes: &[u8], taken: &Taken<'_>, losses: &mut Losses) -> Result<Book, Failure> {
    let mapping = taken.mapping.map(Mapping::read).transpose()?;
    let rows = Rows::read(bytes, mapping.as_ref().map_or(b',', |mapping| mapping.delimiter))?;
    let mapping = match mapping {
        Some(mapping) => mapping,
        None if rows.header.iter().any(|name| name == "subject") => Mapping::exported(&rows.header),
        None => return Err(unmapped(&rows.header)),
    };
    mapping.check(&rows.header)?;
    let read = mapping.taken();
    for column in rows.header.iter().filter(|column| !read.contains(column.as_str())) {
        losses.theirs(LossKind::Attribute, column, Some(1), "the mapping says nothing of this column");
    }
    let mut book: BTreeMap<Subject, (String, Entry)> = BTreeMap::new();
    let mut alike: BTreeSet<Subject> = BTreeSet::new();
    for row in &rows.rows {
        let raw = mapping.subject_of(&rows, row);
        let Some(subject) = subject(&raw, taken) else {
            let reason = "no id can be made of it: an id has letters a to z, digits and hyphens";
            losses.theirs(LossKind::Identifier, &raw, Some(row.line), reason);
            continue;
        };
        let (first, entry) = book
            .entry(subject.clone())
            .or_insert_with(|| (raw.clone(), Entry { line: Some(row.line), ..Entry::new(subject.clone()) }));
        if *first != raw {
            let reason = format!("`{first}` would have the same id, `{subject}`: neither is taken");
            losses.theirs(LossKind::Identifier, &raw, Some(row.line), reason);
            alike.insert(subject);
            continue;
        }
        say(entry, row, &rows, &mapping, taken);
    }
    let mut entries: Vec<Entry> =
        book.into_values().map(|(_, entry)| entry).filter(|entry| !alike.contains(&entry.subject)).collect();
    entries.iter_mut().for_each(|entry| entry.settle(taken.catalog, losses));
    Ok(Book { name: String::new(), entries })
}

/// The subject that a row is of: `KIND/ID`, or what an id is made of.
fn subject(raw: &str, taken: &Taken<'_>) -> Option<Subject> {
    let (kind_name, id) = match raw.split_once('/') {
        Some((word, id)) if kind(word).is_some_and(|kind| kind.statements) => (word, id),
        _ => (taken.kind, raw),
    };
    let id = if is_kebab(id) { id.to_owned() } else { id_of(id)? };
    Some(Subject::new(kind_name, &id))
}

fn say(entry: &mut Entry, row: &Row, rows: &Rows, mapping: &Mapping, taken: &Taken<'_>) {
    for (attribute, text) in &mapping.says {
        entry.say(attribute, Value::Text(text.as_str().into()), Some(row.line));
    }
    let constant =
        mapping.says.iter().find(|(attribute, _)| attribute == "type").map(|(_, text)| text.as_str());
    let type_column = mapping.reads.iter().find(|(attribute, _)| attribute == "type");
    let type_id = type_column.and_then(|(_, column)| rows.cell(row, column)).or(constant);
    for (attribute, column) in &mapping.reads {
        let Some(cell) = rows.cell(row, column).map(str::trim).filter(|cell| !cell.is_empty()) else {
            continue;
        };
        let known = taken.catalog.attribute(entry.subject.kind(), type_id, attribute);
        let is_set = known.is_some_and(|known| known.layout == Layout::Set);
        let parts: Vec<&str> = if is_set { cell.split(&*mapping.separator).collect() } else { vec![cell] };
        for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            entry.say(attribute, Value::Text(part.into()), Some(row.line));
        }
    }
}

/// What to type for a table whose columns are not known.
fn unmapped(header: &[String]) -> Failure {
    let quoted = |at: usize| header.get(at).cloned().unwrap_or_else(|| "COLUMN".to_owned());
    let lines = format!(
        "write a file that says so, and add `--mapping FILE`:\n    subject = \"entity/{{{}}}\"\n    reads   = {{ name = {} }}",
        quoted(0),
        crate::face::spelled::quoted(&quoted(1))
    );
    Failure::new("which column is what is not known: there is none called `subject`").help(lines)
}

//! OpenMetadata's glossary: the CSV of its bulk import and export.
//!
//! Source: <https://docs.open-metadata.org/latest/how-to-guides/data-governance/glossary/import>. Columns stand in one order,
//! several values of a cell are parted by `;`, and terms are named by the names above them with dots between,
//! `glossary.parent.term`.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::{distinct, id_of};
use super::table::{Rows, csv_text};
use super::{Book, Entry, Format, Given, Holds, LossKind, Losses, Taken};
use crate::claim::{Subject, Value};
use crate::face::failure::Failure;

/// The glossary.
pub(super) static OPENMETADATA: Format = Format {
    name: "openmetadata",
    summary: "OpenMetadata's glossary, CSV",
    tabular: false,
    holds: Holds { kinds: &["term"], sources: false, provenance: false },
    write: Some(write),
    read,
};

const COLUMNS: &[&str] = &[
    "parent",
    "name*",
    "displayName",
    "description",
    "synonyms",
    "relatedTerms",
    "references",
    "tags",
    "reviewers",
    "owner",
    "glossaryStatus",
    "color",
    "iconURL",
    "extension",
];

/// Attributes that have a column.
const KNOWN: &[&str] =
    &["label", "definition", "synonyms", "broader", "related", "deprecated.reason", "deprecated.replaced-by"];

/// What every term of it says in `glossaryStatus`, unless it is not to be used any more.
const APPROVED: &str = "Approved";
const DEPRECATED: &str = "Deprecated";

fn write(book: &Book, _: &Given, losses: &mut Losses) -> Result<String, Failure> {
    let glossary = id_of(&book.name).unwrap_or_else(|| "glossary".to_owned());
    let parents = parents(book, losses);
    let name_of = |subject: &Subject| full_name(&glossary, subject, &parents);
    let mut rows = vec![COLUMNS.iter().map(|column| (*column).to_owned()).collect()];
    // A parent has to stand above what is below it.
    let mut entries: Vec<(Vec<String>, &Entry)> =
        book.entries.iter().map(|entry| (chain(&entry.subject, &parents), entry)).collect();
    entries.sort_by_key(|(chain, entry)| (chain.len(), entry.subject.clone()));
    for (_, entry) in entries {
        let link = |to: &Subject| name_of(to);
        let mut row: BTreeMap<&str, String> = BTreeMap::new();
        row.insert("parent", parents.get(&entry.subject).map(link).unwrap_or_default());
        row.insert("name*", entry.subject.id().to_owned());
        row.insert("displayName", entry.text("label").unwrap_or_default());
        if entry.text("definition").is_none() {
            losses.ours(
                LossKind::Label,
                &entry.subject,
                "it has no `definition`, and a term needs one there",
            );
        }
        row.insert("description", entry.text("definition").unwrap_or_default());
        row.insert("synonyms", several(entry, "synonyms", &|value| Some(value.to_string()), losses));
        let here = |value: &Value| match value {
            Value::Ref(to) if book.entries.iter().any(|entry| entry.subject == *to) => Some(link(to)),
            _ => None,
        };
        row.insert("relatedTerms", several(entry, "related", &here, losses));
        let deprecated = entry.statements.iter().any(|one| one.attribute.starts_with("deprecated."));
        row.insert("glossaryStatus", if deprecated { DEPRECATED } else { APPROVED }.to_owned());
        for statement in &entry.statements {
            let attribute = &*statement.attribute;
            if !KNOWN.contains(&attribute) || attribute.starts_with("deprecated.") {
                let reason = format!("there is no column for `{attribute}`");
                losses.ours(LossKind::Attribute, format!("{}#{attribute}", entry.subject), reason);
            }
        }
        rows.push(COLUMNS.iter().map(|column| row.remove(column).unwrap_or_default()).collect());
    }
    csv_text(&rows)
}

/// The one term above each: there is room for one.
fn parents(book: &Book, losses: &mut Losses) -> BTreeMap<Subject, Subject> {
    let here: BTreeSet<&Subject> = book.entries.iter().map(|entry| &entry.subject).collect();
    let mut parents: BTreeMap<Subject, Subject> = BTreeMap::new();
    for entry in &book.entries {
        let above: Vec<&Subject> = entry
            .values("broader")
            .filter_map(|value| match value {
                Value::Ref(to) if here.contains(to) => Some(to),
                _ => None,
            })
            .collect();
        let slot = format!("{}#broader", entry.subject);
        match above[..] {
            _ if above.len() < entry.values("broader").count() => {
                losses.ours(LossKind::Relation, slot, "some of what it leads to does not come along");
            }
            [] => {}
            // One above another above the first can't be told by names.
            [one] if chain(one, &parents).contains(&entry.subject.id().to_owned()) => {
                losses.ours(LossKind::Relation, slot, "it leads back to itself");
            }
            [one] => drop(parents.insert(entry.subject.clone(), one.clone())),
            _ => losses.ours(
                LossKind::Relation,
                slot,
                "there is room for one term above it, and several are said",
            ),
        }
    }
    parents
}

/// The ids above a subject, and its own behind them.
fn chain(subject: &Subject, parents: &BTreeMap<Subject, Subject>) -> Vec<String> {
    let mut chain = vec![subject.id().to_owned()];
    let mut at = subject;
    while let Some(above) = parents.get(at).filter(|_| chain.len() <= parents.len() + 1) {
        chain.push(above.id().to_owned());
        at = above;
    }
    chain.reverse();
    chain
}

fn full_name(glossary: &str, subject: &Subject, parents: &BTreeMap<Subject, Subject>) -> String {
    format!("{glossary}.{}", chain(subject, parents).join("."))
}

fn several(
    entry: &Entry,
    attribute: &str,
    text: &dyn Fn(&Value) -> Option<String>,
    losses: &mut Losses,
) -> String {
    let mut texts = Vec::new();
    for value in entry.values(attribute) {
        match text(value) {
            Some(text) if !text.contains([';', '"', '\n']) => texts.push(text),
            Some(_) => {
                let reason = "`;` stands between values there, and quotation marks have a meaning: it can't be written";
                losses.ours(LossKind::Value, format!("{}#{attribute}", entry.subject), reason);
            }
            None => {
                let reason = "some of what it leads to does not come along";
                losses.ours(LossKind::Relation, format!("{}#{attribute}", entry.subject), reason);
            }
        }
    }
    texts.join(";")
}

fn read(bytes: &[u8], taken: &Taken<'_>, losses: &mut Losses) -> Result<Book, Failure> {
    let rows = Rows::read(bytes, b',')?;
    let name_column =
        ["name*", "name"].into_iter().find(|name| rows.header.iter().any(|known| known == name));
    let Some(name_column) = name_column else {
        return Err(Failure::new("this is no glossary of OpenMetadata: it has no column `name*`")
            .help("export one there, or import it as `csv` with a mapping"));
    };
    let cell = |row, column: &str| rows.cell(row, column).map(str::trim).filter(|cell| !cell.is_empty());
    let wanted: Vec<(String, Option<String>)> = rows
        .rows
        .iter()
        .map(|row| {
            let name = cell(row, name_column).unwrap_or_default();
            (name.to_owned(), id_of(name))
        })
        .collect();
    let ids = distinct(&wanted, "term", losses);
    let known: BTreeSet<&Subject> = ids.iter().flatten().collect();
    let to = |name: &str| {
        let last = name.rsplit(['.', ':']).next().map(|last| last.trim_matches('"')).and_then(id_of)?;
        let subject = Subject::new("term", &last);
        (known.contains(&subject) || (taken.is_known)(&subject)).then_some(subject)
    };
    let mut book = Book::default();
    for (row, subject) in rows.rows.iter().zip(&ids) {
        let Some(subject) = subject else { continue };
        let line = Some(row.line);
        let mut entry = Entry { line, ..Entry::new(subject.clone()) };
        for column in &rows.header {
            let Some(text) = cell(row, column) else { continue };
            let item = format!("{}: {column}", subject.id());
            match &**column {
                "name" | "name*" => {}
                "displayName" => entry.say("label", Value::Text(text.into()), line),
                "description" => entry.say("definition", Value::Text(text.into()), line),
                "synonyms" => {
                    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
                    parts.for_each(|part| entry.say("synonyms", Value::Text(part.into()), line));
                }
                "parent" | "relatedTerms" => {
                    let attribute = if column == "parent" { "broader" } else { "related" };
                    for name in text.split(';').map(str::trim).filter(|name| !name.is_empty()) {
                        match to(name) {
                            Some(to) => entry.say(attribute, Value::Ref(to), line),
                            None => losses.theirs(
                                LossKind::Relation,
                                &item,
                                line,
                                format!("`{name}` is not in this file"),
                            ),
                        }
                    }
                }
                "glossaryStatus" if text == APPROVED => {}
                "glossaryStatus" if text == DEPRECATED => {
                    let reason = Value::Text("said to be deprecated where this comes from".into());
                    entry.say("deprecated.reason", reason, line);
                }
                "glossaryStatus" => {
                    losses.theirs(
                        LossKind::Attribute,
                        &item,
                        line,
                        format!("it was `{text}` there: look at it before you commit it"),
                    );
                }
                _ => losses.theirs(
                    LossKind::Attribute,
                    &item,
                    line,
                    format!("there is no attribute for `{column}`"),
                ),
            }
        }
        entry.settle(taken.catalog, losses);
        book.entries.push(entry);
    }
    book.entries.sort_by(|a, b| a.subject.cmp(&b.subject));
    Ok(book)
}

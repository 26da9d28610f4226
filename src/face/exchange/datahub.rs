//! DataHub's business glossary: a YAML file of terms, which may stand in groups.
//!
//! Source: the reader of DataHub itself, whose format is documented at
//! <https://docs.datahub.com/docs/generated/ingestion/sources/business-glossary>. A term needs a name and a description;
//! links lead to ids. What it has no field for goes into `custom_properties`, under our word for it.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::ids::{distinct, id_of};
use super::yaml::{Node, read, written};
use super::{Book, Entry, Format, Given, Holds, LossKind, Losses, Taken};
use crate::claim::{Subject, Value};
use crate::face::failure::Failure;
use crate::kind::is_kebab;

/// The glossary.
pub(super) static DATAHUB: Format = Format {
    name: "datahub",
    summary: "DataHub's business glossary, YAML",
    tabular: false,
    holds: Holds { kinds: &["term"], sources: false, provenance: false },
    write: Some(write),
    read: read_glossary,
};

/// Attributes that have a field of their own.
const FIELDS: &[&str] = &["label", "definition", "broader", "related", "owner"];

/// Attributes that stand among the properties of one's own, as one text each.
const PROPERTIES: &[&str] = &["note", "formula", "sql", "unit", "grain"];

/// Attributes of several texts, which stand there as a list in JSON.
const LISTS: &[&str] = &["synonyms", "abbreviation", "examples"];

const URN: &str = "urn:li:glossaryTerm:";

fn write(book: &Book, _: &Given, losses: &mut Losses) -> Result<String, Failure> {
    let defined = |entry: &&Entry| entry.text("definition").is_some();
    for entry in book.entries.iter().filter(|entry| !defined(entry)) {
        losses.ours(
            LossKind::Label,
            &entry.subject,
            "it has no `definition`, and a term needs one there: left out",
        );
    }
    let here: Vec<&Subject> = book.entries.iter().filter(defined).map(|entry| &entry.subject).collect();
    let terms: Vec<Json> =
        book.entries.iter().filter(defined).map(|entry| term(entry, &here, losses)).collect();
    let glossary = json!({
        "version": "1",
        "source": book.name,
        "owners": { "users": [] },
        "terms": terms,
    });
    Ok(written(&glossary))
}

fn term(entry: &Entry, here: &[&Subject], losses: &mut Losses) -> Json {
    let mut term = Map::new();
    let name = entry.text("label");
    if name.is_none() {
        losses.ours(LossKind::Label, &entry.subject, "it has no `label`: its id is its name there");
    }
    term.insert("id".into(), json!(entry.subject.id()));
    term.insert("name".into(), json!(name.unwrap_or_else(|| entry.subject.id().to_owned())));
    term.insert("description".into(), json!(entry.text("definition")));
    for (field, attribute) in [("inherits", "broader"), ("related_terms", "related")] {
        let links: Vec<&str> = entry
            .values(attribute)
            .filter_map(|value| match value {
                Value::Ref(to) if here.contains(&to) => Some(to.id()),
                _ => None,
            })
            .collect();
        if links.len() < entry.values(attribute).count() {
            let reason = "some of what it leads to does not come along";
            losses.ours(LossKind::Relation, format!("{}#{attribute}", entry.subject), reason);
        }
        if !links.is_empty() {
            term.insert(field.into(), json!(links));
        }
    }
    if let Some(Value::Ref(owner)) = entry.values("owner").next() {
        term.insert("owners".into(), json!({ "groups": [owner.id()] }));
    }
    let mut properties = Map::new();
    for attribute in PROPERTIES {
        if let Some(text) = entry.text(attribute) {
            properties.insert((*attribute).into(), json!(text));
        }
    }
    for attribute in LISTS {
        let several: Vec<String> = entry.values(attribute).map(ToString::to_string).collect();
        if !several.is_empty() {
            properties.insert((*attribute).into(), json!(json!(several).to_string()));
        }
    }
    if !properties.is_empty() {
        term.insert("custom_properties".into(), Json::Object(properties));
    }
    let known = |attribute: &str| {
        FIELDS.contains(&attribute) || PROPERTIES.contains(&attribute) || LISTS.contains(&attribute)
    };
    for statement in entry.statements.iter().filter(|one| !known(&one.attribute)) {
        let reason = format!("there is no field for `{}`", statement.attribute);
        losses.ours(LossKind::Attribute, format!("{}#{}", entry.subject, statement.attribute), reason);
    }
    Json::Object(term)
}

/// A term of a file, and the path of groups in which it stands.
struct Found<'n> {
    node: &'n Node,
    path: String,
}

fn read_glossary(bytes: &[u8], taken: &Taken<'_>, losses: &mut Losses) -> Result<Book, Failure> {
    let documents = read(bytes)?;
    let Some(root) = documents.first() else { return Ok(Book::default()) };
    if !matches!(root.text_at("version"), Some("1")) {
        return Err(Failure::new("this is no business glossary of version 1")
            .help("it has `version: 1` at its top, and `terms` or `nodes`"));
    }
    let mut found = Vec::new();
    collect(root, "", &mut found, losses);
    let wanted: Vec<(String, Option<String>)> = found
        .iter()
        .map(|term| {
            let own = term.node.text_at("id").map(|id| id.trim_start_matches(URN)).filter(|id| is_kebab(id));
            let id = own.map(str::to_owned).or_else(|| id_of(term.node.text_at("name")?));
            (term.path.clone(), id)
        })
        .collect();
    let ids = distinct(&wanted, "term", losses);
    let mut names: BTreeMap<&str, &Subject> = BTreeMap::new();
    for (term, subject) in found.iter().zip(&ids) {
        let Some(subject) = subject else { continue };
        for name in [Some(&*term.path), term.node.text_at("id")].into_iter().flatten() {
            names.insert(name.trim_start_matches(URN), subject);
        }
    }
    let mut book = Book::default();
    for (term, subject) in found.iter().zip(&ids) {
        if let Some(subject) = subject {
            let mut entry = taken_in(term, subject, &names, taken, losses);
            entry.settle(taken.catalog, losses);
            book.entries.push(entry);
        }
    }
    book.entries.sort_by(|a, b| a.subject.cmp(&b.subject));
    Ok(book)
}

/// The terms below a node, in order; groups are told, for a group is no term.
fn collect<'n>(node: &'n Node, above: &str, found: &mut Vec<Found<'n>>, losses: &mut Losses) {
    let within = |name: &str| if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
    for term in node.get("terms").map(Node::items).unwrap_or_default() {
        found.push(Found { node: term, path: within(term.text_at("name").unwrap_or_default()) });
    }
    for group in node.get("nodes").map(Node::items).unwrap_or_default() {
        let path = within(group.text_at("name").unwrap_or_default());
        losses.theirs(
            LossKind::Kind,
            &path,
            Some(group.line),
            "a group of terms is no term: its terms are taken without it",
        );
        collect(group, &path, found, losses);
    }
}

fn taken_in(
    term: &Found<'_>,
    subject: &Subject,
    names: &BTreeMap<&str, &Subject>,
    taken: &Taken<'_>,
    losses: &mut Losses,
) -> Entry {
    let mut entry = Entry { line: Some(term.node.line), ..Entry::new(subject.clone()) };
    let text = |text: &str| Value::Text(text.trim().into());
    for (field, node) in term.node.keys() {
        let line = Some(node.line);
        match (&**field, node.text()) {
            ("id", _) => {}
            ("name", Some(name)) if !name.trim().is_empty() => entry.say("label", text(name), line),
            ("description", Some(words)) if !words.trim().is_empty() => {
                entry.say("definition", text(words), line)
            }
            ("name" | "description", _) => {}
            ("inherits" | "related_terms", _) => {
                let attribute = if field == "inherits" { "broader" } else { "related" };
                for name in term.node.texts_at(field) {
                    let id = name.trim_start_matches(URN);
                    let known = names.get(id).map(|known| (*known).clone());
                    let ours = || {
                        Some(Subject::new("term", id))
                            .filter(|subject| is_kebab(id) && (taken.is_known)(subject))
                    };
                    match known.or_else(ours) {
                        Some(to) => entry.say(attribute, Value::Ref(to), line),
                        None => losses.theirs(
                            LossKind::Relation,
                            format!("{}: {field}", term.path),
                            line,
                            format!("`{name}` is not in this file"),
                        ),
                    }
                }
            }
            ("owners", _) => {
                let groups: Vec<&str> = node.texts_at("groups");
                let team = |id: &&str| is_kebab(id) && (taken.is_known)(&Subject::new("team", id));
                match groups[..] {
                    [one] if team(&one) && node.keys().len() == 1 => {
                        entry.say("owner", Value::Ref(Subject::new("team", one)), line);
                    }
                    _ => losses.theirs(
                        LossKind::Attribute,
                        format!("{}: owners", term.path),
                        line,
                        "there is no team of that name here",
                    ),
                }
            }
            ("custom_properties", _) => properties(term, node, &mut entry, losses),
            _ => losses.theirs(
                LossKind::Attribute,
                format!("{}: {field}", term.path),
                line,
                format!("there is no attribute for `{field}`"),
            ),
        }
    }
    entry
}

fn properties(term: &Found<'_>, node: &Node, entry: &mut Entry, losses: &mut Losses) {
    for (key, value) in node.keys() {
        let line = Some(value.line);
        let text = value.text().unwrap_or_default().trim();
        let list: Option<Vec<String>> = serde_json::from_str(text).ok();
        match (&**key, list) {
            (key, _) if PROPERTIES.contains(&key) && !text.is_empty() => {
                entry.say(key, Value::Text(text.into()), line)
            }
            (key, Some(several)) if LISTS.contains(&key) => {
                several.iter().for_each(|one| entry.say(key, Value::Text(one.as_str().into()), line));
            }
            (key, _) => losses.theirs(
                LossKind::Attribute,
                format!("{}: {key}", term.path),
                line,
                format!("there is no attribute for `{key}`"),
            ),
        }
    }
}

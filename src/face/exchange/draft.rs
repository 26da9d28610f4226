//! A book → knowledge files, as a person would write them: a file a subject, or one for all of a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml_edit::{Array, InlineTable, Value as Toml};

use super::{Book, Entry, Statement};
use crate::claim::{Subject, Value};
use crate::face::correction::typed;
use crate::face::layout::laid_out;
use crate::face::spelled::spelled;
use crate::face::text::{clipped, columns, shown};
use crate::kind::{Catalog, Is, Layout};
use crate::source::{FileId, Limits, Text};

/// How files are to be written.
pub(in crate::face) struct Drafting<'d> {
    /// What attributes there are.
    pub catalog: &'d Catalog,
    /// The folder, from the knowledge folder; where not given a folder a kind.
    pub folder: Option<&'d str>,
    /// All subjects in one file of this name; else each in its own.
    pub together: Option<String>,
    /// What all of it leans on.
    pub source: Option<&'d str>,
    /// How large files may be.
    pub limits: &'d Limits,
}

/// A file about to be written.
pub(in crate::face) struct Drafted {
    /// From the knowledge folder.
    pub path: String,
    /// Laid out.
    pub text: String,
    /// Its subjects.
    pub subjects: Vec<Subject>,
}

/// A value that is not what its attribute takes.
pub(in crate::face) struct Misfit {
    /// The line of the imported file.
    pub line: Option<u64>,
    /// Which slot.
    pub address: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// The files of a book, in order of their paths.
pub(in crate::face) fn drafts(book: &Book, drafting: &Drafting<'_>) -> (Vec<Drafted>, Vec<Misfit>) {
    let mut misfits = Vec::new();
    let mut files: BTreeMap<String, Vec<(Subject, String)>> = BTreeMap::new();
    for entry in &book.entries {
        let table = table(entry, drafting, &mut misfits);
        files.entry(path(&entry.subject, drafting)).or_default().push((entry.subject.clone(), table));
    }
    let files = files.into_iter().flat_map(|(path, tables)| split(path, tables, drafting.limits));
    (files.map(|(path, tables)| drafted(path, tables, drafting.limits)).collect(), misfits)
}

/// Files that are no larger than those that are read; a table that is larger on its own is found when it is compiled.
fn split(
    path: String,
    tables: Vec<(Subject, String)>,
    limits: &Limits,
) -> Vec<(String, Vec<(Subject, String)>)> {
    // A quarter for what people will add.
    let most = usize::try_from(limits.file_bytes / 4 * 3).unwrap_or(usize::MAX);
    let mut files: Vec<(String, Vec<(Subject, String)>)> = Vec::new();
    let mut size = usize::MAX;
    for (subject, table) in tables {
        if size.saturating_add(table.len()) > most {
            let number = files.len() + 1;
            let stem = path.trim_end_matches(".toml");
            let path = if number == 1 { path.clone() } else { format!("{stem}-{number}.toml") };
            files.push((path, Vec::new()));
            size = 0;
        }
        size += table.len();
        if let Some((_, last)) = files.last_mut() {
            last.push((subject, table));
        }
    }
    files
}

fn drafted(path: String, tables: Vec<(Subject, String)>, limits: &Limits) -> Drafted {
    let (subjects, tables): (Vec<Subject>, Vec<String>) = tables.into_iter().unzip();
    let text = tables.join("\n");
    let draft = Text { path: Arc::from(&*path), bytes: Arc::from(text.as_bytes()) };
    // What can't be laid out has mistakes, which are found when it is compiled.
    let text = laid_out(FileId(0), &draft, limits).unwrap_or(text);
    Drafted { path, text, subjects }
}

fn path(subject: &Subject, drafting: &Drafting<'_>) -> String {
    let folder = drafting.folder.unwrap_or(match subject.kind() {
        "term" => "terms",
        "entity" => "entities",
        "process" => "processes",
        "source" => "sources",
        _ => "imported",
    });
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    match &drafting.together {
        Some(name) => format!("{folder}{name}.toml"),
        None => format!("{folder}{}.toml", subject.id()),
    }
}

/// A line of a table: its key, and what stands behind the `=`.
type Line = (String, String);

fn table(entry: &Entry, drafting: &Drafting<'_>, misfits: &mut Vec<Misfit>) -> String {
    let mut lines: Vec<Line> = Vec::new();
    let mut maps: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
    // What is said of one attribute stands together.
    for all in entry.statements.chunk_by(|a, b| a.attribute == b.attribute) {
        let attribute = &*all[0].attribute;
        let value = value(entry, attribute, all, drafting, misfits);
        match attribute.split_once('.') {
            Some((map, key)) => maps.entry(map).or_default().push((key.to_owned(), value)),
            None => lines.push((attribute.to_owned(), value)),
        }
    }
    for (map, keys) in maps {
        let keys: Vec<String> =
            keys.into_iter().map(|(key, value)| format!("{} = {value}", plain(&key))).collect();
        lines.push((map.to_owned(), format!("{{ {} }}", keys.join(", "))));
    }
    if let Some(source) = drafting.source {
        lines.push(("source".to_owned(), Toml::from(source).to_string()));
    }
    let widest = lines.iter().map(|(key, _)| plain(key).len()).max().unwrap_or(0);
    let remark = entry.remark.as_ref().map(|remark| format!("# {}\n", clipped(&shown(remark), 200)));
    let mut table = remark.unwrap_or_default();
    table.push_str(&format!("[{}.{}]\n", plain(entry.subject.kind()), plain(entry.subject.id())));
    for (key, value) in lines {
        table.push_str(&format!("{:widest$} = {value}\n", plain(&key)));
    }
    table
}

/// A key as it is written: in quotes where it has to be.
fn plain(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if bare { key.to_owned() } else { Toml::from(key).to_string() }
}

/// The columns that a line of a list may take before it is broken.
const WIDTH: usize = 100;

fn value(
    entry: &Entry,
    attribute: &str,
    all: &[Statement],
    drafting: &Drafting<'_>,
    misfits: &mut Vec<Misfit>,
) -> String {
    let type_id = entry.text("type");
    let known = drafting.catalog.attribute(entry.subject.kind(), type_id.as_deref(), attribute);
    let is = known.map_or(Is::Text, |known| known.is.clone());
    // A map's values are mostly one each: `ids = { crm = "K-1" }`.
    let is_map = attribute.contains('.');
    let is_set = known.is_some_and(|known| known.layout == Layout::Set && !is_map) || all.len() > 1;
    let mut items = Vec::new();
    for statement in all {
        match toml(&statement.value, &is) {
            Ok(item) => items.push(item),
            Err((message, help)) => misfits.push(Misfit {
                line: statement.line.or(entry.line),
                address: format!("{}#{attribute}", entry.subject),
                message,
                help,
            }),
        }
    }
    match &items[..] {
        [one] if !is_set => one.clone(),
        several => {
            let line = format!("[{}]", several.join(", "));
            match columns(&line) > WIDTH {
                true => {
                    format!("[\n{}]", several.iter().map(|item| format!("  {item},\n")).collect::<String>())
                }
                false => line,
            }
        }
    }
}

/// Why a value does not fit, and what to do.
type Why = (String, Option<String>);

/// A value as it is written for an attribute of that type.
fn toml(value: &Value, is: &Is) -> Result<String, Why> {
    match value {
        Value::Ref(subject) => Ok(Toml::from(subject.id()).to_string()),
        Value::Text(text) => {
            let value = typed(text, is).map_err(|failure| (failure.message, failure.help))?;
            Ok(trimmed(value).to_string())
        }
        value => Ok(spelled(value)),
    }
}

/// Without the blanks that stood around it where it was typed.
fn trimmed(mut value: Toml) -> Toml {
    value.decor_mut().clear();
    match &mut value {
        Toml::Array(array) => Array::fmt(array),
        Toml::InlineTable(table) => InlineTable::fmt(table),
        _ => {}
    }
    value
}

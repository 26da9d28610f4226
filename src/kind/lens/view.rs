//! A file as its lenses show it: a document of subjects, each key and value where the file has it.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use smol_str::SmolStr;

use super::super::reader::{Reader, clip};
use super::super::{Catalog, Is, STATEMENT_KEYS, is_kebab, kind};
use super::path::{Hole, Path, Template, kebab};
use super::pick::{Picked, as_text, pick, taken};
use super::{Constant, Lens, Lenses, Plain};
use crate::diagnostic::{Findings, codes};
use crate::parse::{Array, Datetime, Document, Key, Number, Spanned, Table, Value};

impl Lenses {
    /// Whether `document`, which is of the file at `path` (from the top of the repository), is read through a lens: one is for
    /// it, and it is not written in the language already.
    pub fn show(&self, document: &Document<'_>, path: &str) -> bool {
        self.takes(path) && !is_knowledge(&document.root)
    }

    /// The document as its lenses show it; `None` where it is read as it stands.
    pub fn view<'t>(
        &self,
        document: &Document<'t>,
        path: &str,
        catalog: &Catalog,
        findings: &mut Findings,
    ) -> Option<Document<'t>> {
        if !self.show(document, path) {
            return None;
        }
        let &Document { file, ref root, whole } = document;
        let mut shown = Table::plain();
        let mut reader = Reader { file, whole, findings };
        for lens in self.of(path) {
            let view = View { lens, names: names(path), root, catalog, left: Cell::new(MOST_PICKED) };
            view.subjects(&mut shown, &mut reader);
        }
        Some(Document { file, root: shown, whole })
    }
}

/// Whether a file says what it says as the language has it: tables of kinds, and in them tables of ids. What is cut from a text
/// by its headers goes by the same: a text with other headers is left whole.
fn is_knowledge(root: &Table<'_>) -> bool {
    let is_table = |value: &Spanned<Value<'_>>| match value.get_ref() {
        Value::Table(_) => true,
        // Mistaken brackets are told as what they are.
        Value::Array(items) => !items.is_empty() && items.iter().all(self::is_table),
        _ => false,
    };
    root.iter().all(|(key, value)| match value.get_ref() {
        Value::Table(ids) => kind(key.get_ref()).is_some() && ids.iter().all(|(_, value)| is_table(value)),
        _ => false,
    })
}

/// The name of a file without its ending, and of its folder.
fn names(path: &str) -> (&str, &str) {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    (file.strip_suffix(".toml").unwrap_or(file), folder.rsplit('/').next().unwrap_or(folder))
}

/// One lens on one file.
struct View<'a, 't> {
    lens: &'a Lens,
    /// File and folder.
    names: (&'a str, &'a str),
    root: &'a Table<'t>,
    catalog: &'a Catalog,
    /// Values that may still be read from the top.
    left: Cell<usize>,
}

/// Values that one lens reads from the top of one file: it does so for each of its subjects, so that a file could be read as often as
/// it has subjects.
const MOST_PICKED: usize = 1 << 17;

/// What is one subject.
struct Element<'a, 't> {
    key: Option<&'a Key<'t>>,
    /// Where it begins.
    span: Range<usize>,
    table: &'a Table<'t>,
}

impl<'a, 't> View<'a, 't> {
    fn subjects(&self, shown: &mut Table<'t>, reader: &mut Reader<'_>) {
        for element in self.elements() {
            if self.left.get() == 0 {
                let message = format!(
                    "the lens `{}` reads more than {MOST_PICKED} values from the top of this file",
                    self.lens.id
                );
                let at = Spanned::new(element.span.clone(), ());
                let finding = reader.finding(&codes::BAD_LENS, &at, message, "nothing from here on is read");
                let help =
                    "let its paths begin at the table of the subject, and not at the top of the file (`/`)";
                reader.report(finding.help(help));
                return;
            }
            let Some((kind, id)) = self.address(&element, reader) else { continue };
            let Some(mut own) = self.constants(&element, reader) else { continue };
            let of_type = own.get("type").and_then(|value| match value.get_ref() {
                Value::String(text) => Some(text.to_string()),
                _ => None,
            });
            for (name, paths) in &self.lens.reads {
                self.attribute(name, paths, &element, (&kind, of_type.as_deref()), &mut own, reader);
            }
            // Another lens, or another table of the file, may speak of it too: together they say it.
            let there = below(shown, &kind, &element.span).and_then(|ids| below(ids, &id, &element.span));
            if let Some(there) = there {
                merge(there, own);
            }
        }
    }

    /// What the subject says as all of the lens do; `None` where it can't be told on what condition.
    fn constants(&self, element: &Element<'a, 't>, reader: &mut Reader<'_>) -> Option<Table<'t>> {
        let mut own = Table::plain();
        for (key, constant) in &self.lens.says {
            match self.constant(constant, element) {
                Ok(value) => {
                    own.insert(Spanned::new(element.span.clone(), Cow::Owned(key.to_string())), value);
                }
                Err(hole) if STATEMENT_KEYS.contains(&&**key) => {
                    let what = format!("needs `{{{hole}}}` for `{key}`");
                    self.report_unfilled(&what, hole, &element.span, reader);
                    return None;
                }
                // An attribute is said by those alone that have it.
                Err(_) => {}
            }
        }
        Some(own)
    }

    fn report_unfilled(&self, what: &str, hole: &Hole, span: &Range<usize>, reader: &mut Reader<'_>) {
        let message = format!("the lens `{}` {what}, which nothing fills here", self.lens.id);
        let at = Spanned::new(span.clone(), ());
        let finding = reader.finding(&codes::LENS_UNFILLED, &at, message, "not said here");
        let help = match hole {
            Hole::At(path) => format!("write `{path}` here; or leave this file out of `files` of the lens"),
            _ => format!("choose another hole than `{{{hole}}}` in the lens, for there is none here"),
        };
        reader.report(finding.help(help));
    }

    fn elements(&self) -> Vec<Element<'a, 't>> {
        let Some(each) = &self.lens.each else {
            let span = self.root.keys().next().map_or(0..0, Spanned::span);
            return vec![Element { key: None, span, table: self.root }];
        };
        let mut picked = Vec::new();
        pick(self.root, &each.steps, None, &mut picked);
        let mut elements = Vec::new();
        for Picked { key, any, value } in picked {
            match value.get_ref() {
                // `customers.*` names the tables themselves.
                Value::Table(table) if any.is_some() => {
                    elements.push(Element { key: Some(key), span: key.span(), table });
                }
                Value::Table(tables) => {
                    elements.extend(tables.iter().filter_map(|(key, value)| match value.get_ref() {
                        Value::Table(table) => Some(Element { key: Some(key), span: key.span(), table }),
                        _ => None,
                    }))
                }
                Value::Array(items) => {
                    elements.extend(items.iter().filter_map(|item| match item.get_ref() {
                        Value::Table(table) => Some(Element { key: None, span: item.span(), table }),
                        _ => None,
                    }))
                }
                _ => {}
            }
        }
        elements
    }

    /// Kind and id of a subject.
    fn address(&self, element: &Element<'a, 't>, reader: &mut Reader<'_>) -> Option<(String, String)> {
        let address = self.named(&self.lens.subject, element, None, &element.span, reader)?;
        match address.split_once('/') {
            Some((kind, id)) if is_kebab(id) => Some((kind.to_owned(), id.to_owned())),
            _ => {
                let message = format!("the lens `{}` makes `{}` of this", self.lens.id, clip(&address));
                let at = Spanned::new(element.span.clone(), ());
                let finding = reader.finding(&codes::BAD_ID, &at, message, "no address of a subject");
                let help = "make `subject` of the lens end in the letters a to z, digits and hyphens";
                reader.report(finding.help(help));
                None
            }
        }
    }

    /// A name made by the lens, its holes filled with ids; a finding where that can't be.
    fn named(
        &self,
        template: &Template,
        element: &Element<'a, 't>,
        any: Option<&Key<'t>>,
        span: &Range<usize>,
        reader: &mut Reader<'_>,
    ) -> Option<SmolStr> {
        let fill = |hole: &Hole| self.fill(hole, element, any).and_then(|text| kebab(&text));
        let hole = match template.filled(fill) {
            Ok(name) => return Some(name),
            Err(hole) => hole,
        };
        match self.fill(hole, element, any) {
            None => self.report_unfilled(&format!("names it by `{{{hole}}}`"), hole, span, reader),
            Some(text) => {
                let message = format!("`{}` can't be part of an id", clip(&text));
                let at = Spanned::new(span.clone(), ());
                let finding = reader.finding(&codes::BAD_ID, &at, message, "other characters than an id has");
                let help = "an id has the letters a to z, digits and hyphens: let the lens name it by something else";
                reader.report(finding.help(help));
            }
        }
        None
    }

    /// What fills a hole, as it is written.
    fn fill(&self, hole: &Hole, element: &Element<'a, 't>, any: Option<&Key<'t>>) -> Option<SmolStr> {
        match hole {
            Hole::File => Some(self.names.0.into()),
            Hole::Folder => Some(self.names.1.into()),
            Hole::Key => any.or(element.key).map(|key| SmolStr::new(&**key.get_ref())),
            Hole::At(path) => {
                let mut picked = Vec::new();
                self.pick(path, element, &mut picked);
                let [only] = &picked[..] else { return None };
                as_text(only.value.get_ref()).map(SmolStr::new)
            }
        }
    }

    fn pick(&self, path: &Path, element: &Element<'a, 't>, picked: &mut Vec<Picked<'a, 't>>) {
        let table = if path.from_top { self.root } else { element.table };
        pick(table, &path.steps, None, picked);
        if path.from_top {
            self.left.set(self.left.get().saturating_sub(picked.len()));
        }
    }

    /// What a lens says of all its subjects, of this one; the first hole that nothing fills, where there is one.
    fn constant<'c>(
        &self,
        constant: &'c Constant,
        element: &Element<'a, 't>,
    ) -> Result<Spanned<Value<'t>>, &'c Hole> {
        let value = match constant {
            Constant::Text(template) => {
                let text = template.filled(|hole| self.fill(hole, element, None))?;
                Value::String(Cow::Owned(text.to_string()))
            }
            Constant::Table(entries) => {
                let mut table = Table::plain();
                for (key, constant) in entries {
                    let value = self.constant(constant, element)?;
                    table.insert(Spanned::new(element.span.clone(), Cow::Owned(key.to_string())), value);
                }
                Value::Table(table)
            }
            Constant::List(items) => {
                let items = items.iter().map(|item| self.constant(item, element));
                Value::Array(Array::of(items.collect::<Result<_, _>>()?))
            }
            Constant::Plain(Plain::Integer(digits, radix)) => {
                Value::Integer(Number::new(Cow::Owned(digits.to_string()), *radix as u8))
            }
            Constant::Plain(Plain::Float(digits)) => {
                Value::Float(Number::new(Cow::Owned(digits.to_string()), 10))
            }
            Constant::Plain(Plain::Boolean(is)) => Value::Boolean(*is),
            Constant::Plain(Plain::Datetime(day)) => {
                Value::Datetime(Datetime::new(Cow::Owned(day.to_string())))
            }
        };
        Ok(Spanned::new(element.span.clone(), value))
    }

    /// Reads one attribute; with `*` in its paths it may be several.
    fn attribute(
        &self,
        name: &Template,
        paths: &[Path],
        element: &Element<'a, 't>,
        (kind, of_type): (&str, Option<&str>),
        own: &mut Table<'t>,
        reader: &mut Reader<'_>,
    ) {
        for path in paths {
            let leads_on = paths.iter().any(|other| path.leads_to(other));
            let mut picked = Vec::new();
            self.pick(path, element, &mut picked);
            for Picked { key, any, value } in picked {
                let Some(name) = self.named(name, element, any, &key.span(), reader) else { continue };
                let declared = self.catalog.attribute(kind, of_type, &name);
                let as_written = declared.is_some_and(|attribute| attribute.is == Is::Text);
                let value = match value.get_ref() {
                    Value::Array(items) => {
                        let plain = items.iter().filter(|item| !(leads_on && is_table(item)));
                        let plain: Vec<_> = plain.map(|item| taken(item, as_written)).collect();
                        if plain.is_empty() {
                            continue;
                        }
                        Spanned::new(value.span(), Value::Array(Array::of(plain)))
                    }
                    Value::Table(_) if leads_on => continue,
                    // Its owners say nothing by it, and nobody is to be asked to write the line otherwise.
                    Value::String(text) if text.trim().is_empty() => continue,
                    _ => taken(value, as_written),
                };
                put(own, &name, key, value);
            }
        }
    }
}

/// Puts a value at the attribute `name`, which may have dots, to those that are there.
fn put<'t>(own: &mut Table<'t>, name: &str, key: &Key<'t>, value: Spanned<Value<'t>>) {
    let (mut table, mut name) = (own, name);
    while let Some((first, rest)) = name.split_once('.') {
        let Some(below) = below(table, first, &key.span()) else { return };
        (table, name) = (below, rest);
    }
    match table.get_mut(name) {
        None => {
            table.insert(Spanned::new(key.span(), Cow::Owned(name.to_owned())), value);
        }
        Some(there) => append(there, &value),
    }
}

/// Lets a value say what another says too.
fn append<'t>(there: &mut Spanned<Value<'t>>, value: &Spanned<Value<'t>>) {
    let span = there.span();
    // Taken out and put back: a list may grow by one value a hundred thousand times.
    let mut all = match std::mem::replace(there.get_mut(), Value::Boolean(false)) {
        Value::Array(items) => items.into_items(),
        other => vec![Spanned::new(span, other)],
    };
    match value.get_ref() {
        Value::Array(items) => all.extend_from_slice(items),
        _ => all.push(value.clone()),
    }
    *there.get_mut() = Value::Array(Array::of(all));
}

/// Puts what is said of a subject to what was said of it; what is said alike is said once.
fn merge<'t>(there: &mut Table<'t>, more: Table<'t>) {
    for (key, value) in &more {
        let name = &**key.get_ref();
        match (there.get_mut(name), value.get_ref()) {
            (None, _) => {
                there.insert(key.clone(), value.clone());
            }
            (Some(known), Value::Table(more)) => match known.get_mut() {
                Value::Table(known) => merge(known, more.clone()),
                _ => append(known, value),
            },
            (Some(known), _)
                if as_text(known.get_ref()).is_some_and(|text| as_text(value.get_ref()) == Some(text)) => {}
            (Some(known), _) => append(known, value),
        }
    }
}

/// The table at `key`, made where there is none; `None` where something else stands there.
fn below<'r, 't>(table: &'r mut Table<'t>, key: &str, span: &Range<usize>) -> Option<&'r mut Table<'t>> {
    let key = Spanned::new(span.clone(), Cow::Owned(key.to_owned()));
    let make = |_: &Key<'t>| Spanned::new(span.clone(), Value::Table(Table::plain()));
    match table.entry(key, make).0 {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

fn is_table(value: &Spanned<Value<'_>>) -> bool {
    matches!(value.get_ref(), Value::Table(_))
}

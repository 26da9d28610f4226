//! What may be typed next: kinds, ids, keys, and values that are ids of something.

use std::ops::Range;

use gen_lsp_types::{CompletionItem, CompletionItemKind, CompletionItemTextEdit, TextEdit};

use super::mention::{slot_of, subject_of, target};
use super::position::{Lined, Units};
use super::syntax::{Entry, entries};
use super::world::World;
use crate::claim::{Declarations, Shape, Subject};
use crate::kind::{Is, KINDS, STATEMENT_KEYS, kind};

/// Items that are offered at most.
const MOST: usize = 1000;

/// Something that may be typed.
struct Offer {
    text: String,
    detail: String,
    kind: CompletionItemKind,
    /// Whether it stands in quotation marks.
    quoted: bool,
}

impl Offer {
    fn new(text: impl Into<String>, detail: impl Into<String>, kind: CompletionItemKind) -> Offer {
        Offer { text: text.into(), detail: detail.into(), kind, quoted: false }
    }

    fn quoted(self) -> Offer {
        Offer { quoted: true, ..self }
    }
}

/// What may be typed at `offset`.
pub(super) fn completion(world: &World, text: &str, offset: usize, units: Units) -> Vec<CompletionItem> {
    let offers = offers(world, text, offset);
    let lined = Lined::new(text.as_bytes(), units);
    let word = word_at(text, offset);
    let item = |(at, offer): (usize, Offer)| {
        let (range, new_text) = placed(text, &word, &offer);
        CompletionItem {
            label: offer.text.clone(),
            kind: Some(offer.kind),
            detail: (!offer.detail.is_empty()).then(|| crate::face::text::shown(&offer.detail)),
            filter_text: Some(text[range.start..word.start].chars().chain(offer.text.chars()).collect()),
            sort_text: Some(format!("{at:04}")),
            text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
                range: lined.stretch(&range),
                new_text,
            })),
            ..CompletionItem::default()
        }
    };
    offers.into_iter().take(MOST).enumerate().map(item).collect()
}

/// The word being typed.
fn word_at(text: &str, offset: usize) -> Range<usize> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let start = text[..offset].char_indices().rev().take_while(|(_, c)| is_word(*c)).last();
    let end = text[offset..].find(|c| !is_word(c)).map_or(text.len(), |end| offset + end);
    start.map_or(offset, |(start, _)| start)..end
}

/// Where an offer goes, and with which quotation marks.
fn placed(text: &str, word: &Range<usize>, offer: &Offer) -> (Range<usize>, String) {
    if !offer.quoted {
        return (word.clone(), offer.text.clone());
    }
    let start = word.start - usize::from(text[..word.start].ends_with('"'));
    let end = word.end + usize::from(text[word.end..].starts_with('"'));
    (start..end, format!("\"{}\"", offer.text))
}

fn offers(world: &World, text: &str, offset: usize) -> Vec<Offer> {
    let line = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let before = text[line..offset].trim_start();
    if is_comment(before) {
        return Vec::new();
    }
    let all = entries(text);
    let inside = |entry: &&Entry| {
        entry.value.as_ref().is_some_and(|value| value.start < offset && offset <= value.end)
    };
    if let Some(entry) = all.iter().find(inside) {
        let value = entry.value.as_ref().map_or("", |value| &text[value.start..offset]);
        return of_value(world, entry, value);
    }
    if let Some(header) = before.strip_prefix('[') {
        return of_header(world, header.strip_prefix('[').unwrap_or(header), header.starts_with('['));
    }
    // What is being typed is no entry yet, and stands under the last header before it.
    let header = all.iter().rev().find(|entry| entry.value.is_none() && entry.range.end <= offset);
    let Some(header) = header else { return Vec::new() };
    match before.split_once('=') {
        None => of_key(world, header, &all, before),
        Some((key, value)) => {
            let part = |name: &str| super::syntax::Part {
                name: name.trim().trim_matches('"').to_owned(),
                range: 0..0,
            };
            let path = header.path.iter().cloned().chain(key.split('.').map(part)).collect();
            let entry = Entry { path, above: header.above, value: Some(0..0), range: 0..0, double: false };
            of_value(world, &entry, value.trim_start())
        }
    }
}

fn is_comment(before: &str) -> bool {
    let mut quote = None;
    for c in before.chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('#', None) => return true,
            _ => {}
        }
    }
    false
}

/// Behind `[` or `[[`.
fn of_header(world: &World, typed: &str, double: bool) -> Vec<Offer> {
    let parts: Vec<&str> = typed.split('.').map(str::trim).collect();
    match &parts[..] {
        [_] => {
            KINDS.iter().map(|kind| Offer::new(kind.name, kind.summary, CompletionItemKind::Class)).collect()
        }
        [kind_name, _] => ids(world, kind_name),
        [kind_name, id, _] if double => {
            let subject = Subject::new(kind_name, id);
            let blocks = kind(kind_name).filter(|kind| kind.statements).map(|_| {
                [
                    ("exception", "what is different in some case"),
                    ("also", "further claims that share a source or a time"),
                ]
            });
            let blocks = blocks.into_iter().flatten();
            let blocks = blocks.map(|(name, detail)| Offer::new(name, detail, CompletionItemKind::Struct));
            blocks.chain(attributes(world, &subject)).collect()
        }
        _ => Vec::new(),
    }
}

/// The ids of a kind, with what people call them.
fn ids(world: &World, kind: &str) -> Vec<Offer> {
    let declarations = &world.catalog().declarations;
    let mut ids: Vec<String> = world.subjects(kind).iter().map(|subject| subject.id().to_owned()).collect();
    match kind {
        "source" => ids.extend(declarations.sources.keys().map(ToString::to_string)),
        "dimension" => ids.extend(declarations.dimensions.keys().map(ToString::to_string)),
        "type" => ids.extend(world.catalog().types.keys().map(ToString::to_string)),
        _ => {}
    }
    ids.sort();
    ids.dedup();
    let offer = |id: String| {
        let called = world.called(&Subject::new(kind, &id)).unwrap_or_default();
        Offer::new(id, called, CompletionItemKind::Reference)
    };
    ids.into_iter().map(offer).collect()
}

fn attributes(world: &World, subject: &Subject) -> Vec<Offer> {
    let type_id = world.type_of(subject);
    let names = world.catalog().attribute_names(subject.kind(), type_id.as_deref());
    let offer = |name: &&str| {
        let declared = world.catalog().attribute(subject.kind(), type_id.as_deref(), name);
        let detail = declared.map(|attribute| attribute.is.to_string()).unwrap_or_default();
        Offer::new(*name, detail, CompletionItemKind::Property)
    };
    names.iter().map(offer).collect()
}

/// A key below a header; those that stand there already are left out.
fn of_key(world: &World, header: &Entry, all: &[Entry], typed: &str) -> Vec<Offer> {
    let Some(subject) = subject_of(header) else { return Vec::new() };
    let parts: Vec<&str> = typed.split('.').map(str::trim).collect();
    if let [.., "when" | "where", _] = &parts[..] {
        return ids(world, "dimension");
    }
    if parts.len() > 1 {
        return Vec::new();
    }
    let below =
        all.iter().filter(|entry| entry.value.is_some() && entry.path[..entry.above] == header.path[..]);
    let there: Vec<&str> =
        below.filter_map(|entry| Some(entry.path.get(header.above)?.name.as_str())).collect();
    let slot = slot_of(header, world);
    let statements =
        kind(subject.kind()).filter(|kind| kind.statements).map(|_| STATEMENT_KEYS).unwrap_or_default();
    let statements = statements.iter().map(|key| Offer::new(*key, "", CompletionItemKind::Keyword));
    let own = match slot {
        // A claim in a table of its own.
        Some((slot, parts)) if parts == header.path.len() => {
            vec![Offer::new("value", slot.to_string(), CompletionItemKind::Property)]
        }
        _ => attributes(world, &subject),
    };
    own.into_iter().chain(statements).filter(|offer| !there.contains(&offer.text.as_str())).collect()
}

/// A value, of which `typed` stands before the cursor.
fn of_value(world: &World, entry: &Entry, typed: &str) -> Vec<Offer> {
    let Some(subject) = subject_of(entry) else { return Vec::new() };
    let names = entry.names();
    let last = names.last().copied().unwrap_or_default();
    let (mut dimension, mut key) = (None, last);
    if let Some(at) = names.iter().rposition(|name| matches!(*name, "when" | "where")) {
        dimension = names.get(at + 1).copied();
        key = "when";
    }
    // Within `{ … }`: a key, or the value of one.
    let inner = typed.rfind('{').map(|open| &typed[open + 1..]);
    // Of a list that is being typed, what it is the value of.
    let inner = inner.map(|inner| {
        inner.rfind('[').filter(|open| !inner[*open..].contains(']')).map_or(inner, |open| &inner[..open])
    });
    let inner = inner.map(|inner| inner.rsplit([',', ']']).next().unwrap_or(inner));
    match inner.map(|inner| inner.split_once('=')) {
        Some(None) if key == "when" => return ids(world, "dimension"),
        Some(Some((name, _))) if key == "when" => dimension = Some(name.trim()),
        Some(Some((name, _))) => key = name.trim(),
        Some(None) => return Vec::new(),
        None => {}
    }
    let declarations = &world.catalog().declarations;
    if let Some(dimension) = dimension {
        return dimension_values(declarations, dimension);
    }
    let of_kind = kind(subject.kind());
    match key {
        "source" if of_kind.is_some_and(|kind| kind.statements) || subject.kind() == "correction" => {
            return quoted(ids(world, "source"));
        }
        "type" if of_kind.is_some_and(|kind| kind.typed) => {
            let own = world.catalog().types.iter().filter(|(_, declared)| declared.of == subject.kind());
            let offer = |id: &str| Offer::new(id, "", CompletionItemKind::Class).quoted();
            return own.map(|(id, _)| offer(id)).collect();
        }
        _ => {}
    }
    let Some((slot, _)) = slot_of(entry, world) else { return Vec::new() };
    let type_id = world.type_of(&subject);
    let declared = world.catalog().attribute(subject.kind(), type_id.as_deref(), &slot.attribute);
    declared.map(|attribute| of_type(world, &attribute.is)).unwrap_or_default()
}

fn of_type(world: &World, is: &Is) -> Vec<Offer> {
    match is {
        Is::List(of) => of_type(world, of),
        Is::Bool => ["true", "false"].map(|word| Offer::new(word, "", CompletionItemKind::Value)).into(),
        Is::Enum(values) => values
            .iter()
            .map(|value| Offer::new(value.as_str(), "", CompletionItemKind::EnumMember).quoted())
            .collect(),
        is => target(is).map(|kind| quoted(ids(world, kind))).unwrap_or_default(),
    }
}

fn dimension_values(declarations: &Declarations, dimension: &str) -> Vec<Offer> {
    let Some(declared) = declarations.dimensions.get(dimension) else { return Vec::new() };
    let word = |text: &str, detail: &str| Offer::new(text, detail, CompletionItemKind::EnumMember).quoted();
    let sets = declared.sets.keys().map(|set| word(set, "a named set"));
    match &declared.shape {
        Shape::Bool => ["true", "false"].map(|word| Offer::new(word, "", CompletionItemKind::Value)).into(),
        Shape::Enum(values) => values.iter().map(|value| word(value, dimension)).chain(sets).collect(),
        Shape::Tree(tree) => tree.nodes.iter().map(|node| word(&node.name, dimension)).chain(sets).collect(),
        Shape::Open | Shape::Date | Shape::Number => Vec::new(),
    }
}

fn quoted(offers: Vec<Offer>) -> Vec<Offer> {
    offers.into_iter().map(Offer::quoted).collect()
}

//! Which subjects a text names, and where exactly: headers, references, sources, dimensions, addresses. Going there, finding
//! all of them and renaming stand on this one reading.

use std::ops::Range;

use super::syntax::{Entry, Leaf, entries, leaves};
use super::world::World;
use crate::claim::{Slot, Subject};
use crate::kind::{Is, is_kebab, kind};
use crate::query::Address;
use crate::source::FileId;

/// A place where a subject is named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mention {
    /// Which.
    pub subject: Subject,
    /// Its id, without quotation marks.
    pub range: Range<usize>,
    /// Whether it is a header or key below which something is said of it.
    pub declares: bool,
}

/// Blocks, whose names are part of no attribute.
const BLOCKS: [&str; 2] = ["also", "exception"];

/// The subject that an entry is about.
pub(super) fn subject_of(entry: &Entry) -> Option<Subject> {
    let [kind_part, id, ..] = &entry.path[..] else { return None };
    let known = kind(&kind_part.name).is_some() && is_kebab(&id.name);
    known.then(|| Subject::new(&kind_part.name, &id.name))
}

/// The slot that an entry says something of, and how many parts of its path lead to it.
pub(super) fn slot_of(entry: &Entry, world: &World) -> Option<(Slot, usize)> {
    let subject = subject_of(entry)?;
    let names = entry.names();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let (attribute, parts) = attribute_of(&names, &subject, world)?;
    Some((Slot { subject, attribute: attribute.into() }, parts))
}

/// The longest attribute that `path`, a subject's kind and id before it, begins with, and how many parts that takes.
fn attribute_of(path: &[String], subject: &Subject, world: &World) -> Option<(String, usize)> {
    let skip = 2 + usize::from(path.get(2).is_some_and(|name| BLOCKS.contains(&name.as_str())));
    let type_id = world.type_of(subject);
    let is_attribute =
        |name: &str| world.catalog().attribute(subject.kind(), type_id.as_deref(), name).is_some();
    (skip + 1..=path.len())
        .rev()
        .map(|end| (path[skip..end].join("."), end))
        .find(|(name, _)| is_attribute(name))
}

/// All mentions in a text, in order.
pub(super) fn mentions(text: &str, world: &World) -> Vec<Mention> {
    let entries = entries(text);
    let mut found = Vec::new();
    for entry in &entries {
        of_entry(text, entry, world, &mut found);
    }
    found
}

fn of_entry(text: &str, entry: &Entry, world: &World, found: &mut Vec<Mention>) {
    let Some(subject) = subject_of(entry) else { return };
    if entry.value.is_none() || entry.above < 2 {
        let range = bare(text, &entry.path[1].range);
        found.push(Mention { subject: subject.clone(), range, declares: true });
    }
    let dimension = entry
        .path
        .windows(2)
        .skip(entry.above.saturating_sub(1))
        .find(|pair| names_dimensions(&pair[0].name));
    if let Some([_, part]) = dimension
        && entry.value.is_some()
    {
        found.extend(id_at("dimension", &part.name, bare(text, &part.range)));
    }
    for leaf in leaves(text, entry, world.limits()) {
        found.extend(of_leaf(text, &leaf, &subject, world));
    }
}

fn names_dimensions(key: &str) -> bool {
    matches!(key, "when" | "where")
}

fn of_leaf(text: &str, leaf: &Leaf, subject: &Subject, world: &World) -> Option<Mention> {
    let range = bare(text, &leaf.range);
    // Where it is spelled otherwise than it reads, its place can't be told.
    if text.get(range.clone()) != Some(leaf.text.as_str()) {
        return None;
    }
    let last = leaf.path.last().map(String::as_str).unwrap_or_default();
    if leaf.is_key {
        return id_at("dimension", &leaf.text, range).filter(|_| names_dimensions(last));
    }
    let own = kind(subject.kind())?;
    let leans = own.statements || subject.kind() == "correction";
    match last {
        "source" if leans => return id_at("source", &leaf.text, range),
        "type" if own.typed || subject.kind() == "correction" => return id_at("type", &leaf.text, range),
        "of" if subject.kind() == "type" && leaf.path.len() > 3 => {
            let is_type = world.catalog().types.contains_key(leaf.text.as_str());
            return id_at("type", &leaf.text, range).filter(|_| is_type);
        }
        _ => {}
    }
    let (attribute, _) = attribute_of(&leaf.path, subject, world).unwrap_or_default();
    let type_id = world.type_of(subject);
    let declared = world.catalog().attribute(subject.kind(), type_id.as_deref(), &attribute);
    match declared.map(|attribute| target(&attribute.is)) {
        Some(Some(to)) => {
            let id = leaf.text.strip_prefix(to).and_then(|rest| rest.strip_prefix('/')).unwrap_or(&leaf.text);
            id_at(to, id, range.end - id.len()..range.end)
        }
        _ => address(&leaf.text, range),
    }
}

/// The kind that values of a type refer to.
pub(super) fn target(is: &Is) -> Option<&str> {
    match is {
        Is::Ref { kind, .. } => Some(kind),
        Is::List(of) => target(of),
        _ => None,
    }
}

fn id_at(kind: &str, id: &str, range: Range<usize>) -> Option<Mention> {
    is_kebab(id).then(|| Mention { subject: Subject::new(kind, id), range, declares: false })
}

/// `term/acv#definition~3fa9c1`: the id in it.
fn address(text: &str, range: Range<usize>) -> Option<Mention> {
    let subject = Address::parse(text).ok()?.subject().clone();
    kind(subject.kind())?;
    let start = range.start + subject.kind().len() + 1;
    id_at(subject.kind(), subject.id(), start..start + subject.id().len())
}

/// Without quotation marks around it.
fn bare(text: &str, range: &Range<usize>) -> Range<usize> {
    let quoted = range.len() >= 2 && text[range.clone()].starts_with(['"', '\'']);
    if quoted { range.start + 1..range.end - 1 } else { range.clone() }
}

/// All places where `subject` is named, in the order of files.
pub(super) fn everywhere(world: &World, subject: &Subject) -> Vec<(FileId, Mention)> {
    let id = memchr::memmem::Finder::new(subject.id().as_bytes());
    let mut found = Vec::new();
    for (file, text) in world.compiled().texts.iter() {
        if id.find(&text.bytes).is_none() {
            continue;
        }
        let Some((_, text)) = world.own(&text.path) else { continue };
        let own = mentions(text, world).into_iter().filter(|mention| mention.subject == *subject);
        found.extend(own.map(|mention| (file, mention)));
    }
    found
}

/// What is named at `offset`.
pub(super) fn at(text: &str, offset: usize, world: &World) -> Option<Mention> {
    mentions(text, world)
        .into_iter()
        .find(|mention| mention.range.start <= offset && offset <= mention.range.end)
}

/// The entry that stands at `offset`.
pub(super) fn entry_at(text: &str, offset: usize) -> Option<Entry> {
    entries(text).into_iter().find(|entry| entry.range.start <= offset && offset <= entry.range.end)
}

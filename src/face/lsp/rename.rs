//! Another id for a subject: at every place that names it, with `was` beside it, so that its history and the pins of others
//! are still found.
//!
//! The result is compiled before it is handed out: a rename that would break something is refused.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::edits::Changes;
use super::mention::{self, Mention};
use super::syntax::{Entry, entries, leaves, plain};
use super::world::World;
use crate::claim::{Slot, Subject, Value, WAS, claim_hash};
use crate::diagnostic::{Finding, Findings, Severity};
use crate::kind::is_kebab;
use crate::query::Address;
use crate::source::{FileId, Text, Texts};

/// What to change so that the subject named at `offset` has the id `new`.
///
/// # Errors
/// Why it can't be renamed so, for the person who asked.
pub(super) fn rename(world: &World, text: &str, offset: usize, new: &str) -> Result<Changes, String> {
    let found = mention::at(text, offset, world).ok_or("here stands nothing that has an id")?;
    let old = found.subject;
    if !is_kebab(new) {
        return Err(format!(
            "`{new}` is no id: write small letters, digits and hyphens, such as `annual-value`"
        ));
    }
    let renamed = Subject::new(old.kind(), new);
    if renamed == old {
        return Ok(Changes::new());
    }
    let all = mention::everywhere(world, &old);
    let is_there = !world.about(&renamed).is_empty()
        || mention::everywhere(world, &renamed).iter().any(|(_, one)| one.declares);
    if is_there {
        return Err(format!("`{renamed}` is there already; type an id that nothing has"));
    }
    if !all.iter().any(|(_, mention)| mention.declares) {
        return Err(format!("`{old}` is declared in no file that is written in dictum's own way"));
    }
    let mut changes = Changes::new();
    for (file, Mention { range, .. }) in &all {
        changes.entry(*file).or_default().push((range.clone(), new.to_owned()));
    }
    remember(world, &old, &all, &mut changes);
    repin(world, &old, &renamed, &mut changes);
    changes.values_mut().for_each(|own| own.sort_by_key(|(range, _)| (range.start, range.end)));
    match broken(world, &changes) {
        None => Ok(changes),
        Some(finding) => Err(format!("that would break something: {}", finding.message)),
    }
}

/// Adds the old id to `was`, for kinds that have it, unless nobody can know the subject by it yet.
fn remember(world: &World, old: &Subject, all: &[(FileId, Mention)], changes: &mut Changes) {
    if world.catalog().attribute(old.kind(), None, WAS).is_none() || is_new(world, old) {
        return;
    }
    let own = |entry: &&Entry| mention::subject_of(entry).as_ref() == Some(old);
    let mut files: Vec<FileId> =
        all.iter().filter(|(_, mention)| mention.declares).map(|(file, _)| *file).collect();
    files.dedup();
    let mut header = None;
    for file in files {
        let Some((_, text)) = world.own(&world.compiled_text(file).path) else { continue };
        let entries = entries(text);
        let said = entries.iter().filter(own).find(|entry| entry.names().get(2..) == Some(&[WAS]));
        let list =
            said.and_then(|entry| entry.value.clone()).filter(|range| text[range.clone()].starts_with('['));
        if let Some(list) = list {
            let rest = if text[list.start + 1..list.end - 1].trim().is_empty() { "" } else { ", " };
            let at = list.start + 1;
            changes.entry(file).or_default().push((at..at, format!("\"{}\"{rest}", old.id())));
            return;
        }
        if header.is_none() {
            let table = |entry: &&Entry| entry.value.is_none() && !entry.double && entry.path.len() == 2;
            header = entries.iter().filter(own).find(table).map(|entry| (file, entry.range.end));
        }
    }
    let Some((file, end)) = header else { return };
    let Some((_, text)) = world.own(&world.compiled_text(file).path) else { return };
    let line = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    let before = if line == text.len() && !text.ends_with('\n') { "\n" } else { "" };
    let key = format!("{before}{WAS} = [\"{}\"]\n", old.id());
    changes.entry(file).or_default().push((line..line, key));
}

/// For each slot, the hashes of its claims that the new id makes others: before, and after.
type Rehashed = BTreeMap<Slot, Vec<(String, String)>>;

/// Claims are pinned by what they say, and the ids in them are part of that: pins that stand in the knowledge follow.
fn repin(world: &World, old: &Subject, renamed: &Subject, changes: &mut Changes) {
    let rehashed = rehashed(world, old, renamed);
    if rehashed.is_empty() {
        return;
    }
    for (file, text) in world.compiled().texts.iter() {
        let Some((_, text)) = world.own(&text.path) else { continue };
        for (range, slot) in pins(text, world) {
            let pin = &text[range.clone()];
            let claims = rehashed.get(&slot).map(Vec::as_slice).unwrap_or_default();
            let mut meant = claims.iter().filter(|(before, _)| before.starts_with(pin));
            if let (Some((_, after)), None) = (meant.next(), meant.next()) {
                changes.entry(file).or_default().push((range.clone(), after[..pin.len()].to_owned()));
            }
        }
    }
}

fn rehashed(world: &World, old: &Subject, renamed: &Subject) -> Rehashed {
    let mut rehashed = Rehashed::new();
    for claim in &world.compiled().claims {
        let leans = old.kind() == "source" && claim.statement.source.as_deref() == Some(old.id());
        if claim.slot.subject != *old && !leans && !refers(&claim.value, old) {
            continue;
        }
        let mut after = claim.clone();
        if after.slot.subject == *old {
            after.slot.subject = renamed.clone();
        }
        replace(&mut after.value, old, renamed);
        if leans {
            Arc::make_mut(&mut after.statement).source = Some(renamed.id().into());
        }
        let pair = (claim.hash.to_hex(), claim_hash(&after).to_hex());
        rehashed.entry(claim.slot.clone()).or_default().push((pair.0.to_string(), pair.1.to_string()));
    }
    rehashed
}

fn refers(value: &Value, subject: &Subject) -> bool {
    match value {
        Value::Ref(to) => to == subject,
        Value::List(items) => items.iter().any(|item| refers(item, subject)),
        _ => false,
    }
}

fn replace(value: &mut Value, old: &Subject, renamed: &Subject) {
    match value {
        Value::Ref(to) if to == old => *to = renamed.clone(),
        Value::List(items) => items.iter_mut().for_each(|item| replace(item, old, renamed)),
        _ => {}
    }
}

/// The hex digits of pins in a text, each with the slot whose claim it is of.
fn pins(text: &str, world: &World) -> Vec<(Range<usize>, Slot)> {
    let entries = entries(text);
    let mut pins = Vec::new();
    for entry in &entries {
        let Some(subject) = mention::subject_of(entry) else { continue };
        for leaf in leaves(text, entry, world.limits()) {
            let inner = leaf.range.start + 1..leaf.range.end.saturating_sub(1);
            if leaf.is_key || text.get(inner.clone()) != Some(leaf.text.as_str()) {
                continue;
            }
            let digits = leaf.text.rsplit('~').next().unwrap_or(&leaf.text);
            let is_pin =
                digits.len() >= Address::PIN_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_pin {
                continue;
            }
            let slot = match Address::parse(&leaf.text) {
                Ok(Address::Pin(slot, _)) => Some(slot),
                _ if subject.kind() == "correction" => corrected(text, &entries, entry),
                _ => mention::slot_of(entry, world).map(|(slot, _)| slot),
            };
            pins.extend(slot.map(|slot| (inner.end - digits.len()..inner.end, slot)));
        }
    }
    pins
}

/// What the correction that an entry is of corrects.
fn corrected(text: &str, entries: &[Entry], own: &Entry) -> Option<Slot> {
    let is_of = |entry: &&Entry| {
        entry.path.len() == 3 && entry.names()[..2] == own.names()[..2] && entry.path[2].name == "of"
    };
    let of = entries.iter().find(is_of)?.value.clone()?;
    Address::parse(plain(&text[of])?).ok()?.slot().cloned()
}

/// Whether nothing committed speaks of the subject.
fn is_new(world: &World, subject: &Subject) -> bool {
    let Some(past) = world.past.known() else { return false };
    let knows = |slot: &Slot, hash| past.cite(slot, hash).is_some();
    !world.about(subject).iter().any(|claim| knows(&claim.slot, claim.hash))
}

/// The first error that the changes would bring.
fn broken(world: &World, changes: &Changes) -> Option<Finding> {
    let before = world.compiled();
    let changed = before.texts.iter().map(|(file, text)| match changes.get(&file) {
        None => text.clone(),
        Some(own) => Text { path: text.path.clone(), bytes: changed(&text.bytes, own).into() },
    });
    let after = before.next(Texts::new(changed.collect()), Findings::new());
    let errors = |findings: &Findings| findings.count(Severity::Error);
    if errors(&after.findings) <= errors(&before.findings) {
        return None;
    }
    let known = |finding: &Finding| before.findings.iter().any(|other| other.message == finding.message);
    let wrong = |finding: &&Finding| finding.severity() == Severity::Error && !known(finding);
    after.findings.iter().find(wrong).cloned()
}

/// `bytes` with changes made, which are in order.
fn changed(bytes: &[u8], changes: &[(Range<usize>, String)]) -> Vec<u8> {
    let (mut new, mut at) = (Vec::with_capacity(bytes.len() + 64), 0);
    for (range, text) in changes {
        new.extend_from_slice(&bytes[at..range.start]);
        new.extend_from_slice(text.as_bytes());
        at = range.end;
    }
    new.extend_from_slice(&bytes[at..]);
    new
}

//! Ways to put a fact back, the least first. Each is only a proposal: whoever takes one compiles it before.

use std::collections::BTreeSet;

use toml_edit::{DocumentMut, Item, Table};

use super::{Edit, Edited};
use crate::claim::{Claim, Slot};
use crate::compile::Compiled;
use crate::kind::STATEMENT_KEYS;
use crate::source::{FileId, Texts};

/// Every edit that may do.
pub(super) fn edits(now: &Compiled, slot: &Slot, then: &[Claim], then_texts: &Texts) -> Vec<Edit> {
    let here: Vec<&Claim> = now.claims.iter().filter(|claim| claim.slot == *slot).collect();
    let gone: Vec<&Claim> = here.iter().copied().filter(|claim| !has(then, claim)).collect();
    let missing: Vec<&Claim> =
        then.iter().filter(|claim| !here.iter().any(|one| one.hash == claim.hash)).collect();
    let mut edits = Vec::new();
    edits.extend(values(now, &gone, &missing, then_texts).map(|file| Edit { files: vec![file] }));
    for target in targets(now, slot, &gone, &missing, then_texts) {
        let old = missing.first().map(|claim| claim.origin.file).and_then(|file| document(then_texts, file));
        for blocks in [false, true] {
            let file = items(now, slot, &target, old.as_ref(), blocks);
            edits.extend(file.map(|file| Edit { files: vec![file] }));
        }
    }
    edits.extend(
        [false, true]
            .into_iter()
            .filter_map(|blocks| together(now, slot, (&gone, &missing), then_texts, blocks)),
    );
    edits
}

/// Every file that says the fact now or said it then, each as it was then as far as it says this fact.
fn together(
    now: &Compiled,
    slot: &Slot,
    (gone, missing): (&[&Claim], &[&Claim]),
    then_texts: &Texts,
    blocks: bool,
) -> Option<Edit> {
    let here = gone.iter().map(|claim| now.texts.get(claim.origin.file).path.to_string());
    let there = missing.iter().map(|claim| then_texts.get(claim.origin.file).path.to_string());
    let paths: BTreeSet<String> = here.chain(there).collect();
    let old = |path: &str| then_texts.find(path).and_then(|file| document(then_texts, file));
    let file = |path: &String| items(now, slot, path, old(path).as_ref(), blocks);
    let files: Option<Vec<Edited>> = (paths.len() > 1).then(|| paths.iter().map(file).collect())?;
    Some(Edit { files: files? })
}

fn has(claims: &[Claim], claim: &Claim) -> bool {
    claims.iter().any(|one| one.hash == claim.hash)
}

/// The old values written over the new ones, byte for byte: claims of one condition and source pair, and so do those
/// that are alone.
fn values(now: &Compiled, gone: &[&Claim], missing: &[&Claim], then_texts: &Texts) -> Option<Edited> {
    let file = gone.first()?.origin.file;
    if gone.len() != missing.len() || gone.iter().any(|claim| claim.origin.file != file) {
        return None;
    }
    let mut left: Vec<&Claim> = missing.to_vec();
    let mut pieces = Vec::new();
    for claim in gone {
        let same = |other: &&Claim| {
            let (one, two) = (&claim.statement, &other.statement);
            one.when == two.when && one.period == two.period && one.source == two.source && one.id == two.id
        };
        let at = left.iter().position(same).or((gone.len() == 1).then_some(0))?;
        let old = left.remove(at);
        let text = &then_texts.get(old.origin.file).bytes;
        let value = text.get(old.origin.span.start as usize..old.origin.span.end as usize)?;
        pieces.push((claim.origin.span, std::str::from_utf8(value).ok()?));
    }
    // From the last, so that the places before it stay where they are.
    pieces.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let text = now.texts.get(file);
    let mut edited = std::str::from_utf8(&text.bytes).ok()?.to_owned();
    for (span, value) in pieces {
        let range = span.start as usize..span.end as usize;
        edited.get(range.clone())?;
        edited.replace_range(range, value);
    }
    Some(Edited { path: text.path.to_string(), text: edited })
}

/// The files that may be edited: where the fact stands now, else where its subject stands, else where it stood.
fn targets(
    now: &Compiled,
    slot: &Slot,
    gone: &[&Claim],
    missing: &[&Claim],
    then_texts: &Texts,
) -> Vec<String> {
    let path = |claim: &Claim| now.texts.get(claim.origin.file).path.to_string();
    let standing: BTreeSet<String> = gone.iter().map(|claim| path(claim)).collect();
    if !standing.is_empty() {
        return standing.into_iter().collect();
    }
    let former: Vec<String> =
        missing.iter().take(1).map(|claim| then_texts.get(claim.origin.file).path.to_string()).collect();
    let subject = now.claims.iter().filter(|claim| claim.slot.subject == slot.subject);
    let mut files: BTreeSet<String> = subject.map(path).collect();
    let first: Vec<String> =
        former.into_iter().filter(|path| files.remove(path) || files.is_empty()).collect();
    first.into_iter().chain(files).collect()
}

fn document(texts: &Texts, file: FileId) -> Option<DocumentMut> {
    std::str::from_utf8(&texts.get(file).bytes).ok()?.parse().ok()
}

/// The key of the fact as it was then in the table of its subject as it is now; with `blocks` the blocks that may
/// speak of it too.
fn items(now: &Compiled, slot: &Slot, path: &str, old: Option<&DocumentMut>, blocks: bool) -> Option<Edited> {
    let file = now.texts.find(path);
    let mut document = match file {
        Some(file) => self::document(&now.texts, file)?,
        None => DocumentMut::new(),
    };
    let (kind, id) = (slot.subject.kind(), slot.subject.id());
    let former = old.and_then(|old| old.get(kind)?.get(id)?.as_table());
    if document.get(kind).and_then(|kind| kind.get(id)).is_none() {
        let head = head(former?)?;
        let mut outer = Table::new();
        outer.set_implicit(true);
        let kinds = document.entry(kind).or_insert(Item::Table(outer)).as_table_mut()?;
        kinds.insert(id, Item::Table(head));
    }
    let table = document.get_mut(kind)?.get_mut(id)?.as_table_mut()?;
    let parts: Vec<&str> = slot.attribute.split('.').collect();
    put(table, former, &parts)?;
    for block in ["also", "exception"].into_iter().filter(|_| blocks) {
        put(table, former, &[block])?;
    }
    // An empty table says nothing, and that would be a mistake.
    if table.is_empty() {
        document.get_mut(kind)?.as_table_mut()?.remove(id);
    }
    Some(Edited { path: path.to_owned(), text: document.to_string() })
}

/// The table of a subject with nothing in it but what all its claims inherit.
fn head(former: &Table) -> Option<Table> {
    let mut head = Table::new();
    for key in STATEMENT_KEYS.iter().copied().chain(["type"]) {
        if let Some(item) = former.get(key) {
            head.insert(key, item.clone());
        }
    }
    Some(head)
}

/// What stands at `parts` in `former` is put there in `table`, or taken away where nothing stands there.
fn put(table: &mut Table, former: Option<&Table>, parts: &[&str]) -> Option<()> {
    let (last, above) = parts.split_last()?;
    let mut old = former;
    let mut at = table;
    for part in above {
        old = old.and_then(|table| table.get(part)?.as_table());
        if at.get(part).is_none() {
            let mut between = old.cloned().unwrap_or_default();
            between.clear();
            at.insert(part, Item::Table(between));
        }
        at = at.get_mut(part)?.as_table_mut()?;
    }
    match old.and_then(|table| table.get_key_value(last)) {
        Some((key, item)) => match at.get_mut(last) {
            Some(standing) => *standing = item.clone(),
            None => drop(at.insert_formatted(&key.clone(), item.clone())),
        },
        None => drop(at.remove(last)),
    }
    Some(())
}

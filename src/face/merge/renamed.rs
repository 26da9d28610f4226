//! Subjects that one side calls by another id: what the other side says of the old one goes on under the new.
//!
//! Followed only where nothing has to be guessed: the new subject says `was` of the old, base has the old and not the new,
//! and the other side doesn't have the new one. Everything else is left to be a conflict.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::tree::{File, Subject, cut};
use crate::face::layout::{plain_items, tight};
use crate::parse::{What, pieces};

/// `base`, `ours` and `theirs` with subjects that were renamed called alike; `None` where one can't be cut.
pub(super) fn followed(sides: [&str; 3]) -> Option<[String; 3]> {
    let [base, ours, theirs] = [cut(sides[0])?, cut(sides[1])?, cut(sides[2])?];
    let [in_our_file, in_their_file] = [&ours, &theirs].map(spoken_of);
    let (by_ours, by_theirs) = (renamed(&base, &ours), renamed(&base, &theirs));
    let (mut in_base, mut in_ours, mut in_theirs) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (old, new) in &by_ours {
        match by_theirs.get(old) {
            // Two new ids for one old: theirs is another subject, and that ours took the place of the old one is in conflict
            // with the old one's going away.
            Some(_) => drop(in_base.insert(old.clone(), new.clone())),
            None if !in_their_file.contains(&**new) => {
                in_base.insert(old.clone(), new.clone());
                in_theirs.insert(old.clone(), new.clone());
            }
            None => {}
        }
    }
    for (old, new) in &by_theirs {
        if !by_ours.contains_key(old) && !in_our_file.contains(&**new) {
            in_base.insert(old.clone(), new.clone());
            in_ours.insert(old.clone(), new.clone());
        }
    }
    let renames = [in_base, in_ours, in_theirs];
    let mut named = renames.iter().zip(sides).map(|(renames, text)| with(text, renames));
    Some([named.next()??, named.next()??, named.next()??])
}

/// What a file speaks of.
fn spoken_of<'f>(file: &'f File<'_>) -> FxHashSet<&'f str> {
    file.subjects.iter().map(|subject| &*subject.key).collect()
}

/// What one side calls otherwise: by the old key, the new. Of a subject that two say they were, nothing.
fn renamed(base: &File<'_>, side: &File<'_>) -> BTreeMap<String, String> {
    let [before, after] = [base, side].map(spoken_of);
    let mut all: BTreeMap<String, Option<String>> = BTreeMap::new();
    let new =
        side.subjects.iter().filter(|subject| !subject.kind.is_empty() && !before.contains(&*subject.key));
    for subject in new {
        for old in was(subject) {
            let old = format!("{}.{old}", subject.kind);
            if before.contains(&*old) && !after.contains(&*old) {
                all.entry(old).and_modify(|new| *new = None).or_insert(Some(subject.key.clone()));
            }
        }
    }
    // Of two that became one nothing can be followed.
    let mut renamed: BTreeMap<String, String> =
        all.into_iter().filter_map(|(old, new)| Some((old, new?))).collect();
    let mut news: FxHashMap<String, usize> = FxHashMap::default();
    renamed.values().for_each(|new| *news.entry(new.clone()).or_default() += 1);
    renamed.retain(|_, new| news.get(new) == Some(&1));
    renamed
}

fn was(subject: &Subject<'_>) -> Vec<String> {
    let own = subject.groups.iter().filter(|group| group.path.is_empty()).flat_map(|group| &group.tables);
    let said = own.flat_map(|table| &table.keys).filter(|(key, _)| key == "was");
    let mut ids = Vec::new();
    for (_, leaf) in said {
        let items =
            plain_items(leaf.value()).map_or_else(|| vec![leaf.value().to_owned()], |(items, _)| items);
        ids.extend(items.iter().map(|item| item.trim_matches(['"', '\'']).to_owned()));
    }
    ids
}

/// `text` with the headers of some subjects naming others; `None` where a header is not plainly one.
fn with(text: &str, renames: &BTreeMap<String, String>) -> Option<String> {
    if renames.is_empty() {
        return Some(text.to_owned());
    }
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for piece in pieces(text)?.pieces {
        let What::Header { double, parts } = &piece.what else { continue };
        let Some(name) = parts.get(..2).and_then(|own| renames.get(&own.join("."))) else { continue };
        let open = if *double { "[[" } else { "[" };
        let header = tight(&text[piece.range.clone()]);
        let rest = header.strip_prefix(&format!("{open}{}.{}", parts[0], parts[1]))?;
        new.push_str(&text[at..piece.range.start]);
        new.push_str(&format!("{open}{name}{rest}"));
        at = piece.range.end;
    }
    new.push_str(&text[at..]);
    Some(new)
}

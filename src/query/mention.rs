//! Names of subjects in a text: the longest from each place on, whatever script they are in.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::referent::{Asking, NameQuestion};
use super::{Context, QueryError};
use crate::claim::Subject;
use crate::snapshot::{Name, Snapshot};

/// A name in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// Where.
    pub bytes: Range<usize>,
    /// Whom it may mean, in address order.
    pub subjects: Vec<Subject>,
}

/// The names in `text` that somebody of whom one speaks by name bears on the day `on`, in some context. Ids are not looked
/// for. Where nobody bears the longest name of a place that day, shorter ones within it are not either.
///
/// Time is linear in the text: a name is looked up once, however often it is there.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged, or its names were normalised otherwise than this program does.
pub fn mentions(snapshot: &Snapshot, text: &str, on: Date) -> Result<Vec<Mention>, QueryError> {
    let anybody =
        NameQuestion { name: SmolStr::default(), context: Context::unknown(), on, kind: None, of_type: None };
    let asking = Asking::new(snapshot, &anybody)?;
    let mut known: BTreeMap<u32, Vec<Subject>> = BTreeMap::new();
    let mut mentions = Vec::new();
    for mention in snapshot.names()?.scan(text) {
        let mention = mention?;
        let subjects = match known.entry(mention.name.number()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(called(&asking, &mention.name)?),
        };
        if !subjects.is_empty() {
            mentions.push(Mention { bytes: mention.bytes, subjects: subjects.clone() });
        }
    }
    Ok(mentions)
}

/// Who is called so, by address.
fn called(asking: &Asking<'_, '_>, name: &Name<'_>) -> Result<Vec<Subject>, QueryError> {
    let mut subjects = Vec::new();
    for bearer in name.bearers() {
        subjects.extend(asking.is_called(&bearer?)?);
    }
    subjects.sort();
    subjects.dedup();
    Ok(subjects)
}

/// Stretches of a text between spaces and punctuation.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let sign =
        |c: char| "$+<=>^`|~".contains(c) || (!c.is_ascii() && !c.is_whitespace() && !is_punctuation(c));
    let ends = move |c: char| !(c.is_alphanumeric() || sign(c));
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(|c| !ends(c))?;
        let end = text[start..].find(ends).map_or(text.len(), |end| start + end);
        rest = end;
        Some(start..end)
    })
}

/// General and CJK punctuation, by block (Unicode 16.0, `Blocks.txt`), and the marks of Latin-1.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}'
        | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3020}' | '\u{30fb}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{mentions, words};
    use crate::query::tests::snapshot;

    #[test]
    fn names_are_found_that_somebody_bears_that_day() {
        let snapshot = snapshot(
            r#"
            [source.crm]
            title = "The Crm"
            [entity.acme]
            label = "Acme"
            ids = { crm = "K10482" }
            [[entity.acme.aliases]]
            value = "Foundry"
            until = 2025-01-01
            [entity.kestrel]
            label = "東京支社"
            [[entity.kestrel.aliases]]
            value = "Falcon"
            when = { region = "uk" }
            until = 2025-01-01
            [[entity.kestrel.aliases]]
            value = "Buzzard"
            when = { region = "uk" }
            "#,
        );
        let text = "Acme, ACME; K10482 Foundry 日本の東京支社は Falcon Buzzard the Crm";
        let told = |on| {
            let found = mentions(&snapshot, text, on).expect("sound");
            found.into_iter().map(|found| text[found.bytes].to_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told(date(2024, 6, 30)), "Acme ACME Foundry 東京支社 Falcon Buzzard");
        assert_eq!(told(date(2026, 6, 30)), "Acme ACME 東京支社 Buzzard");
    }

    #[test]
    fn words_end_at_punctuation_and_signs_are_letters() {
        let text = "C++ — “Acme”, 東京・大阪; x-y";
        let told: Vec<&str> = words(text).map(|range| &text[range]).collect();
        assert_eq!(told, ["C++", "Acme", "東京", "大阪", "x", "y"]);
    }
}

//! Names of subjects in a text: the longest from each place on, on the borders of words.
//!
//! Names are compared by their keys under the profile of names, which the caller brings.

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::QueryError;
use crate::claim::{Subject, Value};
use crate::snapshot::Snapshot;

/// A name in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// Where.
    pub bytes: Range<usize>,
    /// Whom it may mean, in address order.
    pub subjects: Vec<Subject>,
}

/// Attributes that name their subject.
const NAMING: [&str; 6] = ["abbreviation", "aliases", "former-names", "label", "name", "synonyms"];

/// Kinds whose subjects are spoken of by name; what the others are called is for those who write knowledge.
const NAMED: [&str; 3] = ["entity", "process", "term"];

/// The names that hold on some day.
struct Names {
    /// By key: words with one space between them.
    keys: FxHashMap<String, Vec<Subject>>,
    /// For the first word of a name, of how many words names are that begin with it, the longest first.
    lengths: FxHashMap<String, Vec<usize>>,
}

/// The names in `text` of subjects of `snapshot` that bear them on the day `on`, in any context; `key` gives the matching key
/// of a name.
///
/// # Errors
/// [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn mentions(
    snapshot: &Snapshot,
    text: &str,
    on: Date,
    key: fn(&str) -> String,
) -> Result<Vec<Mention>, QueryError> {
    let names = Names::of(snapshot, on, key)?;
    let words: Vec<(Range<usize>, String)> = words(text)
        .map(|range| (range.clone(), key(&text[range])))
        .filter(|(_, key)| !key.is_empty())
        .collect();
    let mut mentions = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match names.longest(&words[at..]) {
            Some((count, subjects)) => {
                let bytes = words[at].0.start..words[at + count - 1].0.end;
                mentions.push(Mention { bytes, subjects: subjects.to_vec() });
                at += count;
            }
            None => at += 1,
        }
    }
    Ok(mentions)
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

impl Names {
    fn of(snapshot: &Snapshot, on: Date, key: fn(&str) -> String) -> Result<Names, QueryError> {
        let mut names = Names { keys: FxHashMap::default(), lengths: FxHashMap::default() };
        for kind in NAMED {
            for view in snapshot.slots_with_prefix(&format!("{kind}/"))? {
                let view = view?;
                if !NAMING.contains(&view.attribute()) {
                    continue;
                }
                let slot = view.slot()?;
                for claim in view.claims()? {
                    let claim = claim.claim;
                    if let (Value::Text(name), true) = (&claim.value, claim.statement.period.contains(on)) {
                        names.add(key(name), &slot.subject);
                    }
                }
            }
        }
        names.lengths.values_mut().for_each(|lengths| {
            lengths.sort_unstable_by(|a, b| b.cmp(a));
            lengths.dedup();
        });
        Ok(names)
    }

    fn add(&mut self, key: String, subject: &Subject) {
        let Some(first) = key.split(' ').next().filter(|first| !first.is_empty()) else { return };
        let count = key.split(' ').count();
        let lengths = self.lengths.entry(first.to_owned()).or_default();
        if !lengths.contains(&count) {
            lengths.push(count);
        }
        let subjects = self.keys.entry(key).or_default();
        if let Err(at) = subjects.binary_search(subject) {
            subjects.insert(at, subject.clone());
        }
    }

    /// The longest name that begins with the first of `words`: how many of them it takes, and whom it may mean.
    fn longest(&self, words: &[(Range<usize>, String)]) -> Option<(usize, &[Subject])> {
        let (_, first) = words.first()?;
        // A word may have several parts to the profile; names are looked up by the first of them.
        let lengths = self.lengths.get(first.split(' ').next()?)?;
        lengths.iter().find_map(|&length| {
            let mut key = String::new();
            let mut parts = 0;
            for (count, (_, word)) in words.iter().enumerate() {
                if count > 0 {
                    key.push(' ');
                }
                key.push_str(word);
                parts += word.split(' ').count();
                if parts >= length {
                    let subjects = self.keys.get(&key).filter(|_| parts == length)?;
                    return Some((count + 1, subjects.as_slice()));
                }
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, words};
    use crate::claim::Subject;
    use rustc_hash::FxHashMap;

    fn key(name: &str) -> String {
        name.to_ascii_lowercase()
    }

    #[test]
    fn the_longest_name_is_taken() {
        let mut names = Names { keys: FxHashMap::default(), lengths: FxHashMap::default() };
        for (name, id) in [("acme", "a"), ("acme robotics", "r"), ("acme robotics europe gmbh", "e")] {
            names.add(name.to_owned(), &Subject::new("entity", id));
        }
        names.lengths.values_mut().for_each(|lengths| lengths.sort_unstable_by(|a, b| b.cmp(a)));
        let text = "Acme Robotics, Europe";
        let words: Vec<_> = words(text).map(|range| (range.clone(), key(&text[range]))).collect();
        let (count, subjects) = names.longest(&words).expect("a name");
        assert_eq!((count, subjects), (2, &[Subject::new("entity", "r")][..]));
    }

    #[test]
    fn words_end_at_punctuation_and_signs_are_letters() {
        let text = "C++ — “Acme”, 東京・大阪; x-y";
        let told: Vec<&str> = words(text).map(|range| &text[range]).collect();
        assert_eq!(told, ["C++", "Acme", "東京", "大阪", "x", "y"]);
    }
}

//! What a work tree and a commit's tree have in common: the entries found in it become texts and faults by the
//! same rules, so that the same files are the same texts wherever they come from.

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use super::discover::{CONFIG, below};
use super::{Fault, Limits, Odd, Text, Texts, invisible};

/// Folders within each other; deeper ones no system makes, but a commit could hold.
pub(super) const MOST_FOLDERS: usize = 128;

/// What was read, and what is wrong with files as such.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    /// The texts, in the order of their paths.
    pub texts: Texts,
    /// What is wrong with files, sorted. `diagnostic::of_files` makes findings of it.
    pub faults: Vec<Fault>,
}

/// Files that were selected but not yet read, gathered while walking a tree.
#[derive(Debug)]
pub(super) struct Entries<T> {
    /// Paths from the base, and what the walker needs for reading them.
    pub files: Vec<(String, T)>,
    /// What was wrong on the way.
    pub faults: Vec<Fault>,
    most: usize,
    overflown: bool,
}

impl<T> Entries<T> {
    pub fn new(limits: &Limits) -> Entries<T> {
        Entries { files: Vec::new(), faults: Vec::new(), most: limits.files, overflown: false }
    }

    /// A file to read. `false` where there are too many: the walk need not go on.
    pub fn add(&mut self, path: String, how: T) -> bool {
        if let Some(why) = odd(&path) {
            self.faults.push(Fault::OddPath { path, why });
            return true;
        }
        self.overflown |= self.files.len() == self.most;
        if !self.overflown {
            self.files.push((path, how));
        }
        !self.overflown
    }

    /// Sorts the files and looks at their paths together.
    pub fn finish(&mut self, knowledge: &str) {
        self.sort(knowledge);
        let faults = self.faults_together();
        self.faults.extend(faults);
    }

    /// Sorts the files; where there are too many there are none.
    pub fn sort(&mut self, knowledge: &str) {
        self.files.sort_by(|a, b| a.0.cmp(&b.0));
        if self.overflown {
            // Which files came first depends on the drive: none is the only answer that is the same everywhere.
            self.files.clear();
            self.faults = vec![Fault::TooMany { folder: knowledge.to_owned(), most: self.most }];
        }
    }

    /// What is wrong with the paths of the sorted files together.
    pub fn faults_together(&self) -> Vec<Fault> {
        let repeated = self.files.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let twice = |pair: &[(String, T)]| Fault::OddPath { path: pair[0].0.clone(), why: Odd::Twice };
        let mut faults: Vec<Fault> = repeated.map(twice).collect();
        twins(self.files.iter().map(|(path, _)| path.as_str()), &mut faults);
        faults
    }
}

/// Puts together what was read, in the order of the files.
pub(super) fn gather(
    knowledge: &str,
    mut faults: Vec<Fault>,
    read: impl IntoIterator<Item = Result<Text, Fault>>,
) -> Loaded {
    let mut texts = Vec::new();
    for outcome in read {
        match outcome {
            Ok(text) => texts.push(text),
            Err(fault) => faults.push(fault),
        }
    }
    let config = below(knowledge, CONFIG);
    if faults.is_empty() && texts.iter().all(|text| *text.path == *config) {
        faults.push(Fault::Nothing { folder: knowledge.to_owned() });
    }
    faults.sort();
    faults.dedup();
    Loaded { texts: Texts::new(texts), faults }
}

/// Finds files and folders whose paths differ only by case or by Unicode form: a Mac or Windows machine would have
/// one of them. `paths` are sorted.
fn twins<'p>(paths: impl Iterator<Item = &'p str>, faults: &mut Vec<Fault>) {
    let mut seen: FxHashMap<String, &str> = FxHashMap::default();
    let mut previous = "";
    for path in paths {
        // Folders that the file before had too were looked at with it.
        let shared = path.bytes().zip(previous.bytes()).take_while(|(a, b)| a == b).count();
        previous = path;
        let ends = path.match_indices('/').map(|(end, _)| end).filter(|end| *end >= shared);
        for part in ends.chain([path.len()]).map(|end| &path[..end]) {
            let first = *seen.entry(folded(part)).or_insert(part);
            if first != part {
                faults.push(Fault::Twins { first: first.to_owned(), second: part.to_owned() });
                break;
            }
        }
    }
}

fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    caseless::default_case_fold_str(&path.nfc().collect::<String>()).nfc().collect()
}

/// What is odd about a path; `None` for a good one.
pub(super) fn odd(path: &str) -> Option<Odd> {
    let hides = |character: &char| character.is_control() || invisible(*character).is_some();
    let plain = path.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !plain && let Some(character) = path.chars().find(hides) {
        return Some(Odd::Hidden(character));
    }
    if path.contains('\\') {
        return Some(Odd::Backslash);
    }
    let forbidden = |part: &str| matches!(part, "" | "." | "..") || part.eq_ignore_ascii_case(".git");
    path.split('/').any(forbidden).then_some(Odd::Forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        twins(paths.iter().copied(), &mut faults);
        let pair = |fault| match fault {
            Fault::Twins { first, second } => (first, second),
            other => (format!("{other:?}"), String::new()),
        };
        faults.into_iter().map(pair).collect()
    }

    #[test]
    fn twins_are_found_in_files_and_folders_once() {
        let pair = |a: &str, b: &str| vec![(a.to_owned(), b.to_owned())];
        assert_eq!(found(&["a/X.toml", "a/x.toml"]), pair("a/X.toml", "a/x.toml"));
        assert_eq!(found(&["A/x.toml", "A/y.toml", "a/z.toml", "a/zz.toml"]), pair("A", "a"));
        assert_eq!(found(&["STRASSE/x.toml", "Straße/x.toml"]).len(), 1);
        assert_eq!(found(&["cafe\u{301}.toml", "caf\u{e9}.toml"]).len(), 1);
        assert!(found(&["a.toml", "a/b.toml", "b.toml"]).is_empty());
    }

    #[test]
    fn paths_that_hide_something_are_odd() {
        assert_eq!(odd("knowledge/é/Straße 1.toml"), None);
        assert_eq!(odd("a\u{202e}b.toml"), Some(Odd::Hidden('\u{202e}')));
        assert_eq!(odd("a\tb.toml"), Some(Odd::Hidden('\t')));
        assert_eq!(odd("a\\b.toml"), Some(Odd::Backslash));
        assert_eq!(odd("a/../b.toml"), Some(Odd::Forbidden));
        assert_eq!(odd("a/.GIT/b.toml"), Some(Odd::Forbidden));
    }
}

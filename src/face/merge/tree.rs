//! A text as what can be merged: subjects, in them groups (the subject's own table, a table below it, a block with all that
//! belongs to it), in these tables, and in these keys. Nothing is lost: each part has its lines, with those above it.

use rustc_hash::FxHashMap;

use super::leaf::Leaf;
use crate::parse::{Piece, Pieces, What, pieces};

/// A file, cut.
pub(super) struct File<'t> {
    /// Comments above the first subject that a blank line parts from it.
    pub head: Option<Leaf<'t>>,
    /// In the order written.
    pub subjects: Vec<Subject<'t>>,
    /// What stands behind all of it.
    pub tail: Option<Leaf<'t>>,
}

/// All that stands together about one subject.
pub(super) struct Subject<'t> {
    /// `term.a`; with a number where it is spoken of again further down.
    pub key: String,
    /// Its kind, where it has one.
    pub kind: &'t str,
    /// What its table says is its type.
    pub type_id: Option<String>,
    pub groups: Vec<Group<'t>>,
}

/// A table, or a block with the tables below it.
pub(super) struct Group<'t> {
    /// `ids` of `[term.a.ids]`; empty for the subject's own table.
    pub path: String,
    /// Whether it is one of a list.
    pub listed: bool,
    pub tables: Vec<Table<'t>>,
}

/// A header and the keys below it.
pub(super) struct Table<'t> {
    /// What tells it from other tables of its group.
    pub key: String,
    pub header: Option<Leaf<'t>>,
    /// Keys as they read.
    pub keys: Vec<(String, Leaf<'t>)>,
}

/// Cuts `text`; `None` where it can't be certain.
pub(super) fn cut(text: &str) -> Option<File<'_>> {
    let Pieces { pieces, tail } = pieces(text)?;
    let mut file = File { head: None, subjects: Vec::new(), tail: None };
    let mut from = text.len() - text.trim_start_matches('\u{feff}').len();
    if let Some(first) = pieces.first() {
        let lead = &text[from..first.lead.end];
        if let Some(end) = last_blank(lead) {
            let head = Leaf::comments(&lead[..end]);
            file.head = (!head.is_blank()).then_some(head);
            from += end;
        }
    }
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    for piece in &pieces {
        let end = line_end(text, piece);
        let leaf = Leaf::new(text, from..end, piece);
        from = end;
        file.add(piece, leaf, &mut seen)?;
    }
    let tail = Leaf::comments(&text[from.max(tail.start).min(text.len())..]);
    file.tail = (!tail.is_blank()).then_some(tail);
    Some(file)
}

/// Behind the line break that ends the piece.
fn line_end(text: &str, piece: &Piece<'_>) -> usize {
    let end = piece.range.end.max(piece.comment.end);
    text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
}

/// Behind the last blank line.
fn last_blank(lead: &str) -> Option<usize> {
    let mut at = 0;
    let mut found = None;
    for line in lead.split_inclusive('\n') {
        at += line.len();
        if line.ends_with('\n') && line.trim().is_empty() {
            found = Some(at);
        }
    }
    found
}

impl<'t> File<'t> {
    fn add(&mut self, piece: &Piece<'t>, leaf: Leaf<'t>, seen: &mut FxHashMap<String, usize>) -> Option<()> {
        match &piece.what {
            What::Key { parts, .. } => {
                if self.subjects.is_empty() {
                    self.begin(String::new(), "", seen);
                    self.group(String::new(), false, String::new(), None)?;
                }
                let subject = self.subjects.last_mut()?;
                let group = subject.groups.last_mut()?;
                if parts[..] == ["type"] && group.path.is_empty() && group.tables.len() < 2 {
                    subject.type_id = leaf.word();
                }
                let table = group.tables.last_mut()?;
                table.keys.push((parts.join("\u{0}"), leaf));
            }
            What::Header { double, parts } => {
                let own = parts.len().min(2);
                let key = parts[..own].join(".");
                let same = self
                    .subjects
                    .last()
                    .is_some_and(|last| last.key == key || last.key.starts_with(&format!("{key}\u{0}")));
                // `[[a]]` and `[[a.b]]` are no subjects; they are merged as lists all the same.
                if !same {
                    self.begin(key, if own == 2 { parts[0] } else { "" }, seen);
                }
                let path = parts[own..].join(".");
                let group = self.subjects.last().and_then(|subject| subject.groups.last());
                let within = group.is_some_and(|group| {
                    group.listed
                        && path.strip_prefix(&*group.path).is_some_and(|rest| {
                            rest.starts_with('.') || group.path.is_empty() && !rest.is_empty()
                        })
                });
                match within {
                    true => {
                        let count = self.subjects.len();
                        let subject = self.subjects.last_mut()?;
                        // No subject has such a key.
                        let place = format!("\u{0}{count}\u{0}{}\u{0}{path}", subject.groups.len());
                        let nth = *seen.entry(place).and_modify(|nth| *nth += 1).or_default();
                        let group = subject.groups.last_mut()?;
                        let key = format!("{path}\u{0}{nth}");
                        group.tables.push(Table { key, header: Some(leaf), keys: Vec::new() });
                    }
                    false => self.group(path.clone(), *double, path, Some(leaf))?,
                }
            }
        }
        Some(())
    }

    fn begin(&mut self, key: String, kind: &'t str, seen: &mut FxHashMap<String, usize>) {
        let nth = seen.entry(key.clone()).or_default();
        *nth += 1;
        let key = if *nth > 1 { format!("{key}\u{0}{nth}") } else { key };
        self.subjects.push(Subject { key, kind, type_id: None, groups: Vec::new() });
    }

    fn group(&mut self, path: String, listed: bool, key: String, header: Option<Leaf<'t>>) -> Option<()> {
        let table = Table { key, header, keys: Vec::new() };
        self.subjects.last_mut()?.groups.push(Group { path, listed, tables: vec![table] });
        Some(())
    }
}

/// Something with leaves in it, compared and written as a whole.
pub(super) trait Part<'t> {
    /// Its leaves, in order.
    fn leaves<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Leaf<'t>> + 'a>;

    /// Whether it reads as `other` does.
    fn reads_as(&self, other: &Self) -> bool {
        self.leaves().map(Leaf::norm).eq(other.leaves().map(Leaf::norm))
    }

    /// Its lines.
    fn lines(&self) -> String {
        self.leaves().map(Leaf::lines).collect()
    }
}

impl<'t> Part<'t> for Leaf<'t> {
    fn leaves<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Leaf<'t>> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<'t> Part<'t> for Table<'t> {
    fn leaves<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Leaf<'t>> + 'a> {
        Box::new(self.header.iter().chain(self.keys.iter().map(|(_, leaf)| leaf)))
    }
}

impl<'t> Part<'t> for Group<'t> {
    fn leaves<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Leaf<'t>> + 'a> {
        Box::new(self.tables.iter().flat_map(|table| table.leaves()))
    }
}

impl<'t> Part<'t> for Subject<'t> {
    fn leaves<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Leaf<'t>> + 'a> {
        Box::new(self.groups.iter().flat_map(|group| group.leaves()))
    }
}

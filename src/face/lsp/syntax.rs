//! What stands where in a text that is being typed: its headers and keys with all parts of their names, and the values with
//! what is in them. Where the text as a whole can't be cut, it is cut line by line, so that the rest can still be asked about.

use std::ops::Range;

use crate::diagnostic::Findings;
use crate::parse::{Piece, Spanned, Value, What, parse_within, pieces};
use crate::source::{FileId, Limits, Text};

/// A part of a key, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    /// Without quotation marks.
    pub name: String,
    /// With them.
    pub range: Range<usize>,
}

/// A header, or a key with its value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    /// The parts of the header that it stands under, those of its own key behind them; of a header, its parts.
    pub path: Vec<Part>,
    /// How many of them are the header's.
    pub above: usize,
    /// The value; of a header, `None`.
    pub value: Option<Range<usize>>,
    /// All of it, without a comment.
    pub range: Range<usize>,
    /// Of a header, whether it has two brackets.
    pub double: bool,
}

impl Entry {
    /// The names on the way to it.
    pub fn names(&self) -> Vec<&str> {
        self.path.iter().map(|part| part.name.as_str()).collect()
    }
}

/// A text or key within a value, and the names on the way to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Leaf {
    /// Of the entry, and then of tables in the value.
    pub path: Vec<String>,
    /// What it reads.
    pub text: String,
    /// Where it stands, with its quotation marks.
    pub range: Range<usize>,
    /// Whether it is a key.
    pub is_key: bool,
}

/// All entries of `text`, in order.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    if let Some(all) = pieces(text) {
        let mut found = Found::default();
        all.pieces.iter().for_each(|piece| found.add(text, 0, piece));
        return found.entries;
    }
    let (mut found, mut at) = (Found::default(), 0);
    for line in text.split_inclusive('\n') {
        for piece in pieces(line).into_iter().flat_map(|all| all.pieces) {
            found.add(line, at, &piece);
        }
        at += line.len();
    }
    found.entries
}

#[derive(Default)]
struct Found {
    entries: Vec<Entry>,
    header: Vec<Part>,
}

impl Found {
    /// Adds a piece of `text`, which begins at `base` of the whole.
    fn add(&mut self, text: &str, base: usize, piece: &Piece<'_>) {
        let range = base + piece.range.start..base + piece.range.end;
        let part = |name: &&str| {
            // Parts are borrowed from the text.
            let start =
                (name.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize).min(text.len() - name.len());
            let quoted = start > 0 && matches!(text.as_bytes()[start - 1], b'"' | b'\'');
            let (start, end) =
                if quoted { (start - 1, start + name.len() + 1) } else { (start, start + name.len()) };
            Part { name: (*name).to_owned(), range: base + start..base + end }
        };
        match &piece.what {
            What::Header { double, parts } => {
                self.header = parts.iter().map(part).collect();
                let (path, above) = (self.header.clone(), self.header.len());
                self.entries.push(Entry { path, above, value: None, range, double: *double });
            }
            What::Key { parts, value, .. } => {
                let path = self.header.iter().cloned().chain(parts.iter().map(part)).collect();
                let value = Some(base + value.start..base + value.end);
                self.entries.push(Entry { path, above: self.header.len(), value, range, double: false });
            }
        }
    }
}

/// The texts and keys in the value of `entry`, in order; none where the value can't be read.
pub(super) fn leaves(text: &str, entry: &Entry, limits: &Limits) -> Vec<Leaf> {
    let Some(range) = &entry.value else { return Vec::new() };
    let mut path: Vec<String> = entry.path.iter().map(|part| part.name.clone()).collect();
    let value = &text[range.clone()];
    // As nearly all are.
    if let Some(inner) = plain(value) {
        return vec![Leaf { path, text: inner.to_owned(), range: range.clone(), is_key: false }];
    }
    if !matches!(value.as_bytes().first(), Some(b'"' | b'\'' | b'[' | b'{')) {
        return Vec::new();
    }
    const BEFORE: &[u8] = b"v = ";
    let alone = Text { path: "".into(), bytes: [BEFORE, value.as_bytes()].concat().into() };
    let document = parse_within(FileId(0), &alone, limits, &mut Findings::new());
    let mut leaves = Vec::new();
    if let Some(root) = document.root.get("v") {
        walk(root, &mut path, &mut leaves);
    }
    let at = |at: usize| (at + range.start).saturating_sub(BEFORE.len());
    leaves.iter_mut().for_each(|leaf| leaf.range = at(leaf.range.start)..at(leaf.range.end));
    leaves
}

/// What stands between the quotation marks of a text on one line without escapes.
pub(super) fn plain(value: &str) -> Option<&str> {
    let mark = value.bytes().next().filter(|mark| matches!(mark, b'"' | b'\''))?;
    let inner =
        value.get(1..value.len() - 1).filter(|_| value.len() >= 2 && value.as_bytes().ends_with(&[mark]))?;
    memchr::memchr3(mark, b'\\', b'\n', inner.as_bytes()).is_none().then_some(inner)
}

fn walk(value: &Spanned<Value<'_>>, path: &mut Vec<String>, leaves: &mut Vec<Leaf>) {
    let leaf = |path: &[String], text: &str, range, is_key| {
        let (path, text) = (path.to_vec(), text.to_owned());
        Leaf { path, text, range, is_key }
    };
    match value.get_ref() {
        Value::String(read) => leaves.push(leaf(path, read, value.span(), false)),
        Value::Array(items) => items.iter().for_each(|item| walk(item, path, leaves)),
        Value::Table(table) => {
            for (key, inner) in table {
                leaves.push(leaf(path, key.get_ref(), key.span(), true));
                path.push(key.get_ref().to_string());
                walk(inner, path, leaves);
                path.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let own = |entry: &Entry| {
            let path = entry.path.iter().map(|part| &text[part.range.clone()]).collect::<Vec<_>>().join("/");
            let value = entry.value.clone().map(|range| format!(" = {}", &text[range])).unwrap_or_default();
            format!("{path}{value}")
        };
        entries(text).iter().map(own).collect()
    }

    #[test]
    fn keys_know_the_header_above() {
        let text = "# x\n[term.acv]\nlabel = \"ACV\" # y\n[[term.acv.\"also\"]]\nwhen.region = 'uk'\n";
        let all = [
            "term/acv",
            "term/acv/label = \"ACV\"",
            "term/acv/\"also\"",
            "term/acv/\"also\"/when/region = 'uk'",
        ];
        assert_eq!(shown(text), all);
    }

    #[test]
    fn what_is_being_typed_hides_nothing_else() {
        let text = "[term.acv]\nlabel = \nowner = \"finance\"\n[[term.acv.al\nunit = \"EUR\"\n[term.b]\nlabel = \"B\"\n";
        let all = [
            "term/acv",
            "term/acv/owner = \"finance\"",
            "term/acv/unit = \"EUR\"",
            "term/b",
            "term/b/label = \"B\"",
        ];
        assert_eq!(shown(text), all);
    }

    #[test]
    fn texts_in_lists_and_tables_know_their_places() {
        let text = "a.b = [\n  \"one\", { when = { region = \"u\\u006b\" } },\n]\n";
        let entry = &entries(text)[0];
        let leaves = leaves(text, entry, &Limits::default());
        let own =
            |leaf: &Leaf| format!("{} {} {}", leaf.path.join("/"), leaf.text, &text[leaf.range.clone()]);
        let all: Vec<String> = leaves.iter().map(own).collect();
        let wanted =
            ["a/b one \"one\"", "a/b when when", "a/b/when region region", "a/b/when/region uk \"u\\u006b\""];
        assert_eq!(all, wanted);
    }
}

//! Cuts a text into its headers and statements with all that stands between them, so that nothing is lost: who lays out
//! or merges files puts these pieces together again.
//!
//! It does not parse. On every text without an error it agrees with the parser where statements begin and end.

use std::ops::Range;

use super::chunks::{after_mark, bare_end, next_content, statement_end};
use super::lex::{line_end, string_end};

/// A header or a key with its value, and what stands before it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece<'t> {
    /// Blank lines, comments and indentation above it: from the end of the piece before (its line break included).
    pub lead: Range<usize>,
    /// The piece itself, without a comment behind it.
    pub range: Range<usize>,
    /// The comment behind it, on its last line; empty where there is none.
    pub comment: Range<usize>,
    /// What it is.
    pub what: What<'t>,
}

/// What a piece is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What<'t> {
    /// `[a.b]`, or `[[a.b]]` where `double`.
    Header {
        /// Whether it has two brackets.
        double: bool,
        /// Its parts, as in [`What::Key`].
        parts: Vec<&'t str>,
    },
    /// A key and its value.
    Key {
        /// Its parts, without quotation marks; one with a backslash keeps them, for what it reads is not looked at.
        parts: Vec<&'t str>,
        /// Where the key stands.
        key: Range<usize>,
        /// Where the value stands.
        value: Range<usize>,
    },
}

/// A text, cut.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pieces<'t> {
    /// In order. From the first lead on they cover the text, but for blanks before comments.
    pub pieces: Vec<Piece<'t>>,
    /// What stands behind the last one.
    pub tail: Range<usize>,
}

/// Cuts `text`; `None` where it can't be certain, which is never so for a text that parses and is not nested deeper than
/// may be.
pub fn pieces(text: &str) -> Option<Pieces<'_>> {
    let bytes = text.as_bytes();
    let mut all = Pieces::default();
    let mut at = after_mark(bytes);
    while let Some(start) = next_content(bytes, at) {
        let lead = at..start;
        let piece = if bytes[start] == b'[' { header(text, start)? } else { key(text, start)? };
        let piece = Piece { lead, ..piece };
        at = if piece.comment.is_empty() { piece.range.end } else { piece.comment.end };
        if !text[at..line_end(bytes, at)].trim().is_empty() {
            return None;
        }
        all.pieces.push(piece);
    }
    all.tail = at..bytes.len();
    Some(all)
}

/// One past the string that begins at `at`; `None` where it is never closed.
pub fn text_end(text: &str, at: usize) -> Option<usize> {
    string_end(text.as_bytes(), at).ok()
}

fn header(text: &str, start: usize) -> Option<Piece<'_>> {
    let bytes = text.as_bytes();
    let double = bytes.get(start + 1) == Some(&b'[');
    let (parts, at) = parts(text, start + 1 + usize::from(double))?;
    let close: &[u8] = if double { b"]]" } else { b"]" };
    if !bytes[at..].starts_with(close) {
        return None;
    }
    let range = start..at + close.len();
    let comment = comment(text, range.end);
    Some(Piece { lead: 0..0, range, comment, what: What::Header { double, parts } })
}

fn key(text: &str, start: usize) -> Option<Piece<'_>> {
    let bytes = text.as_bytes();
    let (parts, at) = parts(text, start)?;
    if bytes.get(at) != Some(&b'=') {
        return None;
    }
    let key = start..start + text[start..at].trim_end().len();
    let from = blanks(bytes, at + 1);
    let end = statement_end(bytes, start)?;
    let to = from + value_end(bytes, from, end)?;
    let value = from..from + text[from..to].trim_end().len();
    if value.is_empty() {
        return None;
    }
    let comment = comment(text, value.end);
    Some(Piece { lead: 0..0, range: start..value.end, comment, what: What::Key { parts, key, value } })
}

/// The parts of the key at `at`, and what comes behind it and the blanks there.
fn parts(text: &str, mut at: usize) -> Option<(Vec<&str>, usize)> {
    let bytes = text.as_bytes();
    let mut parts = Vec::with_capacity(3);
    loop {
        at = blanks(bytes, at);
        let end = match bytes.get(at)? {
            b'"' | b'\'' => string_end(bytes, at).ok()?,
            _ => bare_end(bytes, at)?,
        };
        let part = &text[at..end];
        let inner = part.get(1..part.len().saturating_sub(1)).unwrap_or_default();
        let is_quoted = matches!(bytes[at], b'"' | b'\'');
        let escapes = bytes[at] == b'"' && inner.contains('\\');
        parts.push(if is_quoted && !escapes { inner } else { part });
        at = blanks(bytes, end);
        if bytes.get(at) != Some(&b'.') {
            return Some((parts, at));
        }
        at += 1;
    }
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at.min(bytes.len())..];
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// How far the value goes that begins at `from`, of a statement that ends at `end`: to its comment, if it has one.
fn value_end(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0_usize);
    while at < end {
        at = match bytes[at] {
            b'"' | b'\'' => string_end(bytes, at).ok()?,
            b'[' | b'{' => {
                depth += 1;
                at + 1
            }
            b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                at + 1
            }
            b'#' if depth == 0 => break,
            b'#' => line_end(bytes, at),
            _ => at + 1,
        };
    }
    Some(at.min(end) - from)
}

/// The comment behind `at` on its line.
fn comment(text: &str, at: usize) -> Range<usize> {
    let start = blanks(text.as_bytes(), at);
    match text.as_bytes().get(start) {
        Some(b'#') => {
            let line = &text[start..line_end(text.as_bytes(), start)];
            start..start + line.trim_end().len()
        }
        _ => at..at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_into_headers_and_keys_with_what_stands_above_them() {
        let text = "\u{feff}# a\n\n  [ term . \"a b\" ] # b\r\nx.'y' = [ # c\n \"]\",\n] # d\nz=\"#\"\n\n# e\n[[term.a.also]]\nt = '''\n[x]\n'''  \n# f\n";
        let cut = pieces(text).expect("good TOML");
        let told: Vec<_> = cut
            .pieces
            .iter()
            .map(|piece| {
                (&text[piece.lead.clone()], &text[piece.range.clone()], &text[piece.comment.clone()])
            })
            .collect();
        let expected = [
            ("# a\n\n  ", "[ term . \"a b\" ]", "# b"),
            ("\r\n", "x.'y' = [ # c\n \"]\",\n]", "# d"),
            ("\n", "z=\"#\"", ""),
            ("\n\n# e\n", "[[term.a.also]]", ""),
            ("\n", "t = '''\n[x]\n'''", ""),
        ];
        assert_eq!(told, expected);
        assert_eq!(&text[cut.tail], "  \n# f\n");
        let parts = |at: usize| match &cut.pieces[at].what {
            What::Header { parts, .. } | What::Key { parts, .. } => parts.clone(),
        };
        assert_eq!((parts(0), parts(1)), (vec!["term", "a b"], vec!["x", "y"]));
    }

    #[test]
    fn whatever_is_doubtful_is_not_cut() {
        for text in [
            "x",
            "x = ",
            "[a",
            "[[a]",
            "[a] b",
            "x = 1 ]",
            "x = [",
            "= 1",
            "x = \"",
            "x.. = 1",
            "x = 1 # a\ny",
        ] {
            assert_eq!(pieces(text), None, "{text:?}");
        }
        assert_eq!(pieces("").map(|cut| cut.pieces.len()), Some(0));
    }
}

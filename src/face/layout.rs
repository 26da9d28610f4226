//! The one way in which knowledge files are laid out: for `dictum fmt`, and for editors.
//!
//! What it does, and why no more:
//!
//! * It moves and spaces; it never respells. Quotation marks, numbers, dates and what stands in texts stay as they were typed, so
//!   that nobody has to look whether a value is still the same. The result is parsed and held against what was there.
//! * Subjects, blocks, sets and values keep the order in which they were written: that order is the author's, and nothing
//!   decides by it. Only keys of one table are put in order ([`order`]), and only those that no blank line parts: a blank
//!   line is how an author says what belongs together (`taplo` draws the same line, <https://taplo.tamasfe.dev/configuration/formatter-options.html>).
//! * `=` and comments are lined up where the author began to; else one blank stands before them. Lining up by itself would
//!   change ten lines for one, which is what makes merges conflict.
//! * No indentation; one blank line at most, and one before each subject; lists on one line, or broken where the author
//!   broke them, with a comma behind the last value so that the next one adds a line and changes none.
//! * Line breaks are those of the file's first line, except in texts, where they are content. A byte-order mark goes.

use std::ops::Range;

use crate::diagnostic::Findings;
use crate::parse::{Piece, Pieces, What, parse_within, pieces, same};
use crate::source::{FileId, Limits, Text};

mod body;
mod order;
mod value;

pub(in crate::face) use body::tight;
pub(in crate::face) use value::{laid_out as laid_out_value, plain_items};

/// Why a text was left as it is.
#[derive(Clone, Debug)]
pub(in crate::face) enum Left {
    /// It has mistakes: these.
    Mistakes(Findings),
    /// Laid out it would say something else. A fault of this program, and no one's mistake.
    WouldChange,
}

/// A stretch of a text, and what is to stand there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::face) struct Edit {
    /// Bytes of the text as it was.
    pub range: Range<usize>,
    /// What takes their place.
    pub text: String,
}

/// The text laid out: the same where it is so already.
pub(in crate::face) fn laid_out(file: FileId, text: &Text, limits: &Limits) -> Result<String, Left> {
    let old = readable(file, text, limits)?;
    let new = apply(old, &edits_of(old, None).ok_or(Left::WouldChange)?);
    let bytes = new.as_bytes().into();
    if says_the_same(file, text, &Text { path: text.path.clone(), bytes }, limits) {
        Ok(new)
    } else {
        Err(Left::WouldChange)
    }
}

/// What to change in a text so that it is laid out, in order; with `range` only in the tables that it touches, each
/// as a whole: a key that moves leaves one place and comes to another.
pub(in crate::face) fn edits(
    file: FileId,
    text: &Text,
    range: Option<Range<usize>>,
    limits: &Limits,
) -> Result<Vec<Edit>, Left> {
    let old = readable(file, text, limits)?;
    let edits = edits_of(old, range).ok_or(Left::WouldChange)?;
    let bytes = apply(old, &edits).into_bytes().into();
    if says_the_same(file, text, &Text { path: text.path.clone(), bytes }, limits) {
        Ok(edits)
    } else {
        Err(Left::WouldChange)
    }
}

/// `text` with `edits`, which are in order, made in it.
pub(in crate::face) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut new = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        new.push_str(&text[at..edit.range.start]);
        new.push_str(&edit.text);
        at = edit.range.end;
    }
    new.push_str(&text[at..]);
    new
}

/// The text, if it has no mistakes in its TOML.
fn readable<'t>(file: FileId, text: &'t Text, limits: &Limits) -> Result<&'t str, Left> {
    let mut findings = Findings::new();
    let document = parse_within(file, text, limits, &mut findings);
    if !document.whole || findings.has_errors() {
        findings.finish();
        return Err(Left::Mistakes(findings));
    }
    std::str::from_utf8(&text.bytes).map_err(|_| Left::WouldChange)
}

fn says_the_same(file: FileId, old: &Text, new: &Text, limits: &Limits) -> bool {
    let mut findings = Findings::new();
    let before = parse_within(file, old, limits, &mut Findings::new());
    let after = parse_within(file, new, limits, &mut findings);
    after.whole && !findings.has_errors() && same(&before.root, &after.root)
}

/// A table: its header, where it has one, and its keys.
struct Section<'p, 't> {
    header: Option<&'p Piece<'t>>,
    keys: &'p [Piece<'t>],
}

impl Section<'_, '_> {
    /// Where it stands, from the end of what is before it.
    fn range(&self) -> Range<usize> {
        let first = self.header.or(self.keys.first());
        let last = self.keys.last().or(self.header);
        let end = |piece: &Piece<'_>| piece.range.end.max(piece.comment.end);
        first.map_or(0, |piece| piece.lead.start)..last.map_or(0, end)
    }
}

fn sections<'p, 't>(pieces: &'p [Piece<'t>]) -> Vec<Section<'p, 't>> {
    let is_header = |piece: &Piece<'_>| matches!(piece.what, What::Header { .. });
    let mut sections = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let first = at + usize::from(is_header(&pieces[at]));
        let end = pieces[first..].iter().position(is_header).map_or(pieces.len(), |found| first + found);
        let header = (first > at).then(|| &pieces[at]);
        sections.push(Section { header, keys: &pieces[first..end] });
        at = end;
    }
    sections
}

/// How the text is written down.
#[derive(Clone, Copy)]
struct Style<'t> {
    text: &'t str,
    /// What ends its lines.
    end: &'static str,
}

fn edits_of(text: &str, range: Option<Range<usize>>) -> Option<Vec<Edit>> {
    let Pieces { pieces, tail } = pieces(text)?;
    let end = match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let style = Style { text, end };
    let touched = |own: &Range<usize>| {
        range.as_ref().is_none_or(|range| own.start <= range.end && range.start <= own.end)
    };
    let mut edits = Vec::new();
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    if mark > 0 && touched(&(0..mark)) {
        edits.push(Edit { range: 0..mark, text: String::new() });
    }
    let sections = sections(&pieces);
    let mut before = None;
    for section in &sections {
        let own = section.range();
        if touched(&own) {
            let laid = body::section(section.header, section.keys, before, style)?;
            edits.extend(edit(text, own, laid));
        }
        before = Some(section);
    }
    if touched(&tail) {
        let laid = body::tail(tail.clone(), sections.is_empty(), style);
        edits.extend(edit(text, tail, laid));
    }
    Some(edits)
}

/// The edit that puts `new` at `range`, as small as whole lines allow.
fn edit(text: &str, range: Range<usize>, new: String) -> Option<Edit> {
    let old = &text[range.clone()];
    if old == new {
        return None;
    }
    let lines = |text: &str| text.split_inclusive('\n').map(str::len).collect::<Vec<_>>();
    let (before, after) = (lines(old), lines(&new));
    let mut start = 0;
    for (one, two) in before.iter().zip(&after) {
        if old.get(start..start + one) != new.get(start..start + two) {
            break;
        }
        start += one;
    }
    let mut behind = 0;
    for (one, two) in before.iter().rev().zip(after.iter().rev()) {
        let (from, to) = (old.len() - behind, new.len() - behind);
        let fits = from - one >= start && to - two >= start;
        if !fits || old[from - one..from] != new[to - two..to] {
            break;
        }
        behind += one;
    }
    let text = new[start..new.len() - behind].to_owned();
    Some(Edit { range: range.start + start..range.end - behind, text })
}

#[cfg(test)]
mod tests;

//! A table laid out: what stands above its header, the header, its keys in their order.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::order::{Table, rank};
use super::{Section, Style, value};
use crate::parse::{Piece, What};

/// The table with all above its header, from the end of the line before on; `None` where it can't be certain.
pub(super) fn section(
    header: Option<&Piece<'_>>,
    keys: &[Piece<'_>],
    before: Option<&Section<'_, '_>>,
    style: Style<'_>,
) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    if let Some(header) = header {
        let mut above = above(header, style, before.is_none());
        // What was said of another subject ends where a blank line is; comments right below it are its own.
        let of_another = before.is_some_and(|before| !is_one_subject(before.header, header));
        if of_another && !above.contains(&"") {
            above.insert(0, "");
        }
        lines.extend(above.into_iter().map(ToOwned::to_owned));
        lines.push(with_comment(tight(&style.text[header.range.clone()]), header, style, 0));
    }
    let table = header.map(Table::of);
    let is_first = header.is_none() && before.is_none();
    let mut paragraphs = paragraphs(keys, table.as_ref(), is_first, style);
    for (at, paragraph) in paragraphs.iter_mut().enumerate() {
        let mut above = std::mem::take(&mut paragraph.above);
        if at == 0 && above.first() == Some(&"") {
            above.remove(0);
        }
        lines.extend(above.into_iter().map(ToOwned::to_owned));
        paragraph.items.sort_by_key(|item| item.rank);
        paragraph.lines(&mut lines, style)?;
    }
    let mut text = if before.is_none() { String::new() } else { style.end.to_owned() };
    text.push_str(&lines.join(style.end));
    Some(text)
}

/// What stands behind all tables, to the end of the file.
pub(super) fn tail(range: Range<usize>, is_all: bool, style: Style<'_>) -> String {
    let mut lines = collapsed(style.text[range].split('\n').map(str::trim).skip(usize::from(!is_all)));
    while lines.last() == Some(&"") {
        lines.pop();
    }
    if is_all && lines.first() == Some(&"") {
        lines.remove(0);
    }
    let mut text = lines.join(style.end);
    if !is_all && !lines.is_empty() {
        text.insert_str(0, style.end);
    }
    if !is_all || !text.is_empty() {
        text.push_str(style.end);
    }
    text
}

/// Keys that no blank line parts.
struct Paragraph<'p, 't> {
    /// Comments and blank lines that belong to all of it; a blank line ends them.
    above: Vec<&'t str>,
    items: Vec<Item<'p, 't>>,
}

/// A key with the comments right above it.
struct Item<'p, 't> {
    above: Vec<&'t str>,
    piece: &'p Piece<'t>,
    rank: usize,
}

fn paragraphs<'p, 't>(
    keys: &'p [Piece<'t>],
    table: Option<&Table>,
    is_first: bool,
    style: Style<'t>,
) -> Vec<Paragraph<'p, 't>> {
    let mut paragraphs: Vec<Paragraph<'p, 't>> = Vec::new();
    for (at, piece) in keys.iter().enumerate() {
        let mut lines = above(piece, style, is_first && at == 0);
        let parting = lines.iter().rposition(|line| line.is_empty()).map_or(0, |blank| blank + 1);
        let own = lines.split_off(parting);
        let rank = match &piece.what {
            What::Key { parts, .. } => rank(table, parts.first().copied().unwrap_or_default()),
            What::Header { .. } => 0,
        };
        let item = Item { above: own, piece, rank };
        match paragraphs.last_mut() {
            Some(paragraph) if lines.is_empty() => paragraph.items.push(item),
            _ => paragraphs.push(Paragraph { above: lines, items: vec![item] }),
        }
    }
    paragraphs
}

impl Paragraph<'_, '_> {
    fn lines(&self, into: &mut Vec<String>, style: Style<'_>) -> Option<()> {
        let text = style.text;
        let key = |item: &Item<'_, '_>| Some(tight(&text[key_and_value(item)?.0]));
        let keys: Vec<String> = self.items.iter().map(key).collect::<Option<_>>()?;
        let width = if self.items.iter().any(|item| is_lined_up(item, text)) {
            keys.iter().map(|key| key.width()).max().unwrap_or(0)
        } else {
            0
        };
        let mut statements = Vec::with_capacity(keys.len());
        for (key, item) in keys.iter().zip(&self.items) {
            let (_, at) = key_and_value(item)?;
            let pad = width.saturating_sub(key.width());
            let laid = value::laid_out(&text[at], style.end);
            statements.push(format!("{key}{:pad$} = {laid}", ""));
        }
        let columns = self.columns(&statements);
        for ((item, statement), column) in self.items.iter().zip(statements).zip(columns) {
            into.extend(item.above.iter().map(|line| (*line).to_owned()));
            into.push(with_comment(statement, item.piece, style, column));
        }
        Some(())
    }

    /// How wide each statement is to be before its comment: comments of lines that follow each other are lined up where
    /// one of them is set off.
    fn columns(&self, statements: &[String]) -> Vec<usize> {
        let mut columns = vec![0; statements.len()];
        let mut at = 0;
        let has = |at: usize| {
            let comment = &self.items[at].piece.comment;
            !comment.is_empty() && !statements[at].contains('\n')
        };
        while at < statements.len() {
            let mut end = at;
            while end < statements.len() && has(end) && (end == at || self.items[end].above.is_empty()) {
                end += 1;
            }
            let set_off = |item: &Item<'_, '_>| item.piece.comment.start > item.piece.range.end + 1;
            if self.items[at..end].iter().any(set_off) {
                let widest = statements[at..end].iter().map(|line| line.width()).max().unwrap_or(0);
                columns[at..end].fill(widest);
            }
            at = end.max(at + 1);
        }
        columns
    }
}

fn key_and_value(item: &Item<'_, '_>) -> Option<(Range<usize>, Range<usize>)> {
    match &item.piece.what {
        What::Key { key, value, .. } => Some((key.clone(), value.clone())),
        What::Header { .. } => None,
    }
}

/// Whether more than a blank stands before `=`.
fn is_lined_up(item: &Item<'_, '_>, text: &str) -> bool {
    key_and_value(item).is_some_and(|(key, value)| {
        let between = &text[key.end..value.start];
        let blanks = between.find('=').map_or("", |at| &between[..at]);
        blanks.len() > 1 || blanks.contains('\t')
    })
}

fn with_comment(mut line: String, piece: &Piece<'_>, style: Style<'_>, width: usize) -> String {
    if !piece.comment.is_empty() {
        let pad = width.saturating_sub(line.width()) + 1;
        line.extend(std::iter::repeat_n(' ', pad));
        line.push_str(&style.text[piece.comment.clone()]);
    }
    line
}

/// The comments above a piece, and the blank lines between them, none twice.
fn above<'t>(piece: &Piece<'_>, style: Style<'t>, is_first: bool) -> Vec<&'t str> {
    let mut lines: Vec<&str> = style.text[piece.lead.clone()].split('\n').map(str::trim).collect();
    // Behind the last line break is what indents the piece itself.
    lines.pop();
    let skip = usize::from(!is_first).min(lines.len());
    let mut lines = collapsed(lines.drain(..).skip(skip));
    if is_first && lines.first() == Some(&"") {
        lines.remove(0);
    }
    lines
}

fn collapsed<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut all: Vec<&str> = lines.collect();
    all.dedup_by(|one, before| one.is_empty() && before.is_empty());
    all
}

/// Whether two headers are of one subject.
fn is_one_subject(one: Option<&Piece<'_>>, other: &Piece<'_>) -> bool {
    let parts = |piece: &Piece<'_>| match &piece.what {
        What::Header { parts, .. } if parts.len() > 1 => Some((parts[0].to_owned(), parts[1].to_owned())),
        _ => None,
    };
    one.and_then(parts).is_some_and(|one| Some(one) == parts(other))
}

/// A key or header without the blanks around its dots and brackets.
pub(in crate::face) fn tight(key: &str) -> String {
    let mut tight = String::with_capacity(key.len());
    let mut quote = None;
    let mut escaped = false;
    for c in key.chars() {
        match quote {
            Some(open) => {
                if c == open && !escaped {
                    quote = None;
                }
                escaped = c == '\\' && open == '"' && !escaped;
            }
            None if matches!(c, ' ' | '\t') => continue,
            None => quote = matches!(c, '"' | '\'').then_some(c),
        }
        tight.push(c);
    }
    tight
}

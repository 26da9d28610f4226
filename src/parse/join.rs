//! Parses a text piece by piece and joins what the pieces say to one tree, as TOML joins tables.
//!
//! For texts with mistakes: a broken header or an open bracket costs its own statement, and not what follows. And
//! for long ones: the parser's memory goes with the piece, not with the text. Where the parser finds no error in the whole, the
//! tree is the same but for the order of keys.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable as Table, DeValue as Value};

use super::merge::{is_mark, unfinished};
use super::mistake::{duplicate, line_of, word};
use super::outline::{Outline, Piece};
use super::report::Report;
use super::tree::Made;
use crate::diagnostic::codes;
use crate::source::invisible;

type Key<'t> = Spanned<Cow<'t, str>>;

/// What the pieces say together, and whether all of it was good TOML.
pub(super) fn join<'t>(text: &'t str, outline: &Outline, report: &mut Report<'_>) -> (Table<'t>, bool) {
    let mut join = Join {
        text,
        headers: &outline.headers,
        report,
        root: Table::new(),
        target: Some(Vec::new()),
        is_good: true,
        said_up_to: 0,
        merges: unfinished(text),
        in_merge: false,
    };
    for piece in &outline.pieces {
        join.add(piece);
    }
    (join.root, join.is_good)
}

struct Join<'a, 'f, 't> {
    text: &'t str,
    headers: &'a [Range<usize>],
    report: &'a mut Report<'f>,
    root: Table<'t>,
    /// The table that statements go to; `None` below a header that was no good.
    target: Option<Vec<Cow<'t, str>>>,
    is_good: bool,
    /// Where the last line with a mistake ended: one a line is said.
    said_up_to: usize,
    /// Merges that were not finished, in order, which were said as such.
    merges: Vec<Range<usize>>,
    /// Behind a line that opens one, though it may never be closed.
    in_merge: bool,
}

impl<'t> Join<'_, '_, 't> {
    fn add(&mut self, piece: &Piece) {
        if !piece.header.is_empty() {
            self.target = self.header(piece);
        }
        if self.text[piece.body.clone()].trim_ascii().is_empty() {
            return;
        }
        let (body, errors) = Table::parse_recoverable(&self.text[piece.body.clone()]);
        let wrong = self.report_all(&errors, piece.body.start, Some(body.get_ref()));
        let Some(path) = self.target.clone() else { return };
        let mut body = body.into_inner();
        if let Some(header) = self.failed_header(piece, &wrong) {
            // What stands below it belongs to no table that is known; and a table that is said whole is not below it.
            let stands = |(key, value): &(Key<'t>, Spanned<Value<'t>>)| {
                key.span().start < header || matches!(value.get_ref(), Value::Table(_))
            };
            body = body.into_iter().filter(stands).collect();
        }
        let body = moved_table(body, piece.body.start, &wrong);
        let Some(target) = navigate(&mut self.root, &path) else { return };
        let mut repeated = Vec::new();
        let made = |span| made(self.text, self.headers, span);
        add_all(target, body, &made, &mut repeated);
        for (key, first) in repeated {
            self.report_duplicate(key, Some(first));
        }
    }

    /// Above all headers stand no plain statements: where the first mistake is on a line without `=`, that line was
    /// meant as a header.
    fn failed_header(&self, piece: &Piece, wrong: &[usize]) -> Option<usize> {
        let first = *wrong.first().filter(|_| piece.header.is_empty())?;
        let (line, _) = line_of(self.text, piece.body.start + first);
        (!line.contains('=')).then_some(first)
    }

    /// Makes the table that the header of `piece` names; gives the way to it.
    fn header(&mut self, piece: &Piece) -> Option<Vec<Cow<'t, str>>> {
        let slice = &self.text[piece.header.clone()];
        let (parsed, errors) = Table::parse_recoverable(slice);
        if !errors.is_empty() {
            self.report_all(&errors, piece.header.start, None);
            return None;
        }
        let mut parsed = moved_table(parsed.into_inner(), piece.header.start, &[]);
        let mut table = &mut self.root;
        let mut path = Vec::new();
        loop {
            let (key, value) = parsed.into_iter().next()?;
            path.push(key.get_ref().clone());
            match value.into_inner() {
                Value::Table(inner) if !inner.is_empty() => {
                    let span = key.span();
                    let Some(below) = way(table, key, self.text, self.headers) else {
                        self.report_duplicate(span, None);
                        return None;
                    };
                    table = below;
                    parsed = inner;
                }
                last => {
                    let is_array = slice.starts_with("[[");
                    let place = piece.header.clone();
                    let header = Spanned::new(place.start..place.start + slice.trim_end().len(), last);
                    if let Err((key, first)) = end(table, key, header, is_array, self.text, self.headers) {
                        self.report_duplicate(key, Some(first));
                        return None;
                    }
                    return Some(path);
                }
            }
        }
    }

    /// Words for the parser's errors, one a line: the first that it found there, for it looks at the order of things
    /// before it looks into them. Gives where errors are within the piece, sorted.
    fn report_all(
        &mut self,
        errors: &[toml::de::Error],
        offset: usize,
        body: Option<&Table<'t>>,
    ) -> Vec<usize> {
        self.is_good &= errors.is_empty();
        let mut sorted: Vec<(Range<usize>, usize)> =
            errors.iter().enumerate().map(|(index, error)| (error.span().unwrap_or(0..0), index)).collect();
        sorted.sort_by_key(|(span, index)| (span.start, *index));
        let bytes = &self.text.as_bytes()[offset..];
        let same_line = |a: &(Range<usize>, usize), b: &(Range<usize>, usize)| {
            let end = b.0.start.min(bytes.len());
            !bytes[a.0.start.min(end)..end].contains(&b'\n')
        };
        for line in sorted.chunk_by(same_line) {
            let Some((span, index)) = line.iter().min_by_key(|(_, index)| *index) else { continue };
            let at = (offset + span.start).min(self.text.len())..(offset + span.end).min(self.text.len());
            self.report_one(at, errors[*index].message(), offset, body);
        }
        sorted.into_iter().map(|(span, _)| span.start).collect()
    }

    fn report_one(&mut self, at: Range<usize>, message: &str, offset: usize, body: Option<&Table<'t>>) {
        let line = line_of(self.text, at.start);
        let is_said = self.is_of_merge(line.1) && is_mark(line.0);
        if line.1 < self.said_up_to || is_said || self.is_hidden(at.start) || self.is_rest_of_merge(line.0) {
            return;
        }
        self.said_up_to = line.1 + line.0.len();
        if message == "duplicate key" {
            let known = body.and_then(|body| body.get_key_value(&self.text[at.clone()]));
            let first = known.map(|(key, _)| offset + key.span().start..offset + key.span().end);
            self.report_duplicate(at, first);
        } else if !self.report.is_enough(&codes::BAD_TOML) {
            let finding = word(self.text, at, message, self.report);
            self.report.push(finding);
        }
    }

    /// Whether what stands there is of a merge that was not finished.
    fn is_of_merge(&self, at: usize) -> bool {
        let after = self.merges.partition_point(|merge| merge.start <= at);
        after.checked_sub(1).is_some_and(|before| self.merges[before].contains(&at))
    }

    /// Of lines that look like those of a merge the first says it all.
    fn is_rest_of_merge(&mut self, line: &str) -> bool {
        let begins = line.starts_with("<<<<<<<");
        let rest = self.in_merge && (line.starts_with("=======") || line.starts_with(">>>>>>>"));
        self.in_merge = begins || self.in_merge && !line.starts_with(">>>>>>>");
        rest
    }

    /// A hidden character was reported as such already.
    fn is_hidden(&self, at: usize) -> bool {
        let character = self.text.get(at..).and_then(|rest| rest.chars().next());
        character.is_some_and(|it| it == '\r' || invisible(it).is_some())
    }

    fn report_duplicate(&mut self, key: Range<usize>, first: Option<Range<usize>>) {
        self.is_good = false;
        // The two sides of a merge that was not finished say the same things twice.
        let is_of_merge = self.in_merge || self.is_of_merge(key.start);
        if !is_of_merge && !self.report.is_enough(&codes::DUPLICATE_KEY) {
            let finding = duplicate(self.text, key, first, self.report);
            self.report.push(finding);
        }
    }
}

/// How the table whose span begins at `start` came to be.
fn made(text: &str, headers: &[Range<usize>], start: usize) -> Made {
    let after = headers.partition_point(|header| header.start <= start);
    let in_header = after.checked_sub(1).is_some_and(|index| headers[index].contains(&start));
    match (text.as_bytes().get(start), in_header) {
        (Some(b'['), true) => Made::Header,
        (_, true) => Made::OnTheWay,
        (Some(b'{'), false) => Made::Inline,
        (_, false) => Made::Dotted,
    }
}

/// The table at `key`, on the way of a header to its own; made where there is none.
fn way<'a, 't>(
    table: &'a mut Table<'t>,
    key: Key<'t>,
    text: &str,
    headers: &[Range<usize>],
) -> Option<&'a mut Table<'t>> {
    let name = key.get_ref().clone();
    if !table.contains_key(&*name) {
        let span = key.span();
        table.insert(key, Spanned::new(span, Value::Table(Table::new())));
    }
    let value = table.get_mut(&*name)?;
    let how = made(text, headers, value.span().start);
    match value.get_mut() {
        Value::Table(inner) if how != Made::Inline => Some(inner),
        Value::Array(array) if how == Made::Header => match array.last_mut()?.get_mut() {
            Value::Table(last) => Some(last),
            _ => None,
        },
        _ => None,
    }
}

/// Puts the table or the array's next table at the end of a header's way. `Err` with the key and what it repeats.
fn end<'t>(
    table: &mut Table<'t>,
    key: Key<'t>,
    header: Spanned<Value<'t>>,
    is_array: bool,
    text: &str,
    headers: &[Range<usize>],
) -> Result<(), (Range<usize>, Range<usize>)> {
    let name = key.get_ref().clone();
    let Some((first, existing)) = table.get_key_value(&*name) else {
        table.insert(key, header);
        return Ok(());
    };
    let repeats = (key.span(), first.span());
    let how = made(text, headers, existing.span().start);
    let existing = table.get_mut(&*name).expect("was found above");
    match (existing.get_mut(), header.get_ref()) {
        (Value::Array(tables), Value::Array(_)) if is_array && how == Made::Header => {
            if let Value::Array(next) = header.into_inner() {
                next.into_iter().for_each(|table| tables.push(table));
            }
            Ok(())
        }
        (Value::Table(known), Value::Table(_)) if how == Made::OnTheWay => {
            let known = std::mem::replace(known, Table::new());
            table.remove(&*name);
            table.insert(key, Spanned::new(header.span(), Value::Table(known)));
            Ok(())
        }
        _ => Err(repeats),
    }
}

fn navigate<'a, 't>(root: &'a mut Table<'t>, path: &[Cow<'t, str>]) -> Option<&'a mut Table<'t>> {
    let mut table = root;
    for key in path {
        table = match table.get_mut(&**key)?.get_mut() {
            Value::Table(inner) => inner,
            Value::Array(array) => match array.last_mut()?.get_mut() {
                Value::Table(last) => last,
                _ => return None,
            },
            _ => return None,
        };
    }
    Some(table)
}

type Repeated = Vec<(Range<usize>, Range<usize>)>;

/// Adds the statements of a piece to the table they belong to; keys said before are gathered in `repeated`.
fn add_all<'t>(
    target: &mut Table<'t>,
    body: Table<'t>,
    made: &impl Fn(usize) -> Made,
    repeated: &mut Repeated,
) {
    if target.is_empty() {
        *target = body;
        return;
    }
    for (key, value) in body {
        let Some((first, _)) = target.get_key_value(&**key.get_ref()) else {
            target.insert(key, value);
            continue;
        };
        let first = first.span();
        let existing = target.get_mut(&**key.get_ref()).expect("was found above");
        let open = matches!(made(existing.span().start), Made::OnTheWay | Made::Dotted);
        let adds = made(value.span().start) == Made::Dotted;
        match (existing.get_mut(), value.into_inner()) {
            (Value::Table(known), Value::Table(more)) if open && adds => add_all(known, more, made, repeated),
            _ => repeated.push((key.span(), first)),
        }
    }
}

/// A table with its places moved by `by`, and without the values that are no values: `wrong` says, before the move,
/// where mistakes are.
fn moved_table<'t>(table: Table<'t>, by: usize, wrong: &[usize]) -> Table<'t> {
    if by == 0 && wrong.is_empty() {
        return table;
    }
    let mut moved = Table::with_capacity(table.len());
    for (key, value) in table {
        if let Some(value) = moved_value(value, by, wrong) {
            let span = key.span();
            moved.insert(Spanned::new(span.start + by..span.end + by, key.into_inner()), value);
        }
    }
    moved
}

fn moved_value<'t>(value: Spanned<Value<'t>>, by: usize, wrong: &[usize]) -> Option<Spanned<Value<'t>>> {
    let span = value.span();
    let first_wrong = wrong.partition_point(|at| *at < span.start);
    let is_wrong = wrong.get(first_wrong).is_some_and(|at| *at < span.end);
    let moved = match value.into_inner() {
        Value::Table(table) => Value::Table(moved_table(table, by, wrong)),
        Value::Array(array) => {
            Value::Array(array.into_iter().filter_map(|value| moved_value(value, by, wrong)).collect())
        }
        // Where the value was missing, the parser puts one that takes no room.
        _ if span.is_empty() => return None,
        // Text without its quotes is still that text; a number or day that is none is nothing.
        text @ Value::String(_) => text,
        _ if is_wrong => return None,
        other => other,
    };
    Some(Spanned::new(span.start + by..span.end + by, moved))
}

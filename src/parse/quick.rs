//! The texts that people mostly write, read in one pass and without a token in between.
//!
//! Reads what is plainly TOML 1.0 and gives a tree of it, the same that the parser makes; for all else it gives nothing,
//! and the parser is asked: mistakes, a table that two headers add to, escapes in keys, times of day, what is nested too
//! deep. Single values that are more than plain text, digits or a day are read by the parser too, each alone.
//!
//! The law: where [`quick`] gives a tree, the parser finds no error, its tree is the same, and the outline has nothing to
//! say of the text.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr2, memchr3, memmem};
use toml::de::DeValue;

use super::chunks::bare_end;
use super::lex::{line_end, string_end};
use super::translate;
use super::tree::{Array, Datetime, Key, Made, Number, Spanned, Table, Value};
use crate::source::Limits;

/// What `text` says, where that is plain to see.
pub(super) fn quick<'t>(text: &'t str, limits: &Limits) -> Option<Table<'t>> {
    let bytes = text.as_bytes();
    if !is_plain(bytes) {
        return None;
    }
    let depth = limits.depth.min(Limits::MOST_DEPTH as usize);
    let mut quick = Quick { text, bytes, at: 0, depth, value_bytes: limits.value_bytes };
    let mut root = Table::new(Made::Header);
    quick.statements(&mut root, 0)?;
    while quick.at < bytes.len() {
        let (table, parts) = quick.header(&mut root)?;
        quick.statements(table, parts)?;
    }
    Some(root)
}

/// Whether all line ends are of the kinds that TOML knows, and no other character of control is in the text.
fn is_plain(bytes: &[u8]) -> bool {
    // Without a branch, for it looks at every byte there is.
    let odd = bytes.iter().fold(false, |odd, byte| {
        odd | (*byte == 0x7F) | ((*byte < b' ') & !matches!(*byte, b'\t' | b'\n' | b'\r'))
    });
    let returns = || memchr_iter(b'\r', bytes).all(|at| bytes.get(at + 1) == Some(&b'\n'));
    !odd && !bytes.starts_with(b"\xEF\xBB\xBF") && returns()
}

struct Quick<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Tables and lists within each other, at most.
    depth: usize,
    /// Bytes of a statement, at most.
    value_bytes: usize,
}

impl<'t> Quick<'t> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes past `byte`, where it is next.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Goes past `byte`, which has to be next.
    fn must(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    /// Asked before anything is nested deeper: what is made is also dropped, level by level.
    fn within(&self, depth: usize) -> Option<()> {
        (depth <= self.depth).then_some(())
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Blanks, line ends and comments.
    fn space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'#') => self.at = line_end(self.bytes, self.at),
                _ => return,
            }
        }
    }

    /// Nothing but a comment stands on the rest of the line.
    fn end_of_line(&mut self) -> Option<()> {
        self.blanks();
        match self.peek() {
            None | Some(b'\n' | b'\r' | b'#') => Some(()),
            Some(_) => None,
        }
    }

    /// Reads a header; gives the table that it opens, and how many parts it has.
    fn header<'r>(&mut self, root: &'r mut Table<'t>) -> Option<(&'r mut Table<'t>, usize)> {
        let start = self.at;
        self.must(b'[')?;
        let is_array = self.take(b'[');
        let mut table = root;
        let mut parts = 1;
        self.within(parts)?;
        let mut key = self.key()?;
        while self.take(b'.') {
            parts += 1;
            self.within(parts)?;
            table = on_the_way(table, key)?;
            key = self.key()?;
        }
        self.must(b']')?;
        if is_array {
            self.must(b']')?;
        }
        let span = start..self.at;
        self.end_of_line()?;
        let below = Spanned::new(span.clone(), Value::Table(Table::new(Made::Header)));
        let (value, was_there) = table.entry(key, |_| match is_array {
            true => Spanned::new(span, Value::Array(Array { items: Vec::new(), of_headers: true })),
            false => below.clone(),
        });
        let table = match value {
            Value::Array(tables) if is_array && tables.of_headers => {
                tables.items.push(below);
                last_table(tables)?
            }
            Value::Table(table) if !is_array && !was_there => table,
            _ => return None,
        };
        Some((table, parts))
    }

    /// Reads the statements up to the next header, or the end.
    fn statements(&mut self, table: &mut Table<'t>, header_parts: usize) -> Option<()> {
        loop {
            self.space();
            if matches!(self.peek(), None | Some(b'[')) {
                return Some(());
            }
            let start = self.at;
            self.assignment(table, header_parts)?;
            self.end_of_line()?;
            if self.at - start > self.value_bytes {
                return None;
            }
        }
    }

    /// Reads `key = value`, standing under `depth` tables and lists.
    fn assignment(&mut self, mut table: &mut Table<'t>, mut depth: usize) -> Option<()> {
        let mut key = self.key()?;
        depth += 1;
        self.blanks();
        while self.take(b'.') {
            depth += 1;
            self.within(depth)?;
            self.blanks();
            table = dotted(table, key)?;
            key = self.key()?;
            self.blanks();
        }
        self.must(b'=')?;
        self.blanks();
        let value = self.value(depth)?;
        table.insert(key, value).then_some(())
    }

    /// A bare key, or one in quotation marks without an escape in it.
    fn key(&mut self) -> Option<Key<'t>> {
        let start = self.at;
        let inside = match self.peek()? {
            b'"' | b'\'' => {
                self.at = self.short_string()?;
                start + 1..self.at - 1
            }
            _ => {
                self.at = bare_end(self.bytes, start)?;
                start..self.at
            }
        };
        (!inside.is_empty()).then(|| Spanned::new(start..self.at, Cow::Borrowed(&self.text[inside])))
    }

    /// One past the string on one line that begins here; `None` where it holds an escape, or is none.
    fn short_string(&self) -> Option<usize> {
        let start = self.at + 1;
        let rest = &self.bytes[start..];
        let found = match self.bytes[self.at] {
            b'"' => memchr3(b'"', b'\\', b'\n', rest)?,
            _ => memchr2(b'\'', b'\n', rest)?,
        };
        (rest[found] == self.bytes[self.at]).then_some(start + found + 1)
    }

    fn value(&mut self, depth: usize) -> Option<Spanned<Value<'t>>> {
        self.within(depth)?;
        let start = self.at;
        let value = match self.peek()? {
            b'"' | b'\'' => self.string()?,
            b'[' => self.array(depth + 1)?,
            b'{' => self.inline(depth + 1)?,
            _ => self.atom()?,
        };
        Some(Spanned::new(start..self.at, value))
    }

    fn string(&mut self) -> Option<Value<'t>> {
        let start = self.at;
        let quote = self.bytes[start];
        let is_long = self.bytes[start..].starts_with(&[quote; 3]);
        if let Some(end) = self.short_string().filter(|_| !is_long) {
            self.at = end;
            return Some(Value::String(Cow::Borrowed(&self.text[start + 1..end - 1])));
        }
        let end = string_end(self.bytes, start).ok()?;
        let written = &self.text[start..end];
        // Of TOML 1.1, which is warned of.
        let is_newer = |escape: &str| memmem::find(written.as_bytes(), escape.as_bytes()).is_some();
        if quote == b'"' && (is_newer("\\e") || is_newer("\\x")) {
            return None;
        }
        self.at = end;
        ask(written).filter(|value| matches!(value, Value::String(_)))
    }

    fn array(&mut self, depth: usize) -> Option<Value<'t>> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space();
            if self.take(b']') {
                break;
            }
            items.push(self.value(depth)?);
            self.space();
            if !self.take(b',') {
                self.must(b']')?;
                break;
            }
        }
        Some(Value::Array(Array { items, of_headers: false }))
    }

    fn inline(&mut self, depth: usize) -> Option<Value<'t>> {
        self.at += 1;
        let mut table = Table::new(Made::Inline);
        self.blanks();
        if !self.take(b'}') {
            loop {
                self.assignment(&mut table, depth)?;
                self.blanks();
                if !self.take(b',') {
                    self.must(b'}')?;
                    break;
                }
                self.blanks();
            }
        }
        Some(Value::Table(table))
    }

    /// A number, a day, true or false.
    fn atom(&mut self) -> Option<Value<'t>> {
        let start = self.at;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.');
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        // A `:` stands in a time of day, and so may a blank before it.
        let has_time = match rest[length..] {
            [b':', ..] => true,
            [b' ', digit, ..] => digit.is_ascii_digit(),
            _ => false,
        };
        if has_time {
            return None;
        }
        self.at += length;
        let written = &self.text[start..self.at];
        match written.as_bytes() {
            b"true" => Some(Value::Boolean(true)),
            b"false" => Some(Value::Boolean(false)),
            [b'1'..=b'9', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => {
                Some(Value::Integer(Number::new(Cow::Borrowed(written), 10)))
            }
            [] => None,
            day if is_day(day) => Some(Value::Datetime(Datetime::new(Cow::Borrowed(written)))),
            _ => ask(written),
        }
    }
}

/// Whether this is a day, and one that every month of every year has.
fn is_day(written: &[u8]) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = written else { return false };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2].iter().all(u8::is_ascii_digit);
    let month = matches!([m1, m2], [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']);
    let day = matches!([d1, d2], [b'0', b'1'..=b'9'] | [b'1', _] | [b'2', b'0'..=b'8']);
    digits && month && day
}

/// What the parser makes of one value.
fn ask(written: &str) -> Option<Value<'_>> {
    let (value, errors) = DeValue::parse_recoverable(written);
    errors.is_empty().then(|| translate::value(value.into_inner()))
}

/// The table at `key`, on the way of a header to its own; made where there is none.
fn on_the_way<'r, 't>(table: &'r mut Table<'t>, key: Key<'t>) -> Option<&'r mut Table<'t>> {
    let make = |key: &Key<'t>| Spanned::new(key.span(), Value::Table(Table::new(Made::OnTheWay)));
    match table.entry(key, make).0 {
        Value::Table(table) => matches!(table.made(), Made::Header | Made::OnTheWay).then_some(table),
        Value::Array(tables) if tables.of_headers => last_table(tables),
        _ => None,
    }
}

/// The table at `key`, to which a dotted key adds; made where there is none.
fn dotted<'r, 't>(table: &'r mut Table<'t>, key: Key<'t>) -> Option<&'r mut Table<'t>> {
    let make = |key: &Key<'t>| Spanned::new(key.span(), Value::Table(Table::new(Made::Dotted)));
    match table.entry(key, make).0 {
        Value::Table(table) => (table.made() == Made::Dotted).then_some(table),
        _ => None,
    }
}

fn last_table<'r, 't>(tables: &'r mut Array<'t>) -> Option<&'r mut Table<'t>> {
    match tables.items.last_mut()?.get_mut() {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

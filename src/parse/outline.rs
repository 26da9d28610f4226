//! One pass over a text before it is parsed: where its statements are, how deep they go, and which are left open.
//!
//! The parser proper takes memory by the token and stack by the bracket, and after a bracket that is never closed it reads the rest
//! of the file as something it is not. So what it is given is chosen here: statements that are plainly broken or
//! too deep are kept from it, one finding each, and the rest may be parsed piece by piece.

use std::ops::Range;

use memchr::memchr_iter;

use super::lex::{line_end, string_end};
use crate::source::Limits;
use nesting::Value;
use resume::resumes;

mod nesting;
mod resume;

/// Bytes of statements after which a piece ends.
const PIECE: usize = 64 << 10;

/// A text, cut.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// In order; together with what was breached they are the whole text.
    pub pieces: Vec<Piece>,
    /// The lines of headers, in order.
    pub headers: Vec<Range<usize>>,
    /// Statements that are not to be parsed.
    pub breaches: Vec<Breach>,
    /// Spellings that only TOML 1.1 knows.
    pub newer: Vec<(Range<usize>, Newer)>,
}

/// A header and the statements below it, or further statements of the same table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    /// The header's line; empty where the piece continues the table of the one before.
    pub header: Range<usize>,
    /// The statements.
    pub body: Range<usize>,
}

/// Why a statement is not parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Breach {
    /// Deeper than may be; the place where it is too deep.
    TooDeep(Range<usize>),
    /// An array or inline table of so many bytes beside its texts.
    TooLong(Range<usize>, usize),
    /// A `[` or `{` that is never closed.
    LeftOpen(usize),
    /// A multi-line text that is never closed.
    TextLeftOpen(usize),
}

/// What TOML 1.0 does not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Newer {
    /// An inline table over several lines.
    Lines,
    /// A comma before the `}` of an inline table.
    Comma,
    /// `\e` or `\xHH`.
    Escape,
    /// A time without seconds.
    Seconds,
}

/// Cuts `text`.
pub(super) fn outline(text: &str, limits: &Limits) -> Outline {
    let bytes = text.as_bytes();
    let mut scan = Scan { bytes, limits, outline: Outline::default(), header_depth: 0, skipping: false };
    let start = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    scan.outline.pieces.push(Piece { header: 0..0, body: 0..0 });
    scan.run(start);
    scan.outline
}

struct Scan<'t> {
    bytes: &'t [u8],
    limits: &'t Limits,
    outline: Outline,
    /// Parts of the header that is in force.
    header_depth: usize,
    /// The header in force was too deep: what stands below it is not parsed either.
    skipping: bool,
}

impl Scan<'_> {
    fn run(&mut self, mut at: usize) {
        let mut start = 0;
        while let Some(byte) = self.bytes.get(at).copied() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'#' => at = line_end(self.bytes, at),
                b'[' => {
                    self.close(start, at);
                    at = self.header(at);
                    start = at;
                }
                _ => {
                    let known_newer = self.outline.newer.len();
                    let (end, breach) = self.statement(at);
                    if matches!(breach, Some(Breach::LeftOpen(_))) {
                        // What follows an open bracket is not its content.
                        self.outline.newer.truncate(known_newer);
                    }
                    if breach.is_some() {
                        self.close(start, at);
                        self.proceed(end);
                        start = end;
                    } else if end - start > PIECE {
                        self.close(start, end);
                        self.proceed(end);
                        start = end;
                    }
                    // Below a header that was too deep everything is too deep.
                    self.outline.breaches.extend(breach.filter(|_| !self.skipping));
                    at = end;
                }
            }
        }
        self.close(start, self.bytes.len());
    }

    /// The piece that is open holds the statements from `start` to `end`.
    fn close(&mut self, start: usize, end: usize) {
        let piece = self.outline.pieces.last_mut().expect("there is always one");
        piece.body = if self.skipping { start..start } else { start..end };
    }

    /// A piece of the same table begins at `at`.
    fn proceed(&mut self, at: usize) {
        self.outline.pieces.push(Piece { header: at..at, body: at..at });
    }

    /// Reads the header at `start`, to the end of its line.
    fn header(&mut self, start: usize) -> usize {
        let mut parts = 1;
        let mut at = start;
        let end = loop {
            match self.bytes.get(at) {
                None => break at,
                Some(b'\n') => break at,
                Some(b'#') => break line_end(self.bytes, at),
                Some(b'"' | b'\'') => at = string_end(self.bytes, at).unwrap_or_else(|stop| stop),
                Some(b'.') => {
                    parts += 1;
                    at += 1;
                }
                Some(_) => at += 1,
            }
        };
        self.header_depth = parts;
        self.skipping = parts > self.limits.depth;
        if self.skipping {
            self.outline.breaches.push(Breach::TooDeep(start..(start + 1)));
            self.proceed(end);
        } else {
            self.outline.headers.push(start..end);
            self.outline.pieces.push(Piece { header: start..end, body: end..end });
        }
        end
    }

    /// Reads the statement at `start`; gives where it ends, the line feed not included, and why it is not to be parsed.
    fn statement(&mut self, start: usize) -> (usize, Option<Breach>) {
        let mut value = Value::new(start, self.header_depth);
        let mut at = start;
        while let Some(mark) = self.bytes[at..].iter().position(|byte| STATEMENT[*byte as usize]) {
            let mark = at + mark;
            at = mark + 1;
            match self.bytes[mark] {
                b'\n' if value.open.is_empty() => return (mark, self.breach(value, mark)),
                b'\n' => {
                    if value.is_in_table() {
                        self.newer_lines(&mut value);
                    }
                    if resumes(self.bytes, at, value.is_in_table()) {
                        return (mark, Some(value.breach.unwrap_or(Breach::LeftOpen(value.outermost))));
                    }
                }
                b'#' => {
                    at = line_end(self.bytes, mark);
                    value.passed_over += at - mark;
                }
                b'"' | b'\'' => match self.string(mark, &mut value) {
                    Ok(end) => at = end,
                    Err(breach) => return (self.bytes.len(), Some(value.breach.unwrap_or(breach))),
                },
                // A bracket in a key: the parser takes none of this line.
                b'[' | b'{' if value.open.is_empty() && value.in_key => at = line_end(self.bytes, mark),
                b'[' | b'{' => value.opens(mark, self.bytes[mark], self.limits.depth),
                bracket @ (b']' | b'}') => {
                    if bracket == b'}' && value.is_in_table() && self.follows_comma(mark) {
                        self.outline.newer.push((mark..mark + 1, Newer::Comma));
                    }
                    value.closes(bracket);
                }
                b',' => value.comma(),
                b'=' => value.in_key = false,
                b'.' if value.in_key => value.part(mark, self.limits.depth),
                b':' if !value.in_key => self.time(mark),
                _ => {}
            }
        }
        let end = self.bytes.len();
        let open = (!value.open.is_empty()).then_some(Breach::LeftOpen(value.outermost));
        match open {
            Some(open) => (end, Some(value.breach.unwrap_or(open))),
            None => (end, self.breach(value, end)),
        }
    }

    /// What a statement that ended well is refused for.
    fn breach(&self, value: Value, end: usize) -> Option<Breach> {
        let bytes = end - value.start - value.passed_over.min(end - value.start);
        let too_long = bytes > self.limits.value_bytes;
        value.breach.or(too_long.then_some(Breach::TooLong(value.start..value.start + 1, bytes)))
    }

    fn string(&mut self, start: usize, value: &mut Value) -> Result<usize, Breach> {
        let is_multi_line = self.bytes[start + 1..].starts_with(&[self.bytes[start]; 2]);
        let end = match string_end(self.bytes, start) {
            Ok(end) => end,
            Err(_) if is_multi_line => return Err(Breach::TextLeftOpen(start)),
            // The parser says so, and goes on with the next line.
            Err(stop) => stop,
        };
        if self.bytes[start] == b'"' {
            self.escapes(start..end);
        }
        value.passed_over += end - start;
        Ok(end)
    }

    fn escapes(&mut self, string: Range<usize>) {
        let mut skip_to = 0;
        for found in memchr_iter(b'\\', &self.bytes[string.clone()]) {
            if found < skip_to {
                continue;
            }
            skip_to = found + 2;
            let at = string.start + found;
            if matches!(self.bytes.get(at + 1), Some(b'e' | b'x')) {
                self.outline.newer.push((at..at + 2, Newer::Escape));
            }
        }
    }

    fn newer_lines(&mut self, value: &mut Value) {
        if let Some(level) = value.open.last_mut()
            && !level.has_lines
        {
            level.has_lines = true;
            self.outline.newer.push((level.start..level.start + 1, Newer::Lines));
        }
    }

    fn follows_comma(&self, at: usize) -> bool {
        self.bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b',')
    }

    /// A `:` in a value stands in a time; its first one when hours precede it.
    fn time(&mut self, at: usize) {
        let digits = |from: usize| {
            self.bytes.get(from..from + 2).is_some_and(|two| two.iter().all(u8::is_ascii_digit))
        };
        if at < 3 || !digits(at - 2) || !digits(at + 1) || matches!(self.bytes[at - 3], b':' | b'+' | b'-') {
            return;
        }
        if self.bytes.get(at + 3) != Some(&b':') {
            self.outline.newer.push((at - 2..at + 3, Newer::Seconds));
        }
    }
}

const STATEMENT: [bool; 256] = {
    let mut marks = [false; 256];
    let bytes = b"\"'#[]{}\n,=.:";
    let mut i = 0;
    while i < bytes.len() {
        marks[bytes[i] as usize] = true;
        i += 1;
    }
    marks
};

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Outline {
        outline(text, &Limits::default())
    }

    #[test]
    fn pieces_are_headers_and_what_stands_below() {
        let text = "# c\n[a.b]\nx = [\n1]\n[[c]] # [d]\n";
        let pieces: Vec<(&str, &str)> = cut(text)
            .pieces
            .iter()
            .map(|piece| (&text[piece.header.clone()], &text[piece.body.clone()]))
            .collect();
        assert_eq!(pieces, [("", "# c\n"), ("[a.b]", "\nx = [\n1]\n"), ("[[c]] # [d]", "\n")]);
    }

    #[test]
    fn depth_counts_headers_dotted_keys_and_brackets() {
        let deep = |text: &str| matches!(cut(text).breaches.as_slice(), [Breach::TooDeep(_)]);
        let parts = |count: usize| vec!["a"; count].join(".");
        assert!(!deep(&format!("[{}]\nx = 1\n", parts(31))));
        assert!(deep(&format!("[{}]\nx = 1\ny = 2\n", parts(33))));
        assert!(deep(&format!("[{}]\nx.y = 1\n", parts(31))));
        assert!(!deep(&format!("{} = 1\n", parts(32))));
        assert!(deep(&format!("{} = 1\n", parts(33))));
        assert!(!deep(&format!("x = {}1{}\n", "[".repeat(31), "]".repeat(31))));
        assert!(deep(&format!("x = {}1{}\n", "[".repeat(32), "]".repeat(32))));
        assert!(deep(&format!("x = {}1{}\n", "{a=".repeat(32), "}".repeat(32))));
        assert!(!deep("x = [[1], [1], {a = {b = 1}, c.d = 1, e = 1.5, f = 2.5}]\n"));
    }

    #[test]
    fn brackets_strings_and_comments_hide_nothing() {
        let text = "x = \"[[[\" # [[[\ny = '''\n[[[\n'''\nz = { a = \"}\" }\n";
        assert_eq!(cut(text).breaches, []);
    }

    #[test]
    fn what_is_left_open_is_found_where_it_was_opened() {
        let text = "x = [1,\n[a.b]\ny = [\nz = 1\nw = {\n[c]\nt = \"\"\"\n[d]\n";
        let open = |words: &str| text.find(words).map(|at| at + 4).expect("is there");
        let expected = [
            Breach::LeftOpen(open("x = [")),
            Breach::LeftOpen(open("y = [")),
            Breach::LeftOpen(open("w = {")),
            Breach::TextLeftOpen(open("t = \"")),
        ];
        assert_eq!(cut(text).breaches, expected);
    }

    #[test]
    fn arrays_of_arrays_are_not_taken_for_headers() {
        let text = "x = [\n[1.5],\n[true]\n,\n[ \"a\" ],\n['b']\n]\ny = 1\n";
        assert_eq!(cut(text).breaches, []);
    }

    #[test]
    fn newer_spellings_are_found() {
        let newer = |text: &str| cut(text).newer.into_iter().map(|(_, newer)| newer).collect::<Vec<_>>();
        assert_eq!(newer("a = {\n b = 1,\n}\n"), [Newer::Lines, Newer::Comma]);
        assert_eq!(newer("a = \"\\e \\x41 \\\\e \\\\x\"\n"), [Newer::Escape, Newer::Escape]);
        assert_eq!(newer("a = 07:32\nb = 2020-01-01 07:32\nc = 2020-01-01T07:32Z\n"), [Newer::Seconds; 3]);
        assert_eq!(
            newer("a = 07:32:00\nb = 1979-05-27T00:32:00.5-07:00\nc = '\\e 07:32'\nd = { e = [\n1,\n] }\n"),
            []
        );
    }

    #[test]
    fn a_long_value_of_texts_is_fine_and_one_of_numbers_is_not() {
        let limits = Limits { value_bytes: 100, ..Limits::default() };
        let texts = format!("x = [ \"{}\" ] # {}\n", "a".repeat(200), "b".repeat(200));
        assert_eq!(outline(&texts, &limits).breaches, []);
        let numbers = format!("x = [{}]\n", "1,".repeat(100));
        assert_eq!(outline(&numbers, &limits).breaches, [Breach::TooLong(0..1, numbers.len() - 1)]);
    }
}

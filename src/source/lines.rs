//! Byte offsets → lines and columns, as people and editors count them.

use std::sync::OnceLock;

use memchr::memchr_iter;

use super::{FileId, Origin, Span, Text, Texts};

/// Where a byte is, as people count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters (Unicode scalar values). A byte-order mark at the start of a file is not counted:
    /// no editor shows it.
    pub column: u32,
}

/// Where the lines of one text begin.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    length: u32,
}

impl Lines {
    /// One pass over `bytes`, which need not be UTF-8. Lines end with a line feed; a carriage return before it is
    /// the last character of its line.
    pub fn new(bytes: &[u8]) -> Lines {
        let mut starts = vec![0];
        starts.extend(memchr_iter(b'\n', bytes).map(|at| at as u32 + 1));
        Lines { starts, length: bytes.len() as u32 }
    }

    /// How many lines: one more than there are line feeds.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line of the byte at `offset`, from 0. Beyond the end it is the last.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32 - 1
    }

    /// The bytes of line `line` (from 0), without its line feed. Empty beyond the last.
    pub fn span_of(&self, line: u32) -> Span {
        let Some(start) = self.starts.get(line as usize).copied() else {
            return Span { start: self.length, end: self.length };
        };
        let end = self.starts.get(line as usize + 1).map_or(self.length, |next| next - 1);
        Span { start, end }
    }

    /// The place of the byte at `offset` of `bytes`, the text these lines are of.
    pub fn place(&self, bytes: &[u8], offset: u32) -> Place {
        let offset = offset.min(self.length);
        let line = self.line_of(offset);
        let start = self.starts[line as usize] as usize;
        let before = &bytes[start..offset as usize];
        let before = if start == 0 { before.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(before) } else { before };
        Place { line: line + 1, column: characters(before) + 1 }
    }
}

/// How many characters begin in `bytes`.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32
}

/// Lines of all texts, each text's found when first asked for.
#[derive(Debug)]
pub struct Places<'t> {
    texts: &'t Texts,
    lines: Vec<OnceLock<Lines>>,
}

impl<'t> Places<'t> {
    /// Nothing is read yet.
    pub fn new(texts: &'t Texts) -> Places<'t> {
        Places { texts, lines: (0..texts.len()).map(|_| OnceLock::new()).collect() }
    }

    /// The texts these places are of.
    pub fn texts(&self) -> &'t Texts {
        self.texts
    }

    /// The text of `file`.
    pub fn text(&self, file: FileId) -> &'t Text {
        self.texts.get(file)
    }

    /// The lines of `file`.
    ///
    /// # Panics
    /// Where `file` is of other texts: a fault of the program.
    pub fn lines(&self, file: FileId) -> &Lines {
        self.lines[file.0 as usize].get_or_init(|| Lines::new(&self.text(file).bytes))
    }

    /// The place of the byte at `offset` of `file`.
    pub fn place(&self, file: FileId, offset: u32) -> Place {
        self.lines(file).place(&self.text(file).bytes, offset)
    }

    /// Where `origin` begins.
    pub fn start(&self, origin: Origin) -> Place {
        self.place(origin.file, origin.span.start)
    }

    /// One past where `origin` ends.
    pub fn end(&self, origin: Origin) -> Place {
        self.place(origin.file, origin.span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, offset: usize) -> (u32, u32) {
        let place = Lines::new(text.as_bytes()).place(text.as_bytes(), offset as u32);
        (place.line, place.column)
    }

    #[test]
    fn columns_are_characters_and_lines_count_from_one() {
        let text = "a = \"é\"\r\nb = 1\n";
        assert_eq!(place(text, 0), (1, 1));
        assert_eq!(place(text, text.find("\"\r").expect("is there")), (1, 7));
        assert_eq!(place(text, text.find('b').expect("is there")), (2, 1));
        assert_eq!(place(text, text.len()), (3, 1));
        assert_eq!(place(text, 10_000), (3, 1));
        assert_eq!(place("", 0), (1, 1));
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(place("\u{feff}a = 1", 3), (1, 1));
        assert_eq!(place("\u{feff}a = 1", 0), (1, 1));
    }

    #[test]
    fn a_line_is_its_bytes_without_the_line_feed() {
        let lines = Lines::new(b"ab\n\ncd");
        let spans = (0..4).map(|line| lines.span_of(line)).map(|span| (span.start, span.end));
        assert_eq!(spans.collect::<Vec<_>>(), [(0, 2), (3, 3), (4, 6), (6, 6)]);
    }
}

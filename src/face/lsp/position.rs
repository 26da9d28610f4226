//! Bytes of a text ↔ positions as an editor counts them: lines from 0, and in a line the units that it was agreed upon.
//!
//! Language Server Protocol 3.17, "Position": <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#position>.
//! A line ends with a line feed, a carriage return, or both.

use std::ops::Range;

use gen_lsp_types::{Position, Range as Stretch};

/// In which units an editor counts within a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Units {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16: what every editor can.
    Utf16,
}

/// A text whose lines are known.
pub(super) struct Lined<'t> {
    bytes: &'t [u8],
    starts: Vec<usize>,
    units: Units,
}

impl<'t> Lined<'t> {
    /// One pass over `bytes`, which need not be UTF-8.
    pub fn new(bytes: &'t [u8], units: Units) -> Lined<'t> {
        let mut starts = vec![0];
        starts.extend(memchr::memchr2_iter(b'\n', b'\r', bytes).filter_map(|at| {
            let both = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            (!both).then_some(at + 1)
        }));
        Lined { bytes, starts, units }
    }

    /// Where the byte at `offset` is; beyond the end, the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = String::from_utf8_lossy(&self.bytes[self.starts[line]..offset]);
        let character = match self.units {
            Units::Utf8 => before.len(),
            Units::Utf16 => before.encode_utf16().count(),
        };
        Position::new(line as u32, character as u32)
    }

    /// Where the bytes of `range` are.
    pub fn stretch(&self, range: &Range<usize>) -> Stretch {
        Stretch { start: self.position(range.start), end: self.position(range.end) }
    }

    /// The byte at `position`: never within a character; beyond a line its end, beyond the text its end.
    pub fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return self.bytes.len() };
        let end = self.starts.get(position.line as usize + 1).copied().unwrap_or(self.bytes.len());
        let line = &self.bytes[start..end];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Ok(text) = std::str::from_utf8(line) else {
            return start + line.len().min(position.character as usize);
        };
        let (mut units, wanted) = (0, position.character as usize);
        for (at, character) in text.char_indices() {
            if units >= wanted {
                return start + at;
            }
            units += match self.units {
                Units::Utf8 => character.len_utf8(),
                Units::Utf16 => character.len_utf16(),
            };
        }
        start + text.len()
    }

    /// The bytes of a stretch.
    pub fn range(&self, stretch: Stretch) -> Range<usize> {
        let start = self.offset(stretch.start);
        start..self.offset(stretch.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_counts_is_what_was_agreed_upon() {
        let text = "a = \"🦀é\" # x\r\nb = 1\rc";
        let x = text.find('x').expect("is there");
        assert_eq!(Lined::new(text.as_bytes(), Units::Utf16).position(x), Position::new(0, 12));
        assert_eq!(Lined::new(text.as_bytes(), Units::Utf8).position(x), Position::new(0, 15));
        let b = text.find('b').expect("is there");
        let lined = Lined::new(text.as_bytes(), Units::Utf16);
        assert_eq!((lined.position(b), lined.offset(Position::new(1, 0))), (Position::new(1, 0), b));
        assert_eq!(lined.position(text.len()), Position::new(2, 1));
        // Within the crab, beyond the line, beyond the text.
        assert_eq!(&text[lined.offset(Position::new(0, 6))..][..2], "é");
        assert_eq!(lined.offset(Position::new(0, 99)), text.find('\r').expect("is there"));
        assert_eq!(lined.offset(Position::new(9, 0)), text.len());
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[a🦀é\\r\\n]{0,24}") {
            for units in [Units::Utf8, Units::Utf16] {
                let lined = Lined::new(text.as_bytes(), units);
                for (at, _) in text.char_indices() {
                    let behind_return = at > 0 && text.as_bytes()[at - 1] == b'\r' && text.as_bytes()[at] == b'\n';
                    if !behind_return {
                        prop_assert_eq!(lined.offset(lined.position(at)), at);
                    }
                }
            }
        }
    }
}

//! From a byte to its line and column.

use std::sync::Arc;

use super::SnapshotError;
use crate::claim::Claim;
use crate::source::Text;

/// Where a claim is written, without the text at hand.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The path from the top of the repository.
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Line and column of each claim: one sweep over each text, however many claims it has.
///
/// # Errors
/// Where a claim stands outside of all texts.
pub(super) fn lines(claims: &[Claim], texts: &[&Text]) -> Result<Vec<(u32, u32)>, SnapshotError> {
    let mut in_text_order: Vec<u32> = (0..claims.len() as u32).collect();
    in_text_order.sort_unstable_by_key(|claim| claims[*claim as usize].origin);
    let mut lines = vec![(0, 0); claims.len()];
    let by_file = in_text_order.chunk_by(|a, b| file(claims, *a) == file(claims, *b));
    for of_one_file in by_file {
        let text = texts.get(file(claims, of_one_file[0]) as usize).ok_or(OUTSIDE)?;
        let mut at = Position::start(&text.bytes);
        for claim in of_one_file {
            let span = claims[*claim as usize].origin.span;
            if span.end as usize > text.bytes.len() {
                return Err(OUTSIDE);
            }
            lines[*claim as usize] = at.advance_to(span.start)?;
        }
    }
    Ok(lines)
}

const OUTSIDE: SnapshotError = SnapshotError::Nonsense("a claim stands outside of all files");

fn file(claims: &[Claim], claim: u32) -> u32 {
    claims[claim as usize].origin.file.0
}

/// A place in a text that only moves forward.
struct Position<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u32,
    column: u32,
}

impl<'t> Position<'t> {
    fn start(bytes: &'t [u8]) -> Position<'t> {
        Position { bytes, at: 0, line: 1, column: 1 }
    }

    fn advance_to(&mut self, start: u32) -> Result<(u32, u32), SnapshotError> {
        let passed = self.bytes.get(self.at..start as usize).ok_or(OUTSIDE)?;
        for byte in passed {
            match byte {
                b'\n' => (self.line, self.column) = (self.line + 1, 1),
                // The second and later bytes of a character (UTF-8).
                0x80..0xc0 => {}
                _ => self.column += 1,
            }
        }
        self.at = start as usize;
        Ok((self.line, self.column))
    }
}

//! Where TOML's strings and comments end: the little that must be known to find one's way through a text without
//! parsing it. Agrees with the parser's own lexer on every text without an error.

use memchr::{memchr, memchr2, memchr3};

/// Whether a byte can start something else than plain content: a string, a comment, a bracket, a line's end.
pub(super) fn is_mark(byte: u8) -> bool {
    MARKS[byte as usize]
}

const MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    let bytes = b"\"'#[]{}\n";
    let mut i = 0;
    while i < bytes.len() {
        marks[bytes[i] as usize] = true;
        i += 1;
    }
    marks
};

/// The next byte at or after `at` for which [`is_mark`] holds.
pub(super) fn next_mark(bytes: &[u8], at: usize) -> Option<usize> {
    bytes[at..].iter().position(|byte| is_mark(*byte)).map(|found| at + found)
}

/// One past the string whose first quote stands at `at`; `Err` where it is never closed, with where looking for
/// its end stopped: the end of the line, or of the text for a multi-line string.
pub(super) fn string_end(bytes: &[u8], at: usize) -> Result<usize, usize> {
    let quote = bytes[at];
    let multi_line = bytes[at..].starts_with(&[quote; 3]);
    match (quote, multi_line) {
        (b'"', false) => basic_end(bytes, at + 1),
        (b'"', true) => multi_line_end(bytes, at + 3, b'"'),
        (_, false) => match memchr2(b'\'', b'\n', &bytes[at + 1..]) {
            Some(found) if bytes[at + 1 + found] == b'\'' => Ok(at + found + 2),
            Some(found) => Err(at + 1 + found),
            None => Err(bytes.len()),
        },
        (_, true) => multi_line_end(bytes, at + 3, b'\''),
    }
}

fn basic_end(bytes: &[u8], mut at: usize) -> Result<usize, usize> {
    while let Some(found) = memchr3(b'"', b'\\', b'\n', &bytes[at.min(bytes.len())..]) {
        at += found;
        match bytes[at] {
            b'"' => return Ok(at + 1),
            // A line never ends inside: the backslash may stand right before its end.
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
            b'\\' => at += 1,
            _ => return Err(at),
        }
    }
    Err(bytes.len())
}

fn multi_line_end(bytes: &[u8], mut at: usize, quote: u8) -> Result<usize, usize> {
    // Only basic strings have escapes; for literal ones both needles are the quote.
    let escape = if quote == b'"' { b'\\' } else { quote };
    while let Some(found) = memchr2(quote, escape, &bytes[at.min(bytes.len())..]) {
        at += found;
        if bytes[at] != quote {
            at += 2;
        } else if bytes[at..].starts_with(&[quote; 3]) {
            // Up to two more quotes belong to the content.
            let more = bytes[at + 3..].iter().take(2).take_while(|byte| **byte == quote).count();
            return Ok(at + 3 + more);
        } else {
            at += 1;
        }
    }
    Err(bytes.len())
}

/// The position of the line feed that ends the line of `at`, or the end of the text.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found)
}

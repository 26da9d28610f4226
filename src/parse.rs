//! Text → document whose keys and values know their spans. One file at a time; never fails: what can't be read
//! is a finding, and what can be read of a broken file is still there.
//!
//! The values are those of the `toml` crate's `de` module, borrowed from the text (measured faster than any
//! tree of our own). The rest of the program names them only through here.

mod chunks;
mod lex;

pub use chunks::{Chunk, chunks};

use crate::diagnostic::{Finding, Findings, codes};
use crate::source::{FileId, Origin, Span, Text};

/// A table: keys in the order written, each with its span.
pub type Table<'t> = toml::de::DeTable<'t>;
/// A value.
pub type Value<'t> = toml::de::DeValue<'t>;
/// Something and where it is written (a range of bytes).
pub type Spanned<T> = toml::Spanned<T>;

/// What a file says, before anyone asks what it means.
#[derive(Debug)]
pub struct Document<'t> {
    /// Which text.
    pub file: FileId,
    /// Its top-level tables. Empty where nothing could be read.
    pub root: Table<'t>,
    /// Whether the text was read whole: no error in the TOML itself. History carries what the last good version
    /// said over versions for which this is false.
    pub whole: bool,
}

/// Reads one text.
pub fn parse<'t>(file: FileId, text: &'t Text, findings: &mut Findings) -> Document<'t> {
    let empty = |file| Document { file, root: Table::new(), whole: false };
    let Ok(content) = std::str::from_utf8(&text.bytes) else {
        let place = Origin { file, span: Span { start: 0, end: 1 } };
        findings.push(Finding::new(&codes::NOT_UTF8, "this file is not UTF-8", place, "here"));
        return empty(file);
    };
    let (root, errors) = Table::parse_recoverable(content);
    let whole = errors.is_empty();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let place = Origin { file, span: Span { start: span.start as u32, end: span.end as u32 } };
        let code = if error.message() == "duplicate key" { &codes::DUPLICATE_KEY } else { &codes::BAD_TOML };
        findings.push(Finding::new(code, error.message(), place, "here"));
    }
    Document { file, root: root.into_inner(), whole }
}

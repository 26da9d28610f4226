//! Text → document whose keys and values know their spans. One file at a time; never fails: what can't be read
//! is a finding, and what can be read of a broken file is still there.
//!
//! The values are those of the `toml` crate's `de` module, borrowed from the text (measured faster than any
//! tree of our own). The rest of the program names them only through here.

use crate::diagnostic::Findings;
use crate::source::{FileId, Text};

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
pub fn parse<'t>(_file: FileId, _text: &'t Text, _findings: &mut Findings) -> Document<'t> {
    todo!("parse")
}

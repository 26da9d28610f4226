//! The pool of texts: each stands once, behind its length, and is referred to by where it starts.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Reader, Writer, read_statement};
use crate::claim::{Statement, Subject};
use crate::snapshot::SnapshotError;
use crate::snapshot::wire::Table;

/// Where a text goes: into the pool, or in full where it is said (for hashing).
pub(in crate::snapshot) trait PutText<'a> {
    fn text(&mut self, out: &mut Writer, text: &'a str);

    fn texts(&mut self, out: &mut Writer, texts: &'a [SmolStr]) {
        out.count(texts.len());
        texts.iter().for_each(|text| self.text(out, text));
    }

    fn optional(&mut self, out: &mut Writer, text: Option<&'a str>) {
        out.flag(text.is_some());
        if let Some(text) = text {
            self.text(out, text);
        }
    }
}

/// Texts in full: length, bytes.
pub(in crate::snapshot) struct Inline;

impl<'a> PutText<'a> for Inline {
    fn text(&mut self, out: &mut Writer, text: &'a str) {
        out.count(text.len());
        out.raw(text.as_bytes());
    }
}

/// Texts in order of first use, each once.
pub(in crate::snapshot) struct Pool<'a> {
    known: FxHashMap<&'a str, u64>,
    blob: Writer,
}

impl<'a> PutText<'a> for Pool<'a> {
    fn text(&mut self, out: &mut Writer, text: &'a str) {
        let Pool { known, blob } = self;
        let start = *known.entry(text).or_insert_with(|| {
            let start = blob.0.len() as u64;
            blob.count(text.len());
            blob.raw(text.as_bytes());
            start
        });
        out.varint(start);
    }
}

impl Pool<'_> {
    /// Room for about so many texts: growing would hash them all again.
    pub fn new(texts: usize) -> Self {
        Pool {
            known: FxHashMap::with_capacity_and_hasher(texts, rustc_hash::FxBuildHasher),
            blob: Writer(Vec::with_capacity(texts * 32)),
        }
    }

    /// The section of texts.
    pub fn finish(self) -> Result<Vec<u8>, SnapshotError> {
        let fits = u32::try_from(self.blob.0.len()).is_ok();
        if fits { Ok(self.blob.0) } else { Err(SnapshotError::TooLarge("more than 4 GiB of text")) }
    }
}

/// The section of texts, being read.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct TextBlob<'s>(pub &'s [u8]);

impl<'s> TextBlob<'s> {
    /// The bytes of the text that starts at `start`.
    pub fn bytes(&self, start: u32) -> Result<&'s [u8], SnapshotError> {
        let from = self.0.get(start as usize..);
        let mut reader = Reader::new(from.ok_or(SnapshotError::Nonsense("a text is missing"))?);
        let count = reader.count()?;
        reader.take(count)
    }

    /// The text that starts at `start`.
    pub fn get(&self, start: u32) -> Result<&'s str, SnapshotError> {
        let text = std::str::from_utf8(self.bytes(start)?);
        text.map_err(|_| SnapshotError::Nonsense("a text is not UTF-8"))
    }
}

/// Reading back into the program's own words: what was said once is held once.
///
/// Its allowance bounds memory: in a snapshot that was written honestly no text and no statement overlaps another,
/// so all distinct ones together are no longer than their sections, whatever is made of them.
pub(in crate::snapshot) struct Decoding<'s> {
    blob: TextBlob<'s>,
    statement_table: Table<'s>,
    texts: FxHashMap<u32, Arc<str>>,
    words: FxHashMap<u32, SmolStr>,
    subjects: FxHashMap<u32, Subject>,
    statements: FxHashMap<u32, Arc<Statement>>,
    text_allowance: usize,
    statement_allowance: usize,
}

impl<'s> Decoding<'s> {
    pub fn new(blob: TextBlob<'s>, statement_table: Table<'s>) -> Decoding<'s> {
        Decoding {
            blob,
            statement_table,
            texts: FxHashMap::default(),
            words: FxHashMap::default(),
            subjects: FxHashMap::default(),
            statements: FxHashMap::default(),
            // One text may be wanted as text, word and subject.
            text_allowance: blob.0.len() * 3,
            statement_allowance: statement_table.blob.len(),
        }
    }

    /// The text at `start`, counted against the allowance.
    fn fresh(&mut self, start: u32) -> Result<&'s str, SnapshotError> {
        let text = self.blob.get(start)?;
        self.text_allowance =
            self.text_allowance.checked_sub(text.len()).ok_or(SnapshotError::Nonsense("texts overlap"))?;
        Ok(text)
    }

    /// A text of any length.
    pub fn text(&mut self, reader: &mut Reader<'s>) -> Result<Arc<str>, SnapshotError> {
        self.text_at(reader.u32()?)
    }

    /// The text at `start`.
    pub fn text_at(&mut self, start: u32) -> Result<Arc<str>, SnapshotError> {
        if let Some(text) = self.texts.get(&start) {
            return Ok(text.clone());
        }
        let text: Arc<str> = Arc::from(self.fresh(start)?);
        self.texts.insert(start, text.clone());
        Ok(text)
    }

    /// A word: an id, an attribute, a node.
    pub fn word(&mut self, reader: &mut Reader<'s>) -> Result<SmolStr, SnapshotError> {
        self.word_at(reader.u32()?)
    }

    /// The word at `start`.
    pub fn word_at(&mut self, start: u32) -> Result<SmolStr, SnapshotError> {
        if let Some(word) = self.words.get(&start) {
            return Ok(word.clone());
        }
        let word = SmolStr::new(self.fresh(start)?);
        self.words.insert(start, word.clone());
        Ok(word)
    }

    /// Several words.
    pub fn words(&mut self, reader: &mut Reader<'s>) -> Result<Vec<SmolStr>, SnapshotError> {
        reader.many(|reader| self.word(reader))
    }

    /// The subject whose text starts at `start`.
    pub fn subject_at(&mut self, start: u32) -> Result<Subject, SnapshotError> {
        if let Some(subject) = self.subjects.get(&start) {
            return Ok(subject.clone());
        }
        let parsed = Subject::parse(self.fresh(start)?);
        let subject = parsed.ok_or(SnapshotError::Nonsense("a subject is not `KIND/ID`"))?;
        self.subjects.insert(start, subject.clone());
        Ok(subject)
    }

    /// The statement `index`.
    pub fn statement(&mut self, index: u32) -> Result<Arc<Statement>, SnapshotError> {
        if let Some(statement) = self.statements.get(&index) {
            return Ok(statement.clone());
        }
        let mut reader = self.statement_table.get(index)?;
        self.statement_allowance = self
            .statement_allowance
            .checked_sub(reader.left())
            .ok_or(SnapshotError::Nonsense("statements overlap"))?;
        let statement = Arc::new(read_statement(&mut reader, self)?);
        reader.end()?;
        self.statements.insert(index, statement.clone());
        Ok(statement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes in which a long text may be read at every third place: `é` is at once a letter and a large length.
    #[test]
    fn texts_that_overlap_do_not_add_up_to_more_than_their_section() {
        let blob = "éa".repeat(1 << 21);
        let mut none = vec![0_u8; 8];
        none[..4].copy_from_slice(&0_u32.to_le_bytes());
        let statements = Table::new(&none).expect("an empty table");
        let mut decoding = Decoding::new(TextBlob(blob.as_bytes()), statements);
        let (mut read, mut refused) = (0, None);
        for start in (0..blob.len() as u32).step_by(3) {
            match decoding.text_at(start) {
                Ok(text) => read += text.len(),
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
        assert_eq!(refused, Some(SnapshotError::Nonsense("texts overlap")));
        assert!(read > 0 && read <= blob.len() * 3, "{read} bytes were copied");
    }
}

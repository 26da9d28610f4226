//! Named texts in one canonical order.

use std::sync::Arc;

/// A text of a [`Texts`], by its position in path order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A stretch of bytes of one text, half-open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Where something is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Origin {
    /// In which text.
    pub file: FileId,
    /// Where in it.
    pub span: Span,
}

impl Origin {
    /// The same place where files are called otherwise: `now` gives each file's new id. One that has none keeps its own.
    #[must_use]
    pub fn moved(self, now: &[Option<FileId>]) -> Origin {
        let file = now.get(self.file.0 as usize).copied().flatten();
        Origin { file: file.unwrap_or(self.file), ..self }
    }
}

/// One file's name and bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// Its path from the top of the repository, `/` between parts: `knowledge/terms/acv.toml`.
    pub path: Arc<str>,
    /// Its bytes as they are; not yet known to be UTF-8.
    pub bytes: Arc<[u8]>,
}

/// Texts, sorted by path, each path once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Texts {
    texts: Vec<Text>,
}

impl Texts {
    /// Sorts `texts` by path (bytewise). Of two with one path the first given is kept.
    pub fn new(mut texts: Vec<Text>) -> Texts {
        texts.sort_by(|a, b| a.path.cmp(&b.path));
        texts.dedup_by(|later, earlier| later.path == earlier.path);
        Texts { texts }
    }

    /// From pairs of path and content; for tests and tools.
    pub fn from_pairs<P: AsRef<str>, C: AsRef<[u8]>>(pairs: impl IntoIterator<Item = (P, C)>) -> Texts {
        let text = |(path, content): (P, C)| Text {
            path: Arc::from(path.as_ref()),
            bytes: Arc::from(content.as_ref()),
        };
        Texts::new(pairs.into_iter().map(text).collect())
    }

    /// The text `file`.
    ///
    /// # Panics
    /// Where `file` is of other texts: a fault of the program.
    pub fn get(&self, file: FileId) -> &Text {
        &self.texts[file.0 as usize]
    }

    /// All of them in path order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &Text)> {
        self.texts.iter().enumerate().map(|(index, text)| (FileId(index as u32), text))
    }

    /// The id of the text at `path`.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.texts.binary_search_by(|text| (*text.path).cmp(path));
        at.ok().map(|index| FileId(index as u32))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Bytes of all of them.
    pub fn total_bytes(&self) -> u64 {
        self.texts.iter().map(|text| text.bytes.len() as u64).sum()
    }
}

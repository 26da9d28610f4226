//! As much of a text as bears on what one subject answers: what it says of that subject, what it declares, and what may
//! speak of a subject from elsewhere. All else is blank in it, so that places stay where they are.
//!
//! By locality the decisions of that subject's slots are those of the whole.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use memchr::memmem::Finder;

use super::{Compiled, Extent, compile_as_far_as};
use crate::claim::Subject;
use crate::diagnostic::Findings;
use crate::kind::{Kind, kind};
use crate::parse::{chunks, parse_within};
use crate::source::{FileId, Limits, Text, Texts, is_config};

/// Cuts texts down to what bears on one subject, or leaves them whole.
pub struct Slice {
    /// `None` where all of a text is of interest.
    subject: Option<Key>,
    limits: Limits,
}

/// How a subject is written.
struct Key {
    /// `KIND.ID`, as in headers.
    key: String,
    id: Finder<'static>,
}

impl Key {
    /// Whether a text may spell the subject's name: an escape may, too.
    fn may_name(&self, text: &[u8]) -> bool {
        self.id.find(text).is_some() || memchr::memchr(b'\\', text).is_some()
    }
}

/// A text cut down.
#[derive(Clone, Debug)]
pub struct Part {
    /// The whole of it.
    text: Text,
    /// What is kept, in order; never empty.
    kept: Vec<Range<usize>>,
    /// The text with all else blank, once that was asked for.
    blanked: OnceLock<Text>,
}

impl Slice {
    /// For `subject`, of texts within `limits`.
    pub fn new(subject: &Subject, limits: &Limits) -> Slice {
        let key = Key {
            key: format!("{}.{}", subject.kind(), subject.id()),
            id: Finder::new(subject.id().as_bytes()).into_owned(),
        };
        Slice { subject: Some(key), limits: *limits }
    }

    /// For whatever the texts say, within `limits`: nothing is cut.
    pub fn whole(limits: &Limits) -> Slice {
        Slice { subject: None, limits: *limits }
    }

    /// What of a text bears on the subject; `None` where nothing does.
    pub fn part(&self, text: Text) -> Option<Part> {
        let whole = |text: Text| {
            let kept = std::iter::once(0..text.bytes.len()).collect();
            Some(Part { text, kept, blanked: OnceLock::new() })
        };
        let Some(subject) = self.subject.as_ref().filter(|_| !is_config(&text.path)) else {
            return whole(text);
        };
        let Some(chunks) = std::str::from_utf8(&text.bytes).ok().and_then(chunks) else {
            // It can't be cut, and may hold anything.
            return whole(text);
        };
        if chunks.iter().any(|chunk| chunk.key.split('.').next().and_then(kind).is_none()) {
            // It may be read through a lens, and be about whatever that says.
            return whole(text);
        }
        let bears = |key: &str, ranges: &[Range<usize>]| {
            let kind = key.split('.').next().and_then(kind);
            key == subject.key
                || kind.is_some_and(Kind::is_declaring)
                || kind.is_some_and(Kind::speaks_of_others)
                    && ranges.iter().any(|range| subject.may_name(&text.bytes[range.clone()]))
        };
        let kept = chunks.into_iter().filter(|chunk| bears(chunk.key, &chunk.ranges));
        let mut kept: Vec<Range<usize>> = kept.flat_map(|chunk| chunk.ranges).collect();
        kept.sort_unstable_by_key(|range| range.start);
        (!kept.is_empty()).then_some(Part { text, kept, blanked: OnceLock::new() })
    }

    /// Whether a text can be read as a whole. One that can't says what the version before it said.
    pub fn is_whole(&self, text: &Text) -> bool {
        parse_within(FileId(0), text, &self.limits, &mut Findings::new()).whole
    }

    /// Compiles `parts`, after `before` where that was compiled of such parts. What is wrong with them is not of interest.
    pub fn compile<'p>(&self, parts: impl Iterator<Item = &'p Part>, before: Option<&Compiled>) -> Compiled {
        let texts = Texts::new(parts.map(|part| part.blanked.get_or_init(|| part.blank()).clone()).collect());
        match before {
            Some(before) => before.next(texts, Findings::new()),
            None => compile_as_far_as(Extent::Answers, texts, Findings::new(), &self.limits),
        }
    }
}

impl Part {
    /// Whether both say the same, perhaps at other places.
    pub fn says_as(&self, other: &Part) -> bool {
        fn bytes(part: &Part) -> impl Iterator<Item = &u8> {
            part.kept.iter().flat_map(|range| &part.text.bytes[range.clone()])
        }
        let length = |part: &Part| part.kept.iter().map(ExactSizeIterator::len).sum::<usize>();
        length(self) == length(other) && bytes(self).eq(bytes(other))
    }

    /// The text with all else blank: every byte but those that end a line.
    fn blank(&self) -> Text {
        let all = &self.text.bytes;
        let blank =
            |range: Range<usize>| all[range].iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' });
        let mut bytes = Vec::with_capacity(all.len());
        for range in &self.kept {
            bytes.extend(blank(bytes.len()..range.start));
            bytes.extend_from_slice(&all[range.clone()]);
        }
        bytes.extend(blank(bytes.len()..all.len()));
        Text { path: Arc::clone(&self.text.path), bytes: bytes.into() }
    }
}

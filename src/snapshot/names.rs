//! What subjects are called, looked up by key and found in running texts, straight from the file.
//!
//! Keys are those of [`crate::name::key`]: names normalised, ids to the letter behind their system. Which claim bears a name
//! is all that stands here; whether it holds at a point is for the slot to say ([`Bearer::bears_at`]).
//!
//! | section | what |
//! |---|---|
//! | names | how many; then each, in the order of keys: length, key, how many claims × 2 (and one for an id), for each where the record of its slot starts (`u32`) and its position in it × 2 (and one if it is what always holds) |
//! | name index | from the hash of a key to its name, as from an address to its record |
//! | tokens, token index, mentions, mention index, mention filter | for [`Names::scan`]: see `trie.rs` |

mod build;

mod scan;

mod trie;

use super::index::{Index, text_hash};
use super::layout::Section;
use super::slot::outcome_of;
use super::wire::{OutcomeKind, Reader, Record};
use super::{At, SlotView, Snapshot, SnapshotError};
use crate::name::{Nearby, Nearness};

pub(super) use build::{NameSections, name_sections};
pub use scan::{Mention, Scan};
use trie::Trie;

/// All names of a snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Names<'s> {
    snapshot: &'s Snapshot,
    count: u32,
    /// The names, end to end.
    blob: &'s [u8],
    index: Index<'s>,
    trie: Trie<'s>,
}

impl<'s> Names<'s> {
    /// The names of `snapshot`, whatever they were normalised with.
    pub(super) fn new(snapshot: &'s Snapshot) -> Result<Names<'s>, SnapshotError> {
        let (count, blob) = counted(snapshot.section(Section::Names))?;
        let index = Index::new(snapshot.section(Section::NameIndex), count)?;
        let (tokens, words) = counted(snapshot.section(Section::Tokens))?;
        let token_index = Index::new(snapshot.section(Section::TokenIndex), tokens)?;
        let mentions = [Section::Mentions, Section::MentionIndex, Section::MentionFilter]
            .map(|section| snapshot.section(section));
        let trie = Trie::new(words, token_index, mentions)?;
        Ok(Names { snapshot, count, blob, index, trie })
    }

    /// How many distinct keys there are.
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Whether nothing has a name.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The name with this key ([`crate::name::norm`] of a name, [`crate::name::id_key`] of an id); `None` where no
    /// claim gives it. Keys are compared byte by byte, never by hash alone.
    ///
    /// # Errors
    /// Where the snapshot contradicts itself.
    pub fn get(&self, key: &str) -> Result<Option<Name<'s>>, SnapshotError> {
        Ok(match self.find(key)? {
            Some((start, _)) => Some(self.name(start)?),
            None => None,
        })
    }

    /// Where the name with this key starts, and what stands behind its key.
    #[inline]
    fn find(&self, key: &str) -> Result<Option<(u32, Reader<'s>)>, SnapshotError> {
        for start in self.index.candidates(text_hash(key.as_bytes())) {
            let mut reader = self.reader(start)?;
            if reader.varint()? == key.len() as u64 && reader.take(key.len())? == key.as_bytes() {
                return Ok(Some((start, reader)));
            }
        }
        Ok(None)
    }

    /// The claims that bear the name with this key; none where no claim does.
    ///
    /// # Errors
    /// Where the snapshot contradicts itself; so may each step.
    #[inline]
    pub fn bearers(&self, key: &str) -> Result<Bearers<'s>, SnapshotError> {
        let Some((_, mut reader)) = self.find(key)? else {
            return Ok(Bearers { snapshot: self.snapshot, left: 0, reader: Reader::new(&[]) });
        };
        let count = reader.u32()? >> 1;
        Ok(Bearers { snapshot: self.snapshot, left: count, reader })
    }

    /// All names, by key.
    pub fn iter(&self) -> impl Iterator<Item = Result<Name<'s>, SnapshotError>> + use<'s> {
        let (names, mut start) = (*self, 0);
        (0..self.count).map(move |_| {
            let name = names.name(start)?;
            start = names.after(name)?;
            Ok(name)
        })
    }

    /// The names that `text` mentions: from the left, of those that begin at one token the longest, none over another.
    /// A mention begins and ends with a token, and the text between has the name's key.
    ///
    /// Time is linear in the text, however long names are and however they begin and end alike; memory is that of the
    /// longest run of tokens that could be one name. Names that are punctuation only are not found in texts, and neither
    /// are ids.
    pub fn scan<'t>(&self, text: &'t str) -> Scan<'s, 't> {
        Scan::new(*self, text)
    }

    /// The name that starts at `start`.
    fn name(&self, start: u32) -> Result<Name<'s>, SnapshotError> {
        let mut reader = self.reader(start)?;
        let length = reader.count()?;
        let key = reader.take(length)?;
        let key = std::str::from_utf8(key).map_err(|_| SnapshotError::Nonsense("a name is not UTF-8"))?;
        let head = reader.u32()?;
        let bearers = Bearers { snapshot: self.snapshot, left: head >> 1, reader };
        Ok(Name { key, start, is_id: head & 1 == 1, bearers })
    }

    /// Where the name behind `name` starts.
    fn after(&self, name: Name<'s>) -> Result<u32, SnapshotError> {
        let mut bearers = name.bearers;
        for bearer in bearers.by_ref() {
            bearer?;
        }
        Ok((self.blob.len() - bearers.reader.left()) as u32)
    }

    /// Names near to the one with this key, for a person to look at: never what it refers to. The nearest first, at
    /// most `most`. The first call reads all names once, which is kept with the snapshot.
    ///
    /// # Errors
    /// Where the snapshot contradicts itself.
    pub fn near(&self, key: &str, most: usize) -> Result<Vec<(Name<'s>, Vec<Nearness>)>, SnapshotError> {
        let nearby = self.snapshot.nearby.get_or_init(|| self.nearby()).as_ref().map_err(Clone::clone)?;
        let found = nearby.near(key, most, |number| self.name(number).ok().map(|name| name.key));
        found.into_iter().map(|near| Ok((self.name(near.number)?, near.by))).collect()
    }

    fn nearby(&self) -> Result<Nearby, SnapshotError> {
        let mut keys = Vec::new();
        for name in self.iter() {
            let name = name?;
            if !name.is_id {
                keys.push((name.start, name.key));
            }
        }
        Ok(Nearby::new(&keys))
    }

    #[inline]
    fn reader(&self, start: u32) -> Result<Reader<'s>, SnapshotError> {
        match self.blob.get(start as usize..) {
            Some(from) => Ok(Reader::new(from)),
            None => Err(SnapshotError::Nonsense("the index of names points nowhere")),
        }
    }
}

/// One name.
#[derive(Clone, Copy, Debug)]
pub struct Name<'s> {
    /// What it is looked up by.
    pub key: &'s str,
    start: u32,
    is_id: bool,
    bearers: Bearers<'s>,
}

impl<'s> Name<'s> {
    /// The claims that bear it, by address and then hash.
    pub fn bearers(&self) -> Bearers<'s> {
        self.bearers
    }

    /// Whether it is an id of some system, and no name.
    pub fn is_id(&self) -> bool {
        self.is_id
    }

    /// A number that no other name of the snapshot has, ascending with keys.
    pub fn number(&self) -> u32 {
        self.start
    }
}

/// The claims that bear a name.
#[derive(Clone, Copy, Debug)]
pub struct Bearers<'s> {
    snapshot: &'s Snapshot,
    left: u32,
    reader: Reader<'s>,
}

impl<'s> Iterator for Bearers<'s> {
    type Item = Result<Bearer<'s>, SnapshotError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let bearer = self.read();
        if bearer.is_err() {
            self.left = 0;
        }
        Some(bearer)
    }
}

impl<'s> Bearers<'s> {
    #[inline]
    fn read(&mut self) -> Result<Bearer<'s>, SnapshotError> {
        let record = self.reader.fixed_u32()?;
        let position = self.reader.varint()?;
        let always = position & 1 == 1;
        match u32::try_from(position >> 1) {
            Ok(position) => Ok(Bearer { snapshot: self.snapshot, record, position, always }),
            Err(_) => Err(SnapshotError::Nonsense("a number is too large")),
        }
    }
}

/// One claim that gives its subject a name.
#[derive(Clone, Copy, Debug)]
pub struct Bearer<'s> {
    snapshot: &'s Snapshot,
    /// Where the record of its slot starts.
    record: u32,
    position: u32,
    /// Whether it is what holds wherever and whenever one asks.
    always: bool,
}

/// Whether a claim bears its name at a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bears {
    /// It does: it is what holds there.
    Yes,
    /// Another claim holds there, or none.
    No,
    /// It is one of those that contradict each other there.
    Contested,
    /// That depends on something the point leaves open, or gives a value that is not declared.
    Depends,
}

impl<'s> Bearer<'s> {
    /// The slot that the claim is one of.
    pub fn slot(&self) -> Result<SlotView<'s>, SnapshotError> {
        SlotView::new(self.snapshot, self.record, self.read()?)
    }

    /// The claim's position in its slot.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// The claim's position among all of the snapshot, for [`super::ProvenanceView::saying`].
    pub fn claim(&self) -> Result<u32, SnapshotError> {
        let record = self.read()?;
        if self.position < record.count {
            Ok(record.first + self.position)
        } else {
            Err(SnapshotError::Nonsense("a name is borne by a claim that does not exist"))
        }
    }

    /// Whether its subject is called so at a point.
    pub fn bears_at(&self, at: &At<'_>) -> Result<Bears, SnapshotError> {
        if self.always {
            return Ok(Bears::Yes);
        }
        let record = self.read()?;
        let Some(outcome) = outcome_of(&record.decided, self.snapshot, at)? else {
            return Ok(Bears::Depends);
        };
        Ok(match (outcome.kind, outcome.names(self.position)?) {
            (OutcomeKind::Fact, true) => Bears::Yes,
            (OutcomeKind::Conflict, true) => Bears::Contested,
            _ => Bears::No,
        })
    }

    fn read(&self) -> Result<Record<'s>, SnapshotError> {
        let record = self.snapshot.facts()?.blob.get(self.record as usize..);
        Record::read(Reader::new(record.ok_or(SnapshotError::Nonsense("a name is borne by no slot"))?))
    }
}

/// A section that begins with a count, and the rest of it.
fn counted(section: &[u8]) -> Result<(u32, &[u8]), SnapshotError> {
    let (count, rest) =
        section.split_first_chunk().ok_or(SnapshotError::Nonsense("a section of names is missing"))?;
    Ok((u32::from_le_bytes(*count), rest))
}

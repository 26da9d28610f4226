//! A snapshot that was checked and can be asked.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::index::{Index, text_hash};
use super::layout::{self, Header, Normalisation, Section};
use super::map::{Bytes, map};
use super::slot::SlotView;
use super::verify::Trees;
use super::wire::{Decoding, Reader, Record, Table, TextBlob, read_declarations};
use super::{At, Hash, Lookup, Names, ProvenanceView, SnapshotError};
use crate::claim::{Claim, Declarations, Shape, Slot};
use crate::name::Nearby;
use crate::resolve::Decisions;

/// A snapshot whose bytes match their hash, in memory or mapped into it. Cheap to share between threads.
#[derive(Debug)]
pub struct Snapshot {
    bytes: Bytes,
    header: Header,
    sections: [Range<usize>; layout::SECTIONS],
    known: OnceLock<Result<Known, SnapshotError>>,
    /// For proofs.
    pub(super) trees: Trees,
    /// For names that nobody bears.
    pub(super) nearby: OnceLock<Result<Nearby, SnapshotError>>,
}

/// What is decoded once and kept.
#[derive(Debug)]
struct Known {
    declarations: Declarations,
    /// For each declared tree and enum, the tick of each value.
    ticks: BTreeMap<SmolStr, FxHashMap<SmolStr, u32>>,
}

/// One source file that a snapshot was built from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFile {
    /// Its path from the top of the repository.
    pub path: Arc<str>,
    /// BLAKE3 of its bytes.
    pub hash: Hash,
    /// How many bytes.
    pub len: u64,
}

/// Everything that deciding took and gave, as it was when the snapshot was built.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoded {
    /// What the business declares.
    pub declarations: Declarations,
    /// All claims. Their [`crate::source::Origin::file`] counts in [`Snapshot::files`].
    pub claims: Vec<Claim>,
    /// What was decided about them.
    pub decisions: Decisions,
    /// Line and column of each claim.
    pub lines: Vec<(u32, u32)>,
}

impl Snapshot {
    /// Maps the file into memory and checks it as [`Snapshot::from_bytes`] does.
    ///
    /// # Errors
    /// Where the file can't be read, or is not a snapshot that this program wrote whole.
    pub fn open(path: &Path) -> Result<Snapshot, SnapshotError> {
        Snapshot::believe(map(path)?)
    }

    /// Takes bytes after checking size, magic, version, the hash of everything and the table of sections, in that
    /// order.
    ///
    /// # Errors
    /// Where any of these is not right.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Snapshot, SnapshotError> {
        Snapshot::believe(Bytes::Held(bytes))
    }

    fn believe(bytes: Bytes) -> Result<Snapshot, SnapshotError> {
        layout::check_front(&bytes)?;
        layout::check_hash(&bytes)?;
        let (header, sections) = layout::read_frame(&bytes)?;
        let snapshot = Snapshot {
            bytes,
            header,
            sections,
            known: OnceLock::new(),
            trees: Trees::default(),
            nearby: OnceLock::new(),
        };
        snapshot.check_sizes()?;
        Ok(snapshot)
    }

    /// That the sections are as long as the header's counts make them.
    fn check_sizes(&self) -> Result<(), SnapshotError> {
        let claims = self.header.claims as usize;
        let facts = self.facts()?.len() == self.header.slots;
        let hashes = self.section(Section::Hashes).len() == claims * 32;
        let said = match self.section(Section::History) {
            [] => 0,
            _ => claims * 4,
        };
        self.index()?;
        self.decoding()?;
        Names::new(self)?;
        let right = facts && hashes && self.section(Section::Said).len() == said;
        if right { Ok(()) } else { Err(SnapshotError::Nonsense("its sections do not fit each other")) }
    }

    /// Hashes everything once more and compares: what [`Snapshot::open`] did before believing anything.
    ///
    /// # Errors
    /// [`SnapshotError::Damaged`] where the bytes are no more what they were.
    pub fn check_all(&self) -> Result<(), SnapshotError> {
        layout::check_hash(&self.bytes)
    }

    /// All of its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the file, provenance and places included.
    pub fn file_hash(&self) -> Hash {
        layout::carried_hash(&self.bytes)
    }

    /// Merkle root over all facts: what holds. Moving or reformatting claims does not change it.
    pub fn content_root(&self) -> Hash {
        self.header.content_root
    }

    /// Merkle root over who said each claim; `None` without provenance.
    pub fn provenance_root(&self) -> Option<Hash> {
        self.header.provenance_root
    }

    /// The name of the knowledge.
    pub fn name(&self) -> Result<&str, SnapshotError> {
        let name = std::str::from_utf8(self.section(Section::Name));
        name.map_err(|_| SnapshotError::Nonsense("its name is not UTF-8"))
    }

    /// The normalisation profile and the Unicode version it was built with: `norm/1 unicode 16.0.0`.
    pub fn normalisation(&self) -> String {
        self.header.normalisation.named()
    }

    /// That names are normalised here as they were when it was built: else no key of today finds one of then.
    ///
    /// # Errors
    /// [`SnapshotError::OtherNames`] where they are not.
    pub(super) fn check_normalisation(&self) -> Result<(), SnapshotError> {
        if self.header.normalisation == Normalisation::own() {
            return Ok(());
        }
        Err(SnapshotError::OtherNames { found: self.normalisation() })
    }

    /// How many slots.
    pub fn slot_count(&self) -> u32 {
        self.header.slots
    }

    /// How many claims.
    pub fn claim_count(&self) -> u32 {
        self.header.claims
    }

    /// The source files it was built from, by path, in the order of [`crate::source::FileId`].
    pub fn files(&self) -> Result<Vec<SourceFile>, SnapshotError> {
        let files = Table::new(self.section(Section::Files))?;
        let mut decoding = self.decoding()?;
        (0..files.len()).map(|index| self.file(index, &mut decoding)).collect()
    }

    /// The source file `index`.
    pub(super) fn file<'s>(
        &'s self,
        index: u32,
        decoding: &mut Decoding<'s>,
    ) -> Result<SourceFile, SnapshotError> {
        let mut reader = Table::new(self.section(Section::Files))?.get(index)?;
        let path = decoding.text(&mut reader)?;
        let file = SourceFile { path, hash: Hash(reader.hash()?), len: reader.varint()? };
        reader.end()?;
        Ok(file)
    }

    /// What the business declares; decoded once, kept.
    pub fn declarations(&self) -> Result<&Declarations, SnapshotError> {
        self.known().map(|known| &known.declarations)
    }

    /// The tick of `value` in the declared tree or enum `dimension`; `None` where it has no such value.
    pub(super) fn declared_tick(&self, dimension: &str, value: &str) -> Result<Option<u32>, SnapshotError> {
        Ok(self.known()?.ticks.get(dimension).and_then(|ticks| ticks.get(value)).copied())
    }

    fn known(&self) -> Result<&Known, SnapshotError> {
        self.known.get_or_init(|| self.read_known()).as_ref().map_err(Clone::clone)
    }

    fn read_known(&self) -> Result<Known, SnapshotError> {
        let mut reader = Reader::new(self.section(Section::Declarations));
        let declarations = read_declarations(&mut reader, &mut self.decoding()?)?;
        let mut ticks = BTreeMap::new();
        for (id, dimension) in &declarations.dimensions {
            let values: Vec<&SmolStr> = match &dimension.shape {
                Shape::Tree(tree) => tree.nodes.iter().map(|node| &node.name).collect(),
                Shape::Enum(values) => values.iter().collect(),
                _ => continue,
            };
            ticks.insert(id.clone(), values.into_iter().cloned().zip(0..).collect());
        }
        Ok(Known { declarations, ticks })
    }

    /// The fact `KIND/ID#ATTRIBUTE` at a point, borrowed from the file: the fast path. `None` where nothing is said
    /// about the address.
    pub fn get(&self, address: &str, at: &At<'_>) -> Result<Option<Lookup<'_>>, SnapshotError> {
        self.find(address)?.map(|slot| slot.look_up(at)).transpose()
    }

    /// The slot; `None` where nothing is said about it.
    pub fn slot(&self, slot: &Slot) -> Result<Option<SlotView<'_>>, SnapshotError> {
        self.find(&slot.to_string())
    }

    /// The slot with the address `KIND/ID#ATTRIBUTE`; `None` where nothing is said about it.
    pub fn find(&self, address: &str) -> Result<Option<SlotView<'_>>, SnapshotError> {
        let blob = self.facts()?.blob;
        for start in self.index()?.candidates(text_hash(address.as_bytes())) {
            let from =
                blob.get(start as usize..).ok_or(SnapshotError::Nonsense("the index points nowhere"))?;
            if self.stands_at(address, Reader::new(from))? {
                return SlotView::new(self, start, Record::read(Reader::new(from))?).map(Some);
            }
        }
        Ok(None)
    }

    /// Whether `address` is that of the record at the front of `reader`; the rest of it is not looked at.
    fn stands_at(&self, address: &str, mut reader: Reader<'_>) -> Result<bool, SnapshotError> {
        let texts = self.texts();
        let subject = texts.bytes(reader.u32()?)?;
        let rest = address.as_bytes().strip_prefix(subject).and_then(|rest| rest.strip_prefix(b"#"));
        Ok(match rest {
            Some(rest) => rest == texts.bytes(reader.u32()?)?,
            None => false,
        })
    }

    /// The slots whose address begins with `prefix` (`term/`, `term/acv#`, nothing at all), in address order.
    pub fn slots_with_prefix<'s>(
        &'s self,
        prefix: &str,
    ) -> Result<impl Iterator<Item = Result<SlotView<'s>, SnapshotError>> + use<'s>, SnapshotError> {
        // Slots are sorted by subject, then attribute, so a prefix that reaches into the attribute fixes the subject.
        let (subject, attribute) = match prefix.split_once('#') {
            Some((subject, attribute)) => (subject, Some(attribute)),
            None => (prefix, None),
        };
        let begins = |view: &SlotView<'_>| match attribute {
            Some(attribute) => view.subject() == subject && view.attribute().starts_with(attribute),
            None => view.subject().starts_with(subject),
        };
        let before = |view: &SlotView<'_>| {
            (view.subject(), view.attribute()) < (subject, attribute.unwrap_or_default()) && !begins(view)
        };
        let past = |view: &SlotView<'_>| !before(view) && !begins(view);
        let count = self.slot_count();
        let first = self.partition_point(0..count, before)?;
        let end = self.partition_point(first..count, |view| !past(view))?;
        Ok((first..end).map(|ordinal| self.slot_at(ordinal)))
    }

    /// The first ordinal of `range` for which `holds` does not (as [`slice::partition_point`]).
    fn partition_point(
        &self,
        range: Range<u32>,
        holds: impl Fn(&SlotView<'_>) -> bool,
    ) -> Result<u32, SnapshotError> {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            match holds(&self.slot_at(middle)?) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        Ok(low)
    }

    /// Slot `ordinal` in address order.
    pub(super) fn slot_at(&self, ordinal: u32) -> Result<SlotView<'_>, SnapshotError> {
        let facts = self.facts()?;
        let record = Record::read(facts.get(ordinal)?)?;
        SlotView::new(self, facts.start(ordinal).unwrap_or_default(), record)
    }

    /// The subjects that begin with `prefix` (`term/`, nothing at all), as `KIND/ID`, in address order.
    pub fn subjects<'s>(
        &'s self,
        prefix: &str,
    ) -> Result<impl Iterator<Item = Result<&'s str, SnapshotError>> + use<'s>, SnapshotError> {
        let subject = prefix.split_once('#').map_or(prefix, |(subject, _)| subject);
        let mut last = None;
        let new = move |view: Result<SlotView<'s>, SnapshotError>| match view {
            Ok(view) if last == Some(view.subject()) => None,
            Ok(view) => {
                last = Some(view.subject());
                Some(Ok(view.subject()))
            }
            Err(error) => Some(Err(error)),
        };
        Ok(self.slots_with_prefix(subject)?.filter_map(new))
    }

    /// Who said what; `None` in a snapshot built without history.
    pub fn provenance(&self) -> Option<ProvenanceView<'_>> {
        self.header.provenance_root.map(|_| ProvenanceView { snapshot: self })
    }

    /// What subjects are called.
    ///
    /// # Errors
    /// [`SnapshotError::OtherNames`] where names were normalised otherwise than this program does; all else can be
    /// asked all the same.
    pub fn names(&self) -> Result<Names<'_>, SnapshotError> {
        self.check_normalisation()?;
        Names::new(self)
    }

    /// Everything that deciding took and gave. Facts are checked to follow on each other.
    pub fn decode(&self) -> Result<Decoded, SnapshotError> {
        let declarations = self.declarations()?.clone();
        let mut decoding = self.decoding()?;
        let (mut claims, mut slots, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        let (mut next, facts) = (0, self.facts()?);
        for ordinal in 0..self.slot_count() {
            let whole = facts.get(ordinal)?;
            let in_place = facts.start(ordinal) == Some(next);
            next = next.saturating_add(whole.left() as u32);
            let record = Record::read(whole)?;
            if !in_place || record.first as usize != claims.len() {
                return Err(SnapshotError::Nonsense("facts do not follow on each other"));
            }
            for read in record.claims(&mut decoding, self.hashes_of(&record)?)? {
                claims.push(read.claim);
                lines.push((read.line, read.column));
            }
            slots.push(record.decided.decode(record.first..claims.len() as u32, &mut decoding)?);
        }
        Ok(Decoded { declarations, claims, decisions: Decisions { slots }, lines })
    }

    /// The bytes of a section.
    pub(super) fn section(&self, section: Section) -> &[u8] {
        &self.bytes[self.sections[section as usize].clone()]
    }

    /// The pool of texts.
    pub(super) fn texts(&self) -> TextBlob<'_> {
        TextBlob(self.section(Section::Texts))
    }

    /// The table of facts.
    pub(super) fn facts(&self) -> Result<Table<'_>, SnapshotError> {
        Table::new(self.section(Section::Facts))
    }

    /// The hashes of all claims.
    pub(super) fn hashes(&self) -> &[[u8; 32]] {
        self.section(Section::Hashes).as_chunks::<32>().0
    }

    /// The hashes of the claims of one fact.
    pub(super) fn hashes_of(&self, record: &Record<'_>) -> Result<&[[u8; 32]], SnapshotError> {
        let hashes = self.hashes().get(record.first as usize..(record.first + record.count) as usize);
        hashes.ok_or(SnapshotError::Nonsense("a fact has claims that do not exist"))
    }

    /// Reads words and statements of this snapshot.
    pub(super) fn decoding(&self) -> Result<Decoding<'_>, SnapshotError> {
        Ok(Decoding::new(self.texts(), Table::new(self.section(Section::Statements))?))
    }

    fn index(&self) -> Result<Index<'_>, SnapshotError> {
        Index::new(self.section(Section::Index), self.header.slots)
    }
}

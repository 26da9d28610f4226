//! The frame of the file: magic, version, hash, roots, table of sections.
//!
//! | bytes | what |
//! |---|---|
//! | 0–8 | magic |
//! | 8–12 | format version |
//! | 12–16 | how many sections |
//! | 16–48 | BLAKE3 of everything else, these 32 bytes left out |
//! | 48–80 | content root |
//! | 80–112 | provenance root; zeros without provenance |
//! | 112–120 | normalisation profile, padded with zeros |
//! | 120–128 | Unicode version (three bytes), zeros |
//! | 128–160 | BLAKE3 of what the profile's tables say |
//! | 160–168 | length of the file |
//! | 168–176 | how many slots, how many claims |
//! | 176– | for each section: where it starts, how long it is |
//!
//! Sections stand in the order of [`Section`], each at the next multiple of 64 (a line of a processor's cache), zeros between. So there is one way to
//! lay out given sections, and no two can overlap.

use std::ops::Range;

use super::{Hash, SnapshotError};
use crate::name;

const MAGIC: [u8; 8] = *b"\x89dictum\n";
const VERSION: u32 = 2;
const HASHED_FROM: usize = 48;
const LENGTH: usize = 160;
const COUNTS: usize = 168;
const TABLE: usize = 176;
const ALIGN: u64 = 64;
/// How many sections there are.
pub(super) const SECTIONS: usize = 19;
const HEADER: usize = TABLE + SECTIONS * 16;

/// Longer files are refused unread.
pub(super) const MAX_BYTES: u64 = 1 << 36;

/// The parts of the file, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Section {
    /// The name of the knowledge.
    Name,
    /// Declarations.
    Declarations,
    /// A table of source files.
    Files,
    /// The pool of texts.
    Texts,
    /// A table of statements.
    Statements,
    /// A table of facts, in address order.
    Facts,
    /// The hashes of all claims, 32 bytes each.
    Hashes,
    /// Address to fact.
    Index,
    /// What subjects are called: the keys in order, each with the claims that give it.
    Names,
    /// Key to name.
    NameIndex,
    /// The tokens that names are made of.
    Tokens,
    /// Token to its record.
    TokenIndex,
    /// The trie over names, by tokens, from their ends.
    Mentions,
    /// From node and token to node, where a node has many children.
    MentionIndex,
    /// What can't be in that index.
    MentionFilter,
    /// Head, completeness, events. Empty without provenance, as are the next three.
    History,
    /// A table of commits.
    Commits,
    /// A table of distinct sayings.
    Sayings,
    /// For each claim, the number of its saying and one, as `u32`; 0 for none.
    Said,
}

/// What names were made into keys with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Normalisation {
    /// Its name, padded with zeros.
    profile: [u8; 8],
    unicode: [u8; 3],
    tables: Hash,
}

impl Normalisation {
    /// What this program makes keys with.
    pub fn own() -> Normalisation {
        let mut profile = [0; 8];
        name::PROFILE.bytes().zip(&mut profile).for_each(|(byte, place)| *place = byte);
        let (major, minor, patch) = name::UNICODE_VERSION;
        let unicode = [major, minor, patch].map(|number| number as u8);
        Normalisation { profile, unicode, tables: Hash(name::TABLES_HASH) }
    }

    /// `norm/1 unicode 16.0.0`.
    pub fn named(&self) -> String {
        let [major, minor, patch] = self.unicode;
        let profile = String::from_utf8_lossy(&self.profile);
        format!("{} unicode {major}.{minor}.{patch}", profile.trim_end_matches('\0').escape_debug())
    }
}

/// What stands in front of the sections, beside the hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Header {
    pub content_root: Hash,
    pub provenance_root: Option<Hash>,
    pub normalisation: Normalisation,
    pub slots: u32,
    pub claims: u32,
}

impl Header {
    /// A header with the normalisation that this program has.
    pub fn new(content_root: Hash, provenance_root: Option<Hash>, slots: u32, claims: u32) -> Header {
        Header { content_root, provenance_root, normalisation: Normalisation::own(), slots, claims }
    }
}

/// The whole file.
pub(super) fn lay_out(header: &Header, sections: [Vec<u8>; SECTIONS]) -> Vec<u8> {
    let ranges = places(&std::array::from_fn(|index| sections[index].len() as u64));
    let length = ranges.last().map_or(HEADER as u64, |last| last.end.next_multiple_of(ALIGN));
    let mut bytes = Vec::with_capacity(length as usize);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&(SECTIONS as u32).to_le_bytes());
    bytes.extend_from_slice(&[0; 32]);
    bytes.extend_from_slice(&header.content_root.0);
    bytes.extend_from_slice(&header.provenance_root.map_or([0; 32], |root| root.0));
    bytes.extend_from_slice(&header.normalisation.profile);
    bytes.extend_from_slice(&header.normalisation.unicode);
    bytes.extend_from_slice(&[0; 5]);
    bytes.extend_from_slice(&header.normalisation.tables.0);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&header.slots.to_le_bytes());
    bytes.extend_from_slice(&header.claims.to_le_bytes());
    for range in &ranges {
        bytes.extend_from_slice(&range.start.to_le_bytes());
        bytes.extend_from_slice(&(range.end - range.start).to_le_bytes());
    }
    for section in sections {
        bytes.resize(bytes.len().next_multiple_of(ALIGN as usize), 0);
        bytes.extend_from_slice(&section);
    }
    bytes.resize(length as usize, 0);
    seal(&mut bytes);
    bytes
}

/// Puts the hash of everything in its place.
pub(super) fn seal(bytes: &mut [u8]) {
    if let Some(hash) = whole_hash(bytes) {
        bytes[16..HASHED_FROM].copy_from_slice(&hash.0);
    }
}

/// The hash of everything but the hash itself, on all threads.
fn whole_hash(bytes: &[u8]) -> Option<Hash> {
    let (front, rest) = (bytes.get(..16)?, bytes.get(HASHED_FROM..)?);
    let mut hasher = blake3::Hasher::new_derive_key("dictum 2026 snapshot/1");
    hasher.update_rayon(rest).update(front);
    Some(Hash(*hasher.finalize().as_bytes()))
}

/// The hash that the file carries.
pub(super) fn carried_hash(bytes: &[u8]) -> Hash {
    Hash(array(bytes, 16).unwrap_or([0; 32]))
}

/// Whether the bytes are those that were written.
pub(super) fn check_hash(bytes: &[u8]) -> Result<(), SnapshotError> {
    let whole = whole_hash(bytes) == Some(carried_hash(bytes));
    if whole { Ok(()) } else { Err(SnapshotError::Damaged) }
}

/// Whether the bytes begin as a snapshot that this program reads; nothing more is looked at.
pub(super) fn check_front(bytes: &[u8]) -> Result<(), SnapshotError> {
    if bytes.len() < MAGIC.len() || bytes[..MAGIC.len()] != MAGIC {
        return Err(SnapshotError::NotASnapshot);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(SnapshotError::TooLarge("more than 64 GiB in one file"));
    }
    match u32_at(bytes, 8) {
        None => Err(SnapshotError::Damaged),
        Some(VERSION) if bytes.len() < HEADER => Err(SnapshotError::Damaged),
        Some(VERSION) => Ok(()),
        Some(found) => Err(SnapshotError::Version { found }),
    }
}

/// The header, and where each section stands. Every byte of the frame can have one value only.
pub(super) fn read_frame(bytes: &[u8]) -> Result<(Header, [Range<usize>; SECTIONS]), SnapshotError> {
    read_frame_parts(bytes).ok_or(SnapshotError::Nonsense("its frame"))
}

fn read_frame_parts(bytes: &[u8]) -> Option<(Header, [Range<usize>; SECTIONS])> {
    let mut lengths = [0; SECTIONS];
    for (index, length) in lengths.iter_mut().enumerate() {
        *length = u64_at(bytes, TABLE + index * 16 + 8)?;
        if *length > bytes.len() as u64 {
            return None;
        }
    }
    let ranges = places(&lengths);
    let starts =
        ranges.iter().enumerate().all(|(n, range)| u64_at(bytes, TABLE + n * 16) == Some(range.start));
    let end = ranges.last()?.end.next_multiple_of(ALIGN);
    let whole = u64_at(bytes, LENGTH)? == bytes.len() as u64 && end == bytes.len() as u64;
    let known = u32_at(bytes, 12)? == SECTIONS as u32;
    if !(starts && whole && known && bytes.get(123..128)? == [0; 5]) {
        return None;
    }
    let mut padding = std::iter::once(HEADER as u64..ranges[0].start)
        .chain(ranges.windows(2).map(|pair| pair[0].end..pair[1].start))
        .chain(std::iter::once(ranges.last()?.end..end));
    if !padding.all(|gap| bytes[gap.start as usize..gap.end as usize].iter().all(|byte| *byte == 0)) {
        return None;
    }
    let has_history = !ranges[Section::History as usize].is_empty();
    let provenance_root: [u8; 32] = array(bytes, 80)?;
    if !has_history && provenance_root != [0; 32] {
        return None;
    }
    let header = Header {
        content_root: Hash(array(bytes, 48)?),
        provenance_root: has_history.then_some(Hash(provenance_root)),
        // Another profile is no damage: whatever asks for no name is answered all the same.
        normalisation: Normalisation {
            profile: array(bytes, 112)?,
            unicode: array(bytes, 120)?,
            tables: Hash(array(bytes, 128)?),
        },
        slots: u32_at(bytes, COUNTS)?,
        claims: u32_at(bytes, COUNTS + 4)?,
    };
    Some((header, ranges.map(|range| range.start as usize..range.end as usize)))
}

/// Where sections of these lengths stand.
fn places(lengths: &[u64; SECTIONS]) -> [Range<u64>; SECTIONS] {
    let mut next = HEADER as u64;
    lengths.map(|length| {
        let start = next.next_multiple_of(ALIGN);
        next = start + length;
        start..next
    })
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

//! From an address to its fact, or from a name or a token to its record, in one probe: a table of hashes in ascending
//! order.
//!
//! Linear probing whose entries are placed in order of hash ("ordered hashing", Amble and Knuth 1974): an entry
//! stands in the line that is its hash's home, or behind the entry before it. A search stops at a line that ends with
//! a greater hash or none, the bytes depend on the set of addresses alone, and addresses made to collide cost a longer scan but no slower build.

use rayon::prelude::*;

use super::SnapshotError;

/// An entry: the address's hash, and where its record starts; [`EMPTY`] is no entry.
const ENTRY: usize = 8;
const EMPTY: u32 = u32::MAX;

/// Entries that are looked at together: a line of a processor's cache.
const LINE: usize = 8;

/// How many lines there are for `count` entries: five eighths of them are taken.
fn lines(count: u64) -> u64 {
    count.div_ceil(5) + 1
}

/// The line at which a hash is at home: the hash as a fraction of all hashes, so that homes ascend with hashes.
fn home(hash: u32, lines: u64) -> usize {
    ((u64::from(hash) * lines) >> 32) as usize
}

/// The hash of an address or a name: the upper half of a folded-multiply hash over words of 8 bytes (as in wyhash), fixed for ever by the format.
#[inline]
pub(super) fn text_hash(text: &[u8]) -> u32 {
    const KEYS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03];
    let fold = |word: u64, key: u64| {
        let product = u128::from(word) * u128::from(key);
        product as u64 ^ (product >> 64) as u64
    };
    let (words, tail) = text.as_chunks::<8>();
    let mut state = KEYS[1] ^ text.len() as u64;
    for word in words {
        state = fold(state ^ u64::from_le_bytes(*word), KEYS[0]) ^ KEYS[1];
    }
    state = fold(state ^ padded(tail), KEYS[0]) ^ KEYS[1];
    (fold(state, KEYS[1]) >> 32) as u32
}

/// Fewer than 8 bytes as a little-endian number.
#[inline]
fn padded(tail: &[u8]) -> u64 {
    // Two reads that may overlap, for a copy of so few bytes is a call.
    if let (Some(first), Some(last)) = (tail.first_chunk::<4>(), tail.last_chunk::<4>()) {
        let shift = (tail.len() - 4) * 8;
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << shift;
    }
    tail.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The section for entries of (hash, where the record starts).
pub(super) fn index_section(mut entries: Vec<(u32, u32)>) -> Vec<u8> {
    entries.par_sort_unstable();
    let lines = lines(entries.len() as u64);
    let mut table = vec![0xff; lines as usize * LINE * ENTRY];
    let mut next = 0;
    for (hash, start) in entries {
        let at = (home(hash, lines) * LINE).max(next);
        next = at + 1;
        if next * ENTRY > table.len() {
            table.resize(table.len() + LINE * ENTRY, 0xff);
        }
        let line = at / LINE * LINE * ENTRY;
        for (half, number) in [(0, hash), (LINE, start)] {
            let place = line + (half + at % LINE) * 4;
            table[place..place + 4].copy_from_slice(&number.to_le_bytes());
        }
    }
    table
}

/// The index, being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Index<'s> {
    table: &'s [Line],
    lines: u64,
}

impl<'s> Index<'s> {
    /// The index over `count` addresses that a section holds.
    pub fn new(section: &'s [u8], count: u32) -> Result<Index<'s>, SnapshotError> {
        let (numbers, rest) = section.as_chunks::<4>();
        let (table, more) = numbers.as_chunks::<{ LINE * 2 }>();
        let lines = lines(u64::from(count));
        let whole = rest.is_empty() && more.is_empty() && table.len() as u64 >= lines;
        let wrong = SnapshotError::Nonsense("the index has an impossible size");
        if whole { Ok(Index { table, lines }) } else { Err(wrong) }
    }

    /// Where records start whose address may be the one with this hash.
    #[inline]
    pub fn candidates(&self, hash: u32) -> Candidates<'s> {
        let rest = self.table.get(home(hash, self.lines)..).unwrap_or(&[]);
        Candidates { rest, line: &NONE, equal: 0, hash, more: true }
    }
}

/// The hashes of its entries, then where their records start.
type Line = [[u8; 4]; LINE * 2];

/// A line without entries.
static NONE: Line = [[0xff; 4]; LINE * 2];

/// Entries of one hash.
#[derive(Clone, Debug)]
pub(super) struct Candidates<'s> {
    /// Lines that were not looked at.
    rest: &'s [Line],
    line: &'s Line,
    /// Of the line, which have the hash and were not given: a bit each.
    equal: u32,
    hash: u32,
    /// Whether the next line may have some too.
    more: bool,
}

impl Iterator for Candidates<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        loop {
            while self.equal != 0 {
                let at = self.equal.trailing_zeros() as usize % LINE;
                self.equal &= self.equal - 1;
                let start = u32::from_le_bytes(self.line[LINE + at]);
                if start != EMPTY {
                    return Some(start);
                }
            }
            if !self.more {
                return None;
            }
            let (line, rest) = self.rest.split_first()?;
            (self.line, self.rest) = (line, rest);
            // All of a line are compared before any is looked at: which one it is can't be foreseen, and a processor that
            // guessed wrong would wait for memory once more.
            let same = |at: usize| u32::from(u32::from_le_bytes(line[at]) == self.hash) << at;
            self.equal = (0..LINE).fold(0, |equal, at| equal | same(at));
            let last = u32::from_le_bytes(line[LINE - 1]);
            self.more = last <= self.hash && u32::from_le_bytes(line[LINE * 2 - 1]) != EMPTY;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_found_at_its_record_and_no_other_is() {
        let addresses: Vec<String> = (0..5_000).map(|n| format!("term/t{n}#definition")).collect();
        let entries = addresses.iter().zip(0_u32..).map(|(a, start)| (text_hash(a.as_bytes()), start));
        let section = index_section(entries.collect());
        let index = Index::new(&section, 5_000).expect("whole");
        for (address, start) in addresses.iter().zip(0_u32..) {
            let found: Vec<u32> = index.candidates(text_hash(address.as_bytes())).collect();
            assert!(found.contains(&start), "{address}");
            assert!(found.len() < 3, "{address} has {} candidates", found.len());
        }
    }

    #[test]
    fn addresses_made_to_collide_are_all_candidates_even_at_the_end_of_the_table() {
        for hash in [0, 7, u32::MAX] {
            let section = index_section((0..100).map(|start| (hash, start)).collect());
            let index = Index::new(&section, 100).expect("whole");
            assert_eq!(index.candidates(hash).count(), 100);
            assert_eq!(index.candidates(hash ^ 1).count(), 0);
        }
    }

    #[test]
    fn an_empty_index_has_no_candidates() {
        let section = index_section(Vec::new());
        assert_eq!(Index::new(&section, 0).expect("whole").candidates(0).count(), 0);
    }

    #[test]
    fn a_tail_is_read_as_if_padded_with_zeros() {
        for length in 0..8 {
            let tail: Vec<u8> = (0..length).map(|n| 0x81 + n * 3).collect();
            let whole = [&tail[..], &[0; 8]].concat();
            assert_eq!(Some(padded(&tail)), whole.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)));
        }
    }

    #[test]
    fn the_hash_is_part_of_the_format() {
        assert_eq!(text_hash(b""), 2_764_662_039);
        assert_eq!(text_hash(b"term/active-customer#definition"), 1_410_911_279);
    }
}

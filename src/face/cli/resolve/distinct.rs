//! The distinct rows of a table, each once, in the order of their first appearance: what a batch holds in memory.
//!
//! A row is kept as bytes, end to end with all others, and found by an open-addressed table of hashes (linear
//! probing; Knuth, The Art of Computer Programming 3, §6.4). The hash is keyed at random (SipHash), so that nobody makes
//! a table whose rows collide; the order is that of appearance, so that no output depends on it.

use std::hash::{BuildHasher, RandomState};

use super::rows::{Field, MOST_COLUMNS};

/// All distinct rows so far.
pub(super) struct Distinct {
    bytes: Vec<u8>,
    ends: Vec<u64>,
    /// Hash, and the number of the row plus one; 0 is no row.
    slots: Vec<(u32, u32)>,
    hasher: RandomState,
    columns: usize,
    /// The row being looked up.
    row: Vec<u8>,
}

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Interned {
    /// It has this number and was there already.
    Known(u32),
    /// It is new.
    New(u32),
    /// There is no room for it.
    Full,
}

impl Distinct {
    /// None yet, of rows with so many columns.
    pub fn new(columns: usize) -> Distinct {
        Distinct {
            bytes: Vec::new(),
            ends: Vec::new(),
            slots: vec![(0, 0); 1 << 10],
            hasher: RandomState::new(),
            columns,
            row: Vec::new(),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of a row. It is not taken where that would take more than `most` bytes.
    pub fn intern(&mut self, fields: &[Field<'_>], most: usize) -> Interned {
        self.row.clear();
        for field in fields {
            let text = field.text.unwrap_or_default();
            let length = field.text.map_or(0, |text| (text.len() as u32 + 1) << 1 | u32::from(field.bare));
            self.row.extend_from_slice(&length.to_le_bytes());
            self.row.extend_from_slice(text.as_bytes());
        }
        let hash = self.hasher.hash_one(&self.row[..]) as u32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (known, number) = self.slots[at];
            if number == 0 {
                break;
            }
            if known == hash && self.row_bytes(number - 1) == &self.row[..] {
                return Interned::Known(number - 1);
            }
            at = (at + 1) & mask;
        }
        if !self.has_room(most) {
            return Interned::Full;
        }
        let number = self.ends.len() as u32;
        self.bytes.extend_from_slice(&self.row);
        self.ends.push(self.bytes.len() as u64);
        self.slots[at] = (hash, number + 1);
        if self.ends.len() * 4 > self.slots.len() * 3 {
            self.grow();
        }
        Interned::New(number)
    }

    /// Whether one more row fits, with all that has to grow for it.
    fn has_room(&self, most: usize) -> bool {
        let grown = |len: usize, capacity: usize, more: usize| {
            if len + more > capacity { (len + more).max(capacity * 2) } else { capacity }
        };
        let slots = if (self.ends.len() + 1) * 4 > self.slots.len() * 3 {
            self.slots.len() * 2
        } else {
            self.slots.len()
        };
        let bytes = grown(self.bytes.len(), self.bytes.capacity(), self.row.len());
        let ends = grown(self.ends.len(), self.ends.capacity(), 1) * 8;
        bytes + ends + slots * 8 <= most && self.ends.len() < u32::MAX as usize - 1
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        let mut slots = vec![(0, 0); old.len() * 2];
        let mask = slots.len() - 1;
        for (hash, number) in old.into_iter().filter(|(_, number)| *number != 0) {
            let mut at = hash as usize & mask;
            while slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = (hash, number);
        }
        self.slots = slots;
    }

    fn row_bytes(&self, number: u32) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.bytes[start as usize..self.ends[number as usize] as usize]
    }

    /// The fields of a row; behind the row's own, all are nothing.
    pub fn fields(&self, number: u32) -> [Field<'_>; MOST_COLUMNS] {
        let mut fields = [Field::NULL; MOST_COLUMNS];
        let mut rest = self.row_bytes(number);
        for field in &mut fields[..self.columns] {
            let Some((head, behind)) = rest.split_first_chunk::<4>() else { break };
            let head = u32::from_le_bytes(*head);
            let Some(length) = (head >> 1).checked_sub(1) else {
                rest = behind;
                continue;
            };
            let (text, behind) = behind.split_at(length as usize);
            // It was text when it was taken.
            *field = Field { text: std::str::from_utf8(text).ok(), bare: head & 1 == 1 };
            rest = behind;
        }
        fields
    }
}

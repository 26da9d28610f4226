//! Bytes out and bytes in: varints, fixed little-endian integers, tables of records.

use crate::snapshot::SnapshotError;

/// Bytes under construction.
#[derive(Default, Debug)]
pub(in crate::snapshot) struct Writer(pub Vec<u8>);

impl Writer {
    pub fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub fn count(&mut self, count: usize) {
        self.varint(count as u64);
    }

    pub fn signed(&mut self, number: i64) {
        self.varint(((number << 1) ^ (number >> 63)) as u64);
    }

    pub fn flag(&mut self, yes: bool) {
        self.byte(u8::from(yes));
    }

    /// A stretch of bytes behind its length, so that a reader can skip it.
    pub fn sized<T>(&mut self, write: impl FnOnce(&mut Writer) -> T) -> T {
        let start = self.0.len();
        let result = write(self);
        // The length is known afterwards only: what was written moves up to make room for it.
        let length = self.0.len() - start;
        self.count(length);
        self.0[start..].rotate_left(length);
        result
    }
}

/// Bytes being read. Each read takes from the front or is [`SnapshotError::Nonsense`]; nothing panics.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct Reader<'s> {
    rest: &'s [u8],
}

impl<'s> Reader<'s> {
    pub fn new(bytes: &'s [u8]) -> Reader<'s> {
        Reader { rest: bytes }
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'s [u8], SnapshotError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ENDS_EARLY)?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    pub fn byte(&mut self) -> Result<u8, SnapshotError> {
        let (first, rest) = self.rest.split_first().ok_or(ENDS_EARLY)?;
        self.rest = rest;
        Ok(*first)
    }

    pub fn hash(&mut self) -> Result<[u8; 32], SnapshotError> {
        let (taken, rest) = self.rest.split_first_chunk::<32>().ok_or(ENDS_EARLY)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Four bytes, whatever the number: read without a look at each.
    #[inline]
    pub fn fixed_u32(&mut self) -> Result<u32, SnapshotError> {
        let (taken, rest) = self.rest.split_first_chunk::<4>().ok_or(ENDS_EARLY)?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*taken))
    }

    #[inline]
    pub fn varint(&mut self) -> Result<u64, SnapshotError> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, SnapshotError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(SnapshotError::Nonsense("a number is too long"))
    }

    #[inline]
    pub fn u32(&mut self) -> Result<u32, SnapshotError> {
        u32::try_from(self.varint()?).map_err(|_| SnapshotError::Nonsense("a number is too large"))
    }

    pub fn signed(&mut self) -> Result<i64, SnapshotError> {
        let number = self.varint()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub fn flag(&mut self) -> Result<bool, SnapshotError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(SnapshotError::Nonsense("a yes or no is neither")),
        }
    }

    /// A number of things that follow; each takes a byte at least, so a count past what is left is refused.
    #[inline]
    pub fn count(&mut self) -> Result<usize, SnapshotError> {
        let count = self.varint()?;
        let fits = usize::try_from(count).ok().filter(|count| *count <= self.rest.len());
        fits.ok_or(ENDS_EARLY)
    }

    /// What [`Writer::sized`] wrote, as a reader of its own.
    pub fn sized(&mut self) -> Result<Reader<'s>, SnapshotError> {
        let count = self.count()?;
        Ok(Reader::new(self.take(count)?))
    }

    /// As many things as the count in front says. Room is made as they come, never on the word of the count.
    pub fn many<T>(
        &mut self,
        mut one: impl FnMut(&mut Reader<'s>) -> Result<T, SnapshotError>,
    ) -> Result<Vec<T>, SnapshotError> {
        let count = self.count()?;
        let mut all = Vec::with_capacity(count.min(256));
        for _ in 0..count {
            all.push(one(self)?);
        }
        Ok(all)
    }

    /// Something that may be missing.
    pub fn optional<T>(
        &mut self,
        one: impl FnOnce(&mut Reader<'s>) -> Result<T, SnapshotError>,
    ) -> Result<Option<T>, SnapshotError> {
        if self.flag()? { one(self).map(Some) } else { Ok(None) }
    }

    /// Nothing may be left.
    pub fn end(&self) -> Result<(), SnapshotError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(SnapshotError::Nonsense("a record goes on past its end"))
        }
    }
}

const ENDS_EARLY: SnapshotError = SnapshotError::Nonsense("a record ends early");

/// Records of any length with a table of where they start: `count`, `count + 1` offsets (all `u32`), then the
/// records end to end.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct Table<'s> {
    offsets: &'s [[u8; 4]],
    /// The records themselves.
    pub blob: &'s [u8],
}

impl<'s> Table<'s> {
    /// The table that a section holds.
    pub fn new(section: &'s [u8]) -> Result<Table<'s>, SnapshotError> {
        let wrong = SnapshotError::Nonsense("a table is shorter than it says");
        let (count, rest) = section.split_first_chunk::<4>().ok_or(wrong.clone())?;
        let entries = u32::from_le_bytes(*count) as usize + 1;
        let (offsets, blob) = rest.split_at_checked(entries.saturating_mul(4)).ok_or(wrong)?;
        Ok(Table { offsets: offsets.as_chunks::<4>().0, blob })
    }

    /// How many records.
    pub fn len(&self) -> u32 {
        (self.offsets.len() - 1) as u32
    }

    /// Where record `index` starts in the blob.
    pub fn start(&self, index: u32) -> Option<u32> {
        self.offsets.get(index as usize).map(|offset| u32::from_le_bytes(*offset))
    }

    /// The bytes of record `index`.
    pub fn get(&self, index: u32) -> Result<Reader<'s>, SnapshotError> {
        let bounds = index.checked_add(1).and_then(|next| Some((self.start(index)?, self.start(next)?)));
        let (start, end) =
            bounds.ok_or(SnapshotError::Nonsense("a record that does not exist is pointed at"))?;
        let bytes = self.blob.get(start as usize..end as usize);
        bytes.map(Reader::new).ok_or(SnapshotError::Nonsense("a table points outside of its records"))
    }

    /// Which record starts at `start`.
    pub fn position(&self, start: u32) -> Option<u32> {
        let found = self.offsets.binary_search_by_key(&start, |offset| u32::from_le_bytes(*offset));
        found.ok().map(|index| index as u32).filter(|index| *index < self.len())
    }

    /// The section that holds `records`, whose ends in it are `ends`.
    pub fn section(ends: &[usize], records: &[u8]) -> Result<Vec<u8>, SnapshotError> {
        if u32::try_from(records.len()).is_err() || u32::try_from(ends.len()).is_err() {
            return Err(SnapshotError::TooLarge("more than 4 GiB in one section"));
        }
        let mut section = Vec::with_capacity(8 + ends.len() * 4 + records.len());
        section.extend_from_slice(&(ends.len() as u32).to_le_bytes());
        section.extend_from_slice(&0_u32.to_le_bytes());
        ends.iter().for_each(|end| section.extend_from_slice(&(*end as u32).to_le_bytes()));
        section.extend_from_slice(records);
        Ok(section)
    }
}

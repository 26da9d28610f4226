//! The walk's findings as bytes, to go on from when commits were added: the graph, the log, and what the atoms are.
//!
//! Only of whole histories. It holds commits as bytes where an answer may name them, so that a clone that was cut
//! afterwards still can. A commit has the number here that it has in the graph: numbers never change, the commits
//! that are new come behind the others.
//!
//! What is read is believed only when its own hash is right, and it was made for the same key: the same way of reading
//! files, of the same folder. All else is as if nothing were there.

use std::rc::Rc;

use smallvec::SmallVec;

use super::extract::{Atom, Met};
use super::log::Log;
use super::state::Word;
use crate::claim::{ClaimHash, Facets};
use crate::source::{Algorithm, ObjectId};

/// What the bytes begin with; the number is the format's.
const MAGIC: &[u8; 16] = b"dictum history 1";

/// Everything that is kept.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Index {
    /// Parents before children.
    pub commits: Vec<Kept>,
    /// By number.
    pub atoms: Vec<Met>,
    /// The numbers of the atoms that were known when it was read, sorted by what they are.
    pub sorted: Vec<Atom>,
    /// Sayers on other lines, as in [`super::state::Lines`].
    pub lists: Vec<Rc<[Word]>>,
    /// What changed at each commit.
    pub log: Log,
    /// Where files began and ceased to be read as an earlier version, in order of commits.
    pub odd: Vec<OddTurn>,
}

/// One commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Kept {
    pub oid: ObjectId,
    pub tree: ObjectId,
    /// Their numbers, in the order of the commit.
    pub parents: SmallVec<[u32; 2]>,
    /// Its bytes, where an answer may name it.
    pub bytes: Option<Rc<[u8]>>,
}

/// From a commit on, a file that doesn't parse says what these groups said; or says what its blob says again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct OddTurn {
    pub commit: u32,
    pub path: String,
    /// The atoms of each group.
    pub carries: Option<Vec<Rc<[Atom]>>>,
}

impl Index {
    /// Reads what [`Index::to_bytes`] made with the same `key`; `None` for anything else.
    pub fn read(bytes: &[u8], key: &[u8; 32]) -> Option<Index> {
        let (body, hash) = bytes.split_last_chunk::<32>()?;
        let rest = body.strip_prefix(MAGIC)?.strip_prefix(key)?;
        (blake3::hash(body).as_bytes() == hash).then_some(())?;
        let mut reader = Reader(rest);
        let index = reader.index()?;
        reader.0.is_empty().then_some(index)
    }

    /// The bytes to keep. `sorted` are the numbers of all its atoms, sorted by what they are.
    pub fn to_bytes(&self, key: &[u8; 32], sorted: &[Atom]) -> Vec<u8> {
        let mut writer = Writer(Vec::with_capacity(self.size()));
        writer.0.extend_from_slice(MAGIC);
        writer.0.extend_from_slice(key);
        writer.index(self, sorted);
        let hash = blake3::hash(&writer.0);
        writer.0.extend_from_slice(hash.as_bytes());
        writer.0
    }

    /// About how many bytes it takes, and rather too many.
    fn size(&self) -> usize {
        let commit = |commit: &Kept| 128 + commit.bytes.as_ref().map_or(0, |bytes| bytes.len());
        let commits: usize = self.commits.iter().map(commit).sum();
        let lists: usize = self.lists.iter().map(|list| list.len() + 1).sum();
        let numbers = self.log.words().len() + self.log.ends().len() + lists;
        256 + commits + self.atoms.len() * (64 + 4) + numbers * 4
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn count(&mut self, count: usize) {
        self.number(u32::try_from(count).expect("fewer than 2³²: each takes bytes of memory"));
    }

    fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn numbers(&mut self, numbers: &[u32]) {
        self.count(numbers.len());
        let start = self.0.len();
        self.0.resize(start + numbers.len() * 4, 0);
        let places = self.0[start..].chunks_exact_mut(4);
        places.zip(numbers).for_each(|(place, number)| place.copy_from_slice(&number.to_le_bytes()));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn index(&mut self, index: &Index, sorted: &[Atom]) {
        self.count(index.commits.len());
        for commit in &index.commits {
            self.bytes(commit.oid.as_bytes());
            self.bytes(commit.tree.as_bytes());
            self.numbers(&commit.parents);
            // A commit's bytes are never empty.
            self.bytes(commit.bytes.as_deref().unwrap_or_default());
        }
        self.count(index.atoms.len());
        for met in &index.atoms {
            self.0.extend_from_slice(&met.atom.0);
            self.0.extend_from_slice(&met.facets.slot);
            self.0.extend_from_slice(&met.facets.word);
        }
        self.numbers(sorted);
        self.count(index.lists.len());
        for list in &index.lists {
            self.count(list.len());
            list.iter().for_each(|word| self.number(word.bits()));
        }
        self.numbers(index.log.words());
        self.numbers(index.log.ends());
        self.count(index.odd.len());
        for turn in &index.odd {
            self.number(turn.commit);
            self.bytes(turn.path.as_bytes());
            let Some(groups) = &turn.carries else {
                self.number(0);
                continue;
            };
            self.count(groups.len() + 1);
            groups.iter().for_each(|atoms| self.numbers(atoms));
        }
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*chunk)
    }

    fn number(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_le_bytes)
    }

    /// How many things follow, each of which takes at least `size` bytes.
    fn count(&mut self, size: usize) -> Option<usize> {
        let count = self.number()? as usize;
        (count.checked_mul(size)? <= self.0.len()).then_some(count)
    }

    fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.count(1)?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn numbers(&mut self) -> Option<Vec<u32>> {
        let count = self.count(4)?;
        let (numbers, rest) = self.0.split_at_checked(count * 4)?;
        self.0 = rest;
        let number = |chunk: &[u8]| chunk.try_into().map_or(0, u32::from_le_bytes);
        Some(numbers.chunks_exact(4).map(number).collect())
    }

    fn many<T>(&mut self, size: usize, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count(size)?;
        // With room for what some more commits bring.
        let mut many = Vec::with_capacity(count + count / 16);
        for _ in 0..count {
            many.push(one(self)?);
        }
        Some(many)
    }

    fn index(&mut self) -> Option<Index> {
        let commits = self.many(16, Reader::commit)?;
        let atoms = self.many(64, |reader| {
            let (atom, slot, word) = (reader.chunk()?, reader.chunk()?, reader.chunk()?);
            Some(Met { atom: ClaimHash(atom), facets: Facets { slot, word } })
        })?;
        let sorted = self.numbers()?;
        let lists = self.many(4, |reader| {
            let words = reader.many(4, |reader| reader.number().map(Word::from_bits))?;
            Some(Rc::from(words))
        })?;
        let log = Log::new(self.numbers()?, self.numbers()?)?;
        let odd = self.many(12, Reader::odd_turn)?;
        let whole = log.commits() == commits.len() && sorted.len() == atoms.len();
        whole.then_some(Index { commits, atoms, sorted, lists, log, odd })
    }

    fn commit(&mut self) -> Option<Kept> {
        let (oid, tree) = (self.name()?, self.name()?);
        let parents = self.numbers()?.into();
        let bytes = Some(self.bytes()?).filter(|bytes| !bytes.is_empty()).map(Rc::from);
        Some(Kept { oid, tree, parents, bytes })
    }

    fn name(&mut self) -> Option<ObjectId> {
        let bytes = self.bytes()?;
        let algorithm = [Algorithm::Sha1, Algorithm::Sha256].into_iter().find(|it| it.bytes() == bytes.len());
        ObjectId::from_bytes(algorithm?, bytes)
    }

    fn odd_turn(&mut self) -> Option<OddTurn> {
        let commit = self.number()?;
        let path = std::str::from_utf8(self.bytes()?).ok()?.to_owned();
        let carries = match self.number()?.checked_sub(1) {
            None => None,
            Some(groups) => {
                Some((0..groups).map(|_| self.numbers().map(Rc::from)).collect::<Option<Vec<_>>>()?)
            }
        };
        Some(OddTurn { commit, path, carries })
    }
}

#[cfg(test)]
mod tests {
    use super::super::log::{Doubt, Now};
    use super::super::state::Said;
    use super::*;

    fn small() -> Index {
        let met = |n: u8| Met { atom: ClaimHash([n; 32]), facets: Facets { slot: [1; 16], word: [n; 16] } };
        let oid = |n: u8| ObjectId::from_bytes(Algorithm::Sha1, &[n; 20]).expect("20 bytes");
        let kept = |n: u8, parents: &[u32], bytes: Option<&[u8]>| Kept {
            oid: oid(n),
            tree: oid(n + 100),
            parents: SmallVec::from_slice(parents),
            bytes: bytes.map(Rc::from),
        };
        let mut log = Log::default();
        log.push(
            0,
            Now::Gained(Said { by: Word::known(0), also: 0, places: 1, carried_places: 0, carried: false }),
        );
        log.commit(Doubt::default());
        log.push(
            0,
            Now::Kept(Said { by: Word::known(0), also: 1, places: 2, carried_places: 1, carried: true }),
        );
        log.push(1, Now::Gone);
        log.commit(Doubt::default());
        Index {
            commits: vec![kept(1, &[], Some(b"tree")), kept(2, &[0], None)],
            atoms: vec![met(9), met(3)],
            sorted: vec![1, 0],
            lists: vec![Rc::from([Word::known(0)])],
            log,
            odd: vec![
                OddTurn {
                    commit: 0,
                    path: "k/a.toml".into(),
                    carries: Some(vec![Rc::from([0, 1]), Rc::from([])]),
                },
                OddTurn { commit: 1, path: "k/a.toml".into(), carries: None },
            ],
        }
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let index = small();
        assert_eq!(Index::read(&index.to_bytes(&[7; 32], &[1, 0]), &[7; 32]), Some(index.clone()));
        assert_eq!(Index::read(&index.to_bytes(&[7; 32], &[1, 0]), &[8; 32]), None, "made for another key");
    }

    #[test]
    fn nothing_damaged_is_read() {
        let bytes = small().to_bytes(&[7; 32], &[1, 0]);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert_eq!(Index::read(&damaged, &[7; 32]), None, "byte {at} was changed");
            assert_eq!(Index::read(&bytes[..at], &[7; 32]), None, "cut at {at}");
        }
    }

    #[test]
    fn a_log_tells_what_was_noted() {
        let told: Vec<_> = small().log.of(1).map(|(atom, _)| atom).collect();
        assert_eq!(told, [0, 1]);
    }
}

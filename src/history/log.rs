//! What changes from each commit's first parent to the commit, written down as the walk goes. Every answer about the
//! past is read from it, and the index is it.
//!
//! Most changes are one sort: an atom appears in one place, said by the commit. Those take four bytes.

use super::extract::Atom;
use super::state::{Said, Word};

/// How an atom stands at a commit, compared with its first parent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Now {
    /// It appeared.
    Gained(Said),
    /// It was there, and something of it is otherwise.
    Kept(Said),
    /// It went away.
    Gone,
}

/// What couldn't be seen when a commit was walked. Nothing of it in a complete history.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Doubt {
    /// The commit may say more than is known.
    pub here: bool,
    /// So may its first parent, or that can't be seen.
    pub before: bool,
}

/// The log: by commit, in the order of their numbers.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Log {
    words: Vec<u32>,
    /// Where the words of each commit end.
    ends: Vec<u32>,
    doubts: Vec<Doubt>,
}

/// The two upper bits of an atom's word tell what follows.
const SHIFT: u32 = 30;
const PLAIN: u32 = 0;
const GONE: u32 = 1;
const GAINED: u32 = 2;
const KEPT: u32 = 3;

impl Log {
    /// From what [`Log::words`] and [`Log::ends`] gave, where nothing was in doubt; `None` where they were not that.
    pub fn new(words: Vec<u32>, ends: Vec<u32>) -> Option<Log> {
        let sorted = ends.is_sorted() && ends.last().copied().unwrap_or(0) as usize == words.len();
        let doubts = vec![Doubt::default(); ends.len()];
        sorted.then_some(Log { words, ends, doubts })
    }

    /// How many commits it tells of.
    pub fn commits(&self) -> usize {
        self.ends.len()
    }

    /// All of it.
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// Where each commit's part of [`Log::words`] ends.
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// Notes a change at the commit that comes next.
    pub fn push(&mut self, atom: Atom, now: Now) {
        debug_assert!(atom >> SHIFT == 0, "fewer than 2³⁰ atoms: each takes bytes of memory");
        let next = self.ends.len();
        match now {
            Now::Gone => self.words.push(GONE << SHIFT | atom),
            Now::Gained(said) if said == plain(next) => self.words.push(PLAIN << SHIFT | atom),
            Now::Gained(said) => self.full(GAINED, atom, said),
            Now::Kept(said) => self.full(KEPT, atom, said),
        }
    }

    fn full(&mut self, tag: u32, atom: Atom, said: Said) {
        let carried = said.carried_places << 1 | u32::from(said.carried);
        self.words.extend([tag << SHIFT | atom, said.by.bits(), said.also, said.places, carried]);
    }

    /// Ends the next commit's part.
    pub fn commit(&mut self, doubt: Doubt) {
        self.ends.push(u32::try_from(self.words.len()).expect("fewer than 2³² words: they fit into memory"));
        self.doubts.push(doubt);
    }

    /// What couldn't be seen at the commit.
    pub fn doubt(&self, commit: usize) -> Doubt {
        self.doubts[commit]
    }

    /// The changes at the commit.
    pub fn of(&self, commit: usize) -> impl Iterator<Item = (Atom, Now)> + '_ {
        let start = commit.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let mut words = self.words[start..self.ends[commit] as usize].iter().copied();
        std::iter::from_fn(move || {
            let word = words.next()?;
            let atom = word & ((1 << SHIFT) - 1);
            let now = match word >> SHIFT {
                PLAIN => Now::Gained(plain(commit)),
                GONE => Now::Gone,
                tag => {
                    let (by, also) = (Word::from_bits(words.next()?), words.next()?);
                    let (places, carried) = (words.next()?, words.next()?);
                    let carried_places = carried >> 1;
                    let said = Said { by, also, places, carried_places, carried: carried & 1 == 1 };
                    if tag == GAINED { Now::Gained(said) } else { Now::Kept(said) }
                }
            };
            Some((atom, now))
        })
    }
}

/// An atom that the commit says, in one place.
fn plain(commit: usize) -> Said {
    Said { by: Word::known(commit), also: 0, places: 1, carried_places: 0, carried: false }
}

//! What one commit's tree says, each atom with its sayer: what the walk carries from parents to children.

use std::rc::Rc;

use imbl::OrdMap;
use rustc_hash::FxHashMap;

use super::extract::Atom;

/// A commit of the graph as an answer: a sayer, or where sight ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Word(u32);

impl Word {
    /// The commit at `place` said it.
    pub fn known(place: usize) -> Word {
        Word(half(place) << 1)
    }

    /// It was said at or before the commit at `place`.
    pub fn at_or_before(place: usize) -> Word {
        Word(half(place) << 1 | 1)
    }

    /// As a number.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// From what [`Word::bits`] gave.
    pub fn from_bits(bits: u32) -> Word {
        Word(bits)
    }

    /// Place of the commit in the graph.
    pub fn place(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether that commit is the sayer.
    pub fn is_known(self) -> bool {
        self.0 & 1 == 0
    }
}

fn half(place: usize) -> u32 {
    u32::try_from(place).ok().filter(|place| *place < 1 << 31).expect("fewer than 2³¹ commits")
}

/// A sorted list of sayers on other lines, by its number in [`Lines`]; 0 is none.
pub(super) type LinesId = u32;

/// The lists of sayers on other lines, each kept once.
#[derive(Default)]
pub(super) struct Lines {
    lists: Vec<Rc<[Word]>>,
    numbers: FxHashMap<Rc<[Word]>, LinesId>,
}

impl Lines {
    /// From what [`Lines::into_lists`] gave.
    pub fn from_lists(lists: Vec<Rc<[Word]>>) -> Lines {
        let numbers = lists.iter().cloned().zip(1..).collect();
        Lines { lists, numbers }
    }

    /// All lists, in the order of their numbers.
    pub fn into_lists(self) -> Vec<Rc<[Word]>> {
        self.lists
    }

    /// The list with that number.
    pub fn get(&self, id: LinesId) -> &[Word] {
        match id {
            0 => &[],
            id => &self.lists[id as usize - 1],
        }
    }

    /// The number of a list, which is sorted here.
    pub fn put(&mut self, mut words: Vec<Word>) -> LinesId {
        words.sort_unstable();
        words.dedup();
        if words.is_empty() {
            return 0;
        }
        if let Some(id) = self.numbers.get(&words[..]) {
            return *id;
        }
        let list: Rc<[Word]> = words.into();
        self.lists.push(list.clone());
        let id = half(self.lists.len());
        self.numbers.insert(list, id);
        id
    }
}

/// One atom at one commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Said {
    pub by: Word,
    pub also: LinesId,
    /// In how many groups of files it stands; never 0.
    pub places: u32,
    /// In how many of those only because a file doesn't parse and its last good version is carried.
    pub carried_places: u32,
    /// Whether at some commit between the sayer and here it stood in carried places alone.
    pub carried: bool,
}

/// A file that doesn't simply say what its blob says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Odd {
    /// It doesn't parse: it says what these groups said, those of its last good ancestor.
    Carries(Rc<[u32]>),
    /// What it says can't be known: its blob, or the good ancestor of a broken version, isn't here.
    Unseen,
}

/// What one commit's tree says.
#[derive(Clone, Default)]
pub(super) struct State {
    pub atoms: OrdMap<Atom, Said>,
    /// By path. Nearly always empty.
    pub odd: OrdMap<String, Odd>,
    /// The commit's tree isn't here: nothing is known of what it says.
    pub blind: bool,
    /// Whether it may say more than is in [`State::atoms`].
    pub unsure: bool,
}

impl State {
    /// Of a commit whose tree isn't here.
    pub fn blind() -> State {
        State { blind: true, unsure: true, ..State::default() }
    }

    /// Of a commit that says `atoms`, some of them in files that are `odd`.
    pub fn seen(atoms: OrdMap<Atom, Said>, odd: OrdMap<String, Odd>) -> State {
        let unsure = odd.values().any(|odd| *odd == Odd::Unseen);
        State { atoms, odd, blind: false, unsure }
    }
}

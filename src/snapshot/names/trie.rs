//! The trie by which names are found in texts: over their tokens, from the last to the first, with the links of Aho and
//! Corasick ("Efficient string matching", CACM 18(6), 1975).
//!
//! Reading a text from its end, the state after a token is the longest end of a name that the text goes on with there;
//! so the longest name that begins at each token is known after one pass, each step of which is paid for by the
//! token before it. From the front, a name that almost is there would have to be read again from each of its tokens.
//!
//! * Tokens: how many; then each, in the order of words: the node of names that end with it (`u32`, 0 for none), length ×
//!   4 and two flags ([`FOLLOWED`], [`PRECEDED`]), the word. A token is known by where its record starts.
//! * Mentions: how many nodes, beside the root, as `u32`; for the root and each of them, the token that leads to it
//!   (`u32`); then, for each and one more, [`Node`]. Nodes stand level by level, those of one parent by token, so
//!   that the children of a node are all from its first to the first of the next.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::build::{TOO_LARGE, counted};
use crate::snapshot::SnapshotError;
use crate::snapshot::index::{Index, index_section, text_hash};
use crate::snapshot::wire::{Reader, Writer};

/// No name ends at a node.
const NO_NAME: u32 = u32::MAX;
/// The root, and "none" where a link leads to no node but it.
pub(super) const ROOT: u32 = 0;
/// Another token can stand behind this one in a name.
pub(super) const FOLLOWED: u8 = 1;
/// Another token can stand before this one in a name.
pub(super) const PRECEDED: u8 = 2;

const NODE: usize = 16;

/// A node: the tokens on the way to it, backwards, are the end of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Node {
    /// The first of its children, which go up to the first of the next node.
    children: u32,
    /// The longest shorter end of a name that its tokens begin with; always a node before it.
    fallback: u32,
    /// The nearest that is a name: itself or on the way of fallbacks from it. [`ROOT`] for none.
    named: u32,
    /// Where the name starts that its tokens are; [`NO_NAME`] for none.
    name: u32,
}

/// The trie, being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trie<'s> {
    words: &'s [u8],
    index: Index<'s>,
    labels: &'s [[u8; 4]],
    nodes: &'s [[u8; NODE]],
}

/// A token that some name has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Where its record starts.
    pub token: u32,
    /// The node of names that end with it; [`ROOT`] for none.
    pub node: u32,
    /// [`FOLLOWED`], [`PRECEDED`].
    pub flags: u8,
}

impl<'s> Trie<'s> {
    pub fn new(words: &'s [u8], index: Index<'s>, mentions: &'s [u8]) -> Result<Trie<'s>, SnapshotError> {
        let wrong = || SnapshotError::Nonsense("the trie of names has an impossible size");
        let (count, rest) = mentions.split_first_chunk::<4>().ok_or_else(wrong)?;
        let count = u32::from_le_bytes(*count) as usize + 1;
        let (labels, nodes) = rest.split_at_checked(count.saturating_mul(4)).ok_or_else(wrong)?;
        let ((labels, _), (nodes, rest)) = (labels.as_chunks::<4>(), nodes.as_chunks::<NODE>());
        let whole = rest.is_empty() && nodes.len() == count + 1;
        if whole { Ok(Trie { words, index, labels, nodes }) } else { Err(wrong()) }
    }

    /// The token with this word; `None` where no name has it.
    #[inline]
    pub fn token(&self, word: &str) -> Result<Option<Known>, SnapshotError> {
        for token in self.index.candidates(text_hash(word.as_bytes())) {
            let record = self.words.get(token as usize..).and_then(|from| from.split_first_chunk());
            let Some((node, rest)) = record else {
                return Err(SnapshotError::Nonsense("the index of tokens points nowhere"));
            };
            let mut reader = Reader::new(rest);
            let head = reader.varint()?;
            if head >> 2 == word.len() as u64 && reader.take(word.len())? == word.as_bytes() {
                let flags = head as u8 & (FOLLOWED | PRECEDED);
                return Ok(Some(Known { token, node: u32::from_le_bytes(*node), flags }));
            }
        }
        Ok(None)
    }

    /// The state before `token` where `state` is the one behind it.
    #[inline]
    pub fn step(&self, mut state: u32, token: Known) -> Result<u32, SnapshotError> {
        while state != ROOT {
            let node = self.node(state)?;
            if let Some(child) = self.child(state, node, token.token)? {
                return Ok(child);
            }
            if node.fallback >= state {
                return Err(LOST);
            }
            state = node.fallback;
        }
        Ok(token.node)
    }

    /// The nearest node that is a name, from `state` on; and where that name starts.
    pub fn named(&self, state: u32) -> Result<Option<(u32, u32)>, SnapshotError> {
        let named = self.node(state)?.named;
        if named == ROOT {
            return Ok(None);
        }
        let name = self.node(named)?.name;
        if named > state || name == NO_NAME { Err(LOST) } else { Ok(Some((named, name))) }
    }

    /// The nearest node that is a shorter name than that of `named`.
    pub fn shorter(&self, named: u32) -> Result<Option<(u32, u32)>, SnapshotError> {
        let fallback = self.node(named)?.fallback;
        if fallback >= named { Err(LOST) } else { self.named(fallback) }
    }

    #[inline]
    fn child(&self, state: u32, node: Node, token: u32) -> Result<Option<u32>, SnapshotError> {
        let end = self.node(state + 1)?.children;
        if end == node.children {
            return Ok(None);
        }
        let Some(labels) = self.labels.get(node.children as usize..end as usize) else { return Err(LOST) };
        let found = labels.binary_search_by_key(&token, |label| u32::from_le_bytes(*label));
        Ok(found.ok().map(|at| node.children + at as u32))
    }

    #[inline]
    fn node(&self, at: u32) -> Result<Node, SnapshotError> {
        match self.nodes.get(at as usize) {
            Some(bytes) => Ok(Node::read(bytes)),
            None => Err(LOST),
        }
    }
}

const LOST: SnapshotError = SnapshotError::Nonsense("the trie of names leads nowhere");

impl Node {
    #[inline]
    fn read(bytes: &[u8; NODE]) -> Node {
        let (numbers, _) = bytes.as_chunks::<4>();
        let [children, fallback, named, name] = [0, 1, 2, 3].map(|at: usize| u32::from_le_bytes(numbers[at]));
        Node { children, fallback, named, name }
    }

    fn write(&self, out: &mut Writer) {
        [self.children, self.fallback, self.named, self.name]
            .into_iter()
            .for_each(|number| out.raw(&number.to_le_bytes()));
    }
}

/// The sections of tokens, token index and mentions, for keys with where their names start, by key.
pub(super) fn trie_sections(names: &[(&str, u32)]) -> Result<[Vec<u8>; 3], SnapshotError> {
    let vocabulary = Vocabulary::new(names)?;
    let mut ends: Vec<End> = names.par_iter().map(|&(key, name)| vocabulary.end(key, name)).collect();
    ends.par_sort_unstable_by(|a, b| a.tokens.cmp(&b.tokens));
    let trie = grow(&ends)?;
    let mut mentions = Writer(Vec::with_capacity(8 + trie.nodes.len() * (NODE + 4)));
    mentions.raw(&(trie.labels.len() as u32 - 1).to_le_bytes());
    trie.labels.iter().for_each(|label| mentions.raw(&label.to_le_bytes()));
    trie.nodes.iter().for_each(|node| node.write(&mut mentions));
    let (tokens, index) = vocabulary.sections(&trie)?;
    Ok([tokens, index, mentions.0])
}

/// A key as its tokens, last to first.
struct End {
    tokens: SmallVec<[u32; 6]>,
    name: u32,
}

/// The tokens that keys are made of.
struct Vocabulary<'a> {
    /// By word: where its record starts, and its flags.
    words: Vec<(&'a str, u32, u8)>,
    /// By word, its place in `words`.
    places: FxHashMap<&'a str, u32>,
}

impl<'a> Vocabulary<'a> {
    fn new(names: &[(&'a str, u32)]) -> Result<Vocabulary<'a>, SnapshotError> {
        let mut flags: FxHashMap<&str, u8> = FxHashMap::default();
        for (key, _) in names {
            let mut words = key.split(' ').peekable();
            let mut preceded = 0;
            while let Some(word) = words.next() {
                let followed = if words.peek().is_some() { FOLLOWED } else { 0 };
                *flags.entry(word).or_default() |= preceded | followed;
                preceded = PRECEDED;
            }
        }
        let mut words: Vec<(&str, u32, u8)> =
            flags.into_iter().map(|(word, flags)| (word, 0, flags)).collect();
        words.sort_unstable();
        let (mut places, mut start) = (FxHashMap::default(), 0_u64);
        for (at, (word, place, _)) in words.iter_mut().enumerate() {
            *place = u32::try_from(start).map_err(|_| TOO_LARGE)?;
            places.insert(*word, at as u32);
            let mut head = Writer::default();
            head.varint((word.len() as u64) << 2);
            start += (4 + head.0.len() + word.len()) as u64;
        }
        Ok(Vocabulary { words, places })
    }

    fn end(&self, key: &str, name: u32) -> End {
        let token = |word: &str| self.places.get(word).map(|at| self.words[*at as usize].1);
        End { tokens: key.rsplit(' ').filter_map(token).collect(), name }
    }

    /// The sections of tokens and of their index.
    fn sections(&self, trie: &Grown) -> Result<(Vec<u8>, Vec<u8>), SnapshotError> {
        let last = trie
            .nodes
            .first()
            .zip(trie.nodes.get(1))
            .map_or(0..0, |(root, next)| root.children as usize..next.children as usize);
        let (first, labels) = (last.start, &trie.labels[last]);
        let mut records = Writer::default();
        let mut entries = Vec::with_capacity(self.words.len());
        for (word, start, flags) in &self.words {
            let node = labels.binary_search(start).map_or(ROOT, |at| (first + at) as u32);
            entries.push((text_hash(word.as_bytes()), *start));
            records.raw(&node.to_le_bytes());
            records.varint((word.len() as u64) << 2 | u64::from(*flags));
            records.raw(word.as_bytes());
        }
        Ok((counted(self.words.len(), &records)?, index_section(entries)))
    }
}

/// A trie under construction.
struct Grown {
    labels: Vec<u32>,
    nodes: Vec<Node>,
}

impl Grown {
    fn child(&self, at: u32, token: u32) -> Option<u32> {
        let (first, end) = (self.nodes[at as usize].children, self.nodes[at as usize + 1].children);
        let found = self.labels[first as usize..end as usize].binary_search(&token);
        found.ok().map(|at| first + at as u32)
    }
}

/// The trie over `ends`, which are sorted and distinct.
fn grow(ends: &[End]) -> Result<Grown, SnapshotError> {
    let mut trie = Grown { labels: vec![0], nodes: Vec::new() };
    let mut parents = vec![ROOT];
    // The ends that go through each node; how deep the level is that nodes are now taken from, and where it stops.
    let mut through = Vec::with_capacity(ends.len() + 1);
    through.push(0..ends.len());
    let (mut depth, mut level_end) = (0, 1);
    let mut at = 0;
    while at < through.len() {
        if at == level_end {
            (depth, level_end) = (depth + 1, through.len());
        }
        let mut range = through[at].clone();
        let children = u32::try_from(through.len()).map_err(|_| TOO_LARGE)?;
        let here = ends.get(range.start).filter(|end| end.tokens.len() == depth && !range.is_empty());
        let name = here.map_or(NO_NAME, |end| end.name);
        range.start += usize::from(here.is_some());
        while range.start < range.end {
            let token = ends[range.start].tokens[depth];
            let same = ends[range.clone()].partition_point(|end| end.tokens[depth] == token);
            trie.labels.push(token);
            parents.push(at as u32);
            through.push(range.start..range.start + same);
            range.start += same;
        }
        trie.nodes.push(Node { children, fallback: ROOT, named: ROOT, name });
        at += 1;
    }
    let children = u32::try_from(through.len()).map_err(|_| TOO_LARGE)?;
    trie.nodes.push(Node { children, fallback: ROOT, named: ROOT, name: NO_NAME });
    link(&mut trie, &parents);
    Ok(trie)
}

/// Sets the links, from shorter to longer.
fn link(trie: &mut Grown, parents: &[u32]) {
    for (at, &parent) in parents.iter().enumerate().skip(1) {
        let token = trie.labels[at];
        let (mut fallback, mut state) = (ROOT, parent);
        while state != ROOT {
            state = trie.nodes[state as usize].fallback;
            if let Some(child) = trie.child(state, token) {
                fallback = child;
                break;
            }
        }
        let named = match trie.nodes[at].name {
            NO_NAME => trie.nodes[fallback as usize].named,
            _ => at as u32,
        };
        trie.nodes[at].fallback = fallback;
        trie.nodes[at].named = named;
    }
}

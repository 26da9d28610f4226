//! The trie by which names are found in texts: over their tokens, from the last to the first, with the links of Aho and
//! Corasick ("Efficient string matching", CACM 18(6), 1975).
//!
//! Reading a text from its end, the state after a token is the longest end of a name that the text goes on with there;
//! so the longest name that begins at each token is known after one pass, each step of which is paid for by the
//! token before it. From the front, a name that almost is there would have to be read again from each of its tokens.
//!
//! * Tokens: how many; then each, the most frequent in names first (texts will have those too), and then by word: the node of names that end with it (`u32`, 0 for none), length ×
//!   4 and two flags ([`FOLLOWED`], [`PRECEDED`]), the word. A token is known by where its record starts.
//! * Mentions: how many nodes, beside the root, and how many edges in the index (`u32`); for the root and each of them, the token that leads to it
//!   (`u32`); then, for each and one more, [`Node`]. Nodes stand level by level, those of one parent by token, so
//!   that the children of a node are all from its first to the first of the next.
//! * Mention index: for nodes of [`MANY`] children, from the hash of node and token to the child.
//! * Mention filter: a byte for each of those, with a bit set for the hash of each.

use std::cmp::Reverse;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

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

/// From so many children on, they are found by hash.
const MANY: u32 = 16;

/// The byte and the bit of a filter of `bytes` bytes that stand for a hash.
#[inline]
fn bit(hash: u32, bytes: usize) -> (usize, u8) {
    // The index goes by the upper half of the hash: the filter mixes anew.
    let mixed = hash.wrapping_mul(0x85eb_ca6b);
    (((u64::from(mixed) * bytes as u64) >> 32) as usize, 1 << (mixed & 7))
}

/// Whether something with this hash may have been put into the filter.
#[inline]
fn may_be(filter: &[u8], hash: u32) -> bool {
    let (byte, bit) = bit(hash, filter.len());
    filter.get(byte).is_some_and(|byte| byte & bit != 0)
}

/// The hash of the edge that leads from a node by a token.
#[inline]
fn edge_hash(node: u32, token: u32) -> u32 {
    let mixed = (u64::from(node) << 32 | u64::from(token)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ mixed >> 32).wrapping_mul(0xd1b5_4a32_d192_ed03) >> 32) as u32
}

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
    /// The children of nodes that have [`MANY`].
    edges: Index<'s>,
    /// Bits of which every edge in the index has one set: most edges that are asked for are not there, and this is
    /// small enough to stay near the processor.
    filter: &'s [u8],
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
    pub fn new(
        words: &'s [u8],
        index: Index<'s>,
        [mentions, edges, filter]: [&'s [u8]; 3],
    ) -> Result<Trie<'s>, SnapshotError> {
        let wrong = || SnapshotError::Nonsense("the trie of names has an impossible size");
        let [count, many] = mentions.first_chunk::<8>().ok_or_else(wrong)?.as_chunks::<4>().0 else {
            return Err(wrong());
        };
        let rest = mentions.get(8..).unwrap_or_default();
        let count = u32::from_le_bytes(*count) as usize + 1;
        let (labels, nodes) = rest.split_at_checked(count.saturating_mul(4)).ok_or_else(wrong)?;
        let ((labels, _), (nodes, rest)) = (labels.as_chunks::<4>(), nodes.as_chunks::<NODE>());
        let whole = rest.is_empty() && nodes.len() == count + 1;
        let edges = Index::new(edges, u32::from_le_bytes(*many))?;
        if whole { Ok(Trie { words, index, labels, nodes, edges, filter }) } else { Err(wrong()) }
    }

    /// Where the record of a token with this hash may start: of most words, the only one that does.
    #[inline]
    pub fn guess(&self, hash: u32) -> Option<u32> {
        self.index.candidates(hash).next()
    }

    /// The token with this word, whose hash is `hash` and whose record may start at `guess`; `None` where no name has
    /// it.
    #[inline]
    pub fn token(&self, word: &str, hash: u32, guess: Option<u32>) -> Result<Option<Known>, SnapshotError> {
        let Some(guess) = guess else { return Ok(None) };
        if let Some(known) = self.token_at(guess, word)? {
            return Ok(Some(known));
        }
        for token in self.index.candidates(hash).skip(1) {
            if let Some(known) = self.token_at(token, word)? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The token whose record starts at `token`, if it has this word.
    #[inline]
    fn token_at(&self, token: u32, word: &str) -> Result<Option<Known>, SnapshotError> {
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
        let count = end.wrapping_sub(node.children);
        if count == 0 {
            return Ok(None);
        }
        if count >= MANY {
            let hash = edge_hash(state, token);
            if !may_be(self.filter, hash) {
                return Ok(None);
            }
            let known = |child: &u32| {
                let label = self.labels.get(*child as usize).map(|label| u32::from_le_bytes(*label));
                (node.children..end).contains(child) && label == Some(token)
            };
            return Ok(self.edges.candidates(hash).find(known));
        }
        let Some(labels) = self.labels.get(node.children as usize..end as usize) else { return Err(LOST) };
        // So few are looked at one and all: no guess, none wrong.
        let smaller = labels.iter().filter(|label| u32::from_le_bytes(**label) < token).count();
        let found = labels.get(smaller).is_some_and(|label| u32::from_le_bytes(*label) == token);
        Ok(found.then_some(node.children + smaller as u32))
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

/// The sections of tokens, token index, mentions, mention index and mention filter, for keys with where their names start.
pub(super) fn trie_sections(names: &[(&str, u32)]) -> Result<[Vec<u8>; 5], SnapshotError> {
    let (vocabulary, ends) = vocabulary(names)?;
    let trie = grow(&ends)?;
    let mut edges = Vec::new();
    for (at, pair) in trie.nodes.windows(2).enumerate() {
        let children = pair[0].children..pair[1].children;
        // The root's are found by their tokens.
        if at > 0 && children.end - children.start >= MANY {
            edges.extend(children.map(|child| (edge_hash(at as u32, trie.labels[child as usize]), child)));
        }
    }
    let mut filter = vec![0; edges.len()];
    for &(hash, _) in &edges {
        let (byte, bit) = bit(hash, filter.len());
        filter[byte] |= bit;
    }
    let mut mentions = Writer(Vec::with_capacity(8 + trie.nodes.len() * (NODE + 4)));
    mentions.raw(&(trie.labels.len() as u32 - 1).to_le_bytes());
    mentions.raw(&(edges.len() as u32).to_le_bytes());
    trie.labels.iter().for_each(|label| mentions.raw(&label.to_le_bytes()));
    trie.nodes.iter().for_each(|node| node.write(&mut mentions));
    let (tokens, index) = token_sections(&vocabulary, &trie)?;
    Ok([tokens, index, mentions.0, index_section(edges), filter])
}

/// A token that keys are made of: its word, where its record starts, its flags, how often it is there.
type Word<'a> = (&'a str, u32, u8, u32);

/// Keys as their tokens, last to first; sorted.
struct Ends {
    /// The tokens of all, end to end.
    tokens: Vec<u32>,
    ends: Vec<End>,
}

/// One key.
#[derive(Clone, Copy)]
struct End {
    /// Its first two tokens, by which most are told apart.
    front: u64,
    start: u32,
    len: u32,
    name: u32,
}

impl Ends {
    fn tokens(&self, at: usize) -> &[u32] {
        tokens(&self.tokens, &self.ends[at])
    }
}

fn tokens<'e>(all: &'e [u32], end: &End) -> &'e [u32] {
    &all[end.start as usize..end.start as usize + end.len as usize]
}

/// All tokens, by word; and the keys made of them.
fn vocabulary<'a>(names: &[(&'a str, u32)]) -> Result<(Vec<Word<'a>>, Ends), SnapshotError> {
    // Words are numbered as they come, and known by where their records start once all are there.
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    numbers.reserve(names.len() / 2);
    let (mut words, mut all): (Vec<Word<'_>>, Vec<u32>) = (Vec::new(), Vec::with_capacity(names.len() * 3));
    let mut ends = Vec::with_capacity(names.len());
    for &(key, name) in names {
        let start = all.len();
        for word in key.split(' ') {
            let number = *numbers.entry(word).or_insert_with(|| {
                words.push((word, 0, 0, 0));
                words.len() as u32 - 1
            });
            all.push(number);
        }
        let own = &mut all[start..];
        own.reverse();
        let last = own.len() - 1;
        for (at, number) in own.iter().enumerate() {
            let flags = if at > 0 { FOLLOWED } else { 0 } | if at < last { PRECEDED } else { 0 };
            let word = &mut words[*number as usize];
            word.2 |= flags;
            word.3 = word.3.saturating_add(1);
        }
        let start = u32::try_from(start).map_err(|_| TOO_LARGE)?;
        ends.push(End { front: 0, start, len: own.len() as u32, name });
    }
    drop(numbers);
    let starts = place(&mut words)?;
    all.iter_mut().for_each(|number| *number = starts[*number as usize]);
    for end in &mut ends {
        let own = tokens(&all, end);
        end.front = u64::from(own[0]) << 32 | own.get(1).map_or(0, |token| u64::from(*token));
    }
    ends.par_sort_unstable_by(|a, b| {
        a.front.cmp(&b.front).then_with(|| tokens(&all, a).cmp(tokens(&all, b)))
    });
    Ok((words, Ends { tokens: all, ends }))
}

/// Sorts words and says where the record of each starts; gives the starts in the order that they were in.
fn place(words: &mut [Word<'_>]) -> Result<Vec<u32>, SnapshotError> {
    let mut order: Vec<u32> = (0..words.len() as u32).collect();
    order.par_sort_unstable_by_key(|at| {
        let (word, _, _, count) = words[*at as usize];
        (Reverse(count), word)
    });
    let (mut starts, mut start) = (vec![0; words.len()], 0_u64);
    for at in order {
        let word = &mut words[at as usize];
        word.1 = u32::try_from(start).map_err(|_| TOO_LARGE)?;
        starts[at as usize] = word.1;
        let mut head = Writer::default();
        head.varint((word.0.len() as u64) << 2);
        start += (4 + head.0.len() + word.0.len()) as u64;
    }
    words.par_sort_unstable_by_key(|word| word.1);
    Ok(starts)
}

/// The sections of tokens and of their index.
fn token_sections(words: &[Word<'_>], trie: &Grown) -> Result<(Vec<u8>, Vec<u8>), SnapshotError> {
    let last = match &trie.nodes[..] {
        [root, next, ..] => root.children as usize..next.children as usize,
        _ => 0..0,
    };
    let (first, labels) = (last.start, &trie.labels[last]);
    let mut records = Writer::default();
    let mut entries = Vec::with_capacity(words.len());
    for (word, start, flags, _) in words {
        let node = labels.binary_search(start).map_or(ROOT, |at| (first + at) as u32);
        entries.push((text_hash(word.as_bytes()), *start));
        records.raw(&node.to_le_bytes());
        records.varint((word.len() as u64) << 2 | u64::from(*flags));
        records.raw(word.as_bytes());
    }
    Ok((counted(words.len(), &records)?, index_section(entries)))
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

/// The trie over `ends`, which are distinct.
fn grow(ends: &Ends) -> Result<Grown, SnapshotError> {
    let mut trie = Grown { labels: vec![0], nodes: Vec::new() };
    let mut parents = vec![ROOT];
    // The ends that go through each node; how deep the level is that nodes are now taken from, and where it stops.
    let mut through = Vec::with_capacity(ends.ends.len() + 1);
    through.push(0..ends.ends.len());
    let (mut depth, mut level_end) = (0, 1);
    let mut at = 0;
    while at < through.len() {
        if at == level_end {
            (depth, level_end) = (depth + 1, through.len());
        }
        let mut range = through[at].clone();
        let children = u32::try_from(through.len()).map_err(|_| TOO_LARGE)?;
        let named = !range.is_empty() && ends.tokens(range.start).len() == depth;
        let name = if named { ends.ends[range.start].name } else { NO_NAME };
        range.start += usize::from(named);
        while range.start < range.end {
            let token = ends.tokens(range.start)[depth];
            let same = (range.clone()).take_while(|&end| ends.tokens(end)[depth] == token).count();
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

//! Which names a text mentions.

use std::ops::Range;

use super::trie::{FOLLOWED, Known, PRECEDED, ROOT, Trie};
use super::{Name, Names};
use crate::name::{Token, Tokens};
use crate::snapshot::SnapshotError;
use crate::snapshot::index::text_hash;

/// So many tokens are gathered before they are looked at, and more only if all could be one name.
const BATCH: usize = 512;

/// A name in a text.
#[derive(Clone, Debug)]
pub struct Mention<'s> {
    /// Where it stands.
    pub bytes: Range<usize>,
    /// The name.
    pub name: Name<'s>,
}

/// Finds names in a text: see [`Names::scan`].
#[derive(Debug)]
pub struct Scan<'s, 't> {
    names: Names<'s>,
    tokens: Tokens<'t>,
    /// Whether the text was read to its end, or can't be read on.
    over: bool,
    gathered: Gathered,
    /// How many of those gathered were looked at for mentions, and up to where they can be.
    done: usize,
    ready: usize,
}

/// Tokens of the text that some name has.
#[derive(Debug, Default)]
struct Gathered {
    /// Tokens that were not looked up.
    words: Vec<Word>,
    /// Their words, end to end.
    letters: String,
    places: Vec<Place>,
    /// The last place in `places` that can't be in one name with the one before it.
    cut: usize,
    /// Whether a token that no name has came since.
    broken: bool,
}

/// A token of the text.
#[derive(Clone, Copy, Debug)]
struct Word {
    start: usize,
    end: usize,
    /// Where its word ends in [`Gathered::letters`].
    word_end: usize,
    hash: u32,
    /// Where its record may start.
    guess: Option<u32>,
    opens: bool,
    closes: bool,
}

/// A token of the text that some name has.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    end: usize,
    known: Known,
    /// The state of the trie before it.
    state: u32,
    /// Whether it can be in one name with the place before it.
    joins: bool,
    opens: bool,
    closes: bool,
}

impl<'s, 't> Scan<'s, 't> {
    pub(super) fn new(names: Names<'s>, text: &'t str) -> Scan<'s, 't> {
        let gathered = Gathered::default();
        Scan { names, tokens: Tokens::new(text), over: false, gathered, done: 0, ready: 0 }
    }

    /// Reads on until there are places to look at; `false` at the end of the text.
    fn refill(&mut self) -> Result<bool, SnapshotError> {
        self.gathered.forget(self.ready);
        (self.done, self.ready) = (0, 0);
        let trie = self.names.trie;
        while !self.over && self.gathered.closed() < BATCH {
            while !self.over && self.gathered.words.len() < BATCH {
                self.over = !self.tokens.read(|token| self.gathered.add(token));
            }
            self.gathered.look_up(&trie)?;
        }
        self.ready = if self.over { self.gathered.places.len() } else { self.gathered.closed() };
        self.gathered.settle(&trie, self.ready)?;
        Ok(self.ready > 0)
    }

    /// The mention that begins at `at`, and the place behind it.
    fn mention(&self, at: usize) -> Result<Option<(Mention<'s>, usize)>, SnapshotError> {
        let places = &self.gathered.places;
        let first = places[at];
        if first.state == ROOT || !first.opens {
            return Ok(None);
        }
        let mut named = self.names.trie.named(first.state)?;
        while let Some((node, name)) = named {
            let name = self.names.name(name)?;
            let next = at + 1 + memchr::memchr_iter(b' ', name.key.as_bytes()).count();
            let last =
                places.get(next - 1).ok_or(SnapshotError::Nonsense("a name is not as long as it is"))?;
            if last.closes {
                return Ok(Some((Mention { bytes: first.start..last.end, name }, next)));
            }
            named = self.names.trie.shorter(node)?;
        }
        Ok(None)
    }
}

impl<'s> Iterator for Scan<'s, '_> {
    type Item = Result<Mention<'s>, SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            while self.done < self.ready {
                match self.mention(self.done) {
                    Ok(None) => self.done += 1,
                    Ok(Some((mention, next))) => {
                        self.done = next;
                        return Some(Ok(mention));
                    }
                    Err(error) => return Some(Err(self.stop(error))),
                }
            }
            match self.refill() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(self.stop(error))),
            }
        }
    }
}

impl Scan<'_, '_> {
    /// Nothing comes after an error.
    fn stop(&mut self, error: SnapshotError) -> SnapshotError {
        self.over = true;
        self.gathered = Gathered::default();
        (self.done, self.ready) = (0, 0);
        error
    }
}

impl Gathered {
    /// How many places stand before the last cut: no name can reach over it.
    fn closed(&self) -> usize {
        if self.broken { self.places.len() } else { self.cut }
    }

    /// Adds a token of the text, to be looked up.
    fn add(&mut self, token: Token<'_>) {
        let hash = text_hash(token.word.as_bytes());
        self.letters.push_str(token.word);
        let Token { start, end, opens, closes, .. } = token;
        let word_end = self.letters.len();
        self.words.push(Word { start, end, word_end, hash, guess: None, opens, closes });
    }

    /// Looks up the tokens that were added. All at once, and in two steps, for so a processor can wait for many of them
    /// at the same time.
    fn look_up(&mut self, trie: &Trie<'_>) -> Result<(), SnapshotError> {
        for word in &mut self.words {
            word.guess = trie.guess(word.hash);
        }
        let mut word_start = 0;
        for word in &self.words {
            let letters = &self.letters[word_start..word.word_end];
            word_start = word.word_end;
            let Some(known) = trie.token(letters, word.hash, word.guess)? else {
                self.broken = true;
                continue;
            };
            let before = self.places.last().filter(|_| !self.broken);
            let follows = before.is_some_and(|before| before.known.flags & FOLLOWED != 0);
            let joins = follows && known.flags & PRECEDED != 0;
            if !joins {
                self.cut = self.places.len();
            }
            self.broken = false;
            let Word { start, end, opens, closes, .. } = *word;
            self.places.push(Place { start, end, known, state: ROOT, joins, opens, closes });
        }
        self.words.clear();
        self.letters.clear();
        Ok(())
    }

    /// Forgets the first `count` places.
    fn forget(&mut self, count: usize) {
        self.places.drain(..count);
        self.cut = self.cut.saturating_sub(count);
    }

    /// Works out the states of the first `count` places, from the last to the first.
    fn settle(&mut self, trie: &Trie<'_>, count: usize) -> Result<(), SnapshotError> {
        let mut state = ROOT;
        for place in self.places[..count].iter_mut().rev() {
            state = trie.step(state, place.known)?;
            place.state = state;
            if !place.joins {
                state = ROOT;
            }
        }
        Ok(())
    }
}

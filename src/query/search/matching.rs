//! Which words of a search a word of a text is: exactly, by its beginning, or but for a slip of the hand.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// Words of a search that are looked at; the rest of a long text says no more of what is meant.
const MOST_WORDS: usize = 32;

/// Longest word that is compared for slips.
const LONGEST: usize = 64;

/// How a word of a text is one of the search.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum How {
    /// It is that word.
    Exact,
    /// It begins with it.
    Begins,
    /// It differs by one slip.
    Slip,
    /// It differs by two.
    Slips,
}

/// How many ways there are.
pub(super) const WAYS: usize = 4;

/// What of a text matched: word of the search, how, and how often.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Seen(pub SmallVec<[(u8, How, u32); 4]>);

impl Seen {
    /// Whether nothing matched.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, word: u8, how: How) {
        match self.0.iter_mut().find(|(known, way, _)| (*known, *way) == (word, how)) {
            Some((_, _, count)) => *count = count.saturating_add(1),
            None => self.0.push((word, how, 1)),
        }
    }
}

/// Which words of the search a word is.
type Ways = SmallVec<[(u8, How); 2]>;

/// The words of a search, and for each word of a text that was seen which of them it is.
#[derive(Clone)]
pub(super) struct Matcher {
    words: Vec<Word>,
    known: FxHashMap<Box<str>, Ways>,
}

#[derive(Clone)]
struct Word {
    text: Box<str>,
    letters: usize,
    /// Which letters it has, by their numbers modulo 64.
    mask: u64,
}

impl Word {
    fn new(text: &str) -> Word {
        Word { text: text.into(), letters: text.chars().count(), mask: mask(text) }
    }

    /// Slips that are taken for slips: none in short words, two in long ones.
    fn slips(&self) -> usize {
        match self.letters {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        }
    }

    fn way(&self, word: &str) -> Option<How> {
        if *self.text == *word {
            return Some(How::Exact);
        }
        if self.letters >= 2 && word.starts_with(&*self.text) {
            return Some(How::Begins);
        }
        let most = self.slips();
        // A slip changes at most two letters: one goes and one comes.
        let apart = (self.mask ^ mask(word)).count_ones() as usize;
        if most == 0 || apart > 2 * most || word.len() > 4 * LONGEST || self.letters > LONGEST {
            return None;
        }
        if word.chars().count().abs_diff(self.letters) > most {
            return None;
        }
        match strsim::osa_distance(&self.text, word) {
            1 => Some(How::Slip),
            2 if most == 2 => Some(How::Slips),
            _ => None,
        }
    }
}

fn mask(text: &str) -> u64 {
    text.chars().fold(0, |mask, c| mask | 1 << (u32::from(c) % 64))
}

impl Matcher {
    /// For the words of `whole`, which have one space between them; `None` where there are none.
    pub fn new(whole: &str) -> Option<Matcher> {
        let mut words: Vec<Word> = Vec::new();
        for text in whole.split(' ').filter(|text| !text.is_empty()) {
            if words.len() < MOST_WORDS && !words.iter().any(|known| *known.text == *text) {
                words.push(Word::new(text));
            }
        }
        (!words.is_empty()).then(|| Matcher { words, known: FxHashMap::default() })
    }

    /// How many words.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// Which words of the search `word` is.
    pub fn ways(&self, word: &str) -> Ways {
        let each = (0u8..).zip(&self.words);
        each.filter_map(|(at, known)| Some((at, known.way(word)?))).collect()
    }

    /// Adds to `seen` what `word` is.
    pub fn look(&mut self, word: &str, seen: &mut Seen) {
        if let Some(ways) = self.known.get(word) {
            ways.iter().for_each(|(at, how)| seen.add(*at, *how));
            return;
        }
        let ways = self.ways(word);
        ways.iter().for_each(|(at, how)| seen.add(*at, *how));
        self.known.insert(word.into(), ways);
    }
}

#[cfg(test)]
mod tests {
    use super::{How, Matcher};

    #[test]
    fn words_match_exactly_by_their_beginning_or_but_for_a_slip() {
        let matcher = Matcher::new("customer fee customer acquisition").expect("words");
        assert_eq!(matcher.words(), 3);
        assert_eq!(matcher.ways("customer")[..], [(0, How::Exact)]);
        assert_eq!(matcher.ways("customers")[..], [(0, How::Begins)]);
        assert_eq!(matcher.ways("custmoer")[..], [(0, How::Slip)]);
        assert_eq!(matcher.ways("cstmer")[..], [(0, How::Slips)]);
        assert_eq!(matcher.ways("aquisition")[..], [(2, How::Slip)]);
        assert!(matcher.ways("fea").is_empty(), "short words have no slips");
        assert!(matcher.ways("consumer").len() <= 1);
        assert!(Matcher::new("").is_none());
    }
}

//! What matched where → a number: BM25 over weighted fields, in integers, so that every machine ranks alike.
//!
//! S. Robertson and H. Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond* (2009), 3.6: the counts of a word in
//! each field are weighed and added before they saturate, so that a word in a name is worth more however often it stands
//! elsewhere.

use super::matching::{How, Seen, WAYS};
use super::{Candidate, FIELDS, Field};

/// One, in fixed point.
const ONE: u64 = 1 << 10;

/// How soon counts saturate: 1.2, as is usual.
const K1: u64 = 1_229;

/// How much longer texts lose: 0.75, as is usual.
const B: u64 = 768;

/// What a word counts in a name, a definition, a note.
const WEIGHTS: [u64; FIELDS] = [8, 3, 1];

/// What a match counts, by [`How`].
const WAY_WEIGHTS: [u64; WAYS] = [ONE, ONE * 5 / 8, ONE / 2, ONE / 4];

/// For a name that is the whole search: above everything else.
const NAMED: u64 = 1 << 40;

/// What scores are held against: how often each word of the search is found at all, and how long texts are.
pub(super) struct Collection {
    /// For each word of the search, how many subjects have it, in fixed point: rare ones tell more.
    rarity: Vec<u64>,
    /// For each word of the search, whether it stands somewhere as it was typed; slips are then no matches.
    exact: Vec<bool>,
    /// Words in each field of a subject, on average, in fixed point.
    average: [u64; FIELDS],
}

impl Collection {
    /// Of all subjects that are searched, for a search of so many words.
    pub fn of(all: &[Candidate<'_>], words: usize) -> Collection {
        let mut exact = vec![false; words];
        let mut average = [0; FIELDS];
        for candidate in all {
            for (word, _, _) in each(candidate).filter(|(_, how, _)| *how <= How::Begins) {
                exact[usize::from(*word)] = true;
            }
            average.iter_mut().zip(candidate.lengths).for_each(|(sum, length)| *sum += length);
        }
        let count = all.len().max(1) as u64;
        average.iter_mut().for_each(|sum| *sum = (*sum * ONE / count).max(1));
        let mut collection = Collection { rarity: vec![0; words], exact, average };
        let mut having = vec![0_u64; words];
        for candidate in all {
            let mut has: u64 = 0;
            let ours = each(candidate).filter(|(word, how, _)| collection.way(*word, *how) > 0);
            ours.for_each(|(word, _, _)| has |= 1 << word);
            having.iter_mut().enumerate().for_each(|(word, having)| *having += has >> word & 1);
        }
        // ln(1 + (N - n + 0.5) / (n + 0.5)) in BM25; a logarithm of the other base ranks alike.
        let rarity = |n: u64| log2(ONE + (2 * (count - n.min(count)) + 1) * ONE / (2 * n + 1));
        collection.rarity = having.into_iter().map(rarity).collect();
        collection
    }

    /// What a match of `word` counts; 0 for a slip where the word stands somewhere as it was typed.
    fn way(&self, word: u8, how: How) -> u64 {
        let slip = how > How::Begins && self.exact[usize::from(word)];
        if slip { 0 } else { WAY_WEIGHTS[how as usize] }
    }

    /// Whether a match of `word` counts.
    pub fn counts(&self, word: u8, how: How) -> bool {
        self.way(word, how) > 0
    }

    /// What of a text in `field` matched, for picking which to show.
    pub fn weight(&self, field: Field, seen: &Seen) -> u64 {
        let each = seen.0.iter();
        each.map(|(word, how, _)| self.way(*word, *how) * self.rarity[usize::from(*word)]).sum::<u64>()
            * WEIGHTS[field as usize]
    }
}

fn each<'c>(candidate: &'c Candidate<'_>) -> impl Iterator<Item = &'c (u8, How, u32)> {
    candidate.seen.iter().flat_map(|(_, _, seen)| &seen.0).chain(&candidate.id.0)
}

/// The score of one subject; 0 where nothing that counts matched.
pub(super) fn score(candidate: &Candidate<'_>, collection: &Collection) -> u64 {
    let words = collection.rarity.len();
    // For each word, its weighed count, in fixed point.
    let mut counts = vec![0_u64; words];
    let texts = candidate.seen.iter().map(|(text, _, seen)| (text.field, seen));
    for (field, seen) in texts.chain([(Field::Name, &candidate.id)]) {
        let field = field as usize;
        let long = (candidate.lengths[field] * ONE).saturating_mul(ONE) / collection.average[field];
        let norm = ONE - B + (B * long.min(ONE * ONE)) / ONE;
        for (word, how, count) in &seen.0 {
            let weighed = u64::from(*count).min(1 << 20) * WEIGHTS[field] * collection.way(*word, *how);
            counts[usize::from(*word)] += weighed * ONE / norm.max(1);
        }
    }
    let matched = counts.iter().filter(|count| **count > 0).count() as u64;
    if matched == 0 {
        return 0;
    }
    let saturated = |(count, rarity): (&u64, &u64)| rarity * (count * (ONE + K1) / (count + K1));
    let sum: u64 = counts.iter().zip(&collection.rarity).map(saturated).sum();
    // Who has all words comes before who has one of them often.
    let score = sum.saturating_mul(matched) / words as u64 + 1;
    score + if candidate.named { NAMED } else { 0 }
}

/// The logarithm to the base 2 of a number in fixed point, in fixed point; straight between powers of two.
fn log2(number: u64) -> u64 {
    let number = number.max(ONE);
    let whole = u64::from(number.ilog2()) - 10;
    let rest = (number >> whole) - ONE;
    whole * ONE + rest
}

#[cfg(test)]
mod tests {
    use super::{ONE, log2};

    #[test]
    fn logarithms_grow_and_are_right_at_powers_of_two() {
        assert_eq!([log2(ONE), log2(2 * ONE), log2(1024 * ONE)], [0, ONE, 10 * ONE]);
        assert!((ONE..9 * ONE).zip(ONE + 1..).all(|(a, b)| log2(a) <= log2(b)));
    }
}

//! Which names are near to one that nobody bears: candidates for a person to look at, never a referent.
//!
//! Two names are near by what has to be overlooked for their keys to be equal: accents, the script (`translit/1`),
//! legal forms (`legal/1`), the order of words; or by a few slips of typing, counted as optimal string alignment
//! (insertions, deletions, substitutions, and transpositions of neighbours; the restricted distance of Damerau 1964).
//!
//! The index is made in memory when first asked, in one pass over the names. It holds for each the hash of its key with all
//! of that overlooked, and which letters it has: a slip changes at most two of those, which leaves few names to compare.

use std::fmt;
use std::hash::Hasher;

use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::legal::without_forms;
use super::translit::{plain, spelled_out, unaccented};

/// What is overlooked between two names that are near.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Nearness {
    /// Marks on letters: `Café`, `Cafe`.
    Accents,
    /// The script, or how its letters are written in Latin ones: `Газпром`, `Gazprom`; `Müller`, `Mueller`.
    Transliteration,
    /// A legal form: `Acme`, `Acme GmbH`.
    LegalForm,
    /// The order of words: `Bank of Nowhere`, `Nowhere, Bank of`.
    WordOrder,
    /// So many slips of typing.
    Edits(u8),
}

impl fmt::Display for Nearness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nearness::Accents => f.write_str("accents"),
            Nearness::Transliteration => f.write_str("transliteration"),
            Nearness::LegalForm => f.write_str("legal form"),
            Nearness::WordOrder => f.write_str("word order"),
            Nearness::Edits(count) => write!(f, "edit distance {count}"),
        }
    }
}

/// A name that is near to the one asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Near {
    /// The number that it was indexed by.
    pub number: u32,
    /// All that has to be overlooked.
    pub by: Vec<Nearness>,
}

/// What [`Nearby::near`] goes by.
#[derive(Debug)]
pub struct Nearby {
    entries: Vec<Entry>,
    /// Hash of what is left of a key when all is overlooked, and its number; sorted.
    loose: Vec<(u32, u32)>,
    /// How many characters the longest key has.
    longest: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    number: u32,
    chars: u32,
    letters: u64,
}

impl Nearby {
    /// The index over keys, each with a number of its own to be called by.
    pub fn new<'k>(keys: &[(u32, &'k str)]) -> Nearby {
        let entry = |&(number, key): &(u32, &str)| {
            let (chars, letters) = letters(key.chars());
            Entry { number, chars, letters }
        };
        let entries: Vec<Entry> = keys.par_iter().map(entry).collect();
        let longest = entries.iter().map(|entry| entry.chars as usize).max().unwrap_or(0);
        let hashes = |key: &(u32, &'k str)| {
            let number = key.0;
            loosely(key.1).map(move |loose| (hash(&loose), number))
        };
        let mut loose: Vec<(u32, u32)> = keys.par_iter().flat_map_iter(hashes).collect();
        loose.par_sort_unstable();
        loose.dedup();
        Nearby { entries, loose, longest }
    }

    /// At most `most` names near to `key`, which is none of them, the nearest first and those as near by key. `of`
    /// gives the key of a number.
    pub fn near<'k>(&self, key: &str, most: usize, of: impl Fn(u32) -> Option<&'k str>) -> Vec<Near> {
        // A name spelled out or with its legal form is some times as long; what is far longer is no name.
        const SPELLED: usize = 8;
        if key.chars().nth(self.longest.saturating_add(8).saturating_mul(SPELLED)).is_some() {
            return Vec::new();
        }
        let mut found: Vec<(usize, &str, Near)> = Vec::new();
        for wanted in loosely(key).map(|loose| hash(&loose)) {
            let from = self.loose.partition_point(|&(hash, _)| hash < wanted);
            for &(_, number) in self.loose[from..].iter().take_while(|&&(hash, _)| hash == wanted) {
                let Some(other) = of(number) else { continue };
                let by = overlooked(key, other);
                if !by.is_empty() {
                    found.push((by.len(), other, Near { number, by }));
                }
            }
        }
        let chars: Vec<char> = key.chars().collect();
        let (count, own) = letters(key.chars());
        let slips = most_slips(chars.len());
        let alike = |entry: &&Entry| {
            let apart = own ^ entry.letters;
            let (which, odd) = ((apart as u32).count_ones(), ((apart >> 32) as u32).count_ones());
            count.abs_diff(entry.chars) <= slips && which.max(odd) <= slips * 2
        };
        for entry in self.entries.iter().filter(alike).filter(|_| slips > 0) {
            let Some(other) = of(entry.number) else { continue };
            let others: Vec<char> = other.chars().collect();
            if let Some(slips @ 1..) = alignment(&chars, &others, slips as usize) {
                let by = vec![Nearness::Edits(slips as u8)];
                found.push((slips + 1, other, Near { number: entry.number, by }));
            }
        }
        found.sort_by(|a, b| (a.1, a.0).cmp(&(b.1, b.0)));
        found.dedup_by(|later, earlier| later.1 == earlier.1);
        found.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        found.into_iter().take(most).map(|(_, _, near)| near).collect()
    }
}

/// How many slips a name of so many characters may have: one letter of three says nothing.
fn most_slips(chars: usize) -> u32 {
    match chars {
        0..3 => 0,
        3..6 => 1,
        _ => 2,
    }
}

/// How many characters; and, of 32 classes of them, which it has (lower half) and which it has an odd number of.
fn letters(chars: impl Iterator<Item = char>) -> (u32, u64) {
    let (mut count, mut which, mut odd) = (0_u32, 0_u32, 0_u32);
    for c in chars {
        let class = (c as u32).wrapping_mul(0x9e37_79b1) >> 27;
        which |= 1 << class;
        odd ^= 1 << class;
        count = count.saturating_add(1);
    }
    (count, u64::from(which) | u64::from(odd) << 32)
}

/// A key with all overlooked but slips, in each way that its letters are written.
fn loosely(key: &str) -> impl Iterator<Item = String> {
    let rest = |latin: &str| ordered(&formless(latin));
    std::iter::once(rest(&plain(key))).chain(spelled_out(key).map(|latin| rest(&latin)))
}

fn formless(key: &str) -> String {
    without_forms(&key.split(' ').collect::<Vec<_>>()).join(" ")
}

fn ordered(key: &str) -> String {
    let mut words: Vec<&str> = key.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

fn hash(text: &str) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish() as u32
}

/// The least that makes two different keys equal when it is overlooked; nothing where that does not suffice.
fn overlooked(one: &str, two: &str) -> Vec<Nearness> {
    use Nearness::{Accents, LegalForm, Transliteration, WordOrder};
    const WAYS: &[&[Nearness]] = &[
        &[Accents],
        &[Transliteration],
        &[LegalForm],
        &[WordOrder],
        &[Accents, LegalForm],
        &[Accents, WordOrder],
        &[Transliteration, LegalForm],
        &[Transliteration, WordOrder],
        &[LegalForm, WordOrder],
        &[Accents, LegalForm, WordOrder],
        &[Transliteration, LegalForm, WordOrder],
    ];
    let enough = |way: &&&[Nearness]| {
        let two = forms(two, way);
        one_of(&forms(one, way), &two)
    };
    let way = if one == two { None } else { WAYS.iter().find(enough) };
    way.map(|way| way.to_vec()).unwrap_or_default()
}

fn one_of(ones: &[String], twos: &[String]) -> bool {
    ones.iter().any(|one| twos.contains(one))
}

/// A key with some of it overlooked; several where its letters are written in several ways.
fn forms(key: &str, way: &[Nearness]) -> Vec<String> {
    let mut forms = if way.contains(&Nearness::Transliteration) {
        std::iter::once(plain(key).into_owned()).chain(spelled_out(key)).collect()
    } else if way.contains(&Nearness::Accents) {
        vec![unaccented(key).into_owned()]
    } else {
        vec![key.to_owned()]
    };
    for form in &mut forms {
        if way.contains(&Nearness::LegalForm) {
            *form = formless(form);
        }
        if way.contains(&Nearness::WordOrder) {
            *form = ordered(form);
        }
    }
    forms
}

/// The optimal string alignment of two texts where it is at most `most`: only that far from the diagonal of the table
/// is looked at.
fn alignment(one: &[char], two: &[char], most: usize) -> Option<usize> {
    if one.len().abs_diff(two.len()) > most {
        return None;
    }
    // What is out of reach counts as one too many. Rows `i - 2`, `i - 1` and `i`, of the columns around `i`.
    let far = most + 1;
    let width = 2 * most + 1;
    let mut rows = [vec![far; width + 2], vec![far; width + 2], vec![far; width + 2]];
    // Column `j` of row `i` stands at `j + most - i`, and one more for what is left of the band.
    let at = |i: usize, j: usize| (j + most + 1).checked_sub(i).filter(|&at| at >= 1 && at <= width);
    for j in 0..=most.min(two.len()) {
        if let Some(at) = at(0, j) {
            rows[2][at] = j;
        }
    }
    for i in 1..=one.len() {
        rows.rotate_left(1);
        let [before, above, row] = &mut rows;
        row.fill(far);
        let mut least = far;
        for j in i.saturating_sub(most)..=(i + most).min(two.len()) {
            let Some(here) = at(i, j) else { continue };
            let value = if j == 0 {
                i
            } else {
                let same = usize::from(one[i - 1] != two[j - 1]);
                // The column of before stands one place further in the row above, and two in the one before that.
                let mut value = (above[here] + same).min(row[here - 1] + 1).min(above[here + 1] + 1);
                if i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1] {
                    value = value.min(before[here] + 1);
                }
                value
            };
            row[here] = value.min(far);
            least = least.min(value);
        }
        if least > most && rows[1].iter().all(|&value| value > most) {
            return None;
        }
    }
    at(one.len(), two.len()).map(|at| rows[2][at]).filter(|&slips| slips <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::norm;
    use proptest::prelude::*;

    fn near(names: &[&str], asked: &str) -> Vec<String> {
        let keys: Vec<String> = names.iter().map(|name| norm(name)).collect();
        let numbered: Vec<(u32, &str)> = (0..).zip(keys.iter().map(String::as_str)).collect();
        let found = Nearby::new(&numbered).near(&norm(asked), 8, |number| Some(&keys[number as usize]));
        let by = |near: &Near| near.by.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        found.iter().map(|near| format!("{}: {}", names[near.number as usize], by(near))).collect()
    }

    #[test]
    fn each_says_by_what_it_is_near() {
        let names = ["Acme GmbH", "Café Zürich", "Газпром", "Bank of Nowhere", "Müller", "Initech", "Globex"];
        assert_eq!(near(&names, "Acme"), ["Acme GmbH: legal form"]);
        assert_eq!(near(&names, "ACME, Inc."), ["Acme GmbH: legal form"]);
        assert_eq!(near(&names, "Cafe Zurich"), ["Café Zürich: accents"]);
        assert_eq!(near(&names, "Cafe Zuerich"), ["Café Zürich: transliteration"]);
        assert_eq!(near(&names, "Gazprom PJSC"), ["Газпром: transliteration, legal form"]);
        assert_eq!(near(&names, "Nowhere, Bank of"), ["Bank of Nowhere: word order"]);
        assert_eq!(near(&names, "Mueller AG"), ["Müller: transliteration, legal form"]);
        assert_eq!(near(&names, "Intiech"), ["Initech: edit distance 1"]);
        assert_eq!(near(&names, "Globxe Initech"), [""; 0]);
        assert_eq!(near(&names, "Globexx1"), ["Globex: edit distance 2"]);
    }

    #[test]
    fn the_nearest_come_first_and_none_twice() {
        let found = near(&["Zürich AG", "Zurich", "Zürixh", "Zorich"], "Zürich");
        let expected = [
            "Zurich: accents",
            "Zürich AG: legal form",
            "Zorich: edit distance 1",
            "Zürixh: edit distance 1",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn short_names_are_near_to_nothing_by_slips() {
        assert_eq!(near(&["AB", "Abc", "A", ""], "AC"), [""; 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_band_holds_what_the_whole_table_says(one in "[abc]{0,8}", two in "[abc]{0,8}", most in 0_usize..4) {
            let whole = strsim::osa_distance(&one, &two);
            let (one, two): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
            prop_assert_eq!(alignment(&one, &two, most), Some(whole).filter(|&slips| slips <= most));
        }

        #[test]
        fn a_slip_changes_few_letters(text in "\\PC{0,12}", at: prop::sample::Index, c: char) {
            let mut chars: Vec<char> = text.chars().collect();
            let before = letters(chars.iter().copied()).1;
            chars.insert(at.index(chars.len() + 1), c);
            let apart = before ^ letters(chars.into_iter()).1;
            prop_assert!((apart as u32).count_ones() <= 1 && ((apart >> 32) as u32).count_ones() <= 1);
        }
    }
}

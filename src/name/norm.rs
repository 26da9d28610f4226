//! When two spellings are one name: the profile `norm/1`.
//!
//! NFKC, full case folding, NFKC again (Unicode Standard 3.13, D146: folding may undo a composition), then every
//! run of spaces and punctuation becomes one space, and each character of Chinese, Japanese and Korean writing
//! stands alone, for those scripts put no spaces between words. Marks and symbols stay: `C++` is not `C`.
//!
//! A name that is nothing but punctuation (`!!!`) stays as it is, folded.
//!
//! Never the lower-casing of the standard library, which follows the toolchain: the tables are pinned, and their
//! versions stand beside the profile.

mod table;

use std::borrow::Cow;

use super::quick::{Class, quick};
use caseless::Caseless;
use unicode_normalization::{IsNormalized, UnicodeNormalization, char::is_combining_mark, is_nfkc_quick};

/// The profile's name: what a snapshot says its names were made with.
pub const PROFILE: &str = "norm/1";

/// The tables behind the profile, each with its version of Unicode. Characters newer than the oldest of them fold
/// to themselves.
pub const TABLES: &[(&str, (u64, u64, u64))] = &[
    ("normalization", widen(unicode_normalization::UNICODE_VERSION)),
    ("case folding", caseless::UNICODE_VERSION),
    ("punctuation", (16, 0, 0)),
];

/// BLAKE3 over what the tables say of each character that Unicode 16.0 assigns: its compatibility decomposition composed
/// again, its folding, its combining class, whether it is a mark, a break, of CJK writing. Two programs with one hash make one
/// key of every name. A test works it out again; another hash is another profile.
#[rustfmt::skip]
pub const TABLES_HASH: [u8; 32] = [
    0xc1, 0xba, 0x88, 0x04, 0x78, 0x55, 0x63, 0xa2, 0xcc, 0xc3, 0x9b, 0x46, 0x98, 0x53, 0x65, 0xdd,
    0x79, 0x36, 0x19, 0xf9, 0x3d, 0x4c, 0x07, 0xe5, 0xac, 0xa9, 0xa3, 0x38, 0x68, 0x2e, 0x8a, 0x9f,
];

const fn widen(version: (u8, u8, u8)) -> (u64, u64, u64) {
    (version.0 as u64, version.1 as u64, version.2 as u64)
}

/// The version of Unicode that the profile keeps to: the oldest of [`TABLES`].
pub const UNICODE_VERSION: (u64, u64, u64) = (16, 0, 0);

/// The matching key of a name: equal keys are one name. Words are separated by one space; empty only for text of
/// nothing but spaces. Idempotent: the key of a key is itself.
pub fn norm(name: &str) -> String {
    let mut key = String::new();
    norm_into(name, &mut key);
    key
}

/// The same, written over what is in `key`: for many names, one after the other.
pub fn norm_into(name: &str, key: &mut String) {
    if name.is_ascii() {
        ascii(name, key);
    } else if !quickly(name, key) {
        *key = slowly(name);
    }
}

/// The key of a name of characters that each become one, whatever stands beside them: most names. `false` for others.
fn quickly(name: &str, key: &mut String) -> bool {
    key.clear();
    let mut words = Words(std::mem::take(key));
    for c in name.chars() {
        let Some((c, class)) = quick(c) else { return false };
        match class {
            Class::Break => words.end(),
            Class::Letter => words.0.push(c),
            Class::Alone => {
                words.end();
                words.0.push(c);
                words.end();
            }
        }
    }
    *key = words.0;
    if key.ends_with(' ') {
        key.pop();
    }
    // What has no words is as it was folded.
    !key.is_empty()
}

/// The profile to the letter.
fn slowly(name: &str) -> String {
    let folded = nfkc(nfkc(name.into()).chars().default_case_fold().collect::<String>().into());
    let mut words = Words(String::with_capacity(folded.len()));
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        if is_break(c) {
            words.end();
        } else if is_cjk(c) {
            words.end();
            words.0.push(c);
            while let Some(mark) = chars.next_if(|&next| is_combining_mark(next)) {
                words.0.push(mark);
            }
            words.end();
        } else {
            words.0.push(c);
        }
    }
    words.or(&folded)
}

/// NFKC, at the cost of a look where the text is that already.
fn nfkc(text: Cow<'_, str>) -> Cow<'_, str> {
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfkc().collect()),
    }
}

/// The same for ASCII, where folding is lower case and nothing composes.
fn ascii(name: &str, key: &mut String) {
    // Each byte is written, and the next over it where it is a second space or the first of all: where words end can't
    // be foreseen, and a wrong guess costs as much as ten bytes.
    let mut words = std::mem::take(key).into_bytes();
    words.resize(name.len(), 0);
    let (mut len, mut after_break) = (0_usize, 1);
    for byte in name.bytes() {
        let letter = ASCII[usize::from(byte)];
        let is_break = u8::from(letter == 0);
        if let Some(place) = words.get_mut(len) {
            // A space is 1 << 5.
            *place = letter | is_break << 5;
        }
        len += usize::from(1 - (is_break & after_break));
        after_break = is_break;
    }
    words.truncate(len);
    // ASCII is always text.
    *key = Words(String::from_utf8(words).unwrap_or_default()).or(name);
}

/// What a byte of ASCII becomes; 0 for a break.
pub(super) static ASCII: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0x20;
    while byte < 0x7F {
        let is_sign = matches!(byte, b'$' | b'+' | b'<' | b'=' | b'>' | b'^' | b'`' | b'|' | b'~');
        if byte.is_ascii_alphanumeric() || is_sign {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// A key under construction.
struct Words(String);

impl Words {
    /// Ends a word, if one has begun.
    fn end(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(' ') {
            self.0.push(' ');
        }
    }

    /// The finished key; `folded` without the spaces around it where nothing else is left.
    fn or(mut self, folded: &str) -> String {
        if self.0.ends_with(' ') {
            self.0.pop();
        }
        if self.0.is_empty() { folded.trim().to_owned() } else { self.0 }
    }
}

/// Whether a character is a space, a control or punctuation.
pub(super) fn is_break(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() || c == ' ' || (c.is_ascii_punctuation() && !"$+<=>^`|~".contains(c));
    }
    let after = table::BREAKS.partition_point(|&(first, _)| first <= c);
    after > 0 && c <= table::BREAKS[after - 1].1
}

/// Whether a character is of Chinese, Japanese or Korean writing, by block (Unicode 16.0, `Blocks.txt`).
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11FF}'         // Hangul Jamo
        | '\u{2E80}'..='\u{2FDF}'       // radicals
        | '\u{3005}'..='\u{3007}'       // iteration mark, closing mark, zero
        | '\u{3021}'..='\u{3029}'       // Hangzhou numerals
        | '\u{3040}'..='\u{312F}'       // Hiragana, Katakana, Bopomofo
        | '\u{3130}'..='\u{318F}'       // Hangul compatibility Jamo
        | '\u{31A0}'..='\u{31BF}'       // Bopomofo extended
        | '\u{31F0}'..='\u{31FF}'       // Katakana extensions
        | '\u{3400}'..='\u{4DBF}'       // ideographs, extension A
        | '\u{4E00}'..='\u{9FFF}'       // ideographs
        | '\u{A960}'..='\u{A97F}'       // Hangul Jamo extended A
        | '\u{AC00}'..='\u{D7FF}'       // Hangul syllables, Jamo extended B
        | '\u{F900}'..='\u{FAFF}'       // compatibility ideographs
        | '\u{1AFF0}'..='\u{1B16F}'     // Kana supplements and extensions
        | '\u{20000}'..='\u{3FFFF}'     // supplementary ideographic planes
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::char::canonical_combining_class;

    #[test]
    fn case_width_and_punctuation_do_not_matter() {
        assert_eq!(norm("ACME, Inc."), "acme inc");
        assert_eq!(norm("  Acme—Inc "), norm("acme inc"));
        assert_eq!(norm("Ａｃｍｅ"), "acme");
        assert_eq!(norm("STRASSE"), norm("Straße"));
        assert_eq!(norm("ΣΊΣΥΦΟΣ"), norm("σίσυφος"));
        assert_eq!(norm("Cafe\u{301}"), norm("CAFÉ"));
    }

    #[test]
    fn symbols_and_accents_matter() {
        assert_ne!(norm("C++"), norm("C"));
        assert_ne!(norm("A$"), norm("A€"));
        assert_ne!(norm("café"), norm("cafe"));
    }

    #[test]
    fn cjk_is_by_character() {
        assert_eq!(norm("百度"), "百 度");
        assert_eq!(norm("百 度"), norm("百・度"));
        assert_eq!(norm("NTTドコモ"), "ntt ド コ モ");
        assert_eq!(norm("삼성 전자"), norm("삼성전자"));
    }

    #[test]
    fn punctuation_alone_stays() {
        assert_eq!(norm("!!!"), "!!!");
        assert_eq!(norm("…"), "...");
        assert_eq!(norm(" \u{a0} "), "");
    }

    #[test]
    fn ascii_and_the_table_agree() {
        for c in (0..128u8).map(char::from) {
            let after = super::table::BREAKS.partition_point(|&(first, _)| first <= c);
            assert_eq!(is_break(c), after > 0 && c <= super::table::BREAKS[after - 1].1, "{c:?}");
        }
        assert!(super::table::BREAKS.windows(2).all(|pair| pair[0].1 < pair[1].0), "sorted and apart");
    }

    #[test]
    fn the_version_is_the_oldest_of_the_tables() {
        assert_eq!(TABLES.iter().map(|&(_, version)| version).min(), Some(UNICODE_VERSION));
    }

    #[test]
    fn the_tables_are_those_of_the_profile() {
        let mut hasher = blake3::Hasher::new();
        let assigned = ('\0'..='\u{323AF}').chain('\u{E0000}'..='\u{E01EF}');
        for c in assigned {
            let mut said = String::from(c);
            said.extend(std::iter::once(c).nfkc());
            said.push('\0');
            said.extend(std::iter::once(c).default_case_fold());
            let flags = [
                canonical_combining_class(c),
                is_combining_mark(c).into(),
                is_break(c).into(),
                is_cjk(c).into(),
            ];
            hasher.update(said.as_bytes()).update(&flags);
        }
        let found = hasher.finalize();
        assert_eq!(found, TABLES_HASH, "another table is another profile: `norm/2`");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn quick_and_slow_agree(name in "([a-zA-Z é’—.ÄßſΣς百度ドか\u{301}\u{3099}]|\\PC){0,9}") {
            prop_assert_eq!(norm(&name), slowly(&name));
        }

        #[test]
        fn idempotent(name in "\\PC{0,12}") {
            let once = norm(&name);
            prop_assert_eq!(norm(&once), once);
        }
    }
}

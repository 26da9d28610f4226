//! Names in the Latin letters that people type: the table `translit/1`.
//!
//! Greek as in ELOT 743 (ISO 843, transcription), Cyrillic near to BGN/PCGN 1947 and the national romanisations that follow
//! it, for that is what signs and passports show, and not the diacritics of ISO 9; Latin letters without their marks,
//! and with `ae`, `oe`, `ue`, `aa` for `ä`, `ö`, `ü`, `å` as a second way. What is lost is lost on purpose: a name read so is
//! only ever near to another.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The table's name.
pub const TRANSLIT: &str = "translit/1";

/// Letters with what they are written as, sorted.
#[rustfmt::skip]
const LETTERS: &[(char, &str)] = &[
    ('æ', "ae"), ('ð', "d"), ('ø', "o"), ('þ', "th"), ('đ', "d"), ('ħ', "h"), ('ı', "i"), ('ł', "l"), ('ŋ', "ng"),
    ('œ', "oe"), ('ŧ', "t"), ('ə', "e"),
    ('α', "a"), ('β', "v"), ('γ', "g"), ('δ', "d"), ('ε', "e"), ('ζ', "z"), ('η', "i"), ('θ', "th"), ('ι', "i"),
    ('κ', "k"), ('λ', "l"), ('μ', "m"), ('ν', "n"), ('ξ', "x"), ('ο', "o"), ('π', "p"), ('ρ', "r"), ('ς', "s"),
    ('σ', "s"), ('τ', "t"), ('υ', "y"), ('φ', "f"), ('χ', "ch"), ('ψ', "ps"), ('ω', "o"),
    ('а', "a"), ('б', "b"), ('в', "v"), ('г', "g"), ('д', "d"), ('е', "e"), ('ж', "zh"), ('з', "z"), ('и', "i"),
    ('й', "y"), ('к', "k"), ('л', "l"), ('м', "m"), ('н', "n"), ('о', "o"), ('п', "p"), ('р', "r"), ('с', "s"),
    ('т', "t"), ('у', "u"), ('ф', "f"), ('х', "kh"), ('ц', "ts"), ('ч', "ch"), ('ш', "sh"), ('щ', "shch"), ('ъ', ""),
    ('ы', "y"), ('ь', ""), ('э', "e"), ('ю', "yu"), ('я', "ya"), ('ё', "yo"), ('ђ', "dj"), ('ѓ', "gj"), ('є', "ye"),
    ('ѕ', "dz"), ('і', "i"), ('ї', "yi"), ('ј', "j"), ('љ', "lj"), ('њ', "nj"), ('ћ', "c"), ('ќ', "kj"), ('ў', "u"),
    ('џ', "dz"), ('ґ', "g"), ('қ', "q"), ('ң', "ng"), ('ү', "u"), ('ұ', "u"), ('ә', "a"), ('ө', "o"),
];

/// Two Greek letters that are written as one sound.
const PAIRS: &[(&str, &str)] =
    &[("αυ", "av"), ("γγ", "ng"), ("γξ", "nx"), ("γχ", "nch"), ("ευ", "ev"), ("ηυ", "iv"), ("ου", "ou")];

/// The second way of German and Scandinavian letters.
const SPELLED_OUT: &[(char, &str)] = &[('ä', "ae"), ('å', "aa"), ('ö', "oe"), ('ø', "oe"), ('ü', "ue")];

/// Whether a mark is one of those put on Latin, Greek and Cyrillic letters: those of other scripts are vowels.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// A key without the marks on its letters.
pub(super) fn unaccented(key: &str) -> Cow<'_, str> {
    if key.is_ascii() {
        return key.into();
    }
    key.nfd().filter(|&c| !is_accent(c)).nfc().collect::<String>().into()
}

/// A key in Latin letters, as far as the table goes.
pub(super) fn plain(key: &str) -> Cow<'_, str> {
    if key.is_ascii() { key.into() } else { latin(key, &[]).into() }
}

/// The same, the second way; `None` where there is none.
pub(super) fn spelled_out(key: &str) -> Option<String> {
    let has = |c: char| SPELLED_OUT.iter().any(|&(letter, _)| letter == c);
    key.chars().any(has).then(|| latin(key, SPELLED_OUT))
}

fn latin(key: &str, first: &[(char, &'static str)]) -> String {
    let mut latin = String::with_capacity(key.len());
    let mut rest = key;
    while let Some(c) = rest.chars().next() {
        if let Some((pair, sound)) = PAIRS.iter().find(|(pair, _)| is_greek(c) && without_tonos(rest, pair)) {
            latin.push_str(sound);
            let count = pair.chars().count();
            rest = rest.char_indices().nth(count).map_or("", |(at, _)| &rest[at..]);
            continue;
        }
        rest = &rest[c.len_utf8()..];
        let own = first.iter().find(|&&(letter, _)| letter == c).map(|&(_, latin)| latin);
        match own.or_else(|| letter(c)) {
            Some(written) => latin.push_str(written),
            None if c.is_ascii() => latin.push(c),
            None => std::iter::once(c).nfd().filter(|&part| !is_accent(part)).for_each(|part| {
                match letter(part) {
                    Some(written) => latin.push_str(written),
                    None => latin.push(part),
                }
            }),
        }
    }
    latin.nfc().collect()
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}')
}

/// Whether `text` begins with `pair`, the second letter perhaps with a stress on it.
fn without_tonos(text: &str, pair: &str) -> bool {
    let bare = |c| if c == 'ύ' { 'υ' } else { c };
    let mut letters = text.chars().map(bare);
    pair.chars().all(|letter| letters.next() == Some(letter))
}

fn letter(c: char) -> Option<&'static str> {
    let found = LETTERS.binary_search_by_key(&c, |&(letter, _)| letter);
    found.ok().map(|at| LETTERS[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::norm;

    #[test]
    fn the_table_is_in_order() {
        assert!(LETTERS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn names_in_latin_letters() {
        for (name, expected) in [
            ("Газпром", "gazprom"),
            ("Яндекс", "yandeks"),
            ("Київ", "kiyiv"),
            ("Ελληνικά Πετρέλαια", "ellinika petrelaia"),
            ("Ευρώπη", "evropi"),
            ("Λουκούμι", "loukoumi"),
            ("Łódź", "lodz"),
            ("Müller & Søn", "muller son"),
            ("東京", "東 京"),
            ("हिन्दी", "हिन्दी"),
            ("C++", "c++"),
        ] {
            assert_eq!(plain(&norm(name)), expected, "{name}");
        }
        assert_eq!(spelled_out("müller søn").as_deref(), Some("mueller soen"));
        assert_eq!(spelled_out("acme"), None);
        assert_eq!(unaccented("café łódź"), "cafe łodz");
    }
}

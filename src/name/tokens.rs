//! The tokens of a running text: what [`super::norm()`] makes of it, word by word, with the bytes each was read from.
//!
//! A text is cut into *clusters*, stretches that normalisation treats apart: a character begins one if, decomposed,
//! it starts with a character that combines with nothing before it (UAX 15, section 9.1: `ccc=0` and
//! `NFC_Quick_Check=Yes`). So the key of a stretch of whole clusters is the key of their characters one after the
//! other, and a token knows its bytes. Where one character gives several words (`㏂`), a name may not begin or end between
//! them, for no stretch of the text would be that name: see [`Token::opens`] and [`Token::closes`].
//!
//! Characters that become one whatever stands beside them, and most do, are read without any of this.

use caseless::Caseless;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::norm::{ASCII, is_break, is_cjk};
use super::quick::{Class, quick};

/// A word of a running text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token<'t> {
    /// The word as it stands in keys.
    pub word: &'t str,
    /// Where it starts in the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether a name may begin with it: its first character is not part of the token before it.
    pub opens: bool,
    /// Whether a name may end with it: its last character is not part of the token behind it.
    pub closes: bool,
}

/// Reads the tokens of a text, some at a time.
#[derive(Debug)]
pub struct Tokens<'t> {
    text: &'t str,
    /// Up to where it is read; a cluster starts here.
    at: usize,
    /// Words that are not given out yet: their characters, end to end.
    words: String,
    /// Where each stands in `words`, and in the text. The last may go on.
    held: Vec<Held>,
    /// Whether the last of `held` has ended.
    ended: bool,
    /// Whether it is a character of CJK writing with its marks.
    cjk: bool,
    /// The normalised characters of one cluster.
    cluster: String,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    word: usize,
    start: usize,
    end: usize,
    opens: bool,
    closes: bool,
}

impl<'t> Tokens<'t> {
    /// The tokens of `text`.
    pub fn new(text: &'t str) -> Tokens<'t> {
        Tokens {
            text,
            at: 0,
            words: String::new(),
            held: Vec::new(),
            ended: true,
            cjk: false,
            cluster: String::new(),
        }
    }

    /// Reads on, and gives the tokens it passed to `take`, none of them twice; `false` where nothing was left to
    /// read. A call may give none, and gives few.
    pub fn read(&mut self, mut take: impl FnMut(Token<'_>)) -> bool {
        if self.held.is_empty() && self.quickly(&mut take) {
            return true;
        }
        let Some(end) = cluster_end(self.text, self.at) else {
            self.give(&mut take);
            return false;
        };
        if self.held.last().is_some_and(|_| self.ended) {
            // All of them ended before this cluster.
            self.give(&mut take);
        }
        self.normalise(end);
        let cluster = std::mem::take(&mut self.cluster);
        cluster.chars().for_each(|c| self.push(c, end));
        self.cluster = cluster;
        self.at = end;
        self.give_ended(&mut take);
        true
    }

    /// Reads breaks and one word of characters that each become one; whether there was any of it.
    fn quickly(&mut self, take: &mut impl FnMut(Token<'_>)) -> bool {
        let from = self.at;
        while let Some((end, changed)) = quick_word(self.text, self.at) {
            let start = self.at;
            let word = &self.text[start..end];
            if word.is_empty() {
                // A break.
                let Some(next) = quick_end(self.text, start) else { break };
                self.at = next;
                continue;
            }
            self.at = end;
            if changed {
                self.words.clear();
                self.words.extend(word.chars().filter_map(|c| quick(c).map(|(c, _)| c)));
                take(Token { word: &self.words, start, end, opens: true, closes: true });
                self.words.clear();
            } else {
                take(Token { word, start, end, opens: true, closes: true });
            }
            return true;
        }
        self.at > from
    }

    /// The normalised characters of the cluster that ends at `end`.
    fn normalise(&mut self, end: usize) {
        let cluster = &self.text[self.at..end];
        self.cluster.clear();
        if let [byte] = cluster.as_bytes() {
            self.cluster.push(char::from(byte.to_ascii_lowercase()));
            return;
        }
        let folded = cluster.nfkc().default_case_fold();
        self.cluster.extend(folded.nfkc());
    }

    /// Takes one character of the cluster that starts at `self.at` and ends at `end`.
    fn push(&mut self, c: char, end: usize) {
        if is_break(c) {
            self.ended = true;
            return;
        }
        let cjk = is_cjk(c);
        let goes_on = !self.ended && if self.cjk { is_combining_mark(c) } else { !cjk };
        if !goes_on {
            let before = self.held.last_mut().filter(|before| before.end == end);
            let opens = before.is_none();
            if let Some(before) = before {
                before.closes = false;
            }
            self.held.push(Held { word: self.words.len(), start: self.at, end, opens, closes: true });
            self.cjk = cjk;
            self.ended = false;
        }
        self.words.push(c);
        if let Some(last) = self.held.last_mut() {
            last.end = end;
        }
    }

    /// Gives out those that can't change any more: all but the last, unless the cluster just read is part of them.
    fn give_ended(&mut self, take: &mut impl FnMut(Token<'_>)) {
        if self.held.len() < 2 {
            return;
        }
        let Some(last) = self.held.pop() else { return };
        self.give_words(last.word, take);
        self.words.drain(..last.word);
        self.held.push(Held { word: 0, ..last });
    }

    /// Gives out all that is held.
    fn give(&mut self, take: &mut impl FnMut(Token<'_>)) {
        self.give_words(self.words.len(), take);
        self.words.clear();
    }

    /// Gives out all that is held, whose words end at `words_end`.
    fn give_words(&mut self, words_end: usize, take: &mut impl FnMut(Token<'_>)) {
        for (at, held) in self.held.iter().enumerate() {
            let word_end = self.held.get(at + 1).map_or(words_end, |next| next.word);
            let Held { word, start, end, opens, closes } = *held;
            take(Token { word: &self.words[word..word_end], start, end, opens, closes });
        }
        self.held.clear();
    }
}

/// Where the word at `start` ends, of characters that each become one, and whether one becomes another; empty at a break.
/// `None` where that takes a longer look, or nothing is left.
fn quick_word(text: &str, start: usize) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    let (mut at, mut changed) = (start, false);
    bytes.get(at)?;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            let folded = ASCII[usize::from(byte)];
            if folded == 0 {
                break;
            }
            changed |= folded != byte;
            at += 1;
            continue;
        }
        let c = text[at..].chars().next()?;
        // What is not known may be a mark that combines with what is before it.
        let (becomes, class) = quick(c)?;
        if class == Class::Break || (class == Class::Alone && at > start) {
            break;
        }
        changed |= becomes != c;
        at += c.len_utf8();
        if class == Class::Alone {
            let next = text[at..].chars().next();
            return next.is_none_or(|next| quick(next).is_some()).then_some((at, changed));
        }
    }
    Some((at, changed))
}

/// Where the break at `start` ends; `None` where what follows may combine with it.
fn quick_end(text: &str, start: usize) -> Option<usize> {
    let mut chars = text[start..].chars();
    let end = start + chars.next()?.len_utf8();
    chars.next().is_none_or(|next| quick(next).is_some()).then_some(end)
}

/// Where the cluster that starts at `start` ends; `None` at the end of the text.
fn cluster_end(text: &str, start: usize) -> Option<usize> {
    let mut chars = text[start..].char_indices();
    chars.next()?;
    let next = chars.find(|&(_, c)| begins(c));
    Some(next.map_or(text.len(), |(at, _)| start + at))
}

/// Whether a character begins a cluster.
pub(super) fn begins(c: char) -> bool {
    if c.is_ascii() {
        return true;
    }
    let mut first = None;
    decompose_compatible(c, |part| first = first.or(Some(part)));
    let first = first.unwrap_or(c);
    canonical_combining_class(first) == 0 && is_nfc_quick(std::iter::once(first)) == IsNormalized::Yes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::norm;
    use proptest::prelude::*;

    /// The tokens of a text: word, the bytes it stands for, whether a name may begin and end there.
    fn tokens(text: &str) -> Vec<(String, &str, bool, bool)> {
        let mut found = Vec::new();
        let mut tokens = Tokens::new(text);
        while tokens.read(|token| {
            found.push((token.word.to_owned(), &text[token.start..token.end], token.opens, token.closes));
        }) {}
        found
    }

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|(word, ..)| word).collect()
    }

    fn plain<'t>(word: &str, bytes: &'t str) -> (String, &'t str, bool, bool) {
        (word.to_owned(), bytes, true, true)
    }

    #[test]
    fn words_know_their_bytes() {
        assert_eq!(tokens("ACME, Inc."), [plain("acme", "ACME"), plain("inc", "Inc")]);
        assert_eq!(tokens("a—Cafe\u{301}!"), [plain("a", "a"), plain("café", "Cafe\u{301}")]);
        assert_eq!(tokens("Straße"), [plain("strasse", "Straße")]);
        assert_eq!(
            tokens("NTTドコモ"),
            [plain("ntt", "NTT"), plain("ド", "ド"), plain("コ", "コ"), plain("モ", "モ")]
        );
        assert_eq!(tokens("ﬁn"), [plain("fin", "ﬁn")]);
        assert!(tokens(" —… ").is_empty());
    }

    #[test]
    fn one_character_of_several_words_can_not_be_parted() {
        let am = [("a".to_owned(), "㏂", true, false), ("m".to_owned(), "㏂", false, true)];
        assert_eq!(tokens("㏂"), am);
        assert_eq!(
            tokens("x㏂y"),
            [
                ("xa".to_owned(), "x㏂", true, false),
                ("m".to_owned(), "㏂", false, true),
                ("y".to_owned(), "y", true, true),
            ]
        );
    }

    /// That what a character becomes combines with nothing before it, if the character does not: what parting a text
    /// into clusters rests on.
    #[test]
    fn what_begins_a_cluster_still_does_when_folded() {
        for c in ('\0'..='\u{323AF}').chain('\u{E0000}'..='\u{E01EF}').filter(|&c| begins(c)) {
            let folded = std::iter::once(c).nfkc().default_case_fold();
            let first = std::iter::once(c).nfkc().default_case_fold().next().expect("something");
            assert!(begins(first), "{c:?} folds to {first:?}");
            let first = folded.nfkc().next().expect("something");
            assert!(begins(first), "{c:?} becomes {first:?}");
        }
    }

    /// Texts of what is hard: marks, letters that fold to several, CJK, emoji, right to left, dashes, quotes, NUL.
    fn text() -> impl Strategy<Value = String> {
        let hard = prop::sample::select(vec![
            "a",
            "B",
            " ",
            "-",
            "—",
            "’",
            "\"",
            "\0",
            "é",
            "e",
            "\u{301}",
            "\u{345}",
            "ß",
            "ẞ",
            "ŉ",
            "ǰ",
            "ﬁ",
            "㏂",
            "⑴",
            "ﷺ",
            "ΐ",
            "Σ",
            "ς",
            "百",
            "ド",
            "\u{3099}",
            "か",
            "\u{302A}",
            "ᄀ",
            "ᅡ",
            "ᆨ",
            "가",
            "😀",
            "👩\u{200d}💻",
            "א",
            "ש\u{5c1}",
            "ا\u{644}\u{64e}",
            "¨",
            "´",
            "‾",
            "‗",
            "<",
            "\u{338}",
            "=",
            "…",
            "½",
            "\u{903}",
            "क",
            "\u{94d}",
            "\u{9be}",
            "\u{9c7}",
            "İ",
            "Å",
            "\u{1F71}",
            "\u{fb2c}",
            "\u{1d15e}",
            "\u{130fa}",
        ]);
        let part = prop_oneof![4 => hard.prop_map(str::to_owned), 1 => "\\PC{0,3}"];
        prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_words_are_those_of_the_key(text in text()) {
            let key = norm(&text);
            let words = words(&text);
            // What is nothing but punctuation has a key and no words.
            if !words.is_empty() || key.chars().any(|c| !is_break(c)) {
                prop_assert_eq!(words.join(" "), key);
            }
        }

        #[test]
        fn a_stretch_between_tokens_has_the_key_that_its_tokens_make(text in text()) {
            let tokens = {
                let mut found = Vec::new();
                let mut tokens = Tokens::new(&text);
                while tokens.read(|t| found.push((t.word.to_owned(), t.start, t.end, t.opens, t.closes))) {}
                found
            };
            for (at, first) in tokens.iter().enumerate().filter(|(_, first)| first.3) {
                let mut key = String::new();
                for last in &tokens[at..] {
                    key.push_str(if key.is_empty() { "" } else { " " });
                    key.push_str(&last.0);
                    if last.4 {
                        prop_assert_eq!(&norm(&text[first.1..last.2]), &key);
                    }
                }
            }
        }
    }
}

//! Finds characters that a reviewer can't see, anywhere in a text: in names, values and comments.
//!
//! A few of them are letters of real names and are let through where they have an effect that is seen, and nowhere
//! else (after UAX #31, section 2.3, and UTS #51):
//!
//! * zero-width non-joiner between two letters or marks of one script that joins letters (Persian `می‌خواهم`, Indic scripts);
//! * zero-width joiner behind a virama of an Indic script, and between two parts of an emoji;
//! * one variation selector behind an emoji, a Han ideograph or a Mongolian letter; the Mongolian vowel separator between two letters.

use std::ops::Range;

use super::lex::line_end;
use crate::source::invisible;

/// A hidden character: its bytes, and what to call it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hidden {
    /// Where it stands.
    pub range: Range<usize>,
    /// The character.
    pub character: char,
    /// Its name.
    pub name: &'static str,
}

/// The first hidden character of each line that has one. A byte-order mark at the very start is none, and neither is a
/// carriage return before a line feed.
pub(super) fn hidden(text: &str) -> impl Iterator<Item = Hidden> {
    let mut at = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    std::iter::from_fn(move || {
        let found = first(text, at)?;
        at = line_end(text.as_bytes(), found.range.end);
        Some(found)
    })
}

fn first(text: &str, from: usize) -> Option<Hidden> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes[at..].iter().position(|byte| SUSPECT[*byte as usize])?;
        let character = text[at..].chars().next()?;
        let range = at..at + character.len_utf8();
        if character == '\r' && bytes.get(at + 1) != Some(&b'\n') {
            return Some(Hidden { range, character, name: "carriage return without a line feed" });
        }
        if let Some(name) = invisible(character)
            && !has_effect(text, at, character)
        {
            return Some(Hidden { range, character, name });
        }
        at = range.end;
    }
}

/// Bytes that can begin a hidden character.
const SUSPECT: [bool; 256] = {
    let mut suspect = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        suspect[byte] = byte != b'\t' as usize && byte != b'\n' as usize;
        byte += 1;
    }
    // UTF-8 leads of U+0080–U+00BF, U+0340–U+037F, U+0600–U+063F, U+1000–U+3FFF and U+F000 on.
    let leads = [0x7F, 0xC2, 0xCD, 0xD8, 0xE1, 0xE2, 0xE3, 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4];
    let mut index = 0;
    while index < leads.len() {
        suspect[leads[index]] = true;
        index += 1;
    }
    suspect
};

/// Whether the invisible `character` at `at` changes what is seen there.
fn has_effect(text: &str, at: usize, character: char) -> bool {
    let Some(before) = text[..at].chars().next_back() else { return false };
    let after = text[at + character.len_utf8()..].chars().next();
    match character {
        '\u{200C}' => {
            joining(before).is_some() && after.is_some_and(|after| joining(after) == joining(before))
        }
        '\u{200D}' => {
            is_virama(before)
                || (is_emoji(before) || matches!(before, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}'))
                    && after.is_some_and(is_emoji)
        }
        '\u{FE0E}' | '\u{FE0F}' => is_emoji(before) || is_keycap(before) && after == Some('\u{20E3}'),
        '\u{FE00}'..='\u{FE02}' | '\u{E0100}'..='\u{E01EF}' => is_han(before),
        '\u{180B}'..='\u{180D}' | '\u{180F}' => is_mongolian(before),
        '\u{180E}' => is_mongolian(before) && after.is_some_and(is_mongolian),
        _ => false,
    }
}

/// Scripts in which a non-joiner between two letters is seen.
fn joining(character: char) -> Option<u8> {
    let script = match character {
        '\u{0620}'..='\u{06D3}'
        | '\u{06D5}'..='\u{06DC}'
        | '\u{06EE}'..='\u{06FC}'
        | '\u{0750}'..='\u{077F}'
        | '\u{08A0}'..='\u{08FF}' => 0,
        '\u{0710}'..='\u{074F}' => 1,
        '\u{07CA}'..='\u{07F5}' => 2,
        '\u{0840}'..='\u{085B}' => 3,
        // Devanagari to Malayalam and Sinhala: a block of 128 code points each.
        '\u{0900}'..='\u{0DFF}' => 4 + ((u32::from(character) - 0x900) >> 7) as u8,
        '\u{1000}'..='\u{109F}' => 20,
        '\u{1780}'..='\u{17D3}' => 21,
        '\u{1820}'..='\u{18AA}' => 22,
        '\u{1B00}'..='\u{1B4B}' => 23,
        _ => return None,
    };
    Some(script)
}

/// The sign that takes a consonant's vowel away (`Indic_Syllabic_Category` = `Virama`).
fn is_virama(character: char) -> bool {
    matches!(
        u32::from(character),
        0x94D
            | 0x9CD
            | 0xA4D
            | 0xACD
            | 0xB4D
            | 0xBCD
            | 0xC4D
            | 0xCCD
            | 0xD4D
            | 0xDCA
            | 0x1039
            | 0x17D2
            | 0x1B44
    )
}

/// Signs that have an emoji form, by block: which of them do is no matter of safety.
fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}'
            | '\u{24C2}' | '\u{25A0}'..='\u{27BF}' | '\u{2934}'..='\u{2935}' | '\u{2B00}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}'
            | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}'
    )
}

fn is_keycap(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '#' | '*')
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_mongolian(character: char) -> bool {
    matches!(character, '\u{1820}'..='\u{18AA}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        hidden(text).map(|hidden| (hidden.range.start, hidden.name)).collect()
    }

    #[test]
    fn one_a_line_wherever_it_stands() {
        let text = "a = 1 # \u{202e}\u{202d}\nb\u{200b} = 2\r\nc = \"\u{0}\"\n\nd = 3\rx\ne = '\u{e0041}'\n";
        let names = [
            "right-to-left override",
            "zero-width space",
            "null character",
            "carriage return without a line feed",
            "tag character",
        ];
        assert_eq!(found(text).into_iter().map(|(_, name)| name).collect::<Vec<_>>(), names);
    }

    #[test]
    fn a_byte_order_mark_is_hidden_anywhere_but_at_the_start() {
        assert_eq!(found("\u{feff}a = 1\n"), []);
        assert_eq!(found("\u{feff}\u{feff}a = 1\n"), [(3, "zero-width no-break space")]);
    }

    #[test]
    fn letters_of_real_names_are_let_through() {
        let seen = [
            "می\u{200c}خواهم",
            "شرکت\u{200c}ها",
            "क्\u{200d}ष",
            "ന്\u{200d}",
            "श्\u{200c}री",
            "👩\u{200d}💻",
            "🏳\u{fe0f}\u{200d}🌈",
            "👩🏽\u{200d}🚀",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "葛\u{e0100}飾区",
            "ᠠ\u{180b}",
            "コストコ\u{3000}ガス",
            "naïve café ½ ™",
        ];
        for name in seen {
            assert_eq!(found(name), [], "{name:?}");
        }
    }

    #[test]
    fn where_they_have_no_effect_they_are_hidden() {
        let hiding = [
            "ac\u{200c}me",
            "ac\u{200d}me",
            "\u{200c}می",
            "می\u{200c}",
            "می\u{200c}\u{200c}خ",
            "میa\u{200c}b",
            "a\u{fe0f}",
            "1\u{fe0f}",
            "葛\u{e0100}\u{e0101}",
            "x\u{e0100}",
            "👩\u{200d}x",
            "so\u{ad}ft",
            "a\u{200e}b",
            "\u{3164}",
            "a\u{2060}b",
            "a\u{180e}b",
        ];
        for name in hiding {
            assert_eq!(found(name).len(), 1, "{name:?}");
        }
    }

    #[test]
    fn no_invisible_character_begins_with_an_unsuspected_byte() {
        for character in (0..=0x10FFFF_u32).filter_map(char::from_u32).filter(|it| invisible(*it).is_some()) {
            let mut buffer = [0; 4];
            let lead = character.encode_utf8(&mut buffer).as_bytes()[0];
            assert!(SUSPECT[lead as usize] || u32::from(character) & 0xFFFE == 0xFFFE, "{character:?}");
        }
    }
}

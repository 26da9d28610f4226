//! Characters that a reviewer can't see, by the Unicode Character Database, version 17.0.
//!
//! They are those with the property `Default_Ignorable_Code_Point` (UAX #44), the bidirectional controls, all
//! controls but tab, line feed and carriage return, the separators of lines and paragraphs, the marks of
//! interlinear annotation, and code points that are not characters. Spaces other than U+0020 can be seen.

use std::borrow::Cow;
use std::fmt::Write;

/// First and last of each stretch, and what to call it.
const INVISIBLE: &[(u32, u32, &str)] = &[
    (0x0000, 0x0000, "null character"),
    (0x0001, 0x0008, "control character"),
    (0x000B, 0x000B, "vertical tab"),
    (0x000C, 0x000C, "form feed"),
    (0x000E, 0x001A, "control character"),
    (0x001B, 0x001B, "escape character"),
    (0x001C, 0x001F, "control character"),
    (0x007F, 0x007F, "delete character"),
    (0x0080, 0x0084, "control character"),
    (0x0085, 0x0085, "next line"),
    (0x0086, 0x009F, "control character"),
    (0x00AD, 0x00AD, "soft hyphen"),
    (0x034F, 0x034F, "combining grapheme joiner"),
    (0x061C, 0x061C, "Arabic letter mark"),
    (0x115F, 0x1160, "Hangul filler"),
    (0x17B4, 0x17B5, "invisible Khmer vowel"),
    (0x180B, 0x180D, "Mongolian variation selector"),
    (0x180E, 0x180E, "Mongolian vowel separator"),
    (0x180F, 0x180F, "Mongolian variation selector"),
    (0x200B, 0x200B, "zero-width space"),
    (0x200C, 0x200C, "zero-width non-joiner"),
    (0x200D, 0x200D, "zero-width joiner"),
    (0x200E, 0x200E, "left-to-right mark"),
    (0x200F, 0x200F, "right-to-left mark"),
    (0x2028, 0x2028, "line separator"),
    (0x2029, 0x2029, "paragraph separator"),
    (0x202A, 0x202A, "left-to-right embedding"),
    (0x202B, 0x202B, "right-to-left embedding"),
    (0x202C, 0x202C, "end of a direction override"),
    (0x202D, 0x202D, "left-to-right override"),
    (0x202E, 0x202E, "right-to-left override"),
    (0x2060, 0x2060, "word joiner"),
    (0x2061, 0x2064, "invisible mathematical operator"),
    (0x2065, 0x2065, "invisible character"),
    (0x2066, 0x2066, "left-to-right isolate"),
    (0x2067, 0x2067, "right-to-left isolate"),
    (0x2068, 0x2068, "first strong isolate"),
    (0x2069, 0x2069, "end of a direction isolate"),
    (0x206A, 0x206F, "format character"),
    (0x3164, 0x3164, "Hangul filler"),
    (0xFDD0, 0xFDEF, "code point that is not a character"),
    (0xFE00, 0xFE0F, "variation selector"),
    (0xFEFF, 0xFEFF, "zero-width no-break space"),
    (0xFFA0, 0xFFA0, "Hangul filler"),
    (0xFFF0, 0xFFF8, "invisible character"),
    (0xFFF9, 0xFFFB, "annotation mark"),
    (0xFFFE, 0xFFFF, "code point that is not a character"),
    (0x1BCA0, 0x1BCA3, "shorthand format control"),
    (0x1D173, 0x1D17A, "musical format control"),
    (0xE0000, 0xE007F, "tag character"),
    (0xE0080, 0xE00FF, "invisible character"),
    (0xE0100, 0xE01EF, "variation selector"),
    (0xE01F0, 0xE0FFF, "invisible character"),
];

/// What to call `character` where it can't be seen; `None` where it can, and for tab, line feed and carriage
/// return.
pub fn invisible(character: char) -> Option<&'static str> {
    let code = u32::from(character);
    if (0x20..0x7F).contains(&code) {
        return None;
    }
    let after = INVISIBLE.partition_point(|(first, _, _)| *first <= code);
    let stretch = after.checked_sub(1).map(|index| INVISIBLE[index]);
    match stretch {
        Some((_, last, name)) if code <= last => Some(name),
        _ if code & 0xFFFE == 0xFFFE => Some("code point that is not a character"),
        _ => None,
    }
}

/// `text` on one line with nothing hidden: invisible characters, tabs and the ends of lines as `\u{…}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    let hides = |character: char| character.is_ascii_control() || invisible(character).is_some();
    if !text.contains(hides) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if hides(character) {
            write!(shown, "\\u{{{:04X}}}", u32::from(character)).expect("writing to a string can't fail");
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(INVISIBLE.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert!(INVISIBLE.iter().all(|(first, last, _)| first <= last));
    }

    #[test]
    fn what_can_be_seen_is_left_alone() {
        for seen in [
            'a', ' ', '\t', '\n', '\r', 'é', '\u{a0}', '\u{3000}', 'ガ', '\u{301}', '😀', '\u{600}',
            '\u{FFFD}',
        ] {
            assert_eq!(invisible(seen), None, "{seen:?}");
        }
        assert_eq!(invisible('\u{202E}'), Some("right-to-left override"));
        assert_eq!(invisible('\u{E0041}'), Some("tag character"));
        assert_eq!(invisible('\u{1FFFE}'), Some("code point that is not a character"));
        assert_eq!(invisible('\0'), Some("null character"));
    }

    #[test]
    fn hidden_characters_are_spelled_out() {
        assert_eq!(visible("plain é"), "plain é");
        assert_eq!(visible("a\u{202e}b\nc\u{1b}"), "a\\u{202E}b\\u{000A}c\\u{001B}");
    }
}

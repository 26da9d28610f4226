//! What most characters become, without a look at the tables of the profile.

use std::sync::LazyLock;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

use super::norm::{ASCII, is_break, is_cjk};
use super::tokens::begins;

/// What a character is to a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// It ends a word.
    Break,
    /// It goes on with a word.
    Letter,
    /// It is a word, if no mark follows.
    Alone,
}

/// Latin, Greek, Cyrillic, Armenian: where a table is worth it.
const FIRST: u32 = 0x80;
const END: u32 = 0x560;

/// What each becomes, if that is one character whatever stands beside it.
static TABLE: LazyLock<Vec<Option<(char, Class)>>> =
    LazyLock::new(|| (FIRST..END).map(|number| char::from_u32(number).and_then(alone)).collect());

/// By the tables of the profile: what a character becomes that combines with nothing before it.
fn alone(c: char) -> Option<(char, Class)> {
    let mut all = std::iter::once(c).nfkc().default_case_fold().nfkc();
    let only = all.next().filter(|_| all.next().is_none() && begins(c))?;
    let class = match (is_break(only), is_cjk(only)) {
        (true, _) => Class::Break,
        (false, true) => Class::Alone,
        (false, false) => Class::Letter,
    };
    Some((only, class))
}

/// What a character becomes, and how it stands to the characters beside it; `None` where that takes a longer look. What
/// this knows begins a cluster (see `tokens.rs`).
#[inline]
pub(super) fn quick(c: char) -> Option<(char, Class)> {
    match c {
        '\0'..='\x7f' => Some(match ASCII[c as usize] {
            0 => (' ', Class::Break),
            letter => (char::from(letter), Class::Letter),
        }),
        '\u{80}'..'\u{560}' => TABLE.get((c as u32 - FIRST) as usize).copied().flatten(),
        // Dashes and quotes; Chinese and Japanese commas, stops and brackets.
        '\u{2010}'
        | '\u{2012}'..='\u{2016}'
        | '\u{2018}'..='\u{2023}'
        | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}' => Some((' ', Class::Break)),
        // Kana that combine with nothing before them, ideographs, Hangul syllables.
        '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}' => Some((c, Class::Alone)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_what_the_tables_say() {
        for c in ('\u{80}'..='\u{FFFF}').filter_map(|c| Some((c, quick(c)?))) {
            let (known, class) = c.1;
            let expected = alone(c.0).map(|(c, class)| (if class == Class::Break { ' ' } else { c }, class));
            let known = if class == Class::Break { ' ' } else { known };
            assert_eq!(expected, Some((known, class)), "{:?}", c.0);
        }
    }
}

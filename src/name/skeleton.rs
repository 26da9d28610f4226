//! What a name looks like: the skeleton of UTS 39 (<https://www.unicode.org/reports/tr39/#Confusable_Detection>),
//! equal for names that most typefaces draw alike.

use std::hash::Hasher;
use std::sync::LazyLock;

use rustc_hash::FxHasher;
use unicode_security::{MixedScript, mixed_script::AugmentedScriptSet};

/// What each ASCII character looks like; most names are nothing else.
static ASCII: LazyLock<Vec<String>> = LazyLock::new(|| {
    (0..128u8)
        .map(|byte| unicode_security::skeleton(char::from(byte).encode_utf8(&mut [0; 4])).collect())
        .collect()
});

/// The skeleton of a name, written to `into` (cleared first).
pub fn skeleton(name: &str, into: &mut String) {
    into.clear();
    if name.is_ascii() {
        name.bytes().for_each(|byte| into.push_str(&ASCII[usize::from(byte)]));
    } else {
        into.extend(unicode_security::skeleton(name));
    }
}

/// What an id looks like, of small letters and digits, written to `into` (cleared first): `0` and `1` look like `o`
/// and `l`, which is so in small letters only.
pub fn id_skeleton(id: &str, into: &mut String) {
    into.clear();
    for c in id.chars() {
        match c {
            '0' => into.push('o'),
            '1' => into.push('l'),
            c if c.is_ascii() => into.push_str(&ASCII[c as usize]),
            other => into.push(other),
        }
    }
}

/// A hash of a kind and a look, by which to bring together what looks alike.
pub fn look(kind: &str, skeleton: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(kind.as_bytes());
    hasher.write(skeleton.as_bytes());
    hasher.finish()
}

/// Whether a name mixes scripts that are not written together (UTS 39, 5.1: its resolved script set is empty).
pub fn mixes_scripts(name: &str) -> bool {
    !name.is_ascii() && !name.is_single_script()
}

/// The script of a character, for people: `Cyrillic`. `None` for what is common to several.
pub fn script(c: char) -> Option<String> {
    let set = AugmentedScriptSet::for_char(c);
    (!set.is_all()).then(|| set.base.to_string()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, two: &str) -> bool {
        let (mut a, mut b) = (String::new(), String::new());
        skeleton(one, &mut a);
        skeleton(two, &mut b);
        a == b
    }

    #[test]
    fn looks_alike() {
        assert!(same("Acme", "А\u{441}me"));
        assert!(same("modern", "modem"));
        assert!(same("A1", "Al"));
        assert!(!same("Acme", "Acne"));
    }

    #[test]
    fn ascii_is_as_the_table_says() {
        for c in (0..128u8).map(char::from) {
            let mut own = String::new();
            skeleton(&c.to_string(), &mut own);
            assert_eq!(own, unicode_security::skeleton(&c.to_string()).collect::<String>());
        }
    }

    #[test]
    fn ids_fold_digits_that_look_like_letters() {
        let (mut a, mut b) = (String::new(), String::new());
        id_skeleton("oil-10", &mut a);
        id_skeleton("oil-lo", &mut b);
        assert_eq!(a, b);
    }

    #[test]
    fn scripts() {
        assert!(mixes_scripts("А\u{441}me"));
        assert!(!mixes_scripts("Асмэ"));
        assert!(!mixes_scripts("東京タワー"));
        assert_eq!(script('\u{441}').as_deref(), Some("Cyrillic"));
        assert_eq!(script('-'), None);
    }
}

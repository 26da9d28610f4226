//! What a name is without the legal form of who bears it: the table `legal/1`.
//!
//! Facts from the list of entity legal forms that GLEIF keeps for ISO 20275
//! (<https://www.gleif.org/en/about-lei/code-lists/iso-20275-entity-legal-forms-code-list>), as far as names carry them:
//! a selection of ours, in the spelling of keys. A name without its form is only ever near to another, never the same.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::translit::plain;

/// The table's name.
pub const LEGAL: &str = "legal/1";

/// Legal forms as keys in Latin letters (and in those that are not written so), sorted.
#[rustfmt::skip]
const FORMS: &[&str] = &[
    "a d", "a g", "a s", "ab", "ad", "ag", "ag co kg", "ag co kgaa", "akciova spolecnost", "aktiebolag",
    "aktiengesellschaft", "anonim sirketi", "anonim sti", "ao", "aps", "as", "asa", "b v", "berhad", "besloten vennootschap",
    "bhd", "bv", "bvba", "c v", "co", "co inc", "co kg", "co limited", "co llc", "co ltd", "company", "company inc",
    "company limited", "company ltd", "corp", "corporation", "cv", "cvba", "d d", "d o o", "dac", "dd", "doo", "e g",
    "e k", "e v", "ead", "eg", "ehf", "eirl", "ek", "eood", "eurl", "ev", "g k", "g m b h", "gbr",
    "gesellschaft mit beschrankter haftung", "gesmbh", "ggmbh", "gmbh", "gmbh co kg", "gmbh co kgaa", "gmbh co ohg", "hf",
    "inc", "incorporated", "jsc", "k g", "k k", "kb", "kft", "kg", "kgaa", "kk", "ks", "l l c", "l l p", "l p", "lc",
    "lda", "limited", "limited company", "limited liability company", "limited liability partnership",
    "limited partnership", "limited sirketi", "llc", "llp", "lp", "ltd", "ltd co", "ltd sti", "ltda", "mbh", "n v",
    "naamloze vennootschap", "nv", "nyrt", "o u", "ohg", "ojsc", "ood", "ooo", "osakeyhtio", "ou", "oy", "oy ab", "oyj",
    "p l c", "pao", "pjsc", "plc", "private limited", "pt", "pte", "pte limited", "pte ltd", "pty", "pty limited", "pty ltd",
    "public company limited", "public limited company", "pvt ltd", "s a", "s a r l", "s a s", "s a u", "s c a", "s e",
    "s l", "s l u", "s n c", "s p a", "s r l", "s r l s", "s r o", "sa", "sa de c v", "sa de cv", "sarl", "sas",
    "sasu", "sca", "sce", "sdn bhd", "se", "sia", "sl", "slu", "snc", "sociedad anonima", "sociedad limitada",
    "societa per azioni", "societe anonyme", "sp j", "sp k", "sp z o o", "spa", "spol s r o", "spolka akcyjna",
    "spolka z o o", "srl", "srls", "sro", "t b k", "tbk", "too", "tov", "uab", "ug", "ug haftungsbeschrankt",
    "unlimited company", "vof", "xk", "zao", "zrt",
    "合 同 会 社", "有 限 会 社", "有 限 公 司", "株 式 会 社", "株 式 會 社", "股 份 有 限 公 司", "주 식 회 사",
];

/// The most tokens that a form has.
const LONGEST: usize = 6;

/// The tokens with which forms begin, and with which they end: most names have none of them there.
static EDGES: LazyLock<[FxHashSet<&str>; 2]> = LazyLock::new(|| {
    let edge = |of: fn(&'static str) -> &'static str| FORMS.iter().map(|form| of(form)).collect();
    [
        edge(|form| form.split(' ').next().unwrap_or(form)),
        edge(|form| form.rsplit(' ').next().unwrap_or(form)),
    ]
});

/// The tokens of a name without the legal forms at its end and its beginning; one at least is left.
pub(super) fn without_forms<'k, 'a>(mut tokens: &'a [&'k str]) -> &'a [&'k str] {
    loop {
        let count = form_length(tokens, true);
        if count == 0 {
            break;
        }
        tokens = &tokens[..tokens.len() - count];
    }
    &tokens[form_length(tokens, false)..]
}

/// How many tokens the longest form has at the end of a name, or at its beginning, that leaves something of it.
fn form_length(tokens: &[&str], at_end: bool) -> usize {
    let edge = if at_end { tokens.last() } else { tokens.first() };
    let known = edge.is_some_and(|edge| EDGES[usize::from(at_end)].contains(&*plain(edge)));
    if !known {
        return 0;
    }
    let most = LONGEST.min(tokens.len() - 1);
    let form = |count: &usize| {
        let part = if at_end { &tokens[tokens.len() - count..] } else { &tokens[..*count] };
        let part: Vec<_> = part.iter().map(|token| plain(token)).collect();
        FORMS.binary_search(&&*part.join(" ")).is_ok()
    };
    (1..=most).rev().find(form).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::norm;

    fn stripped(name: &str) -> String {
        let key = norm(name);
        let tokens: Vec<&str> = key.split(' ').collect();
        without_forms(&tokens).join(" ")
    }

    #[test]
    fn forms_are_keys_in_order() {
        assert!(FORMS.windows(2).all(|pair| pair[0] < pair[1]), "sorted, each once");
        assert!(FORMS.iter().all(|form| norm(form) == *form && plain(form) == *form));
        assert_eq!(FORMS.iter().map(|form| form.split(' ').count()).max(), Some(LONGEST));
    }

    #[test]
    fn forms_go_from_both_ends() {
        for name in [
            "Acme",
            "Acme Inc.",
            "ACME GmbH & Co. KG",
            "Acme, S.A.",
            "PT Acme Tbk",
            "ООО Acme",
            "Acme Co., Ltd.",
        ] {
            assert_eq!(stripped(name), "acme", "{name}");
        }
        assert_eq!(stripped("トヨタ自動車株式会社"), norm("トヨタ自動車"));
        assert_eq!(stripped("Müller Gesellschaft mit beschränkter Haftung"), "müller");
    }

    #[test]
    fn a_name_is_never_stripped_of_everything() {
        for name in ["Co", "Limited", "SA SA", "KG AG"] {
            assert!(!stripped(name).is_empty(), "{name}");
        }
    }
}

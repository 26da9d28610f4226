//! A definition says more than the name of what it defines.

use super::knowledge::{Knowledge, SubjectClaims};
use crate::claim::{Claim, Value};
use crate::diagnostic::{Finding, Findings, codes};
use crate::name::{NAMING, norm};

/// Refuses definitions that are only a name of their own subject, or begin by saying that it is what it is.
pub(super) fn check(knowledge: &Knowledge<'_>, findings: &mut Findings) {
    for (at, definitions) in knowledge.saying(DEFINITION) {
        let subject = &knowledge.subjects[at];
        if !definitions.iter().any(|claim| may_be_named(subject, claim)) {
            continue;
        }
        let names = own_names(subject);
        let longest = names.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        for claim in definitions {
            let Some(text) = definition(claim) else { continue };
            let opening = Opening::of(text, longest);
            let Some((_, name)) = names.iter().find(|(key, _)| opening.is_only(key)) else { continue };
            let message = format!("the definition of `{}` says only that it is `{name}`", subject.subject);
            let finding =
                Finding::new(&codes::SELF_DEFINITION, message, claim.origin, "defined by its own name");
            findings.push(
                finding.help("say what it is in other words: what kind of thing, and what sets it apart"),
            );
        }
    }
}

/// The attribute that defines.
pub(super) const DEFINITION: &str = "definition";

/// The text of a definition.
pub(super) fn definition(claim: &Claim) -> Option<&str> {
    match &claim.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether a definition may begin with a name of its subject, told from first letters: keys cost more, and few do.
fn may_be_named(subject: &SubjectClaims<'_>, claim: &Claim) -> bool {
    let Some(text) = definition(claim) else { return false };
    let Some(first) = first_letter(text) else { return true };
    let begins = |name: &str| first_letter(name).is_none_or(|letter| letter == first);
    let names = subject.claims.iter().filter(|claim| NAMING.contains(&claim.slot.attribute.as_str()));
    begins(subject.subject.id())
        || names.into_iter().any(|claim| matches!(&claim.value, Value::Text(name) if begins(name)))
}

/// The first letter or digit behind an English article, in lower case; `None` where only the key can tell.
fn first_letter(text: &str) -> Option<u8> {
    let mut rest = text.as_bytes();
    for _ in 0..2 {
        let start = rest.iter().position(|byte| !byte.is_ascii_punctuation() && *byte != b' ')?;
        rest = &rest[start..];
        let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() || !after.first().is_none_or(u8::is_ascii) {
            return None;
        }
        let is_article =
            ["a", "an", "the"].iter().any(|article| word.eq_ignore_ascii_case(article.as_bytes()));
        if !is_article || after.is_empty() {
            return Some(word[0].to_ascii_lowercase());
        }
        rest = after;
    }
    None
}

/// All the names of a subject, each with its matching key, and its id.
fn own_names<'a>(subject: &SubjectClaims<'a>) -> Vec<(String, &'a str)> {
    let claims = NAMING.iter().flat_map(|attribute| subject.slot(attribute));
    let written = claims.filter_map(|claim| match &claim.value {
        Value::Text(text) => Some(&**text),
        _ => None,
    });
    let keyed = |name: &'a str| (without_article(&norm(name)).to_owned(), name);
    let mut names: Vec<(String, &str)> = written.chain([subject.subject.id()]).map(keyed).collect();
    // What people wrote comes before the id where both are one name.
    let mut known: Vec<String> = Vec::new();
    names.retain(|(key, _)| {
        let new = !key.is_empty() && !known.contains(key);
        known.push(key.clone());
        new
    });
    names
}

/// Between a name and the same name again: "Churn is churn", "Churn: churn".
const COPULAS: &[&str] = &["", "is", "are", "means", "refers to", "stands for", "is defined as"];

/// How a definition begins. Only that matters: definitions may be long, and there may be many.
struct Opening {
    key: String,
    /// Whether it is all of the definition.
    is_all: bool,
}

impl Opening {
    /// As much of `text` as a name of `longest` bytes can be found in.
    fn of(text: &str, longest: usize) -> Opening {
        let most = longest * 2 + 64;
        let end = (0..=most.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        Opening { key: norm(&text[..end]), is_all: end == text.len() }
    }

    /// Whether it is `name` alone, or begins "NAME is NAME", with or without articles.
    fn is_only(&self, name: &str) -> bool {
        let Some(rest) = after(without_article(&self.key), name) else { return false };
        if rest.is_empty() {
            return self.is_all;
        }
        COPULAS.iter().any(|copula| {
            let Some(genus) = after(rest, copula) else { return false };
            // Without a verb between them ("Churn: churn") a name said twice must be all there is.
            after(without_article(genus), name).is_some_and(|more| !copula.is_empty() || more.is_empty())
        })
    }
}

/// What follows `words` at the beginning of `key`; `None` where it does not begin so.
fn after<'k>(key: &'k str, words: &str) -> Option<&'k str> {
    if words.is_empty() {
        return Some(key);
    }
    let rest = key.strip_prefix(words)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// The same key without an English article before it.
pub(super) fn without_article(key: &str) -> &str {
    ["a ", "an ", "the "].iter().find_map(|article| key.strip_prefix(article)).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::{Book, slugs};

    fn defined(definition: &str) -> Vec<&'static str> {
        let mut book = Book::new();
        book.say("term/active-customer#label", "Active customer");
        book.say("term/active-customer#synonyms", "live account");
        book.say("term/active-customer#definition", definition);
        slugs(&book.check())
    }

    #[test]
    fn its_own_name_is_no_definition() {
        for definition in [
            "Active customer",
            "An active customer.",
            "ACTIVE-CUSTOMER",
            "A live account.",
            "Active customer: active customer.",
            "An active customer is an active customer.",
            "Active customer is an active customer who pays.",
            "The active customer means the active customer as sales counts it",
        ] {
            assert_eq!(defined(definition), ["self-definition"], "{definition}");
        }
    }

    #[test]
    fn a_definition_may_use_the_name() {
        for definition in [
            "A customer with a paid invoice in the last 90 days.",
            "Active customers, less those on trial.",
            "Active customer: an account with a paid invoice.",
            "Active customer is a customer with a paid invoice; an active customer is counted once.",
            "Active customer, active customer of a reseller included, with a paid invoice.",
            "Live accounts are those with a paid invoice.",
        ] {
            assert!(defined(definition).is_empty(), "{definition}");
        }
    }
}

//! Ids for what has other names elsewhere.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::loss::{LossKind, Losses};
use crate::claim::Subject;
use crate::kind::is_kebab;

/// Longer ids are cut between words: they are typed by people.
const LONGEST: usize = 80;

/// `text` as an id: its letters and digits in lower case, one hyphen for all that stands between. `None` where nothing of
/// it can stand in an id (a name in another script has to be given one by a person).
pub(in crate::face) fn id_of(text: &str) -> Option<String> {
    let mut id = String::new();
    let mut lower = false;
    let camel = text.trim().chars().all(char::is_alphanumeric);
    // Letters without their marks: `Zürich` is `zurich`.
    for c in text.trim().nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            c if c.is_ascii_alphanumeric() => {
                // `netRevenue` is two words, but the end of `Nord GmbH` is one.
                if camel && c.is_ascii_uppercase() && lower {
                    id.push('-');
                }
                lower = c.is_ascii_lowercase();
                id.push(c.to_ascii_lowercase());
            }
            '\'' | '\u{2019}' => {}
            c if c.is_alphanumeric() => return None,
            _ => {
                lower = false;
                if !id.ends_with('-') && !id.is_empty() {
                    id.push('-');
                }
            }
        }
        if id.len() > LONGEST {
            let end = id.rfind('-').filter(|end| *end > 0).unwrap_or(LONGEST);
            id.truncate(end);
            break;
        }
    }
    let id = id.trim_end_matches('-').to_owned();
    is_kebab(&id).then_some(id)
}

/// The subject that an address of the web ends with, where it is one of ours: `…/term/acv`.
pub(super) fn subject_in(address: &str, kinds: &[&str]) -> Option<Subject> {
    let (rest, id) = address.rsplit_once('/')?;
    let kind = rest.rsplit(['/', '#', ':']).next()?;
    (kinds.contains(&kind) && is_kebab(id)).then(|| Subject::new(kind, id))
}

/// The subjects of what is called so, by the id that each would have. Of two that would have the same none is taken: which
/// of them is meant by it is for a person to say.
pub(super) fn distinct(
    wanted: &[(String, Option<String>)],
    kind: &str,
    losses: &mut Losses,
) -> Vec<Option<Subject>> {
    let mut bearers: BTreeMap<&str, usize> = BTreeMap::new();
    wanted.iter().filter_map(|(_, id)| id.as_deref()).for_each(|id| *bearers.entry(id).or_default() += 1);
    let subject = |(name, id): &(String, Option<String>)| match id.as_deref() {
        Some(id) if bearers.get(id) == Some(&1) => Some(Subject::new(kind, id)),
        Some(id) => {
            let reason = format!("another would have the same id, `{kind}/{id}`: neither is taken");
            losses.theirs(LossKind::Identifier, name, None, reason);
            None
        }
        None => {
            let reason = "no id can be made of it: an id has letters a to z, digits and hyphens";
            losses.theirs(LossKind::Identifier, name, None, reason);
            None
        }
    };
    wanted.iter().map(subject).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids() {
        let id = |text: &str| id_of(text).unwrap_or_default();
        assert_eq!(id("Net revenue retention"), "net-revenue-retention");
        assert_eq!(id("netRevenueRetention"), "net-revenue-retention");
        assert_eq!(id("Nord GmbH"), "nord-gmbh");
        assert_eq!(id("K-10482"), "k-10482");
        assert_eq!(id("  Customer's  (EU) "), "customers-eu");
        assert_eq!(id("feature_flag.key"), "feature-flag-key");
        assert_eq!(id("Zürich"), "zurich");
        assert_eq!(id("売上"), "");
        assert_eq!(id("--"), "");
        assert!(id(&"very long name ".repeat(30)).len() <= LONGEST);
    }

    #[test]
    fn addresses_that_are_ours_are_known() {
        let kinds = ["term", "entity"];
        let known = |text: &str| subject_in(text, &kinds).map(|subject| subject.to_string());
        assert_eq!(known("urn:dictum:kestrel:term/acv").as_deref(), Some("term/acv"));
        assert_eq!(known("https://x.example/v#entity/acme").as_deref(), Some("entity/acme"));
        assert_eq!(known("https://x.example/term/ACV"), None);
        assert_eq!(known("https://x.example/concept/acv"), None);
    }
}

//! What texts have to do with names: the key by which two spellings are one name, the tokens of a running text, and
//! what a name looks like or is near to. Text in, text out: nothing here knows claims, subjects or files.
//!
//! * **key** — what a name is looked up by; equal keys are one name ([`norm()`], profile [`PROFILE`]).
//! * **token** — a word of a key; in a running text, with the bytes that it was read from.
//! * **near** — equal but for something that is overlooked: for a person to look at, never the same name.
//! * **look** — the skeleton of a name, equal for names that most typefaces draw alike.
//!
//! An id that another system gave is no name: a machine wrote it, and case and punctuation are part of it. Its key is
//! the id as it stands behind its system ([`id_key`]).

mod legal;

mod near;

mod norm;

mod quick;

mod skeleton;

mod tokens;

mod translit;

pub use legal::LEGAL;
pub use near::{Near, Nearby, Nearness};
pub use norm::{PROFILE, TABLES, TABLES_HASH, UNICODE_VERSION, norm, norm_into};
pub use skeleton::{id_skeleton, look, mixes_scripts, script, skeleton};
pub use tokens::{Token, Tokens};
pub use translit::TRANSLIT;

/// The attributes that name their subject. Ids of other systems are not names: see [`system`].
pub const NAMING: &[&str] = &["abbreviation", "aliases", "former-names", "label", "name", "synonyms"];

/// The system whose id an attribute holds: `salesforce` of `ids.salesforce`.
pub fn system(attribute: &str) -> Option<&str> {
    attribute.strip_prefix("ids.").filter(|system| !system.is_empty())
}

/// The key of an id: `salesforce:001A`, to the letter. No key of a name holds a colon beside a letter or digit, so
/// the two are not taken for each other.
pub fn id_key(system: &str, id: &str) -> String {
    [system, ":", id].concat()
}

/// The key that a claim of `attribute` with the text `value` gives its subject to be found by; `None` where the
/// attribute is none that names, or the text holds nothing but spaces.
pub fn key(attribute: &str, value: &str) -> Option<String> {
    if NAMING.contains(&attribute) {
        return Some(norm(value)).filter(|key| !key.is_empty());
    }
    system(attribute).map(|system| id_key(system, value))
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn names_are_normalised_and_ids_are_not() {
        assert_eq!(key("aliases", "ACME, Inc.").as_deref(), Some("acme inc"));
        assert_eq!(key("ids.salesforce", "001A-b").as_deref(), Some("salesforce:001A-b"));
        assert_eq!(key("name", " \t"), None);
        assert_eq!(key("definition", "Acme"), None);
        assert_eq!(key("ids.", "1"), None);
    }
}

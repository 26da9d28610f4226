//! What of a subject's table can be read without the rest of it. History reads old versions in pieces on the strength
//! of this; it holds for the lowering that all kinds share, and [`super::lower`] must keep it.

use super::STATEMENT_KEYS;

/// Whether the keys and blocks of subjects of a kind can be read apart from each other: each together with the keys
/// that [bear on others](bears_on_others) makes the claims that it makes in its table.
pub fn reads_apart(kind: &str) -> bool {
    super::kind(kind).is_some_and(|kind| kind.statements && kind.lowers.is_none())
}

/// Whether a key of the subject's own table decides how its other keys and blocks are read: they inherit the keys of
/// statements, and attributes are looked up by the type.
pub fn bears_on_others(key: &str) -> bool {
    key == "type" || STATEMENT_KEYS.contains(&key)
}

/// Whether the block `[[KIND.ID.NAME]]` with these keys in its own table can be read apart from others of the same
/// name. Blocks that don't say what they are (amounts and periods as plain values) are told from those that do by
/// looking at all of them.
pub fn stands_alone(name: &str, keys: &[&str]) -> bool {
    matches!(name, "also" | "exception") || keys.iter().any(|key| ENTRY_KEYS.contains(key))
}

/// Keys that make a table a claim of its own rather than a value.
pub(super) const ENTRY_KEYS: [&str; 3] = ["value", "none", "retracts"];

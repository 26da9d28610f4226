//! In which order the keys of a table stand.
//!
//! What a thing is called comes first (its synonyms too), then what is said of it, then who answers for it, and last on what all of that leans
//! and when it holds: the keys that a claim inherits. A block is read under its conditions, so its name and they come
//! first in it. Attributes stand as their kind lists them; others (those of a `type`) behind these as they were
//! written, for which they are is another file's to say, and a file is laid out by itself.

use crate::kind::{Kind, kind};
use crate::parse::{Piece, What};

/// A table whose keys have an order.
pub(super) enum Table {
    /// `[KIND.ID]`.
    Subject(&'static Kind),
    /// `[[KIND.ID.exception]]`, `[[KIND.ID.also]]`.
    Block(&'static Kind),
    /// `[[KIND.ID.ATTRIBUTE]]`: a claim of its own, if it has a `value`; of other lists of tables the words are none of ours.
    Entry,
    /// Any other.
    Unknown,
}

/// What stands beside a value, in this order.
const STATEMENTS: [&str; 11] = [
    "id",
    "when",
    "from",
    "until",
    "source",
    "reason",
    "exception-to",
    "supersedes",
    "corrects",
    "retracts",
    "reviewed-against",
];

impl Table {
    /// The table below a header.
    pub fn of(header: &Piece<'_>) -> Table {
        let What::Header { double, parts } = &header.what else { return Table::Unknown };
        let Some(kind) = parts.first().and_then(|word| kind(word)) else { return Table::Unknown };
        match (double, &parts[1..]) {
            (false, [_]) => Table::Subject(kind),
            (true, [_, "exception" | "also"]) if kind.statements => Table::Block(kind),
            (true, [_, _, ..]) if kind.statements => Table::Entry,
            _ => Table::Unknown,
        }
    }
}

/// Where a key stands: smaller comes first, and equal as they were written.
pub(super) fn rank(table: Option<&Table>, key: &str) -> usize {
    const LAST: usize = 1_000;
    let stated = |key: &str| STATEMENTS.iter().position(|word| *word == key);
    match table {
        Some(Table::Subject(kind)) if !kind.statements => match key {
            "label" => 0,
            "for" => 1,
            "note" => LAST,
            "owner" => LAST + 1,
            _ => own(kind, key),
        },
        Some(Table::Subject(kind)) => stated(key).map_or_else(|| attribute(kind, key), |at| LAST + at),
        Some(Table::Block(kind)) => match key {
            "id" => 0,
            "exception-to" => 1,
            "when" => 2,
            _ => stated(key).map_or_else(|| attribute(kind, key), |at| LAST + at),
        },
        Some(Table::Entry) => match key {
            "value" | "none" => 0,
            _ => stated(key).map_or(1, |at| LAST + at),
        },
        Some(Table::Unknown) | None => 0,
    }
}

fn attribute(kind: &Kind, key: &str) -> usize {
    match key {
        "label" => 3,
        "type" => 4,
        "was" => 5,
        "synonyms" => 6,
        "abbreviation" => 7,
        "note" => 900,
        "owner" => 901,
        "deprecated" => 902,
        _ => own(kind, key),
    }
}

/// As the kind lists them, and behind these what it does not know.
fn own(kind: &Kind, key: &str) -> usize {
    let first = |name: &'static str| name.split('.').next().unwrap_or(name);
    10 + kind.attributes.iter().position(|own| first(own.name) == key).unwrap_or(800)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::STATEMENT_KEYS;

    #[test]
    fn every_key_of_a_statement_has_a_place() {
        let mut known = STATEMENTS.to_vec();
        let mut all = STATEMENT_KEYS.to_vec();
        known.sort_unstable();
        all.sort_unstable();
        assert_eq!(known, all);
    }

    #[test]
    fn names_come_first_and_what_is_inherited_last() {
        let term = kind("term").map(Table::Subject);
        let mut keys = vec![
            "source",
            "x-own",
            "owner",
            "definition",
            "synonyms",
            "from",
            "when",
            "type",
            "label",
            "a-own",
        ];
        keys.sort_by_key(|key| rank(term.as_ref(), key));
        assert_eq!(
            keys,
            ["label", "type", "synonyms", "definition", "x-own", "a-own", "owner", "when", "from", "source"]
        );
    }
}

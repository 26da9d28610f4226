//! Document → claims. One file a kind: its words and what is special about it. What all kinds share (statement
//! keys, conditions, values, blocks) is in `lower`, `statement`, `condition` and `value`.
//!
//! A new kind is one file here and one line in [`KINDS`]: schema, help and checks follow from it.

mod apart;
mod attribute;
mod catalog;
mod condition;
mod config;
mod lower;
mod nearest;
mod reader;
mod reading;
mod schema;
mod statement;
mod value;

mod term;

mod entity;

mod process;

mod source;

mod types;

mod dimension;

mod calendar;

mod team;

mod precedence;

mod correction;

mod policy;

mod question;

mod lens;

#[cfg(test)]
mod tests;

pub use apart::{bears_on_others, reads_apart, stands_alone};
pub use attribute::{Attribute, Builtin, Is, Layout};
pub use catalog::{Catalog, TypeDeclaration, declare, lenses};
pub use config::{Config, read_config};
pub use lens::Lenses;
pub use lower::{lower, lower_into};
pub use nearest::nearest;
pub use schema::{kind_schema, language_schema};
pub use statement::STATEMENT_KEYS;

use crate::claim::Claim;
use catalog::Builder;
pub(crate) use catalog::builtins;
use lower::SubjectTable;
use reader::Reader;

/// Reads the claims of one subject.
type Reads = fn(&SubjectTable<'_, '_>, &Catalog, &mut Reader<'_>, &mut Vec<Claim>);

/// How the subjects of a kind become claims, where that is a way of their own.
#[derive(Clone, Copy)]
enum Lowers {
    /// Into claims about themselves.
    Themselves(Reads),
    /// Into claims about subjects that they name.
    Others(Reads),
}

/// One kind of subject.
pub struct Kind {
    /// The word in `[KIND.ID]`.
    pub name: &'static str,
    /// What it holds, in a line.
    pub summary: &'static str,
    /// Its own attributes; a `type` may add more where [`Kind::typed`].
    pub attributes: &'static [Builtin],
    /// Whether `when`, `from`, `source` … may stand in it. Declarations hold everywhere and always.
    pub statements: bool,
    /// Whether a `type` may add attributes to its subjects.
    pub typed: bool,
    /// What it declares to the rest, read before any claim.
    declares: Option<fn(&mut Builder, &SubjectTable<'_, '_>, &mut Reader<'_>)>,
    /// How its subjects become claims, where not in the way of all kinds.
    lowers: Option<Lowers>,
}

impl Kind {
    /// Whether its subjects have to be read before any claim can be.
    pub fn is_declaring(&self) -> bool {
        self.declares.is_some()
    }

    /// Whether its subjects may make claims about others.
    pub fn speaks_of_others(&self) -> bool {
        matches!(self.lowers, Some(Lowers::Others(_)))
    }
}

/// Every kind, in the order in which they are explained.
pub static KINDS: &[&Kind] = &[
    &term::KIND,
    &entity::KIND,
    &process::KIND,
    &source::KIND,
    &types::KIND,
    &dimension::KIND,
    &calendar::KIND,
    &team::KIND,
    &precedence::KIND,
    &correction::KIND,
    &policy::KIND,
    &question::KIND,
    &lens::KIND,
];

/// Words kept for later, and what for. Refused until then with that explanation.
pub static RESERVED_KINDS: &[(&str, &str)] = &[("import", "knowledge of another repository, pinned by hash")];

/// The kind of that name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

/// Whether a word is an id: `[a-z0-9][a-z0-9-]*`.
pub fn is_kebab(word: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let mut bytes = word.bytes();
    bytes.next().is_some_and(plain) && bytes.all(|b| plain(b) || b == b'-')
}

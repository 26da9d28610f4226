//! What is known, in the formats of others: out of a snapshot, and into knowledge files.
//!
//! ```text
//! export   snapshot ──► gather ──► Book ──► a format's `write` ──► text
//! import   text ──► a format's `read` ──► Book ──► draft ──► knowledge files, tried in memory
//! ```
//!
//! A [`Book`] is what goes between: subjects, what is said of each at one point, and who said it. A format is one file here,
//! which knows its own words and nothing of files or commits. What it can't hold goes into [`Losses`], as data: an address,
//! a kind and a reason. Nothing that depends on a case, or that is contested, is ever made one thing silently.

mod book;
mod datahub;
mod dbt;
mod draft;
mod gather;
mod ids;
mod loss;
mod openmetadata;
mod options;
mod ossie;
mod skos;
mod table;
mod yaml;

pub(in crate::face) use book::{Book, Entry, Statement};
pub(in crate::face) use draft::{Drafted, Drafting, Misfit, drafts};
pub(in crate::face) use gather::{Wanted, gather};
pub(in crate::face) use ids::id_of;
pub(in crate::face) use loss::{Loss, LossKind, Losses};
pub(in crate::face) use options::{Given, Taken};

use super::failure::Failure;

/// What a format can hold beside values: for all else there is a loss.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::face) struct Holds {
    /// The kinds of subjects that it has a place for.
    pub kinds: &'static [&'static str],
    /// What a value leans on.
    pub sources: bool,
    /// Who said it.
    pub provenance: bool,
}

/// Writes a book in a format.
type Writes = fn(&Book, &Given, &mut Losses) -> Result<String, Failure>;
/// Reads a book out of a text.
type Reads = fn(&[u8], &Taken<'_>, &mut Losses) -> Result<Book, Failure>;

/// A format of others.
pub(in crate::face) struct Format {
    /// How it is typed.
    pub name: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// Whether it is a table: then all subjects are in one file.
    pub tabular: bool,
    /// What it can hold.
    pub holds: Holds,
    /// `None` where it is only read.
    pub write: Option<Writes>,
    /// Reads it.
    pub read: Reads,
}

/// Every format. A new one is a file and a line here.
pub(in crate::face) static FORMATS: &[&Format] = &[
    &skos::TURTLE,
    &skos::JSON_LD,
    &table::CSV,
    &ossie::OSSIE,
    &datahub::DATAHUB,
    &openmetadata::OPENMETADATA,
    &dbt::DBT,
];

/// The format of that name.
///
/// # Errors
/// Where there is none.
pub(in crate::face) fn format(name: &str) -> Result<&'static Format, Failure> {
    let found = FORMATS.iter().copied().find(|format| format.name == name);
    found.ok_or_else(|| {
        let names: Vec<String> = FORMATS.iter().map(|format| format!("`{}`", format.name)).collect();
        Failure::new(format!("there is no format `{name}`"))
            .help(format!("write one of {}", names.join(", ")))
    })
}

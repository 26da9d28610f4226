//! Document → claims. One file a kind: its words and what is special about it; what all kinds share is in
//! `kind/lower.rs`.

use crate::claim::{Claim, Declarations};
use crate::diagnostic::Findings;
use crate::parse::Document;

/// What the business declares: which attributes each kind and type has, and what deciding needs.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// What deciding needs.
    pub declarations: Declarations,
}

/// Reads the declaring kinds (`type`, `dimension`, `precedence`, `source`, `team`) of all documents.
pub fn declare(_documents: &[Document<'_>], _findings: &mut Findings) -> Catalog {
    todo!("kind")
}

/// Reads the claims of one document: file-local given the catalog (provenance relies on it).
pub fn lower(_document: &Document<'_>, _catalog: &Catalog, _findings: &mut Findings) -> Vec<Claim> {
    todo!("kind")
}

//! Do the claims make sense together?

use crate::claim::Claim;
use crate::diagnostic::Findings;
use crate::kind::Catalog;
use crate::source::{FileId, Origin};

/// Checks all claims together. `claims` are sorted by slot and then hash; `path` names a file.
pub fn validate<'p>(
    _catalog: &Catalog,
    _claims: &[Claim],
    _path: &dyn Fn(FileId) -> &'p str,
    _findings: &mut Findings,
) {
}

/// Claims that are said in more than one place: each with its further places.
pub fn duplicate_claims(_groups: &[(&Claim, &[Origin])], _findings: &mut Findings) {}

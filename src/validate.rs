//! Do the claims make sense together? Everything that can be said of all claims before any is decided, one file a
//! check. A new check is a file and a line in `CHECKS`.
//!
//! Nothing here decides: where two claims of one slot contend, that is for `resolve`. Nothing here knows TOML.

mod knowledge;

mod region;

mod names;

mod graph;

mod references;

mod sources;

mod conditions;

mod types;

mod renamed;
mod required;

mod successors;

mod distinct;

mod witness;

mod definitions;

mod circular;

mod ambiguous;

mod confusable;

mod policy;
mod unsourced;

mod duplicates;

#[cfg(test)]
mod testing;

pub use duplicates::duplicate_claims;

use rayon::prelude::*;

use crate::claim::Claim;
use crate::diagnostic::Findings;
use crate::kind::Catalog;
use crate::source::FileId;
use knowledge::Knowledge;

/// Looks at all claims together and reports what it finds.
type Check = fn(&Knowledge<'_>, &mut Findings);

/// Every check, by what it asks.
const CHECKS: &[(&str, Check)] = &[
    ("references lead to subjects of the right type", references::check),
    ("sources are cited from where they may be", sources::check),
    ("conditions can hold", conditions::check),
    ("subjects say what their type declares", types::check),
    ("subjects say what their type requires", required::check),
    ("nothing becomes itself", successors::check),
    ("different things are not the same", distinct::check),
    ("an id of before means one subject", renamed::check),
    ("definitions say more than a name", definitions::check),
    ("no term is broader than itself", circular::broader),
    ("definitions don't only name each other", circular::named),
    ("a name means one thing in one context", ambiguous::check),
    ("names don't look like other names", confusable::names),
    ("ids don't look like other ids", confusable::ids),
    ("policies can be met", policy::check),
    ("claims lean on sources", unsourced::check),
];

/// Checks all claims together. Findings come in the order of `CHECKS`, whichever thread was first.
///
/// `claims` is sorted by slot, then hash, each hash once; `paths` gives the path of a file from the top of the
/// repository, for sources that only some files may cite. Repeated claims are for [`duplicate_claims`].
pub fn validate<'a>(
    catalog: &'a Catalog,
    claims: &'a [Claim],
    paths: &'a (dyn Fn(FileId) -> &'a str + Sync),
    findings: &mut Findings,
) {
    let knowledge = Knowledge::new(catalog, claims, paths);
    let found: Vec<Findings> = CHECKS
        .par_iter()
        .map(|(_, check)| {
            let mut findings = Findings::new();
            check(&knowledge, &mut findings);
            findings
        })
        .collect();
    found.into_iter().for_each(|found| findings.append(found));
}

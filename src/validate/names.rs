//! What subjects are called: every name of every subject, with where and when it bears it.

use rayon::prelude::*;

use super::knowledge::{SubjectClaims, standing};
use super::norm::norm;
use super::region::Region;
use crate::claim::{Declarations, Value};
use crate::source::Origin;

/// One subject bearing one name, as one claim says it.
pub(super) struct Name<'a> {
    /// The kind of its subject.
    pub kind: &'a str,
    /// [`norm`] of the name.
    pub key: String,
    /// As a person wrote it.
    pub written: &'a str,
    /// Position in [`super::knowledge::Knowledge::subjects`].
    pub subject: u32,
    /// Where and when.
    pub region: Region<'a>,
    /// Where it is written.
    pub origin: Origin,
}

/// The attributes that name their subject. Ids of other systems are not names: machines wrote them.
pub(super) const NAMING: &[&str] = &["abbreviation", "aliases", "former-names", "label", "name", "synonyms"];

/// All names, sorted by kind, key, subject and place.
pub(super) fn names<'a>(subjects: &[SubjectClaims<'a>], declarations: &Declarations) -> Vec<Name<'a>> {
    let mut names: Vec<Name<'a>> = subjects
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, subject)| of_subject(index as u32, subject, declarations))
        .collect();
    names.par_sort_unstable_by(|a, b| {
        let place = |name: &Name<'_>| (name.subject, name.origin);
        a.kind.cmp(b.kind).then_with(|| a.key.cmp(&b.key)).then_with(|| place(a).cmp(&place(b)))
    });
    names
}

fn of_subject<'a>(index: u32, subject: &SubjectClaims<'a>, declarations: &Declarations) -> Vec<Name<'a>> {
    let mut names = Vec::new();
    for attribute in NAMING {
        let slot = subject.slot(attribute);
        if slot.is_empty() {
            continue;
        }
        for standing in standing(slot, declarations) {
            let Value::Text(written) = &standing.claim.value else { continue };
            let key = norm(written);
            if key.is_empty() || standing.period.is_empty() {
                continue;
            }
            names.push(Name {
                kind: subject.subject.kind(),
                key,
                written,
                subject: index,
                region: standing.region(),
                origin: standing.claim.origin,
            });
        }
    }
    names
}

/// The names of one kind and key, in [`super::knowledge::Knowledge::names`].
pub(super) fn bearers<'n, 'a>(names: &'n [Name<'a>], kind: &str, key: &str) -> &'n [Name<'a>] {
    let before = |name: &Name<'_>| (name.kind, name.key.as_str()) < (kind, key);
    let start = names.partition_point(before);
    let len = names[start..].partition_point(|name| (name.kind, name.key.as_str()) == (kind, key));
    &names[start..start + len]
}

//! What subjects are called: every name of every subject, with where and when it bears it.

use std::hash::Hasher;

use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::knowledge::{SubjectClaims, standing};
use super::region::Region;
use crate::claim::{Declarations, Value};
use crate::name::{NAMING, norm};
use crate::source::Origin;

/// One subject bearing one name, as one claim says it.
pub(super) struct Name<'a> {
    /// The kind of its subject.
    pub kind: &'a str,
    /// [`norm`] of the name.
    pub key: String,
    /// Hash of kind and key: names are sorted by it, for comparing numbers is quicker than comparing texts.
    hash: u64,
    /// As a person wrote it.
    pub written: &'a str,
    /// Position in [`super::knowledge::Knowledge::subjects`].
    pub subject: u32,
    /// Where and when.
    pub region: Region<'a>,
    /// Where it is written.
    pub origin: Origin,
}

/// All names; those of one kind and key stand together, by subject and place. In which order groups of names
/// come has no meaning.
pub(super) fn names<'a>(subjects: &[SubjectClaims<'a>], declarations: &Declarations) -> Vec<Name<'a>> {
    let mut names: Vec<Name<'a>> = subjects
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, subject)| of_subject(index as u32, subject, declarations))
        .collect();
    names.par_sort_unstable_by(|a, b| {
        let key = |name: &Name<'_>| (name.hash, name.subject, name.origin);
        match a.hash == b.hash {
            true => (a.kind, &a.key).cmp(&(b.kind, &b.key)).then_with(|| key(a).cmp(&key(b))),
            false => a.hash.cmp(&b.hash),
        }
    });
    names
}

/// The names of each kind and key.
pub(super) fn by_key<'n, 'a>(names: &'n [Name<'a>]) -> impl Iterator<Item = &'n [Name<'a>]> {
    names.chunk_by(|a, b| a.hash == b.hash && a.kind == b.kind && a.key == b.key)
}

fn hash(kind: &str, key: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(kind.as_bytes());
    hasher.write(key.as_bytes());
    hasher.finish()
}

fn of_subject<'a>(index: u32, subject: &SubjectClaims<'a>, declarations: &Declarations) -> Vec<Name<'a>> {
    let mut names = Vec::new();
    for slot in subject.slots().filter(|slot| NAMING.contains(&slot[0].slot.attribute.as_str())) {
        for standing in standing(slot, declarations) {
            let Value::Text(written) = &standing.claim.value else { continue };
            let key = norm(written);
            if key.is_empty() || standing.period.is_empty() {
                continue;
            }
            let kind = subject.subject.kind();
            names.push(Name {
                kind,
                hash: hash(kind, &key),
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
    let wanted = (hash(kind, key), kind, key);
    let order = |name: &Name<'_>| (name.hash, name.kind, name.key.as_str()).cmp(&wanted);
    let start = names.partition_point(|name| order(name).is_lt());
    let len = names[start..].partition_point(|name| order(name).is_eq());
    &names[start..start + len]
}

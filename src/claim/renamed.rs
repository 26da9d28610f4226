//! Subjects that had another id before: `was = "old-id"`. Their history goes on under it.

use std::collections::BTreeMap;

use super::{Claim, Subject, Value};

/// The attribute that says so.
pub const WAS: &str = "was";

/// Which subject an id of before means now.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Renamed {
    /// By what it was.
    now: BTreeMap<Subject, Subject>,
}

impl Renamed {
    /// As `claims`, which are sorted by slot, say. An id that is some subject's own today, or that two subjects lay claim
    /// to, means neither (and checking refuses it).
    pub fn of(claims: &[Claim]) -> Renamed {
        let exists =
            |subject: &Subject| claims.binary_search_by(|claim| claim.slot.subject.cmp(subject)).is_ok();
        let mut said: BTreeMap<Subject, Option<Subject>> = BTreeMap::new();
        for claim in claims.iter().filter(|claim| claim.slot.attribute == WAS) {
            let Some(old) = former(claim).filter(|old| !exists(old)) else { continue };
            let now = Some(claim.slot.subject.clone());
            let known = said.entry(old).or_insert_with(|| now.clone());
            if *known != now {
                *known = None;
            }
        }
        Renamed { now: said.into_iter().filter_map(|(old, now)| Some((old, now?))).collect() }
    }

    /// Whether nothing was renamed.
    pub fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// What `old` is now; `None` where it was not renamed.
    pub fn now(&self, old: &Subject) -> Option<&Subject> {
        self.now.get(old)
    }

    /// What `now` was, in order.
    pub fn before(&self, now: &Subject) -> impl Iterator<Item = &Subject> {
        self.now.iter().filter(move |(_, other)| *other == now).map(|(old, _)| old)
    }
}

/// The subject that a claim of [`WAS`] names; `None` where that is no id.
pub fn former(claim: &Claim) -> Option<Subject> {
    match &claim.value {
        Value::Text(id) => Subject::parse(&format!("{}/{id}", claim.slot.subject.kind())),
        _ => None,
    }
}

//! All claims together, by subject: what every check reads.

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::names::{Name, names};
use super::region::Region;
use crate::claim::{Cardinality, Claim, Declarations, Edge, EdgeKind, Period, Subject, Target, Value};
use crate::kind::{Attribute, Catalog};
use crate::source::{FileId, Origin};

/// What is checked, with what is worked out once for several checks.
pub(super) struct Knowledge<'a> {
    pub catalog: &'a Catalog,
    /// Sorted by slot, then hash.
    pub claims: &'a [Claim],
    /// Sorted by address. A subject of which only corrections speak is not among them.
    pub subjects: Vec<SubjectClaims<'a>>,
    /// Those of one kind and key together: see [`super::names::by_key`].
    pub names: Vec<Name<'a>>,
    /// For each attribute the slots of it: which subject's, and which of the claims.
    saying: FxHashMap<&'a str, Vec<(u32, Range<u32>)>>,
    /// The path of a file, from the top of the repository.
    pub paths: &'a (dyn Fn(FileId) -> &'a str + Sync),
}

/// One subject and the claims about it.
pub(super) struct SubjectClaims<'a> {
    pub subject: &'a Subject,
    /// Never empty.
    pub claims: &'a [Claim],
    /// The types that it is said to be of, sorted. Several where its type changes or people disagree.
    pub types: Vec<&'a str>,
}

/// A claim, and the days on which it can be the answer as far as a glance at its slot tells.
pub(super) struct Standing<'a> {
    pub claim: &'a Claim,
    pub period: Period,
}

impl<'a> Knowledge<'a> {
    /// Puts `claims` (sorted by slot, then hash) in order by subject.
    pub fn new(
        catalog: &'a Catalog,
        claims: &'a [Claim],
        paths: &'a (dyn Fn(FileId) -> &'a str + Sync),
    ) -> Knowledge<'a> {
        debug_assert!(claims.is_sorted_by(|a, b| (&a.slot, a.hash) <= (&b.slot, b.hash)), "sorted claims");
        let mut subjects = Vec::new();
        for claims in claims.chunk_by(|one, two| one.slot.subject == two.slot.subject) {
            if claims.iter().any(|claim| claim.statement.correction.is_none()) {
                let subject = &claims[0].slot.subject;
                subjects.push(SubjectClaims { subject, claims, types: types(claims) });
            }
        }
        let names = names(&subjects, &catalog.declarations);
        let saying = saying(&subjects);
        Knowledge { catalog, claims, subjects, names, saying, paths }
    }

    /// The slots of an attribute: the position of the subject in [`Knowledge::subjects`], ascending, and the claims.
    pub fn saying(&self, attribute: &str) -> impl Iterator<Item = (usize, &'a [Claim])> {
        let slots = self.saying.get(attribute).into_iter().flatten();
        slots.map(|(subject, claims)| {
            let all = self.subjects[*subject as usize].claims;
            (*subject as usize, &all[claims.start as usize..claims.end as usize])
        })
    }

    /// What deciding needs.
    pub fn declarations(&self) -> &'a Declarations {
        &self.catalog.declarations
    }

    /// The position of a subject in [`Knowledge::subjects`].
    pub fn find(&self, subject: &Subject) -> Option<usize> {
        self.subjects.binary_search_by(|other| other.subject.cmp(subject)).ok()
    }

    /// The subjects of a kind.
    pub fn of_kind(&self, kind: &str) -> &[SubjectClaims<'a>] {
        &self.subjects[self.range_of_kind(kind)]
    }

    fn range_of_kind(&self, kind: &str) -> Range<usize> {
        let prefix = format!("{kind}/");
        let start = self.subjects.partition_point(|other| other.subject.as_str() < prefix.as_str());
        let len = self.subjects[start..].partition_point(|other| other.subject.as_str().starts_with(&prefix));
        start..start + len
    }

    /// Whether a reviewed claim says of two subjects that they are different things, that they are the same one, or
    /// that one became or was replaced by the other: then sharing a name is known and no surprise.
    pub fn settled(&self, one: usize, two: usize) -> bool {
        let says = |from: usize, to: usize| {
            let to = self.subjects[to].subject;
            RELATIONS.iter().any(|relation| {
                let claims = self.subjects[from].slot(relation);
                claims.iter().any(|claim| refs(&claim.value).any(|target| target == to))
            })
        };
        says(one, two) || says(two, one)
    }

    /// What an attribute of a subject may hold: what each of its types says, or its kind where it says no type.
    pub fn attributes_of<'k>(
        &'k self,
        subject: &'k SubjectClaims<'_>,
        attribute: &'k str,
    ) -> impl Iterator<Item = &'k Attribute> {
        let types = subject.types.iter().map(|name| Some(*name));
        let none = subject.types.is_empty().then_some(None);
        types
            .chain(none)
            .filter_map(move |name| self.catalog.attribute(subject.subject.kind(), name, attribute))
    }

    /// Whether the types of two subjects tell them apart: both are known and none is common.
    pub fn told_apart_by_type(&self, one: usize, two: usize) -> bool {
        let (one, two) = (&self.subjects[one].types, &self.subjects[two].types);
        !one.is_empty() && !two.is_empty() && !one.iter().any(|name| two.contains(name))
    }
}

/// Attributes by which people say what two subjects have to do with each other.
const RELATIONS: &[&str] = &[
    "distinct-from",
    "not-to-be-confused-with",
    "successor",
    "same-as",
    "deprecated.replaced-by",
    "replaced-by",
];

impl<'a> SubjectClaims<'a> {
    /// The claims of one attribute.
    pub fn slot(&self, attribute: &str) -> &'a [Claim] {
        let start = self.claims.partition_point(|claim| claim.slot.attribute.as_str() < attribute);
        let len = self.claims[start..].partition_point(|claim| claim.slot.attribute == attribute);
        &self.claims[start..start + len]
    }

    /// The claims slot by slot.
    pub fn slots(&self) -> impl Iterator<Item = &'a [Claim]> {
        self.claims.chunk_by(|one, two| one.slot.attribute == two.slot.attribute)
    }

    /// Where it is first spoken of: by file, then place.
    pub fn first(&self) -> Origin {
        first(self.claims)
    }
}

fn saying<'a>(subjects: &[SubjectClaims<'a>]) -> FxHashMap<&'a str, Vec<(u32, Range<u32>)>> {
    let mut saying: FxHashMap<&str, Vec<(u32, Range<u32>)>> = FxHashMap::default();
    for (at, subject) in (0..).zip(subjects) {
        let mut start = 0;
        for slot in subject.slots() {
            let end = start + slot.len() as u32;
            saying.entry(slot[0].slot.attribute.as_str()).or_default().push((at, start..end));
            start = end;
        }
    }
    saying
}

/// The first place of several claims. `claims` is not empty.
pub(super) fn first(claims: &[Claim]) -> Origin {
    let origins =
        claims.iter().filter(|claim| claim.statement.correction.is_none()).map(|claim| claim.origin);
    origins.min().unwrap_or(claims[0].origin)
}

/// The subjects that a value refers to.
pub(super) fn refs(value: &Value) -> impl Iterator<Item = &Subject> {
    let items = match value {
        Value::List(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    items.iter().filter_map(|item| match item {
        Value::Ref(subject) => Some(subject),
        _ => None,
    })
}

fn types(claims: &[Claim]) -> Vec<&str> {
    let start = claims.partition_point(|claim| claim.slot.attribute.as_str() < "type");
    let claims = claims[start..].iter().take_while(|claim| claim.slot.attribute == "type");
    let mut types: Vec<&str> = claims.filter_map(|claim| type_name(&claim.value)).collect();
    types.sort_unstable();
    types.dedup();
    types
}

/// The type that a value of `type` names.
pub(super) fn type_name(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Ref(subject) => Some(subject.id()),
        _ => None,
    }
}

/// The claims of one slot that can be answers, each with the days on which it can: without retractions, without
/// what an edge displaces everywhere, and, where one value is the answer, only until a later claim takes effect.
///
/// A glance, not a decision: tiers, partial edges and conditions are left to deciding, and where in doubt a claim
/// stands for as long as it says.
pub(super) fn standing<'a>(slot: &'a [Claim], declarations: &Declarations) -> Vec<Standing<'a>> {
    if let [claim] = slot {
        let standing = Standing { claim, period: claim.statement.period };
        return if retracts(claim) { Vec::new() } else { vec![standing] };
    }
    if slot.len() > MOST_LOOKED_AT {
        return slot.iter().map(|claim| Standing { claim, period: claim.statement.period }).collect();
    }
    let one = declarations.law(slot[0].law).cardinality == Cardinality::One;
    let edges: Vec<(&Claim, &Edge)> =
        slot.iter().flat_map(|claim| claim.statement.edges.iter().map(move |edge| (claim, edge))).collect();
    let mut starts: Vec<(Date, &Claim)> = Vec::new();
    if one {
        starts.extend(slot.iter().filter_map(|claim| Some((claim.statement.period.from?, claim))));
        starts.sort_by_key(|&(from, _)| from);
    }
    let claims = slot.iter().filter(|claim| !retracts(claim));
    let claims =
        claims.filter(|claim| !edges.iter().any(|(by, edge)| hits(by, edge, claim) && covers(by, claim)));
    claims
        .map(|claim| {
            let period = claim.statement.period;
            let after = starts.partition_point(|&(from, _)| period.from.is_some_and(|own| from <= own));
            let next = starts[after..].iter().find(|(_, by)| covers_when(by, claim)).map(|&(from, _)| from);
            Standing { claim, period: period.intersect(&Period { from: None, until: next }) }
        })
        .collect()
}

/// Longer slots are taken as they are, for the glance compares claims pairwise.
const MOST_LOOKED_AT: usize = 1_000;

fn retracts(claim: &Claim) -> bool {
    claim.statement.edges.iter().any(|edge| edge.kind == EdgeKind::Retracts)
}

/// Whether an edge of `by` points at `claim`, which is of the same slot.
fn hits(by: &Claim, edge: &Edge, claim: &Claim) -> bool {
    let another = by.hash != claim.hash;
    another
        && match &edge.target {
            Target::Table => {
                (by.origin.file, by.table) == (claim.origin.file, claim.table) && !claim.statement.block
            }
            Target::Id(id) => claim.statement.id.as_ref() == Some(id),
            Target::Hash(prefix) => claim.hash.starts_with(prefix),
            Target::Slot => claim.statement.correction.is_none(),
        }
}

/// Whether `by` plainly applies wherever and whenever `claim` does.
fn covers(by: &Claim, claim: &Claim) -> bool {
    let period = claim.statement.period;
    covers_when(by, claim) && by.statement.period.intersect(&period) == period
}

fn covers_when(by: &Claim, claim: &Claim) -> bool {
    by.statement.when.is_always() || by.statement.when == claim.statement.when
}

impl<'a> Standing<'a> {
    /// Where and when it can be the answer.
    pub fn region(&self) -> Region<'a> {
        Region { when: &self.claim.statement.when, period: self.period }
    }
}

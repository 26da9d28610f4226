//! `dictum.audit/1`: everything that holds, and what tells of its care; `dictum.audited/1`: one fact of it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::review::{ReviewWire, review};
use super::value::{self, SaidBy, Valid, boundary};
use crate::query::{self, Basis, Origin};

/// Everything that holds on a day.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.audit/1")]
pub struct Audit {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.audit/1"))]
    schema: &'static str,
    /// The day on which facts hold, and by which reviews are due.
    on: String,
    /// Where that day comes from: it was asked for, or is that of the commit whose knowledge it is.
    #[schemars(extend("enum" = ["asked", "commit"]))]
    on_from: &'static str,
    /// The commit whose knowledge it is.
    at: Option<String>,
    /// How much of the history could be seen.
    history: &'static str,
    /// The content root of the snapshot.
    snapshot: String,
    /// What it comes to.
    totals: Totals,
    /// Slots whose claims contradict each other: nothing is answered there.
    conflicts: Vec<String>,
    /// In address order.
    facts: Vec<Audited>,
}

/// The sums of an audit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Totals {
    /// Facts looked at.
    facts: usize,
    /// Reviewed.
    reviewed: usize,
    /// Not reviewed.
    not_reviewed: usize,
    /// Whether it was reviewed can't be known.
    unknown: usize,
    /// Landed without what a policy in force asked for.
    unmet: usize,
    /// To be looked at again by the day asked about.
    overdue: usize,
    /// Without the source that a policy asks for.
    unsourced: usize,
    /// Slots whose claims contradict each other.
    conflicts: usize,
}

/// A claim that answers somewhere on the day, and what tells of its care.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.audited/1")]
pub struct Audited {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.audited/1"))]
    schema: &'static str,
    /// The slot.
    address: String,
    /// The claim, as a pin.
    claim: String,
    /// What it says; null for "known not to exist".
    value: Json,
    /// The contexts in which it speaks, as `when` is written; `{}` is everywhere.
    when: Json,
    /// The days around the one asked about on which it is the answer; those on which it speaks, where it is not alone one.
    valid: Valid,
    /// What it leans on: `source/ID`.
    source: Option<String>,
    /// Policies of today that ask for a source, where it leans on none: `policy/ID`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    source_required_by: Vec<String>,
    /// Where it is written: `path:line`.
    place: String,
    /// The commit that said it; null where that can't be vouched for.
    said_by: Option<SaidBy>,
    /// The commit by which it became the main line's word.
    landed_by: Option<SaidBy>,
    /// Where one of them is null: `unknown, at or before sha1:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<String>,
    /// The day it landed (UTC).
    landed: Option<String>,
    /// Whether it was reviewed, and what tells so.
    review: ReviewWire,
    /// When it is to be looked at again.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Due>,
}

/// When a fact is to be looked at again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Due {
    /// Which policy says so: `policy/ID`.
    policy: String,
    /// The day; null where it is unknown when it landed.
    day: Option<String>,
    /// Whether that day has come; null where it is unknown.
    overdue: Option<bool>,
}

/// An audit on the wire.
pub fn audit(found: &query::Findings, basis: &Basis, on: jiff::civil::Date, asked: bool) -> Audit {
    let query::Totals { facts, reviewed, not_reviewed, unknown, unmet, overdue, unsourced, conflicts } =
        found.totals();
    Audit {
        schema: "dictum.audit/1",
        on: on.to_string(),
        on_from: if asked { "asked" } else { "commit" },
        at: basis.at.as_ref().map(ToString::to_string),
        history: basis.history,
        snapshot: basis.snapshot.clone(),
        totals: Totals { facts, reviewed, not_reviewed, unknown, unmet, overdue, unsourced, conflicts },
        conflicts: found.conflicts.iter().map(ToString::to_string).collect(),
        facts: found.facts.iter().map(audited).collect(),
    }
}

/// One fact of an audit on the wire.
pub fn audited(fact: &query::Audited) -> Audited {
    let cite = &fact.cite;
    let said = cite.said.as_ref();
    let commit = |origin: &Origin| origin.commit().map(SaidBy::from);
    let unconfirmed = match said {
        None => Some("unknown, there is no history to tell".to_owned()),
        Some(said) => [&said.said_by, &said.landed_by].into_iter().find_map(boundary),
    };
    Audited {
        schema: "dictum.audited/1",
        address: cite.pin.slot.to_string(),
        claim: cite.pin.to_string(),
        value: value::value(&cite.value),
        when: value::when(&cite.when),
        valid: Valid::from(&fact.valid),
        source: cite.source.as_ref().map(|source| format!("source/{}", source.id)),
        source_required_by: fact.unsourced.iter().map(|id| format!("policy/{id}")).collect(),
        place: format!("{}:{}", cite.place.path, cite.place.line),
        said_by: said.and_then(|said| commit(&said.said_by)),
        landed_by: said.and_then(|said| commit(&said.landed_by)),
        unconfirmed,
        landed: fact.landed.map(|day| day.to_string()),
        review: review(&fact.review),
        due: fact.due.as_ref().map(|due| Due {
            policy: format!("policy/{}", due.policy),
            day: due.day.map(|day| day.to_string()),
            overdue: due.overdue,
        }),
    }
}

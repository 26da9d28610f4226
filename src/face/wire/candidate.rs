//! A claim of the slot that was asked about, and what became of it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::answer::{Cited, cited};
use super::value::{self, Valid};
use crate::face::words;
use crate::query::{self, Fate};

/// A claim of the slot and what became of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Candidate {
    #[serde(flatten)]
    cited: Cited,
    /// The claim's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The contexts in which it speaks, as `when` is written.
    #[serde(skip_serializing_if = "is_always")]
    when: Json,
    /// The days on which it speaks.
    valid: Valid,
    /// What became of it.
    #[schemars(extend("enum" = ["winner", "supporting", "in-conflict", "dominated", "exceeded", "displaced", "void",
        "retraction", "not-yet", "no-longer", "out-of-scope", "idle"]))]
    status: &'static str,
    /// By which claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// By which rule or criterion.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// What this claim has: for `out-of-scope` what it asks for, for `dominated` its standing.
    #[serde(skip_serializing_if = "Option::is_none")]
    mine: Option<String>,
    /// What it is held against: for `out-of-scope` what the case has, for `dominated` the other's standing.
    #[serde(skip_serializing_if = "Option::is_none")]
    theirs: Option<String>,
    /// For `displaced`: the claims between, from `by` on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<String>,
    /// Why, in the words of who wrote the claim that voids it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

fn is_always(when: &Json) -> bool {
    when.as_object().is_some_and(serde_json::Map::is_empty)
}

/// On the wire.
pub fn candidate(answer: &query::Answer, candidate: &query::Candidate) -> Candidate {
    let cite = &candidate.cite;
    let pin =
        |position: &u32| answer.candidates.get(*position as usize).map(|other| other.cite.pin.to_string());
    let over = words::over(&candidate.fate);
    let mut wire = Candidate {
        cited: cited(cite),
        id: cite.id.as_ref().map(ToString::to_string),
        when: value::when(&cite.when),
        valid: Valid::from(&cite.period),
        status: words::fate(&candidate.fate),
        by: over.and_then(|(by, _)| pin(&by)),
        rule: over.map(|(_, rule)| rule.to_owned()),
        mine: None,
        theirs: None,
        path: Vec::new(),
        reason: None,
    };
    match &candidate.fate {
        Fate::OutOfScope { dimension, wanted, has } => {
            wire.rule = Some(dimension.to_string());
            wire.mine = Some(words::tests(wanted));
            wire.theirs = has.as_ref().map(words::point);
        }
        Fate::Void { by, .. } => {
            let by = answer.candidates.get(*by as usize);
            wire.reason = by.and_then(|by| by.cite.reason.as_ref()).map(ToString::to_string);
        }
        Fate::Displaced { path, .. } => wire.path = path.iter().filter_map(pin).collect(),
        Fate::Dominated { own, other, .. } => {
            (wire.mine, wire.theirs) = (Some(words::mark(own)), Some(words::mark(other)));
        }
        Fate::Supporting { winner } => wire.by = pin(winner),
        Fate::InConflict { with } => wire.by = with.first().and_then(pin),
        _ => {}
    }
    wire
}

//! `dictum.name/1`: what a name refers to, and who said that it is called so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::answer::{Cited, cited};
use super::value;
use crate::claim::Subject;
use crate::query::{self, By};

/// What a name refers to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.name/1")]
pub struct Referral {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.name/1"))]
    schema: &'static str,
    /// What kind of result it is: `fact` (one referent), `deprecated` (one, not to be used any more), `unconfirmed` (one, and who
    /// said that it is called so can't be vouched for), `ambiguous` (see `bearers` and `ask`), `contested` (claims contradict
    /// each other on whether it is called so), `too-generic` (the name means too much), `unknown` (see `near`).
    #[schemars(extend("enum" = ["fact", "deprecated", "unconfirmed", "ambiguous", "contested", "too-generic", "unknown"]))]
    status: &'static str,
    /// The name as it was asked.
    name: String,
    /// The referent on the day asked about, as `KIND/ID`. Only where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// What the referent is by now, where it was merged, acquired or renamed by the day asked about, or is said to be another:
    /// the end of its `became`.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<String>,
    /// Who bears the name: of one referent itself, of an ambiguous name all that do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bearers: Vec<Bearer>,
    /// Bearers that are not listed, for there are too many.
    #[serde(skip_serializing_if = "is_zero")]
    more: usize,
    /// For `ambiguous`: what to ask next.
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<NameAsk>,
    /// For `unknown`: names near to it. Never what it refers to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    near: Vec<Near>,
    /// The day asked about.
    on: String,
    /// What the question knew of the context.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    context: BTreeMap<String, Json>,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`, or `none`.
    history: &'static str,
    /// The content root of the snapshot that answered.
    snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// A subject that bears the name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Bearer {
    /// Which, as `KIND/ID`.
    subject: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Json>,
    /// Its type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    of_type: Option<Json>,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Json>,
    /// The claim that gives it the name.
    called: Cited,
    /// Where it bears the name beyond what is known, as `when` is written; absent where everywhere.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    region: Option<Json>,
    /// The day on which it ceased to be called so.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// Whether claims contradict each other on whether it is called so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    contested: bool,
    /// What it became by the day asked about, one step after the other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    became: Vec<Step>,
    /// Bearers that are this one too: its predecessors, and what is said to be the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<String>,
    /// Whether it is not to be used any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deprecated: bool,
}

/// What a subject became, or is too.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Step {
    /// `successor` or `same-as`.
    by: &'static str,
    /// Which: of a split several.
    into: Vec<String>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// The claims that say so.
    cites: Vec<Cited>,
}

/// What to ask next.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct NameAsk {
    /// By what the bearers are told apart: `dimension`, `kind`, `type`, or `subject` where nothing else does.
    #[schemars(extend("enum" = ["dimension", "kind", "type", "subject"]))]
    by: &'static str,
    /// The dimension.
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<String>,
    /// What may be answered.
    choices: Vec<Choice>,
}

/// A possible answer to `ask`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Choice {
    /// For a dimension, as `when` is written.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    region: Option<Json>,
    /// Otherwise: the kind, type or subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<String>,
    /// The bearers that are left.
    subjects: Vec<String>,
}

/// A name near to one that nobody bears.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Near {
    /// As it is written in the knowledge.
    name: String,
    /// Who is called so.
    subjects: Vec<String>,
    /// What has to be overlooked.
    by: Vec<String>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A referral on the wire.
pub fn referral(referral: &query::Referral) -> Referral {
    let settled = referral.subject.as_ref().and_then(|_| referral.bearers.first());
    let now = settled.and_then(|bearer| match &bearer.became.last()?.into[..] {
        [one] => Some(one.to_string()),
        _ => None,
    });
    Referral {
        schema: "dictum.name/1",
        status: referral.status.as_str(),
        name: referral.asked.to_string(),
        subject: referral.subject.as_ref().map(Subject::to_string),
        now,
        bearers: referral.bearers.iter().map(bearer).collect(),
        more: referral.more,
        ask: referral.ask.as_ref().map(ask),
        near: referral.near.iter().map(near).collect(),
        on: referral.on.to_string(),
        context: value::context(&referral.context),
        history: referral.basis.history,
        snapshot: referral.basis.snapshot.clone(),
        at: referral.basis.at.as_ref().map(ToString::to_string),
    }
}

pub(super) fn bearer(bearer: &query::Referent) -> Bearer {
    let step = |step: &query::Step| Step {
        by: step.by,
        into: names(&step.into),
        since: step.since.map(|day| day.to_string()),
        cites: step.cites.iter().map(cited).collect(),
    };
    Bearer {
        subject: bearer.subject.to_string(),
        label: bearer.label.as_ref().map(value::value),
        of_type: bearer.of_type.as_ref().map(value::value),
        parent: bearer.parent.as_ref().map(value::value),
        called: cited(&bearer.cite),
        region: (!bearer.region.is_always()).then(|| value::when(&bearer.region)),
        until: bearer.until.map(|day| day.to_string()),
        contested: bearer.contested,
        became: bearer.became.iter().map(step).collect(),
        also: names(&bearer.also),
        deprecated: bearer.deprecated.is_some(),
    }
}

pub(super) fn ask(ask: &query::NameAsk) -> NameAsk {
    let (by, dimension) = match &ask.by {
        By::Dimension(id) => ("dimension", Some(id.to_string())),
        By::Kind => ("kind", None),
        By::Type => ("type", None),
        By::Subject => ("subject", None),
    };
    let choice = |choice: &query::Choice| Choice {
        region: choice.word.is_none().then(|| value::when(&choice.when)),
        word: choice.word.as_ref().map(ToString::to_string),
        subjects: names(&choice.subjects),
    };
    NameAsk { by, dimension, choices: ask.choices.iter().map(choice).collect() }
}

pub(super) fn near(near: &query::NearName) -> Near {
    Near { name: near.name.to_string(), subjects: names(&near.subjects), by: near.by.clone() }
}

fn names(subjects: &[Subject]) -> Vec<String> {
    subjects.iter().map(Subject::to_string).collect()
}

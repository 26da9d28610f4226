//! `dictum.search/1` and `dictum.hit/1`: subjects that were found by words.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::value;
use crate::query::{self, Context, Finds};

/// What a search found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.search/1")]
pub struct Searched {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.search/1"))]
    schema: &'static str,
    /// What was searched for.
    text: String,
    /// The day on which finds hold.
    on: String,
    /// What is known of the case.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    context: BTreeMap<String, Json>,
    /// How many subjects matched at all, in force or not.
    matching: usize,
    /// The best first.
    hits: Vec<SearchHit>,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`, or `none`.
    history: &'static str,
    /// The content root of what was searched.
    snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// A subject that was found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.hit/1")]
pub struct SearchHit {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.hit/1"))]
    schema: &'static str,
    /// The subject: `term/acv`.
    subject: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Json>,
    /// By how much it matches; comparable within one search only.
    score: u64,
    /// The slot that is told of it: its definition, else what matched.
    address: String,
    /// What kind of result that slot has, as in `dictum.answer/1`.
    status: &'static str,
    /// What holds in it; null for "known not to exist"; absent where nothing single does.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    /// The claim that says so; absent where no single one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
    /// What matched, the strongest first; none where the id alone did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matched: Vec<Excerpt>,
}

/// A text that matched.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Excerpt {
    /// Of which slot.
    address: String,
    /// The part that matched; `…` where it was cut.
    excerpt: String,
    /// The words that did: for each the first character of the excerpt, from 0, and one past the last.
    marks: Vec<[usize; 2]>,
}

/// A search on the wire.
pub fn search(text: &str, found: &Finds, (context, on): (&Context, Date), basis: &query::Basis) -> Searched {
    Searched {
        schema: "dictum.search/1",
        text: text.to_owned(),
        on: on.to_string(),
        context: value::context(context),
        matching: found.matching,
        hits: found.hits.iter().map(hit).collect(),
        history: basis.history,
        snapshot: basis.snapshot.clone(),
        at: basis.at.as_ref().map(ToString::to_string),
    }
}

/// One find on the wire.
pub fn hit(hit: &query::Hit) -> SearchHit {
    let slot = hit.answer.slot.as_ref().map(ToString::to_string);
    SearchHit {
        schema: "dictum.hit/1",
        subject: hit.subject.to_string(),
        label: hit.label.as_ref().map(value::value),
        score: hit.score,
        address: slot.unwrap_or_else(|| hit.subject.to_string()),
        status: hit.answer.status.as_str(),
        value: hit.answer.value.as_ref().map(value::value),
        pin: hit.answer.pin.as_ref().map(ToString::to_string),
        matched: hit.matched.iter().map(excerpt).collect(),
    }
}

fn excerpt(matched: &query::Matched) -> Excerpt {
    let characters = |byte: usize| matched.excerpt[..byte].chars().count();
    let marks = matched.marks.iter().map(|mark| [characters(mark.start), characters(mark.end)]);
    Excerpt { address: matched.slot.to_string(), excerpt: matched.excerpt.clone(), marks: marks.collect() }
}

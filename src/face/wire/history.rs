//! `dictum.history/1`: one change of what is said.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::value::{self, SaidBy, Valid, boundary};
use crate::query;

/// A claim appeared or went away.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.history/1")]
pub struct Change {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.history/1"))]
    schema: &'static str,
    /// The slot.
    address: String,
    /// `said` or `removed`.
    #[schemars(extend("enum" = ["said", "removed"]))]
    change: &'static str,
    /// The claim, as a pin.
    claim: String,
    /// What it says; absent where its text can't be read any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    /// The contexts in which it speaks, as `when` is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<Json>,
    /// The days on which it speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<Valid>,
    /// What it leans on: `source/ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Why, in the words of who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Whether it is this saying that stands today, at the head asked about.
    standing: bool,
    /// Where the claim stands today by another saying than this: the commit's, or `unknown, at or before sha1:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stands_by: Option<String>,
    /// The commit; null where that can't be told.
    commit: Option<SaidBy>,
    /// Where `commit` is null: `unknown, at or before sha1:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<String>,
    /// Whether the commit is on the main line (first parents from the head).
    on_main_line: bool,
    /// Whether a version since then could not be read, so that this was carried over it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    carried: bool,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`.
    history: &'static str,
}

/// A change on the wire.
pub fn change(change: &query::Change, history: &'static str) -> Change {
    let claim = change.claim.as_ref();
    Change {
        schema: "dictum.history/1",
        address: change.pin.slot.to_string(),
        change: if change.said { "said" } else { "removed" },
        claim: change.pin.to_string(),
        value: claim.map(|claim| value::value(&claim.value)),
        when: claim.map(|claim| value::when(&claim.statement.when)),
        valid: claim.map(|claim| Valid::from(&claim.statement.period)),
        source: claim.and_then(|claim| claim.statement.source.as_ref()).map(|id| format!("source/{id}")),
        reason: claim.and_then(|claim| claim.statement.reason.as_ref()).map(ToString::to_string),
        standing: change.standing,
        stands_by: change.stands_by.as_ref().and_then(|by| match by.commit() {
            Some(commit) => Some(commit.id.to_string()),
            None => boundary(by),
        }),
        commit: change.by.commit().map(SaidBy::from),
        unconfirmed: boundary(&change.by),
        on_main_line: change.on_main_line,
        carried: change.carried,
        history,
    }
}

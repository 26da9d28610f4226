//! `dictum.proposal/1`: a correction that is proposed, and what it would change.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::diff::Diff;
use super::test::{Missed, missed};
use crate::diagnostic::ReportWire;
use crate::query::{Tried, Verdict};

/// A correction, tried in memory; written where that was asked for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.proposal/1")]
pub struct Proposed {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.proposal/1"))]
    pub schema: &'static str,
    /// `preview`: nothing is written. `faulty`: nothing is, for the knowledge would have the errors of `findings`. `proposed`:
    /// it is on a new branch. `known`: the very same was proposed before.
    #[schemars(extend("enum" = ["preview", "faulty", "proposed", "known"]))]
    pub status: &'static str,
    /// The slot.
    pub address: String,
    /// The claim that would be corrected, as a pin.
    pub corrects: String,
    /// The claim that would answer, as a pin; absent where the knowledge would have errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// The file of the correction, from the top of the repository.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Every answer that would change, by address.
    pub changes: Vec<Diff>,
    /// How many more would, that are not told.
    pub more: usize,
    /// Questions of the knowledge that are answered as expected now, and would not be.
    pub failing: Vec<WouldFail>,
    /// What would be wrong with the knowledge; absent where nothing would.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<ReportWire>,
    /// The branch it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Its commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// What to do next.
    pub next: String,
    /// The content root of what is served.
    pub snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// A question that would not be answered as expected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WouldFail {
    /// Which: `question/acv-in-q3`.
    question: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// What is asked.
    ask: String,
    /// Of which day.
    on: String,
    /// What is known of the case.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    context: BTreeMap<String, String>,
    /// What would not be as expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    misses: Vec<Missed>,
    /// Why it could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// A question that would fail, on the wire.
pub fn would_fail(tried: &Tried) -> WouldFail {
    let (misses, message) = match &tried.verdict {
        Verdict::Passed => (Vec::new(), None),
        Verdict::Failed(misses) => (misses.iter().map(missed).collect(), None),
        Verdict::Bad(bad) => (Vec::new(), Some(bad.message.clone())),
    };
    let test = &tried.test;
    WouldFail {
        question: test.subject.to_string(),
        label: test.label.as_ref().map(ToString::to_string),
        ask: test.ask.to_string(),
        on: tried.on.to_string(),
        context: test.context.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        misses,
        message,
    }
}

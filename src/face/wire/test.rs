//! `dictum.test/1` and `dictum.tested/1`: questions that were asked, and what was not as expected.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use smol_str::SmolStr;

use super::answer::{Answer, answer};
use super::grounding::{Ground, ground as grounded};
use super::referral::{Referral, referral};
use super::value::{self, SaidBy, boundary};
use crate::query::{self, Miss, Origin, Reply, Tried, Verdict};

/// The whole run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.test/1")]
pub struct TestRun {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.test/1"))]
    schema: &'static str,
    /// How many questions were asked.
    total: usize,
    /// How many were answered as expected.
    passed: usize,
    /// How many were not, or could not be asked.
    failed: usize,
    /// The day of which questions were asked that name none.
    on: String,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`, or `none`.
    history: &'static str,
    /// The content root of what answered.
    snapshot: String,
    /// The commit whose knowledge it is; absent where files were asked that are not committed so.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// Each question, in the order of their addresses.
    questions: Vec<Tested>,
}

/// One question.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.tested/1")]
pub struct Tested {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.tested/1"))]
    schema: &'static str,
    /// Which: `question/acv-in-q3`.
    question: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Where it is written: `path:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// `passed`, `failed`, or `error`: it can't be asked (see `message`).
    #[schemars(extend("enum" = ["passed", "failed", "error"]))]
    outcome: &'static str,
    /// What was asked.
    ask: String,
    /// Of which day.
    on: String,
    /// What is known of the case.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    context: BTreeMap<String, String>,
    /// What is not as expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    misses: Vec<Missed>,
    /// Why it can't be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// What was answered to an address; only where that is not as expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Box<Answer>>,
    /// What a name refers to; only where that is not as expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Box<Referral>>,
    /// What a sentence stands on; only where that is not as expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<Box<Ground>>,
    /// With `--bisect`: since when it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<Broke>,
}

/// One thing that is not as expected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Missed {
    /// What of the answer.
    #[schemars(extend("enum" = ["value", "address", "status", "cites", "ready"]))]
    what: &'static str,
    /// What was expected.
    expected: Json,
    /// What is so; absent where there is nothing single.
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<Json>,
}

/// Since when a question fails.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Broke {
    /// `commit`: it passed before this commit of the main line and has not since. `never-passed` there. `not-committed`: it
    /// passes at the commit, and what is not committed breaks it. `unknown`.
    #[schemars(extend("enum" = ["commit", "never-passed", "not-committed", "unknown"]))]
    by: &'static str,
    /// The commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<SaidBy>,
    /// Where it can't be named: what is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<String>,
}

/// Since a commit, or what is known of it.
pub fn broke_by(origin: &Origin) -> Broke {
    let commit = origin.commit().map(SaidBy::from);
    let by = if commit.is_some() { "commit" } else { "unknown" };
    Broke { by, commit, unconfirmed: boundary(origin) }
}

/// Since no commit, and why.
pub fn broke(by: &'static str) -> Broke {
    Broke { by, commit: None, unconfirmed: None }
}

/// A run on the wire; `files` where no commit stands for what was asked.
pub fn test(questions: Vec<Tested>, basis: &query::Basis, on: Date, files: bool) -> TestRun {
    let passed = questions.iter().filter(|tested| tested.outcome == "passed").count();
    TestRun {
        schema: "dictum.test/1",
        total: questions.len(),
        passed,
        failed: questions.len() - passed,
        on: on.to_string(),
        history: basis.history,
        snapshot: basis.snapshot.clone(),
        at: basis.at.as_ref().filter(|_| !files).map(ToString::to_string),
        questions,
    }
}

/// One question on the wire.
pub fn tested(tried: &Tried, broken: Option<Broke>) -> Tested {
    let (outcome, misses, message) = match &tried.verdict {
        Verdict::Passed => ("passed", Vec::new(), None),
        Verdict::Failed(misses) => ("failed", misses.iter().map(missed).collect(), None),
        Verdict::Bad(bad) => ("error", Vec::new(), Some(bad.message.clone())),
    };
    let test = &tried.test;
    let (mut answer, mut name, mut ground) = (None, None, None);
    match tried.reply.as_ref().filter(|_| !tried.passed()) {
        Some(Reply::Answer(told)) => answer = Some(Box::new(self::answer(told, false))),
        Some(Reply::Name(told)) => name = Some(Box::new(referral(told))),
        Some(Reply::Sentence(told)) => ground = Some(Box::new(grounded(told, test.ask.trim()))),
        None => {}
    }
    let place = test.places.get("ask").map(|place| format!("{}:{}", place.path, place.line));
    Tested {
        schema: "dictum.tested/1",
        question: test.subject.to_string(),
        label: test.label.as_ref().map(ToString::to_string),
        place,
        outcome,
        ask: test.ask.to_string(),
        on: tried.on.to_string(),
        context: test.context.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        misses,
        message,
        answer,
        name,
        ground,
        broken,
    }
}

/// What is not as expected, on the wire.
pub fn missed(miss: &Miss) -> Missed {
    let text = |text: &SmolStr| Json::String(text.to_string());
    let list = |all: &[SmolStr]| Json::Array(all.iter().map(text).collect());
    let (expected, got) = match miss {
        Miss::Value(wanted, said) => (value::value(wanted), said.as_ref().map(value::value)),
        Miss::Address(wanted, got) => (text(wanted), got.first().filter(|_| got.len() == 1).map(text)),
        Miss::Status(wanted, status) => (text(wanted), Some(Json::String((*status).to_owned()))),
        Miss::Cites(missing, got) => (list(missing), Some(list(got))),
        Miss::Ready(ready, got) => (Json::Bool(*ready), got.map(Json::Bool)),
    };
    Missed { what: miss.attribute().trim_start_matches("expect."), expected, got }
}

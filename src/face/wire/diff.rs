//! `dictum.diff/1`: a slot whose answer differs between two states of the knowledge.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::value::{self, SaidBy, Valid, boundary};
use crate::face::words;
use crate::history::CommitId;
use crate::query::{self, Changed, Cited, Difference, Elsewhere, Holds, Pin, Rule};
use crate::source::{Origin, Texts};

/// A slot whose answer differs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.diff/1")]
pub struct Diff {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.diff/1"))]
    schema: &'static str,
    /// The slot.
    address: String,
    /// What its differences are, `changed` where they are of several sorts.
    #[schemars(extend("enum" = ["added", "removed", "changed", "contested", "settled"]))]
    change: &'static str,
    /// Whether an answer that was given is given no more.
    breaking: bool,
    /// The commit before; null for the files.
    before: Option<String>,
    /// The commit after; null for the files.
    after: Option<String>,
    /// Where and how it differs.
    differences: Vec<Differs>,
    /// The rules of `dictum diff --breaking` that this breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    rules: Vec<&'static str>,
    /// Of these rules the ones that a commit says to be broken on purpose; told with `--breaking`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    meant: Vec<Meant>,
}

/// A commit says that a rule is broken on purpose.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Meant {
    /// The rule.
    rule: &'static str,
    /// Why.
    reason: String,
    /// The commit, as `sha1:…`.
    commit: String,
}

/// That `commit` says that `rule` is broken on purpose.
pub fn meant(rule: Rule, reason: &str, commit: CommitId) -> Meant {
    Meant { rule: rule.code(), reason: reason.to_owned(), commit: commit.to_string() }
}

impl Diff {
    /// The same with who says that what it breaks is meant.
    #[must_use]
    pub fn meant(mut self, meant: Vec<Meant>) -> Diff {
        self.meant = meant;
        self
    }
}

/// One answer in the place of another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Differs {
    /// `added`: something is said where nothing was. `removed`: nothing is said any more. `changed`: something else is
    /// said. `contested`: claims contradict each other now. `settled`: they do no more.
    #[schemars(extend("enum" = ["added", "removed", "changed", "contested", "settled"]))]
    change: &'static str,
    /// Where, in order.
    regions: Vec<Where>,
    /// What held.
    before: Answered,
    /// What holds instead.
    after: Answered,
}

/// Contexts and days.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Where {
    /// The contexts, as `when` is written; `{}` is everywhere.
    when: Json,
    /// The days.
    valid: Valid,
}

/// What a slot answers there.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Answered {
    /// `fact`, `none` (known not to exist), `unknown` (nothing is said), or `contested`.
    #[schemars(extend("enum" = ["fact", "none", "unknown", "contested"]))]
    status: &'static str,
    /// What holds; absent unless it is a fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    /// Where contested: what the claims say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<Json>,
    /// The claims that say it.
    claims: Vec<Claimed>,
}

/// A claim that answers, and what it is on the other side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Claimed {
    /// The claim, as a pin.
    claim: String,
    /// The file, from the top of the repository.
    path: String,
    /// Line, from 1.
    line: u32,
    /// On the other side: `unsaid`, or what becomes of it there (`winner`, `dominated`, `displaced`, `void` …);
    /// absent where that can't be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    elsewhere: Option<&'static str>,
    /// The claim that it gives way to there, as a pin.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// By which rule or criterion.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
}

/// What the two sides are: their commits as `sha1:…` (files have none) and texts.
pub struct Ends<'e> {
    /// Before.
    pub before: (Option<String>, &'e Texts),
    /// After.
    pub after: (Option<String>, &'e Texts),
}

/// A change on the wire.
pub fn diff(changed: &Changed, ends: &Ends<'_>) -> Diff {
    Diff {
        schema: "dictum.diff/1",
        address: changed.slot.to_string(),
        change: changed.word().as_str(),
        breaking: changed.is_breaking(),
        before: ends.before.0.clone(),
        after: ends.after.0.clone(),
        differences: changed.differences.iter().map(|one| differs(one, changed, ends)).collect(),
        rules: changed.breaks().into_iter().map(Rule::code).collect(),
        meant: Vec::new(),
    }
}

/// `dictum.change/1`: a commit of the main line since which a slot answers differently.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.change/1")]
pub struct Turn {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.change/1"))]
    schema: &'static str,
    /// The slot.
    address: String,
    /// What its differences are, `changed` where they are of several sorts.
    #[schemars(extend("enum" = ["added", "removed", "changed", "contested", "settled"]))]
    change: &'static str,
    /// The commit; null where that can't be told.
    commit: Option<SaidBy>,
    /// Where `commit` is null: `unknown, at or before sha1:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<String>,
    /// The first line of the commit's message below its subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Where and how it answers differently.
    differences: Vec<Differs>,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`.
    history: &'static str,
}

/// A change of an answer on the wire.
pub fn turn(
    changed: &Changed,
    ends: &Ends<'_>,
    by: &query::Origin,
    why: Option<&str>,
    history: &'static str,
) -> Turn {
    Turn {
        schema: "dictum.change/1",
        address: changed.slot.to_string(),
        change: changed.word().as_str(),
        commit: by.commit().map(SaidBy::from),
        unconfirmed: boundary(by),
        why: why.map(ToOwned::to_owned),
        differences: changed.differences.iter().map(|one| differs(one, changed, ends)).collect(),
        history,
    }
}

/// Contexts and days on the wire.
pub(super) fn where_(region: &crate::query::Region) -> Where {
    Where { when: value::when(&region.when), valid: Valid::from(&region.period) }
}

fn differs(difference: &Difference, changed: &Changed, ends: &Ends<'_>) -> Differs {
    Differs {
        change: difference.word().as_str(),
        regions: difference.regions.iter().map(where_).collect(),
        before: answered(&difference.before, &difference.gone, &changed.after, ends.before.1),
        after: answered(&difference.after, &difference.come, &changed.before, ends.after.1),
    }
}

fn answered(holds: &Holds, cited: &[Cited], others: &[Pin], texts: &Texts) -> Answered {
    let (status, value, values) = match holds {
        Holds::Nothing => ("unknown", None, Vec::new()),
        Holds::Fact(crate::claim::Value::None) => ("none", Some(Json::Null), Vec::new()),
        Holds::Fact(value) => ("fact", Some(value::value(value)), Vec::new()),
        Holds::Contested(values) => ("contested", None, values.iter().map(value::value).collect()),
    };
    Answered { status, value, values, claims: cited.iter().map(|one| claimed(one, others, texts)).collect() }
}

fn claimed(cited: &Cited, others: &[Pin], texts: &Texts) -> Claimed {
    let (path, line) = place(cited.origin, texts);
    let fate = match &cited.elsewhere {
        Elsewhere::Said(fate) => fate.as_ref(),
        Elsewhere::Unsaid => None,
    };
    let over = fate.and_then(words::over);
    Claimed {
        claim: cited.pin.to_string(),
        path,
        line,
        elsewhere: match cited.elsewhere {
            Elsewhere::Unsaid => Some("unsaid"),
            Elsewhere::Said(_) => fate.map(words::fate),
        },
        by: over.and_then(|(by, _)| others.get(by as usize)).map(ToString::to_string),
        rule: over.map(|(_, rule)| rule),
    }
}

/// File and line, from 1.
pub fn place(origin: Origin, texts: &Texts) -> (String, u32) {
    let text = texts.get(origin.file);
    let before = text.bytes.get(..origin.span.start as usize).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    (text.path.to_string(), line)
}

//! What a change does beside the answers: `dictum.name-change/1`, `dictum.question-change/1`, `dictum.pin-change/1` and
//! `dictum.impact/1`, each an element of what `dictum diff` prints as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::diff::{Meant, Where, where_};
use super::test::{Tested, tested};
use super::value;
use crate::claim::Subject;
use crate::face::words::effect::pin_word;
use crate::query::{Means, NameChange, Owned, Repinned, Retried, Rule};

/// A name that means something else.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.name-change/1")]
pub struct NameChanged {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.name-change/1"))]
    schema: &'static str,
    /// As it is written in the knowledge; an id behind its system.
    name: String,
    /// `referent`: it means another subject. `ambiguous`: no one subject any more. `unknown`: nobody. `settled`: one, where it
    /// did not. `known`: somebody, where it meant nobody. `untold`: so much decides what it means that this can't be told.
    #[schemars(extend("enum" = ["referent", "ambiguous", "unknown", "settled", "known", "untold"]))]
    change: &'static str,
    /// Whether one who relied on what it meant has to know.
    breaking: bool,
    /// The commit before; null for the files.
    before: Option<String>,
    /// The commit after; null for the files.
    after: Option<String>,
    /// Where and how; empty where that can't be told.
    differences: Vec<NameDiffers>,
    /// The rules of `dictum diff --breaking` that this breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<&'static str>,
    /// Of these rules the ones that a commit says to be broken on purpose; told with `--breaking`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    meant: Vec<Meant>,
}

/// One meaning in the place of another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct NameDiffers {
    /// As that of the name.
    #[schemars(extend("enum" = ["referent", "ambiguous", "unknown", "settled", "known"]))]
    change: &'static str,
    /// Where, in order.
    regions: Vec<Where>,
    /// What it meant.
    before: Meaning,
    /// What it means instead.
    after: Meaning,
}

/// What a name means.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Meaning {
    /// `fact`: one subject. `ambiguous`: several. `contested`: claims contradict each other on whether the one is called so.
    /// `too-generic`: a term says of itself that the name means too much. `unknown`: nobody is called so.
    #[schemars(extend("enum" = ["fact", "ambiguous", "contested", "too-generic", "unknown"]))]
    status: &'static str,
    /// The subjects, by address.
    subjects: Vec<String>,
}

/// The commits of both sides, `None` for the files.
pub type Commits = (Option<String>, Option<String>);

/// A name that means something else, and who says that what it breaks is meant.
pub fn name_changed(change: &NameChange, (before, after): &Commits, meant: Vec<Meant>) -> NameChanged {
    let differs = |one: &crate::query::NameDifference| NameDiffers {
        change: one.word().as_str(),
        regions: one.regions.iter().map(where_).collect(),
        before: meaning(&one.before),
        after: meaning(&one.after),
    };
    let rules: Vec<&'static str> = change.breaks().into_iter().map(Rule::code).collect();
    NameChanged {
        schema: "dictum.name-change/1",
        name: change.name.to_string(),
        change: change.word().as_str(),
        breaking: !rules.is_empty(),
        before: before.clone(),
        after: after.clone(),
        differences: change.differences.iter().map(differs).collect(),
        rules,
        meant,
    }
}

fn meaning(means: &Means) -> Meaning {
    let all = |all: &[Subject]| all.iter().map(ToString::to_string).collect();
    let (status, subjects) = match means {
        Means::Nobody => ("unknown", Vec::new()),
        Means::One(subject) => ("fact", vec![subject.to_string()]),
        Means::Several(subjects) => ("ambiguous", all(subjects)),
        Means::Contested(subject) => ("contested", vec![subject.to_string()]),
        Means::TooGeneric(subjects) => ("too-generic", all(subjects)),
    };
    Meaning { status, subjects }
}

/// A question of the knowledge that goes otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.question-change/1")]
pub struct QuestionChanged {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.question-change/1"))]
    schema: &'static str,
    /// The question.
    question: String,
    /// `fails`: it passed. `mended`: it failed, and passes.
    #[schemars(extend("enum" = ["fails", "mended"]))]
    change: &'static str,
    /// Whether it passed and fails.
    breaking: bool,
    /// The commit before; null for the files.
    before: Option<String>,
    /// The commit after; null for the files.
    after: Option<String>,
    /// The run that failed: after the change, or before it where it is mended.
    failed: Tested,
    /// The rules of `dictum diff --breaking` that this breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<&'static str>,
    /// Of these rules the ones that a commit says to be broken on purpose; told with `--breaking`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    meant: Vec<Meant>,
}

/// A question that goes otherwise, and who says that this is meant.
pub fn question_changed(one: &Retried, (before, after): &Commits, meant: Vec<Meant>) -> QuestionChanged {
    let fails = one.fails();
    QuestionChanged {
        schema: "dictum.question-change/1",
        question: one.after.test.subject.to_string(),
        change: if fails { "fails" } else { "mended" },
        breaking: fails,
        before: before.clone(),
        after: after.clone(),
        failed: tested(if fails { &one.after } else { &one.before }, None),
        rules: one.breaks().into_iter().map(Rule::code).collect(),
        meant,
    }
}

/// A pin in a file that stands otherwise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.pin-change/1")]
pub struct PinChanged {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.pin-change/1"))]
    schema: &'static str,
    /// As it is cited.
    citation: String,
    /// `breaks`: it held. `mended`: it did not, and holds.
    #[schemars(extend("enum" = ["breaks", "mended"]))]
    change: &'static str,
    /// The commit before; null for the files.
    before: Option<String>,
    /// The commit after; null for the files.
    after: Option<String>,
    /// How it stood, as `dictum check-pins` says it.
    stood: &'static str,
    /// How it stands.
    stands: &'static str,
    /// Where it is cited, in the files that were named.
    places: Vec<PinPlace>,
    /// What its slot answers after the change; absent where that is no one value.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Json>,
    /// The claim that answers in its place, as a pin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
}

/// A place in a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PinPlace {
    /// The file, as it was named.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// A pin that stands otherwise.
pub fn pin_changed(one: &Repinned, places: Vec<PinPlace>, (before, after): &Commits) -> PinChanged {
    let now = &one.after.now;
    PinChanged {
        schema: "dictum.pin-change/1",
        citation: one.after.to_string(),
        change: if one.breaks() { "breaks" } else { "mended" },
        before: before.clone(),
        after: after.clone(),
        stood: pin_word(&one.before.state, false),
        stands: pin_word(&one.after.state, one.before.cite.is_some()),
        places,
        now: now.value.as_ref().map(value::value),
        pin: now.pin.as_ref().map(ToString::to_string),
    }
}

/// Whom a change concerns, and what nobody reviewed any more.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.impact/1")]
pub struct Impact {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.impact/1"))]
    schema: &'static str,
    /// The commit before; null for the files.
    before: Option<String>,
    /// The commit after; null for the files.
    after: Option<String>,
    /// The owners of the facts that answer differently, those that nobody owns last.
    owners: Vec<Owner>,
    /// Facts whose claims were reviewed before and are not after; null where no policy asks for reviews, so that it
    /// was not looked for.
    unreviewed: Option<Vec<Unreviewed>>,
}

/// An owner, and how many of the facts that answer differently are theirs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Owner {
    /// Who; null for nobody.
    owner: Option<String>,
    /// Facts that were theirs.
    before: usize,
    /// Facts that are theirs.
    after: usize,
}

/// A fact that was reviewed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Unreviewed {
    /// The slot.
    pub address: String,
    /// `no`, or `unknown` where that can't be told.
    #[schemars(extend("enum" = ["no", "unknown"]))]
    pub reviewed: &'static str,
    /// Why, in words.
    pub why: String,
}

/// Whom a change concerns.
pub fn impact(owners: &[Owned], unreviewed: Option<Vec<Unreviewed>>, (before, after): &Commits) -> Impact {
    let owner = |one: &Owned| Owner {
        owner: one.owner.as_ref().map(ToString::to_string),
        before: one.before,
        after: one.after,
    };
    Impact {
        schema: "dictum.impact/1",
        before: before.clone(),
        after: after.clone(),
        owners: owners.iter().map(owner).collect(),
        unreviewed,
    }
}

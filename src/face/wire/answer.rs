//! `dictum.answer/1`: what holds, why, and who said it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::candidate::{Candidate, candidate};
use super::lineage::{LineageWire, lineage};
use super::review::{ReviewWire, review};
use super::value::{self, By, SaidBy, Valid, boundary, commit_name};
use crate::face::words;
use crate::history::Review;
use crate::query::{self, Cite, Lineage, Origin, Status};

/// The answer to a question about one slot. A question about a whole subject has one of these for each attribute.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.answer/1")]
pub struct Answer {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.answer/1"))]
    schema: &'static str,
    /// What kind of result it is: `fact`, `none` (known not to exist), `depends` (see `facts` and `ask`), `contested`
    /// (claims contradict each other, see `facts`; only of knowledge that was built in spite of errors), `ambiguous`,
    /// `deprecated` (see `deprecated`), `unknown` (nothing is said; see `nearest`), `unconfirmed` (who said it can't be
    /// vouched for).
    #[schemars(extend("enum" = ["fact", "none", "depends", "contested", "ambiguous", "deprecated", "unknown", "unconfirmed"]))]
    status: &'static str,
    /// What was asked.
    address: String,
    /// The slot with the hash of the claim that answers; absent where no single claim does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
    /// What holds; null means "known not to exist"; absent where nothing single holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    /// The day asked about.
    on: String,
    /// What the question knew of the context.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    context: BTreeMap<String, Json>,
    /// The days around `on` on which this same answer holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<Valid>,
    /// What the answering claim leans on, itself or through what it corrects: `source/ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Who owns the subject: `team/ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Json>,
    /// What to use instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<Deprecated>,
    /// For an address that names a claim: `current` (it answers), `possible` (it may, see `ask`), `superseded` (another
    /// answers now), `withdrawn` (nothing says it any more).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["current", "possible", "superseded", "withdrawn"]))]
    standing: Option<&'static str>,
    /// Why the answer is the answer: the rules by which it stands over others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    because: Vec<Because>,
    /// Claims that speak here and do not answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rejected: Vec<Rejected>,
    /// Which commit said the answering claim; null where that can't be vouched for, absent where several claims answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    said_by: Option<Option<Sayer>>,
    /// Where `said_by` is null: what is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<Unconfirmed>,
    /// The claims that answer together, where no single one does: elements of a set, or one value for several reasons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cites: Vec<Cited>,
    /// For `depends`: what would hold where. For `contested`: what is said against each other, and where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<Possible>,
    /// For `depends`: what to ask next.
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<Ask>,
    /// For `unknown`: known addresses near the one asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<String>,
    /// Every claim of the slot with what became of it; only where an explanation was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
    /// Whether the claims that answer were reviewed, in the order in which they are cited; only where it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reviews: Vec<ClaimReview>,
    /// With `--history`: the commit of the main line since which the fact has been this, on this day and in this case. It may
    /// have touched no claim, only how claims are weighed. Null where that can't be vouched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force_since: Option<Option<SaidBy>>,
    /// With `--history`: the claims that answer over time, in the order in which they are cited, and one that was asked for by
    /// its pin and is gone. Absent where not all of the history can be seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lineage: Vec<LineageWire>,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`, or `none`.
    history: &'static str,
    /// The content root of the snapshot that answered.
    snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// Whether one of the claims that answer was reviewed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ClaimReview {
    /// Which.
    claim: String,
    #[serde(flatten)]
    review: ReviewWire,
}

impl Answer {
    /// The same, with whether the claims that answer were reviewed.
    #[must_use]
    pub fn with_reviews(mut self, reviews: &[(Cite, Review)]) -> Answer {
        let one =
            |(cite, told): &(Cite, Review)| ClaimReview { claim: cite.pin.to_string(), review: review(told) };
        self.reviews = reviews.iter().map(one).collect();
        self
    }
}

/// A deprecation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Deprecated {
    /// What to use instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<Json>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Json>,
}

/// A rule by which the answer stands over another claim.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
struct Because {
    /// `corrects`, `retracts`, `exception-to`, `supersedes`, `authority`, `specificity`, `effective`, `stated`, `rank`, or `value` (of
    /// a greatest or least).
    rule: String,
    /// The other claim.
    over: String,
}

/// A claim of this slot that speaks here and does not answer. Claims are named by what stands behind the slot in their
/// pins: `~` and the first digits of their hash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Rejected {
    /// Which: `~3fa9c1`.
    claim: String,
    /// `void`, `displaced`, `dominated` or `exceeded`.
    status: &'static str,
    /// By which claim: `~81bb0d`.
    by: String,
}

/// Who said the answering claim, and where it stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Sayer {
    #[serde(flatten)]
    by: By,
    /// First line of the commit's message; only where an explanation was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// The file.
    path: String,
    /// Line, from 1.
    line: u32,
    /// Sayers on other lines of a merge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<String>,
    /// The commit by which it became the main line's word; absent where that is `commit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    landed_by: Option<String>,
    /// The earliest commit that said it; absent where that is `commit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_said_by: Option<String>,
    /// Whether a version in between could not be read, so that its last good text was carried on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    carried: bool,
}

/// What is known of a sayer that can't be named.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Unconfirmed {
    /// `unknown, at or before sha1:…`, or that there is no history.
    said_by: String,
    /// What to type to have the whole history.
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'static str>,
}

/// A claim that answers, alone or with others.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Cited {
    /// Which.
    claim: String,
    /// What it says.
    value: Json,
    /// What it leans on.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// The commit that said it; null where that can't be vouched for.
    said_by: Option<String>,
    /// Where it stands: `path:line`.
    place: String,
}

/// What would hold in a part of what the question leaves open.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Possible {
    /// What would hold; null for "known not to exist"; absent where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    /// The contexts in which it would, as `when` is written.
    #[serde(rename = "where")]
    region: Json,
    /// The claims that would say it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cites: Vec<Cited>,
}

/// The one thing to ask next.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Ask {
    /// The dimension to find out about.
    dimension: String,
    /// What the answer may be, and how many facts it would leave to choose from.
    choices: Vec<Choice>,
}

/// A possible answer to `ask`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Choice {
    /// As `when` is written.
    #[serde(rename = "where")]
    region: Json,
    /// Facts that would be left.
    leaves: usize,
}

/// An answer on the wire; with every candidate where `explain` is set.
pub fn answer(answer: &query::Answer, explain: bool) -> Answer {
    let single = answer.pin.as_ref().and_then(|pin| answer.cites.iter().find(|cite| cite.pin == *pin));
    let answered = answer.value.is_some();
    Answer {
        schema: "dictum.answer/1",
        status: answer.status.as_str(),
        address: answer.asked.to_string(),
        pin: answer.pin.as_ref().map(ToString::to_string),
        value: answer.value.as_ref().map(value::value),
        on: answer.on.to_string(),
        context: value::context(&answer.context),
        valid: answer.valid.as_ref().map(Valid::from),
        source: single.and_then(source),
        owner: answer.owner.as_ref().map(value::value),
        deprecated: answer.deprecated.as_ref().map(deprecated),
        standing: answer.standing.map(query::Standing::as_str),
        because: because(answer),
        rejected: rejected(answer),
        said_by: single.map(|cite| sayer(cite, explain)),
        unconfirmed: (answer.status == Status::Unconfirmed).then(|| unconfirmed(answer)),
        cites: if answered && single.is_none() {
            answer.cites.iter().map(cited).collect()
        } else {
            Vec::new()
        },
        facts: answer.facts.iter().map(possible).collect(),
        ask: answer.ask.as_ref().map(ask),
        nearest: answer.nearest.clone(),
        candidates: answer
            .candidates
            .iter()
            .filter(|_| explain)
            .map(|each| candidate(answer, each))
            .collect(),
        reviews: Vec::new(),
        in_force_since: None,
        lineage: Vec::new(),
        history: answer.basis.history,
        snapshot: answer.basis.snapshot.clone(),
        at: answer.basis.at.as_ref().map(ToString::to_string),
    }
}

impl Answer {
    /// The same with the commit since which the fact has been this.
    #[must_use]
    pub fn in_force_since(mut self, since: Option<&Origin>) -> Answer {
        self.in_force_since = since.map(|since| since.commit().map(SaidBy::from));
        self
    }

    /// The same with where its claims come from over time.
    #[must_use]
    pub fn with_lineage(mut self, lineages: &[Lineage]) -> Answer {
        self.lineage = lineages.iter().map(lineage).collect();
        self
    }
}

fn source(cite: &Cite) -> Option<String> {
    cite.source.as_ref().map(|source| format!("source/{}", source.id))
}

fn deprecated(deprecation: &query::Deprecation) -> Deprecated {
    let wire = |value: &Option<crate::claim::Value>| value.as_ref().map(value::value);
    Deprecated { replaced_by: wire(&deprecation.replaced_by), reason: wire(&deprecation.reason) }
}

fn because(answer: &query::Answer) -> Vec<Because> {
    let rule = |candidate: &query::Candidate| {
        let (by, rule) = words::over(&candidate.fate)?;
        let by = answer.candidates.get(by as usize)?;
        let answers = answer.cites.iter().any(|cite| cite.pin == by.cite.pin);
        answers.then(|| Because { rule: rule.to_owned(), over: candidate.cite.pin.to_string() })
    };
    answer.candidates.iter().filter_map(rule).collect()
}

fn rejected(answer: &query::Answer) -> Vec<Rejected> {
    let reject = |candidate: &query::Candidate| {
        let (by, _) = words::over(&candidate.fate)?;
        let by = &answer.candidates.get(by as usize)?.cite;
        let short = |cite: &Cite| format!("~{}", cite.pin.digits);
        let status = words::fate(&candidate.fate);
        Some(Rejected { claim: short(&candidate.cite), status, by: short(by) })
    };
    answer.candidates.iter().filter_map(reject).collect()
}

fn sayer(cite: &Cite, explain: bool) -> Option<Sayer> {
    let said = cite.said.as_ref()?;
    let commit = said.said_by.commit()?;
    let other = |origin: &Origin| commit_name(origin).filter(|name| *name != commit.id.to_string());
    Some(Sayer {
        by: By::from(commit),
        summary: explain.then(|| commit.summary.clone()),
        path: cite.place.path.to_string(),
        line: cite.place.line,
        also: said.also_said_by.iter().map(|commit| commit.id.to_string()).collect(),
        landed_by: other(&said.landed_by),
        first_said_by: other(&said.first_said_by),
        carried: said.carried,
    })
}

fn unconfirmed(answer: &query::Answer) -> Unconfirmed {
    let behind = answer.cites.iter().filter_map(|cite| boundary(&cite.said.as_ref()?.said_by)).next();
    let said_by = behind.unwrap_or_else(|| "unknown, there is no history to tell".to_owned());
    Unconfirmed { said_by, mend: answer.basis.mend }
}

pub(super) fn cited(cite: &Cite) -> Cited {
    Cited {
        claim: cite.pin.to_string(),
        value: value::value(&cite.value),
        source: source(cite),
        said_by: cite.said.as_ref().and_then(|said| commit_name(&said.said_by)),
        place: format!("{}:{}", cite.place.path, cite.place.line),
    }
}

fn possible(possible: &query::Possible) -> Possible {
    Possible {
        value: possible.value.as_ref().map(value::value),
        region: value::when(&possible.region),
        cites: possible.cites.iter().map(cited).collect(),
    }
}

fn ask(ask: &query::Ask) -> Ask {
    let choice = |(region, leaves): &(crate::claim::When, usize)| Choice {
        region: value::when(region),
        leaves: *leaves,
    };
    Ask { dimension: ask.dimension.to_string(), choices: ask.choices.iter().map(choice).collect() }
}

//! The questions: what each takes, and how it is answered.

use serde::Serialize;
use smol_str::SmolStr;

use super::parameter::{Form, Parameter};
use super::{Asked, Problem, past};
use crate::face::failure::Failure;
use crate::face::wire;
use crate::kind::KINDS;
use crate::name::norm;
use crate::query::{self, Address, Context, NameQuestion, Search, Sentence, nearest};

/// A question that can be put.
pub(in crate::face) struct Question {
    /// What it is called: the last part of its route.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// What it takes.
    pub parameters: &'static [Parameter],
    /// The schema that its answer names.
    pub answer: &'static str,
    /// What is read for it.
    pub reads: Reads,
    /// Answers as JSON, in bytes.
    pub ask: fn(&Asked<'_>) -> Result<Vec<u8>, Problem>,
}

/// What is read for an answer: so long does it take, and so long does it last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::face) enum Reads {
    /// A few places of the snapshot.
    Places,
    /// All texts of the snapshot.
    Texts,
    /// The repository. What it says of a branch may be otherwise a moment later, whatever is served.
    Repository,
}

const WHERE: Parameter = Parameter::optional(
    "where",
    Form::Context,
    "What is known of the case: dimensions and their values. What is left out is unknown, not \"anything\".",
);
const ON: Parameter =
    Parameter::optional("on", Form::Day, "The day on which it is to hold; today (UTC) where not given.");
pub(super) const AT: Parameter = Parameter::optional(
    "at",
    Form::Text(200),
    "Answer from what was known then: a commit, tag or branch, or a day (the main line at its end).",
);
pub(super) const ADDRESS: Parameter = Parameter::required(
    "address",
    Form::Address,
    "`KIND/ID`, `KIND/ID#ATTRIBUTE`, a claim `…#ATTRIBUTE@ID`, or a pin `…#ATTRIBUTE~3fa9c1`.",
);
const EXPLAIN: Parameter =
    Parameter::optional("explain", Form::Flag, "Whether to say what became of every claim.");
const KIND: Parameter =
    Parameter::optional("kind", Form::Kind, "Only subjects of this kind: `entity`, `term`, `process` …");

/// The most requests that one batch may hold.
const MOST_REQUESTS: usize = 1000;

/// The same where they read the repository: each may take as long as thousands of others.
const MOST_OF_REPOSITORY: usize = 20;

impl Question {
    /// The most requests that one batch of this may hold.
    pub fn most_requests(&self) -> usize {
        if self.reads == Reads::Repository { MOST_OF_REPOSITORY } else { MOST_REQUESTS }
    }
}

/// All questions, in the order in which they are told.
pub(in crate::face) const QUESTIONS: &[Question] = &[
    Question {
        name: "get",
        about: "What holds at an address, in a case and on a day, and which commit said so.",
        parameters: &[ADDRESS, WHERE, ON, AT, EXPLAIN],
        answer: "answer",
        reads: Reads::Places,
        ask: |asked| get(asked, asked.fields.flag(EXPLAIN.name)),
    },
    Question {
        name: "resolve",
        about: "Whom or what a name refers to, in a case and on a day; all candidates and what to ask where that is open.",
        parameters: &[
            Parameter::required(
                "name",
                Form::Text(1 << 20),
                "The name as it is written, or an id behind its system: `crm:K-20977`.",
            ),
            WHERE,
            ON,
            AT,
            KIND,
            Parameter::optional("type", Form::Text(200), "Only subjects of this type."),
        ],
        answer: "name",
        reads: Reads::Places,
        ask: resolve,
    },
    Question {
        name: "ground",
        about: "What an answer to a sentence stands on: what it means, of which days, the facts, and what is open. \
                Answer only where `ready` is true; otherwise ask what `questions` say.",
        parameters: &[
            Parameter::required("sentence", Form::Text(1 << 20), "The sentence as the person wrote it."),
            WHERE,
            ON,
            AT,
            Parameter::optional(
                "budget",
                Form::Number(1_000_000),
                "How many tokens the facts may take; those left out are named.",
            ),
        ],
        answer: "ground",
        reads: Reads::Places,
        ask: ground,
    },
    Question {
        name: "why",
        about: "What holds at an address, and what became of every claim about it.",
        parameters: &[ADDRESS, WHERE, ON, AT],
        answer: "answer",
        reads: Reads::Places,
        ask: |asked| get(asked, true),
    },
    Question {
        name: "when",
        about: "Which days a period is (`Q3 FY26`), by which calendar; or in which periods a day lies.",
        parameters: &[
            Parameter::required("period", Form::Text(4096), "A period or a day, as people write it."),
            ON,
            AT,
            Parameter::optional("calendar", Form::Text(200), "The id of the calendar to go by."),
        ],
        answer: "period",
        reads: Reads::Places,
        ask: when,
    },
    Question {
        name: "search",
        about: "Subjects by words in their names, definitions and notes, for who doesn't know the address.",
        parameters: &[
            Parameter::required("text", Form::Text(4096), "Words."),
            KIND,
            Parameter::optional("limit", Form::Number(100), "At most so many finds; 10 where not given."),
            WHERE,
            ON,
            AT,
        ],
        answer: "search",
        reads: Reads::Texts,
        ask: search,
    },
    Question {
        name: "history",
        about: "How an answer came to be: every commit of the main line since which it is another, and what gave way to what.",
        parameters: &[ADDRESS, AT],
        answer: "changes",
        reads: Reads::Repository,
        ask: past::history,
    },
    Question {
        name: "diff",
        about: "What one commit answers differently than another, and where.",
        parameters: &[
            Parameter::required("from", Form::Text(200), "The one: a commit, tag or branch, or a day."),
            Parameter::optional("to", Form::Text(200), "The other; what is served where not given."),
        ],
        answer: "differences",
        reads: Reads::Repository,
        ask: past::diff,
    },
    Question {
        name: "snapshot",
        about: "What answers are given from: its root, its commit, how much it holds.",
        parameters: &[AT],
        answer: "snapshot",
        reads: Reads::Places,
        ask: snapshot,
    },
];

/// The question of that name.
pub(in crate::face) fn question(name: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.name == name)
}

pub(super) fn json(wire: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(wire).expect("the wire's structs have text keys and finite numbers")
}

fn context(asked: &Asked<'_>) -> Result<Context, Problem> {
    Ok(Context::read(asked.fields.context(), asked.served.snapshot.declarations()?)?)
}

fn get(asked: &Asked<'_>, explain: bool) -> Result<Vec<u8>, Problem> {
    let address = Address::parse(asked.fields.text(ADDRESS.name))
        .map_err(|message| Problem::bad("bad-address", Failure::new(message)))?;
    let on = asked.fields.day(ON.name).unwrap_or(asked.today);
    let question = query::Question { address, context: context(asked)?, on };
    let answers = query::get(&asked.served.snapshot, &question)?;
    Ok(match (&answers[..], question.address.slot()) {
        ([answer], Some(_)) => json(&wire::answer(answer, explain)),
        (several, _) => json(&several.iter().map(|answer| wire::answer(answer, explain)).collect::<Vec<_>>()),
    })
}

fn resolve(asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
    let question = NameQuestion {
        name: SmolStr::new(asked.fields.text("name")),
        context: context(asked)?,
        on: asked.fields.day(ON.name).unwrap_or(asked.today),
        kind: kind(asked)?.map(SmolStr::new),
        of_type: asked.fields.optional_text("type").map(SmolStr::new),
    };
    Ok(json(&wire::referral(&query::refer(&asked.served.snapshot, &question)?)))
}

fn ground(asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
    let on = asked.fields.day(ON.name);
    let sentence = Sentence {
        text: asked.fields.text("sentence").trim(),
        context: context(asked)?,
        on: on.unwrap_or(asked.today),
        relative_to: on,
        budget: asked.fields.number("budget").and_then(|budget| usize::try_from(budget).ok()),
    };
    Ok(json(&wire::ground(&query::ground(&asked.served.snapshot, &sentence)?, sentence.text)))
}

fn when(asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
    let (period, calendar) = (asked.fields.text("period"), asked.fields.optional_text("calendar"));
    let told = query::when(&asked.served.snapshot, period, asked.fields.day(ON.name), calendar)?;
    Ok(json(&wire::period(&told)))
}

fn search(asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
    let text = asked.fields.text("text");
    let search = Search {
        text,
        kind: kind(asked)?,
        limit: asked.fields.number("limit").map_or(10, |limit| limit as usize),
        context: context(asked)?,
        on: asked.fields.day(ON.name).unwrap_or(asked.today),
        key: norm,
    };
    let snapshot = &asked.served.snapshot;
    let found = query::search(snapshot, &search)?;
    let basis = query::basis(snapshot)?;
    Ok(json(&wire::search(text, &found, (&search.context, search.on), &basis)))
}

fn snapshot(asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
    let snapshot = &asked.served.snapshot;
    let basis = query::basis(snapshot)?;
    Ok(json(&wire::SnapshotTold {
        schema: "dictum.snapshot/1",
        name: snapshot.name()?.to_owned(),
        snapshot: asked.served.root.clone(),
        provenance_root: snapshot.provenance_root().map(|root| root.to_string()),
        file_hash: snapshot.file_hash().to_string(),
        at: basis.at.as_ref().map(ToString::to_string),
        facts: snapshot.slot_count(),
        claims: snapshot.claim_count(),
        files: snapshot.files()?.len(),
        bytes: snapshot.bytes().len() as u64,
        normalisation: snapshot.normalisation(),
        history: basis.history,
    }))
}

fn kind<'a>(asked: &'a Asked<'_>) -> Result<Option<&'a str>, Problem> {
    let Some(kind) = asked.fields.optional_text(KIND.name) else { return Ok(None) };
    if KINDS.iter().any(|known| known.name == kind) {
        return Ok(Some(kind));
    }
    let problem = Problem::new(400, "bad-question", format!("`{kind}` is not a kind of subject"));
    Err(match nearest(kind, KINDS.iter().map(|kind| kind.name), 1).first() {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("write one of `entity`, `term`, `process`"),
    })
}

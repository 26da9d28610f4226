//! `dictum.ground/1`: what an answer to a sentence stands on, and what is open.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::answer::{Cited, cited};
use super::referral::{Bearer, Near, bearer, near};
use super::value::{self, Valid};
use crate::claim::{Days, Period, Subject};
use crate::face::words;
use crate::query::period::PeriodAnswer;
use crate::query::{self, Answer, Grounding, Mentioned, Named, Status, WhenAnswer};

/// What an answer to a sentence stands on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.ground/1")]
pub struct Ground {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.ground/1"))]
    schema: &'static str,
    /// Whether nothing is open: `questions` is empty. Only then is there enough for an answer.
    ready: bool,
    /// The sentence.
    sentence: String,
    /// The days that it is about; empty where it says none (it is then about `on`) and where that is open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    days: Vec<Valid>,
    /// What it mentions, in order.
    mentions: Vec<Mention>,
    /// The facts that an answer needs, the most needed first.
    facts: Vec<Fact>,
    /// What is open.
    questions: Vec<Question>,
    /// Facts that were left out for the budget: addresses to ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dropped: Vec<String>,
    /// The day asked about where the sentence says none.
    on: String,
    /// What is known of the case.
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

/// Something that the sentence mentions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Mention {
    /// As it stands there.
    text: String,
    /// Its first byte.
    start: usize,
    /// One past its last byte.
    end: usize,
    /// What kind of result it is: of a period as in `dictum.period/1`, of a name as in `dictum.name/1`; `depends` for a name that
    /// refers to several within the days asked about.
    status: &'static str,
    /// Of a period: its days.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<Valid>,
    /// Of a period: the calendars by which it was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calendars: Vec<String>,
    /// Of a name: what it refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// Of a name that may be several: who bears it. Of one that is one: itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bearers: Vec<Bearer>,
    /// Of an unknown name: names near to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    near: Vec<Near>,
    /// What in the sentence told its bearers apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    narrowed_by: Vec<String>,
    /// What it refers to later in those days.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    later: Vec<Later>,
    /// The claims that say how the calendars go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cites: Vec<Cited>,
}

/// What a name refers to from a day on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Later {
    /// The day.
    from: String,
    /// What kind of result it is then.
    status: &'static str,
    /// What it refers to then.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
}

/// A fact that an answer needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Fact {
    /// Of which slot.
    address: String,
    /// What holds; several parts where it changed within the days asked about.
    parts: Vec<Part>,
}

/// What holds on some of the days.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Part {
    /// `fact`, `none`, `deprecated`, `depends` (see `facts`), `contested`, `unknown`, `unconfirmed`.
    status: &'static str,
    /// The days; absent where they are the whole of those asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<Valid>,
    /// What holds; null for "known not to exist".
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    /// The claim that answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
    /// The claims that say it, each with its commit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cites: Vec<Cited>,
    /// For `depends`: what would hold where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<Possible>,
}

/// What would hold somewhere.
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

/// What is open.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Question {
    /// As one would ask a person.
    ask: String,
    /// What may be answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<Choice>,
    /// Of a dimension: which, to be given with the next question.
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<String>,
}

/// A possible answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Choice {
    /// What is answered.
    answer: String,
    /// What that means.
    #[serde(skip_serializing_if = "String::is_empty")]
    means: String,
}

/// A grounding on the wire. `text` is the sentence.
pub fn ground(grounding: &Grounding, text: &str) -> Ground {
    let question = |open: &query::Open| {
        let asked = words::open(open, grounding, text);
        let choice = |(answer, means): (String, String)| Choice { answer, means };
        Question {
            ask: asked.question,
            choices: asked.choices.into_iter().map(choice).collect(),
            dimension: open.dimension().map(ToString::to_string),
        }
    };
    Ground {
        schema: "dictum.ground/1",
        ready: grounding.ready,
        sentence: text.to_owned(),
        days: grounding.days.iter().map(valid).collect(),
        mentions: grounding.mentions.iter().map(|mention| self::mention(mention, text)).collect(),
        facts: grounding.facts.iter().map(fact).collect(),
        questions: grounding.questions.iter().map(question).collect(),
        dropped: grounding.dropped.iter().map(ToString::to_string).collect(),
        on: grounding.on.to_string(),
        context: value::context(&grounding.context),
        history: grounding.basis.history,
        snapshot: grounding.basis.snapshot.clone(),
        at: grounding.basis.at.as_ref().map(ToString::to_string),
    }
}

fn valid(days: &Days) -> Valid {
    Valid::from(&Period { from: Some(days.from), until: Some(days.until) })
}

fn mention(mention: &query::Mentioning, text: &str) -> Mention {
    let said = text[mention.bytes.clone()].to_owned();
    let blank = Mention {
        text: said,
        start: mention.bytes.start,
        end: mention.bytes.end,
        status: "unknown",
        days: None,
        calendars: Vec::new(),
        subject: None,
        bearers: Vec::new(),
        near: Vec::new(),
        narrowed_by: Vec::new(),
        later: Vec::new(),
        cites: Vec::new(),
    };
    match &mention.what {
        Mentioned::Period(when) => of_period(when, blank),
        Mentioned::Name(named) => of_name(named, blank),
    }
}

fn of_period(when: &WhenAnswer, blank: Mention) -> Mention {
    let days = match &when.answer {
        PeriodAnswer::Found(found) => Some(valid(&found.days)),
        _ => None,
    };
    let calendars = when.calendars.iter().map(|calendar| format!("calendar/{}", calendar.id)).collect();
    let cites = when.calendars.iter().flat_map(|calendar| &calendar.cites).map(cited).collect();
    Mention { status: when.status.as_str(), days, calendars, cites, ..blank }
}

fn of_name(named: &Named, blank: Mention) -> Mention {
    let referral = &named.referral;
    let later = |(from, referral): &(jiff::civil::Date, query::Referral)| Later {
        from: from.to_string(),
        status: referral.status.as_str(),
        subject: referral.subject.as_ref().map(Subject::to_string),
    };
    let status = if named.later.is_empty() { referral.status } else { Status::Depends };
    Mention {
        status: status.as_str(),
        subject: referral.subject.as_ref().map(Subject::to_string),
        bearers: referral.bearers.iter().map(bearer).collect(),
        near: referral.near.iter().map(near).collect(),
        narrowed_by: named.narrowed_by.iter().map(words::narrowed).collect(),
        later: named.later.iter().map(later).collect(),
        ..blank
    }
}

fn fact(fact: &query::Fact) -> Fact {
    let one = fact.parts.len() == 1;
    let part = |(days, answer): &(Days, Answer)| Part {
        status: answer.status.as_str(),
        days: (!one).then(|| valid(days)),
        value: answer.value.as_ref().map(value::value),
        pin: answer.pin.as_ref().map(ToString::to_string),
        cites: answer.cites.iter().map(cited).collect(),
        facts: answer.facts.iter().map(possible).collect(),
    };
    Fact { address: fact.slot.to_string(), parts: fact.parts.iter().map(part).collect() }
}

fn possible(possible: &query::Possible) -> Possible {
    Possible {
        value: possible.value.as_ref().map(value::value),
        region: value::when(&possible.region),
        cites: possible.cites.iter().map(cited).collect(),
    }
}

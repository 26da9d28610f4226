//! A name and what is known of its row → whom it may mean.

use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use crate::claim::{Slot, Subject, Value};
use crate::face::service::{Problem, Served};
use crate::face::text::shown;
use crate::name::norm;
use crate::query::{self, Address, Context, NameQuestion, Question, Search, Status, refer};

/// A query, whatever version it was sent in.
pub(super) struct Asked {
    name: String,
    /// The id that it is to have, where one is named.
    id: Option<String>,
    of_type: Option<String>,
    limit: usize,
    /// What is known of the row.
    properties: Vec<(String, String)>,
}

/// As many as a client may want.
const MOST: u64 = 50;

impl Asked {
    /// As version 0.2 sends it.
    pub fn of_two(query: &Json) -> Option<Asked> {
        let property =
            |property: &Json| Some((property.get("pid")?.as_str()?.to_owned(), text(property.get("v")?)?));
        query.as_object()?;
        let properties =
            query.get("properties").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        Some(Asked {
            name: query.get("query").map_or(Some(String::new()), text)?,
            id: None,
            of_type: first(query.get("type")),
            limit: limit(query),
            properties: properties.iter().map(property).collect::<Option<_>>()?,
        })
    }

    /// As the draft of 1.0 sends it.
    pub fn of_draft(query: &Json) -> Option<Asked> {
        let mut asked = Asked {
            name: String::new(),
            id: None,
            of_type: first(query.get("type")),
            limit: limit(query),
            properties: Vec::new(),
        };
        for condition in query.get("conditions")?.as_array()? {
            let value = text(condition.get("propertyValue")?)?;
            match condition.get("matchType")?.as_str()? {
                "name" => asked.name = value,
                "id" => asked.id = Some(value),
                "property" => {
                    asked.properties.push((condition.get("propertyId")?.as_str()?.to_owned(), value))
                }
                _ => return None,
            }
        }
        Some(asked)
    }
}

fn limit(query: &Json) -> usize {
    query.get("limit").and_then(Json::as_u64).map_or(10, |limit| limit.clamp(1, MOST) as usize)
}

fn first(of_type: Option<&Json>) -> Option<String> {
    match of_type? {
        Json::String(one) => Some(one.clone()),
        Json::Array(several) => several.first()?.as_str().map(ToOwned::to_owned),
        _ => None,
    }
}

/// A value of a row: of several the first, of something reconciled its id.
fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        Json::Array(several) => text(several.first()?),
        Json::Object(object) => object.get("id")?.as_str().map(ToOwned::to_owned),
        Json::Null => None,
    }
}

/// Whom it may mean, the most certain first. `match` only of a name that refers to one for certain, of which nothing in
/// the row says otherwise.
pub(super) fn candidates(served: &Served, asked: &Asked, on: Date) -> Result<Vec<Json>, Problem> {
    let snapshot = &served.snapshot;
    if asked.name.trim().is_empty() && asked.id.is_none() {
        return Ok(Vec::new());
    }
    let declarations = snapshot.declarations()?;
    let (known, others): (Vec<_>, Vec<_>) =
        asked.properties.iter().partition(|(name, _)| declarations.dimensions.contains_key(name.as_str()));
    // A cell may hold anything: what no dimension knows is not known of the row, and nothing is certain then.
    let mut context = Vec::new();
    let mut unread = false;
    for (name, value) in known {
        let pair = (name.as_str(), value.trim());
        match Context::read([pair], declarations) {
            Ok(_) if context.iter().all(|(known, _)| *known != pair.0) => context.push(pair),
            _ => unread = true,
        }
    }
    let kinds = asked.of_type.as_deref().filter(|of_type| crate::kind::kind(of_type).is_some());
    let question = NameQuestion {
        name: SmolStr::new(&asked.name),
        context: Context::read(context, declarations)?,
        on,
        kind: kinds.map(SmolStr::new),
        of_type: asked.of_type.as_deref().filter(|_| kinds.is_none()).map(SmolStr::new),
    };
    if let Some(id) = &asked.id {
        return of_id(served, id, &others, &question, unread);
    }
    let referral = refer(snapshot, &question)?;
    let certain = referral.status == Status::Fact && !unread;
    let mut found = Vec::new();
    for bearer in referral.bearers.iter().take(asked.limit) {
        let fits = certain && fits(served, &bearer.subject, &others, &question)?;
        let score = if referral.subject.is_some() { 100 } else { 50 };
        found.push(candidate(&bearer.subject, bearer.label.as_ref(), bearer.of_type.as_ref(), score, fits));
    }
    for (at, near) in referral.near.iter().enumerate() {
        for subject in near.subjects.iter().take(asked.limit.saturating_sub(found.len())) {
            let mut candidate =
                candidate(subject, None, None, 30_u64.saturating_sub(at as u64).max(1), false);
            candidate["name"] = Json::from(near.name.as_str());
            candidate["description"] = Json::from(near.by.join(", "));
            found.push(candidate);
        }
    }
    Ok(found)
}

/// Whoever has this id: a match, unless the name or anything else in the row says otherwise.
fn of_id(
    served: &Served,
    id: &str,
    others: &[&(String, String)],
    question: &NameQuestion,
    unread: bool,
) -> Result<Vec<Json>, Problem> {
    let Some(subject) = Subject::parse(id) else { return Ok(Vec::new()) };
    let (context, address) = (question.context.clone(), Address::Subject(subject.clone()));
    let answers = query::get(&served.snapshot, &Question { address, context, on: question.on })?;
    let of = |name: &str| {
        let is = |slot: &Slot| slot.attribute == name;
        answers.iter().find(|answer| answer.slot.as_ref().is_some_and(is))?.value.as_ref()
    };
    if answers.iter().all(|answer| answer.slot.is_none()) {
        return Ok(Vec::new());
    }
    let named = question.name.trim().is_empty()
        || refer(&served.snapshot, question)?.subject.is_some_and(|meant| meant == subject);
    let fits = named && !unread && fits(served, &subject, others, question)?;
    Ok(vec![candidate(&subject, of("label"), of("type"), 100, fits)])
}

/// Whether nothing else in the row says otherwise than what is known of the bearer.
fn fits(
    served: &Served,
    bearer: &Subject,
    others: &[&(String, String)],
    question: &NameQuestion,
) -> Result<bool, Problem> {
    for (attribute, value) in others {
        let Ok(address) = Address::parse(&format!("{bearer}#{attribute}")) else {
            return Ok(false);
        };
        let asked = Question { address, context: question.context.clone(), on: question.on };
        let answers = query::get(&served.snapshot, &asked)?;
        let says = answers.iter().any(|answer| {
            answer.status == Status::Fact
                && answer.value.as_ref().is_some_and(|known| norm(&known.to_string()) == norm(value))
        });
        if !says {
            return Ok(false);
        }
    }
    Ok(true)
}

fn candidate(
    subject: &Subject,
    label: Option<&Value>,
    of_type: Option<&Value>,
    score: u64,
    is_match: bool,
) -> Json {
    let name = label.map_or_else(|| subject.id().to_owned(), ToString::to_string);
    let of_type = of_type.map_or_else(|| subject.kind().to_owned(), ToString::to_string);
    json!({
        "id": subject.as_str(),
        "name": name,
        "type": [{ "id": of_type, "name": of_type }],
        "score": score,
        "match": is_match
    })
}

/// Subjects that begin so.
pub(super) fn suggest(served: &Served, prefix: &str, on: Date) -> Result<Json, Problem> {
    let search = Search { text: prefix, kind: None, limit: 10, context: Context::default(), on, key: norm };
    let found =
        if prefix.trim().is_empty() { Vec::new() } else { query::search(&served.snapshot, &search)?.hits };
    let told = found.iter().map(|hit| {
        let kind = hit.subject.kind();
        json!({
            "id": hit.subject.as_str(),
            "name": hit.label.as_ref().map_or_else(|| hit.subject.id().to_owned(), ToString::to_string),
            "notable": [{ "id": kind, "name": kind }]
        })
    });
    Ok(json!({ "result": told.collect::<Vec<_>>() }))
}

/// A subject in a small frame: its label and its definition, note or type.
pub(super) fn preview(served: &Served, id: &str, on: Date) -> Result<Markup, Problem> {
    let nobody = || Problem::new(404, "no-such-subject", "nothing is said about this id");
    let Ok(Address::Subject(subject)) = Address::parse(id) else { return Err(nobody()) };
    let asked = Question { address: Address::Subject(subject.clone()), context: Context::default(), on };
    let answers = query::get(&served.snapshot, &asked)?;
    let of = |name: &str| {
        let is = |slot: &Slot| slot.attribute == name;
        let answer = answers.iter().find(|answer| answer.slot.as_ref().is_some_and(is))?;
        answer.value.as_ref().map(|value| shown(&value.to_string()))
    };
    if answers.iter().all(|answer| answer.slot.is_none()) {
        return Err(nobody());
    }
    let label = of("label").or_else(|| of("name")).unwrap_or_else(|| shown(subject.id()));
    let says = ["definition", "note", "type"].into_iter().find_map(of);
    Ok(html! {
        (maud::DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (label) } }
            body {
                h1 { (label) }
                p { code { (shown(subject.as_str())) } }
                @if let Some(says) = says { p { (says) } }
            }
        }
    })
}

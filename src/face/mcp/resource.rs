//! Resources: what a snapshot is, and all that it answers about a subject. An address names the snapshot, so that what it
//! leads to never changes but with the day.

use jiff::civil::Date;
use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate,
};
use serde_json::{Value as Json, json};

use crate::face::clock::today;
use crate::face::service::{Asked, Fields, Problem, Served, question};

const SCHEME: &str = "dictum://snapshot/";

const JSON: &str = "application/json";

/// A day, in milliseconds.
const DAY: u64 = 86_400_000;

/// What never changes may be kept so long: a year.
const LONG: u64 = 365 * DAY;

/// Until the next look at what is served.
const SOON: u64 = 1000;

/// What can be read as it is.
pub(super) fn list(served: &Served) -> ListResourcesResult {
    let snapshot = Resource::new(format!("{SCHEME}{}", served.root), "snapshot")
        .with_title("The snapshot that is served")
        .with_description("Its content root, its commit, and how much it holds.")
        .with_mime_type(JSON);
    ListResourcesResult::with_all_items(vec![snapshot])
        .with_ttl_ms(SOON)
        .with_cache_scope(CacheScope::Private)
}

/// What can be read once it is named.
pub(super) fn templates() -> ListResourceTemplatesResult {
    let subject = ResourceTemplate::new(format!("{SCHEME}{{root}}/subject/{{kind}}/{{id}}"), "subject")
        .with_title("All facts of a subject")
        .with_description("What holds today of every attribute of a subject, from exactly that snapshot.")
        .with_mime_type(JSON);
    let snapshot = ResourceTemplate::new(format!("{SCHEME}{{root}}"), "snapshot")
        .with_title("A snapshot")
        .with_description("Its content root, its commit, and how much it holds.")
        .with_mime_type(JSON);
    ListResourceTemplatesResult::with_all_items(vec![snapshot, subject])
        .with_ttl_ms(LONG)
        .with_cache_scope(CacheScope::Public)
}

/// What is at `uri`.
///
/// # Errors
/// Where there is nothing, or it is of another snapshot than is served.
pub(super) fn read(served: &Served, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let nothing = |why: &str| ErrorData::resource_not_found(why.to_owned(), Some(json!({ "uri": uri })));
    let rest = uri.strip_prefix(SCHEME).ok_or_else(|| nothing("there is no such resource"))?;
    let (root, rest) = rest.split_once('/').unwrap_or((rest, ""));
    if root != served.root {
        let told = format!("another snapshot is served now: `{}`", served.root);
        return Err(nothing(&told));
    }
    let today = today();
    let (answer, fresh) = match rest.strip_prefix("subject/") {
        None if rest.is_empty() => (asked("snapshot", &[], served, today), LONG),
        None => return Err(nothing("there is no such resource")),
        Some(subject) => {
            let answer = asked("get", &[("address", subject)], served, today);
            let answers =
                answer.map(|answer| if answer.is_array() { json!({ "answers": answer }) } else { answer });
            let fresh = answers.as_ref().map_or(0, |answers| fresh(answers, today));
            (answers, fresh)
        }
    };
    let answer =
        answer.map_err(|problem| ErrorData::invalid_params(problem.message.clone(), Some(problem.json())))?;
    let unknown = |answer: &Json| answer["status"] == "unknown";
    if answer["answers"].as_array().is_some_and(|all| all.iter().all(unknown)) || unknown(&answer) {
        return Err(nothing("nothing is said of that subject"));
    }
    let contents = ResourceContents::text(answer.to_string(), uri).with_mime_type(JSON);
    Ok(ReadResourceResult::new(vec![contents]).with_ttl_ms(fresh).with_cache_scope(CacheScope::Private))
}

fn asked(name: &str, pairs: &[(&str, &str)], served: &Served, today: Date) -> Result<Json, Problem> {
    let fault = || Problem::new(500, "fault", "the server has a fault, this is not your mistake");
    let question = question(name).ok_or_else(fault)?;
    let fields = Fields::of_pairs(pairs.iter().copied(), question.parameters)?;
    let bytes = (question.ask)(&Asked { fields: &fields, served, today })?;
    serde_json::from_slice(&bytes).map_err(|_| fault())
}

/// How long answers stay what they are, in milliseconds: until the first day on which one of them ends. That day begins
/// less than a day before the same time on it, so it is counted off.
fn fresh(answers: &Json, today: Date) -> u64 {
    let days = |answer: &Json| -> i64 {
        let Some(valid) = answer["valid"].as_object() else { return 0 };
        let until = valid.get("until").and_then(Json::as_str).map(str::parse::<Date>);
        match until {
            None => 365,
            Some(Ok(until)) => i64::from(today.until(until).map_or(0, |span| span.get_days())) - 1,
            Some(Err(_)) => 0,
        }
    };
    let all = answers["answers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let least = all.iter().map(days).min().unwrap_or(0).clamp(0, 365);
    u64::try_from(least).unwrap_or(0) * DAY
}

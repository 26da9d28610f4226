//! Answers that fit into what a model reads at once. What is too long loses whole elements from the end of its lists, the
//! least needed first, and says which and how to ask on. Nothing is ever cut in the middle.

use serde_json::{Value as Json, json};

use crate::face::service::Problem;

/// The most characters of one answer.
pub(super) const MOST: usize = 16_000;

/// What the note itself may take of them.
const NOTE: usize = 600;

/// Lists that may lose their last elements, in the order in which they do. A path goes through every element of a list.
const LISTS: &[&[&str]] = &[
    &["candidates"],
    &["answers", "candidates"],
    &["hits"],
    &["rejected"],
    &["answers", "rejected"],
    &["because"],
    &["answers", "because"],
    &["near"],
    &["mentions", "near"],
    &["nearest"],
    &["facts"],
    &["answers"],
    &["answers", "facts"],
    &["answers", "cites"],
    &["bearers"],
    &["mentions", "bearers"],
    &["questions", "choices"],
    &["ask", "choices"],
    &["cites"],
    &["questions"],
    &["findings", "findings"],
    &["failing"],
    &["changes"],
    &["mentions"],
    &["dropped"],
];

/// An answer of at most [`MOST`] characters. `narrower` says how to ask for less.
///
/// # Errors
/// Where even what can't be left out is longer.
pub(super) fn shorten(mut answer: Json, narrower: &str) -> Result<Json, Problem> {
    let length = characters(&answer);
    if length <= MOST {
        return Ok(answer);
    }
    let mut excess = (length + NOTE) as i64 - MOST as i64;
    let mut left_out = Vec::new();
    let mut dropped = Vec::new();
    for path in LISTS {
        let mut count = 0usize;
        let mut take = |element: Json, excess: &mut i64| {
            *excess -= characters(&element) as i64 + 1;
            count += 1;
            // A grounding names the facts that it leaves out.
            if let (["facts"], Some(Json::String(address))) = (path, element.get("address")) {
                *excess += address.chars().count() as i64 + 3;
                dropped.push(Json::from(address.as_str()));
            }
        };
        thin(&mut answer, path, &mut excess, &mut take);
        if count > 0 {
            left_out.push(json!({ "what": path.join("."), "count": count }));
        }
        if *path == ["facts"] && !dropped.is_empty() {
            dropped.reverse();
            name_dropped(&mut answer, std::mem::take(&mut dropped));
        }
        if excess <= 0 {
            break;
        }
    }
    answer["shortened"] = json!({ "left_out": left_out, "ask": narrower });
    if characters(&answer) > MOST {
        let message =
            format!("the answer is longer than {MOST} characters, and what is left of it can't be left out");
        return Err(Problem::new(413, "too-large", message).help(narrower));
    }
    Ok(answer)
}

fn characters(json: &Json) -> usize {
    json.to_string().chars().count()
}

/// Takes elements off the end of the list at `path` until nothing exceeds; `take` counts what they were.
fn thin(json: &mut Json, path: &[&str], excess: &mut i64, take: &mut impl FnMut(Json, &mut i64)) {
    if let (Json::Array(elements), [_, ..]) = (&mut *json, path) {
        for element in elements.iter_mut().rev() {
            thin(element, path, excess, take);
        }
        return;
    }
    match (path, json) {
        ([], Json::Array(elements)) => {
            while *excess > 0 {
                let Some(last) = elements.pop() else { return };
                take(last, excess);
            }
        }
        ([first, rest @ ..], Json::Object(fields)) => {
            if let Some(inner) = fields.get_mut(*first) {
                thin(inner, rest, excess, take);
            }
        }
        _ => {}
    }
}

/// Puts the addresses of facts that were left out before those that were already.
fn name_dropped(answer: &mut Json, mut addresses: Vec<Json>) {
    if let Some(Json::Array(before)) = answer.get_mut("dropped") {
        addresses.append(before);
    }
    answer["dropped"] = Json::Array(addresses);
}

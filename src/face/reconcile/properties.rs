//! Attributes as properties: which there are, and what they are of subjects that were matched.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::{MOST_QUERIES, Version, shape, too_large};
use crate::claim::Value;
use crate::face::clock::today;
use crate::face::service::{Problem, Served};
use crate::kind::KINDS;
use crate::query::{self, Address, Context, Question, Status};

/// Slots that are looked at for which attributes there are.
const LOOKED_AT: usize = 200_000;

/// Properties of one extension.
const MOST: usize = 100;

/// What properties are of each id. Only facts: where an answer depends on something or is contested, the cell stays empty.
pub(super) fn extend(served: &Served, asked: &Json, version: Version) -> Result<Json, Problem> {
    let strings = |name: &str| asked.get(name).and_then(Json::as_array);
    let (Some(ids), Some(properties)) = (strings("ids"), strings("properties")) else {
        return Err(shape("`extend`"));
    };
    if ids.len() > MOST_QUERIES || properties.len() > MOST {
        return Err(too_large());
    }
    let names: Option<Vec<&str>> = properties.iter().map(|property| property.get("id")?.as_str()).collect();
    let ids: Option<Vec<&str>> = ids.iter().map(Json::as_str).collect();
    let (Some(names), Some(ids)) = (names, ids) else { return Err(shape("`extend`")) };
    let meta: Vec<Json> = names.iter().map(|name| json!({ "id": name, "name": name })).collect();
    let (mut by_id, mut in_order) = (Map::new(), Vec::new());
    for id in ids {
        let (mut own, mut listed) = (Map::new(), Vec::new());
        for name in &names {
            let values = values(served, id, name)?;
            if version == Version::Draft {
                listed.push(json!({ "id": name, "values": values }));
            } else {
                own.insert((*name).to_owned(), Json::Array(values));
            }
        }
        by_id.insert(id.to_owned(), Json::Object(own));
        in_order.push(json!({ "id": id, "properties": listed }));
    }
    let rows = if version == Version::Draft { Json::Array(in_order) } else { Json::Object(by_id) };
    Ok(json!({ "meta": meta, "rows": rows }))
}

fn values(served: &Served, id: &str, name: &str) -> Result<Vec<Json>, Problem> {
    // What is no address has no values, as an id that is not known has none.
    let Ok(address) = Address::parse(&format!("{id}#{name}")) else { return Ok(Vec::new()) };
    let asked = Question { address, context: Context::default(), on: today() };
    let answers = query::get(&served.snapshot, &asked)?;
    let facts = answers.iter().filter(|answer| answer.status == Status::Fact);
    Ok(facts.filter_map(|answer| answer.value.as_ref()).flat_map(cell).collect())
}

/// A value as the protocol has cells: there is none for yes or no, and one for a date has a time of the day, which nobody said.
fn cell(value: &Value) -> Vec<Json> {
    match value {
        Value::List(all) => all.iter().flat_map(cell).collect(),
        Value::Integer(number) => vec![json!({ "int": number })],
        Value::None => Vec::new(),
        other => vec![json!({ "str": other.to_string() })],
    }
}

/// The attributes of subjects of a kind or type.
fn attributes(served: &Served, of_type: &str) -> Result<BTreeSet<String>, Problem> {
    let kind = KINDS.iter().find(|kind| kind.name == of_type).map_or("entity", |kind| kind.name);
    let mut all = BTreeSet::new();
    for view in served.snapshot.slots_with_prefix(&format!("{kind}/"))?.take(LOOKED_AT) {
        let attribute = view?.attribute();
        if !all.contains(attribute) {
            all.insert(attribute.to_owned());
        }
    }
    Ok(all)
}

/// Which properties a column may be extended by.
pub(super) fn propose(served: &Served, of_type: &str) -> Result<Json, Problem> {
    let properties: Vec<Json> = attributes(served, of_type)?
        .iter()
        .take(MOST)
        .map(|name| json!({ "id": name, "name": name }))
        .collect();
    Ok(json!({ "type": of_type, "limit": MOST, "properties": properties }))
}

/// Dimensions and attributes that begin so.
pub(super) fn named(served: &Served, prefix: &str) -> Result<Json, Problem> {
    let mut names = attributes(served, "entity")?;
    names.extend(served.snapshot.declarations()?.dimensions.keys().map(ToString::to_string));
    Ok(beginning(names, prefix))
}

/// Kinds and types that begin so.
pub(super) fn types(served: &Served, prefix: &str) -> Result<Json, Problem> {
    let mut names: BTreeSet<String> = ["entity", "process", "term"].map(ToOwned::to_owned).into();
    for subject in served.snapshot.subjects("type/")?.take(LOOKED_AT) {
        names.extend(subject?.strip_prefix("type/").map(ToOwned::to_owned));
    }
    Ok(beginning(names, prefix))
}

fn beginning(names: BTreeSet<String>, prefix: &str) -> Json {
    let found = names.iter().filter(|name| name.starts_with(prefix.trim())).take(20);
    json!({ "result": found.map(|name| json!({ "id": name, "name": name })).collect::<Vec<_>>() })
}

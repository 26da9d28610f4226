//! The JSON Schema of the language, from the same tables that the language is read by: what editors check a TOML
//! file against through `#:schema`.
//!
//! Draft 7, for that is what TOML editors read (<https://json-schema.org/draft-07>). It says less than `dictum
//! check`: attributes that a business declares in its own types are accepted unseen.

use serde_json::{Map, Value, json};

use super::catalog::{builtins, is_statement};
use super::{Builtin, Is, KINDS, Kind};

/// The schema of a whole file: any number of subjects of any kind.
pub fn language_schema() -> Value {
    let kinds: Map<String, Value> = KINDS
        .iter()
        .map(|kind| (kind.name.to_owned(), json!({ "$ref": format!("#/definitions/{}", kind.name) })))
        .collect();
    let mut definitions: Map<String, Value> =
        KINDS.iter().map(|kind| (kind.name.to_owned(), subjects(kind))).collect();
    definitions.insert("when".into(), when());
    definitions.insert("reference".into(), reference());
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "dictum knowledge",
        "description": "A file says claims about subjects: [KIND.ID] tables with attributes.",
        "type": "object",
        "properties": kinds,
        "additionalProperties": false,
        "definitions": definitions,
    })
}

/// The schema of one kind's part of a file; `None` where there is no such kind.
pub fn kind_schema(name: &str) -> Option<Value> {
    let kind = super::kind(name)?;
    let mut schema = subjects(kind);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["definitions"] = json!({ "when": when(), "reference": reference() });
    Some(schema)
}

/// `[KIND.ID]` tables.
fn subjects(kind: &Kind) -> Value {
    let mut subject = table(kind, &builtins(kind), "");
    subject["description"] = json!(kind.summary);
    if kind.statements {
        let mut block = subject.clone();
        let keys = block["properties"].as_object_mut().expect("a table has properties");
        keys.extend(statement());
        let mut blocks = Map::new();
        for (word, what) in [
            ("exception", "claims that hold instead of those above, under a condition"),
            ("also", "further claims that share a condition"),
        ] {
            let items = json!({ "description": what, "type": "array", "items": block });
            blocks.insert(word.into(), items);
        }
        let keys = subject["properties"].as_object_mut().expect("a table has properties");
        keys.extend(statement());
        keys.extend(blocks);
    }
    json!({
        "description": kind.summary,
        "type": "object",
        "propertyNames": { "pattern": "^[a-z0-9][a-z0-9-]*$" },
        "additionalProperties": subject,
    })
}

/// The attributes below `prefix` (`attribute.*.`, or nothing), a table in a table for every dot.
fn table(kind: &Kind, builtins: &[&Builtin], prefix: &str) -> Value {
    let mut properties = Map::new();
    let mut any = json!(kind.typed && prefix.is_empty());
    let mut firsts: Vec<&str> = Vec::new();
    for builtin in builtins {
        let Some(rest) = builtin.name.strip_prefix(prefix) else { continue };
        let first = rest.split('.').next().unwrap_or(rest);
        if firsts.contains(&first) {
            continue;
        }
        firsts.push(first);
        let schema = match rest == first {
            true => attribute(kind, builtin),
            false => table(kind, builtins, &format!("{prefix}{first}.")),
        };
        match first {
            "*" => any = schema,
            _ => {
                properties.insert(first.to_owned(), schema);
            }
        }
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": any })
}

/// A plain value, or several claims with `value`.
fn attribute(kind: &Kind, builtin: &Builtin) -> Value {
    let plain = plain(&Is::builtin(builtin.is));
    let plain = match builtin.cardinality {
        "set" => json!({ "anyOf": [plain, { "type": "array", "items": plain }] }),
        _ => plain,
    };
    let mut schema = or_claims(kind, plain);
    schema["description"] = json!(builtin.summary);
    schema
}

fn or_claims(kind: &Kind, plain: Value) -> Value {
    if !kind.statements {
        return plain;
    }
    let mut keys = statement();
    keys.insert("value".into(), plain.clone());
    keys.insert("none".into(), json!({ "const": true, "description": "known not to exist" }));
    let claims = json!({
        "type": "array",
        "items": { "type": "object", "properties": keys, "additionalProperties": false },
    });
    json!({ "anyOf": [plain, claims] })
}

fn plain(is: &Is) -> Value {
    match is {
        Is::Text | Is::Markdown | Is::Enum(_) | Is::Duration | Is::Ref { .. } => json!({ "type": "string" }),
        Is::Url => json!({ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*://" }),
        Is::Email => json!({ "type": "string", "pattern": "@" }),
        Is::Integer => json!({ "type": "integer" }),
        Is::Decimal => json!({ "type": "number" }),
        Is::Percent => json!({ "type": ["number", "string"] }),
        Is::Bool => json!({ "type": "boolean" }),
        // How an editor shows a TOML date to its schema differs; text in the ISO form is what they share.
        Is::Date => json!({}),
        Is::Period => json!({ "type": ["object", "string"] }),
        Is::Money => json!({ "type": "object", "required": ["amount", "currency"] }),
        Is::List(of) => json!({ "type": "array", "items": plain(of) }),
        Is::Inline => json!({}),
    }
}

/// The keys of a statement.
fn statement() -> Map<String, Value> {
    let mut keys = Map::new();
    for (key, what) in [
        ("when", "in which contexts it holds"),
        ("from", "the first day on which it holds"),
        ("until", "the first day on which it holds no more"),
        ("source", "the id of the source it leans on"),
        ("id", "its own name, for other claims to point at"),
        ("reason", "why, for people"),
        ("exception-to", "the claim that gives way to this one where this one holds"),
        ("supersedes", "the claim that was right and gives way to this one"),
        ("corrects", "the claim that was wrong from the start"),
        ("retracts", "the claim that was wrong from the start, with nothing in its place"),
        ("reviewed-against", "the hash of a newer claim that this one was confirmed against"),
    ] {
        debug_assert!(is_statement(key));
        let mut schema = match key {
            "when" => json!({ "$ref": "#/definitions/when" }),
            "from" | "until" => json!({}),
            "exception-to" | "supersedes" | "corrects" | "retracts" => {
                json!({ "$ref": "#/definitions/reference" })
            }
            _ => json!({ "type": "string" }),
        };
        if schema.get("$ref").is_none() {
            schema["description"] = json!(what);
        } else {
            schema = json!({ "allOf": [schema], "description": what });
        }
        keys.insert(key.into(), schema);
    }
    keys
}

fn when() -> Value {
    let test = json!({
        "anyOf": [
            { "type": ["string", "number", "boolean"] },
            { "type": "array" },
            {
                "type": "object",
                "properties": { "not": {}, "over": {}, "at-least": {}, "below": {}, "up-to": {} },
                "additionalProperties": false,
            },
            {},
        ],
    });
    let product = json!({ "type": "object", "additionalProperties": test });
    json!({
        "description": "dimensions and their values: all of a table holds, any table of a list",
        "anyOf": [product, { "type": "array", "items": product, "minItems": 1 }],
    })
}

fn reference() -> Value {
    json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] })
}

#[cfg(test)]
mod tests {
    use super::{kind_schema, language_schema};
    use crate::kind::{KINDS, STATEMENT_KEYS};

    #[test]
    fn every_kind_and_every_statement_key_is_in_it() {
        let schema = language_schema();
        for kind in KINDS {
            assert!(schema["definitions"][kind.name].is_object(), "{}", kind.name);
            assert!(kind_schema(kind.name).is_some());
        }
        let keys = &schema["definitions"]["term"]["additionalProperties"]["properties"];
        for key in STATEMENT_KEYS {
            assert!(keys[*key].is_object(), "{key}");
        }
    }

    #[test]
    fn it_is_a_schema_that_accepts_and_refuses() {
        let schema = jsonschema::validator_for(&language_schema()).expect("a valid schema");
        let good = serde_json::json!({ "term": { "acv": {
            "label": "ACV",
            "synonyms": ["annual contract value"],
            "definition": [{ "value": "…", "when": { "region": ["uk"] } }],
            "exception": [{ "when": { "region": "uk" }, "definition": "…" }],
        } } });
        assert!(schema.is_valid(&good));
        for bad in [
            serde_json::json!({ "trem": {} }),
            serde_json::json!({ "term": { "ACV": {} } }),
            serde_json::json!({ "term": { "acv": { "label": 12 } } }),
            serde_json::json!({ "term": { "acv": { "definition": [{ "valeu": "x" }] } } }),
            serde_json::json!({ "team": { "finance": { "mebers": [] } } }),
        ] {
            assert!(!schema.is_valid(&bad), "{bad}");
        }
    }
}

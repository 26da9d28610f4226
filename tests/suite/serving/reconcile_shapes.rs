//! What the Reconciliation Service API has sent and answered, as JSON Schema: written anew from the texts of 0.2
//! (<https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/>) and of the draft of 1.0
//! (<https://reconciliation-api.github.io/specs/draft/>), of what is spoken here, and without room for anything else.

use serde_json::{Value, json};

/// Which version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    Two,
    Draft,
}

use Version::{Draft, Two};

/// Panics where `told` is not of `schema`.
pub fn keeps_to(told: &Value, schema: &Value) {
    let faults = faults(told, schema);
    assert!(faults.is_empty(), "{faults:#?}\n{told:#}");
}

/// What of `told` is not of `schema`.
pub fn faults(told: &Value, schema: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    validator.iter_errors(told).map(|fault| format!("{}: {fault}", fault.instance_path)).collect()
}

/// An object that has `required`, may have `optional`, and nothing else.
fn object(required: Value, optional: Value) -> Value {
    let (Value::Object(mut all), Value::Object(more)) = (required, optional) else { panic!("objects") };
    let names: Vec<String> = all.keys().cloned().collect();
    all.extend(more);
    json!({ "type": "object", "properties": all, "required": names, "additionalProperties": false })
}

fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// A thing with an id and a name: a type, a property.
fn named() -> Value {
    object(json!({ "id": text(), "name": text() }), json!({ "description": { "type": "string" } }))
}

/// By any key, each as `values`.
fn by_key(values: Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

/// What a client reads first.
pub fn manifest(version: Version) -> Value {
    let types = json!({ "type": "array", "items": named(), "uniqueItems": true });
    let size = json!({ "type": "integer", "minimum": 1 });
    let url = |hole: &str| json!({ "type": "string", "pattern": format!("^https?://[^ ]*{hole}") });
    match version {
        Two => {
            let path = json!({ "type": "string", "pattern": "^/" });
            let service = object(json!({ "service_url": url(""), "service_path": path }), json!({}));
            let suggest = json!({ "entity": service, "property": service, "type": service });
            let hole = r"\{\{id\}\}";
            object(
                json!({ "versions": { "const": ["0.2"] }, "name": text(), "identifierSpace": text(), "schemaSpace": text() }),
                json!({
                    "defaultTypes": types,
                    "view": object(json!({ "url": url(hole) }), json!({})),
                    "preview": object(json!({ "url": url(hole), "width": size, "height": size }), json!({})),
                    "suggest": object(json!({}), suggest),
                    "extend": object(json!({}), json!({ "propose_properties": service, "property_settings": { "const": [] } })),
                }),
            )
        }
        Draft => {
            let flag = json!({ "type": "boolean" });
            object(
                json!({
                    "versions": { "const": ["1.0-draft"] }, "name": text(),
                    "view": object(json!({ "url": url(r"\{id\}") }), json!({})),
                }),
                json!({
                    "defaultTypes": types,
                    "preview": object(json!({ "width": size, "height": size }), json!({})),
                    "suggest": object(json!({ "entity": flag, "property": flag, "type": flag }), json!({})),
                    "extend": object(json!({}), json!({ "proposeProperties": flag, "propertySettings": { "const": [] } })),
                    "standardizedScore": flag,
                }),
            )
        }
    }
}

/// A batch of queries.
pub fn queries(version: Version) -> Value {
    let scalar = json!({ "anyOf": [{ "type": ["string", "number", "boolean"] }, { "type": "object", "required": ["id"] }] });
    let value = json!({ "anyOf": [scalar, list(scalar.clone())] });
    let limit = json!({ "type": "number" });
    match version {
        Two => {
            let property = object(json!({ "pid": text(), "v": value }), json!({}));
            let types = json!({ "anyOf": [{ "type": "string" }, list(json!({ "type": "string" }))] });
            let mut query = object(
                json!({}),
                json!({
                    "query": { "type": "string" }, "type": types, "limit": limit, "properties": list(property),
                    "type_strict": { "enum": ["any", "should", "all"] },
                }),
            );
            query["anyOf"] = json!([
                { "required": ["query"] },
                { "required": ["properties"], "properties": { "properties": { "minItems": 1 } } },
            ]);
            by_key(query)
        }
        Draft => {
            let mut condition = object(
                json!({ "matchType": { "enum": ["name", "property", "id"] }, "propertyValue": value }),
                json!({
                    "propertyId": text(), "required": { "type": "boolean" },
                    "matchQuantifier": { "enum": ["any", "all", "none"] }, "matchQualifier": { "type": "string" },
                }),
            );
            condition["if"] = json!({ "properties": { "matchType": { "const": "property" } } });
            condition["then"] = json!({ "required": ["propertyId"] });
            let mut conditions = list(condition);
            conditions["minItems"] = json!(1);
            let query = object(
                json!({ "conditions": conditions }),
                json!({ "type": { "type": "string" }, "limit": limit }),
            );
            object(json!({ "queries": list(query) }), json!({}))
        }
    }
}

/// What is answered to a batch of queries.
pub fn results(version: Version) -> Value {
    let candidate = object(
        json!({
            "id": text(), "name": text(), "score": { "type": "number", "minimum": 0, "maximum": 100 },
            "match": { "type": "boolean" }, "type": list(named()),
        }),
        json!({ "description": { "type": "string" } }),
    );
    match version {
        Two => by_key(object(json!({ "result": list(candidate) }), json!({}))),
        Draft => {
            let one = object(json!({ "candidates": list(candidate) }), json!({}));
            object(json!({ "results": list(one) }), json!({}))
        }
    }
}

/// What is answered to a column that is to be extended. There is no cell for yes or no, and a date has a time.
pub fn extension(version: Version) -> Value {
    let time =
        json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}" });
    let cells = list(json!({ "oneOf": [
        object(json!({}), json!({})),
        object(json!({ "id": text(), "name": text() }), json!({})),
        object(json!({ "str": { "type": "string" } }), json!({})),
        object(json!({ "float": { "type": "number" } }), json!({})),
        object(json!({ "int": { "type": "integer" } }), json!({})),
        object(json!({ "date": time }), json!({})),
    ] }));
    let rows = match version {
        Two => by_key(by_key(cells)),
        Draft => {
            let property = object(json!({ "id": text(), "values": cells }), json!({}));
            list(object(json!({ "id": text(), "properties": list(property) }), json!({})))
        }
    };
    object(json!({ "meta": list(named()), "rows": rows }), json!({}))
}

/// What is suggested to who types.
pub fn suggestions() -> Value {
    let one = object(
        json!({ "id": text(), "name": text() }),
        json!({ "description": { "type": "string" }, "notable": list(named()) }),
    );
    object(json!({ "result": list(one) }), json!({}))
}

/// Which properties a column may be extended by.
pub fn proposal() -> Value {
    object(json!({ "properties": list(named()) }), json!({ "type": text(), "limit": { "type": "number" } }))
}

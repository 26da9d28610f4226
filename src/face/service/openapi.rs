//! The description of the routes, in OpenAPI 3.1 (<https://spec.openapis.org/oas/v3.1.1.html>), made from the questions.

use serde_json::{Map, Value as Json, json};

use super::ask::{AT, QUESTIONS, Question};
use super::parameter::{Form, Parameter, schema};
use super::propose::PROPOSAL;
use crate::face::wire::schemas;

/// The whole description; with how corrections are proposed where they may be.
pub(in crate::face) fn openapi(proposals: bool) -> Json {
    let mut paths = Map::new();
    for question in QUESTIONS {
        paths.insert(format!("/v1/{}", question.name), path(question));
    }
    if proposals {
        paths.insert("/v1/propose".to_owned(), propose());
    }
    paths.insert("/health".to_owned(), health());
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "dictum",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Facts of a business, each with the commit that said it.",
            "description": "Every answer names the snapshot that it is from. A question that leaves something open is answered \
                            with what it depends on and what to ask next, never with a guess.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": components(proposals),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } }
        },
        "security": [{}, { "token": [] }]
    })
}

fn path(question: &Question) -> Json {
    let answer = json!({ "$ref": format!("#/components/schemas/{}", question.answer) });
    let (answer, what) = match question.answer {
        "answer" => (
            json!({ "oneOf": [answer, { "type": "array", "items": answer }] }),
            "the answer, where the address has a `#`; otherwise it is a subject's, and this is the list of the answers of all its \
             attributes, though there be only one",
        ),
        _ => (answer, "the answer"),
    };
    let one = json!({ "application/json": { "schema": answer } });
    let parameters: Vec<Json> = question.parameters.iter().map(parameter).collect();
    // All are answered from what is served now.
    let batched: Vec<Parameter> =
        question.parameters.iter().filter(|parameter| parameter.name != AT.name).copied().collect();
    let requests = json!({
        "type": "object",
        "properties": {
            "requests": { "type": "array", "items": schema(&batched), "minItems": 1, "maxItems": question.most_requests() }
        },
        "required": ["requests"],
        "additionalProperties": false
    });
    let batch = json!({
        "type": "object",
        "properties": {
            "schema": { "const": "dictum.batch/1" },
            "snapshot": { "type": "string" },
            "answers": { "type": "array", "items": { "anyOf": [answer, { "$ref": "#/components/schemas/problem" }] } }
        },
        "required": ["schema", "snapshot", "answers"]
    });
    json!({
        "get": {
            "operationId": question.name,
            "summary": question.about,
            "parameters": parameters,
            "responses": responses(what, &one, true)
        },
        "post": {
            "operationId": format!("{}Batch", question.name),
            "summary": "The same of many at once, all from one snapshot.",
            "requestBody": { "required": true, "description": "at most 2 MiB", "content": { "application/json": { "schema": requests } } },
            "responses": responses(
                "the answers, in the order of the requests, each as if it were asked alone; a problem where a request has none",
                &json!({ "application/json": { "schema": batch } }),
                false,
            )
        }
    })
}

/// What comes back where something is wrong.
fn problem(what: &str) -> Json {
    json!({
        "description": what,
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } } }
    })
}

fn responses(what: &str, content: &Json, cached: bool) -> Json {
    let headers = json!({
        "Dictum-Snapshot": { "description": "the content root of the snapshot that answered", "schema": { "type": "string" } }
    });
    let mut responses = Map::new();
    responses
        .insert("200".to_owned(), json!({ "description": what, "headers": headers, "content": content }));
    if cached {
        responses.insert(
            "304".to_owned(),
            json!({ "description": "the answer is still the one of the `ETag` that was sent" }),
        );
    }
    for (status, what) in [
        ("400", "the request can't be understood"),
        ("401", "a token is wanted"),
        ("403", "the host or origin is not allowed"),
        ("404", "there is no such commit, or nothing at this address"),
        ("408", "the request was not sent in time"),
        ("413", "the request is too large"),
        ("415", "the body is not JSON"),
        ("500", "the server has a fault"),
        ("503", "the server can't answer now"),
    ] {
        responses.insert(status.to_owned(), problem(what));
    }
    Json::Object(responses)
}

fn parameter(parameter: &Parameter) -> Json {
    let described = parameter.schema();
    let mut own = json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.about,
        "schema": described
    });
    if matches!(parameter.form, Form::Context) {
        own["schema"] = json!({ "type": "array", "items": { "type": "string", "pattern": "^[^=]+=.*$" }, "maxItems": 64 });
        own["style"] = json!("form");
        own["explode"] = json!(true);
        own["example"] = json!(["region=uk"]);
    }
    own
}

fn propose() -> Json {
    let told = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/proposal" } } });
    let mut responses = responses("what it would change, and where it was written", &told, false);
    responses["201"] = responses["200"].clone();
    responses["201"]["description"] = Json::from("it was written");
    for (status, what) in [
        ("409", "the fact is another by now, says so already, or the branch is taken"),
        ("422", "the correction would not answer, or which fact is meant is open"),
        ("429", "too many proposals wait for review"),
    ] {
        responses[status] = problem(what);
    }
    json!({
        "post": {
            "operationId": "propose",
            "summary": "A correction for review: what it would change, and with `commit` a branch that says it. \
                        Only where the server was started with `--proposals`; wants `name` and `mail`, or `agent`.",
            "requestBody": {
                "required": true,
                "content": { "application/json": { "schema": schema(PROPOSAL) } }
            },
            "responses": responses,
            "security": [{ "token": [] }]
        }
    })
}

fn health() -> Json {
    let content = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/health" } } });
    json!({
        "get": {
            "operationId": "health",
            "summary": "Whether it serves, from what, and what stands in the way of serving the newest commit.",
            "responses": { "200": { "description": "it serves", "content": content } }
        }
    })
}

/// The schemas of answers under their names; what each defines for itself is beside it under its own.
fn components(proposals: bool) -> Json {
    let mut all = Map::new();
    let wanted = |name: &str| match name {
        "health" => true,
        "proposal" => proposals,
        name => QUESTIONS.iter().any(|question| question.answer == name),
    };
    for (name, mut whole) in schemas().into_iter().filter(|(name, _)| wanted(name)) {
        let definitions = whole.as_object_mut().and_then(|schema| schema.remove("$defs"));
        if let Some(schema) = whole.as_object_mut() {
            schema.remove("$schema");
        }
        if let Some(Json::Object(definitions)) = definitions {
            for (inner, schema) in definitions {
                all.insert(format!("{name}.{inner}"), moved(schema, &name));
            }
        }
        all.insert(name.clone(), moved(whole, &name));
    }
    all.insert(
        "problem".to_owned(),
        json!({
            "title": "problem details (RFC 9457)",
            "type": "object",
            "properties": {
                "type": { "type": "string", "description": "`urn:dictum:problem:CODE`" },
                "title": { "type": "string", "description": "what is wrong" },
                "status": { "type": "integer" },
                "code": { "type": "string" },
                "detail": { "type": "string", "description": "what to send instead" }
            },
            "required": ["type", "title", "status", "code"]
        }),
    );
    Json::Object(all)
}

/// `schema` with its references to what `name` defines leading to where that stands now.
fn moved(schema: Json, name: &str) -> Json {
    match schema {
        Json::String(text) => match text.strip_prefix("#/$defs/") {
            Some(inner) => Json::String(format!("#/components/schemas/{name}.{inner}")),
            None => Json::String(text),
        },
        Json::Array(items) => items.into_iter().map(|item| moved(item, name)).collect(),
        Json::Object(fields) => fields.into_iter().map(|(key, value)| (key, moved(value, name))).collect(),
        other => other,
    }
}

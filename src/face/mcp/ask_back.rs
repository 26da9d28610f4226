//! Asking back: where an answer hangs on one thing that the person can say, and the client can put a question to them, it is
//! put as a choice, and answered with what they said.
//!
//! In the protocol of 2026-07-28 the result says what is wanted (`input_required`), and the client calls again with it; before,
//! the server asks while the call waits. Who declines gets the answer as it is, with its question.

use rmcp::model::{
    ElicitRequest, ElicitRequestParams, ElicitationAction, ElicitationSchema, EnumSchema, InputRequest,
    InputRequests, InputRequiredResult, InputResponses, JsonObject,
};
use serde_json::{Map, Value as Json, json};

use crate::claim::{Dimension, Shape};
use crate::face::service::Served;

/// The most choices that are put to a person.
const MOST_CHOICES: usize = 60;

/// The field of the form, and the name of the request.
const ANSWER: &str = "answer";

/// One question that the person can answer.
pub(super) struct Question {
    /// As they read it.
    message: String,
    /// What they may answer.
    choices: Vec<String>,
    /// Where the answer goes.
    into: Goes,
}

/// Where a person's answer goes.
enum Goes {
    /// A dimension of `where`.
    Where(String),
    /// A parameter: `kind` or `type`.
    Parameter(&'static str),
}

/// What an answer asks, where it is one thing with choices that can be sent back.
pub(super) fn question(answer: &Json, served: &Served) -> Option<Question> {
    let asked = match answer["schema"].as_str()? {
        "dictum.answer/1" => depends(answer, served),
        "dictum.name/1" => name(answer, served),
        "dictum.ground/1" => open(answer, served),
        _ => None,
    }?;
    (2..=MOST_CHOICES).contains(&asked.choices.len()).then_some(asked)
}

fn depends(answer: &Json, served: &Served) -> Option<Question> {
    let dimension = answer["ask"]["dimension"].as_str()?;
    let choices = choices(&answer["ask"]["choices"], dimension, served)?;
    let message = format!("Which {dimension}? {} depends on it.", answer["address"].as_str()?);
    Some(Question { message, choices, into: Goes::Where(dimension.to_owned()) })
}

fn name(answer: &Json, served: &Served) -> Option<Question> {
    let (ask, said) = (&answer["ask"], answer["name"].as_str()?);
    let words = || {
        ask["choices"]
            .as_array()?
            .iter()
            .map(|choice| Some(choice["word"].as_str()?.to_owned()))
            .collect::<Option<Vec<_>>>()
    };
    let (by, choices, into) = match ask["by"].as_str()? {
        "dimension" => {
            let dimension = ask["dimension"].as_str()?;
            (dimension, choices(&ask["choices"], dimension, served)?, Goes::Where(dimension.to_owned()))
        }
        "kind" => ("kind", words()?, Goes::Parameter("kind")),
        "type" => ("type", words()?, Goes::Parameter("type")),
        _ => return None,
    };
    Some(Question { message: format!("Which {by} is meant for {said}?"), choices, into })
}

fn open(answer: &Json, served: &Served) -> Option<Question> {
    let [question] = &answer["questions"].as_array()?[..] else { return None };
    let dimension = question["dimension"].as_str()?;
    let choices = declared(served.snapshot.declarations().ok()?.dimensions.get(dimension)?)?;
    let message = question["ask"].as_str()?.to_owned();
    Some(Question { message, choices, into: Goes::Where(dimension.to_owned()) })
}

/// What may be said of a dimension, where all of it can be said by values.
fn choices(choices: &Json, dimension: &str, served: &Served) -> Option<Vec<String>> {
    let values = |choice: &Json| match &choice["where"][dimension] {
        Json::Array(several) => several.iter().map(scalar).collect(),
        one => Some(vec![scalar(one)?]),
    };
    let plain: Option<Vec<Vec<String>>> = choices.as_array()?.iter().map(values).collect();
    match plain {
        Some(plain) => Some(plain.into_iter().flatten().collect()),
        // "All others": whatever is declared may be said.
        None => declared(served.snapshot.declarations().ok()?.dimensions.get(dimension)?),
    }
}

fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(json.to_string()),
        _ => None,
    }
}

/// All values of a dimension, where they can be listed: of a tree those that nothing is below.
fn declared(dimension: &Dimension) -> Option<Vec<String>> {
    match &dimension.shape {
        Shape::Enum(values) => Some(values.iter().map(ToString::to_string).collect()),
        Shape::Bool => Some(vec!["true".to_owned(), "false".to_owned()]),
        Shape::Tree(tree) => {
            let leaves = tree.nodes.iter().enumerate().filter(|(at, node)| node.end as usize == at + 1);
            Some(leaves.map(|(_, node)| node.name.to_string()).collect())
        }
        _ => None,
    }
}

impl Question {
    /// As a form that a client shows.
    pub fn form(&self) -> Option<ElicitRequestParams> {
        let choice = EnumSchema::builder(self.choices.clone()).build();
        let requested_schema =
            ElicitationSchema::builder().required_enum_schema(ANSWER, choice).build().ok()?;
        Some(ElicitRequestParams::FormElicitationParams {
            meta: None,
            message: self.message.clone(),
            requested_schema,
        })
    }

    /// As a result that wants an answer. `said` is what was said in earlier rounds.
    pub fn input_required(&self, said: &JsonObject) -> Option<InputRequiredResult> {
        let request = InputRequest::Elicitation(ElicitRequest::new(self.form()?));
        let into = match &self.into {
            Goes::Where(dimension) => json!({ "where": dimension }),
            Goes::Parameter(name) => json!({ "parameter": name }),
        };
        let state = json!({ "said": said, "into": into }).to_string();
        Some(InputRequiredResult::new(Some(InputRequests::from([(ANSWER.to_owned(), request)])), Some(state)))
    }

    /// Adds what a person answered to what was sent.
    pub fn put(&self, value: &str, arguments: &mut JsonObject) {
        put(&self.into, value, arguments);
    }
}

/// What a person chose in a form; `None` where they did not.
pub(super) fn chosen(action: &ElicitationAction, content: Option<&Json>) -> Option<String> {
    (*action == ElicitationAction::Accept).then(|| scalar(&content?[ANSWER]))?
}

/// What a call that comes again brings: what was said, in this round and those before.
pub(super) struct Again {
    /// To be added to what was sent.
    pub said: JsonObject,
    /// Whether the person did not want to choose.
    pub declined: bool,
}

/// Reads what a client sends back. Nothing is believed of it: what it adds could have been sent at once.
pub(super) fn again(state: &str, responses: Option<&InputResponses>) -> Option<Again> {
    let state: Json = serde_json::from_str(state).ok()?;
    let mut said = state["said"].as_object()?.clone();
    let into = match (&state["into"]["where"], state["into"]["parameter"].as_str()) {
        (Json::String(dimension), _) => Goes::Where(dimension.clone()),
        (_, Some("kind")) => Goes::Parameter("kind"),
        (_, Some("type")) => Goes::Parameter("type"),
        _ => return None,
    };
    let response = responses.and_then(|responses| responses.get(ANSWER));
    let value = response
        .filter(|response| response["action"] == "accept")
        .and_then(|accepted| scalar(&accepted["content"][ANSWER]));
    let declined = value.is_none();
    if let Some(value) = value {
        put(&into, &value, &mut said);
    }
    Some(Again { said, declined })
}

/// Adds what was said to what was sent.
pub(super) fn merge(said: &JsonObject, arguments: &mut JsonObject) {
    for (name, value) in said {
        match (arguments.get_mut(name), value) {
            (Some(Json::Object(known)), Json::Object(more)) => known.extend(more.clone()),
            _ => drop(arguments.insert(name.clone(), value.clone())),
        }
    }
}

fn put(into: &Goes, value: &str, arguments: &mut JsonObject) {
    match into {
        Goes::Parameter(name) => drop(arguments.insert((*name).to_owned(), Json::from(value))),
        Goes::Where(dimension) => {
            let known = arguments.entry("where").or_insert_with(|| Json::Object(Map::new()));
            if !known.is_object() {
                *known = Json::Object(Map::new());
            }
            known[dimension.as_str()] = Json::from(value);
        }
    }
}

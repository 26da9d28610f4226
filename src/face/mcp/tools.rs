//! The tools: questions of `service` under the names by which an agent looks for them.
//!
//! All of it is constant at compile time and in one order. A test holds the hash of it, so that nothing that a repository says
//! can get into what a model is told about tools, and no word of it changes unseen.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value as Json, json};

use crate::face::service::{PROPOSAL_OF_AGENT, Question, question, schema};
use crate::face::wire::schemas;

/// A tool, and what it asks.
#[derive(Debug)]
pub(super) struct Shape {
    /// What an agent calls.
    pub name: &'static str,
    /// For people who look at a list of tools.
    title: &'static str,
    /// What it is for and when to use it.
    about: &'static str,
    /// The question that it puts.
    question: &'static str,
    /// How to ask for less, where an answer was too long.
    pub narrower: &'static str,
}

/// All tools, in the order in which they are listed.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "ground_question",
        title: "Ground a question",
        about: "Start here for any question about the business. Reads a person's sentence and returns what it means, of which days, \
                the reviewed facts that an answer needs with their pins, and what is open. Answer only if `ready` is true; otherwise \
                put `questions` to the person and call again with the reply in `where`.",
        question: "ground",
        narrower: "give a `budget`, say more in `where`, or call `get_fact` with an address of `dropped`",
    },
    Shape {
        name: "resolve_name",
        title: "Resolve a name",
        about: "Says whom or what a name or an id of another system refers to, in a case and on a day. Where it may be several, all \
                of them come back with the one thing to ask; never pick one yourself.",
        question: "resolve",
        narrower: "say more in `where`, or give a `kind` or `type`",
    },
    Shape {
        name: "get_fact",
        title: "Get a fact",
        about: "Says what holds at an address such as `term/acv#definition`, in a case and on a day, with its pin and the commit that \
                said it. An address without `#` gives every attribute of the subject, in `answers`. With the status `depends`, \
                `facts` say what would hold where, and `ask` what to find out.",
        question: "get",
        narrower: "ask for one `KIND/ID#ATTRIBUTE`, or say more in `where`",
    },
    Shape {
        name: "explain_fact",
        title: "Explain a fact",
        about: "As get_fact, with every claim that was made and what became of it: which one answers, which gave way, to what and by \
                which rule. For who asks why, or doubts an answer.",
        question: "why",
        narrower: "ask for one `KIND/ID#ATTRIBUTE`, or say more in `where`",
    },
    Shape {
        name: "search_knowledge",
        title: "Search the knowledge",
        about: "Finds subjects by words in their names, definitions and notes. Only to find an address for get_fact: a hit is not yet \
                an answer.",
        question: "search",
        narrower: "give a smaller `limit`, a `kind`, or more exact words",
    },
];

/// The one tool that writes, listed where corrections may be proposed.
pub(super) const PROPOSE: &str = "propose_correction";

/// How to be told less of a proposal.
pub(super) const PROPOSE_NARROWER: &str =
    "what is left out would change too; a preview on the page shows all of it";

/// What it is for and when to use it.
const PROPOSE_ABOUT: &str = "Proposes that a reviewed fact is wrong, for people to review. First call it without `commit`: it writes \
nothing and returns every answer that would change and every question that would fail. Show that to the person, and only if they \
agree call it again with `commit` set to true: it writes a branch, which changes no answer until somebody else merges it. `pin` is \
that of the fact as get_fact told it; `reason` says what the correction leans on, in the person's words.";

impl Shape {
    /// The question that it puts.
    pub fn question(&self) -> Option<&'static Question> {
        question(self.question)
    }

    fn tool(&self, question: &Question, schemas: &[(String, Json)]) -> Tool {
        let annotations = ToolAnnotations::with_title(self.title)
            .read_only(true)
            .destructive(false)
            .idempotent(true)
            .open_world(false);
        let answer = schemas.iter().find(|(name, _)| name == question.answer);
        let output = output(question.answer, answer.map(|(_, schema)| schema.clone()).unwrap_or_default());
        Tool::new(self.name, self.about, object(schema(question.parameters)))
            .with_title(self.title)
            .with_raw_output_schema(object(output))
            .with_annotations(annotations)
    }
}

/// All tools as they are listed; with the one that writes where `proposals` are taken.
pub(super) fn all(proposals: bool) -> Vec<Tool> {
    let schemas = schemas();
    let tools = SHAPES.iter().filter_map(|shape| Some(shape.tool(shape.question()?, &schemas)));
    tools.chain(proposals.then(|| propose(&schemas))).collect()
}

fn propose(schemas: &[(String, Json)]) -> Tool {
    let title = "Propose a correction";
    // It adds a branch and takes nothing away; the same again is the same branch.
    let annotations = ToolAnnotations::with_title(title)
        .read_only(false)
        .destructive(false)
        .idempotent(true)
        .open_world(false);
    let answer = schemas.iter().find(|(name, _)| name == "proposal").map(|(_, schema)| schema.clone());
    Tool::new(PROPOSE, PROPOSE_ABOUT, object(schema(PROPOSAL_OF_AGENT)))
        .with_title(title)
        .with_raw_output_schema(object(output("proposal", answer.unwrap_or_default())))
        .with_annotations(annotations)
}

/// What a call of that name is counted as: a tool that is listed, or none that is known.
pub(super) fn known(name: &str, proposals: bool) -> &'static str {
    match find(name) {
        Some(tool) => tool.name,
        None if proposals && name == PROPOSE => PROPOSE,
        None => "unknown",
    }
}

/// The tool of that name.
pub(super) fn find(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.name == name)
}

/// The schema of what comes back: an object always. `answer` is that of one answer, and `name` what it is called.
fn output(name: &str, mut answer: Json) -> Json {
    let shortened = json!({
        "type": "object",
        "description": "Only where the answer was too long: what was left out, and how to ask on.",
        "properties": {
            "left_out": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": { "what": { "type": "string" }, "count": { "type": "integer" } },
                    "required": ["what", "count"]
                }
            },
            "ask": { "type": "string" }
        },
        "required": ["left_out", "ask"]
    });
    let Some(fields) = answer.as_object_mut() else { return json!({ "type": "object" }) };
    fields.shift_remove("$schema");
    let mut defined = fields.shift_remove("$defs");
    if let Some(defined) = &mut defined {
        silence(defined, true);
    }
    if let Some(properties) = fields.get_mut("properties").and_then(Json::as_object_mut) {
        properties.insert("shortened".to_owned(), shortened.clone());
    }
    let mut output = match name {
        // Of a subject all attributes are answered.
        "answer" => json!({
            "type": "object",
            "anyOf": [
                { "$ref": "#/$defs/OneAnswer" },
                {
                    "type": "object",
                    "properties": {
                        "answers": { "type": "array", "items": { "$ref": "#/$defs/OneAnswer" } },
                        "shortened": shortened
                    },
                    "required": ["answers"]
                }
            ],
            "$defs": { "OneAnswer": answer }
        }),
        _ => answer,
    };
    if let Some(Json::Object(defined)) = defined {
        match output.get_mut("$defs").and_then(Json::as_object_mut) {
            Some(own) => own.extend(defined),
            None => output["$defs"] = Json::Object(defined),
        }
    }
    output
}

/// Takes out what stands in `dictum schema` for people: told with every list of tools it would cost more than the answers.
/// What is inside `named` goes by names that people chose, one of which may be `description`.
fn silence(schema: &mut Json, named: bool) {
    match schema {
        Json::Array(schemas) => schemas.iter_mut().for_each(|schema| silence(schema, false)),
        Json::Object(fields) => {
            if !named {
                fields.shift_remove("description");
                fields.shift_remove("title");
            }
            for (name, inner) in fields {
                silence(inner, !named && (name == "properties" || name == "$defs"));
            }
        }
        _ => {}
    }
}

fn object(schema: Json) -> Arc<JsonObject> {
    match schema {
        Json::Object(fields) => Arc::new(fields),
        _ => Arc::default(),
    }
}

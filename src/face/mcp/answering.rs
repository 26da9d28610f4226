//! A call of a tool: read, answered from one snapshot, asked back where one thing is open, and made to fit.

use std::sync::Arc;
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ElicitationCapability, ErrorData, JsonObject,
    ProtocolVersion,
};
use rmcp::service::RequestContext;
use serde_json::{Value as Json, json};

use super::ask_back::{self, Question};
use super::tools::{self, Shape};
use super::{Agents, budget};
use crate::face::clock::today;
use crate::face::proposal;
use crate::face::service::{Asked, Fields, PROPOSAL_OF_AGENT, Problem, Reads, Served};
use crate::face::text;

/// How often a person is asked within one call.
const MOST_ROUNDS: usize = 4;

/// How long a person may think.
const PATIENCE: Duration = Duration::from_secs(600);

/// A request of more bytes is not answered between others.
const SHORT: usize = 16 << 10;

/// Columns of a file that are told.
const MOST_TEXT: usize = 2_000;

/// How a client can be asked back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It shows no forms.
    Not,
    /// While the call waits.
    During,
    /// By a result that says what is wanted.
    Between,
}

impl Agents {
    /// Answers a call.
    ///
    /// # Errors
    /// Where there is no such tool, or a state that was not given out here. All else that is wrong is told in the result,
    /// where the model reads it and can mend its call.
    pub(super) async fn call(
        &self,
        request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if request.name == tools::PROPOSE && self.live.proposals().is_some() {
            return Ok(self.propose(request.arguments.unwrap_or_default(), context).await);
        }
        let Some(tool) = tools::find(&request.name) else {
            return Err(ErrorData::invalid_params("there is no such tool", None));
        };
        let mut arguments = request.arguments.unwrap_or_default();
        let mut way = way(context);
        let mut said = JsonObject::new();
        if let Some(state) = &request.request_state {
            let again = ask_back::again(state, request.input_responses.as_ref())
                .ok_or_else(|| ErrorData::invalid_params("`requestState` is not what was given out", None))?;
            if again.declined {
                way = Way::Not;
            }
            ask_back::merge(&again.said, &mut arguments);
            said = again.said;
        }
        for round in 0.. {
            let (served, answer) = match self.answer(tool, &arguments).await {
                Ok(answered) => answered,
                Err(problem) => return Ok(wrong(&problem)),
            };
            let asking = way != Way::Not && round < MOST_ROUNDS;
            let Some(question) = ask_back::question(&answer, &served).filter(|_| asking) else {
                return Ok(told(answer, tool));
            };
            // Nothing is held while a person thinks: they are answered from what is served then.
            drop(served);
            if way == Way::Between {
                return Ok(question.input_required(&said).map_or_else(|| told(answer, tool), Into::into));
            }
            match ask(&question, context).await {
                Some(value) => question.put(&value, &mut arguments),
                None => return Ok(told(answer, tool)),
            }
        }
        Err(ErrorData::internal_error("the server has a fault, this is not your mistake", None))
    }

    /// Tries a correction, and writes it where that is asked for; in the name by which the client goes.
    async fn propose(&self, arguments: JsonObject, context: &RequestContext<RoleServer>) -> CallToolResponse {
        let agent = context.client_info().map(|client| client.name).unwrap_or_default();
        let live = Arc::clone(&self.live);
        let work = move || {
            let fields = Fields::of_json(&arguments, PROPOSAL_OF_AGENT)?;
            let proposals = live.proposals().ok_or_else(Problem::fault)?;
            let mut proposed = proposal::propose(&live.now(), proposals, &fields, Some(&agent))?;
            // It knows what it sent. Cut here, for what was written must not end as an answer that is too long.
            proposed.text = text::clipped(&proposed.text, MOST_TEXT);
            serde_json::to_value(&proposed).map_err(|_| Problem::fault())
        };
        match self.live.slowly(work).await {
            Ok(proposed) => fitting(proposed, tools::PROPOSE_NARROWER),
            Err(problem) => wrong(&problem),
        }
    }

    /// What answers, and the answer.
    async fn answer(&self, tool: &Shape, arguments: &JsonObject) -> Result<(Arc<Served>, Json), Problem> {
        let question = tool.question().ok_or_else(Problem::fault)?;
        let fields = Fields::of_json(arguments, question.parameters)?;
        let live = Arc::clone(&self.live);
        let is_slow =
            question.reads != Reads::Places || fields.optional_text("at").is_some() || long(arguments);
        let work = move || {
            let served = match fields.optional_text("at") {
                Some(at) => live.at(at)?,
                None => live.now(),
            };
            let bytes = (question.ask)(&Asked { fields: &fields, served: &served, today: today() })?;
            let answer: Json = serde_json::from_slice(&bytes).map_err(|_| Problem::fault())?;
            Ok((served, if answer.is_array() { json!({ "answers": answer }) } else { answer }))
        };
        if !is_slow {
            return work();
        }
        self.live.slowly(work).await
    }
}

fn long(arguments: &JsonObject) -> bool {
    arguments.values().filter_map(Json::as_str).any(|text| text.len() > SHORT)
}

/// An answer as a result, made to fit.
fn told(answer: Json, tool: &Shape) -> CallToolResponse {
    fitting(answer, tool.narrower)
}

fn fitting(answer: Json, narrower: &'static str) -> CallToolResponse {
    match budget::shorten(answer, narrower) {
        Ok(answer) => CallToolResult::structured(answer).into(),
        Err(problem) => wrong(&problem),
    }
}

/// What is wrong with a call, where the model reads it.
fn wrong(problem: &Problem) -> CallToolResponse {
    CallToolResult::structured_error(problem.json()).into()
}

/// How this client can be asked back.
fn way(context: &RequestContext<RoleServer>) -> Way {
    let shows = |elicits: ElicitationCapability| elicits.form.is_some() || elicits.url.is_none();
    if !context.client_capabilities().and_then(|able| able.elicitation).is_some_and(shows) {
        return Way::Not;
    }
    // Versions are days, which compare as they are written.
    match context.protocol_version() {
        Some(version) if version.as_str() >= ProtocolVersion::V_2026_07_28.as_str() => Way::Between,
        Some(_) => Way::During,
        None => Way::Not,
    }
}

/// What the person chose; `None` where they did not, or the client went away.
async fn ask(question: &Question, context: &RequestContext<RoleServer>) -> Option<String> {
    let asked = context.peer.create_elicitation_with_timeout(question.form()?, Some(PATIENCE)).await.ok()?;
    ask_back::chosen(&asked.action, asked.content.as_ref())
}

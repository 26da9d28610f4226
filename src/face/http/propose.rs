//! `POST /v1/propose`: a correction for review; there only where corrections may be proposed.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::Response;
use serde_json::Value as Json;

use super::ask::json_body;
use super::{App, SNAPSHOT, header, json, problem};
use crate::face::proposal;
use crate::face::service::{Fields, PROPOSAL, Problem};

/// Tells what would change, and writes it where that is asked for.
pub(super) async fn propose(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    let began = Instant::now();
    let response = answer(&app, &headers, body).await.unwrap_or_else(|other| problem(&other));
    app.live.metrics().questions.count("propose", response.status(), began.elapsed());
    response
}

async fn answer(app: &App, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let bytes = json_body(headers, body).await?;
    let Ok(Json::Object(sent)) = serde_json::from_slice(&bytes) else {
        return Err(
            Problem::new(400, "bad-body", "the body has to be a JSON object").help("see `/openapi.json`")
        );
    };
    let fields = Fields::of_json(&sent, PROPOSAL)?;
    let live = Arc::clone(&app.live);
    let proposed = app.live.slowly(move || {
        let proposals = live.proposals().ok_or_else(Problem::fault)?;
        proposal::propose(&live.now(), proposals, &fields, None)
    });
    let proposed = proposed.await?;
    let status = if proposed.status == "proposed" { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = json(status, serde_json::to_vec(&proposed).unwrap_or_default());
    response.headers_mut().insert(SNAPSHOT, header(&proposed.snapshot));
    Ok(response)
}

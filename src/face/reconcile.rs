//! The Reconciliation Service API, so that a column of a spreadsheet can be matched with what is known: version 0.2
//! (<https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/>) at `/reconcile`, and the draft of 1.0
//! (<https://reconciliation-api.github.io/specs/draft/>) at `/reconcile/1.0`. One manifest can't be of both.
//!
//! What is sent comes whole here: whoever puts this behind a server sees to that.
//!
//! A candidate is a match only where the name refers to it for certain: an ambiguous name stays ambiguous, and what is
//! merely near is never chosen.

mod candidates;
mod manifest;
mod properties;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, HeaderMap};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Map, Value as Json, json};

use crate::face::clock::today;
use crate::face::serve::Live;
use crate::face::service::{Problem, Served};
use candidates::{Asked, candidates};

/// Queries of one batch, and rows of one extension.
const MOST_QUERIES: usize = 2_000;

/// Which version of the protocol is spoken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Two,
    Draft,
}

/// The routes.
pub(in crate::face) fn router(live: Arc<Live>) -> Router {
    Router::new()
        .route("/reconcile", get(two_in_address).post(two))
        .route("/reconcile/extend/propose", get(propose))
        .route("/reconcile/suggest/{what}", get(suggest))
        .route("/reconcile/preview", get(preview))
        .route("/reconcile/1.0", get(draft_manifest))
        .route("/reconcile/1.0/match", post(draft_match))
        .route("/reconcile/1.0/extend", post(draft_extend))
        .route("/reconcile/1.0/extend/propose", get(propose))
        .route("/reconcile/1.0/suggest/{what}", get(suggest))
        .route("/reconcile/1.0/preview", get(preview))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&live), counted))
        .with_state(live)
}

/// Answers and counts.
async fn counted(State(live): State<Arc<Live>>, request: Request, next: Next) -> Response {
    let (began, service) = (Instant::now(), service(request.uri().path()));
    let response = next.run(request).await;
    live.metrics().reconcile.count(service, response.status(), began.elapsed());
    response
}

/// Which service is asked for. At the path of 0.2 there are three in one.
fn service(path: &str) -> &'static str {
    let path = path.trim_start_matches("/reconcile");
    match path.trim_start_matches("/1.0") {
        "" if path.is_empty() => "reconcile",
        "" => "manifest",
        "/match" => "match",
        "/extend" => "extend",
        "/extend/propose" => "propose",
        "/preview" => "preview",
        _ => "suggest",
    }
}

/// Without anything asked, the manifest.
async fn two_in_address(
    State(live): State<Arc<Live>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (served, query) = (live.now(), query.unwrap_or_default());
    answer(live.slowly(move || two_asked(&served, &form(query.as_bytes()), &headers)).await)
}

async fn two(State(live): State<Arc<Live>>, headers: HeaderMap, body: Bytes) -> Response {
    let served = live.now();
    answer(live.slowly(move || two_asked(&served, &form(&body), &headers)).await)
}

fn two_asked(served: &Served, fields: &[(String, String)], headers: &HeaderMap) -> Result<Json, Problem> {
    let field = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    if let Some(queries) = field("queries") {
        let Json::Object(queries) = read(queries)? else { return Err(shape("queries")) };
        if queries.len() > MOST_QUERIES {
            return Err(too_large());
        }
        let mut results = Map::new();
        for (key, query) in &queries {
            let asked = Asked::of_two(query).ok_or_else(|| shape("queries"))?;
            results.insert(key.clone(), json!({ "result": candidates(served, &asked, today())? }));
        }
        return Ok(Json::Object(results));
    }
    match field("extend") {
        Some(extend) => properties::extend(served, &read(extend)?, Version::Two),
        None => manifest::manifest(served, &base(headers), Version::Two),
    }
}

async fn draft_manifest(State(live): State<Arc<Live>>, headers: HeaderMap) -> Response {
    answer(manifest::manifest(&live.now(), &base(&headers), Version::Draft))
}

async fn draft_match(State(live): State<Arc<Live>>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        in_body(live, headers, body, |served, body| {
            let Some(Json::Array(queries)) = body.get("queries") else { return Err(shape("queries")) };
            if queries.len() > MOST_QUERIES {
                return Err(too_large());
            }
            let mut results = Vec::new();
            for query in queries {
                let asked = Asked::of_draft(query).ok_or_else(|| shape("queries"))?;
                results.push(json!({ "candidates": candidates(served, &asked, today())? }));
            }
            Ok(json!({ "results": results }))
        })
        .await,
    )
}

async fn draft_extend(State(live): State<Arc<Live>>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        in_body(live, headers, body, |served, body| properties::extend(served, body, Version::Draft)).await,
    )
}

/// Works on a body that is JSON and says so.
async fn in_body(
    live: Arc<Live>,
    headers: HeaderMap,
    body: Bytes,
    work: impl FnOnce(&Served, &Json) -> Result<Json, Problem> + Send + 'static,
) -> Result<Json, Problem> {
    let form = headers.get(CONTENT_TYPE).and_then(|form| form.to_str().ok()).unwrap_or_default();
    if !form.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(415, "not-json", "the body has to be JSON, and to say so")
            .help("send `Content-Type: application/json`"));
    }
    let body: Json = serde_json::from_slice(&body).map_err(|_| shape("the body"))?;
    let served = live.now();
    live.slowly(move || work(&served, &body)).await
}

async fn suggest(
    State(live): State<Arc<Live>>,
    axum::extract::Path(what): axum::extract::Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let fields = form(query.unwrap_or_default().as_bytes());
    let prefix = fields.iter().find(|(name, _)| name == "prefix").map_or("", |(_, value)| value).to_owned();
    let served = live.now();
    let told = move || match what.as_str() {
        "entity" => candidates::suggest(&served, &prefix, today()),
        "type" => properties::types(&served, &prefix),
        "property" => properties::named(&served, &prefix),
        _ => Err(Problem::new(404, "no-such-route", "entities, types and properties are suggested")),
    };
    answer(live.slowly(told).await)
}

async fn propose(State(live): State<Arc<Live>>, RawQuery(query): RawQuery) -> Response {
    let fields = form(query.unwrap_or_default().as_bytes());
    let of_type = fields.iter().find(|(name, _)| name == "type").map_or("", |(_, value)| value).to_owned();
    let served = live.now();
    let told = move || properties::propose(&served, &of_type);
    answer(live.slowly(told).await)
}

async fn preview(State(live): State<Arc<Live>>, RawQuery(query): RawQuery) -> Response {
    let fields = form(query.unwrap_or_default().as_bytes());
    let id = fields.iter().find(|(name, _)| name == "id").map_or("", |(_, value)| value);
    match candidates::preview(&live.now(), id, today()) {
        Err(problem) => answer(Err(problem)),
        Ok(page) => {
            let mut response = Response::new(Body::from(page.into_string()));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            headers.insert(
                "content-security-policy",
                HeaderValue::from_static("default-src 'none'; base-uri 'none'"),
            );
            response
        }
    }
}

fn answer(told: Result<Json, Problem>) -> Response {
    let (status, json, form) = match told {
        Ok(json) => (StatusCode::OK, json, "application/json"),
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, problem.json(), "application/problem+json")
        }
    };
    let mut response = Response::new(Body::from(json.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(form));
    response
}

fn form(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}

fn read(text: &str) -> Result<Json, Problem> {
    serde_json::from_str(text).map_err(|_| shape("what was sent"))
}

/// Where this is asked: the guard has let the host through.
fn base(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("http://{host}")
}

fn shape(what: &str) -> Problem {
    Problem::new(400, "bad-body", format!("{what} is not as the Reconciliation Service API has it"))
        .help("see https://reconciliation-api.github.io/specs/0.2/")
}

fn too_large() -> Problem {
    Problem::new(413, "too-large", format!("at most {MOST_QUERIES} queries or rows are read at a time"))
        .help("send them in parts")
}

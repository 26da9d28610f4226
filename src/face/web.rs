//! The page for people: search, subjects, facts with two clocks, the state of the knowledge, and differences.
//!
//! Written on the server and whole without any script. Every view is an address that carries the day (`on`), the commit
//! (`at`) and the case (`where`), and says of which snapshot it is.
//!
//! INVARIANT: whatever comes from a repository goes through [`frame::shown`] and the templates' own escaping, and no text
//! of it becomes a link to elsewhere.
//!
//! ```text
//! asked     an address → what is wanted, and of which snapshot: a View
//! frame     what all pages share; links    where they lead, on a server and in a folder
//! home, subject, fact, state, differences    the pages
//! still     all of them as files
//! ```

mod asked;
mod clocks;
mod differences;
mod fact;
mod frame;
mod history;
mod home;
mod links;
mod state;
mod still;
mod subject;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use maud::Markup;

pub(in crate::face) use still::{Still, still};

use crate::claim::{Slot, Subject};
use crate::face::serve::{Live, Tag, apart};
use crate::face::service::Problem;
use asked::{Made, Wanted};
use links::Links;

/// The one style sheet.
pub(super) const STYLE: &str = include_str!("web/style.css");

/// The one script. Nothing needs it.
const SCRIPT: &str = include_str!("web/app.js");

/// What a browser may do with a page: nothing from elsewhere, and nothing that stands in the page itself runs
/// (<https://www.w3.org/TR/CSP3/>).
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The routes of the page.
pub(in crate::face) fn router(live: Arc<Live>) -> Router {
    Router::new()
        .route("/", get(|state, query, headers| page(state, query, headers, Wanted::Home)))
        .route(
            "/kind/{kind}",
            get(|state, Path(kind), query, headers| page(state, query, headers, Wanted::Kind(kind))),
        )
        .route("/subject/{kind}/{id}", get(of_subject))
        .route("/fact/{kind}/{id}/{attribute}", get(of_fact))
        .route("/fact/{kind}/{id}/{attribute}/history", get(of_history))
        .route("/state", get(|state, query, headers| page(state, query, headers, Wanted::State)))
        .route("/diff", get(|state, query, headers| page(state, query, headers, Wanted::Diff)))
        .route("/style.css", get(|| async { asset(STYLE, "text/css; charset=utf-8") }))
        .route("/app.js", get(|| async { asset(SCRIPT, "text/javascript; charset=utf-8") }))
        .with_state(live)
}

async fn of_subject(
    state: State<Arc<Live>>,
    Path((kind, id)): Path<(String, String)>,
    query: RawQuery,
    headers: HeaderMap,
) -> Response {
    page(state, query, headers, Wanted::Subject(Subject::new(&kind, &id))).await
}

async fn of_fact(
    state: State<Arc<Live>>,
    Path((kind, id, attribute)): Path<(String, String, String)>,
    query: RawQuery,
    headers: HeaderMap,
) -> Response {
    page(state, query, headers, Wanted::Fact(slot(&kind, &id, &attribute))).await
}

async fn of_history(
    state: State<Arc<Live>>,
    Path((kind, id, attribute)): Path<(String, String, String)>,
    query: RawQuery,
    headers: HeaderMap,
) -> Response {
    page(state, query, headers, Wanted::History(slot(&kind, &id, &attribute))).await
}

fn slot(kind: &str, id: &str, attribute: &str) -> Slot {
    Slot { subject: Subject::new(kind, id), attribute: attribute.into() }
}

/// One page, worked out apart from the threads that answer short questions.
async fn page(
    State(live): State<Arc<Live>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    wanted: Wanted,
) -> Response {
    let began = Instant::now();
    let query = query.unwrap_or_default();
    let (is_slow, view, held) = (wanted.is_slow(&query), wanted.name(), Arc::clone(&live));
    let make = move || asked::page(&held, &query, &wanted, &headers);
    let made = if is_slow { live.slowly(make).await } else { apart(make).await };
    let response = match made {
        Ok(Made { tag, markup }) => {
            let mut response = markup.map_or_else(Tag::unchanged, |markup| html(StatusCode::OK, markup));
            Tag::put(tag.as_ref(), response.headers_mut());
            response
        }
        Err(problem) => failed(&live, &problem),
    };
    live.metrics().pages.count(view, response.status(), began.elapsed());
    response
}

fn failed(live: &Live, problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let served = live.now();
    let name = served.snapshot.name().unwrap_or("knowledge");
    let trouble = live.trouble();
    html(status, frame::problem(problem, name, &Links::live(String::new()), trouble.as_deref()))
}

fn html(status: StatusCode, markup: Markup) -> Response {
    let mut response = asset(markup.into_string(), "text/html; charset=utf-8");
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(HeaderName::from_static("content-security-policy"), HeaderValue::from_static(POLICY));
    response
}

fn asset(body: impl Into<Body>, form: &'static str) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(form));
    // To be asked about each time: a correction is to be seen at once.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

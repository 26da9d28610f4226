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
//! propose   the form by which a fact is corrected, what it would change, and what became of it
//! door      where a browser is asked for the token
//! still     all of them as files
//! ```

mod asked;
mod clocks;
mod differences;
mod door;
mod fact;
mod frame;
mod history;
mod home;
mod links;
mod propose;
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
use axum::routing::{get, post};
use maud::Markup;

pub(in crate::face) use still::{Still, still};

use crate::claim::{Slot, Subject};
use crate::face::serve::{Live, Tag, apart};
use crate::face::service::Problem;
use crate::face::sign_in::{Key, SIGN_IN, SIGN_OUT};
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

/// What every page may use.
pub(super) struct Pages {
    /// What is served.
    live: Arc<Live>,
    /// What requests have to bear, where they have to.
    key: Option<Arc<Key>>,
}

impl Pages {
    /// What pages of one snapshot differ in, from one start of the server to the next.
    fn variant(&self) -> &'static str {
        match (self.live.proposals().is_some(), self.key.is_some()) {
            (false, false) => "",
            (false, true) => "signed-in",
            (true, false) => "proposals",
            (true, true) => "proposals,signed-in",
        }
    }
}

type Held = State<Arc<Pages>>;

/// The routes of the page. Where there is a `key`, it is asked for here too.
pub(in crate::face) fn router(live: Arc<Live>, key: Option<Arc<Key>>) -> Router {
    let mut routes = Router::new()
        .route("/", get(|state, query, headers| page(state, query, headers, Wanted::Home)))
        .route(
            "/kind/{kind}",
            get(|state, Path(kind), query, headers| page(state, query, headers, Wanted::Kind(kind))),
        )
        .route("/subject/{kind}/{id}", get(of_subject))
        .route(
            "/fact/{kind}/{id}/{attribute}",
            get(|state, at, query, headers| of_fact(state, at, query, headers, Wanted::Fact)),
        )
        .route(
            "/fact/{kind}/{id}/{attribute}/history",
            get(|state, at, query, headers| of_fact(state, at, query, headers, Wanted::History)),
        )
        .route("/state", get(|state, query, headers| page(state, query, headers, Wanted::State)))
        .route("/diff", get(|state, query, headers| page(state, query, headers, Wanted::Diff)))
        .route("/style.css", get(|| async { asset(STYLE, "text/css; charset=utf-8") }))
        .route("/app.js", get(|| async { asset(SCRIPT, "text/javascript; charset=utf-8") }));
    if live.proposals().is_some() {
        let form = get(|state, at, query, headers| of_fact(state, at, query, headers, Wanted::Propose));
        routes = routes.route("/fact/{kind}/{id}/{attribute}/propose", form.post(propose::send));
    }
    if key.is_some() {
        routes =
            routes.route(SIGN_IN, get(door::form).post(door::sign_in)).route(SIGN_OUT, post(door::sign_out));
    }
    routes.with_state(Arc::new(Pages { live, key }))
}

async fn of_subject(
    state: Held,
    Path((kind, id)): Path<(String, String)>,
    query: RawQuery,
    headers: HeaderMap,
) -> Response {
    page(state, query, headers, Wanted::Subject(Subject::new(&kind, &id))).await
}

/// Kind, id and attribute in a path.
type At = Path<(String, String, String)>;

async fn of_fact(
    state: Held,
    at: At,
    query: RawQuery,
    headers: HeaderMap,
    wanted: fn(Slot) -> Wanted,
) -> Response {
    page(state, query, headers, wanted(slot(&at))).await
}

fn slot(Path((kind, id, attribute)): &At) -> Slot {
    Slot { subject: Subject::new(kind, id), attribute: attribute.as_str().into() }
}

/// One page, worked out apart from the threads that answer short questions.
async fn page(State(pages): Held, RawQuery(query): RawQuery, headers: HeaderMap, wanted: Wanted) -> Response {
    let began = Instant::now();
    let query = query.unwrap_or_default();
    let (is_slow, view, held) = (wanted.is_slow(&query), wanted.name(), Arc::clone(&pages));
    let make = move || asked::page(&held, &query, &wanted, &headers);
    let made = if is_slow { pages.live.slowly(make).await } else { apart(make).await };
    let response = match made {
        Ok(Made { tag, markup }) => {
            let mut response = markup.map_or_else(Tag::unchanged, |markup| html(StatusCode::OK, markup));
            Tag::put(tag.as_ref(), response.headers_mut());
            response
        }
        Err(problem) => failed(&pages, &problem),
    };
    pages.live.metrics().pages.count(view, response.status(), began.elapsed());
    response
}

fn failed(pages: &Pages, problem: &Problem) -> Response {
    let served = pages.live.now();
    let name = served.snapshot.name().unwrap_or("knowledge");
    let trouble = pages.live.trouble();
    let links = Links::live(String::new()).signing_out(pages.key.is_some());
    html(status(problem), frame::problem(problem, name, &links, trouble.as_deref()))
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// That a form did not come from a page of this very site.
fn not_ours() -> Problem {
    Problem::new(403, "not-our-form", "this was not sent by a page of this server")
        .help("open the page here, and send its form")
}

fn html(status: StatusCode, markup: Markup) -> Response {
    let mut response = asset(markup.into_string(), "text/html; charset=utf-8");
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(HeaderName::from_static("content-security-policy"), HeaderValue::from_static(POLICY));
    // To other sites nothing; but a form of this one has to say where it comes from, which `no-referrer` would hide
    // (<https://fetch.spec.whatwg.org/#append-a-request-origin-header>).
    response
        .headers_mut()
        .insert(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("same-origin"));
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

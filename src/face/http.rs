//! Questions and answers over HTTP: routes, problems (RFC 9457), conditional requests, and who may ask.

mod access;
mod ask;
mod connection;
mod propose;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};

pub(in crate::face) use access::Access;

use crate::face::failure::Failure;
use crate::face::serve::Live;
use crate::face::service::{Problem, openapi};

/// What every handler may use.
pub(in crate::face) struct App {
    /// What is served.
    live: Arc<Live>,
    access: Access,
    /// The description of the routes: it never changes.
    openapi: Vec<u8>,
}

/// The content root of the snapshot that answered.
const SNAPSHOT: HeaderName = HeaderName::from_static("dictum-snapshot");

/// Serves until the process is told to stop, and lets end what was begun; with `pages` and `agents` behind the same guards.
/// What is sent to both comes whole and is not too large, and to `agents` it is JSON.
///
/// # Errors
/// Where the address can't be had, or may not be served without a token.
pub(in crate::face) async fn serve(
    address: SocketAddr,
    access: Access,
    live: Arc<Live>,
    pages: Router,
    agents: Router,
) -> Result<(), Failure> {
    access.check(&address)?;
    let taken = |error| Failure::file("listen at", std::path::Path::new(&address.to_string()), &error);
    let listener = tokio::net::TcpListener::bind(address).await.map_err(taken)?;
    let bound = listener.local_addr().map_err(taken)?;
    let proposals = live.proposals().is_some();
    let app = Arc::new(App {
        live,
        access: access.at(bound),
        openapi: serde_json::to_vec(&openapi(proposals)).unwrap_or_default(),
    });
    tracing::info!("listens at http://{bound}");
    let others = pages
        .layer(axum::middleware::from_fn(ask::whole))
        .merge(agents.layer(axum::middleware::from_fn(ask::whole_json)));
    connection::accept(listener, router(&app, others)).await;
    tracing::info!("ends");
    Ok(())
}

fn router(app: &Arc<App>, others: Router) -> Router {
    let propose = match app.live.proposals() {
        Some(_) => Router::new().route("/v1/propose", post(propose::propose)),
        None => Router::new(),
    };
    propose
        .route("/v1/{question}", get(ask::one).post(ask::batch))
        .route("/openapi.json", get(openapi_json))
        .route("/health", get(health))
        .route("/metrics", get(metrics_text))
        .with_state(Arc::clone(app))
        .merge(others)
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(app), access::guard))
}

async fn openapi_json(State(app): State<Arc<App>>) -> Response {
    json(StatusCode::OK, app.openapi.clone())
}

async fn health(State(app): State<Arc<App>>) -> Response {
    json(StatusCode::OK, serde_json::to_vec(&app.live.health()).unwrap_or_default())
}

async fn metrics_text(State(app): State<Arc<App>>) -> Response {
    let mut response = Response::new(Body::from(app.live.metrics().text(&app.live)));
    let form = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(form));
    response
}

async fn nowhere() -> Response {
    problem(&Problem::new(404, "no-such-route", "there is nothing at this path").help("see `/openapi.json`"))
}

async fn not_so() -> Response {
    problem(&Problem::new(405, "no-such-method", "this path is not asked so").help("see `/openapi.json`"))
}

fn json(status: StatusCode, bytes: impl Into<Body>) -> Response {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A problem as RFC 9457 has it.
fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, serde_json::to_vec(&problem.json()).unwrap_or_default());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// A header of a text that has no signs which can't stand in one.
fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

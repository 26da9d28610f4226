//! Who may ask: hosts, origins, and a token.
//!
//! A page of any site can make a browser send requests to this machine. They bear that site's origin, or, where a name
//! of the site leads to this machine all of a sudden (DNS rebinding), that site's host: neither is answered.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    AUTHORIZATION, HOST, HeaderMap, LOCATION, ORIGIN, VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::App;
use crate::face::failure::Failure;
use crate::face::service::Problem;
use crate::face::sign_in::{Key, OPEN, SIGN_IN};

/// Who may ask.
#[derive(Clone, Debug, Default)]
pub(in crate::face) struct Access {
    /// What requests have to bear; `None` where anybody on this machine may ask.
    pub key: Option<Arc<Key>>,
    /// Hosts, beside those of this machine: `knowledge.example`, with any port.
    pub hosts: Vec<String>,
    /// Origins of pages that may ask: `https://tool.example`.
    pub origins: Vec<String>,
}

impl Access {
    /// Whether one may listen there so.
    pub fn check(&self, address: &SocketAddr) -> Result<(), Failure> {
        if address.ip().is_loopback() || self.key.is_some() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "`{}` can be reached from other machines, and no token is asked for",
            address.ip()
        ))
        .help("set the variable `DICTUM_TOKEN` to a long secret text, or listen at 127.0.0.1"))
    }

    /// The same, listening there.
    pub fn at(mut self, bound: SocketAddr) -> Access {
        if !bound.ip().is_unspecified() {
            self.hosts.push(host_of(bound.ip()));
        }
        self
    }

    fn problem(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Problem> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let mut hosts = headers.get_all(HOST).iter();
        let (first, second) = (hosts.next(), hosts.next());
        if first.is_none() || second.is_some() || !host.is_some_and(|host| self.is_host(host)) {
            return Some(
                Problem::new(
                    403,
                    "host-not-allowed",
                    "this server is not known under the name it was asked by",
                )
                .help("ask it by the address it listens at, or start it with `--host NAME`"),
            );
        }
        let mut origins = headers.get_all(ORIGIN).iter();
        if !origins.all(|origin| origin.to_str().is_ok_and(|origin| self.is_origin(origin))) {
            return Some(
                Problem::new(403, "origin-not-allowed", "pages of that site may not ask this server")
                    .help("start it with `--origin https://…` if they shall"),
            );
        }
        let key = self.key.as_ref()?;
        if OPEN.contains(&path) || key.opens(method, headers) {
            return None;
        }
        Some(
            Problem::new(401, "token-wanted", "this server answers who bears its token")
                .help("send `Authorization: Bearer …`"),
        )
    }

    fn is_host(&self, host: &str) -> bool {
        let name = without_port(host);
        ["localhost", "127.0.0.1", "[::1]"].contains(&name) || self.hosts.iter().any(|known| known == name)
    }

    /// Whether an origin was named by whoever started this.
    fn is_named(&self, origin: &HeaderValue) -> bool {
        origin.to_str().is_ok_and(|origin| self.origins.iter().any(|known| known == origin))
    }

    fn is_origin(&self, origin: &str) -> bool {
        let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        own.is_some_and(|host| !host.contains('/') && self.is_host(host))
            || self.origins.iter().any(|known| known == origin)
    }
}

/// An address as it stands in `Host`.
fn host_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// What a browser is told that asks beforehand whether it may (<https://fetch.spec.whatwg.org/#http-cors-protocol>).
fn may_ask() -> Response {
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type, authorization"));
    response
}

/// Whether a person looks at what comes back: a browser asks for a page, and nobody tried a token.
fn is_of_a_person(request: &Request) -> bool {
    let headers = request.headers();
    let wants = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    request.method() == Method::GET && wants.contains("text/html") && !headers.contains_key(AUTHORIZATION)
}

/// Leads a browser to the form that asks for the token, and back from there.
fn to_sign_in(request: &Request) -> Response {
    let uri = request.uri();
    let to = uri.path_and_query().map_or("/", |path| path.as_str());
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::from_str(&format!("{SIGN_IN}?{query}"));
    response.headers_mut().insert(LOCATION, location.unwrap_or(HeaderValue::from_static(SIGN_IN)));
    response
}

/// Lets through who may ask, and says what browsers may do with an answer.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    // Pages of other sites may read answers here alone, and only of the sites that were named.
    let shared = request.uri().path().starts_with("/reconcile");
    let origin =
        request.headers().get(ORIGIN).filter(|origin| shared && app.access.is_named(origin)).cloned();
    let asks_first = origin.is_some() && request.method() == Method::OPTIONS;
    let (method, path) = (request.method(), request.uri().path());
    let problem = app
        .access
        .problem(method, path, request.headers())
        .filter(|problem| !(asks_first && problem.status == 401));
    let mut response = match problem {
        None if asks_first => may_ask(),
        None => next.run(request).await,
        Some(problem) if problem.status == 401 && is_of_a_person(&request) => to_sign_in(&request),
        Some(problem) => {
            let mut response = super::problem(&problem);
            if problem.status == 401 {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            response
        }
    };
    let headers = response.headers_mut();
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

//! The routes of questions: one in the address, or many in a body.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use jiff::civil::Date;
use serde_json::Value as Json;

use super::{App, SNAPSHOT, header, json, problem};
use crate::face::clock::today;
use crate::face::serve::{Live, Tag};
use crate::face::service::{Asked, Fields, Problem, QUESTIONS, Question, Reads, Served, question};
use crate::query::nearest;

/// The largest body.
const MOST_BODY: usize = 2 << 20;

/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request of more bytes is not answered between others.
const SHORT: usize = 16 << 10;

/// `GET /v1/QUESTION?…`
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    counted(&app, &name, |question| answer(&app.live, question, &query, &headers)).await
}

/// `POST /v1/QUESTION`: all from one snapshot.
pub(super) async fn batch(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    counted(&app, &name, |question| answer_all(&app.live, question, &headers, body)).await
}

/// Answers the question of that name, and counts it.
async fn counted<A: Future<Output = Result<Response, Problem>>>(
    app: &App,
    name: &str,
    answering: impl FnOnce(&'static Question) -> A,
) -> Response {
    let began = Instant::now();
    let (label, answered) = match find(name) {
        Err(problem) => ("unknown", Err(problem)),
        Ok(question) => (question.name, answering(question).await),
    };
    let response = answered.unwrap_or_else(|other| problem(&other));
    app.live.metrics().questions.count(label, response.status(), began.elapsed());
    response
}

async fn answer(
    live: &Arc<Live>,
    question: &'static Question,
    query: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let (name, day, now) = (question.name, today(), live.now());
    if let Some(known) = now.given.get(name, query, day) {
        let tag = Tag::new(&now, day);
        let response =
            if tag.is_known(headers) { Tag::unchanged() } else { json(StatusCode::OK, shared(known)) };
        return Ok(named(response, &now, Some(&tag)));
    }
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
    let fields = Fields::of_pairs(pairs, question.parameters)?;
    let served = served(live, &fields).await?;
    let lasts = question.reads != Reads::Repository;
    let tag = lasts.then(|| Tag::new(&served, day));
    if tag.as_ref().is_some_and(|tag| tag.is_known(headers)) {
        return Ok(named(Tag::unchanged(), &served, tag.as_ref()));
    }
    let of_now = fields.optional_text("at").is_none();
    let answer = if question.reads != Reads::Places || query.len() > SHORT {
        let held = Arc::clone(&served);
        live.slowly(move || ask(question, &fields, &held, day)).await?
    } else {
        ask(question, &fields, &served, day)?
    };
    let body = if lasts && of_now {
        shared(served.given.put(name, query, day, answer))
    } else {
        Bytes::from(answer)
    };
    Ok(named(json(StatusCode::OK, body), &served, tag.as_ref()))
}

/// Bytes that are held elsewhere too.
fn shared(bytes: Arc<[u8]>) -> Bytes {
    Bytes::from_owner(bytes)
}

/// The same with the snapshot and the tag that it is of.
fn named(mut response: Response, served: &Served, tag: Option<&Tag>) -> Response {
    let headers = response.headers_mut();
    headers.insert(SNAPSHOT, header(&served.root));
    Tag::put(tag, headers);
    response
}

async fn answer_all(
    live: &Arc<Live>,
    question: &'static Question,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let requests = requests(headers, body, question.most_requests()).await?;
    let (served, day) = (live.now(), today());
    let held = Arc::clone(&served);
    let work = move || {
        let mut answers = Vec::new();
        for request in &requests {
            if !answers.is_empty() {
                answers.push(b',');
            }
            let answered = match request {
                Json::Object(object) => Fields::of_json(object, question.parameters).and_then(|fields| {
                    match fields.optional_text("at") {
                        None => ask(question, &fields, &held, day),
                        Some(_) => Err(Problem::new(
                            400,
                            "not-in-a-batch",
                            "the answers of a batch are from one snapshot",
                        )
                        .help("ask with `at` one by one")),
                    }
                }),
                _ => Err(Problem::new(400, "bad-parameter", "a request is a JSON object")),
            };
            match answered {
                Ok(bytes) => answers.extend(bytes),
                Err(problem) => answers.extend(serde_json::to_vec(&problem.json()).unwrap_or_default()),
            }
        }
        let mut bytes =
            format!("{{\"schema\":\"dictum.batch/1\",\"snapshot\":\"{}\",\"answers\":[", held.root)
                .into_bytes();
        bytes.append(&mut answers);
        bytes.extend(b"]}");
        Ok(bytes)
    };
    let mut response = json(StatusCode::OK, live.slowly(work).await?);
    response.headers_mut().insert(SNAPSHOT, header(&served.root));
    Ok(response)
}

/// The requests of a body that is JSON and says so.
async fn requests(headers: &HeaderMap, body: Body, most: usize) -> Result<Vec<Json>, Problem> {
    let bytes = json_body(headers, body).await?;
    let shape = || {
        Problem::new(400, "bad-body", "the body has to be JSON of the form `{\"requests\": [{…}]}`")
            .help("see `/openapi.json`")
    };
    let read: Json = serde_json::from_slice(&bytes).map_err(|_| shape())?;
    let Json::Object(mut object) = read else { return Err(shape()) };
    let Some(Json::Array(requests)) = object.remove("requests") else { return Err(shape()) };
    match requests.len() {
        _ if !object.is_empty() => Err(shape()),
        0 => Err(shape()),
        count if count > most => {
            let message = format!("a batch has at most {most} requests here, and this has {count}");
            Err(Problem::new(413, "too-large", message).help("send it in parts"))
        }
        _ => Ok(requests),
    }
}

/// A body that says it is JSON, within what is read and waited for.
pub(super) async fn json_body(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let form = headers.get(CONTENT_TYPE).and_then(|form| form.to_str().ok()).unwrap_or_default();
    let form = form.split(';').next().unwrap_or_default().trim();
    if !form.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(415, "not-json", "the body has to be JSON, and to say so")
            .help("send `Content-Type: application/json`"));
    }
    body_of(body).await
}

/// A body, within what is read and waited for.
async fn body_of(body: Body) -> Result<Bytes, Problem> {
    let late = |_| Problem::new(408, "too-late", "the body did not come in time");
    let large = |_| {
        Problem::new(413, "too-large", format!("the body is larger than {MOST_BODY} bytes, or was cut off"))
            .help("send it in parts")
    };
    tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, MOST_BODY)).await.map_err(late)?.map_err(large)
}

/// Hands on what was sent once all of it is there: who dawdles holds up nothing but a connection.
pub(super) async fn whole(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let read = if head.method == Method::POST { body_of(body).await } else { Ok(Bytes::new()) };
    hand_on(head, read, next).await
}

/// The same of what is JSON and says so.
pub(super) async fn whole_json(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let read =
        if head.method == Method::POST { json_body(&head.headers, body).await } else { Ok(Bytes::new()) };
    hand_on(head, read, next).await
}

async fn hand_on(head: Parts, read: Result<Bytes, Problem>, next: Next) -> Response {
    match read {
        Ok(bytes) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Err(other) => problem(&other),
    }
}

/// What answers: what is served now, or what was at the commit that was named.
async fn served(live: &Arc<Live>, fields: &Fields) -> Result<Arc<Served>, Problem> {
    match fields.optional_text("at") {
        None => Ok(live.now()),
        Some(at) => {
            let (held, at) = (Arc::clone(live), at.to_owned());
            live.slowly(move || held.at(&at)).await
        }
    }
}

fn ask(question: &Question, fields: &Fields, served: &Served, today: Date) -> Result<Vec<u8>, Problem> {
    (question.ask)(&Asked { fields, served, today })
}

fn find(name: &str) -> Result<&'static Question, Problem> {
    question(name).ok_or_else(|| {
        let names = QUESTIONS.iter().map(|question| question.name);
        let help = match nearest(name, names, 1).first() {
            Some(near) => format!("did you mean `/v1/{near}`?"),
            None => "see `/openapi.json`".to_owned(),
        };
        Problem::new(404, "no-such-route", "there is no such question").help(help)
    })
}

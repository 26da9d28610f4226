//! What an answer is known by, so that whoever has it need not be sent it again (RFC 9110 8.8.3, 13.1.2).

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, ETAG, HeaderMap, IF_NONE_MATCH};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use jiff::civil::Date;

use crate::face::service::Served;

/// A tag: two answers to one request that bear it are the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::face) struct Tag(String);

impl Tag {
    /// Of what is answered from `served` on a day. The hash is of the whole file, for facts may be alike and said by another
    /// commit; the day is for who named none; and another version may tell the same otherwise, as one without a repository does.
    pub fn new(served: &Served, day: Date) -> Tag {
        let of = if served.origin.is_some() { "" } else { "/file" };
        Tag(format!("\"{}/{day}/{}{of}\"", served.snapshot.file_hash(), env!("CARGO_PKG_VERSION")))
    }

    /// The same, of a variant of what is answered.
    pub fn of(self, variant: &str) -> Tag {
        match variant {
            "" => self,
            variant => Tag(format!("{}/{variant}\"", self.0.trim_end_matches('"'))),
        }
    }

    /// Whether it is one of those that a client knows: compared weakly.
    pub fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = known.flat_map(|known| known.split(',')).map(str::trim);
        tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == self.0)
    }

    /// That what the client has is still so.
    pub fn unchanged() -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    }

    /// Puts it on an answer, where there is one; and that the answer is to be asked about each time: a correction is to be
    /// seen at once.
    pub fn put(tag: Option<&Tag>, headers: &mut HeaderMap) {
        if let Some(Tag(tag)) = tag {
            headers.insert(ETAG, HeaderValue::from_str(tag).unwrap_or(HeaderValue::from_static("")));
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
}

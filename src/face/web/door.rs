//! Where a browser is asked for the token: once, for as long as it is open.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::{HeaderMap, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use super::frame::{self, Place};
use super::links::Links;
use super::{Held, Pages, failed, html as page, not_ours};
use crate::face::sign_in::{Key, SIGN_IN, is_own_form};

/// The longest token, and the longest way back.
const MOST: usize = 4096;

/// The form.
pub(super) async fn form(RawQuery(query): RawQuery) -> Response {
    let to = field(query.unwrap_or_default().as_bytes(), "to");
    page(StatusCode::OK, shown(&way_back(&to), false))
}

/// What was typed: the cookie, and back to where one came from; or the form again.
pub(super) async fn sign_in(State(pages): Held, headers: HeaderMap, body: Bytes) -> Response {
    let Some(key) = pages.key.as_ref().filter(|_| is_own_form(&headers)) else {
        return failed(&Pages { live: Arc::clone(&pages.live), key: None }, &not_ours());
    };
    let to = way_back(&field(&body, "to"));
    if !key.is(field(&body, "token").trim()) {
        tracing::warn!("somebody tried a wrong token");
        return page(StatusCode::UNAUTHORIZED, shown(&to, true));
    }
    leads(&to, key.cookie(&headers))
}

/// Takes the cookie away.
pub(super) async fn sign_out(State(pages): Held, headers: HeaderMap) -> Response {
    match pages.key.as_deref().map(|key: &Key| key.no_cookie(&headers)) {
        Some(no_cookie) if is_own_form(&headers) => leads(SIGN_IN, no_cookie),
        _ => failed(&pages, &not_ours()),
    }
}

fn leads(to: &str, cookie: HeaderValue) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/")));
    headers.insert(SET_COOKIE, cookie);
    response
}

fn field(pairs: &[u8], name: &str) -> String {
    let mut pairs = form_urlencoded::parse(pairs);
    let found = pairs.find(|(own, _)| own == name).map(|(_, value)| value.into_owned());
    found.filter(|value| value.len() <= MOST).unwrap_or_default()
}

/// A page of this server; never one of another, however it is spelled.
fn way_back(to: &str) -> String {
    let plain = to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    match to.starts_with('/') && !to.starts_with("//") && plain {
        true => to.to_owned(),
        false => "/".to_owned(),
    }
}

/// Says nothing of the knowledge, not even its name: whoever sees it has not shown the token.
fn shown(to: &str, wrong: bool) -> Markup {
    let main = html! {
        h1 { "Sign in" }
        p { "What is known here is shown to who has the token of this server. Whoever runs it can tell." }
        form.sheet action=(SIGN_IN) method="post" {
            @if wrong { p.note role="alert" { strong { "That is not the token. " } "Paste it whole, without quotes." } }
            input type="hidden" name="to" value=(to);
            div.field {
                label for="token" { "Token" }
                input id="token" type="password" name="token" required maxlength=(MOST) autocomplete="current-password" spellcheck="false" autofocus;
            }
            p { button type="submit" { "Sign in" } }
        }
        // A link from elsewhere brings no cookie along (`SameSite=Strict`); one from here does.
        p { a href=(to) { "I am signed in already" } }
        p.quiet { "A cookie remembers it until the browser is closed or you sign out." }
    };
    frame::shell("dictum", "Sign in", Place::Other, &Links::live(String::new()), None, &main, None, "")
}

#[cfg(test)]
mod tests {
    use super::way_back;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(way_back("/fact/term/acv/unit?on=2026-01-01"), "/fact/term/acv/unit?on=2026-01-01");
        for to in
            ["", "fact", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(way_back(to), "/", "{to:?}");
        }
    }
}

//! The token that requests have to bear: in a header, or in the cookie of a browser that was given it once.
//!
//! The cookie holds no token but what follows from it, so that it says nothing of the token, and ends with it. It is sent by
//! pages of this very site alone (`SameSite=Strict`), and no script reads it (`HttpOnly`;
//! <https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2.6>). Cookies know no ports: so its name follows from the token too, and
//! two servers of one machine don't take each other's.

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderMap, ORIGIN};
use axum::http::{HeaderValue, Method};

/// Where a browser is given its cookie.
pub(in crate::face) const SIGN_IN: &str = "/sign-in";

/// Where it is taken away.
pub(in crate::face) const SIGN_OUT: &str = "/sign-out";

/// What anybody may ask for: the form, and how it looks.
pub(in crate::face) const OPEN: [&str; 3] = [SIGN_IN, "/style.css", "/app.js"];

/// What forms of pages are sent as.
const FORM: &str = "application/x-www-form-urlencoded";

/// What requests have to bear.
pub(in crate::face) struct Key {
    token: String,
    name: String,
    value: String,
}

impl Key {
    /// The key of that token.
    pub fn new(token: String) -> Key {
        let derived = blake3::derive_key("dictum 2026-11 cookie of a browser", token.as_bytes());
        let hex = blake3::Hash::from(derived).to_hex();
        let named = blake3::derive_key("dictum 2026-11 name of a cookie", token.as_bytes());
        let name = format!("dictum-{}", &blake3::Hash::from(named).to_hex()[..8]);
        Key { token, name, value: hex.to_string() }
    }

    /// Whether that is the token.
    pub fn is(&self, token: &str) -> bool {
        is_same(token.as_bytes(), self.token.as_bytes())
    }

    /// Whether a request may be answered: it bears the token; or it is of a browser with the cookie, and asks for something,
    /// or sends what a form of this very site sends. No other request that writes goes by the cookie.
    pub fn opens(&self, method: &Method, headers: &HeaderMap) -> bool {
        let borne = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        match borne {
            Some(borne) => self.is(borne),
            None => {
                let reads = matches!(*method, Method::GET | Method::HEAD);
                (reads || is_own_form(headers)) && self.is_in_cookie(headers)
            }
        }
    }

    fn is_in_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
        let pairs =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut own = pairs.filter(|(name, _)| *name == self.name);
        own.any(|(_, value)| is_same(value.as_bytes(), self.value.as_bytes()))
    }

    /// The cookie, for as long as the browser is open.
    pub fn cookie(&self, headers: &HeaderMap) -> HeaderValue {
        self.set(&self.value, "", headers)
    }

    /// Takes it away.
    pub fn no_cookie(&self, headers: &HeaderMap) -> HeaderValue {
        self.set("", "; Max-Age=0", headers)
    }

    fn set(&self, value: &str, lasts: &str, headers: &HeaderMap) -> HeaderValue {
        // Where the browser itself came by https, it shall not send it otherwise.
        let secure = headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https://"));
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{lasts}{secure}", self.name);
        HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
    }
}

impl std::fmt::Debug for Key {
    /// Without the token: it has no place in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Whether a request is a form that a page of this very site sent: of this host and port, not of another on this machine.
pub(in crate::face) fn is_own_form(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let form = text(CONTENT_TYPE).and_then(|form| form.split(';').next()).unwrap_or_default();
    let origin = text(ORIGIN)
        .and_then(|origin| origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")));
    // What a browser says of where a request comes from (<https://www.w3.org/TR/fetch-metadata/>), where it says so.
    let site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin");
    form.trim().eq_ignore_ascii_case(FORM) && origin.is_some() && origin == text(HOST) && site
}

/// Whether two texts are one, told without telling by time how far they are. Hashed, they are of one length.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    // Comparing these takes one time whatever they are.
    blake3::hash(a) == blake3::hash(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).expect("a header");
        pairs.iter().map(|(name, text)| ((*name).parse().expect("a name"), value(text))).collect()
    }

    #[test]
    fn a_cookie_opens_what_reads_and_the_forms_of_this_site() {
        let key = Key::new("0123456789abcdef".to_owned());
        let set = key.cookie(&HeaderMap::new());
        let set = set.to_str().expect("a cookie");
        assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict") && !set.contains("0123456789abcdef"));
        let cookie = format!("other=1; {}", set.split(';').next().expect("a pair"));
        let own = ("origin", "http://localhost:8760");
        let host = ("host", "localhost:8760");
        let form = ("content-type", FORM);
        let opens = |method: Method, pairs: &[(&'static str, &str)]| {
            let mut all = vec![("cookie", &*cookie)];
            all.extend(pairs);
            key.opens(&method, &headers(&all))
        };
        assert!(opens(Method::GET, &[host]));
        assert!(opens(Method::POST, &[host, own, form]));
        assert!(!opens(Method::POST, &[host, own, ("content-type", "application/json")]));
        assert!(!opens(Method::POST, &[host, form]), "no origin");
        assert!(!opens(Method::POST, &[host, form, ("origin", "null")]));
        assert!(!opens(Method::POST, &[host, form, ("origin", "http://localhost:3000")]), "another port");
        assert!(!opens(Method::POST, &[host, own, form, ("sec-fetch-site", "same-site")]));
        assert!(!opens(Method::GET, &[host, ("authorization", "Bearer wrong")]), "what is said counts");
        assert!(
            !Key::new("another-0123456789".to_owned()).opens(&Method::GET, &headers(&[("cookie", &cookie)]))
        );
    }

    #[test]
    fn over_https_a_cookie_stays_there() {
        let key = Key::new("0123456789abcdef".to_owned());
        let set = key.cookie(&headers(&[("origin", "https://knowledge.example")]));
        assert!(set.to_str().expect("a cookie").ends_with("; Secure"));
    }
}

//! Where links lead: on a server to addresses that carry the day, the commit and the case; in a folder to files.

use std::fmt::Write as _;

use crate::claim::{Slot, Subject};

/// Where links lead.
#[derive(Clone, Debug)]
pub(super) struct Links {
    form: Form,
    signs_out: bool,
}

#[derive(Clone, Debug)]
enum Form {
    /// With what is carried along, ready behind `?`.
    Live(String),
    /// From a file so many folders down.
    Still(usize),
}

/// The longest part of a file's name that is the name itself.
const MOST_NAME: usize = 100;

impl Links {
    /// On a server, carrying `query` along.
    pub fn live(query: String) -> Links {
        Links { form: Form::Live(query), signs_out: false }
    }

    /// In a folder, from a file so many folders down.
    pub fn still(depth: usize) -> Links {
        Links { form: Form::Still(depth), signs_out: false }
    }

    /// The same, where who looks came by a token.
    #[must_use]
    pub fn signing_out(mut self, signs_out: bool) -> Links {
        self.signs_out = signs_out;
        self
    }

    /// Whether who looks came by a token.
    pub fn signs_out(&self) -> bool {
        self.signs_out
    }

    /// Whether a server answers.
    pub fn is_live(&self) -> bool {
        matches!(self.form, Form::Live(_))
    }

    /// What is carried along, ready behind `?`.
    pub fn carried(&self) -> &str {
        match &self.form {
            Form::Live(query) => query,
            Form::Still(_) => "",
        }
    }

    fn to(&self, live: &str, still: &str) -> String {
        match &self.form {
            Form::Live(query) if query.is_empty() => live.to_owned(),
            Form::Live(query) => format!("{live}?{query}"),
            Form::Still(depth) => format!("{}{still}", "../".repeat(*depth)),
        }
    }

    /// The first page.
    pub fn home(&self) -> String {
        self.to("/", "index.html")
    }

    /// The style sheet.
    pub fn style(&self) -> String {
        match self.form {
            Form::Live(_) => "/style.css".to_owned(),
            Form::Still(_) => self.to("", "style.css"),
        }
    }

    /// The subjects of a kind.
    pub fn kind(&self, kind: &str) -> String {
        self.to(&format!("/kind/{}", encoded(kind)), &format!("index.html#{}", in_file(kind)))
    }

    /// A subject.
    pub fn subject(&self, subject: &Subject) -> String {
        let (kind, id) = (subject.kind(), subject.id());
        self.to(&format!("/subject/{}/{}", encoded(kind), encoded(id)), &subject_file(subject))
    }

    /// A fact.
    pub fn fact(&self, slot: &Slot) -> String {
        self.to(&fact(slot), &fact_file(slot))
    }

    /// How a fact came to be; only on a server.
    pub fn history(&self, slot: &Slot) -> String {
        self.to(&format!("{}/history", fact(slot)), "")
    }

    /// A form to correct a fact; only on a server.
    pub fn propose(&self, slot: &Slot) -> String {
        self.to(&proposal(slot), "")
    }

    /// How the knowledge fares.
    pub fn state(&self) -> String {
        self.to("/state", "state.html")
    }
}

/// The path of a fact on a server.
pub(super) fn fact(slot: &Slot) -> String {
    let (kind, id) = (encoded(slot.subject.kind()), encoded(slot.subject.id()));
    format!("/fact/{kind}/{id}/{}", encoded(&slot.attribute))
}

/// The path of the form to correct a fact, on a server.
pub(super) fn proposal(slot: &Slot) -> String {
    format!("{}/propose", fact(slot))
}

/// The file of a subject's page.
pub(super) fn subject_file(subject: &Subject) -> String {
    format!("subject/{}/{}.html", in_file(subject.kind()), in_file(subject.id()))
}

/// The file of a fact's page.
pub(super) fn fact_file(slot: &Slot) -> String {
    let (kind, id) = (in_file(slot.subject.kind()), in_file(slot.subject.id()));
    format!("fact/{kind}/{id}/{}.html", in_file(&slot.attribute))
}

/// `text` as one segment of a path (RFC 3986: all but unreserved characters percent-encoded). A segment of dots alone would
/// be taken for a way up.
fn encoded(text: &str) -> String {
    let dots = text.chars().all(|c| c == '.');
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'.' if dots => out.push_str("%2E"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => {
                // A text takes whatever is written to it.
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// `text` as a part of a file's name that every system takes, and that no other text has: small letters, digits, `-` and `.`
/// stand for themselves, all else is `_` and two digits. What would be too long is cut, and told apart by its hash.
pub(super) fn in_file(text: &str) -> String {
    let mut out = String::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => out.push(char::from(byte)),
            b'.' if at > 0 => out.push('.'),
            other => {
                let _ = write!(out, "_{other:02x}");
            }
        }
    }
    if out.len() > MOST_NAME {
        let hash = blake3::hash(text.as_bytes()).to_hex();
        // Behind `__` no name goes on by itself.
        out = format!("{}__{}", &out[..MOST_NAME - 40], &hash[..32]);
    }
    out
}

/// Pairs as they stand behind `?`.
pub(super) fn pairs(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_names_share_a_file() {
        let names = ["acv", "ACV", "a_63v", "a.cv", ".", "..", "a/../b", "a b", "ä", "con"];
        let mut files: Vec<String> = names.iter().map(|name| in_file(name)).collect();
        assert!(
            files.iter().all(|file| !file.contains(['/', '\\', ' ']) && !file.starts_with('.')),
            "{files:?}"
        );
        files.sort();
        files.dedup();
        assert_eq!(files.len(), names.len());
        assert!(in_file(&"x".repeat(5_000)).len() <= MOST_NAME);
    }

    #[test]
    fn a_segment_stays_one() {
        assert_eq!(encoded("a/b?c#d"), "a%2Fb%3Fc%23d");
        assert_eq!(encoded(".."), "%2E%2E");
    }
}

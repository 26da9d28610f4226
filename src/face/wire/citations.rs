//! `dictum.citations/1`: what a text cites, how each citation stands, and which names cite nothing.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::value::{self, SaidBy, boundary};
use crate::claim::Subject;
use crate::history::Commit;
use crate::query::{self, Context, Origin};
use crate::source::Place;

/// Places that are told of one citation.
pub const MOST_PLACES: usize = 100;

/// A text that was held against the knowledge.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.citations/1")]
pub struct Citations {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.citations/1"))]
    schema: &'static str,
    /// The file; absent for standard input.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Whether every citation holds.
    ok: bool,
    /// The day on which they are to hold.
    on: String,
    /// What is known of the case.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    context: BTreeMap<String, Json>,
    /// Each thing that is cited, once, in the order of their first places.
    citations: Vec<Citation>,
    /// Names of subjects that no citation in the text is about, each once.
    uncited: Vec<Uncited>,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`, or `none`.
    history: &'static str,
    /// The content root of what the text was held against.
    snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// One thing that is cited.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Citation {
    /// As it is cited, without brackets.
    pub(in crate::face) citation: String,
    /// `current`: it answers. `possible`: in some of the cases left open. `elsewhere`: it is in force in other contexts or on
    /// other days. `superseded`: it is said and another claim answers. `withdrawn`: nothing says it any more. `unknown`:
    /// nothing says it, and as far as can be told nothing did. `ambiguous`: its digits are those of several claims.
    /// `malformed`: it is no pin. `unpinned`: an address that names no claim.
    #[schemars(extend("enum" = [
        "current", "possible", "elsewhere", "superseded", "withdrawn", "unknown", "ambiguous", "malformed", "unpinned"
    ]))]
    pub(in crate::face) state: &'static str,
    /// How often it is cited.
    pub(in crate::face) count: usize,
    /// Where: the first hundred places.
    pub(in crate::face) places: Vec<TextPlace>,
    /// In a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::face) message: Option<String>,
    /// What the cited claim says, where it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::face) value: Option<Json>,
    /// The commit since which it does not hold: of a `superseded` one that of the main line since which it answers no more, of
    /// a `withdrawn` one that which took it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::face) since: Option<SaidBy>,
    /// With which commit that became the main line's word, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::face) landed: Option<String>,
    /// Why there is no `since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::face) unconfirmed: Option<String>,
    /// What its slot answers now; absent where the citation is current.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::face) now: Option<Now>,
    /// Pins and addresses that may have been meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::face) near: Vec<String>,
}

/// What a slot answers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Now {
    /// What kind of result it is, as in `dictum.answer/1`.
    status: &'static str,
    /// The claim that answers; absent where no single one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<String>,
    /// What holds; null for "known not to exist"; absent where nothing single does.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    /// The commit that said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    said_by: Option<SaidBy>,
}

/// A stretch of the text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TextPlace {
    /// From 1.
    line: u32,
    /// From 1, in characters.
    column: u32,
    /// First byte.
    start: usize,
    /// One past the last byte.
    end: usize,
}

/// A name that cites nothing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Uncited {
    /// As it is written the first time.
    name: String,
    /// Whom it may mean.
    subjects: Vec<String>,
    /// How often it is written.
    count: usize,
    /// Where it is the first time.
    place: TextPlace,
}

/// A place on the wire.
pub fn text_place(place: Place, bytes: Range<usize>) -> TextPlace {
    TextPlace { line: place.line, column: place.column, start: bytes.start, end: bytes.end }
}

/// A name that cites nothing, on the wire.
pub fn uncited(name: &str, subjects: &[Subject], count: usize, place: TextPlace) -> Uncited {
    let subjects = subjects.iter().map(ToString::to_string).collect();
    Uncited { name: name.to_owned(), subjects, count, place }
}

/// One citation on the wire, without what history tells.
pub fn citation(citation: &query::Citation, state: &'static str, places: Vec<TextPlace>) -> Citation {
    let now = &citation.now;
    let said_by = citation.instead().and_then(|cite| cite.said.as_ref()?.said_by.commit());
    let now = Now {
        status: now.status.as_str(),
        pin: now.pin.as_ref().map(ToString::to_string),
        value: now.value.as_ref().map(value::value),
        said_by: said_by.map(SaidBy::from),
    };
    Citation {
        citation: citation.to_string(),
        state,
        count: citation.places.len(),
        places,
        message: None,
        value: citation.cite.as_ref().map(|cite| value::value(&cite.value)),
        since: None,
        landed: None,
        unconfirmed: None,
        now: (state != "current").then_some(now),
        near: Vec::new(),
    }
}

impl Citation {
    /// The same with the commit since which it does not hold.
    #[must_use]
    pub fn since(mut self, by: &Commit, landed: &Commit) -> Citation {
        self.since = Some(SaidBy::from(by));
        self.landed = (by.id != landed.id).then(|| landed.id.to_string());
        self
    }

    /// The same where that commit lies behind what history shows.
    #[must_use]
    pub fn behind(mut self, origin: &Origin) -> Citation {
        self.unconfirmed = boundary(origin);
        self
    }
}

/// A text on the wire.
pub fn citations(
    file: Option<String>,
    ok: bool,
    (context, on): (&Context, Date),
    citations: Vec<Citation>,
    uncited: Vec<Uncited>,
    basis: &query::Basis,
) -> Citations {
    Citations {
        schema: "dictum.citations/1",
        file,
        ok,
        on: on.to_string(),
        context: value::context(context),
        citations,
        uncited,
        history: basis.history,
        snapshot: basis.snapshot.clone(),
        at: basis.at.as_ref().map(ToString::to_string),
    }
}

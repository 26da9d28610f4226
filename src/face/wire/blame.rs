//! `dictum.blame/1`: one claim and who said it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::value::{self, SaidBy, Valid, boundary};
use crate::history::Commit;
use crate::query::{Basis, Cite, Origin};

/// One claim and who said it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.blame/1")]
pub struct Blame {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.blame/1"))]
    schema: &'static str,
    /// The slot.
    address: String,
    /// The claim, as a pin.
    claim: String,
    /// The claim's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// What it says; null for "known not to exist".
    value: Json,
    /// The contexts in which it speaks, as `when` is written; `{}` is everywhere.
    when: Json,
    /// The days on which it speaks.
    valid: Valid,
    /// What it leans on, itself or through what it corrects: `source/ID`.
    source: Option<String>,
    /// The file, from the top of the repository.
    path: String,
    /// Line, from 1.
    line: u32,
    /// Column in characters, from 1.
    column: u32,
    /// Bytes, half-open.
    bytes: [u32; 2],
    /// The commit whose tree has the claim while no parent's has; null where that can't be vouched for.
    said_by: Option<SaidBy>,
    /// Sayers on other lines of a merge.
    also_said_by: Vec<SaidBy>,
    /// The commit by which it became the main line's word.
    landed_by: Option<SaidBy>,
    /// The earliest commit that said it.
    first_said_by: Option<SaidBy>,
    /// Where one of them is null: `unknown, at or before sha1:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<String>,
    /// Whether a version in between could not be read, so that its last good text was carried on.
    carried: bool,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`, or `none`.
    history: &'static str,
    /// The commit whose knowledge it is.
    at: Option<String>,
}

/// A claim on the wire.
pub fn blame(cite: &Cite, basis: &Basis) -> Blame {
    let said = cite.said.as_ref();
    let commit = |origin: &Origin| origin.commit().map(SaidBy::from);
    let origins = said.map(|said| [&said.said_by, &said.landed_by, &said.first_said_by]);
    let unconfirmed = match origins {
        None => Some("unknown, there is no history to tell".to_owned()),
        Some(origins) => origins.into_iter().find_map(boundary),
    };
    Blame {
        schema: "dictum.blame/1",
        address: cite.pin.slot.to_string(),
        claim: cite.pin.to_string(),
        id: cite.id.as_ref().map(ToString::to_string),
        value: value::value(&cite.value),
        when: value::when(&cite.when),
        valid: Valid::from(&cite.period),
        source: cite.source.as_ref().map(|source| format!("source/{}", source.id)),
        path: cite.place.path.to_string(),
        line: cite.place.line,
        column: cite.place.column,
        bytes: [cite.place.start, cite.place.end],
        said_by: said.and_then(|said| commit(&said.said_by)),
        also_said_by: said
            .map(|said| said.also_said_by.iter().map(SaidBy::from).collect())
            .unwrap_or_default(),
        landed_by: said.and_then(|said| commit(&said.landed_by)),
        first_said_by: said.and_then(|said| commit(&said.first_said_by)),
        unconfirmed,
        carried: said.is_some_and(|said| said.carried),
        history: basis.history,
        at: basis.at.as_ref().map(ToString::to_string),
    }
}

/// `dictum.blame-total/1`: how many claims a commit or an author said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.blame-total/1")]
pub struct BlameTotal {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.blame-total/1"))]
    schema: &'static str,
    /// The commit, with `--by commit`; null where who said them can't be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<Option<SaidBy>>,
    /// The author, `Name <mail>`, with `--by author`; null where who said them can't be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Option<String>>,
    /// How many claims.
    claims: u64,
    /// Of all that were asked about, from 0 to 1, with four decimals.
    share: f64,
}

/// A total on the wire.
pub fn blame_total(claims: u64, all: u64, commit: Option<&Commit>, by_commit: bool) -> BlameTotal {
    let author = || commit.map(|commit| format!("{} <{}>", commit.author, commit.author_mail));
    BlameTotal {
        schema: "dictum.blame-total/1",
        commit: by_commit.then(|| commit.map(SaidBy::from)),
        author: (!by_commit).then(author),
        claims,
        share: (claims as f64 / all.max(1) as f64 * 10_000.0).round() / 10_000.0,
    }
}

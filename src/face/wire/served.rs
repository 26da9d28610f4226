//! `dictum.snapshot/1`: what answers are given from; `dictum.health/1`: how a server fares.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Diff, Turn};
use crate::diagnostic::ReportWire;

/// What answers are given from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.snapshot/1")]
pub struct SnapshotTold {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.snapshot/1"))]
    pub schema: &'static str,
    /// What the knowledge is called.
    pub name: String,
    /// Merkle root over what holds: what every answer names.
    pub snapshot: String,
    /// Merkle root over who said it; null without history.
    pub provenance_root: Option<String>,
    /// Hash of the whole file.
    pub file_hash: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// How many slots are decided in it.
    pub facts: u32,
    /// How many claims it holds.
    pub claims: u32,
    /// From how many source files.
    pub files: usize,
    /// How many bytes it has.
    pub bytes: u64,
    /// How its names are made keys: profile, version of Unicode, hash of the tables.
    pub normalisation: String,
    /// How much of the history could be seen: `complete`, `shallow`, `partial`, `grafted`, `replaced`, or `none`.
    pub history: &'static str,
}

/// `dictum.health/1`: whether a server serves, from what, and what stands in the way of serving the newest commit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.health/1")]
pub struct HealthTold {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.health/1"))]
    pub schema: &'static str,
    /// Whether the newest commit is not the one that is served.
    pub stale: bool,
    /// The content root of what is served.
    pub snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What is followed: a branch; absent where a file is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// How often another commit was taken up since the start.
    pub swaps: u64,
    /// Where it is stale: the newest commit, and why it isn't served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<TroubleTold>,
}

/// Why the newest commit isn't served.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TroubleTold {
    /// The newest commit, where it could be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What is wrong with its knowledge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<ReportWire>,
}

/// `dictum.changes/1`: every change of what is answered at an address, the oldest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.changes/1")]
pub struct Changes {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.changes/1"))]
    pub schema: &'static str,
    /// The changes.
    pub changes: Vec<Turn>,
    /// How many more there are that are not told.
    pub more: usize,
    /// The content root of what is served.
    pub snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// `dictum.differences/1`: what one commit answers differently than another, by address.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.differences/1")]
pub struct Differences {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.differences/1"))]
    pub schema: &'static str,
    /// The differences.
    pub changes: Vec<Diff>,
    /// How many more there are that are not told.
    pub more: usize,
    /// The content root of what is served.
    pub snapshot: String,
    /// The commit whose knowledge it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

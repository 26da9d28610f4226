//! `dictum.baseline/1`: what was found when checks began, by what it is known again.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of the shape.
pub const BASELINE_SCHEMA: &str = "dictum.baseline/1";

/// What was found when checks began: `dictum check --baseline` marks it and does not fail because of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// `dictum.baseline/1`.
    pub schema: String,
    /// Each finding, in the order of files, codes and fingerprints.
    pub findings: Vec<KnownFinding>,
    /// Of each code, how many more there were than are listed.
    #[serde(default)]
    pub beyond: BTreeMap<String, usize>,
}

/// A finding that is known.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KnownFinding {
    /// By what it is known again when lines have moved.
    pub fingerprint: String,
    /// Which kind of finding.
    pub code: String,
    /// The file it was found in; absent for one of files as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

//! Where a claim comes from over time.

use schemars::JsonSchema;
use serde::Serialize;

use crate::history::Commit;
use crate::query;

/// One claim over time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lineage")]
pub struct LineageWire {
    /// Which.
    claim: String,
    /// The commit that said its value for its region and period, whatever became of its source, id and edges since; absent
    /// where nothing says it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_said_by: Option<String>,
    /// The last merge of lines that had both changed what is said here, and differently: it chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_by: Option<String>,
    /// The last merge that kept what was said, though one line had changed it and no other had.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_over: Option<String>,
    /// Every stretch of the main line in which it stood, the oldest first.
    tenures: Vec<Tenure>,
}

/// A stretch of the main line in which the claim stood.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Tenure {
    /// The commit that said it.
    said_by: String,
    /// The commit by which it became the main line's word.
    landed_by: String,
    /// Where its word had stood before and gone: the commit that had said that.
    #[serde(skip_serializing_if = "Option::is_none")]
    restores: Option<String>,
    /// The commit that took it away; absent where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_by: Option<String>,
    /// The commit by which that became the main line's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    removal_landed_by: Option<String>,
}

/// On the wire.
pub fn lineage(lineage: &query::Lineage) -> LineageWire {
    let name = |commit: &Commit| commit.id.to_string();
    let tenure = |stretch: &query::Stretch| Tenure {
        said_by: name(&stretch.said_by),
        landed_by: name(&stretch.landed_by),
        restores: stretch.restores.as_ref().map(name),
        removed_by: stretch.removed_by.as_ref().map(name),
        removal_landed_by: stretch.removal_landed_by.as_ref().map(name),
    };
    LineageWire {
        claim: lineage.pin.to_string(),
        value_said_by: lineage.value_said_by.as_ref().map(name),
        settled_by: lineage.settled_by.as_ref().map(name),
        kept_over: lineage.kept_over.as_ref().map(name),
        tenures: lineage.stretches.iter().map(tenure).collect(),
    }
}

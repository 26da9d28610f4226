//! The JSON of answers, one struct a shape. Each names its schema; within a major number fields are only added.
//!
//! The JSON Schemas in `schema/` are made from these structs (`dictum schema`), and a test holds them together.

mod answer;
mod blame;
mod history;
mod listing;
mod report;
mod value;

pub use answer::{Answer, answer};
pub use blame::{Blame, blame};
pub use history::{Change, change};
pub use listing::{Listed, listed};
pub use report::{Built, Check, Corrected, Verified};

use serde_json::Value as Json;

use crate::diagnostic::{FindingWire, ReportWire};
use crate::kind::{KINDS, kind_schema, language_schema};

/// Every schema by the name of its file, in order: `answer` is `schema/answer.json`. Of answers and reports, and of the
/// language itself: `knowledge` for whole files, and one for each kind.
pub fn schemas() -> Vec<(String, Json)> {
    let shapes = [
        ("answer", schemars::schema_for!(Answer)),
        ("blame", schemars::schema_for!(Blame)),
        ("build", schemars::schema_for!(Built)),
        ("correct", schemars::schema_for!(Corrected)),
        ("finding", schemars::schema_for!(FindingWire)),
        ("findings", schemars::schema_for!(ReportWire)),
        ("history", schemars::schema_for!(Change)),
        ("ls", schemars::schema_for!(Listed)),
        ("verify", schemars::schema_for!(Verified)),
    ];
    let mut all: Vec<(String, Json)> =
        shapes.into_iter().map(|(name, schema)| (name.to_owned(), schema.to_value())).collect();
    all.push(("knowledge".to_owned(), language_schema()));
    all.extend(
        KINDS.iter().filter_map(|kind| Some((format!("kind/{}", kind.name), kind_schema(kind.name)?))),
    );
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

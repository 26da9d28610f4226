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
pub use report::{Built, Corrected, Check, Verified};

use schemars::Schema;

/// Every shape by the name of its schema's file: `answer` is `schema/answer.json`.
pub fn schemas() -> Vec<(&'static str, Schema)> {
    vec![
        ("answer", schemars::schema_for!(Answer)),
        ("blame", schemars::schema_for!(Blame)),
        ("build", schemars::schema_for!(Built)),
        ("correct", schemars::schema_for!(Corrected)),
        ("history", schemars::schema_for!(Change)),
        ("ls", schemars::schema_for!(Listed)),
        ("verify", schemars::schema_for!(Verified)),
    ]
}

//! What is wrong, where, and what to do about it. Does not know which stage found it.
//!
//! A finding has a code; a code has a page (`diagnostic/codes/CODE.md`) that is at once the documentation, what
//! `dictum explain CODE` prints, and a test: its *Wrong* example raises exactly this code, its *Right* one nothing.

mod code;
mod finding;
mod sink;

mod files;
mod limit;

mod fingerprint;
mod severities;

mod clean;
mod told;

mod concise;
mod excerpt;
mod human;
mod json;
mod summary;

mod github;
mod gitlab;
mod junit;
mod markdown;
mod rdjson;
mod sarif;

pub use code::{Code, Severity, codes};
pub use concise::concise;
pub use files::of_files;
pub use finding::{Finding, Fix, Label};
pub use fingerprint::fingerprints;
pub use github::github;
pub use gitlab::gitlab;
pub use human::{Look, human};
pub use json::{FINDING_SCHEMA, FindingWire, REPORT_SCHEMA, ReportWire, report, wire};
pub use junit::{junit, xml};
pub use limit::{nonetheless, nonetheless_bytes};
pub use markdown::{code_cell, code_span, inert, markdown};
pub use rdjson::rdjson;
pub use sarif::{MOST_RESULTS, sarif};
pub use severities::Severities;
pub use sink::Findings;
pub use summary::{MOST_FINDINGS, summary, totals};
pub use told::Told;

#[cfg(test)]
mod tests;

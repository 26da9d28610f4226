//! The JSON of answers, one struct a shape. Each names its schema; within a major number fields are only added.
//!
//! The JSON Schemas in `schema/` are made from these structs (`dictum schema`), and a test holds them together.

mod answer;
mod audit;
mod baseline;
mod blame;
mod candidate;
mod citations;
mod diff;
mod effect;
mod exchange;
mod grounding;
mod history;
mod lineage;
mod listing;
mod period;
mod proof;
mod proposal;
mod referral;
mod report;
mod review;
mod search;
mod served;
mod test;
mod value;

pub use answer::{Answer, answer};
pub use audit::{Audit, Audited, audit, audited};
pub use baseline::{BASELINE_SCHEMA, Baseline, KnownFinding};
pub use blame::{Blame, BlameTotal, blame, blame_total};
pub use citations::{Citation, Citations, MOST_PLACES, TextPlace, citation, citations, text_place, uncited};
pub use diff::{Diff, Ends, Meant, Turn, diff, meant, place, turn};
pub use effect::{
    Commits, Impact, NameChanged, PinChanged, PinPlace, QuestionChanged, Unreviewed, impact, name_changed,
    pin_changed, question_changed,
};
pub use exchange::{Imported, ImportedFile, LossWire, LossesWire};
pub use grounding::{Ground, ground};
pub use history::{Change, change};
pub use listing::{Listed, listed};
pub use period::{Period, period};
pub use proof::{Exhibit, Included, Proof, Said, Sayer, exhibits, objects};
pub use proposal::{Proposed, WouldFail, would_fail};
pub use referral::{Referral, referral};
pub use report::{Ailment, Built, Check, Corrected, Health, Reverted, SignedCommit, Verified};
pub(in crate::face) use review::standing;
pub use review::{ReviewWire, review};
pub use search::{SearchHit, Searched, hit, search};
pub use served::{Changes, Differences, HealthTold, SnapshotTold, TroubleTold};
pub use test::{Broke, TestRun, Tested, broke, broke_by, test, tested};

use serde_json::Value as Json;

use crate::diagnostic::{FindingWire, ReportWire};
use crate::kind::{KINDS, kind_schema, language_schema};

/// The schema of what is written (not of what could be read).
fn of<T: schemars::JsonSchema>() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
}

/// Every schema by the name of its file, in order: `answer` is `schema/answer.json`. Of answers and reports, and of the
/// language itself: `knowledge` for whole files, and one for each kind.
pub fn schemas() -> Vec<(String, Json)> {
    let shapes = [
        ("answer", of::<Answer>()),
        ("audit", of::<Audit>()),
        ("audited", of::<Audited>()),
        ("baseline", of::<Baseline>()),
        ("blame", of::<Blame>()),
        ("blame-total", of::<BlameTotal>()),
        ("build", of::<Built>()),
        ("change", of::<Turn>()),
        ("changes", of::<Changes>()),
        ("citations", of::<Citations>()),
        ("correct", of::<Corrected>()),
        ("diff", of::<Diff>()),
        ("differences", of::<Differences>()),
        ("doctor", of::<Health>()),
        ("finding", of::<FindingWire>()),
        ("findings", of::<ReportWire>()),
        ("ground", of::<Ground>()),
        ("health", of::<HealthTold>()),
        ("history", of::<Change>()),
        ("impact", of::<Impact>()),
        ("hit", of::<SearchHit>()),
        ("imported", of::<Imported>()),
        ("losses", of::<LossesWire>()),
        ("ls", of::<Listed>()),
        ("name", of::<Referral>()),
        ("name-change", of::<NameChanged>()),
        ("period", of::<Period>()),
        ("pin-change", of::<PinChanged>()),
        ("proof", of::<Proof>()),
        ("proposal", of::<Proposed>()),
        ("question-change", of::<QuestionChanged>()),
        ("revert", of::<Reverted>()),
        ("search", of::<Searched>()),
        ("snapshot", of::<SnapshotTold>()),
        ("test", of::<TestRun>()),
        ("tested", of::<Tested>()),
        ("verify", of::<Verified>()),
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

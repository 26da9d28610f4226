//! Findings for machines. These structs are a contract: what they say is additive within `/1`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::clean::{HELP, LABEL, MESSAGE, line, lines};
use super::summary::{MOST_BYTES, MOST_FINDINGS};
use super::{Finding, Findings, Fix, Label, Severity};
use crate::source::{Origin, Places};

/// The name of the shape of one finding.
pub const FINDING_SCHEMA: &str = "dictum.finding/1";
/// The name of the shape of all findings of a run.
pub const REPORT_SCHEMA: &str = "dictum.findings/1";

/// All findings of a run.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct ReportWire {
    /// `dictum.findings/1`.
    pub schema: String,
    /// The first thousand, in the order of their places.
    pub findings: Vec<FindingWire>,
    /// How many more there are.
    pub more: usize,
    /// How many there are of each code, shown or not.
    pub counts: BTreeMap<String, usize>,
    /// How many are errors, shown or not.
    pub errors: usize,
    /// How many are warnings, shown or not.
    pub warnings: usize,
    /// How many are notes, shown or not.
    pub notes: usize,
}

/// One finding: a mistake, or something a reviewer should know.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct FindingWire {
    /// `dictum.finding/1`.
    pub schema: String,
    /// Which kind of finding: a slug that `dictum explain` knows.
    pub code: String,
    /// How bad it is.
    pub severity: SeverityWire,
    /// What is wrong, in one line. Characters that can't be seen are spelled `\u{…}`.
    pub message: String,
    /// Where it is shown. Absent for a finding about files as such, whose message names the path.
    #[serde(flatten)]
    pub place: Option<PlaceWire>,
    /// All places that it is about; the first is the one above.
    pub labels: Vec<LabelWire>,
    /// What to do, in a sentence that says what to type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Edits that would settle it, best first.
    pub fixes: Vec<FixWire>,
    /// Whether it was there before: in the baseline.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub known: bool,
}

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SeverityWire {
    /// Nothing is served before it is settled.
    Error,
    /// Answers stay honest; a person should look.
    Warning,
    /// Good to know when reviewing.
    Note,
}

/// A stretch of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct PlaceWire {
    /// The file, from the top of the repository, with `/` between parts.
    pub path: String,
    /// Its first line, from 1.
    pub line: u32,
    /// Its first column, from 1, in characters.
    pub column: u32,
    /// The line on which it ends, from 1.
    pub end_line: u32,
    /// The column one past its end, from 1, in characters.
    pub end_column: u32,
    /// Its first byte in the file, from 0.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// A place and what is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LabelWire {
    /// Where.
    #[serde(flatten)]
    pub place: PlaceWire,
    /// A few words; may be empty.
    pub text: String,
}

/// An edit that would settle a finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct FixWire {
    /// What it means.
    pub title: String,
    /// TOML to put in, exactly.
    pub toml: String,
    /// The table that it goes into is the one around this; absent where it begins a table of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<PlaceWire>,
    /// Whether it replaces what stands at `at` instead, and goes behind the table around it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub instead: bool,
}

/// The findings of a run in the shape that machines read. Written out it stays below a million bytes.
pub fn report(findings: &Findings, places: &Places<'_>) -> ReportWire {
    let mut wires = Vec::new();
    let mut bytes = 0;
    for finding in findings.iter().take(MOST_FINDINGS) {
        let wire = wire(finding, places);
        bytes += serde_json::to_string_pretty(&wire).map_or(0, |json| json.len());
        if bytes > MOST_BYTES {
            break;
        }
        wires.push(wire);
    }
    let counts: BTreeMap<String, usize> =
        findings.counts().map(|(code, count)| (code.slug.to_owned(), count)).collect();
    ReportWire {
        schema: REPORT_SCHEMA.to_owned(),
        more: counts.values().sum::<usize>() - wires.len(),
        findings: wires,
        counts,
        errors: findings.count(Severity::Error),
        warnings: findings.count(Severity::Warning),
        notes: findings.count(Severity::Note),
    }
}

/// One finding in the shape that machines read.
pub fn wire(finding: &Finding, places: &Places<'_>) -> FindingWire {
    let label =
        |label: &Label| LabelWire { place: place(label.origin, places), text: line(&label.text, LABEL) };
    let fix = |fix: &Fix| FixWire {
        title: line(&fix.title, LABEL),
        toml: fix.toml.clone(),
        at: fix.at.map(|origin| place(origin, places)),
        instead: fix.instead,
    };
    FindingWire {
        schema: FINDING_SCHEMA.to_owned(),
        code: finding.code.slug.to_owned(),
        severity: match finding.severity() {
            Severity::Error => SeverityWire::Error,
            Severity::Warning => SeverityWire::Warning,
            Severity::Note => SeverityWire::Note,
        },
        message: line(&finding.message, MESSAGE),
        place: finding.labels.first().map(|label| place(label.origin, places)),
        labels: finding.labels.iter().map(label).collect(),
        help: finding.help.as_deref().map(|help| lines(help, HELP)),
        fixes: finding.fixes.iter().map(fix).collect(),
        known: finding.known,
    }
}

fn place(origin: Origin, places: &Places<'_>) -> PlaceWire {
    let (start, end) = (places.start(origin), places.end(origin));
    PlaceWire {
        path: places.text(origin.file).path.to_string(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start: origin.span.start,
        end: origin.span.end,
    }
}

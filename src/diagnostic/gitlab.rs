//! Findings as GitLab's Code Quality report: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde_json::{Value, json};

use super::clean::{MESSAGE, line};
use super::{Finding, Severity, Told, fingerprints};

/// The report. GitLab itself tells what is new, by the fingerprints.
pub fn gitlab(told: &Told<'_>) -> String {
    let prints = fingerprints(told.findings, told.places);
    let each = told.findings.iter().zip(&prints).map(|(finding, print)| issue(finding, print, told));
    format!("{:#}\n", Value::Array(each.collect()))
}

fn issue(finding: &Finding, print: &str, told: &Told<'_>) -> Value {
    let spot = told.spot(finding);
    let begin = spot.line();
    let end = spot.range.map_or(begin, |(_, end, _)| end.line);
    json!({
        "description": line(&finding.message, MESSAGE),
        "check_name": finding.code.slug,
        "fingerprint": print,
        "severity": match finding.severity() {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        "location": { "path": spot.path, "lines": { "begin": begin, "end": end } },
    })
}

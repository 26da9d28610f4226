//! A line a finding, as compilers and editors know it: `path:line:column: error[code]: message`.

use super::clean::{MESSAGE, line};
use super::summary::{MOST_BYTES, MOST_FINDINGS, and_more};
use super::{Finding, Findings};
use crate::source::{Places, visible};

/// At most [`MOST_FINDINGS`] lines, then "and N more". Below a million bytes.
pub fn concise(findings: &Findings, places: &Places<'_>) -> String {
    let mut out = String::new();
    let mut shown = 0;
    for finding in findings.iter().take(MOST_FINDINGS) {
        let line = one(finding, places);
        if out.len() + line.len() > MOST_BYTES {
            break;
        }
        out.push_str(&line);
        out.push('\n');
        shown += 1;
    }
    if let Some(more) = and_more(findings, shown) {
        out.push_str(&more);
        out.push('\n');
    }
    out
}

fn one(finding: &Finding, places: &Places<'_>) -> String {
    let said = format!(
        "{}[{}]: {}{}",
        finding.severity().as_str(),
        finding.code.slug,
        line(&finding.message, MESSAGE),
        if finding.known { " (known)" } else { "" }
    );
    match finding.labels.first() {
        Some(label) => {
            let place = places.start(label.origin);
            let path = visible(&places.text(label.origin.file).path);
            format!("{path}:{}:{}: {said}", place.line, place.column)
        }
        None => said,
    }
}

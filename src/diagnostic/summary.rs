//! How many findings there are, by code: the last thing said about a run.

use std::fmt::Write;

use super::clean::{counted, grouped};
use super::{Code, Findings, Severity};

/// The most findings that are shown one by one.
pub const MOST_FINDINGS: usize = 1_000;
/// The most bytes of findings that are shown; with the summary it stays below a million.
pub(super) const MOST_BYTES: usize = 900_000;

/// One line that says how many: "2 errors, 1 note"; "no findings" where there are none.
pub fn totals(findings: &Findings) -> String {
    let parts: Vec<String> = Severity::ALL
        .iter()
        .map(|severity| (findings.count(*severity), severity.as_str()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| counted(count, word))
        .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// How many of each code, the worst first, then the most frequent: a line each, and above them [`totals`].
pub fn summary(findings: &Findings) -> String {
    let mut counts: Vec<(&'static Code, usize)> = findings.counts().collect();
    counts.sort_by_key(|(code, count)| (findings.severity_of(code), std::cmp::Reverse(*count), code.slug));
    let mut out = totals(findings);
    out.push('\n');
    let number_width = counts.iter().map(|(_, count)| grouped(*count).len()).max().unwrap_or(0);
    let slug_width = counts.iter().map(|(code, _)| code.slug.len()).max().unwrap_or(0);
    for (code, count) in counts {
        let (count, slug, severity) = (grouped(count), code.slug, findings.severity_of(code).as_str());
        writeln!(out, "  {count:>number_width$}  {slug:slug_width$}  {severity}")
            .expect("writing to a string can't fail");
    }
    out
}

/// "and 12 more" where not all were shown.
pub(super) fn and_more(findings: &Findings, shown: usize) -> Option<String> {
    let all: usize = findings.counts().map(|(_, count)| count).sum();
    let more = all.saturating_sub(shown);
    (more > 0).then(|| format!("and {} more", counted(more, "finding")))
}

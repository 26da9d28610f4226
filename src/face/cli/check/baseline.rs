//! `--baseline FILE`, `--write-baseline FILE`: what was found when checks began here. It is marked, and fails nothing; what
//! comes after it does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::diagnostic::{Findings, codes, fingerprints};
use crate::face::cli::output::{Failure, Output, json_document};
use crate::face::wire::{BASELINE_SCHEMA, Baseline, KnownFinding};
use crate::source::Places;

/// The most bytes of a baseline that are read: 1,000 findings of each code are far below.
const MOST_BYTES: u64 = 64 << 20;

/// What a baseline knows.
pub(super) struct Known(Baseline);

/// Writes what was found to `file`. How many findings that were.
pub(super) fn write(
    file: &Path,
    findings: &Findings,
    places: &Places<'_>,
    out: &Output<'_>,
) -> Result<usize, Failure> {
    let known = |(finding, fingerprint): (&crate::diagnostic::Finding, String)| {
        let label = finding.labels.first();
        let path = label.map(|label| places.text(label.origin.file).path.to_string());
        KnownFinding { fingerprint, code: finding.code.slug.to_owned(), path }
    };
    let mut known: Vec<KnownFinding> =
        findings.iter().zip(fingerprints(findings, places)).map(known).collect();
    // In an order that moved lines do not change: two baselines differ in what they know.
    known.sort_by(|a, b| (&a.path, &a.code, &a.fingerprint).cmp(&(&b.path, &b.code, &b.fingerprint)));
    let beyond = findings.beyond().map(|(code, count)| (code.slug.to_owned(), count)).collect();
    let count = findings.counts().map(|(_, count)| count).sum();
    let baseline = Baseline { schema: BASELINE_SCHEMA.to_owned(), findings: known, beyond };
    let path = out.at(file);
    std::fs::write(&path, format!("{}\n", json_document(&baseline)))
        .map_err(|error| Failure::file("write", &path, &error))?;
    Ok(count)
}

/// Reads a baseline.
pub(super) fn read(file: &Path, out: &Output<'_>) -> Result<Known, Failure> {
    let path = out.at(file);
    let size = std::fs::metadata(&path).map_err(|error| Failure::file("read", &path, &error))?.len();
    let bytes = match size <= MOST_BYTES {
        true => std::fs::read(&path).map_err(|error| Failure::file("read", &path, &error))?,
        false => Vec::new(),
    };
    let baseline: Option<Baseline> = serde_json::from_slice(&bytes).ok();
    baseline.filter(|baseline| baseline.schema == BASELINE_SCHEMA).map(Known).ok_or_else(|| {
        Failure::new(format!("`{}` is not a baseline", file.display()))
            .help(format!("write it anew with `dictum check --write-baseline {}`", file.display()))
    })
}

impl Known {
    /// Marks what was there before.
    pub(super) fn mark(&self, findings: &mut Findings, places: &Places<'_>) {
        let known: BTreeSet<&str> = self.0.findings.iter().map(|known| known.fingerprint.as_str()).collect();
        let prints = fingerprints(findings, places);
        let more: BTreeMap<&'static str, usize> =
            codes::ALL.iter().filter_map(|code| Some((code.slug, *self.0.beyond.get(code.slug)?))).collect();
        findings.mark_known(&|at| prints.get(at).is_some_and(|print| known.contains(print.as_str())), more);
    }
}

//! Findings of one file on their way to the sink: so many of each code are kept, the rest is counted.

use std::ops::Range;

use crate::diagnostic::{Code, Finding, Findings};
use crate::source::{FileId, Origin, Span};

/// Findings of one code in one file that are put in words.
const MOST: usize = 100;

/// Where parsing says what it finds.
pub(super) struct Report<'f> {
    file: FileId,
    findings: &'f mut Findings,
    counts: Vec<(&'static Code, usize)>,
}

impl<'f> Report<'f> {
    /// For the findings of `file`.
    pub fn new(file: FileId, findings: &'f mut Findings) -> Report<'f> {
        Report { file, findings, counts: Vec::new() }
    }

    /// Whether there are enough of `code` already; then one more is counted, and needs no words.
    pub fn is_enough(&mut self, code: &'static Code) -> bool {
        let known = self.counts.iter().position(|(known, _)| *known == code);
        let index = known.unwrap_or_else(|| {
            self.counts.push((code, 0));
            self.counts.len() - 1
        });
        let enough = self.counts[index].1 >= MOST;
        if enough {
            self.findings.count_more(code, 1);
        } else {
            self.counts[index].1 += 1;
        }
        enough
    }

    /// A finding of this file at `range`.
    pub fn finding(
        &self,
        code: &'static Code,
        range: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Finding {
        Finding::new(code, message, self.origin(range), label)
    }

    /// A place of this file.
    pub fn origin(&self, range: Range<usize>) -> Origin {
        Origin { file: self.file, span: Span { start: range.start as u32, end: range.end as u32 } }
    }

    /// Says it.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

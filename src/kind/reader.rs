//! What every reader of a document needs: where it is, and where findings go.

use crate::diagnostic::{Code, Finding, Findings, codes};
use crate::parse::{Spanned, Value};
use crate::source::{FileId, Origin, Span};

/// Reading one document.
pub(crate) struct Reader<'a> {
    pub file: FileId,
    /// Whether all of it could be read.
    pub whole: bool,
    pub findings: &'a mut Findings,
}

impl Reader<'_> {
    /// The place of something in this document.
    pub fn origin<T>(&self, spanned: &Spanned<T>) -> Origin {
        Origin { file: self.file, span: span(spanned) }
    }

    /// A finding at `at`; the caller adds help and reports it.
    pub fn finding<T>(
        &self,
        code: &'static Code,
        at: &Spanned<T>,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Finding {
        Finding::new(code, message, self.origin(at), label)
    }

    /// Whether so many of `code` were found that no further is shown; then one more is counted, and needs no words.
    pub fn is_enough(&mut self, code: &'static Code) -> bool {
        let enough = self.findings.is_enough(code);
        if enough {
            self.findings.count_more(code, 1);
        }
        enough
    }

    /// Reports one. What seems to be missing may be what could not be read, which was told.
    pub fn report(&mut self, finding: Finding) {
        if self.whole || !std::ptr::eq(finding.code, &codes::MISSING_KEY) {
            self.findings.push(finding);
        }
    }
}

/// The bytes of something.
pub(crate) fn span<T>(spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span { start: range.start as u32, end: range.end as u32 }
}

/// What a person would call a value: "text", "a number".
pub(crate) fn describe(value: &Value<'_>) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

/// Text as it may stand in a message: short, so that a 50 MB string does not come back in a finding.
pub(crate) fn clip(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

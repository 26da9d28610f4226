//! The map: for each distinct row of the table what its name refers to, stamped with what answered.
//!
//! The columns that were asked by come first and as they were given, so that any engine joins the map to the table by
//! them; what they refer to follows.

use std::fmt::Write as _;

use super::batch::{Form, Sink};
use super::rows::Field;
use crate::face::cli::output::Failure;
use crate::query::Brief;

/// The columns behind those that were asked by.
pub(super) const ANSWERS: [&str; 9] =
    ["status", "subject", "now", "claim", "said_by", "candidates", "on_day", "snapshot", "at"];

/// What a row says in each of [`ANSWERS`]: nothing where it says nothing.
pub(super) type Answers<'a> = [Option<&'a str>; ANSWERS.len()];

/// What is written in every row alike.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    /// The root of the snapshot.
    pub snapshot: String,
    /// The commit it was built from, where it has one.
    pub at: Option<String>,
}

/// The names of all columns of a map.
pub(super) fn columns(raw: &[String], prefix: &str) -> Vec<String> {
    raw.iter().cloned().chain(ANSWERS.iter().map(|name| format!("{prefix}{name}"))).collect()
}

/// The subjects that a name may refer to, in one text; `…` behind them where there are more.
pub(super) fn candidates(brief: &Brief<'_>, into: &mut String) {
    into.clear();
    for subject in &brief.candidates {
        if !into.is_empty() {
            into.push(' ');
        }
        into.push_str(subject.as_str());
    }
    if brief.more > 0 {
        into.push_str(" …");
    }
}

/// A map as text: how rows are written.
#[derive(Clone, Debug)]
pub(super) enum TextForm {
    Csv {
        delimiter: char,
    },
    /// The keys, each as JSON.
    Jsonl {
        keys: Vec<String>,
    },
}

impl TextForm {
    /// JSON Lines with these columns.
    pub fn jsonl(columns: &[String]) -> TextForm {
        let key = |column: &String| {
            let mut key = String::new();
            quote(column, &mut key);
            key
        };
        TextForm::Jsonl { keys: columns.iter().map(key).collect() }
    }

    /// What stands before all rows.
    pub fn head(&self, columns: &[String], into: &mut String) {
        if let TextForm::Csv { delimiter } = self {
            for (at, column) in columns.iter().enumerate() {
                if at > 0 {
                    into.push(*delimiter);
                }
                csv_field(column, *delimiter, into);
            }
            into.push('\n');
        }
    }
}

impl Form for TextForm {
    type Part = String;

    fn row(&self, raw: &[Field<'_>], answers: &Answers<'_>, into: &mut String) {
        let answers = answers.iter().map(|text| Field { text: *text, bare: false });
        let fields = raw.iter().copied().chain(answers).enumerate();
        match self {
            TextForm::Csv { delimiter } => {
                for (at, field) in fields {
                    if at > 0 {
                        into.push(*delimiter);
                    }
                    csv_field(field.text.unwrap_or_default(), *delimiter, into);
                }
                into.push('\n');
            }
            TextForm::Jsonl { keys } => {
                for ((at, field), key) in fields.zip(keys) {
                    into.push(if at == 0 { '{' } else { ',' });
                    into.push_str(key);
                    into.push(':');
                    match field {
                        Field { text: None, .. } => into.push_str("null"),
                        Field { text: Some(text), bare: true } => into.push_str(text),
                        Field { text: Some(text), bare: false } => quote(text, into),
                    }
                }
                into.push_str("}\n");
            }
        }
    }
}

/// A map that is written as text.
pub(super) struct TextSink<'w> {
    /// How.
    pub form: TextForm,
    /// Where.
    pub write: &'w mut dyn FnMut(&str) -> Result<(), Failure>,
}

impl Sink for TextSink<'_> {
    type Form = TextForm;

    fn form(&self) -> &TextForm {
        &self.form
    }

    fn take(&mut self, part: String) -> Result<(), Failure> {
        (self.write)(&part)
    }
}

/// A field of CSV (RFC 4180): in quotes where it would not be read back otherwise.
fn csv_field(text: &str, delimiter: char, into: &mut String) {
    let is_special = |byte: u8| matches!(byte, b'"' | b'\n' | b'\r') || byte == delimiter as u8;
    if !text.bytes().any(is_special) {
        into.push_str(text);
        return;
    }
    into.push('"');
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            into.push_str("\"\"");
        }
        into.push_str(part);
    }
    into.push('"');
}

/// A text in JSON (RFC 8259, section 7).
fn quote(text: &str, into: &mut String) {
    into.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        into.push_str(&text[from..at]);
        match byte {
            b'"' => into.push_str("\\\""),
            b'\\' => into.push_str("\\\\"),
            // Writing to a text does not fail.
            _ => drop(write!(into, "\\u{byte:04x}")),
        }
        from = at + 1;
    }
    into.push_str(&text[from..]);
    into.push('"');
}

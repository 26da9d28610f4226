//! Text → document whose keys and values know their spans. One file at a time; never fails: what can't be read
//! is a finding, and what can be read of a broken file is still there.
//!
//! ```text
//! text      bytes → a text that may be parsed; hidden characters, long lines, merges left unfinished
//! tree      what a text says
//! quick     the text → a tree, where it is plain; nearly always
//! outline   where its statements are: too deep, too long and open ones are left out
//! toml      the text, or its pieces → trees             (the crate)
//! join      trees of pieces → one tree
//! translate the crate's trees → ours
//! mistake   the crate's errors → findings in our words
//! chunks    apart from these: a text cut by subjects, for history
//! anatomy   and the text of one subject by its keys and blocks
//! statements  a text cut into all its headers and keys, with what stands between them
//! same      whether two documents say the same
//! ```
//!
//! The crate decides what is TOML, and what a text with mistakes still says; the rest of the program does not name it.

use crate::diagnostic::{Finding, Findings, codes, nonetheless, nonetheless_bytes};
use crate::source::{FileId, Limits, Text};
use outline::{Breach, Newer, Outline, outline};
use report::Report;
use toml::de::DeTable;

mod anatomy;
mod chunks;
mod hidden;
mod join;
mod lex;
mod merge;
mod mistake;
mod outline;
mod quick;
mod report;
mod same;
mod statements;
mod text;
mod translate;
mod tree;

pub use anatomy::{Anatomy, Part, anatomy};
pub use chunks::{Chunk, all_below, chunks};
pub use same::same;
pub use statements::{Piece, Pieces, What, pieces, text_end};
pub use tree::{Array, Datetime, Entries, Key, Number, Spanned, Table, Value};

/// Bytes of a text that is given to the parser whole: it takes up to a hundred times as much memory for a while.
const WHOLE: usize = 512 << 10;

/// What a file says, before anyone asks what it means.
#[derive(Debug)]
pub struct Document<'t> {
    /// Which text.
    pub file: FileId,
    /// Its top-level tables. Empty where nothing could be read.
    pub root: Table<'t>,
    /// Whether the text was read whole: no error in the TOML itself. History carries what the last good version
    /// said over versions for which this is false.
    pub whole: bool,
}

/// Reads one text, within the usual limits.
pub fn parse<'t>(file: FileId, text: &'t Text, findings: &mut Findings) -> Document<'t> {
    parse_within(file, text, &Limits::default(), findings)
}

/// Reads one text. Time and memory go with its length, whatever it holds.
pub fn parse_within<'t>(
    file: FileId,
    text: &'t Text,
    limits: &Limits,
    findings: &mut Findings,
) -> Document<'t> {
    let mut report = Report::new(file, findings);
    let Some(text) = text::read(&text.bytes, limits, &mut report) else {
        return Document { file, root: Table::default(), whole: false };
    };
    if let Some(root) = quick::quick(text, limits) {
        return Document { file, root, whole: true };
    }
    let outline = outline(text, limits);
    report_newer(&outline, &mut report);
    if outline.breaches.is_empty() && text.len() <= WHOLE {
        let (root, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Document { file, root: translate::table(root.into_inner()), whole: true };
        }
        let (root, is_good) = join::join(text, &outline, &mut report);
        if is_good {
            // Never seen: a mistake between pieces that joining them did not find.
            for error in errors.iter().take(1) {
                let at = error.span().unwrap_or(0..0);
                let finding = mistake::word(text, at, error.message(), &report);
                report.push(finding);
            }
        }
        return Document { file, root: translate::table(root), whole: false };
    }
    report_breaches(text, &outline, limits, &mut report);
    let (root, is_good) = join::join(text, &outline, &mut report);
    Document { file, root: translate::table(root), whole: is_good && outline.breaches.is_empty() }
}

fn report_newer(outline: &Outline, report: &mut Report<'_>) {
    for (range, newer) in &outline.newer {
        if report.is_enough(&codes::TOML_VERSION) {
            continue;
        }
        let (message, help) = match newer {
            Newer::Lines => (
                "a table in `{ }` over several lines is TOML 1.1",
                "write it on one line, or under a header of its own",
            ),
            Newer::Comma => ("a comma before `}` is TOML 1.1", "take the comma away"),
            Newer::Escape => {
                ("`\\e` and `\\x` are TOML 1.1", "write `\\u001B` for `\\e`, and `\\u00HH` for `\\xHH`")
            }
            Newer::Seconds => ("a time without seconds is TOML 1.1", "write the seconds too: `07:32:00`"),
        };
        let finding =
            report.finding(&codes::TOML_VERSION, range.clone(), message, "not in TOML 1.0").help(help);
        report.push(finding);
    }
}

fn report_breaches(text: &str, outline: &Outline, limits: &Limits, report: &mut Report<'_>) {
    for breach in &outline.breaches {
        let code = match breach {
            Breach::TooDeep(_) => &codes::TOO_DEEP,
            Breach::TooLong(..) => &codes::FILE_TOO_LARGE,
            Breach::LeftOpen(_) | Breach::TextLeftOpen(_) => &codes::BAD_TOML,
        };
        if !report.is_enough(code) {
            let finding = breach_finding(text, breach, limits, report);
            report.push(finding);
        }
    }
}

fn breach_finding(text: &str, breach: &Breach, limits: &Limits, report: &Report<'_>) -> Finding {
    match breach {
        Breach::TooDeep(at) => {
            let message = format!("tables and lists are nested deeper than {} here", limits.depth);
            report.finding(&codes::TOO_DEEP, at.clone(), message, "too deep").help(format!(
                "write it flatter{}",
                match limits.depth as u64 {
                    depth if depth < Limits::MOST_DEPTH => nonetheless("depth", Limits::MOST_DEPTH),
                    _ => String::new(),
                }
            ))
        }
        Breach::TooLong(at, bytes) => {
            let message =
                format!("one value takes {bytes} bytes beside its texts, more than {}", limits.value_bytes);
            report
                .finding(&codes::FILE_TOO_LARGE, at.clone(), message, "this value")
                .help(format!("split it into several{}", nonetheless_bytes("value-bytes", *bytes as u64)))
        }
        Breach::LeftOpen(at) => {
            let (open, close, what) = if text.as_bytes().get(*at) == Some(&b'{') {
                ('{', '}', "table")
            } else {
                ('[', ']', "list")
            };
            report
                .finding(
                    &codes::BAD_TOML,
                    *at..*at + 1,
                    format!("this `{open}` is never closed"),
                    "opened here",
                )
                .help(format!("write `{close}` where the {what} ends"))
        }
        Breach::TextLeftOpen(at) => report
            .finding(&codes::BAD_TOML, *at..*at + 3, "this text is never closed", "opened here")
            .help("write the same three quotation marks where the text ends"),
    }
}

#[cfg(test)]
mod tests;

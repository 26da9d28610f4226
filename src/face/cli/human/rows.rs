//! Rows: a word on the left, and beside it lines that wrap under each other.

use crate::face::cli::output::Output;
use crate::face::{text, words};

/// Columns of the word that opens a row.
pub(in crate::face::cli) const LABEL: usize = 13;

/// A row: a word, and lines beside it that wrap under each other.
pub(in crate::face::cli) fn row(label: &str, lines: &[String], out: &mut Output<'_>) {
    let width = out.width.saturating_sub(LABEL + 2);
    let mut label = Some(label);
    for line in lines.iter().flat_map(|line| wrapped(line, width)) {
        let opening = label.take().unwrap_or_default();
        let pad = " ".repeat((LABEL).saturating_sub(text::columns(opening)).max(1));
        let opening = out.styled("36", opening);
        let row = format!("  {opening}{pad}{line}");
        out.line(row.trim_end());
    }
}

/// Lines that fit stay as they are (their gaps mean something); others break at spaces.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    if text::columns(line) <= width { vec![line.to_owned()] } else { text::wrapped(line, width) }
}

/// Parts of a row side by side, with a gap between that means something; what does not fit goes to the next line.
pub(super) fn beside(parts: &[String], width: usize) -> Vec<String> {
    const GAP: &str = "     ";
    let width = width.saturating_sub(LABEL + 2);
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if text::columns(line) + GAP.len() + text::columns(part) <= width => {
                line.push_str(GAP);
                line.push_str(part);
            }
            _ => lines.push(part.clone()),
        }
    }
    lines
}

/// That there are more than were shown.
pub(in crate::face::cli) fn more(all: usize, shown: usize, what: &str, out: &mut Output<'_>) {
    if all > shown {
        row("", &[format!("and {} more", words::count(all - shown, what, &format!("{what}s")))], out);
    }
}

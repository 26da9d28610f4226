//! Findings for people: what is wrong, the lines it is about, and what to do.

use std::fmt::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};

use super::clean::{self, HELP, MESSAGE};
use super::excerpt::{Excerpt, Pointer};
use super::summary::{MOST_BYTES, MOST_FINDINGS, and_more};
use super::{Finding, Findings, Fix, Severity};
use crate::source::Places;

/// How a terminal shows text. The face finds it out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
}

impl Look {
    /// The widest that excerpts get, whatever the terminal.
    pub const MOST_COLUMNS: usize = 200;

    /// As for a file or a pipe.
    pub const PLAIN: Look = Look { width: 100, color: false };
}

/// A report a finding, at most [`MOST_FINDINGS`], then "and N more". Below a million bytes. The totals are in [`super::summary`].
pub fn human(findings: &Findings, places: &Places<'_>, look: Look) -> String {
    let handler = handler(look);
    let mut out = String::new();
    let mut shown = 0;
    for finding in findings.iter().take(MOST_FINDINGS) {
        let before = out.len();
        render(&mut out, &handler, finding, places, look);
        if out.len() > MOST_BYTES {
            out.truncate(before);
            break;
        }
        out.push('\n');
        shown += 1;
    }
    if let Some(more) = and_more(findings, shown) {
        writeln!(out, "… {more}").expect("writing to a string can't fail");
    }
    out
}

fn handler(look: Look) -> GraphicalReportHandler {
    let styles = if look.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
    GraphicalReportHandler::new_themed(theme)
        .with_width(look.width.clamp(40, Look::MOST_COLUMNS))
        .with_links(false)
        .without_syntax_highlighting()
        // A path or an address broken in two can't be copied.
        .with_break_words(false)
}

fn render(
    out: &mut String,
    handler: &GraphicalReportHandler,
    finding: &Finding,
    places: &Places<'_>,
    look: Look,
) {
    // The gutter takes the width of a line number and of what stands around it.
    let columns = look.width.clamp(40, Look::MOST_COLUMNS) - 12;
    let report = Report {
        head: format!(
            "{}[{}]{}",
            finding.severity().as_str(),
            finding.code.slug,
            if finding.known { " (known)" } else { "" }
        ),
        message: clean::line(&finding.message, MESSAGE),
        help: finding.help.as_deref().map(|help| clean::lines(help, HELP)),
        severity: finding.severity(),
        excerpt: Excerpt::new(&finding.labels, places, columns),
    };
    handler.render_report(out, &report).expect("writing to a string can't fail");
    for fix in &finding.fixes {
        render_fix(out, fix, places);
    }
}

/// The words to paste, set off so that they can be copied as they are.
fn render_fix(out: &mut String, fix: &Fix, places: &Places<'_>) {
    let place = fix.at.map(|origin| {
        let path = clean::line(&places.text(origin.file).path, MESSAGE);
        let line = places.start(origin).line;
        match fix.instead {
            true => format!(", take out the line at {path}:{line} and write behind its table"),
            false => format!(", write in the table around {path}:{line}"),
        }
    });
    let (title, place) = (clean::line(&fix.title, MESSAGE), place.unwrap_or_default());
    writeln!(out, "   fix: {title}{place}").expect("writing to a string can't fail");
    for line in clean::lines(fix.toml.trim_end(), HELP).lines() {
        writeln!(out, "            {line}").expect("writing to a string can't fail");
    }
}

/// A finding as miette wants it.
#[derive(Debug)]
struct Report {
    head: String,
    message: String,
    help: Option<String>,
    severity: Severity,
    excerpt: Excerpt,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.head))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.excerpt.pointers.is_empty() {
            return None;
        }
        let label = |pointer: &Pointer| {
            let text = (!pointer.text.is_empty()).then(|| pointer.text.clone());
            let span = (pointer.range.start, pointer.range.len());
            if pointer.is_first {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        };
        Some(Box::new(self.excerpt.pointers.iter().map(label)))
    }
}

//! `dictum git-driver textconv FILE`: a knowledge file as one claim a line, so that `git diff` shows what is said otherwise and
//! not how it is laid out.

use std::path::PathBuf;

use clap::Args;

use super::{declared, read};
use crate::claim::{Claim, EdgeKind, Period, Target, Value};
use crate::diagnostic::Findings;
use crate::face::cli::output::{Exit, Failure, Output};
use crate::face::said::text_of;
use crate::face::spelled::spelled;
use crate::face::{text, words};
use crate::kind::lower;
use crate::parse::parse_within;
use crate::source::FileId;

/// Print a knowledge file as one claim a line.
#[derive(Args, Debug)]
#[command(
    after_help = "For git to run, which `dictum git-driver install` tells it. A file with mistakes in its TOML is \
                        printed as it is."
)]
pub(in crate::face::cli) struct Arguments {
    /// The file
    #[arg(allow_hyphen_values = true)]
    file: PathBuf,
}

/// Prints.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let limits = out.global.limits();
    let bytes = read(&out.at(&arguments.file), &limits)?;
    let own = text_of("shown.toml", &bytes);
    let catalog = declared("", std::slice::from_ref(&own), out);
    let mut findings = Findings::new();
    let document = parse_within(FileId(0), &own, &limits, &mut findings);
    if !document.whole || findings.has_errors() {
        out.text(&String::from_utf8_lossy(&bytes));
        return Ok(Exit::Clean);
    }
    let claims = lower(&document, &own.path, &catalog, &mut findings);
    // What is not understood is said by nobody, and would be missed.
    if findings.has_errors() {
        out.line("# not all of this file is understood, `dictum check` tells why; it is shown as it is");
        out.text(&String::from_utf8_lossy(&bytes));
        return Ok(Exit::Clean);
    }
    let mut lines: Vec<String> = claims.iter().map(line).collect();
    lines.sort();
    lines.iter().for_each(|line| out.line(line));
    Ok(Exit::Clean)
}

fn line(claim: &Claim) -> String {
    let said = &claim.statement;
    let id = said.id.as_ref().map(|id| format!("@{id}")).unwrap_or_default();
    let value = match &claim.value {
        Value::None => "none".to_owned(),
        value => text::shown(&spelled(value)),
    };
    let mut line = format!("{}{id} = {value}", claim.slot);
    if !said.when.is_always() {
        line.push_str(&format!("  in {}", text::shown(&words::when(&said.when))));
    }
    if said.period != Period::ALWAYS {
        line.push_str(&format!("  {}", words::period(&said.period)));
    }
    if let Some(source) = &said.source {
        line.push_str(&format!("  source {source}"));
    }
    for edge in &said.edges {
        line.push_str(&match (&edge.kind, &edge.target) {
            (EdgeKind::ExceptionTo, Target::Table) => "  an exception".to_owned(),
            (kind, Target::Id(id)) => format!("  {} @{id}", kind.as_str()),
            (kind, Target::Hash(digits)) => format!("  {} ~{digits}", kind.as_str()),
            (kind, Target::Table | Target::Slot) => format!("  {} the others", kind.as_str()),
        });
    }
    if let Some(reason) = &said.reason {
        line.push_str(&format!("  because {}", text::shown(reason)));
    }
    line
}

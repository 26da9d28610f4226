//! `dictum audit [ADDRESS|GLOB…]`: every fact with who said it, who reviewed it, and what is overdue.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

mod html;
mod table;
mod words;

use super::global::{Form, Format};
use super::knowledge::{self, Errors};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Basis, read_date};
use super::review::{Verifying, with_reviews};
use crate::face::wire;
use crate::history::Reviews;
use crate::kind;
use crate::query::{self, Findings, Selection};

/// Report every fact: what holds, since when, who said and reviewed it, on what source, what is overdue.
#[derive(Args, Debug)]
#[command(
    after_help = "Exits 1 where something is overdue, or lacks the review, signature or source that a policy asks for; \
                        3 where history is too short to tell who reviewed.\n\
                        A review is another person's: `Reviewed-by`, `Acked-by` or `Approved-by` in the commit that said or \
                        landed it, or a merge by someone else than the author. Policies say whose counts."
)]
pub(super) struct Arguments {
    /// Addresses or globs of them (`term/*#definition`); all facts where none is given
    which: Vec<String>,
    /// The day on which facts hold and reviews are due (that of the commit whose knowledge it is where not given)
    #[arg(long, value_name = "DATE", value_parser = read_date)]
    on: Option<Date>,
    /// Write a report for a browser to this file: one file, with nothing loaded from elsewhere
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    verifying: Verifying,
    #[command(flatten)]
    basis: Basis,
}

/// What was found, and on what ground.
struct Report {
    found: Findings,
    basis: query::Basis,
    name: String,
    on: Date,
    /// Whether the day was asked for; else it is that of the commit.
    asked: bool,
}

/// Audits.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let selections = selections(&arguments.which)?;
    let Some(opened) = knowledge::open(&arguments.basis, Errors::Mention, out)? else {
        return Ok(Exit::Findings);
    };
    let basis = query::basis(&opened.snapshot)?;
    let name = opened.snapshot.name()?.to_owned();
    let at = basis.at.clone();
    let report =
        with_reviews(&arguments.basis, at.as_ref(), &arguments.verifying, out, |review, reviews| {
            let on = arguments.on.or_else(|| day_of(reviews?, &basis)).ok_or_else(|| {
                Failure::new("there is no commit whose day the audit could be on")
                    .help("add `--on 2026-06-30`: the day")
            })?;
            let leans = |name: &str| kind::kind(name).is_some_and(|kind| kind.statements);
            let audit = query::Audit { selections: &selections, on, review, leans: &leans };
            let found = query::audit(&opened.snapshot, &audit)?;
            Ok(Report { found, basis, name, on, asked: arguments.on.is_some() })
        })?;
    if let Some(file) = &arguments.html {
        let form = Form { format: Format::Human, special: None, file: Some(file.clone()) };
        out.form(&form, &html::page(&report))?;
        out.note(&format!("wrote {}", file.display()));
    }
    // A report in a file is the result, unless more was asked for.
    if arguments.html.is_none() || !out.global.format.is_empty() {
        for form in out.forms(Format::Human) {
            let text = rendered(&report, form.format, out, form.file.is_none());
            out.form(&form, &text)?;
        }
    }
    Ok(exit(&report, out))
}

fn exit(report: &Report, out: &mut Output<'_>) -> Exit {
    if report.found.is_unconfirmed() {
        let help = report.basis.mend.map(|mend| format!(", `{mend}` brings the rest")).unwrap_or_default();
        out.note(&format!("unconfirmed: who reviewed can't be told of all facts{help}"));
        return Exit::Unconfirmed;
    }
    if report.found.is_wanting() { Exit::Findings } else { Exit::Clean }
}

/// The day of the commit whose knowledge it is.
fn day_of(reviews: &Reviews<'_>, basis: &query::Basis) -> Option<Date> {
    reviews.commit(basis.at.as_ref()?)?.day()
}

fn selections(which: &[String]) -> Result<Vec<Selection>, Failure> {
    if which.is_empty() {
        return Ok(vec![Selection::All]);
    }
    which.iter().map(|text| Selection::parse(text).map_err(Failure::new)).collect()
}

fn rendered(report: &Report, format: Format, out: &Output<'_>, screen: bool) -> String {
    match format {
        Format::Human | Format::Concise => table::table(report, out, format == Format::Concise, screen),
        Format::Json => {
            let wire = wire::audit(&report.found, &report.basis, report.on, report.asked);
            format!("{}\n", json_document(&wire))
        }
        Format::Jsonl => {
            report.found.facts.iter().map(|fact| format!("{}\n", json_line(&wire::audited(fact)))).collect()
        }
    }
}

//! `dictum blame [ADDRESS|GLOB…]`: the commit that said each claim.

use clap::Args;

use super::global::Format;
use super::output::{Exit, Failure, Output, json_line};
use super::questions::Basis;
use super::{human, knowledge, lists};
use crate::face::wire;
use crate::query::{self, Selection};

mod totals;

use totals::{By, Totals};

/// Name the commit that said each claim.
#[derive(Args, Debug)]
#[command(after_help = "A glob's `*` is any text without `/` and `#`: `term/*#definition`, `entity/*`.")]
pub(super) struct Arguments {
    /// Addresses or globs of them; all claims where none is given
    which: Vec<String>,
    #[command(flatten)]
    basis: Basis,
    /// Say how many claims each said, and what share that is, rather than name each claim
    #[arg(long)]
    by: Option<By>,
}

/// Names commits.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let selections = selections(&arguments.which)?;
    let Some(opened) = knowledge::open(&arguments.basis, knowledge::Errors::Mention, out)? else {
        return Ok(Exit::Findings);
    };
    let basis = query::basis(&opened.snapshot)?;
    let mut unconfirmed = 0;
    let mut first = true;
    let mut totals = arguments.by.map(Totals::new);
    let listed = totals.is_none();
    if format == Format::Json && listed {
        out.text("[");
    }
    for (selection, written) in &selections {
        let found = query::blame::<Failure>(&opened.snapshot, selection, |cite| {
            unconfirmed += usize::from(!cite.confirmed());
            if let Some(totals) = &mut totals {
                totals.add(&cite);
                return Ok(());
            }
            match format {
                Format::Human | Format::Concise => lists::blame_line(&cite, out),
                Format::Jsonl => out.line(&json_line(&wire::blame(&cite, &basis))),
                Format::Json => {
                    out.text(if first { "\n" } else { ",\n" });
                    out.text(&json_line(&wire::blame(&cite, &basis)));
                }
            }
            first = false;
            Ok(())
        })?;
        if found == 0 && !written.is_empty() {
            out.note(&format!("nothing is said at `{}`", crate::face::text::shown(written)));
        }
    }
    if format == Format::Json && listed {
        out.text("\n]\n");
    }
    if let Some(totals) = totals {
        totals.tell(format, out);
    }
    if unconfirmed == 0 {
        return Ok(Exit::Clean);
    }
    human::say_boundary(unconfirmed, &basis, &opened, out);
    Ok(Exit::Unconfirmed)
}

/// What was asked for, and how it was written.
fn selections(which: &[String]) -> Result<Vec<(Selection, String)>, Failure> {
    if which.is_empty() {
        return Ok(vec![(Selection::All, String::new())]);
    }
    let read = |text: &String| Ok((Selection::parse(text).map_err(Failure::new)?, text.clone()));
    which.iter().map(read).collect()
}

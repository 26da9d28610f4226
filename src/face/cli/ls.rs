//! `dictum ls KIND`: what there is.

use clap::Args;

use super::global::Format;
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::Asking;
use super::{knowledge, lists};
use crate::face::{text, wire};
use crate::query::{self, Address, BadQuestion};

/// List the subjects of a kind.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// `term`, `entity`, `process`, `source` …; without it, the kinds that there are
    kind: Option<String>,
    #[command(flatten)]
    asking: Asking,
}

/// Lists.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let Some(opened) = knowledge::open(&arguments.asking.basis, knowledge::Errors::Mention, out)? else {
        return Ok(Exit::Findings);
    };
    let kinds = query::kinds(&opened.snapshot)?;
    let Some(kind) = &arguments.kind else {
        match format {
            Format::Human | Format::Concise => {
                kinds
                    .iter()
                    .for_each(|(kind, count)| out.line(&format!("{count:>8}  {}", text::shown(kind))));
            }
            Format::Json => out.line(&json_document(&kinds)),
            Format::Jsonl => out.line(&json_line(&kinds)),
        }
        return Ok(Exit::Clean);
    };
    if !kinds.contains_key(kind.as_str()) {
        return Err(no_such_kind(kind, kinds.keys().map(String::as_str)).into());
    }
    // The address is not looked at: only the day and the context are.
    let anything = Address::Subject(crate::claim::Subject::new(kind, "any"));
    let question = arguments.asking.question(anything, opened.snapshot.declarations()?)?;
    let listed = query::ls(&opened.snapshot, kind, &question)?;
    match format {
        Format::Human => lists::listing(&listed, out),
        Format::Concise => listed.iter().for_each(|listing| out.line(&text::shown(listing.subject.as_str()))),
        Format::Json => out.line(&json_document(&listed.iter().map(wire::listed).collect::<Vec<_>>())),
        Format::Jsonl => listed.iter().for_each(|listing| out.line(&json_line(&wire::listed(listing)))),
    }
    Ok(Exit::Clean)
}

fn no_such_kind<'k>(kind: &str, kinds: impl Iterator<Item = &'k str> + Clone) -> BadQuestion {
    let help = match query::nearest(kind, kinds.clone(), 1).first() {
        Some(near) => format!("did you mean `dictum ls {near}`?"),
        None => format!("there are: {}", kinds.collect::<Vec<_>>().join(", ")),
    };
    BadQuestion { message: format!("nothing of the kind `{kind}` is known here"), help: Some(help) }
}

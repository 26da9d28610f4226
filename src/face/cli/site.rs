//! `dictum site -o DIR`: the page as files.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;

use super::knowledge::{self, Errors, locate, revision};
use super::output::{Exit, Failure, Output};
use super::questions::{Basis, read_date, today};
use crate::face::service::{Anchor, Served};
use crate::face::{site, words};

/// Write the page as a folder of files, for a browser or a host of pages.
#[derive(Args, Debug)]
#[command(
    after_help = "The same commit and the same day give the same bytes. The folder has to be empty, or written by this command \
                        before: then it is written anew."
)]
pub(super) struct Arguments {
    /// The folder to write to; made where it is missing
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// The day on which facts hold (today where not given)
    #[arg(long, value_name = "DATE", value_parser = read_date)]
    on: Option<Date>,
    #[command(flatten)]
    basis: Basis,
}

/// Writes.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { output, on, basis } = arguments;
    let Some(opened) = knowledge::open(basis, Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    let served = served(opened, basis, out)?;
    let folder = out.at(output);
    let count = site::write(&served, on.unwrap_or_else(today), &folder)?;
    out.note(&format!("wrote {} to {}", words::count(count, "file", "files"), output.display()));
    Ok(Exit::Clean)
}

/// What was opened, with the repository where there is one: it tells who reviewed.
fn served(opened: knowledge::Opened, basis: &Basis, out: &Output<'_>) -> Result<Served, Failure> {
    let place = if basis.snapshot.is_none() { Some(locate(out)?) } else { None };
    let known = crate::query::basis(&opened.snapshot)?.at;
    let commit = match &place {
        Some(place) => match (&place.repository, known) {
            (Ok(repository), Some(at)) => Some(revision(repository, at.hex())?),
            _ => None,
        },
        None => None,
    };
    let anchor = place.filter(|_| commit.is_some());
    let anchor = anchor.map(|place| {
        Arc::new(Anchor { root: place.root, limits: place.limits, cached: !out.global.no_cache })
    });
    Ok(Served::new(opened.snapshot, commit, anchor))
}

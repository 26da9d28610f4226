//! `dictum check [PATHS…]`: everything that is wrong, where, and what to do.

use clap::Args;

use super::knowledge::{compile_commit, compile_files, locate, revision};
use super::output::{Exit, Failure, Output};
use super::progress::Progress;
use crate::compile::Compiled;
use crate::diagnostic::Severity;

/// Say everything that is wrong with the knowledge, where, and what to do.
#[derive(Args, Debug)]
#[command(after_help = "Exits 1 where there is an error; warnings and notes are for a person to look at. \
                        `dictum explain CODE` tells more of a finding.")]
pub(super) struct Arguments {
    /// Show only what is found in these files or folders (all is read nonetheless)
    paths: Vec<String>,
    /// Check a commit, tag, branch or day instead of the files as they are
    #[arg(long, value_name = "REV|DATE")]
    at: Option<String>,
}

/// Checks.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let compiled = match (&arguments.at, &place.repository) {
        (None, _) => compile_files(&place)?,
        (Some(at), Ok(repository)) => compile_commit(repository, &place, revision(repository, at)?)?,
        (Some(at), Err(why)) => return Err(Failure::new(format!("`--at {at}` needs a git repository: {why}"))),
    };
    drop(progress);
    tell(&compiled, out)?;
    Ok(if compiled.findings.has_errors() { Exit::Findings } else { Exit::Clean })
}

/// Tells on stderr what stands in the way of an answer.
pub(super) fn tell_errors(compiled: &Compiled, out: &mut Output<'_>) {
    for finding in compiled.findings.iter().filter(|finding| finding.severity() == Severity::Error) {
        out.note(&format!("{}[{}]: {}", finding.severity().as_str(), finding.code.slug, finding.message));
    }
}

/// Tells what was found.
pub(super) fn tell(compiled: &Compiled, out: &mut Output<'_>) -> Result<(), Failure> {
    for finding in compiled.findings.iter() {
        out.line(&format!("{}[{}]: {}", finding.severity().as_str(), finding.code.slug, finding.message));
    }
    Ok(())
}

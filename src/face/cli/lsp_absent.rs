//! `dictum lsp` where the program was built without it.

use clap::Args;

use super::output::{Exit, Failure, Output};

/// Help an editor (not in this build).
#[derive(Args, Debug)]
pub(super) struct Arguments {}

/// Says what to do.
pub(super) fn run(_: &Arguments, _: &mut Output<'_>) -> Result<Exit, Failure> {
    Err(Failure::new("this program was built without `lsp`").help("build it with `--features lsp`"))
}

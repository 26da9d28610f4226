//! `dictum export` where the program was built without it.

use clap::Args;

use super::output::{Exit, Failure, Output};

/// Write what holds in the format of another program (not in this build).
#[derive(Args, Debug)]
pub(super) struct Arguments {}

/// Says what to do.
pub(super) fn run(_: &Arguments, _: &mut Output<'_>) -> Result<Exit, Failure> {
    Err(Failure::new("this program was built without `export`").help("build it with `--features exchange`"))
}

//! `dictum completions SHELL`.

use clap::Args;
use clap_complete::Shell;

use super::output::{Exit, Failure, Output};

/// Print a completion script for a shell.
#[derive(Args, Debug)]
#[command(
    after_help = "For bash: dictum completions bash > ~/.local/share/bash-completion/completions/dictum"
)]
pub(super) struct Arguments {
    /// Which shell
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::command(), "dictum", &mut script);
    out.text(&String::from_utf8_lossy(&script));
    Ok(Exit::Clean)
}

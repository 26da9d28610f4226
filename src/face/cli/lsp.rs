//! `dictum lsp`: for editors.

use clap::Args;

use super::output::{Exit, Failure, Output};
use crate::face::lsp;

/// Help an editor: what is wrong while one types, what holds and who said it, and where.
#[derive(Args, Debug)]
#[command(
    after_help = "An editor starts this and speaks the Language Server Protocol with it, over stdin and stdout. The README \
                  says what to write where, for VS Code, Neovim, Helix and Zed."
)]
pub(super) struct Arguments {
    /// As editors say it; there is no other way
    #[arg(long)]
    stdio: bool,
}

/// Serves an editor.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { stdio: _ } = arguments;
    Ok(if lsp::run(out.global.limits())? { Exit::Clean } else { Exit::Findings })
}

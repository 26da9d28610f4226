//! `dictum man --out DIR`: a manual page for each command.

use std::path::PathBuf;

use clap::Args;

use super::output::{Exit, Failure, Output};

/// Write manual pages.
#[derive(Args, Debug)]
#[command(after_help = "To read one: man DIR/dictum-get.1")]
pub(super) struct Arguments {
    /// The folder to write to; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Writes the pages.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let folder = out.at(&arguments.out);
    let write = || {
        std::fs::create_dir_all(&folder)?;
        clap_mangen::generate_to(super::command(), &folder)
    };
    write().map_err(|error| Failure::file("write manual pages to", &folder, &error))?;
    out.note(&format!("wrote the manual pages to {}", folder.display()));
    Ok(Exit::Clean)
}

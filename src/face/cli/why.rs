//! `dictum why ADDRESS`: what holds, and what became of every claim.

use clap::Args;

use super::get::{self, Wanted};
use super::output::{Exit, Failure, Output};
use super::questions::Asking;
use super::review::Reviewing;

/// Answer a question and explain it: every claim, and what became of it.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// `KIND/ID#ATTRIBUTE`, a claim, a pin, or `KIND/ID` for all of its attributes
    address: String,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    reviewing: Reviewing,
    /// Say since which commit of the main line this has been the answer
    #[arg(long)]
    history: bool,
}

/// Answers and explains.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { address, asking, reviewing, history } = arguments;
    let wanted = Wanted { explain: true, require: false, history: *history, reviewing };
    get::answer(address, asking, wanted, out)
}

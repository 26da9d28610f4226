//! `dictum get ADDRESS`: what holds, and who said it.

use clap::Args;

use super::global::Format;
use super::output::{Exit, Failure, Output};
use super::questions::{Asking, address, exit};
use super::{human, knowledge, lists};
use crate::face::wire;
use crate::query;

/// Answer a question: what holds, and who said it.
#[derive(Args, Debug)]
#[command(after_help = "Exits 0 with an answer, 1 where it is contested or, with `--require`, not a fact, \
                        3 where who said it can't be vouched for.")]
pub(super) struct Arguments {
    /// `KIND/ID`, `KIND/ID#ATTRIBUTE`, a claim `…#ATTRIBUTE@ID`, or a pin `…#ATTRIBUTE~3fa9c1`
    address: String,
    #[command(flatten)]
    asking: Asking,
    /// Say what became of every claim
    #[arg(long)]
    explain: bool,
    /// Exit 1 unless the answer is a fact
    #[arg(long)]
    require: bool,
}

/// Answers.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    answer(&arguments.address, &arguments.asking, arguments.explain, arguments.require, out)
}

/// What `get` and `why` share.
pub(super) fn answer(
    text: &str,
    asking: &Asking,
    explain: bool,
    require: bool,
    out: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let address = address(text)?;
    let Some(opened) = knowledge::open(&asking.basis, knowledge::Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    let question = asking.question(address, opened.snapshot.declarations()?)?;
    let answers = query::get(&opened.snapshot, &question)?;
    match format {
        Format::Human => human::answers(&answers, &question.address, explain, out),
        Format::Concise => answers.iter().for_each(|answer| out.line(&lists::concise(answer))),
        Format::Jsonl => {
            for answer in &answers {
                out.line(&super::output::json_line(&wire::answer(answer, explain)));
            }
        }
        Format::Json => match (&answers[..], question.address.slot()) {
            ([one], Some(_)) => out.line(&super::output::json_document(&wire::answer(one, explain))),
            (several, _) => {
                let several: Vec<_> = several.iter().map(|answer| wire::answer(answer, explain)).collect();
                out.line(&super::output::json_document(&several));
            }
        },
    }
    let ends = exit(&answers, require);
    if ends == Exit::Unconfirmed {
        human::say_unconfirmed(&answers, &opened, out);
    }
    Ok(ends)
}

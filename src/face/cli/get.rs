//! `dictum get ADDRESS`: what holds, and who said it.

use clap::Args;

use super::global::Format;
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Asking, address, exit};
use super::review::{self, Reviewing};
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
    #[command(flatten)]
    reviewing: Reviewing,
}

/// Answers.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { address, asking, explain, require, reviewing } = arguments;
    answer(address, asking, reviewing, *explain, *require, out)
}

/// What `get` and `why` share.
pub(super) fn answer(
    text: &str,
    asking: &Asking,
    reviewing: &Reviewing,
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
    let reviews = reviewing.reviews(&answers, &asking.basis, out)?;
    let wired = |at: usize| {
        let wire = wire::answer(&answers[at], explain);
        reviews.get(at).map_or(wire.clone(), |reviews| wire.with_reviews(reviews))
    };
    match format {
        Format::Human => {
            human::answers(&answers, &question.address, explain, out);
            reviews.iter().for_each(|reviews| review::tell(reviews, out));
        }
        Format::Concise => answers.iter().for_each(|answer| out.line(&lists::concise(answer))),
        Format::Jsonl => (0..answers.len()).for_each(|at| out.line(&json_line(&wired(at)))),
        Format::Json => match (answers.len(), question.address.slot()) {
            (1, Some(_)) => out.line(&json_document(&wired(0))),
            (several, _) => out.line(&json_document(&(0..several).map(wired).collect::<Vec<_>>())),
        },
    }
    let ends = exit(&answers, require);
    if ends == Exit::Unconfirmed {
        human::say_unconfirmed(&answers, &opened, out);
    }
    Ok(ends)
}

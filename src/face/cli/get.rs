//! `dictum get ADDRESS`: what holds, and who said it.

use std::collections::BTreeMap;

use clap::Args;

use super::global::Format;
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Asking, address, exit};
use super::review::{self, Reviewing};
use super::{human, knowledge, lineage, lists};
use crate::claim::Subject;
use crate::face::turns::{Asked, in_force_since};
use crate::face::{text, wire, words};
use crate::history::CommitId;
use crate::query::{self, Answer, Origin};

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
    /// Say since which commit of the main line this has been the answer
    #[arg(long)]
    history: bool,
    #[command(flatten)]
    reviewing: Reviewing,
}

/// What is wanted beside the answer.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// What became of every claim.
    pub explain: bool,
    /// Exit 1 unless it is a fact.
    pub require: bool,
    /// Since which commit it has been the answer.
    pub history: bool,
    /// Who reviewed it.
    pub reviewing: &'a Reviewing,
}

/// Answers.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let Arguments { address, asking, explain, require, history, reviewing } = arguments;
    let wanted = Wanted { explain: *explain, require: *require, history: *history, reviewing };
    answer(address, asking, wanted, out)
}

/// What `get` and `why` share.
pub(super) fn answer(
    text: &str,
    asking: &Asking,
    wanted: Wanted<'_>,
    out: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let Wanted { explain, require, history, reviewing } = wanted;
    let format = out.format(Format::Human)?;
    let address = address(text)?;
    let Some(opened) = knowledge::open(&asking.basis, knowledge::Errors::Refuse, out)? else {
        return Ok(Exit::Findings);
    };
    let question = asking.question(address, opened.snapshot.declarations()?)?;
    let answers = query::get(&opened.snapshot, &question)?;
    let since = match history {
        true => since(asking, &answers, out)?,
        false => vec![None; answers.len()],
    };
    let lineages = if history { lineage::lineages(&answers, out)? } else { Vec::new() };
    let reviews = reviewing.reviews(&answers, &asking.basis, out)?;
    let wired = |at: usize| {
        let wire = wire::answer(&answers[at], explain).in_force_since(since[at].as_ref());
        let wire = wire.with_lineage(lineages.get(at).map(Vec::as_slice).unwrap_or_default());
        match reviews.get(at) {
            Some(reviews) => wire.with_reviews(reviews),
            None => wire,
        }
    };
    match format {
        Format::Human => {
            human::answers(&answers, &question.address, explain, out);
            since
                .iter()
                .zip(&answers)
                .filter(|_| history)
                .for_each(|(since, answer)| in_force(since, answer, out));
            lineages.iter().for_each(|lineages| lineage::tell(lineages, out));
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

/// For each answer, since which commit of the main line it has been so.
fn since(asking: &Asking, answers: &[Answer], out: &Output<'_>) -> Result<Vec<Option<Origin>>, Failure> {
    if asking.basis.snapshot.is_some() {
        return Err(Failure::new("`--history` needs the repository: a snapshot knows no former answers")
            .help("leave `--snapshot` out"));
    }
    let place = knowledge::locate(out)?;
    // All answers about one subject together: the line is read once for them.
    let mut together: BTreeMap<(&Subject, &CommitId), Vec<usize>> = BTreeMap::new();
    for (at, answer) in answers.iter().enumerate() {
        if let (Some(slot), Some(commit)) = (&answer.slot, &answer.basis.at) {
            together.entry((&slot.subject, commit)).or_default().push(at);
        }
    }
    let mut since = vec![None; answers.len()];
    for ((subject, commit), own) in together {
        let head = commit.object().ok_or_else(|| Failure::new("a commit has an odd name"))?;
        let asked = own.iter().filter_map(|at| {
            let answer = &answers[*at];
            Some((answer.slot.as_ref()?, &answer.context, answer.on))
        });
        let asked: Vec<Asked<'_>> = asked.collect();
        let told = in_force_since(&place, head, subject, &asked)?;
        own.iter().zip(told).for_each(|(at, told)| since[*at] = told);
    }
    Ok(since)
}

fn in_force(since: &Option<Origin>, answer: &Answer, out: &mut Output<'_>) {
    let says = match since {
        None => return,
        Some(Origin::AtOrBefore(id)) => format!("unknown, at or before {}", id.short()),
        Some(Origin::Commit(commit)) => format!(
            "{}  {}  {}   {}",
            commit.id.short(),
            words::author_day(commit),
            text::shown(&commit.author),
            text::shown(&commit.summary)
        ),
    };
    let slot = answer.slot.as_ref().filter(|_| answer.asked.slot().is_none());
    let which = slot.map(|slot| format!("   {}", text::shown(&slot.attribute))).unwrap_or_default();
    human::row("answers so", &[format!("since {says}{which}")], out);
}

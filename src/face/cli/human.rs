//! Answers for people: the answer first, then why, then who.

use super::knowledge::Opened;
use super::output::Output;
use crate::face::{text, words};
use crate::query::{Address, Answer, Ask, Basis, Cite, Possible, Standing, Status};

mod rows;

mod claim;

mod reasons;

pub(super) use claim::{claim_text, commit_line, said_by, sayer, value_text};
pub(super) use rows::{LABEL, more, row};

use claim::source_text;
use reasons::{because, others};

/// Prints answers: one in full, those of a whole subject below its name.
pub(super) fn answers(answers: &[Answer], asked: &Address, explain: bool, out: &mut Output<'_>) {
    let whole = asked.slot().is_none() && answers.iter().all(|answer| answer.slot.is_some());
    match answers {
        _ if !whole || explain => {
            for (at, answer) in answers.iter().enumerate() {
                if at > 0 {
                    out.line("");
                }
                self::answer(answer, explain, out);
            }
        }
        several => super::lists::subject(several, asked, out),
    }
}

/// What an answer says, without who said it: for commands that only refer to it.
pub(super) fn brief(answer: &Answer, out: &mut Output<'_>) {
    headline(answer, out);
    match answer.status {
        Status::Unknown => nothing(answer, out),
        Status::Depends | Status::Contested => several(answer, out),
        _ => standing(answer, out),
    }
}

/// Who says an answer, by those of its claims that are to be told, and over what it stands.
pub(super) fn grounds<'a>(answer: &Answer, told: impl Iterator<Item = &'a Cite>, out: &mut Output<'_>) {
    for cite in told.take(3) {
        said_by(cite, answer.pin.is_none(), out);
    }
    more(answer.cites.len(), 3, "claim", out);
    because(answer, false, out);
}

/// One answer.
fn answer(answer: &Answer, explain: bool, out: &mut Output<'_>) {
    headline(answer, out);
    match answer.status {
        Status::Unknown => nothing(answer, out),
        Status::Depends | Status::Contested => several(answer, out),
        _ => {
            out.line("");
            standing(answer, out);
            deprecation(answer, out);
            circumstances(answer, out);
            for cite in answer.cites.iter().take(8) {
                said_by(cite, answer.pin.is_none(), out);
            }
            more(answer.cites.len(), 8, "claim", out);
            because(answer, explain, out);
        }
    }
    if explain {
        others(answer, out);
    }
    basis(&answer.basis, out);
}

/// The value and its pin, on one line where they fit.
fn headline(answer: &Answer, out: &mut Output<'_>) {
    let value = match answer.status {
        Status::Unknown => format!("nothing is known of {}", text::shown(&answer.asked.to_string())),
        Status::Depends => format!("it depends: {} answers are possible", answer.facts.len()),
        Status::Contested => "contested: claims contradict each other".to_owned(),
        _ => value_text(answer.value.as_ref()),
    };
    let pin = answer.pin.as_ref().map(ToString::to_string).or(answer.slot.as_ref().map(ToString::to_string));
    let pin = text::shown(&pin.unwrap_or_default());
    let wide = out.width;
    if text::columns(&value) + text::columns(&pin) + 4 <= wide {
        let gap = " ".repeat(wide - text::columns(&value) - text::columns(&pin));
        let line = format!("{}{gap}{}", out.styled("1", &value), out.styled("2", &pin));
        out.line(line.trim_end());
        return;
    }
    for line in text::wrapped(&value, wide) {
        let line = out.styled("1", &line);
        out.line(&line);
    }
    let pin = out.styled("2", &pin);
    out.line(&pin);
}

fn nothing(answer: &Answer, out: &mut Output<'_>) {
    out.line("");
    if answer.slot.is_some() && !answer.candidates.is_empty() {
        row("said", &["elsewhere or at other times only; `dictum why` tells which".to_owned()], out);
    }
    if !answer.nearest.is_empty() {
        row("near it", &[text::shown(&answer.nearest.join("   "))], out);
    }
    standing(answer, out);
}

/// Several answers, each with where it would hold or is said.
fn several(answer: &Answer, out: &mut Output<'_>) {
    standing(answer, out);
    for possible in answer.facts.iter().take(20) {
        out.line("");
        let region = match possible.region.is_always() {
            true => "in the case asked about".to_owned(),
            false => text::shown(&words::when(&possible.region)),
        };
        let region = out.styled("33", &region);
        out.line(&format!("  {region}"));
        self::possible(possible, out);
    }
    more(answer.facts.len(), 20, "answer", out);
    if let Some(ask) = &answer.ask {
        out.line("");
        self::ask(ask, out);
    }
    if answer.status == Status::Contested {
        out.line("");
        row(
            "to settle",
            &["run `dictum check` on this knowledge: it shows both claims and what to write".to_owned()],
            out,
        );
    }
}

fn possible(possible: &Possible, out: &mut Output<'_>) {
    let value = match &possible.value {
        None => "nothing is said".to_owned(),
        some => value_text(some.as_ref()),
    };
    for line in text::wrapped(&value, out.width.saturating_sub(4)) {
        out.line(&format!("    {line}"));
    }
    for cite in possible.cites.iter().take(3) {
        let sayer = if cite.said.is_some() { sayer(cite) } else { String::new() };
        let line = out.styled("2", format!("~{}  {sayer}", cite.pin.digits).trim_end());
        out.line(&format!("    {line}"));
    }
}

fn ask(ask: &Ask, out: &mut Output<'_>) {
    let choice = |(region, _): &(crate::claim::When, usize)| {
        text::shown(&words::when(region)).trim_start_matches(&format!("{} ", ask.dimension)).to_owned()
    };
    let choices: Vec<String> = ask.choices.iter().take(12).map(choice).collect();
    row("ask next", &[format!("which {}? {}", ask.dimension, choices.join(" | "))], out);
    row("", &[format!("then add `--where {}=…`", ask.dimension)], out);
}

fn standing(answer: &Answer, out: &mut Output<'_>) {
    let Some(standing) = answer.standing else { return };
    let asked = text::shown(&answer.asked.to_string());
    let now = answer.pin.as_ref().map(|pin| format!(": it is `{pin}` now")).unwrap_or_default();
    let says = match standing {
        Standing::Current => format!("`{asked}` is current"),
        Standing::Possible => format!("`{asked}` answers in some of these cases"),
        Standing::Superseded => format!("`{asked}` is still said, but does not answer here{now}"),
        Standing::Withdrawn => format!("`{asked}` is not said any more{now}"),
    };
    row("pin", &[says], out);
}

fn deprecation(answer: &Answer, out: &mut Output<'_>) {
    let Some(deprecated) = &answer.deprecated else { return };
    let mut lines = Vec::new();
    if let Some(instead) = &deprecated.replaced_by {
        lines.push(format!("use {} instead", text::shown(&instead.to_string())));
    }
    lines.extend(deprecated.reason.as_ref().map(|reason| text::shown(&reason.to_string())));
    row("deprecated", &lines, out);
}

/// When it holds, on what authority, and whose it is.
fn circumstances(answer: &Answer, out: &mut Output<'_>) {
    let source = answer.cites.first().and_then(|cite| cite.source.as_ref()).filter(|_| answer.pin.is_some());
    let mut parts = Vec::new();
    if let Some(valid) = &answer.valid {
        parts.push(words::period(valid));
    }
    parts.extend(source.map(|source| format!("source  {}", source_text(source))));
    parts.extend(answer.owner.as_ref().map(|owner| format!("owner  {}", text::shown(&owner.to_string()))));
    row("in force", &rows::beside(&parts, out.width), out);
}

/// How much of the history was seen, and of which snapshot and commit this is.
pub(super) fn basis(basis: &Basis, out: &mut Output<'_>) {
    let snapshot = text::clipped(&basis.snapshot, 12);
    let at = basis.at.as_ref().map(|at| format!("  at {}", at.short())).unwrap_or_default();
    row("history", &[format!("{}     snapshot  {snapshot}{at}", basis.history)], out);
}

/// Says on stderr why an answer is unconfirmed, and what to do.
pub(super) fn say_unconfirmed(answers: &[Answer], opened: &Opened, out: &mut Output<'_>) {
    let Some(answer) = answers.first() else { return };
    let cites = answers.iter().flat_map(|answer| &answer.cites);
    say_boundary(cites.filter(|cite| !cite.confirmed()).count().max(1), &answer.basis, opened, out);
}

/// The same for `count` claims.
pub(super) fn say_boundary(count: usize, basis: &Basis, opened: &Opened, out: &mut Output<'_>) {
    let claims = words::count(count, "claim", "claims");
    let why = match &opened.no_history {
        Some(why) => why.clone(),
        None => format!("the history here is {}", basis.history),
    };
    out.note(&format!("unconfirmed: who said {claims} can't be told, {why}"));
    if let Some(mend) = basis.mend {
        out.note(&format!("  help: type `{mend}` and ask again"));
    }
}

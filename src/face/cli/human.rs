//! Answers for people: the answer first, then why, then who.

use super::knowledge::Opened;
use super::output::Output;
use crate::claim::Value;
use crate::face::{text, words};
use crate::history::Commit;
use crate::query::{
    Address, Answer, Ask, Basis, Candidate, Cite, Fate, Listing, Origin, Possible, Source, Standing, Status,
};
use crate::resolve::Rule;

/// Columns of the word that opens a row.
const LABEL: usize = 13;

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
        several => subject(several, asked, out),
    }
}

/// A whole subject: a line or a paragraph for each attribute.
fn subject(answers: &[Answer], asked: &Address, out: &mut Output<'_>) {
    let title = out.styled("1", &text::shown(&asked.to_string()));
    out.line(&title);
    for answer in answers {
        let Some(slot) = &answer.slot else { continue };
        let value = match answer.status {
            Status::Depends => {
                let ask = answer.ask.as_ref().map(|ask| format!(" on {}", ask.dimension)).unwrap_or_default();
                format!("depends{ask}: {} answers", answer.facts.len())
            }
            Status::Unknown => "nothing is said for this day and context".to_owned(),
            _ => value_text(answer.value.as_ref()),
        };
        let sayer =
            answer.cites.first().and_then(|cite| cite.said.as_ref()).map(|said| match &said.said_by {
                Origin::Commit(commit) => format!("{}  {}", commit.id.short(), words::author_day(commit)),
                Origin::AtOrBefore(id) => format!("at or before {}", id.short()),
            });
        row(&text::shown(&slot.attribute), &[value], out);
        if let Some(sayer) = sayer {
            let dim = out.styled("2", &sayer);
            out.line(&format!("  {:LABEL$}{dim}", ""));
        }
    }
}

/// What an answer says, without who said it: for commands that only refer to it.
pub(super) fn brief(answer: &Answer, out: &mut Output<'_>) {
    headline(answer, out);
    match answer.status {
        Status::Unknown => nothing(answer, out),
        Status::Depends => depends(answer, out),
        _ => standing(answer, out),
    }
}

/// One answer.
fn answer(answer: &Answer, explain: bool, out: &mut Output<'_>) {
    headline(answer, out);
    match answer.status {
        Status::Unknown => nothing(answer, out),
        Status::Depends => depends(answer, out),
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

fn value_text(value: Option<&Value>) -> String {
    match value {
        Some(Value::None) => "none: known not to exist".to_owned(),
        Some(value) => text::shown(&value.to_string()),
        None => "nothing".to_owned(),
    }
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

fn depends(answer: &Answer, out: &mut Output<'_>) {
    standing(answer, out);
    for possible in answer.facts.iter().take(20) {
        out.line("");
        let region = out.styled("33", &text::shown(&words::when(&possible.region)));
        out.line(&format!("  {region}"));
        self::possible(possible, out);
    }
    more(answer.facts.len(), 20, "answer", out);
    if let Some(ask) = &answer.ask {
        out.line("");
        self::ask(ask, out);
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
    row("in force", &[parts.join("     ")], out);
}

fn source_text(source: &Source) -> String {
    let name = source.title.as_deref().unwrap_or(&source.id);
    let tier = source.tier.as_ref().map(|tier| format!(", tier {tier}")).unwrap_or_default();
    text::shown(&format!("{name}{tier}"))
}

/// Who said a claim; with what it says where several answer together.
fn said_by(cite: &Cite, several: bool, out: &mut Output<'_>) {
    let place = format!("{}:{}", text::shown(&cite.place.path), cite.place.line);
    let mut lines = Vec::new();
    if several {
        lines.push(format!("~{}  {}", cite.pin.digits, value_text(Some(&cite.value))));
    }
    let Some(said) = &cite.said else {
        lines.push(format!("unknown, there is no history to tell     {place}"));
        return row("said by", &lines, out);
    };
    match &said.said_by {
        Origin::Commit(commit) => {
            lines.push(commit_line(commit));
            let mut more = vec![place];
            if let Some(landed) = said.landed_by.commit().filter(|landed| landed.id != commit.id) {
                more.push(format!("landed {} by {}", words::author_day(landed), landed.id.short()));
            }
            let reviewers = said.landed_by.commit().map(|landed| &landed.reviewers[..]).unwrap_or_default();
            let reviewers = if reviewers.is_empty() { &commit.reviewers[..] } else { reviewers };
            if !reviewers.is_empty() {
                more.push(format!("reviewed by {}", text::shown(&reviewers.join(", "))));
            }
            if let Some(first) = said.first_said_by.commit().filter(|first| first.id != commit.id) {
                more.push(format!("first said {} by {}", words::author_day(first), first.id.short()));
            }
            lines.push(more.join("     "));
        }
        Origin::AtOrBefore(id) => lines.push(format!("unknown, at or before {}     {place}", id.short())),
    }
    if said.carried {
        lines.push("carried over a version in between that could not be read".to_owned());
    }
    row("said by", &lines, out);
}

fn commit_line(commit: &Commit) -> String {
    let author = text::shown(&commit.author);
    format!(
        "{}  {}  {author}   {}",
        commit.id.short(),
        words::author_day(commit),
        text::shown(&commit.summary)
    )
}

/// `said by 0a1b2c3`, or that it can't be told.
fn sayer(cite: &Cite) -> String {
    match cite.said.as_ref().map(|said| &said.said_by) {
        Some(Origin::Commit(commit)) => {
            format!("said by {} {}", commit.id.short(), words::author_day(commit))
        }
        Some(Origin::AtOrBefore(id)) => format!("said at or before {}", id.short()),
        None => "no history".to_owned(),
    }
}

/// By which rules the answer stands over other claims.
fn because(answer: &Answer, explain: bool, out: &mut Output<'_>) {
    let most = if explain { 50 } else { 3 };
    let mut over: Vec<&Candidate> =
        answer.candidates.iter().filter(|candidate| stands_over(answer, candidate)).collect();
    // What people wrote before what was weighed.
    over.sort_by_key(|candidate| match candidate.fate {
        Fate::Void { .. } => 0,
        Fate::Displaced { .. } => 1,
        _ => 2,
    });
    for (at, candidate) in over.iter().take(most).enumerate() {
        let label = if at == 0 { "because" } else { "" };
        let mut lines = vec![reason(answer, &candidate.fate)];
        lines.extend(claim_lines(&candidate.cite, out.width));
        row(label, &lines, out);
    }
    more(over.len(), most, "reason", out);
}

/// Whether a claim gave way to the answer itself.
fn stands_over(answer: &Answer, candidate: &Candidate) -> bool {
    let by = words::over(&candidate.fate).and_then(|(by, _)| answer.candidates.get(by as usize));
    by.is_some_and(|by| answer.cites.iter().any(|cite| cite.pin == by.cite.pin))
}

/// Why the answer stands over a claim of that fate, up to the claim itself.
fn reason(answer: &Answer, fate: &Fate) -> String {
    match fate {
        Fate::Void { by, rule } => format!("it {}{}", rule.as_str(), why(answer, *by)),
        Fate::Displaced { rule, path } => {
            let through = if path.len() > 1 { ", through the claims between," } else { "" };
            match rule {
                Rule::ExceptionTo => format!("it is an exception{through} to"),
                Rule::SourceSupersedes => format!("its source supersedes{through} that of"),
                _ => format!("it {}{through}", rule.as_str()),
            }
        }
        Fate::Dominated { criterion, own, other, .. } => {
            text::shown(&words::stronger(*criterion, other, own))
        }
        Fate::Exceeded { .. } => "its value goes beyond".to_owned(),
        _ => String::new(),
    }
}

/// The reason that the claim at `position` gives, in brackets.
fn why(answer: &Answer, position: u32) -> String {
    let reason = answer.candidates.get(position as usize).and_then(|by| by.cite.reason.as_ref());
    reason.map(|reason| format!(" ({})", text::shown(reason))).unwrap_or_default()
}

/// A claim in a line or two: what it says, when and where, and who said it.
fn claim_lines(cite: &Cite, width: usize) -> Vec<String> {
    let value = text::clipped(&value_text(Some(&cite.value)), 60);
    let says = format!("~{}  \"{value}\"", cite.pin.digits);
    let mut parts = Vec::new();
    if cite.period != crate::claim::Period::ALWAYS {
        parts.push(words::period(&cite.period));
    }
    if !cite.when.is_always() {
        parts.push(format!("in {}", text::shown(&words::when(&cite.when))));
    }
    parts.push(sayer(cite));
    let circumstances = parts.join("   ");
    match text::columns(&says) + text::columns(&circumstances) + 3 + LABEL + 2 <= width {
        true => vec![format!("{says}   {circumstances}")],
        false => vec![says, circumstances],
    }
}

/// What became of the claims that neither answer nor gave way to the answer.
fn others(answer: &Answer, out: &mut Output<'_>) {
    let told = |candidate: &&Candidate| {
        let answers = answer.cites.iter().any(|cite| cite.pin == candidate.cite.pin);
        !answers && !stands_over(answer, candidate)
    };
    let rest: Vec<&Candidate> = answer.candidates.iter().filter(told).collect();
    for (at, candidate) in rest.iter().take(50).enumerate() {
        let label = if at == 0 { "besides" } else { "" };
        let mut lines = claim_lines(&candidate.cite, out.width);
        lines.push(fate(answer, &candidate.fate));
        row(label, &lines, out);
    }
    more(rest.len(), 50, "claim", out);
}

/// What became of a claim, and why.
fn fate(answer: &Answer, fate: &Fate) -> String {
    let other = |position: &u32| {
        let other = answer.candidates.get(*position as usize);
        other.map(|other| format!("~{}", other.cite.pin.digits)).unwrap_or_default()
    };
    match fate {
        Fate::Winner => "answers".to_owned(),
        Fate::Supporting { .. } => "says the same".to_owned(),
        Fate::OutOfScope { dimension, wanted, has } => {
            let has = has
                .as_ref()
                .map_or_else(|| "is not said".to_owned(), |has| format!("is {}", words::point(has)));
            text::shown(&format!("does not apply: {dimension} {has}, it speaks of {}", words::tests(wanted)))
        }
        Fate::NotYet { from } => format!("does not hold yet: it starts on {from}"),
        Fate::NoLonger { until } => format!("holds no longer: it ended on {until}"),
        Fate::Void { by, rule } => format!("is void: {} {} it{}", other(by), rule.as_str(), why(answer, *by)),
        Fate::Displaced { path, rule } => {
            let by = path.last().map(other).unwrap_or_default();
            match rule {
                Rule::ExceptionTo => format!("gives way: {by} is an exception to it"),
                Rule::SourceSupersedes => format!("gives way: the source of {by} supersedes its source"),
                _ => format!("gives way: {by} {} it", rule.as_str()),
            }
        }
        Fate::Dominated { by, criterion, own, other: theirs } => {
            let (own, theirs) = (text::shown(&words::mark(own)), text::shown(&words::mark(theirs)));
            format!("weighs less than {} by {}: {own} against {theirs}", other(by), criterion.as_str())
        }
        Fate::Exceeded { by } => format!("its value lies within that of {}", other(by)),
        Fate::InConflict { with } => {
            format!("contradicts {}", with.iter().map(other).collect::<Vec<_>>().join(", "))
        }
        Fate::Retraction => "takes back what others say, and says nothing itself".to_owned(),
        Fate::Idle => "has nothing to say here: what it corrects does not apply".to_owned(),
    }
}

/// How much of the history was seen, and of which snapshot and commit this is.
fn basis(basis: &Basis, out: &mut Output<'_>) {
    let snapshot = text::clipped(&basis.snapshot, 12);
    let at = basis.at.as_ref().map(|at| format!("  at {}", at.short())).unwrap_or_default();
    row("history", &[format!("{}     snapshot  {snapshot}{at}", basis.history)], out);
}

/// A row: a word, and lines beside it that wrap under each other.
fn row(label: &str, lines: &[String], out: &mut Output<'_>) {
    let width = out.width.saturating_sub(LABEL + 2);
    let mut label = Some(label);
    for line in lines.iter().flat_map(|line| wrapped(line, width)) {
        let opening = label.take().unwrap_or_default();
        let pad = " ".repeat((LABEL).saturating_sub(text::columns(opening)).max(1));
        let opening = out.styled("36", opening);
        let row = format!("  {opening}{pad}{line}");
        out.line(row.trim_end());
    }
}

/// Lines that fit stay as they are (their gaps mean something); others break at spaces.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    if text::columns(line) <= width { vec![line.to_owned()] } else { text::wrapped(line, width) }
}

fn more(all: usize, shown: usize, what: &str, out: &mut Output<'_>) {
    if all > shown {
        row("", &[format!("and {} more", words::count(all - shown, what, &format!("{what}s")))], out);
    }
}

/// An answer in a line: status, address or pin, value.
pub(super) fn concise(answer: &Answer) -> String {
    let address = answer.pin.as_ref().map(ToString::to_string);
    let address = address.or(answer.slot.as_ref().map(ToString::to_string));
    let address = address.unwrap_or_else(|| answer.asked.to_string());
    let value = answer.value.as_ref().map(|value| text::shown(&value.to_string())).unwrap_or_default();
    format!("{}\t{}\t{value}", answer.status.as_str(), text::shown(&address)).trim_end().to_owned()
}

/// A claim and its sayer in a line.
pub(super) fn blame_line(cite: &Cite, out: &mut Output<'_>) {
    let who = match cite.said.as_ref().map(|said| &said.said_by) {
        Some(Origin::Commit(commit)) => {
            let author = text::clipped(&text::shown(&commit.author), 20);
            format!("{}  {:10}  {author:20}", commit.id.short(), words::author_day(commit))
        }
        Some(Origin::AtOrBefore(id)) => format!("{:41}", format!("at or before {}", id.short())),
        None => format!("{:41}", "unknown"),
    };
    let value = text::clipped(&value_text(Some(&cite.value)), 60);
    let pin = text::shown(&cite.pin.to_string());
    let (who, pin) = (out.styled("33", &who), out.styled("36", &pin));
    out.line(&format!("{who}  {pin}  {value}"));
}

/// Subjects in a list.
pub(super) fn listing(listed: &[Listing], out: &mut Output<'_>) {
    let longest =
        listed.iter().map(|listing| text::columns(listing.subject.as_str())).max().unwrap_or(0).min(48);
    for listing in listed {
        let address = text::shown(listing.subject.as_str());
        let pad = " ".repeat(longest.saturating_sub(text::columns(&address)));
        let label = listing.label.as_ref().map(|label| text::shown(&label.to_string())).unwrap_or_default();
        let mark = if listing.deprecated { "  (deprecated)" } else { "" };
        let address = out.styled("36", &address);
        let line = format!("{address}{pad}  {label}{mark}");
        out.line(line.trim_end());
    }
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

//! Why an answer is the answer, and what became of every other claim.

use super::claim::claim_lines;
use super::rows::{more, row};
use crate::face::cli::output::Output;
use crate::face::{text, words};
use crate::query::{Answer, Candidate, Fate};
use crate::resolve::Rule;

/// By which rules the answer stands over other claims.
pub(super) fn because(answer: &Answer, explain: bool, out: &mut Output<'_>) {
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

/// What became of the claims that neither answer nor gave way to the answer.
pub(super) fn others(answer: &Answer, out: &mut Output<'_>) {
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

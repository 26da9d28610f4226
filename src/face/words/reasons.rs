//! The prose of reasons: why an answer is the answer, and what became of every other claim. All of it is fit to be shown.

use crate::face::{text, words};
use crate::query::{Answer, Candidate, Fate};
use crate::resolve::Rule;

/// Whether a claim gave way to the answer itself.
pub fn stands_over(answer: &Answer, candidate: &Candidate) -> bool {
    let by = words::over(&candidate.fate).and_then(|(by, _)| answer.candidates.get(by as usize));
    by.is_some_and(|by| answer.cites.iter().any(|cite| cite.pin == by.cite.pin))
}

/// Why the answer stands over a claim of that fate, up to the claim itself.
pub fn reason(answer: &Answer, fate: &Fate) -> String {
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

/// What became of a claim, and why.
pub fn became(answer: &Answer, fate: &Fate) -> String {
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

//! One claim in words: what it says, on what it leans, who said it, and where it stands.

use super::rows::{LABEL, beside, row};
use crate::claim::{Period, Target, Value};
use crate::face::cli::output::Output;
use crate::face::{text, words};
use crate::history::Commit;
use crate::query::{Cite, Origin, Source};

/// What is said, as a person reads it.
pub(in crate::face::cli) fn value_text(value: Option<&Value>) -> String {
    match value {
        Some(Value::None) => "none: known not to exist".to_owned(),
        Some(value) => text::shown(&value.to_string()),
        None => "nothing".to_owned(),
    }
}

/// What a claim says: its value, or what it takes back.
pub(in crate::face::cli) fn claim_text(value: &Value, retracts: &[Target]) -> String {
    match retracts {
        [] => value_text(Some(value)),
        targets => text::shown(&words::retraction(targets)),
    }
}

pub(super) fn source_text(source: &Source) -> String {
    let name = source.title.as_deref().unwrap_or(&source.id);
    let tier = source.tier.as_ref().map(|tier| format!(", tier {tier}")).unwrap_or_default();
    let through = if source.inherited { " (of what it corrects)" } else { "" };
    text::shown(&format!("{name}{tier}{through}"))
}

/// Who said a claim; with what it says where several answer together.
pub(in crate::face::cli) fn said_by(cite: &Cite, several: bool, out: &mut Output<'_>) {
    let place = format!("{}:{}", text::shown(&cite.place.path), cite.place.line);
    let mut lines = Vec::new();
    if several {
        lines.push(format!("~{}  {}", cite.pin.digits, claim_text(&cite.value, &cite.retracts)));
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
            lines.extend(beside(&more, out.width));
        }
        Origin::AtOrBefore(id) => lines.push(format!("unknown, at or before {}     {place}", id.short())),
    }
    if said.carried {
        lines.push(words::CARRIED.to_owned());
    }
    row("said by", &lines, out);
}

/// A commit in a line: its name, day, author and first line.
pub(in crate::face::cli) fn commit_line(commit: &Commit) -> String {
    let author = text::shown(&commit.author);
    format!(
        "{}  {}  {author}   {}",
        commit.id.short(),
        words::author_day(commit),
        text::shown(&commit.summary)
    )
}

/// `said by 0a1b2c3`, or that it can't be told.
pub(in crate::face::cli) fn sayer(cite: &Cite) -> String {
    let Some(said) = &cite.said else { return "no history".to_owned() };
    let sayer = match &said.said_by {
        Origin::Commit(commit) => format!("said by {} {}", commit.id.short(), words::author_day(commit)),
        Origin::AtOrBefore(id) => format!("said at or before {}", id.short()),
    };
    if said.carried { format!("{sayer}   {}", words::CARRIED) } else { sayer }
}

/// A claim in a line or two: what it says, when and where, and who said it.
pub(super) fn claim_lines(cite: &Cite, width: usize) -> Vec<String> {
    let value = text::clipped(&claim_text(&cite.value, &cite.retracts), 60);
    // In quotation marks is what people wrote.
    let quoted = cite.retracts.is_empty() && cite.value != Value::None;
    let value = if quoted { format!("\"{value}\"") } else { value };
    let says = format!("~{}  {value}", cite.pin.digits);
    let mut parts = Vec::new();
    if cite.period != Period::ALWAYS {
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

//! One claim in words: what it says, on what it leans, who said it, and where it stands.

use super::rows::{LABEL, beside, row};
use crate::claim::{Period, Value};
use crate::face::cli::output::Output;
use crate::face::{text, words};
use crate::query::{Cite, Origin};

pub(in crate::face::cli) use crate::face::words::{claim_text, commit_line, sayer, source_text, value_text};

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

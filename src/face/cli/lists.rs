//! Many things, a line or two each: the attributes of a subject, claims and their sayers, subjects.

use super::human::{LABEL, claim_text, row, value_text};
use super::output::Output;
use crate::face::{text, words};
use crate::query::{Address, Answer, Cite, Listing, Origin, Said, Status};

/// A whole subject: a line or a paragraph for each attribute.
pub(super) fn subject(answers: &[Answer], asked: &Address, out: &mut Output<'_>) {
    let title = out.styled("1", &text::shown(&asked.to_string()));
    out.line(&title);
    for answer in answers {
        let Some(slot) = &answer.slot else { continue };
        let value = match answer.status {
            Status::Depends => {
                let ask = answer.ask.as_ref().map(|ask| format!(" on {}", ask.dimension)).unwrap_or_default();
                format!("depends{ask}: {} answers", answer.facts.len())
            }
            Status::Contested => format!("contested: {} answers contradict each other", answer.facts.len()),
            Status::Unknown => "nothing is said for this day and context".to_owned(),
            _ => value_text(answer.value.as_ref()),
        };
        row(&text::shown(&slot.attribute), &[value], out);
        if let Some(said) = answer.cites.first().and_then(|cite| cite.said.as_ref()) {
            let dim = out.styled("2", &format!("{}{}", sayer(said), carried(said)));
            out.line(&format!("  {:LABEL$}{dim}", ""));
        }
    }
}

fn sayer(said: &Said) -> String {
    match &said.said_by {
        Origin::Commit(commit) => format!("{}  {}", commit.id.short(), words::author_day(commit)),
        Origin::AtOrBefore(id) => format!("at or before {}", id.short()),
    }
}

/// What stands behind a line about a claim that was carried.
fn carried(said: &Said) -> String {
    if said.carried { format!("   ({})", words::CARRIED) } else { String::new() }
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
    let value = text::clipped(&claim_text(&cite.value, &cite.retracts), 60);
    let carried = cite.said.as_ref().map(carried).unwrap_or_default();
    let pin = text::shown(&cite.pin.to_string());
    let (who, pin) = (out.styled("33", &who), out.styled("36", &pin));
    out.line(&format!("{who}  {pin}  {value}{carried}"));
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

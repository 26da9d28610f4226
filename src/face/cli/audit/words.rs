//! The prose of an audit, for the table and the page alike. None of it is escaped yet.

use super::Report;
use crate::face::words;
use crate::face::words::review::need_text;
pub(super) use crate::face::words::review::{reviewed_text, signature_texts};
use crate::query::{Audited, Due, Origin, Totals};

/// The sums, each with its name, in the order in which they matter.
pub(super) fn totals(totals: &Totals) -> Vec<(&'static str, usize)> {
    let Totals { facts, reviewed, not_reviewed, unknown, unmet, overdue, unsourced, conflicts } = *totals;
    vec![
        ("facts", facts),
        ("reviewed", reviewed),
        ("not reviewed", not_reviewed),
        ("review unknown", unknown),
        ("against a policy", unmet),
        ("overdue", overdue),
        ("without the source a policy asks for", unsourced),
        ("contradicting", conflicts),
    ]
}

/// On which day, and where that day comes from.
pub(super) fn ground(report: &Report) -> String {
    let at = report.basis.at.as_ref().map(|at| at.short().to_owned());
    let from = match (report.asked, &at) {
        (true, _) => "as asked".to_owned(),
        (false, Some(at)) => format!("the day of {at}"),
        (false, None) => "the day of the commit".to_owned(),
    };
    let at = at.map(|at| format!(", at {at}")).unwrap_or_default();
    format!("{} on {} ({from}){at}, history {}", report.name, report.on, report.basis.history)
}

/// What a policy asked for and did not get, or nothing was given to tell.
pub(super) fn unmet(fact: &Audited) -> Vec<String> {
    let sources = fact.unsourced.iter().map(|policy| format!("policy {policy} asks for a source"));
    fact.review.needs.iter().filter_map(need_text).chain(sources).collect()
}

/// When it is to be looked at again.
pub(super) fn due(due: &Due) -> String {
    match (due.day, due.overdue) {
        (Some(day), Some(true)) => format!("overdue since {day}"),
        (Some(day), _) => format!("due {day}"),
        (None, _) => "due, but it is unknown since when".to_owned(),
    }
}

/// The commit that said it, its day and its author.
pub(super) fn said_by(fact: &Audited) -> String {
    match fact.cite.said.as_ref().map(|said| &said.said_by) {
        Some(Origin::Commit(commit)) => {
            format!("{} {} {}", commit.id.short(), words::author_day(commit), commit.author)
        }
        Some(Origin::AtOrBefore(id)) => format!("at or before {}", id.short()),
        None => "unknown".to_owned(),
    }
}

/// When, by which commit and which pull request it became the main line's word.
pub(super) fn landed(fact: &Audited) -> String {
    match fact.cite.said.as_ref().map(|said| &said.landed_by) {
        Some(Origin::Commit(commit)) => {
            let day = fact.landed.map(|day| format!("{day} ")).unwrap_or_default();
            let request = commit.pull_request.map(|number| format!(" #{number}")).unwrap_or_default();
            format!("{day}{}{request}", commit.id.short())
        }
        Some(Origin::AtOrBefore(id)) => format!("at or before {}", id.short()),
        None => "unknown".to_owned(),
    }
}

/// On what it leans.
pub(super) fn source(fact: &Audited) -> String {
    fact.cite
        .source
        .as_ref()
        .map_or("no source".to_owned(), |source| source.title.as_deref().unwrap_or(&source.id).to_owned())
}

//! The prose of claims: what one says, on what it leans, and who said it. All of it is fit to be shown.

use crate::claim::{Target, Value};
use crate::face::{text, words};
use crate::history::Commit;
use crate::query::{Cite, Origin, Source};

/// What is said, as a person reads it.
pub fn value_text(value: Option<&Value>) -> String {
    match value {
        Some(Value::None) => "none: known not to exist".to_owned(),
        Some(value) => text::shown(&value.to_string()),
        None => "nothing".to_owned(),
    }
}

/// What a claim says: its value, or what it takes back.
pub fn claim_text(value: &Value, retracts: &[Target]) -> String {
    match retracts {
        [] => value_text(Some(value)),
        targets => text::shown(&words::retraction(targets)),
    }
}

/// On what a claim leans.
pub fn source_text(source: &Source) -> String {
    let name = source.title.as_deref().unwrap_or(&source.id);
    let tier = source.tier.as_ref().map(|tier| format!(", tier {tier}")).unwrap_or_default();
    let through = if source.inherited { " (of what it corrects)" } else { "" };
    text::shown(&format!("{name}{tier}{through}"))
}

/// A commit in a line: its name, day, author and first line.
pub fn commit_line(commit: &Commit) -> String {
    let author = text::shown(&commit.author);
    format!(
        "{}  {}  {author}   {}",
        commit.id.short(),
        words::author_day(commit),
        text::shown(&commit.summary)
    )
}

/// `said by 0a1b2c3`, or that it can't be told.
pub fn sayer(cite: &Cite) -> String {
    let Some(said) = &cite.said else { return "no history".to_owned() };
    let sayer = match &said.said_by {
        Origin::Commit(commit) => format!("said by {} {}", commit.id.short(), words::author_day(commit)),
        Origin::AtOrBefore(id) => format!("said at or before {}", id.short()),
    };
    if said.carried { format!("{sayer}   {}", words::CARRIED) } else { sayer }
}

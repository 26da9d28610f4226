//! What is asked in one line of text: an address, a name, or a sentence. The one place where that is told apart.

use super::{Address, Answer, Context, QueryError, Question, get};
use crate::snapshot::Snapshot;
use jiff::civil::Date;

/// What asking gave.
#[derive(Clone, PartialEq, Debug)]
pub enum Reply {
    /// The answer about one slot.
    Answer(Box<Answer>),
    /// It can't be asked yet: what it was taken for, `a name` or `a sentence`.
    NotYet(&'static str),
}

/// Asks `text` in `context`, of the day `on`: an address (a slot, a claim or a pin) as `get` answers it; all else is a name,
/// or a sentence with names in it.
///
/// # Errors
/// [`QueryError::Bad`] for an address of a whole subject, [`QueryError::Snapshot`] where the snapshot is damaged.
pub fn ask(snapshot: &Snapshot, text: &str, context: &Context, on: Date) -> Result<Reply, QueryError> {
    let text = text.trim();
    let spaced = text.contains(char::is_whitespace);
    let address = Address::parse(text).ok().filter(|address| !spaced && address.slot().is_some());
    let Some(address) = address else {
        return Ok(Reply::NotYet(if spaced && text.ends_with('?') { "a sentence" } else { "a name" }));
    };
    let question = Question { address, context: context.clone(), on };
    let answer = get(snapshot, &question)?.into_iter().next();
    let none = super::BadQuestion::new(format!("`{text}` has no single answer"));
    Ok(Reply::Answer(Box::new(answer.ok_or(none)?)))
}

//! Questions that the knowledge asks of itself and that go otherwise after a change: those that fail now, and those that
//! do no more.

use jiff::civil::Date;
use rayon::prelude::*;

use super::Rule;
use crate::query::QueryError;
use crate::query::trial::{Test, Tried, tests, try_one};
use crate::snapshot::Snapshot;

/// A question that goes otherwise.
#[derive(Clone, PartialEq, Debug)]
pub struct Retried {
    /// How it went before, asked as it was then.
    pub before: Tried,
    /// How it goes now, asked as it is now.
    pub after: Tried,
}

impl Retried {
    /// Whether it passed, and fails now; else it failed, and passes now.
    pub fn fails(&self) -> bool {
        self.before.passed()
    }

    /// The rule that it breaks, if it does.
    pub fn breaks(&self) -> Vec<Rule> {
        self.fails().then_some(Rule::QuestionFails).into_iter().collect()
    }
}

/// The questions of both states that pass in one of them only, by address; those that name no day are asked of `on`.
///
/// # Errors
/// [`QueryError::Snapshot`] where a snapshot is damaged.
pub fn retried(before: &Snapshot, after: &Snapshot, on: Date) -> Result<Vec<Retried>, QueryError> {
    let (old, new) = (tests(before, &[])?, tests(after, &[])?);
    let both: Vec<(&Test, &Test)> = old
        .iter()
        .filter_map(|old| {
            let at = new.binary_search_by(|new| new.subject.cmp(&old.subject)).ok()?;
            Some((old, &new[at]))
        })
        .collect();
    let tried = |(old, new): (&Test, &Test)| {
        let (before, after) = (try_one(before, old, on)?, try_one(after, new, on)?);
        Ok((before.passed() != after.passed()).then_some(Retried { before, after }))
    };
    let all: Result<Vec<Option<Retried>>, QueryError> = both.into_par_iter().map(tried).collect();
    Ok(all?.into_iter().flatten().collect())
}

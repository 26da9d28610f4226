//! Citations that stand otherwise after a change: pins that hold no more, and those that hold again.

use jiff::civil::Date;

use crate::query::citation::{Citation, citations};
use crate::query::pinned::Found;
use crate::query::{Context, QueryError};
use crate::snapshot::Snapshot;

/// A citation that stands otherwise.
#[derive(Clone, PartialEq, Debug)]
pub struct Repinned {
    /// How it stood.
    pub before: Citation,
    /// How it stands.
    pub after: Citation,
}

impl Repinned {
    /// Whether it held, and does no more; else it did not, and does now.
    pub fn breaks(&self) -> bool {
        self.before.state.holds()
    }
}

/// Of `found` what holds in one of two states only, on the day `on`, whatever the context: each thing that is cited
/// once, in the order of the first places.
///
/// # Errors
/// [`QueryError::Snapshot`] where a snapshot is damaged.
pub fn repinned(
    before: &Snapshot,
    after: &Snapshot,
    found: &[Found],
    on: Date,
) -> Result<Vec<Repinned>, QueryError> {
    let context = Context::unknown();
    let (old, new) = (citations(before, found, &context, on)?, citations(after, found, &context, on)?);
    // Both go by what is cited alone, and so by the same order.
    let pairs = old.into_iter().zip(new).map(|(before, after)| Repinned { before, after });
    Ok(pairs.filter(|pair| pair.before.state.holds() != pair.after.state.holds()).collect())
}

//! Why? What became of every claim of a slot.

use super::answer::Candidate;
use super::read::{Reading, SlotReading};
use super::walk::Cell;
use super::QueryError;

/// Every claim of a slot with its reason, at the first of `cells`.
pub(super) fn candidates(
    _reading: &Reading<'_>,
    _read: &SlotReading,
    _cells: &[Cell],
) -> Result<Vec<Candidate>, QueryError> {
    Ok(Vec::new())
}

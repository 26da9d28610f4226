//! Who said each claim, as it stands in a snapshot.

use super::{Snapshot, SnapshotError};
use crate::history::{Commit, CommitId, Completeness, Provenance, Saying};

/// The provenance part of a snapshot; absent from one built with `--no-history`.
#[derive(Clone, Copy, Debug)]
pub struct ProvenanceView<'s> {
    #[expect(dead_code, reason = "filled in the next step")]
    snapshot: &'s Snapshot,
}

impl ProvenanceView<'_> {
    /// The commit whose tree this is.
    pub fn head(&self) -> Result<CommitId, SnapshotError> {
        todo!()
    }

    /// How much of the history could be seen.
    pub fn completeness(&self) -> Result<Completeness, SnapshotError> {
        todo!()
    }

    /// The commit `index` of the table that [`crate::history::Sayer`] points into.
    pub fn commit(&self, _index: u32) -> Result<Commit, SnapshotError> {
        todo!()
    }

    /// Who said the claim with this position ([`super::ClaimView::index`]); `None` where nothing is known.
    pub fn saying(&self, _claim: u32) -> Result<Option<Saying>, SnapshotError> {
        todo!()
    }

    /// All of it, as `history` gave it.
    pub fn decode(&self) -> Result<Provenance, SnapshotError> {
        todo!()
    }
}

//! Decisions → bytes.

use super::{Hash, Snapshot, SnapshotError};
use crate::claim::{Claim, Declarations};
use crate::history::Provenance;
use crate::resolve::Decisions;
use crate::source::Texts;

/// What a snapshot is made of.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The name of the knowledge, from `dictum.toml`.
    pub name: &'a str,
    /// What the business declares.
    pub declarations: &'a Declarations,
    /// All claims, sorted by slot and then hash, each hash once a slot.
    pub claims: &'a [Claim],
    /// What was decided about them.
    pub decisions: &'a Decisions,
    /// The texts that the claims' origins point into: for paths, lines and hashes; their content is not kept.
    pub texts: &'a Texts,
    /// Who said each claim; `None` leaves it out (`--no-history`). The only part that depends on a commit.
    pub provenance: Option<&'a Provenance>,
}

impl Snapshot {
    /// The bytes of the snapshot of `input`: a pure function of it.
    ///
    /// # Errors
    /// [`SnapshotError::TooLarge`] past a limit of the format (4 GiB a section), [`SnapshotError::Nonsense`] where
    /// the parts of `input` do not belong together (a fault of the program).
    pub fn build(_input: &Input<'_>) -> Result<Vec<u8>, SnapshotError> {
        todo!("build")
    }
}

/// The content root of what was decided, without writing a snapshot: [`Snapshot::content_root`] of its bytes.
pub fn content_root(
    _declarations: &Declarations,
    _claims: &[Claim],
    _decisions: &Decisions,
) -> Result<Hash, SnapshotError> {
    todo!("content_root")
}

//! A snapshot that was checked and can be asked.

use std::path::Path;
use std::sync::Arc;

use super::{At, Hash, InclusionProof, Lookup, ProvenanceView, SlotView, SnapshotError};
use crate::claim::{Claim, Declarations, Slot};
use crate::resolve::Decisions;

/// A snapshot whose bytes match their hash, in memory or mapped into it. Cheap to share between threads.
#[derive(Debug)]
pub struct Snapshot {}

/// One source file that a snapshot was built from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceFile {
    /// Its path from the top of the repository.
    pub path: Arc<str>,
    /// BLAKE3 of its bytes.
    pub hash: Hash,
    /// How many bytes.
    pub len: u64,
}

/// Everything that deciding took and gave, as it was when the snapshot was built.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoded {
    /// What the business declares.
    pub declarations: Declarations,
    /// All claims. Their [`crate::source::Origin::file`] counts in [`Snapshot::files`].
    pub claims: Vec<Claim>,
    /// What was decided about them.
    pub decisions: Decisions,
}

impl Snapshot {
    /// Maps the file into memory and checks it as [`Snapshot::from_bytes`] does.
    pub fn open(_path: &Path) -> Result<Snapshot, SnapshotError> {
        todo!()
    }

    /// Takes bytes after checking sizes, magic, version, the hash of everything and the table of sections.
    pub fn from_bytes(_bytes: Vec<u8>) -> Result<Snapshot, SnapshotError> {
        todo!()
    }

    /// Hashes everything once more and compares: what [`Snapshot::open`] did before believing anything.
    pub fn check_all(&self) -> Result<(), SnapshotError> {
        todo!()
    }

    /// The full check of the content: decodes everything, recomputes every claim's hash and both roots, builds the
    /// bytes again from what was decoded and compares. Slow (seconds at a million claims).
    pub fn verify_internal(&self) -> Result<(), SnapshotError> {
        todo!()
    }

    /// All of its bytes.
    pub fn bytes(&self) -> &[u8] {
        todo!()
    }

    /// The hash of the file, provenance and places included.
    pub fn file_hash(&self) -> Hash {
        todo!()
    }

    /// Merkle root over all facts: what holds. Moving or reformatting claims does not change it.
    pub fn content_root(&self) -> Hash {
        todo!()
    }

    /// Merkle root over who said each claim; `None` without provenance.
    pub fn provenance_root(&self) -> Option<Hash> {
        todo!()
    }

    /// The name of the knowledge.
    pub fn name(&self) -> Result<&str, SnapshotError> {
        todo!()
    }

    /// The normalisation profile and the Unicode version it was built with: `norm/1 unicode 18.0.0`.
    pub fn normalisation(&self) -> String {
        todo!()
    }

    /// How many slots.
    pub fn slot_count(&self) -> u32 {
        todo!()
    }

    /// How many claims.
    pub fn claim_count(&self) -> u32 {
        todo!()
    }

    /// The source files it was built from, by path, in the order of [`crate::source::FileId`].
    pub fn files(&self) -> Result<Vec<SourceFile>, SnapshotError> {
        todo!()
    }

    /// What the business declares; decoded once, kept.
    pub fn declarations(&self) -> Result<&Declarations, SnapshotError> {
        todo!()
    }

    /// The fact `KIND/ID#ATTRIBUTE` at a point, borrowed from the file: the fast path. `None` where there is no such slot.
    pub fn get(&self, _address: &str, _at: &At<'_>) -> Result<Option<Lookup<'_>>, SnapshotError> {
        todo!()
    }

    /// The slot; `None` where nothing is said about it.
    pub fn slot(&self, _slot: &Slot) -> Result<Option<SlotView<'_>>, SnapshotError> {
        todo!()
    }

    /// The slots whose address begins with `prefix` (`term/`, `term/acv#`, nothing at all), in address order.
    pub fn slots_with_prefix(
        &self,
        _prefix: &str,
    ) -> Result<impl Iterator<Item = Result<SlotView<'_>, SnapshotError>>, SnapshotError> {
        Ok(std::iter::empty())
    }

    /// The subjects that begin with `prefix` (`term/`, nothing at all), as `KIND/ID`, in address order.
    pub fn subjects(
        &self,
        _prefix: &str,
    ) -> Result<impl Iterator<Item = Result<&str, SnapshotError>>, SnapshotError> {
        Ok(std::iter::empty())
    }

    /// Who said what; `None` in a snapshot built without history.
    pub fn provenance(&self) -> Option<ProvenanceView<'_>> {
        todo!()
    }

    /// Everything that deciding took and gave.
    pub fn decode(&self) -> Result<Decoded, SnapshotError> {
        todo!()
    }

    /// That the fact of `slot` is in [`Snapshot::content_root`]. Hashes every fact: about a second at a million.
    pub fn prove(&self, _slot: &Slot) -> Result<Option<InclusionProof>, SnapshotError> {
        todo!()
    }
}

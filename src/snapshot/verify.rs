//! That a snapshot says one thing only: its content, decoded, gives its bytes again.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::build::{Content, assemble};
use super::merkle::{InclusionProof, Tree};
use super::{Hash, Snapshot, SnapshotError, leaf};
use crate::claim::{Claim, Slot, claim_hash};

impl Snapshot {
    /// The full check of the content: the hash of everything, every claim's hash and both roots worked out again,
    /// and the bytes built anew from what was decoded and compared. Seconds at a million claims.
    ///
    /// # Errors
    /// Where anything does not agree; [`SnapshotError::Nonsense`] says what.
    pub fn verify_internal(&self) -> Result<(), SnapshotError> {
        self.check_all()?;
        self.check_normalisation()?;
        let decoded = self.decode()?;
        let laws = decoded.declarations.laws.len();
        let honest = |claim: &Claim| claim_hash(claim) == claim.hash && (claim.law.0 as usize) < laws;
        if !decoded.claims.par_iter().all(honest) {
            return Err(SnapshotError::Nonsense("a claim does not have the hash it carries"));
        }
        let provenance = self.provenance().map(|view| view.decode()).transpose()?;
        let bytes = assemble(&Content {
            name: self.name()?,
            declarations: &decoded.declarations,
            claims: &decoded.claims,
            decisions: &decoded.decisions,
            files: &self.files()?,
            lines: &decoded.lines,
            provenance: provenance.as_ref(),
        })?;
        let same = bytes == self.bytes();
        if same { Ok(()) } else { Err(SnapshotError::Nonsense("its content gives other bytes")) }
    }

    /// That the fact of `slot` is in [`Snapshot::content_root`]; `None` where nothing is said about it. The first proof
    /// hashes every fact, about a second at a million; the tree is kept for the next (64 bytes a fact).
    ///
    /// # Errors
    /// Where the content makes no sense, or is not that of the root.
    pub fn prove(&self, slot: &Slot) -> Result<Option<InclusionProof>, SnapshotError> {
        let Some(view) = self.slot(slot)? else { return Ok(None) };
        let ordinal = view.ordinal()?;
        let tree = self.trees.content.get_or_init(|| self.content_tree());
        Ok(tree.as_ref().map_err(Clone::clone)?.prove(ordinal as usize))
    }

    fn content_tree(&self) -> Result<Tree, SnapshotError> {
        let decoded = self.decode()?;
        let leaves = leaf::fact_leaves(&decoded.declarations, &decoded.claims, &decoded.decisions)?;
        rooted(leaves, self.content_root())
    }
}

/// Trees that were worked out, once each.
#[derive(Debug, Default)]
pub(super) struct Trees {
    pub content: OnceLock<Result<Tree, SnapshotError>>,
    pub provenance: OnceLock<Result<Tree, SnapshotError>>,
}

/// The tree over `leaves`, which has to have this `root`: nothing else is proved from it.
pub(super) fn rooted(leaves: Vec<Hash>, root: Hash) -> Result<Tree, SnapshotError> {
    let tree = Tree::new(leaves);
    if tree.root() == root {
        Ok(tree)
    } else {
        Err(SnapshotError::Nonsense("its content gives another root"))
    }
}

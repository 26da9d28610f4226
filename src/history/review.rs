//! Was what a commit landed looked at by another person than its author? With the evidence, and never a guess.
//!
//! # Terms
//! * **landing** — the commit by which a claim became the main line's word.
//! * **evidence** — what the landing and the commit that said the claim tell of people: trailers, the pull request, who
//!   merged, signatures. All of it is what commits say; only a signature can be verified.
//! * **in force** — the policies of the landing's first parent (of the landing itself where it has none): a change can't
//!   loosen the policy that it is judged by.
//!
//! The author's own word is no review, under whatever name he gives beside his address, nor that of whoever proposed the change
//! (`Proposed-By`, `Dictum-Agent`); nor is a program's; nor a `Signed-off-by` or `Co-authored-by`.

mod against;
mod evidence;
mod force;
mod judge;

mod openpgp;
mod signature;
mod signers;

#[cfg(test)]
mod tests;

pub use against::{Changed, lacking};
pub use evidence::{Evidence, Identity, Mark, Weight};
pub use judge::{Need, Reason, Review, Reviewed};
pub use signature::{Fault, Signature, SignatureKind, Standing, signature_on};
pub use signers::{AllowedSigners, BadSigners};

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::commit::commit;
use super::objects::{HistoryError, Objects};
use super::{Commit, CommitId, Knowledge};
use crate::claim::Slot;
use crate::source::{ObjectId, Repository};
use evidence::Witness;
use force::InForce;

/// By what signatures are verified: files and keys of who asks, never of the repository.
#[derive(Clone, Debug, Default)]
pub struct Verifier {
    /// The keys that are trusted for SSH signatures.
    pub signers: Option<AllowedSigners>,
    /// Whether git and gpg are run to verify OpenPGP signatures with the keyring of who asks.
    pub openpgp: bool,
}

/// Reads evidence of review from one repository.
pub struct Reviews<'r> {
    objects: Objects<'r>,
    repository: &'r Repository,
    verifier: Verifier,
    in_force: InForce<'r>,
    witnesses: RefCell<FxHashMap<ObjectId, Option<Rc<Witness>>>>,
}

impl<'r> Reviews<'r> {
    /// Reads from `repository`, whose knowledge is below `root` and read by `knowledge`.
    ///
    /// # Errors
    /// Where the repository's objects can't be read.
    pub fn new(
        repository: &'r Repository,
        root: &str,
        knowledge: &'r Knowledge<'r>,
        verifier: Verifier,
    ) -> Result<Reviews<'r>, HistoryError> {
        let unreadable = || HistoryError::Unreadable(repository.path().to_path_buf());
        Ok(Reviews {
            objects: Objects::of(repository).ok_or_else(unreadable)?,
            repository,
            verifier,
            in_force: InForce::new(root, knowledge),
            witnesses: RefCell::default(),
        })
    }

    /// Whether what `said_by` says at `slot`, and `landed_by` landed, was reviewed. `None` for a commit that can't be
    /// named, for history does not reach so far.
    pub fn of(&self, slot: &Slot, said_by: Option<&Commit>, landed_by: Option<&Commit>) -> Review {
        let (Some(said), Some(landed)) = (said_by, landed_by) else {
            return Review::unknown(Reason::IncompleteHistory);
        };
        let (Some(said), Some(landing)) = (self.witness(said), self.witness(landed)) else {
            return Review::unknown(Reason::IncompleteHistory);
        };
        match self.in_force.at(&self.objects, &landing) {
            Some(governance) => judge::judge(slot, &said, &landing, &governance),
            None => Review::unknown(Reason::PolicyUnknown),
        }
    }

    /// Whether a change at `slot` by the commit `by` (`None`: by none yet) has what the policies of the commit `base` ask
    /// for. `None` where they or the commit can't be read.
    pub fn against(&self, base: ObjectId, slot: &Slot, by: Option<&Commit>) -> Option<Review> {
        let governance = self.in_force.of_commit(&self.objects, base)?;
        match by {
            Some(commit) => {
                let commit = self.witness(commit)?;
                Some(judge::judge(slot, &commit, &commit, &governance))
            }
            None => Some(judge::unspoken(slot, &governance)),
        }
    }

    /// A commit of the repository; `None` where it isn't here.
    pub fn commit(&self, id: &CommitId) -> Option<Commit> {
        let bytes = self.objects.commit(id.object()?)?;
        Some(commit(id.clone(), &bytes))
    }

    /// What a commit tells; each is read once.
    fn witness(&self, commit: &Commit) -> Option<Rc<Witness>> {
        let oid = commit.id.object()?;
        if let Some(known) = self.witnesses.borrow().get(&oid) {
            return known.clone();
        }
        let bytes = self.objects.commit(oid);
        let witness = bytes.and_then(|bytes| {
            Some(Rc::new(evidence::witness(&commit.id, &bytes, &self.verifier, self.repository)?))
        });
        self.witnesses.borrow_mut().insert(oid, witness.clone());
        witness
    }
}

//! Who said what is committed, and how well it is looked after: worked out beside, for an editor does not wait for a history.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::claim::{ClaimHash, Slot};
use crate::face::cache::Cache;
use crate::face::clock;
use crate::face::failure::Failure;
use crate::face::knowledge::{self, Place};
use crate::history::{Reviewed, Verifier};
use crate::kind;
use crate::query::{self, Address, Basis, Cite, Context, Question};
use crate::snapshot::Snapshot;
use crate::source::{self, Limits, ObjectId, Root};

/// How well a claim that answers is looked after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Care {
    /// Whether it was reviewed.
    pub reviewed: Reviewed,
    /// Since when it should have been looked at again.
    pub overdue: Option<jiff::civil::Date>,
}

/// What was committed, at one commit.
pub(super) struct Committed {
    commit: ObjectId,
    snapshot: Snapshot,
    care: BTreeMap<(Slot, ClaimHash), Care>,
}

/// What is known of the past by now.
#[derive(Default)]
struct Known {
    committed: Option<Arc<Committed>>,
    /// The commit that is being worked out, or could not be.
    tried: Option<ObjectId>,
}

/// The past of a repository's knowledge.
pub(super) struct Past {
    root: Root,
    limits: Limits,
    /// Whether what is worked out is kept in the repository.
    cached: bool,
    known: Arc<Mutex<Known>>,
}

impl Past {
    /// Nothing is known yet.
    pub fn new(root: Root, limits: Limits, cached: bool) -> Past {
        Past { root, limits, cached, known: Arc::default() }
    }

    /// What is known by now; `None` while nothing is, or where there is no history.
    pub fn known(&self) -> Option<Arc<Committed>> {
        lock(&self.known).committed.clone()
    }

    /// Where another commit is checked out than was looked at, looks at it in a thread of its own, and calls `told` when that is
    /// done.
    pub fn look(&self, told: impl FnOnce() + Send + 'static) {
        if !self.root.in_git {
            return;
        }
        let Ok(head) = source::open(&self.root.base).map(|repository| repository.head()) else { return };
        let Some(head) = head else { return };
        {
            let mut known = lock(&self.known);
            let same = |commit: Option<ObjectId>| commit == Some(head);
            if same(known.tried) || same(known.committed.as_ref().map(|committed| committed.commit)) {
                return;
            }
            known.tried = Some(head);
        }
        let (root, limits, known) = (self.root.clone(), self.limits, Arc::clone(&self.known));
        let cached = self.cached;
        std::thread::spawn(move || {
            let Ok(committed) = Committed::read(root, limits, head, cached) else { return };
            {
                let mut known = lock(&known);
                // Another commit may have been checked out meanwhile.
                if known.tried == Some(head) {
                    known.committed = Some(Arc::new(committed));
                }
            }
            told();
        });
    }
}

fn lock(known: &Mutex<Known>) -> std::sync::MutexGuard<'_, Known> {
    // Whoever panicked left what was known before.
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Committed {
    fn read(root: Root, limits: Limits, commit: ObjectId, cached: bool) -> Result<Committed, Failure> {
        let repository = source::open(&root.base)?;
        let place = Place { root, repository: Ok(repository), limits };
        let repository = place.repository()?;
        let kept = cached.then(|| Cache::of(repository, &place, commit)).flatten();
        let snapshot = match kept.and_then(|cache| cache.read()) {
            Some(snapshot) => snapshot,
            None => {
                let compiled = knowledge::compile_commit(repository, &place, commit)?;
                let (snapshot, cache) = knowledge::snapshot(repository, &place, &compiled, commit, cached)?;
                if let Some(cache) = cache {
                    cache.keep(snapshot.bytes());
                }
                snapshot
            }
        };
        let care = care(&place, &snapshot, commit).unwrap_or_default();
        Ok(Committed { commit, snapshot, care })
    }

    /// A claim as evidence, with who said it; `None` where it is not committed.
    pub fn cite(&self, slot: &Slot, hash: ClaimHash) -> Option<Cite> {
        let address = Address::Slot(slot.clone());
        let question = Question { address, context: Context::default(), on: clock::today() };
        let answers = query::get(&self.snapshot, &question).ok()?;
        let all = answers.into_iter().flat_map(|answer| answer.candidates);
        all.map(|candidate| candidate.cite).find(|cite| cite.hash == hash)
    }

    /// How well a claim is looked after, where it answers somewhere today.
    pub fn care(&self, slot: &Slot, hash: ClaimHash) -> Option<Care> {
        self.care.get(&(slot.clone(), hash)).copied()
    }

    /// How much of the history could be seen.
    pub fn basis(&self) -> Option<Basis> {
        query::basis(&self.snapshot).ok()
    }
}

fn care(
    place: &Place,
    snapshot: &Snapshot,
    commit: ObjectId,
) -> Result<BTreeMap<(Slot, ClaimHash), Care>, Failure> {
    knowledge::with_reviews(place, place.repository()?, commit, Verifier::default(), |reviews| {
        let review = |cite: &Cite| knowledge::reviewed(reviews, cite);
        let leans = |name: &str| kind::kind(name).is_some_and(|kind| kind.statements);
        let selections = [query::Selection::All];
        let asked =
            query::Audit { selections: &selections, on: clock::today(), review: &review, leans: &leans };
        let facts = query::audit(snapshot, &asked)?.facts.into_iter();
        let own = facts.map(|fact| {
            let overdue = fact.due.as_ref().filter(|_| fact.is_overdue()).and_then(|due| due.day);
            let care = Care { reviewed: fact.review.state, overdue };
            ((fact.cite.pin.slot, fact.cite.hash), care)
        });
        Ok(own.collect())
    })
}

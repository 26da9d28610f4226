//! What was known at another commit: its snapshot, made where it is asked about, the last few kept.

use std::sync::{Arc, Mutex};

use crate::face::cache::Cache;
use crate::face::failure::Failure;
use crate::face::knowledge::{self, Place};
use crate::face::service::{Anchor, Problem, Served};
use crate::snapshot::Snapshot;
use crate::source::{ObjectId, Repository};

/// How many are kept.
const KEPT: usize = 4;

/// The snapshots of other commits that were asked about last.
#[derive(Default)]
pub(super) struct Past {
    kept: Mutex<Vec<Arc<Served>>>,
}

impl Past {
    /// What was known at `revision`: a commit, tag or branch, or a day.
    pub fn at(&self, anchor: &Arc<Anchor>, revision: &str) -> Result<Arc<Served>, Problem> {
        let place = anchor.place().map_err(Problem::unreadable)?;
        let repository = place.repository().map_err(Problem::unreadable)?;
        let commit = knowledge::revision(repository, revision).map_err(Problem::no_such_commit)?;
        if let Some(known) = self.kept(commit) {
            return Ok(known);
        }
        let made = snapshot_of(repository, &place, commit, anchor.cached).map_err(Problem::unreadable)?;
        let snapshot = made.ok_or_else(|| {
            Problem::new(
                404,
                "faulty-commit",
                "the knowledge of that commit has errors, and nothing is answered from it",
            )
            .help("ask at another commit; `dictum check` shows the errors in a checkout of this one")
        })?;
        let served = Arc::new(Served::new(snapshot, Some(commit), Some(Arc::clone(anchor))));
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(Arc::clone(&served));
        Ok(served)
    }

    fn kept(&self, commit: ObjectId) -> Option<Arc<Served>> {
        self.lock().iter().find(|served| served.commit == Some(commit)).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Served>>> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The snapshot of a commit with its history, from what is kept in the repository or made; `None` where the knowledge
/// has errors.
fn snapshot_of(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
    cached: bool,
) -> Result<Option<Snapshot>, Failure> {
    let kept = Cache::of(repository, place, commit).filter(|_| cached).and_then(|cache| cache.read());
    if kept.is_some() {
        return Ok(kept);
    }
    let compiled = knowledge::compile_commit(repository, place, commit)?;
    if compiled.findings.has_errors() {
        return Ok(None);
    }
    let (snapshot, cache) = knowledge::snapshot(repository, place, &compiled, commit, cached)?;
    // Mapped from there it takes less memory.
    let kept = cache.and_then(|cache| {
        cache.keep(snapshot.bytes());
        cache.read()
    });
    Ok(Some(kept.unwrap_or(snapshot)))
}

//! What was known at another commit: its snapshot, made where it is asked about, the last few kept.

use std::sync::{Arc, Mutex};

use crate::diagnostic::Severity;
use crate::face::cache::Cache;
use crate::face::failure::Failure;
use crate::face::knowledge::{self, Place};
use crate::face::service::{Anchor, Problem, Served};
use crate::history::{Completeness, Options};
use crate::snapshot::Snapshot;
use crate::source::{self, ObjectId, Repository};

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
        let unable =
            |failure: Failure| Problem { status: 500, ..Problem::bad("repository-unreadable", failure) };
        let repository = source::open(&anchor.root.base).map_err(|error| unable(error.into()))?;
        let commit = knowledge::revision(&repository, revision)
            .map_err(|failure| Problem { status: 404, ..Problem::bad("no-such-commit", failure) })?;
        if let Some(known) = self.kept(commit) {
            return Ok(known);
        }
        let place = Place { root: anchor.root.clone(), repository: Ok(repository), limits: anchor.limits };
        let Ok(repository) = &place.repository else {
            return Err(Problem::new(500, "repository-unreadable", "the repository can't be read"));
        };
        let snapshot = snapshot_of(repository, &place, commit).map_err(unable)?.ok_or_else(|| {
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
) -> Result<Option<Snapshot>, Failure> {
    let cache = Cache::of(repository, place, commit);
    if let Some(kept) = cache.as_ref().and_then(Cache::read) {
        return Ok(Some(kept));
    }
    let compiled = knowledge::compile_commit(repository, place, commit)?;
    if compiled.findings.count(Severity::Error) > 0 {
        return Ok(None);
    }
    let provenance =
        knowledge::history(repository, place, &compiled, commit, false)?.provenance(Options::default());
    let bytes = knowledge::bytes(&compiled, Some(&provenance))?;
    if let Some(cache) = cache.filter(|_| provenance.completeness == Completeness::Complete) {
        cache.keep(&bytes);
    }
    Ok(Some(Snapshot::from_bytes(bytes)?))
}

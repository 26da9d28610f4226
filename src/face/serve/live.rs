//! What is served now. It is taken up whole and let go whole: an answer is of one snapshot, whatever comes meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};

use super::metrics::Metrics;
use super::past::Past;
use super::slow::Slow;
use crate::face::proposal::Proposals;
use crate::face::service::{Problem, Served};
use crate::face::wire::{HealthTold, TroubleTold};
use crate::history::CommitId;

/// What is served, and what stands in the way of serving something newer.
pub(in crate::face) struct Live {
    served: ArcSwap<Served>,
    trouble: ArcSwapOption<TroubleTold>,
    follows: Option<String>,
    pin: Option<String>,
    swaps: AtomicU64,
    past: Past,
    slow: Slow,
    metrics: Metrics,
    proposals: Option<Proposals>,
}

impl Live {
    /// Begins with `served`. `follows` is the branch that is followed, `pin` the only root that may be served.
    pub fn new(served: Arc<Served>, follows: Option<String>, pin: Option<String>) -> Live {
        Live {
            served: ArcSwap::new(served),
            trouble: ArcSwapOption::empty(),
            follows,
            pin,
            swaps: AtomicU64::new(0),
            past: Past::default(),
            slow: Slow::default(),
            metrics: Metrics::default(),
            proposals: None,
        }
    }

    /// The same, where corrections may be proposed.
    #[must_use]
    pub fn taking_proposals(mut self) -> Live {
        self.proposals = Some(Proposals::default());
        self
    }

    /// That corrections may be proposed, where they may.
    pub fn proposals(&self) -> Option<&Proposals> {
        self.proposals.as_ref()
    }

    /// What is served now, to be held for the whole of a request.
    pub fn now(&self) -> Arc<Served> {
        self.served.load_full()
    }

    /// What was known at `revision`: a commit, tag or branch, or a day (the main line at its end). Slow: the first time it is
    /// compiled.
    pub fn at(&self, revision: &str) -> Result<Arc<Served>, Problem> {
        match &self.now().origin {
            Some(anchor) => self.past.at(anchor, revision),
            None => Err(Problem::no_repository()),
        }
    }

    /// Does what keeps a core busy, when it is its turn among all that is asked of this server.
    ///
    /// # Errors
    /// Those of `work`; 503 where others take too long, 500 where it has a fault.
    pub async fn slowly<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.slow.work(work).await
    }

    /// Serves this from now on, unless another is pinned.
    pub fn swap(&self, served: Arc<Served>) {
        if let Some(pin) = self.pin.as_ref().filter(|pin| **pin != served.root) {
            return self.stay(TroubleTold {
                commit: served.commit.map(|commit| CommitId::from(commit).to_string()),
                message: format!("its snapshot is `{}`, and `{pin}` is pinned", served.root),
                help: Some("start again with another `--pin`, or without".to_owned()),
                findings: None,
            });
        }
        tracing::info!(snapshot = %served.root, commit = ?served.commit.map(|commit| commit.to_string()), "serves another");
        self.served.store(served);
        self.trouble.store(None);
        self.swaps.fetch_add(1, Ordering::Relaxed);
    }

    /// Goes on with what is served, and says why.
    pub fn stay(&self, trouble: TroubleTold) {
        tracing::warn!(commit = ?trouble.commit, "stays with what is served: {}", trouble.message);
        self.trouble.store(Some(Arc::new(trouble)));
    }

    /// Why the newest commit isn't served, where it isn't.
    pub fn trouble(&self) -> Option<Arc<TroubleTold>> {
        self.trouble.load_full()
    }

    /// How often another was taken up.
    pub fn swaps(&self) -> u64 {
        self.swaps.load(Ordering::Relaxed)
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How it fares.
    pub fn health(&self) -> HealthTold {
        let served = self.now();
        let trouble = self.trouble();
        HealthTold {
            schema: "dictum.health/1",
            stale: trouble.is_some(),
            snapshot: served.root.clone(),
            at: served.commit.map(|commit| CommitId::from(commit).to_string()),
            follows: self.follows.clone(),
            swaps: self.swaps(),
            trouble: trouble.map(|trouble| (*trouble).clone()),
        }
    }
}

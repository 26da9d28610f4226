//! Work that keeps a core busy: a few at once, whoever asks for it, and apart from the threads that answer the rest.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::face::service::Problem;

/// As many at once.
const AT_ONCE: usize = 4;

/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The turns of slow work.
pub(super) struct Slow(Arc<Semaphore>);

impl Default for Slow {
    fn default() -> Slow {
        Slow(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Slow {
    /// Does `work` when it is its turn.
    ///
    /// # Errors
    /// Those of `work`; 503 where others take too long, 500 where it has a fault.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.0).acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or_else(|| {
            Problem::new(503, "busy", "too many slow questions are being answered")
                .help("ask again in a moment")
        })?;
        apart(move || {
            let _turn = turn;
            work()
        })
        .await
    }
}

/// Does `work` apart, at once.
pub(in crate::face) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Problem::fault()))
}

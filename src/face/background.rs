//! Where the next state of the knowledge is made: on threads that give way to those that answer from the present one.

use rayon::{ThreadPool, ThreadPoolBuilder};

/// How far these threads stand back, of 19 (`nice(2)`): they get a tenth of a core that others want too, so that a correction
/// is served late under load, but served.
#[cfg(target_os = "linux")]
const STAND_BACK: i32 = 10;

/// Threads for work that nobody waits for; `None` where the system grants no more of them.
pub(in crate::face) struct Background(Option<ThreadPool>);

impl Background {
    /// As many as there are cores.
    pub fn new() -> Background {
        Background(ThreadPoolBuilder::new().start_handler(|_| stand_back()).build().ok())
    }

    /// Does `work` there, and waits for it.
    pub fn work<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }
}

/// Linux alone counts this by thread; elsewhere it would be of the whole process.
fn stand_back() {
    #[cfg(target_os = "linux")]
    // Where it isn't granted, work is done all the same.
    let _ = rustix::process::nice(STAND_BACK);
}

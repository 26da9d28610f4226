//! Progress on stderr, for whatever takes longer than half a second.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::global::Global;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_millis(500);

/// A spinner that appears when a step takes long, and goes away with this value.
pub(super) struct Progress {
    bar: Arc<ProgressBar>,
    over: Arc<AtomicBool>,
}

impl Progress {
    /// Starts with a first step. Shows nothing where stderr is no terminal or nobody wants it.
    pub fn start(global: &Global, step: &str) -> Progress {
        let bar = Arc::new(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
        let over = Arc::new(AtomicBool::new(false));
        bar.set_message(step.to_owned());
        if !global.no_progress && !global.quiet && std::io::stderr().is_terminal() {
            let (later_bar, later_over) = (Arc::clone(&bar), Arc::clone(&over));
            std::thread::spawn(move || {
                std::thread::sleep(PATIENCE);
                if !later_over.load(Ordering::Acquire) {
                    later_bar.set_draw_target(ProgressDrawTarget::stderr());
                    later_bar.enable_steady_tick(Duration::from_millis(120));
                }
            });
        }
        Progress { bar, over }
    }

    /// Names the step that is under way now.
    pub fn step(&self, step: &str) {
        self.bar.set_message(step.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Release);
        self.bar.finish_and_clear();
    }
}

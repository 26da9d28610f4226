//! Follows a branch: each new commit is compiled from what changed since the last, and taken up whole.
//!
//! File events of the repository's directory tell at once that something moved; a slow poll finds what they missed. Either
//! only makes the branch be looked at: what is served depends on the commit alone.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{RecursiveMode, Watcher};

use super::Live;
use crate::compile::Compiled;
use crate::diagnostic::{FindingWire, Findings, Severity, report};
use crate::face::background::Background;
use crate::face::cache::Cache;
use crate::face::failure::Failure;
use crate::face::knowledge::{self, Place};
use crate::face::service::{Anchor, Served};
use crate::face::wire::TroubleTold;
use crate::history::CommitId;
use crate::source::{self, ObjectId, Places, Repository};

/// How long no event has to come before the branch is looked at nonetheless.
const POLL: Duration = Duration::from_secs(2);

/// How long a burst of events is let pass: git moves several files for one commit.
const BURST: Duration = Duration::from_millis(5);

/// How long at most.
const LONGEST_BURST: Duration = Duration::from_millis(40);

/// What follows.
pub(in crate::face) struct Follower {
    anchor: Arc<Anchor>,
    branch: Option<String>,
    /// What was compiled last, and without errors: what the next goes on from.
    compiled: Option<(ObjectId, Arc<Compiled>)>,
    /// The commit that was looked at last, served or not.
    seen: Option<ObjectId>,
}

/// What became of a commit.
enum Outcome {
    /// Where it may be kept once it is served is told too.
    Serve(Arc<Served>, Option<Cache>),
    Stay(TroubleTold),
}

impl Follower {
    /// Follows `branch`, or whatever `HEAD` is.
    pub fn new(anchor: Arc<Anchor>, branch: Option<String>) -> Follower {
        Follower { anchor, branch, compiled: None, seen: None }
    }

    /// What is followed, as git names it.
    pub fn follows(&self) -> String {
        self.branch.clone().unwrap_or_else(|| "HEAD".to_owned())
    }

    /// What is to be served first.
    ///
    /// # Errors
    /// Where there is no commit, or its knowledge has errors.
    pub fn first(&mut self) -> Result<Arc<Served>, Failure> {
        let place = self.anchor.place()?;
        let repository = place.repository()?;
        let commit = self.newest(repository)?;
        match self.take_up(&place, repository, commit)? {
            Outcome::Serve(served, cache) => {
                keep(&served, cache);
                Ok(served)
            }
            Outcome::Stay(trouble) => {
                let help = "`dictum check` shows what is wrong; commit it mended, and start again";
                let first = trouble.findings.as_ref().and_then(|report| report.findings.first());
                let first = first.map(told).unwrap_or_default();
                Err(Failure::new(format!("the knowledge can't be served: {}{first}", trouble.message))
                    .help(help))
            }
        }
    }

    /// Goes on in a thread of its own, for as long as the process lives.
    pub fn start(mut self, live: &Arc<Live>) {
        let live = Arc::clone(live);
        std::thread::spawn(move || {
            let (events, watcher) = self.watch();
            let background = Background::new();
            loop {
                match events.recv_timeout(POLL) {
                    Ok(()) => let_pass(&events),
                    Err(RecvTimeoutError::Timeout) => {}
                    // The system tells of no events here: the poll is all there is.
                    Err(RecvTimeoutError::Disconnected) => std::thread::sleep(POLL),
                }
                background.work(|| self.step(&live));
                let _alive = &watcher;
            }
        });
    }

    /// Events of where git writes what a branch is.
    fn watch(&self) -> (Receiver<()>, Option<notify::RecommendedWatcher>) {
        let (sender, events) = channel();
        let tell = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // Where nobody listens any more the process is about to end.
                let _ = sender.send(());
            }
        };
        let watcher = notify::recommended_watcher(tell).ok().and_then(|mut watcher| {
            let place = self.anchor.place().ok()?;
            let repository = place.repository().ok()?;
            watcher.watch(repository.commondir(), RecursiveMode::NonRecursive).ok()?;
            // The branches themselves; of a worktree, its own `HEAD` too.
            let _ = watcher.watch(&repository.commondir().join("refs"), RecursiveMode::Recursive);
            let _ = watcher.watch(&repository.commondir().join("reftable"), RecursiveMode::NonRecursive);
            let _ = watcher.watch(repository.path(), RecursiveMode::NonRecursive);
            Some(watcher)
        });
        (events, watcher)
    }

    /// Looks at the branch, and takes up its commit if that is another.
    fn step(&mut self, live: &Live) {
        let outcome = self.anchor.place().and_then(|place| {
            let repository = place.repository()?;
            let commit = self.newest(repository)?;
            if self.seen == Some(commit) {
                return Ok(None);
            }
            self.take_up(&place, repository, commit).map(Some)
        });
        match outcome {
            Ok(None) => {}
            Ok(Some(Outcome::Serve(served, cache))) => {
                live.swap(Arc::clone(&served));
                keep(&served, cache);
            }
            Ok(Some(Outcome::Stay(trouble))) => live.stay(trouble),
            // To be tried again: a repository may be read while it is packed.
            Err(failure) => {
                self.seen = None;
                let Failure { message, help } = failure;
                if live.trouble().is_none_or(|known| known.message != message) {
                    live.stay(TroubleTold { commit: None, message, help, findings: None });
                }
            }
        }
    }

    fn newest(&self, repository: &Repository) -> Result<ObjectId, Failure> {
        let newest = source::resolve(repository, self.branch.as_deref().unwrap_or("HEAD"));
        newest.map_err(|error| match (&self.branch, repository.head()) {
            (None, None) => Failure::new("nothing is committed yet, and only commits are served")
                .help("`git add` the knowledge and `git commit` it"),
            _ => error.into(),
        })
    }

    fn take_up(
        &mut self,
        place: &Place,
        repository: &Repository,
        commit: ObjectId,
    ) -> Result<Outcome, Failure> {
        let compiled = match &self.compiled {
            Some((former, compiled)) => {
                knowledge::next_commit(repository, place, commit, (*former, &**compiled))?
            }
            None => knowledge::compile_commit(repository, place, commit)?,
        };
        let errors = compiled.findings.count(Severity::Error);
        if errors > 0 {
            self.seen = Some(commit);
            return Ok(Outcome::Stay(faulty(&compiled, commit, errors)));
        }
        let (snapshot, cache) =
            knowledge::snapshot(repository, place, &compiled, commit, self.anchor.cached)?;
        self.seen = Some(commit);
        let compiled = Arc::new(compiled);
        self.compiled = Some((commit, Arc::clone(&compiled)));
        let served = Served::new(snapshot, Some(commit), Some(Arc::clone(&self.anchor))).compiled(compiled);
        Ok(Outcome::Serve(Arc::new(served), cache))
    }
}

/// Keeps what is served by now, so that whoever asks next, or starts, finds it.
fn keep(served: &Served, cache: Option<Cache>) {
    if let Some(cache) = cache {
        cache.keep(served.snapshot.bytes());
    }
}

/// Lets a burst of events pass, though not for long: they may never cease.
fn let_pass(events: &Receiver<()>) {
    let began = Instant::now();
    while began.elapsed() < LONGEST_BURST && events.recv_timeout(BURST).is_ok() {}
}

/// A finding in a line: where, and what.
fn told(finding: &FindingWire) -> String {
    let place =
        finding.place.as_ref().map(|place| format!("{}:{}: ", place.path, place.line)).unwrap_or_default();
    format!(": {place}{}", finding.message)
}

fn faulty(compiled: &Compiled, commit: ObjectId, errors: usize) -> TroubleTold {
    let word = if errors == 1 { "error" } else { "errors" };
    let mut only = Findings::new();
    let wrong = compiled.findings.iter().filter(|finding| finding.severity() == Severity::Error);
    wrong.for_each(|finding| only.push(finding.clone()));
    TroubleTold {
        commit: Some(CommitId::from(commit).to_string()),
        message: format!("its knowledge has {errors} {word}"),
        help: Some(
            "`dictum check` shows what is wrong; what is served stays as it was until it is mended"
                .to_owned(),
        ),
        findings: Some(report(&only, &Places::new(&compiled.texts))),
    }
}

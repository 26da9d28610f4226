//! Since which commit a question fails: asked of the knowledge of every commit of the main line at which something that
//! bears on its subject is another, compiled as far as it bears on it. Names and sentences are of no one subject: they are
//! asked together, of all of the knowledge at every commit at which some of it is another. Nothing is checked out.
//!
//! Answers may come and go, so no half of the line can be left out unseen: the *latest* commit with which it stopped passing
//! is named, and after which it never passed again.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::claim::Subject;
use crate::compile::Compiled;
use crate::face::cli::knowledge::{self, Place};
use crate::face::cli::line::Line;
use crate::face::cli::output::Failure;
use crate::face::turns::origin;
use crate::face::wire;
use crate::history::Step;
use crate::query::{Origin, Test, Tried, about, try_one};
use crate::snapshot::Snapshot;
use crate::source::{ObjectId, Repository};

/// Since when a question fails.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Broke {
    /// It passed before this commit of the main line, and has not since.
    By(Origin),
    /// It never passed on the main line, as far as that can be seen.
    Never,
    /// It passes at the commit: what is not committed breaks it.
    NotCommitted,
}

impl Broke {
    /// On the wire.
    pub fn wire(&self) -> wire::Broke {
        match self {
            Broke::By(origin) => wire::broke_by(origin),
            Broke::Never => wire::broke("never-passed"),
            Broke::NotCommitted => wire::broke("not-committed"),
        }
    }
}

/// How one question fared along the line.
#[derive(Clone, Default)]
struct Fared {
    /// Whether it passes at the last state seen.
    passes: bool,
    /// Where it stopped passing, if it did.
    stopped: Option<Step>,
}

/// For each of `tried` that failed, since when; in their order.
pub(super) fn bisect(
    repository: &Repository,
    place: &Place,
    head: ObjectId,
    tried: &[Tried],
    on: Date,
) -> Result<Vec<Option<Broke>>, Failure> {
    let mut broke: Vec<Option<Broke>> = vec![None; tried.len()];
    // All questions about one subject together, and all about none: the line is read once for them.
    let mut together: BTreeMap<Option<Subject>, Vec<usize>> = BTreeMap::new();
    for (at, tried) in tried.iter().enumerate().filter(|(_, tried)| !tried.passed()) {
        let subject = about(&tried.test.ask).map(|address| address.subject().clone());
        together.entry(subject).or_default().push(at);
    }
    for (subject, own) in together {
        let tests: Vec<&Test> = own.iter().map(|at| &tried[*at].test).collect();
        let fared = follow(repository, place, head, subject.as_ref(), &tests, on)?;
        for (at, fared) in own.into_iter().zip(fared) {
            broke[at] = Some(match (fared.passes, fared.stopped) {
                (true, _) => Broke::NotCommitted,
                (false, None) => Broke::Never,
                (false, Some(step)) => Broke::By(origin(repository, &step)?),
            });
        }
    }
    Ok(broke)
}

fn follow(
    repository: &Repository,
    place: &Place,
    head: ObjectId,
    subject: Option<&Subject>,
    tests: &[&Test],
    on: Date,
) -> Result<Vec<Fared>, Failure> {
    let line = Line::read(repository, place, head, subject)?;
    let mut fared = vec![Fared::default(); tests.len()];
    line.follow(|step, _, after| {
        let snapshot = snapshot(after)?;
        for (test, fared) in tests.iter().zip(&mut fared) {
            let passes = try_one(&snapshot, test, on)?.passed();
            if fared.passes && !passes {
                fared.stopped = Some(step.clone());
            }
            fared.passes = passes;
        }
        Ok(())
    })?;
    Ok(fared)
}

/// What a state of the knowledge answers from, without who said it.
fn snapshot(compiled: &Compiled) -> Result<Snapshot, Failure> {
    Ok(Snapshot::from_bytes(knowledge::bytes(compiled, None)?)?)
}

//! Every change of an answer along the main line: the commit, why, and which claim gave way to which. The commit may
//! have touched no claim at all: only a source's tier, or the order in which claims are weighed.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::compare::side;
use super::failure::Failure;
use super::knowledge::Place;
use super::line::Line;
use crate::claim::{Declarations, Renamed, Slot, Subject};
use crate::compile::Compiled;
use crate::history::{Step, read_commit};
use crate::query::{self, Address, Changed, Context, Holds, Origin, Side};
use crate::resolve::Decisions;
use crate::source::{ObjectId, Repository, Texts, parts};

/// Every change of what `line` answers at `address`, the oldest first; and what its subject was called before.
pub(in crate::face) fn turns(line: &Line<'_>, address: &Address) -> Result<(Vec<Turned>, Renamed), Failure> {
    let mut turns = Vec::new();
    let mut renamed = Renamed::default();
    line.follow(|step, before, after| {
        turns.extend(Turned::of(step, before, after, address));
        renamed = Renamed::of(&after.claims);
        Ok(())
    })?;
    Ok((turns, renamed))
}

/// A commit since which something is answered otherwise.
pub(in crate::face) struct Turned {
    /// It.
    pub step: Step,
    /// What.
    pub changed: Vec<Changed>,
    /// Of the state before, and since.
    pub texts: (Texts, Texts),
}

impl Turned {
    fn of(step: &Step, before: Option<&Compiled>, after: &Compiled, address: &Address) -> Option<Turned> {
        let nothing = Nothing::default();
        let (old, texts) = match before {
            Some(before) => (side(before), &before.texts),
            None => {
                let Nothing { declarations, decisions, texts } = &nothing;
                (Side { declarations, claims: &[], decisions }, texts)
            }
        };
        let mut changed = query::diff(old, side(after));
        changed.retain(|one| {
            address.slot().map_or(one.slot.subject == *address.subject(), |slot| *slot == one.slot)
        });
        let texts = (texts.clone(), after.texts.clone());
        (!changed.is_empty()).then(|| Turned { step: step.clone(), changed, texts })
    }

    /// Whose change it is, and the first line of its message below the subject.
    pub fn by(&self, repository: &Repository) -> Result<(Origin, Option<String>), Failure> {
        let by = origin(repository, &self.step)?;
        let commit = oid(&self.step).filter(|_| by.commit().is_some());
        let why = commit.and_then(|commit| why(repository, commit));
        Ok((by, why))
    }
}

/// Nothing said, nothing declared: what there was before the first commit.
#[derive(Default)]
struct Nothing {
    declarations: Declarations,
    decisions: Decisions,
    texts: Texts,
}

/// Whose change it is; behind a boundary nobody's that could be named.
pub(in crate::face) fn origin(repository: &Repository, step: &Step) -> Result<Origin, Failure> {
    if step.at_boundary {
        return Ok(Origin::AtOrBefore(step.commit.clone()));
    }
    let gone = || Failure::new("a commit of the main line can't be read").help("type `git fsck`");
    let commit = oid(step).and_then(|commit| read_commit(repository, commit));
    commit.map(|commit| Origin::Commit(Box::new(commit))).ok_or_else(gone)
}

fn oid(step: &Step) -> Option<ObjectId> {
    step.commit.object()
}

/// The first line below the subject of a commit's message.
fn why(repository: &Repository, commit: ObjectId) -> Option<String> {
    let commit = repository.objects()?.commit(commit).ok()?.to_vec();
    let (_, message) = parts(&commit);
    let message = String::from_utf8_lossy(message);
    let mut lines = message.trim_start().lines().skip(1).map(str::trim).skip_while(|line| line.is_empty());
    lines.next().map(ToOwned::to_owned)
}

/// What is asked of an answer: its slot, the case and the day.
pub(in crate::face) type Asked<'a> = (&'a Slot, &'a Context, Date);

/// For each of `asked`, all about `subject`: since which commit of the main line it has answered as it does at `head`;
/// `None` where nothing answers.
pub(in crate::face) fn in_force_since(
    place: &Place,
    head: ObjectId,
    subject: &Subject,
    asked: &[Asked<'_>],
) -> Result<Vec<Option<Origin>>, Failure> {
    let Ok(repository) = &place.repository else { return Ok(vec![None; asked.len()]) };
    let line = Line::read(repository, place, head, Some(subject))?;
    // What holds at last, and since when, of each.
    let mut stand: Vec<(BTreeSet<Holds>, Option<Step>)> = vec![Default::default(); asked.len()];
    line.follow(|step, _, after| {
        for ((slot, context, on), (holds, since)) in asked.iter().zip(&mut stand) {
            let now = query::holding(side(after), slot, context, *on);
            if now != *holds {
                (*holds, *since) = (now, Some(step.clone()));
            }
        }
        Ok(())
    })?;
    let says = |holds: &BTreeSet<Holds>| holds.iter().any(|holds| *holds != Holds::Nothing);
    let since = stand.into_iter().map(|(holds, since)| {
        since.filter(|_| says(&holds)).map(|step| origin(repository, &step)).transpose()
    });
    since.collect()
}

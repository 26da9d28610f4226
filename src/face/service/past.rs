//! The questions that a snapshot can't answer: how an answer came to be, and what differs between two commits.

use super::ask::{ADDRESS, json};
use super::{Asked, Problem, Served};
use crate::face::compare::States;
use crate::face::failure::Failure;
use crate::face::knowledge::revision;
use crate::face::line::Line;
use crate::face::turns::turns;
use crate::face::wire;
use crate::history::CommitId;
use crate::query::{Address, Changed};
use crate::source::ObjectId;

/// How many differences are told at most.
const MOST: usize = 1000;

/// As many as are told, and how many are not.
fn told<T>(mut all: Vec<T>) -> (Vec<T>, usize) {
    let more = all.len().saturating_sub(MOST);
    all.truncate(MOST);
    (all, more)
}

fn at(served: &Served) -> Option<String> {
    served.commit.map(|commit| CommitId::from(commit).to_string())
}

/// Every change of what is answered at an address, along the main line.
pub(super) fn history(asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
    let address = Address::parse(asked.fields.text(ADDRESS.name))
        .map_err(|message| Problem::bad("bad-address", Failure::new(message)))?;
    let (place, head) = asked.served.repository()?;
    let repository = place.repository().map_err(Problem::unreadable)?;
    let line = Line::read(repository, &place, head, Some(address.subject())).map_err(Problem::unreadable)?;
    let history = line.completeness().as_str();
    let (turns, _) = turns(&line, &address).map_err(Problem::unreadable)?;
    let mut all = Vec::new();
    for turned in &turns {
        let ends = wire::Ends { before: (None, &turned.texts.0), after: (None, &turned.texts.1) };
        let (by, why) = turned.by(repository).map_err(Problem::unreadable)?;
        all.extend(turned.changed.iter().map(|one| wire::turn(one, &ends, &by, why.as_deref(), history)));
    }
    let (changes, more) = told(all);
    let snapshot = asked.served.root.clone();
    Ok(json(&wire::Changes { schema: "dictum.changes/1", changes, more, snapshot, at: at(asked.served) }))
}

/// What one commit answers differently than another.
pub(super) fn diff(asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
    let (place, head) = asked.served.repository()?;
    let repository = place.repository().map_err(Problem::unreadable)?;
    let named = |name: &str| match asked.fields.optional_text(name) {
        None => Ok(head),
        Some(text) => revision(repository, text).map_err(Problem::no_such_commit),
    };
    let (from, to) = (named("from")?, named("to")?);
    let states = States::read(&place, from, Some(to)).map_err(Problem::unreadable)?;
    let changed: Vec<Changed> = states.diff();
    let name = |commit: ObjectId| Some(CommitId::from(commit).to_string());
    let ends =
        wire::Ends { before: (name(from), &states.before.texts), after: (name(to), &states.after.texts) };
    let (changes, more) = told(changed.iter().map(|one| wire::diff(one, &ends)).collect());
    let snapshot = asked.served.root.clone();
    Ok(json(&wire::Differences {
        schema: "dictum.differences/1",
        changes,
        more,
        snapshot,
        at: at(asked.served),
    }))
}

//! Corrections proposed to a server: what one would change, and a branch of its own that says it, for people to review and merge.
//!
//! Knows no protocol. What is served never moves by this: the commit stands beside the branch that is followed, and answers
//! once somebody merges it.
//!
//! ```text
//! request   fields → what is to be said, and by whom
//! preview   the same in memory → every answer that would change, every question that would fail
//! branch    the commit on `proposal/…`, no work tree touched and no hook run
//! ```

mod branch;
mod preview;
mod request;

use std::sync::Mutex;

pub(in crate::face) use branch::{Written, write};
pub(in crate::face) use preview::{Preview, Would, preview};
pub(in crate::face) use request::{Request, Who};

use super::service::{Fields, Problem, Served};
use super::wire::{self, Proposed};
use crate::claim::Slot;
use crate::diagnostic::report;
use crate::history::CommitId;
use crate::source::Places;

/// Differences that are told.
pub(in crate::face) const MOST_TOLD: usize = 200;

/// That proposals are taken, and one written at a time.
#[derive(Debug, Default)]
pub(in crate::face) struct Proposals {
    writing: Mutex<()>,
}

/// Previews what was sent, and writes it where that is asked for.
///
/// # Errors
/// What is wrong with what was sent, or stands in the way; nothing is written then.
pub(in crate::face) fn propose(
    served: &Served,
    proposals: &Proposals,
    fields: &Fields,
    agent: Option<&str>,
) -> Result<Proposed, Problem> {
    let request = Request::read(fields, agent, served)?;
    let preview = preview(served, &request)?;
    if !fields.flag("commit") {
        return Ok(told(served, &preview, None));
    }
    let written = write(served, proposals, &request, &preview)?;
    Ok(told(served, &preview, Some(&written)))
}

/// A preview on the wire, and what became of it.
fn told(served: &Served, preview: &Preview, written: Option<&Written>) -> Proposed {
    let name = |commit| CommitId::from(commit).to_string();
    let at = served.commit.map(name);
    let (changes, more) = match &preview.would {
        None => (Vec::new(), 0),
        Some(would) => {
            let ends = wire::Ends {
                before: (at.clone(), &preview.before.texts),
                after: (written.map(|written| name(written.commit)), &preview.after.texts),
            };
            let told = would.changed.iter().take(MOST_TOLD).map(|one| wire::diff(one, &ends));
            (told.collect(), would.changed.len().saturating_sub(MOST_TOLD))
        }
    };
    let would = preview.would.as_ref();
    let slot: &Slot = &preview.wrong.pin.slot;
    Proposed {
        schema: "dictum.proposal/1",
        status: match (would, written) {
            (None, _) => "faulty",
            (_, None) => "preview",
            (_, Some(Written { is_new: true, .. })) => "proposed",
            (_, Some(_)) => "known",
        },
        address: slot.to_string(),
        corrects: preview.wrong.pin.to_string(),
        pin: would.and_then(|would| would.now.pin.as_ref()).map(ToString::to_string),
        path: preview.written.path.clone(),
        text: preview.written.text.clone(),
        changes,
        more,
        failing: would.map(|would| would.failing.iter().map(wire::would_fail).collect()).unwrap_or_default(),
        findings: would.is_none().then(|| report(&preview.errors(), &Places::new(&preview.after.texts))),
        branch: written.map(|written| written.branch.clone()),
        commit: written.map(|written| name(written.commit)),
        next: next(preview, written),
        snapshot: served.root.clone(),
        at,
    }
}

fn next(preview: &Preview, written: Option<&Written>) -> String {
    match (written, &preview.would) {
        (Some(written), _) => format!(
            "have it reviewed and merge it: `git show {0}`, then `git merge --no-ff {0}`; what is served is as before until then",
            written.branch
        ),
        (None, None) => "nothing is written; send what the findings say".to_owned(),
        (None, Some(_)) => {
            "nothing is written yet; send the same with `commit` set to true to propose it".to_owned()
        }
    }
}

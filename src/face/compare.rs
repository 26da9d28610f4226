//! Two states of the knowledge, side by side: what the other answers differently than the one.

use super::failure::Failure;
use super::knowledge::{Place, answers_of_commit, commit_apart, files_apart};
use crate::compile::{Apart, Compiled};
use crate::query::{self, Changed, Side};
use crate::source::ObjectId;

/// What is compared: a state, and what another may answer otherwise.
pub(in crate::face) struct States {
    /// The one.
    pub before: Compiled,
    /// Of the other, what differs.
    pub after: Apart,
}

impl States {
    /// The knowledge of `commit`, as far as answers go; of the other end (`None` for the files) only what differs from it.
    ///
    /// # Errors
    /// Where one of them can't be read.
    pub fn read(place: &Place, commit: ObjectId, other: Option<ObjectId>) -> Result<States, Failure> {
        let repository = match &place.repository {
            Ok(repository) => repository,
            Err(why) => return Err(Failure::new(format!("there is nothing to compare with: {why}"))),
        };
        let before = answers_of_commit(repository, place, commit)?;
        let after = match other {
            Some(other) => commit_apart(repository, place, other, (commit, &before))?,
            None => files_apart(place, &before)?,
        };
        Ok(States { before, after })
    }

    /// Every slot that the other answers differently.
    pub fn diff(&self) -> Vec<Changed> {
        let Apart { before, catalog, claims, decisions, .. } = &self.after;
        let old = Side { decisions: before, ..side(&self.before) };
        query::diff(old, Side { declarations: &catalog.declarations, claims, decisions })
    }
}

/// The whole of a state, as it is compared.
pub(in crate::face) fn side(compiled: &Compiled) -> Side<'_> {
    let Compiled { catalog, claims, decisions, .. } = compiled;
    Side { declarations: &catalog.declarations, claims, decisions }
}

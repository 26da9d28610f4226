//! Two states of the knowledge, side by side: what the other answers differently than the one.

use super::failure::Failure;
use super::knowledge::{Place, answers_of_commit, commit_apart, files_apart};
use crate::claim::Claim;
use crate::compile::{Apart, Compiled};
use crate::diagnostic::Findings;
use crate::query::{self, Changed, Compared, Side};
use crate::source::{ObjectId, Texts};

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
        let Compared { before, after, .. } = self.compared();
        query::diff(before, after)
    }

    /// Both, as they are compared.
    pub fn compared(&self) -> Compared<'_> {
        let Apart { before, catalog, claims, decisions, .. } = &self.after;
        let whole = side(&self.before);
        Compared {
            whole,
            before: Side { decisions: before, ..whole },
            after: Side { declarations: &catalog.declarations, claims, decisions },
        }
    }

    /// Whether the texts of both are the same.
    pub fn are_same(&self) -> bool {
        let texts = |texts: &Texts| texts.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>();
        let (before, after) = (texts(&self.before.texts), texts(&self.after.texts));
        before.len() == after.len()
            && before.iter().zip(&after).all(|(one, two)| one.path == two.path && one.bytes == two.bytes)
    }

    /// All of the other.
    pub fn other(&self) -> Compiled {
        self.before.next(self.after.texts.clone(), Findings::new())
    }

    /// Whether either says anything of a subject of `kind`.
    pub fn have(&self, kind: &str) -> bool {
        let of_kind = |claim: &Claim| claim.slot.subject.kind() == kind;
        self.before.claims.iter().chain(&self.after.claims).any(of_kind)
    }
}

/// The whole of a state, as it is compared.
pub(in crate::face) fn side(compiled: &Compiled) -> Side<'_> {
    let Compiled { catalog, claims, decisions, .. } = compiled;
    Side { declarations: &catalog.declarations, claims, decisions }
}

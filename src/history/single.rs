//! One commit as evidence, by its name.

use super::commit::{Commit, CommitId, commit};
use super::objects::Objects;
use crate::source::{ObjectId, Repository};

/// The commit `oid` of `repository`, with the parents that it names itself, whatever a graft says; `None` where it is
/// not there, is no commit, or is not what its name says.
pub fn read_commit(repository: &Repository, oid: ObjectId) -> Option<Commit> {
    let bytes = Objects::of(repository)?.commit(oid)?;
    Some(commit(CommitId::from(oid), &bytes))
}

//! One commit as evidence, by its name.

use git2::{ObjectType, Oid, Repository};

use super::commit::{Commit, CommitId, commit};

/// The commit `oid` of `repository`; `None` where it is not there or is no commit.
pub fn read_commit(repository: &Repository, oid: Oid) -> Option<Commit> {
    let odb = repository.odb().ok()?;
    let object = odb.read(oid).ok().filter(|object| object.kind() == ObjectType::Commit)?;
    Some(commit(CommitId::from_hex(&oid.to_string())?, object.data()))
}

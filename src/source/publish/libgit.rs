//! A commit of some files by libgit2: no hook is run, nothing is filtered or signed.

use git2::{Commit, FileMode, Index, IndexEntry, IndexTime, Oid, Repository, Signature, Tree};

use super::Broken;
use crate::source::ObjectId;

/// Commits `files`, each a path and its bytes, on top of `head`.
pub(super) fn commit_files(
    repository: &Repository,
    head: ObjectId,
    files: &[(&str, &[u8])],
    message: &str,
    (author, committer): (&Signature<'_>, &Signature<'_>),
) -> Result<ObjectId, Broken> {
    let head = repository.find_commit(head.git()?)?;
    let (tree, blobs) = tree(repository, &head, files)?;
    // Taken before the commit: an index that can't be written must not leave a commit behind.
    let mut index = repository.index()?;
    for ((path, bytes), blob) in files.iter().zip(blobs) {
        stage(&mut index, path, blob, bytes.len())?;
    }
    let commit = repository.commit(Some("HEAD"), author, committer, message, &tree, &[&head])?;
    index.write()?;
    Ok(commit.into())
}

/// Commits `files` on top of `parent` as the new reference.
pub(super) fn commit_on_branch(
    repository: &Repository,
    (reference, parent): (&str, ObjectId),
    files: &[(&str, &[u8])],
    message: &str,
    (author, committer): (&Signature<'_>, &Signature<'_>),
) -> Result<ObjectId, Broken> {
    let parent = repository.find_commit(parent.git()?)?;
    let (tree, _) = tree(repository, &parent, files)?;
    let commit = repository.commit(None, author, committer, message, &tree, &[&parent])?;
    // Whoever made a branch of that name meanwhile keeps it.
    repository.reference(reference, commit, false, "branch: Created by dictum")?;
    Ok(commit.into())
}

/// The tree of `commit` with `files` in it, and their blobs.
fn tree<'r>(
    repository: &'r Repository,
    commit: &Commit<'_>,
    files: &[(&str, &[u8])],
) -> Result<(Tree<'r>, Vec<Oid>), git2::Error> {
    let mut update = git2::build::TreeUpdateBuilder::new();
    let mut blobs = Vec::with_capacity(files.len());
    for (path, bytes) in files {
        let blob = repository.blob(bytes)?;
        update.upsert(*path, blob, FileMode::Blob);
        blobs.push(blob);
    }
    let tree = update.create_updated(repository, &commit.tree()?)?;
    Ok((repository.find_tree(tree)?, blobs))
}

/// Puts one file into the index, so that it is neither new nor deleted to `git status`.
fn stage(index: &mut Index, path: &str, blob: Oid, len: usize) -> Result<(), git2::Error> {
    index.add(&IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: u32::try_from(len).unwrap_or(0),
        id: blob,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    })
}

//! A commit of some files by git's own program, from its plumbing: no hook is run, nothing is filtered or signed.

use git2::Signature;

use super::Broken;
use crate::source::object::{Entry, Kind};
use crate::source::store::Program;
use crate::source::{ObjectId, ObjectKind, Repository};

/// What keeps a commit from being made now.
pub(super) fn is_busy(git: &Program) -> bool {
    let files = ["MERGE_HEAD", "rebase-merge", "rebase-apply", "BISECT_LOG", "sequencer"];
    let refs = ["CHERRY_PICK_HEAD", "REVERT_HEAD"];
    files.iter().any(|file| git.folder().join(file).exists())
        || refs.iter().any(|name| git.folder().join(name).exists() || git.reference(name).is_some())
}

/// Commits `files`, each a path and its bytes, on top of `head`.
pub(super) fn commit_files(
    repository: &Repository,
    git: &Program,
    head: ObjectId,
    files: &[(&str, &[u8])],
    message: &str,
    (author, committer): (&Signature<'_>, &Signature<'_>),
) -> Result<ObjectId, Broken> {
    let (commit, staged) = make(repository, git, head, files, message, (author, committer))?;
    // The index before the branch: one that can't be written must not leave a commit behind.
    let unstage = || {
        for (path, before, _) in &staged {
            let _ = stage(git, path, *before);
        }
    };
    if staged.iter().any(|(path, _, blob)| stage(git, path, Some(*blob)).is_err()) {
        unstage();
        return Err(Broken);
    }
    let summary = format!("commit: {}", message.lines().next().unwrap_or_default());
    if name_it(git, "HEAD", (commit, &head.to_string()), &summary, committer).is_err() {
        unstage();
        return Err(Broken);
    }
    Ok(commit)
}

/// Commits `files` on top of `parent` as the new reference.
pub(super) fn commit_on_branch(
    repository: &Repository,
    git: &Program,
    (reference, parent): (&str, ObjectId),
    files: &[(&str, &[u8])],
    message: &str,
    (author, committer): (&Signature<'_>, &Signature<'_>),
) -> Result<ObjectId, Broken> {
    let (commit, _) = make(repository, git, parent, files, message, (author, committer))?;
    // No name at all before: whoever made a branch of that name meanwhile keeps it.
    let nothing = "0".repeat(commit.to_string().len());
    name_it(git, reference, (commit, &nothing), "branch: Created by dictum", committer)?;
    Ok(commit)
}

/// Lets `reference` name `new`, if it names `old` until then.
fn name_it(
    git: &Program,
    reference: &str,
    (new, old): (ObjectId, &str),
    why: &str,
    committer: &Signature<'_>,
) -> Result<(), Broken> {
    // The name of who moves the branch stands in the reflog.
    let name = format!("user.name={}", String::from_utf8_lossy(committer.name_bytes()));
    let mail = format!("user.email={}", String::from_utf8_lossy(committer.email_bytes()));
    let new = new.to_string();
    let arguments = ["-c", &name, "-c", &mail, "update-ref", "-m", why, reference, &new, old];
    git.run(&arguments, b"").map(drop).ok_or(Broken)
}

/// Path, blob before and blob after of a file.
type Staged<'f> = (&'f str, Option<ObjectId>, ObjectId);

/// Writes the commit, which nothing names yet.
fn make<'f>(
    repository: &Repository,
    git: &Program,
    parent: ObjectId,
    files: &[(&'f str, &[u8])],
    message: &str,
    (author, committer): (&Signature<'_>, &Signature<'_>),
) -> Result<(ObjectId, Vec<Staged<'f>>), Broken> {
    let objects = repository.objects().ok_or(Broken)?;
    let mut tree = objects.commit_header(parent).map_err(|_| Broken)?.tree;
    let mut staged = Vec::with_capacity(files.len());
    for (path, bytes) in files {
        let before = objects.entry_at(parent, path).map_err(|_| Broken)?;
        let blob = write(git, ObjectKind::Blob, bytes)?;
        let parts: Vec<&str> = path.split('/').collect();
        tree = with_file(repository, git, Some(tree), &parts, blob)?;
        staged.push((*path, before.map(|entry| entry.oid), blob));
    }
    let mut commit = format!("tree {tree}\nparent {parent}\n").into_bytes();
    for (role, who) in [("author", author), ("committer", committer)] {
        commit.extend(format!("{role} ").into_bytes());
        commit.extend(line(who));
        commit.push(b'\n');
    }
    commit.extend(format!("\n{message}").into_bytes());
    Ok((write(git, ObjectKind::Commit, &commit)?, staged))
}

/// `Name <mail> SECONDS ±HHMM`.
fn line(who: &Signature<'_>) -> Vec<u8> {
    let minutes = who.when().offset_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let when = format!("> {} {sign}{hours:02}{rest:02}", who.when().seconds());
    [who.name_bytes(), b" <", who.email_bytes(), when.as_bytes()].concat()
}

fn write(git: &Program, kind: ObjectKind, bytes: &[u8]) -> Result<ObjectId, Broken> {
    let arguments = ["hash-object", "-t", kind.as_str(), "-w", "--no-filters", "--stdin"];
    let hex = git.line(&arguments, bytes).ok_or(Broken)?;
    // What git was told and what it stored are one.
    ObjectId::from_hex(&hex).filter(|id| id.is_of(kind, bytes)).ok_or(Broken)
}

/// The tree `tree` with a file at the path of these parts.
fn with_file(
    repository: &Repository,
    git: &Program,
    tree: Option<ObjectId>,
    parts: &[&str],
    blob: ObjectId,
) -> Result<ObjectId, Broken> {
    let [name, below @ ..] = parts else { return Err(Broken) };
    let objects = repository.objects().ok_or(Broken)?;
    let mut entries = match tree {
        Some(tree) => objects.tree(tree).map_err(|_| Broken)?,
        None => Vec::new(),
    };
    let known = entries.iter().position(|entry| &*entry.name == name.as_bytes());
    let known = known.map(|at| entries.remove(at));
    let (mode, oid) = match below {
        [] => (0o100_644, blob),
        below => {
            let folder = known.filter(|entry| entry.kind == Kind::Tree).map(|entry| entry.oid);
            (0o40_000, with_file(repository, git, folder, below, blob)?)
        }
    };
    entries.push(Entry { name: name.as_bytes().into(), mode, kind: Kind::of(mode), oid });
    // Git sorts folders as if their names ended in `/`.
    let key = |entry: &Entry| {
        let end: &[u8] = if entry.kind == Kind::Tree { b"/" } else { b"" };
        [&*entry.name, end].concat()
    };
    entries.sort_by_key(key);
    let bytes = entries.iter().flat_map(|entry| {
        let mode = format!("{:o} ", entry.mode);
        [mode.as_bytes(), &entry.name, b"\0", entry.oid.as_bytes()].concat()
    });
    write(git, ObjectKind::Tree, &bytes.collect::<Vec<u8>>())
}

/// Puts a file into the index as it is in a commit, or takes it out.
fn stage(git: &Program, path: &str, blob: Option<ObjectId>) -> Result<(), Broken> {
    let ran = match blob {
        Some(blob) => {
            let entry = format!("100644,{blob},{path}");
            git.run(&["update-index", "--add", "--cacheinfo", &entry], b"")
        }
        None => git.run(&["update-index", "--force-remove", "--", path], b""),
    };
    ran.map(drop).ok_or(Broken)
}

//! Between the work tree and the commits: is anything not committed, and a commit of one file alone.

use git2::{ErrorCode, FileMode, Index, IndexEntry, IndexTime, Oid, Repository, RepositoryState};

use super::Refusal;

/// Commits `bytes` at `path` on top of `HEAD`: the new tree is that of `HEAD` and this file. What else is changed or
/// staged stays as it is. No hook is run and nothing is signed.
///
/// # Errors
/// Where there is no commit yet or no identity, a merge or rebase is under way, commits are to be signed, or the
/// repository can't be written.
pub fn commit_file(repository: &Repository, path: &str, bytes: &[u8], message: &str) -> Result<Oid, Refusal> {
    let refuse = |message: &str, help: &str| Refusal { message: message.to_owned(), help: help.to_owned() };
    let broken =
        |_| refuse("the repository can't be written", "see what `git status` says, and commit it by hand");
    if repository.state() != RepositoryState::Clean {
        return Err(refuse(
            "a merge, rebase or the like is under way",
            "finish it, then commit the file by hand",
        ));
    }
    let signs = repository.config().and_then(|config| config.get_bool("commit.gpgsign")).unwrap_or(false);
    if signs {
        return Err(refuse("commits are to be signed here", "commit the file by hand: `git commit -S`"));
    }
    let who = identity(repository)?;
    let head = repository.head().and_then(|head| head.peel_to_commit());
    let head = head.map_err(|_| refuse("there is no commit yet", "commit the knowledge first"))?;
    let blob = repository.blob(bytes).map_err(broken)?;
    let mut update = git2::build::TreeUpdateBuilder::new();
    update.upsert(path, blob, FileMode::Blob);
    let tree = head.tree().and_then(|tree| update.create_updated(repository, &tree)).map_err(broken)?;
    let tree = repository.find_tree(tree).map_err(broken)?;
    // Taken before the commit: an index that can't be written must not leave a commit behind.
    let mut index = repository.index().map_err(broken)?;
    stage(&mut index, path, blob, bytes.len()).map_err(broken)?;
    let commit = repository.commit(Some("HEAD"), &who, &who, message, &tree, &[&head]).map_err(broken)?;
    index.write().map_err(broken)?;
    Ok(commit)
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

fn identity(repository: &Repository) -> Result<git2::Signature<'static>, Refusal> {
    repository.signature().map_err(|_| Refusal {
        message: "git does not know who you are".to_owned(),
        help:
            "type `git config --global user.name \"…\"` and `git config --global user.email you@example.com`"
                .to_owned(),
    })
}

/// The e-mail identity that git would commit with; `None` where it knows none.
pub fn identity_mail(repository: &Repository) -> Option<String> {
    repository.config().ok()?.get_string("user.email").ok().filter(|mail| !mail.is_empty())
}

/// Whether files below the folder `root` (from the top, `""` for all) differ from `HEAD` in the work tree or index,
/// untracked ones included.
pub fn is_changed(repository: &Repository, root: &str) -> bool {
    let mut options = git2::StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true);
    if !root.is_empty() {
        options.pathspec(root).disable_pathspec_match(true);
    }
    let toml = |entry: git2::StatusEntry<'_>| entry.path_bytes().ends_with(b".toml");
    match repository.statuses(Some(&mut options)) {
        Ok(statuses) => statuses.iter().any(toml),
        Err(error) => error.code() != ErrorCode::BareRepo,
    }
}

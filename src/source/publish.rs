//! Between the work tree and the commits: is anything not committed, and a commit of one file alone.

use git2::{
    ErrorCode, FileMode, Index, IndexEntry, IndexTime, Oid, Repository, RepositoryState, Signature, Time,
};

use super::{ObjectId, Refusal};

/// Who signs a commit, and when, as far as the caller knows. What is left out is as git's configuration has it, and now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Signer {
    /// Name.
    pub name: Option<String>,
    /// E-mail identity.
    pub mail: Option<String>,
    /// Seconds since 1970, and minutes east of Greenwich.
    pub time: Option<(i64, i32)>,
}

/// The two of a commit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Signers {
    /// Whose change it is.
    pub author: Signer,
    /// Who commits it.
    pub committer: Signer,
}

/// Commits `bytes` at `path` on top of `HEAD`: the new tree is that of `HEAD` and this file. What else is changed or
/// staged stays as it is. No hook is run and nothing is signed.
///
/// # Errors
/// Where there is no commit yet or no identity, a merge or rebase is under way, commits are to be signed, or the
/// repository can't be written.
pub fn commit_file(
    repository: &Repository,
    path: &str,
    bytes: &[u8],
    message: &str,
    signers: &Signers,
) -> Result<ObjectId, Refusal> {
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
    let author = signature(repository, "author", &signers.author)?;
    let committer = signature(repository, "committer", &signers.committer)?;
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
    let parents = [&head];
    let commit =
        repository.commit(Some("HEAD"), &author, &committer, message, &tree, &parents).map_err(broken)?;
    index.write().map_err(broken)?;
    Ok(commit.into())
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

/// The signature of `who`; what it leaves out is looked up under `role` (`author.name`), then under `user`.
fn signature(repository: &Repository, role: &str, who: &Signer) -> Result<Signature<'static>, Refusal> {
    let (Some(name), Some(mail)) = (
        who.name.clone().or_else(|| setting(repository, role, "name")),
        who.mail.clone().or_else(|| setting(repository, role, "email")),
    ) else {
        return Err(Refusal {
            message: "git does not know who you are".to_owned(),
            help: "type `git config --global user.name \"…\"` and `git config --global user.email you@example.com`"
                .to_owned(),
        });
    };
    let signature = match who.time {
        Some((seconds, minutes)) => Signature::new(&name, &mail, &Time::new(seconds, minutes)),
        None => Signature::now(&name, &mail),
    };
    signature.map_err(|_| Refusal {
        message: format!("`{name} <{mail}>` can't stand in a commit as its {role}"),
        help: format!("set `GIT_{}_NAME` or `user.name` to a name without `<` and `>`", role.to_uppercase()),
    })
}

fn setting(repository: &Repository, role: &str, key: &str) -> Option<String> {
    let config = repository.config().ok()?;
    let read = |section: &str| config.get_string(&format!("{section}.{key}")).ok();
    read(role).or_else(|| read("user")).filter(|value| !value.is_empty())
}

/// The e-mail identity that git would commit with; `None` where it knows none.
pub fn identity_mail(repository: &Repository) -> Option<String> {
    setting(repository, "author", "email")
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

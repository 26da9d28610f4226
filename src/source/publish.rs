//! Between the work tree and the commits: is anything not committed, and a commit of some files alone.

mod libgit;
mod program;

use git2::{ErrorCode, RepositoryState, Signature, Time};

use super::store::Way;
use super::{FileId, Limits, ObjectId, Refusal, Repository, Root, Selection, Text, load, load_commit};

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

/// Commits `files`, each a path and its bytes, on top of `HEAD`: the new tree is that of `HEAD` and these files. What
/// else is changed or staged stays as it is. No hook is run and nothing is signed.
///
/// # Errors
/// Where there is no commit yet or no identity, a merge or rebase is under way, commits are to be signed, or the
/// repository can't be written.
pub fn commit_files(
    repository: &Repository,
    files: &[(&str, &[u8])],
    message: &str,
    signers: &Signers,
) -> Result<ObjectId, Refusal> {
    let refuse = |message: &str, help: &str| Refusal { message: message.to_owned(), help: help.to_owned() };
    let busy = match &repository.way {
        Way::Libgit(git) => git.state() != RepositoryState::Clean,
        Way::Program(git) => program::is_busy(git),
    };
    if busy {
        return Err(refuse(
            "a merge, rebase or the like is under way",
            "finish it, then commit the file by hand",
        ));
    }
    if repository.is_set("commit.gpgsign") {
        return Err(refuse("commits are to be signed here", "commit the file by hand: `git commit -S`"));
    }
    let author = signature(repository, "author", &signers.author)?;
    let committer = signature(repository, "committer", &signers.committer)?;
    let head = repository.head().ok_or(refuse("there is no commit yet", "commit the knowledge first"))?;
    let by = (&author, &committer);
    if !repository.is_sound(&[head]) {
        return Err(refuse(
            "git's data of the last commit is broken",
            "look at the repository with `git fsck`",
        ));
    }
    let made = match &repository.way {
        Way::Libgit(git) => libgit::commit_files(git, head, files, message, by),
        Way::Program(git) => program::commit_files(repository, git, head, files, message, by),
    };
    made.map_err(|Broken| {
        refuse("the repository can't be written", "see what `git status` says, and commit it by hand")
    })
}

/// A branch that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Branch<'b> {
    /// Its name: `proposal/acv`.
    pub name: &'b str,
    /// The commit that it goes on from.
    pub parent: ObjectId,
}

/// Commits `files`, each a path and its bytes, on top of the parent of a branch that is made for it. No work tree, no index
/// and nothing that is there is touched; no hook is run and nothing is signed. Both signers have to be whole.
///
/// # Errors
/// Where a name or mail can't stand in a commit, there is such a branch, or the repository can't be written.
pub fn commit_on_branch(
    repository: &Repository,
    branch: Branch<'_>,
    files: &[(&str, &[u8])],
    message: &str,
    signers: &Signers,
) -> Result<ObjectId, Refusal> {
    let refuse = |message: String, help: &str| Refusal { message, help: help.to_owned() };
    let Branch { name, parent } = branch;
    let reference = format!("refs/heads/{name}");
    // Git keeps no branch below the name of another.
    let above = name.match_indices('/').map(|(at, _)| &name[..at]);
    let mut above = above.filter(|above| repository.reference(&format!("refs/heads/{above}")).is_some());
    if let Some(above) = above.next() {
        let message = format!("a branch `{above}` stands in the way of `{name}`");
        return Err(refuse(message, "rename it: `git branch -m`"));
    }
    if repository.reference(&reference).is_some() {
        return Err(refuse(format!("there is a branch `{name}` already"), "look at it, or delete it"));
    }
    let author = signature(repository, "author", &signers.author)?;
    let committer = signature(repository, "committer", &signers.committer)?;
    let by = (&author, &committer);
    let made = match &repository.way {
        _ if !repository.is_sound(&[parent]) => Err(Broken),
        Way::Libgit(git) => libgit::commit_on_branch(git, (&reference, parent), files, message, by),
        Way::Program(git) => {
            program::commit_on_branch(repository, git, (&reference, parent), files, message, by)
        }
    };
    made.map_err(|Broken| {
        let message = format!("the branch `{name}` can't be written");
        refuse(message, "see whether the repository may be written here, and what `git fsck` says")
    })
}

/// The repository can't be written.
struct Broken;

impl From<git2::Error> for Broken {
    fn from(_: git2::Error) -> Broken {
        Broken
    }
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
    let read = |section: &str| repository.setting(&format!("{section}.{key}"));
    read(role).or_else(|| read("user")).filter(|value| !value.is_empty())
}

/// The e-mail identity that git would commit with; `None` where it knows none.
pub fn identity_mail(repository: &Repository) -> Option<String> {
    setting(repository, "author", "email")
}

/// Whether files below the folder of the knowledge differ from `HEAD` in the work tree or index, untracked ones included.
pub fn is_changed(repository: &Repository, root: &Root) -> bool {
    let git = match &repository.way {
        Way::Libgit(git) => git,
        Way::Program(_) => return !repository.is_bare() && differs(repository, root),
    };
    if repository.head().is_some_and(|head| !repository.is_sound(&[head])) {
        return true;
    }
    let mut options = git2::StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true);
    if !root.knowledge.is_empty() {
        options.pathspec(&root.knowledge).disable_pathspec_match(true);
    }
    let toml = |entry: git2::StatusEntry<'_>| entry.path_bytes().ends_with(b".toml");
    match git.statuses(Some(&mut options)) {
        Ok(statuses) => statuses.iter().any(toml),
        Err(error) => error.code() != ErrorCode::BareRepo,
    }
}

/// Whether the files are others than those of `HEAD`. `git status` would run what the repository configures to filter
/// them: they are compared here, and line ends that a checkout may have changed count for nothing.
fn differs(repository: &Repository, root: &Root) -> bool {
    let (all, limits) = (Selection::all(), Limits::default());
    let Some(head) = repository.head() else { return true };
    let committed = load_commit(repository, head, &root.knowledge, &all, &limits);
    let (Ok(files), Ok(committed)) = (load(root, &all, &limits), committed) else { return true };
    let (files, committed) = (files.texts, committed.texts);
    let alike = |((_, one), (_, other)): ((FileId, &Text), (FileId, &Text))| {
        let same = one.bytes == other.bytes || with_plain_ends(&one.bytes) == with_plain_ends(&other.bytes);
        one.path == other.path && same
    };
    files.len() != committed.len() || !files.iter().zip(committed.iter()).all(alike)
}

fn with_plain_ends(bytes: &[u8]) -> Vec<u8> {
    let mut plain = bytes.to_vec();
    let mut before = 0;
    plain.retain(|_| {
        before += 1;
        !bytes[before - 1..].starts_with(b"\r\n")
    });
    plain
}

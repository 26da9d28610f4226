//! Why there are no texts at all, in plain words. What is wrong with a single file is a finding instead.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::visible;

/// Why texts can't be read. `Display` is one line; [`SourceError::help`] says what to type.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SourceError {
    /// No `dictum.toml` in the folder or above it.
    NoKnowledge {
        /// Where the search began.
        from: PathBuf,
    },
    /// A folder or file that is needed can't be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why, in words.
        why: &'static str,
    },
    /// The knowledge stands in a folder whose name is not UTF-8.
    OddFolder {
        /// Which.
        path: PathBuf,
    },
    /// No git repository here.
    NotARepository {
        /// Where one was looked for.
        path: PathBuf,
    },
    /// The repository belongs to another user, and git was not told that this is meant.
    NotTheOwner {
        /// The repository.
        path: PathBuf,
    },
    /// The repository uses something that can't be read here.
    Unsupported {
        /// The repository.
        path: PathBuf,
        /// What, in words.
        what: &'static str,
    },
    /// A revision that names nothing.
    UnknownRevision {
        /// As typed.
        revision: String,
    },
    /// A repository in which nothing was committed yet.
    NoCommits,
    /// A revision that could mean two commits.
    AmbiguousRevision {
        /// As typed.
        revision: String,
        /// Its readings, in full.
        readings: Vec<String>,
    },
    /// A revision written in a way that is not accepted, whatever git makes of it.
    OddRevision {
        /// As typed.
        revision: String,
    },
    /// An ancestor that a shallow repository doesn't have.
    BeyondHistory {
        /// As typed.
        revision: String,
    },
    /// A commit without the folder of the knowledge.
    NoFolder {
        /// The folder, from the top of the repository.
        folder: String,
    },
    /// An object that the repository should have is missing or broken.
    Damaged {
        /// What was being read, in words.
        reading: &'static str,
    },
}

impl SourceError {
    /// What to type, in one sentence; `None` where only a person can know.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            SourceError::NoKnowledge { .. } => {
                "go to a folder of the knowledge, name it with `--knowledge DIR`, or start one with `dictum init`"
                    .to_owned()
            }
            SourceError::Unreadable { .. } => return None,
            SourceError::OddFolder { .. } => "rename the folder with letters that UTF-8 can write".to_owned(),
            SourceError::NotARepository { .. } => {
                "start one with `git init`, or name its folder with `-C DIR`".to_owned()
            }
            SourceError::NotTheOwner { path } => format!(
                "if you trust it, type `git config --global --add safe.directory '{}'`",
                shown(path.as_path())
            ),
            SourceError::Unsupported { .. } => {
                "install a git that reads it (2.45 or newer), or clone it into a repository of the common kind: \
                 `git init --object-format=sha1 --ref-format=files`, then `git fetch` from it"
                    .to_owned()
            }
            SourceError::UnknownRevision { .. } => {
                "list what there is with `git branch --all` and `git tag`, or give a commit's id".to_owned()
            }
            SourceError::NoCommits => "commit something first: `git add . && git commit`".to_owned(),
            SourceError::AmbiguousRevision { readings, .. } => {
                let readings: Vec<String> = readings.iter().map(|reading| format!("`{reading}`")).collect();
                format!("write {}", readings.join(" or "))
            }
            SourceError::OddRevision { .. } => {
                "give a commit's id, a branch, a tag or `HEAD`, with `~2` or `^2` behind it if need be".to_owned()
            }
            SourceError::BeyondHistory { .. } => "fetch the rest with `git fetch --unshallow`".to_owned(),
            SourceError::NoFolder { .. } => {
                "choose a commit that has it: `git log --oneline -- FOLDER` lists them".to_owned()
            }
            SourceError::Damaged { .. } => "look at the repository with `git fsck`".to_owned(),
        };
        Some(help)
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::NoKnowledge { from } => {
                write!(f, "no `dictum.toml` in `{}` or above it", shown(from))
            }
            SourceError::Unreadable { path, why } => write!(f, "`{}` can't be read: {why}", shown(path)),
            SourceError::OddFolder { path } => write!(f, "the name of `{}` is not UTF-8", shown(path)),
            SourceError::NotARepository { path } => write!(f, "`{}` is not a git repository", shown(path)),
            SourceError::NotTheOwner { path } => {
                write!(f, "the git repository `{}` belongs to another user", shown(path))
            }
            SourceError::Unsupported { path, what } => {
                write!(f, "the git repository `{}` {what}, which can't be read here", shown(path))
            }
            SourceError::UnknownRevision { revision } => {
                write!(f, "`{}` is no commit, branch or tag of this repository", clipped(revision))
            }
            SourceError::NoCommits => f.write_str("nothing was committed here yet"),
            SourceError::AmbiguousRevision { revision, .. } => {
                write!(f, "`{}` could mean more than one commit", clipped(revision))
            }
            SourceError::OddRevision { revision } => {
                write!(f, "`{}` is not a way to name a commit here", clipped(revision))
            }
            SourceError::BeyondHistory { revision } => {
                write!(f, "`{}` lies beyond the history that this shallow repository has", clipped(revision))
            }
            SourceError::NoFolder { folder } => write!(f, "the commit has no folder `{}`", visible(folder)),
            SourceError::Damaged { reading } => {
                write!(f, "git's data is missing or broken: {reading} can't be read")
            }
        }
    }
}

impl Error for SourceError {}

/// A path for people.
pub(super) fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}

fn clipped(words: &str) -> String {
    let start: String = words.chars().take(80).collect();
    let more = if start.len() < words.len() { "…" } else { "" };
    format!("{}{more}", visible(&start))
}

/// Why a file or folder can't be read, in words of ours.
pub(super) fn why(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist",
        io::ErrorKind::PermissionDenied => "you may not read it",
        io::ErrorKind::NotADirectory => "a part of its path is a file",
        io::ErrorKind::IsADirectory => "it is a folder",
        io::ErrorKind::InvalidFilename => "its name is too long",
        io::ErrorKind::OutOfMemory => "there is not enough memory",
        io::ErrorKind::StaleNetworkFileHandle => "the network drive went away",
        io::ErrorKind::TimedOut => "the drive did not answer",
        _ => "the system reports a failure",
    }
}

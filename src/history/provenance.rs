//! The answer to "which commit said this", for every atom at a head.

use std::collections::BTreeMap;

use super::{Commit, CommitId};
use crate::claim::ClaimHash;

/// Everything known about who said what is said at `head`.
#[derive(Clone, PartialEq, Debug)]
pub struct Provenance {
    /// The commit asked about.
    pub head: CommitId,
    /// How much of the history could be seen.
    pub completeness: Completeness,
    /// The commits that are named below, sorted by id, each once.
    pub commits: Vec<Commit>,
    /// For each atom of the head's tree.
    pub sayings: BTreeMap<ClaimHash, Saying>,
    /// Every appearance and disappearance of every atom along all of history, in a topological order
    /// (parents first) that depends on the graph alone. Empty unless asked for.
    pub events: Vec<Event>,
}

/// Who said one atom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Saying {
    /// The commit reached from the head whose tree has the atom while no parent's has.
    pub said_by: Sayer,
    /// Sayers on other lines of a merge that had it too, sorted; without `said_by` itself.
    pub also_said_by: Vec<u32>,
    /// The same along first parents only: when it became the main line's word.
    pub landed_by: Sayer,
    /// The atom's earliest commit.
    pub first_said_by: Sayer,
    /// Whether some version between the sayer and the head did not parse and its atoms were carried over it.
    pub carried: bool,
}

/// A commit, or the honest lack of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sayer {
    /// Index into [`Provenance::commits`].
    Known(u32),
    /// Unknown: at or before this boundary commit (index into [`Provenance::commits`]). Never served as a sayer.
    AtOrBefore(u32),
}

/// How much of the history could be seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Completeness {
    /// All of it.
    Complete,
    /// `git fetch --unshallow` would bring the rest.
    Shallow,
    /// A partial clone lacks objects.
    Partial,
    /// `.git/info/grafts` rewrites parents.
    Grafted,
    /// `refs/replace` rewrites objects.
    Replaced,
}

impl Completeness {
    /// The word in answers.
    pub fn as_str(&self) -> &'static str {
        match self {
            Completeness::Complete => "complete",
            Completeness::Shallow => "shallow",
            Completeness::Partial => "partial",
            Completeness::Grafted => "grafted",
            Completeness::Replaced => "replaced",
        }
    }

    /// What to type to have the whole history; `None` where it is whole.
    pub fn mend(&self) -> Option<&'static str> {
        match self {
            Completeness::Complete => None,
            Completeness::Shallow => Some("git fetch --unshallow"),
            Completeness::Partial => Some("git fetch --refetch --no-filter"),
            Completeness::Grafted => Some("rm \"$(git rev-parse --git-path info/grafts)\""),
            Completeness::Replaced => Some("git replace -d $(git replace -l)"),
        }
    }
}

/// An atom appeared at a commit (no parent had it) or went away there (its first parent had it).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// Index into [`Provenance::commits`].
    pub commit: u32,
    /// Which atom.
    pub atom: ClaimHash,
    /// Said, or taken away.
    pub said: bool,
    /// Whether the commit is on the head's first-parent line.
    pub on_main_line: bool,
}

//! A repository's objects as they are stored: no graft, no replacement, no checkout, nothing it configures is run.
//!
//! libgit2 applies `info/grafts` silently when it parses a commit, so commits and trees are read raw and taken
//! apart by [`crate::source`].

use std::cell::RefCell;
use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::source::{Entry, ObjectId, ObjectKind, ObjectStore, Repository, Stored, trust_packs, visible};

/// Why history can't be read at all. (What is merely missing from it is a [`super::Completeness`].)
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HistoryError {
    /// The repository's object store can't be opened.
    Unreadable(PathBuf),
    /// The commit asked about, or a part of its tree, isn't among the objects here.
    MissingHead(String),
}

impl HistoryError {
    /// What is wrong, in our words.
    pub fn message(&self) -> String {
        match self {
            HistoryError::Unreadable(path) => {
                format!("the objects of the repository `{}` can't be read", visible(&path.to_string_lossy()))
            }
            HistoryError::MissingHead(hex) => format!("the commit `{hex}` or a part of its tree is not here"),
        }
    }

    /// What to type about it.
    pub fn help(&self) -> String {
        match self {
            HistoryError::Unreadable(_) => "look at the repository with `git fsck`".to_owned(),
            HistoryError::MissingHead(hex) => {
                format!(
                    "see whether `git fsck {hex}` finds a fault, and bring the rest with `git fetch --refetch`"
                )
            }
        }
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for HistoryError {}

/// The object store, with the few trees last read.
pub(super) struct Objects<'r> {
    store: ObjectStore<'r>,
    trees: RefCell<FxHashMap<ObjectId, Option<Rc<[Entry]>>>>,
}

/// How many trees are remembered: enough for both sides of a comparison, level by level.
const TREES_KEPT: usize = 512;

impl<'r> Objects<'r> {
    /// The store of `repository`. Verification of every object's hash is switched off for the whole process
    /// (libgit2 has no narrower switch): it costs three times the inflating, and `git fsck` is the place for it.
    /// Commits are verified here nonetheless.
    pub fn of(repository: &'r Repository) -> Option<Objects<'r>> {
        trust_packs();
        Some(Objects { store: repository.objects()?, trees: RefCell::default() })
    }

    /// The bytes of a commit; `None` where it isn't here or isn't what its name says.
    pub fn commit(&self, oid: ObjectId) -> Option<Vec<u8>> {
        self.store.commit(oid).ok().map(|commit| commit.to_vec())
    }

    /// The bytes of a commit that [`Objects::commit`] found to be what its name says; `None` where it is gone since.
    pub fn commit_again(&self, oid: ObjectId) -> Option<Stored<'_>> {
        self.store.read_as(oid, ObjectKind::Commit).ok()
    }

    /// A blob; `None` where it isn't here.
    pub fn blob(&self, oid: ObjectId) -> Option<Stored<'_>> {
        self.store.read_as(oid, ObjectKind::Blob).ok()
    }

    /// The size of an object in bytes, without reading it; `None` where it isn't here.
    pub fn size(&self, oid: ObjectId) -> Option<usize> {
        self.store.header(oid).ok().map(|(_, size)| size)
    }

    /// What sort of object it is, without reading it; `None` where it isn't here.
    pub fn kind(&self, oid: ObjectId) -> Option<ObjectKind> {
        self.store.header(oid).ok().map(|(kind, _)| kind)
    }

    /// Whether what reads the objects still works. Where it doesn't, nothing can be concluded from what wasn't read.
    pub fn works(&self) -> bool {
        self.store.works()
    }

    /// The entries of a tree sorted by name; `None` where it isn't here or isn't a tree.
    pub fn tree(&self, oid: ObjectId) -> Option<Rc<[Entry]>> {
        if let Some(known) = self.trees.borrow().get(&oid) {
            return known.clone();
        }
        let read = || {
            let mut entries = self.store.tree(oid).ok()?;
            // Git sorts folders as if their names ended in `/`; we compare names.
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            Some(Rc::from(entries))
        };
        let tree = read();
        let mut trees = self.trees.borrow_mut();
        if trees.len() >= TREES_KEPT {
            trees.clear();
        }
        trees.insert(oid, tree.clone());
        tree
    }
}

//! A repository's objects as they are stored: no graft, no replacement, no checkout, nothing it configures is run.
//!
//! libgit2 applies `info/grafts` silently when it parses a commit, so commits and trees are read raw and taken
//! apart here, by git's own formats (<https://git-scm.com/docs/gitformat-index>, `git help cat-file`).

use std::cell::RefCell;
use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;

use git2::{Odb, OdbObject, Repository};
use rustc_hash::FxHashMap;

use crate::source::{Algorithm, ObjectId, ObjectKind, visible};

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

/// What stands in a tree under one name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Another tree.
    Tree,
    /// A regular file, executable or not.
    File,
    /// A symbolic link or a submodule: it says nothing.
    Other,
}

/// One entry of a tree.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its name, any bytes but `/` and NUL.
    pub name: Box<[u8]>,
    /// What it is.
    pub kind: Kind,
    /// Its object.
    pub oid: ObjectId,
}

/// The object store, with the few trees last read.
pub(super) struct Objects<'r> {
    odb: Odb<'r>,
    trees: RefCell<FxHashMap<ObjectId, Option<Rc<[Entry]>>>>,
}

/// How many trees are remembered: enough for both sides of a comparison, level by level.
const TREES_KEPT: usize = 512;

impl<'r> Objects<'r> {
    /// The store of `repository`. Verification of every object's hash is switched off for the whole process
    /// (libgit2 has no narrower switch): it costs three times the inflating, and `git fsck` is the place for it.
    /// Commits are verified here nonetheless.
    pub fn of(repository: &'r Repository) -> Option<Objects<'r>> {
        git2::opts::strict_hash_verification(false);
        Some(Objects { odb: repository.odb().ok()?, trees: RefCell::default() })
    }

    /// The bytes of a commit; `None` where it isn't here or isn't what its name says.
    pub fn commit(&self, oid: ObjectId) -> Option<Vec<u8>> {
        let object = self.read(oid, ObjectKind::Commit)?;
        oid.is_of(ObjectKind::Commit, object.data()).then(|| object.data().to_vec())
    }

    /// A blob; `None` where it isn't here.
    pub fn blob(&self, oid: ObjectId) -> Option<OdbObject<'_>> {
        self.read(oid, ObjectKind::Blob)
    }

    /// The size of an object in bytes, without reading it; `None` where it isn't here.
    pub fn size(&self, oid: ObjectId) -> Option<usize> {
        self.odb.read_header(oid.git().ok()?).ok().map(|(size, _)| size)
    }

    /// What sort of object it is, without reading it; `None` where it isn't here.
    pub fn kind(&self, oid: ObjectId) -> Option<ObjectKind> {
        self.odb.read_header(oid.git().ok()?).ok().and_then(|(_, kind)| ObjectKind::of(kind))
    }

    fn read(&self, oid: ObjectId, kind: ObjectKind) -> Option<OdbObject<'_>> {
        self.odb.read(oid.git().ok()?).ok().filter(|object| object.kind() == kind.into())
    }

    /// The entries of a tree sorted by name; `None` where it isn't here or isn't a tree.
    pub fn tree(&self, oid: ObjectId) -> Option<Rc<[Entry]>> {
        if let Some(known) = self.trees.borrow().get(&oid) {
            return known.clone();
        }
        let read = || {
            let object = self.read(oid, ObjectKind::Tree)?;
            let mut entries = tree_entries(object.data(), oid.algorithm())?;
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

/// Takes a tree object apart: `MODE NAME NUL OID`, one after another. A tree names objects by the algorithm by which it
/// is named itself.
pub(super) fn tree_entries(mut bytes: &[u8], algorithm: Algorithm) -> Option<Vec<Entry>> {
    let length = algorithm.bytes();
    let mut entries = Vec::with_capacity(bytes.len() / (length + 20));
    while !bytes.is_empty() {
        let space = bytes.iter().position(|&b| b == b' ')?;
        let nul = space + bytes[space..].iter().position(|&b| b == 0)?;
        let oid = ObjectId::from_bytes(algorithm, bytes.get(nul + 1..nul + 1 + length)?)?;
        let kind = match &bytes[..space] {
            b"40000" | b"040000" => Kind::Tree,
            mode if mode.starts_with(b"100") => Kind::File,
            _ => Kind::Other,
        };
        entries.push(Entry { name: bytes[space + 1..nul].into(), kind, oid });
        bytes = &bytes[nul + 1 + length..];
    }
    Some(entries)
}

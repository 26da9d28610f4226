//! A repository's objects as they are stored: no graft, no replacement, no checkout, nothing it configures is run.
//!
//! libgit2 applies `info/grafts` silently when it parses a commit, so commits and trees are read raw and taken
//! apart here, by git's own formats (<https://git-scm.com/docs/gitformat-index>, `git help cat-file`).

use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use git2::{ErrorCode, ObjectType, Odb, Oid, Repository};
use rustc_hash::FxHashMap;

/// Why history can't be read at all. (What is merely missing from it is a [`super::Completeness`].)
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HistoryError {
    /// There is no git repository at this path.
    NoRepository(PathBuf),
    /// It belongs to another user, and git refuses such a repository.
    NotOwned(PathBuf),
    /// Its objects are named by SHA-256.
    Sha256(PathBuf),
    /// Its refs are kept in a reftable.
    Reftable(PathBuf),
    /// It is there but can't be opened: a broken or foreign configuration.
    Unreadable(PathBuf),
    /// The commit asked about, or a part of its tree, isn't among the objects here.
    MissingHead(String),
}

impl HistoryError {
    /// What is wrong, in our words.
    pub fn message(&self) -> String {
        match self {
            HistoryError::NoRepository(path) => format!("`{}` is not in a git repository", path.display()),
            HistoryError::NotOwned(path) => {
                format!("the repository `{}` belongs to another user", path.display())
            }
            HistoryError::Sha256(path) => {
                format!(
                    "the repository `{}` names its objects by SHA-256, which can't be read yet",
                    path.display()
                )
            }
            HistoryError::Reftable(path) => {
                format!(
                    "the repository `{}` keeps its refs in a reftable, which can't be read yet",
                    path.display()
                )
            }
            HistoryError::Unreadable(path) => {
                format!("the repository `{}` can't be opened", path.display())
            }
            HistoryError::MissingHead(hex) => format!("the commit `{hex}` or a part of its tree is not here"),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            HistoryError::NoRepository(_) => "run `git init` and commit the knowledge".to_owned(),
            HistoryError::NotOwned(path) => {
                format!("type `git config --global --add safe.directory {}` if you trust it", path.display())
            }
            HistoryError::Sha256(_) => {
                "clone it into a repository made by `git init --object-format=sha1`".to_owned()
            }
            HistoryError::Reftable(_) => "type `git refs migrate --ref-format=files`".to_owned(),
            HistoryError::Unreadable(_) => "see what `git status` says there".to_owned(),
            HistoryError::MissingHead(_) => "type `git fetch` and ask again".to_owned(),
        }
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for HistoryError {}

/// Opens the repository that `path` lies in: its work tree, a folder below it, or a bare repository.
///
/// # Errors
/// Where there is none, or one that libgit2 can't read; never a guess.
pub fn open(path: &Path) -> Result<Repository, HistoryError> {
    let at = || path.to_path_buf();
    match Repository::discover(path) {
        Ok(repository) => {
            unsupported(&repository.commondir().join("config"), path).map_or(Ok(repository), Err)
        }
        Err(error) if error.code() == ErrorCode::NotFound => Err(HistoryError::NoRepository(at())),
        Err(error) if error.code() == ErrorCode::Owner => Err(HistoryError::NotOwned(at())),
        Err(_) => {
            // libgit2 refuses extensions that it doesn't know; say which, from the configuration itself.
            let found = Repository::discover_path(path, [] as [&Path; 0]).ok();
            let config = found.map(|git_dir| git_dir.join("config"));
            Err(config
                .and_then(|config| unsupported(&config, path))
                .unwrap_or(HistoryError::Unreadable(at())))
        }
    }
}

/// The extension in the repository's configuration that can't be read, if there is one.
fn unsupported(config: &Path, path: &Path) -> Option<HistoryError> {
    let config = git2::Config::open(config).ok()?;
    let says =
        |key: &str, word: &str| config.get_string(key).is_ok_and(|value| value.eq_ignore_ascii_case(word));
    if says("extensions.objectformat", "sha256") {
        return Some(HistoryError::Sha256(path.to_path_buf()));
    }
    says("extensions.refstorage", "reftable").then(|| HistoryError::Reftable(path.to_path_buf()))
}

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
    pub oid: Oid,
}

/// The object store, with the few trees last read.
pub(super) struct Objects<'r> {
    odb: Odb<'r>,
    trees: RefCell<FxHashMap<Oid, Option<Rc<[Entry]>>>>,
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
    pub fn commit(&self, oid: Oid) -> Option<Vec<u8>> {
        let object = self.odb.read(oid).ok().filter(|object| object.kind() == ObjectType::Commit)?;
        let genuine = Oid::hash_object(ObjectType::Commit, object.data()).is_ok_and(|hash| hash == oid);
        genuine.then(|| object.data().to_vec())
    }

    /// Hands the bytes of a blob to `read`; `None` where it isn't here.
    pub fn blob<T>(&self, oid: Oid, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let object = self.odb.read(oid).ok().filter(|object| object.kind() == ObjectType::Blob)?;
        Some(read(object.data()))
    }

    /// The size of an object in bytes, without reading it; `None` where it isn't here.
    pub fn size(&self, oid: Oid) -> Option<usize> {
        self.odb.read_header(oid).ok().map(|(size, _)| size)
    }

    /// What sort of object it is, without reading it; `None` where it isn't here.
    pub fn kind(&self, oid: Oid) -> Option<ObjectType> {
        self.odb.read_header(oid).ok().map(|(_, kind)| kind)
    }

    /// The entries of a tree sorted by name; `None` where it isn't here or isn't a tree.
    pub fn tree(&self, oid: Oid) -> Option<Rc<[Entry]>> {
        if let Some(known) = self.trees.borrow().get(&oid) {
            return known.clone();
        }
        let read = || {
            let object = self.odb.read(oid).ok().filter(|object| object.kind() == ObjectType::Tree)?;
            let mut entries = tree_entries(object.data())?;
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

/// Takes a tree object apart: `MODE NAME NUL OID`, one after another.
fn tree_entries(mut bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::with_capacity(bytes.len() / 40);
    while !bytes.is_empty() {
        let space = bytes.iter().position(|&b| b == b' ')?;
        let nul = space + bytes[space..].iter().position(|&b| b == 0)?;
        let oid = bytes.get(nul + 1..nul + 21)?;
        let kind = match &bytes[..space] {
            b"40000" | b"040000" => Kind::Tree,
            mode if mode.starts_with(b"100") => Kind::File,
            _ => Kind::Other,
        };
        entries.push(Entry { name: bytes[space + 1..nul].into(), kind, oid: Oid::from_bytes(oid).ok()? });
        bytes = &bytes[nul + 21..];
    }
    Some(entries)
}

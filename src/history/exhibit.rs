//! Evidence that outlives its repository: the git objects that show that a commit says an atom and its parents don't.
//!
//! What is to be shown is worked out over a [`Store`]. Where a proof is made, the store is a repository that writes
//! down every object it is asked for ([`Recorder`]); where it is checked, the store is just those objects, each of
//! which was hashed as git hashes it ([`Exhibits`]). So a proof holds all that checking it takes, and nothing else.
//!
//! What is shown: the commit's file says the atom, and none of the files that differ between the commit and a parent
//! says it on the parent's side. Files that are the same on both sides are not exhibited.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::commit::commit;
use super::extract::Extractor;
use super::{Commit, CommitId};
use crate::claim::ClaimHash;
pub use crate::source::ObjectKind;
use crate::source::{Entry, Header, Kind, ObjectId, ObjectStore, Repository, header, tree_entries};

/// Objects by name.
pub trait Store {
    /// The object `name`; `None` where it isn't here.
    fn object(&self, name: &CommitId) -> Option<Object>;
}

/// An object as git stores it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    /// Commit, tree or blob.
    pub kind: ObjectKind,
    /// Its bytes, without git's header.
    pub bytes: Rc<[u8]>,
}

/// A repository that writes down what it was asked for.
pub struct Recorder<'r> {
    store: ObjectStore<'r>,
    taken: RefCell<BTreeMap<CommitId, Object>>,
}

impl<'r> Recorder<'r> {
    /// Over the objects of `repository`; `None` where they can't be read.
    pub fn new(repository: &'r Repository) -> Option<Recorder<'r>> {
        Some(Recorder { store: repository.objects()?, taken: RefCell::default() })
    }

    /// What it was asked for and had, by name.
    pub fn taken(self) -> BTreeMap<CommitId, Object> {
        self.taken.into_inner()
    }
}

impl Store for Recorder<'_> {
    fn object(&self, name: &CommitId) -> Option<Object> {
        if let Some(known) = self.taken.borrow().get(name) {
            return Some(known.clone());
        }
        let read = self.store.read(name.object()?).ok()?;
        let object = Object { kind: read.kind, bytes: Rc::from(&*read) };
        // The store may be damaged, and libgit2 may have been told not to look.
        is_genuine(name, &object).then_some(())?;
        self.taken.borrow_mut().insert(name.clone(), object.clone());
        Some(object)
    }
}

/// Objects without a repository, each of them what its name says.
pub struct Exhibits {
    objects: BTreeMap<CommitId, Object>,
    asked: RefCell<BTreeSet<CommitId>>,
}

impl Exhibits {
    /// Takes `objects`.
    ///
    /// # Errors
    /// The name of the first that is not the hash of its object.
    pub fn new(objects: BTreeMap<CommitId, Object>) -> Result<Exhibits, CommitId> {
        match objects.iter().find(|(name, object)| !is_genuine(name, object)) {
            Some((name, _)) => Err(name.clone()),
            None => Ok(Exhibits { objects, asked: RefCell::default() }),
        }
    }

    /// Those that nobody asked for.
    pub fn unasked(&self) -> impl Iterator<Item = &CommitId> {
        self.objects.keys().filter(|name| !self.asked.borrow().contains(*name))
    }
}

impl Store for Exhibits {
    fn object(&self, name: &CommitId) -> Option<Object> {
        let object = self.objects.get(name)?;
        self.asked.borrow_mut().insert(name.clone());
        Some(object.clone())
    }
}

/// Whether git gives an object that name.
fn is_genuine(name: &CommitId, object: &Object) -> bool {
    name.object().is_some_and(|name| name.is_of(object.kind, &object.bytes))
}

/// Why something is not shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unshown {
    /// An object is missing, or is not what stands in its place.
    Missing(CommitId),
    /// The commit has no such file.
    NoFile(String),
    /// The file does not say it.
    NotSaid,
    /// A parent says it too.
    SaidBefore {
        /// The parent.
        parent: CommitId,
        /// In which file.
        path: String,
    },
    /// A parent's file does not parse, so that what it says is carried from further back.
    Carried {
        /// The parent.
        parent: CommitId,
        /// Which file.
        path: String,
    },
}

/// What the commit `name` says of itself.
///
/// # Errors
/// Where it isn't here.
pub fn commit_in(store: &dyn Store, name: &CommitId) -> Result<Commit, Unshown> {
    Ok(commit(name.clone(), &read(store, name, ObjectKind::Commit)?))
}

/// The bytes of the file at `path` (from the top) of the commit `name`.
///
/// # Errors
/// Where it has no such file, or an object on the way isn't here.
pub fn file_in(store: &dyn Store, name: &CommitId, path: &str) -> Result<Rc<[u8]>, Unshown> {
    let tree = tree_of(store, name)?;
    match entry_in(store, tree, path)? {
        Some((Kind::File, oid)) => read(store, &oid.into(), ObjectKind::Blob),
        _ => Err(Unshown::NoFile(path.to_owned())),
    }
}

/// Shows that the commit `name` says `atom` in the file at `path`, and that no parent says it in a file that differs
/// below the folder `root`.
///
/// # Errors
/// Where that isn't so, or can't be seen from what is in the store.
pub fn show(
    store: &dyn Store,
    root: &str,
    name: &CommitId,
    path: &str,
    atom: ClaimHash,
    extractor: &dyn Extractor,
) -> Result<(), Unshown> {
    let file = file_in(store, name, path)?;
    if says(extractor, path, &file, atom) != Some(true) {
        return Err(Unshown::NotSaid);
    }
    let header = header_in(store, name)?;
    let own = folder_in(store, header.tree, root)?;
    for parent in header.parents.into_iter().map(CommitId::from) {
        let theirs = folder_in(store, tree_of(store, &parent)?, root)?;
        let mut differing = Vec::new();
        differ(store, theirs, own, root, &mut differing)?;
        for (path, blob) in differing.into_iter().filter(|(path, _)| extractor.reads(path)) {
            let Some(blob) = blob else { continue };
            let text = read(store, &blob.into(), ObjectKind::Blob)?;
            match says(extractor, &path, &text, atom) {
                Some(false) => {}
                Some(true) => return Err(Unshown::SaidBefore { parent, path }),
                None => return Err(Unshown::Carried { parent, path }),
            }
        }
    }
    Ok(())
}

/// The path of a file in which the commit `name` says `atom`: the first by path. `None` where there is none.
pub fn path_in(
    store: &dyn Store,
    root: &str,
    name: &CommitId,
    atom: ClaimHash,
    extractor: &dyn Extractor,
) -> Option<String> {
    let tree = folder_in(store, tree_of(store, name).ok()?, root).ok()?;
    let mut files = Vec::new();
    differ(store, tree, None, root, &mut files).ok()?;
    let said = files.into_iter().filter(|(path, _)| extractor.reads(path)).find(|(path, blob)| {
        let text = blob.and_then(|blob| read(store, &blob.into(), ObjectKind::Blob).ok());
        text.is_some_and(|text| says(extractor, path, &text, atom) == Some(true))
    });
    said.map(|(path, _)| path)
}

/// Whether the text of the file at `path` says an atom; `None` where it doesn't parse.
fn says(extractor: &dyn Extractor, path: &str, text: &[u8], atom: ClaimHash) -> Option<bool> {
    if !extractor.fits(text.len()) {
        return None;
    }
    Some(extractor.atoms_at(path, text)?.iter().any(|placed| placed.atom == atom))
}

fn read(store: &dyn Store, name: &CommitId, kind: ObjectKind) -> Result<Rc<[u8]>, Unshown> {
    let object = store.object(name).filter(|object| object.kind == kind);
    object.map(|object| object.bytes).ok_or_else(|| Unshown::Missing(name.clone()))
}

fn tree_of(store: &dyn Store, name: &CommitId) -> Result<ObjectId, Unshown> {
    Ok(header_in(store, name)?.tree)
}

fn header_in(store: &dyn Store, name: &CommitId) -> Result<Header, Unshown> {
    let bytes = read(store, name, ObjectKind::Commit)?;
    let header = name.object().and_then(|oid| header(&bytes, oid.algorithm()));
    header.ok_or_else(|| Unshown::Missing(name.clone()))
}

fn entries(store: &dyn Store, tree: ObjectId) -> Result<Vec<Entry>, Unshown> {
    let missing = || Unshown::Missing(tree.into());
    let mut entries =
        tree_entries(&read(store, &tree.into(), ObjectKind::Tree)?, tree.algorithm()).ok_or_else(missing)?;
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

fn entry_in(store: &dyn Store, top: ObjectId, path: &str) -> Result<Option<(Kind, ObjectId)>, Unshown> {
    let mut at = (Kind::Tree, top);
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if at.0 != Kind::Tree {
            return Ok(None);
        }
        let next = entries(store, at.1)?.into_iter().find(|entry| &*entry.name == part.as_bytes());
        let Some(next) = next else { return Ok(None) };
        at = (next.kind, next.oid);
    }
    Ok(Some(at))
}

/// The tree of the folder `root`; `None` where there is none.
fn folder_in(store: &dyn Store, top: ObjectId, root: &str) -> Result<Option<ObjectId>, Unshown> {
    let found = entry_in(store, top, root)?;
    Ok(found.filter(|(kind, _)| *kind == Kind::Tree).map(|(_, oid)| oid))
}

/// What stands under a name on one side.
type Side = (Kind, ObjectId);

/// The files in which the tree `old` differs from `new`, with what they are in `old`, by path.
fn differ(
    store: &dyn Store,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
    folder: &str,
    into: &mut Vec<(String, Option<ObjectId>)>,
) -> Result<(), Unshown> {
    if old == new {
        return Ok(());
    }
    let read = |tree: Option<ObjectId>| tree.map_or(Ok(Vec::new()), |tree| entries(store, tree));
    let mut sides: BTreeMap<Box<[u8]>, [Option<Side>; 2]> = BTreeMap::new();
    for (side, entries) in [read(old)?, read(new)?].into_iter().enumerate() {
        for entry in entries {
            sides.entry(entry.name).or_default()[side] = Some((entry.kind, entry.oid));
        }
    }
    for (name, [old, new]) in sides.into_iter().filter(|(_, [old, new])| old != new) {
        let name = String::from_utf8_lossy(&name);
        let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
        let of = |side: Option<(Kind, ObjectId)>, kind: Kind| {
            side.filter(|(own, _)| *own == kind).map(|(_, oid)| oid)
        };
        differ(store, of(old, Kind::Tree), of(new, Kind::Tree), &path, into)?;
        let (old, new) = (of(old, Kind::File), of(new, Kind::File));
        if old != new {
            into.push((path, old));
        }
    }
    Ok(())
}

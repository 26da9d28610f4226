//! Texts from a commit's tree, without checkout: the same files give the same texts as from a work tree (but for
//! line endings, where git was told to change them on the way).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::discover::below;
use super::object::{Entry, Kind};
use super::select::passed_over;
use super::store::Objects;
use super::tree::{Entries, Loaded, MOST_FOLDERS, gather, odd};
use super::{
    Fault, Limits, ObjectId, ObjectKind, ObjectStore, Odd, Repository, Selection, SourceError, Text, Texts,
    Unread,
};

/// Reads the selected files below the folder `knowledge` (from the top of the repository; empty for all of it) of
/// the commit `commit`.
///
/// # Errors
/// Where the commit can't be read or has no such folder. All else that is wrong is a fault in the answer.
pub fn load_commit(
    repository: &Repository,
    commit: ObjectId,
    knowledge: &str,
    selection: &Selection,
    limits: &Limits,
) -> Result<Loaded, SourceError> {
    load(repository, commit, knowledge, selection, limits, None)
}

/// What was read of another commit.
#[derive(Clone, Copy, Debug)]
pub struct Former<'f> {
    /// Which.
    pub commit: ObjectId,
    /// Its texts.
    pub texts: &'f Texts,
}

/// [`load_commit`], where much is as it was in another commit: only files that differ are read.
///
/// # Errors
/// As there.
pub fn load_commit_after(
    repository: &Repository,
    commit: ObjectId,
    knowledge: &str,
    selection: &Selection,
    limits: &Limits,
    former: Former<'_>,
) -> Result<Loaded, SourceError> {
    load(repository, commit, knowledge, selection, limits, Some(former))
}

fn load(
    repository: &Repository,
    commit: ObjectId,
    knowledge: &str,
    selection: &Selection,
    limits: &Limits,
    former: Option<Former<'_>>,
) -> Result<Loaded, SourceError> {
    let objects = objects(repository)?;
    let tree = folder(&objects, commit, knowledge)?;
    // Where that one can't be walked, nothing is as it was there.
    let old = former.and_then(|former| folder(&objects, former.commit, knowledge).ok());
    let top = objects.tree(tree).map_err(|_| damaged("the commit's tree"))?;
    let mut walk = Walk { objects: &objects, knowledge, selection, entries: Entries::new(limits) };
    walk.enter(&top, &Beside::of(&objects, old, tree), "", 0);
    let mut entries = walk.entries;
    entries.finish(knowledge);
    // Both in the order of their paths.
    let mut known = former.into_iter().flat_map(|former| former.texts.iter()).peekable();
    let files: Vec<_> = entries
        .files
        .iter()
        .map(|(path, (blob, is_same))| {
            while known.next_if(|(_, text)| *text.path < **path).is_some() {}
            let known = known.peek().filter(|(_, text)| *is_same && *text.path == **path);
            (path, *blob, known.map(|(_, text)| *text))
        })
        .collect();
    let read = objects.each(&files, |objects, (path, blob, known)| match known {
        Some(text) => Ok(Text::clone(text)),
        None => read_blob(objects, path, *blob, limits),
    });
    Ok(gather(knowledge, entries.faults, read))
}

/// Whether the commit `commit` has a file at `path` (from the top), and which.
pub fn file_of_commit(repository: &Repository, commit: ObjectId, path: &str) -> Option<ObjectId> {
    let entry = repository.objects()?.entry_at(commit, path).ok()??;
    (entry.kind == Kind::File).then_some(entry.oid)
}

/// Reads the one file at `path` (from the top of the repository) of the commit `commit`: its `dictum.toml`.
///
/// # Errors
/// Where the commit has no such file, or it can't be read.
pub fn read_one_of_commit(
    repository: &Repository,
    commit: ObjectId,
    path: &str,
    limits: &Limits,
) -> Result<Text, SourceError> {
    let none = || SourceError::Unreadable { path: path.into(), why: "the commit has no such file" };
    let objects = objects(repository)?;
    let entry = objects.entry_at(commit, path).map_err(|_| damaged("the commit's tree"))?;
    let entry = entry.filter(|entry| entry.kind == Kind::File).ok_or_else(none)?;
    read_blob(objects.objects(), path, entry.oid, limits).map_err(|fault| SourceError::Unreadable {
        path: path.into(),
        why: match fault {
            Fault::Unreadable { why, .. } => why,
            _ => "it is too large",
        },
    })
}

fn objects(repository: &Repository) -> Result<ObjectStore<'_>, SourceError> {
    repository.objects().ok_or(damaged("the object database"))
}

fn damaged(reading: &'static str) -> SourceError {
    SourceError::Damaged { reading }
}

/// The tree of the folder at `path` of `commit`.
fn folder(objects: &ObjectStore<'_>, commit: ObjectId, path: &str) -> Result<ObjectId, SourceError> {
    objects.commit(commit).map_err(|_| damaged("the commit"))?;
    let entry = objects.entry_at(commit, path).map_err(|_| damaged("the commit's tree"))?;
    let tree = entry.filter(|entry| entry.kind == Kind::Tree).map(|entry| entry.oid);
    tree.ok_or_else(|| SourceError::NoFolder { folder: path.to_owned() })
}

/// What another commit has in the place of a folder.
enum Beside {
    /// The very same.
    Same,
    /// Others of these names. `None` where a name is there twice, as in a tree that someone forged.
    Other(FxHashMap<Box<[u8]>, Option<ObjectId>>),
    /// Nothing, or it is not asked.
    Nothing,
}

impl Beside {
    /// `own` is what the folder is here.
    fn of(objects: &ObjectStore<'_>, old: Option<ObjectId>, own: ObjectId) -> Beside {
        let Some(old) = old else { return Beside::Nothing };
        if old == own {
            return Beside::Same;
        }
        let Ok(entries) = objects.tree(old) else { return Beside::Nothing };
        let mut names = FxHashMap::default();
        for entry in entries {
            let once = |known: &mut Option<ObjectId>| *known = None;
            names.entry(entry.name).and_modify(once).or_insert(Some(entry.oid));
        }
        Beside::Other(names)
    }

    fn named(&self, entry: &Entry) -> Option<ObjectId> {
        match self {
            Beside::Same => Some(entry.oid),
            Beside::Other(names) => names.get(&entry.name).copied().flatten(),
            Beside::Nothing => None,
        }
    }

    /// The same of a folder in it.
    fn below(&self, entry: &Entry, objects: &ObjectStore<'_>) -> Beside {
        Beside::of(objects, self.named(entry), entry.oid)
    }

    /// Whether a file in it is the same.
    fn has(&self, entry: &Entry) -> bool {
        self.named(entry) == Some(entry.oid)
    }
}

struct Walk<'r> {
    objects: &'r ObjectStore<'r>,
    knowledge: &'r str,
    selection: &'r Selection,
    /// Of each file its blob, and whether the other commit has the same.
    entries: Entries<(ObjectId, bool)>,
}

impl Walk<'_> {
    /// `inside` is the folder from the knowledge root. `false` where there are too many files to go on.
    fn enter(&mut self, tree: &[Entry], beside: &Beside, inside: &str, depth: usize) -> bool {
        tree.iter().all(|entry| self.judge(entry, beside, inside, depth))
    }

    fn judge(&mut self, entry: &Entry, beside: &Beside, folder: &str, depth: usize) -> bool {
        let name = String::from_utf8_lossy(&entry.name);
        let is_utf8 = std::str::from_utf8(&entry.name).is_ok();
        let inside = below(folder, &name);
        let path = below(self.knowledge, &inside);
        let is_folder = entry.kind == Kind::Tree;
        // Before hidden names are passed over: no checkout can have these, so someone means harm.
        if odd(&name) == Some(Odd::Forbidden) || name.contains('/') {
            self.entries.faults.push(Fault::OddPath { path, why: Odd::Forbidden });
            return true;
        }
        if passed_over(&name) {
            return true;
        }
        if !is_utf8 {
            if is_folder || name.ends_with(".toml") {
                self.entries.faults.push(Fault::OddPath { path, why: Odd::NotUtf8 });
            }
            return true;
        }
        if self.selection.leaves_out(&inside) {
            return true;
        }
        match entry.kind {
            Kind::Link => self.entries.faults.push(Fault::Symlink { path }),
            Kind::Submodule => self.entries.faults.push(Fault::Submodule { path }),
            _ if is_folder && depth >= MOST_FOLDERS => {
                self.entries.faults.push(Fault::OddPath { path, why: Odd::TooLong });
            }
            _ if is_folder => match self.objects.tree(entry.oid) {
                Ok(tree) => {
                    let beside = beside.below(entry, self.objects);
                    return self.enter(&tree, &beside, &inside, depth + 1);
                }
                Err(unread) => self.entries.faults.push(Fault::Unreadable { path, why: why(unread) }),
            },
            _ if self.selection.takes(&inside) => {
                return self.entries.add(path, (entry.oid, beside.has(entry)));
            }
            _ => {}
        }
        true
    }
}

fn why(unread: Unread) -> &'static str {
    match unread {
        Unread::Missing => "this clone does not have it (`git fetch --refetch --no-filter` brings it)",
        Unread::Broken => "git's data of it is broken",
    }
}

fn read_blob(objects: &dyn Objects, path: &str, blob: ObjectId, limits: &Limits) -> Result<Text, Fault> {
    let unreadable = |unread| Fault::Unreadable { path: path.to_owned(), why: why(unread) };
    let most = limits.file_bytes.min(Limits::MOST_FILE_BYTES);
    let (_, length) = objects.header(blob).map_err(unreadable)?;
    if length as u64 > most {
        return Err(Fault::TooLarge { path: path.to_owned(), bytes: length as u64, most });
    }
    let object = objects.read(blob).map_err(unreadable)?;
    if object.kind != ObjectKind::Blob {
        return Err(unreadable(Unread::Broken));
    }
    Ok(Text { path: Arc::from(path), bytes: Arc::from(&*object) })
}

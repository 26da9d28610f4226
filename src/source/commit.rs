//! Texts from a commit's tree, without checkout: the same files give the same texts as from a work tree (but for
//! line endings, where git was told to change them on the way).

use std::sync::Arc;

use git2::{ErrorCode, ObjectType, Odb, Repository, Tree, TreeEntry};

use super::discover::below;
use super::select::passed_over;
use super::tree::{Entries, Loaded, MOST_FOLDERS, gather, odd};
use super::{Fault, Limits, ObjectId, Odd, Selection, SourceError, Text};

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
    let tree = folder(repository, commit, knowledge)?;
    let mut walk = Walk { repository, knowledge, selection, entries: Entries::new(limits) };
    walk.enter(&tree, "", 0);
    let mut entries = walk.entries;
    entries.finish(knowledge);
    let odb = repository.odb().map_err(|_| damaged("the object database"))?;
    let read = entries.files.iter().map(|(path, blob)| read_blob(&odb, path, *blob, limits));
    let read: Vec<Result<Text, Fault>> = read.collect();
    Ok(gather(knowledge, entries.faults, read))
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
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let tree = folder(repository, commit, above)?;
    let entry = tree.get_name(name).filter(|entry| entry.kind() == Some(ObjectType::Blob) && !is_link(entry));
    let entry = entry
        .ok_or_else(|| SourceError::Unreadable { path: path.into(), why: "the commit has no such file" })?;
    let odb = repository.odb().map_err(|_| damaged("the object database"))?;
    read_blob(&odb, path, entry.id().into(), limits).map_err(|fault| SourceError::Unreadable {
        path: path.into(),
        why: match fault {
            Fault::Unreadable { why, .. } => why,
            _ => "it is too large",
        },
    })
}

fn damaged(reading: &'static str) -> SourceError {
    SourceError::Damaged { reading }
}

/// The tree of the folder at `path` of `commit`.
fn folder<'r>(repository: &'r Repository, commit: ObjectId, path: &str) -> Result<Tree<'r>, SourceError> {
    let commit =
        commit.git().and_then(|commit| repository.find_commit(commit)).map_err(|_| damaged("the commit"))?;
    let mut tree = commit.tree().map_err(|_| damaged("the commit's tree"))?;
    let none = || SourceError::NoFolder { folder: path.to_owned() };
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let id = tree
            .get_name(part)
            .filter(|entry| entry.kind() == Some(ObjectType::Tree))
            .map(|entry| entry.id());
        tree = repository.find_tree(id.ok_or_else(none)?).map_err(|_| damaged("the commit's tree"))?;
    }
    Ok(tree)
}

const LINK: i32 = 0o120_000;
const SUBMODULE: i32 = 0o160_000;
const FORMAT: i32 = 0o170_000;

fn is_link(entry: &TreeEntry<'_>) -> bool {
    entry.filemode_raw() & FORMAT == LINK
}

struct Walk<'r> {
    repository: &'r Repository,
    knowledge: &'r str,
    selection: &'r Selection,
    entries: Entries<ObjectId>,
}

impl Walk<'_> {
    /// `inside` is the folder from the knowledge root. `false` where there are too many files to go on.
    fn enter(&mut self, tree: &Tree<'_>, inside: &str, depth: usize) -> bool {
        tree.iter().all(|entry| self.judge(&entry, inside, depth))
    }

    fn judge(&mut self, entry: &TreeEntry<'_>, folder: &str, depth: usize) -> bool {
        let name = String::from_utf8_lossy(entry.name_bytes());
        let is_utf8 = std::str::from_utf8(entry.name_bytes()).is_ok();
        let inside = below(folder, &name);
        let path = below(self.knowledge, &inside);
        let is_folder = entry.kind() == Some(ObjectType::Tree);
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
        match entry.filemode_raw() & FORMAT {
            LINK => self.entries.faults.push(Fault::Symlink { path }),
            SUBMODULE => self.entries.faults.push(Fault::Submodule { path }),
            _ if is_folder && depth >= MOST_FOLDERS => {
                self.entries.faults.push(Fault::OddPath { path, why: Odd::TooLong });
            }
            _ if is_folder => match self.repository.find_tree(entry.id()) {
                Ok(tree) => return self.enter(&tree, &inside, depth + 1),
                Err(error) => {
                    self.entries.faults.push(Fault::Unreadable { path, why: missing(&error) });
                }
            },
            _ if self.selection.takes(&inside) => return self.entries.add(path, entry.id().into()),
            _ => {}
        }
        true
    }
}

fn missing(error: &git2::Error) -> &'static str {
    match error.code() {
        ErrorCode::NotFound => "this clone does not have it (`git fetch --refetch --no-filter` brings it)",
        _ => "git's data of it is broken",
    }
}

fn read_blob(odb: &Odb<'_>, path: &str, blob: ObjectId, limits: &Limits) -> Result<Text, Fault> {
    let unreadable = |error: git2::Error| Fault::Unreadable { path: path.to_owned(), why: missing(&error) };
    let most = limits.file_bytes.min(Limits::MOST_FILE_BYTES);
    let blob = blob.git().map_err(unreadable)?;
    let (length, _) = odb.read_header(blob).map_err(unreadable)?;
    if length as u64 > most {
        return Err(Fault::TooLarge { path: path.to_owned(), bytes: length as u64, most });
    }
    let object = odb.read(blob).map_err(unreadable)?;
    Ok(Text { path: Arc::from(path), bytes: Arc::from(object.data()) })
}

//! What is kept in the repository's own directory, to be faster next time.
//!
//! * The snapshot of a commit, whose answers never change: the next question about it is answered from it.
//! * The index of a history: when commits were added, only those are read.
//!
//! What is kept is only ever read after its hash was checked; what is damaged, of another program or of other limits is
//! not found, and made anew. Where nothing can be written, nothing is kept. Only whole histories are kept, so that a
//! clone that was cut afterwards still knows who said what. Files come and go as wholes, so processes may share them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::knowledge::Place;
use crate::history::{CommitId, Completeness, hindrances};
use crate::snapshot::{AtomicFile, Snapshot, SnapshotError};
use crate::source::{ObjectId, Repository};

/// Snapshots that are kept; the oldest make room.
const SNAPSHOTS: usize = 16;

/// Indices that are kept: one for each way of reading, which changes with declarations.
const INDICES: usize = 4;

/// Where the snapshot of one commit is kept.
pub(in crate::face) struct Cache {
    file: PathBuf,
    commit: ObjectId,
}

impl Cache {
    /// Of `commit`; `None` where the repository tells its history otherwise than its commits do.
    pub fn of(repository: &Repository, place: &Place, commit: ObjectId) -> Option<Cache> {
        let told_otherwise = |hindrance| matches!(hindrance, Completeness::Grafted | Completeness::Replaced);
        if hindrances(repository).into_iter().any(told_otherwise) {
            return None;
        }
        let what = format!("{commit}\0{}\0{:?}\0{}", place.root.knowledge, place.limits, program()?);
        let file = folder(repository).join("snapshots").join(format!("{}.dictum", named(what.as_bytes())));
        Some(Cache { file, commit })
    }

    /// What is kept; `None` where nothing sound is.
    pub fn read(&self) -> Option<Snapshot> {
        let snapshot = Snapshot::open(&self.file).ok()?;
        let told = snapshot.provenance()?;
        let whole = told.completeness().ok()? == Completeness::Complete;
        let sound = whole && told.head().ok()? == CommitId::from(self.commit);
        sound.then_some(snapshot)
    }

    /// Keeps `bytes`, the snapshot with its whole history, as well as that can be done.
    pub fn keep(&self, bytes: &[u8]) {
        keep(&self.file, bytes, SNAPSHOTS);
    }
}

/// Where the index of a history is kept.
pub(in crate::face) struct Indexed {
    file: PathBuf,
}

impl Indexed {
    /// Of the history that is read in the way `key` names.
    pub fn of(repository: &Repository, key: &[u8; 32]) -> Option<Indexed> {
        let what = [&key[..], program()?.as_bytes()].concat();
        let file = folder(repository).join("history").join(format!("{}.index", named(&what)));
        Some(Indexed { file })
    }

    /// What is there; whoever reads it has to check it.
    pub fn read(&self) -> Option<Vec<u8>> {
        let file = fs::File::open(&self.file).ok()?;
        let mut bytes = Vec::new();
        // Somebody may have put anything there.
        file.take(MOST_INDEX).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Keeps `bytes` as well as that can be done.
    pub fn keep(&self, bytes: &[u8]) {
        keep(&self.file, bytes, INDICES);
    }
}

/// A longer index is not read: 2 GiB, some hundred million changes of claims.
const MOST_INDEX: u64 = 2 << 30;

fn folder(repository: &Repository) -> PathBuf {
    repository.commondir().join("dictum")
}

fn named(what: &[u8]) -> String {
    blake3::Hash::from_bytes(blake3::derive_key("dictum 2026 cache/1", what)).to_hex()[..32].to_owned()
}

fn keep(file: &Path, bytes: &[u8], most: usize) {
    let Some(folder) = file.parent() else { return };
    let write = || {
        let mut whole = AtomicFile::create(file)?;
        whole.write_all(bytes).map_err(|error| SnapshotError::file(file, &error))?;
        // What a power cut leaves of it has another hash, and is not read.
        whole.name()
    };
    if fs::create_dir_all(folder).is_ok() && write().is_ok() {
        make_room(folder, most);
    }
}

/// The commits of the snapshots that are kept in a repository, as far as they can be read; in order of name.
pub(in crate::face) fn kept(repository: &Repository) -> Vec<CommitId> {
    let Ok(entries) = fs::read_dir(folder(repository).join("snapshots")) else { return Vec::new() };
    let snapshots = entries.flatten().filter_map(|entry| Snapshot::open(&entry.path()).ok());
    let heads = snapshots.filter_map(|snapshot| snapshot.provenance()?.head().ok());
    let mut heads: Vec<CommitId> = heads.collect();
    heads.sort();
    heads.dedup();
    heads
}

/// The program that is running: another one may read the same files otherwise.
fn program() -> Option<String> {
    let meta = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let made = meta.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", env!("CARGO_PKG_VERSION"), meta.len(), made.as_nanos()))
}

fn make_room(folder: &Path, most: usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(most);
    for (_, file) in &files[..surplus] {
        // Another process may have been quicker.
        let _ = fs::remove_file(file);
    }
}

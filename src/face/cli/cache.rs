//! Answers of a commit never change: its snapshot is kept in the repository's own directory, and the next question about
//! the same commit is answered from it.
//!
//! What is kept is only ever read as a snapshot is, after its hash was checked; what is damaged, of another program or
//! of other limits is not found, and made anew. Where nothing can be written, nothing is kept. Only whole histories
//! are kept, so that a clone that was cut afterwards still knows who said what.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::knowledge::Place;
use crate::history::{CommitId, Completeness, hindrances};
use crate::snapshot::{Snapshot, write_atomic};
use crate::source::{ObjectId, Repository};

/// Files that are kept; the oldest make room.
const KEPT: usize = 16;

/// Where the snapshot of one commit is kept.
pub(super) struct Cache {
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
        let name = blake3::derive_key("dictum 2026 cache/1", what.as_bytes());
        let name = blake3::Hash::from_bytes(name).to_hex();
        let file =
            repository.commondir().join("dictum").join("snapshots").join(format!("{}.dictum", &name[..32]));
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
        let Some(folder) = self.file.parent() else { return };
        if fs::create_dir_all(folder).is_ok() && write_atomic(&self.file, bytes).is_ok() {
            make_room(folder);
        }
    }
}

/// The program that is running: another one may read the same files otherwise.
fn program() -> Option<String> {
    let meta = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let made = meta.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", env!("CARGO_PKG_VERSION"), meta.len(), made.as_nanos()))
}

fn make_room(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(KEPT);
    for (_, file) in &files[..surplus] {
        // Another process may have been quicker.
        let _ = fs::remove_file(file);
    }
}

//! A file's bytes, held in memory or mapped into it. The one place of the program that needs `unsafe`.
#![expect(
    unsafe_code,
    reason = "a memory map opens a million facts without copying them; memmap2's only constructor is unsafe"
)]

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

use super::SnapshotError;
use super::layout::MAX_BYTES;

/// Bytes that stay where they are.
#[derive(Debug)]
pub(super) enum Bytes {
    /// Owned.
    Held(Vec<u8>),
    /// A file's.
    Mapped(Mmap),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Held(bytes) => bytes,
            Bytes::Mapped(map) => map,
        }
    }
}

/// Maps the regular file at `path`.
pub(super) fn map(path: &Path) -> Result<Bytes, SnapshotError> {
    let failed = |error: io::Error| SnapshotError::file(path, &error);
    // Looked at before it is opened: opening a pipe would wait for someone to write to it.
    let before = std::fs::metadata(path).map_err(failed)?;
    if before.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    if !before.is_file() {
        return Err(SnapshotError::NotASnapshot);
    }
    let file = File::open(path).map_err(failed)?;
    match file.metadata().map_err(failed)?.len() {
        0 => return Ok(Bytes::Held(Vec::new())),
        length if length > MAX_BYTES => return Err(SnapshotError::TooLarge("more than 64 GiB in one file")),
        _ => {}
    }
    // SAFETY: the map is read only and private to this process. That nobody cuts or rewrites the file while it is
    // mapped can't be proved here; `write_atomic` never does (a new file takes the old one's name, and the old one
    // lives as long as it is mapped), and every read of it is checked for sense as if it were hostile.
    let map = unsafe { Mmap::map(&file) };
    map.map(Bytes::Mapped).map_err(failed)
}

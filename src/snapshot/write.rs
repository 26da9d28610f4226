//! A file appears whole or not at all.

use std::path::Path;

use super::SnapshotError;

/// Writes `bytes` to `path` so that anyone who looks sees the old file or the new one, never a part: a temporary
/// file in the same folder, flushed, then renamed over it.
pub fn write_atomic(_path: &Path, _bytes: &[u8]) -> Result<(), SnapshotError> {
    todo!()
}

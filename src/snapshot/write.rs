//! A file appears whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::SnapshotError;

/// A file that is written piece by piece, so that anyone who looks sees the old file or the new one, never a part: a
/// temporary file in the same folder, flushed to disk, then renamed over it. Dropped before that it leaves no trace.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    path: PathBuf,
    /// `None` once it has its name.
    temporary: Option<PathBuf>,
}

impl AtomicFile {
    /// Begins to write what will be at `path`.
    ///
    /// # Errors
    /// [`SnapshotError::File`] with what stands in the way.
    pub fn create(path: &Path) -> Result<AtomicFile, SnapshotError> {
        let failed = |error: io::Error| SnapshotError::file(path, &error);
        if path.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        let (file, temporary) = create_beside(path).map_err(failed)?;
        Ok(AtomicFile { file, path: path.to_owned(), temporary: Some(temporary) })
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// [`SnapshotError::File`] with what stands in the way; the old file is then as it was.
    pub fn finish(self) -> Result<(), SnapshotError> {
        self.file.sync_all().map_err(|error| SnapshotError::file(&self.path, &error))?;
        self.name()
    }

    /// Gives it its name, and leaves it to the system when it is flushed: for what is looked at before it is believed, and can be
    /// made anew.
    ///
    /// # Errors
    /// As [`AtomicFile::finish`].
    pub fn name(mut self) -> Result<(), SnapshotError> {
        let Some(temporary) = self.temporary.clone() else { return Ok(()) };
        let renamed = fs::rename(&temporary, &self.path);
        renamed.map_err(|error| SnapshotError::file(&self.path, &error))?;
        self.temporary = None;
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // What went wrong before is the one to tell; that the leftover stays too is no worse.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Writes `bytes` to `path` as an [`AtomicFile`].
///
/// # Errors
/// [`SnapshotError::File`] with what stands in the way; the old file is then as it was, and the temporary one gone.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), SnapshotError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(|error| SnapshotError::file(path, &error))?;
    file.finish()
}

/// A new file in the folder of `path` that nobody else writes to: leftovers of a run that was stopped, and other runs,
/// keep their names.
fn create_beside(path: &Path) -> io::Result<(File, PathBuf)> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
    for attempt in 0..1_000 {
        let mut beside = std::ffi::OsString::from(".");
        beside.push(name);
        beside.push(format!(".{attempt}.partial"));
        let beside = path.with_file_name(beside);
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((file, beside)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
            Err(error) => return Err(error),
        }
    }
    Err(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        entries.map(|name| name.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_new_file_takes_the_place_of_the_old_and_nothing_is_left_beside() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.snapshot");
        write_atomic(&path, b"old").expect("writes");
        let reader = File::open(&path).expect("opens");
        write_atomic(&path, b"new").expect("writes");
        assert_eq!(fs::read(&path).expect("reads"), b"new");
        assert_eq!(
            io::read_to_string(reader).expect("reads"),
            "old",
            "who has it open keeps what they opened"
        );
        assert_eq!(names(folder.path()), ["a.snapshot"]);
    }

    #[test]
    fn a_leftover_of_a_stopped_run_is_in_nobodys_way() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.snapshot");
        fs::write(folder.path().join(".a.snapshot.0.partial"), b"half").expect("writes");
        write_atomic(&path, b"whole").expect("writes");
        assert_eq!(fs::read(&path).expect("reads"), b"whole");
    }

    #[test]
    fn what_can_not_be_written_says_why_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = write_atomic(&folder.path().join("no/such/a.snapshot"), b"x").expect_err("no folder");
        assert!(missing.to_string().ends_with("there is no such file or folder"), "{missing}");
        let on_folder = write_atomic(folder.path(), b"x").expect_err("a folder");
        assert!(on_folder.to_string().ends_with("it is a folder"), "{on_folder}");
        assert!(names(folder.path()).is_empty());
    }
}

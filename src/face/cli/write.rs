//! Several files written, or none: each appears whole, and where one can't be written those before it are put back.

use std::fs::{self, Permissions};
use std::path::{Path, PathBuf};

use crate::face::cli::output::Failure;
use crate::snapshot::write_atomic;

/// What was written, and what stood there before.
pub(in crate::face::cli) struct Written {
    before: Vec<(PathBuf, Option<Former>)>,
}

/// A file as it was.
struct Former {
    bytes: Vec<u8>,
    permissions: Permissions,
}

/// Writes `files`.
pub(in crate::face::cli) fn write_all(files: &[(PathBuf, &[u8])]) -> Result<Written, Failure> {
    let mut written = Written { before: Vec::new() };
    for (path, bytes) in files {
        if let Err(bad) = written.one(path, bytes) {
            written.undo()?;
            return Err(bad);
        }
    }
    Ok(written)
}

impl Written {
    fn one(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| Failure::file("make", folder, &error))?;
        }
        let former = former(path)?;
        put(path, bytes, former.as_ref())?;
        self.before.push((path.to_owned(), former));
        Ok(())
    }

    /// Puts everything back, the last first.
    pub fn undo(self) -> Result<(), Failure> {
        for (path, former) in self.before.into_iter().rev() {
            match former {
                Some(former) => put(&path, &former.bytes, Some(&former))?,
                None => fs::remove_file(&path).map_err(|error| Failure::file("remove", &path, &error))?,
            }
        }
        Ok(())
    }
}

fn former(path: &Path) -> Result<Option<Former>, Failure> {
    let read = || -> std::io::Result<Former> {
        Ok(Former { bytes: fs::read(path)?, permissions: fs::metadata(path)?.permissions() })
    };
    match read() {
        Ok(former) => Ok(Some(former)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file("read", path, &error)),
    }
}

/// Writes one file whole, for those who could read and write the former one.
fn put(path: &Path, bytes: &[u8], former: Option<&Former>) -> Result<(), Failure> {
    write_atomic(path, bytes).map_err(|error| Failure::new(error.to_string()).help(error.help()))?;
    if let Some(former) = former {
        // The file is right either way; that it could not be given back its rights is no reason to take it away.
        drop(fs::set_permissions(path, former.permissions.clone()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_written_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.toml"), "old").expect("written");
        fs::create_dir(at("c.toml")).expect("a folder in the way");
        let files = [at("a.toml"), at("new/b.toml"), at("c.toml")].map(|path| (path, &b"new"[..]));
        assert!(write_all(&files).is_err());
        assert_eq!(fs::read(at("a.toml")).expect("there"), b"old");
        assert!(!at("new/b.toml").exists());
        let written = write_all(&files[..2]).unwrap_or_else(|bad| unreachable!("{}", bad.message));
        assert_eq!(fs::read(at("new/b.toml")).expect("there"), b"new");
        assert!(written.undo().is_ok());
        assert_eq!(fs::read(at("a.toml")).expect("there"), b"old");
        assert!(!at("new/b.toml").exists());
    }
}

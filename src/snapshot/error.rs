//! Why a snapshot can't be used, in words for people. All of it is exit code 2: nothing here is a finding.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::layout::Normalisation;

/// Why a snapshot could not be read, written or believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SnapshotError {
    /// The file could not be read or written: which, and why.
    File {
        /// The file.
        path: PathBuf,
        /// What stands in the way.
        kind: io::ErrorKind,
    },
    /// The file does not begin as a snapshot does.
    NotASnapshot,
    /// Written in another version of the format.
    Version {
        /// Which one.
        found: u32,
    },
    /// Its names were made into keys otherwise than this program does, so none of them can be looked up by name.
    OtherNames {
        /// Profile and version of Unicode that it was built with.
        found: String,
    },
    /// The bytes are not those that were written: the hash of everything does not match.
    Damaged,
    /// The hash matches, yet the content makes no sense: this part of it.
    Nonsense(&'static str),
    /// A limit of the format is passed: of what.
    TooLarge(&'static str),
}

impl SnapshotError {
    /// A failure to read or write `path`.
    pub fn file(path: &Path, error: &io::Error) -> SnapshotError {
        SnapshotError::File { path: path.to_owned(), kind: error.kind() }
    }

    /// What to do about it, as an imperative sentence.
    pub fn help(&self) -> &'static str {
        match self {
            SnapshotError::File { .. } => "check the path and who may read and write there",
            SnapshotError::NotASnapshot => "give a file that `dictum build -o FILE` wrote",
            SnapshotError::Version { .. } | SnapshotError::OtherNames { .. } => {
                "build it again with this version of dictum: `dictum build -o FILE`"
            }
            SnapshotError::Damaged | SnapshotError::Nonsense(_) => {
                "fetch the file again, or build it again with `dictum build -o FILE`"
            }
            SnapshotError::TooLarge(_) => "split the knowledge into several repositories",
        }
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SnapshotError::File { path, kind } => {
                write!(f, "`{}` could not be used: {}", path.display(), reason(*kind))
            }
            SnapshotError::NotASnapshot => f.write_str("the file is not a snapshot"),
            SnapshotError::Version { found } => {
                write!(f, "the snapshot is written in version {found} of the format, which is not read here")
            }
            SnapshotError::OtherNames { found } => {
                let own = Normalisation::own().named();
                let with = if *found == own { "other tables of " } else { "" };
                write!(
                    f,
                    "the snapshot's names were normalised with {with}`{found}`, and here `{own}` is used"
                )
            }
            SnapshotError::Damaged => {
                f.write_str("the snapshot is damaged: its bytes do not match the hash it carries")
            }
            SnapshotError::Nonsense(what) => write!(f, "the snapshot contradicts itself: {what}"),
            SnapshotError::TooLarge(what) => write!(f, "the snapshot would be too large: {what}"),
        }
    }
}

impl std::error::Error for SnapshotError {}

/// A kind of input/output failure in our own words.
fn reason(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "there is no such file or folder",
        io::ErrorKind::PermissionDenied => "permission is denied",
        io::ErrorKind::IsADirectory => "it is a folder",
        io::ErrorKind::NotADirectory => "a part of its path is not a folder",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "there is no room left",
        io::ErrorKind::ReadOnlyFilesystem => "it can only be read there",
        io::ErrorKind::FileTooLarge => "it is too large",
        _ => "the system refused",
    }
}

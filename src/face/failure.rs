//! Why something could not be done, in our words, and what to type about it.

use std::io;
use std::path::Path;

use crate::query::{BadQuestion, QueryError};

/// Why a command could not do its work: exit code 2.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::face) struct Failure {
    /// Lower case, input in backticks.
    pub message: String,
    /// What to type.
    pub help: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), help: None }
    }

    /// The same with what to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }

    /// A file that could not be used, in our own words.
    pub fn file(doing: &str, path: &Path, error: &io::Error) -> Failure {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file or folder",
            io::ErrorKind::PermissionDenied => "permission is denied",
            io::ErrorKind::AlreadyExists => "it is there already",
            io::ErrorKind::IsADirectory => "it is a folder",
            io::ErrorKind::NotADirectory => "a part of its path is not a folder",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "there is no room left",
            io::ErrorKind::ReadOnlyFilesystem => "it can only be read there",
            _ => "the system refused",
        };
        Failure::new(format!("can't {doing} `{}`: {why}", path.display()))
    }
}

impl From<BadQuestion> for Failure {
    fn from(bad: BadQuestion) -> Failure {
        Failure { message: bad.message, help: bad.help }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Failure {
        match error {
            QueryError::Bad(bad) => bad.into(),
            QueryError::Snapshot(error) => error.into(),
        }
    }
}

impl From<crate::snapshot::SnapshotError> for Failure {
    fn from(error: crate::snapshot::SnapshotError) -> Failure {
        Failure::new(error.to_string()).help(error.help())
    }
}

//! Why a request has no answer: what RFC 9457 calls a problem, with a code that programs can go by.

use serde_json::{Value as Json, json};

use crate::face::failure::Failure;
use crate::query::QueryError;

/// Why a request has no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::face) struct Problem {
    /// The status of HTTP that says as much.
    pub status: u16,
    /// A kebab slug, never reused.
    pub code: &'static str,
    /// Lower case, input in backticks.
    pub message: String,
    /// What to send instead.
    pub help: Option<String>,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Problem {
        Problem { status, code, message: message.into(), help: None }
    }

    /// The same with what to send instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// A request that can't be understood.
    pub fn bad(code: &'static str, failure: Failure) -> Problem {
        Problem { status: 400, code, message: failure.message, help: failure.help.map(as_sent) }
    }

    /// What nobody who asks can help.
    #[cfg(feature = "serve")]
    pub fn fault() -> Problem {
        Problem::new(500, "fault", "the server has a fault, this is not your mistake")
    }

    /// That a file is served, which can't tell.
    pub fn no_repository() -> Problem {
        Problem::new(404, "no-repository", "a file is served, and it knows one commit alone")
            .help("serve the repository: `dictum serve` in it")
    }

    /// That a commit which was named is not there.
    pub fn no_such_commit(failure: Failure) -> Problem {
        Problem { status: 404, ..Problem::bad("no-such-commit", failure) }
    }

    /// That something of the repository could not be read.
    pub fn unreadable(failure: Failure) -> Problem {
        Problem { status: 500, ..Problem::bad("repository-unreadable", failure) }
    }

    /// As `application/problem+json`.
    pub fn json(&self) -> Json {
        let mut problem = json!({
            "type": format!("urn:dictum:problem:{}", self.code),
            "title": self.message,
            "status": self.status,
            "code": self.code,
        });
        if let Some(help) = &self.help {
            problem["detail"] = Json::from(help.as_str());
        }
        problem
    }
}

/// A hint in the words of the command line, as one sends it.
fn as_sent(help: String) -> String {
    ["where", "on", "at", "kind", "type", "budget", "limit"]
        .iter()
        .fold(help, |help, name| help.replace(&format!("--{name} "), &format!("{name}=")))
        .replace("`--", "`")
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Problem {
        match error {
            QueryError::Bad(bad) => Problem::bad("bad-question", bad.into()),
            QueryError::Snapshot(error) => error.into(),
        }
    }
}

impl From<crate::snapshot::SnapshotError> for Problem {
    fn from(error: crate::snapshot::SnapshotError) -> Problem {
        let failure = Failure::from(error);
        Problem { status: 500, code: "damaged-snapshot", message: failure.message, help: failure.help }
    }
}

impl From<crate::query::BadQuestion> for Problem {
    fn from(bad: crate::query::BadQuestion) -> Problem {
        Problem::bad("bad-question", bad.into())
    }
}

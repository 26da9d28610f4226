//! A commit as evidence: who, when, in what words.

use std::fmt;

/// The name of a commit, tagged with its algorithm: `sha1:4c1f09a…` or `sha256:…`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CommitId(String);

impl CommitId {
    /// From lower-case hex digits: 40 are SHA-1, 64 are SHA-256. `None` for anything else.
    pub fn from_hex(hex: &str) -> Option<CommitId> {
        let digits = hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        match (digits, hex.len()) {
            (true, 40) => Some(CommitId(format!("sha1:{hex}"))),
            (true, 64) => Some(CommitId(format!("sha256:{hex}"))),
            _ => None,
        }
    }

    /// The hex digits alone, as git prints them.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }

    /// Seven hex digits, for people.
    pub fn short(&self) -> &str {
        &self.hex()[..7]
    }

    /// `sha1:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a commit object says of itself. Text is as found, lossily decoded; faces sanitise it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// Its name.
    pub id: CommitId,
    /// Names of its parents, first parent first, as the commit object says (not as a graft says).
    pub parents: Vec<CommitId>,
    /// The author's name.
    pub author: String,
    /// The author's e-mail.
    pub author_mail: String,
    /// The author's time: seconds since 1970, as written.
    pub author_time: i64,
    /// The author's offset from UTC in minutes.
    pub author_offset: i32,
    /// The committer's name.
    pub committer: String,
    /// The committer's e-mail.
    pub committer_mail: String,
    /// The committer's time.
    pub committer_time: i64,
    /// The committer's offset from UTC in minutes.
    pub committer_offset: i32,
    /// First line of the message.
    pub summary: String,
    /// Pull-request number from a merge subject (`Merge pull request #12 from …`, `Merge … (#12)`) or a squash
    /// subject (`… (#12)`).
    pub pull_request: Option<u64>,
    /// Values of `Reviewed-by`, `Acked-by` and `Approved-by` trailers, in order.
    pub reviewers: Vec<String>,
}

//! A commit as evidence: who, when, in what words.

use std::fmt;

use crate::source::{ObjectId, parts, time};

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

    /// Reads it as it is shown: `sha1:` or `sha256:` and its hex digits. `None` for anything else.
    pub fn parse(text: &str) -> Option<CommitId> {
        let (_, hex) = text.split_once(':')?;
        CommitId::from_hex(hex).filter(|id| id.0 == text)
    }

    /// As git's objects are named.
    pub fn object(&self) -> Option<ObjectId> {
        ObjectId::from_hex(self.hex())
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

impl From<ObjectId> for CommitId {
    fn from(oid: ObjectId) -> CommitId {
        CommitId(format!("{}:{oid}", oid.algorithm().as_str()))
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
    /// subject (`… (#12)`); else the merge request that the message says to see (`See merge request group/project!34`).
    pub pull_request: Option<u64>,
    /// Values of `Reviewed-by`, `Acked-by` and `Approved-by` trailers, in order.
    pub reviewers: Vec<String>,
}

impl Commit {
    /// The day it was committed, in UTC; `None` where the date is absurd.
    pub fn day(&self) -> Option<jiff::civil::Date> {
        let stamp = jiff::Timestamp::from_second(self.committer_time).ok()?;
        Some(jiff::tz::Offset::UTC.to_datetime(stamp).date())
    }
}

/// Reads a commit's bytes as evidence. What is missing or absurd in them is empty or 0: the graph, not this text,
/// decides what anyone is told about who came first.
pub(super) fn commit(id: CommitId, bytes: &[u8]) -> Commit {
    let (head, message) = parts(bytes);
    let line =
        |key: &[u8]| head.split(|&b| b == b'\n').find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    let (author, committer) = (signature(line(b"author ")), signature(line(b"committer ")));
    let message = String::from_utf8_lossy(message);
    let summary = summary(&message).to_owned();
    let parents = head.split(|&b| b == b'\n').filter_map(|line| line.strip_prefix(b"parent "));
    let parents = parents.filter_map(|hex| CommitId::from_hex(std::str::from_utf8(hex).ok()?)).collect();
    Commit {
        id,
        parents,
        author: author.name,
        author_mail: author.mail,
        author_time: author.time,
        author_offset: author.offset,
        committer: committer.name,
        committer_mail: committer.mail,
        committer_time: committer.time,
        committer_offset: committer.offset,
        pull_request: pull_request(&summary).or_else(|| merge_request(&message)),
        reviewers: trailers(&message)
            .into_iter()
            .filter(|(key, _)| is_review(key))
            .map(|(_, who)| who)
            .collect(),
        summary,
    }
}

pub(super) struct Signature {
    pub name: String,
    pub mail: String,
    pub time: i64,
    offset: i32,
}

/// `NAME <MAIL> SECONDS ±HHMM`, as git reads it: from the right, for a name may hold anything.
pub(super) fn signature(line: &[u8]) -> Signature {
    let text = String::from_utf8_lossy(line);
    let (who, when) = text.rsplit_once('>').unwrap_or((&text, ""));
    let (name, mail) = who.split_once('<').unwrap_or((who, ""));
    let mut when = when.split_ascii_whitespace();
    let seconds = when.next().unwrap_or_default();
    Signature {
        name: name.trim().to_owned(),
        mail: mail.trim().to_owned(),
        time: time(seconds),
        offset: when.next().map_or(0, offset),
    }
}

/// Minutes of `±HHMM`; 0 where it isn't one.
fn offset(zone: &str) -> i32 {
    let (sign, digits) = match zone.as_bytes().first() {
        Some(b'-') => (-1, &zone[1..]),
        Some(b'+') => (1, &zone[1..]),
        _ => return 0,
    };
    match digits.parse::<i32>() {
        Ok(number) if digits.len() == 4 => sign * (number / 100 * 60 + number % 100),
        _ => 0,
    }
}

/// The first line that isn't blank.
fn summary(message: &str) -> &str {
    message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

/// `Merge pull request #12 from …`, or a subject that ends in `(#12)`.
fn pull_request(summary: &str) -> Option<u64> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    if let Some(rest) = summary.strip_prefix("Merge pull request #") {
        return rest.split(|c: char| !c.is_ascii_digit()).next().and_then(digits);
    }
    summary.strip_suffix(')')?.rsplit_once("(#").and_then(|(_, number)| digits(number))
}

/// `See merge request group/project!34`, which GitLab writes on a line of its own below a merge's subject.
fn merge_request(message: &str) -> Option<u64> {
    let named = message.lines().find_map(|line| line.trim().strip_prefix("See merge request "))?;
    let (project, number) = named.rsplit_once('!')?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (digits && !project.contains(char::is_whitespace)).then(|| number.parse().ok()).flatten()
}

fn is_review(key: &str) -> bool {
    ["reviewed-by", "acked-by", "approved-by"].iter().any(|word| key.eq_ignore_ascii_case(word))
}

/// The trailers of a message, by git's rule (<https://git-scm.com/docs/git-interpret-trailers>): the last
/// paragraph, not the first, where every line is one, or one is git's own and at least a quarter are.
pub(super) fn trailers(message: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = message.lines().map(str::trim_end).collect();
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let Some(blank) = lines[..end].iter().rposition(|line| line.is_empty()) else { return Vec::new() };
    if lines[..blank].iter().all(|line| line.is_empty()) {
        return Vec::new();
    }
    let (mut found, mut others, mut by_git) = (Vec::<(String, String)>::new(), 0, false);
    for line in &lines[blank + 1..end] {
        by_git |= line.starts_with("Signed-off-by: ") || line.starts_with("(cherry picked from commit ");
        let folded = line.starts_with([' ', '\t']);
        match (folded, found.last_mut(), trailer(line)) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (false, _, Some((key, value))) => found.push((key.to_owned(), value.to_owned())),
            _ => others += 1,
        }
    }
    let enough = others == 0 || (by_git && found.len() * 3 >= others);
    if enough { found } else { Vec::new() }
}

/// `Key: value`, the key of letters, digits and hyphens.
fn trailer(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim_end();
    let word = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    word.then(|| (key, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Commit {
        commit(CommitId::from_hex(&"a".repeat(40)).expect("hex"), bytes)
    }

    fn with_message(message: &str) -> Commit {
        read(
            format!(
                "tree {}\nauthor A <a@x> 1 +0000\ncommitter C <c@x> 2 -0130\n\n{message}",
                "b".repeat(40)
            )
            .as_bytes(),
        )
    }

    #[test]
    fn reads_people_times_and_offsets() {
        let commit = with_message("Say it\n\nbody\n");
        assert_eq!(
            (commit.author.as_str(), commit.author_mail.as_str(), commit.author_time),
            ("A", "a@x", 1)
        );
        assert_eq!((commit.committer_time, commit.committer_offset), (2, -90));
        assert_eq!(commit.summary, "Say it");
    }

    #[test]
    fn absurd_people_and_dates_are_not_a_panic() {
        for line in [
            "author",
            "author ",
            "author A",
            "author A <a",
            "author A <a> ",
            "author A <a> -9999999999999 +9999999999",
            "author A <a> 99999999999999999999999999 x",
            "author > < 1 é",
            "author A <a> 1 é100",
        ] {
            read(format!("tree x\n{line}\ncommitter\n\n").as_bytes());
        }
        assert_eq!(read(b"author A <a> 99999999999999999999999999 +0000\n\nx").author_time, i64::MAX);
        assert_eq!(read(b"author A <a> -5 +0000\n\nx").author_time, -5);
        assert_eq!(read(b"author \xff <a> 5 +0000\n\n\xfe").author, "\u{fffd}");
        assert_eq!(read(b"").summary, "");
    }

    #[test]
    fn finds_the_pull_request() {
        let number = |summary: &str| with_message(summary).pull_request;
        assert_eq!(number("Merge pull request #12 from someone/patch-3"), Some(12));
        assert_eq!(number("Merge branch 'x' (#13)"), Some(13));
        assert_eq!(number("Say it (#14)"), Some(14));
        assert_eq!(number("Revert \"Say it (#14)\" (#15)"), Some(15));
        assert_eq!(number("Revert \"Say it (#14)\""), None);
        assert_eq!(number("see #16"), None);
        assert_eq!(number("Say (#)"), None);
        assert_eq!(number("Say (#99999999999999999999999)"), None);
        let merged = "Merge branch 'x' into 'main'\n\nSay it\n\nSee merge request group/sub/project!34\n";
        assert_eq!(number(merged), Some(34));
        assert_eq!(number("Say it\n\nSee merge request group/project!\n"), None);
        assert_eq!(number("Say it\n\nSee merge request what !34\n"), None);
    }

    #[test]
    fn reads_trailers_as_git_does() {
        let who = |message: &str| with_message(message).reviewers;
        assert_eq!(who("Say\n\nReviewed-by: A <a@x>\nacked-by: B\n  <b@x>\n"), ["A <a@x>", "B <b@x>"]);
        assert_eq!(who("Say\n\nbody\n\nApproved-by: C\n\n\n"), ["C"]);
        assert_eq!(who("Reviewed-by: not in the subject\n"), [""; 0]);
        assert_eq!(who("Say\n\nReviewed-by: D\n\nlast words\n"), [""; 0]);
        assert_eq!(who("Say\n\nwords\nReviewed-by: E\n"), [""; 0]);
        assert_eq!(who("Say\n\nwords\nReviewed-by: E\nSigned-off-by: F\n"), ["E"]);
    }
}

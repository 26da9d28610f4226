//! Which commit a person means: a name, a hash, or a day of the main line.
//!
//! What people type is read here and never handed to git's own expression language.

use git2::{ErrorCode, Oid, Repository};
use jiff::civil::Date;

/// Why a revision means no commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadRevision {
    /// What is wrong: lower case, input in backticks.
    pub message: String,
    /// What to type instead.
    pub help: String,
}

impl BadRevision {
    fn new(message: impl Into<String>, help: impl Into<String>) -> BadRevision {
        BadRevision { message: message.into(), help: help.into() }
    }
}

/// The commit that `text` means: a day (`2026-03-31`, see [`on_day`]); or `HEAD`, a branch, a tag, a full ref, at least
/// four hex digits of a hash, any of them with `~3` or `^2` behind.
///
/// # Errors
/// Where it means nothing, or two different commits.
pub fn revision(repository: &Repository, text: &str) -> Result<Oid, BadRevision> {
    let cut = text.find(['~', '^']).unwrap_or(text.len());
    let (name, steps) = text.split_at(cut);
    let named = named(repository, name)?;
    if let (Ok(day), true) = (text.parse::<Date>(), steps.is_empty()) {
        return match named.is_empty() {
            true => on_day(repository, day),
            false => Err(BadRevision::new(
                format!("`{text}` is a day and also the name of a branch or tag"),
                format!("write `refs/heads/{text}` or `refs/tags/{text}` for the name"),
            )),
        };
    }
    let mut commits: Vec<Oid> = named.iter().map(|(_, commit)| *commit).collect();
    commits.sort();
    commits.dedup();
    match commits[..] {
        [commit] => follow(repository, commit, steps, text),
        [] => Err(BadRevision::new(
            format!("`{name}` is no commit, branch or tag here"),
            "write a branch, a tag, or at least four hex digits of a commit; `git log --oneline` lists them",
        )),
        _ => {
            let all: Vec<String> = named.iter().map(|(what, commit)| format!("{what} is {commit:.7}")).collect();
            let (first, _) = &named[0];
            Err(BadRevision::new(
                format!("`{name}` means several commits: {}", all.join(", ")),
                format!("write the one you mean in full, such as `{first}`"),
            ))
        }
    }
}

/// Everything that `name` can mean, and the commit each leads to.
fn named(repository: &Repository, name: &str) -> Result<Vec<(String, Oid)>, BadRevision> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/@+-".contains(c) || !c.is_ascii();
    if name.is_empty() || !name.chars().all(plain) || name.contains("..") || name.contains("@{") {
        return Err(BadRevision::new(
            format!("`{name}` can't be the name of a commit"),
            "write a branch, a tag, a commit's hash, or a day such as `2026-03-31`",
        ));
    }
    let commit_of = |full: &str| {
        let found = repository.find_reference(full).ok()?;
        found.peel_to_commit().ok().map(|commit| (full.to_owned(), commit.id()))
    };
    if name == "HEAD" || name == "@" {
        return Ok(commit_of("HEAD").into_iter().collect());
    }
    let prefixes = ["", "refs/heads/", "refs/tags/", "refs/remotes/"];
    let fulls = prefixes.iter().map(|prefix| format!("{prefix}{name}"));
    let mut found: Vec<(String, Oid)> =
        fulls.filter(|full| full.starts_with("refs/")).filter_map(|full| commit_of(&full)).collect();
    let hex = name.len() >= 4 && name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex {
        match repository.find_commit_by_prefix(&name.to_ascii_lowercase()) {
            Ok(commit) => found.push((commit.id().to_string(), commit.id())),
            Err(error) if error.code() == ErrorCode::Ambiguous => {
                return Err(BadRevision::new(
                    format!("`{name}` begins several commits"),
                    "write more digits of the hash",
                ));
            }
            Err(_) => {}
        }
    }
    Ok(found)
}

/// Goes `~N` and `^N` from `commit`.
fn follow(repository: &Repository, commit: Oid, steps: &str, text: &str) -> Result<Oid, BadRevision> {
    let wrong = || {
        BadRevision::new(
            format!("`{text}` leads to no commit"),
            "write `~3` for the third first parent, `^2` for the second parent",
        )
    };
    let mut at = commit;
    let mut rest = steps;
    while let Some(step) = rest.chars().next() {
        let digits = rest[1..].len() - rest[1..].trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: usize = if digits == 0 { 1 } else { rest[1..1 + digits].parse().map_err(|_| wrong())? };
        rest = &rest[1 + digits..];
        let (times, which) = match step {
            '~' => (number, 0),
            '^' if number == 0 => (0, 0),
            '^' => (1, number - 1),
            _ => return Err(wrong()),
        };
        for _ in 0..times {
            let commit = repository.find_commit(at).map_err(|_| wrong())?;
            at = commit.parent_id(which).map_err(|_| wrong())?;
        }
    }
    Ok(at)
}

/// What the main line (first parents from `HEAD`) stood at when `day` ended in UTC.
///
/// Committer times only choose the commit that the asker means; they never decide what holds. They may run back and
/// forth along the line: the commit is taken only where the last that is not after the day is also the last before
/// the first that is after it; else the question is refused.
///
/// # Errors
/// Where the line begins after that day, or its dates do not settle the question.
pub fn on_day(repository: &Repository, day: Date) -> Result<Oid, BadRevision> {
    let line = main_line(repository)?;
    let end = end_of(day);
    let until = |(_, time): &(Oid, i64)| *time < end;
    // The line starts at `HEAD`: smaller is newer.
    let newest_within = line.iter().position(until);
    let oldest_beyond = line.iter().rposition(|commit| !until(commit));
    let settled = oldest_beyond.map_or(0, |beyond| beyond + 1);
    match newest_within {
        Some(within) if within == settled => Ok(line[within].0),
        Some(within) => {
            let other = line.get(settled).map_or_else(|| "none".to_owned(), |(commit, _)| format!("{commit:.7}"));
            Err(BadRevision::new(
                format!("the main line's dates run back and forth around {day}: is it {:.7} or {other}?", line[within].0),
                "name the commit you mean: `--at COMMIT`",
            ))
        }
        None if repository.is_shallow() => Err(BadRevision::new(
            format!("the history that is here begins after {day}"),
            "type `git fetch --unshallow` and ask again",
        )),
        None => Err(BadRevision::new(
            format!("nothing was known on {day}: the main line begins later"),
            "ask about a later day",
        )),
    }
}

/// The commits of the main line with their committer times, `HEAD` first.
fn main_line(repository: &Repository) -> Result<Vec<(Oid, i64)>, BadRevision> {
    let none = || BadRevision::new("there is no commit yet", "commit the knowledge: `git add . && git commit`");
    let head = repository.head().and_then(|head| head.peel_to_commit()).map_err(|_| none())?;
    let mut line = Vec::new();
    let mut at = Some(head);
    while let Some(commit) = at {
        line.push((commit.id(), commit.time().seconds()));
        at = commit.parent(0).ok();
    }
    Ok(line)
}

/// The first second of the next day in UTC.
fn end_of(day: Date) -> i64 {
    let next = day.tomorrow().unwrap_or(day).to_datetime(jiff::civil::Time::midnight());
    jiff::tz::Offset::UTC.to_timestamp(next).map_or(i64::MAX, |stamp| stamp.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use git2::{Signature, Time};

    /// A repository with a commit of an empty tree for each time, one after the other.
    fn repository(times: &[i64]) -> (tempfile::TempDir, Repository, Vec<Oid>) {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Repository::init(folder.path()).expect("a repository");
        let mut commits: Vec<Oid> = Vec::new();
        for (at, time) in times.iter().enumerate() {
            let who = Signature::new("A", "a@example.com", &Time::new(*time, 0)).expect("a signature");
            let tree = repository.treebuilder(None).and_then(|builder| builder.write()).expect("a tree");
            let tree = repository.find_tree(tree).expect("a tree");
            let parent = commits.last().map(|last| repository.find_commit(*last).expect("a commit"));
            let parents: Vec<_> = parent.iter().collect();
            let message = format!("commit {at}");
            commits.push(repository.commit(Some("HEAD"), &who, &who, &message, &tree, &parents).expect("a commit"));
        }
        (folder, repository, commits)
    }

    const DAY: i64 = 86_400;

    #[test]
    fn a_day_is_the_main_line_at_its_end() {
        let (_folder, repository, commits) = repository(&[0, DAY, DAY + 5, 3 * DAY]);
        let on = |text: &str| revision(&repository, text);
        assert_eq!(on("1970-01-01"), Ok(commits[0]));
        assert_eq!(on("1970-01-02"), Ok(commits[2]));
        assert_eq!(on("1970-01-03"), Ok(commits[2]));
        assert_eq!(on("2999-01-01"), Ok(commits[3]));
        assert!(on("1969-12-31").is_err());
    }

    #[test]
    fn dates_that_run_back_and_forth_are_refused_where_it_matters() {
        let (_folder, repository, commits) = repository(&[0, 4 * DAY, DAY, 6 * DAY]);
        assert!(revision(&repository, "1970-01-03").is_err());
        assert_eq!(revision(&repository, "1970-01-05"), Ok(commits[2]));
        assert_eq!(revision(&repository, "1970-01-01"), Ok(commits[0]));
    }

    #[test]
    fn names_hashes_and_steps_lead_to_commits() {
        let (_folder, repository, commits) = repository(&[0, 1, 2]);
        let tip = repository.find_object(commits[1], None).expect("a commit");
        repository.tag_lightweight("v1", &tip, false).expect("a tag");
        let commit = repository.find_commit(commits[2]).expect("a commit");
        repository.branch("v2", &commit, false).expect("a branch");
        assert_eq!(revision(&repository, "HEAD~2"), Ok(commits[0]));
        assert_eq!(revision(&repository, "v1"), Ok(commits[1]));
        assert_eq!(revision(&repository, "v1^"), Ok(commits[0]));
        assert_eq!(revision(&repository, &commits[2].to_string()[..12]), Ok(commits[2]));
        repository.tag_lightweight("v2", &tip, false).expect("a tag");
        assert!(revision(&repository, "v2").expect_err("two").message.contains("several"));
        for text in ["nothing", "HEAD~9", ":/x", "HEAD^{tree}", "a..b", "", "@{1}", "-x"] {
            assert!(revision(&repository, text).is_err(), "{text}");
        }
    }
}

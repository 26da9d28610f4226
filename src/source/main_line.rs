//! The main line of a repository: which of its commits was the newest when a day ended.

use jiff::civil::Date;

use super::object::committer_time;
use super::{ObjectId, Repository};

/// Why the repository does not do what was asked of it, in a person's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// What is wrong: lower case, input in backticks.
    pub message: String,
    /// What to type instead.
    pub help: String,
}

impl Refusal {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Refusal {
        Refusal { message: message.into(), help: help.into() }
    }
}

/// What the main line (first parents from `HEAD`) stood at when `day` ended in UTC.
///
/// Committer times only choose the commit that the asker means; they never decide what holds. They may run back and
/// forth along the line: the commit is taken only where the last that is not after the day is also the last before
/// the first that is after it; else the question is refused.
///
/// # Errors
/// Where the line begins after that day, or its dates do not settle the question.
pub fn on_day(repository: &Repository, day: Date) -> Result<ObjectId, Refusal> {
    let line = main_line(repository)?;
    let end = end_of(day);
    let until = |(_, time): &(ObjectId, i64)| *time < end;
    // The line starts at `HEAD`: smaller is newer.
    let newest_within = line.iter().position(until);
    let oldest_beyond = line.iter().rposition(|commit| !until(commit));
    let settled = oldest_beyond.map_or(0, |beyond| beyond + 1);
    match newest_within {
        Some(within) if within == settled => Ok(line[within].0),
        Some(within) => {
            let other =
                line.get(settled).map_or_else(|| "none".to_owned(), |(commit, _)| format!("{commit:.7}"));
            Err(Refusal::new(
                format!(
                    "the main line's dates run back and forth around {day}: is it {:.7} or {other}?",
                    line[within].0
                ),
                "name the commit you mean: `--at COMMIT`",
            ))
        }
        None if repository.is_shallow() => Err(Refusal::new(
            format!("the history that is here begins after {day}"),
            "type `git fetch --unshallow` and ask again",
        )),
        None => Err(Refusal::new(
            format!("nothing was known on {day}: the main line begins later"),
            "ask about a later day",
        )),
    }
}

/// The commits of the main line with their committer times, `HEAD` first.
fn main_line(repository: &Repository) -> Result<Vec<(ObjectId, i64)>, Refusal> {
    let none = || Refusal::new("there is no commit yet", "commit the knowledge: `git add . && git commit`");
    let objects = repository.objects().ok_or_else(none)?;
    let mut line = Vec::new();
    let mut at = Some(repository.head().ok_or_else(none)?);
    while let Some(id) = at {
        let Ok(commit) = objects.commit(id) else { break };
        line.push((id, committer_time(&commit)));
        at = repository.parents(&commit, id).and_then(|parents| parents.first().copied());
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
    use crate::source::open;
    use git2::{Signature, Time};

    /// A repository with a commit of an empty tree for each time, one after the other.
    fn repository(times: &[i64]) -> (tempfile::TempDir, Repository, Vec<ObjectId>) {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = git2::Repository::init(folder.path()).expect("a repository");
        let mut commits: Vec<git2::Oid> = Vec::new();
        for (at, time) in times.iter().enumerate() {
            let who = Signature::new("A", "a@example.com", &Time::new(*time, 0)).expect("a signature");
            let tree = repository.treebuilder(None).and_then(|builder| builder.write()).expect("a tree");
            let tree = repository.find_tree(tree).expect("a tree");
            let parent = commits.last().map(|last| repository.find_commit(*last).expect("a commit"));
            let parents: Vec<_> = parent.iter().collect();
            let message = format!("commit {at}");
            commits.push(
                repository.commit(Some("HEAD"), &who, &who, &message, &tree, &parents).expect("a commit"),
            );
        }
        let repository = open(folder.path()).expect("a repository");
        (folder, repository, commits.into_iter().map(ObjectId::from).collect())
    }

    const DAY: i64 = 86_400;

    #[test]
    fn a_day_is_the_main_line_at_its_end() {
        let (_folder, repository, commits) = repository(&[0, DAY, DAY + 5, 3 * DAY]);
        let on = |text: &str| on_day(&repository, text.parse().expect("a day"));
        assert_eq!(on("1970-01-01"), Ok(commits[0]));
        assert_eq!(on("1970-01-02"), Ok(commits[2]));
        assert_eq!(on("1970-01-03"), Ok(commits[2]));
        assert_eq!(on("2999-01-01"), Ok(commits[3]));
        assert!(on("1969-12-31").is_err());
    }

    #[test]
    fn dates_that_run_back_and_forth_are_refused_where_it_matters() {
        let (_folder, repository, commits) = repository(&[0, 4 * DAY, DAY, 6 * DAY]);
        let on = |text: &str| on_day(&repository, text.parse().expect("a day"));
        assert!(on("1970-01-03").is_err());
        assert_eq!(on("1970-01-05"), Ok(commits[2]));
        assert_eq!(on("1970-01-01"), Ok(commits[0]));
    }
}

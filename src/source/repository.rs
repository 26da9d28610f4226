//! Opening a git repository, and finding the commit that a person names.
//!
//! Nothing of the repository's own configuration is ever run: libgit2 knows no hooks of other programs, aliases,
//! pagers or file-system monitors, git's program (which reads what libgit2 can't) is told to have none, filters are not applied (blobs are read from the object database), and neither
//! `GIT_*` variables nor folders above the given one are consulted. Who owns the repository is still checked, as git
//! does it (`safe.directory`): whoever can write into it decides what its commits say, and a person who asks a stranger's
//! repository should do so knowingly.

use std::path::Path;

use git2::{ErrorClass, ErrorCode, RepositoryOpenFlags};

use super::store::{Closed, Program, Way};
use super::{ObjectId, Repository, SourceError};

/// The repository whose work tree's top is `base` (or a bare one at `base`). Nothing above `base` is looked at.
///
/// # Errors
/// Where there is none, it belongs to someone else, or it is of a kind that neither libgit2 nor the git that is here can
/// read.
pub fn open(base: &Path) -> Result<Repository, SourceError> {
    let nowhere: [&Path; 0] = [];
    match git2::Repository::open_ext(base, RepositoryOpenFlags::NO_SEARCH, nowhere) {
        Ok(git) => Ok(Repository::new(Way::Libgit(git))),
        Err(error) => match open_error(base, &error) {
            SourceError::Unsupported { path, what } => match Program::open(base, what) {
                Ok(git) => Ok(Repository::new(Way::Program(Box::new(git)))),
                Err(Closed::NotTheOwner) => Err(SourceError::NotTheOwner { path }),
                Err(Closed::Unable) => Err(SourceError::Unsupported { path, what }),
            },
            other => Err(other),
        },
    }
}

fn open_error(base: &Path, error: &git2::Error) -> SourceError {
    let path = base.to_path_buf();
    let unsupported = |what| SourceError::Unsupported { path: base.to_path_buf(), what };
    // Only these words tell the reasons apart; a change in them makes the message less exact, not wrong.
    let words = error.message();
    match (error.code(), error.class()) {
        (ErrorCode::Owner, _) => SourceError::NotTheOwner { path },
        (ErrorCode::NotFound, _) => SourceError::NotARepository { path },
        _ if words.contains("object format") || words.contains("objectformat") => {
            unsupported("names its commits by SHA-256")
        }
        _ if words.contains("refstorage") || words.contains("reftable") => {
            unsupported("keeps its branches as a reftable")
        }
        (_, ErrorClass::Repository) => unsupported("uses an extension of git"),
        (_, ErrorClass::Config) => SourceError::Damaged { reading: "its configuration" },
        (_, ErrorClass::Os) => SourceError::Unreadable { path, why: "the system reports a failure" },
        _ => SourceError::Damaged { reading: "the repository" },
    }
}

/// The id of the commit that `revision` names.
///
/// Accepted are a commit's id (4 digits or more), `HEAD`, a branch or tag (`main`, `origin/main`, `refs/tags/v1`), each with any
/// number of `~N`, `^N`, `~` and `^` behind it. What git makes of the rest of its syntax (`@{…}`, `:/text`, `a..b`) is
/// refused before git sees it.
///
/// # Errors
/// Where it names nothing, two things, or is not written like this.
pub fn resolve(repository: &Repository, revision: &str) -> Result<ObjectId, SourceError> {
    let end_of_name = revision.find(['~', '^']).unwrap_or(revision.len());
    let (name, steps) = revision.split_at(end_of_name);
    let odd = || SourceError::OddRevision { revision: revision.to_owned() };
    if !is_plain(name) {
        return Err(odd());
    }
    let mut commit = named(repository, name, revision)?;
    for step in parse_steps(steps).ok_or_else(odd)? {
        commit = walk(repository, commit, step, revision)?;
    }
    Ok(commit)
}

/// Letters, digits and the few signs that names of branches and tags have; nothing that git gives a meaning.
fn is_plain(name: &str) -> bool {
    let plain = |character: char| character.is_alphanumeric() || "._/-+#=,%!$'&".contains(character);
    !name.is_empty()
        && name.len() <= 1024
        && !name.starts_with(['-', '.', '/'])
        && !name.contains("..")
        && name.chars().all(plain)
}

/// `~N` goes N times to the first parent, `^N` once to the Nth.
#[derive(Clone, Copy)]
enum Step {
    Back(u32),
    Parent(u32),
}

fn parse_steps(mut steps: &str) -> Option<Vec<Step>> {
    let mut parsed = Vec::new();
    while !steps.is_empty() {
        let step: fn(u32) -> Step = if steps.starts_with('~') { Step::Back } else { Step::Parent };
        let rest = steps.strip_prefix(['~', '^'])?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        parsed.push(step(if digits == 0 { 1 } else { rest[..digits].parse().ok()? }));
        steps = &rest[digits..];
    }
    Some(parsed)
}

fn named(repository: &Repository, name: &str, revision: &str) -> Result<ObjectId, SourceError> {
    let is_hex = name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let whole_id = is_hex && name.len() == repository.algorithm().bytes() * 2;
    let mut readings: Vec<(String, ObjectId)> = Vec::new();
    if !whole_id {
        let places = if name == "HEAD" || name.starts_with("refs/") {
            vec![name.to_owned()]
        } else {
            ["refs/tags/", "refs/heads/", "refs/remotes/"].map(|prefix| format!("{prefix}{name}")).to_vec()
        };
        for place in places {
            let named = repository.reference(&place).and_then(|named| repository.commit_of(named));
            readings.extend(named.map(|commit| (place, commit)));
        }
    }
    if is_hex && name.len() >= 4 {
        match repository.beginning_with(name).as_slice() {
            [] => {}
            // An annotated tag's id names the commit it tags.
            [one] => {
                let commit = repository.commit_of(*one);
                readings.extend(commit.map(|commit| (commit.to_string(), commit)));
            }
            _ => {
                let readings = vec![format!("{name}… with more digits")];
                return Err(SourceError::AmbiguousRevision { revision: revision.to_owned(), readings });
            }
        }
    }
    match readings.as_slice() {
        [] if name == "HEAD" && repository.is_empty() => Err(SourceError::NoCommits),
        [] => Err(SourceError::UnknownRevision { revision: revision.to_owned() }),
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) => Ok(*first),
        _ => Err(SourceError::AmbiguousRevision {
            revision: revision.to_owned(),
            readings: readings.into_iter().map(|(reading, _)| reading).collect(),
        }),
    }
}

fn walk(
    repository: &Repository,
    from: ObjectId,
    step: Step,
    revision: &str,
) -> Result<ObjectId, SourceError> {
    let damaged = |reading| SourceError::Damaged { reading };
    let objects = repository.objects().ok_or(damaged("the object database"))?;
    let parent = |of: ObjectId, number: u32| -> Result<ObjectId, SourceError> {
        let commit = objects.commit(of).map_err(|_| damaged("a commit"))?;
        let parents = repository.parents(&commit, of).ok_or(damaged("a commit"))?;
        let known = parents.get(number as usize).copied();
        match known.filter(|id| objects.commit(*id).is_ok()) {
            Some(id) => Ok(id),
            None if repository.is_shallow() => {
                Err(SourceError::BeyondHistory { revision: revision.to_owned() })
            }
            None => Err(SourceError::UnknownRevision { revision: revision.to_owned() }),
        }
    };
    match step {
        Step::Back(times) => {
            let mut commit = from;
            for _ in 0..times {
                commit = parent(commit, 0)?;
            }
            Ok(commit)
        }
        Step::Parent(0) => Ok(from),
        Step::Parent(number) => parent(from, number - 1),
    }
}

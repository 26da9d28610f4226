//! The commit of a proposal, on a branch of its own.
//!
//! INVARIANT: only names below `refs/heads/proposal/` are made, and none that is there is moved: the branch that is followed
//! stays where it is.

use std::sync::PoisonError;

use super::request::slug;
use super::{Preview, Proposals, Request, Who};
use crate::face::clock::now;
use crate::face::service::{Problem, Served};
use crate::source::{Branch, Limits, ObjectId, Repository, Signers, commit_on_branch, read_one_of_commit};

/// The folder of proposals among branches.
const FOLDER: &str = "proposal";

/// Proposals that may wait at once: whoever bears the token can't fill the repository.
const MOST_OPEN: usize = 200;

/// Digits that tell proposals of one fact apart.
const DIGITS: usize = 8;

/// A proposal that was written.
pub(in crate::face) struct Written {
    /// Its branch.
    pub branch: String,
    /// Its commit.
    pub commit: ObjectId,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// Writes a proposal, unless the very same is there.
///
/// # Errors
/// Where the knowledge would have errors, too many proposals wait, or the repository can't be written.
pub(in crate::face) fn write(
    served: &Served,
    proposals: &Proposals,
    request: &Request,
    preview: &Preview,
) -> Result<Written, Problem> {
    let (Some(would), Some(parent)) = (&preview.would, served.commit) else {
        let first = preview.errors().iter().next().map(|finding| format!(": {}", finding.message));
        let message =
            format!("with this correction the knowledge would have errors{}", first.unwrap_or_default());
        return Err(Problem::new(422, "would-have-errors", message)
            .help("leave out `commit` to be told all of them with their places"));
    };
    let place = served.repository()?.0;
    let repository = place.repository().map_err(Problem::unreadable)?;
    let branch = format!("{FOLDER}/{}-{}", slug(&would.id), digest(request, preview));
    let _one_at_a_time = proposals.writing.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(tip) = repository.reference(&format!("refs/heads/{branch}")) {
        return known(repository, branch, tip, preview, &place.limits);
    }
    let open = repository.references(&format!("refs/heads/{FOLDER}/")).len();
    if open >= MOST_OPEN {
        let message = format!("{open} proposals wait for review, and no more are taken");
        return Err(Problem::new(429, "too-many-proposals", message)
            .help(format!("delete the branches below `{FOLDER}/` that are merged or refused")));
    }
    let time = now();
    let signers = Signers { author: request.who.author(time), committer: Who::committer(time) };
    let files = [(&*preview.written.path, preview.written.text.as_bytes())];
    let message = message(request, preview);
    let new = Branch { name: &branch, parent };
    let commit = commit_on_branch(repository, new, &files, &message, &signers)
        .map_err(|refusal| Problem::new(500, "not-written", refusal.message).help(refusal.help))?;
    tracing::info!(%branch, commit = %commit, "takes a proposal");
    Ok(Written { branch, commit, is_new: true })
}

/// What makes two proposals one: the file, and who proposes it. Not the time, and not what it goes on from.
fn digest(request: &Request, preview: &Preview) -> String {
    let Who { name, mail, agent } = &request.who;
    let mut hasher = blake3::Hasher::new();
    for part in [&preview.written.text, name, mail, agent.as_ref().unwrap_or(&String::new())] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..DIGITS].to_owned()
}

/// The branch that is there, if it says the same.
fn known(
    repository: &Repository,
    branch: String,
    tip: ObjectId,
    preview: &Preview,
    limits: &Limits,
) -> Result<Written, Problem> {
    let file = read_one_of_commit(repository, tip, &preview.written.path, limits);
    match file.is_ok_and(|file| *file.bytes == *preview.written.text.as_bytes()) {
        true => Ok(Written { branch, commit: tip, is_new: false }),
        false => {
            let message = format!("there is a branch `{branch}` already, and it says something else");
            Err(Problem::new(409, "branch-exists", message).help("look at it, then rename or delete it"))
        }
    }
}

/// What the commit says. Only the last paragraph is read for trailers, and it is ours.
fn message(request: &Request, preview: &Preview) -> String {
    let Who { name, mail, agent } = &request.who;
    let slot = &preview.wrong.pin.slot;
    let reason: Vec<String> = request.wish.reason.lines().map(plain).collect();
    let agent = agent.as_ref().map(|agent| format!("Dictum-Agent: {agent}\n")).unwrap_or_default();
    format!("Correct {slot}\n\n{}\n\nProposed-By: {name} <{mail}>\n{agent}", reason.join("\n"))
}

/// A line of a reason that nobody takes for a trailer, wherever the message is copied to.
fn plain(line: &str) -> String {
    let line = line.trim();
    let is_key = |key: &str| key.trim_end().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match line.split_once(':') {
        Some((key, _)) if is_key(key) => format!("> {line}"),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_reason_is_a_trailer() {
        assert_eq!(plain("Reviewed-by: Ben <ben@x>"), "> Reviewed-by: Ben <ben@x>");
        assert_eq!(plain("  Signed-off-by : Ben"), "> Signed-off-by : Ben");
        assert_eq!(
            plain("They met at 10:30, see https://example.com"),
            "They met at 10:30, see https://example.com"
        );
    }
}

//! `dictum doctor`: what stands in the way here and what is wrong with the knowledge, each with the command that mends it.

mod meaning;

use clap::Args;

use super::cache;
use super::global::Format;
use super::knowledge::{self, Place, locate};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use crate::diagnostic::Severity;
use crate::face::text::{shown, wrapped};
use crate::face::wire::{Ailment, Health};
use crate::history::{CommitId, Completeness, Reach, hindrances, reach};
use crate::source::{self, CONFIG, ObjectId, Repository};

/// Look at what stands in the way here: the knowledge, the repository, its history.
#[derive(Args, Debug)]
#[command(
    after_help = "Exits 0 where all is well, 1 where something is broken, 3 where the history is not whole."
)]
pub(super) struct Arguments {}

/// Examines.
pub(super) fn run(_: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let progress = Progress::start(out.global, "looking around");
    let mut found = Found::default();
    match locate(out) {
        Ok(place) => examine(&place, &mut found),
        Err(failure) => found.bad("knowledge", failure.message, failure.help.unwrap_or_default()),
    }
    drop(progress);
    let health = Health { schema: "dictum.doctor/1", ok: found.exit == Exit::Clean, checks: found.checks };
    match format {
        Format::Json => out.line(&json_document(&health)),
        Format::Jsonl => out.line(&json_line(&health)),
        Format::Human | Format::Concise => human(&health, out),
    }
    Ok(found.exit)
}

/// What was found so far, and how the command ends.
struct Found {
    checks: Vec<Ailment>,
    exit: Exit,
}

impl Default for Found {
    fn default() -> Found {
        Found { checks: Vec::new(), exit: Exit::Clean }
    }
}

impl Found {
    fn good(&mut self, name: &'static str, detail: impl Into<String>) {
        self.checks.push(Ailment { name, state: "ok", detail: detail.into(), help: None });
    }

    fn note(&mut self, name: &'static str, detail: impl Into<String>, help: impl Into<String>) {
        self.checks.push(Ailment { name, state: "note", detail: detail.into(), help: Some(help.into()) });
    }

    fn bad(&mut self, name: &'static str, detail: impl Into<String>, help: impl Into<String>) {
        self.checks.push(Ailment { name, state: "broken", detail: detail.into(), help: Some(help.into()) });
        self.exit = Exit::Findings;
    }

    fn incomplete(&mut self, detail: impl Into<String>, help: impl Into<String>) {
        let (detail, help) = (detail.into(), Some(help.into()));
        self.checks.push(Ailment { name: "history", state: "incomplete", detail, help });
        if self.exit == Exit::Clean {
            self.exit = Exit::Unconfirmed;
        }
    }
}

fn examine(place: &Place, found: &mut Found) {
    let folder = match place.root.knowledge.as_str() {
        "" => CONFIG.to_owned(),
        folder => format!("{folder}/{CONFIG}"),
    };
    found.good(
        "knowledge",
        format!("`{}` in {}", shown(&folder), shown(&place.root.base.display().to_string())),
    );
    let Ok(repository) = &place.repository else {
        return no_repository(place, found);
    };
    let opens = match repository.read_by_program() {
        None => "git opens it, and it belongs to you".to_owned(),
        Some(why) => format!("it {why}: git's own program reads it, and it belongs to you"),
    };
    found.good("repository", opens);
    let head = match knowledge::revision(repository, "HEAD") {
        Ok(head) => head,
        Err(failure) => {
            let help = failure.help.unwrap_or_else(|| "commit the knowledge with `git commit`".to_owned());
            return found.bad("commit", failure.message, help);
        }
    };
    let compiled = match knowledge::compile_commit(repository, place, head) {
        Ok(compiled) => compiled,
        Err(failure) => {
            let help = "commit it: `git add --all`, then `git commit`".to_owned();
            return found.bad("commit", failure.message, failure.help.unwrap_or(help));
        }
    };
    let short: String = head.to_string().chars().take(7).collect();
    let (claims, files) = (compiled.claims.len(), compiled.texts.len());
    found.good("commit", format!("HEAD is {short}: {claims} claims in {files} files"));
    if !repository.is_bare() && source::is_changed(repository, &place.root) {
        let detail = "knowledge is changed here and not committed: questions are answered from HEAD";
        found.note("changes", detail, "commit it with `git commit`, or see it with `git status`");
    }
    match compiled.findings.count(Severity::Error) {
        0 => found.good("findings", "no errors: facts are answered"),
        count => found.bad(
            "findings",
            format!("HEAD has errors ({count}): nothing is answered from it"),
            "`dictum check` shows them, and what to type",
        ),
    }
    meaning::examine(&compiled, found);
    history(repository, place, &compiled, head, found);
}

fn no_repository(place: &Place, found: &mut Found) {
    if !place.root.in_git {
        let detail = "the knowledge is not in a git repository: nobody can say who said what";
        return found.bad("repository", detail, "make one with `git init`, `git add --all` and `git commit`");
    }
    let error = match source::open(&place.root.base) {
        Err(error) => error,
        Ok(_) => return,
    };
    let help = error.help().unwrap_or_else(|| "look at the repository with `git fsck`".to_owned());
    found.bad("repository", error.to_string(), help);
}

fn history(
    repository: &Repository,
    place: &Place,
    compiled: &crate::compile::Compiled,
    head: ObjectId,
    found: &mut Found,
) {
    let known = hindrances(repository);
    for hindrance in &known {
        let detail = match hindrance {
            Completeness::Shallow => "the clone is shallow: commits beyond its boundary are not here",
            Completeness::Partial => "the clone is partial: some objects were left behind",
            Completeness::Grafted => "`info/grafts` gives commits other parents than they have",
            Completeness::Replaced => "`refs/replace` puts other objects in the place of some",
            Completeness::Complete => continue,
        };
        found.incomplete(detail, format!("run `{}`", hindrance.mend().unwrap_or("git fsck")));
    }
    match knowledge::provenance(repository, place, compiled, head, false) {
        Ok(told) if told.completeness == Completeness::Complete => {
            let count = told.sayings.len();
            found.good("history", format!("whole: a commit is named for each of {count} claims"));
            let carried = told.sayings.values().filter(|saying| saying.carried).count();
            if carried > 0 {
                let detail = format!("{carried} claims were carried over versions that do not parse");
                found.note(
                    "carried",
                    detail,
                    "`dictum blame --format json` tells which; nothing needs doing",
                );
            }
            if !compiled.findings.has_errors() {
                meaning::reviews(repository, place, compiled, head, &told, found);
            }
        }
        Ok(told) if !known.contains(&told.completeness) => {
            let detail =
                format!("history is {}: objects that it needs are missing", told.completeness.as_str());
            found.incomplete(detail, format!("run `{}`", told.completeness.mend().unwrap_or("git fsck")));
        }
        Ok(_) => {}
        Err(failure) => found.bad("history", failure.message, failure.help.unwrap_or_default()),
    }
    rewritten(repository, found);
}

/// Snapshots that are kept here of commits to which nothing leads any more.
fn rewritten(repository: &Repository, found: &mut Found) {
    let gone = |id: &CommitId| {
        let commit = id.object();
        commit.is_some_and(|commit| matches!(reach(repository, commit), Reach::Nothing | Reach::Absent))
    };
    let gone: Vec<CommitId> = cache::kept(repository).into_iter().filter(gone).collect();
    let Some(first) = gone.first() else { return };
    let commits = match gone.len() {
        1 => format!("the commit {}", first.short()),
        more => format!("{} and {} more commits", first.short(), more - 1),
    };
    let detail = format!(
        "history was rewritten: questions were answered here from {commits}, to which nothing leads now"
    );
    let help =
        "who was given an answer from there can check it with `dictum verify FILE`; else nothing needs doing";
    found.note("rewritten", detail, help);
}

/// Where what is said of a check begins.
const INDENT: usize = 24;

fn human(health: &Health, out: &mut Output<'_>) {
    for check in &health.checks {
        let word = match check.state {
            "ok" => out.styled("32", "ok        "),
            "note" => out.styled("36", "note      "),
            "incomplete" => out.styled("33", "incomplete"),
            _ => out.styled("31", "broken    "),
        };
        let width = out.width.saturating_sub(INDENT);
        let help = check.help.iter().filter(|help| !help.is_empty()).flat_map(|help| wrapped(help, width));
        let lines = wrapped(&check.detail, width).into_iter().chain(help);
        for (at, line) in lines.enumerate() {
            match at {
                0 => out.line(&format!("{word}  {:10}  {line}", check.name)),
                _ => out.line(&format!("{:INDENT$}{line}", "")),
            }
        }
    }
}

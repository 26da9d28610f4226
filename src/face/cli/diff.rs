//! `dictum diff A..B`, `dictum diff --against REV`: what answers differently, not which lines.

use clap::Args;

use breaking::Breaks;

use super::global::Format;
use super::knowledge::{Place, locate, parted, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use crate::diagnostic::Severity;
use crate::face::compare::States;
use crate::face::wire;
use crate::face::words::diff::summary;
use crate::history::CommitId;
use crate::query::Changed;
use crate::source::ObjectId;

mod breaking;
pub(super) mod human;
pub(super) mod markdown;

/// Say what answers differently between two states of the knowledge.
#[derive(Args, Debug)]
#[command(
    after_help = "`A..B` and `A B` compare two commits, `A...B` compares B with where it left A. Where nothing \
                        is named, the files are compared with HEAD. Exits 0 whatever differs, with `--breaking` 1 \
                        where an answer that was given is given no more.\n\
                        Rules of `--breaking`: answer-changed (meaning), winner-changed (precedence), answer-lost and \
                        answer-contested (coverage), name-lost (identity); `dictum explain CODE` tells more. A commit whose \
                        message ends with `Dictum-Breaking: CODE reason` says that it is meant."
)]
pub(super) struct Arguments {
    /// `A..B`, `A...B`, or two commits, tags, branches or days
    #[arg(value_name = "A..B", num_args = 0..=2)]
    between: Vec<String>,
    /// Compare the files with this: with the commit where both lines parted (see `--no-merge-base`)
    #[arg(long, value_name = "REV|DATE", conflicts_with = "between")]
    against: Option<String>,
    /// Compare with the very commit named, not with where both lines parted
    #[arg(long, requires = "against")]
    no_merge_base: bool,
    /// Exit 1 where an answer that was given is given no more, or is another, and no commit says that this is meant
    #[arg(long)]
    breaking: bool,
}

/// One end of the comparison.
struct End {
    /// How it is called: `1f3a9b2`, or `the files`.
    name: String,
    /// `None` for the files.
    commit: Option<ObjectId>,
}

/// Compares.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let (before, after) = ends(arguments, &place)?;
    let states = States::read(&place, before, after)?;
    drop(progress);
    let commits = (before, after);
    let (before, after) = (End::of(Some(before)), End::of(after));
    for (end, findings) in [(&before, &states.before.findings), (&after, &states.after.findings)] {
        let errors = findings.count(Severity::Error);
        if errors > 0 {
            let name = &end.name;
            out.note(&format!(
                "note: the knowledge of {name} has errors ({errors}); what can't be read there says nothing"
            ));
        }
    }
    let changed = states.diff();
    let name = |end: &End| end.commit.map(|commit| CommitId::from(commit).to_string());
    let ends = wire::Ends {
        before: (name(&before), &states.before.texts),
        after: (name(&after), &states.after.texts),
    };
    let breaks = match (&place.repository, arguments.breaking) {
        (Ok(repository), true) => {
            let head = commits.1.map_or_else(|| revision(repository, "HEAD"), Ok)?;
            Some(Breaks::of(&changed, repository, (commits.0, head))?)
        }
        _ => None,
    };
    let wire = |one: &Changed| {
        let diff = wire::diff(one, &ends);
        breaks.as_ref().map(|breaks| breaks.wire(one)).into_iter().fold(diff, wire::Diff::meant)
    };
    if out.global.is_markdown() {
        out.text(&markdown::document(&changed, breaks.as_ref(), (&before.name, &after.name)));
    } else {
        match format {
            Format::Human => human::tell(&changed, &ends, out),
            Format::Concise => changed.iter().for_each(|one| out.line(&human::concise(one))),
            Format::Json => out.line(&json_document(&changed.iter().map(wire).collect::<Vec<_>>())),
            Format::Jsonl => changed.iter().for_each(|one| out.line(&json_line(&wire(one)))),
        }
        if let Some(breaks) = breaks.as_ref().filter(|_| matches!(format, Format::Human)) {
            breaks.tell(out);
        }
        out.note(&format!("{} (from {} to {})", summary(&changed), before.name, after.name));
    }
    Ok(if breaks.is_some_and(|breaks| breaks.fails()) { Exit::Findings } else { Exit::Clean })
}

impl End {
    fn of(commit: Option<ObjectId>) -> End {
        End { name: commit.map_or_else(|| "the files".to_owned(), |commit| format!("{commit:.7}")), commit }
    }
}

/// What is compared: a commit, and another or (`None`) the files.
fn ends(arguments: &Arguments, place: &Place) -> Result<(ObjectId, Option<ObjectId>), Failure> {
    let repository = match &place.repository {
        Ok(repository) => repository,
        Err(why) => return Err(Failure::new(format!("there is nothing to compare with: {why}"))),
    };
    let commit = |text: &str| revision(repository, if text.is_empty() { "HEAD" } else { text });
    if let Some(against) = &arguments.against {
        let named = commit(against)?;
        let base = if arguments.no_merge_base {
            named
        } else {
            parted(repository, commit("HEAD")?, named, against)?
        };
        return Ok((base, None));
    }
    match &arguments.between[..] {
        [] => Ok((commit("HEAD")?, None)),
        [range] => match (range.split_once("..."), range.split_once("..")) {
            (Some((one, two)), _) => {
                let (first, second) = (commit(one)?, commit(two)?);
                Ok((parted(repository, second, first, one)?, Some(second)))
            }
            (None, Some((one, two))) => Ok((commit(one)?, Some(commit(two)?))),
            (None, None) => Err(Failure::new(format!("`{range}` is one state, and two are compared")).help(
                format!("type `dictum diff {range}..HEAD`, or `dictum diff --against {range}` for the files"),
            )),
        },
        [one, two, ..] => Ok((commit(one)?, Some(commit(two)?))),
    }
}

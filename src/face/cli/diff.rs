//! `dictum diff A..B`, `dictum diff --against REV`: what answers differently, not which lines.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use breaking::Breaks;
use effects::{Besides, Effects};

use super::global::Format;
use super::knowledge::{Place, locate, parted, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use super::questions::{read_date, today};
use crate::diagnostic::Severity;
use crate::face::compare::States;
use crate::face::wire;
use crate::history::CommitId;
use crate::query::Rule;
use crate::source::ObjectId;

mod beside;
mod breaking;
mod effects;
pub(super) mod human;
pub(super) mod markdown;
mod reviews;

/// Say what answers differently between two states of the knowledge.
#[derive(Args, Debug)]
#[command(
    after_help = "`A..B` and `A B` compare two commits, `A...B` compares B with where it left A. Where nothing \
                        is named, the files are compared with HEAD. Exits 0 whatever differs, with `--breaking` 1 \
                        where an answer that was given is given no more.\n\
                        Told beside the answers: names that mean something else, questions of the knowledge that fail or \
                        pass now, with `--pins` the pins that hold no more, whose facts they are, and where a policy asks \
                        for reviews what was reviewed and is not.\n\
                        Rules of `--breaking`: answer-changed (meaning), winner-changed (precedence), answer-lost, \
                        answer-contested and question-fails (coverage), referent-changed, name-ambiguous and name-lost \
                        (identity); `dictum explain CODE` tells more. A commit whose message ends with `Dictum-Breaking: CODE \
                        reason` says that it is meant."
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
    /// Tell of the pins in these files and folders that hold before and not after
    #[arg(long, value_name = "FILE|DIR", num_args = 1..)]
    pins: Vec<PathBuf>,
    /// The day for pins, for owners and for questions that name none (today where not given)
    #[arg(long, value_name = "DATE", value_parser = read_date)]
    on: Option<Date>,
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
    let commits = (before, after);
    let (before, after) = (End::of(Some(before)), End::of(after));
    mention_errors(&states, (&before, &after), out);
    let on = arguments.on.unwrap_or_else(today);
    let effects = Effects::of(&states, &place, &Besides { on, pins: &arguments.pins, commits }, out)?;
    drop(progress);
    let name = |end: &End| end.commit.map(|commit| CommitId::from(commit).to_string());
    let ends = wire::Ends {
        before: (name(&before), &states.before.texts),
        after: (name(&after), &states.after.texts),
    };
    let breaks = match (&place.repository, arguments.breaking) {
        (Ok(repository), true) => {
            let head = commits.1.map_or_else(|| revision(repository, "HEAD"), Ok)?;
            Some(Breaks::of(&effects, repository, (commits.0, head))?)
        }
        _ => None,
    };
    if out.global.is_markdown() {
        out.text(&markdown::document(&effects, breaks.as_ref(), (&before.name, &after.name)));
    } else {
        match format {
            Format::Human => {
                human::tell(&effects.changed, &ends, out);
                beside::tell(&effects, out);
                breaks.iter().for_each(|breaks| breaks.tell(out));
            }
            Format::Concise => {
                effects.changed.iter().for_each(|one| out.line(&human::concise(one)));
                beside::concise(&effects, out);
            }
            Format::Json => out.line(&json_document(&elements(&effects, &ends, breaks.as_ref()))),
            Format::Jsonl => {
                elements(&effects, &ends, breaks.as_ref()).iter().for_each(|one| out.line(&json_line(one)));
            }
        }
        out.note(&format!("{} (from {} to {})", effects.summary(), before.name, after.name));
    }
    Ok(if breaks.is_some_and(|breaks| breaks.fails()) { Exit::Findings } else { Exit::Clean })
}

/// What can't be read says nothing, and what it said before is gone: that is to be known.
fn mention_errors(states: &States, (before, after): (&End, &End), out: &mut Output<'_>) {
    for (end, findings) in [(before, &states.before.findings), (after, &states.after.findings)] {
        let errors = findings.count(Severity::Error);
        if errors > 0 {
            let name = &end.name;
            out.note(&format!(
                "note: the knowledge of {name} has errors ({errors}); what can't be read there says nothing"
            ));
        }
    }
}

/// One thing that a change does, for machines.
#[derive(Serialize)]
#[serde(untagged)]
enum Element {
    Answer(Box<wire::Diff>),
    Name(Box<wire::NameChanged>),
    Question(Box<wire::QuestionChanged>),
    Pin(Box<wire::PinChanged>),
    Impact(Box<wire::Impact>),
}

/// All that a change does: answers, names, questions, pins, then whom it concerns.
fn elements(effects: &Effects, ends: &wire::Ends<'_>, breaks: Option<&Breaks>) -> Vec<Element> {
    let commits = (ends.before.0.clone(), ends.after.0.clone());
    let meant = |rules: &[Rule]| breaks.map(|breaks| breaks.wire(rules)).unwrap_or_default();
    let mut all: Vec<Element> = Vec::new();
    for one in &effects.changed {
        all.push(Element::Answer(Box::new(wire::diff(one, ends).meant(meant(&one.breaks())))));
    }
    for one in &effects.names {
        all.push(Element::Name(Box::new(wire::name_changed(one, &commits, meant(&one.breaks())))));
    }
    for one in &effects.questions {
        all.push(Element::Question(Box::new(wire::question_changed(one, &commits, meant(&one.breaks())))));
    }
    for (one, places) in &effects.pins {
        all.push(Element::Pin(Box::new(wire::pin_changed(one, places.clone(), &commits))));
    }
    if !effects.is_empty() {
        let impact = wire::impact(&effects.owners, effects.unreviewed.clone(), &commits);
        all.push(Element::Impact(Box::new(impact)));
    }
    all
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

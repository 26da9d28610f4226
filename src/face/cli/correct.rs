//! `dictum correct ADDRESS [VALUE] --reason …`: an expert puts a fact right.
//!
//! The correction is compiled with the knowledge before anything is written: what would raise an error, or would not
//! answer, is not written at all.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use clap::Args;
use jiff::civil::Date;
use smol_str::SmolStr;

use super::global::Format;
use super::knowledge::{self, Place, bytes, locate, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Asking, address};
use super::{check, human};
use crate::claim::{Claim, Slot, Value};
use crate::compile::{Compiled, compile_within};
use crate::face::text;
use crate::face::wire::Corrected;
use crate::history::CommitId;
use crate::kind::{Is, is_kebab};
use crate::query::{self, Address, Answer, Cite, Context, Question, Standing, Status};
use crate::snapshot::Snapshot;
use crate::source::{ObjectId, Signers, Text, Texts, commit_files, identity_mail};

mod draft;
pub(super) mod signers;

use draft::{Draft, Written};

/// Correct a fact: write a correction with its pin, checked before it is written.
#[derive(Args, Debug)]
#[command(after_help = "VALUE is read as the attribute's type: text as it is, otherwise as in TOML \
                        (`2026-03-31`, `12.5`, `{ amount = 10_000, currency = \"EUR\" }`).")]
pub(super) struct Arguments {
    /// The fact: `KIND/ID#ATTRIBUTE`, or the claim or pin that is wrong
    address: String,
    /// What is right
    #[arg(required_unless_present = "none", conflicts_with = "none", allow_hyphen_values = true)]
    value: Option<String>,
    /// It is known not to exist
    #[arg(long)]
    none: bool,
    /// Why, for the next reader
    #[arg(long, required = true)]
    reason: String,
    /// For this case only: `region=uk`; may be repeated
    #[arg(short = 'w', long = "where", value_name = "DIM=VALUE", value_parser = super::questions::read_pair)]
    context: Vec<(String, String)>,
    /// The day whose fact is wrong (today where not given)
    #[arg(long, value_name = "DATE", value_parser = super::questions::read_date)]
    on: Option<Date>,
    /// Refuse unless the fact is still this one: the digits behind `~` of its pin
    #[arg(long, value_name = "HASH")]
    pin: Option<String>,
    /// Who says so: an e-mail identity (that of git where not given)
    #[arg(long, value_name = "MAIL")]
    by: Option<String>,
    /// The document that it leans on, a declared source (that of the corrected claim where not given)
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// The id of the correction, and the name of its file
    #[arg(long)]
    id: Option<String>,
    /// Commit that file alone; what else is changed or staged stays as it is
    #[arg(long)]
    commit: bool,
}

/// Writes a correction, or says why not.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let place = locate(out)?;
    let base = base(arguments, &place)?;
    let before = compile_within(base.texts.clone(), base.findings.clone(), &place.limits);
    if before.findings.has_errors() {
        check::tell_errors(&before, out);
        out.note("nothing can be corrected in knowledge with errors: settle them first");
        return Ok(Exit::Findings);
    }
    let question = question(arguments, &before)?;
    let answer = ask(&before, &question)?;
    let Some(wrong) = corrected(arguments, &answer, out)? else { return Ok(Exit::Findings) };
    let draft = draft(arguments, &place, &before, &question, &wrong)?;
    let written = draft.written();
    let overlay = Text { path: written.path.as_str().into(), bytes: written.text.as_bytes().into() };
    let after = compile_within(knowledge::overlaid(&base.texts, overlay), base.findings, &place.limits);
    if ours(&after, &draft.id).any(|claim| claim.value == wrong.value) {
        out.note(&format!("nothing was written: `{}` says so already", text::shown(&wrong.pin.to_string())));
        return Ok(Exit::Findings);
    }
    if after.findings.has_errors() {
        check::tell_errors(&after, out);
        out.note("nothing was written: with this correction the knowledge would have errors");
        return Ok(Exit::Findings);
    }
    let now = ask(&after, &question)?;
    if !answers(&now, &after, &draft.id) {
        human::brief(&now, out);
        out.note("nothing was written: this correction would not answer here, this would: see above");
        return Ok(Exit::Findings);
    }
    let commit = write(arguments, &place, &written, out)?;
    let pin = now.pin.as_ref().map_or_else(|| draft.of.clone(), ToString::to_string);
    report(
        &Corrected {
            schema: "dictum.correct/1",
            address: wrong.pin.slot.to_string(),
            corrects: wrong.pin.to_string(),
            pin,
            path: written.path,
            commit: commit.map(|commit| CommitId::from(commit).to_string()),
        },
        format,
        out,
    );
    Ok(Exit::Clean)
}

/// What is corrected: the files as they are, or with `--commit` what is committed.
struct Base {
    texts: Texts,
    findings: crate::diagnostic::Findings,
}

fn base(arguments: &Arguments, place: &Place) -> Result<Base, Failure> {
    let (texts, findings) = match (&place.repository, arguments.commit) {
        (Ok(repository), true) => {
            knowledge::texts_of_commit(repository, place, revision(repository, "HEAD")?)?
        }
        (Err(why), true) => return Err(Failure::new(format!("`--commit` needs a git repository: {why}"))),
        (_, false) => knowledge::texts_of_files(place)?,
    };
    Ok(Base { texts, findings })
}

fn question(arguments: &Arguments, compiled: &Compiled) -> Result<Question, Failure> {
    let address = address(&arguments.address)?;
    if let Address::Subject(subject) = &address {
        return Err(Failure::new(format!(
            "`{subject}` is a whole subject, and one fact is corrected at a time"
        ))
        .help(format!("name the attribute: `{subject}#…`; `dictum get {subject}` lists them")));
    }
    let asking = Asking { context: arguments.context.clone(), on: arguments.on, ..Asking::default() };
    asking.question(address, &compiled.catalog.declarations)
}

/// Asks `compiled`, through a snapshot as every question does.
fn ask(compiled: &Compiled, question: &Question) -> Result<Answer, Failure> {
    let snapshot = Snapshot::from_bytes(bytes(compiled, None)?)?;
    let mut answers = query::get(&snapshot, question)?;
    answers.pop().ok_or_else(|| Failure::new("the question has no answer"))
}

/// The claim that is wrong: the one that answers. `None` where no single one does, which has been told.
fn corrected(arguments: &Arguments, answer: &Answer, out: &mut Output<'_>) -> Result<Option<Cite>, Failure> {
    let changed = match (&arguments.pin, answer.standing) {
        (_, Some(Standing::Superseded | Standing::Withdrawn)) => true,
        (Some(pin), _) => !answer.cites.iter().any(|cite| cite.hash.starts_with(pin.trim_start_matches('~'))),
        (None, _) => false,
    };
    let refuse = |why: &str, out: &mut Output<'_>| {
        human::brief(answer, out);
        out.note(&format!("nothing was written: {why}"));
        Ok(None)
    };
    if answer.status == Status::Depends {
        return refuse("which fact is meant depends on the case, say it with `--where`", out);
    }
    if answer.status == Status::Unknown {
        return refuse("nothing is said here that could be corrected, say it in a file of its own", out);
    }
    if changed {
        return refuse("the fact has changed since; look at it and use its new pin", out);
    }
    let named = |cite: &&Cite| match &answer.asked {
        Address::Pin(_, digits) => cite.hash.starts_with(digits),
        Address::Claim(_, id) => cite.id.as_ref() == Some(id),
        _ => match &arguments.pin {
            Some(pin) => cite.hash.starts_with(pin.trim_start_matches('~')),
            None => answer.pin.as_ref() == Some(&cite.pin),
        },
    };
    match answer.cites.iter().find(named) {
        Some(cite) => Ok(Some(cite.clone())),
        None => refuse("several claims answer together, name the one that is wrong by its pin", out),
    }
}

/// The claims of the correction `id`.
fn ours<'c>(compiled: &'c Compiled, id: &'c str) -> impl Iterator<Item = &'c Claim> {
    let is_ours = move |claim: &&Claim| {
        claim.statement.correction.as_ref().is_some_and(|correction| correction.id == id)
    };
    compiled.claims.iter().filter(is_ours)
}

/// Whether the correction is among what answers now.
fn answers(now: &Answer, after: &Compiled, id: &str) -> bool {
    ours(after, id).any(|claim| now.cites.iter().any(|cite| cite.hash == claim.hash))
}

fn draft(
    arguments: &Arguments,
    place: &Place,
    before: &Compiled,
    question: &Question,
    wrong: &Cite,
) -> Result<Draft, Failure> {
    let slot = &wrong.pin.slot;
    let type_id = type_of(before, slot, question)?;
    let attribute = before.catalog.attribute(slot.subject.kind(), type_id.as_deref(), &slot.attribute);
    let is = attribute.map_or(Is::Text, |attribute| attribute.is.clone());
    let value = match &arguments.value {
        Some(text) => Some(draft::typed(text, &is)?),
        None => None,
    };
    let mail = signers::author_mail()?.or_else(|| place.repository.as_ref().ok().and_then(identity_mail));
    Ok(Draft {
        id: id(arguments, before, slot, place)?,
        root: place.root.knowledge.clone(),
        of: slot.to_string(),
        value,
        reason: arguments.reason.clone(),
        by: arguments.by.clone().or(mail),
        pin: wrong.pin.digits.to_string(),
        when: query::narrower(&question.context, &wrong.when, &before.catalog.declarations),
        source: arguments.source.clone(),
        type_id: type_id
            .filter(|_| before.catalog.attribute(slot.subject.kind(), None, &slot.attribute).is_none()),
    })
}

/// The type that the subject says it is of.
fn type_of(compiled: &Compiled, slot: &Slot, question: &Question) -> Result<Option<String>, Failure> {
    let of_type = Slot { subject: slot.subject.clone(), attribute: SmolStr::new_static("type") };
    let asked = Question { address: Address::Slot(of_type), context: Context::unknown(), on: question.on };
    Ok(ask(compiled, &asked)?.value.filter(|value| *value != Value::None).map(|value| value.to_string()))
}

/// The id that was given, or one made of the address that is not taken yet.
fn id(arguments: &Arguments, before: &Compiled, slot: &Slot, place: &Place) -> Result<String, Failure> {
    let corrections = before.claims.iter().filter_map(|claim| claim.statement.correction.as_ref());
    let taken: BTreeSet<&str> = corrections.map(|correction| correction.id.as_str()).collect();
    let is_taken = |id: &str| taken.contains(id) || place.root.folder().join(draft::file(id)).exists();
    if let Some(id) = &arguments.id {
        return match is_kebab(id) {
            false => Err(Failure::new(format!("`{id}` can't be an id"))
                .help("write it with the letters a to z, digits and hyphens only")),
            true if is_taken(id) => {
                Err(Failure::new(format!("there is a correction `{id}` already")).help("give another `--id`"))
            }
            true => Ok(id.clone()),
        };
    }
    let stem = format!("{}-{}", slot.subject.id(), slot.attribute.replace('.', "-"));
    let candidates = std::iter::once(stem.clone()).chain((2..).map(|number| format!("{stem}-{number}")));
    Ok(candidates.into_iter().find(|id| !is_taken(id)).unwrap_or(stem))
}

/// Writes the file, and commits it where that was asked for. A file that can't be committed is taken away again.
fn write(
    arguments: &Arguments,
    place: &Place,
    written: &Written,
    out: &mut Output<'_>,
) -> Result<Option<ObjectId>, Failure> {
    let path = place.root.base.join(&written.path);
    let signers = if arguments.commit { signers::signers()? } else { Signers::default() };
    write_new(&path, &written.text).map_err(|error| Failure::file("write", &path, &error))?;
    let (Ok(repository), true) = (&place.repository, arguments.commit) else {
        out.detail("the file is not committed yet");
        return Ok(None);
    };
    match commit_files(repository, &[(&written.path, written.text.as_bytes())], &written.message, &signers) {
        Ok(commit) => Ok(Some(commit)),
        Err(bad) => {
            std::fs::remove_file(&path).map_err(|error| Failure::file("remove", &path, &error))?;
            Err(bad.into())
        }
    }
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::File::options().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

fn report(corrected: &Corrected, format: Format, out: &mut Output<'_>) {
    match format {
        Format::Json => out.line(&json_document(corrected)),
        Format::Jsonl => out.line(&json_line(corrected)),
        Format::Human | Format::Concise => {
            out.line(&format!("wrote {}", text::shown(&corrected.path)));
            out.line(&format!(
                "  {} gives way to {}",
                text::shown(&corrected.corrects),
                text::shown(&corrected.pin)
            ));
            match &corrected.commit {
                Some(commit) => out.line(&format!("  committed as {commit}")),
                None => out.note("next: have it reviewed, and commit it"),
            }
        }
    }
}

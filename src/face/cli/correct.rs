//! `dictum correct ADDRESS [VALUE] --reason …`: an expert puts a fact right.
//!
//! The correction is compiled with the knowledge before anything is written: what would raise an error, or would not
//! answer, is not written at all.

use std::io::Write;
use std::path::Path;

use clap::Args;
use jiff::civil::Date;

use super::global::Format;
use super::knowledge::{self, Place, locate, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::questions::{Asking, address};
use super::{check, human};
use crate::compile::{Compiled, compile_within};
use crate::diagnostic::Findings;
use crate::face::correction::{self, Base, Refused, Tried, Wish, Written};
use crate::face::text;
use crate::face::wire::Corrected;
use crate::history::CommitId;
use crate::query::Address;
use crate::source::{ObjectId, Signers, Texts, commit_files, identity_mail};

pub(super) mod signers;

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
    let (texts, findings) = texts(arguments, &place)?;
    let before = compile_within(texts, findings.clone(), &place.limits);
    if before.findings.has_errors() {
        check::tell_errors(&before, out);
        out.note("nothing can be corrected in knowledge with errors: settle them first");
        return Ok(Exit::Findings);
    }
    let wish = wish(arguments, &before, &place)?;
    let snapshot = correction::snapshot(&before)?;
    let taken = |file: &str| place.root.folder().join(file).exists();
    let base =
        Base { compiled: &before, snapshot: &snapshot, findings, root: &place.root.knowledge, taken: &taken };
    let tried = match correction::attempt(&wish, &base)? {
        Ok(tried) => tried,
        Err(refused) => {
            tell(&refused, out);
            return Ok(Exit::Findings);
        }
    };
    let Tried { wrong, written, now, .. } = tried;
    let commit = write(arguments, &place, &written, out)?;
    let pin = now.pin.as_ref().map_or_else(|| wrong.pin.slot.to_string(), ToString::to_string);
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
fn texts(arguments: &Arguments, place: &Place) -> Result<(Texts, Findings), Failure> {
    match (&place.repository, arguments.commit) {
        (Ok(repository), true) => {
            knowledge::texts_of_commit(repository, place, revision(repository, "HEAD")?)
        }
        (Err(why), true) => Err(Failure::new(format!("`--commit` needs a git repository: {why}"))),
        (_, false) => knowledge::texts_of_files(place),
    }
}

fn wish(arguments: &Arguments, before: &Compiled, place: &Place) -> Result<Wish, Failure> {
    let address = address(&arguments.address)?;
    if let Address::Subject(subject) = &address {
        return Err(Failure::new(format!(
            "`{subject}` is a whole subject, and one fact is corrected at a time"
        ))
        .help(format!("name the attribute: `{subject}#…`; `dictum get {subject}` lists them")));
    }
    let asking = Asking { context: arguments.context.clone(), on: arguments.on, ..Asking::default() };
    let mail = signers::author_mail()?.or_else(|| place.repository.as_ref().ok().and_then(identity_mail));
    Ok(Wish {
        question: asking.question(address, &before.catalog.declarations)?,
        value: arguments.value.clone(),
        reason: arguments.reason.clone(),
        pin: arguments.pin.clone(),
        by: arguments.by.clone().or(mail),
        source: arguments.source.clone(),
        id: arguments.id.clone(),
        from: None,
        until: None,
    })
}

/// Why nothing was written.
fn tell(refused: &Refused, out: &mut Output<'_>) {
    let (answer, why) = match refused {
        Refused::Depends(answer) => {
            (Some(answer), "which fact is meant depends on the case, say it with `--where`")
        }
        Refused::Unsaid(answer) => {
            (Some(answer), "nothing is said here that could be corrected, say it in a file of its own")
        }
        Refused::Changed(answer) => {
            (Some(answer), "the fact has changed since; look at it and use its new pin")
        }
        Refused::Several(answer) => {
            (Some(answer), "several claims answer together, name the one that is wrong by its pin")
        }
        Refused::Outdone(answer) => {
            (Some(answer), "this correction would not answer here, this would: see above")
        }
        Refused::Errors(faulty) => {
            check::tell_errors(&faulty.after, out);
            (None, "with this correction the knowledge would have errors")
        }
        Refused::Same(wrong) => {
            let pin = text::shown(&wrong.pin.to_string());
            return out.note(&format!("nothing was written: `{pin}` says so already"));
        }
    };
    if let Some(answer) = answer {
        human::brief(answer, out);
    }
    out.note(&format!("nothing was written: {why}"));
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

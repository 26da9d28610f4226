//! `dictum revert ADDRESS --to COMMIT`: one fact back to what was said of it then, as an edit of the files.
//!
//! Nothing else moves: the edit is compiled before it is written, and is refused unless the claims of this slot are
//! those of then and all others are as they were.

use std::collections::BTreeMap;

use clap::Args;

use super::correct::signers;
use super::global::Format;
use super::knowledge::{self, Place, locate, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::patch;
use super::questions::address;
use super::write::write_all;
use crate::claim::{Claim, ClaimHash, Slot};
use crate::compile::{Compiled, compile_within};
use crate::diagnostic::Findings;
use crate::face::text;
use crate::face::wire::Reverted;
use crate::history::CommitId;
use crate::kind::lower;
use crate::parse::parse_within;
use crate::query::Address;
use crate::source::{ObjectId, Repository, Signers, Text, Texts, commit_files, read_one_of_commit};

mod edit;

/// Put one fact back to what was said of it at a commit, as an edit ready to commit.
#[derive(Args, Debug)]
#[command(
    after_help = "Only the files are edited, where the fact stands now or stood then; with `--commit` these are \
                        committed alone. Nothing but this fact may change by it, else nothing is written."
)]
pub(super) struct Arguments {
    /// `KIND/ID#ATTRIBUTE`
    address: String,
    /// The commit, tag, branch or day whose word is to be said again
    #[arg(long, value_name = "REV|DATE")]
    to: String,
    /// Print the edit as a patch and write nothing
    #[arg(long, conflicts_with = "commit")]
    dry_run: bool,
    /// Commit what was edited alone; what else is changed or staged stays as it is
    #[arg(long)]
    commit: bool,
}

/// Puts back, or says why not.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let address = address(&arguments.address)?;
    let Address::Slot(slot) = &address else {
        let subject = address.subject();
        return Err(Failure::new(format!("`{}` is not one fact", arguments.address))
            .help(format!("name the attribute: `{subject}#…`; `dictum get {subject}` lists them")));
    };
    let place = locate(out)?;
    let repository = match &place.repository {
        Ok(repository) => repository,
        Err(why) => return Err(Failure::new(format!("there is nothing to go back to: {why}"))),
    };
    let to = revision(repository, &arguments.to)?;
    let (texts, findings) = match arguments.commit {
        true => knowledge::texts_of_commit(repository, &place, revision(repository, "HEAD")?)?,
        false => knowledge::texts_of_files(&place)?,
    };
    let now = compile_within(texts, findings, &place.limits);
    let (then_texts, _) = knowledge::texts_of_commit(repository, &place, to)?;
    let then = said_then(&then_texts, slot, &now, &place);
    if hashes(&then) == hashes(&of_slot(&now, slot)) {
        return refuse(
            &format!("`{slot}` is said as it was at {to:.7}"),
            &format!(
                "where the answer is another, claims are weighed in another way: `dictum history {slot}` tells since when"
            ),
            out,
        );
    }
    let edits = edit::edits(&now, slot, &then, &then_texts);
    let Some((edit, after)) = edits.into_iter().find_map(|edit| holds(edit, &now, slot, &then)) else {
        return refuse(
            &format!("`{slot}` can't be put back without moving anything else"),
            &format!(
                "see what was said with `dictum get {slot} --at {to:.7}`, then edit by hand or `dictum correct {slot} …`"
            ),
            out,
        );
    };
    if after.findings.has_errors() && !now.findings.has_errors() {
        super::check::tell_errors(&after, out);
        out.note("nothing was written: with this edit the knowledge would have errors");
        return Ok(Exit::Findings);
    }
    if arguments.dry_run {
        for file in &edit.files {
            let old = now.texts.find(&file.path).map(|file| now.texts.get(file));
            let old = old.map(|text| String::from_utf8_lossy(&text.bytes).into_owned());
            out.text(&patch::one_hunk(&file.path, old.as_deref(), &file.text));
        }
        return Ok(Exit::Clean);
    }
    let commit = write(arguments, &place, repository, &edit, slot, to, out)?;
    let says = match then.is_empty() {
        true => format!("nothing is said at {slot}, as at {to:.7}"),
        false => format!("{slot} is said as at {to:.7}"),
    };
    let reverted = Reverted {
        schema: "dictum.revert/1",
        address: slot.to_string(),
        to: name(to),
        paths: edit.files.into_iter().map(|file| file.path).collect(),
        commit: commit.map(name),
    };
    report(&reverted, &says, format, out);
    Ok(Exit::Clean)
}

fn refuse(why: &str, help: &str, out: &mut Output<'_>) -> Result<Exit, Failure> {
    out.note(&format!("nothing was written: {}", text::shown(why)));
    out.note(&format!("  help: {}", text::shown(help)));
    Ok(Exit::Findings)
}

/// Files with new texts, each once.
pub(super) struct Edit {
    files: Vec<Edited>,
}

/// A file with a new text.
pub(super) struct Edited {
    /// From the top of the repository.
    path: String,
    text: String,
}

fn of_slot<'c>(compiled: &'c Compiled, slot: &Slot) -> Vec<&'c Claim> {
    compiled.claims.iter().filter(|claim| claim.slot == *slot).collect()
}

/// The claims of `slot` then, in the types of now.
fn said_then(texts: &Texts, slot: &Slot, now: &Compiled, place: &Place) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut unused = Findings::new();
    for (file, text) in texts.iter() {
        if memchr::memmem::find(&text.bytes, slot.subject.id().as_bytes()).is_some() {
            let document = parse_within(file, text, &place.limits, &mut unused);
            let lowered = lower(&document, &text.path, &now.catalog, &mut unused);
            claims.extend(lowered.into_iter().filter(|claim| claim.slot == *slot));
        }
    }
    claims.sort_by_key(|claim| (claim.hash, claim.origin));
    claims
}

fn hashes<'c, C: std::borrow::Borrow<Claim> + 'c>(claims: &'c [C]) -> Vec<ClaimHash> {
    let mut hashes: Vec<ClaimHash> = claims.iter().map(|claim| claim.borrow().hash).collect();
    hashes.dedup();
    hashes
}

/// The edit with what it compiles to, if it puts back this slot and leaves all others as they are.
fn holds(edit: Edit, now: &Compiled, slot: &Slot, then: &[Claim]) -> Option<(Edit, Compiled)> {
    let texts = edit.files.iter().fold(now.texts.clone(), |texts, file| {
        let text = Text { path: file.path.as_str().into(), bytes: file.text.as_bytes().into() };
        knowledge::overlaid(&texts, text)
    });
    let after = now.next(texts, Findings::new());
    let others = |compiled: &Compiled| {
        let others = compiled.claims.iter().filter(|claim| claim.slot != *slot);
        let mut counts: BTreeMap<(Slot, ClaimHash), usize> = BTreeMap::new();
        others.for_each(|claim| *counts.entry((claim.slot.clone(), claim.hash)).or_default() += 1);
        counts
    };
    let back = hashes(&of_slot(&after, slot)) == hashes(then);
    (back && others(&after) == others(now)).then_some((edit, after))
}

/// Writes the files, and commits them where that was asked for; what can't be committed is put back as it was.
fn write(
    arguments: &Arguments,
    place: &Place,
    repository: &Repository,
    edit: &Edit,
    slot: &Slot,
    to: ObjectId,
    out: &mut Output<'_>,
) -> Result<Option<ObjectId>, Failure> {
    let at = |file: &Edited| place.root.base.join(&file.path);
    if arguments.commit {
        let head = repository.head();
        for file in &edit.files {
            let read = |head| read_one_of_commit(repository, head, &file.path, &place.limits).ok();
            let committed = head.and_then(read);
            if committed.as_ref().map(|text| &*text.bytes) != std::fs::read(at(file)).ok().as_deref() {
                return Err(Failure::new(format!("`{}` is changed here and not committed", file.path))
                    .help("commit it first, or leave `--commit` out to edit the file as it is"));
            }
        }
    }
    let signers = if arguments.commit { signers::signers()? } else { Signers::default() };
    let files: Vec<_> = edit.files.iter().map(|file| (at(file), file.text.as_bytes())).collect();
    let written = write_all(&files)?;
    if !arguments.commit {
        let which = if files.len() == 1 { "the file is" } else { "the files are" };
        out.detail(&format!("{which} not committed yet"));
        return Ok(None);
    }
    let message = format!("Revert {slot} to what {to:.7} said\n\nThe fact is said again as at {to}.\n");
    let files: Vec<_> = edit.files.iter().map(|file| (file.path.as_str(), file.text.as_bytes())).collect();
    match commit_files(repository, &files, &message, &signers) {
        Ok(commit) => Ok(Some(commit)),
        Err(bad) => {
            written.undo()?;
            Err(bad.into())
        }
    }
}

fn name(commit: ObjectId) -> String {
    CommitId::from(commit).to_string()
}

fn report(reverted: &Reverted, says: &str, format: Format, out: &mut Output<'_>) {
    match format {
        Format::Json => out.line(&json_document(reverted)),
        Format::Jsonl => out.line(&json_line(reverted)),
        Format::Human | Format::Concise => {
            reverted.paths.iter().for_each(|path| out.line(&format!("wrote {}", text::shown(path))));
            out.line(&format!("  {}", text::shown(says)));
            match &reverted.commit {
                Some(commit) => out.line(&format!("  committed as {commit}")),
                None => out.note("next: look at it with `git diff`, and commit it"),
            }
        }
    }
}

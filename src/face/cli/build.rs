//! `dictum build -o FILE`: the knowledge of a commit in one file.

use std::path::PathBuf;

use clap::Args;

use super::global::Format;
use super::knowledge::{self, Place, bytes, locate, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use crate::compile::Compiled;
use crate::face::wire::Built;
use crate::face::{text, words};
use crate::history::CommitId;
use crate::snapshot::{Snapshot, write_atomic};
use crate::source::ObjectId;

/// Compile the knowledge of a commit into one file that answers without the repository.
#[derive(Args, Debug)]
#[command(
    after_help = "The same commit gives the same bytes on every machine. Ask it with `--snapshot FILE`."
)]
pub(super) struct Arguments {
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = "knowledge.dictum")]
    output: PathBuf,
    /// The commit, tag or branch to build; it is not checked out
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    rev: String,
    /// Build the files as they are, committed or not, and without history
    #[arg(long, conflicts_with = "rev")]
    worktree: bool,
    /// Build in spite of errors: where claims contradict each other, the file answers so and nothing else
    #[arg(long)]
    keep_going: bool,
    /// Leave out who said what
    #[arg(long)]
    no_history: bool,
}

/// Builds.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let place = locate(out)?;
    let progress = Progress::start(out.global, "compiling");
    let (compiled, commit) = compile(arguments, &place)?;
    let flawed = compiled.findings.has_errors();
    if flawed && !arguments.keep_going {
        drop(progress);
        super::check::tell_errors(&compiled, out);
        out.note("nothing is built from knowledge with errors; `--keep-going` builds what there is");
        return Ok(Exit::Findings);
    }
    progress.step("tracing who said it");
    let provenance = match (&place.repository, commit) {
        (Ok(repository), Some(commit)) if !arguments.no_history => {
            Some(knowledge::provenance(repository, &place, &compiled, commit, true)?)
        }
        _ => None,
    };
    progress.step("writing");
    let bytes = bytes(&compiled, provenance.as_ref())?;
    let file = out.at(&arguments.output);
    write_atomic(&file, &bytes)?;
    let snapshot = Snapshot::from_bytes(bytes)?;
    drop(progress);
    let history = provenance.as_ref().map_or("none", |provenance| provenance.completeness.as_str());
    let built = built(&arguments.output, &snapshot, commit, history)?;
    match format {
        Format::Json => out.line(&json_document(&built)),
        Format::Jsonl => out.line(&json_line(&built)),
        Format::Human | Format::Concise => human(&built, out),
    }
    if flawed {
        out.note("built from knowledge with errors, `dictum check` shows them");
        return Ok(Exit::Findings);
    }
    // What can't be vouched for is in the file, and says so in every answer.
    Ok(if provenance.is_some() && history != "complete" { Exit::Unconfirmed } else { Exit::Clean })
}

fn compile(arguments: &Arguments, place: &Place) -> Result<(Compiled, Option<ObjectId>), Failure> {
    match (&place.repository, arguments.worktree) {
        (_, true) => Ok((knowledge::compile_files(place)?, None)),
        (Ok(repository), false) => {
            let commit = revision(repository, &arguments.rev)?;
            Ok((knowledge::compile_commit(repository, place, commit)?, Some(commit)))
        }
        (Err(why), false) => Err(Failure::new(format!("there is no commit to build: {why}"))
            .help("commit the knowledge, or build the files as they are with `--worktree`")),
    }
}

fn built(
    file: &std::path::Path,
    snapshot: &Snapshot,
    commit: Option<ObjectId>,
    history: &str,
) -> Result<Built, Failure> {
    Ok(Built {
        schema: "dictum.build/1",
        file: file.display().to_string(),
        bytes: snapshot.bytes().len() as u64,
        facts: snapshot.slot_count(),
        claims: snapshot.claim_count(),
        files: snapshot.files()?.len(),
        content_root: snapshot.content_root().to_string(),
        provenance_root: snapshot.provenance_root().map(|root| root.to_string()),
        file_hash: snapshot.file_hash().to_string(),
        at: commit.map(|commit| CommitId::from(commit).to_string()),
        history: history.to_owned(),
    })
}

fn human(built: &Built, out: &mut Output<'_>) {
    let facts = words::count(built.facts as usize, "fact", "facts");
    let claims = words::count(built.claims as usize, "claim", "claims");
    let files = words::count(built.files, "file", "files");
    out.line(&format!("{}: {facts} from {claims} in {files}", text::shown(&built.file)));
    out.line(&format!("  content     {}", built.content_root));
    if let Some(root) = &built.provenance_root {
        out.line(&format!("  provenance  {root}"));
    }
    let at = built.at.as_deref().unwrap_or("files that are not committed");
    out.line(&format!("  of          {at}     history {}", built.history));
}

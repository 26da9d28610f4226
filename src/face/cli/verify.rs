//! `dictum verify FILE [--rev REV]`: is a snapshot whole, and is it what the repository says? Is a proof one?

use std::path::PathBuf;

use super::global::Format;
use super::knowledge::{self, Place, bytes, locate, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use super::proof;
use crate::face::text;
use crate::face::wire::{Check, Proof, Verified};
use crate::history::{CommitId, Reach, reach, read_commit};
use crate::snapshot::{Snapshot, SourceFile};
use clap::Args;

/// Check a snapshot, also against the repository it was built from; or a proof, which needs no repository.
#[derive(Args, Debug)]
#[command(after_help = "Exits 2 where the file is damaged, 1 where it is not what the commit says.")]
pub(super) struct Arguments {
    /// The file
    file: PathBuf,
    /// Compile this commit, tag or branch anew, and compare
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// The content root it must have, as it was published
    #[arg(long, value_name = "ROOT")]
    root: Option<String>,
}

/// Checks.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let progress = Progress::start(out.global, "checking the file");
    let file = out.at(&arguments.file);
    if let Some(text) = proof::read(&file)? {
        if arguments.rev.is_some() {
            return Err(Failure::new("`--rev` is for snapshots: a proof is checked without a repository")
                .help("leave `--rev` out"));
        }
        let (checks, proof) = proof::check(&text, &out.global.limits());
        drop(progress);
        let verified = verified(arguments, checks, proof.as_ref().map(Roots::of_proof).unwrap_or_default());
        return Ok(tell(&verified, true, format, out));
    }
    let snapshot = Snapshot::open(&file)?;
    snapshot.check_all()?;
    let mut checks = vec![Check { name: "integrity", ok: true, detail: snapshot.file_hash().to_string() }];
    snapshot.verify_internal()?;
    let detail = format!("{} facts: hashes and roots worked out again, alike", snapshot.slot_count());
    checks.push(Check { name: "content", ok: true, detail });
    if let Some(rev) = &arguments.rev {
        progress.step("compiling the commit");
        checks.append(&mut against(&snapshot, rev, out)?);
    }
    checks.extend(standing(&snapshot, out)?);
    drop(progress);
    let at = snapshot.provenance().map(|provenance| provenance.head()).transpose()?;
    let roots = Roots {
        content: snapshot.content_root().to_string(),
        provenance: snapshot.provenance_root().map(|root| root.to_string()),
        at: at.map(|id| id.to_string()),
    };
    Ok(tell(&verified(arguments, checks, roots), false, format, out))
}

/// By what a file is known to those who were told of it.
#[derive(Default)]
struct Roots {
    content: String,
    provenance: Option<String>,
    at: Option<String>,
}

impl Roots {
    fn of_proof(proof: &Proof) -> Roots {
        Roots {
            content: proof.content.root.clone(),
            provenance: Some(proof.provenance_root.clone()),
            at: Some(proof.commit.clone()),
        }
    }
}

fn verified(arguments: &Arguments, mut checks: Vec<Check>, roots: Roots) -> Verified {
    if let Some(wanted) = &arguments.root {
        let ok = *wanted == roots.content;
        let detail =
            if ok { "it is the one asked for".to_owned() } else { format!("it is {}", roots.content) };
        checks.push(Check { name: "root", ok, detail });
    }
    Verified {
        schema: "dictum.verify/1",
        file: arguments.file.display().to_string(),
        ok: checks.iter().all(|check| check.ok),
        checks,
        content_root: roots.content,
        provenance_root: roots.provenance,
        at: roots.at,
    }
}

fn tell(verified: &Verified, is_proof: bool, format: Format, out: &mut Output<'_>) -> Exit {
    match format {
        Format::Json => out.line(&json_document(verified)),
        Format::Jsonl => out.line(&json_line(verified)),
        Format::Human | Format::Concise => human(verified, is_proof, out),
    }
    if verified.ok { Exit::Clean } else { Exit::Findings }
}

/// Compiles `rev` and holds the snapshot against it.
fn against(snapshot: &Snapshot, rev: &str, out: &Output<'_>) -> Result<Vec<Check>, Failure> {
    let place = locate(out)?;
    let repository = place
        .repository
        .as_ref()
        .map_err(|why| Failure::new(format!("`--rev {rev}` needs a git repository: {why}")))?;
    let commit = revision(repository, rev)?;
    let compiled = knowledge::compile_commit(repository, &place, commit)?;
    if compiled.findings.has_errors() {
        let detail = "the knowledge of this commit has errors, nothing can be built from it".to_owned();
        return Ok(vec![Check { name: "compile", ok: false, detail }]);
    }
    let provenance = match snapshot.provenance() {
        Some(_) => Some(knowledge::provenance(repository, &place, &compiled, commit, true)?),
        None => None,
    };
    let anew = Snapshot::from_bytes(bytes(&compiled, provenance.as_ref())?)?;
    let mut checks = vec![sources(&snapshot.files()?, &anew.files()?)];
    checks.push(same("content-root", &snapshot.content_root(), &anew.content_root()));
    if let (Some(ours), Some(theirs)) = (snapshot.provenance_root(), anew.provenance_root()) {
        checks.push(same("provenance-root", &ours, &theirs));
    }
    checks.push(same("file", &snapshot.file_hash(), &anew.file_hash()));
    Ok(checks)
}

/// Whether the commit that the snapshot was built from still is in the history of the repository here, if there is one
/// and it is the one.
fn standing(snapshot: &Snapshot, out: &mut Output<'_>) -> Result<Option<Check>, Failure> {
    let (Some(provenance), Ok(Place { repository: Ok(repository), .. })) =
        (snapshot.provenance(), locate(out))
    else {
        return Ok(None);
    };
    let head = provenance.head()?;
    let rewritten = |why: &str| (false, format!("history was rewritten: {why} {}", head.short()));
    let (ok, detail) = match head.object().map_or(Reach::Unseen, |commit| reach(&repository, commit)) {
        // As it should be, and nobody's news.
        Reach::Head => return Ok(None),
        Reach::Other(name) => (true, format!("{} is behind `{}`", head.short(), text::shown(&name))),
        Reach::Nothing => rewritten("no branch or tag leads to"),
        Reach::Unseen => return Ok(None),
        Reach::Absent if repository.is_shallow() => return Ok(None),
        Reach::Absent => {
            // Of a repository that has none of its commits nothing can be said: it may be any.
            let commits = provenance.decode()?.commits;
            let is_here =
                |id: &CommitId| id.object().and_then(|commit| read_commit(&repository, commit)).is_some();
            if !commits.iter().any(|commit| is_here(&commit.id)) {
                out.note("note: this repository has none of its commits, and was not asked about them");
                return Ok(None);
            }
            rewritten("it has other commits of this snapshot, and not")
        }
    };
    Ok(Some(Check { name: "history", ok, detail }))
}

fn same(name: &'static str, ours: &crate::snapshot::Hash, theirs: &crate::snapshot::Hash) -> Check {
    let detail = if ours == theirs {
        ours.to_string()
    } else {
        format!("the file has {ours}, the commit gives {theirs}")
    };
    Check { name, ok: ours == theirs, detail }
}

/// The source files of both, by path and hash.
fn sources(ours: &[SourceFile], theirs: &[SourceFile]) -> Check {
    let differs = |file: &&SourceFile| !theirs.contains(file);
    let missing = |file: &&SourceFile| !ours.iter().any(|own| own.path == file.path);
    let other = ours.iter().find(differs).or_else(|| theirs.iter().find(missing));
    let detail = match other {
        None => format!("{} source files are the same", ours.len()),
        Some(file) => format!("`{}` differs", text::shown(&file.path)),
    };
    Check { name: "sources", ok: other.is_none(), detail }
}

fn human(verified: &Verified, is_proof: bool, out: &mut Output<'_>) {
    for check in &verified.checks {
        let word = if check.ok { out.styled("32", "ok    ") } else { out.styled("31", "differs") };
        out.line(&format!("{word} {:16} {}", check.name, check.detail));
    }
    let at = verified.at.as_deref().map(|at| format!(", built from {at}"));
    let at = at.filter(|_| !is_proof).unwrap_or_default();
    let rewritten = |check: &Check| check.name == "history" || check.ok;
    let verdict = match (verified.ok, is_proof) {
        (true, false) => "is whole",
        (false, false) if verified.checks.iter().all(rewritten) => {
            "is whole, but tells of a commit that is no longer in this history"
        }
        (true, true) => "holds for whoever trusts that root or that commit",
        (false, _) => "is not what it says it is",
    };
    out.line(&format!("{} {verdict}{at}", text::shown(&verified.file)));
}

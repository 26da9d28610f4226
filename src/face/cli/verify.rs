//! `dictum verify FILE [--rev REV]`: is a snapshot whole, and is it what the repository says? Is a proof one?

use std::path::{Path, PathBuf};

use super::global::Format;
use super::knowledge::{self, Place, bytes, locate, revision};
use super::output::{Exit, Failure, Output, json_document, json_line};
use super::progress::Progress;
use super::proof::{self, Signed};
use super::review;
use crate::face::text;
use crate::face::wire::{Check, Proof, Verified};
use crate::history::{AllowedSigners, CommitId, Reach, reach, read_commit};
use crate::snapshot::{Snapshot, SourceFile};
use clap::Args;

/// Check a snapshot, also against the repository it was built from; or a proof, which needs no repository.
#[derive(Args, Debug)]
#[command(
    after_help = "Exits 2 where the file is damaged, 1 where it is not what the commit says or a signature is refused, \
                        3 where a commit that the proof names is not signed by one of the allowed signers."
)]
pub(super) struct Arguments {
    /// The file
    file: PathBuf,
    /// Compile this commit, tag or branch anew, and compare
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// The content root it must have, as it was published
    #[arg(long, value_name = "ROOT")]
    root: Option<String>,
    /// Verify the SSH signatures of the commits in a proof by this file of yours (`PRINCIPALS KEY` lines, as for ssh-keygen)
    #[arg(long, value_name = "FILE")]
    allowed_signers: Option<PathBuf>,
}

/// Checks.
pub(super) fn run(arguments: &Arguments, out: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = out.format(Format::Human)?;
    let progress = Progress::start(out.global, "checking the file");
    let file = out.at(&arguments.file);
    if let Some(text) = proof::read(&file)? {
        return of_proof(arguments, &text, progress, format, out);
    }
    if arguments.allowed_signers.is_some() {
        return Err(Failure::new(
            "`--allowed-signers` is for proofs: a snapshot holds no commits to be signed",
        )
        .help("leave it out, or ask `dictum audit --allowed-signers FILE` in the repository"));
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
    Ok(tell(&verified(arguments, checks, roots), None, format, out))
}

/// Checks the text of a proof.
fn of_proof(
    arguments: &Arguments,
    text: &str,
    progress: Progress,
    format: Format,
    out: &mut Output<'_>,
) -> Result<Exit, Failure> {
    if arguments.rev.is_some() {
        return Err(Failure::new("`--rev` is for snapshots: a proof is checked without a repository")
            .help("leave `--rev` out"));
    }
    let (checks, proof) = proof::check(text, &out.global.limits());
    let mut verified = verified(arguments, checks, proof.as_ref().map(Roots::of_proof).unwrap_or_default());
    let signers = arguments.allowed_signers.as_ref();
    let signers = signers.map(|file| signers_of(&out.at(file), &verified, out)).transpose()?;
    let asked = signers.is_some();
    // What is not what it says it is vouches for nothing.
    let signed = match &proof {
        Some(proof) if verified.ok => proof::signed(proof, signers),
        _ => Vec::new(),
    };
    verified.signatures = proof::on_the_wire(&signed);
    let vouched = if asked { proof::signed_exit(&signed) } else { Exit::Clean };
    let holds = verified.ok;
    verified.ok &= vouched != Exit::Findings;
    drop(progress);
    let exit = tell(&verified, Some(&OfProof { holds, asked, signed: &signed }), format, out);
    Ok(if holds { vouched } else { exit })
}

/// Reads the file of allowed signers. One that lies in the repository whose commit the proof is of is refused: who can
/// change the one can change the other.
fn signers_of(file: &Path, verified: &Verified, out: &Output<'_>) -> Result<AllowedSigners, Failure> {
    let commit = verified.at.as_deref().and_then(CommitId::parse).and_then(|id| id.object());
    let place = locate(out).ok().filter(|place| match (&place.repository, commit) {
        (Ok(repository), Some(commit)) => read_commit(repository, commit).is_some(),
        _ => false,
    });
    review::signers(file, place.as_ref())
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
        signatures: Vec::new(),
        content_root: roots.content,
        provenance_root: roots.provenance,
        at: roots.at,
    }
}

/// What is known of a proof beside its checks.
struct OfProof<'a> {
    holds: bool,
    /// Whether signatures were to be verified.
    asked: bool,
    signed: &'a [Signed],
}

impl OfProof<'_> {
    fn verdict(&self) -> &'static str {
        match (self.holds, self.asked, proof::signed_exit(self.signed)) {
            (false, _, _) => NOT_SO,
            (true, false, _) => "holds for whoever trusts that root or that commit",
            (true, true, Exit::Clean) => {
                "holds, and every commit it names is signed by one of your allowed signers"
            }
            (true, true, Exit::Findings) => "holds, but a signature in it is not to be trusted",
            (true, true, _) => {
                "holds, but not every commit it names is signed by one of your allowed signers"
            }
        }
    }
}

const NOT_SO: &str = "is not what it says it is";

fn tell(verified: &Verified, proof: Option<&OfProof<'_>>, format: Format, out: &mut Output<'_>) -> Exit {
    match format {
        Format::Json => out.line(&json_document(verified)),
        Format::Jsonl => out.line(&json_line(verified)),
        Format::Human | Format::Concise => human(verified, proof, out),
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

fn human(verified: &Verified, proof: Option<&OfProof<'_>>, out: &mut Output<'_>) {
    for check in &verified.checks {
        let word = if check.ok { out.styled("32", "ok    ") } else { out.styled("31", "differs") };
        out.line(&format!("{word} {:16} {}", check.name, check.detail));
    }
    if let Some(proof) = proof {
        proof::tell_signed(proof.signed, proof.asked, out);
    }
    let at = verified.at.as_deref().map(|at| format!(", built from {at}"));
    let at = at.filter(|_| proof.is_none()).unwrap_or_default();
    let rewritten = |check: &Check| check.name == "history" || check.ok;
    let verdict = match proof {
        Some(proof) => proof.verdict(),
        None if verified.ok => "is whole",
        None if verified.checks.iter().all(rewritten) => {
            "is whole, but tells of a commit that is no longer in this history"
        }
        None => NOT_SO,
    };
    out.line(&format!("{} {verdict}{at}", text::shown(&verified.file)));
}

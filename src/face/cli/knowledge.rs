//! Where the knowledge is, and the way from there to something that can be asked.

use std::path::{Path, PathBuf};

use git2::{Oid, Repository};

use super::loading;
use super::output::{Failure, Output};
use super::progress::Progress;
use super::questions::Basis;
use crate::compile::{Compiled, compile};
use crate::diagnostic::Findings;
use crate::history::{CommitId, HistoryError, Knowledge, Options, Provenance, open as open_repository, trace};
use crate::snapshot::{Input, Snapshot};
use crate::source::{BadRevision, Text, Texts, is_changed, revision};

/// Knowledge ready to be asked.
pub(super) struct Opened {
    /// What answers.
    pub snapshot: Snapshot,
    /// Why there is no history, where there is none.
    pub no_history: Option<String>,
}

/// The folder of the knowledge, and the repository around it.
pub(super) struct Place {
    /// The top of the repository; where there is none, the folder that holds the knowledge folder.
    pub top: PathBuf,
    /// The knowledge folder from there, `/` between parts; empty for the top itself.
    pub root: String,
    /// The repository; else why there is none.
    pub repository: Result<Repository, String>,
}

impl Place {
    /// The folder of the knowledge.
    pub fn folder(&self) -> PathBuf {
        if self.root.is_empty() { self.top.clone() } else { self.top.join(&self.root) }
    }
}

/// Knowledge compiled, and the commit it is of.
pub(super) struct At {
    pub compiled: Compiled,
    /// `None` for files of the work tree.
    pub commit: Option<Oid>,
}

/// Opens what questions are answered from: a snapshot file, or the repository at a commit. `None` where the knowledge
/// has errors, which have been told.
pub(super) fn open(basis: &Basis, out: &mut Output<'_>) -> Result<Option<Opened>, Failure> {
    if let Some(file) = &basis.snapshot {
        let snapshot = Snapshot::open(&out.at(file))?;
        let no_history = snapshot.provenance().is_none().then(|| "the snapshot was built without history".to_owned());
        return Ok(Some(Opened { snapshot, no_history }));
    }
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let at = compile_for_answers(&place, basis.at.as_deref(), out)?;
    if at.compiled.findings.has_errors() {
        drop(progress);
        super::check::tell(&at.compiled, out)?;
        out.note("nothing is answered from knowledge with errors");
        return Ok(None);
    }
    progress.step("tracing who said it");
    let (provenance, no_history) = match (&place.repository, at.commit) {
        (Ok(repository), Some(commit)) => {
            (Some(provenance(repository, &place, &at.compiled, commit, false)?), None)
        }
        (Ok(_), None) => (None, Some("the knowledge is not committed yet".to_owned())),
        (Err(why), _) => (None, Some(why.clone())),
    };
    progress.step("building the snapshot");
    let snapshot = Snapshot::from_bytes(bytes(&at.compiled, provenance.as_ref())?)?;
    Ok(Some(Opened { snapshot, no_history }))
}

/// Compiles what answers are given from: the commit asked for, else `HEAD`, else (nothing committed, no repository)
/// the files. Says on stderr where that may surprise.
pub(super) fn compile_for_answers(place: &Place, at: Option<&str>, out: &mut Output<'_>) -> Result<At, Failure> {
    let repository = match (&place.repository, at) {
        (Ok(repository), _) => repository,
        (Err(why), Some(at)) => {
            return Err(Failure::new(format!("`--at {at}` needs a git repository: {why}")).help("leave `--at` out"));
        }
        (Err(_), None) => return Ok(At { compiled: compile_files(place)?, commit: None }),
    };
    if at.is_none() {
        let committed = repository.head().and_then(|head| head.peel_to_commit()).is_ok_and(|head| {
            let config = if place.root.is_empty() { "dictum.toml".to_owned() } else { format!("{}/dictum.toml", place.root) };
            head.tree().is_ok_and(|tree| tree.get_path(Path::new(&config)).is_ok())
        });
        if !committed {
            return Ok(At { compiled: compile_files(place)?, commit: None });
        }
        if is_changed(repository, &place.root) {
            out.note("note: knowledge is changed here and not committed; this answers from HEAD");
        }
    }
    let commit = revision(repository, at.unwrap_or("HEAD"))?;
    Ok(At { compiled: compile_commit(repository, place, commit)?, commit: Some(commit) })
}

/// Compiles a commit's tree, without checkout.
pub(super) fn compile_commit(repository: &Repository, place: &Place, commit: Oid) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_of_commit(repository, place, commit)?;
    Ok(compile(texts, findings))
}

/// Compiles the files as they are.
pub(super) fn compile_files(place: &Place) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_of_files(place)?;
    Ok(compile(texts, findings))
}

/// The texts of a commit's tree, and what is wrong with reading them.
pub(super) fn texts_of_commit(repository: &Repository, place: &Place, commit: Oid) -> Result<(Texts, Findings), Failure> {
    Ok(loading::commit(repository, commit, &place.root))
}

/// The texts of the files as they are, and what is wrong with reading them.
pub(super) fn texts_of_files(place: &Place) -> Result<(Texts, Findings), Failure> {
    Ok(loading::folder(&place.top, &place.root))
}

/// `texts` with one more, or another in its place.
pub(super) fn overlaid(texts: &Texts, overlay: Option<Text>) -> Texts {
    // Of two with one path the first is kept.
    Texts::new(overlay.into_iter().chain(texts.iter().map(|(_, text)| text.clone())).collect())
}

/// Who said each claim of `compiled`, which is of `commit`.
pub(super) fn provenance(
    repository: &Repository,
    place: &Place,
    compiled: &Compiled,
    commit: Oid,
    events: bool,
) -> Result<Provenance, Failure> {
    let extractor = Knowledge::new(&place.root, &compiled.config, &compiled.catalog);
    Ok(trace(repository, commit, &place.root, &extractor, Options { events })?)
}

/// The bytes of the snapshot.
pub(super) fn bytes(compiled: &Compiled, provenance: Option<&Provenance>) -> Result<Vec<u8>, Failure> {
    let input = Input {
        name: compiled.config.name.as_deref().unwrap_or("knowledge"),
        declarations: &compiled.catalog.declarations,
        claims: &compiled.claims,
        decisions: &compiled.decisions,
        texts: &compiled.texts,
        provenance,
    };
    Ok(Snapshot::build(&input)?)
}

/// Finds the knowledge folder: the one that was named, else upwards from the working folder the first that holds
/// `dictum.toml`, itself or in its folder `knowledge`.
pub(super) fn locate(out: &Output<'_>) -> Result<Place, Failure> {
    let start = out.folder();
    let absolute = std::fs::canonicalize(&start).map_err(|error| Failure::file("work in", &start, &error))?;
    let found = match &out.global.knowledge {
        Some(named) => {
            let folder = out.at(named);
            Some(std::fs::canonicalize(&folder).map_err(|error| Failure::file("work in", &folder, &error))?)
        }
        None => absolute.ancestors().find_map(knowledge_in),
    };
    let repository = open_repository(found.as_deref().unwrap_or(&absolute));
    match (found, repository) {
        (Some(folder), Ok(repository)) => {
            let top = repository.workdir().and_then(|top| std::fs::canonicalize(top).ok());
            match top.and_then(|top| Some((relative(&folder, &top)?, top))) {
                Some((root, top)) => Ok(Place { top, root, repository: Ok(repository) }),
                None => Ok(loose(folder, "the knowledge lies outside the repository's work tree".to_owned())),
            }
        }
        (Some(folder), Err(error)) => Ok(loose(folder, error.message())),
        (None, Ok(repository)) if repository.is_bare() => in_bare(repository, &absolute),
        (None, _) => Err(Failure::new(format!("there is no knowledge in `{}` or above it", start.display()))
            .help("run `dictum init` to start some, or name its folder with `--knowledge DIR`")),
    }
}

fn knowledge_in(folder: &Path) -> Option<PathBuf> {
    let below = folder.join("knowledge");
    [folder.to_owned(), below].into_iter().find(|folder| folder.join("dictum.toml").is_file())
}

/// Knowledge without a repository: named from the folder above it, as it would be in one.
fn loose(folder: PathBuf, why: String) -> Place {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    match (folder.parent(), name) {
        (Some(above), Some(root)) => Place { top: above.to_owned(), root, repository: Err(why) },
        _ => Place { top: folder, root: String::new(), repository: Err(why) },
    }
}

/// A bare repository has no files: the knowledge is where its head has `dictum.toml`.
fn in_bare(repository: Repository, top: &Path) -> Result<Place, Failure> {
    let has = |path: &str| {
        let tree = repository.head().and_then(|head| head.peel_to_tree());
        tree.is_ok_and(|tree| tree.get_path(Path::new(path)).is_ok())
    };
    let root = match (has("dictum.toml"), has("knowledge/dictum.toml")) {
        (true, _) => "",
        (_, true) => "knowledge",
        _ => return Err(Failure::new("there is no `dictum.toml` at the head of this bare repository")),
    };
    Ok(Place { top: top.to_owned(), root: root.to_owned(), repository: Ok(repository) })
}

/// `folder` from `top`, `/` between parts; `None` where it is not below.
fn relative(folder: &Path, top: &Path) -> Option<String> {
    let parts = folder.strip_prefix(top).ok()?.components();
    Some(parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}

/// A commit's name, tagged with its algorithm.
pub(super) fn commit_id(commit: Oid) -> Option<CommitId> {
    CommitId::from_hex(&commit.to_string())
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Failure {
        Failure::new(error.message()).help(error.help())
    }
}

impl From<BadRevision> for Failure {
    fn from(bad: BadRevision) -> Failure {
        Failure::new(bad.message).help(bad.help)
    }
}

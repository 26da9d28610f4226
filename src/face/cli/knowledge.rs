//! Where the knowledge is, and the way from there to something that can be asked.

use std::path::Path;

use super::cache::{Cache, Indexed};
use super::output::{Failure, Output};
use super::progress::Progress;
use super::questions::Basis;
use crate::claim::Renamed;
use crate::compile::{Apart, Compiled, Extent, compile_as_far_as, compile_within};
use crate::diagnostic::{Findings, Severity, of_files};
use crate::history::{Completeness, Extractor as _, History, HistoryError, Knowledge, Options, Provenance};
use crate::kind::{Config, read_config};
use crate::parse::parse;
use crate::snapshot::{Input, Snapshot};
use crate::source::{
    self, FileId, Former, Limits, Loaded, ObjectId, Refusal, Repository, Root, Selection, SourceError, Text,
    Texts, Unread,
};

/// Knowledge ready to be asked.
pub(super) struct Opened {
    /// What answers.
    pub snapshot: Snapshot,
    /// Why there is no history, where there is none.
    pub no_history: Option<String>,
}

/// The folder of the knowledge, and the repository around it.
pub(super) struct Place {
    /// Where it is.
    pub root: Root,
    /// The repository; else why there is none.
    pub repository: Result<Repository, String>,
    /// How large things may be.
    pub limits: Limits,
}

/// Knowledge compiled, and the commit it is of.
pub(super) struct At {
    /// What compiling gave.
    pub compiled: Compiled,
    /// `None` for files of the work tree.
    pub commit: Option<ObjectId>,
}

/// What errors in the knowledge mean to who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Errors {
    /// Facts are asked for, and none is answered from knowledge with errors.
    Refuse,
    /// Claims are asked for, and who said them: true whatever is wrong between them.
    Mention,
}

/// Opens what questions are answered from: a snapshot file, or the repository at a commit. `None` where the knowledge
/// has errors, which have been told.
pub(super) fn open(basis: &Basis, errors: Errors, out: &mut Output<'_>) -> Result<Option<Opened>, Failure> {
    if let Some(file) = &basis.snapshot {
        let snapshot = Snapshot::open(&out.at(file))?;
        let no_history =
            snapshot.provenance().is_none().then(|| "the snapshot was built without history".to_owned());
        return Ok(Some(Opened { snapshot, no_history }));
    }
    let place = locate(out)?;
    let progress = Progress::start(out.global, "reading the knowledge");
    let commit = commit_for_answers(&place, basis.at.as_deref(), out)?;
    let cache = match (&place.repository, commit) {
        (Ok(repository), Some(commit)) if !out.global.no_cache => Cache::of(repository, &place, commit),
        _ => None,
    };
    if let Some(snapshot) = cache.as_ref().and_then(Cache::read) {
        return Ok(Some(Opened { snapshot, no_history: None }));
    }
    let at = At { compiled: compile_at(&place, commit)?, commit };
    let count = at.compiled.findings.count(Severity::Error);
    if count > 0 && errors == Errors::Refuse {
        drop(progress);
        super::check::tell_errors(&at.compiled, out);
        out.note("nothing is answered from knowledge with errors");
        return Ok(None);
    }
    if count > 0 {
        out.note(&format!("note: this knowledge has errors ({count}), `dictum check` shows them"));
    }
    progress.step("tracing who said it");
    let (provenance, no_history) = match (&place.repository, at.commit) {
        (Ok(repository), Some(commit)) => {
            let history = history(repository, &place, &at.compiled, commit, !out.global.no_cache)?;
            (Some(history.provenance(Options::default())), None)
        }
        (Ok(_), None) => (None, Some("the knowledge is not committed yet".to_owned())),
        (Err(why), _) => (None, Some(why.clone())),
    };
    progress.step("building the snapshot");
    let bytes = bytes(&at.compiled, provenance.as_ref())?;
    let whole = provenance.is_some_and(|told| told.completeness == Completeness::Complete);
    if let Some(cache) = cache.filter(|_| count == 0 && whole) {
        cache.keep(&bytes);
    }
    let snapshot = Snapshot::from_bytes(bytes)?;
    Ok(Some(Opened { snapshot, no_history }))
}

/// Opens the files as they are, and whether they are others than any commit's. What is said in them as `HEAD` says it is told
/// with who said it. `None` where they have errors, which have been told. A bare repository has no files: there it is `HEAD`.
pub(super) fn open_files(out: &mut Output<'_>) -> Result<Option<(Opened, bool)>, Failure> {
    let place = locate(out)?;
    let committed = place.repository.as_ref().ok().filter(|repository| is_committed(repository, &place.root));
    if committed
        .is_some_and(|repository| repository.is_bare() || !source::is_changed(repository, &place.root))
    {
        return Ok(open(&Basis::default(), Errors::Refuse, out)?.map(|opened| (opened, false)));
    }
    let progress = Progress::start(out.global, "reading the knowledge");
    let compiled = compile_files(&place)?;
    if compiled.findings.has_errors() {
        drop(progress);
        super::check::tell_errors(&compiled, out);
        out.note("nothing is answered from knowledge with errors");
        return Ok(None);
    }
    progress.step("tracing who said it");
    let head = committed.and_then(|repository| Some((repository, repository.head()?)));
    let provenance = match head {
        Some((repository, head)) => {
            let history = history(repository, &place, &compiled, head, !out.global.no_cache)?;
            Some(history.provenance(Options::default()))
        }
        None => None,
    };
    let snapshot = Snapshot::from_bytes(bytes(&compiled, provenance.as_ref())?)?;
    let no_history = provenance.is_none().then(|| "the knowledge is not committed yet".to_owned());
    Ok(Some((Opened { snapshot, no_history }, true)))
}

/// Compiles what answers are given from: the commit of [`commit_for_answers`], else the files.
pub(super) fn compile_for_answers(
    place: &Place,
    at: Option<&str>,
    out: &mut Output<'_>,
) -> Result<At, Failure> {
    let commit = commit_for_answers(place, at, out)?;
    Ok(At { compiled: compile_at(place, commit)?, commit })
}

fn compile_at(place: &Place, commit: Option<ObjectId>) -> Result<Compiled, Failure> {
    match (&place.repository, commit) {
        (Ok(repository), Some(commit)) => compile_commit(repository, place, commit),
        _ => compile_files(place),
    }
}

/// The commit that answers are given from: the one asked for, else `HEAD`; `None` for the files (nothing committed, no
/// repository). Says on stderr where that may surprise.
pub(super) fn commit_for_answers(
    place: &Place,
    at: Option<&str>,
    out: &mut Output<'_>,
) -> Result<Option<ObjectId>, Failure> {
    let repository = match (&place.repository, at) {
        (Ok(repository), _) => repository,
        (Err(why), Some(at)) => {
            return Err(
                Failure::new(format!("`--at {at}` needs a git repository: {why}")).help("leave `--at` out")
            );
        }
        (Err(_), None) => return Ok(None),
    };
    if at.is_none() {
        if !is_committed(repository, &place.root) {
            return Ok(None);
        }
        if source::is_changed(repository, &place.root) {
            out.note("note: knowledge is changed here and not committed, this answers from HEAD");
        }
    }
    Ok(Some(revision(repository, at.unwrap_or("HEAD"))?))
}

/// Whether `HEAD` has the knowledge.
fn is_committed(repository: &Repository, root: &Root) -> bool {
    let head = repository.head();
    head.is_some_and(|head| source::file_of_commit(repository, head, &root.config_path()).is_some())
}

/// The commit that is meant: a commit's id, a branch or tag; or a day, for the main line as it stood when it ended.
pub(super) fn revision(repository: &Repository, text: &str) -> Result<ObjectId, Failure> {
    let named = source::resolve(repository, text);
    let Ok(day) = text.parse::<jiff::civil::Date>() else { return Ok(named?) };
    match named {
        Err(SourceError::UnknownRevision { .. }) => Ok(source::on_day(repository, day)?),
        _ => Err(Failure::new(format!("`{text}` is a day, and also the name of a branch or tag"))
            .help(format!("write `refs/heads/{text}` or `refs/tags/{text}` if you mean that"))),
    }
}

/// Where two lines parted: the merge base of `ours` and of `theirs`, which was `named`.
pub(super) fn parted(
    repository: &Repository,
    ours: ObjectId,
    theirs: ObjectId,
    named: &str,
) -> Result<ObjectId, Failure> {
    let unread = |unread| {
        Failure::new(format!(
            "where `{named}` parted can't be told: a commit of this line or of it {}",
            match unread {
                Unread::Missing => "is not here",
                Unread::Broken => "is damaged",
            }
        ))
        .help("`git fsck` says which; `dictum diff A..B` compares two commits as they are")
    };
    repository.merge_base(ours, theirs).map_err(unread)?.ok_or_else(|| match repository.is_shallow() {
        true => Failure::new(format!("the history that is here does not show where `{named}` parted"))
            .help("type `git fetch --unshallow` and ask again; `dictum diff A..B` compares two commits as they are"),
        false => Failure::new(format!("`{named}` has no commit in common with this line"))
            .help("name the branch that this one is to be merged into; `dictum diff A..B` compares two commits as they are"),
    })
}

/// Compiles a commit's tree, without checkout.
pub(super) fn compile_commit(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_of_commit(repository, place, commit)?;
    Ok(compile_within(texts, findings, &place.limits))
}

/// Compiles a commit's tree as far as answers go.
pub(super) fn answers_of_commit(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_of_commit(repository, place, commit)?;
    Ok(compile_as_far_as(Extent::Answers, texts, findings, &place.limits))
}

/// What a commit may answer otherwise than `former`, the knowledge of another: only what differs is read, and compiled.
pub(super) fn commit_apart(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
    former: (ObjectId, &Compiled),
) -> Result<Apart, Failure> {
    let limits = &place.limits;
    let config = source::read_one_of_commit(repository, commit, &place.root.config_path(), limits).ok();
    let selection = selection(config.as_ref());
    let before = Former { commit: former.0, texts: &former.1.texts };
    let root = &place.root.knowledge;
    let (texts, findings) =
        loaded(source::load_commit_after(repository, commit, root, &selection, limits, before)?);
    Ok(former.1.apart(texts, findings))
}

/// What the files as they are may answer otherwise than `former`.
pub(super) fn files_apart(place: &Place, former: &Compiled) -> Result<Apart, Failure> {
    let (texts, findings) = texts_of_files(place)?;
    Ok(former.apart(texts, findings))
}

/// Compiles the files as they are.
pub(super) fn compile_files(place: &Place) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_of_files(place)?;
    Ok(compile_within(texts, findings, &place.limits))
}

/// The texts of a commit's tree, and what is wrong with its files as such.
pub(super) fn texts_of_commit(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
) -> Result<(Texts, Findings), Failure> {
    let limits = &place.limits;
    let config = source::read_one_of_commit(repository, commit, &place.root.config_path(), limits).ok();
    let selection = selection(config.as_ref());
    Ok(loaded(source::load_commit(repository, commit, &place.root.knowledge, &selection, limits)?))
}

/// The texts of the files as they are, and what is wrong with them as such.
pub(super) fn texts_of_files(place: &Place) -> Result<(Texts, Findings), Failure> {
    let limits = &place.limits;
    let config = source::read_one(&place.root, &place.root.config_path(), limits).ok();
    let selection = selection(config.as_ref());
    Ok(loaded(source::load(&place.root, &selection, limits)?))
}

fn loaded(loaded: Loaded) -> (Texts, Findings) {
    let findings = of_files(&loaded.faults);
    (loaded.texts, findings)
}

/// What `dictum.toml` says in a commit. What is wrong in it is told when it is compiled.
pub(super) fn config_of(repository: &Repository, place: &Place, commit: ObjectId) -> Config {
    let text = source::read_one_of_commit(repository, commit, &place.root.config_path(), &place.limits);
    let mut told_later = Findings::new();
    let read = |text: &Text| read_config(&parse(FileId(0), text, &mut told_later), &mut Findings::new());
    text.as_ref().map(read).unwrap_or_default()
}

/// Which files `dictum.toml` takes. What is wrong in it is told when it is compiled; until then, all files.
fn selection(config: Option<&Text>) -> Selection {
    let Some(text) = config else { return Selection::all() };
    let mut told_later = Findings::new();
    let document = parse(FileId(0), text, &mut told_later);
    let config = read_config(&document, &mut told_later);
    let globs = |globs: &[smol_str::SmolStr]| globs.iter().map(ToString::to_string).collect::<Vec<_>>();
    Selection::new(&globs(&config.include), &globs(&config.exclude)).unwrap_or_else(|_| Selection::all())
}

/// `texts` with one more, or another in its place.
pub(super) fn overlaid(texts: &Texts, overlay: Text) -> Texts {
    // Of two with one path the first is kept.
    Texts::new(std::iter::once(overlay).chain(texts.iter().map(|(_, text)| text.clone())).collect())
}

/// Who said each claim of `compiled`, which is of `commit`: worked out from nothing but the repository.
pub(super) fn provenance(
    repository: &Repository,
    place: &Place,
    compiled: &Compiled,
    commit: ObjectId,
    events: bool,
) -> Result<Provenance, Failure> {
    Ok(history(repository, place, compiled, commit, false)?.provenance(Options { events }))
}

/// How versions of files below `root` are read: as those of `compiled`.
pub(super) fn extractor<'c>(root: &str, compiled: &'c Compiled, limits: &Limits) -> Knowledge<'c> {
    let renamed = Renamed::of(&compiled.claims);
    Knowledge::new(root, &compiled.config, &compiled.catalog).with_limits(limits).with_renamed(renamed)
}

/// The history of `compiled`, which is of `commit`. With `cached`, what is kept of it is gone on from, and kept.
pub(super) fn history(
    repository: &Repository,
    place: &Place,
    compiled: &Compiled,
    commit: ObjectId,
    cached: bool,
) -> Result<History, Failure> {
    let extractor = extractor(&place.root.knowledge, compiled, &place.limits);
    let index = cached.then(|| Indexed::of(repository, &extractor.key())).flatten();
    let kept = index.as_ref().and_then(Indexed::read);
    let history = History::read(repository, commit, &place.root.knowledge, &extractor, kept.as_deref())?;
    if let (Some(index), Some(bytes)) = (index, history.to_keep()) {
        index.keep(&bytes);
    }
    Ok(history)
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

/// Finds the knowledge: the folder that was named, else upwards from the working folder; and the repository around
/// it. A bare repository has no files: there it is where the head has it.
pub(super) fn locate(out: &Output<'_>) -> Result<Place, Failure> {
    let start = out.folder();
    let root = match &out.global.knowledge {
        Some(named) => Root::at(&out.at(named)),
        None => source::discover(&start),
    };
    let root = match root {
        Ok(root) => root,
        Err(error) => return in_bare(&start, out.global.limits()).ok_or_else(|| error.into()),
    };
    let repository = match root.in_git {
        true => source::open(&root.base).map_err(|error| error.to_string()),
        false => Err("the knowledge is not in a git repository".to_owned()),
    };
    Ok(Place { root, repository, limits: out.global.limits() })
}

fn in_bare(start: &Path, limits: Limits) -> Option<Place> {
    let base = std::fs::canonicalize(start).ok()?;
    let repository = source::open(&base).ok().filter(Repository::is_bare)?;
    let places = ["", "knowledge"].map(|knowledge| Root {
        base: base.clone(),
        knowledge: knowledge.to_owned(),
        in_git: true,
    });
    let root = places.into_iter().find(|root| is_committed(&repository, root))?;
    Some(Place { root, repository: Ok(repository), limits })
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Failure {
        Failure::new(error.message()).help(error.help())
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Failure {
        Failure { message: error.to_string(), help: error.help() }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::new(refusal.message).help(refusal.help)
    }
}

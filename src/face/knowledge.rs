//! The knowledge of a repository, compiled and with its history: what every face answers from.

use std::path::Path;

#[cfg(any(feature = "serve", feature = "lsp"))]
use super::cache::Cache;
use super::cache::Indexed;
use super::failure::Failure;
use crate::claim::Renamed;
use crate::compile::{Apart, Compiled, Extent, compile_as_far_as, compile_within};
use crate::diagnostic::{Findings, of_files};
use crate::history::{
    Extractor as _, History, HistoryError, Knowledge, Options, Provenance, Reason, Review, Reviews, Verifier,
};
use crate::kind::{Config, declare, read_config};
use crate::parse::parse;
use crate::query::Cite;
use crate::snapshot::{Input, Snapshot};
use crate::source::{
    self, FileId, Former, Limits, Loaded, ObjectId, Refusal, Repository, Root, Selection, SourceError, Text,
    Texts, Unread,
};

/// The folder of the knowledge, and the repository around it.
pub(in crate::face) struct Place {
    /// Where it is.
    pub root: Root,
    /// The repository; else why there is none.
    pub repository: Result<Repository, String>,
    /// How large things may be.
    pub limits: Limits,
}

impl Place {
    /// The repository.
    ///
    /// # Errors
    /// Where there is none.
    pub fn repository(&self) -> Result<&Repository, Failure> {
        self.repository.as_ref().map_err(|why| {
            Failure::new(format!("there is no repository: {why}"))
                .help("`dictum build -o FILE` in a repository, then `dictum serve --snapshot FILE` anywhere")
        })
    }
}

/// Knowledge compiled, and the commit it is of.
pub(in crate::face) struct At {
    /// What compiling gave.
    pub compiled: Compiled,
    /// `None` for files of the work tree.
    pub commit: Option<ObjectId>,
}

pub(in crate::face) fn compile_at(place: &Place, commit: Option<ObjectId>) -> Result<Compiled, Failure> {
    match (&place.repository, commit) {
        (Ok(repository), Some(commit)) => compile_commit(repository, place, commit),
        _ => compile_files(place),
    }
}

/// Whether `HEAD` has the knowledge.
pub(in crate::face) fn is_committed(repository: &Repository, root: &Root) -> bool {
    let head = repository.head();
    head.is_some_and(|head| source::file_of_commit(repository, head, &root.config_path()).is_some())
}

/// The commit that is meant: a commit's id, a branch or tag; or a day, for the main line as it stood when it ended.
pub(in crate::face) fn revision(repository: &Repository, text: &str) -> Result<ObjectId, Failure> {
    let named = source::resolve(repository, text);
    let Ok(day) = text.parse::<jiff::civil::Date>() else { return Ok(named?) };
    match named {
        Err(SourceError::UnknownRevision { .. }) => Ok(source::on_day(repository, day)?),
        _ => Err(Failure::new(format!("`{text}` is a day, and also the name of a branch or tag"))
            .help(format!("write `refs/heads/{text}` or `refs/tags/{text}` if you mean that"))),
    }
}

/// Where two lines parted: the merge base of `ours` and of `theirs`, which was `named`.
pub(in crate::face) fn parted(
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
pub(in crate::face) fn compile_commit(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_of_commit(repository, place, commit)?;
    Ok(compile_within(texts, findings, &place.limits))
}

/// Compiles a commit's tree as far as answers go.
pub(in crate::face) fn answers_of_commit(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_of_commit(repository, place, commit)?;
    Ok(compile_as_far_as(Extent::Answers, texts, findings, &place.limits))
}

/// What a commit may answer otherwise than `former`, the knowledge of another: only what differs is read, and compiled.
pub(in crate::face) fn commit_apart(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
    former: (ObjectId, &Compiled),
) -> Result<Apart, Failure> {
    let (texts, findings) = texts_after(repository, place, commit, former)?;
    Ok(former.1.apart(texts, findings))
}

/// Compiles a commit's tree going on from `former`, the knowledge of another: only what differs is read.
#[cfg(feature = "serve")]
pub(in crate::face) fn next_commit(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
    former: (ObjectId, &Compiled),
) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_after(repository, place, commit, former)?;
    Ok(former.1.next(texts, findings))
}

/// What the files as they are may answer otherwise than `former`.
pub(in crate::face) fn files_apart(place: &Place, former: &Compiled) -> Result<Apart, Failure> {
    let (texts, findings) = texts_of_files(place)?;
    Ok(former.apart(texts, findings))
}

/// Compiles the files as they are.
pub(in crate::face) fn compile_files(place: &Place) -> Result<Compiled, Failure> {
    let (texts, findings) = texts_of_files(place)?;
    Ok(compile_within(texts, findings, &place.limits))
}

/// The texts of a commit's tree, and what is wrong with its files as such; of `former`, the knowledge of another, those
/// that are alike.
fn texts_after(
    repository: &Repository,
    place: &Place,
    commit: ObjectId,
    former: (ObjectId, &Compiled),
) -> Result<(Texts, Findings), Failure> {
    let limits = &place.limits;
    let config = source::read_one_of_commit(repository, commit, &place.root.config_path(), limits).ok();
    let selection = selection(config.as_ref());
    let before = Former { commit: former.0, texts: &former.1.texts };
    let root = &place.root.knowledge;
    Ok(loaded(source::load_commit_after(repository, commit, root, &selection, limits, before)?))
}

/// The texts of a commit's tree, and what is wrong with its files as such.
pub(in crate::face) fn texts_of_commit(
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
pub(in crate::face) fn texts_of_files(place: &Place) -> Result<(Texts, Findings), Failure> {
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
pub(in crate::face) fn config_of(repository: &Repository, place: &Place, commit: ObjectId) -> Config {
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
pub(in crate::face) fn overlaid(texts: &Texts, overlay: Text) -> Texts {
    // Of two with one path the first is kept.
    Texts::new(std::iter::once(overlay).chain(texts.iter().map(|(_, text)| text.clone())).collect())
}

/// Who said each claim of `compiled`, which is of `commit`: worked out from nothing but the repository.
pub(in crate::face) fn provenance(
    repository: &Repository,
    place: &Place,
    compiled: &Compiled,
    commit: ObjectId,
    events: bool,
) -> Result<Provenance, Failure> {
    Ok(history(repository, place, compiled, commit, false)?.provenance(Options { events }))
}

/// How versions of files below `root` are read: as those of `compiled`.
pub(in crate::face) fn extractor<'c>(root: &str, compiled: &'c Compiled, limits: &Limits) -> Knowledge<'c> {
    let renamed = Renamed::of(&compiled.claims);
    Knowledge::new(root, &compiled.config, &compiled.catalog).with_limits(limits).with_renamed(renamed)
}

/// The history of `compiled`, which is of `commit`. With `cached`, what is kept of it is gone on from, and kept.
pub(in crate::face) fn history(
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

/// Hands `work` the reviews of a repository, whose files are picked as its `commit` says.
pub(in crate::face) fn with_reviews<T>(
    place: &Place,
    repository: &Repository,
    commit: ObjectId,
    verifier: Verifier,
    work: impl FnOnce(&Reviews<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let root = &place.root.knowledge;
    let config = config_of(repository, place, commit);
    // Policies and teams are read alike whatever the business declares.
    let catalog = declare(&[], "", &mut Findings::new());
    let knowledge = Knowledge::new(root, &config, &catalog).with_limits(&place.limits);
    let reviews = Reviews::new(repository, root, &knowledge, verifier)?;
    work(&reviews)
}

/// Whether a claim was reviewed.
pub(in crate::face) fn reviewed(reviews: &Reviews<'_>, cite: &Cite) -> Review {
    match &cite.said {
        Some(said) => reviews.of(&cite.pin.slot, said.said_by.commit(), said.landed_by.commit()),
        None => Review::unknown(Reason::NoHistory),
    }
}

/// The snapshot of `compiled`, which is of `commit`, with its history. With `cached` what is kept of the history is gone on from,
/// and where the snapshot may be kept once it has answered is told too.
#[cfg(any(feature = "serve", feature = "lsp"))]
pub(in crate::face) fn snapshot(
    repository: &Repository,
    place: &Place,
    compiled: &Compiled,
    commit: ObjectId,
    cached: bool,
) -> Result<(Snapshot, Option<Cache>), Failure> {
    let provenance = history(repository, place, compiled, commit, cached)?.provenance(Options::default());
    let bytes = bytes(compiled, Some(&provenance))?;
    let whole = provenance.completeness == crate::history::Completeness::Complete;
    let cache = Cache::of(repository, place, commit).filter(|_| cached && whole);
    Ok((Snapshot::from_bytes(bytes)?, cache))
}

/// The bytes of the snapshot.
pub(in crate::face) fn bytes(
    compiled: &Compiled,
    provenance: Option<&Provenance>,
) -> Result<Vec<u8>, Failure> {
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

pub(in crate::face) fn in_bare(start: &Path, limits: Limits) -> Option<Place> {
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

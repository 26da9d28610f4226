//! Where the knowledge is, and the way from there to something that can be asked.

use super::cache::Cache;
use super::output::{Failure, Output};
use super::progress::Progress;
use super::questions::Basis;
use crate::diagnostic::Severity;
use crate::history::{Completeness, Options};
use crate::snapshot::Snapshot;
use crate::source::{self, ObjectId, Root};

pub(super) use crate::face::knowledge::*;

/// Knowledge ready to be asked.
pub(super) struct Opened {
    /// What answers.
    pub snapshot: Snapshot,
    /// Why there is no history, where there is none.
    pub no_history: Option<String>,
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

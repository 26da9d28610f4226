//! Texts → catalogue and claims, file by file. What was found in each file is kept apart, so that the next state need
//! not read it again.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::claim::{Claim, Statement};
use crate::diagnostic::Findings;
use crate::kind::{self, Catalog, Kind, declare, lenses, lower, lower_into};
use crate::parse::{Document, all_below, chunks, parse_within};
use crate::source::{FileId, Limits, Origin, Text, Texts};

/// Findings that are kept by file.
const MOST_KEPT: usize = 10_000;

/// The files that were read, and what was found in each.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    /// In order, each with whether it may declare something.
    pub files: Vec<(FileId, bool)>,
    /// What was found where; of files in which nothing was found there is nothing.
    pub found: Found,
    /// Whether there is too much to keep, so that not all is here.
    pub is_cut: bool,
}

/// What was found by reading.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    parts: [BTreeMap<FileId, Findings>; 3],
    declared: Findings,
}

/// What was found in files, by what was being done with them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// Parsing those that declare something.
    Parsed,
    /// Reading the claims of those.
    Lowered,
    /// All others.
    Others,
}

impl Found {
    /// Of one part, by file.
    pub fn part(&mut self, part: Part) -> &mut BTreeMap<FileId, Findings> {
        &mut self.parts[part as usize]
    }

    /// All of it, in the order in which it is told.
    pub fn tell(&self, findings: &mut Findings) {
        let [parsed, lowered, others] = &self.parts;
        parsed.values().for_each(|own| findings.append(own.clone()));
        findings.append(self.declared.clone());
        lowered.values().chain(others.values()).for_each(|own| findings.append(own.clone()));
    }

    /// What was found in files that are still the same, by what they are called now; and, with `declared`, what was
    /// found in declarations.
    pub fn keep(&mut self, before: &Found, now: &[Option<FileId>], declared: bool) {
        let moved = |origin: Origin| origin.moved(now);
        for (own, former) in self.parts.iter_mut().zip(&before.parts) {
            for (file, found) in former {
                if let Some(file) = now[file.0 as usize] {
                    own.entry(file).or_insert_with(|| found.moved(&moved));
                }
            }
        }
        if declared {
            self.declared = before.declared.moved(&moved);
        }
    }
}

/// Where findings go while files are read: to all others, and by file.
pub(super) struct Gather<'f> {
    findings: &'f mut Findings,
    sources: Sources,
    kept: usize,
}

impl<'f> Gather<'f> {
    /// Puts all into `findings`.
    pub fn new(findings: &'f mut Findings) -> Gather<'f> {
        Gather { findings, sources: Sources::default(), kept: 0 }
    }

    /// What was found by file.
    pub fn finish(self) -> Sources {
        self.sources
    }

    /// The files that are read.
    pub fn files(&mut self, files: Vec<(FileId, bool)>) {
        self.sources.files = files;
    }

    /// What was found in a file.
    pub fn of_file(&mut self, part: Part, file: FileId, own: Findings) {
        if own.is_empty() {
            return;
        }
        if self.keeps(&own) {
            self.sources.found.part(part).insert(file, own.clone());
        }
        self.findings.append(own);
    }

    /// What was found in declarations.
    pub fn declared(&mut self, own: Findings) {
        if self.keeps(&own) {
            self.sources.found.declared = own.clone();
        }
        self.findings.append(own);
    }

    fn keeps(&mut self, own: &Findings) -> bool {
        self.kept += own.kept();
        self.sources.is_cut |= self.kept > MOST_KEPT;
        !self.sources.is_cut
    }
}

/// Reads the files: those that declare something first, for the others are read by what they declare.
///
/// Only the documents of the first are held together. The others, nearly all, are read, lowered and dropped one by
/// one: a document takes ten times the memory of its text.
pub(super) fn read(
    texts: &Texts,
    files: &[FileId],
    root: &str,
    limits: &Limits,
    gather: &mut Gather<'_>,
) -> (Catalog, Vec<Claim>) {
    let declares: Vec<bool> =
        files.par_iter().with_min_len(16).map(|file| may_declare(texts.get(*file))).collect();
    let files: Vec<(FileId, bool)> = files.iter().copied().zip(declares).collect();
    let of =
        |declaring| files.iter().filter(move |(_, declares)| *declares == declaring).map(|(file, _)| *file);
    let (declaring, others): (Vec<FileId>, Vec<FileId>) = (of(true).collect(), of(false).collect());
    gather.files(files.clone());
    let documents = documents(texts, &declaring, limits, gather);
    let catalog = catalog(texts, &documents, root, gather);
    let mut claims = Vec::new();
    lower_all(texts, &documents.iter().collect::<Vec<_>>(), &catalog, gather, &mut claims);
    drop(documents);
    read_others(texts, &others, &catalog, limits, gather, &mut claims);
    (catalog, claims)
}

/// Parses files that declare something.
pub(super) fn documents<'t>(
    texts: &'t Texts,
    files: &[FileId],
    limits: &Limits,
    gather: &mut Gather<'_>,
) -> Vec<Document<'t>> {
    let parsed = in_order(files, |file, own| parse_within(*file, texts.get(*file), limits, own));
    let keep = |(document, own): (Document<'t>, Findings)| {
        gather.of_file(Part::Parsed, document.file, own);
        document
    };
    parsed.into_iter().map(keep).collect()
}

/// What they declare; `root` is the folder of `dictum.toml`. What is there to be read through a lens declares nothing.
pub(super) fn catalog(
    texts: &Texts,
    documents: &[Document<'_>],
    root: &str,
    gather: &mut Gather<'_>,
) -> Catalog {
    let lenses = lenses(&documents.iter().collect::<Vec<_>>(), root);
    let is_ours = |document: &&Document<'_>| !lenses.show(document, &texts.get(document.file).path);
    let ours: Vec<&Document<'_>> = documents.iter().filter(is_ours).collect();
    let mut own = Findings::new();
    let catalog = declare(&ours, root, &mut own);
    gather.declared(own);
    catalog
}

/// Their claims.
pub(super) fn lower_all(
    texts: &Texts,
    documents: &[&Document<'_>],
    catalog: &Catalog,
    gather: &mut Gather<'_>,
    claims: &mut Vec<Claim>,
) {
    let lowered =
        in_order(documents, |document, own| lower(document, &texts.get(document.file).path, catalog, own));
    for (document, (said, own)) in documents.iter().zip(lowered) {
        gather.of_file(Part::Lowered, document.file, own);
        claims.extend(said);
    }
}

/// Files that one thread reads one after another.
const BATCH: usize = 16;

/// Batches a core whose claims are held apart before they are put to the others, while as many more are read: enough
/// that no core waits, and few enough that not all claims are held twice.
const TOGETHER: usize = 4;

/// Statements of a batch that further ones are looked for among.
const MOST_SHARED: usize = 16;

/// Reads files that declare nothing.
pub(super) fn read_others(
    texts: &Texts,
    files: &[FileId],
    catalog: &Catalog,
    limits: &Limits,
    gather: &mut Gather<'_>,
    claims: &mut Vec<Claim>,
) {
    let one = |file: &FileId, claims: &mut Vec<Claim>| {
        let mut own = Findings::new();
        let text = texts.get(*file);
        let document = parse_within(*file, text, limits, &mut own);
        lower_into(claims, &document, &text.path, catalog, &mut own);
        (!own.is_empty()).then_some((*file, own))
    };
    let batch = |files: &&[FileId]| {
        let (mut claims, mut found) = (Vec::new(), ByFile::default());
        let mut said = Vec::new();
        for file in *files {
            let first = claims.len();
            if let Some((file, own)) = one(file, &mut claims) {
                found.push(file, own);
            }
            share(&mut claims[first..], &mut said);
        }
        (claims, found)
    };
    let batches: Vec<&[FileId]> = files.chunks(BATCH).collect();
    let mut put = |read: Vec<(Vec<Claim>, ByFile)>| {
        claims.reserve(read.iter().map(|(own, _)| own.len()).sum());
        for (own, found) in read {
            claims.extend(own);
            gather.sources.is_cut |= found.is_cut;
            let each = found.found.into_iter();
            each.for_each(|(file, own)| gather.of_file(Part::Others, file, own));
        }
    };
    let mut before = Vec::new();
    for some in batches.chunks(TOGETHER * rayon::current_num_threads()) {
        // While one core puts the claims of some batches to the others, the rest read on.
        let (_, read) = rayon::join(
            || put(std::mem::take(&mut before)),
            || some.par_iter().map(batch).collect::<Vec<_>>(),
        );
        before = read;
    }
    put(before);
}

/// Lets claims share what they say beside their values with those of other files that say the same: knowledge leans on
/// a few sources from a few days on, and has far more files than ways to say so.
fn share(claims: &mut [Claim], said: &mut Vec<Arc<Statement>>) {
    for own in claims.chunk_by_mut(|a, b| Arc::ptr_eq(&a.statement, &b.statement)) {
        match said.iter().find(|other| **other == own[0].statement) {
            Some(other) => own.iter_mut().for_each(|claim| claim.statement = Arc::clone(other)),
            None if said.len() < MOST_SHARED => said.push(Arc::clone(&own[0].statement)),
            None => {}
        }
    }
}

/// What was found in a few files; where it is very much, no longer by file.
#[derive(Default)]
struct ByFile {
    found: Vec<(FileId, Findings)>,
    kept: usize,
    is_cut: bool,
}

impl ByFile {
    fn push(&mut self, file: FileId, own: Findings) {
        self.kept += own.kept();
        match self.found.last_mut() {
            Some((_, last)) if self.kept > Findings::KEEP_PER_CODE => {
                last.append(own);
                self.is_cut = true;
            }
            _ => self.found.push((file, own)),
        }
    }
}

/// Runs `work` over `items` on all cores, each with findings of its own; in the order of `items`.
fn in_order<I: Sync, O: Send>(
    items: &[I],
    work: impl Fn(&I, &mut Findings) -> O + Sync,
) -> Vec<(O, Findings)> {
    let one = |item: &I| {
        let mut own = Findings::new();
        (work(item, &mut own), own)
    };
    items.par_iter().map(one).collect()
}

/// Whether a text may hold a subject of a declaring kind. Told from its headers; in doubt it may.
pub(crate) fn may_declare(text: &Text) -> bool {
    let Ok(text) = std::str::from_utf8(&text.bytes) else { return true };
    if all_below(text, |word| kind::kind(word).is_some_and(|kind| !kind.is_declaring())) {
        return false;
    }
    let Some(chunks) = chunks(text) else { return true };
    let kind = |key: &str| key.split('.').next().and_then(kind::kind);
    chunks.iter().any(|chunk| kind(chunk.key).is_some_and(Kind::is_declaring))
}

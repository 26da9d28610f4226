//! The pipeline on one page: texts → documents → catalogue → claims → decisions, with findings all along.
//!
//! Nothing stops at the first mistake: every stage goes on with what could be read. Whether to serve the result
//! is the caller's question, and [`Findings::has_errors`] its answer.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use smol_str::SmolStr;

use crate::claim::{Claim, Target};
use crate::diagnostic::{Finding, Findings, codes};
use crate::kind::{self, Catalog, Config, Kind, declare, lower, lower_into, read_config};
use crate::parse::{all_below, chunks, parse_within};
use crate::resolve::{Decisions, resolve};
use crate::source::{FileId, Limits, Origin, Selection, Span, Text, Texts, is_config};
use crate::validate::{duplicate_claims, validate};

/// What compiling gives. Complete even where there are errors, as far as the texts could be read.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The texts that were read.
    pub texts: Texts,
    /// What `dictum.toml` says.
    pub config: Config,
    /// What the business declares.
    pub catalog: Catalog,
    /// Every claim, sorted by slot, then hash, then place. A claim said in several places is here once.
    pub claims: Vec<Claim>,
    /// The further places of claims that are said more than once: positions in `claims`, sorted.
    pub copies: Vec<(u32, Origin)>,
    /// What holds, and where.
    pub decisions: Decisions,
    /// All that was found, in order of place.
    pub findings: Findings,
}

/// Compiles `texts`, which are read within the usual limits. `findings` are those of reading them, and become part of
/// the result.
pub fn compile(texts: Texts, findings: Findings) -> Compiled {
    compile_within(texts, findings, &Limits::default())
}

/// Compiles `texts` within `limits`.
pub fn compile_within(texts: Texts, mut findings: Findings, limits: &Limits) -> Compiled {
    let (config, files) = configure(&texts, limits, &mut findings);
    let (catalog, claims) = read(&texts, &files, limits, &mut findings);
    let (claims, copies) = sort_and_join(claims);
    report_copies(&claims, &copies, &mut findings);
    // Side by side: neither looks at what the other finds, and each has stretches that keep one core busy only.
    let mut of_deciding = Findings::new();
    let (_, decisions) = rayon::join(
        || validate(&catalog, &claims, &|file: FileId| &texts.get(file).path, &mut findings),
        || resolve(&catalog.declarations, &claims, &mut of_deciding),
    );
    findings.append(of_deciding);
    findings.finish();
    Compiled { texts, config, catalog, claims, copies, decisions, findings }
}

/// Reads `dictum.toml` (the one nearest the top) and picks the files that count.
fn configure(texts: &Texts, limits: &Limits, findings: &mut Findings) -> (Config, Vec<FileId>) {
    let configs = texts.iter().filter(|(_, text)| is_config(&text.path));
    let config = configs.min_by_key(|(_, text)| (text.path.matches('/').count(), Arc::clone(&text.path)));
    let Some((file, text)) = config else {
        return (Config::default(), texts.iter().map(|(file, _)| file).collect());
    };
    let root = text.path.strip_suffix("dictum.toml").unwrap_or_default().to_owned();
    let config = read_config(&parse_within(file, text, limits, findings), findings);
    let owned = |globs: &[SmolStr]| globs.iter().map(SmolStr::to_string).collect::<Vec<_>>();
    let selection = Selection::new(&owned(&config.include), &owned(&config.exclude)).unwrap_or_else(|bad| {
        let place = Origin { file, span: Span::default() };
        let message = format!("`{}` is not a pattern for paths: {}", bad.glob, bad.why);
        let finding = Finding::new(&codes::BAD_CONFIG, message, place, "in this file");
        findings.push(finding.help("write it as `drafts/**` or `*/old-*.toml`"));
        Selection::all()
    });
    let counts = |path: &str| !is_config(path) && selection.takes(path.strip_prefix(&*root).unwrap_or(path));
    let files = texts.iter().filter(|(_, text)| counts(&text.path)).map(|(file, _)| file).collect();
    (config, files)
}

/// Runs `work` over `items` on all cores; results and findings are joined in the order of `items`.
fn in_order<I: Sync, O: Send>(
    items: &[I],
    findings: &mut Findings,
    work: impl Fn(&I, &mut Findings) -> O + Sync,
) -> Vec<O> {
    let done: Vec<(O, Findings)> = items
        .par_iter()
        .map(|item| {
            let mut own = Findings::new();
            (work(item, &mut own), own)
        })
        .collect();
    let join = |(output, own): (O, Findings)| {
        findings.append(own);
        output
    };
    done.into_iter().map(join).collect()
}

/// Files that one thread reads one after another.
const BATCH: usize = 16;

/// Batches whose claims are held apart before they are put to the others, while as many more are read: enough for many
/// cores, and few enough that not all claims are held twice.
const TOGETHER: usize = 32;

/// Reads the files: those that declare something first, for the others are read by what they declare.
///
/// Only the documents of the first are held together. The others, nearly all, are read, lowered and dropped one by
/// one: a document takes ten times the memory of its text.
fn read(texts: &Texts, files: &[FileId], limits: &Limits, findings: &mut Findings) -> (Catalog, Vec<Claim>) {
    let declaring: Vec<bool> =
        files.par_iter().with_min_len(16).map(|file| may_declare(texts.get(*file))).collect();
    let (declaring, others): (Vec<_>, Vec<_>) =
        files.iter().zip(declaring).partition(|(_, declares)| *declares);
    let parsed = |file: FileId, own: &mut Findings| parse_within(file, texts.get(file), limits, own);
    let documents = in_order(&declaring, findings, |(file, _), own| parsed(**file, own));
    let catalog = declare(&documents, findings);
    let mut claims = Vec::new();
    let lowered = in_order(&documents, findings, |document, own| lower(document, &catalog, own));
    claims.extend(lowered.into_iter().flatten());
    drop(documents);
    let batches: Vec<&[(&FileId, bool)]> = others.chunks(BATCH).collect();
    let mut put = |lowered: Vec<Vec<Claim>>| {
        claims.reserve(lowered.iter().map(Vec::len).sum());
        lowered.into_iter().for_each(|own| claims.extend(own));
    };
    let mut before = Vec::new();
    for some in batches.chunks(TOGETHER) {
        let lower = |findings: &mut Findings| {
            in_order(some, findings, |batch, own| {
                let mut claims = Vec::new();
                for (file, _) in *batch {
                    let document = parsed(**file, own);
                    lower_into(&mut claims, &document, &catalog, own);
                }
                claims
            })
        };
        // While one core puts the claims of some batches to the others, the rest read on.
        let (_, lowered) = rayon::join(|| put(std::mem::take(&mut before)), || lower(findings));
        before = lowered;
    }
    put(before);
    (catalog, claims)
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

/// Sorts claims by slot, hash and place.
///
/// Claims that stand together in a file are mostly of one subject, and a claim is large: so stretches of one subject
/// are sorted, then the positions of the claims of each, and only then is every claim moved, once.
fn sort(claims: &mut [Claim]) {
    let subject = |stretch: &Range<u32>| &claims[stretch.start as usize].slot.subject;
    let mut stretches = Vec::new();
    let mut start = 0;
    for stretch in claims.chunk_by(|a, b| a.slot.subject == b.slot.subject) {
        let end = start + stretch.len() as u32;
        stretches.push(start..end);
        start = end;
    }
    stretches.par_sort_unstable_by(|a, b| (subject(a), a.start).cmp(&(subject(b), b.start)));
    let mut order: Vec<u32> = Vec::with_capacity(claims.len());
    for same in stretches.chunk_by(|a, b| subject(a) == subject(b)) {
        let first = order.len();
        order.extend(same.iter().cloned().flatten());
        order[first..].par_sort_unstable_by(|a, b| {
            let (a, b) = (&claims[*a as usize], &claims[*b as usize]);
            let key = |claim: &Claim| (claim.hash, claim.origin, claim.table);
            a.slot.attribute.cmp(&b.slot.attribute).then_with(|| key(a).cmp(&key(b)))
        });
    }
    // Cycle by cycle: position `to` takes the claim at `order[to]`.
    for first in 0..order.len() {
        let mut to = first;
        loop {
            let from = std::mem::replace(&mut order[to], to as u32) as usize;
            if from == first {
                break;
            }
            claims.swap(to, from);
            to = from;
        }
    }
}

/// Sorts claims, and joins those that say the same in the same slot.
///
/// Not in slots where a block is an exception to "the table above": there each copy of a claim matters, for it
/// is the one of its own table that gives way.
fn sort_and_join(mut claims: Vec<Claim>) -> (Vec<Claim>, Vec<(u32, Origin)>) {
    sort(&mut claims);
    // In place: a second list of a million claims would be felt.
    let mut copies = Vec::new();
    let mut is_copy = vec![false; claims.len()];
    let mut kept: u32 = 0;
    let mut start = 0;
    for slot in claims.chunk_by(|a, b| a.slot == b.slot) {
        let tabled = |claim: &Claim| claim.statement.edges.iter().any(|edge| edge.target == Target::Table);
        let keep_copies = slot.len() == 1 || slot.iter().any(tabled);
        for (at, claim) in slot.iter().enumerate() {
            let copy = !keep_copies && at > 0 && slot[at - 1].hash == claim.hash;
            if copy {
                copies.push((kept - 1, claim.origin));
                is_copy[start + at] = true;
            } else {
                kept += 1;
            }
        }
        start += slot.len();
    }
    let mut is_copy = is_copy.into_iter();
    claims.retain(|_| !is_copy.next().unwrap_or(false));
    (claims, copies)
}

fn report_copies(claims: &[Claim], copies: &[(u32, Origin)], findings: &mut Findings) {
    let groups: Vec<(&Claim, Vec<Origin>)> = copies
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| (&claims[group[0].0 as usize], group.iter().map(|(_, origin)| *origin).collect()))
        .collect();
    let groups: Vec<(&Claim, &[Origin])> =
        groups.iter().map(|(claim, places)| (*claim, &places[..])).collect();
    duplicate_claims(&groups, findings);
}

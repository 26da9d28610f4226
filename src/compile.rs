//! The pipeline on one page: texts → documents → catalogue → claims → decisions, with findings all along.
//!
//! Nothing stops at the first mistake: every stage goes on with what could be read. Whether to serve the result
//! is the caller's question, and [`Findings::has_errors`] its answer.
//!
//! ```text
//! read    texts → catalogue and claims, file by file
//! sort    claims → in one order, each once
//! next    what was compiled, and texts → the same of these texts, reading only what differs
//! apart   the same, only of what may answer otherwise
//! glance  the same, only of what is wrong with texts that are being typed
//! slice   texts → what of them bears on one subject
//! ```

mod read;
mod sort;

mod merge;
mod next;

mod apart;

mod glance;

mod slice;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use smol_str::SmolStr;

use crate::claim::Claim;
use crate::diagnostic::{Finding, Findings, codes};
use crate::kind::{Catalog, Config, read_config};
use crate::parse::parse_within;
use crate::resolve::{Decisions, Reviews, resolve_after};
use crate::source::{FileId, Limits, Origin, Selection, Span, Texts, is_config};
use crate::validate::{duplicate_claims, validate};

pub use apart::Apart;
pub(crate) use read::may_declare;
use read::{Gather, Sources, read};
pub use slice::{Part, Slice};
use sort::sort_and_join;

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
    known: Known,
}

/// What compiling the next state goes by.
#[derive(Clone, Debug)]
struct Known {
    extent: Extent,
    limits: Limits,
    /// What was read, file by file.
    sources: Sources,
    /// The claims at [`Compiled::copies`], one for one.
    copies: Vec<Claim>,
    reviews: Reviews,
    /// What all claims together showed to be wrong.
    validated: Findings,
}

/// How far to compile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// As far as answers go. What only all claims together show to be wrong (a reference that leads nowhere) is not
    /// looked for: it changes no answer.
    Answers,
    /// All of it, with all findings.
    Findings,
}

/// Compiles `texts`, which are read within the usual limits. `findings` are those of reading them, and become part of
/// the result.
pub fn compile(texts: Texts, findings: Findings) -> Compiled {
    compile_within(texts, findings, &Limits::default())
}

/// Compiles `texts` within `limits`.
pub fn compile_within(texts: Texts, findings: Findings, limits: &Limits) -> Compiled {
    compile_as_far_as(Extent::Findings, texts, findings, limits)
}

/// Compiles `texts` within `limits`, as far as is wanted.
pub fn compile_as_far_as(extent: Extent, texts: Texts, mut findings: Findings, limits: &Limits) -> Compiled {
    let (config, files) = configure(&texts, limits, &mut findings);
    let mut gather = Gather::new(&mut findings);
    let (mut catalog, claims) = read(&texts, &files, &config.root, limits, &mut gather);
    let sources = gather.finish();
    config.name_default_calendar(&mut catalog.declarations, &mut findings);
    let (claims, copies) = sort_and_join(claims);
    let read = Read { texts, config, catalog, sources, claims, copies };
    read.decide(extent, *limits, findings, |read, findings| {
        resolve_after(&read.catalog.declarations, &read.claims, &|_| None, findings)
    })
}

/// What was read, before anything is decided.
struct Read {
    texts: Texts,
    config: Config,
    catalog: Catalog,
    sources: Sources,
    claims: Vec<Claim>,
    copies: Vec<(u32, Claim)>,
}

impl Read {
    /// The back half: claims → findings and decisions.
    fn decide(
        self,
        extent: Extent,
        limits: Limits,
        mut findings: Findings,
        resolve: impl FnOnce(&Read, &mut Findings) -> (Decisions, Reviews) + Send,
    ) -> Compiled {
        let places: Vec<(u32, Origin)> = self.copies.iter().map(|(at, copy)| (*at, copy.origin)).collect();
        report_copies(&self.claims, &places, &mut findings);
        // Side by side: neither looks at what the other finds, and each has stretches that keep one core busy only.
        let (mut validated, mut of_deciding) = (Findings::new(), Findings::new());
        let (_, (decisions, reviews)) = rayon::join(
            || {
                if extent == Extent::Findings {
                    let path = |file: FileId| &*self.texts.get(file).path;
                    validate(&self.catalog, &self.claims, &path, &mut validated);
                    let paths = self.sources.files.iter().map(|(file, _)| path(*file));
                    self.catalog.lenses.report_idle(paths, &mut validated);
                }
            },
            || resolve(&self, &mut of_deciding),
        );
        findings.append(validated.clone());
        findings.append(of_deciding);
        findings.finish();
        let Read { texts, config, catalog, sources, claims, copies } = self;
        let copies = copies.into_iter().map(|(_, copy)| copy).collect();
        let known = Known { extent, limits, sources, copies, reviews, validated };
        Compiled { texts, config, catalog, claims, copies: places, decisions, findings, known }
    }
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
    let config = Config { root: SmolStr::new(&root), ..config };
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

fn report_copies(claims: &[Claim], copies: &[(u32, Origin)], findings: &mut Findings) {
    let groups: Vec<(&Claim, Vec<Origin>)> = copies
        .chunk_by(|a, b| a.0 == b.0)
        .map(|group| (&claims[group[0].0 as usize], group.iter().map(|(_, origin)| *origin).collect()))
        .collect();
    let groups: Vec<(&Claim, &[Origin])> =
        groups.iter().map(|(claim, places)| (*claim, &places[..])).collect();
    duplicate_claims(&groups, findings);
}

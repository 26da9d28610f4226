//! Reads old versions of knowledge files as the head's are read: same parser, same lowering, the head's declarations.
//!
//! What is wrong in an old version is nobody's mistake today: findings are dropped.

use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};
use smol_str::SmolStr;

use super::{Extractor, Fragment, Fragments, Placed, Shares, Stretches};
use crate::claim::{Claim, Renamed, claim_hash, facets};
use crate::diagnostic::Findings;
use crate::kind::{Catalog, Config, bears_on_others, lower, reads_apart, stands_alone};
use crate::parse::{Part, anatomy, chunks, parse_within};
use crate::source::{CONFIG, FileId, Limits, Selection, Text};

/// The extractor for knowledge: atoms are claims.
pub struct Knowledge<'c> {
    catalog: &'c Catalog,
    /// The knowledge root, `/` behind it unless it is the top.
    root: String,
    selection: Selection,
    /// What of files is taken and passed over, as written.
    globs: [Vec<String>; 2],
    renamed: Renamed,
    limits: Limits,
}

impl<'c> Knowledge<'c> {
    /// With what the head's tree declares (`catalog`) and what its `dictum.toml` says of files (`config`), below
    /// the knowledge root `root`.
    pub fn new(root: &str, config: &Config, catalog: &'c Catalog) -> Knowledge<'c> {
        let root = root.trim_matches('/');
        let root = if root.is_empty() { String::new() } else { format!("{root}/") };
        let owned = |globs: &[SmolStr]| globs.iter().map(SmolStr::to_string).collect::<Vec<_>>();
        let globs = [owned(&config.include), owned(&config.exclude)];
        // Globs that can't be understood were reported when the head was compiled, and select nothing there either.
        let selection = Selection::new(&globs[0], &globs[1]).unwrap_or_else(|_| Selection::all());
        Knowledge { catalog, root, selection, globs, renamed: Renamed::default(), limits: Limits::default() }
    }

    /// What one version of the file at `path` (from the top of the repository) says; `None` where it does not parse.
    pub fn claims(&self, path: &str, text: &[u8]) -> Option<Vec<Claim>> {
        let text = Text { path: Arc::from(path), bytes: Arc::from(text) };
        let mut findings = Findings::new();
        let document = parse_within(FileId(0), &text, &self.limits, &mut findings);
        document.whole.then(|| self.as_now(lower(&document, path, self.catalog, &mut findings)))
    }

    /// The claims under the ids that their subjects have today.
    fn as_now(&self, mut claims: Vec<Claim>) -> Vec<Claim> {
        if !self.renamed.is_empty() {
            for claim in &mut claims {
                if let Some(now) = self.renamed.now(&claim.slot.subject) {
                    claim.slot.subject = now.clone();
                    claim.hash = claim_hash(claim);
                }
            }
        }
        claims
    }

    /// What was said of subjects under other ids counts as said of them.
    pub fn with_renamed(self, renamed: Renamed) -> Knowledge<'c> {
        Knowledge { renamed, ..self }
    }

    /// With other limits than the usual: those with which the head was read.
    pub fn with_limits(self, limits: &Limits) -> Knowledge<'c> {
        Knowledge { limits: *limits, ..self }
    }
}

impl Extractor for Knowledge<'_> {
    fn key(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("dictum 2026 history/1");
        hasher.update(&self.catalog.reading_key());
        let Knowledge { catalog: _, selection: _, root, globs, renamed, limits } = self;
        hasher.update(format!("{root}\0{limits:?}\0{globs:?}\0{renamed:?}").as_bytes());
        *hasher.finalize().as_bytes()
    }

    fn reads(&self, path: &str) -> bool {
        let Some(below) = path.strip_prefix(&*self.root) else { return false };
        let name = below.rsplit('/').next().unwrap_or(below);
        name != CONFIG && self.selection.takes(below)
    }

    fn fits(&self, size: usize) -> bool {
        size as u64 <= self.limits.file_bytes.min(Limits::MOST_FILE_BYTES)
    }

    fn by_path(&self, path: &str) -> bool {
        self.catalog.lenses.takes(path)
    }

    fn split<'t>(&self, text: &'t [u8]) -> Option<Vec<Stretches<'t>>> {
        let chunks = chunks(std::str::from_utf8(text).ok()?)?.into_iter();
        Some(chunks.map(|chunk| Stretches { key: chunk.key.as_bytes(), ranges: chunk.ranges }).collect())
    }

    fn atoms(&self, text: &[u8]) -> Option<Vec<Placed>> {
        // Only where a file lies does a lens show it.
        self.atoms_at("", text)
    }

    fn atoms_at(&self, path: &str, text: &[u8]) -> Option<Vec<Placed>> {
        let claims = self.claims(path, text)?;
        let placed = |claim: &Claim| Placed {
            atom: claim.hash,
            facets: facets(claim),
            at: claim.origin.span.start as usize,
        };
        Some(claims.iter().map(placed).collect())
    }

    fn fragments<'t>(&self, group: &'t [u8]) -> Option<Fragments<'t>> {
        fragments(std::str::from_utf8(group).ok()?, self.catalog)
    }
}

/// How a name is used by the keys and blocks of a subject.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Key,
    /// In front of a dot, behind which other names follow.
    Table,
    Block,
}

fn fragments<'t>(text: &'t str, catalog: &Catalog) -> Option<Fragments<'t>> {
    let anatomy = anatomy(text).filter(|anatomy| reads_apart(anatomy.kind))?;
    let mut context = text.as_bytes()[anatomy.head.clone()].to_vec();
    let mut rest: Vec<Fragment<'_>> = Vec::with_capacity(anatomy.parts.len());
    let mut uses = FxHashMap::with_capacity_and_hasher(anatomy.parts.len(), FxBuildHasher);
    // The name of the key read last.
    let mut last = "";
    for part in &anatomy.parts {
        let bears = bears_on_others(part.name);
        if part.is_block {
            let alone = !bears && stands_alone(part.name, anatomy.keys_of(part));
            let before = uses.insert(part.name, Use::Block);
            if !alone || before.is_some_and(|before| before != Use::Block) {
                return None;
            }
            rest.push(fragment(text, part, part.name, Shares::Name, context.len()));
            continue;
        }
        let dotted = part.dotted.filter(|_| !bears && catalog.only_holds_keys(part.name));
        let name = dotted.unwrap_or(part.name);
        if name == last && !bears {
            let merged = rest.last_mut()?;
            merged.text = &text.as_bytes()[merged.start..part.range.end];
            continue;
        }
        last = name;
        if bears {
            context.push(b'\n');
            context.extend_from_slice(&text.as_bytes()[part.range.clone()]);
            continue;
        }
        if dotted.is_some() && uses.insert(part.name, Use::Table).is_some_and(|before| before != Use::Table) {
            return None;
        }
        if uses.insert(name, Use::Key).is_some() {
            return None;
        }
        let shares = if dotted.is_some() { Shares::Table } else { Shares::None };
        rest.push(fragment(text, part, name, shares, context.len()));
    }
    Some(Fragments { context, rest })
}

fn fragment<'t>(
    text: &'t str,
    part: &Part<'t>,
    name: &'t str,
    shares: Shares,
    context: usize,
) -> Fragment<'t> {
    Fragment { text: &text.as_bytes()[part.range.clone()], start: part.range.start, context, name, shares }
}

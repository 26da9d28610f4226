//! Reads old versions of knowledge files as the head's are read: same parser, same lowering, the head's declarations.
//!
//! What is wrong in an old version is nobody's mistake today: findings are dropped.

use std::ops::RangeInclusive;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Extractor, Fragments, Placed, Stretches};
use crate::claim::Claim;
use crate::diagnostic::Findings;
use crate::kind::{Catalog, Config, bears_on_others, lower, reads_apart, stands_alone};
use crate::parse::{anatomy, chunks, parse};
use crate::source::{CONFIG, FileId, Limits, Selection, Text};

/// The extractor for knowledge: atoms are claims.
pub struct Knowledge<'c> {
    catalog: &'c Catalog,
    /// The knowledge root, `/` behind it unless it is the top.
    root: String,
    selection: Selection,
    most: u64,
}

impl<'c> Knowledge<'c> {
    /// With what the head's tree declares (`catalog`) and what its `dictum.toml` says of files (`config`), below
    /// the knowledge root `root`.
    pub fn new(root: &str, config: &Config, catalog: &'c Catalog) -> Knowledge<'c> {
        let root = root.trim_matches('/');
        let root = if root.is_empty() { String::new() } else { format!("{root}/") };
        let globs = |globs: &[SmolStr]| globs.iter().map(SmolStr::to_string).collect::<Vec<_>>();
        // Globs that can't be understood were reported when the head was compiled, and select nothing there either.
        let selection = Selection::new(&globs(&config.include), &globs(&config.exclude));
        let selection = selection.unwrap_or_else(|_| Selection::all());
        Knowledge { catalog, root, selection, most: Limits::default().file_bytes }
    }

    /// With other limits than the usual: those with which the head was read.
    pub fn with_limits(self, limits: &Limits) -> Knowledge<'c> {
        Knowledge { most: limits.file_bytes.min(Limits::MOST_FILE_BYTES), ..self }
    }
}

impl Extractor for Knowledge<'_> {
    fn reads(&self, path: &str) -> bool {
        let Some(below) = path.strip_prefix(&*self.root) else { return false };
        let name = below.rsplit('/').next().unwrap_or(below);
        name != CONFIG && self.selection.takes(below)
    }

    fn fits(&self, size: usize) -> bool {
        size as u64 <= self.most
    }

    fn split<'t>(&self, text: &'t [u8]) -> Option<Vec<Stretches<'t>>> {
        let chunks = chunks(std::str::from_utf8(text).ok()?)?.into_iter();
        Some(chunks.map(|chunk| Stretches { key: chunk.key.as_bytes(), ranges: chunk.ranges }).collect())
    }

    fn atoms(&self, text: &[u8]) -> Option<Vec<Placed>> {
        let text = Text { path: Arc::from(""), bytes: Arc::from(text) };
        let mut findings = Findings::new();
        let document = parse(FileId(0), &text, &mut findings);
        let claims = document.whole.then(|| lower(&document, self.catalog, &mut findings))?;
        let placed = |claim: Claim| Placed { atom: claim.hash, at: claim.origin.span.start as usize };
        Some(claims.into_iter().map(placed).collect())
    }

    fn fragments<'t>(&self, group: &'t [u8]) -> Option<Fragments<'t>> {
        if !WORTH_IT.contains(&group.len()) {
            return None;
        }
        fragments(std::str::from_utf8(group).ok()?)
    }
}

/// Shorter groups are read faster than they are taken apart, and longer ones are parsed in another way. To tests none
/// is short.
const WORTH_IT: RangeInclusive<usize> = if cfg!(test) { 0..=4 << 10 } else { 256..=64 << 10 };

fn fragments(text: &str) -> Option<Fragments<'_>> {
    let anatomy = anatomy(text).filter(|anatomy| reads_apart(anatomy.kind))?;
    let mut context = text.as_bytes()[anatomy.head.clone()].to_vec();
    let mut rest = Vec::with_capacity(anatomy.parts.len());
    let mut names = FxHashMap::default();
    for part in &anatomy.parts {
        let said = &text.as_bytes()[part.range.clone()];
        let before = names.insert(part.name, part.is_block);
        match (part.is_block, before) {
            (true, None | Some(true)) if bears_on_others(part.name) => return None,
            (true, None | Some(true)) if stands_alone(part.name, anatomy.keys_of(part)) => rest.push(said),
            (false, None) if bears_on_others(part.name) => {
                context.push(b'\n');
                context.extend_from_slice(said);
            }
            (false, None) => rest.push(said),
            _ => return None,
        }
    }
    Some(Fragments { context, rest })
}

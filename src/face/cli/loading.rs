//! Reads old versions of knowledge files as the head's are read: same parser, same lowering, the head's declarations.
//!
//! What is wrong in an old version is nobody's mistake today: findings are dropped.

use std::ops::Range;
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};
use smol_str::SmolStr;

use crate::claim::ClaimHash;
use crate::diagnostic::Findings;
use crate::history::Extractor;
use crate::kind::{Catalog, Config, lower};
use crate::parse::{chunks, parse};
use crate::source::{FileId, Text};

/// The extractor for knowledge: atoms are claims.
pub(super) struct Knowledge<'c> {
    catalog: &'c Catalog,
    /// The knowledge root, `/` behind it unless it is the top.
    root: String,
    include: GlobSet,
    exclude: GlobSet,
}

impl<'c> Knowledge<'c> {
    /// With what the head's tree declares (`catalog`) and what its `dictum.toml` says of files (`config`), below
    /// the knowledge root `root`.
    pub fn new(root: &str, config: &Config, catalog: &'c Catalog) -> Knowledge<'c> {
        let root = root.trim_matches('/');
        let root = if root.is_empty() { String::new() } else { format!("{root}/") };
        Knowledge { catalog, root, include: globs(&config.include), exclude: globs(&config.exclude) }
    }
}

/// The patterns that can be read; the others were reported when the head was compiled.
fn globs(patterns: &[SmolStr]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

impl Extractor for Knowledge<'_> {
    fn reads(&self, path: &str) -> bool {
        let below = path.strip_prefix(&*self.root).unwrap_or(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let counts =
            (self.include.is_empty() || self.include.is_match(below)) && !self.exclude.is_match(below);
        name.ends_with(".toml") && name != "dictum.toml" && counts
    }

    fn split(&self, text: &[u8]) -> Option<Vec<Vec<Range<usize>>>> {
        let chunks = chunks(std::str::from_utf8(text).ok()?)?;
        Some(chunks.into_iter().map(|chunk| chunk.ranges).collect())
    }

    fn atoms(&self, text: &[u8]) -> Option<Vec<ClaimHash>> {
        let text = Text { path: Arc::from(""), bytes: Arc::from(text) };
        let mut findings = Findings::new();
        let document = parse(FileId(0), &text, &mut findings);
        let claims = document.whole.then(|| lower(&document, self.catalog, &mut findings))?;
        Some(claims.into_iter().map(|claim| claim.hash).collect())
    }
}

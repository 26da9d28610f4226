//! Reads old versions of knowledge files as the head's are read: same parser, same lowering, the head's declarations.
//!
//! What is wrong in an old version is nobody's mistake today: findings are dropped.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{Extractor, Stretches};
use crate::claim::ClaimHash;
use crate::diagnostic::Findings;
use crate::kind::{Catalog, Config, lower};
use crate::parse::{chunks, parse_within};
use crate::source::{CONFIG, FileId, Limits, Selection, Text};

/// The extractor for knowledge: atoms are claims.
pub struct Knowledge<'c> {
    catalog: &'c Catalog,
    /// The knowledge root, `/` behind it unless it is the top.
    root: String,
    selection: Selection,
    limits: Limits,
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
        Knowledge { catalog, root, selection, limits: Limits::default() }
    }

    /// With other limits than the usual: those with which the head was read.
    pub fn with_limits(self, limits: &Limits) -> Knowledge<'c> {
        Knowledge { limits: *limits, ..self }
    }
}

impl Extractor for Knowledge<'_> {
    fn reads(&self, path: &str) -> bool {
        let Some(below) = path.strip_prefix(&*self.root) else { return false };
        let name = below.rsplit('/').next().unwrap_or(below);
        name != CONFIG && self.selection.takes(below)
    }

    fn fits(&self, size: usize) -> bool {
        size as u64 <= self.limits.file_bytes.min(Limits::MOST_FILE_BYTES)
    }

    fn split<'t>(&self, text: &'t [u8]) -> Option<Vec<Stretches<'t>>> {
        let chunks = chunks(std::str::from_utf8(text).ok()?)?.into_iter();
        Some(chunks.map(|chunk| Stretches { key: chunk.key.as_bytes(), ranges: chunk.ranges }).collect())
    }

    fn atoms(&self, text: &[u8]) -> Option<Vec<ClaimHash>> {
        let text = Text { path: Arc::from(""), bytes: Arc::from(text) };
        let mut findings = Findings::new();
        let document = parse_within(FileId(0), &text, &self.limits, &mut findings);
        let claims = document.whole.then(|| lower(&document, self.catalog, &mut findings))?;
        Some(claims.into_iter().map(|claim| claim.hash).collect())
    }
}

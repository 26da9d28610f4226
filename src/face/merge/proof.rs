//! Whether a merge says what was meant: claim by claim, counted.
//!
//! What one side alone changed the number of is as that side has it; what none changed is as it was; what both changed is as both
//! have it, if they agree. In a file with conflicts, settled either way, a claim may also be as that side has it.

use std::collections::BTreeSet;

use crate::diagnostic::Findings;
use crate::face::said::{Said, said, text_of};
use crate::kind::Catalog;
use crate::parse::parse_within;
use crate::source::{FileId, Limits};

/// What three versions say.
pub(super) struct Proof<'c> {
    catalog: &'c Catalog,
    limits: &'c Limits,
    sides: [Said; 3],
}

/// What came of it.
pub(super) enum Verdict {
    /// All claims are those that were meant.
    Holds,
    /// Not those of these subjects, or it does not parse, for which any of these may be why.
    Fails(BTreeSet<String>),
}

impl<'c> Proof<'c> {
    /// Of base, ours and theirs.
    pub fn new(sides: [&str; 3], catalog: &'c Catalog, limits: &'c Limits) -> Proof<'c> {
        let sides = sides.map(|side| said(&text_of("side.toml", side.as_bytes()), catalog, limits));
        Proof { catalog, limits, sides }
    }

    /// Judges a result, settled as ours and as theirs; `mixed` are the subjects that are put together from both.
    pub fn judge(&self, settled: [&str; 2], in_conflict: bool, mixed: &BTreeSet<String>) -> Verdict {
        let mut failed = BTreeSet::new();
        for (at, text) in settled.into_iter().enumerate().take(if in_conflict { 2 } else { 1 }) {
            let text = text_of("merged.toml", text.as_bytes());
            let mut findings = Findings::new();
            let document = parse_within(FileId(0), &text, self.limits, &mut findings);
            if !document.whole || findings.has_errors() {
                return Verdict::Fails(mixed.clone());
            }
            let result = said(&text, self.catalog, self.limits);
            let [base, ours, theirs] = &self.sides;
            for key in base.keys().chain(ours.keys()).chain(theirs.keys()).chain(result.keys()) {
                let of = |said: &Said| said.get(key).copied().unwrap_or(0);
                let (count, meant) = (of(&result), meant(of(base), of(ours), of(theirs)));
                let own = in_conflict && count == of(&self.sides[at + 1]);
                if meant != Some(count) && !own {
                    failed.insert(format!("{}.{}", key.0.subject.kind(), key.0.subject.id()));
                }
            }
        }
        if failed.is_empty() {
            return Verdict::Holds;
        }
        // A correction stands in one place and speaks of another.
        match failed.is_subset(mixed) {
            true => Verdict::Fails(failed),
            false => Verdict::Fails(mixed.clone()),
        }
    }
}

fn meant(base: usize, ours: usize, theirs: usize) -> Option<usize> {
    match () {
        () if ours == theirs || theirs == base => Some(ours),
        () if ours == base => Some(theirs),
        () => None,
    }
}

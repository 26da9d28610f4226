//! Where findings gather. Bounded: a million mistakes are counted, not kept.

use std::collections::BTreeMap;

use super::{Code, Finding, Severities, Severity};
use crate::source::Origin;

/// Findings of one run, in the order of place once [`Findings::finish`]ed.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    kept: Vec<Finding>,
    counts: BTreeMap<&'static str, (&'static Code, usize)>,
    severities: Severities,
    /// Of those that are not kept, how many were there before.
    known: BTreeMap<&'static str, usize>,
}

impl Findings {
    /// Findings of one code that are kept; further ones are counted.
    pub const KEEP_PER_CODE: usize = 1_000;

    /// No findings yet.
    pub fn new() -> Findings {
        Findings::default()
    }

    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        let (_, count) = self.counts.entry(finding.code.slug).or_insert((finding.code, 0));
        *count += 1;
        if *count <= Self::KEEP_PER_CODE {
            self.kept.push(finding);
        }
    }

    /// Whether further ones of `code` are counted alone.
    pub fn is_enough(&self, code: &'static Code) -> bool {
        self.counts.get(code.slug).is_some_and(|(_, count)| *count >= Self::KEEP_PER_CODE)
    }

    /// Counts `count` more of `code` that were found but not put in words.
    pub fn count_more(&mut self, code: &'static Code, count: usize) {
        self.counts.entry(code.slug).or_insert((code, 0)).1 += count;
    }

    /// Adds all of `other`, which come after: stages are joined in the order of files, whichever thread was first.
    pub fn append(&mut self, other: Findings) {
        let mut kept_here: BTreeMap<&'static str, usize> = BTreeMap::new();
        for finding in other.kept {
            let slug = finding.code.slug;
            *kept_here.entry(slug).or_default() += 1;
            self.push(finding);
        }
        for (slug, (code, count)) in other.counts {
            let uncounted = count - kept_here.get(slug).copied().unwrap_or(0);
            self.counts.entry(slug).or_insert((code, 0)).1 += uncounted;
        }
    }

    /// The same where places are called otherwise.
    #[must_use]
    pub fn moved(&self, moved: &dyn Fn(Origin) -> Origin) -> Findings {
        let kept = self.kept.iter().map(|finding| finding.clone().moved(moved));
        Findings { kept: kept.collect(), ..self.without_kept() }
    }

    fn without_kept(&self) -> Findings {
        let (counts, severities, known) = (self.counts.clone(), self.severities.clone(), self.known.clone());
        Findings { kept: Vec::new(), counts, severities, known }
    }

    /// The same, as bad as `severities` say; those that are switched off are gone.
    #[must_use]
    pub fn weighed(mut self, severities: &Severities) -> Findings {
        self.kept.retain(|finding| severities.of(finding.code).is_some());
        self.counts.retain(|_, (code, _)| severities.of(code).is_some());
        self.kept.iter_mut().for_each(|finding| finding.weight = severities.of(finding.code));
        self.severities = severities.clone();
        self
    }

    /// Marks those that were there before: `is_known` tells of each that is kept, by its position; of the others of a code,
    /// `more` were.
    pub fn mark_known(&mut self, is_known: &dyn Fn(usize) -> bool, more: BTreeMap<&'static str, usize>) {
        for (at, finding) in self.kept.iter_mut().enumerate() {
            finding.known = is_known(at);
        }
        self.known = more;
    }

    /// Those kept for which `which` says so; of those that are not kept, none goes.
    #[must_use]
    pub fn only(&self, which: &dyn Fn(usize, &Finding) -> bool) -> Findings {
        let mut some = self.without_kept();
        for (at, finding) in self.kept.iter().enumerate() {
            if which(at, finding) {
                some.kept.push(finding.clone());
            } else if let Some((_, count)) = some.counts.get_mut(finding.code.slug) {
                *count -= 1;
            }
        }
        some
    }

    /// Whether any that was not there before is as bad as `level`, or worse.
    pub fn fails(&self, level: Severity) -> bool {
        let kept = self.kept.iter().any(|finding| !finding.known && finding.severity() <= level);
        let known = |slug: &str| self.known.get(slug).copied().unwrap_or(0);
        kept || self.beyond().any(|(code, count)| self.severity_of(code) <= level && count > known(code.slug))
    }

    /// Of each code, how many were found that are not kept.
    pub fn beyond(&self) -> impl Iterator<Item = (&'static Code, usize)> {
        let kept = self.counts_of_kept();
        self.counts
            .values()
            .map(move |(code, count)| (*code, count - kept.get(code.slug).copied().unwrap_or(0)))
            .filter(|(_, count)| *count > 0)
    }

    /// How bad findings of `code` are here.
    pub fn severity_of(&self, code: &'static Code) -> Severity {
        self.severities.of(code).unwrap_or(code.severity)
    }

    /// Sorts by file, place, code and message, and drops exact repeats.
    pub fn finish(&mut self) {
        let key = |finding: &Finding| {
            let place = finding.labels.first().map(|label| label.origin);
            (place, finding.code.slug, finding.message.clone())
        };
        self.kept.sort_by_cached_key(key);
        let before = self.counts_of_kept();
        self.kept.dedup();
        let after = self.counts_of_kept();
        for (slug, (_, count)) in &mut self.counts {
            *count -= before.get(slug).unwrap_or(&0) - after.get(slug).unwrap_or(&0);
        }
    }

    fn counts_of_kept(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.kept {
            *counts.entry(finding.code.slug).or_default() += 1;
        }
        counts
    }

    /// Those kept.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.kept.iter()
    }

    /// How many are kept.
    pub fn kept(&self) -> usize {
        self.kept.len()
    }

    /// How many of each code were found, kept or not, by slug.
    pub fn counts(&self) -> impl Iterator<Item = (&'static Code, usize)> {
        self.counts.values().copied().filter(|(_, count)| *count > 0)
    }

    /// How many of `severity` were found, kept or not.
    pub fn count(&self, severity: Severity) -> usize {
        self.counts().filter(|(code, _)| self.severity_of(code) == severity).map(|(_, count)| count).sum()
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self.counts().next().is_none()
    }
}

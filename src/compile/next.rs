//! The next state of the knowledge from the one before: only files that differ are read, and only slots decided whose
//! claims differ. What comes out is what compiling anew gives, findings included.
//!
//! Sound by locality: a claim depends on its own file and on what is declared; a decision on the claims of its slot and
//! on what is declared. Where something else is declared, all is compiled anew.

use std::ops::Range;
use std::sync::Arc;

use super::merge::{Like, Merge, Which};
use super::read::{Gather, Sources, catalog, documents, lower_all, may_declare, read_others};
use super::sort::sort;
use super::{Compiled, Read, compile_as_far_as, configure};
use crate::claim::Claim;
use crate::diagnostic::Findings;
use crate::kind::{Catalog, Config};
use crate::resolve::{Before, Decisions, Reviews, resolve_after};
use crate::source::{FileId, Origin, Texts};

impl Compiled {
    /// Compiles `texts`, as far as this was and within the same limits. `findings` are those of reading them, and become
    /// part of the result.
    #[must_use]
    pub fn next(&self, texts: Texts, mut findings: Findings) -> Compiled {
        let (extent, limits) = (self.known.extent, self.known.limits);
        // What was found by reading them; all else is found anew, or was kept.
        let given = findings.clone();
        let step = Step::new(self, &texts).and_then(|step| step.read(texts.clone(), &mut findings));
        let Some(front) = step else {
            return compile_as_far_as(extent, texts, given, &limits);
        };
        let (read, slots) = front.merge(self, Which::All);
        read.decide(extent, limits, findings, |read, findings| self.decide_next(read, &slots, findings))
    }

    pub(super) fn decide_next(
        &self,
        read: &Read,
        slots: &Slots,
        findings: &mut Findings,
    ) -> (Decisions, Reviews) {
        let moved = |origin: Origin| origin.moved(&slots.now);
        let before = |at: usize| {
            let (position, moved) = match slots.like[at] {
                Like::None => return None,
                Like::Untouched(position) => (position, Some(&moved as &(dyn Fn(Origin) -> Origin + Sync))),
                Like::Alike(position) => (position, None),
            };
            let decided = self.decisions.slots.get(position as usize)?;
            let claims = self.claims_of(&decided.claims);
            Some(Before { claims, decided, reviews: &self.known.reviews, position, moved })
        };
        resolve_after(&read.catalog.declarations, &read.claims, &before, findings)
    }

    pub(super) fn claims_of(&self, range: &Range<u32>) -> &[Claim] {
        &self.claims[range.start as usize..range.end as usize]
    }
}

/// For each slot, the one of the state before that says the same.
pub(super) struct Slots {
    like: Vec<Like>,
    /// For each file of before, what it is called now; `None` where it is another or gone.
    pub now: Vec<Option<FileId>>,
    /// The positions of the slots of before that were merged.
    pub met: Vec<u32>,
}

/// What was read of the next state, before the claims are put together.
pub(super) struct Front {
    texts: Texts,
    config: Config,
    catalog: Catalog,
    sources: Sources,
    /// What new files say, sorted.
    said: Vec<Claim>,
    now: Vec<Option<FileId>>,
}

impl Front {
    /// With the claims of `before`.
    pub fn merge(self, before: &Compiled, which: Which) -> (Read, Slots) {
        let Front { texts, config, catalog, sources, said, now } = self;
        let Merge { claims, copies, like, met, .. } = Merge::new(before, &now, which).with(said);
        (Read { texts, config, catalog, sources, claims, copies }, Slots { like, now, met })
    }
}

/// From one state to the next.
pub(super) struct Step<'b> {
    before: &'b Compiled,
    /// For each file of before, what it is called now; `None` where it is another, gone, or does not count.
    now: Vec<Option<FileId>>,
    /// For each file of now, what it was called before.
    was: Vec<Option<FileId>>,
}

impl<'b> Step<'b> {
    /// `None` where not all that is needed was kept.
    pub fn new(before: &'b Compiled, texts: &Texts) -> Option<Step<'b>> {
        if before.known.sources.is_cut {
            return None;
        }
        let mut step = Step { before, now: vec![None; before.texts.len()], was: vec![None; texts.len()] };
        let mut old = before.texts.iter().peekable();
        for (file, text) in texts.iter() {
            while old.next_if(|(_, other)| other.path < text.path).is_some() {}
            let Some((former, other)) = old.peek() else { break };
            let same = || Arc::ptr_eq(&other.bytes, &text.bytes) || other.bytes == text.bytes;
            if other.path == text.path && same() {
                step.now[former.0 as usize] = Some(file);
                step.was[file.0 as usize] = Some(*former);
            }
        }
        Some(step)
    }

    /// The front half: reads what differs. `None` where something else is declared.
    pub fn read(mut self, texts: Texts, findings: &mut Findings) -> Option<Front> {
        let (config, files) = configure(&texts, &self.before.known.limits, findings);
        let default = |config: &Config| config.calendar.as_ref().map(|(id, _)| id.clone());
        if default(&config) != default(&self.before.config) || config.root != self.before.config.root {
            return None;
        }
        let files = self.files(&texts, files);
        // What is found goes by file first, for it is told in the order of all files.
        let mut told_later = Findings::new();
        let mut gather = Gather::new(&mut told_later);
        gather.files(files.clone());
        let mut said = Vec::new();
        let declared_anew = self.declarations(&texts, &files, &config.root, &mut gather, &mut said)?;
        let touched = declared_anew.is_some();
        let known = || self.before.catalog.clone().moved(&|origin: Origin| origin.moved(&self.now));
        let mut catalog = declared_anew.unwrap_or_else(known);
        config.name_default_calendar(&mut catalog.declarations, findings);
        let new = |(file, declares): &(FileId, bool)| (!declares && self.is_new(*file)).then_some(*file);
        let others: Vec<FileId> = files.iter().filter_map(new).collect();
        read_others(&texts, &others, &catalog, &self.before.known.limits, &mut gather, &mut said);
        let mut sources = gather.finish();
        if sources.is_cut {
            return None;
        }
        sources.found.keep(&self.before.known.sources.found, &self.now, !touched);
        sources.found.tell(findings);
        sort(&mut said);
        Some(Front { texts, config, catalog, sources, said, now: self.now })
    }

    /// The files that count now, each with whether it may declare something. Those that did not count before are read
    /// as if they were new, and those that don't count any more are gone.
    fn files(&mut self, texts: &Texts, files: Vec<FileId>) -> Vec<(FileId, bool)> {
        let mut declared: Vec<Option<bool>> = vec![None; self.now.len()];
        for (file, declares) in &self.before.known.sources.files {
            declared[file.0 as usize] = Some(*declares);
        }
        let mut counts = vec![false; self.was.len()];
        files.iter().for_each(|file| counts[file.0 as usize] = true);
        for (file, was) in self.was.iter_mut().enumerate() {
            let Some(former) = *was else { continue };
            if !counts[file] || declared[former.0 as usize].is_none() {
                self.now[former.0 as usize] = None;
                *was = None;
            }
        }
        let declares = |file: FileId| match self.was[file.0 as usize] {
            Some(former) => declared[former.0 as usize] == Some(true),
            None => may_declare(texts.get(file)),
        };
        files.into_iter().map(|file| (file, declares(file))).collect()
    }

    fn is_new(&self, file: FileId) -> bool {
        self.was[file.0 as usize].is_none()
    }

    /// What is declared, where a file that declares something is another, and the claims of those that are. `None` in
    /// `Some` where none is; `None` where something else is declared.
    fn declarations(
        &self,
        texts: &Texts,
        files: &[(FileId, bool)],
        root: &str,
        gather: &mut Gather<'_>,
        said: &mut Vec<Claim>,
    ) -> Option<Option<Catalog>> {
        let declaring = files.iter().filter(|(_, declares)| *declares).map(|(file, _)| *file);
        let declaring: Vec<FileId> = declaring.collect();
        let mut former = self.before.known.sources.files.iter().filter(|(_, declares)| *declares);
        let is_kept = |(file, _): &(FileId, bool)| self.now[file.0 as usize].is_some();
        if declaring.iter().all(|file| !self.is_new(*file)) && former.all(is_kept) {
            return Some(None);
        }
        let documents = documents(texts, &declaring, &self.before.known.limits, gather);
        let mut catalog = catalog(texts, &documents, root, gather);
        let default = &self.before.catalog.declarations.default_calendar;
        catalog.declarations.default_calendar.clone_from(default);
        if !catalog.says_as(&self.before.catalog) {
            return None;
        }
        let new: Vec<_> = documents.iter().filter(|document| self.is_new(document.file)).collect();
        lower_all(texts, &new, &catalog, gather, said);
        Some(Some(catalog))
    }
}

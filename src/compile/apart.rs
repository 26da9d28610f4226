//! What two states of the knowledge may answer otherwise: of the next state only the slots with claims in files that
//! differ, for whoever compares it with the one before and asks nothing else of it.
//!
//! Nearly all of two states is the same, and to put together all of the next only to pass over it costs more than all
//! else there is to comparing them.

use super::merge::Which;
use super::next::Step;
use super::{Compiled, Extent};
use crate::claim::Claim;
use crate::diagnostic::Findings;
use crate::kind::Catalog;
use crate::resolve::{Decisions, led};
use crate::source::{FileId, Texts};

/// The next state, as far as it may answer otherwise than the one before.
#[derive(Clone, Debug)]
pub struct Apart {
    /// Of the state before: the slots that may be answered otherwise. Their claims are among all of its claims.
    pub before: Decisions,
    /// The texts of the next state, all of them.
    pub texts: Texts,
    /// What is declared there.
    pub catalog: Catalog,
    /// Its claims of slots that may be answered otherwise, as [`Compiled::claims`].
    pub claims: Vec<Claim>,
    /// What was decided of these.
    pub decisions: Decisions,
    /// What was found. There are as many errors as in the whole state; of what is no error not all may be here.
    pub findings: Findings,
}

impl Compiled {
    /// Of the state of `texts` (see [`Compiled::next`]) what may answer otherwise than this one does.
    #[must_use]
    pub fn apart(&self, texts: Texts, findings: Findings) -> Apart {
        if let Some(apart) = self.touched(&texts, findings.clone()) {
            return apart;
        }
        Apart::new(self.decisions.clone(), self.next(texts, findings))
    }

    /// The slots that were touched; `None` where the errors of the others would have to be counted.
    fn touched(&self, texts: &Texts, mut findings: Findings) -> Option<Apart> {
        let Extent::Answers = self.known.extent else { return None };
        if self.findings.has_errors() {
            return None;
        }
        let front = Step::new(self, texts)?.read(texts.clone(), &mut findings)?;
        let (read, slots) = front.merge(self, Which::Touched);
        let before = slots.met.iter().filter_map(|at| self.decisions.slots.get(*at as usize));
        let before = Decisions { slots: before.cloned().collect() };
        if !self.leads_on(&before, &read.claims, &slots.now) {
            return None;
        }
        let decide = |read: &_, findings: &mut _| self.decide_next(read, &slots, findings);
        let after = read.decide(self.known.extent, self.known.limits, findings, decide);
        (!after.findings.has_errors()).then(|| Apart::new(before, after))
    }

    /// Whether every edge that led somewhere in the slots `touched` and is still written leads somewhere in `claims`.
    /// One that does not may become a mistake in slots that were not touched.
    fn leads_on(&self, touched: &Decisions, claims: &[Claim], now: &[Option<FileId>]) -> bool {
        let is_written = |file: FileId| now.get(file.0 as usize).is_some_and(Option::is_some);
        let led_before = led(touched.slots.iter().map(|decided| self.claims_of(&decided.claims)));
        let led_now = led(claims.chunk_by(|a, b| a.slot == b.slot));
        let mut written = led_before.iter().filter(|origin| is_written(origin.file));
        written.all(|origin| led_now.contains(&origin.moved(now)))
    }
}

impl Apart {
    fn new(before: Decisions, after: Compiled) -> Apart {
        let Compiled { texts, catalog, claims, decisions, findings, .. } = after;
        Apart { before, texts, catalog, claims, decisions, findings }
    }
}

//! All slots in order, each decided, or taken over from an earlier state of the knowledge where nothing that it depends on
//! is another.
//!
//! What a slot depends on: the declarations, its claims, and, for what is found in it alone, whether edges that are
//! written on a whole block lead anywhere in other slots.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::decision::{Decided, Decisions};
use super::form::Forms;
use super::ground::Ground;
use super::{Slot, edges, finding, ranges, slot};
use crate::claim::{Claim, Declarations, Target};
use crate::diagnostic::{Finding, Findings};
use crate::source::Origin;

/// Slots that are decided before their findings are gathered: bounds what is held at once.
const BATCH: usize = 1 << 14;

/// Findings that are kept for the next state.
const MOST_KEPT: usize = 10_000;

/// What deciding found, slot by slot, for deciding the next state.
#[derive(Clone, Debug, Default)]
pub struct Reviews {
    /// Where edges are written that lead somewhere.
    led: FxHashSet<Origin>,
    /// By the position of the slot: those in which anything was found.
    slots: BTreeMap<u32, Reviewed>,
    /// Whether not all that was found is here.
    is_cut: bool,
}

/// What was found in one slot.
#[derive(Clone, Debug)]
struct Reviewed {
    findings: Vec<Finding>,
    tie: Vec<SmolStr>,
}

/// A slot of an earlier state with the same claims under the same declarations.
pub struct Before<'b> {
    /// Its claims.
    pub claims: &'b [Claim],
    /// How it was decided.
    pub decided: &'b Decided,
    /// What was found, in all slots.
    pub reviews: &'b Reviews,
    /// Its position among the slots of its state.
    pub position: u32,
    /// Where what stood in its files is now; `None` where its claims say the same but stand elsewhere.
    pub moved: Option<&'b (dyn Fn(Origin) -> Origin + Sync)>,
}

/// [`super::resolve`], with `before`: for the position of a slot the same slot in an earlier state.
pub fn resolve_after<'b>(
    declarations: &Declarations,
    claims: &[Claim],
    before: &(dyn Fn(usize) -> Option<Before<'b>> + Sync),
    findings: &mut Findings,
) -> (Decisions, Reviews) {
    let mut ground = Ground::new(declarations);
    let ranges = ranges(claims);
    ground.led = edges::led(ranges.iter().map(|range| &claims[range.start as usize..range.end as usize]));
    let mut first = Vec::new();
    finding::cycle::of_sources(&ground, claims, &mut first);
    finding::lower_tier::of_sources(&ground, claims, &mut first);
    first.into_iter().for_each(|finding| findings.push(finding));

    let forms = Forms::default();
    let mut slots = Vec::with_capacity(ranges.len());
    let mut reviews = Reviews::default();
    let (mut kept, mut ties) = (0, BTreeSet::new());
    for batch in ranges.chunks(BATCH) {
        let start = slots.len();
        let one = |(at, range): (usize, &Range<u32>)| {
            let known = before(start + at).and_then(|before| before.slot(&ground, claims, range));
            known.unwrap_or_else(|| slot(&ground, &forms, claims, range))
        };
        let decided: Vec<Slot> = batch.par_iter().enumerate().with_min_len(16).map(one).collect();
        for Slot { decided, findings: found, tie } in decided {
            kept += found.len();
            reviews.is_cut |= kept > MOST_KEPT;
            if !tie.is_empty() && !ties.contains(&tie) {
                findings.push(finding::precedence::tie(&tie, &claims[decided.claims.start as usize]));
                ties.insert(tie.clone());
            }
            if reviews.is_cut {
                found.into_iter().for_each(|finding| findings.push(finding));
            } else if !(found.is_empty() && tie.is_empty()) {
                found.iter().for_each(|finding| findings.push(finding.clone()));
                reviews.slots.insert(slots.len() as u32, Reviewed { findings: found, tie });
            }
            slots.push(decided);
        }
    }
    reviews.led = ground.led;
    (Decisions { slots }, reviews)
}

impl Before<'_> {
    /// The slot as it is now; `None` where it has to be decided.
    fn slot(&self, ground: &Ground<'_>, claims: &[Claim], range: &Range<u32>) -> Option<Slot> {
        let own = &claims[range.start as usize..range.end as usize];
        if self.reviews.is_cut || !self.leads_alike(ground, own) {
            return None;
        }
        let (findings, tie) = match (self.reviews.slots.get(&self.position), self.moved) {
            (None, _) => (Vec::new(), Vec::new()),
            (Some(found), Some(moved)) => (found.moved(moved), found.tie.clone()),
            (Some(found), None) if found.findings.is_empty() => (Vec::new(), found.tie.clone()),
            (Some(_), None) => return None,
        };
        Some(Slot { decided: self.decided.of(range.clone()), findings, tie })
    }

    /// Whether the same edges lead somewhere, in whatever slot.
    fn leads_alike(&self, ground: &Ground<'_>, own: &[Claim]) -> bool {
        own.iter().zip(self.claims).all(|(claim, old)| {
            let edges = claim.statement.edges.iter().zip(&old.statement.edges);
            edges.filter(|(edge, _)| matches!(edge.target, Target::Id(_) | Target::Hash(_))).all(
                |(edge, before)| {
                    let is = ground.led.contains(&edges::place(claim, edge));
                    is == self.reviews.led.contains(&edges::place(old, before))
                },
            )
        })
    }
}

impl Reviewed {
    fn moved(&self, moved: &dyn Fn(Origin) -> Origin) -> Vec<Finding> {
        self.findings.iter().map(|finding| finding.clone().moved(moved)).collect()
    }
}

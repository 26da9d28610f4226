//! What deciding finds, one file a finding. Everything here reads; nothing here decides.

pub(super) mod conflict;
pub(super) mod correction_ends;
pub(super) mod cycle;
pub(super) mod exception_outside;
pub(super) mod gap;
pub(super) mod lower_tier;
pub(super) mod period_hole;
pub(super) mod pin;
pub(super) mod precedence;
pub(super) mod shadowed;
pub(super) mod slot_too_large;
pub(super) mod stale_exception;
pub(super) mod unknown_claim;
mod words;

use super::edges::Fault;
use super::layout::Layout;
use super::sweep::Tree;
use crate::diagnostic::Finding;

/// Findings of one slot that say what was probably meant: that means looking at the whole slot for each.
const ADVISED: usize = 100;

/// A decided slot as findings read it.
pub(super) struct Review<'r, 'g> {
    /// The slot.
    pub layout: &'r Layout<'g>,
    /// What holds where.
    pub tree: &'r Tree,
    /// For each claim whether it says any answer (or one side of a conflict) anywhere.
    pub won: Vec<bool>,
    /// For each claim whether what it says of other claims could not be followed: what comes of that is no finding
    /// of its own.
    pub faulty: Vec<bool>,
}

impl<'r, 'g> Review<'r, 'g> {
    /// Reads a decided slot.
    pub fn new(layout: &'r Layout<'g>, tree: &'r Tree) -> Review<'r, 'g> {
        use super::decision::Outcome;
        let mut won = vec![false; layout.claims.len()];
        for outcome in &tree.outcomes {
            if let Outcome::Fact(claims) | Outcome::Conflict(claims) = outcome {
                claims.iter().for_each(|claim| won[*claim as usize] = true);
            }
        }
        let mut faulty = vec![false; layout.claims.len()];
        for fault in &layout.cast.faults {
            match fault {
                Fault::NoTarget { claim, .. } | Fault::Unclear { claim, .. } | Fault::Pin { claim } => {
                    faulty[*claim as usize] = true;
                }
                Fault::Cycle { path } => path.iter().for_each(|(claim, _)| faulty[*claim as usize] = true),
            }
        }
        Review { layout, tree, won, faulty }
    }

    /// All findings of the slot.
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for (count, fault) in self.layout.cast.faults.iter().enumerate() {
            let advise = count < ADVISED;
            found.push(match fault {
                Fault::NoTarget { claim, edge } => unknown_claim::none(self.layout, *claim, *edge, advise),
                Fault::Unclear { claim, edge, fit } => {
                    unknown_claim::several(self.layout, *claim, *edge, fit)
                }
                Fault::Pin { claim } => pin::fits_nothing(self, *claim, advise),
                Fault::Cycle { path } => cycle::of_claims(self.layout, path),
            });
        }
        conflict::find(self, &mut found);
        gap::find(self, &mut found);
        shadowed::find(self, &mut found);
        period_hole::find(self, &mut found);
        if !self.layout.cast.out.is_empty() {
            exception_outside::find(self, &mut found);
            stale_exception::find(self, &mut found);
            lower_tier::find(self, &mut found);
            pin::find(self, &mut found);
            correction_ends::find(self, &mut found);
        }
        found
    }
}

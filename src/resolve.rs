//! Which claim holds, and why. Knows claims and declarations; not kinds, files, git or the clock.
//!
//! Terms: a *region* is where a claim speaks (contexts × days); an *axis* is one dimension of it, or time, cut
//! into *ticks*; a *point* is one tick an axis; a *cell* is the points in which the same regions apply; a
//! *candidate* is a claim as a possible answer, with where it stands and what it stands over; the decided slot is a
//! tree of splits over axes whose leaves are *outcomes*.
//!
//! Read down: what people wrote becomes axes and regions (`axis`, `region`), relations become links (`edges`,
//! `candidate`), both are laid out (`layout`); a cell is decided (`cell`, `dominance`), all cells are swept
//! (`sweep`) into a canonical tree (`canonical`); findings and explanations read that. Slots to which the same happens
//! are decided once (`form`).

use std::ops::Range;

use smol_str::SmolStr;

use crate::claim::{Claim, Declarations};
use crate::diagnostic::{Finding, Findings};

mod decision;
mod locate;

mod ground;

mod axis;
mod region;

mod edges;
mod graph;

mod candidate;
mod layout;

mod dominance;
mod magnitude;

mod cell;
mod sweep;

mod canonical;

mod oracle;

mod explain;
mod witness;

mod finding;

mod form;

mod again;

#[cfg(test)]
pub(crate) mod tests;

pub use again::{Before, Reviews, resolve_after};
pub use decision::{Answers, Arm, Axis, AxisName, Decided, Decisions, Node, Outcome, Ticks};
pub use dominance::Relation;
pub use edges::{Rule, led};
pub use explain::{Explanation, Mark, Status, explain};
pub use locate::{PointQuery, tick_of};
pub use oracle::Oracle;

use cell::Cells;
use finding::Review;
use form::{Form, Forms};
use ground::Ground;
use layout::{Layout, TooLarge};

/// Decides every slot of `claims`, which are sorted by slot and then hash, each hash once a slot.
///
/// Findings: conflicts, gaps, cycles, shadowed claims and the rest of "deciding" in the list of codes. The result
/// depends on nothing but what the claims and declarations say; a slot that can't be decided is a finding and a gap.
pub fn resolve(declarations: &Declarations, claims: &[Claim], findings: &mut Findings) -> Decisions {
    resolve_after(declarations, claims, &|_| None, findings).0
}

/// Where each slot's claims are.
fn ranges(claims: &[Claim]) -> Vec<Range<u32>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for slot in claims.chunk_by(|a, b| a.slot == b.slot) {
        let end = start + slot.len() as u32;
        ranges.push(start..end);
        start = end;
    }
    ranges
}

/// A slot decided, and what was found.
struct Slot {
    decided: Decided,
    findings: Vec<Finding>,
    /// Precedences that fit it alike.
    tie: Vec<SmolStr>,
}

fn slot<'c>(ground: &Ground<'_>, forms: &Forms<'c>, claims: &'c [Claim], range: &Range<u32>) -> Slot {
    let own = &claims[range.start as usize..range.end as usize];
    let tie = if ground.globs {
        let law = ground.declarations().law(own[0].law);
        ground.precedence(&own[0].slot, law).1.into_iter().cloned().collect()
    } else {
        Vec::new()
    };
    if let [only] = own
        && speaks_always(only)
    {
        return Slot { decided: Decided::alone(range.clone()), findings: Vec::new(), tie };
    }
    let form = Form::of(ground, own);
    if let Some(known) = form.as_ref().and_then(|form| forms.get(form)) {
        return Slot { decided: known.of(range.clone()), findings: Vec::new(), tie };
    }
    match weigh(ground, own, range) {
        Ok((decided, findings)) => {
            if let Some(form) = form.filter(|_| findings.is_empty()) {
                forms.put(form, &decided);
            }
            Slot { decided, findings, tie }
        }
        Err(why) => {
            let findings = vec![finding::slot_too_large::finding(own, why)];
            let decided = Decided::new(range.clone(), Answers::everywhere(Outcome::Gap));
            Slot { decided, findings, tie }
        }
    }
}

/// Whether a claim that is alone in its slot answers everywhere: most are so.
fn speaks_always(claim: &Claim) -> bool {
    let statement = &claim.statement;
    statement.when.is_always()
        && statement.period.from.is_none()
        && statement.period.until.is_none()
        && statement.edges.is_empty()
        && statement.correction.is_none()
}

fn weigh(
    ground: &Ground<'_>,
    claims: &[Claim],
    range: &Range<u32>,
) -> Result<(Decided, Vec<Finding>), TooLarge> {
    let layout = Layout::new(ground, claims)?;
    let (precedence, _) = ground.precedence(&claims[0].slot, layout.law);
    let mut cells = Cells::new(&layout, layout.weights(precedence));
    let tree = sweep::sweep(&mut cells, sweep::MAX_WORK, |_| false)?;
    let findings = Review::new(&layout, &tree).findings();
    let (axes, root, outcomes) = canonical::canonical(&layout.universe, &tree);
    let answers = Answers { edges: edges(&layout), axes, root, outcomes };
    Ok((Decided::new(range.clone(), answers), findings))
}

/// What stands over what, by position of claim, and whether it annuls.
fn edges(layout: &Layout<'_>) -> Vec<(u32, u32, bool)> {
    let claim = |candidate: u32| layout.cast.candidates[candidate as usize].claim;
    let out = (0..).zip(&layout.cast.out);
    let links = out.flat_map(|(from, links)| links.iter().map(move |(to, rule)| (from, *to, rule.annuls())));
    let mut edges: Vec<(u32, u32, bool)> =
        links.map(|(from, to, annuls)| (claim(from), claim(to), annuls)).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

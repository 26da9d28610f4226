//! What answers differently: two states of the knowledge compared answer by answer, not line by line.
//!
//! # Terms
//! * **side** — one of the two states: its declarations, claims and decisions.
//! * **holds** — what a slot answers at a point: nothing, a value, or values that contradict each other.
//! * **difference** — two things that hold, one on either side, with the region (contexts and days) in which one takes
//!   the place of the other.
//!
//! Exact by locality: a slot that both sides decided alike from the same claims answers alike and is passed over; of
//! the others, the two decided trees are walked down together, cell by cell of what refines both.
//!
//! A case that only one side knows (a node that was added to a tree) is compared with the nearest node above it that
//! the other side knows; a case with none above it (a new word of an enum) answers nothing on the other side, where its
//! answers turn on that dimension at all.

use rayon::prelude::*;
use smol_str::SmolStr;
use std::cmp::Ordering;

use super::answer::{Fate, Pin};
use super::history::digits;
use crate::claim::{Claim, Declarations, Period, Slot, Target, Value, When};
use crate::resolve::{Answers, Decided, Decisions, Outcome};
use crate::source::Origin;

mod breaking;
mod cells;
mod common;
mod holds;
mod names;
mod pins;
mod reasons;
mod standing;
mod trials;

#[cfg(test)]
mod tests;

pub use breaking::Rule;
use common::Alike;
pub use holds::holding;
pub use names::{Compared, Means, NameChange, NameDifference, NameWord, names};
pub use pins::{Repinned, repinned};
pub use standing::{Owned, Restated, owners, restated};
pub use trials::{Retried, retried};

/// One of the two states that are compared.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    /// What is declared.
    pub declarations: &'s Declarations,
    /// The claims, sorted by slot and hash.
    pub claims: &'s [Claim],
    /// What was decided of them.
    pub decisions: &'s Decisions,
}

/// A slot whose answer differs somewhere.
#[derive(Clone, PartialEq, Debug)]
pub struct Changed {
    /// Which.
    pub slot: Slot,
    /// Where and how; never empty. In order of where each begins.
    pub differences: Vec<Difference>,
    /// Every claim of the slot before, in order of hash: positions in a [`Fate`] of that side lead here.
    pub before: Vec<Pin>,
    /// The same after.
    pub after: Vec<Pin>,
}

/// One thing that holds in the place of another.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// What held.
    pub before: Holds,
    /// What holds instead.
    pub after: Holds,
    /// Where, in order.
    pub regions: Vec<Region>,
    /// The claims that answered before, and what became of them.
    pub gone: Vec<Cited>,
    /// The claims that answer after, and what they were before.
    pub come: Vec<Cited>,
}

/// What a slot answers at a point.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Holds {
    /// Nothing is said.
    Nothing,
    /// This; of a set the list of its members, in order.
    Fact(Value),
    /// Claims that contradict each other say these; in order.
    Contested(Vec<Value>),
}

/// Contexts and days.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Region {
    /// On these days.
    pub period: Period,
    /// In these contexts.
    pub when: When,
}

/// A claim that answers on one side, seen from the other.
#[derive(Clone, PartialEq, Debug)]
pub struct Cited {
    /// Which.
    pub pin: Pin,
    /// What it says.
    pub value: Value,
    /// What it takes back; it then says nothing itself.
    pub retracts: Vec<Target>,
    /// Where it is written, in the texts of its own side.
    pub origin: Origin,
    /// What it is on the other side.
    pub elsewhere: Elsewhere,
}

/// What a claim of one side is on the other.
#[derive(Clone, PartialEq, Debug)]
pub enum Elsewhere {
    /// It is not said there.
    Unsaid,
    /// It is said there too, with this fate at the first point of the difference (positions are those of that side);
    /// `None` where that point can't be told in words.
    Said(Option<Fate>),
}

/// In one word, what a difference is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Word {
    /// Something is said where nothing was.
    Added,
    /// Nothing is said any more.
    Removed,
    /// Something else is said.
    Changed,
    /// Claims contradict each other where they did not.
    Contested,
    /// Claims do not contradict each other any more.
    Settled,
}

impl Word {
    /// All of them, in the order of a summary.
    pub const ALL: [Word; 5] = [Word::Added, Word::Removed, Word::Changed, Word::Contested, Word::Settled];

    /// The word in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Word::Added => "added",
            Word::Removed => "removed",
            Word::Changed => "changed",
            Word::Contested => "contested",
            Word::Settled => "settled",
        }
    }
}

impl Difference {
    /// In one word.
    pub fn word(&self) -> Word {
        match (&self.before, &self.after) {
            (Holds::Contested(_), Holds::Contested(_)) => Word::Changed,
            (_, Holds::Contested(_)) => Word::Contested,
            (Holds::Nothing, _) => Word::Added,
            (_, Holds::Nothing) => Word::Removed,
            (Holds::Contested(_), _) => Word::Settled,
            _ => Word::Changed,
        }
    }

    /// Of two sets what only one of them has; `None` where these are no sets, or all differs.
    pub fn members(&self) -> Option<(Vec<&Value>, Vec<&Value>)> {
        let (Holds::Fact(Value::List(old)), Holds::Fact(Value::List(new))) = (&self.before, &self.after)
        else {
            return None;
        };
        if !old.iter().any(|value| new.contains(value)) {
            return None;
        }
        let gone: Vec<&Value> = old.iter().filter(|value| !new.contains(value)).collect();
        let come: Vec<&Value> = new.iter().filter(|value| !old.contains(value)).collect();
        (!(gone.is_empty() && come.is_empty())).then_some((gone, come))
    }
}

impl Changed {
    /// In one word: that of its differences, or `changed` where they are of several sorts.
    pub fn word(&self) -> Word {
        let first = self.differences.first().map_or(Word::Changed, Difference::word);
        if self.differences.iter().all(|difference| difference.word() == first) {
            first
        } else {
            Word::Changed
        }
    }

    /// Whether who relied on an answer has to know: one that was given is given no more.
    pub fn is_breaking(&self) -> bool {
        !self.breaks().is_empty()
    }
}

/// Every slot that answers differently on the two sides, in address order.
pub fn diff(before: Side<'_>, after: Side<'_>) -> Vec<Changed> {
    let alike = Alike::new(before.declarations, after.declarations);
    let pairs = touched(before, after, &alike);
    // Each slot for itself; what comes out keeps the order.
    pairs.into_par_iter().with_min_len(16).filter_map(|(one, two)| of_slot(one, two, &alike)).collect()
}

/// The slots that may be answered differently, on either side: those that were not decided alike from the same claims.
fn touched<'s>(before: Side<'s>, after: Side<'s>, alike: &Alike) -> Vec<(View<'s>, View<'s>)> {
    let (mut left, mut right) =
        (before.decisions.slots.iter().peekable(), after.decisions.slots.iter().peekable());
    let mut pairs = Vec::new();
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(two)) => slot_of(before, one).cmp(&slot_of(after, two)),
        };
        let one = if order.is_le() { left.next() } else { None };
        let two = if order.is_ge() { right.next() } else { None };
        let (one, two) = (View::of(before, one), View::of(after, two));
        if !same(one, two, alike) {
            pairs.push((one, two));
        }
    }
    pairs
}

fn slot_of<'s>(side: Side<'s>, decided: &Decided) -> Option<&'s Slot> {
    side.claims.get(decided.claims.start as usize).map(|claim| &claim.slot)
}

/// One slot on one side.
#[derive(Clone, Copy)]
struct View<'s> {
    declarations: &'s Declarations,
    claims: &'s [Claim],
    /// `None` where the side says nothing of the slot.
    decided: Option<&'s Answers>,
}

impl<'s> View<'s> {
    fn of(side: Side<'s>, decided: Option<&'s Decided>) -> View<'s> {
        let claims = decided.map_or(&[][..], |decided| {
            &side.claims[decided.claims.start as usize..decided.claims.end as usize]
        });
        View { declarations: side.declarations, claims, decided: decided.map(|decided| &**decided) }
    }

    /// The same side, as if it said nothing.
    fn silent(self) -> View<'s> {
        View { claims: &[], decided: None, ..self }
    }

    fn outcome(&self, outcome: Option<u32>) -> &'s Outcome {
        let found = self.decided.zip(outcome).and_then(|(decided, at)| decided.outcomes.get(at as usize));
        found.unwrap_or(&Outcome::Gap)
    }
}

/// How the slot answers differently, if it does.
fn of_slot(before: View<'_>, after: View<'_>, alike: &Alike) -> Option<Changed> {
    let slot = before.claims.iter().chain(after.claims).map(|claim| claim.slot.clone()).next()?;
    let hashes: std::collections::BTreeSet<_> =
        before.claims.iter().chain(after.claims).map(|claim| &claim.hash).collect();
    let digits = digits(hashes.into_iter());
    let pins = |view: View<'_>| -> Vec<Pin> {
        let pin =
            |claim: &Claim| Pin { slot: slot.clone(), digits: SmolStr::new(&claim.hash.to_hex()[..digits]) };
        view.claims.iter().map(pin).collect()
    };
    let (old, new) = (pins(before), pins(after));
    let differences = match cells::differing(before, after, alike) {
        Some(found) => differences(before, after, &found, (&old, &new)),
        // A dimension has become one of another sort, so that no case is the same: all that was said is gone, and all
        // that is said is new.
        None => [(before, after.silent()), (before.silent(), after)]
            .into_iter()
            .filter_map(|(before, after)| Some((before, after, cells::differing(before, after, alike)?)))
            .flat_map(|(before, after, found)| differences(before, after, &found, (&old, &new)))
            .collect(),
    };
    (!differences.is_empty()).then_some(Changed { slot, differences, before: old, after: new })
}

/// Whether both sides decided the slot alike from the same claims: then nothing can differ.
fn same<'s>(before: View<'s>, after: View<'s>, alike: &Alike) -> bool {
    let (Some(one), Some(two)) = (before.decided, after.decided) else { return false };
    let decided_alike = || one.axes == two.axes && one.root == two.root && one.outcomes == two.outcomes;
    let hashes = |view: View<'s>| view.claims.iter().map(|claim| claim.hash);
    before.claims.len() == after.claims.len()
        && hashes(before).eq(hashes(after))
        // From one state to the next most slots share what was decided.
        && (std::ptr::eq(one, two) || decided_alike())
        && one.axes.iter().all(|axis| alike.is(&axis.name))
        && holds::is_set(before) == holds::is_set(after)
}

/// The cells of each pair of outcomes together, with the claims and reasons.
fn differences(
    before: View<'_>,
    after: View<'_>,
    found: &cells::Found,
    pins: (&[Pin], &[Pin]),
) -> Vec<Difference> {
    let mut differences: Vec<Difference> = found
        .pairs()
        .into_iter()
        .map(|((old, new), cells)| {
            let (one, two) = (before.outcome(old), after.outcome(new));
            let point = found.point(cells[0], before, after);
            Difference {
                before: holds::holds(before, one),
                after: holds::holds(after, two),
                regions: found.regions(&cells),
                gone: reasons::cited(before, one, pins.0, after, two, &point),
                come: reasons::cited(after, two, pins.1, before, one, &point),
            }
        })
        .collect();
    differences.sort_by(|a, b| (&a.regions, &a.before, &a.after).cmp(&(&b.regions, &b.before, &b.after)));
    differences
}

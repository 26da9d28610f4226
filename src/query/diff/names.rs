//! Names that mean something else: for every name of either state what it refers to at each point, compared.
//!
//! # Terms
//! * **name** — how somebody is called on either side, or the id that another system gave; what can be asked of
//!   [`crate::query::refer`].
//! * **means** — what a name refers to where all is known that it may depend on: a subject, several, or nobody.
//! * **entries** — the slots that bear on a name: those that give it, and those that say of its bearers what they are too,
//!   what they became, and whether a term says of itself that it means too much.
//!
//! Exact by locality: a name none of whose entries was decided otherwise means the same and is not looked at. Of the
//! others the decided trees of all entries of both sides are walked down together, so that every context and day has one
//! cell, and at each cell is read what is read when somebody asks for the name there.

mod means;
mod reach;
mod touched;
mod walk;

#[cfg(test)]
mod tests;

use rayon::prelude::*;
use smol_str::SmolStr;

use super::common::Alike;
use super::{Region, Rule, Side, View, slot_of};
use crate::claim::{Slot, Subject};
use crate::resolve::Decided;

/// Two states: all of the one, and what of it and of the other may differ.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'s> {
    /// All of the state before.
    pub whole: Side<'s>,
    /// Of it the slots that may be answered differently.
    pub before: Side<'s>,
    /// The slots of the state after that may be; where these are all, all of them.
    pub after: Side<'s>,
}

/// A name that means something else somewhere.
#[derive(Clone, PartialEq, Debug)]
pub struct NameChange {
    /// As it is written in the knowledge; an id behind its system: `salesforce:001A`.
    pub name: SmolStr,
    /// What it means and meant, and where; in order of where each begins. Empty where so much decides what it means
    /// that it can't be told cell by cell: then it may mean something else, and nothing more is known.
    pub differences: Vec<NameDifference>,
}

/// One meaning of a name in the place of another.
#[derive(Clone, PartialEq, Debug)]
pub struct NameDifference {
    /// What it meant.
    pub before: Means,
    /// What it means instead.
    pub after: Means,
    /// Where, in order.
    pub regions: Vec<Region>,
}

/// What a name refers to at a point.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Means {
    /// Nobody is called so.
    Nobody,
    /// This subject.
    One(Subject),
    /// Several, and nothing tells them apart; by address.
    Several(Vec<Subject>),
    /// Claims contradict each other on whether this one is called so.
    Contested(Subject),
    /// A term among these says of itself that its names mean too much.
    TooGeneric(Vec<Subject>),
}

/// In one word, what became of a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NameWord {
    /// It refers to another subject.
    Referent,
    /// It refers to no one subject any more.
    Ambiguous,
    /// It refers to nobody any more.
    Unknown,
    /// It refers to one subject, where it did not.
    Settled,
    /// It refers to somebody, where it referred to nobody.
    Known,
    /// So much decides what it means that this can't be told.
    Untold,
}

impl NameWord {
    /// All of them, in the order of a summary.
    pub const ALL: [NameWord; 6] = [
        NameWord::Referent,
        NameWord::Ambiguous,
        NameWord::Unknown,
        NameWord::Settled,
        NameWord::Known,
        NameWord::Untold,
    ];

    /// The word in results.
    pub fn as_str(self) -> &'static str {
        match self {
            NameWord::Referent => "referent",
            NameWord::Ambiguous => "ambiguous",
            NameWord::Unknown => "unknown",
            NameWord::Settled => "settled",
            NameWord::Known => "known",
            NameWord::Untold => "untold",
        }
    }
}

impl NameDifference {
    /// In one word.
    pub fn word(&self) -> NameWord {
        match (&self.before, &self.after) {
            (_, Means::Nobody) => NameWord::Unknown,
            (Means::Nobody, _) => NameWord::Known,
            (Means::One(_), Means::One(_)) => NameWord::Referent,
            (_, Means::One(_)) => NameWord::Settled,
            _ => NameWord::Ambiguous,
        }
    }

    /// The rule that it breaks: that of a name which meant one subject and does no more.
    fn breaks(&self) -> Option<Rule> {
        let Means::One(_) = &self.before else { return None };
        Some(match &self.after {
            Means::One(_) => Rule::ReferentChanged,
            Means::Nobody => Rule::NameLost,
            Means::Several(_) | Means::Contested(_) | Means::TooGeneric(_) => Rule::NameAmbiguous,
        })
    }
}

impl NameChange {
    /// In one word: the first that applies to any of its differences.
    pub fn word(&self) -> NameWord {
        self.differences.iter().map(NameDifference::word).min().unwrap_or(NameWord::Untold)
    }

    /// The rules that it breaks, each once, in order. What can't be told breaks none that could be named.
    pub fn breaks(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = self.differences.iter().filter_map(NameDifference::breaks).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

/// Every name that means something else on the two sides, by its keys.
pub fn names(compared: &Compared<'_>) -> Vec<NameChange> {
    let alike = Alike::new(compared.before.declarations, compared.after.declarations);
    let pairs = super::touched(compared.before, compared.after, &alike);
    let names = touched::names(compared, &pairs);
    let change = |name: &touched::Name<'_>| {
        let differences = match reach::entries(compared, name) {
            Some(entries) => walk::differences(&entries, &alike)?,
            None => Vec::new(),
        };
        Some(NameChange { name: name.written.clone(), differences })
    };
    // `None` of a walk is that nothing differs.
    names.each().par_iter().filter_map(change).collect()
}

impl<'s> Compared<'s> {
    /// A slot as it was and as it is.
    pub(super) fn slot(&self, slot: &Slot) -> [View<'s>; 2] {
        let before = View::of(self.whole, found(self.whole, slot));
        let after = match found(self.after, slot) {
            Some(decided) => View::of(self.after, Some(decided)),
            // What was touched and is not there is gone; what was not touched is as it was.
            None if found(self.before, slot).is_some() => View::of(self.after, None),
            None => View { declarations: self.after.declarations, ..before },
        };
        [before, after]
    }
}

fn found<'s>(side: Side<'s>, slot: &Slot) -> Option<&'s Decided> {
    let slots = &side.decisions.slots;
    let at = slots.binary_search_by(|decided| slot_of(side, decided).cmp(&Some(slot))).ok()?;
    slots.get(at)
}

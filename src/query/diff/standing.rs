//! Who answers for what differs: the owners of facts, and the claims of which somebody may ask who reviewed them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use smol_str::SmolStr;

use super::common::Alike;
use super::holds::holds_on;
use super::{Changed, Compared, Holds, View};
use crate::claim::{ClaimHash, Slot, Value};
use crate::resolve::Outcome;

/// How much of what differs somebody owned, and owns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owned {
    /// Who: an address, or as it is written; `None` of what nobody owns.
    pub owner: Option<SmolStr>,
    /// Facts that differ and were theirs.
    pub before: usize,
    /// Facts that differ and are theirs.
    pub after: usize,
}

/// For each owner how many of `changed` were or are theirs on the day `on`, those who own nothing last. What belongs to
/// several (in different contexts, or where claims contradict each other) is counted for each of them.
pub fn owners(compared: &Compared<'_>, changed: &[Changed], on: Date) -> Vec<Owned> {
    let mut counts: BTreeMap<Option<SmolStr>, [usize; 2]> = BTreeMap::new();
    for one in changed {
        let slot = Slot { subject: one.slot.subject.clone(), attribute: "owner".into() };
        let views = compared.slot(&slot);
        let said = [!one.before.is_empty(), !one.after.is_empty()];
        for (side, view) in views.into_iter().enumerate().filter(|(side, _)| said[*side]) {
            for owner in owners_of(view, on) {
                counts.entry(owner).or_default()[side] += 1;
            }
        }
    }
    let nobody = counts.remove(&None).map(|count| (None, count));
    let owned = |(owner, [before, after]): (Option<SmolStr>, [usize; 2])| Owned { owner, before, after };
    counts.into_iter().chain(nobody).map(owned).collect()
}

/// Who owns a subject on a day, by its slot `owner`.
fn owners_of(view: View<'_>, on: Date) -> BTreeSet<Option<SmolStr>> {
    let mut owners = BTreeSet::new();
    let name = |value: Value| match value {
        Value::Ref(subject) => vec![Some(SmolStr::new(subject.as_str()))],
        Value::Text(text) => vec![Some(text)],
        Value::List(all) => all.iter().map(|value| Some(SmolStr::new(value.to_string()))).collect(),
        _ => vec![None],
    };
    for holds in holds_on(view, &crate::query::Context::unknown(), on) {
        match holds {
            Holds::Nothing => drop(owners.insert(None)),
            Holds::Fact(value) => owners.extend(name(value)),
            Holds::Contested(values) => owners.extend(values.into_iter().flat_map(name)),
        }
    }
    // Whoever owns it in some cases only is told; that nobody does in the others is not.
    if owners.len() > 1 {
        owners.remove(&None);
    }
    owners
}

/// A slot that other claims answer for than before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restated {
    /// Which.
    pub slot: Slot,
    /// The claims that answered, in some case and on some day.
    pub before: Vec<ClaimHash>,
    /// The claims that answer.
    pub after: Vec<ClaimHash>,
}

/// The slots that are answered on both sides, and by other claims, in address order: also where they say the same.
pub fn restated(compared: &Compared<'_>) -> Vec<Restated> {
    let alike = Alike::new(compared.before.declarations, compared.after.declarations);
    let pairs = super::touched(compared.before, compared.after, &alike);
    let restated = |(one, two): (View<'_>, View<'_>)| {
        let slot = one.claims.first()?.slot.clone();
        let (before, after) = (answering(one), answering(two));
        let others = !before.is_empty() && !after.is_empty() && before != after;
        others.then_some(Restated { slot, before, after })
    };
    pairs.into_iter().filter_map(restated).collect()
}

/// The claims of a slot that answer somewhere, in order of hash.
fn answering(view: View<'_>) -> Vec<ClaimHash> {
    let outcomes = view.decided.map_or(&[][..], |decided| &decided.outcomes);
    let facts = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Fact(claims) => Some(claims),
        Outcome::Conflict(_) | Outcome::Gap => None,
    });
    let answering: BTreeSet<ClaimHash> =
        facts.flatten().filter_map(|at| Some(view.claims.get(*at as usize)?.hash)).collect();
    answering.into_iter().collect()
}

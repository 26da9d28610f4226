//! What an outcome answers, without who says it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Holds, Side, View, slot_of};
use crate::claim::{Cardinality, Slot, Value};
use crate::query::{Context, walk};
use crate::resolve::Outcome;

/// Whether the answer of a slot is a union.
pub(super) fn is_set(view: View<'_>) -> bool {
    let law = view.claims.first().map(|claim| view.declarations.law(claim.law));
    law.is_some_and(|law| law.cardinality == Cardinality::Set)
}

/// What `outcome` answers, as `get` would.
pub(super) fn holds(view: View<'_>, outcome: &Outcome) -> Holds {
    let values = |claims: &[u32]| -> BTreeSet<Value> {
        let value = |position: &u32| view.claims.get(*position as usize).map(|claim| claim.value.clone());
        claims.iter().filter_map(value).collect()
    };
    match outcome {
        Outcome::Gap => Holds::Nothing,
        Outcome::Conflict(claims) => Holds::Contested(values(claims).into_iter().collect()),
        Outcome::Fact(claims) if is_set(view) => {
            let members: Vec<Value> =
                values(claims).into_iter().filter(|value| *value != Value::None).collect();
            // "None" and nothing else is known to be empty.
            Holds::Fact(if members.is_empty() { Value::None } else { Value::List(members) })
        }
        Outcome::Fact(claims) => values(claims).into_iter().next().map_or(Holds::Nothing, Holds::Fact),
    }
}

/// All that `slot` answers on one side on the day `on`, in the cases that `context` leaves open: one where the answer
/// does not depend on what is not known. None where the side knows no such case.
pub fn holding(side: Side<'_>, slot: &Slot, context: &Context, on: Date) -> BTreeSet<Holds> {
    let found = side.decisions.slots.binary_search_by(|decided| slot_of(side, decided).cmp(&Some(slot)));
    let Ok(at) = found else { return BTreeSet::from([Holds::Nothing]) };
    holds_on(View::of(side, side.decisions.slots.get(at)), context, on)
}

/// All that a slot answers on the day `on`, in the cases that `context` leaves open.
pub(super) fn holds_on(view: View<'_>, context: &Context, on: Date) -> BTreeSet<Holds> {
    let Some(decided) = view.decided else { return BTreeSet::from([Holds::Nothing]) };
    let open = walk::open_ticks(decided, view.declarations, context, Some(on));
    let cells = walk::cells(decided, &open);
    cells.iter().map(|cell| holds(view, view.outcome(Some(cell.outcome)))).collect()
}

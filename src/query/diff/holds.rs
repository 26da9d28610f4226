//! What an outcome answers, without who says it.

use std::collections::BTreeSet;

use super::{Holds, View};
use crate::claim::{Cardinality, Value};
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

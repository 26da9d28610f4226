//! Where claims contradict each other nothing is answered; what they say is shown side by side.
//!
//! Knowledge with a conflict is not served, unless a person said so (`build --keep-going`): then it is contested there,
//! and answered elsewhere.

use std::collections::BTreeSet;

use super::QueryError;
use super::answer::Possible;
use super::read::{Reading, SlotReading};
use super::ticks::TickSet;
use super::walk::{self, Cell};
use crate::claim::Value;
use crate::resolve::Outcome;

/// Those of `cells` in which claims contradict each other.
pub(super) fn cells(read: &SlotReading, cells: &[Cell]) -> Vec<Cell> {
    let contested = |cell: &&Cell| !winners(read, cell).is_empty();
    cells.iter().filter(contested).cloned().collect()
}

/// What is said in contested `cells`: each value with where it is contested and the claims that say it.
pub(super) fn sides(
    reading: &Reading<'_>,
    read: &SlotReading,
    open: &[TickSet],
    cells: &[Cell],
) -> Result<Vec<Possible>, QueryError> {
    let says = |claim: &u32, value: &Value| read.claims[*claim as usize].value == *value;
    let all: BTreeSet<u32> = cells.iter().flat_map(|cell| winners(read, cell)).copied().collect();
    let values: BTreeSet<&Value> = all.iter().map(|claim| &read.claims[*claim as usize].value).collect();
    let side = |value: &Value| {
        let cites = all.iter().filter(|claim| says(claim, value)).map(|claim| reading.cite(read, *claim));
        let where_said =
            cells.iter().filter(|cell| winners(read, cell).iter().any(|claim| says(claim, value)));
        Ok(Possible {
            value: Some(value.clone()),
            cites: cites.collect::<Result<_, _>>()?,
            region: walk::region(&read.decided, reading.declarations, open, where_said),
        })
    };
    values.into_iter().map(side).collect()
}

/// The claims that contradict each other in a cell.
fn winners<'r>(read: &'r SlotReading, cell: &Cell) -> &'r [u32] {
    match &read.decided.outcomes[cell.outcome as usize] {
        Outcome::Conflict(claims) => claims,
        Outcome::Gap | Outcome::Fact(_) => &[],
    }
}

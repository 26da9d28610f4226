//! Why? What became of every claim of a slot at the point asked about.

use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::{SmolStr, ToSmolStr};

use super::answer::Candidate;
use super::read::{Reading, SlotReading};
use super::ticks::TickSet;
use super::walk::Cell;
use super::{QueryError, Question};
use crate::claim::{Declarations, Dimension, Point, Shape};
use crate::resolve::{Axis, AxisName, PointQuery, Ticks, explain};

/// Every claim of a slot with its reason, at the first point of the first of `cells`. What the question leaves open
/// stays open in it, unless the answer turns on it.
pub(super) fn candidates(
    reading: &Reading<'_>,
    read: &SlotReading,
    open: &[TickSet],
    cells: &[Cell],
    question: &Question,
) -> Result<Vec<Candidate>, QueryError> {
    let Some(cell) = cells.first() else { return Ok(Vec::new()) };
    let declarations = reading.declarations;
    let said = point(declarations, &read.decided.axes, open, cell, question, false);
    let outcome = &read.decided.outcomes[cell.outcome as usize];
    // Where claims under conditions answer everywhere together, none of them applies while the condition is open.
    let explanation = explain(declarations, &read.claims, &said)
        .filter(|explanation| explanation.outcome == *outcome)
        .or_else(|| {
            let whole = point(declarations, &read.decided.axes, open, cell, question, true);
            explain(declarations, &read.claims, &whole)
        });
    let Some(explanation) = explanation else { return Ok(Vec::new()) };
    let each = (0u32..).zip(explanation.statuses);
    each.map(|(position, fate)| Ok(Candidate { cite: reading.cite(read, position)?, fate })).collect()
}

/// A point of `cell` in words. What was known stays as it was said, wherever it says a point; what tells the cell
/// apart takes its first tick; what does not is left out, unless the point is to be `whole`.
fn point(
    declarations: &Declarations,
    axes: &[Axis],
    open: &[TickSet],
    cell: &Cell,
    question: &Question,
    whole: bool,
) -> PointQuery {
    let known = question.context.iter().filter(|(id, point)| {
        let dimension = declarations.dimensions.get(*id);
        dimension.is_some_and(|dimension| is_point(dimension, point))
    });
    let mut context: std::collections::BTreeMap<SmolStr, Point> =
        known.map(|(id, point)| (id.clone(), alone(point))).collect();
    for ((axis, open), set) in axes.iter().zip(open).zip(&cell.ticks) {
        let AxisName::Dimension(id) = &axis.name else { continue };
        let (Some(dimension), Some(tick)) = (declarations.dimensions.get(id), set.first()) else { continue };
        let known = question.context.get(id).is_some();
        let said = context.contains_key(id) && set.len() == 1;
        let matters = whole || known || set != open;
        if matters
            && !said
            && let Some(word) = word(&axis.ticks, dimension, tick)
        {
            context.insert(id.clone(), word);
        }
    }
    PointQuery { on: question.on, context }
}

/// Whether a known value is one point, and not a named set.
fn is_point(dimension: &Dimension, point: &Point) -> bool {
    match (&dimension.shape, point) {
        (Shape::Tree(tree), Point::Word(word)) => {
            let name = word.strip_prefix('=').unwrap_or(word);
            tree.nodes.iter().any(|node| node.name == name)
        }
        (Shape::Enum(values), Point::Word(word)) => values.contains(word),
        _ => true,
    }
}

/// `=emea` is the point `emea`.
fn alone(point: &Point) -> Point {
    match point {
        Point::Word(word) => Point::Word(SmolStr::new(word.strip_prefix('=').unwrap_or(word))),
        other => other.clone(),
    }
}

/// A value of the dimension that lies at `tick`.
pub(super) fn word(ticks: &Ticks, dimension: &Dimension, tick: u32) -> Option<Point> {
    let at = tick as usize;
    match (ticks, &dimension.shape) {
        (Ticks::Days(days), _) => day(days, at).map(Point::Date),
        (Ticks::Numbers(cuts), _) => Some(Point::Number(number(cuts, at))),
        (Ticks::Words(words), _) => {
            Some(Point::Word(words.get(at).cloned().unwrap_or_else(|| other_than(words))))
        }
        (Ticks::Declared(_), Shape::Tree(tree)) => {
            tree.nodes.get(at).map(|node| Point::Word(node.name.clone()))
        }
        (Ticks::Declared(_), Shape::Enum(values)) => values.get(at).cloned().map(Point::Word),
        (Ticks::Declared(_), Shape::Bool) => Some(Point::Bool(at == 1)),
        (Ticks::Declared(_), _) => None,
    }
}

fn day(days: &[Date], at: usize) -> Option<Date> {
    match at.checked_sub(1) {
        Some(start) => days.get(start).copied(),
        None => days.first()?.yesterday().ok(),
    }
}

/// A number between the cuts around tick `at`.
fn number(cuts: &[(Decimal, bool)], at: usize) -> Decimal {
    let (below, above) = (at.checked_sub(1).and_then(|cut| cuts.get(cut)), cuts.get(at));
    match (below, above) {
        (Some((low, false)), _) => *low,
        (_, Some((high, true))) => *high,
        (Some((low, true)), Some((high, false))) => (*low + *high) / Decimal::TWO,
        (Some((low, true)), None) => *low + Decimal::ONE,
        (None, Some((high, false))) => *high - Decimal::ONE,
        (None, None) => Decimal::ZERO,
    }
}

/// A word that is none of `words`.
fn other_than(words: &[SmolStr]) -> SmolStr {
    let mut other = "other".to_smolstr();
    while words.contains(&other) {
        other = format!("any-{other}").to_smolstr();
    }
    other
}

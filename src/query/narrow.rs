//! Whether what is known of a case says less than where a claim speaks.

use super::Context;
use super::ticks::known_ticks;
use crate::claim::{Declarations, Point, Product, Shape, Test, When};
use crate::resolve::Ticks;

/// The condition under which a correction of a claim with the condition `when` holds, if it is meant for `context`
/// alone: what the context says beyond the claim, of trees, enums, booleans and open dimensions. `None` where the
/// claim says all of that itself.
///
/// Numbers and dates are not in it: one amount that was asked about is a case, not a condition.
pub fn narrower(context: &Context, when: &When, declarations: &Declarations) -> Option<When> {
    let beyond = context.iter().filter(|(id, point)| {
        let speaks = |product: &Product| {
            product
                .iter()
                .any(|(dimension, tests)| dimension == *id && implies(tests, id, point, declarations))
        };
        let said = !when.is_always() && when.products().iter().all(speaks);
        !said && matches!(point, Point::Word(_) | Point::Bool(_))
    });
    let product: Product =
        beyond.map(|(id, point)| (id.clone(), vec![Test::In(vec![point.clone()])])).collect();
    (!product.is_empty()).then(|| When::any_of(vec![product]))
}

/// Whether one of the tests lets nothing through but what `point` says.
fn implies(tests: &[Test], id: &str, point: &Point, declarations: &Declarations) -> bool {
    let Some(dimension) = declarations.dimensions.get(id) else { return false };
    let count = match &dimension.shape {
        Shape::Tree(tree) => tree.nodes.len() as u32,
        Shape::Enum(values) => values.len() as u32,
        Shape::Bool => 2,
        _ => return tests.iter().any(|test| *test == Test::In(vec![point.clone()])),
    };
    let ticks = Ticks::Declared(count);
    let known = known_ticks(&ticks, dimension, point);
    let within = |listed: &Point| {
        let set = known_ticks(&ticks, dimension, listed);
        set.ranges().iter().all(|range| known.clip(range.start, range.end).len() == range.end - range.start)
    };
    tests.iter().any(|test| matches!(test, Test::In(points) if points.iter().all(within)))
}

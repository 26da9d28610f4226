//! A witness: one context and one day at which two regions hold, so that a finding about "somewhere and some day" can
//! be checked by asking.

use jiff::civil::Date;
use smol_str::SmolStr;

use super::region::{Region, tests_meet};
use crate::claim::{Bound, Declarations, Dimension, Point, Product, Range, Shape, Test};

/// A context and a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Witness {
    /// Only what matters of the context, by dimension.
    context: Vec<(SmolStr, String)>,
    /// `None` where any day will do.
    on: Option<Date>,
}

impl Witness {
    /// `, for example with region=emea on 2024-02-01`: to follow a message.
    pub fn behind(&self) -> String {
        let context: Vec<String> = self.context.iter().map(|(id, value)| format!("{id}={value}")).collect();
        let with = match context.is_empty() {
            true => String::new(),
            false => format!(" with {}", context.join(" ")),
        };
        let on = self.on.map(|day| format!(" on {day}")).unwrap_or_default();
        format!(", for example{with}{on}")
    }
}

/// Where both regions hold, as far as that is not everywhere; `None` where it is everywhere, nowhere, or no value of a
/// dimension can be named.
pub(super) fn witness(one: &Region<'_>, two: &Region<'_>, declarations: &Declarations) -> Option<Witness> {
    let period = one.period.intersect(&two.period);
    if period.is_empty() {
        return None;
    }
    let on = period.from.or_else(|| period.until.and_then(|until| until.yesterday().ok()));
    let both = one.when.and(two.when);
    let context = match both.is_always() {
        true => Vec::new(),
        false => both.products().iter().find_map(|product| within(product, declarations))?,
    };
    (on.is_some() || !context.is_empty()).then_some(Witness { context, on })
}

/// A value of each dimension that passes all its tests.
fn within(product: &Product, declarations: &Declarations) -> Option<Vec<(SmolStr, String)>> {
    let value = |(id, tests): &(SmolStr, Vec<Test>)| {
        let dimension = declarations.dimensions.get(id)?;
        let passing = candidates(dimension, tests).into_iter().find(|(_, point)| {
            let alone = Test::In(vec![point.clone()]);
            let all: Vec<&Test> = tests.iter().chain([&alone]).collect();
            tests_meet(&all, Some(dimension))
        });
        passing.map(|(word, _)| (id.clone(), word))
    };
    product.iter().map(value).collect()
}

/// Values of a dimension that may pass, each as it is typed and as a condition names it alone.
fn candidates(dimension: &Dimension, tests: &[Test]) -> Vec<(String, Point)> {
    let word = |word: &SmolStr| (word.to_string(), Point::Word(word.clone()));
    match &dimension.shape {
        // Of a tree the node itself, and not what is below it.
        Shape::Tree(tree) => {
            let alone = |name: &SmolStr| (name.to_string(), Point::Word(format!("={name}").into()));
            tree.nodes.iter().map(|node| alone(&node.name)).collect()
        }
        Shape::Enum(values) => values.iter().map(word).collect(),
        Shape::Bool => [false, true].map(|yes| (yes.to_string(), Point::Bool(yes))).to_vec(),
        Shape::Open | Shape::Number | Shape::Date => {
            let named = tests.iter().flat_map(|test| match test {
                Test::In(points) => points.clone(),
                Test::NotIn(_) => Vec::new(),
                Test::Range(range) => near(range),
            });
            named.map(|point| (typed(&point), point)).collect()
        }
    }
}

/// As `--where` takes it.
fn typed(point: &Point) -> String {
    match point {
        Point::Word(word) => word.to_string(),
        Point::Number(number) => number.to_string(),
        Point::Date(date) => date.to_string(),
        Point::Bool(yes) => yes.to_string(),
    }
}

/// The bounds of a range, and what is next to them.
fn near(range: &Range) -> Vec<Point> {
    let around = |bound: &Bound| -> Vec<Point> {
        let beside = match &bound.at {
            Point::Number(number) => {
                let one = rust_decimal::Decimal::ONE;
                [number.checked_sub(one), number.checked_add(one)].map(|near| near.map(Point::Number))
            }
            Point::Date(day) => [day.yesterday(), day.tomorrow()].map(|near| near.ok().map(Point::Date)),
            Point::Word(_) | Point::Bool(_) => [None, None],
        };
        std::iter::once(bound.at.clone()).chain(beside.into_iter().flatten()).collect()
    };
    range.low.iter().chain(&range.high).flat_map(around).collect()
}

#[cfg(test)]
mod tests {
    use crate::validate::testing::Book;

    #[test]
    fn a_context_and_a_day() {
        let mut book = Book::new();
        book.open("region").when("region", "emea").during(Some("2024-02-01"), None);
        book.say("entity/one#name", "Acme");
        book.always().during(None, Some("2025-01-01")).say("entity/two#name", "ACME");
        let findings = book.check();
        let finding = findings.iter().next().expect("one");
        assert_eq!(
            finding.message,
            "`Acme` means both `entity/one` and `entity/two`, and nothing tells them apart, for example with \
             region=emea on 2024-02-01"
        );
    }
}

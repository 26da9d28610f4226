//! Whether two regions can meet: is there a context and a day at which both hold?
//!
//! Deciding has exact geometry of its own; here it is enough never to call two regions apart that meet. Where the
//! test can't tell (two days between which no day lies), it says they meet.

use smol_str::SmolStr;

use crate::claim::{Bound, Declarations, Dimension, Period, Point, Product, Shape, Test, Tree, When};

/// Contexts and days, as a claim has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region<'a> {
    pub when: &'a When,
    pub period: Period,
}

impl Region<'_> {
    /// Whether both can hold at one point.
    pub fn meets(&self, other: &Region<'_>, declarations: &Declarations) -> bool {
        !self.period.intersect(&other.period).is_empty()
            && conditions_meet(self.when, other.when, declarations)
    }
}

/// The dimension whose tests exclude each other, where a condition can hold in no context at all.
///
/// Only what several tests make of each other: a range or a word that is wrong in itself was told where it was read.
pub(super) fn never_holds<'w>(when: &'w When, declarations: &Declarations) -> Option<&'w SmolStr> {
    let mut first = None;
    for product in when.products() {
        let dead = product.iter().find(|(name, tests)| {
            let all: Vec<&Test> = tests.iter().collect();
            let dimension = declarations.dimensions.get(name);
            let alone = matches!(all[..], [Test::In(_) | Test::Range(_)]);
            !alone
                && dimension.is_some_and(|dimension| sound(&all, dimension))
                && !tests_meet(&all, dimension)
        });
        first = first.or(Some(&dead?.0));
    }
    first
}

/// Whether each test of a dimension makes sense alone.
fn sound(tests: &[&Test], dimension: &Dimension) -> bool {
    let known = |point: &Point| match (&dimension.shape, point) {
        (Shape::Tree(tree), Point::Word(word)) => {
            let name = word.strip_prefix('=').unwrap_or(word);
            dimension.sets.contains_key(name) || tree.nodes.iter().any(|node| node.name == name)
        }
        (Shape::Enum(values), Point::Word(word)) => {
            values.contains(word) || dimension.sets.contains_key(word)
        }
        _ => true,
    };
    tests.iter().all(|test| match test {
        Test::In(points) | Test::NotIn(points) => points.iter().all(known),
        Test::Range(_) => ranges_meet(&[test]),
    })
}

/// Whether two conditions can hold in one context.
fn conditions_meet(one: &When, two: &When, declarations: &Declarations) -> bool {
    if one.is_always() || two.is_always() || one == two {
        return true;
    }
    one.products().iter().any(|a| two.products().iter().any(|b| products_meet(a, b, declarations)))
}

fn products_meet(one: &Product, two: &Product, declarations: &Declarations) -> bool {
    one.iter().all(|(dimension, tests)| {
        let Ok(at) = two.binary_search_by(|(other, _)| other.cmp(dimension)) else { return true };
        let tests: Vec<&Test> = tests.iter().chain(&two[at].1).collect();
        tests_meet(&tests, declarations.dimensions.get(dimension))
    })
}

/// Whether some value of a dimension passes all the tests.
pub(super) fn tests_meet(tests: &[&Test], dimension: Option<&Dimension>) -> bool {
    let Some(dimension) = dimension else { return true };
    match &dimension.shape {
        Shape::Tree(tree) => in_tree(tests, tree, dimension),
        Shape::Enum(values) => values.iter().any(|value| word_passes(value, tests, dimension)),
        Shape::Bool => [false, true].iter().any(|yes| point_passes(&Point::Bool(*yes), tests)),
        Shape::Open => match named(tests) {
            None => true,
            Some(points) => points.iter().any(|point| point_passes(point, tests)),
        },
        Shape::Number | Shape::Date => match named(tests) {
            None => ranges_meet(tests),
            Some(points) => points.iter().any(|point| point_passes(point, tests)),
        },
    }
}

/// The points that the first list of points names; `None` where no test names any.
fn named<'t>(tests: &[&'t Test]) -> Option<&'t [Point]> {
    tests.iter().find_map(|test| match test {
        Test::In(points) => Some(points.as_slice()),
        Test::NotIn(_) | Test::Range(_) => None,
    })
}

fn point_passes(point: &Point, tests: &[&Test]) -> bool {
    tests.iter().all(|test| match test {
        Test::In(points) => points.contains(point),
        Test::NotIn(points) => !points.contains(point),
        Test::Range(range) => {
            let above =
                range.low.as_ref().is_none_or(|low| low.at < *point || (low.inclusive && low.at == *point));
            let below = range
                .high
                .as_ref()
                .is_none_or(|high| *point < high.at || (high.inclusive && high.at == *point));
            above && below
        }
    })
}

/// The same for a value of an enum, where sets stand for their members.
fn word_passes(value: &SmolStr, tests: &[&Test], dimension: &Dimension) -> bool {
    let holds = |points: &[Point]| {
        points.iter().any(|point| match point {
            Point::Word(word) => {
                word == value || dimension.sets.get(word).is_some_and(|set| set.contains(value))
            }
            Point::Number(_) | Point::Date(_) | Point::Bool(_) => false,
        })
    };
    tests.iter().all(|test| match test {
        Test::In(points) => holds(points),
        Test::NotIn(points) => !holds(points),
        Test::Range(_) => true,
    })
}

/// Ranges alone: the highest start against the lowest end. Points that are taken out don't count.
fn ranges_meet(tests: &[&Test]) -> bool {
    let ranges = || {
        tests.iter().filter_map(|test| match test {
            Test::Range(range) => Some(range),
            Test::In(_) | Test::NotIn(_) => None,
        })
    };
    // At one place the exclusive bound is the narrower one: it is the higher start and the lower end.
    let start = |bound: &&Bound| (bound.at.clone(), !bound.inclusive);
    let end = |bound: &&Bound| (bound.at.clone(), bound.inclusive);
    let low = ranges().filter_map(|range| range.low.as_ref()).max_by_key(start);
    let high = ranges().filter_map(|range| range.high.as_ref()).min_by_key(end);
    match (low, high) {
        (Some(low), Some(high)) => low.at < high.at || (low.at == high.at && low.inclusive && high.inclusive),
        _ => true,
    }
}

/// Some node of the tree passes: the ticks that each test leaves, intersected.
fn in_tree(tests: &[&Test], tree: &Tree, dimension: &Dimension) -> bool {
    let mut open = vec![true; tree.nodes.len()];
    for test in tests {
        let (points, wanted) = match test {
            Test::In(points) => (points, true),
            Test::NotIn(points) => (points, false),
            Test::Range(_) => continue,
        };
        let mut inside = vec![false; open.len()];
        for point in points {
            let Point::Word(word) = point else { continue };
            mark(word, tree, dimension, &mut inside);
        }
        open.iter_mut().zip(&inside).for_each(|(open, inside)| *open &= *inside == wanted);
    }
    open.contains(&true)
}

/// Marks the ticks of a node, of a node alone (`=node`), or of a set's members.
fn mark(word: &str, tree: &Tree, dimension: &Dimension, inside: &mut [bool]) {
    let (alone, name) = word.strip_prefix('=').map_or((false, word), |name| (true, name));
    let at = tree.nodes.iter().position(|node| node.name == name);
    match (at, dimension.sets.get(name)) {
        (Some(tick), _) => {
            let end = if alone { tick + 1 } else { tree.nodes[tick].end as usize };
            inside[tick..end].fill(true);
        }
        // A set holds nodes and values, never sets, so this ends after one step.
        (None, Some(members)) => {
            for member in members.iter().filter(|member| tree.nodes.iter().any(|node| node.name == **member))
            {
                mark(member, tree, dimension, inside);
            }
        }
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::{Range, TreeNode};
    use jiff::civil::date;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn words(words: &[&str]) -> Vec<Point> {
        words.iter().map(|word| Point::Word(SmolStr::new(word))).collect()
    }

    fn when(dimension: &str, tests: Vec<Test>) -> When {
        When::any_of(vec![vec![(SmolStr::new(dimension), tests)]])
    }

    fn is(dimension: &str, values: &[&str]) -> When {
        when(dimension, vec![Test::In(words(values))])
    }

    fn not(dimension: &str, values: &[&str]) -> When {
        when(dimension, vec![Test::NotIn(words(values))])
    }

    fn amount(low: Option<(i64, bool)>, high: Option<(i64, bool)>) -> When {
        let bound = |(at, inclusive)| Bound { at: Point::Number(Decimal::from(at)), inclusive };
        when("amount", vec![Test::Range(Range { low: low.map(bound), high: high.map(bound) })])
    }

    fn declarations() -> Declarations {
        let node = |name: &str, parent, end| TreeNode { name: SmolStr::new(name), parent, end };
        let tree = vec![
            node("amer", None, 2),
            node("us", Some(0), 2),
            node("emea", None, 5),
            node("de", Some(2), 4),
            node("fr", Some(2), 5),
        ];
        let dimension = |shape| Dimension { shape, sets: Default::default(), unit: None };
        let mut region = dimension(Shape::Tree(Tree { nodes: tree }));
        region.sets.insert("eurozone".into(), vec!["de".into(), "fr".into()]);
        let mut all = Declarations::default();
        all.dimensions.insert("region".into(), region);
        all.dimensions.insert("segment".into(), dimension(Shape::Enum(vec!["large".into(), "small".into()])));
        all.dimensions.insert("amount".into(), dimension(Shape::Number));
        all.dimensions.insert("system".into(), dimension(Shape::Open));
        all
    }

    fn meet(one: &When, two: &When) -> bool {
        let declarations = declarations();
        let there = conditions_meet(one, two, &declarations);
        assert_eq!(there, conditions_meet(two, one, &declarations), "symmetric");
        there
    }

    #[test]
    fn a_node_holds_what_lies_below_it() {
        assert!(meet(&is("region", &["emea"]), &is("region", &["de"])));
        assert!(!meet(&is("region", &["emea"]), &is("region", &["us"])));
        assert!(!meet(&is("region", &["=emea"]), &is("region", &["de"])));
        assert!(meet(&is("region", &["eurozone"]), &is("region", &["emea"])));
        assert!(!meet(&is("region", &["eurozone"]), &not("region", &["emea"])));
    }

    #[test]
    fn enums_run_out_and_open_ones_never() {
        assert!(!meet(&not("segment", &["large"]), &not("segment", &["small"])));
        assert!(!meet(&is("segment", &["large"]), &is("segment", &["small"])));
        assert!(meet(&not("system", &["crm"]), &not("system", &["erp"])));
        assert!(!meet(&is("system", &["crm"]), &is("system", &["erp"])));
        assert!(meet(&is("system", &["crm", "erp"]), &is("system", &["erp"])));
    }

    #[test]
    fn ranges_touch_only_where_both_include() {
        assert!(!meet(&amount(None, Some((10, false))), &amount(Some((10, true)), None)));
        assert!(!meet(&amount(None, Some((10, true))), &amount(Some((10, false)), None)));
        assert!(meet(&amount(None, Some((10, true))), &amount(Some((10, true)), None)));
        let ten = when("amount", vec![Test::In(vec![Point::Number(Decimal::TEN)])]);
        assert!(meet(&ten, &amount(Some((5, false)), None)));
        assert!(!meet(&ten, &amount(Some((10, false)), None)));
    }

    #[test]
    fn different_dimensions_meet() {
        assert!(meet(&is("region", &["de"]), &is("system", &["crm"])));
        assert!(meet(&When::always(), &is("region", &["de"])));
    }

    #[test]
    fn periods_count() {
        let always = When::always();
        let until = Period { from: None, until: Some(date(2026, 1, 1)) };
        let from = Period { from: Some(date(2026, 1, 1)), until: None };
        let one = Region { when: &always, period: until };
        let two = Region { when: &always, period: from };
        assert!(!one.meets(&two, &Declarations::default()));
        assert!(one.meets(&one, &Declarations::default()));
    }

    /// Whether a point passes a test, read to the letter.
    fn passes(point: &Point, test: &Test, dimension: &Dimension) -> bool {
        let named = |name: &Point| match (&dimension.shape, name, point) {
            (Shape::Tree(tree), Point::Word(name), Point::Word(point)) => {
                let names = dimension.sets.get(name).cloned().unwrap_or_else(|| vec![name.clone()]);
                names.iter().any(|name| match name.strip_prefix('=') {
                    Some(name) => name == point,
                    None => ancestors(tree, point).any(|above| above == name),
                })
            }
            _ => name == point,
        };
        match test {
            Test::In(points) => points.iter().any(named),
            Test::NotIn(points) => !points.iter().any(named),
            Test::Range(range) => {
                let low = |low: &Bound| if low.inclusive { low.at <= *point } else { low.at < *point };
                let high = |high: &Bound| if high.inclusive { *point <= high.at } else { *point < high.at };
                range.low.as_ref().is_none_or(low) && range.high.as_ref().is_none_or(high)
            }
        }
    }

    fn ancestors<'t>(tree: &'t Tree, name: &str) -> impl Iterator<Item = &'t SmolStr> {
        let at = tree.nodes.iter().position(|node| node.name == name);
        std::iter::successors(at, |&at| tree.nodes[at].parent.map(|at| at as usize))
            .map(|at| &tree.nodes[at].name)
    }

    /// Every point that matters of a dimension.
    fn points(name: &str) -> Vec<Point> {
        match name {
            "region" => words(&["amer", "us", "emea", "de", "fr"]),
            "segment" => words(&["large", "small"]),
            "system" => words(&["crm", "erp", "anything else"]),
            _ => (-1..14).map(|half| Point::Number(Decimal::from(half) / Decimal::TWO)).collect(),
        }
    }

    fn any_test(name: &'static str) -> BoxedStrategy<Test> {
        let point = match name {
            "region" => {
                proptest::sample::select(words(&["amer", "us", "emea", "de", "=emea", "=fr", "eurozone"]))
                    .boxed()
            }
            "segment" => proptest::sample::select(words(&["large", "small"])).boxed(),
            "system" => proptest::sample::select(words(&["crm", "erp"])).boxed(),
            _ => (0..7i64).prop_map(|number| Point::Number(Decimal::from(number))).boxed(),
        };
        let some = proptest::collection::vec(point.clone(), 1..3);
        if name != "amount" {
            return prop_oneof![some.clone().prop_map(Test::In), some.prop_map(Test::NotIn)].boxed();
        }
        let bound =
            proptest::option::of((point, any::<bool>()).prop_map(|(at, inclusive)| Bound { at, inclusive }));
        let range = (bound.clone(), bound).prop_map(|(low, high)| Test::Range(Range { low, high }));
        prop_oneof![some.prop_map(Test::In), range].boxed()
    }

    fn any_when() -> impl Strategy<Value = When> {
        let name = proptest::sample::select(vec!["region", "segment", "system", "amount"]);
        let one = name.prop_flat_map(|name| {
            proptest::collection::vec(any_test(name), 1..3).prop_map(move |tests| (SmolStr::new(name), tests))
        });
        proptest::collection::vec(proptest::collection::vec(one, 1..3), 0..3).prop_map(When::any_of)
    }

    /// Whether some point of each dimension passes all the tests that `products` have on it: dimensions are
    /// independent.
    fn meet_at_a_point(products: &[&Product], names: &[&SmolStr], declarations: &Declarations) -> bool {
        names.iter().all(|name| {
            let of = |product: &Product| product.iter().find(|(other, _)| other == *name).cloned();
            let tests: Vec<Test> =
                products.iter().filter_map(|product| of(product)).flat_map(|(_, tests)| tests).collect();
            let dimension = &declarations.dimensions[*name];
            points(name).iter().any(|point| tests.iter().all(|test| passes(point, test, dimension)))
        })
    }

    /// Dimensions of one product that the other has too.
    fn shared<'p>(one: &'p Product, two: &Product) -> Vec<&'p SmolStr> {
        one.iter().map(|(name, _)| name).filter(|name| two.iter().any(|(other, _)| other == *name)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn as_point_by_point(one in any_when(), two in any_when()) {
            let declarations = declarations();
            let meet = |a, b| meet_at_a_point(&[a, b], &shared(a, b), &declarations);
            let slow = one.products().iter().any(|a| two.products().iter().any(|b| meet(a, b)));
            let trivial = one.is_always() || two.is_always() || one == two;
            prop_assert_eq!(conditions_meet(&one, &two, &declarations), slow || trivial);

            let holds = |product: &Product| meet_at_a_point(&[product], &shared(product, product), &declarations);
            let never = !one.is_always() && !one.products().iter().any(holds);
            // A range that is empty in itself was told where it was read.
            let told = one.products().iter().flatten().flat_map(|(_, tests)| tests).any(|test| {
                matches!(test, Test::Range(_)) && !points("amount").iter().any(|point| passes(point, test, &declarations.dimensions["amount"]))
            });
            prop_assert!(told || never_holds(&one, &declarations).is_some() == never);
        }
    }
}

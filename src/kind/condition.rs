//! Conditions: `when`, from TOML to canonical products of tests.
//!
//! What is wrong is reported; what can be read stays, for a finding already keeps the whole from being served.

use smol_str::SmolStr;

use super::Catalog;
use super::catalog::not_among;
use super::reader::{Reader, clip, describe};
use super::value;
use crate::claim::{Bound, Dimension, Point, Product, Range, Shape, Test, When};
use crate::diagnostic::codes;
use crate::parse::{Spanned, Table, Value};

/// Reads `when`: a table (all of it holds), or a list of tables (any of them holds).
pub(super) fn when(at: &Spanned<Value<'_>>, catalog: &Catalog, reader: &mut Reader<'_>) -> When {
    match at.get_ref() {
        Value::Table(table) => When::any_of(vec![product(table, catalog, reader)]),
        Value::Array(items) => {
            let mut products = Vec::new();
            for item in items.iter() {
                match item.get_ref() {
                    Value::Table(table) => products.push(product(table, catalog, reader)),
                    _ => not_a_condition(item, reader),
                }
            }
            if products.is_empty() && items.is_empty() {
                let finding = reader
                    .finding(&codes::NEVER_HOLDS, at, "none of no conditions can ever hold", "an empty list")
                    .help("remove this `when`, or name a condition in it: `when = { region = \"emea\" }`");
                reader.report(finding);
            }
            if products.len() > When::MAX_PRODUCTS {
                too_many(at, products.len(), reader);
                products.truncate(When::MAX_PRODUCTS);
            }
            When::any_of(products)
        }
        _ => {
            not_a_condition(at, reader);
            When::always()
        }
    }
}

/// Both hold; a finding at `at` where that takes too many cases.
pub(super) fn both(outer: &When, inner: When, at: &Spanned<Value<'_>>, reader: &mut Reader<'_>) -> When {
    let count = outer.products().len().max(1) * inner.products().len().max(1);
    if count > When::MAX_PRODUCTS {
        too_many(at, count, reader);
        return inner;
    }
    outer.and(&inner)
}

fn too_many(at: &Spanned<Value<'_>>, count: usize, reader: &mut Reader<'_>) {
    let message = format!("this condition has {count} cases, and at most {} are read", When::MAX_PRODUCTS);
    let finding = reader
        .finding(&codes::TOO_MANY_CASES, at, message, "counted with the conditions it stands under")
        .help("say it in several blocks, or declare a named set in the dimension and use that");
    reader.report(finding);
}

fn not_a_condition(at: &Spanned<Value<'_>>, reader: &mut Reader<'_>) {
    let message = format!("a condition is a table, not {}", describe(at.get_ref()));
    let finding = reader
        .finding(&codes::BAD_STATEMENT, at, message, "not a condition")
        .help("write `when = { region = \"emea\" }`: a dimension and its value");
    reader.report(finding);
}

fn product(table: &Table<'_>, catalog: &Catalog, reader: &mut Reader<'_>) -> Product {
    let mut product = Product::new();
    for (key, value) in table {
        let name = &**key.get_ref();
        let Some(dimension) = catalog.declarations.dimensions.get(name) else {
            let known: Vec<&str> = catalog.declarations.dimensions.keys().map(SmolStr::as_str).collect();
            let (message, mut help) = not_among(name, "a dimension", &known);
            if !help.starts_with("did") {
                help = format!("{help}; or declare it: `[dimension.{}]`", clip(name));
            }
            let finding = reader.finding(&codes::UNKNOWN_DIMENSION, key, message, "not declared").help(help);
            reader.report(finding);
            continue;
        };
        let tests = tests(name, dimension, value, reader);
        if !tests.is_empty() {
            product.push((SmolStr::new(name), tests));
        }
    }
    product
}

/// The tests of one dimension.
fn tests(name: &str, dimension: &Dimension, at: &Spanned<Value<'_>>, reader: &mut Reader<'_>) -> Vec<Test> {
    match at.get_ref() {
        Value::Table(table) => {
            let ordered = matches!(dimension.shape, Shape::Number | Shape::Date);
            let mut tests = Vec::new();
            let mut range = Range { low: None, high: None };
            for (key, value) in table {
                let word = &**key.get_ref();
                let inclusive = matches!(word, "at-least" | "up-to");
                match word {
                    "not" => tests.push(Test::NotIn(points(name, dimension, value, reader))),
                    "over" | "at-least" | "below" | "up-to" if ordered => {
                        let Some(at) = point(name, dimension, value, reader) else { continue };
                        let end = match word {
                            "over" | "at-least" => &mut range.low,
                            _ => &mut range.high,
                        };
                        if end.is_some() {
                            let finding = reader
                                .finding(&codes::BAD_STATEMENT, key, "this end is given twice", "second time")
                                .help("keep one of `over` and `at-least`, one of `below` and `up-to`");
                            reader.report(finding);
                        }
                        *end = Some(Bound { at, inclusive });
                    }
                    _ => unknown_test(key, name, ordered, reader),
                }
            }
            if range.low.is_some() || range.high.is_some() {
                check_range(&range, at, reader);
                tests.push(Test::Range(range));
            }
            tests
        }
        Value::Array(_) => match points(name, dimension, at, reader) {
            points if points.is_empty() => Vec::new(),
            points => vec![Test::In(points)],
        },
        _ => point(name, dimension, at, reader).map(|point| Test::In(vec![point])).into_iter().collect(),
    }
}

fn unknown_test(
    key: &Spanned<std::borrow::Cow<'_, str>>,
    name: &str,
    ordered: bool,
    reader: &mut Reader<'_>,
) {
    let allowed: &[&str] = if ordered { &["not", "over", "at-least", "below", "up-to"] } else { &["not"] };
    let (message, help) = not_among(key.get_ref(), &format!("a way to test `{name}`"), allowed);
    let finding = reader.finding(&codes::BAD_STATEMENT, key, message, "not understood").help(help);
    reader.report(finding);
}

/// A range in which nothing lies.
fn check_range(range: &Range, at: &Spanned<Value<'_>>, reader: &mut Reader<'_>) {
    let (Some(low), Some(high)) = (&range.low, &range.high) else { return };
    let empty = match low.at.cmp(&high.at) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => !(low.inclusive && high.inclusive),
        std::cmp::Ordering::Greater => true,
    };
    if empty {
        let finding = reader
            .finding(&codes::NEVER_HOLDS, at, "nothing lies between these bounds", "ends before it starts")
            .help("exchange the two, or correct one of them");
        reader.report(finding);
    }
}

fn points(name: &str, dimension: &Dimension, at: &Spanned<Value<'_>>, reader: &mut Reader<'_>) -> Vec<Point> {
    let Value::Array(items) = at.get_ref() else {
        return point(name, dimension, at, reader).into_iter().collect();
    };
    if items.is_empty() {
        let finding = reader
            .finding(&codes::NEVER_HOLDS, at, format!("no value of `{name}` is among none"), "an empty list")
            .help("name at least one value, or leave the dimension out");
        reader.report(finding);
    }
    items.iter().filter_map(|item| point(name, dimension, item, reader)).collect()
}

fn point(
    name: &str,
    dimension: &Dimension,
    at: &Spanned<Value<'_>>,
    reader: &mut Reader<'_>,
) -> Option<Point> {
    let found = match (&dimension.shape, at.get_ref()) {
        (Shape::Tree(_) | Shape::Enum(_), Value::String(text)) => {
            check_word(name, dimension, text, at, reader);
            Some(Point::Word(SmolStr::new(&**text)))
        }
        (Shape::Open, Value::String(text)) => Some(Point::Word(SmolStr::new(&**text))),
        (Shape::Number, value) => value::number(value).map(Point::Number),
        (Shape::Date, value) => value::date(value).map(Point::Date),
        (Shape::Bool, Value::Boolean(yes)) => Some(Point::Bool(*yes)),
        _ => None,
    };
    if found.is_none() {
        let (wanted, example) = match &dimension.shape {
            Shape::Tree(_) | Shape::Enum(_) | Shape::Open => ("text in quotes", "\"…\""),
            Shape::Number => ("a number, or bounds", "{ over = 10_000, up-to = 50_000 }"),
            Shape::Date => ("a date, or bounds", "{ at-least = 2026-02-01 }"),
            Shape::Bool => ("true or false", "true"),
        };
        let message = format!("`{name}` takes {wanted}, not {}", describe(at.get_ref()));
        let finding = reader
            .finding(&codes::BAD_STATEMENT, at, message, "of the wrong type")
            .help(format!("write `{name} = {example}`"));
        reader.report(finding);
    }
    found
}

/// A declared value, node or set; `=node` for a node alone.
fn check_word(
    name: &str,
    dimension: &Dimension,
    text: &str,
    at: &Spanned<Value<'_>>,
    reader: &mut Reader<'_>,
) {
    let tree = matches!(dimension.shape, Shape::Tree(_));
    let word = text.strip_prefix('=').filter(|_| tree).unwrap_or(text);
    let known = dimension.words();
    if known.contains(&word) {
        return;
    }
    let (message, help) = not_among(word, &format!("a value of `{name}`"), &known);
    let finding = reader.finding(&codes::UNKNOWN_DIMENSION_VALUE, at, message, "not declared").help(help);
    reader.report(finding);
}

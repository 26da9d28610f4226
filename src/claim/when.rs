//! Conditions as data: a disjunction of products of tests, one set of tests a dimension.
//!
//! INVARIANT: canonical. Products, dimensions and tests are sorted and without repeats, so two
//! spellings of one condition are equal and hash alike.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::SmolStr;

/// Under which contexts a claim speaks: any of its products holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct When {
    /// `None` is "always"; never an empty slice, and never holding an empty product.
    any: Option<Arc<[Product]>>,
}

/// All of these hold; dimensions in order of their id, each once, each with at least one test.
pub type Product = Vec<(SmolStr, Vec<Test>)>;

/// One condition on one dimension.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Test {
    /// One of these (a tree's node stands for all below it; `=node` for the node alone).
    In(Vec<Point>),
    /// None of these.
    NotIn(Vec<Point>),
    /// Between two bounds, either of which may be missing (not both).
    Range(Range),
}

/// A value that a dimension can take, as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Point {
    /// Of a tree, enum or open dimension: a value, a node, a named set, or `=node`.
    Word(SmolStr),
    /// Of a number dimension.
    Number(Decimal),
    /// Of a date dimension.
    Date(Date),
    /// Of a bool dimension.
    Bool(bool),
}

/// A stretch of numbers or dates.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Range {
    /// Where it starts; `None` is unbounded.
    pub low: Option<Bound>,
    /// Where it ends; `None` is unbounded.
    pub high: Option<Bound>,
}

/// One end of a range: `over` and `below` exclude the point, `at-least` and `up-to` include it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Bound {
    /// The number or date.
    pub at: Point,
    /// Whether it is itself inside.
    pub inclusive: bool,
}

impl When {
    /// More products than this in one condition are refused where conditions are read.
    pub const MAX_PRODUCTS: usize = 64;

    /// The condition that always holds.
    pub const fn always() -> When {
        When { any: None }
    }

    /// Any of `products`; an empty product (or none at all) makes it "always".
    pub fn any_of(mut products: Vec<Product>) -> When {
        if products.is_empty() || products.iter().any(Vec::is_empty) {
            return When::always();
        }
        products.iter_mut().for_each(canonical);
        products.sort();
        products.dedup();
        When { any: Some(products.into()) }
    }

    /// Whether it holds everywhere.
    pub fn is_always(&self) -> bool {
        self.any.is_none()
    }

    /// The products, one of which has to hold; none means "always".
    pub fn products(&self) -> &[Product] {
        self.any.as_deref().unwrap_or(&[])
    }

    /// Both hold. The result may have more than [`When::MAX_PRODUCTS`] products: the caller refuses it.
    pub fn and(&self, other: &When) -> When {
        match (&self.any, &other.any) {
            (None, _) => other.clone(),
            (_, None) => self.clone(),
            (Some(one), Some(two)) => {
                let both = one.iter().flat_map(|a| two.iter().map(move |b| [&a[..], &b[..]].concat()));
                When::any_of(both.collect())
            }
        }
    }
}

/// Sorts a product and joins the tests of a dimension that is named twice. Takes no more room than it needs: with
/// the room to grow that lists come with, conditions would be much of what a knowledge takes.
fn canonical(product: &mut Product) {
    product.sort();
    let mut joined: Product = Vec::with_capacity(product.len());
    for (dimension, tests) in product.drain(..) {
        match joined.last_mut() {
            Some((last, into)) if *last == dimension => into.extend(tests),
            _ => joined.push((dimension, tests)),
        }
    }
    for (_, tests) in &mut joined {
        for test in tests.iter_mut() {
            if let Test::In(points) | Test::NotIn(points) = test {
                points.sort();
                points.dedup();
                points.shrink_to_fit();
            }
        }
        tests.sort();
        tests.dedup();
        tests.shrink_to_fit();
    }
    joined.shrink_to_fit();
    *product = joined;
}

//! Small random worlds: a slot, what is declared, and every point that could matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use smol_str::{SmolStr, format_smolstr};

use crate::claim::*;
use crate::diagnostic::Findings;
use crate::resolve::{Decided, Decisions, Oracle, Outcome, PointQuery, resolve};
use crate::source::{FileId, Origin, Span};

/// One slot and what is declared.
#[derive(Clone)]
pub struct World {
    pub declarations: Declarations,
    pub claims: Vec<Claim>,
}

/// A claim a line: what a failing law prints has to be read.
impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let own = &self.declarations;
        writeln!(f, "{:?} {:?} {:?}", own.laws, own.specificity, own.precedences["default"].order)?;
        for (id, source) in &own.sources {
            writeln!(f, "{id}: {:?} {:?} over {:?}", source.tier, source.stated, source.supersedes)?;
        }
        for claim in &self.claims {
            let own = &*claim.statement;
            let edge = |edge: &Edge| format!("{} {:?}", edge.kind.as_str(), edge.target);
            write!(f, "{:?} {} {} {:?} ", claim.hash, claim.value, own.period, own.when.products())?;
            write!(f, "{:?} {:?} ", own.source, own.id)?;
            write!(f, "{:?} ", own.edges.iter().map(edge).collect::<Vec<String>>())?;
            writeln!(f, "table {}.{} {} {:?}", claim.origin.file.0, claim.table, own.block, own.correction)?;
        }
        Ok(())
    }
}

/// What a world may hold.
#[derive(Clone, Copy, Debug)]
pub struct Wild {
    pub edges: bool,
    pub corrections: bool,
    pub cardinalities: bool,
}

pub const ALL: Wild = Wild { edges: true, corrections: true, cardinalities: true };

impl World {
    /// Sorts the claims as the caller of `resolve` does.
    pub fn sorted(mut self) -> World {
        self.claims.sort_by_key(|claim| (claim.slot.clone(), claim.hash, claim.origin));
        self
    }

    pub fn decided(&self) -> (Decided, Findings) {
        let (decisions, findings) = self.all_decided();
        (decisions.slots[0].clone(), findings)
    }

    pub fn all_decided(&self) -> (Decisions, Findings) {
        let mut findings = Findings::new();
        let decisions = resolve(&self.declarations, &self.claims, &mut findings);
        (decisions, findings)
    }

    pub fn oracle(&self) -> Oracle<'_> {
        Oracle::new(&self.declarations, &self.claims)
    }

    /// What an outcome says, by the names of its claims (their hashes), so that positions may differ.
    pub fn named(&self, outcome: &Outcome) -> (u8, Vec<ClaimHash>) {
        let names = |claims: &[u32]| {
            let mut names: Vec<_> = claims.iter().map(|claim| self.claims[*claim as usize].hash).collect();
            names.sort();
            names
        };
        match outcome {
            Outcome::Gap => (0, Vec::new()),
            Outcome::Fact(claims) => (1, names(claims)),
            Outcome::Conflict(claims) => (2, names(claims)),
        }
    }

    /// The values that an outcome gives, without who says them.
    pub fn values(&self, outcome: &Outcome) -> (u8, Vec<Value>) {
        let values = |claims: &[u32]| {
            let mut values: Vec<_> =
                claims.iter().map(|claim| self.claims[*claim as usize].value.clone()).collect();
            values.sort();
            values.dedup();
            values
        };
        match outcome {
            Outcome::Gap => (0, Vec::new()),
            Outcome::Fact(claims) => (1, values(claims)),
            Outcome::Conflict(claims) => (2, values(claims)),
        }
    }

    /// A point of every cell: each value of each dimension that any claim names, and the days about each cut.
    pub fn corners(&self) -> Vec<PointQuery> {
        let mut days = vec![date(2000, 1, 1)];
        let mut used: BTreeMap<SmolStr, Vec<Point>> = BTreeMap::new();
        for id in self.declarations.dimensions.keys() {
            used.insert(id.clone(), values(id)[..1].to_vec());
        }
        for claim in &self.claims {
            let period = &claim.statement.period;
            for day in period.from.into_iter().chain(period.until) {
                days.extend([day, day.yesterday().expect("not the first day")]);
            }
            for (id, _) in claim.statement.when.products().iter().flatten() {
                used.insert(id.clone(), values(id));
            }
        }
        days.sort();
        days.dedup();
        let size = used.values().map(Vec::len).product::<usize>() * days.len();
        // Every so many, where there are more than a debug build can ask about.
        let step = size.div_ceil(MOST_POINTS);
        (0..size).step_by(step).map(|number| point(number, &days, &used)).collect()
    }
}

/// Points of a world that are asked about.
pub const MOST_POINTS: usize = 300;

/// The point of this number, counting through all values of all dimensions.
fn point(mut number: usize, days: &[Date], used: &BTreeMap<SmolStr, Vec<Point>>) -> PointQuery {
    let on = days[number % days.len()];
    number /= days.len();
    let mut context = BTreeMap::new();
    for (id, values) in used {
        context.insert(id.clone(), values[number % values.len()].clone());
        number /= values.len();
    }
    PointQuery { on, context }
}

fn word(text: &str) -> Point {
    Point::Word(SmolStr::new(text))
}

/// Every value of a dimension that could matter.
fn values(dimension: &str) -> Vec<Point> {
    match dimension {
        "region" => ["a", "a1", "a2", "b"].map(word).into(),
        "grade" => ["x", "y", "z"].map(word).into(),
        "vip" => vec![Point::Bool(false), Point::Bool(true)],
        "amount" => [5, 10, 15, 20, 25].map(|n| Point::Number(Decimal::from(n))).into(),
        "due" => [9, 10, 11, 19, 20, 21].map(|day| Point::Date(date(2024, 5, day))).into(),
        _ => ["acme", "bolt", "other"].map(word).into(),
    }
}

const DIMENSIONS: [&str; 6] = ["region", "grade", "vip", "amount", "due", "customer"];

pub fn dimensions() -> BTreeMap<SmolStr, Dimension> {
    let node = |name: &str, parent, end| TreeNode { name: name.into(), parent, end };
    let tree = Tree {
        nodes: vec![node("a", None, 3), node("a1", Some(0), 2), node("a2", Some(0), 3), node("b", None, 4)],
    };
    let set = |name: &str, members: &[&str]| {
        (SmolStr::new(name), members.iter().map(SmolStr::new).collect::<Vec<SmolStr>>())
    };
    let dimension = |shape, sets: Vec<(SmolStr, Vec<SmolStr>)>| Dimension {
        shape,
        sets: sets.into_iter().collect(),
        unit: None,
    };
    let shapes = [
        dimension(Shape::Tree(tree), vec![set("ends", &["a2", "b"])]),
        dimension(Shape::Enum(["x", "y", "z"].map(SmolStr::new).into()), vec![set("low", &["x", "y"])]),
        dimension(Shape::Bool, Vec::new()),
        dimension(Shape::Number, Vec::new()),
        dimension(Shape::Date, Vec::new()),
        dimension(Shape::Open, Vec::new()),
    ];
    DIMENSIONS.into_iter().map(SmolStr::new).zip(shapes).collect()
}

fn test(dimension: &'static str) -> BoxedStrategy<Test> {
    let points = match dimension {
        "region" => ["a", "a1", "a2", "b", "=a", "ends"].map(word).to_vec(),
        "grade" => ["x", "y", "z", "low"].map(word).to_vec(),
        "vip" => vec![Point::Bool(false), Point::Bool(true)],
        "amount" => [10, 20].map(|n| Point::Number(Decimal::from(n))).to_vec(),
        "due" => [10, 20].map(|day| Point::Date(date(2024, 5, day))).to_vec(),
        _ => ["acme", "bolt"].map(word).to_vec(),
    };
    let some = proptest::sample::subsequence(points.clone(), 1..=2.min(points.len()));
    let list = (some, any::<bool>()).prop_map(|(points, not)| match not {
        true => Test::NotIn(points),
        false => Test::In(points),
    });
    if !matches!(dimension, "amount" | "due") {
        return list.boxed();
    }
    let (low, high) = (points[0].clone(), points[1].clone());
    let end = move |at: Point| {
        proptest::option::of(any::<bool>())
            .prop_map(move |inclusive| inclusive.map(|inclusive| Bound { at: at.clone(), inclusive }))
    };
    let range = (end(low), end(high)).prop_map(|(low, high)| Test::Range(Range { low, high }));
    prop_oneof![list, range].boxed()
}

fn when() -> impl Strategy<Value = When> {
    let one = proptest::sample::select(&DIMENSIONS[..])
        .prop_flat_map(|id| test(id).prop_map(move |test| (SmolStr::new(id), vec![test])));
    let product = proptest::collection::vec(one, 1..=2);
    proptest::collection::vec(product, 0..=2).prop_map(When::any_of)
}

fn day() -> impl Strategy<Value = Option<Date>> {
    proptest::option::of((1..=4i8).prop_map(|month| date(2024, month, 1)))
}

fn period() -> impl Strategy<Value = Period> {
    (day(), day()).prop_map(|(from, until)| Period { from, until: until.filter(|until| Some(*until) > from) })
}

/// The hash that the claim numbered `name` bears here.
pub fn hash(name: usize) -> ClaimHash {
    ClaimHash(*blake3::hash(&[name as u8]).as_bytes())
}

fn target(count: usize) -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Table),
        (0..3usize).prop_map(|id| Target::Id(format_smolstr!("i{id}"))),
        (0..count).prop_map(|name| Target::Hash(SmolStr::new(&hash(name).to_hex()[..8]))),
        Just(Target::Slot),
    ]
}

fn edges(count: usize, wild: Wild) -> BoxedStrategy<Vec<Edge>> {
    if !wild.edges {
        return Just(Vec::new()).boxed();
    }
    let kind = prop_oneof![
        4 => Just(EdgeKind::Supersedes),
        4 => Just(EdgeKind::ExceptionTo),
        2 => Just(EdgeKind::Corrects),
        1 => Just(EdgeKind::Retracts),
    ];
    let edge = (kind, target(count)).prop_map(|(kind, target)| Edge { kind, target, span: Span::default() });
    let few = proptest::collection::vec(edge, 1..=2);
    prop_oneof![2 => Just(Vec::new()), 1 => few].boxed()
}

/// One claim, `name`d by its number among `count`.
pub fn claim(name: usize, count: usize, wild: Wild) -> impl Strategy<Value = Claim> {
    let correction = (any::<bool>(), 0..count).prop_map(|(pinned, of)| Correction {
        pin: pinned.then(|| SmolStr::new(&hash(of).to_hex()[..8])),
        id: "fix".into(),
        ..Correction::default()
    });
    let correction = match wild.corrections {
        true => proptest::option::weighted(0.25, correction).boxed(),
        false => Just(None).boxed(),
    };
    let source = proptest::option::of((0..4usize).prop_map(|id| format_smolstr!("s{id}")));
    let id = proptest::option::of((0..3usize).prop_map(|id| format_smolstr!("i{id}")));
    let place = (0..2u32, 0..2u32, any::<bool>());
    (0..3i64, when(), period(), source, id, edges(count, wild), correction, place).prop_map(
        move |(value, when, period, source, id, mut edges, correction, (file, table, block))| {
            if let Some(correction) = &correction
                && !edges.iter().any(|edge| edge.kind == EdgeKind::Corrects)
            {
                let target = correction.pin.clone().map_or(Target::Slot, Target::Hash);
                edges.push(Edge { kind: EdgeKind::Corrects, target, span: Span::default() });
            }
            for (at, edge) in (0..).zip(&mut edges) {
                edge.span = Span { start: name as u32 * 10 + at, end: name as u32 * 10 + at + 1 };
            }
            edges.sort();
            let statement = Statement {
                when,
                period,
                source,
                id,
                edges,
                block,
                correction: correction.map(Box::new),
                ..Statement::default()
            };
            Claim {
                slot: Slot::parse("term/t#a").expect("a slot"),
                value: Value::Integer(value),
                statement: Arc::new(statement),
                law: LawId(0),
                hash: hash(name),
                origin: Origin {
                    file: FileId(file),
                    span: Span { start: name as u32, end: name as u32 + 1 },
                },
                table,
            }
        },
    )
}

fn declarations(wild: Wild) -> impl Strategy<Value = Declarations> {
    let record = |own: usize| {
        let older = proptest::sample::subsequence((own + 1..5).collect::<Vec<usize>>(), 0..=1);
        (proptest::option::of(0..2u32), day(), older).prop_map(|(tier, stated, older)| SourceRecord {
            title: None,
            tier,
            stated,
            supersedes: older.into_iter().map(|id| format_smolstr!("s{id}")).collect(),
        })
    };
    let criteria = vec![
        Criterion::Authority,
        Criterion::Specificity,
        Criterion::Effective,
        Criterion::Stated,
        Criterion::Rank,
    ];
    let order = proptest::sample::subsequence(criteria, 0..=5).prop_shuffle();
    let specificity = proptest::sample::subsequence(vec!["vip", "region", "grade"], 0..=3).prop_shuffle();
    let cardinality = match wild.cardinalities {
        true => prop_oneof![
            3 => Just(Cardinality::One),
            1 => Just(Cardinality::Set),
            1 => Just(Cardinality::Max),
            1 => Just(Cardinality::Min),
        ]
        .boxed(),
        false => Just(Cardinality::One).boxed(),
    };
    ((record(0), record(1), record(2), record(3)), order, specificity, cardinality).prop_map(
        |(records, order, specificity, cardinality)| {
            let records = [records.0, records.1, records.2, records.3];
            let sources = (0..).zip(records).map(|(id, record)| (format_smolstr!("s{id}"), record));
            let rank = vec![Value::Integer(1), Value::Integer(0)];
            let precedence = Precedence { globs: Vec::new(), order, rank };
            Declarations {
                dimensions: dimensions(),
                sources: sources.collect(),
                tiers: vec!["high".into(), "low".into()],
                specificity: specificity.into_iter().map(SmolStr::new).collect(),
                precedences: [(SmolStr::new("default"), precedence)].into(),
                laws: vec![Law { cardinality, required: None, precedence: None }],
                ..Declarations::default()
            }
        },
    )
}

pub fn world(wild: Wild) -> impl Strategy<Value = World> {
    let claims = (1..=6usize)
        .prop_flat_map(move |count| (0..count).map(|name| claim(name, count, wild)).collect::<Vec<_>>());
    (declarations(wild), claims).prop_map(|(declarations, claims)| World { declarations, claims }.sorted())
}

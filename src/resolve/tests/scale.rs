//! Large slots and many slots: what they come to, in a time that a debug build has, too.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use smol_str::{SmolStr, format_smolstr};

use super::world::dimensions;
use crate::claim::*;
use crate::diagnostic::{Findings, codes};
use crate::resolve::cell::Cells;
use crate::resolve::ground::Ground;
use crate::resolve::layout::{Layout, TooLarge};
use crate::resolve::sweep::sweep;
use crate::resolve::{Decisions, Node, Outcome, resolve};
use crate::source::{FileId, Origin, Span};

fn declarations(cardinality: Cardinality) -> Declarations {
    let order = vec![Criterion::Authority, Criterion::Specificity, Criterion::Effective];
    let source = |supersedes: &[&str]| SourceRecord {
        supersedes: supersedes.iter().map(SmolStr::new).collect(),
        ..SourceRecord::default()
    };
    Declarations {
        dimensions: dimensions(),
        sources: [("new".into(), source(&["old"])), ("old".into(), source(&[]))].into(),
        precedences: [(SmolStr::new("default"), Precedence { order, ..Precedence::default() })].into(),
        laws: vec![Law { cardinality, required: None, precedence: None }],
        ..Declarations::default()
    }
}

fn claim(number: usize, slot: &Slot, value: i64, statement: Statement) -> Claim {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    Claim {
        slot: slot.clone(),
        value: Value::Integer(value),
        statement: Arc::new(statement),
        law: LawId(0),
        hash: ClaimHash(hash),
        origin: Origin { file: FileId(0), span: Span { start: number as u32, end: number as u32 + 1 } },
        table: number as u32,
    }
}

fn day(number: usize) -> Date {
    date(1900, 1, 1).saturating_add((number as i64).days())
}

/// One slot of `count` claims.
fn one_slot(count: usize, make: impl Fn(usize) -> (i64, Statement)) -> Vec<Claim> {
    let slot = Slot::parse("term/t#a").expect("a slot");
    let mut claims: Vec<Claim> = (0..count)
        .map(|number| {
            let (value, statement) = make(number);
            claim(number, &slot, value, statement)
        })
        .collect();
    claims.sort_by_key(|claim| claim.hash);
    claims
}

fn period(from: usize, until: Option<usize>) -> Statement {
    let period = Period { from: Some(day(from)), until: until.map(day) };
    Statement { period, ..Statement::default() }
}

fn word(dimension: &str, values: Vec<SmolStr>) -> When {
    let points = values.into_iter().map(Point::Word).collect();
    When::any_of(vec![vec![(SmolStr::new(dimension), vec![Test::In(points)])]])
}

#[expect(clippy::disallowed_methods, reason = "time is what is measured here")]
fn run(name: &str, cardinality: Cardinality, claims: &[Claim]) -> (Decisions, Findings) {
    let mut findings = Findings::new();
    let declarations = declarations(cardinality);
    let began = std::time::Instant::now();
    let decisions = resolve(&declarations, claims, &mut findings);
    let codes: Vec<_> = findings.counts().map(|(code, count)| (code.slug, count)).collect();
    let outcomes = decisions.slots.iter().map(|slot| slot.outcomes.len()).sum::<usize>();
    let took = began.elapsed();
    eprintln!("{name}: {} claims, {outcomes} outcomes, {codes:?}, {took:?}", claims.len());
    (decisions, findings)
}

/// The shapes of large slots; `count` claims each.
fn shapes(count: usize) {
    let one = Cardinality::One;
    let disjoint = one_slot(count, |n| (n as i64, period(n, Some(n + 1))));
    let (decisions, findings) = run("disjoint periods", one, &disjoint);
    assert!(findings.is_empty());
    assert_eq!(decisions.slots[0].outcomes.len(), count + 1);

    let later = one_slot(count, |n| (n as i64, period(n, None)));
    let (decisions, findings) = run("each later than the last", one, &later);
    assert!(findings.is_empty());
    assert_eq!(decisions.slots[0].outcomes.len(), count + 1);

    let nested = one_slot(count, |n| (n as i64, period(n, Some(3 * count - n))));
    let (decisions, _) = run("nested periods", one, &nested);
    assert_eq!(decisions.slots[0].outcomes.len(), count + 1);

    let agreeing = one_slot(count, |_| (1, Statement::default()));
    let (decisions, findings) = run("all the same", one, &agreeing);
    assert!(findings.is_empty());
    assert_eq!(decisions.slots[0].root, Node::Leaf(0));

    let differing = one_slot(count, |n| (n as i64, Statement::default()));
    let (decisions, findings) = run("all different", one, &differing);
    assert_eq!(findings.count(codes::CONFLICT.severity), 1);
    assert!(matches!(&decisions.slots[0].outcomes[..], [Outcome::Conflict(all)] if all.len() == count));

    let customers = one_slot(count, |n| {
        let when = word("customer", vec![format_smolstr!("c{n}")]);
        (n as i64, Statement { when, ..Statement::default() })
    });
    let (decisions, findings) = run("a customer each", one, &customers);
    assert!(findings.is_empty());
    assert_eq!(decisions.slots[0].outcomes.len(), count + 1);

    let both = one_slot(count, |n| {
        let when = word("customer", vec![format_smolstr!("c{}", n % 100)]);
        (n as i64, Statement { when, ..period(n, None) })
    });
    let (_, findings) = run("a hundred customers, later and later", one, &both);
    assert!(findings.is_empty());

    let set = one_slot(count, |n| (n as i64, Statement::default()));
    let (_, findings) = run("a set", Cardinality::Set, &set);
    assert!(findings.is_empty());

    let exceptions = one_slot(count, |n| (n as i64, rule_or_exception(n)));
    let (_, findings) = run("a rule and its exceptions", one, &exceptions);
    assert!(findings.is_empty());

    let pinned = one_slot(count, |n| {
        if n % 2 == 0 {
            return (n as i64, period(n, Some(n + 2)));
        }
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&(n as u64 - 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        let pin = SmolStr::new(&ClaimHash(hash).to_hex()[..16]);
        let edge =
            Edge { kind: EdgeKind::Corrects, target: Target::Hash(pin.clone()), span: Span::default() };
        let correction = Some(Box::new(Correction { pin: Some(pin), ..Correction::default() }));
        (n as i64, Statement { edges: vec![edge], correction, block: true, ..Statement::default() })
    });
    let (decisions, findings) = run("half of them corrected", one, &pinned);
    assert!(findings.is_empty());
    assert_eq!(decisions.slots[0].outcomes.len(), count / 2 + 1);
}

/// The first is a rule, the others exceptions to it, a customer each.
fn rule_or_exception(number: usize) -> Statement {
    if number == 0 {
        return Statement { id: Some("rule".into()), ..Statement::default() };
    }
    let target = Target::Id("rule".into());
    let edge = Edge { kind: EdgeKind::ExceptionTo, target, span: Span::default() };
    let when = word("customer", vec![format_smolstr!("c{number}")]);
    Statement { when, edges: vec![edge], block: true, ..Statement::default() }
}

#[test]
fn large_slots_come_to_what_they_say() {
    shapes(300);
}

#[test]
fn a_slot_over_the_limit_is_one_finding() {
    let claims = one_slot(50_001, |n| (n as i64, Statement::default()));
    let (decisions, findings) = run("over the limit", Cardinality::One, &claims);
    assert_eq!(findings.count(codes::SLOT_TOO_LARGE.severity), 1);
    assert_eq!(decisions.slots[0].outcomes, [Outcome::Gap]);
}

#[test]
fn relations_over_the_limit_are_one_finding() {
    let claims = one_slot(5_000, |n| {
        let source = Some(if n % 2 == 0 { "new".into() } else { "old".into() });
        (n as i64, Statement { source, ..Statement::default() })
    });
    let (_, findings) = run("two sources", Cardinality::One, &claims);
    assert_eq!(findings.count(codes::SLOT_TOO_LARGE.severity), 1);
}

#[test]
fn boxes_in_many_dimensions_are_refused_rather_than_swept_for_hours() {
    // Every claim a random stretch of three number-like dimensions: far more cells than claims.
    let mut seed = 1u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let numbers: Vec<[u64; 4]> =
        (0..300).map(|_| [next(5_000), next(5_000), next(5_000), next(5_000)]).collect();
    let claims = one_slot(numbers.len(), |n| {
        let [a, b, from, length] = numbers[n];
        let range = |low: u64| {
            let bound = |at: u64| Some(Bound { at: Point::Number(at.into()), inclusive: true });
            Test::Range(Range { low: bound(low), high: bound(low + 2_500) })
        };
        let product = vec![("amount".into(), vec![range(a)]), ("size".into(), vec![range(b)])];
        let when = When::any_of(vec![product]);
        let mut statement = period(from as usize, Some((from + length) as usize + 1));
        statement.when = when;
        (n as i64, statement)
    });
    let mut declared = declarations(Cardinality::One);
    let number = Dimension { shape: Shape::Number, sets: Default::default(), unit: None };
    declared.dimensions.insert("size".into(), number);
    let ground = Ground::new(&declared);
    let layout = Layout::new(&ground, &claims).expect("not too many claims");
    let (precedence, _) = ground.precedence(&claims[0].slot, layout.law);
    let mut cells = Cells::new(&layout, layout.weights(precedence));
    assert_eq!(sweep(&mut cells, 100_000, |_| false).err(), Some(TooLarge::Cases));
}

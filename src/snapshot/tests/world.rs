//! Small made-up worlds: declarations, claims of every shape, decisions, texts, provenance. They make no sense as
//! knowledge; they are shaped as anything that deciding may give.

use std::collections::BTreeMap;
use std::ops::Range as Span_;
use std::sync::Arc;

use jiff::civil::Date;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use crate::claim::{
    Bound, Calendar, Cardinality, Claim, ClaimHash, Correction, Criterion, Days, Declarations, Dimension,
    Division, Edge, EdgeKind, Law, LawId, ListedYear, MonthDay, NamedBy, Period, Point, Precedence, Product,
    Range, Required, Scheme, Shape, Slot, SourceRecord, Statement, Stretch, Subject, Target, Test, Tree,
    TreeNode, Unit, Value, WeekEnd, WeekPattern, Weekday, When, YearKind, YearName, YearRule, claim_hash,
};
use crate::history::{Commit, CommitId, Completeness, Event, Provenance, Sayer, Saying};
use crate::resolve::{Answers, Arm, Axis, AxisName, Decided, Decisions, Node, Outcome, Ticks};
use crate::snapshot::{Input, Snapshot};
use crate::source::{FileId, Origin, Span, Texts};

/// All that goes into a snapshot.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub name: String,
    pub declarations: Declarations,
    pub claims: Vec<Claim>,
    pub decisions: Decisions,
    pub texts: Texts,
    pub provenance: Option<Provenance>,
}

impl World {
    pub fn input(&self) -> Input<'_> {
        let World { name, declarations, claims, decisions, texts, provenance } = self;
        Input { name, declarations, claims, decisions, texts, provenance: provenance.as_ref() }
    }

    pub fn bytes(&self) -> Vec<u8> {
        Snapshot::build(&self.input()).expect("a world fits together")
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot::from_bytes(self.bytes()).expect("just written")
    }

    pub fn addresses(&self) -> Vec<String> {
        let first = |decided: &Decided| self.claims[decided.claims.start as usize].slot.to_string();
        self.decisions.slots.iter().map(first).collect()
    }
}

/// The declared dimensions of every world.
pub(super) const TREE: &str = "department";
pub(super) const ENUM: &str = "plan";
pub(super) const FLAG: &str = "internal";

fn word() -> impl Strategy<Value = SmolStr> {
    prop_oneof!["[ab-]{1,3}", "[a-z]{30,40}"].prop_map(SmolStr::new)
}

fn date() -> impl Strategy<Value = Date> {
    (-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).expect("a day"))
}

fn decimal() -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![-200_i128..200, -(1_i128 << 96) + 1..1_i128 << 96];
    (digits, 0_u32..=28).prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale))
}

fn period() -> impl Strategy<Value = Period> {
    (of(date()), of(date())).prop_map(|(from, until)| Period { from, until })
}

fn subject() -> impl Strategy<Value = Subject> {
    ("(term|team)", word()).prop_map(|(kind, id)| Subject::new(&kind, &id))
}

pub(super) fn value() -> impl Strategy<Value = Value> {
    let text = ".{0,20}".prop_map(|text: String| Value::Text(text.into()));
    let span = (any::<i64>(), any::<i64>(), any::<i64>());
    let plain = prop_oneof![
        Just(Value::None),
        text,
        any::<i64>().prop_map(Value::Integer),
        decimal().prop_map(Value::Decimal),
        any::<bool>().prop_map(Value::Bool),
        date().prop_map(Value::Date),
        period().prop_map(Value::Period),
        span.prop_map(|(months, days, seconds)| Value::Duration { months, days, seconds }),
        decimal().prop_map(Value::Percent),
        (decimal(), word()).prop_map(|(amount, currency)| Value::Money { amount, currency }),
        subject().prop_map(Value::Ref),
    ];
    plain.prop_recursive(2, 8, 4, |inner| vec(inner, 0..4).prop_map(Value::List))
}

fn point() -> impl Strategy<Value = Point> {
    prop_oneof![
        word().prop_map(Point::Word),
        decimal().prop_map(Point::Number),
        date().prop_map(Point::Date),
        any::<bool>().prop_map(Point::Bool),
    ]
}

fn when() -> impl Strategy<Value = When> {
    let bound = || of((point(), any::<bool>()).prop_map(|(at, inclusive)| Bound { at, inclusive }));
    let test = prop_oneof![
        vec(point(), 1..3).prop_map(Test::In),
        vec(point(), 1..3).prop_map(Test::NotIn),
        (bound(), bound()).prop_map(|(low, high)| Test::Range(Range { low, high })),
    ];
    let product = vec((word(), vec(test, 1..3)), 0..3);
    vec(product, 0..3).prop_map(|products: Vec<Product>| When::any_of(products))
}

fn edge() -> impl Strategy<Value = Edge> {
    let kind = prop::sample::select(vec![
        EdgeKind::ExceptionTo,
        EdgeKind::Supersedes,
        EdgeKind::Corrects,
        EdgeKind::Retracts,
    ]);
    let target = prop_oneof![
        Just(Target::Table),
        word().prop_map(Target::Id),
        "[0-9a-f]{6}".prop_map(|hash| Target::Hash(SmolStr::new(hash))),
        Just(Target::Slot),
    ];
    (kind, target, any::<u32>(), any::<u32>()).prop_map(|(kind, target, start, end)| Edge {
        kind,
        target,
        span: Span { start, end },
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    let correction = (word(), of(word()), of(word()), of(date()))
        .prop_map(|(id, by, pin, review_by)| Correction { id, by, pin, review_by });
    let texts = (of(word()), of(word()), of(".{0,30}"), of(word()));
    (when(), period(), texts, vec(edge(), 0..3), any::<bool>(), of(correction)).prop_map(
        |(when, period, (source, id, reason, reviewed_against), edges, block, correction)| Statement {
            when,
            period,
            source,
            id,
            reason: reason.map(Arc::from),
            edges,
            block,
            entry: false,
            reviewed_against,
            correction: correction.map(Box::new),
        },
    )
}

fn declarations() -> impl Strategy<Value = Declarations> {
    let record = (of(".{0,9}"), of(0_u32..2), of(date()), vec(word(), 0..3)).prop_map(
        |(title, tier, stated, supersedes)| SourceRecord {
            title: title.map(Arc::from),
            tier,
            stated,
            supersedes,
        },
    );
    let order =
        vec(prop::sample::select(vec![Criterion::Authority, Criterion::Rank, Criterion::Stated]), 0..3);
    let precedence = (vec(word(), 0..2), order, vec(value(), 0..3))
        .prop_map(|(globs, order, rank)| Precedence { globs, order, rank });
    let cardinality =
        prop::sample::select(vec![Cardinality::One, Cardinality::Set, Cardinality::Max, Cardinality::Min]);
    let required = (when(), of(period())).prop_map(|(when, period)| Required { when, period });
    let law = (cardinality, of(required), of(word())).prop_map(|(cardinality, required, precedence)| Law {
        cardinality,
        required,
        precedence,
    });
    let maps = (
        prop::collection::btree_map(word(), record, 0..4),
        prop::collection::btree_map(word(), precedence, 0..3),
    );
    (maps, vec(word(), 0..3), of(word()), vec(law, 1..3)).prop_map(
        |((sources, mut precedences), specificity, unit, laws)| {
            precedences.insert("default".into(), Precedence::default());
            Declarations {
                dimensions: dimensions(unit),
                sources,
                tiers: vec!["policy".into(), "wiki".into()],
                specificity,
                precedences,
                laws,
                ..calendars()
            }
        },
    )
}

/// Every scheme and every way to divide a year.
fn calendars() -> Declarations {
    let day = |month, day| MonthDay { month, day };
    let weeks = |pattern, quarters| Division::Weeks { pattern, quarters, extra_week: 12 };
    let rule = |from, rule, division| Stretch { from, scheme: Scheme::Rule(rule, division) };
    let name = |number| YearName { kind: YearKind::Transition, number };
    let days = Days { from: Date::constant(2020, 2, 1), until: Date::constant(2021, 2, 1) };
    let listed = ListedYear { name: name(2020), days, parts: vec![(Unit::Quarter, 1, days)] };
    let stretches = vec![
        rule(None, YearRule::Starts(day(2, 1), NamedBy::End), Division::Months),
        Stretch { from: Some(days.from), scheme: Scheme::Listed(vec![listed], Division::Whole) },
        Stretch { from: Some(days.until), scheme: Scheme::Transition(name(2021)) },
        rule(
            Some(Date::constant(2022, 1, 30)),
            YearRule::Ends(WeekEnd::LastOf(Weekday::Saturday, 1), NamedBy::Start),
            weeks(WeekPattern::FourFiveFour, Some([3; 4])),
        ),
        rule(
            Some(Date::constant(2030, 2, 3)),
            YearRule::Ends(WeekEnd::Nearest(Weekday::Sunday, day(12, 31)), NamedBy::End),
            weeks(WeekPattern::Thirteen, None),
        ),
    ];
    let calendar = Calendar { label: Some("Fiscal year".into()), aliases: vec!["FY".into()], stretches };
    Declarations {
        calendars: [("empty".into(), Calendar::default()), ("fiscal".into(), calendar)].into(),
        default_calendar: Some("fiscal".into()),
        ..Declarations::default()
    }
}

fn dimensions(unit: Option<SmolStr>) -> BTreeMap<SmolStr, Dimension> {
    let node = |name: &str, parent, end| TreeNode { name: name.into(), parent, end };
    let tree = vec![
        node("all", None, 4),
        node("sales", Some(0), 3),
        node("emea", Some(1), 3),
        node("support", Some(0), 4),
    ];
    let sets = BTreeMap::from([("customers".into(), vec!["sales".into(), "support".into()])]);
    let dimension = |shape, sets| Dimension { shape, sets, unit: unit.clone() };
    BTreeMap::from([
        (TREE.into(), dimension(Shape::Tree(Tree { nodes: tree }), sets)),
        (ENUM.into(), dimension(Shape::Enum(vec!["free".into(), "paid".into()]), BTreeMap::new())),
        (FLAG.into(), dimension(Shape::Bool, BTreeMap::new())),
        ("amount".into(), dimension(Shape::Number, BTreeMap::new())),
        ("signed".into(), dimension(Shape::Date, BTreeMap::new())),
        ("region".into(), dimension(Shape::Open, BTreeMap::new())),
    ])
}

/// Numbers for what proptest need not shrink (SplitMix64).
#[derive(Clone, Debug)]
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % u64::from(end.max(1))) as u32
    }
}

fn axis(dice: &mut Dice, name: &str) -> Axis {
    let day = |n: u32| Date::new(2020 + n as i16, 1, 1).expect("a day");
    let ticks = match name {
        TREE => Ticks::Declared(4),
        ENUM | FLAG => Ticks::Declared(2),
        "amount" => {
            Ticks::Numbers((0..1 + dice.below(3)).map(|n| (Decimal::from(n * 10), n % 2 == 0)).collect())
        }
        "region" => Ticks::Words(["apac", "emea", "us"].map(SmolStr::new).to_vec()),
        _ => Ticks::Days((0..1 + dice.below(3)).map(day).collect()),
    };
    let name = if name == "time" { AxisName::Time } else { AxisName::Dimension(name.into()) };
    Axis { name, ticks }
}

fn node(dice: &mut Dice, axes: &[Axis], from: u32, outcomes: u32) -> Node {
    let left = axes.len() as u32 - from;
    if left == 0 || dice.below(3) == 0 {
        return Node::Leaf(dice.below(outcomes));
    }
    let axis = from + dice.below(left);
    let ticks = axes[axis as usize].ticks.len();
    let cut = 1 + dice.below(ticks - 1);
    let arms = [0, cut].map(|start| Arm { start, node: node(dice, axes, axis + 1, outcomes) });
    Node::Split { axis, arms: arms.to_vec() }
}

fn outcome(dice: &mut Dice, claims: u32) -> Outcome {
    let mut positions: Vec<u32> = (0..claims).filter(|_| dice.below(2) == 0).collect();
    if positions.is_empty() {
        positions.push(dice.below(claims));
    }
    match dice.below(4) {
        0 => Outcome::Gap,
        1 => Outcome::Conflict(positions),
        _ => Outcome::Fact(positions),
    }
}

fn decided(dice: &mut Dice, claims: Span_<u32>) -> Decided {
    let count = claims.end - claims.start;
    let plain = dice.below(3) == 0;
    if plain {
        let (root, outcomes) = (Node::Leaf(0), vec![outcome(dice, count)]);
        return Decided::new(claims, Answers { edges: Vec::new(), axes: Vec::new(), root, outcomes });
    }
    let names = ["time", "amount", TREE, FLAG, ENUM, "region", "signed"];
    let names: Vec<&str> = names.into_iter().filter(|_| dice.below(2) == 0).collect();
    let axes: Vec<Axis> = names.into_iter().map(|name| axis(dice, name)).collect();
    let outcomes: Vec<Outcome> = (0..1 + dice.below(4)).map(|_| outcome(dice, count)).collect();
    let root = node(dice, &axes, 0, outcomes.len() as u32);
    let edges = (1..count).map(|from| (from, from - 1, dice.below(2) == 0)).collect();
    Decided::new(claims, Answers { edges, axes, root, outcomes })
}

/// Decisions that tile `claims`.
pub(super) fn decisions(dice: &mut Dice, claims: &[Claim]) -> Decisions {
    let mut start = 0;
    let slots = claims.chunk_by(|a, b| a.slot == b.slot).map(|own| {
        let range = start..start + own.len() as u32;
        start = range.end;
        decided(dice, range)
    });
    Decisions { slots: slots.collect() }
}

fn commit(dice: &mut Dice, number: u32) -> Commit {
    let length = if dice.below(2) == 0 { 40 } else { 64 };
    let id = |number: u32| CommitId::from_hex(&format!("{number:0length$x}")).expect("hex");
    Commit {
        id: id(number),
        parents: (0..number.min(2)).map(id).collect(),
        author: "Ada \u{1b}[31m".into(),
        author_mail: "ada@example.org".into(),
        author_time: i64::from(dice.below(9)) - 4,
        author_offset: -330,
        committer: String::new(),
        committer_mail: "\u{fffd}".into(),
        committer_time: i64::MIN,
        committer_offset: 60,
        summary: "Say it (#12)".into(),
        pull_request: (dice.below(2) == 0).then_some(u64::from(dice.below(99))),
        reviewers: vec!["Grace <grace@example.org>".into(); dice.below(3) as usize],
    }
}

/// Sayings for most claims, and for one atom that is no claim.
pub(super) fn provenance(dice: &mut Dice, claims: &[Claim]) -> Provenance {
    let commits: Vec<Commit> = (0..1 + dice.below(5)).map(|number| commit(dice, number)).collect();
    let count = commits.len() as u32;
    let mut sayings = BTreeMap::new();
    let strange = ClaimHash([dice.below(256) as u8; 32]);
    for hash in claims.iter().map(|claim| claim.hash).chain([strange]) {
        let mut sayer = || {
            if dice.below(5) == 0 {
                Sayer::AtOrBefore(dice.below(count))
            } else {
                Sayer::Known(dice.below(count))
            }
        };
        let (said_by, landed_by, first_said_by) = (sayer(), sayer(), sayer());
        let also_said_by = (0..count).filter(|_| dice.below(4) == 0).collect();
        let saying = Saying { said_by, also_said_by, landed_by, first_said_by, carried: dice.below(2) == 0 };
        if dice.below(6) > 0 {
            sayings.insert(hash, saying);
        }
    }
    let event = |claim: &Claim| Event { commit: 0, atom: claim.hash, said: true, on_main_line: false };
    let events = claims.iter().take(2).map(event).collect();
    let completeness = [
        Completeness::Complete,
        Completeness::Shallow,
        Completeness::Partial,
        Completeness::Grafted,
        Completeness::Replaced,
    ];
    let completeness = completeness[dice.below(5) as usize].clone();
    Provenance { head: commits[0].id.clone(), completeness, commits, sayings, events }
}

fn texts() -> Texts {
    let long = "zweite Zeile: grüße\n".repeat(20);
    Texts::from_pairs([
        ("knowledge/a.toml", "first = 1\nsecond = \"é\"\n\nthird = 3\n"),
        ("knowledge/b.toml", &long),
        ("knowledge/empty.toml", ""),
    ])
}

fn claims(laws: u32) -> impl Strategy<Value = Vec<Claim>> {
    let slot = (subject(), "([a-c.]{1,3}|name|aliases|ids\\.crm)")
        .prop_map(|(subject, attribute)| Slot { subject, attribute: attribute.into() });
    let origin = (0_u32..2, 0_u32..20, 0_u32..9)
        .prop_map(|(file, start, len)| Origin { file: FileId(file), span: Span { start, end: start + len } });
    let said = (0_usize..8, value(), 0_usize..5, 0..laws, origin, 0_u32..300);
    let parts = (vec(slot, 8), vec(statement().prop_map(Arc::new), 5), vec(said, 0..30));
    parts.prop_map(|(slots, statements, said)| {
        let claim =
            |(slot, value, statement, law, origin, table): (usize, Value, usize, u32, Origin, u32)| Claim {
                slot: slots[slot].clone(),
                value,
                statement: statements[statement].clone(),
                law: LawId(law),
                hash: ClaimHash::ZERO,
                origin,
                table,
            };
        sorted(said.into_iter().map(claim).collect())
    })
}

/// Hashed, in the order that deciding gives them.
pub(super) fn sorted(mut claims: Vec<Claim>) -> Vec<Claim> {
    claims.iter_mut().for_each(|claim| claim.hash = claim_hash(claim));
    claims.sort_by(|a, b| (&a.slot, a.hash).cmp(&(&b.slot, b.hash)));
    claims.dedup_by(|later, earlier| later.slot == earlier.slot && later.hash == earlier.hash);
    claims
}

/// Any world.
pub(super) fn world() -> impl Strategy<Value = World> {
    declarations().prop_flat_map(|declarations| {
        let laws = declarations.laws.len() as u32;
        (Just(declarations), claims(laws), any::<u64>(), ".{0,12}").prop_map(
            |(declarations, claims, seed, name)| {
                let mut dice = Dice(seed);
                let decisions = decisions(&mut dice, &claims);
                let provenance = (dice.below(3) > 0).then(|| provenance(&mut dice, &claims));
                World { name, declarations, claims, decisions, texts: texts(), provenance }
            },
        )
    })
}

/// One world, always the same, with something of everything.
pub(super) fn example() -> World {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let rich = |world: &World| world.claims.len() > 12 && world.provenance.is_some();
    let mut worlds = std::iter::repeat_with(|| world().new_tree(&mut runner).expect("a world").current());
    worlds.find(rich).expect("one of many")
}

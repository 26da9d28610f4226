//! The comparison held against asking both sides at every point that could matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use smol_str::SmolStr;

use super::*;
use crate::claim::{
    Claim, ClaimHash, Declarations, Dimension, LawId, Point, Shape, Statement, Tree, TreeNode,
};
use crate::compile;
use crate::diagnostic::Findings;
use crate::resolve::tests::world::{ALL, World, claim, world};
use crate::resolve::{Oracle, PointQuery, resolve};
use crate::source::{Span, Texts};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn decided(world: &World) -> Decisions {
    resolve(&world.declarations, &world.claims, &mut Findings::new())
}

fn differing(before: &World, after: &World) -> Vec<Changed> {
    let (one, two) = (decided(before), decided(after));
    let before = Side { declarations: &before.declarations, claims: &before.claims, decisions: &one };
    diff(before, Side { declarations: &after.declarations, claims: &after.claims, decisions: &two })
}

/// What a side answers at a point, read word for word.
fn asked(world: &World, point: &PointQuery) -> Holds {
    if world.claims.is_empty() {
        return Holds::Nothing;
    }
    let view = View { declarations: &world.declarations, claims: &world.claims, decided: None };
    holds::holds(view, &Oracle::new(&world.declarations, &world.claims).at(point))
}

/// Whether a region holds at a point: as if a claim stood under that condition.
fn covers(declarations: &Declarations, region: &Region, point: &PointQuery) -> bool {
    let statement = Statement { when: region.when.clone(), period: region.period, ..Statement::default() };
    let claim = Claim {
        slot: Slot::parse("term/t#a").expect("a slot"),
        value: Value::Bool(true),
        statement: Arc::new(statement),
        law: LawId(0),
        hash: ClaimHash::ZERO,
        origin: Origin { file: crate::source::FileId(0), span: Span::default() },
        table: 0,
    };
    Oracle::new(declarations, &[claim]).at(point) != Outcome::Gap
}

/// Holds every point of either world against the differences found.
fn agree(before: &World, after: &World, points: &[PointQuery]) -> Result<(), TestCaseError> {
    let changed = differing(before, after);
    prop_assert!(changed.len() <= 1);
    let found: Vec<&Difference> = changed.iter().flat_map(|changed| &changed.differences).collect();
    for difference in &found {
        prop_assert_ne!(&difference.before, &difference.after);
        prop_assert!(!difference.regions.is_empty());
    }
    for point in points {
        let (old, new) = (asked(before, point), asked(after, point));
        let here: Vec<&&Difference> = found
            .iter()
            .filter(|one| one.regions.iter().any(|region| covers(&after.declarations, region, point)))
            .collect();
        match here[..] {
            [] => prop_assert_eq!(&old, &new, "not found at {:?}", point),
            [one] => prop_assert_eq!((&one.before, &one.after), (&old, &new), "at {:?}", point),
            _ => prop_assert!(false, "two differences at {:?}: {:?}", point, here),
        }
    }
    Ok(())
}

/// A world and what may become of it: claims go, claims come, and perhaps all that is declared is weighed anew.
fn change() -> impl Strategy<Value = (World, World)> {
    let new = (0..=3usize)
        .prop_flat_map(|count| (0..count).map(|at| claim(10 + at, 10 + count, ALL)).collect::<Vec<_>>());
    (world(ALL), world(ALL), new, any::<u8>(), any::<bool>()).prop_map(
        |(before, other, new, gone, declared)| {
            let mut after = before.clone();
            let mut at = 0;
            after.claims.retain(|_| {
                at += 1;
                gone & (1 << at) == 0
            });
            after.claims.extend(new);
            if declared {
                after.declarations = other.declarations;
            }
            (before, after.sorted())
        },
    )
}

fn corners(before: &World, after: &World) -> Vec<PointQuery> {
    before.corners().into_iter().chain(after.corners()).collect()
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn what_differs_is_what_answers_differently((before, after) in change()) {
        agree(&before, &after, &corners(&before, &after))?;
    }

    #[test]
    fn nothing_differs_from_itself(world in world(ALL)) {
        prop_assert_eq!(differing(&world, &world), Vec::new());
    }

    #[test]
    fn back_is_the_same_the_other_way_round((before, after) in change()) {
        let turned = |changed: Vec<Changed>, back: bool| {
            let each = changed.into_iter().flat_map(|changed| changed.differences);
            let mut each: Vec<(Vec<Region>, Holds, Holds)> = each
                .map(|one| match back {
                    false => (one.regions, one.before, one.after),
                    true => (one.regions, one.after, one.before),
                })
                .collect();
            each.sort();
            each
        };
        prop_assert_eq!(
            turned(differing(&before, &after), false),
            turned(differing(&after, &before), true)
        );
    }

    /// A tree and an enum with other words: cases that both sides know are compared as themselves.
    #[test]
    fn words_come_and_go((before, mut after) in change(), regrown in 0..4usize) {
        regrow(&mut after.declarations.dimensions, regrown);
        let known = |world: &World, point: &PointQuery| {
            point.context.iter().all(|(id, word)| match word {
                Point::Word(word) => {
                    let words = world.declarations.dimensions[id].words();
                    words.is_empty() || words.contains(&word.as_str())
                }
                _ => true,
            })
        };
        let mut points = corners(&before, &after);
        points.retain(|point| known(&before, point) && known(&after, point));
        agree(&before, &after, &points)?;
    }
}

fn regrow(dimensions: &mut BTreeMap<SmolStr, Dimension>, how: usize) {
    let node = |name: &str, parent, end| TreeNode { name: name.into(), parent, end };
    let region = match how {
        // `a2` is gone, `a3` is new, and `b` lies below `a`.
        0 => vec![node("a", None, 4), node("a1", Some(0), 2), node("a3", Some(0), 3), node("b", Some(0), 4)],
        // `a1` has something below it, and there is a new root.
        1 => vec![
            node("a", None, 4),
            node("a1", Some(0), 3),
            node("a11", Some(1), 3),
            node("a2", Some(0), 4),
            node("b", None, 5),
            node("c", None, 6),
        ],
        _ => vec![node("b", None, 1)],
    };
    let grade = if how == 3 { vec!["v", "x", "z"] } else { vec!["w", "x", "y", "z"] };
    let set = |shape| Dimension { shape, sets: BTreeMap::new(), unit: None };
    dimensions.insert("region".into(), set(Shape::Tree(Tree { nodes: region })));
    dimensions.insert("grade".into(), set(Shape::Enum(grade.into_iter().map(SmolStr::new).collect())));
}

fn compiled(text: &str) -> crate::Compiled {
    compile(Texts::from_pairs([("dictum.toml", ""), ("a.toml", text)]), Findings::new())
}

fn side(compiled: &crate::Compiled) -> Side<'_> {
    let crate::Compiled { catalog, claims, decisions, .. } = compiled;
    Side { declarations: &catalog.declarations, claims, decisions }
}

/// Differences as lines: the region, what held, what holds.
fn lines(before: &str, after: &str) -> Vec<String> {
    let (one, two) = (compiled(before), compiled(after));
    let show = |holds: &Holds| match holds {
        Holds::Nothing => "nothing".to_owned(),
        Holds::Fact(value) => value.to_string(),
        Holds::Contested(values) => format!("contested {}", values.len()),
    };
    let mut lines = Vec::new();
    let found = diff(side(&one), side(&two));
    for changed in found.iter().filter(|changed| changed.slot.subject.kind() == "term") {
        for one in &changed.differences {
            for region in &one.regions {
                let when: Vec<String> = region
                    .when
                    .products()
                    .iter()
                    .flatten()
                    .map(|(id, tests)| format!("{id} {tests:?}"))
                    .collect();
                let (word, slot) = (one.word().as_str(), &changed.slot);
                let (old, new) = (show(&one.before), show(&one.after));
                lines.push(format!("{slot} {word} {} {}: {old} > {new}", region.period, when.join(" ")));
            }
        }
    }
    lines
}

const ENUM: &str = "[dimension.area]\nis = \"enum\"\nvalues = [\"north\", \"south\"]\n";
const WIDER: &str = "[dimension.area]\nis = \"enum\"\nvalues = [\"east\", \"north\", \"south\"]\n";

#[test]
fn a_new_word_differs_only_where_answers_turn_on_it() {
    let plain = "[term.a]\ndefinition = \"all\"\n";
    assert_eq!(lines(&format!("{ENUM}{plain}"), &format!("{WIDER}{plain}")), Vec::<String>::new());
    let turning = "[term.a]\ndefinition = \"all\"\n\
        [[term.a.exception]]\nwhen = { area = \"south\" }\ndefinition = \"south\"\n";
    assert_eq!(
        lines(&format!("{ENUM}{turning}"), &format!("{WIDER}{turning}")),
        ["term/a#definition added ../.. area [In([Word(\"east\")])]: nothing > all"]
    );
}

#[test]
fn days_are_cut_where_the_answer_turns() {
    let old = "[term.a]\ndefinition = \"old\"\n";
    let new = "[term.a]\ndefinition = \"old\"\n\
        [[term.a.also]]\nfrom = 2026-01-01\nuntil = 2026-04-01\ndefinition = \"new\"\n";
    assert_eq!(lines(old, new), ["term/a#definition changed 2026-01-01/2026-04-01 : old > new"]);
    assert_eq!(lines("", old), ["term/a#definition added ../.. : nothing > old"]);
    assert_eq!(lines(old, ""), ["term/a#definition removed ../.. : old > nothing"]);
    let quarrel = "[term.a]\ndefinition = \"old\"\n[[term.a.also]]\ndefinition = \"new\"\n";
    assert_eq!(lines(old, quarrel), ["term/a#definition contested ../.. : old > contested 2"]);
    assert_eq!(lines(quarrel, old), ["term/a#definition settled ../.. : contested 2 > old"]);
}

/// A dimension of another sort: no case is the same, so that all is gone and all is new.
#[test]
fn a_dimension_of_another_sort() {
    let claim = |when: &str| format!("[term.a]\n[[term.a.also]]\nwhen = {when}\ndefinition = \"all\"\n");
    let number = format!("[dimension.area]\nis = \"number\"\n{}", claim("{ area = { over = 3 } }"));
    let word = format!("{ENUM}{}", claim("{ area = \"north\" }"));
    let found = lines(&number, &word);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().any(|line| line.contains(" added "))
            && found.iter().any(|line| line.contains(" removed "))
    );
}

/// Each claim that gives way says to what.
#[test]
fn the_claim_that_gave_way_is_told() {
    let tiers = |a: u8, b: u8| {
        let tier = |n: u8| if n == 1 { "law" } else { "memo" };
        format!(
            "[precedence.default]\ntiers = [\"law\", \"memo\"]\n\
             [source.a]\nauthority = \"{}\"\n[source.b]\nauthority = \"{}\"\n\
             [term.a]\n[[term.a.also]]\nsource = \"a\"\ndefinition = \"of a\"\n\
             [[term.a.also]]\nsource = \"b\"\ndefinition = \"of b\"\n",
            tier(a),
            tier(b)
        )
    };
    let (one, two) = (compiled(&tiers(1, 2)), compiled(&tiers(2, 1)));
    let changed = diff(side(&one), side(&two));
    let definition =
        changed.iter().find(|changed| &*changed.slot.attribute == "definition").expect("it differs");
    let [difference] = &definition.differences[..] else { panic!("one difference: {definition:?}") };
    let [gone] = &difference.gone[..] else { panic!("one claim: {difference:?}") };
    assert_eq!(gone.value, Value::Text("of a".into()));
    assert!(matches!(gone.elsewhere, Elsewhere::Said(Some(Fate::Dominated { .. }))), "{gone:?}");
}

/// Each owner is told how much of what differs was theirs and is, and which claims answer in the place of others.
#[test]
fn owners_of_what_differs() {
    let teams = "[team.shop]\nlabel = \"Shop\"\n[team.sales]\nlabel = \"Sales\"\n";
    let old = format!(
        "{teams}[term.a]\nowner = \"shop\"\ndefinition = \"old\"\n[term.b]\ndefinition = \"same\"\n[term.c]\ndefinition = \"c\"\n"
    );
    let new = format!(
        "{teams}[term.a]\nowner = \"sales\"\ndefinition = \"new\"\n[term.b]\ndefinition = \"same\"\n[[term.b.also]]\n\
         from = 2026-03-01\ndefinition = \"same\"\n"
    );
    let (one, two) = (compiled(&old), compiled(&new));
    let whole = side(&one);
    let compared = Compared { whole, before: whole, after: side(&two) };
    let changed = diff(compared.before, compared.after);
    let told: Vec<String> = owners(&compared, &changed, jiff::civil::date(2026, 1, 1))
        .into_iter()
        .map(|one| format!("{} {} {}", one.owner.unwrap_or("nobody".into()), one.before, one.after))
        .collect();
    assert_eq!(told, ["team/sales 0 2", "team/shop 2 0", "nobody 1 0"]);
    let restated: Vec<String> = restated(&compared).into_iter().map(|one| one.slot.to_string()).collect();
    assert_eq!(restated, ["term/a#definition", "term/a#owner", "term/b#definition"]);
}

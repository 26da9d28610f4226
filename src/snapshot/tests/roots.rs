//! The roots change with what they are of, and with nothing else.

use std::sync::Arc;

use proptest::prelude::*;

use super::world::{Dice, World, decisions, example, provenance, sorted, world};
use crate::claim::{Slot, Value};
use crate::resolve::{Answers, Decided};
use crate::snapshot::{Snapshot, content_root};
use crate::source::{FileId, Texts};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_same_input_gives_the_same_bytes(world in world()) {
        let mut shuffled: Vec<_> = world.texts.iter().map(|(_, text)| text.clone()).collect();
        shuffled.reverse();
        let again = World { texts: Texts::new(shuffled), ..world.clone() };
        prop_assert_eq!(world.bytes(), again.bytes());
        let root = content_root(&world.declarations, &world.claims, &world.decisions).expect("fits together");
        prop_assert_eq!(world.snapshot().content_root(), root);
    }

    #[test]
    fn every_fact_and_every_saying_is_proved_against_its_root(world in world()) {
        let snapshot = world.snapshot();
        for address in world.addresses() {
            let slot = Slot::parse(&address).expect("an address");
            let proof = snapshot.prove(&slot).expect("sound").expect("is there");
            let leaf = snapshot.slot(&slot).expect("sound").expect("is there").leaf().expect("sound");
            prop_assert_eq!(proof.leaf, leaf);
            prop_assert!(proof.verify(snapshot.content_root()));
        }
        if let (Some(view), Some(root)) = (snapshot.provenance(), snapshot.provenance_root()) {
            for claim in 0..snapshot.claim_count() {
                prop_assert!(view.prove(claim).expect("sound").expect("is there").verify(root));
            }
        }
    }
}

fn root(world: &World) -> crate::snapshot::Hash {
    world.snapshot().content_root()
}

#[test]
fn moving_claims_to_other_files_and_lines_keeps_the_content_root() {
    let world = example();
    let mut moved = world.clone();
    moved.texts = Texts::from_pairs([("elsewhere.toml", "\n".repeat(100))]);
    for (index, claim) in moved.claims.iter_mut().enumerate() {
        claim.origin.file = FileId(0);
        claim.origin.span.start = index as u32;
        claim.origin.span.end = index as u32 + 1;
        claim.table += 1;
        Arc::make_mut(&mut claim.statement).reason = Some("another reason".into());
    }
    assert_eq!(root(&world), root(&moved));
    assert_ne!(world.snapshot().file_hash(), moved.snapshot().file_hash());
    assert_eq!(world.snapshot().provenance_root(), moved.snapshot().provenance_root());
}

#[test]
fn who_said_it_is_in_the_provenance_root_alone() {
    let world = example();
    let mut other = world.clone();
    other.provenance = Some(provenance(&mut Dice(4_711), &world.claims));
    assert_eq!(root(&world), root(&other));
    assert_ne!(world.snapshot().provenance_root(), other.snapshot().provenance_root());
    other.provenance = None;
    assert_eq!(root(&world), root(&other));
    assert_eq!(other.snapshot().provenance_root(), None);
    assert!(other.snapshot().provenance().is_none());
}

#[test]
fn another_value_another_decision_or_another_meaning_is_another_content_root() {
    let world = example();
    let mut other = world.clone();
    other.claims[0].value = Value::Text("something else".into());
    other.claims = sorted(other.claims);
    other.decisions = decisions(&mut Dice(1), &other.claims);
    let mut decided_otherwise = world.clone();
    decided_otherwise.decisions = decisions(&mut Dice(99), &world.claims);
    let mut renamed = world.clone();
    for dimension in renamed.declarations.dimensions.values_mut() {
        if let crate::claim::Shape::Tree(tree) = &mut dimension.shape {
            tree.nodes[1].name = "revenue".into();
        }
    }
    for changed in [&other, &decided_otherwise, &renamed] {
        assert_ne!(root(&world), root(changed));
    }
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let world = example();
    let refused = |change: &dyn Fn(&mut World)| {
        let mut world = world.clone();
        change(&mut world);
        Snapshot::build(&world.input()).map(drop).expect_err("does not fit together").to_string()
    };
    assert!(refused(&|world: &mut World| world.claims.reverse()).contains("not in order"));
    assert!(refused(&|world: &mut World| world.decisions.slots.truncate(1)).contains("not decided"));
    assert!(refused(&|world: &mut World| drop(world.decisions.slots.remove(0))).contains("does not match"));
    assert!(refused(&|world: &mut World| world.texts = Texts::default()).contains("outside of all files"));
    assert!(refused(&|world: &mut World| world.declarations.laws.clear()).contains("merge law"));
    let elsewhere = crate::resolve::Outcome::Fact(vec![9_999]);
    assert!(
        refused(&|world: &mut World| change(world, |answers| answers.outcomes[0] = elsewhere.clone()))
            .contains("does not have")
    );
    let nowhere = crate::resolve::Node::Leaf(77);
    assert!(
        refused(&|world: &mut World| change(world, |answers| answers.root = nowhere.clone()))
            .contains("every point")
    );
    assert!(
        refused(&|world: &mut World| world.declarations.precedences.clear()).contains("default precedence")
    );
    let lowly = crate::claim::SourceRecord { tier: Some(7), ..Default::default() };
    let cite = |world: &mut World| drop(world.declarations.sources.insert("lowly".into(), lowly.clone()));
    assert!(refused(&cite).contains("tier"));
}

/// Changes what holds in the first slot.
fn change(world: &mut World, how: impl Fn(&mut Answers)) {
    let first = &mut world.decisions.slots[0];
    let mut answers = Answers::clone(first);
    how(&mut answers);
    *first = Decided::new(first.claims.clone(), answers);
}

#[test]
fn another_default_calendar_is_another_content_root() {
    let mut world = example();
    let before = root(&world);
    world.declarations.default_calendar = Some("empty".into());
    assert_ne!(root(&world), before);
}

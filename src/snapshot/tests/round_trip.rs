//! decode(build(x)) = x, and each way of asking gives what the whole gives.

use proptest::prelude::*;
use smol_str::SmolStr;

use super::world::{Dice, ENUM, FLAG, TREE, World, example, world};
use crate::claim::{Point, Slot};
use crate::resolve::{Answers, Arm, Axis, AxisName, Decided, Node, Outcome, Ticks};
use crate::snapshot::{At, Hash, Lookup, Place, Snapshot, write_atomic};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_written_is_read_back_whole(world in world()) {
        let snapshot = world.snapshot();
        let decoded = snapshot.decode().expect("sound");
        prop_assert_eq!(&decoded.declarations, &world.declarations);
        prop_assert_eq!(&decoded.claims, &world.claims);
        prop_assert_eq!(&decoded.decisions, &world.decisions);
        prop_assert_eq!(snapshot.name().expect("sound"), &world.name);
        let provenance = snapshot.provenance().map(|view| view.decode().expect("sound"));
        prop_assert_eq!(&provenance, &world.provenance);
        let files = snapshot.files().expect("sound");
        prop_assert_eq!(files.len(), world.texts.len());
        for (file, (_, text)) in files.iter().zip(world.texts.iter()) {
            prop_assert_eq!((&file.path, file.hash, file.len), (&text.path, Hash::of(&text.bytes), text.bytes.len() as u64));
        }
        snapshot.verify_internal().expect("sound");
    }

    #[test]
    fn every_slot_is_found_and_says_what_the_whole_says(world in world(), seed: u64) {
        let snapshot = world.snapshot();
        let mut dice = Dice(seed);
        for (decided, address) in world.decisions.slots.iter().zip(world.addresses()) {
            let slot = Slot::parse(&address).expect("an address");
            let view = snapshot.slot(&slot).expect("sound").expect("is there");
            prop_assert_eq!(view.slot().expect("sound"), slot);
            let whole = view.decode().expect("sound");
            let range = decided.claims.start as usize..decided.claims.end as usize;
            prop_assert_eq!(&whole.claims[..], &world.claims[range]);
            prop_assert_eq!(whole.first, decided.claims.start);
            prop_assert_eq!(&whole.decided, &Decided::new(0..whole.claims.len() as u32, Answers::clone(decided)));
            prop_assert_eq!(&view.law().expect("sound"), world.declarations.law(whole.claims[0].law));
            for claim in view.claims().expect("sound") {
                prop_assert_eq!(&claim.place, &place(&world, &claim.claim));
                if let Some(provenance) = &world.provenance {
                    let saying = snapshot.provenance().expect("kept").saying(claim.index).expect("sound");
                    prop_assert_eq!(saying.as_ref(), provenance.sayings.get(&claim.claim.hash));
                }
            }
            for _ in 0..12 {
                let (on, context) = point(&mut dice);
                let at = At { on, context: &context };
                let expected = outcome(&world, decided, &at);
                prop_assert_eq!(view.outcome_at(&at).expect("sound"), expected.cloned());
                same_look_up(&world, decided, snapshot.get(&address, &at).expect("sound"), expected)?;
            }
        }
    }

    #[test]
    fn a_prefix_gives_what_begins_with_it_in_order(world in world()) {
        let snapshot = world.snapshot();
        let addresses = world.addresses();
        let whole = addresses.iter().flat_map(|address| (0..=address.len()).map(|end| &address[..end]));
        for prefix in whole.chain(["zebra/", "term/zz#a", "term/a#zz", "#"]) {
            let expected: Vec<&String> = addresses.iter().filter(|address| address.starts_with(prefix)).collect();
            let found = snapshot.slots_with_prefix(prefix).expect("sound");
            let found: Vec<String> = found.map(|view| view.expect("sound").slot().expect("sound").to_string()).collect();
            prop_assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{}", prefix);
        }
        let subjects: Vec<&str> = snapshot.subjects("term/").expect("sound").map(|subject| subject.expect("sound")).collect();
        let mut expected: Vec<&str> = addresses.iter().map(|address| address.split('#').next().expect("a subject")).collect();
        expected.retain(|subject| subject.starts_with("term/"));
        expected.dedup();
        prop_assert_eq!(subjects, expected);
    }
}

/// Line and column by counting from the start of the text.
fn place(world: &World, claim: &crate::claim::Claim) -> Place {
    let text = world.texts.get(claim.origin.file);
    let span = claim.origin.span;
    let before = String::from_utf8_lossy(&text.bytes[..span.start as usize]).into_owned();
    let line = before.matches('\n').count() as u32 + 1;
    let since = before.rsplit('\n').next().unwrap_or_default();
    // A claim that starts inside a character has a column all the same: that character's end.
    let column = since.chars().count() as u32 + 1;
    Place { path: text.path.clone(), line, column, start: span.start, end: span.end }
}

/// A random point: some dimensions left open, some values unknown.
fn point(dice: &mut Dice) -> (Option<jiff::civil::Date>, Vec<(SmolStr, Point)>) {
    let day = |dice: &mut Dice| jiff::civil::Date::new(2019 + dice.below(5) as i16, 1, 1).expect("a day");
    let word =
        |dice: &mut Dice, words: &[&str]| Point::Word(words[dice.below(words.len() as u32) as usize].into());
    let all = [
        (TREE, word(dice, &["all", "sales", "emea", "support", "nowhere"])),
        (ENUM, word(dice, &["free", "paid", "gold"])),
        (FLAG, Point::Bool(dice.below(2) == 0)),
        ("amount", Point::Number((dice.below(5) * 5).into())),
        ("region", word(dice, &["apac", "emea", "us", "mars"])),
        ("signed", Point::Date(day(dice))),
    ];
    let context =
        all.into_iter().filter(|_| dice.below(8) > 0).map(|(id, point)| (id.into(), point)).collect();
    ((dice.below(8) > 0).then(|| day(dice)), context)
}

/// The slow reading of a decided slot: as its documentation says, arm by arm.
fn outcome<'w>(world: &World, decided: &'w Decided, at: &At<'_>) -> Option<&'w Outcome> {
    let mut node = &decided.root;
    loop {
        match node {
            Node::Leaf(outcome) => return Some(&decided.outcomes[*outcome as usize]),
            Node::Split { axis, arms } => {
                let tick = tick(world, &decided.axes[*axis as usize], at)?;
                let holds = |arm: &&Arm| arm.start <= tick;
                node = &arms.iter().rev().find(holds)?.node;
            }
        }
    }
}

fn tick(world: &World, axis: &Axis, at: &At<'_>) -> Option<u32> {
    let point = match &axis.name {
        AxisName::Time => Point::Date(at.on?),
        AxisName::Dimension(id) => at.context.iter().find(|(dimension, _)| dimension == id)?.1.clone(),
    };
    let tick = match (&axis.ticks, point) {
        (Ticks::Days(cuts), Point::Date(day)) => cuts.iter().filter(|cut| **cut <= day).count(),
        (Ticks::Numbers(cuts), Point::Number(number)) => {
            cuts.iter().filter(|(cut, below)| *cut < number || *cut == number && !below).count()
        }
        (Ticks::Words(words), Point::Word(word)) => {
            words.iter().position(|w| *w == word).unwrap_or(words.len())
        }
        (Ticks::Declared(_), Point::Bool(yes)) => usize::from(yes),
        (Ticks::Declared(_), Point::Word(word)) => {
            let AxisName::Dimension(id) = &axis.name else { return None };
            match &world.declarations.dimensions[id].shape {
                crate::claim::Shape::Tree(tree) => tree.nodes.iter().position(|node| node.name == word)?,
                crate::claim::Shape::Enum(values) => values.iter().position(|value| *value == word)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(tick as u32)
}

fn same_look_up(
    world: &World,
    decided: &Decided,
    found: Option<Lookup<'_>>,
    expected: Option<&Outcome>,
) -> Result<(), TestCaseError> {
    match (found.expect("is there"), expected) {
        (Lookup::Depends, None)
        | (Lookup::Gap, Some(Outcome::Gap))
        | (Lookup::Conflict, Some(Outcome::Conflict(_))) => {}
        (Lookup::Fact(fact), Some(Outcome::Fact(positions))) => {
            let claim = &world.claims[(decided.claims.start + positions[0]) as usize];
            prop_assert_eq!(&fact.claims().expect("sound"), positions);
            prop_assert_eq!(fact.hash().expect("sound"), claim.hash);
            prop_assert_eq!(&fact.value().expect("sound"), &claim.value);
            let text = fact.text().expect("sound").map(str::to_owned);
            let is_text = matches!(claim.value, crate::claim::Value::Text(_) | crate::claim::Value::Ref(_));
            prop_assert_eq!(text, is_text.then(|| claim.value.to_string()));
        }
        (found, expected) => prop_assert!(false, "{found:?} is not {expected:?}"),
    }
    Ok(())
}

#[test]
fn an_address_that_nothing_is_said_about_is_not_found() {
    let snapshot = example().snapshot();
    let longer: Vec<String> =
        example().addresses().iter().flat_map(|a| [format!("{a}x"), a[..a.len() - 1].into()]).collect();
    let known = example().addresses();
    for address in longer
        .iter()
        .filter(|address| !known.contains(address))
        .map(String::as_str)
        .chain(["", "#", "term/acv"])
    {
        assert!(snapshot.get(address, &At::default()).expect("sound").is_none(), "{address}");
    }
}

#[test]
fn no_knowledge_at_all_is_a_snapshot_too() {
    let mut world = example();
    world.claims.clear();
    world.decisions.slots.clear();
    world.provenance = None;
    world.declarations.default_calendar = None;
    let snapshot = world.snapshot();
    snapshot.verify_internal().expect("sound");
    assert_eq!(snapshot.slots_with_prefix("").expect("sound").count(), 0);
    assert!(snapshot.find("term/acv#definition").expect("sound").is_none());
    assert_eq!(snapshot.content_root(), Hash::of(b""));
}

#[test]
fn a_file_answers_as_the_bytes_it_was_written_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.snapshot");
    write_atomic(&path, &example().bytes()).expect("writes");
    let opened = Snapshot::open(&path).expect("opens");
    write_atomic(&path, b"something else").expect("writes");
    opened.verify_internal().expect("still what was opened");
    assert_eq!(opened.decode().expect("sound").claims, example().claims);
    assert_eq!(Snapshot::open(&path).expect_err("no snapshot").to_string(), "the file is not a snapshot");
}

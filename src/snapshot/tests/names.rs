//! Names are found by their keys and in texts, each as a slow look at all claims and all stretches of a text says.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use proptest::prelude::*;
use smol_str::SmolStr;

use super::world::{Dice, World, decisions, example, sorted, world};
use crate::claim::{Claim, ClaimHash, LawId, Slot, Value};
use crate::name::{self, Tokens, norm};
use crate::resolve::Outcome;
use crate::snapshot::layout::seal;
use crate::snapshot::{At, Bears, Names, Snapshot, SnapshotError};

/// A world of names: claims of one statement, each of a slot of its own.
fn called(names: &[String]) -> World {
    let mut world = example();
    let like = world.claims[0].clone();
    let claim = |(number, name): (usize, &String)| Claim {
        slot: Slot::parse(&format!("entity/e{number}#name")).expect("an address"),
        value: Value::Text(name.as_str().into()),
        law: LawId(0),
        hash: ClaimHash::ZERO,
        ..like.clone()
    };
    world.claims = sorted(names.iter().enumerate().map(claim).collect());
    world.decisions = decisions(&mut Dice(3), &world.claims);
    world.provenance = None;
    world
}

/// Where `names` are mentioned, by looking at every stretch of `text` between tokens.
fn slow_scan(keys: &[String], text: &str) -> Vec<(Range<usize>, String)> {
    let (mut tokens, mut reader) = (Vec::new(), Tokens::new(text));
    while reader.read(|token| tokens.push((token.start, token.end, token.opens, token.closes))) {}
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let stretch = |end: usize| tokens[at].0..tokens[end].1;
        let named = (at..tokens.len()).rev().filter(|&end| tokens[at].2 && tokens[end].3);
        let mut named = named.map(|end| (end, norm(&text[stretch(end)])));
        match named.find(|(_, key)| keys.contains(key)) {
            Some((end, key)) => {
                found.push((stretch(end), key));
                at = end + 1;
            }
            None => at += 1,
        }
    }
    found
}

fn scan(names: &Names<'_>, text: &str) -> Vec<(Range<usize>, String)> {
    let mentions = names.scan(text).map(|mention| mention.expect("sound"));
    mentions.map(|mention| (mention.bytes, mention.name.key.to_owned())).collect()
}

fn check_scan(written: &[String], text: &str) -> Result<(), TestCaseError> {
    let snapshot = called(written).snapshot();
    let names = snapshot.names().expect("of this profile");
    let keys: Vec<String> = names.iter().map(|name| name.expect("sound").key.to_owned()).collect();
    prop_assert_eq!(scan(&names, text), slow_scan(&keys, text));
    Ok(())
}

/// Names and texts of few tokens, so that they meet.
fn few_tokens() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(prop::collection::vec("[ab]", 1..6).prop_map(|tokens| tokens.join(" ")), 0..8)
}

/// What is hard about texts: see `name/tokens.rs`.
fn hard() -> impl Strategy<Value = String> {
    let parts = vec![
        "a",
        "A",
        "b",
        " ",
        " ",
        "-",
        "—",
        "'",
        "’",
        "“",
        "\0",
        "é",
        "e",
        "E\u{301}",
        "\u{301}",
        "ß",
        "ss",
        "SS",
        "ﬁ",
        "fi",
        "㏂",
        "am",
        "a.m",
        "⑴",
        "1",
        "百",
        "度",
        "ﾄﾞ",
        "ド",
        "가",
        "ᄀ",
        "ᅡ",
        "😀",
        "א",
        "ש\u{5c1}",
        "¨",
        "‾",
        "‼",
        "½",
    ];
    prop::collection::vec(prop::sample::select(parts), 1..9).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn every_name_is_found_with_all_that_bear_it(world in world(), seed: u64) {
        let snapshot = world.snapshot();
        let names = snapshot.names().expect("of this profile");
        let mut expected: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (claim, index) in world.claims.iter().zip(0..) {
            let Value::Text(written) = &claim.value else { continue };
            let key = name::key(&claim.slot.attribute, written);
            key.into_iter().for_each(|key| expected.entry(key).or_default().push(index));
        }
        prop_assert_eq!(names.len() as usize, expected.len());
        let keys: Vec<&str> = names.iter().map(|name| name.expect("sound").key).collect();
        prop_assert_eq!(&keys, &expected.keys().collect::<Vec<_>>());
        prop_assert_eq!(names.bearers("nobody").expect("sound").count(), 0);
        let mut dice = Dice(seed);
        for (key, claims) in &expected {
            let bearers: Vec<_> = names.bearers(key).expect("sound").map(|bearer| bearer.expect("sound")).collect();
            let found: Vec<u32> = bearers.iter().map(|bearer| bearer.claim().expect("sound")).collect();
            prop_assert_eq!(&found, claims);
            for (bearer, &claim) in bearers.iter().zip(claims) {
                let slot = bearer.slot().expect("sound");
                prop_assert_eq!(slot.slot().expect("sound"), world.claims[claim as usize].slot.clone());
                let day = Date::new(2019 + dice.below(5) as i16, 1, 1).expect("a day");
                let at = At { on: Some(day), context: &[] };
                let bears = match slot.outcome_at(&at).expect("sound") {
                    None => Bears::Depends,
                    Some(Outcome::Fact(said)) if said.contains(&bearer.position()) => Bears::Yes,
                    Some(Outcome::Conflict(said)) if said.contains(&bearer.position()) => Bears::Contested,
                    Some(_) => Bears::No,
                };
                prop_assert_eq!(bearer.bears_at(&at).expect("sound"), bears);
            }
        }
    }

    #[test]
    fn of_few_tokens_the_longest_from_the_left_are_found(names in few_tokens(), text in "[ab?]( [ab?]){0,40}") {
        check_scan(&names, &text.replace('?', "x"))?;
    }

    #[test]
    fn hard_texts_are_scanned_as_slowly_looked_at(names in prop::collection::vec(hard(), 1..8), text in hard(), more in hard()) {
        check_scan(&names, &format!("{text} {}{more}{}", names[0], names[names.len() - 1]))?;
    }
}

#[test]
fn a_mention_knows_its_bytes() {
    let snapshot = called(&["Acme Inc.".into(), "Acme".into(), "Straße 7".into(), "百度".into()]).snapshot();
    let names = snapshot.names().expect("of this profile");
    let text = "ACME's, “acme—INC”; STRASSE 7, straße7 and 在百度上";
    let found: Vec<&str> = names.scan(text).map(|mention| &text[mention.expect("sound").bytes]).collect();
    assert_eq!(found, ["ACME", "acme—INC", "STRASSE 7", "百度"]);
}

#[test]
fn punctuation_alone_is_a_name_but_in_no_text() {
    let snapshot = called(&["!!!".into()]).snapshot();
    let names = snapshot.names().expect("of this profile");
    assert_eq!(names.bearers("!!!").expect("sound").count(), 1);
    assert!(scan(&names, "wow!!! !!!").is_empty());
}

#[test]
fn ids_are_looked_up_to_the_letter_and_stand_in_no_text() {
    let mut world = called(&["x".into()]);
    world.claims[0].slot = Slot::parse("entity/acme#ids.salesforce").expect("an address");
    world.claims[0].value = Value::Text(SmolStr::new("001A"));
    world.claims = sorted(world.claims);
    let snapshot = world.snapshot();
    let names = snapshot.names().expect("of this profile");
    assert_eq!(names.bearers(&name::id_key("salesforce", "001A")).expect("sound").count(), 1);
    assert_eq!(names.bearers("salesforce:001a").expect("sound").count(), 0);
    assert!(scan(&names, "salesforce:001A").is_empty());
}

#[test]
fn what_is_near_says_by_what_and_is_no_id() {
    let mut world = called(&["Acme GmbH".into(), "Initech".into(), "Acmé".into()]);
    world.claims[1].slot = Slot::parse("entity/e1#ids.crm").expect("an address");
    world.claims = sorted(world.claims);
    let snapshot = world.snapshot();
    let names = snapshot.names().expect("of this profile");
    assert_eq!(names.iter().filter(|name| name.as_ref().expect("sound").is_id()).count(), 1);
    let near = names.near("acme", 8).expect("sound");
    let near: Vec<(&str, String)> = near.iter().map(|(name, by)| (name.key, by[0].to_string())).collect();
    assert_eq!(near, [("acme gmbh", "legal form".to_owned()), ("acmé", "accents".to_owned())]);
    assert!(names.near("crm:initecj", 8).expect("sound").is_empty());
}

/// Names that begin and end alike, at a length where a quadratic scan would not come back.
#[test]
fn hostile_names_cost_no_more() {
    let long = "a ".repeat(50_000);
    let names =
        [format!("{long}b"), format!("b {long}"), format!("{long}c{}", long.to_uppercase()), "a a b".into()];
    let snapshot = called(&names).snapshot();
    let names = snapshot.names().expect("of this profile");
    let text = format!("{}b", "a ".repeat(200_000));
    let lengths: Vec<usize> = names.scan(&text).map(|mention| mention.expect("sound").bytes.len()).collect();
    assert_eq!(lengths, [100_001]);
}

#[test]
fn names_of_another_profile_are_refused_and_nothing_else_is() {
    let world = called(&["Acme".into()]);
    for (at, says) in
        [(117, "`norm/3 unicode 16.0.0`"), (120, "unicode 18.0.0`"), (140, "other tables of `norm/1")]
    {
        let mut bytes = world.bytes();
        bytes[at] ^= 2;
        seal(&mut bytes);
        let snapshot = Snapshot::from_bytes(bytes).expect("is whole");
        let error = snapshot.names().expect_err("of another profile");
        assert!(
            matches!(error, SnapshotError::OtherNames { .. }) && error.to_string().contains(says),
            "{error}"
        );
        assert!(snapshot.get("entity/e0#name", &At::default()).expect("sound").is_some());
        assert_eq!(snapshot.verify_internal(), Err(error));
    }
}

//! What goes into other formats and comes back: held to outside readers, back again as it was, and nothing lost unsaid.
//!
//! The outside readers are Python packages; which ones is in `tests/exchange/checks.py`. PYTHON names the Python that has
//! them. Where they are not there the test says so; `.ci/run` installs them.
#![expect(clippy::print_stdout, reason = "says what is not here to check with")]

mod catalogues;
mod skos;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::scratch::{Ran, Scratch};

const ON: &str = "2026-06-30";

/// A repository without knowledge but for its configuration.
fn empty(name: &str) -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", format!("[knowledge]\nname = \"{name}\"\nlanguage = 1\n"));
    scratch
}

/// Runs `tests/exchange/checks.py KIND FILE`; `None` where what it needs is not here, which is told.
fn outside(kind: &str, file: &Path) -> Option<bool> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchange/checks.py");
    let ran = Command::new(&python).arg(script).arg(kind).arg(file).output().ok()?;
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    match ran.status.code() {
        Some(3) => {
            println!("skipped: {kind}: {}", said.trim());
            None
        }
        Some(0) => Some(true),
        Some(1) => {
            println!("{kind}: {}", said.trim());
            Some(false)
        }
        other => panic!("{kind}: {other:?} {said}"),
    }
}

/// Holds `text` to its outside readers, and each of what was broken in it to be refused.
fn held(scratch: &Scratch, kind: &str, text: &str, broken: &[(&str, &str)]) {
    let ending = kind.rsplit('-').next().unwrap_or(kind);
    let ending = if ending == "skos" { "ttl" } else { ending };
    let good = scratch.beside(&format!("good.{ending}"));
    fs::write(&good, text).expect("a file");
    let Some(is_good) = outside(kind, &good) else { return };
    assert!(is_good, "{kind} refuses:\n{text}");
    for (from, to) in broken {
        let bad = scratch.beside(&format!("bad.{ending}"));
        assert!(text.contains(from), "{kind}: nothing to break at {from}:\n{text}");
        fs::write(&bad, text.replacen(from, to, 1)).expect("a file");
        assert_eq!(outside(kind, &bad), Some(false), "{kind} takes what is broken: {to}");
    }
}

/// Runs it and gives what it exported; losses go to `losses.json` beside the repository.
fn exported(scratch: &Scratch, line: &str) -> (Ran, String, Value) {
    let ran = scratch.shell(&format!(
        "dictum export {line} --on {ON} --output ../out --format json=../losses.json --quiet"
    ));
    let read = |name: &str| fs::read_to_string(scratch.beside(name)).unwrap_or_default();
    let losses = serde_json::from_str(&read("losses.json")).unwrap_or_default();
    (ran, read("out"), losses)
}

/// Kind and address of every loss.
fn lost(losses: &Value) -> BTreeSet<(String, String)> {
    let losses = losses["losses"].as_array().expect("a list of losses");
    let one = |loss: &Value| {
        let text = |key: &str| loss[key].as_str().unwrap_or_default().to_owned();
        (text("kind"), text("address"))
    };
    losses.iter().map(one).collect()
}

/// What holds: the values of each address.
fn facts(scratch: &Scratch) -> BTreeMap<String, BTreeSet<String>> {
    let ran = scratch.shell(&format!(
        "git add --all && git commit --quiet --allow-empty --message x && dictum audit --on {ON} -f jsonl"
    ));
    assert!(ran.code <= 1, "{}", ran.stderr);
    let mut facts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in ran.stdout.lines() {
        let fact: Value = serde_json::from_str(line).expect("JSON");
        let address = fact["address"].as_str().expect("an address").to_owned();
        facts.entry(address).or_default().insert(fact["value"].to_string());
    }
    facts
}

/// Every fact of `before` whose address (or subject) is in no loss is the same in `after`, and those of other kinds than
/// `kinds` are not looked at.
fn same_but_for_losses(before: &Scratch, after: &Scratch, losses: &[Value], kinds: &[&str]) -> usize {
    let named: BTreeSet<String> = losses
        .iter()
        .flat_map(lost)
        .filter(|(kind, _)| kind != "period")
        .map(|(_, address)| address)
        .collect();
    let (before, after) = (facts(before), facts(after));
    let mut compared = 0;
    for (address, values) in &before {
        let subject = address.split('#').next().unwrap_or_default();
        let kind = subject.split('/').next().unwrap_or_default();
        if !kinds.contains(&kind) || named.contains(address) || named.contains(subject) {
            continue;
        }
        assert_eq!(after.get(address), Some(values), "{address}");
        compared += 1;
    }
    // What became another property is told of the one that it was, and what had no name has its id for one.
    let merged: BTreeSet<String> = losses
        .iter()
        .flat_map(lost)
        .filter(|(kind, _)| kind == "merged" || kind == "label")
        .map(|(_, address)| address.split('#').next().unwrap_or_default().to_owned())
        .collect();
    let from_merged = |address: &str| merged.contains(address.split('#').next().unwrap_or_default());
    let made_up: Vec<&String> =
        after.keys().filter(|address| !before.contains_key(*address) && !from_merged(address)).collect();
    assert!(made_up.is_empty(), "said by nobody: {made_up:?}");
    compared
}

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON")
}

fn keeps(name: &str, value: &Value) {
    let schema = schema(name);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{value:#}");
}

/// What can't be read ends in 2, what can't be written in 1, each with what to do; never in a fault of the program.
fn refused(scratch: &Scratch, line: &str, code: i32, says: &str) {
    let ran = scratch.shell(line);
    assert_eq!(ran.code, code, "{line}\n{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(says), "{line}: {}", ran.stderr);
    assert!(!ran.stderr.contains("has a fault"), "{line}: {}", ran.stderr);
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let scratch = Scratch::tour();
    refused(&scratch, "dictum export rdf", 2, "there is no format `rdf`");
    refused(&scratch, "dictum export skos --kind process", 2, "has no place for the kind `process`");
    refused(&scratch, "dictum export skos --kind proces", 2, "there is no kind `proces`");
    refused(&scratch, "dictum export skos -f json", 2, "can't be printed one behind the other");
    refused(&scratch, "dictum export skos --base 'a b'", 2, "is not an address of the web");
    refused(&scratch, "dictum import skos nothing.ttl", 2, "there is no such file");
    refused(&scratch, "dictum import skos x --out ../elsewhere", 2, "no folder below the knowledge folder");
    refused(&scratch, "dictum import skos x --out /tmp", 2, "no folder below the knowledge folder");
    refused(&scratch, "dictum import skos x --kind team", 2, "is no kind that can be imported");
}

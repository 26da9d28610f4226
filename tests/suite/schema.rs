//! `schema/` is what the program generates, and what it prints keeps to it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use walkdir::WalkDir;

use crate::scratch::Scratch;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema")
}

fn committed(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(name)).unwrap_or_else(|_| panic!("schema/{name} is missing"));
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("schema/{name} is JSON"))
}

/// Where they differ the new ones are beside the old, `schema/NAME.new`.
#[test]
fn the_committed_schemas_are_the_generated_ones() {
    let scratch = Scratch::folder();
    let ran = scratch.dictum(&["schema", "--out", "schema"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mut wrong = Vec::new();
    let names = |folder: &Path| -> Vec<String> {
        let entries = WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
        let paths =
            entries.filter_map(|entry| Some(entry.path().strip_prefix(folder).ok()?.to_str()?.to_owned()));
        paths.filter(|path| path.ends_with(".json")).collect()
    };
    let generated = scratch.top().join("schema");
    for name in names(&generated) {
        let new = fs::read_to_string(generated.join(&name)).expect("a schema");
        if fs::read_to_string(folder().join(&name)).ok().as_ref() != Some(&new) {
            let beside = folder().join(format!("{name}.new"));
            fs::create_dir_all(beside.parent().expect("a folder")).expect("a folder for it");
            fs::write(beside, new).expect("a file beside");
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "not as generated: {}", wrong.join(", "));
    assert_eq!(names(&folder()), names(&generated), "schemas that nothing generates");
}

fn assert_keeps(schema: &Value, value: &Value, what: &str) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let faults: Vec<String> =
        validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{what}:\n{}\n{value:#}", faults.join("\n"));
}

#[test]
fn answers_keep_to_their_schema() {
    let scratch = Scratch::folder();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tour.sh");
    assert_eq!(scratch.shell(&format!("sh '{}' .", script.display())).code, 0);
    let schema = committed("answer.json");
    for question in [
        "get term/acv#definition --on 2025-03-01",
        "get term/acv#definition --on 2025-09-30 --explain",
        "get term/active-customer#definition --on 2026-06-30",
        "get term/active-customer#definition --on 2026-06-30 --where department=support",
        "get process/refund#approver --on 2026-06-30 --where amount=60000",
        "get process/refund --on 2026-06-30 --where region=uk",
        "get term/acv#formula --on 2026-06-30",
        "get term/avc#formula --on 2026-06-30",
        "get entity/acme-robotics#credit-limit --on 2026-06-30",
        "why term/acv#definition --on 2025-09-30",
    ] {
        let ran = scratch.shell(&format!("dictum {question} --format jsonl"));
        assert!(!ran.stdout.is_empty(), "{question}: {}", ran.stderr);
        for line in ran.stdout.lines() {
            let answer: Value = serde_json::from_str(line).expect("a line is JSON");
            assert_eq!(answer["schema"], "dictum.answer/1", "{question}");
            assert_keeps(&schema, &answer, question);
        }
    }
}

/// An agent pays for every token of an answer: four characters each by rule of thumb, 250 tokens a fact at most.
#[test]
fn a_fact_is_short() {
    let scratch = Scratch::folder();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tour.sh");
    assert_eq!(scratch.shell(&format!("sh '{}' .", script.display())).code, 0);
    let asked = "for kind in term entity process source; do for subject in $(dictum ls $kind -f concise); do \
                 dictum get $subject --on 2026-06-30 -f jsonl --where region=uk --where department=support; \
                 done; done; dictum get term/acv#definition --on 2025-09-30 -f jsonl";
    let ran = scratch.shell(asked);
    let mut facts = 0;
    for line in ran.stdout.lines() {
        let answer: Value = serde_json::from_str(line).expect("a line is JSON");
        // One claim and one place: a set has more of both.
        if answer["status"] == "fact" && answer.get("pin").is_some() {
            let tokens = line.chars().count().div_ceil(4);
            assert!(tokens <= 250, "{tokens} tokens: {line}");
            facts += 1;
        }
    }
    assert!(facts > 40, "{facts} facts: {}", ran.stderr);
}

#[test]
fn findings_keep_to_their_schema() {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"x\"\nlanguage = 1\n");
    scratch.write("knowledge/a.toml", "[term.a]\nlabl = \"x\"\n[term.b]\nlabel = \"x\"\n");
    scratch.write("knowledge/b.toml", "[term.b]\nlabel = \"y\"\n");
    let schema = committed("findings.json");
    let ran = scratch.shell("dictum check --format json");
    let findings: Value = serde_json::from_str(&ran.stdout).expect("nothing but JSON");
    assert_keeps(&schema, &findings, "dictum check --format json");
}

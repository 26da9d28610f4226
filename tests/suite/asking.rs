//! `dictum test`, `verify-answer`, `check-pins` and `search` where a story can't tell it: what is sent to break them, large
//! texts, shallow clones, and that questions change no other fact.

use dictum::claim::Slot;
use dictum::diagnostic::Findings;
use dictum::snapshot::{Input, Snapshot};
use dictum::source::Texts;
use serde_json::Value;

use crate::scratch::{Ran, Scratch, Signature};

const CONFIG: &str = "[knowledge]\nname = \"asking\"\nlanguage = 1\n";

const TERMS: &str = "[term.acv]\nlabel = \"ACV\"\ndefinition = \"The yearly value of a contract.\"\n";

const QUESTION: &str = "[question.acv]\nask = \"term/acv#definition\"\non = 2026-01-01\n\
                        expect = { value = \"The yearly value of a contract.\", status = \"fact\" }\n";

/// Knowledge with one term, committed.
fn knowledge() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write("knowledge/acv.toml", TERMS);
    commit(&scratch, "Say what ACV is");
    scratch
}

fn commit(scratch: &Scratch, message: &str) {
    let time = "2024-02-12T12:00:00+00:00".to_owned();
    let by = Signature { name: "Ines Moreau".to_owned(), mail: "ines@kestrel.example".to_owned(), time };
    scratch.commit(&by, message);
}

/// The digits behind the `~` of the pin that answers.
fn pin(scratch: &Scratch) -> String {
    let ran = scratch.shell("dictum get term/acv#definition --on 2026-01-01 -f json");
    let answer: Value = serde_json::from_str(&ran.stdout).expect("an answer");
    answer["pin"].as_str().expect("a pin").to_owned()
}

/// Exit code as it has to be, no panic, and nothing on the screen that could deceive.
fn sober(ran: &Ran, code: i32) {
    let output = format!("{}{}", ran.stdout, ran.stderr);
    let start: String = output.chars().take(2_000).collect();
    assert_eq!(ran.code, code, "{start}");
    assert!(!output.contains("panicked") && !output.contains("has a fault"), "{start}");
    assert!(output.len() < 1 << 20, "{} bytes", output.len());
    assert!(!output.chars().any(|c| c.is_control() && c != '\n'), "{start}");
}

/// The leaf of each slot that is not a question's, from texts alone.
fn leaves(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    let compiled = dictum::compile(Texts::from_pairs(texts.iter().copied()), Findings::new());
    assert!(!compiled.findings.has_errors());
    let input = Input {
        name: "asking",
        declarations: &compiled.catalog.declarations,
        claims: &compiled.claims,
        decisions: &compiled.decisions,
        texts: &compiled.texts,
        provenance: None,
    };
    let snapshot = Snapshot::from_bytes(Snapshot::build(&input).expect("fits together")).expect("sound");
    let slots = snapshot
        .slots_with_prefix("")
        .expect("sound")
        .map(|view| view.and_then(|view| view.slot()).expect("sound"));
    let others = slots.filter(|slot| slot.subject.kind() != "question");
    let leaf = |slot: &Slot| snapshot.prove(slot).expect("sound").expect("it is there").leaf.to_string();
    others.map(|slot| (slot.to_string(), leaf(&slot))).collect()
}

#[test]
fn a_question_changes_no_other_fact() {
    let plain = [("knowledge/dictum.toml", CONFIG), ("knowledge/acv.toml", TERMS)];
    let asked = [plain[0], plain[1], ("knowledge/question.toml", QUESTION)];
    assert_eq!(leaves(&plain).len(), 2);
    assert_eq!(leaves(&plain), leaves(&asked));
}

#[test]
fn questions_travel_in_the_snapshot() {
    let scratch = knowledge();
    scratch.write("knowledge/question.toml", QUESTION);
    commit(&scratch, "Ask what ACV is");
    let ran = scratch.shell(
        "dictum build -o ../asking.dictum > /dev/null && cd .. && dictum test --snapshot asking.dictum",
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "ok      question/acv\n"), "{}", ran.stderr);
}

#[test]
fn a_test_passes_where_the_history_is_not_whole() {
    let scratch = knowledge();
    scratch.write("knowledge/question.toml", QUESTION);
    commit(&scratch, "Ask what ACV is");
    let ran =
        scratch.shell("git clone -q --depth 1 \"file://$PWD\" ../shallow && cd ../shallow && dictum test");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "ok      question/acv\n"), "{}", ran.stderr);
    let ran = scratch.shell(
        "cd ../shallow && printf 'x [term/acv#definition~abcdef] y' | dictum verify-answer --on 2026-01-01 -f json",
    );
    let told: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    // What was said before can't be seen, so nobody is named and nothing is called never said.
    assert_eq!(told["citations"][0]["state"], "unknown");
    assert!(
        told["citations"][0]["unconfirmed"].as_str().is_some_and(|why| why.contains("shallow")),
        "{told}"
    );
}

#[test]
fn what_is_made_keeps_to_its_schema() {
    let scratch = knowledge();
    scratch.write(
        "knowledge/question.toml",
        format!("{QUESTION}[question.not]\nask = \"term/acv#label\"\nexpect = {{ value = \"x\" }}\n"),
    );
    let pin = pin(&scratch);
    scratch.write("text.md", format!("ACV [{pin}] [term/acv#definition~000000] [term/acv#label]"));
    for (command, schema) in [
        ("dictum test --bisect --on 2026-01-01 -f json", "test"),
        ("dictum verify-answer text.md --on 2026-01-01 -f json", "citations"),
        ("dictum search contract --on 2026-01-01 -f json", "search"),
        ("dictum check-pins text.md --on 2026-01-01 -f json", "findings"),
    ] {
        let ran = scratch.shell(command);
        let value: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{command}: {}", ran.stderr));
        let schema = scratch.shell(&format!("dictum schema {schema}"));
        let schema: Value = serde_json::from_str(&schema.stdout).expect("a schema");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{command}: {faults:?}\n{value:#}");
    }
}

#[test]
fn texts_that_are_odd_are_read_or_refused() {
    let scratch = knowledge();
    let pin = pin(&scratch);
    for (name, text) in [
        ("empty", Vec::new()),
        ("nul", b"a\0b [term/acv#definition~abcdef]".to_vec()),
        ("signs", "#~/[]\u{202e}\u{200b}[term/acv#definition~\u{202e}]".repeat(1_000).into_bytes()),
        ("half", b"[term/acv#definition~".to_vec()),
        ("right-to-left", "חוזה [term/acv#definition~abcdef] ACV".as_bytes().to_vec()),
    ] {
        scratch.write(name, text);
        let ran = scratch.shell(&format!("dictum verify-answer {name} --on 2026-01-01"));
        sober(&ran, i32::from(name != "empty"));
    }
    scratch.write("latin1", b"ACV \xe9");
    sober(&scratch.shell("dictum verify-answer latin1"), 2);
    sober(&scratch.shell("dictum verify-answer ."), 2);
    scratch.write(
        "large.txt",
        format!("ACV is x [{pin}] and # / ~ {}\n", "contract ".repeat(40)).repeat(25_000),
    );
    let ran = scratch.shell("dictum verify-answer large.txt --on 2026-01-01");
    sober(&ran, 0);
    assert!(ran.stdout.starts_with("current"), "{}", ran.stdout);
}

#[test]
fn files_of_any_repository_are_walked_with_care() {
    let scratch = knowledge();
    let pin = pin(&scratch);
    scratch.write("src/.git/config", "term/acv#definition~000000");
    scratch.write("src/binary", b"\0\0 term/acv#definition~000000");
    scratch.write("src/latin1.sql", b"-- \xe9\n-- term/acv#definition~000000");
    scratch.write("src/good.sql", format!("-- dictum: {pin}\n"));
    scratch.write("src/large.txt", "x".repeat((16 << 20) + 1));
    scratch.shell("ln -s /etc src/link; ln -s . src/loop; mkfifo src/pipe; ln -s good.sql src/linked.sql");
    let ran = scratch.shell("dictum check-pins src --on 2026-01-01 -f concise");
    sober(&ran, 1);
    assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("src/latin1.sql:2:4: error[pin-unknown]"), "{}", ran.stdout);
    assert!(ran.stderr.contains("2 pins in 4 files, 1 binary"), "{}", ran.stderr);
    assert!(ran.stderr.contains("larger than is read: ./src/large.txt") || ran.stderr.contains("large.txt"));
}

#[test]
fn pins_are_written_anew_only_when_that_is_asked_for() {
    let scratch = knowledge();
    let old = pin(&scratch);
    let query = format!("-- {old}\nselect 1; -- {old}\r\n");
    scratch.write("query.sql", &query);
    scratch.write(
        "knowledge/fix.toml",
        "[correction.acv]\nof = \"term/acv#definition\"\nvalue = \"Otherwise.\"\nreason = \"so\"\n",
    );
    commit(&scratch, "Correct it");
    let now = pin(&scratch);
    assert_eq!(scratch.shell("dictum check-pins query.sql --on 2026-01-01").code, 1);
    let read = || std::fs::read_to_string(scratch.top().join("query.sql")).expect("a file");
    assert_eq!(read(), query);
    let ran = scratch.shell("dictum check-pins query.sql --on 2026-01-01 --update");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("2 pins updated") && ran.stderr.contains(&format!("{old} -> ~")),
        "{}",
        ran.stderr
    );
    assert_eq!(read(), query.replace(&old, &now));
    assert_eq!(scratch.shell("dictum check-pins query.sql --on 2026-01-01").code, 0);
}

#[test]
fn searches_of_all_sorts_end() {
    let scratch = knowledge();
    let megabyte = "contract ".repeat(1 << 13);
    for (words, code) in [
        ("' '", 2),
        ("''", 2),
        ("'\u{301}\u{301}'", 0),
        ("'!!! ??? —'", 0),
        ("'חוזה'", 0),
        ("'a\u{202e}b'", 0),
        (&*format!("'{megabyte}'"), 0),
        (&*format!("'{}'", "x".repeat(60_000)), 0),
        ("x --limit 0", 2),
        ("x --limit 1001", 2),
        ("x --where nosuch=1", 2),
    ] {
        sober(&scratch.shell(&format!("dictum search {words} --on 2026-01-01")), code);
    }
}

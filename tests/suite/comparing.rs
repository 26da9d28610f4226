//! What `dictum diff` tells of changes that nobody sane makes: words and paths that look like something else, everything
//! deleted, thousands of one name, lines that have nothing in common.

use std::fs;

use serde_json::Value;

use crate::forge::{CONFIG, HOSTILE, held};
use crate::scratch::Scratch;

/// Names, sentences and paths that look like something else, through all that a comparison tells: names that become
/// ambiguous, questions that fail, pins that break.
#[test]
fn hostile_words_in_a_comparison() {
    let scratch = Scratch::repository();
    let key = HOSTILE.replace(['\\', '"'], "");
    let odd = "knowledge/--x %0A,::a @b'c.toml";
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write(
        odd,
        format!("[term.a]\nlabel = \"{key}\"\ndefinition = \"It is {key}\"\nowner = \"x\"\n[team.x]\nlabel = \"X {key}\"\n"),
    );
    scratch.write(
        "knowledge/q.toml",
        format!(
            "[question.q]\nlabel = \"{key}\"\nask = \"term/a#definition\"\nexpect = {{ value = \"It is {key}\" }}\n"
        ),
    );
    scratch.shell("git add --all && git commit --quiet --message x && git checkout --quiet -b side");
    let pin = scratch.shell("dictum get term/a#definition --format json").stdout;
    let pin: Value = serde_json::from_str(&pin).expect("JSON");
    let bad = scratch.top().join("knowledge/line\nfeed \"quoted\".toml");
    let _where_paths_may = fs::write(bad, format!("[term.c]\nlabel = \"{key} c\"\n"));
    let pins = scratch.top().join("--pins\n::error::x @all.sql");
    fs::write(&pins, format!("-- {}\n", pin["pin"].as_str().expect("a pin"))).expect("a file");
    scratch.write(
        odd,
        format!("[term.a]\nlabel = \"{key}\"\ndefinition = \"It was {key}\"\n[term.b]\nlabel = \"{key}\"\n"),
    );
    let pins = pins.to_string_lossy().into_owned();
    let pins = format!("--pins={pins}");
    let diff = |more: &[&str]| {
        scratch.dictum(&[&["diff", "--against", "main", "--breaking", &pins][..], more].concat())
    };
    let human = diff(&[]);
    assert_eq!(human.code, 1, "{}", human.stderr);
    for told in
        ["ambiguous", "passed, and fails", "held, and is withdrawn", "name-ambiguous", "question-fails"]
    {
        assert!(human.stdout.contains(told), "{told}: {}", human.stdout);
    }
    assert!(!human.stdout.contains(|c: char| c.is_control() && c != '\n'), "{:?}", human.stdout);
    assert!(!human.stdout.lines().any(|line| line.starts_with("::")), "{}", human.stdout);
    let json: Value = serde_json::from_str(&diff(&["-f", "json"]).stdout).expect("JSON");
    let shapes: std::collections::BTreeSet<&str> =
        json.as_array().expect("a list").iter().filter_map(|one| one["schema"].as_str()).collect();
    assert_eq!(shapes.len(), 5, "{shapes:?}");
    let lines = diff(&["-f", "jsonl"]).stdout;
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    let markdown = diff(&["-f", "markdown"]).stdout;
    held(&scratch, "markdown", &markdown, |text| format!("{text}\n@all see https://evil.example\n"));
    assert!(!scratch.shell("dictum diff main..HEAD --pins nowhere").stderr.contains("panicked"));
}

/// A pull request that deletes everything, one after which thousands share a name, and lines without a common commit.
#[test]
fn large_and_unrelated_changes() {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    let terms = |label: &dyn Fn(usize) -> String| -> String {
        (0..3_000).map(|at| format!("[term.t{at}]\nlabel = \"{}\"\n", label(at))).collect()
    };
    scratch.write("knowledge/a.toml", terms(&|at| format!("Name {at}")));
    scratch.shell("git add --all && git commit --quiet --message x && git checkout --quiet -b side");
    scratch.write("knowledge/a.toml", terms(&|_| "Name 1".to_owned()));
    let ran = scratch.shell("dictum diff --against main --breaking -f markdown");
    assert!(ran.code == 1 && ran.stdout.chars().count() < 65_536, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("1 may mean another") || ran.stdout.contains("1 untold"),
        "{}",
        &ran.stdout[..400]
    );
    assert!(ran.stdout.matches("<details>").count() == ran.stdout.matches("</details>").count());
    fs::remove_file(scratch.top().join("knowledge/a.toml")).expect("a file");
    let ran = scratch.shell("dictum diff --against main --breaking -f markdown");
    assert!(ran.code == 1 && ran.stdout.chars().count() < 65_536, "{}", ran.stderr);
    assert!(ran.stdout.contains("**name-lost** (identity): 3000 names"), "{}", &ran.stdout[..800]);
    scratch
        .shell("git checkout --quiet --orphan alone && git add --all && git commit --quiet --message alone");
    for line in ["dictum diff main...alone", "dictum diff --against main --pins knowledge -f json"] {
        let ran = scratch.shell(line);
        assert!(ran.code == 2 && ran.stderr.contains("no commit in common"), "{line}: {}", ran.stderr);
    }
    assert_eq!(scratch.shell("dictum diff main..alone --breaking -f jsonl").code, 1);
}

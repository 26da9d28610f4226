//! What CI and reviewers read: every form of `dictum check` and `dictum diff` is what its outside reader takes it for,
//! whatever people wrote, and a change is judged by what it changes.
//!
//! The outside readers are Python packages and programs of npm; which ones is in `tests/forge/checks.py`. PYTHON names the
//! Python that has them, SARIF_MULTITOOL that program. Where they are not there the test says so; `.ci/run` installs them.
#![expect(clippy::print_stdout, reason = "says what is not here to check with")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::scratch::{Ran, Scratch};

pub(crate) const CONFIG: &str = "[knowledge]\nname = \"forge\"\nlanguage = 1\n";

/// What people might write to be taken for something else.
pub(crate) const HOSTILE: &str = "@all <b>x</b> <script>alert(1)</script> [here](https://evil.example) https://evil.example www.evil.example \
                       #1 !2 ~3 ann@evil.example GH-4 ]]> ::error::x %0A::set-env name=A::b a|b `c` *d* {0} ##[error]x -->";

const FORMS: [&str; 10] =
    ["human", "concise", "json", "jsonl", "github", "gitlab", "junit", "sarif", "markdown", "rdjson"];

/// A repository with hostile words in every place of a finding.
fn hostile() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write("knowledge/acv.toml", "[term.acv]\ndefinition = \"The yearly value.\"\n");
    scratch.shell("git add --all && git commit --quiet --message 'Say what ACV is'");
    let key = HOSTILE.replace(['\\', '"'], "");
    scratch.write(
        "knowledge/--x %0A,::a @b'c.toml",
        format!("[term.acv]\n\"{key}\" = 1\n\"a\\r\\n::error::b\" = 1\n"),
    );
    scratch.write("knowledge/clash.toml", format!("[term.acv]\ndefinition = \"{key}\"\n"));
    let bad = scratch.top().join("knowledge/line\nfeed.toml");
    let _where_paths_may = fs::write(bad, "[term.x]\n");
    scratch
}

/// Checks, with every form in a file of its own: the run, and the forms.
fn every_form(scratch: &Scratch, more: &[&str]) -> (Ran, Vec<(&'static str, String)>) {
    let mut arguments = vec!["check".to_owned(), "--quiet".to_owned()];
    arguments.extend(more.iter().map(|one| (*one).to_owned()));
    for form in FORMS {
        arguments.extend(["--format".to_owned(), format!("{form}=../{form}.out")]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = scratch.dictum(&arguments);
    let read = |form| (form, fs::read_to_string(scratch.beside(&format!("{form}.out"))).unwrap_or_default());
    (ran, FORMS.into_iter().map(read).collect())
}

/// Runs `tests/forge/checks.py KIND FILE`; `None` where what it needs is not here, which is told.
fn outside(kind: &str, file: &Path) -> Option<bool> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forge/checks.py");
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

/// Holds `text` to its outside reader, and what `broken` makes of it to be refused.
pub(crate) fn held(scratch: &Scratch, kind: &str, text: &str, broken: impl Fn(&str) -> String) {
    let good = scratch.beside(&format!("good.{kind}"));
    fs::write(&good, text).expect("a file");
    let Some(is_good) = outside(kind, &good) else { return };
    assert!(is_good, "{kind} refuses:\n{text}");
    let bad = scratch.beside(&format!("bad.{kind}"));
    let broken = broken(text);
    assert_ne!(broken, text, "{kind}: nothing was broken");
    fs::write(&bad, broken).expect("a file");
    assert_eq!(outside(kind, &bad), Some(false), "{kind} takes what is broken");
}

#[test]
fn every_form_is_what_its_reader_takes_it_for() {
    let scratch = hostile();
    let (ran, forms) = every_form(&scratch, &[]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""), "{}", ran.stderr);
    let form = |name: &str| &*forms.iter().find(|(form, _)| *form == name).expect("a form").1;
    for line in form("github").lines() {
        assert!(
            ["::error ", "::warning ", "::notice "].iter().any(|start| line.starts_with(start)),
            "{line}"
        );
    }
    let sarif: Value = serde_json::from_str(form("sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let count = form("github").lines().count();
    assert_eq!(results.len(), count, "a result a finding");
    assert!(count >= 4, "{}", form("concise"));
    let prints: std::collections::BTreeSet<_> =
        results.iter().map(|one| one["partialFingerprints"]["dictum/v1"].to_string()).collect();
    assert_eq!(prints.len(), count, "each is known by its own");
    assert!(!form("sarif").contains("evil.example)") || form("sarif").contains("\\\\["), "no link");
    assert!(
        form("markdown").starts_with("<!-- dictum check -->") && form("markdown").chars().count() < 65_536
    );
    held(&scratch, "sarif", form("sarif"), |text| {
        text.replace("\"ruleId\"", "\"rule\"").replace("\"message\"", "\"massage\"")
    });
    held(&scratch, "sarif-multitool", form("sarif"), |text| {
        text.replace("\"ruleIndex\": 0", "\"ruleIndex\": 70")
    });
    held(&scratch, "gitlab", form("gitlab"), |text| text.replacen("\"check_name\"", "\"check\"", 1));
    held(&scratch, "rdjson", form("rdjson"), |text| text.replacen("\"message\"", "\"text\"", 1));
    held(&scratch, "junit", form("junit"), |text| text.replacen("</testcase>", "<odd/></testcase>", 1));
    held(&scratch, "github", form("github"), |text| format!("{text}\n::set-env name=A::b\n"));
    held(&scratch, "markdown", form("markdown"), |text| format!("{text}\n@all see https://evil.example\n"));
}

/// What is found twice is the same bytes, and one run writes one form to stdout at most.
#[test]
fn forms_are_the_same_each_time_and_not_mixed() {
    let scratch = hostile();
    let (first, second) = (every_form(&scratch, &[]).1, every_form(&scratch, &[]).1);
    assert_eq!(first, second);
    for (line, code) in [
        ("dictum check -f json -f sarif", 2),
        ("dictum check -f json -f sarif=../x", 1),
        ("dictum check -f json=../x -f sarif=../x", 2),
        ("dictum get term/acv -f sarif", 2),
        ("dictum check -f nothing", 2),
    ] {
        assert_eq!(scratch.shell(line).code, code, "{line}");
    }
}

/// Lines that move leave fingerprints as they are, and so a baseline holds.
#[test]
fn a_baseline_marks_and_drops_nothing() {
    let scratch = hostile();
    let ran = scratch.dictum(&["check", "--write-baseline", "../known.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let clash = fs::read_to_string(scratch.top().join("knowledge/clash.toml")).expect("a file");
    scratch.write("knowledge/clash.toml", format!("# moved\n\n\n{clash}"));
    let (ran, forms) = every_form(&scratch, &["--baseline", "../known.json"]);
    assert_eq!(ran.code, 0, "{}\n{}", ran.stderr, forms[1].1);
    let sarif: Value = serde_json::from_str(&forms[7].1).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert!(results.len() >= 4 && results.iter().all(|one| one["baselineState"] == "unchanged"));
    scratch.write("knowledge/new.toml", "[term.new]\nlabl = \"x\"\n");
    let ran = scratch.dictum(&["check", "--baseline", "../known.json", "-f", "sarif"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout.matches("\"baselineState\": \"new\"").count(), 1, "{}", ran.stdout);
    scratch.write("knowledge/broken.json", "{}");
    assert_eq!(scratch.dictum(&["check", "--baseline", "knowledge/broken.json"]).code, 2);
}

#[test]
fn severities_are_said_once_and_errors_stay() {
    let scratch = Scratch::repository();
    let write = |more: &str| scratch.write("knowledge/dictum.toml", format!("{CONFIG}\n{more}"));
    write("");
    scratch.write("knowledge/a.toml", "[term.acv]\nlabel = \"ACV\"\n[term.arr]\nlabel = \"acv\"\n");
    let code = |line: &str| scratch.shell(line).code;
    let told = |line: &str| scratch.shell(line).stdout;
    assert!(
        told("dictum check -f concise").contains("warning[ambiguous-name]"),
        "{}",
        told("dictum check -f concise")
    );
    assert_eq!((code("dictum check"), code("dictum check --fail-level warning")), (0, 1));
    write("[severity]\nambiguous-name = \"error\"\n");
    assert!(told("dictum check -f concise").contains("error[ambiguous-name]"));
    assert_eq!((code("dictum check"), code("dictum check --fail-level never")), (1, 0));
    assert_eq!(code("dictum get term/acv#label"), 3, "it answers nonetheless; only who said it is open");
    write("[severity]\nambiguous-name = \"off\"\n");
    scratch.shell("git add --all && git commit --quiet --message x");
    assert_eq!(told("dictum check -f concise"), "");
    write("[severity]\nconflict = \"off\"\nnothing = \"note\"\nambiguous-name = 3\n");
    let ran = scratch.shell("dictum check -f concise");
    assert_eq!(ran.stdout.matches("error[bad-config]").count(), 3, "{}", ran.stdout);
    // A branch that switches a code off is judged by what it left.
    write("");
    scratch
        .shell("git add --all && git commit --quiet --message 'Ask again' && git checkout --quiet -b side");
    write("[severity]\nambiguous-name = \"off\"\n");
    assert_eq!(told("dictum check -f concise"), "");
    assert!(told("dictum check -f concise --against main").contains("ambiguous-name"));
}

/// A change is shown what it did: in its files, and in others that it broke.
#[test]
fn only_what_changed() {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write("knowledge/old.toml", "[term.old]\nlabl = \"x\"\n");
    scratch.write("knowledge/a.toml", "[term.a]\nowner = \"b\"\n");
    scratch.write("knowledge/b.toml", "[team.b]\nlabel = \"B\"\n");
    scratch.shell("git add --all && git commit --quiet --message x && git checkout --quiet -b side");
    fs::remove_file(scratch.top().join("knowledge/b.toml")).expect("a file");
    scratch.write("knowledge/c.toml", "[term.c]\nlable = \"x\"\n");
    let told = scratch.shell("dictum check --against main --changed-only -f concise").stdout;
    assert!(!told.contains("old.toml") && told.contains("c.toml") && told.contains("a.toml"), "{told}");
    let all = scratch.shell("dictum check --against main -f concise").stdout;
    assert!(all.contains("old.toml"), "{all}");
    assert_eq!(scratch.shell("dictum check --changed-only").code, 2);
}

/// Conflict markers left behind, a base that does not compile, no common ancestor, a pull request that deletes everything,
/// and one of 10,000 files: told, and every form is still whole.
#[test]
fn bad_input() {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write(
        "knowledge/a.toml",
        "[term.a]\n<<<<<<< ours\nlabel = \"A\"\n=======\nlabel = \"B\"\n>>>>>>> theirs\n",
    );
    scratch.shell("git add --all && git commit --quiet --message broken && git checkout --quiet -b side");
    assert!(scratch.shell("dictum check -f concise").stdout.contains("conflict-markers"));
    scratch.write("knowledge/a.toml", "[term.a]\nlabel = \"A\"\n");
    for line in ["dictum check --against main --changed-only", "dictum diff --against main -f markdown"] {
        let ran = scratch.shell(line);
        assert_eq!(ran.code, 0, "{line}: {}{}", ran.stdout, ran.stderr);
    }
    scratch
        .shell("git checkout --quiet --orphan alone && git add --all && git commit --quiet --message alone");
    for line in ["dictum check --against main", "dictum diff --against main"] {
        let ran = scratch.shell(line);
        assert!(ran.code == 2 && ran.stderr.contains("help: "), "{line}: {}", ran.stderr);
    }
    fs::remove_dir_all(scratch.top().join("knowledge")).expect("a folder");
    let ran = scratch.shell("dictum check --against alone");
    assert!(ran.code <= 2, "{}", ran.stderr);
    scratch.write("knowledge/dictum.toml", CONFIG);
    let ran = scratch.shell("dictum diff --against alone -f markdown");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("removed"), "{}", ran.stdout);
    for number in 0..10_000 {
        scratch.write(
            &format!("knowledge/many/t{number}.toml"),
            format!("[term.t{number}]\nlabl = \"@x\"\ndefinition = \"D\"\n"),
        );
    }
    let (ran, forms) = every_form(&scratch, &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for (form, text) in &forms {
        assert!(text.len() < 10 << 20, "{form}: {} bytes", text.len());
    }
    assert!(forms[8].1.chars().count() < 65_536 && forms[8].1.contains("findings more"));
    let sarif: Value = serde_json::from_str(&forms[7].1).expect("JSON");
    assert!(
        sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].is_string()
    );
    let ran = scratch.shell("dictum diff --against alone -f markdown");
    assert!(ran.stdout.chars().count() < 65_536 && ran.stdout.contains("more rows"));
}

/// Who relied on an answer is told by a code, which a commit can name with its reason.
#[test]
fn what_breaks_is_told_unless_it_is_meant() {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    let say = |label: &str, days: &str| {
        let definition =
            if days.is_empty() { String::new() } else { format!("definition = \"Within {days} days.\"\n") };
        scratch.write("knowledge/refund.toml", format!("[term.refund]\nlabel = \"{label}\"\n{definition}"));
    };
    say("Refund", "14");
    scratch.shell("git add --all && git commit --quiet --message x && git checkout --quiet -b side");
    let diff = |more: &str| scratch.shell(&format!("dictum diff --against main --breaking {more}"));
    say("Money back", "30");
    let ran = diff("");
    assert!(ran.code == 1 && ran.stdout.contains("breaking  answer-changed   meaning"), "{}", ran.stdout);
    assert!(ran.stdout.contains("breaking  name-lost   identity"), "{}", ran.stdout);
    scratch.shell("git add --all && git commit --quiet --message 'Say 30' --message 'Dictum-Breaking: answer-changed @all agreed'");
    assert_eq!(diff("").code, 1, "only one of the two is meant");
    scratch.shell("git commit --quiet --allow-empty --message 'Rename' --message 'Dictum-Breaking: name-lost so it is called'");
    let ran = diff("");
    assert!(ran.code == 0 && ran.stdout.contains("meant: @all agreed ("), "{}", ran.stdout);
    let json: Value = serde_json::from_str(&diff("-f json").stdout).expect("JSON");
    assert!(
        json.as_array()
            .expect("a list")
            .iter()
            .filter(|one| !one["rules"].is_null())
            .all(|one| one["meant"][0]["commit"].is_string()),
        "{json}"
    );
    held(&scratch, "markdown", &diff("-f markdown").stdout, |text| format!("{text}\n<b>@all</b>\n"));
    say("Refund", "");
    assert!(diff("").stdout.contains("breaking  answer-lost   coverage"));
}

/// `init --ci` writes what forges take, asks the owners, and writes over nothing.
#[test]
fn files_for_forges() {
    let scratch = Scratch::repository();
    scratch.write(".gitattributes", "* text\n");
    for forge in ["github", "gitlab"] {
        let ran = scratch.dictum(&["init", "--ci", forge]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    assert_eq!(fs::read_to_string(scratch.top().join(".gitattributes")).expect("a file"), "* text\n");
    let owners = fs::read_to_string(scratch.top().join(".github/CODEOWNERS")).expect("a file");
    assert!(owners.contains("\n/knowledge/terms/active-customer.toml data@example.com\n"), "{owners}");
    assert_eq!(scratch.dictum(&["check"]).code, 0);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (kind, path) in [
        ("action", scratch.top().join(".github/actions/dictum/action.yml")),
        ("workflow", scratch.top().join(".github/workflows/knowledge.yml")),
        ("workflow", scratch.top().join(".github/workflows/knowledge-comment.yml")),
        ("workflow", root.join(".github/workflows/check.yml")),
        ("workflow", root.join(".github/workflows/comment.yml")),
        ("gitlab-ci", scratch.top().join(".gitlab/dictum.yml")),
        ("pre-commit", root.join(".pre-commit-hooks.yaml")),
    ] {
        let text = fs::read_to_string(path).expect("a file");
        held(&scratch, kind, &text, |text| {
            text.replace("runs:", "run:")
                .replace("on:\n", "no:\n")
                .replace("script:", "scrip: 1\n  sript:")
                .replace("entry:", "entri:")
        });
    }
}

//! What is larger than knowledge should be is refused, says what to type, and is read when that is typed.

use crate::scratch::Scratch;

/// A repository whose `knowledge/large.toml` says ACV's label and then `text`.
fn large(text: &str) -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"large\"\nlanguage = 1\n");
    scratch.write("knowledge/large.toml", format!("[term.acv]\nlabel = \"ACV\"\n{text}"));
    scratch.shell("git add --all && git commit --quiet --message Large");
    scratch
}

/// The flag that a finding's help names.
fn flag(told: &str) -> String {
    let behind = told.split("`--limits ").nth(1).unwrap_or_else(|| panic!("no flag is named in {told}"));
    format!("--limits {}", behind.split('`').next().unwrap_or_default())
}

/// `code` is found in `scratch`, and no more with the flag that it names; then answers have their sayer.
fn passes_with_its_flag(code: &str, scratch: &Scratch) {
    let ran = scratch.dictum(&["check", "--format", "json"]);
    assert!(ran.code == 1 && ran.stdout.contains(&format!("\"{code}\"")), "{}", ran.stdout);
    let flag = flag(&ran.stdout);
    let ran = scratch.shell(&format!("dictum check {flag}"));
    assert_eq!(ran.code, 0, "{flag}: {}{}", ran.stdout, ran.stderr);
    let asked = "get term/acv#label --on 2026-06-30 --format json";
    let ran = scratch.shell(&format!("dictum {flag} {asked}"));
    assert_eq!(ran.code, 0, "{flag}: {}", ran.stderr);
    assert!(ran.stdout.contains("\"commit\": \"sha1:"), "{}", ran.stdout);
    assert_ne!(scratch.shell(&format!("dictum {asked}")).code, 0, "nothing is answered without it");
}

#[test]
fn of_a_file() {
    let line = format!("# {}\n", "x".repeat(1 << 10));
    passes_with_its_flag("file-too-large", &large(&line.repeat(17 << 10)));
}

#[test]
fn of_a_line() {
    passes_with_its_flag("line-too-long", &large(&format!("# {}\n", "x".repeat(300 << 10))));
}

#[test]
fn of_a_value() {
    let room = " ".repeat(60);
    let synonyms: String = (0..20_000).map(|number| format!("\"a{number}\",\n{room}")).collect();
    passes_with_its_flag("file-too-large", &large(&format!("synonyms = [\n{synonyms}]\n")));
}

#[test]
fn of_files() {
    let scratch = large("");
    scratch.write("knowledge/more.toml", "[term.more]\nlabel = \"More\"\n");
    let ran = scratch.shell("dictum check --limits files=2");
    assert!(ran.code == 1 && ran.stdout.contains("too-many-files"), "{}", ran.stdout);
    let ran = scratch.shell(&format!("dictum check {}", flag(&ran.stdout.replace("\n", " "))));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn of_depth() {
    let scratch = large(&format!("note = {}{}\n", "[".repeat(40), "]".repeat(40)));
    let ran = scratch.dictum(&["check", "--format", "json"]);
    assert!(ran.stdout.contains("\"too-deep\""), "{}", ran.stdout);
    let ran = scratch.shell(&format!("dictum check {} --format json", flag(&ran.stdout)));
    assert!(!ran.stdout.contains("\"too-deep\""), "{}", ran.stdout);
    assert!(ran.stdout.contains("\"wrong-type\""), "{}", ran.stdout);
}

#[test]
fn what_is_no_limit_is_said() {
    let scratch = large("");
    for (limits, said) in [
        ("size=1", "before the `=`"),
        ("files", "`=`, and a number"),
        ("files=1MiB", "write a number"),
        ("file-bytes=0", "such as `64MiB`"),
        ("file-bytes=5GiB", "4294967295"),
        ("depth=65", "64"),
    ] {
        let ran = scratch.dictum(&["check", "--limits", limits]);
        assert!(ran.code == 2 && ran.stderr.contains(said), "{limits}: {}", ran.stderr);
    }
}

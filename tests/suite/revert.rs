//! `dictum revert` where a fact is said in several files: all of them are written, or none.

use crate::scratch::Scratch;

/// A fact that two files say, and said otherwise before.
fn repository() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"revert\"\nlanguage = 1\n");
    let base = |definition: &str| format!("[term.a]\nlabel = \"A\"\ndefinition = \"{definition}\"\n");
    let later = |definition: &str, note: &str| {
        format!(
            "# kept\n[term.a]\nnote = \"{note}\"\n[[term.a.definition]]\nvalue = \"{definition}\"\nfrom = 2025-01-01\n"
        )
    };
    scratch.write("knowledge/a.toml", base("What it was."));
    scratch.write("knowledge/b.toml", later("What it became.", "old"));
    scratch.shell("git add --all && git commit --quiet --message 'Say A' && git tag then");
    scratch.write("knowledge/a.toml", base("Another thing."));
    scratch.write("knowledge/b.toml", later("Yet another thing.", "new"));
    scratch.shell("git commit --quiet --all --message 'Say other things'");
    scratch
}

fn read(scratch: &Scratch, path: &str) -> String {
    std::fs::read_to_string(scratch.top().join(path)).expect("a file")
}

#[test]
fn all_files_that_say_the_fact_are_put_back_and_nothing_else() {
    let scratch = repository();
    let planned = scratch.dictum(&["revert", "term/a#definition", "--to", "then", "--dry-run"]);
    assert_eq!(planned.code, 0, "{}{}", planned.stdout, planned.stderr);
    assert_eq!(planned.stdout.matches("diff --git").count(), 2, "{}", planned.stdout);
    let ran = scratch.dictum(&["revert", "term/a#definition", "--to", "then", "--commit", "-f", "json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout.contains("knowledge/a.toml") && ran.stdout.contains("knowledge/b.toml"),
        "{}",
        ran.stdout
    );
    assert!(read(&scratch, "knowledge/a.toml").contains("What it was."));
    let later = read(&scratch, "knowledge/b.toml");
    assert!(
        later.starts_with("# kept\n") && later.contains("What it became.") && later.contains("\"new\""),
        "{later}"
    );
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
    assert_eq!(scratch.git(&["show", "--name-only", "--format=", "HEAD"]).lines().count(), 2);
}

#[test]
fn where_one_file_can_not_be_committed_none_is_written() {
    let scratch = repository();
    let edited = format!("{}# not committed\n", read(&scratch, "knowledge/b.toml"));
    scratch.write("knowledge/b.toml", &edited);
    let ran = scratch.dictum(&["revert", "term/a#definition", "--to", "then", "--commit"]);
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("`knowledge/b.toml` is changed here and not committed"), "{}", ran.stderr);
    assert!(read(&scratch, "knowledge/a.toml").contains("Another thing."));
    assert_eq!(read(&scratch, "knowledge/b.toml"), edited);
}

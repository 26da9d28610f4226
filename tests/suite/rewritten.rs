//! A snapshot tells of a commit, and a history that was rewritten leads to it no more: whoever asks is told.

use crate::scratch::{Ran, Scratch};

/// Two commits, and a snapshot of the second beside the repository.
fn published() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"rewritten\"\nlanguage = 1\n");
    scratch.write("knowledge/a.toml", "[term.a]\nlabel = \"A\"\n");
    scratch.shell("git add --all && git commit --quiet --message 'Say A'");
    scratch.write("knowledge/a.toml", "[term.a]\nlabel = \"Better\"\n");
    scratch.shell("git commit --quiet --all --message 'Say it better'");
    scratch.shell("dictum build -o ../it.dictum");
    scratch
}

fn verified(scratch: &Scratch) -> Ran {
    scratch.dictum(&["verify", "../it.dictum"])
}

#[test]
fn what_came_after_is_no_rewriting() {
    let scratch = published();
    let before = verified(&scratch);
    assert_eq!((before.code, before.stderr.as_str()), (0, ""), "{}", before.stdout);
    assert!(!before.stdout.contains("history"), "{}", before.stdout);
    scratch.shell("git commit --quiet --allow-empty --message more && git checkout --quiet -b other HEAD~2");
    let other = verified(&scratch);
    assert_eq!(other.code, 0, "{}", other.stdout);
    assert!(other.stdout.contains("is behind `refs/heads/main`"), "{}", other.stdout);
}

#[test]
fn a_commit_to_which_nothing_leads_is_told() {
    let scratch = published();
    scratch.shell("git commit --quiet --amend --message 'Say it as if it had always been so'");
    let amended = verified(&scratch);
    assert_eq!(amended.code, 1, "{}", amended.stdout);
    let told = "history was rewritten: no branch or tag leads to";
    assert!(amended.stdout.contains(told), "{}", amended.stdout);
    assert!(
        amended.stdout.contains("tells of a commit that is no longer in this history"),
        "{}",
        amended.stdout
    );
    // Git throws it away after a while; its other commits are still there.
    scratch.shell("git reflog expire --expire=now --all && git gc --quiet --prune=now");
    let pruned = verified(&scratch);
    assert_eq!(pruned.code, 1, "{}", pruned.stdout);
    assert!(pruned.stdout.contains("it has other commits of this snapshot, and not"), "{}", pruned.stdout);
}

#[test]
fn another_repository_is_not_asked() {
    let scratch = published();
    scratch.shell(
        "git init --quiet ../else && mkdir ../else/knowledge && cp knowledge/dictum.toml ../else/knowledge \
         && cd ../else && git add --all && git -c user.name=X -c user.email=x@example.com commit --quiet --message else",
    );
    let file = scratch.beside("it.dictum");
    let ran = scratch.dictum(&["verify", file.to_str().expect("a plain path"), "-C", "../else"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stderr.contains("has none of its commits"), "{}", ran.stderr);
}

#[test]
fn the_doctor_knows_what_was_answered_from_there() {
    let scratch = published();
    assert_eq!(scratch.dictum(&["get", "term/a#label"]).code, 0);
    assert!(!scratch.dictum(&["doctor"]).stdout.contains("rewritten"));
    scratch.shell("git commit --quiet --amend --message 'Say it as if it had always been so'");
    let told = scratch.dictum(&["doctor"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    assert!(told.stdout.contains("note        rewritten   history was rewritten"), "{}", told.stdout);
}

//! Proofs: made by the real binary from a repository that real git made, checked where there is no repository, and
//! refused with any byte of them changed.

use std::fs;

use crate::scratch::Scratch;

const SAID: &str = "[source.policy]\ntitle = \"Policy\"\nauthority = \"policy\"\n[term.acv]\nlabel = \"ACV\"\nsource = \"policy\"\ndefinition = \"The yearly value.\"\n";

/// A repository in which one thing was said, moved, contested on two lines and corrected.
fn repository() -> Scratch {
    let scratch = Scratch::repository();
    let commit = |message: &str| {
        scratch.shell(&format!("git add --all && git commit --quiet --message '{message}'"));
    };
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"proof\"\nlanguage = 1\n");
    scratch.write(
        "knowledge/world.toml",
        "[precedence.default]\ntiers = [\"policy\"]\n[team.ops]\nlabel = \"Ops\"\n",
    );
    scratch.write("knowledge/a.toml", SAID);
    commit("Say what ACV is");
    scratch.shell("git switch --quiet --create side");
    scratch.write("knowledge/b.toml", "[term.arr]\nlabel = \"ARR\"\n");
    commit("Another term (#7)");
    scratch.shell("git switch --quiet main");
    fs::rename(scratch.top().join("knowledge/a.toml"), scratch.top().join("knowledge/moved.toml"))
        .expect("moves");
    commit("Move it");
    scratch.shell("git merge --quiet --no-edit side");
    scratch.write("knowledge/c.toml", "[[term.acv.definition]]\nvalue = \"The yearly value, fees excluded.\"\nsource = \"policy\"\nfrom = 2026-02-01\n");
    commit("Exclude fees");
    scratch
}

#[test]
fn a_proof_holds_where_there_is_no_repository() {
    let scratch = repository();
    let proven = scratch.dictum(&["prove", "term/acv#definition", "--on", "2026-06-30", "-o", "proof.json"]);
    assert_eq!((proven.code, &*proven.stderr), (0, ""), "{}", proven.stdout);
    let away = Scratch::folder();
    fs::copy(scratch.top().join("proof.json"), away.top().join("proof.json")).expect("copies");
    drop(scratch);
    let held = away.dictum(&["verify", "proof.json"]);
    assert_eq!(held.code, 0, "{}", held.stdout);
    assert!(held.stdout.contains("2 of 2 claims stand in their commit and not before it"), "{}", held.stdout);
    let text = fs::read_to_string(away.top().join("proof.json")).expect("is there");
    assert!(text.contains("\"value\": \"The yearly value, fees excluded.\""), "{text}");
    let other = format!("b3:{}", "0".repeat(64));
    let refused = away.dictum(&["verify", "proof.json", "--root", &other]);
    assert_eq!(refused.code, 1, "{}", refused.stdout);
}

/// Every byte, one bit each: in strides from different starts, for each costs a run.
#[test]
fn a_changed_proof_is_refused() {
    let scratch = repository();
    let proven = scratch.dictum(&["prove", "term/acv#definition", "--on", "2026-06-30", "-o", "proof.json"]);
    assert_eq!(proven.code, 0, "{}", proven.stderr);
    let whole = fs::read(scratch.top().join("proof.json")).expect("is there");
    let stride = whole.len() / 120 + 1;
    for at in (0..whole.len()).step_by(stride) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 7);
        fs::write(scratch.top().join("changed.json"), bytes).expect("is written");
        let refused = scratch.dictum(&["verify", "changed.json"]);
        assert!(matches!(refused.code, 1 | 2), "byte {at}: {}", refused.stdout);
    }
}

#[test]
fn what_can_not_be_proven_is_said() {
    let scratch = repository();
    let cases = [
        ("dictum prove term/acv", "whole subject"),
        ("dictum prove term/nothing#definition", "nothing is said"),
        ("dictum prove term/acv#definition --at 1999-01-01", "1999-01-01"),
        ("dictum verify no.json", "can't be read"),
    ];
    for (command, words) in cases {
        let words_of: Vec<&str> = command.split(' ').skip(1).collect();
        let ran = scratch.dictum(&words_of);
        assert_eq!(ran.code, 2, "{command}: {}", ran.stdout);
        assert!(ran.stderr.contains(words), "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains("help: "), "{command}: {}", ran.stderr);
    }
    let deep = format!("{{\"schema\": {}", "[".repeat(1_000_000));
    scratch.write("deep.json", &deep);
    assert_eq!(scratch.dictum(&["verify", "deep.json"]).code, 1);
}

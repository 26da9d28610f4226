//! Proofs: made by the real binary from a repository that real git made, checked where there is no repository, and
//! refused with any byte of them changed.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::review::{allowing, commit_signed, key, signed};
use crate::scratch::{Ran, Scratch};

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

/// Proves what the signed commit says, and takes the proof to a folder without a repository.
fn taken_away(scratch: &Scratch) -> Scratch {
    let proven =
        scratch.dictum(&["prove", "term/acv#definition", "--on", "2026-06-30", "-o", "../proof.json"]);
    assert_eq!(proven.code, 0, "{}", proven.stderr);
    let away = Scratch::folder();
    fs::copy(scratch.beside("proof.json"), away.top().join("proof.json")).expect("copies");
    away
}

fn verified(away: &Scratch, allowed: &Path) -> Ran {
    away.dictum(&["verify", "proof.json", "--allowed-signers", &allowed.display().to_string()])
}

/// By the verifier's own file, and without a repository: signed by whom.
#[test]
fn signatures_in_a_proof_are_verified() {
    let (scratch, signer) = signed();
    let away = taken_away(&scratch);
    let open = away.dictum(&["verify", "proof.json"]);
    assert_eq!(open.code, 0, "{}", open.stdout);
    assert!(
        open.stdout.contains("ssh signature not verified: name your file of allowed signers"),
        "{}",
        open.stdout
    );
    let allowed = allowing(&scratch, "ana@example.com", &signer);
    let good = verified(&away, &allowed);
    assert_eq!(good.code, 0, "{}", good.stdout);
    assert!(good.stdout.contains("ssh signature good, by ana@example.com"), "{}", good.stdout);
    assert!(good.stdout.contains("every commit it names is signed"), "{}", good.stdout);
    let json = away
        .shell(&format!("dictum verify proof.json --format json --allowed-signers '{}'", allowed.display()));
    let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
    let head = scratch.git(&["rev-parse", "HEAD"]);
    assert_eq!(json["signatures"][0]["commit"], format!("sha1:{}", head.trim()));
    assert_eq!(json["signatures"][0]["names"][0], "asked");
    assert_eq!(json["signatures"][0]["signer"], "ana@example.com");

    let foreign = verified(&away, &allowing(&scratch, "ana@example.com", &key(&scratch, "stranger")));
    assert_eq!(foreign.code, 1, "{}", foreign.stdout);
    assert!(foreign.stdout.contains("not to be trusted: unknown-key"), "{}", foreign.stdout);
    assert!(
        foreign.stdout.contains("holds, but a signature in it is not to be trusted"),
        "{}",
        foreign.stdout
    );
}

/// A commit whose signature is of other words, one that nobody signed, and one signed in a way that is not verified here.
#[test]
fn signatures_in_a_proof_that_are_not_good_are_told() {
    let (scratch, signer) = signed();
    let allowed = allowing(&scratch, "ana@example.com", &signer);
    let signed_head = scratch.git(&["rev-parse", "HEAD"]);
    let changed = |by: &str| {
        let line = format!(
            "git reset --quiet --hard $(git cat-file commit {} | {by} | git hash-object -t commit -w --stdin)",
            signed_head.trim()
        );
        let ran = scratch.shell(&line);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        verified(&taken_away(&scratch), &allowed)
    };
    let cases = [
        // One letter in the middle of the signature, whose line is the third from its end.
        (
            "awk '{ l[NR] = $0 } /END SSH/ { e = NR } END { for (i = 1; i <= NR; i++) { \
          if (i == e - 1) sub(/^ ./, substr(l[i], 2, 1) == \"A\" ? \" B\" : \" A\", l[i]); print l[i] } }'",
            1,
            "not to be trusted: ",
        ),
        ("sed 's/Say what ACV is/Say something else/'", 1, "not to be trusted: tampered"),
        (
            "sed 's/SSH SIGNATURE/PGP SIGNATURE/'",
            3,
            "openpgp signature not verified: that takes git, gpg and the repository",
        ),
        ("sed '/^gpgsig/,/END SSH/d'", 3, "carries no signature"),
    ];
    for (by, code, words) in cases {
        let told = changed(by);
        assert_eq!(told.code, code, "{by}: {}", told.stdout);
        assert!(told.stdout.contains(words), "{by}: {}", told.stdout);
    }
    // A later commit that nobody signed says nothing of the claim, but is the one that was asked.
    scratch.git(&["reset", "--quiet", "--hard", signed_head.trim()]);
    scratch.write("knowledge/arr.toml", "[term.arr]\ndefinition = \"Another.\"\n");
    scratch.git(&["add", "--all"]);
    scratch.git(&["commit", "--quiet", "--message", "Another"]);
    let half = verified(&taken_away(&scratch), &allowed);
    assert_eq!(half.code, 3, "{}", half.stdout);
    assert!(half.stdout.contains("good, by ana@example.com"), "{}", half.stdout);
    scratch.write("knowledge/arr.toml", "[term.arr]\ndefinition = \"Yet another.\"\n");
    commit_signed(&scratch, &signer);
    assert_eq!(verified(&taken_away(&scratch), &allowed).code, 0);
}

/// The file is the verifier's: not of the repository that the proof is from, and not for snapshots.
#[test]
fn allowed_signers_of_a_proof_are_the_verifiers() {
    let (scratch, signer) = signed();
    let allowed = allowing(&scratch, "ana@example.com", &signer);
    fs::copy(&allowed, scratch.top().join("allowed")).expect("copies");
    drop(taken_away(&scratch));
    let inside = scratch.dictum(&["verify", "../proof.json", "--allowed-signers", "allowed"]);
    assert!(inside.code == 2 && inside.stderr.contains("belongs to the repository"), "{}", inside.stderr);
    assert_eq!(scratch.dictum(&["verify", "../proof.json", "--allowed-signers", "../allowed"]).code, 0);
    let snapshot =
        scratch.shell("dictum -q build -o s.dictum && dictum verify s.dictum --allowed-signers ../allowed");
    assert!(snapshot.code == 2 && snapshot.stderr.contains("is for proofs"), "{}", snapshot.stderr);
}

/// What was said under the id of before is proven under that of today, though another file says that it is one.
#[test]
fn an_answer_of_a_renamed_subject_is_proven() {
    let scratch = Scratch::repository();
    let commit = |message: &str| {
        scratch.shell(&format!("git add --all && git commit --quiet --message '{message}'"));
    };
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"proof\"\nlanguage = 1\n");
    scratch.write("knowledge/a.toml", "[term.attrition]\ndefinition = \"Customers who left.\"\n");
    scratch.write("knowledge/b.toml", "[term.old]\nlabel = \"Other\"\n");
    commit("Say it");
    let first = scratch.git(&["rev-parse", "HEAD"]);
    fs::remove_file(scratch.top().join("knowledge/a.toml")).expect("goes");
    scratch.write("knowledge/moved.toml", "[term.churn]\ndefinition = \"Customers who left.\"\n");
    scratch.write(
        "knowledge/names.toml",
        "[term.churn]\nwas = \"attrition\"\n[term.new]\nwas = \"old\"\nlabel = \"Other\"\n",
    );
    fs::remove_file(scratch.top().join("knowledge/b.toml")).expect("goes");
    commit("Call it churn");
    let proven =
        scratch.dictum(&["prove", "term/churn#definition", "--on", "2026-06-30", "-o", "../proof.json"]);
    assert_eq!((proven.code, &*proven.stderr), (0, ""), "{}", proven.stdout);
    assert!(!proven.stdout.contains("not shown"), "{}", proven.stdout);
    let away = Scratch::folder();
    fs::copy(scratch.beside("proof.json"), away.top().join("proof.json")).expect("copies");
    let held = away.dictum(&["verify", "proof.json"]);
    assert_eq!(held.code, 0, "{}", held.stdout);
    assert!(held.stdout.contains("1 of 1 claims stand in their commit and not before it"), "{}", held.stdout);
    let proof: Value =
        serde_json::from_str(&fs::read_to_string(away.top().join("proof.json")).expect("is there"))
            .expect("JSON");
    assert_eq!(proof["claims"][0]["said_by"]["commit"], format!("sha1:{}", first.trim()));
    assert_eq!(proof["claims"][0]["file"], "knowledge/a.toml");
    let files: Vec<&str> =
        proof["files"].as_array().expect("files").iter().filter_map(Value::as_str).collect();
    assert_eq!(files, ["knowledge/dictum.toml", "knowledge/moved.toml", "knowledge/names.toml"]);
}

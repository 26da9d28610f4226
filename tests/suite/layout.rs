//! `dictum fmt`: what it writes, what it leaves alone, and that on every file of the corpora it changes no claim and has nothing
//! to do a second time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use dictum::compile;
use dictum::diagnostic::Findings;
use dictum::source::{Limits, Root, Selection, Texts, load};

use crate::corpora;
use crate::scratch::{DICTUM, Ran, Scratch};

const CONFIG: &str = "[knowledge]\nname = \"layout\"\nlanguage = 1\n";
const MESSY: &str = "[term.a]\n  definition=\"D\" # d\n  label = 'A'\n[term.b]\nlabel=\"B\"";
const TIDY: &str = "[term.a]\nlabel = 'A'\ndefinition = \"D\" # d\n\n[term.b]\nlabel = \"B\"\n";

fn knowledge() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch
}

fn read(scratch: &Scratch, path: &str) -> String {
    fs::read_to_string(scratch.top().join(path)).expect("a file")
}

#[test]
fn files_are_named_shown_and_written() {
    let scratch = knowledge();
    scratch.write("knowledge/a.toml", MESSY);
    let check = scratch.dictum(&["fmt", "--check"]);
    assert_eq!(
        (check.code, &*check.stdout, &*check.stderr),
        (1, "would lay out knowledge/a.toml\n", "1 file would change, 1 would not: type `dictum fmt`\n")
    );
    let diff = scratch.shell("dictum fmt --diff --quiet > ../patch; echo $?; git apply ../patch");
    assert_eq!((diff.code, &*diff.stdout), (0, "1\n"), "{}", diff.stderr);
    assert_eq!(read(&scratch, "knowledge/a.toml"), TIDY);
    scratch.write("knowledge/a.toml", MESSY);
    let wrote = scratch.dictum(&["fmt", "knowledge/a.toml"]);
    assert_eq!((wrote.code, &*wrote.stdout, &*wrote.stderr), (0, "laid out knowledge/a.toml\n", ""));
    assert_eq!(read(&scratch, "knowledge/a.toml"), TIDY);
    let again = scratch.dictum(&["fmt", "--check"]);
    assert_eq!((again.code, &*again.stderr), (0, "2 files are laid out already\n"));
}

#[test]
fn a_file_with_mistakes_is_left_and_the_others_are_not() {
    let scratch = knowledge();
    scratch.write("knowledge/a.toml", MESSY);
    scratch.write("knowledge/bad.toml", "[term.c]\nlabel = \"C\n  note=1\n");
    scratch.write("knowledge/merge.toml", "<<<<<<< a\nx = 1\n=======\nx = 2\n>>>>>>> b\n");
    let ran = scratch.dictum(&["fmt"]);
    assert_eq!((ran.code, &*ran.stdout), (1, "laid out knowledge/a.toml\n"));
    assert!(
        ran.stderr.contains("knowledge/bad.toml:2") && ran.stderr.contains("knowledge/merge.toml:1"),
        "{}",
        ran.stderr
    );
    assert_eq!(read(&scratch, "knowledge/bad.toml"), "[term.c]\nlabel = \"C\n  note=1\n");
    let nothing = scratch.dictum(&["fmt", "knowledge/none.toml"]);
    assert_eq!(nothing.code, 2);
}

#[test]
fn stdin_goes_to_stdout_and_needs_no_repository() {
    let scratch = Scratch::folder();
    let piped = |arguments: &[&str], text: &[u8]| {
        let mut command = scratch.command(DICTUM);
        command
            .args(["fmt", "-"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("dictum runs");
        std::io::Write::write_all(&mut child.stdin.take().expect("piped"), text).expect("written");
        Ran::from(child.wait_with_output().expect("it ends"))
    };
    let ran = piped(&[], MESSY.as_bytes());
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, TIDY, ""));
    assert_eq!(piped(&["--check"], MESSY.as_bytes()).code, 1);
    assert_eq!(
        piped(&["--lines", "4-5"], MESSY.as_bytes()).stdout,
        format!("{}\n[term.b]\nlabel = \"B\"\n", &MESSY[..MESSY.find("[term.b]").expect("there")])
    );
    for bad in [&b"x = \xff\n"[..], b"x = \0\n", b"[term.a\n"] {
        let ran = piped(&["--stdin-filename", "my.toml"], bad);
        assert!(ran.code == 1 && ran.stdout.is_empty() && ran.stderr.contains("my.toml"), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_modes_are_kept() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let scratch = knowledge();
    scratch.write("outside.toml", MESSY);
    scratch.write("knowledge/a b.toml", MESSY);
    let at = |path: &str| scratch.top().join(path);
    fs::set_permissions(at("knowledge/a b.toml"), fs::Permissions::from_mode(0o640)).expect("set");
    symlink(at("outside.toml"), at("knowledge/link.toml")).expect("a link");
    let ran = scratch.dictum(&["fmt"]);
    assert_eq!((ran.code, &*ran.stdout), (1, "laid out knowledge/a b.toml\n"), "{}", ran.stderr);
    assert_eq!(read(&scratch, "outside.toml"), MESSY);
    let mode = fs::metadata(at("knowledge/a b.toml")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_init_writes_is_laid_out() {
    let scratch = Scratch::repository();
    assert_eq!(scratch.dictum(&["init"]).code, 0);
    let ran = scratch.dictum(&["fmt", "--diff"]);
    assert_eq!((ran.code, &*ran.stdout), (0, ""));
}

/// Claims of a knowledge folder, counted; and its texts.
fn claims(folder: &Path) -> (BTreeMap<String, usize>, Texts) {
    let root = Root::at(folder).expect("a folder");
    let texts = load(&root, &Selection::all(), &Limits::default()).expect("files").texts;
    let compiled = compile(texts.clone(), Findings::new());
    let mut counts = BTreeMap::new();
    for claim in &compiled.claims {
        *counts.entry(format!("{} {}", claim.slot, claim.hash.to_hex())).or_default() += 1;
    }
    for (at, _) in &compiled.copies {
        let claim = &compiled.claims[*at as usize];
        *counts.entry(format!("{} {}", claim.slot, claim.hash.to_hex())).or_default() += 1;
    }
    (counts, texts)
}

#[test]
fn every_file_of_the_corpora_keeps_its_claims() {
    let Some(folder) = corpora::corpora() else {
        eprintln!("skipped: no corpora in ../shared/corpora, so no real files are laid out");
        return;
    };
    for name in ["otel", "team", "congress", "nsi"] {
        let clone = tempfile::tempdir().expect("a temporary folder");
        let cloned = Command::new("git")
            .args(["clone", "--quiet"])
            .arg(folder.join(format!("{name}.bundle")))
            .arg(clone.path())
            .status();
        assert!(cloned.expect("git is installed").success(), "{name} can be cloned");
        let knowledge = clone.path().join("knowledge");
        let (before, texts) = claims(&knowledge);
        let run = |arguments: &[&str]| {
            let output = Command::new(DICTUM).current_dir(clone.path()).args(arguments).output();
            Ran::from(output.expect("dictum runs"))
        };
        let ran = run(&["fmt", "--quiet"]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        let (after, laid) = claims(&knowledge);
        assert!(before.len() > 5_000 && before == after, "the claims of {name} stay");
        assert_eq!(run(&["fmt", "--check"]).code, 0, "{name} is laid out");
        let changed = texts.iter().zip(laid.iter()).filter(|((_, one), (_, two))| one != two).count();
        eprintln!("{name}: {changed} of {} files laid out anew, {} claims kept", texts.len(), before.len());
    }
}

//! Merging with the real git: what the driver settles, what it leaves in conflict, and every merge of the corpora made again.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::corpora;
use crate::scratch::{DICTUM, Ran, Scratch};

const CONFIG: &str = "[knowledge]\nname = \"merging\"\nlanguage = 1\n";
const A: &str = "[term.a]\nlabel = \"A\"\nsynonyms = [\"x\"]\ndefinition = \"D\"\n";

/// A repository with the driver, a file `a.toml` on `main`, and other versions of it on `ours` and `theirs`.
fn diverged(base: &str, ours: &str, theirs: &str) -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    let ran = scratch.dictum(&["git-driver", "install"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for (branch, text) in [("main", base), ("theirs", theirs), ("ours", ours)] {
        if branch != "main" {
            scratch.git(&["checkout", "--quiet", "-b", branch, "main"]);
        }
        scratch.write("knowledge/a.toml", text);
        let ran =
            scratch.shell(&format!("git add --all && git commit --quiet --allow-empty --message '{branch}'"));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    scratch
}

fn read(scratch: &Scratch) -> String {
    fs::read_to_string(scratch.top().join("knowledge/a.toml")).expect("a file")
}

#[test]
fn git_merges_rebases_picks_and_pops_with_it() {
    let ours = A.replace("\"x\"", "\"x\", \"o\"");
    let theirs = A.replace("\"x\"", "\"x\", \"t\"").replace("\"D\"", "\"E\"");
    let both = theirs.replace("\"x\", \"t\"", "\"x\", \"o\", \"t\"");
    for command in ["git merge --quiet theirs", "git rebase --quiet theirs", "git cherry-pick theirs"] {
        let scratch = diverged(A, &ours, &theirs);
        let ran = scratch.shell(command);
        assert_eq!(ran.code, 0, "{command}: {}{}", ran.stdout, ran.stderr);
        // A rebase puts ours on theirs: what they said comes first.
        let expected = if command.contains("rebase") {
            both.replace("\"o\", \"t\"", "\"t\", \"o\"")
        } else {
            both.clone()
        };
        assert_eq!(read(&scratch), expected, "{command}");
    }
    let scratch = diverged(A, &ours, &theirs);
    scratch.shell("git checkout --quiet main");
    scratch.write("knowledge/a.toml", &ours);
    let ran = scratch.shell("git stash --quiet && git merge --quiet theirs && git stash pop --quiet");
    assert_eq!(
        (ran.code, &*read(&scratch)),
        (0, &*both.replace("\"o\", \"t\"", "\"t\", \"o\"")),
        "{}",
        ran.stderr
    );
}

#[test]
fn conflicts_are_marked_as_git_is_told_to() {
    let ours = A.replace("\"D\"", "\"O\"").replace("\"A\"", "\"B\"");
    let theirs = A.replace("\"D\"", "\"T\"");
    let scratch = diverged(A, &ours, &theirs);
    let ran = scratch.shell("git merge --quiet theirs");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let text = read(&scratch);
    assert!(text.contains("\nlabel = \"B\"\n".trim_start()), "{text}");
    let [start, mid, end] =
        ["<<<<<<< ", "=======\n", ">>>>>>> "].map(|mark| text.find(mark).expect("a mark"));
    assert_eq!(text[start..mid].lines().nth(1), Some("definition = \"O\""));
    assert_eq!(text[mid..end].lines().nth(1), Some("definition = \"T\""));
    let check = scratch.dictum(&["check"]);
    assert!(check.code == 1 && check.stdout.contains("conflict-markers"), "{}", check.stdout);
    scratch.shell("git merge --abort && git config merge.conflictStyle diff3 && git merge --quiet theirs");
    let text = read(&scratch);
    let base = text.find("||||||| ").map(|at| text[at..].lines().nth(1));
    assert_eq!(base, Some(Some("definition = \"D\"")));
}

#[test]
fn what_is_not_sound_is_merged_by_lines_and_that_is_said() {
    let ours = format!("{A}# ours\n");
    let theirs = format!("note = \"open\n{A}");
    let scratch = diverged(A, &ours, &theirs);
    let ran = scratch.shell("git merge --quiet theirs");
    assert_eq!((ran.code, &*read(&scratch)), (0, &*format!("note = \"open\n{A}# ours\n")), "{}", ran.stderr);
    assert!(ran.stderr.contains("merged line by line: theirs is not sound TOML"), "{}", ran.stderr);
}

#[test]
fn installing_twice_changes_nothing_and_a_dry_run_never_does() {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write(".gitattributes", "*.png binary");
    let dry = scratch.dictum(&["git-driver", "install", "--dry-run"]);
    assert_eq!((dry.code, dry.stdout.lines().count()), (0, 4), "{}", dry.stdout);
    let attributes = || fs::read_to_string(scratch.top().join(".gitattributes")).expect("a file");
    assert_eq!(attributes(), "*.png binary");
    assert_eq!(scratch.dictum(&["git-driver", "install"]).code, 0);
    assert_eq!(attributes(), "*.png binary\nknowledge/**/*.toml merge=dictum diff=dictum\n");
    let again = scratch.dictum(&["git-driver", "install"]);
    assert_eq!((again.code, &*again.stdout), (0, ""));
    assert_eq!(attributes().lines().count(), 2);
}

#[test]
fn a_diff_shows_claims() {
    let scratch = diverged(
        A,
        A,
        "[term.a]\nlabel=\"A\"\ndefinition = \"E\\u001b[1m\"\nsynonyms = [\"x\"]\nfrom = 2025-01-01 # since\n",
    );
    let ran = scratch.shell("git diff -U0 main theirs -- knowledge/a.toml | grep '^[-+][^-+]'");
    assert_eq!(
        ran.stdout,
        "-term/a#definition = \"D\"\n-term/a#label = \"A\"\n-term/a#synonyms = \"x\"\n+term/a#definition = \"E\\u001B[1m\"  since 2025-01-01\n+term/a#label = \"A\"  since 2025-01-01\n+term/a#synonyms = \"x\"  since 2025-01-01\n",
        "{}",
        ran.stderr
    );
    scratch.write("bad.toml", "[term\n");
    assert_eq!(scratch.dictum(&["git-driver", "textconv", "bad.toml"]).stdout, "[term\n");
}

#[test]
fn odd_names_and_texts_end_in_a_conflict_and_never_in_a_fault() {
    let scratch = Scratch::repository();
    let merge = |texts: [&[u8]; 3], name: &str| {
        for (file, text) in ["o", "a", "b"].iter().zip(texts) {
            scratch.write(file, text);
        }
        let ran = scratch.dictum(&["git-driver", "merge", "o", "a", "b", "9", "--", name]);
        (ran, fs::read(scratch.top().join("a")).expect("a file"))
    };
    let (one, other) = (A.replace("\"D\"", "\"O\""), A.replace("\"D\"", "\"T\""));
    for name in ["-x.toml", "--help", "a\nb.toml", "\"q\" 'r'.toml", "$(touch x).toml", ""] {
        let (ran, text) = merge([A, &one, &other].map(str::as_bytes), name);
        assert_eq!((ran.code, &*ran.stdout), (1, ""), "{name:?}: {}", ran.stderr);
        assert!(text.windows(13).any(|at| at == b"<<<<<<<<< our"), "{name:?}");
    }
    for bad in [&b"x = \"\xff\"\n"[..], b"\0\0", b"[term.a", b"<<<<<<< a\nx = 1\n=======\n>>>>>>> b\n"] {
        let (ran, text) = merge([A.as_bytes(), bad, other.as_bytes()], "a.toml");
        assert!(ran.code == 1 && !text.is_empty(), "{}", ran.stderr);
        assert!(!ran.stderr.contains("fault"), "{}", ran.stderr);
    }
    let (ran, text) = merge([A.as_bytes(), b"", A.as_bytes()], "a.toml");
    assert_eq!((ran.code, &*text), (0, &b""[..]));
    assert_eq!(scratch.dictum(&["git-driver", "merge", "none", "a", "b"]).code, 2);
}

#[test]
fn ten_thousand_subjects_are_merged() {
    let file = |changed: &dyn Fn(usize) -> bool, word: &str| -> String {
        let one = |at: usize| {
            let word = if changed(at) { word } else { "D" };
            format!("[term.t{at}]\nlabel = \"T{at}\"\ndefinition = \"{word}\"\n\n")
        };
        (0..10_000).map(one).collect()
    };
    let scratch = Scratch::repository();
    scratch.write("o", file(&|_| false, ""));
    scratch.write("a", file(&|at| at % 3 == 0, "O"));
    scratch.write("b", file(&|at| at % 3 == 1, "T") + "[term.new]\nlabel = \"N\"\n");
    let ran = scratch.dictum(&["git-driver", "merge", "o", "a", "b", "7", "--", "a.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = fs::read_to_string(scratch.top().join("a")).expect("a file");
    let count = |word: &str| text.matches(&format!("definition = \"{word}\"")).count();
    assert_eq!((count("D"), count("O"), count("T"), text.contains("term.new")), (3333, 3334, 3333, true));
}

/// What became of the merges of a corpus.
#[derive(Debug, Default, PartialEq)]
struct Figures {
    /// Files that both sides changed.
    files: usize,
    /// Of them, how many git leaves in conflict, and how many the driver does.
    by_lines: usize,
    by_driver: usize,
    /// Settled by the driver: as committed, claim by claim; and otherwise.
    as_committed: usize,
    otherwise: usize,
    /// Failures, of which there are to be none.
    failed: usize,
}

#[test]
fn every_merge_of_the_corpora_is_made_again() {
    let Some(folder) = corpora::corpora() else {
        eprintln!("skipped: no corpora in ../shared/corpora, so no real merges are made again");
        return;
    };
    for name in ["team", "congress"] {
        let clone = tempfile::tempdir().expect("a temporary folder");
        let cloned = Command::new("git")
            .args(["clone", "--quiet"])
            .arg(folder.join(format!("{name}.bundle")))
            .arg(clone.path())
            .status();
        assert!(cloned.expect("git is installed").success(), "{name} can be cloned");
        let figures = replay(clone.path());
        eprintln!("{name}: {figures:?}");
        assert_eq!(figures.failed, 0);
        assert!(figures.files > 0 && figures.by_driver <= figures.by_lines, "{figures:?}");
    }
}

fn replay(clone: &Path) -> Figures {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(clone).args(arguments).output().expect("git runs");
        output.stdout
    };
    let text = |arguments: &[&str]| String::from_utf8(git(arguments)).expect("UTF-8");
    let mut figures = Figures::default();
    // What declares nothing needs only the declarations, and reading all else would be done for every file.
    let work = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| work.path().join(name);
    fs::create_dir(at("knowledge")).expect("a folder");
    for file in ["dictum.toml", "types.toml"] {
        fs::write(at("knowledge").join(file), git(&["show", &format!("HEAD:knowledge/{file}")]))
            .expect("a file");
    }
    for line in text(&["rev-list", "--merges", "--parents", "HEAD"]).lines() {
        let [commit, ours, theirs] = line.split(' ').collect::<Vec<_>>()[..] else { continue };
        let base = text(&["merge-base", ours, theirs]);
        let changed =
            |side: &str| text(&["diff", "--name-only", "--no-renames", "--diff-filter=M", base.trim(), side]);
        let (one, other) = (changed(ours), changed(theirs));
        let files =
            one.lines().filter(|file| file.ends_with(".toml") && other.lines().any(|two| two == *file));
        for file in files {
            let version = |commit: &str| git(&["show", &format!("{commit}:{file}")]);
            let committed = version(commit);
            if committed.is_empty() {
                continue;
            }
            for (name, commit) in [("o", base.trim()), ("a", ours), ("b", theirs)] {
                fs::write(at(name), version(commit)).expect("a file");
            }
            fs::write(at("committed"), committed).expect("a file");
            figures.add(work.path());
        }
    }
    figures
}

impl Figures {
    fn add(&mut self, work: &Path) {
        self.files += 1;
        let run = |program: &str, arguments: &[&str]| {
            Ran::from(Command::new(program).current_dir(work).args(arguments).output().expect("it runs"))
        };
        let by_lines = run("git", &["merge-file", "-p", "--quiet", "a", "o", "b"]);
        self.by_lines += usize::from(by_lines.code != 0);
        let ran = run(DICTUM, &["git-driver", "merge", "o", "a", "b", "7", "--", "knowledge/x.toml"]);
        match ran.code {
            0 => {
                let shown =
                    ["a", "committed"].map(|file| run(DICTUM, &["git-driver", "textconv", file]).stdout);
                if shown[0] == shown[1] {
                    self.as_committed += 1;
                } else {
                    self.otherwise += 1;
                }
            }
            1 => self.by_driver += 1,
            _ => self.failed += 1,
        }
    }
}

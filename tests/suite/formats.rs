//! Repositories of formats that libgit2 can't open, made by the real git: everything works there, and nothing of what
//! they configure is run.

#![expect(clippy::print_stdout, reason = "says what this machine's git can't do")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::scratch::{Ran, Scratch};

/// What `git init` is told.
const FORMATS: [&str; 3] =
    ["--object-format=sha256", "--ref-format=reftable", "--object-format=sha256 --ref-format=reftable"];

/// The formats that the git that is here can make. Says which it can't.
fn formats() -> Vec<&'static str> {
    let can_make = |format: &&str| {
        let ran = Scratch::folder().shell(&format!("git init --quiet {format} ."));
        if ran.code != 0 {
            println!("skipped: this git has no `git init {format}`");
        }
        ran.code == 0
    };
    FORMATS.into_iter().filter(can_make).collect()
}

/// Three commits of knowledge, a branch and a tag.
fn repository(format: &str) -> Scratch {
    let scratch = Scratch::folder();
    done(&scratch, &format!("git init --quiet --initial-branch=main {format} ."));
    done(&scratch, "git config uploadpack.allowFilter true");
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"formats\"\nlanguage = 1\n");
    let say = |word: &str, day: &str| {
        scratch.write("knowledge/acv.toml", format!("[term.acv]\ndefinition = \"{word}\"\n"));
        done(
            &scratch,
            &format!(
                "git add --all && GIT_COMMITTER_DATE={day}T12:00:00Z git commit --quiet --message 'Say {word}'"
            ),
        );
    };
    say("one", "2024-01-10");
    done(&scratch, "git branch first && git tag --annotate --message x v1");
    say("two", "2024-02-10");
    scratch.write("knowledge/arr.toml", "[term.arr]\nlabel = \"ARR\"\n");
    say("three", "2024-03-10");
    scratch
}

fn done(scratch: &Scratch, line: &str) -> String {
    let ran = scratch.shell(line);
    assert_eq!(ran.code, 0, "{line}: {}{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// The definition, and who said it.
fn said(scratch: &Scratch, more: &str) -> (String, String) {
    let ran = scratch.shell(&format!("dictum get term/acv#definition --on 2026-01-01 {more} --format json"));
    let answer: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{more}: {}{}", ran.stdout, ran.stderr));
    let by = &answer["said_by"]["commit"];
    (answer["value"].as_str().unwrap_or_default().to_owned(), by.as_str().unwrap_or_default().to_owned())
}

fn commit(scratch: &Scratch, name: &str) -> String {
    let hex = done(scratch, &format!("git rev-parse {name}^{{commit}}")).trim().to_owned();
    format!("{}:{hex}", if hex.len() == 64 { "sha256" } else { "sha1" })
}

#[test]
fn what_is_asked_of_the_past_is_answered() {
    for format in formats() {
        let scratch = repository(format);
        assert_eq!(said(&scratch, ""), ("three".to_owned(), commit(&scratch, "HEAD")), "{format}");
        let first = commit(&scratch, "v1");
        let hex = first.split(':').nth(1).expect("a name");
        for at in ["v1", "first", "HEAD~2", "refs/heads/first", "2024-01-31", hex, &hex[..9], "HEAD^^"] {
            assert_eq!(
                said(&scratch, &format!("--at {at}")),
                ("one".to_owned(), first.clone()),
                "{format} {at}"
            );
        }
        for unknown in ["nowhere", "HEAD~3", "0000000", "HEAD@{0}", "2023-01-01"] {
            let ran = scratch.shell(&format!("dictum get term/acv#definition --at '{unknown}'"));
            assert!(ran.code == 2 && ran.stderr.contains("help: "), "{format} {unknown}: {}", ran.stderr);
        }
    }
}

#[test]
fn every_command_works() {
    for format in formats() {
        let scratch = repository(format);
        for line in [
            "dictum doctor",
            "dictum check",
            "dictum check --at v1",
            "dictum check --against first",
            "dictum why term/acv#definition --on 2026-01-01",
            "dictum get term/acv#definition --on 2026-01-01 --history",
            "dictum history term/acv#definition",
            "dictum history term/acv",
            "dictum diff first..HEAD",
            "dictum diff --against first",
            "dictum audit",
            "dictum build --rev HEAD~1 -o ../out.dictum",
            "dictum verify ../out.dictum --rev HEAD~1",
            "dictum prove term/acv#definition --on 2026-01-01 -o ../proof.json",
            "dictum verify ../proof.json",
            "dictum revert term/acv#definition --to v1 --commit",
            "dictum correct term/arr#label Yearly --reason 'It says so' --commit",
            "git fsck --strict",
            "test -z \"$(git status --porcelain)\"",
        ] {
            done(&scratch, line);
        }
        assert_eq!(said(&scratch, ""), ("one".to_owned(), commit(&scratch, "HEAD~1")), "{format}");
        let log = done(&scratch, "git log --format=%s -3");
        assert!(log.starts_with("Correct term/arr#label\nRevert term/acv#definition"), "{log}");
        scratch.write("knowledge/new.toml", "[term.new]\nlabel = \"New\"\n");
        assert!(scratch.dictum(&["doctor"]).stdout.contains("changed here and not committed"));
        done(
            &scratch,
            "git add --all && git commit --quiet --message New && git checkout --quiet -b side HEAD~1",
        );
        done(&scratch, "git revert --no-commit HEAD");
        let ran = scratch.shell("dictum revert term/acv#definition --to HEAD~2 --commit");
        assert!(ran.code == 2 && ran.stderr.contains("help: "), "{}", ran.stderr);
    }
}

/// Linked work trees, bare repositories, clones and submodules are found as git finds them.
#[test]
fn wherever_the_repository_is() {
    for format in formats() {
        let mut scratch = repository(format);
        let head = commit(&scratch, "HEAD");
        let top = scratch.top().to_path_buf();
        done(
            &scratch,
            "git worktree add --quiet --detach ../linked v1 && git clone --quiet --bare . ../bare",
        );
        done(&scratch, "git clone --quiet --depth 2 \"file://$PWD\" ../shallow");
        done(
            &scratch,
            &format!(
                "git init --quiet --initial-branch=main {format} ../super && cd ../super && \
                 git -c protocol.file.allow=always submodule --quiet add \"$OLDPWD\" knowledge/inner && \
                 cp inner/knowledge/dictum.toml knowledge/ 2>/dev/null || cp knowledge/inner/knowledge/dictum.toml knowledge/ && \
                 git add --all && git commit --quiet --message x"
            ),
        );
        let mut at = |name: &str| {
            let folder = scratch.beside(name);
            scratch.move_to(folder);
            said(&scratch, "")
        };
        assert_eq!(at("bare"), ("three".to_owned(), head.clone()), "{format}");
        assert_eq!(at("super/knowledge/inner"), ("three".to_owned(), head.clone()), "{format}");
        let first = at("linked");
        assert_eq!(first.0, "one", "{format}");
        scratch.move_to(top);
        assert_eq!(first.1, commit(&scratch, "v1"), "{format}");
        // What stands in a submodule is not the knowledge of what is around it.
        let outer = scratch.beside("super");
        scratch.move_to(outer);
        let ran = scratch.dictum(&["build", "--rev", "HEAD", "-o", "../out.dictum"]);
        assert!(ran.stdout.is_empty() || !ran.stdout.contains("3 facts"), "{}", ran.stdout);
        assert!((ran.stdout.clone() + &ran.stderr).contains("submodule"), "{}{}", ran.stdout, ran.stderr);
        let cut = scratch.beside("shallow");
        scratch.move_to(cut);
        let ran = scratch.shell("dictum get term/acv#definition --on 2026-01-01");
        assert_eq!(ran.code, 0, "the boundary does not say it: {}{}", ran.stdout, ran.stderr);
        let ran = scratch.shell("dictum get term/acv#definition --on 2026-01-01 --at HEAD~1");
        assert!(
            ran.code == 3 && ran.stderr.contains("git fetch --unshallow"),
            "{}{}",
            ran.stdout,
            ran.stderr
        );
        let doctor = scratch.dictum(&["doctor"]);
        assert!(doctor.code == 3 && doctor.stdout.contains("the clone is shallow"), "{}", doctor.stdout);
    }
}

#[test]
fn what_tells_history_otherwise_is_named() {
    for format in formats() {
        for (trouble, words) in [
            ("git replace --graft HEAD HEAD~2", "refs/replace"),
            ("mkdir -p .git/info && git rev-parse HEAD~1 > .git/info/grafts", "info/grafts"),
        ] {
            let scratch = repository(format);
            let (before, head) = (said(&scratch, "--at HEAD~1"), commit(&scratch, "HEAD"));
            done(&scratch, trouble);
            assert_eq!(said(&scratch, "").1, head, "{format}: {trouble}");
            assert_eq!(said(&scratch, "--at HEAD~1"), before, "{format}: {trouble}");
            let doctor = scratch.dictum(&["doctor"]);
            assert!(doctor.code == 3 && doctor.stdout.contains(words), "{format}: {}", doctor.stdout);
        }
    }
}

/// A program that leaves a trace when it is run.
fn plant(scratch: &Scratch, canary: &Path) -> String {
    let program = scratch.top().join("planted");
    let text = format!("#!/bin/sh\ntouch '{}'\ncat\nexit 0\n", canary.display());
    fs::write(&program, text).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be run");
    program.display().to_string()
}

/// Hooks, filters and every other program that a repository can configure stay where they are.
#[test]
fn planted_programs_are_not_run() {
    for format in formats() {
        let scratch = repository(format);
        let canary = scratch.beside("canary");
        let program = plant(&scratch, &canary);
        for name in [
            "core.fsmonitor",
            "core.pager",
            "core.editor",
            "core.sshCommand",
            "core.askPass",
            "core.gitProxy",
            "core.alternateRefsCommand",
            "pager.cat-file",
            "pager.rev-parse",
            "pager.for-each-ref",
            "pager.config",
            "diff.external",
            "diff.planted.textconv",
            "diff.planted.command",
            "filter.planted.clean",
            "filter.planted.smudge",
            "filter.planted.process",
            "merge.planted.driver",
            "credential.helper",
            "gpg.program",
            "gpg.ssh.program",
            "sequence.editor",
            "uploadpack.packObjectsHook",
            "remote.origin.uploadpack",
            "remote.origin.vcs",
        ] {
            scratch.git(&["config", name, &program]);
        }
        for alias in ["cat-file", "rev-parse", "for-each-ref", "show-ref", "status", "hash-object"] {
            scratch.git(&["config", &format!("alias.{alias}"), &format!("!{program}")]);
        }
        scratch.git(&["config", "remote.origin.url", &format!("ext::{program}")]);
        scratch.git(&["config", "remote.origin.promisor", "true"]);
        scratch.git(&["config", "protocol.ext.allow", "always"]);
        scratch.write(".git/info/attributes", "* filter=planted diff=planted merge=planted\n");
        scratch.write(".gitattributes", "* filter=planted diff=planted merge=planted\n");
        for hook in ["post-index-change", "reference-transaction", "pre-commit", "post-commit", "pre-auto-gc"]
        {
            let hook = scratch.top().join(".git/hooks").join(hook);
            fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
            fs::copy(&program, hook).expect("a hook");
        }
        fs::copy(&program, scratch.top().join("git")).expect("a program called git");
        let _does_it_run_where_it_may = scratch.shell("git status; git update-ref refs/heads/x HEAD");
        assert!(canary.exists(), "the trap works");
        fs::remove_file(&canary).expect("the canary");
        // Something is changed, and something is not here: git would look closer, and fetch.
        scratch.write("knowledge/arr.toml", "[term.arr]\nlabel = \"Arr\"\n");
        let blob = done(&scratch, "git rev-parse HEAD~1:knowledge/acv.toml").trim().to_owned();
        scratch.delete(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
        for line in [
            "dictum doctor",
            "dictum check",
            "dictum check --against first",
            "dictum get term/acv#definition --on 2026-01-01",
            "dictum get term/acv#definition --on 2026-01-01 --at v1",
            "dictum history term/acv#definition",
            "dictum blame",
            "dictum diff first..HEAD",
            "dictum audit --openpgp",
            "dictum revert term/acv#definition --to v1 --commit",
            "dictum prove term/acv#definition --on 2026-01-01 -o ../proof.json",
            "PATH=.:$PATH dictum doctor",
        ] {
            let ran = scratch.shell(line);
            assert!(matches!(ran.code, 0..=3) && !ran.stderr.contains("panicked"), "{line}: {}", ran.stderr);
            assert!(!canary.exists(), "{format}: `{line}` ran a program that the repository configures");
        }
    }
}

fn help(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

/// Where git can't be asked, or is not the same any more, that is said.
#[test]
fn without_git_they_are_refused() {
    let Some(format) = formats().first().copied() else { return };
    let scratch = repository(format);
    let dictum = crate::scratch::DICTUM;
    let ran = scratch.shell(&format!("PATH=/nowhere {dictum} doctor"));
    assert!(ran.code == 1 && help(&ran).contains("SHA-256"), "{}", help(&ran));
    assert!(help(&ran).contains("git init --object-format=sha1"), "{}", help(&ran));
    // A git that opens the repository and then answers nothing, or nonsense.
    for cat_file in
        ["exit 1", "echo nonsense; cat >/dev/null", "read line; echo \"$line blob 5\"", "kill -9 $$"]
    {
        let bin = scratch.beside("bin");
        fs::create_dir_all(&bin).expect("a folder");
        let text = format!(
            "#!/bin/sh\nfor word in \"$@\"; do case $word in cat-file) {cat_file}; exit 1;; esac; done\nexec $REAL \"$@\"\n"
        );
        fs::write(bin.join("git"), text).expect("a program");
        fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).expect("it can be run");
        let line = format!(
            "REAL=$(command -v git) PATH='{}':$PATH timeout 60 dictum check --at HEAD",
            bin.display()
        );
        let ran = scratch.shell(&line);
        assert!(
            ran.code == 2 && ran.stderr.contains("error: "),
            "{cat_file}: exit {} {}",
            ran.code,
            help(&ran)
        );
    }
}

/// A repository of somebody else's is refused, as git refuses it, until the asker says that it is meant.
#[test]
fn somebody_elses_is_refused() {
    for format in formats().into_iter().chain([""]) {
        let scratch = repository(format);
        if scratch.shell("chown -R 12345:12345 . 2>/dev/null").code != 0 {
            println!("skipped: only root can give a repository away");
            return;
        }
        let ran = scratch.dictum(&["doctor"]);
        assert!(ran.code == 1 && ran.stdout.contains("belongs to another user"), "{format}: {}", help(&ran));
        assert!(ran.stdout.contains("git config --global --add safe.directory"), "{}", help(&ran));
        let trusting = "git config --file ../.gitconfig safe.directory \"$PWD\" && env -u GIT_CONFIG_GLOBAL dictum doctor";
        let ran = scratch.shell(trusting);
        assert_eq!(ran.code, 0, "{format}: {}", help(&ran));
    }
}

/// Branches are moved, objects packed and thrown away while it is asked: what is told is true of some moment.
#[test]
fn a_repository_that_changes_under_our_hands() {
    for format in formats().into_iter().chain([""]) {
        let scratch = repository(format);
        let churn = "for n in 1 2 3 4 5 6; do git commit --quiet --amend --allow-empty --message \"Say three, $n\"; \
                     git reflog expire --expire=now --all; git gc --quiet --prune=now; done";
        let mut git = scratch.command("sh").args(["-c", churn]).spawn().expect("sh runs");
        let mut right = 0;
        while git.try_wait().expect("it can be waited for").is_none() || right == 0 {
            let ran = scratch.shell("timeout 60 dictum get term/acv#definition --on 2026-01-01");
            assert!(
                matches!(ran.code, 0 | 2 | 3) && !ran.stderr.contains("panicked"),
                "{format}: {}",
                help(&ran)
            );
            if ran.code == 0 {
                let holds = ran.stdout.starts_with("three ") && ran.stdout.contains("Say three");
                assert!(holds, "{format}: {}", ran.stdout);
                right += 1;
            }
        }
    }
}

/// Dates order nothing, however absurd they are.
#[test]
fn absurd_dates_name_the_right_commit() {
    for format in formats().into_iter().chain([""]) {
        let scratch = repository(format);
        for (number, date) in ["99999999999999999999 +9999", "-1 -0000", "x y", ""].into_iter().enumerate() {
            let text = format!("[term.acv]\ndefinition = \"date {number}\"\n");
            scratch.write("knowledge/acv.toml", text);
            done(
                &scratch,
                &format!(
                    "git add --all && git reset --quiet --soft $(printf 'tree %s\\nparent %s\\nauthor A <a@x> {date}\\ncommitter A <a@x> {date}\\n\\nx\\n' \
                     $(git write-tree) $(git rev-parse HEAD) | git hash-object -t commit -w --literally --stdin)"
                ),
            );
            assert_eq!(
                said(&scratch, ""),
                (format!("date {number}"), commit(&scratch, "HEAD")),
                "{format} {date}"
            );
            for line in [
                "dictum blame",
                "dictum history term/acv#definition",
                "dictum audit",
                "dictum get term/acv --at 2024-02-20",
            ] {
                let ran = scratch.shell(line);
                assert!(
                    matches!(ran.code, 0..=3) && !ran.stderr.contains("panicked"),
                    "{line}: {}",
                    help(&ran)
                );
            }
        }
    }
}

//! `dictum doctor` beside repositories that real git made whole, cut, and odd: each trouble is named with the command
//! that mends it.

use crate::scratch::Scratch;

fn repository() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"doctor\"\nlanguage = 1\n");
    for (number, day) in [(1, "01"), (2, "02"), (3, "03")] {
        scratch.write(
            &format!("knowledge/t{number}.toml"),
            format!("[term.t{number}]\nlabel = \"T {number}\"\n"),
        );
        scratch.shell(&format!(
            "git add --all && GIT_AUTHOR_DATE=2024-01-{day}T00:00:00Z GIT_COMMITTER_DATE=2024-01-{day}T00:00:00Z git commit --quiet --message 'Say T {number}'"
        ));
    }
    scratch
}

/// What the doctor says where `trouble` was made, the folder's own name left out.
fn told(scratch: &Scratch) -> (i32, String) {
    let ran = scratch.dictum(&["doctor"]);
    assert_eq!(ran.stderr, "");
    (ran.code, ran.stdout)
}

#[test]
fn all_is_well() {
    let (code, told) = told(&repository());
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("whole: a commit is named for each of 3 claims"), "{told}");
    assert!(told.lines().all(|line| line.starts_with("ok ")), "{told}");
}

#[test]
fn each_cut_of_history_is_named_with_what_mends_it() {
    let graft = "git rev-parse HEAD~1 > .git/info/grafts";
    let replace = "git replace --graft HEAD HEAD~2";
    for (trouble, words, mends) in [
        (graft, "info/grafts", "rm \"$(git rev-parse --git-path info/grafts)\""),
        (replace, "refs/replace", "git replace -d $(git replace -l)"),
    ] {
        let scratch = repository();
        scratch.shell(&format!("mkdir -p .git/info && {trouble}"));
        let (code, before) = told(&scratch);
        assert_eq!(code, 3, "{before}");
        assert!(before.contains(words) && before.contains(mends), "{before}");
        scratch.shell(mends);
        assert_eq!(told(&scratch).0, 0, "{}", told(&scratch).1);
    }
    for (option, words, mends) in [
        ("--depth 1", "the clone is shallow", "git fetch --unshallow"),
        ("--filter=blob:none", "the clone is partial", "git fetch --refetch --no-filter"),
    ] {
        let mut scratch = repository();
        scratch.shell("git config uploadpack.allowFilter true");
        let clone = scratch.beside("clone");
        scratch.shell(&format!("git clone --quiet {option} \"file://$PWD\" ../clone"));
        scratch.move_to(clone);
        let (code, before) = told(&scratch);
        assert_eq!(code, 3, "{before}");
        assert!(before.contains(words) && before.contains(mends), "{before}");
    }
}

#[test]
fn what_is_not_there_or_can_not_be_read_is_named() {
    let cases = [
        ("git init --quiet . && mkdir knowledge", "no `dictum.toml`", "dictum init"),
        (
            "mkdir knowledge && printf '[knowledge]\\nname = \"x\"\\nlanguage = 1\\n' > knowledge/dictum.toml",
            "not in a git repository",
            "git init",
        ),
        (
            "git init --quiet . && mkdir knowledge && printf '[knowledge]\\nname = \"x\"\\nlanguage = 1\\n' > knowledge/dictum.toml",
            "nothing was committed",
            "commit",
        ),
        (
            "git init --quiet . && git config core.repositoryFormatVersion 1 && git config extensions.future yes && mkdir knowledge && printf '[knowledge]\\nname = \"x\"\\nlanguage = 1\\n' > knowledge/dictum.toml",
            "uses an extension of git",
            "git fetch",
        ),
    ];
    for (trouble, words, mends) in cases {
        let scratch = Scratch::folder();
        scratch.shell(trouble);
        let (code, told) = told(&scratch);
        assert_eq!(code, 1, "{trouble}\n{told}");
        assert!(told.contains(words) && told.contains(mends), "{trouble}\n{told}");
    }
    let scratch = repository();
    scratch.write("knowledge/t1.toml", "[term.t1]\nlabell = \"T 1\"\n");
    let (code, changed) = told(&scratch);
    assert!(code == 0 && changed.contains("changed here and not committed"), "{changed}");
    scratch.shell("git commit --quiet --all --message 'Misspell it'");
    let (code, flawed) = told(&scratch);
    assert!(code == 1 && flawed.contains("HEAD has errors (1)"), "{flawed}");
}

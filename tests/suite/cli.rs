//! The command line as a contract: help, exit codes, completions, manual pages.

use std::fs;

use crate::scratch::Scratch;

const CONFIG: &str = "[knowledge]\nname = \"cli\"\nlanguage = 1\n";

/// A repository that says one thing, in one commit.
fn small() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write(
        "knowledge/acv.toml",
        "[term.acv]\nlabel = \"ACV\"\ndefinition = \"The yearly value of a contract.\"\n",
    );
    scratch.shell("git add --all && git commit --quiet --message 'Say what ACV is'");
    scratch
}

/// The names of the commands in a `--help`.
fn commands(help: &str) -> Vec<&str> {
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

#[test]
fn help() {
    let scratch = Scratch::folder();
    let top = scratch.dictum(&["--help"]);
    assert_eq!((top.code, &*top.stderr), (0, ""));
    let mut told = format!("$ dictum --help\n{}", top.stdout);
    for name in commands(&top.stdout) {
        let ran = scratch.dictum(&[name, "--help"]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        told.push_str(&format!("\n$ dictum {name} --help\n{}", ran.stdout));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn exit_codes() {
    let scratch = small();
    let cases: &[(&str, i32)] = &[
        ("dictum check", 0),
        ("dictum get term/acv#definition --on 2026-06-30", 0),
        ("dictum get term/acv#formula --on 2026-06-30", 0),
        ("dictum get term/acv#formula --on 2026-06-30 --require", 1),
        ("dictum get term/nothing --on 2026-06-30 --require", 1),
        ("dictum explain conflict", 0),
        ("dictum explain term", 0),
        ("dictum explain nothing", 2),
        ("dictum nothing", 2),
        ("dictum check --nothing", 2),
        ("dictum get", 2),
        ("dictum get term/acv#definition --on yesterday", 2),
        ("dictum get term/acv#definition --where region", 2),
        ("dictum get term/acv#definition --at nowhere", 2),
        ("dictum -C /nonexistent check", 2),
        ("dictum verify nowhere.dictum", 2),
        ("dictum when 2026-03", 0),
        ("dictum when FY26", 0),
        ("dictum when FY26 --require", 1),
        ("dictum when 'last month'", 0),
        ("dictum when 'last month' --require", 1),
        ("dictum when 'last month' --on 2026-03-14 --require", 0),
        ("dictum when 2026-02-30", 2),
        ("dictum when soon", 2),
        ("dictum when FY26 --calendar fiscal", 2),
        ("dictum --version", 0),
        ("dictum", 2),
    ];
    let mut wrong = Vec::new();
    for (line, code) in cases {
        let ran = scratch.shell(line);
        if ran.code != *code {
            wrong.push(format!("`{line}` left {} and not {code}: {}{}", ran.code, ran.stdout, ran.stderr));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Results go to stdout, everything else to stderr: a pipe carries nothing but the result.
#[test]
fn stdout_is_the_result() {
    let scratch = small();
    let ran = scratch.shell("dictum get term/acv#definition --on 2026-06-30 --format json");
    let _answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("nothing but JSON");
    let ran = scratch.shell("dictum ls term --format jsonl");
    for line in ran.stdout.lines() {
        let _each: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
    }
    let ran = scratch.shell("dictum check --format json");
    let _findings: serde_json::Value = serde_json::from_str(&ran.stdout).expect("nothing but JSON");
}

/// No colour and no progress where nobody looks, and none at all under `NO_COLOR`.
#[test]
fn no_colour_without_a_terminal() {
    let scratch = small();
    scratch.write("knowledge/bad.toml", "[term.x]\nlabl = \"x\"\n");
    for line in ["dictum check", "NO_COLOR=1 dictum check", "dictum check --color never"] {
        let ran = scratch.shell(line);
        assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'), "{line}");
    }
    let ran = scratch.shell("dictum check --color always");
    assert!(ran.stdout.contains('\u{1b}') || ran.stderr.contains('\u{1b}'), "`--color always` is always");
}

#[test]
fn completions() {
    let scratch = Scratch::folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = scratch.dictum(&["completions", shell]);
        assert_eq!((ran.code, &*ran.stderr), (0, ""));
        assert!(ran.stdout.contains("dictum") && ran.stdout.contains("check"), "{shell}");
    }
    let ran = scratch.shell("dictum completions bash > complete.bash && bash -n complete.bash");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn manual_pages() {
    let scratch = Scratch::folder();
    let ran = scratch.dictum(&["man", "--out", "man"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = fs::read_to_string(scratch.top().join("man/dictum.1")).expect("a manual page");
    assert!(page.contains(".TH") && page.contains("dictum"), "{page}");
    let help = scratch.dictum(&["--help"]).stdout;
    for name in commands(&help) {
        assert!(scratch.top().join(format!("man/dictum-{name}.1")).exists(), "a page for `{name}`");
    }
}

/// `init` gives something that checks clean, and never overwrites.
#[test]
fn init() {
    let scratch = Scratch::repository();
    let ran = scratch.dictum(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = scratch.dictum(&["check"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let config = scratch.top().join("knowledge/dictum.toml");
    fs::write(&config, CONFIG).expect("a file");
    let _again = scratch.dictum(&["init"]);
    assert_eq!(fs::read_to_string(&config).expect("a file"), CONFIG, "never overwrites");
}

/// Every code and every kind has a page, and `explain` finds it.
#[test]
fn everything_is_explained() {
    let scratch = Scratch::folder();
    for kind in [
        "term",
        "entity",
        "process",
        "source",
        "type",
        "dimension",
        "team",
        "precedence",
        "correction",
        "policy",
        "calendar",
    ] {
        let ran = scratch.dictum(&["explain", kind]);
        assert!(ran.code == 0 && ran.stdout.contains(kind), "{kind}: {}{}", ran.stdout, ran.stderr);
    }
    for code in dictum::diagnostic::codes::ALL {
        let ran = scratch.dictum(&["explain", code.slug]);
        assert!(ran.code == 0 && ran.stdout.contains(code.slug), "{}: {}", code.slug, ran.stderr);
    }
}

/// `correct --commit` commits that one file; what else is changed or staged stays as it is.
#[test]
fn a_correction_is_committed_alone() {
    let scratch = small();
    scratch.write("knowledge/staged.toml", "[term.staged]\nlabel = \"Staged\"\n");
    scratch.git(&["add", "knowledge/staged.toml"]);
    scratch.write("knowledge/acv.toml", "[term.acv]\nlabel = \"not committed\"\n");
    let ran = scratch.dictum(&[
        "correct",
        "term/acv#definition",
        "What a contract is worth in a year.",
        "--reason",
        "r",
        "--commit",
    ]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let shown = scratch.git(&["show", "--name-status", "--format=%an <%ae>"]);
    let lines: Vec<&str> = shown.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines[0], "Expert <expert@example.com>");
    assert!(lines.len() == 2 && lines[1].starts_with("A\tknowledge/corrections/"), "{shown}");
    assert_eq!(scratch.git(&["status", "--short"]), " M knowledge/acv.toml\nA  knowledge/staged.toml\n");
    let ran = scratch.dictum(&["get", "term/acv#definition", "--on", "2026-06-30"]);
    assert!(ran.stdout.starts_with("What a contract is worth in a year."), "{}", ran.stdout);
}

/// A commit that says one thing in place of another is named once, with both below it.
#[test]
fn history_names_a_commit_once() {
    let scratch = small();
    scratch.write(
        "knowledge/acv.toml",
        "[term.acv]\nlabel = \"ACV\"\ndefinition = \"The worth of a contract.\"\n",
    );
    scratch.shell("git add --all && git commit --quiet --message 'Say it better'");
    for address in ["term/acv", "term/acv#definition"] {
        let ran = scratch.dictum(&["history", "--claims", address]);
        let heads = ran.stdout.lines().filter(|line| line.ends_with("Say it better")).count();
        assert_eq!(heads, 1, "{}", ran.stdout);
        let below: Vec<&str> =
            ran.stdout.lines().skip_while(|line| !line.ends_with("Say it better")).collect();
        assert!(below.iter().any(|line| line.starts_with("  + ")), "{}", ran.stdout);
        assert!(below.iter().any(|line| line.starts_with("  - ")), "{}", ran.stdout);
    }
}

/// `correct --commit` is signed as git would sign it: by the environment, then by the configuration.
#[test]
fn a_correction_is_signed_as_git_signs() {
    let scratch = small();
    scratch.git(&["config", "author.name", "Author by configuration"]);
    let correct = "dictum correct term/acv#definition \"$VALUE\" --reason r --commit >/dev/null";
    let plain = "git commit --quiet --allow-empty --message x";
    let show = "git show --no-patch --date=raw --format='%an|%ae|%ad|%cn|%ce|%cd'";
    let environments = [
        "GIT_AUTHOR_NAME='Ana Lin' GIT_AUTHOR_EMAIL=ana@example.com GIT_AUTHOR_DATE='2026-01-15T09:00:00+01:00'",
        "GIT_COMMITTER_NAME='Ben Ode' GIT_COMMITTER_DATE='Thu, 15 Jan 2026 09:00:00 -0430'",
        "GIT_AUTHOR_DATE='@1768464000 +0200' GIT_COMMITTER_EMAIL=bot@example.com",
        "-u GIT_AUTHOR_NAME -u GIT_COMMITTER_NAME",
    ];
    for (number, environment) in environments.iter().enumerate() {
        let signed = |command: &str| {
            let script = format!("{command} && {show}");
            let ran = scratch.shell(&format!(
                "env {environment} VALUE='v{number}' sh -c '{}'",
                script.replace('\'', "'\\''")
            ));
            assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
            ran.stdout
        };
        assert_eq!(signed(correct), signed(plain), "{environment}");
    }
    let ran =
        scratch.shell("GIT_AUTHOR_DATE=yesterday dictum correct term/acv#definition no --reason r --commit");
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains("`GIT_AUTHOR_DATE` is `yesterday`"), "{}", ran.stderr);
    assert_eq!(scratch.git(&["status", "--short"]), "", "nothing is left behind");
}

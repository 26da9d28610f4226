//! What is sent to break it: a clear finding with its place, a short output, little memory, no panic.

use std::fs::{self, File};
use std::process::Stdio;
use std::time::Duration;

use crate::scratch::{DICTUM, Scratch};

const CONFIG: &str = "[knowledge]\nname = \"bad\"\nlanguage = 1\n";
const MEGABYTE: u64 = 1 << 20;

/// What a run under watch left behind.
struct Watched {
    code: i32,
    output: String,
    /// The most memory it held at any time, in bytes, as Linux counts it; 0 where that can't be known.
    peak: u64,
}

/// Knowledge with a sound configuration and nothing else.
fn knowledge() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch
}

/// Runs `dictum` and looks at its memory every millisecond.
fn watch(scratch: &Scratch, arguments: &[&str]) -> Watched {
    let [stdout, stderr] = ["stdout", "stderr"].map(|name| scratch.beside(name));
    let mut command = scratch.command(DICTUM);
    command.args(arguments).stdin(Stdio::null());
    command.stdout(File::create(&stdout).expect("a file")).stderr(File::create(&stderr).expect("a file"));
    let mut child = command.spawn().expect("dictum runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let code = loop {
        peak = peak.max(high_water(&fs::read_to_string(&status).unwrap_or_default()));
        match child.try_wait().expect("it can be waited for") {
            Some(status) => break status.code().unwrap_or(128),
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let read = |path| String::from_utf8(fs::read(path).expect("a file")).expect("output is UTF-8");
    Watched { code, output: read(stdout) + &read(stderr), peak }
}

/// `VmHWM:     1234 kB`, in bytes.
fn high_water(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|number| number.parse().ok());
    kilobytes.unwrap_or(0_u64) * 1024
}

/// Checks and holds what came out against what every bad input has to give; `text` is its size in bytes.
fn refused(scratch: &Scratch, text: u64, code: &str, place: &str) -> Watched {
    let watched = watch(scratch, &["check"]);
    sober(&watched, text);
    assert_eq!(watched.code, 1, "{}", clip(&watched.output));
    assert!(watched.output.contains(code), "no `{code}` in\n{}", clip(&watched.output));
    assert!(watched.output.contains(place), "no `{place}` in\n{}", clip(&watched.output));
    watched
}

/// Exit 1 or 2, no panic, a short output, little memory, and nothing on the screen that could deceive.
fn sober(watched: &Watched, text: u64) {
    assert!(matches!(watched.code, 1 | 2), "exit {}: {}", watched.code, clip(&watched.output));
    assert!(!watched.output.contains("panicked"), "{}", clip(&watched.output));
    assert!((watched.output.len() as u64) < MEGABYTE, "{} bytes of output", watched.output.len());
    let limit = 200 * MEGABYTE + text;
    assert!(watched.peak < limit, "{} MB of memory for {} MB", watched.peak / MEGABYTE, text / MEGABYTE);
    let unseen =
        ['\u{200b}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2060}'..='\u{2069}', '\u{feff}'..='\u{feff}'];
    let hidden = |c: &char| (c.is_control() && *c != '\n') || unseen.iter().any(|range| range.contains(c));
    assert_eq!(watched.output.chars().find(hidden), None, "{}", clip(&watched.output));
}

fn clip(text: &str) -> String {
    text.chars().take(2_000).collect()
}

/// One file of knowledge with these bytes is refused with this code at that file.
fn bad_file(bytes: impl AsRef<[u8]>, code: &str) -> Watched {
    let scratch = knowledge();
    let text = bytes.as_ref().len() as u64;
    scratch.write("knowledge/bad.toml", bytes);
    refused(&scratch, text, code, "knowledge/bad.toml")
}

#[test]
fn arrays_nested_a_hundred_thousand_deep() {
    let deep = format!("[term.a]\nlabel = {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    bad_file(deep, "too-deep");
}

#[test]
fn tables_nested_a_hundred_thousand_deep() {
    bad_file(format!("[term.a]\nlabel = {}1{}\n", "{a=".repeat(80_000), "}".repeat(80_000)), "too-deep");
}

#[test]
fn a_key_of_a_hundred_thousand_parts() {
    bad_file(format!("[{}a]\nlabel = 1\n", "a.".repeat(100_000)), "too-deep");
}

#[test]
fn brackets_that_never_close() {
    bad_file(format!("[term.a]\nlabel = {}\n", "[".repeat(100_000)), "too-deep");
}

#[test]
fn a_file_of_a_gigabyte() {
    let scratch = knowledge();
    let file = File::create(scratch.top().join("knowledge/bad.toml")).expect("a file");
    file.set_len(1 << 30).expect("a sparse file");
    refused(&scratch, 0, "file-too-large", "knowledge/bad.toml");
}

#[test]
fn a_text_of_fifty_megabytes() {
    bad_file(format!("[term.a]\nlabel = \"{}\"\n", "x".repeat(50 << 20)), "file-too-large");
}

#[test]
fn a_line_of_fifteen_megabytes() {
    bad_file(format!("[term.a]\nlabel = \"{}\"\n", "x".repeat(15 << 20)), "line-too-long");
}

#[test]
fn a_million_mistakes() {
    let lines: String = (0..1_000_000).map(|number| format!("x{number} = 1\n")).collect();
    let watched = bad_file(format!("[term.a]\n{lines}"), "unknown-attribute");
    assert!(
        watched.output.contains("1000000") || watched.output.contains("1,000,000"),
        "they are not all counted"
    );
}

#[test]
fn a_million_mistakes_in_the_toml_itself() {
    bad_file("= 1\n".repeat(1_000_000), "bad-toml");
}

#[test]
fn very_many_merges_that_nobody_finished() {
    bad_file("<<<<<<< a\n= 1\n=======\n= 1\n>>>>>>> b\n".repeat(200_000), "conflict-markers");
}

#[test]
fn a_lens_that_reads_a_file_for_each_of_its_subjects() {
    let scratch = knowledge();
    let lens = "[lens.l]\nfiles = \"all.toml\"\neach = \"all\"\nsubject = \"entity/{key}\"\nreads = { aliases = \"/all.*.name\" }\n";
    scratch.write("knowledge/lens.toml", lens);
    let text: String = (0..20_000).map(|number| format!("[all.e{number}]\nname = \"n{number}\"\n")).collect();
    scratch.write("knowledge/all.toml", &text);
    refused(&scratch, text.len() as u64, "bad-lens", "knowledge/all.toml");
}

#[test]
fn a_million_tables_of_one_name() {
    bad_file("[term.a]\n".repeat(1_000_000), "duplicate-key");
}

#[test]
fn a_million_characters_that_nobody_sees() {
    bad_file(
        format!("[term.a]\nlabel = \"\"\"\n{}\"\"\"\n", "\u{200b}\n".repeat(1_000_000)),
        "hidden-character",
    );
}

#[test]
fn nul() {
    bad_file("[term.a]\nlabel = \"a\0b\"\n", "hidden-character");
    bad_file("\0", "hidden-character");
}

#[test]
fn not_utf8() {
    bad_file(b"[term.a]\nlabel = \"\xff\xfe\"\n", "not-utf8");
    bad_file(b"\xc3", "not-utf8");
}

#[test]
fn utf16() {
    let text = "[term.a]\nlabel = \"x\"\n";
    let little: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> =
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    bad_file(little, "not-utf8");
    bad_file(big, "not-utf8");
}

#[test]
fn characters_that_nobody_sees() {
    let hidden = [
        '\u{202e}',
        '\u{2066}',
        '\u{200b}',
        '\u{200d}',
        '\u{2060}',
        '\u{feff}',
        '\u{e0041}',
        '\u{7f}',
        '\u{85}',
        '\u{1b}',
        '\u{8}',
        '\u{ad}',
    ];
    for c in hidden {
        for text in [
            format!("[term.a]\nlabel = \"x{c}y\"\n"),
            format!("# x{c}y\n[term.a]\nlabel = \"x\"\n"),
            format!("[term.a]\n\"x{c}y\" = \"x\"\n"),
        ] {
            let watched = bad_file(&text, "hidden-character");
            let shown = format!("\\u{{{:04X}}}", u32::from(c));
            let says = watched.output.contains(&shown);
            assert!(says, "which character? {}", watched.output);
        }
    }
}

/// Spelled out, everybody sees them: accepted, and never sent to a screen as they are.
#[test]
fn escapes_for_characters_that_nobody_sees() {
    let scratch = knowledge();
    scratch.write("knowledge/a.toml", "[term.a]\nlabel = \"x\\u202Ey\"\n");
    scratch.shell("git add --all && git commit --quiet --message x");
    assert_eq!(scratch.shell("dictum check").code, 0);
    for ask in ["get term/a#label", "why term/a#label", "blame term/a", "history term/a#label", "ls term"] {
        let ran = scratch.shell(&format!("dictum {ask}"));
        assert!(!ran.stdout.contains('\u{202E}'), "{ask}: {}", ran.stdout);
        assert!(ran.stdout.to_uppercase().contains("\\U{202E}"), "{ask}: {}", ran.stdout);
    }
}

/// Windows' line ends and its mark at the beginning are no mistakes: they say the same.
#[test]
fn crlf_says_the_same() {
    let said = |text: String| {
        let scratch = knowledge();
        scratch.write("knowledge/a.toml", text);
        scratch.shell("git add --all && git commit --quiet --message x");
        let ran = scratch.shell("dictum get term/a#definition --on 2026-06-30 --format json");
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        let answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("an answer");
        (answer["value"].clone(), answer["pin"].clone())
    };
    let text = "[term.a]\nlabel = \"A\"\ndefinition = \"\"\"\none\ntwo\"\"\"\n";
    assert_eq!(said(text.to_owned()), said(text.replace('\n', "\r\n")));
}

#[cfg(unix)]
#[test]
fn symlinks_and_loops() {
    use std::os::unix::fs::symlink;
    let scratch = knowledge();
    scratch.write("elsewhere/secret.toml", "[term.secret]\nlabel = \"secret\"\n");
    let knowledge = scratch.top().join("knowledge");
    symlink("../elsewhere/secret.toml", knowledge.join("link.toml")).expect("a link");
    symlink("..", knowledge.join("loop")).expect("a loop");
    symlink("nowhere.toml", knowledge.join("broken.toml")).expect("a broken link");
    symlink("/etc", knowledge.join("etc")).expect("a way out");
    let watched = refused(&scratch, 0, "symlink", "knowledge/link.toml");
    assert!(watched.output.contains("knowledge/loop"), "{}", watched.output);
    let listed = scratch.shell("git add --all && git commit --quiet --message x; dictum ls term");
    assert!(!listed.stdout.contains("secret"), "{}", listed.stdout);
    let watched = watch(&scratch, &["build", "--rev", "HEAD", "-o", "../out.dictum"]);
    sober(&watched, 0);
    assert!(watched.output.contains("symlink"), "{}", watched.output);
}

/// A commit's tree may hold names that no file system would take.
#[test]
fn odd_names_in_a_commit() {
    let scratch = knowledge();
    let blob = |text: &str| {
        scratch.shell(&format!("printf '{text}' | git hash-object -w --stdin")).stdout.trim().to_owned()
    };
    let tree = |lines: &str| {
        scratch.shell(&format!("printf '{lines}' | git mktree --missing")).stdout.trim().to_owned()
    };
    let config = blob(&CONFIG.replace('\n', "\\n"));
    let term = blob("[term.a]\\nlabel = \"x\"\\n");
    let inner = tree(&format!("100644 blob {term}\\ta.toml\\n"));
    for name in ["..", ".git", "."] {
        let odd = tree(&format!("100644 blob {config}\\tdictum.toml\\n040000 tree {inner}\\t{name}\\n"));
        let top = tree(&format!("040000 tree {odd}\\tknowledge\\n"));
        let commit = scratch.shell(&format!("git commit-tree -m odd {top}")).stdout.trim().to_owned();
        assert_eq!(commit.len(), 40, "git makes the tree");
        let watched = watch(&scratch, &["build", "--rev", &commit, "-o", "../out.dictum"]);
        sober(&watched, 0);
        assert!(watched.output.contains("odd-path"), "{name}: {}", watched.output);
    }
}

#[test]
fn paths_that_differ_by_case_only() {
    let scratch = knowledge();
    scratch.write("knowledge/Acv.toml", "[term.acv]\nlabel = \"ACV\"\n");
    scratch.write("knowledge/acv.toml", "[term.churn]\nlabel = \"Churn\"\n");
    refused(&scratch, 0, "path-case", "knowledge/acv.toml");
}

#[test]
fn one_source_declared_in_two_files() {
    let scratch = knowledge();
    for file in ["a", "b"] {
        let text = "[precedence.default]\ntiers = [\"policy\"]\n".to_owned();
        let declared = "[source.policy]\nauthority = \"policy\"\n";
        scratch.write(
            &format!("knowledge/{file}.toml"),
            if file == "a" { text + declared } else { declared.to_owned() },
        );
    }
    let watched = watch(&scratch, &["check"]);
    assert!(!watched.output.contains("panicked"), "{}", watched.output);
}

#[test]
fn two_files_that_differ_about_one_thing() {
    let scratch = knowledge();
    scratch.write("knowledge/a.toml", "[term.acv]\nlabel = \"ACV\"\n");
    scratch.write("knowledge/b.toml", "[term.acv]\nlabel = \"A.C.V.\"\n");
    refused(&scratch, 0, "conflict", "knowledge/b.toml");
}

#[test]
fn very_many_files() {
    let scratch = knowledge();
    for number in 0..2_000 {
        scratch.write(
            &format!("knowledge/{}/t{number}.toml", number % 7),
            format!("[term.t{number}]\nlabl = \"x\"\n"),
        );
    }
    refused(&scratch, 0, "unknown-attribute", "knowledge/0/t0.toml");
}

#[test]
fn arguments_that_are_no_addresses() {
    let scratch = knowledge();
    scratch.shell("git add --all && git commit --quiet --message x");
    let long = "x".repeat(100_000);
    for address in [
        "",
        "#",
        "/",
        "term/",
        "term/#",
        "term/a#",
        "a\u{202e}b",
        "--at",
        &long,
        "term/a#b#c",
        "~",
        "term/a#b~zz",
    ] {
        for command in ["get", "why", "history"] {
            let watched = watch(&scratch, &[command, "--on", "2026-06-30", "--", address]);
            assert!(matches!(watched.code, 0..=2), "{command} {address:?}: exit {}", watched.code);
            assert!(!watched.output.contains("panicked"), "{command} {address:?}: {}", clip(&watched.output));
            assert!((watched.output.len() as u64) < MEGABYTE);
        }
    }
    for revision in ["", "-1", "HEAD~999999999", "--output=x", "nowhere", "@{u}", ":/x", "HEAD^{/x}", "\u{0}"]
    {
        let revision = revision.replace('\0', "");
        let watched =
            watch(&scratch, &["get", "term/a#label", "--on", "2026-06-30", &format!("--at={revision}")]);
        assert_eq!(watched.code, 2, "--at {revision:?}: {}", watched.output);
        sober(&watched, 0);
    }
}

#[test]
fn a_configuration_that_is_none() {
    for config in ["[knowledge]\nname = 5\nlanguage = \"x\"\n", "language = 99\n", "[[knowledge]]\n", "= ="] {
        let scratch = Scratch::repository();
        scratch.write("knowledge/dictum.toml", config);
        let watched = watch(&scratch, &["check"]);
        sober(&watched, 0);
        assert!(watched.output.contains("knowledge/dictum.toml"), "{config:?}: {}", watched.output);
    }
}

#[test]
fn no_knowledge_and_no_repository() {
    let empty = Scratch::folder();
    let watched = watch(&empty, &["check"]);
    sober(&watched, 0);
    assert!(watched.output.contains("dictum init"), "{}", watched.output);
    let bare = Scratch::repository();
    sober(&watch(&bare, &["get", "term/a#label", "--on", "2026-06-30"]), 0);
    let unborn = knowledge();
    let watched = watch(&unborn, &["blame"]);
    assert!(matches!(watched.code, 0..=2) && !watched.output.contains("panicked"), "{}", watched.output);
}

#[test]
fn snapshots_that_are_none() {
    let scratch = knowledge();
    for (name, bytes) in [("empty", Vec::new()), ("text", b"hello".to_vec()), ("zeros", vec![0; 1 << 20])] {
        let file = scratch.beside(name);
        fs::write(&file, bytes).expect("a file");
        let path = file.display().to_string();
        for arguments in
            [vec!["verify", &path], vec!["get", "term/a#label", "--on", "2026-06-30", "--snapshot", &path]]
        {
            let watched = watch(&scratch, &arguments);
            sober(&watched, 1 << 20);
            assert_eq!(watched.code, 2, "{arguments:?}: {}", watched.output);
        }
    }
}

#[test]
fn a_pipe_that_closes_is_quiet() {
    let scratch = knowledge();
    let lines: String = (0..20_000).map(|number| format!("x{number} = 1\n")).collect();
    scratch.write("knowledge/bad.toml", format!("[term.a]\n{lines}"));
    let ran = scratch.shell("dictum check --format json | head -c 10 >/dev/null");
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("pipe"), "{}", ran.stderr);
}

#[test]
fn memory_is_seen() {
    assert_eq!(high_water("Name: x\nVmHWM:\t    1234 kB\nVmRSS: 1 kB\n"), 1234 * 1024);
}

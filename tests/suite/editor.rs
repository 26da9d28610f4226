//! What an editor gets: `dictum lsp` is driven by an outside client (pytest-lsp, `tests/lsp/`), and where there is no server, the
//! schema is read by the programs behind other extensions (taplo, tombi).
//!
//! All of them are Python packages; PYTHON names the Python that has them. Where they are not there the test says so; `.ci/run`
//! installs them.
#![expect(clippy::print_stdout, reason = "says what is not here to check with")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::scratch::Scratch;

fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Whether what is missing has to be there.
fn insists() -> bool {
    std::env::var_os("CI").is_some() && std::env::var_os("PYTHON").is_some()
}

#[test]
fn an_outside_editor_writes_knowledge() {
    let python = python();
    let has = Command::new(&python).args(["-c", "import pytest_lsp"]).output();
    if !has.is_ok_and(|ran| ran.status.success()) {
        assert!(!insists(), "`{python}` has no package `pytest-lsp`");
        println!(
            "skipped: `{python}` has no package `pytest-lsp` (`pip install pytest-lsp`, and PYTHON names the Python)"
        );
        return;
    }
    let tour = Scratch::tour();
    let ran = Command::new(&python)
        .args(["-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-W", "ignore"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/test_editor.py"))
        .env("DICTUM", env!("CARGO_BIN_EXE_dictum"))
        .env("TOUR", tour.top())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("pytest runs");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains(" passed"), "{said}");
}

/// A program beside the Python.
fn beside(name: &str) -> Option<PathBuf> {
    let program = Path::new(&python()).with_file_name(name);
    let runs = Command::new(&program).arg("--version").output().is_ok_and(|ran| ran.status.success());
    if !runs {
        assert!(!insists(), "{name} is not beside the Python");
        println!("skipped: {name} is not here (`pip install {name}`, and PYTHON names the Python)");
    }
    runs.then_some(program)
}

#[test]
fn the_schema_tells_mistakes_where_there_is_no_server() {
    let scratch = Scratch::folder();
    let schema = scratch.dictum(&["schema", "knowledge"]).stdout;
    scratch.write("knowledge.schema.json", schema);
    let first = "#:schema ./knowledge.schema.json\n";
    scratch.write("good.toml", format!("{first}[term.acv]\nlabel = \"ACV\"\nowner = \"finance\"\n"));
    let bad =
        [("kind", "[tern.acv]\nlabel = \"ACV\"\n", "tern"), ("value", "[term.acv]\nlabel = 12\n", "12")];
    for (name, text, _) in bad {
        scratch.write(&format!("{name}.toml"), format!("{first}{text}"));
    }
    for (program, arguments) in [("taplo", &["lint"][..]), ("tombi", &["lint", "--offline"][..])] {
        let Some(program) = beside(program) else { continue };
        let lint = |file: &str| -> Output {
            Command::new(&program)
                .args(arguments)
                .arg(file)
                .current_dir(scratch.top())
                .output()
                .expect("it runs")
        };
        let ran = lint("good.toml");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        for (name, _, word) in bad {
            let ran = lint(&format!("{name}.toml"));
            let said = [ran.stdout, ran.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(!ran.status.success() && (said.contains(word) || said.contains("Integer")), "{said}");
        }
    }
}

#[test]
fn knowledge_of_our_own_fits_the_schema() {
    let Some(taplo) = beside("taplo") else { return };
    let scratch = Scratch::tour();
    let schema = scratch.beside("knowledge.json");
    std::fs::write(&schema, scratch.dictum(&["schema", "knowledge"]).stdout).expect("a file");
    let ran = Command::new(taplo)
        .args(["lint", "--schema", &format!("file://{}", schema.display()), "knowledge/*/*.toml"])
        .current_dir(scratch.top())
        .output()
        .expect("it runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// Starts `dictum lsp` and sends it `bytes`.
fn sent(bytes: &[u8]) -> Output {
    let scratch = Scratch::tour();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dictum"))
        .arg("lsp")
        .current_dir(scratch.top())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // It may end before all of it is read.
    let _gone = child.stdin.take().expect("a pipe").write_all(bytes);
    child.wait_with_output().expect("it ends")
}

#[test]
fn what_is_not_the_protocol_ends_it_with_a_word() {
    let message = |text: &str| format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes();
    let odd = [
        b"hello\n".to_vec(),
        b"Content-Length: many\r\n\r\n{}".to_vec(),
        message("{"),
        message("[]"),
        message(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":7}"#),
        Vec::new(),
    ];
    for bytes in odd {
        let ran = sent(&bytes);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(2), "{said}");
        assert!(said.starts_with("error: ") && !said.contains("panicked"), "{said}");
    }
}

#[test]
fn every_editor_is_told_how_to_start_it() {
    let scratch = Scratch::folder();
    for editor in ["vscode", "neovim", "helix", "zed", "schema"] {
        let ran = scratch.dictum(&["lsp", "--setup", editor]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(
            ran.stdout.contains("dictum") && ran.stdout.lines().all(|line| line.len() <= 130),
            "{}",
            ran.stdout
        );
    }
    // What is to be copied is what it is meant to be.
    let helix = scratch.dictum(&["lsp", "--setup", "helix"]).stdout;
    let table = helix.split_once("\n\n").and_then(|(_, rest)| rest.split_once("\n\n`hx")).expect("a table").0;
    let read: toml_edit::DocumentMut = table.parse().expect("TOML");
    assert_eq!(read["language-server"]["dictum"]["command"].as_str(), Some("dictum"));
    for (editor, start) in [("vscode", "{\n"), ("zed", "{\n")] {
        let told = scratch.dictum(&["lsp", "--setup", editor]).stdout;
        let json = &told[told.find(start).expect("JSON")..];
        let json = json.split_once("\n}\n").map_or(json, |(json, _)| json).trim_end().trim_end_matches("\n}");
        serde_json::from_str::<serde_json::Value>(&format!("{json}\n}}")).expect("JSON");
    }
}

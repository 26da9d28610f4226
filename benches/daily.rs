//! What experts and reviewers wait for every day, on generated knowledge of 100,000 claims in 10,000 files: from a keystroke to its
//! diagnostics, a check, and what a change answers otherwise.
//!
//! `cargo bench --bench daily [FILES]`. The check is held against `taplo lint` and `tombi lint` with the schema over the same
//! files, which look at each file alone (set TAPLO and TOMBI, or have them on the path; `pip install taplo tombi`); the
//! difference against one cold check; a check after one changed file against the cold one. Prints ratios of medians of one run.
//! Needs git.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes files, starts programs, takes the time and prints"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

#[path = "generated/knowledge.rs"]
mod generated;

use generated::{generate, path_of};

/// Rounds; in each, all that is compared runs once.
const RUNS: usize = 7;

/// Letters that are typed.
const KEYS: usize = 200;

const DICTUM: &str = env!("CARGO_BIN_EXE_dictum");

fn main() {
    let files = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(10_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    generate(folder, files);
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    commit(folder, "Say all of it");
    keystrokes(folder, files);
    checks(folder, files);
}

/// From a letter typed to what is wrong with it.
fn keystrokes(folder: &Path, files: usize) {
    let path = folder.join(path_of(files / 2));
    let text = fs::read_to_string(&path).expect("a file");
    let line = text.lines().position(|line| line.starts_with("label")).expect("a label");
    let mut editor = Editor::start(folder);
    let uri = format!("file://{}", path.display());
    let document = json!({ "uri": uri, "languageId": "toml", "version": 1, "text": text });
    editor.note("textDocument/didOpen", json!({ "textDocument": document }));
    editor.diagnostics(1);
    let mut taken = Vec::new();
    for key in 0..KEYS {
        // A letter that makes a mistake, and away with it.
        let wrong = key % 2 == 0;
        let start = json!({ "line": line, "character": 3 });
        let end = json!({ "line": line, "character": if wrong { 3 } else { 4 } });
        let change = json!({ "range": { "start": start, "end": end }, "text": if wrong { "x" } else { "" } });
        let version = key as i64 + 2;
        let began = Instant::now();
        let document = json!({ "uri": uri, "version": version });
        editor
            .note("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
        let found = editor.diagnostics(version);
        taken.push(began.elapsed());
        assert_eq!(found > 0, wrong, "what is told is of what was typed");
    }
    let middle = median(&mut taken);
    let late = taken[taken.len() * 95 / 100];
    println!("keystroke to diagnostics        {middle:>8.1?} median, {late:.1?} at p95 (bound: 50 ms)");
    editor.end();
}

/// `dictum check`, cold and again after one change, its peers, and `dictum diff`.
fn checks(folder: &Path, files: usize) {
    let schema = folder.join("knowledge.schema.json");
    let told = Command::new(DICTUM).args(["schema", "knowledge"]).output().expect("dictum runs").stdout;
    fs::write(&schema, told).expect("a file");
    let taplo = std::env::var("TAPLO").unwrap_or_else(|_| "taplo".to_owned());
    let tombi = std::env::var("TOMBI").unwrap_or_else(|_| "tombi".to_owned());
    fs::write(
        folder.join("tombi.toml"),
        "[[schemas]]\npath = \"knowledge.schema.json\"\ninclude = [\"knowledge/**/*.toml\"]\n",
    )
    .expect("a file");
    let url = format!("file://{}", schema.display());
    let peers: [(&str, &str, Vec<&str>); 2] = [
        ("taplo lint", &taplo, vec!["lint", "--schema", &url, "knowledge/**/*.toml"]),
        ("tombi lint", &tombi, vec!["lint", "--offline", "knowledge"]),
    ];
    let (mut cold, mut again, mut diff) = (Vec::new(), Vec::new(), Vec::new());
    let mut others: Vec<Vec<Duration>> = vec![Vec::new(); peers.len()];
    for round in 0..RUNS {
        cold.push(run(DICTUM, &["--no-cache", "check", "--quiet"], folder));
        let path = folder.join(path_of(round * 31 % files));
        let text = fs::read_to_string(&path).expect("a file");
        fs::write(&path, text.replace("excluded", "left out")).expect("a file");
        again.push(run(DICTUM, &["check", "--quiet"], folder));
        diff.push(run(DICTUM, &["diff", "--against", "HEAD", "--quiet"], folder));
        for ((_, program, arguments), taken) in peers.iter().zip(&mut others) {
            // One round of them is enough: they take long.
            if round < 3 && Command::new(program).arg("--version").output().is_ok() {
                taken.push(run(program, arguments, folder));
            }
        }
    }
    let middle = median(&mut cold);
    println!("check, cold                     {middle:>8.1?}");
    println!(
        "check after one changed file    {:>8.1?}  {:.2} x cold (bound: 0.1)",
        median(&mut again),
        ratio(&again, &cold)
    );
    println!(
        "diff --against                  {:>8.1?}  {:.2} x cold (bound: 1.5)",
        median(&mut diff),
        ratio(&diff, &cold)
    );
    for ((name, ..), taken) in peers.iter().zip(&mut others) {
        if taken.is_empty() {
            println!("{name} is not here");
            continue;
        }
        println!("{name:<31} {:>8.1?}  {:.2} x cold (bound: 5)", median(taken), ratio(taken, &cold));
    }
}

/// An editor.
struct Editor {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Editor {
    fn start(folder: &Path) -> Editor {
        let pipe = Stdio::piped;
        let mut child = Command::new(DICTUM)
            .arg("lsp")
            .current_dir(folder)
            .stdin(pipe())
            .stdout(pipe())
            .spawn()
            .expect("dictum starts");
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        let mut editor = Editor { child, input, output: BufReader::new(output) };
        let general = json!({ "positionEncodings": ["utf-8"] });
        let uri = format!("file://{}", folder.display());
        let params = json!({ "processId": null, "rootUri": uri, "capabilities": { "general": general } });
        editor.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }));
        editor.receive();
        editor.note("initialized", json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("dictum listens");
        self.input.flush().expect("dictum listens");
    }

    fn note(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).expect("dictum answers");
            match line.trim().split_once(": ") {
                Some((_, value)) => length = value.parse().expect("a length"),
                None => break,
            }
        }
        let mut text = vec![0; length];
        self.output.read_exact(&mut text).expect("dictum answers");
        serde_json::from_slice(&text).expect("JSON")
    }

    /// How many diagnostics a version has.
    fn diagnostics(&mut self, version: i64) -> usize {
        loop {
            let message = self.receive();
            if message["params"]["version"] == version {
                return message["params"]["diagnostics"].as_array().map_or(0, Vec::len);
            }
        }
    }

    fn end(mut self) {
        self.send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "shutdown" }));
        self.note("exit", Value::Null);
        self.child.wait().expect("it ends");
    }
}

/// How long a program takes, whatever it says.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Duration {
    let began = Instant::now();
    let ran = Command::new(program).args(arguments).current_dir(folder).output().expect("it runs");
    let taken = began.elapsed();
    assert!(ran.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&ran.stderr));
    taken
}

fn git(folder: &Path, arguments: &[&str]) {
    let names = ["-c", "user.name=A Bench", "-c", "user.email=bench@example.com"];
    let ran = Command::new("git").args(names).args(arguments).current_dir(folder).output().expect("git runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", message]);
}

fn median(taken: &mut [Duration]) -> Duration {
    taken.sort_unstable();
    taken[taken.len() / 2]
}

/// Of medians; both are sorted.
fn ratio(own: &[Duration], other: &[Duration]) -> f64 {
    let middle = |taken: &[Duration]| taken[taken.len() / 2].as_secs_f64();
    middle(own) / middle(other)
}

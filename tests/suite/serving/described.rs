//! Whether the server is as it describes itself: schemathesis (<https://schemathesis.readthedocs.io>) makes requests of
//! `/openapi.json`, right ones and wrong ones, and looks at every answer.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::Server;
use crate::scratch::Scratch;

/// The Python that has the package `schemathesis`; `None`, said why, where there is none. CI has one and insists.
fn python() -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ran = Command::new(&python).args(["-c", "import schemathesis"]).output();
    if ran.is_ok_and(|ran| ran.status.success()) {
        return Some(python);
    }
    // The tests are run before that step installs it; then PYTHON names one.
    let insists = std::env::var_os("CI").is_some() && std::env::var_os("PYTHON").is_some();
    assert!(!insists, "`{python}` has no package `schemathesis`");
    eprintln!(
        "skipped: `{python}` has no package `schemathesis` (`pip install schemathesis`, and PYTHON names the Python)"
    );
    None
}

/// Runs it against `server` by the description at `location`: whether all was right, what it said, and its report.
fn asked(python: &str, server: &Server, location: &str, more: &[&str]) -> (bool, String, Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi");
    let beside = Scratch::folder();
    let mut command = beside.command(python);
    command.env("SCHEMATHESIS_HOOKS", folder.join("checks.py")).env("PYTHONDONTWRITEBYTECODE", "1");
    command
        .args(["-m", "schemathesis.cli", "--no-color", "--config-file"])
        .arg(folder.join("schemathesis.toml"));
    command.args(["run", location, "--url", &format!("http://{}", server.address)]);
    command.args(["--report", "json", "--report-json-path", "report.json"]).args(more);
    let ran = command.output().expect("Python runs");
    // What it sent may be as long as what may be sent.
    let told = String::from_utf8_lossy(&ran.stdout);
    let told: Vec<String> = told.lines().map(|line| line.chars().take(400).collect()).collect();
    let report = fs::read(beside.top().join("report.json")).ok();
    let report = report.and_then(|report| serde_json::from_slice(&report).ok()).unwrap_or_default();
    (ran.status.success(), format!("{}{}", told.join("\n"), String::from_utf8_lossy(&ran.stderr)), report)
}

#[test]
fn a_fuzzer_finds_it_as_it_is_described() {
    let Some(python) = python() else { return };
    let scratch = Scratch::tour();
    let server = Server::start(&scratch, &[]);
    let location = format!("http://{}/openapi.json", server.address);
    let (right, told, report) = asked(&python, &server, &location, &[]);
    assert!(right, "{told}");
    let count = |pointer: &str| report.pointer(pointer).and_then(Value::as_u64).expect("a count");
    assert_eq!(count("/operations/tested"), count("/operations/total"), "{told}");
    assert!(count("/test_cases/generated") > 1000 && count("/test_cases/errored") == 0, "{told}");
    assert_eq!(server.get("/health").json()["stale"], false, "it serves on");
}

/// What is asked above is asked in earnest: a description with a mistake is found to have it.
#[test]
fn a_fuzzer_finds_what_is_described_wrongly() {
    let Some(python) = python() else { return };
    let scratch = Scratch::tour();
    let server = Server::start(&scratch, &[]);
    let described = server.get("/openapi.json").json();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut described = described.clone();
        change(&mut described);
        described
    };
    let answers = "/paths/~1v1~1get/get/responses/200/content/application~1json/schema";
    let most =
        "/paths/~1v1~1history/post/requestBody/content/application~1json/schema/properties/requests/maxItems";
    let put = |described: &mut Value, at: &str, value: Value| {
        *described.pointer_mut(at).unwrap_or_else(|| panic!("nothing at {at}")) = value;
    };
    for (what, path, check, described) in [
        (
            "an answer has a field that it hasn't",
            "/v1/get",
            "Response violates schema",
            with(&|all| {
                put(all, answers, json!({ "type": "object", "required": ["certainty"] }));
            }),
        ),
        (
            "a refusal is not told of",
            "/v1/when",
            "Undocumented status code",
            with(&|all| {
                let responses =
                    all.pointer_mut("/paths/~1v1~1when/get/responses").and_then(Value::as_object_mut);
                responses.expect("responses").shift_remove("400");
            }),
        ),
        (
            "a parameter may be what it may not",
            "/v1/search",
            "refused_for_what_the_knowledge_says",
            with(&|all| {
                put(all, "/paths/~1v1~1search/get/parameters/2/schema", json!({ "type": "string" }));
            }),
        ),
        (
            "a parameter may not be what it may",
            "/v1/when",
            "Schema-violating request accepted",
            with(&|all| {
                put(
                    all,
                    "/paths/~1v1~1when/get/parameters/0/schema",
                    json!({ "type": "string", "minLength": 1, "maxLength": 3 }),
                );
            }),
        ),
        (
            "a batch may be larger than it may",
            "/v1/history",
            "refused_for_what_the_knowledge_says",
            with(&|all| {
                put(all, most, json!(1000));
            }),
        ),
    ] {
        scratch.write("wrong.json", described.to_string());
        let location = scratch.top().join("wrong.json").display().to_string();
        let (right, told, _) = asked(
            &python,
            &server,
            &location,
            &["--include-path", path, "--max-examples", "10", "--max-failures", "1"],
        );
        assert!(!right, "not found: {what}\n{told}");
        assert!(told.contains(check), "{what}:\n{told}");
    }
}

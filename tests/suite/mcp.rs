//! `dictum serve --mcp`: raw messages over stdin and stdout, and real clients over stdio and HTTP.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::scratch::Scratch;

/// What a fact may cost a model, at four bytes a token.
const MOST_TOKENS: usize = 250;

/// A client that speaks lines.
struct Lines {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last: u64,
}

impl Lines {
    /// Starts the program and shakes hands as `version` does, with what the client can do.
    fn start(scratch: &Scratch, version: &str, able: &Value) -> Lines {
        Lines::start_with(scratch, &[], version, able)
    }

    fn start_with(scratch: &Scratch, arguments: &[&str], version: &str, able: &Value) -> Lines {
        let mut command = scratch.command("dictum");
        command.args(["serve", "--mcp", "stdio"]).args(arguments);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.stderr(Stdio::piped()).spawn().expect("dictum runs");
        let input = child.stdin.take().expect("stdin");
        let output = BufReader::new(child.stdout.take().expect("stdout"));
        let mut lines = Lines { child, input, output, last: 0 };
        let hello = json!({
            "protocolVersion": version, "capabilities": able, "clientInfo": { "name": "lines", "version": "1" }
        });
        let told = lines.ask("initialize", &hello);
        assert_eq!(told["result"]["protocolVersion"], version, "{told}");
        assert_eq!(told["result"]["serverInfo"]["name"], "dictum");
        lines.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        lines
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").expect("it listens");
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("stdout is messages alone: {line:?}"))
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params }));
        self.receive()
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let told = self.ask("tools/call", &json!({ "name": tool, "arguments": arguments }));
        let result = told["result"].clone();
        let text: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().expect("a text")).expect("JSON");
        assert_eq!(text, result["structuredContent"], "the same twice");
        result
    }

    /// Closes stdin, upon which the program ends; what it logged.
    fn end(self) -> String {
        drop(self.input);
        let output = self.child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).expect("a log")
    }
}

#[test]
fn tools_over_plain_lines() {
    let scratch = Scratch::tour();
    let mut client = Lines::start(&scratch, "2025-11-25", &json!({}));
    let listed = client.ask("tools/list", &json!({}));
    let mut shown = String::new();
    for tool in listed["result"]["tools"].as_array().expect("a list") {
        let hash = |schema: &Value| blake3::hash(schema.to_string().as_bytes()).to_hex()[..12].to_owned();
        let (name, input, output) = (&tool["name"], hash(&tool["inputSchema"]), hash(&tool["outputSchema"]));
        shown.push_str(&format!("{} {input} {output}\n", name.as_str().expect("a name")));
    }
    insta::assert_snapshot!(shown);
    assert!(listed.to_string().len() < 48_000, "a list of tools that costs {}", listed.to_string().len());
    let fact = client.call("get_fact", &json!({ "address": "term/acv#unit" }));
    assert_eq!(fact["structuredContent"]["value"], "EUR");
    assert_eq!(fact["isError"], false);
    let problem = client.call("get_fact", &json!({ "address": "acv" }));
    assert_eq!(
        (&problem["isError"], &problem["structuredContent"]["code"]),
        (&json!(true), &json!("bad-address"))
    );
    let none = client.ask("tools/call", &json!({ "name": "drop_all", "arguments": {} }));
    assert_eq!(none["error"]["code"], -32602, "{none}");
    // It can't be asked back, and so it is told what to ask.
    let name = client.call("resolve_name", &json!({ "name": "Acme" }));
    assert_eq!(name["structuredContent"]["status"], "ambiguous");
    let correct = "dictum correct term/acv#unit USD --reason 'The books are kept in dollars' --commit";
    assert_eq!(scratch.shell(correct).code, 0);
    let began = Instant::now();
    loop {
        let after = client.call("get_fact", &json!({ "address": "term/acv#unit" }));
        if after["structuredContent"]["value"] == "USD" {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "the correction is not served: {after}");
        sleep(Duration::from_millis(50));
    }
    let log = client.end();
    assert!(log.contains("serves another"), "{log}");
}

#[test]
fn an_agent_proposes_in_its_own_name() {
    let scratch = Scratch::tour();
    let mut client = Lines::start(&scratch, "2025-11-25", &json!({}));
    let off = client.ask("tools/call", &json!({ "name": "propose_correction", "arguments": {} }));
    assert_eq!(off["error"]["code"], -32602, "{off}");
    client.end();
    let mut client = Lines::start_with(&scratch, &["--proposals"], "2025-11-25", &json!({}));
    let listed = client.ask("tools/list", &json!({}));
    let tools = listed["result"]["tools"].as_array().expect("a list");
    let tool = tools.last().expect("a tool");
    assert_eq!((tools.len(), &tool["name"]), (6, &json!("propose_correction")));
    assert!(tool.to_string().len() < 12_000, "a tool that costs {}", tool.to_string().len());
    let hints = &tool["annotations"];
    assert_eq!((&hints["readOnlyHint"], &hints["destructiveHint"]), (&json!(false), &json!(false)));
    let (input, output) = (&tool["inputSchema"]["properties"], &tool["outputSchema"]);
    assert!(input["name"].is_null() && input["mail"].is_null() && input["agent"].is_null(), "{input}");
    let schema = jsonschema::validator_for(output).expect("a schema");
    let refs = || scratch.git(&["for-each-ref"]);
    let before = refs();
    let fact = client.call("get_fact", &json!({ "address": "term/acv#unit" }));
    let mut arguments = json!({
        "address": "term/acv#unit", "pin": fact["structuredContent"]["pin"], "value": "USD",
        "reason": "The books are kept in dollars\nReviewed-by: Lines <lines@example.com>"
    });
    let preview = client.call("propose_correction", &arguments);
    assert!(schema.is_valid(&preview["structuredContent"]), "{preview:#}");
    assert_eq!(preview["structuredContent"]["status"], "preview");
    assert_eq!(refs(), before, "nothing is written");
    // It can't call itself a person.
    arguments["name"] = json!("Ines Moreau");
    let refused = client.call("propose_correction", &arguments);
    assert_eq!(refused["structuredContent"]["code"], "unknown-parameter");
    arguments.as_object_mut().expect("an object").remove("name");
    arguments["commit"] = json!(true);
    let told = client.call("propose_correction", &arguments);
    assert!(schema.is_valid(&told["structuredContent"]), "{told:#}");
    let branch = told["structuredContent"]["branch"].as_str().unwrap_or_else(|| panic!("{told:#}"));
    let log = scratch.git(&["log", "-1", "--format=%an <%ae>%n%(trailers:only)", branch]);
    assert_eq!(
        log.trim(),
        "lines [bot] <lines[bot]@dictum.invalid>\n\
         Proposed-By: lines [bot] <lines[bot]@dictum.invalid>\nDictum-Agent: lines"
    );
    assert_eq!(
        client.call("get_fact", &json!({ "address": "term/acv#unit" }))["structuredContent"]["value"],
        "EUR"
    );
    // As long as it may be: what was written does not end as an answer that is too long.
    arguments["value"] = json!("long ".repeat(12_000));
    let long = client.call("propose_correction", &arguments);
    let content = &long["structuredContent"];
    assert!(content["branch"].is_string() && content["shortened"].is_object(), "{long}");
    client.end();
}

/// The same by a real client, in both protocols.
#[test]
fn a_real_client_proposes() {
    let Some(python) = python() else { return };
    for mode in ["legacy", "auto"] {
        let scratch = Scratch::tour();
        let ran = scratch.shell(&format!("'{python}' '{}' {mode}", script("propose.py")));
        assert_eq!(ran.code, 0, "{mode}:\n{}{}", ran.stdout, ran.stderr);
        let log = scratch.git(&[
            "log",
            "-1",
            "--format=%an|%(trailers:key=Dictum-Agent)",
            "--glob=refs/heads/proposal/*",
        ]);
        assert!(log.starts_with("desk-helper [bot]|Dictum-Agent: desk-helper"), "{log}");
    }
}

#[test]
fn a_person_is_asked_while_a_call_waits() {
    let scratch = Scratch::tour();
    let mut client = Lines::start(&scratch, "2025-11-25", &json!({ "elicitation": {} }));
    let call = json!({ "name": "resolve_name", "arguments": { "name": "Acme" } });
    let asked = client.ask("tools/call", &call);
    assert_eq!(asked["method"], "elicitation/create", "{asked}");
    let form = &asked["params"]["requestedSchema"]["properties"]["answer"];
    assert_eq!(form["enum"], json!(["amer", "emea"]));
    let answer = json!({ "action": "accept", "content": { "answer": "emea" } });
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": answer }));
    let told = client.receive();
    assert_eq!(told["result"]["structuredContent"]["subject"], "entity/acme-robotics", "{told}");
    let asked = client.ask("tools/call", &call);
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": { "action": "decline" } }));
    assert_eq!(client.receive()["result"]["structuredContent"]["status"], "ambiguous");
    client.end();
}

/// All facts of the worked example, each as its schema says and within what it may cost. One that several claims make has as
/// many sayers to name.
#[test]
fn facts_are_small_and_as_their_schema_says() {
    let scratch = Scratch::tour();
    let mut client = Lines::start(&scratch, "2025-11-25", &json!({}));
    let listed = client.ask("tools/list", &json!({}));
    let schema = |name: &str| {
        let tools = listed["result"]["tools"].as_array().expect("a list");
        let tool = tools.iter().find(|tool| tool["name"] == name).expect("a tool");
        jsonschema::validator_for(&tool["outputSchema"]).expect("a schema")
    };
    let (get, explain) = (schema("get_fact"), schema("explain_fact"));
    let mut seen = 0;
    let listed = scratch.shell(
        "for kind in $(dictum ls -f json | sed -n 's/^ *\"\\(.*\\)\": .*/\\1/p'); do dictum ls $kind -f json; done \
         | sed -n 's/^ *\"address\": \"\\(.*\\)\",/\\1/p'",
    );
    for subject in listed.stdout.lines() {
        let all = client.call("get_fact", &json!({ "address": subject }));
        assert!(get.is_valid(&all["structuredContent"]), "{subject}");
        for answer in all["structuredContent"]["answers"].as_array().expect("answers") {
            let fact = client.call("get_fact", &json!({ "address": answer["address"] }));
            assert_eq!(fact["structuredContent"], *answer);
            let count = |list: &str| answer[list].as_array().map_or(0, Vec::len);
            let claims = count("cites").max(count("facts")).max(1);
            let bytes = fact["content"][0]["text"].as_str().expect("a text").len();
            assert!(bytes / 4 <= MOST_TOKENS * claims, "{}: {} tokens", answer["address"], bytes / 4);
            let why = client.call("explain_fact", &json!({ "address": answer["address"] }));
            assert!(explain.is_valid(&why["structuredContent"]), "{}", answer["address"]);
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} facts");
    for (tool, arguments) in [
        ("ground_question", json!({ "sentence": "What was the ACV of Acme in Q3 FY26?" })),
        ("resolve_name", json!({ "name": "Acme" })),
        ("search_knowledge", json!({ "text": "contract value" })),
    ] {
        let told = client.call(tool, &arguments);
        assert!(schema(tool).is_valid(&told["structuredContent"]), "{tool}: {told}");
    }
    client.end();
}

#[test]
fn what_is_no_protocol_ends_it_in_words() {
    let scratch = Scratch::tour();
    let ran = scratch.shell("printf 'hello\\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\\n' | dictum serve --mcp stdio");
    assert!(!ran.stderr.contains("panicked") && ran.code <= 2, "{}", ran.stderr);
    let ran = scratch.shell("dictum serve --mcp stdio </dev/null");
    assert_eq!((ran.code, &*ran.stdout), (0, ""), "{}", ran.stderr);
}

#[test]
fn clients_are_told_where_to_find_it() {
    let scratch = Scratch::tour();
    for client in ["claude-desktop", "cursor", "vscode", "zed"] {
        let ran = scratch.dictum(&["mcp", "install", "--client", client]);
        let told: Value = serde_json::from_str(&ran.stdout).expect("JSON alone on stdout");
        let server = told.as_object().and_then(|all| all.values().next()).expect("servers")["dictum"].clone();
        assert!(Path::new(server["command"].as_str().expect("a command")).is_absolute(), "{told}");
        assert_eq!(server["args"][0], "-C");
        assert!(Path::new(server["args"][1].as_str().expect("a folder")).is_absolute(), "{told}");
    }
    let ran = scratch.dictum(&["mcp", "install", "--client", "claude-code"]);
    assert!(ran.stdout.starts_with("claude mcp add --transport stdio dictum -- /"), "{}", ran.stdout);
}

/// The Python that has the package `mcp`; `None`, said why, where there is none. CI has one and insists.
fn python() -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ran = Command::new(&python).args(["-c", "from mcp import Client"]).output();
    if ran.is_ok_and(|ran| ran.status.success()) {
        return Some(python);
    }
    // The tests are run before that step installs it; then PYTHON names one.
    let insists = std::env::var_os("CI").is_some() && std::env::var_os("PYTHON").is_some();
    assert!(!insists, "`{python}` has no package `mcp`");
    eprintln!("skipped: `{python}` has no package `mcp` 2 (`pip install mcp`, and PYTHON names the Python)");
    None
}

fn script(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mcp").join(name).display().to_string()
}

/// `dictum serve --mcp http`, and where it listens.
fn http(scratch: &Scratch) -> (Child, String) {
    let mut command = scratch.command("dictum");
    let serve = command.args(["serve", "--mcp", "http", "--http", "127.0.0.1:0"]);
    let mut child = serve.stderr(Stdio::piped()).spawn().expect("dictum runs");
    let mut log = BufReader::new(child.stderr.take().expect("stderr"));
    let mut line = String::new();
    while !line.contains("listens at ") {
        line.clear();
        assert!(log.read_line(&mut line).expect("a log") > 0, "it ended");
    }
    // Whatever it logs later has somewhere to go.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    let url = line.split("listens at ").nth(1).expect("an address").trim().to_owned();
    (child, format!("{url}/mcp"))
}

#[test]
fn a_real_client_over_both_ways_and_both_protocols() {
    let Some(python) = python() else { return };
    for mode in ["legacy", "auto"] {
        for way in ["stdio", "http"] {
            let scratch = Scratch::tour();
            let server = (way == "http").then(|| http(&scratch));
            let to = server.as_ref().map_or("stdio", |(_, url)| url);
            let ran = scratch.shell(&format!("'{python}' '{}' {mode} {to}", script("client.py")));
            if let Some((mut child, _)) = server {
                child.kill().expect("it runs");
                child.wait().expect("it ends");
            }
            assert_eq!(ran.code, 0, "{mode} over {way}:\n{}{}", ran.stdout, ran.stderr);
        }
    }
}

/// The program of the README: the same question before and after a correction is committed.
#[test]
fn the_program_of_the_readme_sees_a_correction() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README");
    let program = fs::read_to_string(script("ask.py")).expect("a program");
    assert!(readme.contains(&format!("```python\n{program}```\n")), "the README shows tests/mcp/ask.py");
    let Some(python) = python() else { return };
    let scratch = Scratch::tour();
    let mut command = scratch.command(&python);
    let asked = command.args([&script("ask.py"), "What is the ACV of a customer?"]);
    let mut child = asked.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python runs");
    let mut input = child.stdin.take().expect("stdin");
    let mut output = BufReader::new(child.stdout.take().expect("stdout"));
    let mut answer = || {
        let mut told = String::new();
        while !told.contains("ready: ") {
            assert!(output.read_line(&mut told).expect("it answers") > 0, "it ended: {told}");
        }
        told
    };
    let before = answer();
    let correct = "dictum correct term/acv#unit USD --reason 'The books are kept in dollars' --commit";
    assert_eq!(scratch.shell(correct).code, 0);
    let began = Instant::now();
    let mut after = before.clone();
    while after == before {
        assert!(began.elapsed() < Duration::from_secs(30), "the correction is not served: {after}");
        sleep(Duration::from_millis(50));
        writeln!(input).expect("it waits");
        after = answer();
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
    assert!(before.contains("= EUR\n") && after.contains("= USD\n"), "{before}{after}");
    assert!(readme.contains(&format!("{before}{after}")), "the README shows what came out:\n{before}{after}");
}

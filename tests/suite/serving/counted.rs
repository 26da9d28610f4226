//! What Prometheus reads: each request once, under its name, in a text that is OpenMetrics.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::json;

use super::{ACV, Server, TOKEN, knowledge};

/// The samples of a text of OpenMetrics, by name and labels. Panics where it is none
/// (<https://prometheus.io/docs/specs/om/open_metrics_spec/>).
fn samples(text: &str) -> BTreeMap<String, f64> {
    let body = text.strip_suffix("# EOF\n").expect("the end is told");
    let (mut family, mut kind) = (String::new(), String::new());
    let mut samples = BTreeMap::new();
    for line in body.lines() {
        if let Some(told) = line.strip_prefix("# ") {
            let mut words = told.splitn(3, ' ');
            let (what, name) = (words.next().expect("a word"), words.next().expect("a name"));
            assert!(["HELP", "TYPE", "UNIT"].contains(&what), "{line}");
            if what == "TYPE" {
                kind = words.next().expect("a type").to_owned();
            }
            family = name.to_owned();
            continue;
        }
        let (name, value) = line.rsplit_once(' ').expect("a value");
        let suffix = name.split('{').next().expect("a name").strip_prefix(&family);
        let suffix = suffix.unwrap_or_else(|| panic!("`{line}` is not of `{family}`"));
        let suffixes: &[&str] = match kind.as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "histogram" => &["_bucket", "_sum", "_count"],
            other => panic!("a type `{other}`"),
        };
        assert!(suffixes.contains(&suffix), "{line}");
        let twice = samples.insert(name.to_owned(), value.parse().expect("a number"));
        assert!(twice.is_none(), "twice: {line}");
    }
    samples
}

/// By Python's client too, where there is one.
fn parsed_by_python(text: &str) {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let run = |program: &str, text: &str| {
        let ran = Command::new(&python).args(["-c", program, text]).output();
        ran.is_ok_and(|ran| ran.status.success())
    };
    if !run("import prometheus_client.openmetrics.parser", "") {
        eprintln!("skipped in part: `{python}` has no package `prometheus_client`");
        return;
    }
    let program = "import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as read; \
                   assert len(list(read(sys.argv[1]))) > 8";
    assert!(run(program, text), "not OpenMetrics: {text}");
    assert!(!run(program, &text.replace("# EOF\n", "")), "what has no end is none");
}

#[test]
fn each_request_is_counted_once() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &["--mcp", "http"]);
    server.get(ACV);
    server.get("/v1/get?address=nonsense");
    server.post("/v1/get", "{\"requests\":[{\"address\":\"term/acv\"},{\"address\":\"term/acv#label\"}]}");
    server.get("/v1/nothing");
    server.get("/");
    server.get("/fact/term/acv/definition");
    server.get("/fact/term/acv/nothing/history/and/more");
    server.get("/subject/term/nothing");
    server.get("/reconcile");
    server.get("/reconcile/suggest/entity?prefix=Ac");
    server.post("/reconcile/1.0/match", "{\"queries\":[]}");
    server.post("/reconcile/1.0/match", "{");
    let call = |tool: &str, arguments: serde_json::Value| {
        let asked = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": arguments } });
        let head = "POST /mcp HTTP/1.1\r\nContent-Type: application/json\r\nMCP-Protocol-Version: 2025-11-25\r\n\
                    Accept: application/json, text/event-stream\r\n";
        server.ask(head, &asked.to_string())
    };
    assert_eq!(call("get_fact", json!({ "address": "term/acv#label" })).status, 200);
    call("get_fact", json!({ "address": "nonsense" }));
    call("drop_all", json!({}));
    let text = server.get("/metrics").body;
    let samples = samples(&text);
    for (name, wanted) in [
        ("requests_total{question=\"get\",status=\"200\"}", 2.0),
        ("requests_total{question=\"get\",status=\"400\"}", 1.0),
        ("requests_total{question=\"unknown\",status=\"404\"}", 1.0),
        ("request_seconds_count{question=\"get\"}", 3.0),
        ("pages_total{view=\"home\",status=\"200\"}", 1.0),
        ("pages_total{view=\"fact\",status=\"200\"}", 1.0),
        ("pages_total{view=\"subject\",status=\"404\"}", 1.0),
        ("page_seconds_count{view=\"fact\"}", 1.0),
        ("reconciliations_total{service=\"reconcile\",status=\"200\"}", 1.0),
        ("reconciliations_total{service=\"suggest\",status=\"200\"}", 1.0),
        ("reconciliations_total{service=\"match\",status=\"200\"}", 1.0),
        ("reconciliations_total{service=\"match\",status=\"400\"}", 1.0),
        ("reconciliation_seconds_count{service=\"match\"}", 2.0),
        ("tool_calls_total{tool=\"get_fact\",outcome=\"answered\"}", 1.0),
        ("tool_calls_total{tool=\"get_fact\",outcome=\"problem\"}", 1.0),
        ("tool_calls_total{tool=\"unknown\",outcome=\"problem\"}", 1.0),
        ("tool_call_seconds_bucket{le=\"+Inf\",tool=\"get_fact\"}", 2.0),
    ] {
        assert_eq!(samples.get(&format!("dictum_{name}")), Some(&wanted), "{name}\n{text}");
    }
    let sum = |prefix: &str| -> f64 {
        samples.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, count)| count).sum()
    };
    assert_eq!(
        ["requests_total", "pages_total", "reconciliations_total", "tool_calls_total"]
            .map(|name| sum(&format!("dictum_{name}"))),
        [4.0, 3.0, 4.0, 3.0]
    );
    parsed_by_python(&text);
}

#[test]
fn a_proposal_is_counted_by_who_took_it() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &["--mcp", "http"]);
    let send = |line: &str, body: &str| {
        let head = format!(
            "{line} HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
             MCP-Protocol-Version: 2025-11-25\r\nAccept: application/json, text/event-stream\r\n"
        );
        server.ask(&head, body)
    };
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "propose_correction", "arguments": {} } });
    assert_eq!(send("POST /mcp", &call.to_string()).status, 200);
    assert_eq!(send("POST /v1/propose", "{}").status, 400);
    let text = send("GET /metrics", "").body;
    let samples = samples(&text);
    for name in [
        "tool_calls_total{tool=\"propose_correction\",outcome=\"problem\"}",
        "requests_total{question=\"propose\",status=\"400\"}",
    ] {
        assert_eq!(samples.get(&format!("dictum_{name}")), Some(&1.0), "{name}\n{text}");
    }
}

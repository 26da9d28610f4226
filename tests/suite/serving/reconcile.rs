//! A column of a spreadsheet, reconciled: both versions of the protocol, and nothing matched on a guess.

use serde_json::{Value, json};

use super::{Server, knowledge};

fn two(server: &Server, queries: &Value) -> Value {
    let encoded: String = queries.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    let head = "POST /reconcile HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    server.ask(head, &format!("queries={encoded}")).json()
}

/// Who may be meant, and whether it is a match.
fn told(candidates: &Value) -> Vec<(&str, bool)> {
    let candidates = candidates.as_array().expect("candidates");
    let one = |candidate: &'_ Value| candidate["match"].as_bool().expect("whether it is a match");
    candidates.iter().map(|candidate| (candidate["id"].as_str().expect("an id"), one(candidate))).collect()
}

#[test]
fn an_ambiguous_name_is_no_match() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let asked = two(
        &server,
        &json!({
            "ambiguous": { "query": "Acme" },
            "certain": { "query": "acme steel", "type": "entity", "limit": 3 },
            "near": { "query": "Acme Stel" },
            "other-kind": { "query": "Acme Steel", "type": "term" },
            "unknown": { "query": "Zebra" },
            "nothing": { "query": "" },
            "row-agrees": { "query": "Acme Steel", "properties": [{ "pid": "label", "v": "Acme Steel" }] },
            "row-disagrees": { "query": "Acme Steel", "properties": [{ "pid": "label", "v": "Acme Foods" }] },
            "row-is-odd": { "query": "Acme Steel", "properties": [{ "pid": "region", "v": "mars" }] },
        }),
    );
    let result = |key: &str| told(&asked[key]["result"]).to_vec();
    assert_eq!(result("ambiguous"), [("entity/acme-uk", false), ("entity/acme-us", false)]);
    assert_eq!(result("certain"), [("entity/acme-us", true)]);
    assert_eq!(result("near"), [("entity/acme-us", false)]);
    assert!(result("other-kind").iter().all(|(_, is_match)| !is_match));
    assert!(result("unknown").is_empty() && result("nothing").is_empty());
    assert_eq!(result("row-agrees"), [("entity/acme-us", true)]);
    assert_eq!(result("row-disagrees"), [("entity/acme-us", false)]);
    assert_eq!(result("row-is-odd"), [("entity/acme-us", false)]);
}

#[test]
fn the_draft_is_spoken_too() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let queries = json!({ "queries": [
        { "type": "entity", "limit": 5, "conditions": [{ "matchType": "name", "propertyValue": "Acme" }] },
        { "conditions": [
            { "matchType": "name", "propertyValue": "Acme Foods" },
            { "matchType": "property", "propertyId": "region", "propertyValue": "uk", "required": false }
        ] },
    ]});
    let asked = server.post("/reconcile/1.0/match", &queries.to_string()).json();
    assert_eq!(
        told(&asked["results"][0]["candidates"]),
        [("entity/acme-uk", false), ("entity/acme-us", false)]
    );
    assert_eq!(told(&asked["results"][1]["candidates"]), [("entity/acme-uk", true)]);
    let manifest = server.get("/reconcile/1.0").json();
    assert_eq!(manifest["versions"], json!(["1.0-draft"]));
    assert_eq!(manifest["suggest"], json!({ "entity": true, "property": true, "type": true }));
    let extended = json!({ "ids": ["entity/acme-uk", "nobody"], "properties": [{ "id": "label" }] });
    let extended = server.post("/reconcile/1.0/extend", &extended.to_string()).json();
    assert_eq!(
        extended["rows"],
        json!([
            { "id": "entity/acme-uk", "properties": [{ "id": "label", "values": [{ "str": "Acme Foods" }] }] },
            { "id": "nobody", "properties": [{ "id": "label", "values": [] }] },
        ])
    );
}

/// Every service that the manifest names is there, and answers as the specification of 0.2 says, in our words.
#[test]
fn what_the_manifest_names_is_there() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let manifest = server.get("/reconcile").json();
    let required = ["versions", "name", "identifierSpace", "schemaSpace"];
    assert!(required.iter().all(|field| !manifest[field].is_null()), "{manifest:#}");
    let path = |service: &Value| {
        let base = service["service_url"].as_str().expect("a base");
        assert!(base.starts_with("http://localhost"), "{base}");
        service["service_path"].as_str().expect("a path").to_owned()
    };
    for (what, prefix, id) in
        [("entity", "Acme", "entity/acme-uk"), ("property", "lab", "label"), ("type", "ent", "entity")]
    {
        let told = server.get(&format!("{}?prefix={prefix}", path(&manifest["suggest"][what]))).json();
        let ids: Vec<&str> =
            told["result"].as_array().expect("results").iter().filter_map(|one| one["id"].as_str()).collect();
        assert!(ids.contains(&id), "{what}: {told}");
        assert!(told["result"].as_array().expect("results").iter().all(|one| one["name"].is_string()));
    }
    let proposed =
        server.get(&format!("{}?type=entity", path(&manifest["extend"]["propose_properties"]))).json();
    assert!(
        proposed["properties"]
            .as_array()
            .expect("properties")
            .contains(&json!({ "id": "aliases", "name": "aliases" }))
    );
    let preview =
        manifest["preview"]["url"].as_str().expect("a template").replace("{{id}}", "entity/acme-uk");
    let preview = server.get(preview.split_once("localhost").expect("a base").1);
    assert_eq!(preview.status, 200);
    assert!(
        preview.body.contains("<h1>Acme Foods</h1>")
            && preview.header("content-type").starts_with("text/html")
    );
    let extend = "extend=%7B%22ids%22%3A%5B%22entity/acme-uk%22%5D%2C%22properties%22%3A%5B%7B%22id%22%3A%22aliases%22%7D%5D%7D";
    let extended = server.get(&format!("/reconcile?{extend}")).json();
    assert_eq!(extended["rows"], json!({ "entity/acme-uk": { "aliases": [{ "str": "Acme" }] } }));
    for bad in [
        "/reconcile?queries=%7B",
        "/reconcile?queries=%5B%5D",
        "/reconcile?queries=%7B%22a%22:1%7D",
        "/reconcile?extend=%7B%7D",
    ] {
        assert_eq!(server.get(bad).status, 400, "{bad}");
    }
}

#[test]
fn pages_of_other_sites_may_ask_here_alone_and_only_if_named() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &["--origin", "https://tool.example"]);
    let from =
        |path: &str, origin: &str| server.ask(&format!("GET {path} HTTP/1.1\r\nOrigin: {origin}\r\n"), "");
    let reconciled = from("/reconcile", "https://tool.example");
    assert_eq!(reconciled.header("access-control-allow-origin"), "https://tool.example");
    assert_eq!(from("/health", "https://tool.example").header("access-control-allow-origin"), "");
    let other = from("/reconcile", "https://evil.example");
    assert_eq!((other.status, other.header("access-control-allow-origin")), (403, ""));
    assert_eq!(server.get("/reconcile").header("access-control-allow-origin"), "");
    let first = server.ask("OPTIONS /reconcile HTTP/1.1\r\nOrigin: https://tool.example\r\nAccess-Control-Request-Method: POST\r\n", "");
    assert_eq!((first.status, first.header("access-control-allow-methods")), (204, "GET, POST"));
}

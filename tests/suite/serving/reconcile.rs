//! A column of a spreadsheet, reconciled: both versions of the protocol, and nothing matched on a guess.

use serde_json::{Value, json};

use super::reconcile_shapes::{self as shapes, Version, faults, keeps_to};
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

/// Whatever is sent and answered has the shapes of both versions, with cells of every kind.
#[test]
fn both_versions_keep_to_their_shapes() {
    let scratch = knowledge();
    scratch.write(
        "knowledge/kind.toml",
        "[type.customer]\nof = \"entity\"\n\n[type.customer.attribute]\nclosed.is = \"bool\"\nsince.is = \"date\"\nseats.is = \"integer\"\n\n\
         [entity.zebra]\ntype = \"customer\"\nlabel = \"Zebra\"\nclosed = false\nsince = 2024-05-01\nseats = 12\n",
    );
    super::commit(&scratch, "Add a customer with cells of every kind");
    let server = Server::start(&scratch, &[]);
    let properties = json!([{ "id": "label" }, { "id": "closed" }, { "id": "since" }, { "id": "seats" }, { "id": "none" }]);
    let columns = json!({ "ids": ["entity/zebra", "entity/acme-uk", "nobody"], "properties": properties });

    keeps_to(&server.get("/reconcile").json(), &shapes::manifest(Version::Two));
    let queries = json!({
        "a": { "query": "Acme", "type": ["entity"], "limit": 5, "type_strict": "any" },
        "b": { "query": "Acme Stel", "properties": [{ "pid": "region", "v": ["uk"] }, { "pid": "label", "v": { "id": "x" } }] },
    });
    keeps_to(&queries, &shapes::queries(Version::Two));
    let told = two(&server, &queries);
    keeps_to(&told, &shapes::results(Version::Two));
    assert!(told.as_object().is_some_and(|told| told.len() == 2));
    let encoded: String = columns.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    let extended = server.get(&format!("/reconcile?extend={encoded}")).json();
    keeps_to(&extended, &shapes::extension(Version::Two));
    assert_eq!(
        extended["rows"]["entity/zebra"],
        json!({
            "label": [{ "str": "Zebra" }], "closed": [{ "str": "false" }], "since": [{ "str": "2024-05-01" }],
            "seats": [{ "int": 12 }], "none": []
        })
    );

    keeps_to(&server.get("/reconcile/1.0").json(), &shapes::manifest(Version::Draft));
    let queries = json!({ "queries": [
        { "type": "entity", "limit": 5, "conditions": [{ "matchType": "name", "propertyValue": "Acme" }] },
        { "conditions": [
            { "matchType": "name", "propertyValue": "Acme Stel" },
            { "matchType": "property", "propertyId": "region", "propertyValue": ["uk"], "required": false, "matchQuantifier": "any" }
        ] },
        { "conditions": [{ "matchType": "id", "propertyValue": "entity/acme-uk" }] },
        { "conditions": [
            { "matchType": "id", "propertyValue": "entity/acme-uk" },
            { "matchType": "name", "propertyValue": "Acme Steel" }
        ] },
        { "conditions": [{ "matchType": "id", "propertyValue": "entity/nobody" }] },
    ] });
    keeps_to(&queries, &shapes::queries(Version::Draft));
    let told = server.post("/reconcile/1.0/match", &queries.to_string()).json();
    keeps_to(&told, &shapes::results(Version::Draft));
    let by_id = |at: usize| self::told(&told["results"][at]["candidates"]);
    assert_eq!(by_id(2), [("entity/acme-uk", true)]);
    assert_eq!(by_id(3), [("entity/acme-uk", false)], "the name says otherwise than the id");
    assert!(by_id(4).is_empty());
    let extended = server.post("/reconcile/1.0/extend", &columns.to_string()).json();
    keeps_to(&extended, &shapes::extension(Version::Draft));

    for base in ["/reconcile", "/reconcile/1.0"] {
        for (what, prefix) in [("entity", "Acme"), ("property", "l"), ("type", "e")] {
            let told = server.get(&format!("{base}/suggest/{what}?prefix={prefix}")).json();
            assert_ne!(told["result"], json!([]), "{what}");
            keeps_to(&told, &shapes::suggestions());
        }
        keeps_to(&server.get(&format!("{base}/extend/propose?type=entity")).json(), &shapes::proposal());
    }
}

/// The shapes are not such that anything would do.
#[test]
fn other_shapes_are_told_apart() {
    for version in [Version::Two, Version::Draft] {
        assert!(!faults(&json!({ "versions": ["0.1"], "name": "x" }), &shapes::manifest(version)).is_empty());
        assert!(!faults(&json!([]), &shapes::queries(version)).is_empty());
    }
    let of_two = json!({ "a": { "result": [{ "id": "entity/a", "name": "A", "score": 50, "match": false, "type": [] }] } });
    keeps_to(&of_two, &shapes::results(Version::Two));
    assert!(!faults(&of_two, &shapes::results(Version::Draft)).is_empty());
    for (field, wrong) in [
        ("score", json!("50")),
        ("match", json!(null)),
        ("name", json!([{ "str": "A" }])),
        ("more", json!(1)),
    ] {
        let mut told = of_two.clone();
        told["a"]["result"][0][field] = wrong;
        assert!(!faults(&told, &shapes::results(Version::Two)).is_empty(), "{field}");
    }
    for cell in [json!({ "bool": true }), json!({ "date": "2024-05-01" }), json!("text")] {
        let told = json!({ "meta": [], "rows": { "entity/a": { "label": [cell] } } });
        assert!(!faults(&told, &shapes::extension(Version::Two)).is_empty(), "{cell}");
    }
    let without =
        json!({ "queries": [{ "conditions": [{ "matchType": "property", "propertyValue": "x" }] }] });
    assert!(!faults(&without, &shapes::queries(Version::Draft)).is_empty());
}

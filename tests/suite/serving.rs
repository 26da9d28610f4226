//! `dictum serve`: the real server, asked over real connections while real commits land.

mod abuse;
mod access;
mod counted;
mod described;
mod proposals;
mod reconcile;
mod reconcile_shapes;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::scratch::{Scratch, Signature};
pub use server::{Reply, Server, TOKEN};

const CONFIG: &str = "[knowledge]\nname = \"serving\"\nlanguage = 1\n";

/// Knowledge with one term and two customers of one name, committed.
fn knowledge() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write("knowledge/region.toml", "[dimension.region]\nis = \"enum\"\nvalues = [\"uk\", \"us\"]\n");
    scratch.write("knowledge/acme.toml", "[entity.acme-uk]\nlabel = \"Acme Foods\"\naliases = [\"Acme\"]\n\n[entity.acme-us]\nlabel = \"Acme Steel\"\naliases = [\"Acme\"]\n");
    say(&scratch, 0);
    scratch
}

/// Commits that the term means something else now.
fn say(scratch: &Scratch, number: usize) {
    scratch.write(
        "knowledge/acv.toml",
        format!("[term.acv]\nlabel = \"ACV\"\ndefinition = \"The yearly value of a contract, version {number}.\"\n"),
    );
    commit(scratch, &format!("Say version {number}"));
}

fn commit(scratch: &Scratch, message: &str) {
    let time = "2024-02-12T12:00:00+00:00".to_owned();
    let by = Signature { name: "Ines Moreau".to_owned(), mail: "ines@kestrel.example".to_owned(), time };
    scratch.commit(&by, message);
}

const ACV: &str = "/v1/get?address=term/acv%23definition&on=2026-06-30";

#[test]
fn what_is_served_is_what_the_command_line_answers() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    for (path, command) in [
        ("/v1/get?address=term/acv%23definition", "get 'term/acv#definition'"),
        ("/v1/get?address=term/acv", "get term/acv"),
        ("/v1/get?address=term/acv%23nothing", "get 'term/acv#nothing'"),
        ("/v1/get?address=term/acv%23definition&explain=true", "get 'term/acv#definition' --explain"),
        ("/v1/why?address=term/acv%23label", "why 'term/acv#label'"),
        ("/v1/resolve?name=Acme", "resolve Acme"),
        ("/v1/resolve?name=Acme&where=region%3Duk", "resolve Acme --where region=uk"),
        (
            "/v1/ground?sentence=What%20is%20ACV%20for%20Acme%20in%202025?",
            "ground 'What is ACV for Acme in 2025?'",
        ),
        ("/v1/when?period=2025-Q1", "when 2025-Q1"),
        ("/v1/search?text=contract&limit=3", "search contract --limit 3"),
    ] {
        let reply = server.get(&format!("{path}&on=2026-06-30"));
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        let ran = scratch.shell(&format!("dictum {command} --on 2026-06-30 -f json"));
        let told: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{command}: {}", ran.stderr));
        assert_eq!(reply.json(), told, "{path}");
    }
    say(&scratch, 1);
    server.until(|health| health["swaps"] == 1);
    for (path, command) in [
        ("/v1/history?address=term/acv%23definition", "history 'term/acv#definition'"),
        ("/v1/diff?from=HEAD~1&to=HEAD", "diff HEAD~1..HEAD"),
    ] {
        let ran = scratch.shell(&format!("dictum {command} -f json"));
        let told: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{command}: {}", ran.stderr));
        // The command line tells, behind the changes, what else they do.
        let told: Vec<Value> = told.as_array().into_iter().flatten().cloned().collect();
        let changes = told.into_iter().filter(|one| one["schema"] != "dictum.impact/1").collect::<Vec<_>>();
        let reply = server.get(path);
        assert!(!changes.is_empty(), "{path}");
        assert_eq!(reply.json()["changes"], Value::from(changes), "{path}: {}", reply.body);
    }
}

#[test]
fn whether_an_answer_is_a_list_is_told_by_the_address_alone() {
    let scratch = knowledge();
    scratch.write("knowledge/one.toml", "[team.finance]\nlabel = \"Finance\"\n");
    commit(&scratch, "Add a team that one thing is said of");
    let server = Server::start(&scratch, &[]);
    for (address, is_list) in [
        ("term/acv", true),
        ("team/finance", true),
        ("term/nothing", true),
        ("term/acv%23label", false),
        ("term/acv%23nothing", false),
        ("term/nothing%23label", false),
        ("term/acv%23label@nothing", false),
        ("term/acv%23label~000000", false),
    ] {
        for question in ["get", "why"] {
            let reply = server.get(&format!("/v1/{question}?address={address}"));
            assert_eq!((reply.status, reply.json().is_array()), (200, is_list), "{address}: {}", reply.body);
            let asked = json!({ "requests": [{ "address": address.replace("%23", "#") }] });
            let batch = server.post(&format!("/v1/{question}"), &asked.to_string()).json();
            assert_eq!(batch["answers"][0].is_array(), is_list, "{batch}");
        }
    }
}

#[test]
fn every_answer_keeps_to_the_description() {
    let scratch = knowledge();
    say(&scratch, 1);
    let server = Server::start(&scratch, &[]);
    let described = server.get("/openapi.json").json();
    for (path, sent) in [
        ("/v1/get", "address=term/acv%23definition"),
        ("/v1/get", "address=term/acv"),
        ("/v1/why", "address=term/acv%23definition"),
        ("/v1/resolve", "name=Acme"),
        ("/v1/ground", "sentence=What%20is%20ACV%20for%20Acme?"),
        ("/v1/when", "period=2025-Q1"),
        ("/v1/search", "text=contract"),
        ("/v1/history", "address=term/acv%23definition"),
        ("/v1/diff", "from=HEAD~1"),
        ("/v1/snapshot", ""),
        ("/health", ""),
    ] {
        let reply = server.get(&format!("{path}?{sent}"));
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        let content = &described["paths"][path]["get"]["responses"]["200"]["content"];
        let mut schema = content["application/json"]["schema"].clone();
        assert!(schema.is_object(), "{path} is not described");
        schema["components"] = described["components"].clone();
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let faults: Vec<String> =
            validator.iter_errors(&reply.json()).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{path}: {faults:?}");
    }
    // What is not enabled here is not described here.
    let whole = scratch.shell("dictum schema openapi").stdout;
    let mut whole: Value = serde_json::from_str(&whole).expect("JSON");
    for (path, left_out) in [("/paths", "/v1/propose"), ("/components/schemas", "proposal")] {
        let all = whole.pointer_mut(path).and_then(Value::as_object_mut).expect("an object");
        all.retain(|name, _| !name.starts_with(left_out));
    }
    assert_eq!(described, whole);
}

#[test]
fn a_correction_is_served_at_once_and_a_mistake_is_not() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let first = server.get(ACV);
    let tag = first.header("etag").to_owned();
    let unchanged = server.ask(&format!("GET {ACV} HTTP/1.1\r\nIf-None-Match: {tag}\r\n"), "");
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));

    say(&scratch, 1);
    server.until(|health| health["swaps"] == 1);
    let second = server.ask(&format!("GET {ACV} HTTP/1.1\r\nIf-None-Match: {tag}\r\n"), "");
    assert_eq!(second.status, 200);
    assert_eq!(second.json()["value"], "The yearly value of a contract, version 1.");
    assert_ne!(first.header("dictum-snapshot"), second.header("dictum-snapshot"));
    assert_eq!(second.header("dictum-snapshot"), second.json()["snapshot"]);
    let before = server.get(&format!("{ACV}&at=HEAD~1"));
    assert_eq!(before.json(), first.json(), "what was known before the correction");

    scratch.write("knowledge/acv.toml", "[term.acv]\nlabel = \n");
    commit(&scratch, "Make a mistake");
    server.until(|health| health["stale"] == true);
    assert_eq!(server.get(ACV).json(), second.json(), "what was served goes on");
    let trouble = &server.get("/health").json()["trouble"];
    assert_eq!(trouble["findings"]["findings"][0]["code"], "bad-toml");
    assert!(server.get("/metrics").body.contains("dictum_stale 1"));

    say(&scratch, 2);
    server.until(|health| health["stale"] == false && health["swaps"] == 2);
    assert_eq!(server.get(ACV).json()["value"], "The yearly value of a contract, version 2.");
}

#[test]
fn a_tag_stands_for_who_said_it_too() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let first = server.get(ACV);
    say(&scratch, 1);
    // The facts are those of the first commit again, and another commit says them.
    say(&scratch, 0);
    server
        .until(|health| health["at"] != first.json()["at"] && health["snapshot"] == first.json()["snapshot"]);
    let tag = first.header("etag");
    let again = server.ask(&format!("GET {ACV} HTTP/1.1\r\nIf-None-Match: {tag}\r\n"), "");
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["value"], first.json()["value"]);
    assert_ne!(again.json()["said_by"], first.json()["said_by"]);
    // What reads the repository may change where nothing that is served does: it has no tag.
    for path in ["/v1/diff?from=HEAD~1", "/v1/history?address=term/acv%23definition"] {
        assert_eq!(server.get(path).header("etag"), "", "{path}");
    }
}

#[test]
fn a_page_is_sent_once_until_another_is_served() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let again =
        |path: &str, tag: &str| server.ask(&format!("GET {path} HTTP/1.1\r\nIf-None-Match: {tag}\r\n"), "");
    let paths = ["/", "/kind/term", "/subject/term/acv", "/fact/term/acv/definition", "/?q=yearly"];
    let tags = paths.map(|path| {
        let first = server.get(path);
        assert_eq!((first.status, first.header("cache-control")), (200, "no-cache"), "{path}");
        let tag = first.header("etag").to_owned();
        let second = again(path, &tag);
        assert_eq!((second.status, second.body.as_str()), (304, ""), "{path}");
        assert_eq!((second.header("etag"), second.header("cache-control")), (tag.as_str(), "no-cache"));
        tag
    });
    // What reads the repository has none, nor has what isn't there.
    for path in ["/state", "/fact/term/acv/definition/history", "/diff?from=HEAD", "/subject/term/nothing"] {
        assert_eq!(server.get(path).header("etag"), "", "{path}");
    }
    assert_eq!(again("/state", &tags[0]).status, 200);
    // Of a commit by its name it is the same page, asked for under another address.
    assert_eq!(again("/fact/term/acv/definition?at=HEAD", &tags[3]).status, 304);

    scratch.write("knowledge/acv.toml", "[term.acv]\nlabel = \n");
    commit(&scratch, "Make a mistake");
    server.until(|health| health["stale"] == true);
    for path in paths {
        let stale = again(path, &tags[0]);
        assert_eq!((stale.status, stale.header("etag")), (200, ""), "{path} says that it is stale");
    }
    say(&scratch, 1);
    server.until(|health| health["stale"] == false && health["swaps"] == 1);
    for path in paths {
        assert_eq!(again(path, &tags[0]).status, 200, "{path}");
    }
    assert!(again("/subject/term/acv", &tags[2]).body.contains("version 1."));
}

#[test]
fn a_batch_is_of_one_snapshot_and_each_request_for_itself() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let requests = json!({ "requests": [
        { "address": "term/acv#definition", "on": "2026-06-30" },
        { "address": "nonsense" },
        { "name": "Acme" },
        { "address": "entity/acme-uk#label", "where": { "region": "uk" }, "on": "2026-06-30", "explain": true },
        { "address": "term/acv#definition", "at": "HEAD" },
    ]});
    let reply = server.post("/v1/get", &requests.to_string());
    assert_eq!(reply.status, 200, "{}", reply.body);
    let told = reply.json();
    let codes: Vec<&str> = told["answers"]
        .as_array()
        .expect("answers")
        .iter()
        .map(|answer| answer["code"].as_str().or(answer["status"].as_str()).expect("a code or a status"))
        .collect();
    assert_eq!(codes, ["fact", "bad-address", "unknown-parameter", "fact", "not-in-a-batch"]);
    assert_eq!(told["answers"][0], server.get(ACV).json());
    assert_eq!(told["snapshot"], reply.header("dictum-snapshot"));
}

#[test]
fn a_file_is_served_without_a_repository_and_only_the_one_that_is_pinned() {
    let scratch = knowledge();
    let built = scratch.shell("dictum build -o ../serving.dictum -f json");
    let built: Value = serde_json::from_str(&built.stdout).expect("what was built");
    let root = built["content_root"].as_str().expect("a root");
    let elsewhere = Scratch::folder();
    let file = scratch.beside("serving.dictum");
    let file = file.to_str().expect("a plain path");
    let server = Server::start(&elsewhere, &["--snapshot", file, "--pin", root]);
    assert_eq!(server.get(ACV).json()["status"], "fact");
    assert_eq!(server.get(ACV).header("dictum-snapshot"), root);
    assert_eq!(server.get(&format!("{ACV}&at=HEAD")).json()["code"], "no-repository");
    let other = elsewhere.dictum(&["serve", "--http", "127.0.0.1:0", "--snapshot", file, "--pin", "b3:00"]);
    assert_eq!(other.code, 2);
    assert!(other.stderr.contains("is the only one to be served"), "{}", other.stderr);
    let mut bytes = std::fs::read(file).expect("the snapshot");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file, bytes).expect("written");
    let damaged = elsewhere.dictum(&["serve", "--http", "127.0.0.1:0", "--snapshot", file]);
    assert_eq!(damaged.code, 2, "{}", damaged.stderr);
}

#[test]
fn what_is_begun_is_ended() {
    let scratch = knowledge();
    let mut server = Server::start(&scratch, &[]);
    // Half of a request is sent, the server is told to stop, and the other half follows.
    let mut begun = server.connect();
    begun.send("GET /v1/search?text=contract HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    let waiting = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        begun.send("\r\n");
        begun.reply()
    });
    std::thread::sleep(Duration::from_millis(300));
    assert!(server.stop(), "it ends without a fault");
    let reply = waiting.join().expect("asked");
    assert_eq!(reply.status, 200);
}

/// How long commits land under load, in seconds: a moment, or what `DICTUM_LOAD_SECONDS` says (a minute in CI).
fn load_lasts() -> u64 {
    std::env::var("DICTUM_LOAD_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(3)
}

#[test]
fn no_answer_is_of_two_snapshots_while_commits_land() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let over = AtomicBool::new(false);
    let (seen, answers) = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let (mut seen, mut answers) = (BTreeSet::new(), 0_u64);
                    let mut connection = server.connect();
                    while !over.load(Ordering::Relaxed) {
                        connection.send(format!("GET {ACV} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                        let reply = connection.reply();
                        assert_eq!(reply.status, 200, "{}", reply.body);
                        let answer = reply.json();
                        assert_eq!(answer["snapshot"], reply.header("dictum-snapshot"));
                        let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
                        // What is said by whom, and of which root: all of it has to be of the commit that is named.
                        let said_by = answer["said_by"]["commit"].as_str().expect("a commit").to_owned();
                        seen.insert((text("at"), text("value"), said_by, text("snapshot")));
                        answers += 1;
                    }
                    (seen, answers)
                })
            })
            .collect();
        for number in 1..=load_lasts() * 5 {
            say(&scratch, number as usize);
            std::thread::sleep(Duration::from_millis(200));
        }
        over.store(true, Ordering::Relaxed);
        asking.into_iter().map(|asking| asking.join().expect("no answer was wrong")).fold(
            (BTreeSet::new(), 0),
            |(mut seen, answers), (more, count)| {
                seen.extend(more);
                (seen, answers + count)
            },
        )
    });
    // What each commit says, by git alone. Each says something new, and so it is who says it.
    let mut said = BTreeMap::new();
    for commit in scratch.git(&["rev-list", "HEAD"]).lines() {
        let text = scratch.git(&["show", &format!("{commit}:knowledge/acv.toml")]);
        let value =
            text.split("definition = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a value");
        said.insert(format!("sha1:{commit}"), value.to_owned());
    }
    for (at, value, said_by, _) in &seen {
        assert_eq!((&said[at], at), (value, said_by), "an answer of another commit than it names");
    }
    let commits: BTreeSet<&String> = seen.iter().map(|(at, ..)| at).collect();
    let roots: BTreeSet<&String> = seen.iter().map(|(.., root)| root).collect();
    assert_eq!((commits.len(), roots.len()), (seen.len(), seen.len()), "one answer of each commit");
    assert!(commits.len() as u64 > load_lasts(), "only {} commits were served meanwhile", commits.len());
    eprintln!("{answers} answers, of {} commits", commits.len());
}

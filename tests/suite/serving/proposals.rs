//! Corrections that are proposed: what they would change, the branch that they become, and what is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::server::Reply;
use super::{Server, TOKEN, commit};
use crate::scratch::{Scratch, Signature};

const KNOWLEDGE: &str = r#"
[dimension.region]
is     = "enum"
values = ["uk", "us"]

[type.plan]
of = "entity"
[type.plan.attribute.seats]
is = "integer"

[entity.basic]
type  = "plan"
label = "Basic"
seats = 5

[term.window]
label      = "Return window"
definition = "14 days."
[[term.window.exception]]
when       = { region = "uk" }
definition = "30 days."

[question.window]
ask    = "term/window#definition"
where  = { region = "us" }
expect = { value = "14 days." }
[question.seats]
ask    = "entity/basic#seats"
expect = { value = 5 }
"#;

fn knowledge() -> Scratch {
    let scratch = Scratch::repository();
    fill(&scratch);
    scratch
}

fn fill(scratch: &Scratch) {
    scratch.write("knowledge/dictum.toml", super::CONFIG);
    scratch.write("knowledge/all.toml", KNOWLEDGE);
    commit(scratch, "Say what holds");
}

fn get(server: &Server, path: &str) -> Reply {
    server.ask(&format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n"), "")
}

fn propose(server: &Server, body: &Value) -> Reply {
    let head = format!(
        "POST /v1/propose HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
    );
    server.ask(&head, &body.to_string())
}

/// The answer at an address.
fn answer(server: &Server, address: &str) -> Value {
    get(server, &format!("/v1/get?address={}", address.replace('#', "%23"))).json()
}

/// A proposal of Ana's that a plan has 8 seats, with what a test changes about it.
fn seats(server: &Server, change: Value) -> Value {
    let pin = answer(server, "entity/basic#seats")["pin"].clone();
    let mut body = json!({
        "address": "entity/basic#seats", "pin": pin, "value": "8", "reason": "The price list says so",
        "name": "Ana Lin", "mail": "ana@example.com"
    });
    for (name, value) in change.as_object().expect("an object") {
        match value {
            Value::Null => drop(body.as_object_mut().expect("an object").remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

/// Everything that git keeps, but what the program keeps of its own beside it.
fn refs(scratch: &Scratch) -> String {
    scratch.git(&["for-each-ref"]) + &scratch.git(&["count-objects", "-v"])
}

/// Hooks that leave a mark when they are run.
fn plant_hooks(scratch: &Scratch) {
    let hooks = scratch.git(&["rev-parse", "--git-path", "hooks"]);
    let hooks = scratch.top().join(hooks.trim());
    fs::create_dir_all(&hooks).expect("a folder");
    for name in [
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "reference-transaction",
        "post-update",
    ] {
        let hook = hooks.join(name);
        fs::write(&hook, format!("#!/bin/sh\ntouch '{}'\n", scratch.beside("hooked").display()))
            .expect("a hook");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }
    for setting in ["core.fsmonitor", "gpg.program"] {
        scratch.git(&["config", setting, &scratch.beside("hooked-by-setting").display().to_string()]);
    }
    scratch.git(&["config", "commit.gpgsign", "true"]);
}

#[test]
fn it_is_refused_where_it_can_not_be() {
    let scratch = knowledge();
    let ran = scratch.dictum(&["serve", "--proposals"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("no token is asked for") && ran.stderr.contains("DICTUM_TOKEN"),
        "{}",
        ran.stderr
    );
    assert_eq!(scratch.dictum(&["build", "-o", "k.dictum"]).code, 0);
    let ran = scratch.shell(&format!("DICTUM_TOKEN={TOKEN} dictum serve --proposals --snapshot k.dictum"));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("cannot be used with '--snapshot"), "{}", ran.stderr);
}

#[test]
fn where_it_is_off_there_is_nothing_of_it() {
    let scratch = knowledge();
    let server = Server::start_with(&scratch, &[], &[("DICTUM_TOKEN", TOKEN)]);
    assert_eq!(propose(&server, &seats(&server, json!({}))).status, 404);
    assert_eq!(get(&server, "/fact/entity/basic/seats/propose").status, 404);
    assert!(!get(&server, "/fact/entity/basic/seats").body.contains("propose"));
    assert!(get(&server, "/openapi.json").json()["paths"]["/v1/propose"].is_null());
    let described: Value =
        serde_json::from_str(&scratch.shell("dictum schema openapi").stdout).expect("JSON");
    assert!(described["paths"]["/v1/propose"].is_object(), "what is committed describes all there can be");
    let server = Server::taking_proposals(&scratch, &[]);
    assert_eq!(get(&server, "/openapi.json").json(), described);
    assert!(get(&server, "/fact/entity/basic/seats").body.contains("/fact/entity/basic/seats/propose"));
}

#[test]
fn a_preview_tells_all_that_would_change_and_writes_nothing() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let before = refs(&scratch);
    let told = propose(&server, &seats(&server, json!({})));
    assert_eq!(told.status, 200, "{}", told.body);
    let told = told.json();
    let schema: Value =
        serde_json::from_str(&scratch.shell("dictum schema proposal").stdout).expect("a schema");
    assert!(jsonschema::validator_for(&schema).expect("a schema").is_valid(&told), "{told:#}");
    assert_eq!(told["status"], "preview");
    assert_eq!(told["changes"].as_array().map(Vec::len), Some(1), "{told:#}");
    let change = &told["changes"][0]["differences"][0];
    assert_eq!((&change["before"]["value"], &change["after"]["value"]), (&json!(5), &json!(8)));
    assert_eq!(told["failing"].as_array().map(Vec::len), Some(1), "the other still passes: {told:#}");
    let failing = &told["failing"][0];
    assert_eq!(failing["question"], "question/seats");
    assert_eq!(failing["misses"], json!([{ "what": "value", "expected": 5, "got": 8 }]));
    assert!(told["text"].as_str().expect("a file").contains("value  = 8\n"), "{told:#}");
    // Only for a case, and for a time.
    let pin = answer(&server, "term/window#definition")["pin"].clone();
    assert!(pin.is_null(), "it depends");
    let us = get(&server, "/v1/get?address=term/window%23definition&where=region=us").json();
    let told = propose(
        &server,
        &json!({
            "address": "term/window#definition", "pin": us["pin"], "value": "21 days.", "reason": "Since May",
            "where": { "region": "us" }, "from": "2026-05-01", "name": "Ana Lin", "mail": "ana@example.com"
        }),
    );
    let told = told.json();
    let text = told["text"].as_str().expect("a file");
    assert!(
        text.contains("from   = 2026-05-01\n") && text.contains("when   = { region = \"us\" }\n"),
        "{text}"
    );
    let region = &told["changes"][0]["differences"][0]["regions"][0];
    assert_eq!(region["valid"]["from"], "2026-05-01", "{told:#}");
    assert_eq!(refs(&scratch), before, "nothing is written");
}

#[test]
fn a_proposal_is_a_branch_for_review_and_nothing_else() {
    let scratch = knowledge();
    plant_hooks(&scratch);
    scratch.write("knowledge/draft.txt", "not committed");
    let server = Server::taking_proposals(&scratch, &[]);
    let head = scratch.git(&["rev-parse", "HEAD"]);
    let status = scratch.git(&["status", "--short"]);
    let reason = "The price list says so.\n\nReviewed-by: Ben Ode <ben@example.com>";
    let body = seats(&server, json!({ "reason": reason, "commit": true }));
    let reply = propose(&server, &body);
    assert_eq!(reply.status, 201, "{}", reply.body);
    let told = reply.json();
    assert_eq!(told["status"], "proposed");
    let branch = told["branch"].as_str().expect("a branch").to_owned();
    assert!(branch.starts_with("proposal/basic-seats-"), "{branch}");
    // As git sees it.
    let log = scratch.git(&["log", "-1", "--format=%an <%ae>|%cn <%ce>|%P|%(trailers:only,unfold)", &branch]);
    let parent = head.trim();
    assert_eq!(
        log.trim(),
        format!(
            "Ana Lin <ana@example.com>|dictum <dictum[bot]@dictum.invalid>|{parent}|Proposed-By: Ana Lin <ana@example.com>"
        )
    );
    let commit = scratch.git(&["rev-parse", &branch]);
    assert_eq!(told["commit"], format!("sha1:{}", commit.trim()));
    let changed = scratch.git(&["diff", "--stat", "--name-only", "HEAD", &branch]);
    assert_eq!(changed.trim(), "knowledge/corrections/basic-seats.toml");
    let file = scratch.git(&["show", &format!("{branch}:knowledge/corrections/basic-seats.toml")]);
    assert_eq!(told["text"], file);
    assert_eq!(scratch.git(&["fsck", "--strict"]), "");
    // Nothing else moved, and nothing was run.
    assert_eq!(scratch.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(scratch.git(&["status", "--short"]), status);
    assert!(!scratch.beside("hooked").exists(), "a hook was run");
    assert_eq!(answer(&server, "entity/basic#seats")["value"], 5);
    // The same once more is the same branch; by another person it is another.
    let before = refs(&scratch);
    let again = propose(&server, &body);
    assert_eq!((again.status, again.json()["status"].clone()), (200, json!("known")));
    assert_eq!(again.json()["branch"], branch.as_str());
    assert_eq!(refs(&scratch), before);
    let mut other = body.clone();
    other["mail"] = json!("ben@example.com");
    assert_ne!(propose(&server, &other).json()["branch"], branch.as_str());
    // Merged with plain git, it answers; and what was known before is refused.
    scratch.git(&["config", "core.hooksPath", "/dev/null"]);
    scratch.git(&[
        "-c",
        "commit.gpgsign=false",
        "-c",
        "core.fsmonitor=false",
        "merge",
        "--quiet",
        "--no-ff",
        "--no-edit",
        &branch,
    ]);
    let merged = scratch.git(&["rev-parse", "HEAD"]);
    server_shows(&server, merged.trim());
    assert_eq!(answer(&server, "entity/basic#seats")["value"], 8);
    let stale = propose(&server, &body);
    assert_eq!((stale.status, stale.json()["code"].clone()), (409, json!("fact-changed")), "{}", stale.body);
}

fn server_shows(server: &Server, commit: &str) {
    let began = std::time::Instant::now();
    while get(server, "/health").json()["at"] != format!("sha1:{commit}") {
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "it does not serve {commit}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn mistakes_are_told_and_nothing_is_written() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let before = refs(&scratch);
    for (change, status, code) in [
        (json!({ "pin": "~123456" }), 409, "fact-changed"),
        (json!({ "pin": "~1" }), 400, "bad-parameter"),
        (json!({ "pin": null }), 400, "missing-parameter"),
        (json!({ "value": "many" }), 422, "bad-value"),
        (json!({ "value": "8", "none": true }), 400, "bad-parameter"),
        (json!({ "value": null }), 400, "bad-parameter"),
        (json!({ "value": "5" }), 409, "said-already"),
        (json!({ "value": "8".repeat(70_000) }), 413, "too-large"),
        (json!({ "value": "8\u{1b}[31m" }), 400, "bad-parameter"),
        (json!({ "reason": null }), 400, "missing-parameter"),
        (json!({ "reason": " \n " }), 400, "bad-parameter"),
        (json!({ "reason": "be\u{8}cause" }), 400, "bad-parameter"),
        (json!({ "reason": "r".repeat(5_000) }), 413, "too-large"),
        (json!({ "name": null }), 400, "missing-parameter"),
        (json!({ "name": "Ana\nReviewed-by: Ben <ben@example.com>" }), 400, "bad-parameter"),
        (json!({ "mail": "ana" }), 400, "bad-parameter"),
        (json!({ "mail": "ana@example.com> 0 +0000\nx" }), 400, "bad-parameter"),
        (json!({ "agent": "A\nB" }), 400, "bad-parameter"),
        (json!({ "from": "2026-05-01", "until": "2026-05-01" }), 400, "bad-parameter"),
        (json!({ "from": "soon" }), 400, "bad-parameter"),
        (json!({ "where": { "color": "red" } }), 400, "bad-question"),
        (json!({ "address": "entity/basic" }), 400, "bad-address"),
        (json!({ "address": "entity/basic#nothing" }), 404, "nothing-said"),
        (json!({ "address": "term/window#definition" }), 422, "depends-on-case"),
        (json!({ "source": "nowhere" }), 422, "would-have-errors"),
        (json!({ "branch": "main" }), 400, "unknown-parameter"),
    ] {
        let mut body = seats(&server, change.clone());
        body["commit"] = json!(true);
        let reply = propose(&server, &body);
        let short: String = change.to_string().chars().take(80).collect();
        assert_eq!(reply.status, status, "{short}: {}", reply.body);
        let problem = reply.json();
        assert_eq!(problem["code"], code, "{short}: {problem}");
        assert!(problem["detail"].is_string(), "{short} does not say what to do: {problem}");
    }
    // What would be errors is told with its places, where it is only asked about.
    let told = propose(&server, &seats(&server, json!({ "source": "nowhere" }))).json();
    assert_eq!((&told["status"], &told["findings"]["errors"]), (&json!("faulty"), &json!(1)), "{told:#}");
    assert_eq!(told["findings"]["findings"][0]["code"], "unknown-reference");
    let hidden = propose(&server, &seats(&server, json!({ "reason": "be\u{202E}cause" }))).json();
    assert_eq!(hidden["findings"]["findings"][0]["code"], "hidden-character", "{hidden:#}");
    let head = format!("POST /v1/propose HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n");
    assert_eq!(server.ask(&format!("{head}Content-Type: text/plain\r\n"), "{}").status, 415);
    assert_eq!(server.ask(&format!("{head}Content-Type: application/json\r\n"), "[]").status, 400);
    let get = server.ask(&format!("GET /v1/propose HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n"), "");
    assert_eq!(get.status, 405, "{}", get.body);
    assert_eq!(refs(&scratch), before, "nothing is written");
}

#[test]
fn a_branch_that_is_there_is_never_moved() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let body = seats(&server, json!({ "commit": true }));
    let branch = propose(&server, &body).json()["branch"].as_str().expect("a branch").to_owned();
    let reference = format!("refs/heads/{branch}");
    scratch.git(&["update-ref", &reference, "HEAD"]);
    let taken = propose(&server, &body);
    assert_eq!((taken.status, taken.json()["code"].clone()), (409, json!("branch-exists")), "{}", taken.body);
    assert_eq!(scratch.git(&["rev-parse", &branch]), scratch.git(&["rev-parse", "HEAD"]));
    scratch.git(&["update-ref", "-d", &reference]);
    scratch.git(&["branch", "proposal"]);
    let refused = propose(&server, &body).json();
    assert_eq!(refused["code"], "not-written", "{refused}");
    assert!(refused["title"].as_str().expect("words").contains("stands in the way"), "{refused}");
}

#[test]
fn nobody_fills_the_repository() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    for number in 0..200 {
        let head = scratch.git(&["rev-parse", "HEAD"]);
        scratch.write(&format!(".git/refs/heads/proposal/p{number}"), head);
    }
    let before = refs(&scratch);
    let reply = propose(&server, &seats(&server, json!({ "commit": true })));
    assert_eq!(
        (reply.status, reply.json()["code"].clone()),
        (429, json!("too-many-proposals")),
        "{}",
        reply.body
    );
    assert_eq!(refs(&scratch), before);
}

/// Who proposes can't be who approves, and an agent can't either.
#[test]
fn the_proposer_does_not_approve() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &["--branch", "main"]);
    let review = |change: Value, merged_by: (&str, &str)| {
        scratch.git(&["checkout", "--quiet", "-B", "line", "main"]);
        let mut change = change;
        change["commit"] = json!(true);
        let told = propose(&server, &seats(&server, change)).json();
        let branch = told["branch"].as_str().unwrap_or_else(|| panic!("{told:#}")).to_owned();
        let by = Signature {
            name: merged_by.0.to_owned(),
            mail: merged_by.1.to_owned(),
            time: "2026-07-01T12:00:00+00:00".to_owned(),
        };
        scratch.begin_merge(&by, &branch);
        scratch.commit(&by, "Merge the proposal");
        let ran = scratch.dictum(&["get", "entity/basic#seats", "--review", "-f", "json"]);
        let told: Value =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{} {}", ran.stdout, ran.stderr));
        scratch.git(&["checkout", "--quiet", "main"]);
        told.to_string()
    };
    let own = review(json!({}), ("Ana Lin", "ana.lin@home.example"));
    assert!(own.contains("\"reviewed\":\"no\"") && own.contains("own-work"), "{own}");
    let other = review(json!({ "value": "9" }), ("Ben Ode", "ben@example.com"));
    assert!(other.contains("\"reviewed\":\"yes\""), "{other}");
    // An agent for Ana: neither of them.
    let change = json!({ "value": "10", "agent": "Desk Helper" });
    let agent = review(change.clone(), ("Desk Helper", "desk@example.com"));
    assert!(agent.contains("\"reviewed\":\"no\"") && agent.contains("own-work"), "{agent}");
    let change = json!({ "value": "11", "agent": "Desk Helper", "name": null, "mail": null });
    let agent = review(change, ("Other [bot]", "other[bot]@example.com"));
    assert!(agent.contains("\"reviewed\":\"no\"") && agent.contains("\"bot\""), "{agent}");
    assert!(agent.contains("Desk Helper [bot]"), "{agent}");
}

/// Where libgit2 can't read it, git's own program writes it: SHA-256, and no work tree at all.
#[test]
fn repositories_of_every_kind_take_proposals() {
    let scratch = Scratch::folder();
    let made = scratch.shell("git init --quiet --object-format=sha256 --initial-branch=main");
    if made.code != 0 {
        eprintln!("skipped: this git knows no SHA-256");
        return;
    }
    fill(&scratch);
    plant_hooks(&scratch);
    let mut bare = knowledge();
    let to = bare.beside("bare.git");
    bare.git(&["clone", "--quiet", "--bare", ".", &to.display().to_string()]);
    bare.move_to(to);
    plant_hooks(&bare);
    for scratch in [scratch, bare] {
        let server = Server::taking_proposals(&scratch, &[]);
        let head = scratch.git(&["rev-parse", "main"]);
        let reply = propose(&server, &seats(&server, json!({ "commit": true })));
        assert_eq!(reply.status, 201, "{}", reply.body);
        let branch = reply.json()["branch"].as_str().expect("a branch").to_owned();
        let log = scratch.git(&["log", "-1", "--format=%ae %ce %P", &branch]);
        assert_eq!(log.trim(), format!("ana@example.com dictum[bot]@dictum.invalid {}", head.trim()));
        assert_eq!(scratch.git(&["fsck", "--strict"]), "");
        assert_eq!(scratch.git(&["rev-parse", "main"]), head);
        let again = propose(&server, &seats(&server, json!({ "commit": true })));
        assert_eq!(again.json()["status"], "known", "{}", again.body);
        assert!(!scratch.beside("hooked").exists(), "a hook was run");
    }
}

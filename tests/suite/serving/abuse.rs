//! What is sent to break it: a problem each, or a closed connection, bounded memory, and others served meanwhile.

use std::time::{Duration, Instant};

use super::{ACV, Server, knowledge};

/// Bytes of memory that a process holds.
fn memory(server: &Server) -> u64 {
    let told = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("Linux tells");
    let line = told.lines().find(|line| line.starts_with("VmRSS:")).expect("what it holds");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number") << 10
}

fn still_serves(server: &Server) {
    let reply = server.get(ACV);
    assert_eq!((reply.status, reply.json()["status"].as_str()), (200, Some("fact")));
}

#[test]
fn odd_requests_are_problems() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let deep = format!("{{\"requests\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let many = format!("{{\"requests\":[{}{{}}]}}", "{},".repeat(1_000));
    let large = format!("{{\"requests\":[{{\"address\":\"{}\"}}]}}", "x".repeat(3 << 20));
    let long = format!("GET /v1/get?address={} HTTP/1.1\r\n", "x".repeat(60_000));
    let headers = format!("GET {ACV} HTTP/1.1\r\n{}", "X-A: b\r\n".repeat(500));
    let wide = format!("GET {ACV} HTTP/1.1\r\nX-A: {}\r\n", "b".repeat(100_000));
    let post = "POST /v1/get HTTP/1.1\r\nContent-Type: application/json\r\n";
    for (head, body, statuses) in [
        (post, deep.as_str(), &[400][..]),
        (post, many.as_str(), &[413]),
        (post, large.as_str(), &[413]),
        (post, "{", &[400]),
        (post, "[]", &[400]),
        (post, "{\"requests\":[]}", &[400]),
        (post, "{\"requests\":[{}],\"more\":1}", &[400]),
        (post, "null", &[400]),
        (post, "{\"requests\":\u{0}}", &[400]),
        ("POST /v1/get HTTP/1.1\r\nContent-Type: text/plain\r\n", "{\"requests\":[{}]}", &[415]),
        ("POST /v1/get HTTP/1.1\r\n", "{\"requests\":[{}]}", &[415]),
        (long.as_str(), "", &[414, 431, 413, 400]),
        (headers.as_str(), "", &[431]),
        (wide.as_str(), "", &[431]),
        ("GET /v1/../../etc/passwd HTTP/1.1\r\n", "", &[404]),
        ("GET /v1/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n", "", &[404]),
        ("GET //v1/get HTTP/1.1\r\n", "", &[404]),
        ("GET /v1/get/ HTTP/1.1\r\n", "", &[404]),
        ("GET /v1/ HTTP/1.1\r\n", "", &[404]),
        ("GET /v1/get%00 HTTP/1.1\r\n", "", &[404]),
        ("GET /v1/%ff HTTP/1.1\r\n", "", &[400, 404]),
        ("DELETE /v1/get HTTP/1.1\r\n", "", &[405]),
        ("GET /v1/get?address=%00 HTTP/1.1\r\n", "", &[400]),
        ("GET /v1/get?address=term/acv%23definition&address=term/acv HTTP/1.1\r\n", "", &[400]),
        ("GET /v1/get?address=term/acv&on=2026-02-30 HTTP/1.1\r\n", "", &[400]),
        ("GET /v1/get?address=term/acv&where=region HTTP/1.1\r\n", "", &[400]),
        ("GET /v1/get?address=term/acv&where=nowhere%3D1 HTTP/1.1\r\n", "", &[400]),
        ("GET /v1/get?address=term/acv&where=region%3Dmars HTTP/1.1\r\n", "", &[400]),
        ("GET /v1/get?address=term/acv&at=--upload-pack%3Dtouch%20x HTTP/1.1\r\n", "", &[404]),
        ("GET /v1/get?address=term/acv&at=HEAD%40%7B1%7D HTTP/1.1\r\n", "", &[404]),
        ("GET /v1/search?text=contract&limit=0 HTTP/1.1\r\n", "", &[400]),
        ("GET /v1/search?text=contract&limit=99999999999999999999 HTTP/1.1\r\n", "", &[400]),
        ("GET /v1/resolve?name= HTTP/1.1\r\n", "", &[400]),
    ] {
        let reply = server.ask(head, body);
        let shown: String = head.chars().take(80).collect();
        assert!(statuses.contains(&reply.status), "{shown:?}: {reply:?}");
        assert!(reply.body.len() < 4_000, "{shown:?}");
        // What is refused before a route is found has no body.
        if reply.header("content-type") == "application/problem+json" {
            let problem = reply.json();
            assert_eq!(problem["status"], reply.status);
            assert!(problem["code"].is_string() && problem["title"].is_string(), "{problem}");
            assert!(!reply.body.contains("serde") && !reply.body.contains(" at line "), "{problem}");
        }
    }
    let mut connection = server.connect();
    connection.send("\u{16}\u{3}\u{1}\u{0}nonsense\r\n\r\n");
    assert!([0, 400].contains(&connection.reply().status));
    still_serves(&server);
}

#[test]
fn who_dawdles_holds_up_nobody() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    still_serves(&server);
    let before = memory(&server);
    let mut held = Vec::new();
    for at in 0..900 {
        let mut connection = server.connect();
        match at % 3 {
            // Says nothing; says half a head; says a head and half a body.
            0 => {}
            1 => connection.send("GET /v1/get?addr"),
            _ => connection.send("POST /v1/get HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"),
        }
        held.push(connection);
    }
    // One reads nothing of what it asked for.
    let mut deaf = server.connect();
    deaf.hurry(Duration::from_millis(20));
    (0..500).for_each(|_| deaf.send("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    let began = Instant::now();
    (0..50).for_each(|_| still_serves(&server));
    assert!(began.elapsed() < Duration::from_secs(10), "others wait: {:?}", began.elapsed());
    let grown = memory(&server).saturating_sub(before);
    assert!(grown < 64 << 20, "it grew by {grown} bytes");
}

/// How many files this process, and what it starts, may have open.
fn most_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    match line.split_whitespace().nth(3) {
        Some("unlimited") => usize::MAX,
        soft => soft.and_then(|soft| soft.parse().ok()).unwrap_or(0),
    }
}

/// The 99th percentile of what a good client waits, the best of three rounds: what else the machine does is not meant.
fn waits(server: &Server) -> Duration {
    let round = || {
        let mut connection = server.connect();
        let mut took: Vec<Duration> = (0..500)
            .map(|_| {
                let began = Instant::now();
                connection.send(format!("GET {ACV} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                assert_eq!(connection.reply().status, 200);
                began.elapsed()
            })
            .collect();
        took.sort();
        took[took.len() * 99 / 100]
    };
    (0..3).map(|_| round()).min().unwrap_or_default()
}

/// Connections that are held.
const CROWD: usize = 10_000;

#[test]
#[ignore = "10,000 connections: `ulimit -n 20000; cargo test --test suite -- --ignored a_crowd`"]
fn a_crowd_that_dawdles_holds_up_nobody() {
    if most_files() < CROWD + 1_000 {
        eprintln!(
            "skipped: {} files may be open here, and {CROWD} are wanted (`ulimit -n 20000`)",
            most_files()
        );
        return;
    }
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    still_serves(&server);
    let (before, waited) = (memory(&server), waits(&server));
    let began = Instant::now();
    let mut held = Vec::new();
    for at in 0..CROWD {
        let mut connection = server.connect();
        match at % 10 {
            // Most are idle after a first answer or from the start; some say half a head, some a head and half a body.
            0..=3 => {}
            4..=6 => {
                connection.send(format!("GET {ACV} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                assert_eq!(connection.reply().status, 200);
            }
            7..=8 => connection.send("GET /v1/get?addr"),
            _ => connection.send("POST /v1/get HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"),
        }
        held.push(connection);
    }
    // And some read nothing of what they asked for.
    for _ in 0..50 {
        let mut deaf = server.connect();
        deaf.hurry(Duration::from_millis(5));
        (0..50).for_each(|_| deaf.send("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        held.push(deaf);
    }
    let came = began.elapsed();
    let (waits, grown) = (waits(&server), memory(&server).saturating_sub(before));
    eprintln!(
        "{} connections within {came:?}: 99 of 100 answers within {waits:?}, {waited:?} before; {} MiB more",
        held.len(),
        grown >> 20
    );
    // Below a few milliseconds it is the machine that is measured.
    assert!(
        waits <= waited.saturating_mul(2).max(Duration::from_millis(4)),
        "{waits:?}, and {waited:?} before"
    );
    assert!(grown < 256 << 20, "it grew by {grown} bytes");
    // Whoever said nothing is sent away, and others have their places.
    let gone = Instant::now();
    assert_eq!(held[0].reply().status, 0);
    assert!(gone.elapsed() < Duration::from_secs(40), "an idle connection is not kept for ever");
    still_serves(&server);
}

#[test]
fn a_body_is_not_waited_for_forever() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let paths = [
        ("/v1/get", "application/json"),
        ("/reconcile", "application/x-www-form-urlencoded"),
        ("/reconcile/1.0/match", "application/json"),
    ];
    let asked = paths.map(|(path, form)| {
        let mut connection = server.connect();
        connection.send(format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {form}\r\nContent-Length: 9\r\n\r\nq"
        ));
        (path, connection)
    });
    for (path, mut connection) in asked {
        let reply = connection.reply();
        assert_eq!((reply.status, reply.json()["code"].as_str()), (408, Some("too-late")), "{path}");
    }
}

#[test]
fn what_comes_in_one_piece_is_answered_in_order() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let mut connection = server.connect();
    let requests: String = (0..200)
        .map(|at| {
            format!(
                "GET /v1/get?address=term/acv%23{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                if at % 2 == 0 { "label" } else { "definition" }
            )
        })
        .collect();
    let mut sender = connection.split();
    let sending = std::thread::spawn(move || sender.send(&requests));
    for at in 0..200 {
        let answer = connection.reply().json();
        assert_eq!(answer["address"], if at % 2 == 0 { "term/acv#label" } else { "term/acv#definition" });
    }
    sending.join().expect("sent");
}

//! Who may ask.

use super::{ACV, Server, knowledge};

#[test]
fn neither_other_hosts_nor_other_sites_are_answered() {
    let scratch = knowledge();
    let server =
        Server::start(&scratch, &["--host", "knowledge.example", "--origin", "https://tool.example"]);
    for (headers, status) in [
        ("Host: localhost\r\n", 200),
        ("Host: localhost:1234\r\n", 200),
        ("Host: 127.0.0.1\r\n", 200),
        ("Host: [::1]:80\r\n", 200),
        ("Host: knowledge.example\r\n", 200),
        ("Host: knowledge.example:443\r\nOrigin: https://knowledge.example\r\n", 200),
        ("Host: localhost\r\nOrigin: https://tool.example\r\n", 200),
        ("Host: evil.example\r\n", 403),
        ("Host: localhost.evil.example\r\n", 403),
        ("Host: localhost@evil.example\r\n", 403),
        ("Host: \r\n", 403),
        ("", 403),
        ("Host: localhost\r\nHost: evil.example\r\n", 403),
        ("Host: localhost\r\nOrigin: https://evil.example\r\n", 403),
        ("Host: localhost\r\nOrigin: https://tool.example.evil.example\r\n", 403),
        ("Host: localhost\r\nOrigin: null\r\n", 403),
        ("Host: localhost\r\nOrigin: http://localhost\r\nOrigin: https://evil.example\r\n", 403),
    ] {
        for path in [ACV, "/health", "/metrics", "/openapi.json", "/nowhere"] {
            let mut connection = server.connect();
            connection.send(format!("GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"));
            let reply = connection.reply();
            let status = if path == "/nowhere" && status == 200 { 404 } else { status };
            // What has no host at all may be refused before anybody looks.
            assert!(
                reply.status == status || (headers.is_empty() && reply.status == 400),
                "{path} {headers:?}: {reply:?}"
            );
        }
    }
}

#[test]
fn where_there_is_a_token_it_is_wanted_on_every_route() {
    let scratch = knowledge();
    let token = "0123456789abcdef0123456789abcdef";
    let server = Server::start_with(&scratch, &[], &[("DICTUM_TOKEN", token)]);
    for path in [ACV, "/health", "/metrics", "/openapi.json", "/nowhere"] {
        let without = server.get(path);
        assert_eq!((without.status, without.header("www-authenticate")), (401, "Bearer"), "{path}");
        let wrong = server.ask(&format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}0\r\n"), "");
        assert_eq!(wrong.status, 401, "{path}");
        let right = server.ask(&format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"), "");
        assert_eq!(right.status, if path == "/nowhere" { 404 } else { 200 }, "{path}");
    }
}

#[test]
fn what_other_machines_reach_is_served_with_a_token_only() {
    let scratch = knowledge();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let ran = scratch.dictum(&["serve", "--http", address]);
        assert_eq!(ran.code, 2, "{address}");
        assert!(ran.stderr.contains("can be reached from other machines"), "{}", ran.stderr);
    }
    let short = scratch.shell("DICTUM_TOKEN=short dictum serve --http 127.0.0.1:0");
    assert_eq!(short.code, 2);
    assert!(short.stderr.contains("DICTUM_TOKEN is no token"), "{}", short.stderr);
}

/// No connection leaves it: where there is no network at all it answers as anywhere.
#[test]
fn it_needs_no_network() {
    let scratch = knowledge();
    let script = "ip link set lo up && (dictum serve --http 127.0.0.1:8799 2>log & echo $! >id) && sleep 3 && \
                  bash -c 'exec 3<>/dev/tcp/127.0.0.1/8799; printf \"GET /v1/get?address=term/acv%%23definition HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n\" >&3; cat <&3'; kill $(cat id)";
    let able = scratch.shell("unshare -rn ip link set lo up");
    if able.code != 0 {
        eprintln!("skipped: this system makes no network namespaces");
        return;
    }
    let ran = scratch.command("unshare").args(["-rn", "bash", "-c", script]).output().expect("unshare runs");
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        told.contains("200 OK") && told.contains("\"status\":\"fact\""),
        "{told}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

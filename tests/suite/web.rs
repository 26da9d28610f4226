//! The page of `dictum serve` by real HTTP against the real program, the same as files, and a real browser that uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::scratch::{DICTUM, Scratch, Signature};

mod browser;
mod proposing;

const GLOSSARY: &str = r#"
[dimension.region]
is     = "tree"
values = ["emea/de", "emea/uk", "amer/us"]

[dimension.amount]
is = "number"

[source.policy]
title = "Policy & <procedures>"

[team.sales]
label = "Sales"

[term.window]
label      = "Return window"
owner      = "sales"
source     = "policy"
definition = "14 days."

[[term.window.exception]]
when       = { region = "uk" }
definition = "30 days."

[term.hostile]
label      = "<script>alert(1)</script>"
definition = "]]> \" onmouseover=alert(1) ' </title><img src=x onerror=alert(1)> \u202Etxt.exe https://evil.example/ <!--"
note       = "See [here](javascript:alert(1)) & `more`."

[term.one]
synonyms = ["same name"]
[term.two]
synonyms = ["same name"]
"#;

/// Knowledge with an answer that changed, one that depends, a name of two, and texts that mean harm.
fn knowledge() -> Scratch {
    let scratch = Scratch::repository();
    let by = |name: &str, time: &str| Signature {
        name: name.to_owned(),
        mail: "ana@example.com".to_owned(),
        time: format!("{time}T12:00:00+00:00"),
    };
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"shop\"\n");
    scratch.write("knowledge/old.toml", "[term.limit]\nlabel = \"Limit\"\ndefinition = \"100 EUR.\"\n");
    scratch.commit(&by("Ana Lin", "2024-01-10"), "Say what the limit is");
    scratch.write("knowledge/glossary.toml", GLOSSARY);
    scratch.write(
        "knowledge/old.toml",
        "[term.limit]\nlabel = \"Limit\"\n[[term.limit.definition]]\nvalue = \"100 EUR.\"\nuntil = 2025-01-01\n\
         [[term.limit.definition]]\nvalue = \"200 EUR.\"\nfrom = 2025-01-01\n",
    );
    let message =
        "Raise it </q><script>alert(2)</script> \u{202E}gnp\n\nReviewed-by: Ben <b>Ode</b> <ben@example.com>";
    scratch.commit(&by("Eve & \u{202E}", "2025-02-01"), message);
    scratch
}

/// The program, serving.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(scratch: &Scratch, arguments: &[&str]) -> Server {
        let mut command = scratch.command(DICTUM);
        command.args(["serve", "--http", "127.0.0.1:0"]).args(arguments).stderr(Stdio::piped());
        let mut child = command.spawn().expect("dictum runs");
        let mut lines = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.rsplit_once("http://127.0.0.1:")?;
            port.trim().parse().ok()
        });
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, port: port.expect("it says where it listens") }
    }

    fn get(&self, path: &str) -> Page {
        request(self.port, "GET", path, "")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
struct Page {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

fn request(port: u16, method: &str, path: &str, body: &str) -> Page {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .expect("it reads");
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut next = |reader: &mut BufReader<TcpStream>| {
        line.clear();
        reader.read_line(&mut line).expect("it answers");
        line.trim_end().to_owned()
    };
    let status = next(&mut reader).split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    let mut headers = BTreeMap::new();
    loop {
        let line = next(&mut reader);
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    // Not every server closes the connection when it was asked to.
    let length = headers["content-length"].parse().expect("a length");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the whole of it");
    let body = String::from_utf8(body).expect("an answer is text");
    Page { status, headers, body }
}

/// The values of an attribute in a page, as a browser reads them.
fn attributes<'p>(body: &'p str, name: &str) -> impl Iterator<Item = String> + use<'p> {
    let mark = format!(" {name}=\"");
    let parts: Vec<&str> = body.split(&mark).skip(1).collect();
    parts.into_iter().filter_map(|part| part.split_once('"')).map(|(value, _)| {
        value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    })
}

/// What every page has to be, whatever it shows.
#[track_caller]
fn sound(path: &str, page: &Page) {
    let body = &page.body;
    let policy = page.headers.get("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"),
        "{path}: {policy}"
    );
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
    sound_html(path, body);
    assert_eq!(body.matches("<script").count(), 1, "{path}: one script, from a file");
    assert!(body.contains("<script src=\"/app.js\" defer></script>"), "{path}");
}

#[track_caller]
fn sound_html(path: &str, body: &str) {
    assert!(body.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{path}");
    for inline in [" style=", "<style", " onclick", "<img", "javascript:alert(1)\"", "\u{202E}"] {
        assert!(!body.contains(inline), "{path} holds `{inline}`");
    }
    for landmark in ["<header", "<nav aria-label=\"Main\"", "<main id=\"main\"", "<footer", "href=\"#main\""]
    {
        assert!(body.contains(landmark), "{path} lacks `{landmark}`");
    }
    // Headings: one first, and none skips a level.
    let levels: Vec<u8> =
        body.match_indices("<h").filter_map(|(at, _)| body.as_bytes().get(at + 2).copied()).collect();
    let levels: Vec<u8> = levels.into_iter().filter(u8::is_ascii_digit).map(|level| level - b'0').collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{path}: {levels:?}");
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{path}: {levels:?}");
    // Ids are of one element each, and every field has a label.
    let ids: Vec<String> = attributes(body, "id").collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: {ids:?}");
    let labels: BTreeSet<String> = attributes(body, "for").collect();
    for field in body.split("<input ").chain(body.split("<select ")).skip(1) {
        let field = field.split('>').next().unwrap_or_default();
        if let Some(id) = field.strip_prefix("id=\"") {
            let id = id.split('"').next().unwrap_or_default();
            assert!(labels.contains(id), "{path}: the field `{id}` has no label");
        }
    }
}

#[test]
fn every_view_is_a_page() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    for (path, shows) in [
        ("/", "Return window"),
        ("/?q=window", "Return window"),
        ("/?q=nothingatall", "Nothing that is in force matches"),
        ("/kind/term", "Terms"),
        ("/subject/term/window", "depending on <strong>region</strong>"),
        ("/subject/term/hostile", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("/fact/term/window/definition", "2 answers are possible"),
        ("/fact/term/window/definition?where=region=uk", "30 days."),
        ("/fact/term/window/definition?where.region=de&on=&at=", "14 days."),
        ("/fact/term/limit/definition", "200 EUR."),
        ("/fact/term/limit/definition/history", "2 changes along the main line"),
        ("/fact/term/hostile/definition", "\\u{202E}txt.exe"),
        ("/state", "same name"),
        ("/diff", "added"),
        ("/diff?from=2024-06-01&to=HEAD", "100 EUR."),
    ] {
        let page = server.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        sound(path, &page);
        assert!(page.body.contains(shows), "{path} does not show `{shows}`: {}", page.body);
        let short = &scratch.git(&["rev-parse", "HEAD"])[..7];
        assert!(page.body.contains(short), "{path} names no commit");
        assert!(page.body.contains("b3:"), "{path} names no snapshot");
    }
    assert_eq!(server.get("/style.css").headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(server.get("/app.js").headers["content-type"], "text/javascript; charset=utf-8");
    // What programs read is as it was.
    for path in ["/health", "/metrics", "/openapi.json", "/v1/snapshot"] {
        let page = server.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.headers["content-type"].contains("html"), "{path}");
    }
}

#[test]
fn what_people_wrote_stays_text() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let facts = server.get("/fact/term/hostile/definition").body;
    assert!(facts.contains("]]&gt; &quot; onmouseover=alert(1)"), "{facts}");
    assert!(facts.contains("Eve &amp; \\u{202E}"), "{facts}");
    assert!(facts.contains("&lt;script&gt;alert(2)&lt;/script&gt; \\u{202E}gnp"), "{facts}");
    assert!(!facts.contains("<b>") && facts.contains("&lt;b&gt;Ode"), "{facts}");
    let window = server.get("/fact/term/window/definition?where=region=de").body;
    assert!(window.contains("Policy &amp; &lt;procedures&gt;"), "{window}");
    for path in ["/fact/term/hostile/definition", "/fact/term/hostile/note", "/subject/term/hostile"] {
        for href in attributes(&server.get(path).body, "href") {
            assert!(href.starts_with('/') || href.starts_with('#'), "{path} leads to `{href}`");
        }
    }
    // And so does what is asked.
    let path = "/?q=%3Cscript%3Ealert(3)%3C/script%3E%22%E2%80%AE";
    let page = server.get(path);
    sound(path, &page);
    assert!(page.body.contains("&lt;script&gt;alert(3)"), "{}", page.body);
}

#[test]
fn both_clocks_and_the_case_move_the_answer() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let answer = |query: &str| {
        let body = server.get(&format!("/fact/term/limit/definition{query}")).body;
        let from = body.find("class=\"value\"").expect("an answer");
        body[from..from + 80].to_owned()
    };
    assert!(answer("").contains("200 EUR."));
    assert!(answer("?on=2024-06-01").contains("100 EUR."));
    assert!(answer("?at=2024-06-01").contains("100 EUR."));
    assert!(answer("?at=2024-06-01&on=2026-01-01").contains("100 EUR."));
    let first = scratch.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let page = server.get(&format!("/fact/term/limit/definition?at={}", first.trim()));
    assert!(page.body.contains("See what is known now"), "{}", page.body);
    // What was asked goes along with every link.
    let page = server.get("/subject/term/window?on=2025-06-01&where=region=uk");
    assert!(
        page.body.contains("/fact/term/window/definition?on=2025-06-01&amp;where=region%3Duk"),
        "{}",
        page.body
    );
}

#[test]
fn mistakes_are_pages_that_say_what_to_do() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    for (path, status, says) in [
        ("/subject/term/windwo", 404, "term/window"),
        ("/subject/term/%3Cscript%3E", 404, "&lt;script&gt;"),
        ("/subject/a%2Fb/c%23d", 404, "What to do"),
        ("/fact/term/window/nope", 404, "Nothing is said of"),
        ("/fact/term/nope/nope", 404, "Nothing is said of"),
        ("/kind/trem", 404, "Did you mean <code>term</code>?"),
        ("/?on=yesterday", 400, "has to be a day"),
        ("/state?at=nope", 404, "nope"),
        ("/diff?from=nope", 404, "nope"),
        ("/subject/term/window?where=region=ukk", 400, "uk"),
        ("/subject/term/window?where=color=red", 400, "not a dimension"),
        ("/?bad=1", 400, "no parameter here"),
    ] {
        let page = server.get(path);
        assert_eq!(page.status, status, "{path}: {}", page.body);
        sound(path, &page);
        assert!(page.body.contains(says), "{path} does not say `{says}`: {}", page.body);
        assert!(page.body.contains("What to do"), "{path}: {}", page.body);
    }
}

#[test]
fn every_link_leads_somewhere() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut open = vec!["/".to_owned()];
    while let Some(path) = open.pop() {
        if seen.contains_key(&path) || seen.len() > 150 {
            continue;
        }
        let page = server.get(&path);
        if path.contains("at=") && page.status != 200 {
            // What is said now need not have been said then.
            assert!(
                [400, 404].contains(&page.status) && page.body.contains("What to do"),
                "{path}: {}",
                page.body
            );
        } else {
            assert_eq!(page.status, 200, "{path}: {}", page.body);
        }
        for href in attributes(&page.body, "href") {
            match href.strip_prefix('#') {
                Some(id) => assert!(page.body.contains(&format!(" id=\"{id}\"")), "{path}: no `{href}`"),
                None => open.push(href),
            }
        }
        seen.insert(path, attributes(&page.body, "id").collect());
    }
    assert!(seen.len() > 30, "{}", seen.len());
}

#[test]
fn a_stale_server_says_so_on_every_page() {
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    assert!(!server.get("/").body.contains("Not the newest commit"));
    scratch.write("knowledge/broken.toml", "[term.broken]\ndefinition = \"no end\n");
    let by = Signature {
        name: "Ana Lin".to_owned(),
        mail: "ana@example.com".to_owned(),
        time: "2025-03-01T12:00:00+00:00".to_owned(),
    };
    scratch.commit(&by, "Break it");
    let began = Instant::now();
    while !server.get("/").body.contains("Not the newest commit") {
        assert!(began.elapsed() < Duration::from_secs(30), "it never says so");
        std::thread::sleep(Duration::from_millis(100));
    }
    for path in
        ["/subject/term/limit", "/fact/term/limit/definition", "/state", "/diff", "/subject/term/nope"]
    {
        let page = server.get(path);
        sound(path, &page);
        assert!(page.body.contains("Not the newest commit"), "{path}");
    }
    assert!(server.get("/state").body.contains("knowledge/broken.toml:2"));
}

#[test]
fn a_file_is_served_without_its_past() {
    let scratch = knowledge();
    assert_eq!(scratch.dictum(&["build", "-o", "k.dictum"]).code, 0);
    let server = Server::start(&scratch, &["--snapshot", "k.dictum"]);
    for path in ["/", "/state", "/fact/term/limit/definition"] {
        let page = server.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        sound(path, &page);
    }
    assert!(!server.get("/fact/term/limit/definition").body.contains("As known at"));
    assert_eq!(server.get("/diff").status, 404);
    assert_eq!(server.get("/?at=HEAD").status, 404);
}

/// All files below `folder`, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let file = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).expect("it is below").to_string_lossy().into_owned();
        (path, fs::read(entry.path()).expect("a file"))
    };
    files.map(file).collect()
}

#[test]
fn a_site_is_the_same_pages_as_files() {
    let scratch = knowledge();
    let site = |folder: &str| scratch.dictum(&["site", "-o", folder, "--on", "2025-06-30"]);
    let one = site("one");
    assert_eq!(one.code, 0, "{}", one.stderr);
    assert_eq!(site("two").code, 0);
    let written = files(&scratch.top().join("one"));
    assert_eq!(written, files(&scratch.top().join("two")), "the same commit and day give the same bytes");
    assert!(written.len() > 20, "{:?}", written.keys());
    for (path, bytes) in written.iter().filter(|(path, _)| path.ends_with(".html")) {
        let body = std::str::from_utf8(bytes).expect("text");
        sound_html(path, body);
        assert!(!body.contains("<script") && !body.contains("<form"), "{path}: nothing in it needs a server");
        for href in attributes(body, "href") {
            let (file, id) = href.split_once('#').unwrap_or((&href, ""));
            let mut parts: Vec<&str> = path.split('/').collect();
            parts.pop();
            for part in file.split('/').filter(|part| !part.is_empty()) {
                match part {
                    ".." => parts.truncate(parts.len().saturating_sub(1)),
                    part => parts.push(part),
                }
            }
            let target = if file.is_empty() { path.clone() } else { parts.join("/") };
            let found = written
                .get(&target)
                .unwrap_or_else(|| panic!("{path} leads to `{href}`, which is not there"));
            let found = String::from_utf8_lossy(found);
            assert!(id.is_empty() || found.contains(&format!(" id=\"{id}\"")), "{path}: no `{href}`");
        }
    }
}

#[test]
fn a_site_is_written_over_its_own_and_nothing_else() {
    let scratch = knowledge();
    scratch.write("mine/notes.txt", "keep");
    let refused = scratch.dictum(&["site", "-o", "mine", "--on", "2025-06-30"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("did not write"), "{}", refused.stderr);
    assert_eq!(files(&scratch.top().join("mine")).len(), 1);
    assert_eq!(scratch.dictum(&["site", "-o", "site", "--on", "2025-06-30"]).code, 0);
    scratch.write("site/subject/term/gone.html", "of a subject that is gone");
    scratch.write("site/CNAME", "knowledge.example");
    assert_eq!(scratch.dictum(&["site", "-o", "site", "--on", "2025-06-30"]).code, 0);
    assert!(!scratch.top().join("site/subject/term/gone.html").exists());
    assert!(scratch.top().join("site/CNAME").exists(), "what others put there stays");
}

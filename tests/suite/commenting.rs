//! The scripts that the action for GitHub runs: the report is made without any right, and commented once.
//!
//! What answers is no GitHub but a stand-in that this test plays: the few answers of its REST interface that comments take, as
//! <https://docs.github.com/en/rest/issues/comments> describes them. The scripts are the very files that the action runs; where
//! this machine has no bash, curl or jq, which GitHub's runners have, the test says so.
#![expect(clippy::print_stdout, reason = "says what is not here to check with")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::scratch::Scratch;

const MARK: &str = "<!-- dictum -->";

const OURS: &str = "github-actions[bot]";

/// What the stand-in knows.
#[derive(Default)]
struct Forge {
    /// Who said what, in order; the number of a comment is its place, from 1.
    comments: Vec<(String, String)>,
    /// The commit at which pull request 7 stands.
    head: String,
    /// Whether it takes what is written.
    read_only: bool,
    /// What it was asked, `METHOD path`.
    asked: Vec<String>,
}

/// The stand-in, and where it listens.
struct StandIn {
    forge: Arc<Mutex<Forge>>,
    port: u16,
}

impl StandIn {
    fn start(forge: Forge) -> StandIn {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let forge = Arc::new(Mutex::new(forge));
        let shared = Arc::clone(&forge);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _gone = answer(&stream, &shared);
            }
        });
        StandIn { forge, port }
    }

    fn comments(&self) -> Vec<(String, String)> {
        self.forge.lock().expect("the stand-in").comments.clone()
    }

    /// What of it is ours: as often as it may be, once.
    fn our_comment(&self) -> String {
        let ours: Vec<_> = self.comments().into_iter().filter(|(who, _)| who == OURS).collect();
        assert_eq!(ours.len(), 1, "{ours:?}");
        ours[0].1.clone()
    }

    fn asked(&self) -> Vec<String> {
        self.forge.lock().expect("the stand-in").asked.clone()
    }
}

/// Reads one request, and answers it.
fn answer(stream: &TcpStream, forge: &Mutex<Forge>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let (mut length, mut token) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if line.starts_with("expect:") {
            (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        token |= line == "authorization: bearer secret";
        length = line.strip_prefix("content-length:").map_or(length, |it| it.trim().parse().unwrap_or(0));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, said) = match token {
        true => told(method, path, &body, &mut forge.lock().expect("the stand-in")),
        false => (401, json!({})),
    };
    let said = said.to_string();
    let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", said.len());
    (&*stream).write_all((head + &said).as_bytes())
}

fn told(method: &str, path: &str, body: &[u8], forge: &mut Forge) -> (u16, Value) {
    forge.asked.push(format!("{method} {path}"));
    let said = || serde_json::from_slice::<Value>(body).ok()?["body"].as_str().map(ToOwned::to_owned);
    let wire = |at: usize, (who, body): &(String, String)| json!({ "id": at + 1, "user": { "login": who }, "body": body });
    match (method, path.strip_prefix("/repos/acme/terms/").unwrap_or_default()) {
        ("GET", "pulls/7") => (200, json!({ "head": { "sha": forge.head } })),
        ("GET", path) if path.starts_with("issues/7/comments?per_page=100&page=") => {
            let page: usize = path.rsplit('=').next().and_then(|page| page.parse().ok()).unwrap_or(1);
            let all = forge.comments.iter().enumerate().skip((page - 1) * 100).take(100);
            (200, all.map(|(at, comment)| wire(at, comment)).collect())
        }
        ("POST" | "PATCH", _) if forge.read_only => {
            (403, json!({ "message": "Resource not accessible by integration" }))
        }
        ("POST", "issues/7/comments") => match said() {
            Some(said) if said.chars().count() <= 65_536 => {
                forge.comments.push((OURS.to_owned(), said));
                (201, json!({}))
            }
            _ => (422, json!({})),
        },
        ("PATCH", path) => {
            let number =
                path.strip_prefix("issues/comments/").and_then(|number| number.parse::<usize>().ok());
            match (number.and_then(|number| forge.comments.get_mut(number.wrapping_sub(1))), said()) {
                (Some(comment), Some(said)) => {
                    comment.1 = said;
                    (200, json!({}))
                }
                _ => (404, json!({})),
            }
        }
        _ => (404, json!({})),
    }
}

fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/actions/dictum").join(name)
}

/// Whether this machine has what the scripts need.
fn can_run() -> bool {
    let missing = ["bash", "curl", "jq"]
        .into_iter()
        .find(|program| Command::new(program).arg("--version").output().is_err());
    if let Some(program) = missing {
        println!("skipped: {program} is not here");
    }
    missing.is_none()
}

/// Runs the script that comments: its exit code and what it printed.
fn comment(stand_in: &StandIn, report: &Path, more: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new("bash");
    command.arg(script("comment.sh")).env("GITHUB_API_URL", format!("http://127.0.0.1:{}", stand_in.port));
    command.envs([("GITHUB_REPOSITORY", "acme/terms"), ("GH_TOKEN", "secret"), ("NUMBER", "7")]);
    let ran =
        command.env("REPORT", report).env("no_proxy", "*").envs(more.iter().copied()).output().expect("bash");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    (ran.status.code(), said)
}

/// A repository whose branch says something else, with words that could be taken for more.
fn changed() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"x\"\nlanguage = 1\n");
    scratch.write("knowledge/a.toml", "[term.a]\nlabel = \"A\"\ndefinition = \"One.\"\n");
    scratch.shell("git add --all && git commit --quiet --message x && git checkout --quiet -b side");
    let hostile = "@all <b>x</b> [y](https://evil.example) ]]> ::error::x %0A --> `z`";
    scratch.write(
        "knowledge/a.toml",
        format!("[term.a]\nlabel = \"{hostile}\"\ndefinition = \"It is {hostile}\"\n"),
    );
    scratch
}

/// Runs the script that reports in `scratch`: what it told the steps behind it, and the report.
fn report(scratch: &Scratch, more: &[(&str, &str)]) -> (String, String) {
    let temp = scratch.beside("runner");
    fs::create_dir_all(&temp).expect("a folder");
    let output = temp.join("output");
    let _was_there = fs::remove_file(&output);
    let bin = Path::new(env!("CARGO_BIN_EXE_dictum")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let ran = Command::new("bash")
        .arg(script("report.sh"))
        .current_dir(scratch.top())
        .env("PATH", path)
        .env("RUNNER_TEMP", &temp)
        .env("GITHUB_OUTPUT", &output)
        .env("GITHUB_STEP_SUMMARY", temp.join("summary"))
        .envs(more.iter().copied())
        .output()
        .expect("bash");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    (read(&output), read(&temp.join("dictum.md")))
}

#[test]
fn one_comment_that_is_updated() {
    if !can_run() {
        return;
    }
    let scratch = changed();
    let (told, text) = report(&scratch, &[("AGAINST", "main")]);
    assert!(told.contains("code=0\n"), "{told}");
    assert!(text.starts_with(MARK) && text.contains("answers differ"), "{text}");
    let file = scratch.beside("runner/dictum.md");
    // Others talk too, and one says what we say: theirs is left alone, and ours is beyond the first page.
    let others = (0..150).map(|at| (format!("person{at}"), format!("{MARK} not yours")));
    let stand_in = StandIn::start(Forge { comments: others.collect(), ..Forge::default() });
    let (code, said) = comment(&stand_in, &file, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(stand_in.our_comment(), text);
    let (told, again) = report(&scratch, &[("AGAINST", "main"), ("BREAKING", "true")]);
    assert!(told.contains("code=1\n") && again != text, "{told}");
    let (code, said) = comment(&stand_in, &file, &[]);
    assert_eq!((code, stand_in.our_comment()), (Some(0), again), "{said}");
    assert!(
        stand_in
            .comments()
            .iter()
            .filter(|(who, _)| who != OURS)
            .all(|(_, said)| said.ends_with("not yours"))
    );
    assert_eq!(stand_in.asked().iter().filter(|asked| asked.starts_with("POST")).count(), 1);
}

/// Without the right to write the run goes on; and what is no report, or no number, is not sent.
#[test]
fn no_right_and_no_report() {
    if !can_run() {
        return;
    }
    let scratch = Scratch::folder();
    let good = scratch.beside("good.md");
    fs::write(&good, format!("{MARK}\nfine\n")).expect("a file");
    let stand_in = StandIn::start(Forge { read_only: true, ..Forge::default() });
    let (code, said) = comment(&stand_in, &good, &[]);
    assert!(code == Some(0) && said.contains("no right to comment here"), "{said}");
    let (code, said) = comment(&stand_in, &good, &[("GH_TOKEN", "other")]);
    assert!(code == Some(1) && !said.contains("other"), "{said}");
    let before = stand_in.asked().len();
    for number in ["", "7; touch ../evil", "$(touch evil)", "../../7", "-1", "7\n8"] {
        assert_eq!(comment(&stand_in, &good, &[("NUMBER", number)]).0, Some(1), "{number:?}");
    }
    let bad = scratch.beside("bad.md");
    fs::write(&bad, "anything\n").expect("a file");
    assert_eq!(comment(&stand_in, &bad, &[]).0, Some(1));
    assert_eq!(stand_in.asked().len(), before, "nothing was asked");
}

/// What a run of others wrote is commented only where it belongs, calls nobody and is never too long.
#[test]
fn a_report_from_a_fork() {
    if !can_run() {
        return;
    }
    let scratch = Scratch::folder();
    let file = scratch.beside("report.md");
    let evil = format!("{MARK}\n@all $(touch evil) `@b` \u{0} {}\n", "@long ".repeat(30_000));
    fs::write(&file, evil).expect("a file");
    let sha = "0123456789012345678901234567890123456789";
    let stand_in = StandIn::start(Forge { head: sha.to_owned(), ..Forge::default() });
    let (code, said) = comment(&stand_in, &file, &[("HEAD", "ffff")]);
    assert!(code == Some(0) && said.contains("another commit") && stand_in.comments().is_empty(), "{said}");
    let (code, said) = comment(&stand_in, &file, &[("HEAD", sha)]);
    assert_eq!(code, Some(0), "{said}");
    let ours = stand_in.our_comment();
    assert!(ours.starts_with(MARK) && ours.chars().count() <= 65_536);
    assert!(ours.matches('@').count() == ours.matches("@\u{200b}").count(), "somebody is called");
    // One that was made without writing it is made of words alone: comments of other numbers are asked for nowhere.
    assert!(
        stand_in.asked().iter().all(|asked| asked.contains("/7") || asked.starts_with("POST")),
        "{:?}",
        stand_in.asked()
    );
}

/// The program is fetched with its checksum, or built from a commit, or the run says what it lacks.
#[test]
fn no_program_without_a_checksum_or_a_commit() {
    if !can_run() {
        return;
    }
    let scratch = Scratch::folder();
    let ran = |more: &[(&str, &str)]| {
        let mut command = Command::new("bash");
        command
            .arg(script("get.sh"))
            .env("PATH", "/usr/bin:/bin")
            .env("RUNNER_TEMP", scratch.beside("runner"));
        let ran = command.envs(more.iter().copied()).output().expect("bash");
        (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    for (more, why) in [
        (&[][..], "there is no program"),
        (&[("BINARY", "https://x.example/dictum")][..], "sha256"),
        (&[("BINARY", "https://x.example/dictum"), ("SHA256", "abc")][..], "sha256"),
        (&[("GIT", "https://x.example/dictum")][..], "rev"),
        (&[("GIT", "https://x.example/dictum"), ("REV", "main")][..], "rev"),
        (&[("GIT", "--config=x"), ("REV", "0123456789012345678901234567890123456789")][..], "https"),
    ] {
        let (code, said) = ran(more);
        assert!(code == Some(2) && said.contains(why), "{more:?}: {said}");
    }
}

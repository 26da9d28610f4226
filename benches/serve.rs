//! `dictum serve` under load, on generated knowledge of 100,000 claims in 10,000 files: requests a second held against a route
//! that returns a constant of the same size, how soon a correction is served, what requests take meanwhile, and the memory.
//!
//! `cargo bench --bench serve [FILES]`. The constant is returned by the same server parts (axum, hyper, tokio) in this process,
//! asked by the same clients, in turn with ours. Prints ratios of medians of one run. Needs git.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes files, starts programs, takes the time and prints"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Connections that ask all the time.
const CLIENTS: usize = 16;

/// How long each route is asked, in each round.
const ROUND: Duration = Duration::from_millis(1500);

/// Rounds of each route; corrections that are timed.
const RUNS: usize = 5;

fn main() {
    let files = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(10_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    generate(folder.path(), files);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    commit(folder.path(), "Say all of it");
    let server = Server::start(folder.path());
    let get = |at: usize| {
        format!("/v1/get?address=term/metric-{at}%23definition&where=region%3Demea/de&on=2026-06-30")
    };
    let ground = |at: usize| {
        let customer = (at * 7 + 4711) % files;
        format!(
            "/v1/ground?on=2026-06-30&where=region%3Demea/de&sentence=What%20was%20the%20figure%20{at}%20of%20Customer%20{customer}%20Robotics%20in%20our%20books%20in%20March%202026%2C%20and%20why%20was%20it%20so%20high%20then%3F"
        )
    };
    // One question over and over, and as many as there are: far more than answers are held for.
    let one = |ask: &dyn Fn(usize) -> String| vec![ask(17 % files)];
    let many = |ask: &dyn Fn(usize) -> String| (0..files).map(ask).collect::<Vec<_>>();
    throughput(
        &server,
        &[
            ("get, asked again", one(&get), 0.6),
            ("get, each another", many(&get), 0.6),
            ("ground, asked again", one(&ground), 0.3),
            ("ground, each another", many(&ground), 0.3),
        ],
    );
    let get = &*get(17);
    swaps(&server, folder.path(), get, files);
}

fn throughput(server: &Server, routes: &[(&str, Vec<String>, f64)]) {
    for (name, paths, bound) in routes {
        let (size, answer) = size(&server.address, &paths[0]);
        let constant = constant(answer);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            theirs.push(asked(&constant, &["/".to_owned()], ROUND));
            ours.push(asked(&server.address, paths, ROUND));
        }
        let mut ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect();
        let ratio = median(&mut ratios);
        println!(
            "{name:<22} {:>7.0} requests/s  {ratio:.2} of a constant of {size} bytes ({:.0}); bound {bound}: {}",
            median(&mut ours),
            median(&mut theirs),
            if ratio >= *bound { "kept" } else { "MISSED" }
        );
    }
}

/// How soon a one-file correction is served after its commit, and what requests take meanwhile.
fn swaps(server: &Server, folder: &Path, path: &str, files: usize) {
    let claims = files * 10;
    let bound = if files > 20_000 { 1000.0 } else { 150.0 };
    let mut usual = latencies(server, path, || std::thread::sleep(Duration::from_secs(2)));
    let usual_p99 = share(&mut usual, 99);
    let (mut took, mut worst) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        let text =
            text(17).replace("one-time fees excluded", &format!("one-time fees excluded, version {run}"));
        fs::write(folder.join("knowledge/area-000/terms-000017.toml"), text).expect("a file");
        let mut during = latencies(server, path, || {
            commit(folder, "Correct it");
            let began = Instant::now();
            while server.swaps() <= run as u64 {
                std::thread::sleep(Duration::from_millis(1));
            }
            took.push(began.elapsed().as_secs_f64() * 1e3);
        });
        worst.push(share(&mut during, 100) / usual_p99);
    }
    let took = median(&mut took);
    println!(
        "a correction among {claims} claims is served {took:.0} ms after its commit; bound {bound:.0}: {}",
        if took <= bound { "kept" } else { "MISSED" }
    );
    let worst = median(&mut worst);
    println!(
        "the slowest request meanwhile takes {worst:.1} x the usual 99 % ({:.2} ms); bound 3: {}",
        usual_p99 * 1e3,
        if worst <= 3.0 { "kept" } else { "MISSED" }
    );
    let (held, file) = (server.memory(), server.snapshot_bytes());
    println!(
        "memory at most {:.0} MB, {:.2} x the snapshot ({:.0} MB); bound 3",
        held / 1e6,
        held / file,
        file / 1e6
    );
}

/// Requests a second of all clients, each of which begins elsewhere among `paths` and goes through all.
fn asked(address: &str, paths: &[String], time: Duration) -> f64 {
    let began = Instant::now();
    let counts: Vec<usize> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn(move || {
                    let first = client * paths.len() / CLIENTS;
                    let mut client = Client::new(address);
                    let mut count = 0;
                    while began.elapsed() < time {
                        client.ask(&paths[(first + count) % paths.len()]);
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().expect("asked")).collect()
    });
    counts.iter().sum::<usize>() as f64 / began.elapsed().as_secs_f64()
}

/// What requests of one client take, in seconds, while something else happens.
fn latencies(server: &Server, path: &str, happens: impl FnOnce()) -> Vec<f64> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut client = Client::new(&server.address);
            let mut took = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let began = Instant::now();
                client.ask(path);
                took.push(began.elapsed().as_secs_f64());
                std::thread::sleep(Duration::from_micros(500));
            }
            took
        });
        happens();
        over.store(true, Ordering::Relaxed);
        asking.join().expect("asked")
    })
}

/// A connection.
struct Client {
    stream: BufReader<TcpStream>,
    line: Vec<u8>,
    body: Vec<u8>,
}

impl Client {
    fn new(address: &str) -> Client {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("an option");
        Client { stream: BufReader::new(stream), line: Vec::new(), body: Vec::new() }
    }

    fn ask(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes()).expect("sent");
        let mut length = 0;
        loop {
            self.line.clear();
            self.stream.read_until(b'\n', &mut self.line).expect("an answer");
            if self.line.len() <= 2 {
                break;
            }
            if let Some(value) = self.line.strip_prefix(b"content-length: ") {
                length = std::str::from_utf8(value).expect("digits").trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).expect("a body");
    }
}

fn size(address: &str, path: &str) -> (usize, Vec<u8>) {
    let mut client = Client::new(address);
    client.ask(path);
    assert!(client.body.starts_with(b"{\"schema\":\"dictum."), "{}", String::from_utf8_lossy(&client.body));
    (client.body.len(), client.body)
}

/// A server in this process whose only route returns `answer`.
fn constant(answer: Vec<u8>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("an option");
    let address = listener.local_addr().expect("an address").to_string();
    let answer = axum::body::Bytes::from(answer);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
        runtime.block_on(async move {
            let form = [("content-type", "application/json")];
            let route = axum::routing::get(move || async move { (form, answer.clone()) });
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, axum::Router::new().route("/", route)).await.expect("serves");
        });
    });
    address
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dictum"));
        let command = command.current_dir(folder).args(["serve", "--http", "127.0.0.1:0"]);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("dictum starts");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split_once("listens at http://")?.1.trim().to_owned()));
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, address: address.expect("it listens") }
    }

    fn number(&self, path: &str, name: &str) -> u64 {
        let mut client = Client::new(&self.address);
        client.ask(path);
        let body = String::from_utf8_lossy(&client.body).into_owned();
        let told = body.split(&format!("\"{name}\":")).nth(1).expect("it is told");
        told.split([',', '}']).next().and_then(|number| number.parse().ok()).expect("a number")
    }

    fn swaps(&self) -> u64 {
        self.number("/health", "swaps")
    }

    fn snapshot_bytes(&self) -> f64 {
        self.number("/v1/snapshot", "bytes") as f64
    }

    /// The most it ever held, in bytes.
    fn memory(&self) -> f64 {
        let told = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux tells");
        let line = told.lines().find(|line| line.starts_with("VmHWM")).expect("what it held");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("a number") * 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "--all"]);
    let who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"];
    git(folder, &[&who[..], &["commit", "--quiet", "--message", message]].concat());
}

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git").current_dir(folder).args(arguments).status().expect("git is installed");
    assert!(done.success(), "git {arguments:?}");
}

fn median(values: &mut [f64]) -> f64 {
    share(values, 50)
}

/// The value below which so many of a hundred lie.
fn share(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent / 100).min(values.len() - 1)]
}

/// `files` files of two subjects and ten claims each.
fn generate(folder: &Path, files: usize) {
    let knowledge = folder.join("knowledge");
    fs::create_dir_all(&knowledge).expect("a folder");
    fs::write(knowledge.join("dictum.toml"), "[knowledge]\nname = \"bench\"\nlanguage = 1\n")
        .expect("a file");
    fs::write(knowledge.join("world.toml"), WORLD).expect("a file");
    for file in 0..files {
        let area = knowledge.join(format!("area-{:03}", file / 100));
        if file % 100 == 0 {
            fs::create_dir_all(&area).expect("a folder");
        }
        fs::write(area.join(format!("terms-{file:06}.toml")), text(file)).expect("a file");
    }
}

const WORLD: &str = r#"
[dimension.region]
is = "tree"
values = ["emea/uk", "emea/de", "amer/us", "amer/ca"]
[source.policy-2024]
title = "Policy 2024"
[source.policy-2025]
title = "Policy 2025"
[team.finance]
label = "Finance"
members = ["finance@example.com"]
[type.customer]
of = "entity"
"#;

fn text(file: usize) -> String {
    let mut text = String::new();
    write!(
        text,
        r#"[term.metric-{file}]
label = "Metric {file}"
synonyms = ["measure {file}", "figure {file}"]
owner = "finance"
source = "policy-2024"

[[term.metric-{file}.definition]]
value = "The number of customers with at least {file} paid invoices, one-time fees included."
from = 2024-02-01
[[term.metric-{file}.definition]]
value = "The number of customers with at least {file} paid invoices, one-time fees excluded."
from = 2025-05-01
source = "policy-2025"

[[term.metric-{file}.exception]]
id = "uk"
from = 2025-05-01
when = {{ region = "uk" }}
definition = "The number of customers with an open support plan and {file} paid invoices."
reason = "they count plans"

[entity.customer-{file}]
type = "customer"
name = "Customer {file} Robotics"
ids.salesforce = "001A{file:08}"
"#
    )
    .expect("writing to text can't fail");
    text
}

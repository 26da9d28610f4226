//! How the cost of provenance grows with history: generated histories of 1,000, 10,000 and 50,000 commits over knowledge
//! of one size, each commit changing one file, every tenth by a side branch that is merged. What a commit costs should
//! be the same in all of them. Then ten more commits, and what they cost; and the history of one answer.
//!
//! `cargo bench --bench curve`. Prints ratios of CPU time from one run, for the machine may be shared.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes a repository, starts git, takes the time and prints"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use dictum::compile;
use dictum::diagnostic::Findings;
use dictum::history::{History, Knowledge, Options, main_line};
use dictum::source::{Limits, Selection, load_commit, open, resolve};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Histories, by their commits.
const COMMITS: [usize; 3] = [1_000, 10_000, 50_000];

/// Files of ten claims each, the same in all histories.
const FILES: usize = 300;

/// Git's own way to make many commits in seconds; what was made is known to the next stream too.
const IMPORT: &[&str] = &["fast-import", "--quiet", "--import-marks-if-exists=marks", "--export-marks=marks"];

fn main() {
    let mut first = None;
    for commits in COMMITS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        git(folder.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "."], "");
        let (mut stream, mut state) = (String::new(), State::new());
        state.start(&mut stream);
        (0..commits).for_each(|at| state.commit(at, &mut stream));
        git(folder.path(), IMPORT, &stream);
        let (whole, claims, kept) = provenance(folder.path(), None);
        let each = whole / commits as f64;
        let one = *first.get_or_insert(each);
        println!("{commits:>6} commits, {claims} claims");
        println!("  provenance of every claim   {:>9.1} ms CPU", whole * 1e3);
        println!(
            "  a commit                    {:>9.1} µs CPU  {:.2} x that of the shortest",
            each * 1e6,
            each / one
        );
        println!("  commits and trees alone     {:>9.1} ms CPU", graph(folder.path()) * 1e3);
        let asked = answer(folder.path());
        println!("  since when one answer holds {:>9.1} ms CPU, all of the program", asked * 1e3);
        let mut more = String::new();
        (commits..commits + 10).for_each(|at| state.commit(at, &mut more));
        git(folder.path(), IMPORT, &more);
        let (again, _, _) = provenance(folder.path(), Some(&kept));
        println!(
            "  ten more, with the index    {:>9.1} ms CPU  {:.2} x the whole   ({:.1} MB)",
            again * 1e3,
            again / whole,
            kept.len() as f64 / 1e6
        );
    }
}

/// Seconds of CPU for the provenance of all that the head says, going on from what was kept; how many atoms that is, and
/// what is to be kept.
fn provenance(folder: &Path, kept: Option<&[u8]>) -> (f64, usize, Vec<u8>) {
    let repository = open(folder).expect("a repository");
    let head = resolve(&repository, "HEAD").expect("a head");
    let loaded = load_commit(&repository, head, "", &Selection::all(), &Limits::default());
    let compiled = compile(loaded.expect("a tree").texts, Findings::new());
    assert!(!compiled.findings.has_errors(), "{:?}", compiled.findings);
    let extractor = Knowledge::new("", &compiled.config, &compiled.catalog);
    let repository = open(folder).expect("a repository");
    let before = own();
    let history = History::read(&repository, head, "", &extractor, kept).expect("a history");
    let told = history.provenance(Options::default());
    let kept = history.to_keep().expect("a whole history");
    (own() - before, told.sayings.len(), kept)
}

/// Seconds of CPU for reading the commits, and the trees of the main line.
fn graph(folder: &Path) -> f64 {
    let repository = open(folder).expect("a repository");
    let head = resolve(&repository, "HEAD").expect("a head");
    let before = own();
    let line = main_line(&repository, head, "", &|path| path.ends_with(".toml")).expect("a history");
    assert!(!line.steps.is_empty());
    own() - before
}

/// Seconds of CPU of the program that tells since which commit an answer has held, over all of history.
fn answer(folder: &Path) -> f64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dictum"));
    command.current_dir(folder).args(["get", "term/t-7-3#definition", "--history"]);
    // Once, so that the snapshot of the head is at hand.
    assert!(command.stdout(Stdio::null()).status().expect("it runs").success());
    let before = children();
    assert!(command.status().expect("it runs").success());
    children() - before
}

/// Seconds of CPU of programs that were started and have ended.
fn children() -> f64 {
    let told = fs::read_to_string("/proc/self/stat").expect("Linux tells a process's CPU time");
    // Behind the name, which may hold spaces: state is the 3rd field, the children's times the 16th and 17th.
    let fields = told.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let ticks = fields.split(' ').skip(13).take(2).map(|ticks| ticks.parse::<f64>().expect("a number"));
    ticks.sum::<f64>() / 100.0
}

/// The knowledge as it is at the tip, written as a stream for `git fast-import`.
struct State {
    versions: Vec<usize>,
    marks: usize,
    tip: usize,
}

impl State {
    fn new() -> State {
        State { versions: vec![0; FILES], marks: 0, tip: 0 }
    }

    /// The first commit.
    fn start(&mut self, stream: &mut String) {
        self.head("main", None, 0, stream);
        write!(stream, "M 100644 inline dictum.toml\ndata 0\n\n").unwrap();
        (0..FILES).for_each(|file| self.file(file, stream));
        self.tip = self.marks;
    }

    /// One commit more: of a file on the main line, or every tenth a merge with one of another file on a side line.
    fn commit(&mut self, at: usize, stream: &mut String) {
        // A prime that divides no power of ten: all files take turns.
        let file = at * 7 % FILES;
        self.versions[file] += 1;
        if at % 10 == 5 {
            self.head("side", Some(self.tip), at, stream);
            self.file(file, stream);
            let side = self.marks;
            self.head("main", Some(self.tip), at, stream);
            writeln!(stream, "merge {}", name(side)).unwrap();
        } else {
            self.head("main", Some(self.tip), at, stream);
        }
        self.file(file, stream);
        self.tip = self.marks;
    }

    fn head(&mut self, branch: &str, from: Option<usize>, at: usize, stream: &mut String) {
        self.marks += 1;
        let (mark, time) = (self.marks, 1_600_000_000 + at * 60);
        write!(
            stream,
            "commit refs/heads/{branch}\nmark :{mark}\ncommitter A <a@example.com> {time} +0000\n"
        )
        .unwrap();
        write!(stream, "data 6\nchange\n").unwrap();
        if let Some(from) = from {
            writeln!(stream, "from {}", name(from)).unwrap();
        }
    }

    fn file(&self, file: usize, stream: &mut String) {
        let text = text(file, self.versions[file]);
        let folder = file / 20;
        write!(
            stream,
            "M 100644 inline area-{folder:02}/terms-{file:03}.toml\ndata {}\n{text}\n",
            text.len()
        )
        .unwrap();
    }
}

fn name(mark: usize) -> String {
    format!(":{mark}")
}

/// Ten claims of ten subjects, of which one is another in each version.
fn text(file: usize, version: usize) -> String {
    let mut text = String::new();
    for at in 0..10 {
        // The last version in which this claim changed.
        let said = version.saturating_sub((version + 10 - at) % 10);
        writeln!(
            text,
            "[term.t-{file}-{at}]\ndefinition = \"What {file} means by {at}, in version {said}.\""
        )
        .unwrap();
    }
    text
}

/// Seconds of CPU that this thread has used.
fn own() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells a thread's CPU time");
    let nanoseconds: f64 = told.split(' ').next().and_then(|first| first.parse().ok()).expect("a number");
    nanoseconds / 1e9
}

fn git(folder: &Path, arguments: &[&str], input: &str) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().expect("git is installed");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("git reads its input");
    assert!(child.wait().expect("git ends").success(), "git {arguments:?}");
}

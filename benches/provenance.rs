//! Cold provenance of every claim of `congress` (14 years, 0.55 GB of versions), held against what can't be saved,
//! inflating the same versions (by git, with hashing, and by libgit2, without) and against line blame of the same files.
//!
//! `cargo bench --bench provenance`. Prints CPU time, and medians of its ratios within a round: what a shared machine is
//! slow at in one minute it is mostly slow at as a whole. Says so and ends where the corpora are not beside the
//! repository.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads files, starts programs, takes the time and prints"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use dictum::claim::slot_facet;
use dictum::compile;
use dictum::diagnostic::Findings;
use dictum::history::{History, Knowledge, Options, trace};
use dictum::source::{Limits, Repository, Selection, load_commit, open, resolve};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds, each of which runs everything once; medians are printed.
const RUNS: usize = 7;

/// Rounds of what takes less than a tenth of a second, and how often each runs it: the clock of CPU time goes on in steps
/// of some milliseconds.
const SHORT_RUNS: usize = 15;
const TOGETHER: usize = 5;

fn main() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bundle = manifest.with_file_name("shared").join("corpora/congress.bundle");
    if !bundle.is_file() {
        println!("skipped: no corpora in ../shared/corpora");
        return;
    }
    let clone = tempfile::tempdir().expect("a temporary folder");
    git(clone.path(), &["clone", "--quiet", "--bare", &bundle.to_string_lossy(), "."], "");

    let listed = git(clone.path(), &["rev-list", "--objects", "HEAD"], "");
    let is_version = |path: &str| path.ends_with(".toml") && !path.ends_with("dictum.toml");
    let versions =
        listed.lines().filter_map(|line| line.split_once(' ')).filter(|(_, path)| is_version(path));
    let blobs: String = versions.map(|(blob, _)| format!("{blob}\n")).collect();
    let names = git(clone.path(), &["ls-tree", "-r", "--name-only", "HEAD"], "");
    let files: Vec<&str> = names.lines().filter(|path| is_version(path)).collect();

    let (mut ours, mut floor, mut blame) = (Vec::new(), Vec::new(), Vec::new());
    let (mut inflating, mut reading, mut claims) = (Vec::new(), Vec::new(), 0);
    for _ in 0..RUNS {
        let (seconds, count) = provenance(clone.path());
        ours.push(seconds);
        claims = count;
        reading.push(reading_once(clone.path(), &blobs));
        let inflated = children(|| quietly(clone.path(), &["cat-file", "--batch"], &blobs));
        inflating.push(inflated);
        floor.push(inflated + hashing(clone.path(), &blobs));
        let all =
            || files.iter().for_each(|file| quietly(clone.path(), &["blame", "-w", "HEAD", "--", file], ""));
        blame.push(children(all));
    }
    let ratios = |a: &[f64], b: &[f64]| median(a.iter().zip(b).map(|(a, b)| a / b).collect());
    let (by_floor, by_reading, by_ours) =
        (ratios(&ours, &floor), ratios(&ours, &reading), ratios(&blame, &ours));
    let (ours, floor, blame, reading) = (median(ours), median(floor), median(blame), median(reading));
    println!(
        "congress: {claims} atoms at the head, {} versions of {} files",
        blobs.lines().count(),
        files.len()
    );
    println!("git cat-file --batch, inflating   {:>6.2} s CPU", median(inflating));
    println!("the same and hashing (the floor)  {floor:>6.2} s CPU");
    println!("provenance of every claim, cold   {ours:>6.2} s CPU  {by_floor:.2} x floor (bound: 4)");
    println!("git2, reading, verification off   {reading:>6.2} s CPU");
    println!("provenance of every claim, cold   {ours:>6.2} s CPU  {by_reading:.2} x reading (bound: 3)");
    println!("git blame -w of the files         {blame:>6.2} s CPU  {by_ours:.2} x ours (bound: 5)");
    going_on(clone.path(), ours);
}

/// The same with the index that was kept ten commits ago, and what one look-up through it takes.
fn going_on(folder: &Path, anew: f64) {
    let (mut on, mut lookup) = (Vec::new(), Vec::new());
    let repository = open(folder).expect("a repository");
    let head = resolve(&repository, "HEAD").expect("a head");
    let before = resolve(&repository, "HEAD~10").expect("a longer history");
    let loaded = load_commit(&repository, head, "knowledge", &Selection::all(), &Limits::default());
    let compiled = compile(loaded.expect("a tree").texts, Findings::new());
    let extractor = Knowledge::new("knowledge", &compiled.config, &compiled.catalog);
    let read = |repository: &Repository, at, kept: Option<&[u8]>| {
        History::read(repository, at, "knowledge", &extractor, kept).expect("a history")
    };
    let kept = read(&repository, before, None).to_keep().expect("a whole history");
    let go_on = || {
        // Opened anew: nothing that was read before is at hand.
        let repository = open(folder).expect("a repository");
        let history = read(&repository, head, Some(&kept));
        let told = history.provenance(Options::default());
        std::hint::black_box(history.to_keep().expect("ten commits more"));
        (history, told)
    };
    let told = read(&repository, head, None).provenance(Options::default());
    assert_eq!(told, go_on().1, "without the index and with it");
    let slots: Vec<[u8; 16]> = compiled.claims.iter().map(|claim| slot_facet(&claim.slot)).collect();
    for _ in 0..SHORT_RUNS {
        let began = own();
        (0..TOGETHER).for_each(|_| drop(go_on()));
        on.push((own() - began) / TOGETHER as f64);

        // The first look-up turns the log around for all that follow.
        let (history, _) = go_on();
        let began = own();
        for slot in &slots {
            std::hint::black_box(history.slot(*slot));
        }
        lookup.push((own() - began) / slots.len() as f64);
    }
    let size = kept.len();
    let (on, lookup) = (median(on), median(lookup));
    let share = 100.0 * on / anew;
    println!(
        "ten commits more, with the index  {:>6.1} ms CPU, {share:.1} % of anew (bound: 50 ms)",
        on * 1e3
    );
    println!("the life of a slot through it     {:>6.3} ms CPU (bound: 1 ms)", lookup * 1e3);
    println!("the index                         {:>6.1} MB", size as f64 / 1e6);
}

/// Seconds of CPU for the provenance of all that the head says, and how many atoms that is.
fn provenance(folder: &Path) -> (f64, usize) {
    let repository = open(folder).expect("a repository");
    let head = resolve(&repository, "HEAD").expect("a head");
    let loaded = load_commit(&repository, head, "knowledge", &Selection::all(), &Limits::default());
    let compiled = compile(loaded.expect("a tree").texts, Findings::new());
    let extractor = Knowledge::new("knowledge", &compiled.config, &compiled.catalog);
    // Opened anew: nothing that compiling has read is at hand.
    let repository = open(folder).expect("a repository");
    let before = own();
    let told = trace(&repository, head, "knowledge", &extractor, Options::default()).expect("a history");
    (own() - before, told.sayings.len())
}

/// Seconds of CPU for reading the blobs with libgit2, each once, without verifying their hashes: the oldest first, as
/// the walk does, and as it is fastest.
fn reading_once(folder: &Path, blobs: &str) -> f64 {
    git2::opts::strict_hash_verification(false);
    let repository = git2::Repository::open(folder).expect("a repository");
    let objects = repository.odb().expect("an object store");
    let before = own();
    for blob in blobs.lines().rev() {
        std::hint::black_box(objects.read(blob.parse().expect("an object id")).expect("a blob").len());
    }
    own() - before
}

/// Seconds of CPU for hashing the blobs, each already in memory.
fn hashing(folder: &Path, blobs: &str) -> f64 {
    let repository = git2::Repository::open(folder).expect("a repository");
    let mut seconds = 0.0;
    for blob in blobs.lines() {
        let blob = repository.find_blob(blob.parse().expect("an object id")).expect("a blob");
        let before = own();
        std::hint::black_box(blake3::hash(blob.content()));
        seconds += own() - before;
    }
    seconds
}

/// Seconds of CPU that this thread has used.
fn own() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells a thread's CPU time");
    let nanoseconds: f64 = told.split(' ').next().and_then(|first| first.parse().ok()).expect("a number");
    nanoseconds / 1e9
}

/// Seconds of CPU that the programs use which `run` starts and waits for.
fn children(run: impl FnOnce()) -> f64 {
    let used = || {
        let told = fs::read_to_string("/proc/self/stat").expect("Linux tells a process's CPU time");
        // Behind the name, which may hold spaces: state is the 3rd field, the children's times the 16th and 17th.
        let fields = told.rsplit_once(") ").map_or("", |(_, fields)| fields);
        let ticks = fields.split(' ').skip(13).take(2).map(|ticks| ticks.parse::<f64>().expect("a number"));
        ticks.sum::<f64>() / 100.0
    };
    let before = used();
    run();
    used() - before
}

fn median(mut runs: Vec<f64>) -> f64 {
    runs.sort_by(f64::total_cmp);
    runs[runs.len() / 2]
}

/// What git prints.
fn git(folder: &Path, arguments: &[&str], input: &str) -> String {
    let output = start(folder, arguments, input, Stdio::piped()).wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs git and throws away what it prints.
fn quietly(folder: &Path, arguments: &[&str], input: &str) {
    let status = start(folder, arguments, input, Stdio::null()).wait().expect("git ends");
    assert!(status.success(), "git {arguments:?}");
}

fn start(folder: &Path, arguments: &[&str], input: &str, output: Stdio) -> std::process::Child {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "init.defaultBranch=main"]).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(output).spawn().expect("git is installed");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("git reads its input");
    child
}

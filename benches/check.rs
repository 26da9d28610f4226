//! Cold `check`: generated knowledge of 100,000 claims in 10,000 files, held against parsing the same text with
//! the TOML parser alone on the same threads. And whether a million claims cost ten times a hundred thousand.
//!
//! `cargo bench --bench check`. Prints ratios of medians from one run; absolute times mean little on a shared
//! machine.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes files, starts programs, takes the time and prints"
)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use dictum::diagnostic::Findings;
use dictum::source::{Limits, Selection, Texts, discover, load as read_files};
use rayon::prelude::*;

#[path = "generated/knowledge.rs"]
mod generated;

use generated::generate;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|word| word == "--memory-of") {
        return memory(Path::new(&arguments[at + 1]));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = folder.path().join("small");
    let large = folder.path().join("large");
    generate(&small, 10_000);
    generate(&large, 100_000);

    let (mut parse, mut compile, mut check) = (Vec::new(), Vec::new(), Vec::new());
    let texts = load(&small);
    let claims = dictum::compile(texts.clone(), Findings::new()).claims.len();
    println!("{claims} claims in {} files, {} bytes", texts.len(), texts.total_bytes());
    for _ in 0..7 {
        parse.push(time(|| parse_alone(&texts)));
        compile.push(time(|| dictum::compile(texts.clone(), Findings::new())));
        check.push(time(|| dictum::compile(load(&small), Findings::new())));
    }
    println!("parse alone (the floor)         {:>8.1?}", median(&mut parse));
    println!(
        "compile, texts in memory        {:>8.1?}  {:.2} x floor",
        median(&mut compile),
        ratio(&compile, &parse)
    );
    println!(
        "check, reading files included   {:>8.1?}  {:.2} x floor (bound: 3)",
        median(&mut check),
        ratio(&check, &parse)
    );
    println!(
        "peak memory                     {:.2} x text (bound: 8)",
        peak(&small) / texts.total_bytes() as f64
    );
    drop(texts);

    let texts = load(&large);
    let mut million: Vec<Duration> =
        (0..3).map(|_| time(|| dictum::compile(texts.clone(), Findings::new()))).collect();
    println!(
        "ten times the claims            {:>8.1?}  {:.2} x the time",
        median(&mut million),
        ratio(&million, &compile)
    );
    println!(
        "peak memory                     {:.2} x text (bound: 8)",
        peak(&large) / texts.total_bytes() as f64
    );
}

fn load(folder: &Path) -> Texts {
    let root = discover(folder).expect("knowledge in the folder");
    read_files(&root, &Selection::all(), &Limits::default()).expect("readable files").texts
}

fn parse_alone(texts: &Texts) -> usize {
    let texts: Vec<&[u8]> = texts.iter().map(|(_, text)| &*text.bytes).collect();
    let tables = texts.par_iter().with_min_len(16).map(|bytes| {
        let text = std::str::from_utf8(bytes).expect("generated text");
        toml::de::DeTable::parse_recoverable(text).0.get_ref().len()
    });
    tables.sum()
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let kept = std::hint::black_box(work());
    let taken = start.elapsed();
    drop(kept);
    taken
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Of two sorted series of times, the ratio of their medians.
fn ratio(of: &[Duration], to: &[Duration]) -> f64 {
    of[of.len() / 2].as_secs_f64() / to[to.len() / 2].as_secs_f64()
}

/// Peak memory in bytes of a process of its own that checks `folder`.
fn peak(folder: &Path) -> f64 {
    let this = std::env::current_exe().expect("the path of this program");
    let output = Command::new(this).arg("--memory-of").arg(folder).output().expect("this program again");
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::NAN)
}

fn memory(folder: &Path) {
    let compiled = dictum::compile(load(folder), Findings::new());
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kilobytes: f64 =
        line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse().ok()).unwrap_or(f64::NAN);
    println!("{}", kilobytes * 1024.0);
    drop(compiled);
}

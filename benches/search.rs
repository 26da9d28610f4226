//! Searching 100,000 claims for words, and reading 10 MB of text for pins and names. Ratios within one run.
//!
//! `cargo bench --bench search [SUBJECTS]`: three claims each.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark makes texts, takes the time and prints"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dictum::diagnostic::Findings;
use dictum::name::norm;
use dictum::query::{Context, Search, found, mentions, search};
use dictum::snapshot::{Input, Snapshot};
use dictum::source::Texts;
use jiff::civil::{Date, date};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ON: Date = date(2026, 6, 30);
const WORDS: usize = 20_000;

fn main() {
    let wanted = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let subjects: usize = wanted.unwrap_or(34_000);
    let texts =
        (0..subjects.div_ceil(1_000)).map(|file| (format!("knowledge/{file}.toml"), text(file, subjects)));
    let compiled = dictum::compile(Texts::from_pairs(texts), Findings::new());
    let input = Input {
        name: "bench",
        declarations: &compiled.catalog.declarations,
        claims: &compiled.claims,
        decisions: &compiled.decisions,
        texts: &compiled.texts,
        provenance: None,
    };
    let bytes = Snapshot::build(&input).expect("fits together");
    let snapshot = Snapshot::from_bytes(bytes).expect("sound");
    println!("{} claims of {subjects} subjects", snapshot.claim_count());

    let said: u64 = compiled.claims.iter().map(|claim| claim.value.to_string().len() as u64).sum();
    let (plain, _) =
        best(5, || compiled.claims.iter().map(|claim| norm(&claim.value.to_string()).len()).sum::<usize>());
    println!("norm       {:>8.1} ms   the keys of all {:.1} MB, on one thread", ms(plain), said as f64 / 1e6);
    for text in ["w17", "w17 w4711 w12", "wrod4711", "subject 12345", "w1 w2 w3 w4 w5 w6 w7 w8"] {
        let asked = Search { text, kind: None, limit: 10, context: Context::unknown(), on: ON, key: norm };
        let (took, found) = best(5, || search(&snapshot, &asked).expect("sound"));
        let ratio = took.as_secs_f64() / plain.as_secs_f64();
        println!("search     {:>8.1} ms   {ratio:.2} of norm; {} match `{text}`", ms(took), found.matching);
    }

    let answer = answer(10 << 20, subjects);
    let megabytes = answer.len() as f64 / 1e6;
    let (pins, count) = best(3, || found(answer.as_bytes()).len());
    println!("pins       {:>8.1} ms   {:.0} MB/s, {count} pins", ms(pins), megabytes / pins.as_secs_f64());
    let (names, count) = best(3, || mentions(&snapshot, &answer, ON).expect("sound").len());
    println!("mentions   {:>8.1} ms   {:.0} MB/s, {count} names", ms(names), megabytes / names.as_secs_f64());
}

/// One file of subjects, each with a label, a definition of twenty words and a note of five.
fn text(file: usize, subjects: usize) -> String {
    let mut text = String::new();
    for subject in file * 1_000..subjects.min((file + 1) * 1_000) {
        let _ = writeln!(text, "[term.s{subject}]\nlabel = \"Subject {subject}\"");
        let _ = writeln!(text, "definition = \"{}\"\nnote = \"{}\"", said(subject, 20), said(subject + 7, 5));
    }
    text
}

/// Words as rare as words are: the n-th is as often as 1/n.
fn said(seed: usize, count: usize) -> String {
    let word = |at: usize| {
        let mixed = ((seed * 64 + at) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31);
        let share = (mixed.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 40) as f64 / (1_u64 << 24) as f64;
        format!("w{}", (WORDS as f64).powf(share) as usize)
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

fn answer(bytes: usize, subjects: usize) -> String {
    let mut text = String::with_capacity(bytes + 200);
    let mut at = 0;
    while text.len() < bytes {
        let _ = write!(text, "{} Subject {} [term/s{at}#definition~3fa9c1]. ", said(at, 12), at % subjects);
        at += 1;
    }
    text
}

fn best<T>(times: usize, run: impl Fn() -> T) -> (Duration, T) {
    let timed = || {
        let start = Instant::now();
        let result = run();
        (start.elapsed(), result)
    };
    (1..times).map(|_| timed()).fold(timed(), |best, next| if next.0 < best.0 { next } else { best })
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

//! Facts against lines: for every claim of `congress` and `otel`, the commit that said it beside the one that
//! `git blame -w -M -C` names for its line.
//!
//! `cargo bench --bench blame`. Prints how many claims line blame credits to a commit that said no fact at all (it moved,
//! sorted or reformatted), and how many to another commit than said it. Says so and ends where the corpora are not
//! beside the repository.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads files, starts programs and prints"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use dictum::compile;
use dictum::diagnostic::Findings;
use dictum::history::{Knowledge, Options, Sayer, trace};
use dictum::source::{Limits, Selection, load_commit, open, resolve};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["congress", "otel"] {
        let bundle = manifest.with_file_name("shared").join(format!("corpora/{name}.bundle"));
        if bundle.is_file() {
            compare(name, &bundle);
        } else {
            println!("{name}: skipped, no corpora in ../shared/corpora");
        }
    }
}

fn compare(name: &str, bundle: &Path) {
    let clone = tempfile::tempdir().expect("a temporary folder");
    git(clone.path(), &["clone", "--quiet", "--bare", &bundle.to_string_lossy(), "."]);
    let repository = open(clone.path()).expect("a repository");
    let head = resolve(&repository, "HEAD").expect("a head");
    let loaded = load_commit(&repository, head, "knowledge", &Selection::all(), &Limits::default());
    let compiled = compile(loaded.expect("a tree").texts, Findings::new());
    let extractor = Knowledge::new("knowledge", &compiled.config, &compiled.catalog);
    let told =
        trace(&repository, head, "knowledge", &extractor, Options { events: true }).expect("a history");
    let commit = |index: u32| told.commits[index as usize].id.hex().to_owned();
    let speaking: BTreeSet<String> = told.events.iter().map(|event| commit(event.commit)).collect();

    let mut lines: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let (mut all, mut silent, mut other, mut ours) = (0, 0, 0, 0);
    for claim in &compiled.claims {
        let file = claim.origin.file;
        let text = compiled.texts.get(file);
        let blamed = lines.entry(file.0).or_insert_with(|| blame(clone.path(), &text.path));
        let before = &text.bytes[..claim.origin.span.start as usize];
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        let Some(Sayer::Known(sayer)) = told.sayings.get(&claim.hash).map(|saying| saying.said_by) else {
            continue;
        };
        all += 1;
        silent += u32::from(!speaking.contains(&blamed[line]));
        other += u32::from(blamed[line] != commit(sayer));
        ours += u32::from(!speaking.contains(&commit(sayer)));
    }
    let share = |count: u32| 100.0 * f64::from(count) / f64::from(all);
    println!("{name}: {all} claims at the head");
    println!("  git blame -w -M -C names a commit that said no fact   {silent:>6}  {:>5.1} %", share(silent));
    println!("  … names another commit than said the fact             {other:>6}  {:>5.1} %", share(other));
    println!("  dictum names a commit that said no fact               {ours:>6}  {:>5.1} %", share(ours));
}

/// The commit that git names for each line of a file.
fn blame(folder: &Path, path: &str) -> Vec<String> {
    let told = git(folder, &["blame", "-w", "-M", "-C", "--porcelain", "HEAD", "--", path]);
    let mut lines = Vec::new();
    for line in told.lines() {
        let hex = line.split(' ').next().unwrap_or_default();
        if hex.len() == 40 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            lines.push(hex.to_owned());
        }
    }
    lines
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").current_dir(folder).args(arguments).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

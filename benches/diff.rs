//! `diff` of two commits that lie a thousand changes apart, in knowledge of 100,000 claims, held against compiling one
//! of them once: with one side at hand, as who keeps it has it; and from nothing. Step by step, so that it is plain what
//! is measured.
//!
//! `cargo bench --bench diff`. Prints CPU time of all threads and ratios of it, for times mean little on a shared machine.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes a repository, takes the time and prints"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dictum::diagnostic::Findings;
use dictum::query::{Changed, Compared, NameChange, Side, diff, names};
use dictum::source::{Former, Limits, ObjectId, Selection, load_commit, load_commit_after, open};
use dictum::{Apart, Compiled, Extent, compile_as_far_as};
use git2::{FileMode, Oid, Repository, Signature, Time};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FILES: usize = 10_000;
const CHANGES: usize = 1_000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let repository = Repository::init(folder.path()).expect("a repository");
    let (before, after) = generate(&repository);
    pack(folder.path());
    let repository = open(folder.path()).expect("a repository");
    let (before, after) = (ObjectId::from(before), ObjectId::from(after));
    let limits = Limits::default();
    let read =
        |commit| load_commit(&repository, commit, "", &Selection::all(), &limits).expect("a commit").texts;
    let answers = |texts| compile_as_far_as(Extent::Answers, texts, Findings::new(), &limits);
    let reread = |one: &Compiled| {
        let former = Former { commit: before, texts: &one.texts };
        let loaded = load_commit_after(&repository, after, "", &Selection::all(), &limits, former);
        loaded.expect("a commit").texts
    };
    let one = answers(read(before));
    let (texts, two) = (reread(&one), one.next(reread(&one), Findings::new()));
    let changed = diff(side(&one), side(&two)).len();
    println!(
        "{} claims in {} files, {CHANGES} commits apart, {changed} answers differ",
        two.claims.len(),
        two.texts.len()
    );
    assert_eq!(two.decisions, answers(read(after)).decisions);
    let apart = one.apart(texts.clone(), Findings::new());
    assert_eq!(compare(&one, &apart), diff(side(&one), side(&two)));
    let checked = dictum::compile(read(before), Findings::new());
    let tell = |one: &Compiled, apart: &Apart| drop((compare(one, apart), meant(one, apart)));
    let hand = || tell(&one, &one.apart(reread(&one), Findings::new()));
    let nothing = || {
        let one = answers(read(before));
        tell(&one, &one.apart(reread(&one), Findings::new()));
    };
    let both_whole = || {
        let both = [before, after].map(|commit| dictum::compile(read(commit), Findings::new()));
        drop(diff(side(&both[0]), side(&both[1])));
    };
    let rows: [(&str, &dyn Fn()); 13] = [
        (ONCE, &|| drop(dictum::compile(read(after), Findings::new()))),
        ("  the same as far as answers go", &|| drop(answers(read(after)))),
        ("  reading alone", &|| drop(read(after))),
        ("diff, one side compiled at hand", &hand),
        ("  reading what differs", &|| drop(reread(&one))),
        ("  compiling what differs", &|| drop(one.apart(texts.clone(), Findings::new()))),
        ("  comparing", &|| drop(compare(&one, &apart))),
        ("  what names mean", &|| drop(meant(&one, &apart))),
        ("  compiling the whole next state", &|| drop(one.next(texts.clone(), Findings::new()))),
        ("  comparing two whole states", &|| drop(diff(side(&one), side(&two)))),
        ("  compiling it with all findings", &|| drop(checked.next(texts.clone(), Findings::new()))),
        ("diff from nothing", &nothing),
        ("diff of both compiled whole", &both_whole),
    ];
    // `cargo bench --bench diff -- WORD`: only rows with that word in their name.
    let only = std::env::args().skip(1).find(|word| !word.starts_with("--")).unwrap_or_default();
    let mut once = None;
    println!("{:<44}{:>8}{:>12}", "", "time", "CPU");
    for (name, work) in rows.into_iter().filter(|(name, _)| name.contains(&only)) {
        let mut runs: Vec<(Duration, Duration)> = (0..RUNS).map(|_| time(work)).collect();
        runs.sort_by_key(|(_, cpu)| *cpu);
        let (took, cpu) = runs[RUNS / 2];
        let one = *once.get_or_insert(cpu);
        let (took, share) = (took.as_secs_f64() * 1e3, cpu.as_secs_f64() / one.as_secs_f64());
        println!("{name:<42}{took:>7.0} ms{:>9.0} ms  {share:.2} x the first", cpu.as_secs_f64() * 1e3);
    }
}

const ONCE: &str = "compile one commit, reading it from git";

/// Runs of each; the median by CPU time is printed.
const RUNS: usize = 7;

/// As a repository is that lives for long.
fn pack(folder: &std::path::Path) {
    let status =
        std::process::Command::new("git").current_dir(folder).args(["gc", "--quiet", "--prune=now"]).status();
    assert!(status.expect("git is installed").success());
}

fn side(compiled: &Compiled) -> Side<'_> {
    let Compiled { catalog, claims, decisions, .. } = compiled;
    Side { declarations: &catalog.declarations, claims, decisions }
}

/// As `dictum diff` compares.
fn compare(one: &Compiled, apart: &Apart) -> Vec<Changed> {
    let Apart { before, catalog, claims, decisions, .. } = apart;
    let old = Side { decisions: before, ..side(one) };
    diff(old, Side { declarations: &catalog.declarations, claims, decisions })
}

/// As `dictum diff` tells which names mean something else.
fn meant(one: &Compiled, apart: &Apart) -> Vec<NameChange> {
    let Apart { before, catalog, claims, decisions, .. } = apart;
    let whole = side(one);
    let after = Side { declarations: &catalog.declarations, claims, decisions };
    names(&Compared { whole, before: Side { decisions: before, ..whole }, after })
}

/// A commit, and the one a thousand commits later, each of which changes one file.
fn generate(repository: &Repository) -> (Oid, Oid) {
    let mut files: Vec<Oid> =
        (0..FILES).map(|file| repository.blob(text(file, 0).as_bytes()).expect("a blob")).collect();
    let before = commit(repository, &files, None);
    let mut last = before;
    let mut tree = repository.find_commit(before).and_then(|commit| commit.tree()).expect("a tree");
    for change in 0..CHANGES {
        let file = change * 7 % FILES;
        files[file] = repository.blob(text(file, change + 1).as_bytes()).expect("a blob");
        let mut update = git2::build::TreeUpdateBuilder::new();
        update.upsert(path(file), files[file], FileMode::Blob);
        let new = update.create_updated(repository, &tree).expect("a tree");
        tree = repository.find_tree(new).expect("a tree");
        last = sign(repository, &tree, Some(last));
    }
    (before, last)
}

fn path(file: usize) -> String {
    format!("area-{:03}/terms-{file:06}.toml", file / 100)
}

fn commit(repository: &Repository, files: &[Oid], parent: Option<Oid>) -> Oid {
    let world = repository.blob(WORLD.as_bytes()).expect("a blob");
    let empty = repository.treebuilder(None).and_then(|builder| builder.write()).expect("a tree");
    let empty = repository.find_tree(empty).expect("a tree");
    let mut update = git2::build::TreeUpdateBuilder::new();
    update.upsert("world.toml", world, FileMode::Blob);
    for (file, blob) in files.iter().enumerate() {
        update.upsert(path(file), *blob, FileMode::Blob);
    }
    let tree = update.create_updated(repository, &empty).expect("a tree");
    sign(repository, &repository.find_tree(tree).expect("a tree"), parent)
}

fn sign(repository: &Repository, tree: &git2::Tree<'_>, parent: Option<Oid>) -> Oid {
    let who = Signature::new("A", "a@example.com", &Time::new(0, 0)).expect("a signature");
    let parent = parent.map(|parent| repository.find_commit(parent).expect("a commit"));
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(Some("refs/heads/main"), &who, &who, "change", tree, &parents).expect("a commit")
}

const WORLD: &str = "[dimension.region]\nis = \"tree\"\nvalues = [\"emea/uk\", \"emea/de\", \"amer/us\"]\n\
                     [source.policy]\ntitle = \"Policy\"\n";

/// Ten claims of one subject.
fn text(file: usize, version: usize) -> String {
    let mut text = format!("[term.t-{file}]\nsource = \"policy\"\nlabel = \"Term {file}\"\n");
    writeln!(text, "definition = \"What {file} means, in version {version}.\"").unwrap();
    for year in 0..4 {
        let from = 2020 + year;
        writeln!(text, "[[term.t-{file}.also]]\nfrom = {from}-01-01\ndefinition = \"Since {from}: {file}.\"")
            .unwrap();
        writeln!(
            text,
            "[[term.t-{file}.exception]]\nfrom = {from}-06-01\nwhen = {{ region = \"uk\" }}\n\
             definition = \"In the uk since {from}: {file} in version {version}.\""
        )
        .unwrap();
    }
    text
}

/// How long it took, and the CPU time of all threads.
fn time(work: &dyn Fn()) -> (Duration, Duration) {
    let (start, before) = (Instant::now(), cpu());
    work();
    (start.elapsed(), cpu() - before)
}

/// CPU time that the threads of this program have used.
fn cpu() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux tells of threads").flatten();
    let told = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok());
    Duration::from_nanos(told.filter_map(|told| told.split(' ').next()?.parse::<u64>().ok()).sum())
}

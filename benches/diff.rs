//! `diff` of two commits that lie a thousand changes apart, in knowledge of 100,000 claims, held against compiling one
//! of them once. And the comparison alone, without reading and compiling.
//!
//! `cargo bench --bench diff`. Prints ratios of medians from one run; absolute times mean little on a shared machine.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes a repository, takes the time and prints"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dictum::Compiled;
use dictum::diagnostic::Findings;
use dictum::query::{Side, diff};
use dictum::source::{Limits, Selection, load_commit, open};
use git2::{FileMode, Oid, Repository, Signature, Time};

const FILES: usize = 10_000;
const CHANGES: usize = 1_000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let repository = Repository::init(folder.path()).expect("a repository");
    let (before, after) = generate(&repository);
    let opened = open(folder.path()).expect("a repository");
    let read = |commit: Oid| {
        let loaded = load_commit(&opened, commit.into(), "", &Selection::all(), &Limits::default());
        dictum::compile(loaded.expect("a commit").texts, Findings::new())
    };
    let (one, two) = (read(before), read(after));
    let changed = diff(side(&one), side(&two)).len();
    println!("{} claims, {CHANGES} commits apart, {changed} answers differ", two.claims.len());
    let (mut once, mut alone, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        once.push(time(|| read(after)));
        alone.push(time(|| diff(side(&one), side(&two))));
        whole.push(time(|| {
            let (one, two) = (read(before), read(after));
            diff(side(&one), side(&two)).len()
        }));
    }
    let once = median(&mut once);
    println!("read and compile one commit   {once:>8.1?}");
    let alone = median(&mut alone);
    println!("compare, both compiled        {alone:>8.1?}  {:.3} x that", ratio(alone, once));
    let whole = median(&mut whole);
    println!("the whole diff                {whole:>8.1?}  {:.2} x that", ratio(whole, once));
}

fn side(compiled: &Compiled) -> Side<'_> {
    let Compiled { catalog, claims, decisions, .. } = compiled;
    Side { declarations: &catalog.declarations, claims, decisions }
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
    repository.commit(None, &who, &who, "change", tree, &parents).expect("a commit")
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

fn time<T>(work: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

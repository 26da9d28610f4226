//! Years of real history: every claim at the head of each corpus was said, landed and first said where a table says
//! so that was worked out apart from this program.
//!
//! The corpora aren't part of this repository. Where they are not beside it, these tests say so and pass.

mod lens;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use dictum::claim::Claim;
use dictum::compile;
use dictum::diagnostic::Findings;
use dictum::history::{Completeness, Knowledge, Options, Provenance, Sayer, trace};
use dictum::source::{Limits, Selection, load_commit, open, resolve};
use tempfile::TempDir;

/// What a row tells apart: slot, value, from, until.
type Key = [String; 4];

/// Who said, landed and first said it, and the files that say it at the head. A table names one file, even where
/// another says the same.
struct Row {
    commits: [String; 3],
    paths: BTreeSet<String>,
}

#[test]
fn otel_agrees_with_its_table() {
    agrees("otel");
}

#[test]
fn team_agrees_with_its_table() {
    agrees("team");
}

#[test]
fn congress_agrees_with_its_table() {
    agrees("congress");
}

fn agrees(name: &str) {
    let Some(folder) = corpora() else {
        eprintln!("skipped: no corpora in ../shared/corpora, so `{name}` is not compared with its table");
        return;
    };
    let clone = cloned(&folder, name);
    let ours = told(clone.path());
    let table = table(&folder.join(format!("{name}.claims.tsv.gz")));
    assert!(table.len() > 5000, "the table of {name} was read");
    let keys: BTreeSet<&Key> = table.keys().chain(ours.keys()).collect();
    let agree = |key: &Key| match (table.get(key), ours.get(key)) {
        (Some(table), Some(ours)) => table.commits == ours.commits && table.paths.is_subset(&ours.paths),
        _ => false,
    };
    let row = |row: Option<&Row>| row.map(|row| format!("{:?} in {:?}", row.commits, row.paths));
    let differing: Vec<String> = keys
        .into_iter()
        .filter(|key| !agree(key))
        .map(|key| format!("{key:?}\n  table {:?}\n  ours  {:?}", row(table.get(key)), row(ours.get(key))))
        .collect();
    let first: Vec<&str> = differing.iter().take(20).map(String::as_str).collect();
    assert!(
        differing.is_empty(),
        "{} of {} rows differ in {name}:\n{}",
        differing.len(),
        table.len(),
        first.join("\n")
    );
}

/// A corpus as a bare repository.
fn cloned(folder: &Path, name: &str) -> TempDir {
    let clone = TempDir::new().expect("a temporary folder");
    let bundle = folder.join(format!("{name}.bundle"));
    let cloned = Command::new("git")
        .args(["-c", "init.defaultBranch=main", "clone", "--quiet", "--bare"])
        .arg(&bundle)
        .arg(clone.path())
        .status();
    assert!(cloned.expect("git is installed").success(), "`{}` can be cloned", bundle.display());
    clone
}

/// The corpora, where they are at hand.
pub fn corpora() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("shared/corpora");
    folder.is_dir().then_some(folder)
}

fn table(path: &Path) -> BTreeMap<Key, Row> {
    let packed = std::fs::File::open(path).expect("a table");
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("gzip of UTF-8");
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [slot, value, from, until, when, said, landed, first, path] = columns[..] else {
            panic!("nine columns in `{line}`");
        };
        assert_eq!(when, "", "no corpus has conditions yet");
        let value = serde_json::from_str(value).expect("a text in JSON");
        let key = [slot.to_owned(), value, from.to_owned(), until.to_owned()];
        let commits = [said, landed, first].map(str::to_owned);
        (key, Row { commits, paths: BTreeSet::from([path.to_owned()]) })
    };
    let rows: BTreeMap<Key, Row> = text.lines().map(row).collect();
    assert_eq!(rows.len(), text.lines().count(), "each claim has one row");
    rows
}

/// What this program tells of the head of a repository, without what the tables leave out.
fn told(repository: &Path) -> BTreeMap<Key, Row> {
    let repository = open(repository).expect("a repository");
    let head = resolve(&repository, "HEAD").expect("a head");
    let loaded = load_commit(&repository, head, "knowledge", &Selection::all(), &Limits::default());
    let compiled = compile(loaded.expect("a tree").texts, Findings::new());
    let extractor = Knowledge::new("knowledge", &compiled.config, &compiled.catalog);
    let provenance =
        trace(&repository, head, "knowledge", &extractor, Options::default()).expect("a history");
    assert_eq!(provenance.completeness, Completeness::Complete);

    let first = compiled.claims.iter().map(|claim| (claim, claim.origin));
    let copies = compiled.copies.iter().map(|(at, origin)| (&compiled.claims[*at as usize], *origin));
    let places = first.chain(copies).map(|(claim, origin)| (claim, &*compiled.texts.get(origin.file).path));
    let counted = places.filter(|(_, path)| *path != "knowledge/types.toml");
    let mut rows: BTreeMap<Key, Row> = BTreeMap::new();
    for (claim, path) in counted {
        let new = || Row { commits: commits(claim, &provenance), paths: BTreeSet::new() };
        rows.entry(key(claim)).or_insert_with(new).paths.insert(path.to_owned());
    }
    rows
}

fn key(claim: &Claim) -> Key {
    let period = &claim.statement.period;
    let [from, until] =
        [period.from, period.until].map(|day| day.map(|day| day.to_string()).unwrap_or_default());
    [claim.slot.to_string(), claim.value.to_string(), from, until]
}

fn commits(claim: &Claim, provenance: &Provenance) -> [String; 3] {
    let saying = provenance.sayings.get(&claim.hash).expect("every claim at the head has its saying");
    [saying.said_by, saying.landed_by, saying.first_said_by].map(|sayer| match sayer {
        Sayer::Known(index) => provenance.commits[index as usize].id.hex().to_owned(),
        Sayer::AtOrBefore(index) => format!("at or before {}", provenance.commits[index as usize].id),
    })
}

//! Five million rows of a table, by half a million names: `dictum resolve --input` against DuckDB's join with the
//! normalisation written in SQL, in rows per CPU-second of one run, and the memory of each.
//!
//! Two tables: one as tables are, where a name is mostly written in one way and few names have most rows; and one that is
//! hard for who resolves each distinct spelling once, where all names are as frequent and each is written in four ways.
//!
//! `batch.py` beside this file starts both and reads what the system says they took. It needs Python with the package
//! `duckdb`; the variable `PYTHON` names another Python than `python3`.
//! `chrt -f 20 cargo bench --bench batch [ROWS] [NAMES]` (`--features parquet` for tables in Parquet too)
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes files, starts programs and prints"
)]

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DICTUM: &str = env!("CARGO_BIN_EXE_dictum");

fn main() {
    let mut wanted = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let (rows, count) = (wanted.next().unwrap_or(5_000_000), wanted.next().unwrap_or(500_000));
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_duckdb = Command::new(&python).args(["-c", "import duckdb"]).output();
    if !has_duckdb.is_ok_and(|ran| ran.status.success()) {
        println!(
            "skipped: `{python}` has no package `duckdb` (`pip install duckdb`, and PYTHON names the Python)"
        );
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let names = names(count);
    knowledge(folder.path(), &names);
    table(&folder.path().join("usual.csv"), &names, rows, Spread::Usual);
    table(&folder.path().join("hard.csv"), &names, rows, Spread::Hard);
    println!("{rows} rows, {count} names");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/batch.py");
    let parquet = if cfg!(feature = "parquet") { "parquet" } else { "" };
    let ran = Command::new(&python).arg(script).arg(folder.path()).args([DICTUM, parquet]).status();
    assert!(ran.expect("starts").success(), "benches/batch.py failed");
}

/// Distinct names of one to four words, one in twelve with a letter that is not ASCII.
fn names(count: usize) -> Vec<String> {
    const PARTS: [&str; 20] = [
        "ba", "co", "den", "er", "fal", "gi", "hu", "jor", "ka", "lin", "mo", "na", "pre", "ra", "sti", "tu",
        "ver", "wi", "xa", "zen",
    ];
    const FORMS: [&str; 8] = ["Inc", "GmbH", "Ltd", "Group", "Holdings", "& Co", "S.A.", "International"];
    let (mut names, mut seen, mut dice) = (Vec::with_capacity(count), HashSet::new(), 7);
    while names.len() < count {
        let mut name = String::new();
        for _ in 0..1 + next(&mut dice) % 3 {
            let syllables = 2 + next(&mut dice) % 3;
            let word: String = (0..syllables).map(|_| PARTS[next(&mut dice) % PARTS.len()]).collect();
            let _ = write!(name, "{}{} ", word[..1].to_uppercase(), &word[1..]);
        }
        name.push_str(FORMS[next(&mut dice) % FORMS.len()]);
        if next(&mut dice).is_multiple_of(12) {
            name = name.replacen('o', "ö", 1);
        }
        if seen.insert(name.to_lowercase().replace(['&', '.'], "")) {
            names.push(name);
        }
    }
    names
}

/// Each name is an entity's label, said in one commit.
fn knowledge(folder: &Path, names: &[String]) {
    let root = folder.join("knowledge");
    fs::create_dir(&root).expect("a folder");
    fs::write(root.join("dictum.toml"), "[knowledge]\nname = \"batch\"\nlanguage = 1\n").expect("writes");
    for (number, names) in names.chunks(10_000).enumerate() {
        let mut text = String::new();
        for (at, name) in names.iter().enumerate() {
            let _ = write!(text, "[entity.e{:07}]\nlabel = \"{name}\"\n\n", number * 10_000 + at);
        }
        fs::write(root.join(format!("names-{number:04}.toml")), text).expect("writes");
    }
    let mut list = BufWriter::new(File::create(folder.join("names.csv")).expect("a file"));
    writeln!(list, "name,subject").expect("writes");
    for (at, name) in names.iter().enumerate() {
        writeln!(list, "{name},entity/e{at:07}").expect("writes");
    }
    let git = |arguments: &[&str]| {
        let ran = Command::new("git").arg("-C").arg(folder).args(arguments).output().expect("git");
        assert!(ran.status.success(), "git {arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "knowledge"]);
    git(&[
        "-c",
        "user.name=Bench",
        "-c",
        "user.email=bench@example.com",
        "commit",
        "-q",
        "-m",
        "Say who is who",
    ]);
    let ran = Command::new(DICTUM).arg("-C").arg(folder).args(["build", "-o", "names.dictum"]).output();
    let ran = ran.expect("starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// How names are spread over rows.
#[derive(Clone, Copy, PartialEq)]
enum Spread {
    /// The n-th most frequent has one n-th of the rows of the first (Zipf); nine in ten rows write a name in its usual way.
    Usual,
    /// All alike, in four ways.
    Hard,
}

fn table(path: &Path, names: &[String], rows: usize, spread: Spread) {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).expect("a file"));
    writeln!(out, "id,customer").expect("writes");
    let (mut dice, most) = (3, (names.len() as f64).ln());
    for row in 0..rows {
        let rank = match spread {
            Spread::Usual => ((next(&mut dice) as f64 / 1_000_000_007.0) * most).exp() as usize - 1,
            Spread::Hard => next(&mut dice),
        };
        // Frequent names lie anywhere in the knowledge.
        let name = &names[rank.wrapping_mul(7_919) % names.len()];
        let way = match spread {
            Spread::Usual => (next(&mut dice) % 30).min(3),
            Spread::Hard => next(&mut dice) % 4,
        };
        let written = match way {
            0 => name.to_uppercase(),
            1 => name.replace(' ', "  "),
            2 => name.replace(' ', "-"),
            _ if next(&mut dice).is_multiple_of(40) => format!("{name} {}", next(&mut dice) % 1_000),
            _ => name.clone(),
        };
        writeln!(out, "{row},{written}").expect("writes");
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same tables on every run.
fn next(dice: &mut u64) -> usize {
    *dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*dice ^ (*dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % 1_000_000_007) as usize
}

//! A repository as its owners wrote it, read through a lens, says what its translation into the language says; and each claim
//! is said by the commit of which the translation has a copy.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use dictum::compile;
use dictum::diagnostic::Findings;
use dictum::history::{Completeness, Knowledge, Options, trace};
use dictum::source::{Limits, Selection, Text, Texts, load_commit, open, resolve};

use super::{cloned, commits, corpora, table};

/// Slot and value; who said, landed and first said it.
type Told = BTreeMap<(String, String), [String; 3]>;

#[test]
fn team_is_read_as_its_owners_wrote_it() {
    let Some(folder) = corpora() else {
        eprintln!("skipped: no corpora in ../shared/corpora, so no lens is tried on `team-native`");
        return;
    };
    let lens = include_str!("team.lens.toml");
    assert!(lens.lines().count() < 60, "a lens is short");
    let (native, translated) = (cloned(&folder, "team-native"), cloned(&folder, "team"));
    let ours = told(native.path(), lens, &declared(translated.path()));
    let (known, theirs) = (named(native.path()), named(translated.path()));
    let name = |commits: &[String; 3], names: &BTreeMap<String, String>| {
        commits.each_ref().map(|commit| names.get(commit).cloned().unwrap_or_else(|| commit.clone()))
    };
    let table: Told = table(&folder.join("team.claims.tsv.gz"))
        .into_iter()
        .map(|([slot, value, _, _], row)| ((slot, value), name(&row.commits, &theirs)))
        .collect();
    let ours: Told = ours.into_iter().map(|(key, commits)| (key, name(&commits, &known))).collect();
    let mut differing = Vec::new();
    for key in table.keys().chain(ours.keys().filter(|key| !table.contains_key(*key))) {
        if table.get(key) != ours.get(key) {
            differing.push(format!("{key:?}\n  table {:?}\n  ours  {:?}", table.get(key), ours.get(key)));
        }
    }
    assert!(
        differing.is_empty(),
        "{} of {} differ:\n{}",
        differing.len(),
        table.len(),
        differing[..differing.len().min(40)].join("\n")
    );
}

/// The types that the translation declares.
fn declared(translated: &Path) -> String {
    let shown =
        Command::new("git").arg("-C").arg(translated).args(["show", "HEAD:knowledge/types.toml"]).output();
    String::from_utf8(shown.expect("git is installed").stdout).expect("UTF-8")
}

/// What the head of a repository says through `lens`, to which nothing is committed.
fn told(repository: &Path, lens: &str, types: &str) -> Told {
    let repository = open(repository).expect("a repository");
    let head = resolve(&repository, "HEAD").expect("a head");
    let loaded = load_commit(&repository, head, "", &Selection::all(), &Limits::default()).expect("a tree");
    let text = |path: &str, text: &str| Text { path: path.into(), bytes: text.as_bytes().into() };
    let own = [text("dictum.toml", CONFIG), text("lenses.toml", lens), text("types.toml", types)];
    let texts = loaded.texts.iter().map(|(_, text)| text.clone()).chain(own);
    let compiled = compile(Texts::new(texts.collect()), Findings::new());
    let wrong =
        compiled.findings.iter().filter(|finding| finding.severity() == dictum::diagnostic::Severity::Error);
    assert_eq!(wrong.map(|finding| finding.message.clone()).collect::<Vec<_>>(), [""; 0]);
    let extractor = Knowledge::new("", &compiled.config, &compiled.catalog);
    let provenance = trace(&repository, head, "", &extractor, Options::default()).expect("a history");
    assert_eq!(provenance.completeness, Completeness::Complete);
    let of_files = compiled.claims.iter().filter(|claim| {
        !matches!(&*compiled.texts.get(claim.origin.file).path, "lenses.toml" | "types.toml")
    });
    of_files
        .map(|claim| ((claim.slot.to_string(), claim.value.to_string()), commits(claim, &provenance)))
        .collect()
}

const CONFIG: &str = "[knowledge]\nname = \"team\"\nlanguage = 1\n";

/// What the copies of a commit have in common: author, day and message.
fn named(repository: &Path) -> BTreeMap<String, String> {
    let log =
        Command::new("git").arg("-C").arg(repository).args(["log", "--format=%H%x01%an %at %s%x02"]).output();
    let log = String::from_utf8_lossy(&log.expect("git is installed").stdout).into_owned();
    let commits = log.split('\u{2}').filter_map(|commit| commit.trim().split_once('\u{1}'));
    commits.map(|(id, name)| (id.to_owned(), name.to_owned())).collect()
}

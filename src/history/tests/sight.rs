//! Histories of which something can't be seen: never a wrong commit, and what is wrong has its name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{
    COMMON, Chance, Lines, NEWEST, SHA_256, Told, atom, can_make, git, history, import, order, said_at,
};
use crate::history::oracle::{Made, Oracle};
use crate::history::{Completeness, HistoryError, Options, Provenance, Sayer, trace};
use crate::source::{ObjectId, Repository, open};

/// What is told of a history with holes must be true of the whole. How many answers were known, and how many not.
pub(super) fn is_sound(
    provenance: &Provenance,
    made: &[Made],
    order: &[usize],
    oids: &[ObjectId],
    name: &str,
) -> (usize, usize) {
    let oracle = Oracle::of(made, order, said_at);
    let head = made.len() - 1;
    let told = Told { provenance, oids };
    let (mut known, mut unknown) = (0, 0);
    let mut check = |sayer: Sayer, truth: usize, line: &str, what: &str| match sayer {
        Sayer::Known(index) => {
            known += 1;
            assert_eq!(told.place(index), truth, "{name}: {what} of `{line}` in {made:#?}");
        }
        Sayer::AtOrBefore(index) => {
            unknown += 1;
            assert_ne!(provenance.completeness, Completeness::Complete, "{name}: {what} of `{line}`");
            let boundary = told.place(index);
            let holds = what == "first" || is_ancestor(made, truth, boundary);
            assert!(holds, "{name}: {what} of `{line}` is {truth}, not at or before {boundary} in {made:#?}");
        }
    };
    let atoms = oracle.atoms(head);
    for line in &atoms {
        // A head that doesn't parse may have lost what it carries.
        let Some(saying) = provenance.sayings.get(&atom(line)) else { continue };
        let truth = oracle.answer(head, line);
        check(saying.said_by, truth.said_by, line, "sayer");
        check(saying.landed_by, truth.landed_by, line, "landing");
        check(saying.first_said_by, truth.first_said_by, line, "first");
        for index in &saying.also_said_by {
            let place = told.place(*index);
            let is_sayer = truth.also_said_by.contains(&place) || truth.said_by == place;
            assert!(is_sayer, "{name}: `{line}` was not said by {place} too, in {made:#?}");
        }
    }
    let hashes: BTreeSet<_> = atoms.iter().map(|line| atom(line)).collect();
    assert!(provenance.sayings.keys().all(|key| hashes.contains(key)), "{name}: too much is said");
    let events: BTreeSet<_> =
        oracle.events().into_iter().map(|(at, line, said)| (at, atom(&line), said)).collect();
    for event in &provenance.events {
        let event = (told.place(event.commit), event.atom, event.said);
        assert!(events.contains(&event), "{name}: {event:?} did not happen in {made:#?}");
    }
    (known, unknown)
}

fn is_ancestor(made: &[Made], ancestor: usize, of: usize) -> bool {
    ancestor == of || made[of].parents.iter().any(|parent| is_ancestor(made, ancestor, *parent))
}

pub(super) fn traced(repository: &Repository, head: ObjectId) -> Result<Provenance, HistoryError> {
    trace(repository, head, "k", &Lines, Options { events: true })
}

#[test]
fn a_cut_history_never_names_a_wrong_commit() {
    cut(COMMON, 150);
    if can_make(SHA_256) {
        cut(SHA_256, 60);
    }
}

fn cut(format: &[&str], count: usize) {
    let folder = TempDir::new().expect("a temporary folder");
    let mut chance = Chance(11);
    let histories: Vec<_> = (0..count).map(|_| history(&mut chance, 20)).collect();
    let oids = import(folder.path(), format, &histories);
    let whole = open(folder.path()).expect("a repository");
    let orders: Vec<_> = oids.iter().map(|oids| order(&whole, oids)).collect();
    let (mut known, mut unknown) = (0, 0);
    for (number, ((made, oids), order)) in histories.iter().zip(&oids).zip(&orders).enumerate() {
        let cut = 3 + chance.below(20);
        let cut: String = oids.iter().filter(|_| chance.one_in(cut)).map(|oid| format!("{oid}\n")).collect();
        fs::write(folder.path().join("shallow"), &cut).expect("a shallow file");
        let repository = open(folder.path()).expect("a repository");
        let provenance = traced(&repository, oids[made.len() - 1]).expect("all objects are here");
        let counts = is_sound(&provenance, made, order, oids, &format!("history {number}"));
        known += counts.0;
        unknown += counts.1;
    }
    assert!(known > count && unknown > count, "{known} known, {unknown} not: the test has lost its point");
}

#[test]
fn missing_objects_never_lead_to_a_wrong_commit() {
    lacking(COMMON, 150);
    if can_make(SHA_256) {
        lacking(SHA_256, 60);
    }
}

fn lacking(format: &[&str], count: usize) {
    let folder = TempDir::new().expect("a temporary folder");
    let mut chance = Chance(13);
    let histories: Vec<_> = (0..count).map(|_| history(&mut chance, 20)).collect();
    let oids = import(folder.path(), format, &histories);
    let whole = open(folder.path()).expect("a repository");
    let orders: Vec<_> = oids.iter().map(|oids| order(&whole, oids)).collect();
    lose_objects(folder.path(), &mut chance, 25);
    let repository = open(folder.path()).expect("a repository");
    let (mut known, mut unknown, mut unreadable) = (0, 0, 0);
    for (number, ((made, oids), order)) in histories.iter().zip(&oids).zip(&orders).enumerate() {
        match traced(&repository, oids[made.len() - 1]) {
            Err(HistoryError::MissingHead(_)) => unreadable += 1,
            Err(other) => panic!("{other}"),
            Ok(provenance) => {
                let counts = is_sound(&provenance, made, order, oids, &format!("history {number}"));
                known += counts.0;
                unknown += counts.1;
            }
        }
    }
    let pointed = known > count && unknown > count && unreadable > 1;
    assert!(pointed, "{known} known, {unknown} not, {unreadable} heads gone: the test has lost its point");
}

/// Takes away one in `n` of a bare repository's objects.
pub(super) fn lose_objects(folder: &Path, chance: &mut Chance, n: usize) {
    let packs = folder.join("objects/pack");
    for entry in fs::read_dir(&packs).expect("packs").map(|entry| entry.expect("an entry").path()) {
        if entry.extension().is_some_and(|extension| extension == "pack") {
            let pack = fs::read(&entry).expect("a pack");
            fs::remove_file(&entry).expect("removed");
            git(folder, &["unpack-objects", "-q"], &pack);
        }
    }
    fs::remove_dir_all(&packs).expect("removed");
    for object in loose(&folder.join("objects")) {
        if chance.one_in(n) {
            fs::remove_file(object).expect("removed");
        }
    }
}

/// The files of loose objects, in a fixed order.
pub(super) fn loose(objects: &Path) -> Vec<PathBuf> {
    let read = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
    };
    let is_fan = |path: &PathBuf| path.file_name().is_some_and(|name| name.len() == 2);
    let mut files: Vec<_> =
        read(objects).into_iter().filter(is_fan).flat_map(|folder| read(&folder)).collect();
    files.sort();
    files
}

/// A work tree with one commit for each text of `k/a.toml`; the commits, oldest first.
pub(super) fn line_of(folder: &Path, format: &[&str], texts: &[&str]) -> Vec<ObjectId> {
    git(folder, &[&["init", "--quiet", "--initial-branch=main"], format, &["."]].concat(), b"");
    git(folder, &["config", "uploadpack.allowFilter", "true"], b"");
    fs::create_dir(folder.join("k")).expect("a folder");
    let commit = |text: &&str| {
        fs::write(folder.join("k/a.toml"), text).expect("written");
        git(folder, &["add", "k"], b"");
        git(folder, &["commit", "--quiet", "-m", "say it"], b"");
        ObjectId::from_hex(&git(folder, &["rev-parse", "HEAD"], b"")).expect("an object id")
    };
    texts.iter().map(commit).collect()
}

/// Who said each line at `head`: the commit's place in the line and whether it is known.
fn sayers(provenance: &Provenance, oids: &[ObjectId], lines: &[&str]) -> Vec<(usize, bool)> {
    let told = Told { provenance, oids };
    let sayer = |line: &&str| match provenance.sayings[&atom(&format!(" {line}\n"))].said_by {
        Sayer::Known(index) => (told.place(index), true),
        Sayer::AtOrBefore(index) => (told.place(index), false),
    };
    lines.iter().map(sayer).collect()
}

/// Does it to a repository that libgit2 opens, and to those that it can't.
pub(super) fn every_format(check: fn(&[&str])) {
    [COMMON, SHA_256, NEWEST].into_iter().filter(|format| can_make(format)).for_each(check);
}

pub(super) const TEXTS: [&str; 5] = ["a\n", "a\nb\n", "a\nb\nc\n", "a\nb\nc\nd\n", "a\nb\nc\nd\ne\n"];

pub(super) fn clone(from: &Path, arguments: &[&str]) -> (TempDir, Repository) {
    let folder = TempDir::new().expect("a temporary folder");
    let url = format!("file://{}", from.display());
    let arguments = [&["clone", "--quiet"], arguments, &[&url, "."]].concat();
    git(folder.path(), &arguments, b"");
    let repository = open(folder.path()).expect("a repository");
    (folder, repository)
}

#[test]
fn a_shallow_clone_names_no_boundary() {
    every_format(shallow);
}

fn shallow(format: &[&str]) {
    let folder = TempDir::new().expect("a temporary folder");
    let oids = line_of(folder.path(), format, &TEXTS);
    let (_clone, repository) = clone(folder.path(), &["--depth", "3"]);
    let provenance = traced(&repository, oids[4]).expect("a head");
    assert_eq!(provenance.completeness, Completeness::Shallow);
    let told = sayers(&provenance, &oids, &["a", "b", "c", "d", "e"]);
    assert_eq!(told, [(2, false), (2, false), (2, false), (3, true), (4, true)]);
    let landed = provenance.sayings[&atom(" d\n")].landed_by;
    assert!(matches!(landed, Sayer::Known(_)));
    // It may have been said before, taken back, and said again.
    assert!(matches!(provenance.sayings[&atom(" d\n")].first_said_by, Sayer::AtOrBefore(_)));

    let (_clone, repository) = clone(folder.path(), &["--depth", "5"]);
    let provenance = traced(&repository, oids[4]).expect("a head");
    assert_eq!(provenance.completeness, Completeness::Complete);
}

#[test]
fn a_partial_clone_says_what_it_lacks() {
    every_format(partial);
}

fn partial(format: &[&str]) {
    let folder = TempDir::new().expect("a temporary folder");
    let oids = line_of(folder.path(), format, &TEXTS);
    let (_clone, repository) = clone(folder.path(), &["--filter=blob:none"]);
    let provenance = traced(&repository, oids[4]).expect("the head's blobs were fetched");
    assert_eq!(provenance.completeness, Completeness::Partial);
    assert_eq!(sayers(&provenance, &oids, &["a", "e"]), [(4, false), (4, false)]);

    let (_clone, repository) = clone(folder.path(), &["--filter=tree:0"]);
    let provenance = traced(&repository, oids[4]).expect("the head's tree was fetched");
    assert_eq!(provenance.completeness, Completeness::Partial);
    assert_eq!(sayers(&provenance, &oids, &["a", "e"]), [(4, false), (4, false)]);

    let (_clone, repository) = clone(folder.path(), &["--filter=blob:none", "--no-checkout"]);
    assert!(matches!(traced(&repository, oids[4]), Err(HistoryError::MissingHead(_))));
}

#[test]
fn grafts_and_replacements_are_told_and_not_followed() {
    every_format(retold);
}

fn retold(format: &[&str]) {
    let folder = TempDir::new().expect("a temporary folder");
    let oids = line_of(folder.path(), format, &TEXTS);
    let whole = [(0, true), (1, true), (2, true), (3, true), (4, true)];
    let lines = ["a", "b", "c", "d", "e"];

    let grafts = folder.path().join(".git/info/grafts");
    fs::create_dir_all(folder.path().join(".git/info")).expect("a folder");
    fs::write(&grafts, format!("{}\n", oids[3])).expect("a grafts file");
    assert_eq!(git(folder.path(), &["rev-list", "--count", "HEAD"], b""), "2", "git follows it");
    let repository = open(folder.path()).expect("a repository");
    let provenance = traced(&repository, oids[4]).expect("a head");
    assert_eq!(provenance.completeness, Completeness::Grafted);
    assert_eq!(sayers(&provenance, &oids, &lines), whole);
    let before = traced(&repository, oids[2]).expect("a head");
    assert_eq!(before.completeness, Completeness::Complete, "the graft is not behind this commit");
    fs::remove_file(&grafts).expect("removed");

    git(folder.path(), &["replace", &oids[3].to_string(), &oids[0].to_string()], b"");
    let repository = open(folder.path()).expect("a repository");
    let provenance = traced(&repository, oids[4]).expect("a head");
    assert_eq!(provenance.completeness, Completeness::Replaced);
    assert_eq!(sayers(&provenance, &oids, &lines), whole);
    assert_eq!(traced(&repository, oids[2]).expect("a head").completeness, Completeness::Complete);
}

#[test]
fn a_linked_work_tree_is_the_same_repository() {
    every_format(linked);
}

fn linked(format: &[&str]) {
    let folder = TempDir::new().expect("a temporary folder");
    let oids = line_of(folder.path(), format, &TEXTS);
    git(folder.path(), &["worktree", "add", "--quiet", "--detach", "elsewhere"], b"");
    let whole = traced(&open(folder.path()).expect("a repository"), oids[4]).expect("a head");
    let repository = open(&folder.path().join("elsewhere")).expect("a repository");
    assert_eq!(traced(&repository, oids[4]).expect("a head"), whole);
}

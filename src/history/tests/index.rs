//! The index: whatever is kept, at whatever commit, every answer is the one that is worked out anew. Where the clone was
//! cut since, it is the one of the whole repository, or is told to be unknown.

use std::fs;

use tempfile::TempDir;

use super::sight::{is_sound, lose_objects};
use super::{COMMON, Chance, Lines, SHA_256, can_make, git, history, import, order};
use crate::history::{Completeness, History, HistoryError, Options, Provenance};
use crate::source::{ObjectId, Repository, open};

const EVENTS: Options = Options { events: true };

fn read(repository: &Repository, head: ObjectId, kept: Option<&[u8]>) -> Result<History, HistoryError> {
    History::read(repository, head, "k", &Lines, kept)
}

fn told(repository: &Repository, head: ObjectId, kept: Option<&[u8]>) -> Provenance {
    read(repository, head, kept).expect("a whole history").provenance(EVENTS)
}

/// From commit to commit as a branch grows, jumps back and to other branches, with whatever was kept last.
#[test]
fn going_on_from_any_commit_tells_the_same() {
    going_on(COMMON, 200);
    if can_make(SHA_256) {
        going_on(SHA_256, 40);
    }
}

fn going_on(format: &[&str], count: usize) {
    let folder = TempDir::new().expect("a temporary folder");
    let mut chance = Chance(17);
    let histories: Vec<_> = (0..count).map(|_| history(&mut chance, 24)).collect();
    let oids = import(folder.path(), format, &histories);
    let repository = open(folder.path()).expect("a repository");
    let (mut kept_often, mut known_often) = (0, 0);
    for (number, oids) in oids.iter().enumerate() {
        let mut kept: Option<Vec<u8>> = None;
        for _ in 0..5 {
            let head = oids[chance.below(oids.len())];
            let history = read(&repository, head, kept.as_deref()).expect("a whole history");
            let anew = told(&repository, head, None);
            assert_eq!(history.provenance(EVENTS), anew, "history {number} at {head}");
            match history.to_keep() {
                Some(bytes) => {
                    kept_often += 1;
                    let again = read(&repository, head, Some(&bytes)).expect("a whole history");
                    assert_eq!(again.provenance(EVENTS), anew, "history {number} at {head}, kept there");
                    assert_eq!(again.to_keep(), None, "it was known");
                    kept = Some(bytes);
                }
                None => known_often += 1,
            }
        }
    }
    assert!(
        kept_often > count && known_often > count / 2,
        "{kept_often}, {known_often}: the test has lost its point"
    );
}

/// The same bytes for the same steps, or two processes would take turns in writing them.
#[test]
fn what_is_kept_is_the_same_each_time() {
    let folder = TempDir::new().expect("a temporary folder");
    let histories = [history(&mut Chance(19), 24)];
    let oids = import(folder.path(), COMMON, &histories);
    let repository = open(folder.path()).expect("a repository");
    let head = oids[0][oids[0].len() - 1];
    let keep = || read(&repository, head, None).expect("a whole history").to_keep();
    assert_eq!(keep(), keep());
}

#[test]
fn nothing_is_believed_that_was_not_kept_so() {
    let folder = TempDir::new().expect("a temporary folder");
    let histories = [history(&mut Chance(23), 12)];
    let oids = import(folder.path(), COMMON, &histories);
    let repository = open(folder.path()).expect("a repository");
    let head = oids[0][oids[0].len() - 1];
    let bytes = read(&repository, head, None).expect("a whole history").to_keep().expect("it is complete");
    let anew = told(&repository, head, None);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        assert_eq!(told(&repository, head, Some(&damaged)), anew, "byte {at} was changed");
    }
    let elsewhere = History::read(&repository, head, "k/sub", &Lines, Some(&bytes)).expect("a history");
    let there = History::read(&repository, head, "k/sub", &Lines, None).expect("a history");
    assert_eq!(elsewhere.provenance(EVENTS), there.provenance(EVENTS), "of another folder");
}

#[test]
fn a_cut_clone_with_an_index_is_exact_or_says_that_it_is_not() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut chance = Chance(29);
    let histories: Vec<_> = (0..150).map(|_| history(&mut chance, 20)).collect();
    let oids = import(folder.path(), COMMON, &histories);
    let whole = open(folder.path()).expect("a repository");
    let orders: Vec<_> = oids.iter().map(|oids| order(&whole, oids)).collect();
    // What was known when the clone was whole, at some commit.
    let before: Vec<_> = oids
        .iter()
        .map(|oids| {
            let at = oids[chance.below(oids.len())];
            let kept = read(&whole, at, None).expect("a whole history").to_keep();
            (kept, told(&whole, oids[oids.len() - 1], None))
        })
        .collect();
    lose_objects(folder.path(), &mut chance, 25);
    let (mut exact, mut more, mut unknown, mut unreadable) = (0, 0, 0, 0);
    for (number, (made, oids)) in histories.iter().zip(&oids).enumerate() {
        let cut: String = oids.iter().filter(|_| chance.one_in(8)).map(|oid| format!("{oid}\n")).collect();
        fs::write(folder.path().join("shallow"), &cut).expect("a shallow file");
        let repository = open(folder.path()).expect("a repository");
        let (kept, truth) = &before[number];
        let head = oids[made.len() - 1];
        let Ok(history) = read(&repository, head, kept.as_deref()) else {
            unreadable += 1;
            continue;
        };
        let provenance = history.provenance(EVENTS);
        if provenance.completeness == Completeness::Complete {
            assert_eq!(provenance, *truth, "history {number} in {made:#?}");
            exact += 1;
            let alone = read(&repository, head, None);
            let alone = alone.is_ok_and(|alone| *alone.completeness() == Completeness::Complete);
            more += usize::from(!alone);
        } else {
            is_sound(&provenance, made, &orders[number], oids, &format!("history {number}"));
            assert_eq!(history.to_keep(), None, "only what is whole is kept");
            assert_eq!(history.slot([0; 16]), None, "only what is whole is told of");
            unknown += 1;
        }
    }
    let pointed = exact > 40 && more > 20 && unknown > 20;
    assert!(pointed, "{exact} exact, {more} by the index, {unknown} not, {unreadable} heads gone: no point");
}

#[test]
fn a_shallow_clone_with_an_index_of_its_boundary_is_whole() {
    let folder = TempDir::new().expect("a temporary folder");
    let oids = super::sight::line_of(folder.path(), COMMON, &super::sight::TEXTS);
    let whole = open(folder.path()).expect("a repository");
    let truth = told(&whole, oids[4], None);
    for (at, exact) in [(0, false), (1, true), (2, true), (4, true)] {
        let kept = read(&whole, oids[at], None).expect("a whole history").to_keep().expect("complete");
        // It ends with the third commit, whose parent is the second.
        let (_clone, repository) = super::sight::clone(folder.path(), &["--depth", "3"]);
        let provenance = told(&repository, oids[4], Some(&kept));
        assert_eq!(provenance.completeness == Completeness::Complete, exact, "kept at {at}");
        assert_eq!(provenance == truth, exact, "kept at {at}");
    }
}

#[test]
fn a_graft_makes_the_index_worthless() {
    let folder = TempDir::new().expect("a temporary folder");
    let oids = super::sight::line_of(folder.path(), COMMON, &super::sight::TEXTS);
    let kept = read(&open(folder.path()).expect("a repository"), oids[4], None).expect("whole").to_keep();
    git(folder.path(), &["replace", &oids[3].to_string(), &oids[0].to_string()], b"");
    let repository = open(folder.path()).expect("a repository");
    let with = told(&repository, oids[4], kept.as_deref());
    assert_eq!(with.completeness, Completeness::Replaced);
    assert_eq!(with, told(&repository, oids[4], None));
}

//! Git's data changed under our hands: whatever byte it is, the answer is the right one, or that it can't be told.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::sight::{TEXTS, every_format, line_of, loose, traced};
use super::{Chance, git};
use crate::history::{Completeness, Provenance, Sayer};
use crate::source::{ObjectId, open};

/// Whether `told` holds nothing but what `truth` does: what it can't know it may leave open, and no more.
fn is_honest(told: &Provenance, truth: &Provenance) -> bool {
    let name = |provenance: &Provenance, sayer| match sayer {
        Sayer::Known(index) => Some(provenance.commits[index as usize].id.clone()),
        Sayer::AtOrBefore(_) => None,
    };
    let same = told.sayings.keys().eq(truth.sayings.keys());
    let sayers = told.sayings.iter().all(|(atom, saying)| {
        let right = &truth.sayings[atom];
        [(saying.said_by, right.said_by), (saying.landed_by, right.landed_by)]
            .into_iter()
            .all(|(one, other)| name(told, one).is_none_or(|one| Some(one) == name(truth, other)))
    });
    let admits = told.completeness != Completeness::Complete || told.sayings == truth.sayings;
    same && sayers && admits
}

/// Damages a file at many places in turn, each time asking anew; how often the answer was not the whole truth.
fn damage(folder: &Path, file: &Path, head: ObjectId, truth: &Provenance, chance: &mut Chance) -> usize {
    let whole = fs::read(file).expect("a file");
    let mut permissions = fs::metadata(file).expect("a file").permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "git makes its objects read-only; this is a test's"
    )]
    permissions.set_readonly(false);
    fs::set_permissions(file, permissions).expect("it may be changed");
    let mut noticed = 0;
    for _ in 0..whole.len().min(40) {
        let mut bytes = whole.clone();
        let at = chance.below(bytes.len());
        match chance.below(4) {
            0 => bytes.truncate(at),
            bit => bytes[at] ^= 1 << (bit * 2),
        }
        fs::write(file, &bytes).expect("written");
        let told = open(folder).ok().map(|repository| traced(&repository, head));
        match told {
            Some(Ok(told)) => {
                assert!(is_honest(&told, truth), "byte {at} of {}: {told:#?}", file.display());
                noticed += usize::from(told != *truth);
            }
            _ => noticed += 1,
        }
    }
    fs::write(file, whole).expect("written");
    noticed
}

#[test]
fn flipped_bytes_in_a_pack_never_lead_to_a_wrong_commit() {
    every_format(|format| {
        let folder = TempDir::new().expect("a temporary folder");
        let oids = line_of(folder.path(), format, &TEXTS);
        let truth = traced(&open(folder.path()).expect("a repository"), oids[4]).expect("a head");
        git(folder.path(), &["repack", "-a", "-d", "-q", "--depth=50", "--window=50"], b"");
        let packs = fs::read_dir(folder.path().join(".git/objects/pack")).expect("packs");
        let mut packs: Vec<PathBuf> = packs.map(|entry| entry.expect("an entry").path()).collect();
        packs.sort();
        let mut chance = Chance(23);
        let damaged =
            packs.iter().filter(|path| path.extension().is_some_and(|it| it == "pack" || it == "idx"));
        let noticed: usize =
            damaged.map(|pack| damage(folder.path(), pack, oids[4], &truth, &mut chance)).sum();
        assert!(noticed > 10, "{noticed}: the test has lost its point");
    });
}

#[test]
fn damaged_loose_objects_never_lead_to_a_wrong_commit() {
    every_format(|format| {
        let folder = TempDir::new().expect("a temporary folder");
        let oids = line_of(folder.path(), format, &TEXTS[..3]);
        let truth = traced(&open(folder.path()).expect("a repository"), oids[2]).expect("a head");
        let mut chance = Chance(29);
        let objects = loose(&folder.path().join(".git/objects"));
        let noticed: usize = objects
            .iter()
            .filter(|_| chance.one_in(3))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|object| damage(folder.path(), object, oids[2], &truth, &mut Chance(31)))
            .sum();
        assert!(noticed > 10, "{noticed}: the test has lost its point");
    });
}

/// Each loose object in the place of each other.
#[test]
fn swapped_objects_never_lead_to_a_wrong_commit() {
    every_format(|format| {
        let folder = TempDir::new().expect("a temporary folder");
        let oids = line_of(folder.path(), format, &TEXTS[..3]);
        let truth = traced(&open(folder.path()).expect("a repository"), oids[2]).expect("a head");
        let objects = loose(&folder.path().join(".git/objects"));
        for one in &objects {
            let whole = fs::read(one).expect("an object");
            for other in objects.iter().filter(|other| *other != one) {
                fs::remove_file(one).expect("removed");
                fs::copy(other, one).expect("copied");
                let repository = open(folder.path()).expect("a repository");
                if let Ok(told) = traced(&repository, oids[2]) {
                    assert!(is_honest(&told, &truth), "{} for {}", other.display(), one.display());
                }
            }
            fs::remove_file(one).expect("removed");
            fs::write(one, whole).expect("written");
        }
    });
}

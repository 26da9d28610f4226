//! A renamed subject: its history is that of the same subject under the new id from the start.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::{COMMON, Chance, Told, import};
use crate::claim::{ClaimHash, Renamed};
use crate::compile;
use crate::diagnostic::Findings;
use crate::history::oracle::Made;
use crate::history::{Knowledge, Options, trace};
use crate::source::{Limits, ObjectId, Repository, Selection, load_commit, open};

const SUBJECTS: usize = 3;

/// What each subject says at a commit, and the file it stands in.
type State = [(usize, usize); SUBJECTS];

/// A history with merges, and the commit from which on each subject has its later id.
fn story(chance: &mut Chance) -> (Vec<Vec<usize>>, Vec<State>) {
    let mut parents: Vec<Vec<usize>> = vec![Vec::new()];
    let mut states: Vec<State> = vec![[(0, 0); SUBJECTS]];
    for place in 1..4 + chance.below(12) {
        let mut of = vec![place - 1];
        let mut state = states[place - 1];
        if place > 2 && chance.one_in(3) {
            let other = chance.below(place - 1);
            of.push(other);
            let taken = chance.below(SUBJECTS);
            state[taken] = states[other][taken];
        }
        for own in &mut state {
            if chance.one_in(2) {
                *own = (chance.below(3), chance.below(2));
            }
        }
        parents.push(of);
        states.push(state);
    }
    (parents, states)
}

fn made(parents: &[Vec<usize>], states: &[State], renamed_at: usize) -> Vec<Made> {
    let commit = |(place, (parents, state)): (usize, (&Vec<usize>, &State))| {
        let mut files = BTreeMap::from([("k/dictum.toml".to_owned(), String::new())]);
        for (subject, (word, file)) in state.iter().enumerate() {
            let id = if place < renamed_at { "was-called" } else { "is-called" };
            let mut text = format!("[term.{id}-{subject}]\ndefinition = \"Word {word} of {subject}.\"\n");
            if place + 1 == states.len() {
                text += &format!("was = \"was-called-{subject}\"\n");
            }
            files.entry(format!("k/{file}.toml")).or_default().push_str(&text);
        }
        Made { parents: parents.clone(), files }
    };
    parents.iter().zip(states).enumerate().map(commit).collect()
}

/// The places of who said, landed and first said each atom of the head.
fn told(repository: &Repository, oids: &[ObjectId]) -> BTreeMap<ClaimHash, [usize; 3]> {
    let head = oids[oids.len() - 1];
    let loaded = load_commit(repository, head, "k", &Selection::all(), &Limits::default());
    let compiled = compile(loaded.expect("a tree").texts, Findings::new());
    let knowledge = Knowledge::new("k", &compiled.config, &compiled.catalog);
    let knowledge = knowledge.with_renamed(Renamed::of(&compiled.claims));
    let provenance = trace(repository, head, "k", &knowledge, Options::default()).expect("a whole history");
    let told = Told { provenance: &provenance, oids };
    let known = |sayer| told.known(sayer).expect("known");
    let sayings = provenance.sayings.iter();
    let places =
        |said: &crate::history::Saying| [said.said_by, said.landed_by, said.first_said_by].map(known);
    sayings.map(|(atom, said)| (*atom, places(said))).collect()
}

#[test]
fn a_renamed_subject_keeps_its_history() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut chance = Chance(37);
    let mut histories = Vec::new();
    for _ in 0..60 {
        let (parents, states) = story(&mut chance);
        histories.push(made(&parents, &states, chance.below(states.len())));
        histories.push(made(&parents, &states, 0));
    }
    let oids = import(folder.path(), COMMON, &histories);
    let repository = open(folder.path()).expect("a repository");
    let mut before = 0;
    for (number, (pair, made)) in oids.chunks(2).zip(histories.chunks(2)).enumerate() {
        let renamed = told(&repository, &pair[0]);
        assert_eq!(renamed, told(&repository, &pair[1]), "history {number}: {:#?}", made[0]);
        before += renamed.values().filter(|places| places[0] + 1 < pair[0].len()).count();
    }
    assert!(before > 50, "{before} were said before the head: the test has lost its point");
}

//! What a commit says, worked out from the log: where a walk goes on.
//!
//! A commit's state is its first parent's with the commit's changes, so it is the sum of the changes along first
//! parents. Those of the stretch that all commits asked for share are summed in a flat table, which is fast; what
//! comes behind it is changed in maps that share their structure, as in the walk.

use std::rc::Rc;

use imbl::OrdMap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::extract::{Atom, Group};
use super::graph::Node;
use super::index::OddTurn;
use super::log::{Log, Now};
use super::state::{Odd, Said};

/// What each of `wanted` says. All before it are in the log, with nothing in doubt.
pub(super) fn replay(
    log: &Log,
    nodes: &[Node],
    atoms: usize,
    wanted: &[usize],
) -> FxHashMap<usize, OrdMap<Atom, Said>> {
    let mut lines: FxHashMap<usize, Vec<Vec<usize>>> = FxHashMap::default();
    for &commit in wanted {
        let line = line_to(nodes, commit);
        lines.entry(line[0]).or_default().push(line);
    }
    let mut states = FxHashMap::default();
    for lines in lines.into_values() {
        let shortest = lines.iter().map(Vec::len).min().unwrap_or(0);
        let alike = |at: &usize| lines.iter().all(|line| line[*at] == lines[0][*at]);
        let shared = (0..shortest).take_while(alike).count();
        let trunk = flat(log, atoms, &lines[0][..shared]);
        let parted = lines[0][shared - 1];
        let mut known = FxHashMap::from_iter([(parted, trunk)]);
        for line in &lines {
            let mut before = parted;
            for &commit in &line[shared..] {
                if !known.contains_key(&commit) {
                    let state = changed(known[&before].clone(), log, commit);
                    known.insert(commit, state);
                }
                before = commit;
            }
            states.insert(before, known[&before].clone());
        }
    }
    states
}

/// Which files each of `wanted` reads as an earlier version. `group_of` numbers what such a version says.
pub(super) fn replay_odd(
    turns: &[OddTurn],
    nodes: &[Node],
    wanted: &[usize],
    mut group_of: impl FnMut(&Rc<[Atom]>) -> Group,
) -> Vec<(usize, OrdMap<String, Odd>)> {
    let mut states = Vec::with_capacity(wanted.len());
    for &commit in wanted {
        let mut odd = OrdMap::new();
        if !turns.is_empty() {
            let line: FxHashSet<usize> = line_to(nodes, commit).into_iter().collect();
            for turn in turns.iter().filter(|turn| line.contains(&(turn.commit as usize))) {
                match &turn.carries {
                    None => drop(odd.remove(&turn.path)),
                    Some(groups) => {
                        let mut groups: Vec<Group> = groups.iter().map(&mut group_of).collect();
                        groups.sort_unstable();
                        odd.insert(turn.path.clone(), Odd::Carries(groups.into()));
                    }
                }
            }
        }
        states.push((commit, odd));
    }
    states
}

/// The commits from the first of its line to `commit`, along first parents.
fn line_to(nodes: &[Node], commit: usize) -> Vec<usize> {
    let first = |at: &usize| nodes[*at].first();
    let mut line: Vec<usize> = std::iter::successors(Some(commit), first).collect();
    line.reverse();
    line
}

fn flat(log: &Log, atoms: usize, line: &[usize]) -> OrdMap<Atom, Said> {
    let mut table: Vec<Option<Said>> = vec![None; atoms];
    for &commit in line {
        for (atom, now) in log.of(commit) {
            table[atom as usize] = match now {
                Now::Gained(said) | Now::Kept(said) => Some(said),
                Now::Gone => None,
            };
        }
    }
    let said = table.into_iter().zip(0_u32..);
    said.filter_map(|(said, atom)| said.map(|said| (atom, said))).collect()
}

fn changed(mut state: OrdMap<Atom, Said>, log: &Log, commit: usize) -> OrdMap<Atom, Said> {
    for (atom, now) in log.of(commit) {
        match now {
            Now::Gained(said) | Now::Kept(said) => state.insert(atom, said),
            Now::Gone => state.remove(&atom),
        };
    }
    state
}

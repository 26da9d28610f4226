//! How the numbers of atoms' places change from a commit's first parent to the commit, added up file by file. Most of
//! what changed files say is the same before and after, and must cost little.

use super::extract::Atom;

/// How the number of an atom's places changes.
#[derive(Clone, Copy, Default)]
pub(super) struct Delta {
    pub places: i32,
    pub carried: i32,
}

/// Adds up changes of one commit.
#[derive(Default)]
pub(super) struct Tally {
    /// By atom.
    deltas: Vec<Delta>,
    /// Atoms that were counted, some often.
    counted: Vec<Atom>,
}

impl Tally {
    /// Counts each of `atoms`.
    pub fn add(&mut self, atoms: &[Atom], places: i32, carried: i32) {
        for &atom in atoms {
            let at = atom as usize;
            if at >= self.deltas.len() {
                self.deltas.resize(at + 1, Delta::default());
            }
            self.deltas[at].places += places;
            self.deltas[at].carried += carried;
        }
        self.counted.extend_from_slice(atoms);
    }

    /// What changed in the end, in order; nothing is counted then.
    pub fn take(&mut self) -> Vec<(Atom, Delta)> {
        let taken =
            self.counted.drain(..).map(|atom| (atom, std::mem::take(&mut self.deltas[atom as usize])));
        let mut taken: Vec<_> = taken.filter(|(_, delta)| delta.places != 0 || delta.carried != 0).collect();
        taken.sort_unstable_by_key(|(atom, _)| *atom);
        taken
    }
}

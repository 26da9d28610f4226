//! The claims of the next state: those of files that are the same, and what new files say, slot by slot.

use super::Compiled;
use super::sort::join_slot;
use crate::claim::{Claim, Slot, Target};
use crate::source::FileId;

/// A slot of the state before, by its position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Like {
    /// There is none that says the same.
    None,
    /// Its claims stand in files that are the same.
    Untouched(u32),
    /// It says the same, perhaps elsewhere.
    Alike(u32),
}

/// Which slots are put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Which {
    All,
    /// Those with claims in files that are new, another or gone.
    Touched,
}

/// Claims being put together.
pub(super) struct Merge<'b> {
    before: &'b Compiled,
    now: &'b [Option<FileId>],
    /// As [`Compiled::claims`].
    pub claims: Vec<Claim>,
    /// What repeats them.
    pub copies: Vec<(u32, Claim)>,
    /// For each slot what it was.
    pub like: Vec<Like>,
    /// The positions of the slots of before that were put together.
    pub met: Vec<u32>,
    which: Which,
    /// The copies of before that were passed.
    passed: usize,
}

impl<'b> Merge<'b> {
    /// `now` is what files of before are called now; `None` for those that are another or gone.
    pub fn new(before: &'b Compiled, now: &'b [Option<FileId>], which: Which) -> Merge<'b> {
        let room = |all: usize| if which == Which::All { all } else { 0 };
        let claims = Vec::with_capacity(room(before.claims.len()));
        let like = Vec::with_capacity(room(before.decisions.slots.len()));
        let met = Vec::with_capacity(room(before.decisions.slots.len()));
        Merge { before, now, claims, copies: Vec::new(), like, met, which, passed: 0 }
    }

    /// The slots. `said` is what new files say, sorted.
    pub fn with(mut self, said: Vec<Claim>) -> Merge<'b> {
        let mut said = said.into_iter().peekable();
        for position in 0..self.before.decisions.slots.len() as u32 {
            let slot = self.slot(position);
            while let Some(first) = said.peek().filter(|claim| claim.slot < *slot) {
                let new = first.slot.clone();
                let own = std::iter::from_fn(|| said.next_if(|claim| claim.slot == new)).collect();
                self.put(own, Like::None);
            }
            let own: Vec<Claim> = std::iter::from_fn(|| said.next_if(|claim| claim.slot == *slot)).collect();
            self.old(position, own);
        }
        while let Some(first) = said.peek() {
            let new = first.slot.clone();
            let own = std::iter::from_fn(|| said.next_if(|claim| claim.slot == new)).collect();
            self.put(own, Like::None);
        }
        self
    }

    fn slot(&self, position: u32) -> &'b Slot {
        let decided = &self.before.decisions.slots[position as usize];
        &self.before.claims[decided.claims.start as usize].slot
    }

    /// A slot of before, with what new files say in it.
    fn old(&mut self, position: u32, new: Vec<Claim>) {
        let before = self.before;
        let range = &before.decisions.slots[position as usize].claims;
        let claims = before.claims_of(range);
        let first = self.passed;
        while before.copies.get(self.passed).is_some_and(|(of, _)| *of < range.end) {
            self.passed += 1;
        }
        let copies = first..self.passed;
        let stays = |claim: &Claim| self.now[claim.origin.file.0 as usize].is_some();
        let repeats = &before.known.copies[copies.clone()];
        let untouched = new.is_empty() && claims.iter().chain(repeats).all(stays);
        if untouched && self.which == Which::Touched {
            return;
        }
        self.met.push(position);
        if untouched {
            let start = self.claims.len() as u32;
            self.claims.extend(claims.iter().map(|claim| moved(claim, self.now)));
            for ((of, _), copy) in before.copies[copies].iter().zip(repeats) {
                self.copies.push((start + of - range.start, moved(copy, self.now)));
            }
            self.like.push(Like::Untouched(position));
            return;
        }
        let kept =
            claims.iter().chain(repeats).filter(|claim| stays(claim)).map(|claim| moved(claim, self.now));
        let own: Vec<Claim> = kept.chain(new).collect();
        self.put(own, Like::Alike(position));
    }

    /// A slot with new claims. Whether it is as it was is looked at.
    fn put(&mut self, own: Vec<Claim>, like: Like) {
        if own.is_empty() {
            return;
        }
        let start = self.claims.len();
        join_slot(own, &mut self.claims, &mut self.copies);
        let own = &self.claims[start..];
        let like = match like {
            Like::Alike(position) => {
                let range = &self.before.decisions.slots[position as usize].claims;
                if are_alike(own, self.before.claims_of(range)) { like } else { Like::None }
            }
            other => other,
        };
        self.like.push(like);
    }
}

fn moved(claim: &Claim, now: &[Option<FileId>]) -> Claim {
    Claim { origin: claim.origin.moved(now), ..claim.clone() }
}

/// Whether claims say the same as others did, to the last thing that bears on deciding or on what is found.
fn are_alike(own: &[Claim], others: &[Claim]) -> bool {
    let says = |claim: &Claim, other: &Claim| {
        let (one, two) = (&*claim.statement, &*other.statement);
        let blocks = (one.block, one.entry) == (two.block, two.entry);
        // Which table a block stands under is told by its place.
        let tabled = one.edges.iter().any(|edge| edge.target == Target::Table);
        (claim.hash, claim.law) == (other.hash, other.law)
            && !tabled
            && blocks
            && one.correction == two.correction
            && one.reviewed_against == two.reviewed_against
    };
    own.len() == others.len() && own.iter().zip(others).all(|(claim, other)| says(claim, other))
}

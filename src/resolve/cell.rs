//! What holds in one cell: the points in which the same regions of a slot apply.
//!
//! Void, displaced, live, dominance, winners, cardinality: the steps of the resolution order, over what applies here
//! only. The reasons stay readable until the next cell, for the explanation.

use std::cmp::Reverse;

use super::decision::Outcome;
use super::dominance::{Contender, Weights};
use super::edges::Rule;
use super::layout::Layout;
use super::magnitude;
use crate::claim::Cardinality;

/// Decides cell after cell of one slot.
#[derive(Debug)]
pub(super) struct Cells<'l, 'g> {
    /// The slot.
    pub layout: &'l Layout<'g>,
    /// What its candidates weigh.
    pub weights: Weights<'g>,
    /// The number of the cell; reasons of other numbers are of former cells.
    cell: u32,
    void: Vec<(u32, Reason)>,
    displaced: Vec<(u32, Reason)>,
    live: Vec<Contender>,
    open: Vec<u32>,
    /// Links followed so far: part of the work.
    pub followed: u64,
}

/// By which candidate and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Reason {
    /// The candidate that stands directly over this one.
    pub by: u32,
    /// Why.
    pub rule: Rule,
}

impl<'l, 'g> Cells<'l, 'g> {
    /// Ready for the cells of `layout`, whose candidates weigh `weights`.
    pub fn new(layout: &'l Layout<'g>, weights: Weights<'g>) -> Cells<'l, 'g> {
        let candidates = if layout.cast.out.is_empty() { 0 } else { layout.cast.candidates.len() };
        let none = (0, Reason { by: 0, rule: Rule::Supersedes });
        Cells {
            layout,
            weights,
            cell: 0,
            void: vec![none; candidates],
            displaced: vec![none; candidates],
            live: Vec::new(),
            open: Vec::new(),
            followed: 0,
        }
    }

    /// What holds where these regions (positions, ascending) apply and no other does.
    pub fn decide(&mut self, active: &[u32]) -> Outcome {
        self.follow_edges(active);
        self.collect_live(active);
        let mut live = std::mem::take(&mut self.live);
        let outcome = self.outcome(&mut live);
        self.live = live;
        outcome
    }

    /// Why a candidate is void in the last cell decided.
    pub fn void(&self, candidate: u32) -> Option<Reason> {
        let (cell, reason) = self.void.get(candidate as usize)?;
        (*cell == self.cell).then_some(*reason)
    }

    /// Why a candidate is displaced in the last cell decided.
    pub fn displaced(&self, candidate: u32) -> Option<Reason> {
        let (cell, reason) = self.displaced.get(candidate as usize)?;
        (*cell == self.cell).then_some(*reason)
    }

    /// Works out what is void and what is displaced.
    fn follow_edges(&mut self, active: &[u32]) {
        let out = &self.layout.cast.out;
        if out.is_empty() {
            return;
        }
        self.cell += 1;
        let mut present: Vec<u32> = active.iter().map(|region| self.layout.owner[*region as usize]).collect();
        present.dedup();
        present.retain(|candidate| !out[*candidate as usize].is_empty());
        // From the top, so that whoever annuls is known to be void or not before it is asked.
        present.sort_unstable_by_key(|candidate| Reverse(self.layout.rank[*candidate as usize]));
        for &by in &present {
            self.followed += out[by as usize].len() as u64;
            if self.void(by).is_some() {
                continue;
            }
            for &(to, rule) in out[by as usize].iter().filter(|(_, rule)| rule.annuls()) {
                if self.void(to).is_none() {
                    self.void[to as usize] = (self.cell, Reason { by, rule });
                }
            }
        }
        self.open.clear();
        self.open.extend(present.iter().rev());
        while let Some(by) = self.open.pop() {
            self.followed += out[by as usize].len() as u64;
            if self.void(by).is_some() {
                continue;
            }
            for &(to, rule) in out[by as usize].iter().filter(|(_, rule)| !rule.annuls()) {
                if self.displaced(to).is_none() {
                    self.displaced[to as usize] = (self.cell, Reason { by, rule });
                    // What is displaced still displaces, whether or not it applies here.
                    self.open.push(to);
                }
            }
        }
    }

    /// Collects what applies and is neither void nor displaced, with its condition here.
    fn collect_live(&mut self, active: &[u32]) {
        self.live.clear();
        let owner = &self.layout.owner;
        for regions in active.chunk_by(|a, b| owner[*a as usize] == owner[*b as usize]) {
            let candidate = owner[regions[0] as usize];
            let gone = self.void(candidate).is_some() || self.displaced(candidate).is_some();
            if !gone && !self.layout.cast.candidates[candidate as usize].silent {
                let condition = self.weights.condition(regions);
                self.live.push(Contender { candidate, condition });
            }
        }
    }

    fn outcome(&self, live: &mut Vec<Contender>) -> Outcome {
        if live.is_empty() {
            return Outcome::Gap;
        }
        match self.layout.law.cardinality {
            Cardinality::Set => return Outcome::Fact(self.claims(live)),
            Cardinality::One => self.weights.keep_strongest(live),
            Cardinality::Max | Cardinality::Min => self.keep_extreme(live),
        }
        let value = |contender: &Contender| self.layout.values[self.claim(contender) as usize];
        let first = value(&live[0]);
        match live.iter().all(|contender| value(contender) == first) {
            true => Outcome::Fact(self.claims(live)),
            false => Outcome::Conflict(self.claims(live)),
        }
    }

    /// Leaves those than which no other is greater (or less).
    fn keep_extreme(&self, live: &mut Vec<Contender>) {
        let Some(better) = self.layout.extreme() else { return };
        let number = |contender: &Contender| self.layout.values[self.claim(contender) as usize];
        let value = |contender: &Contender| &self.layout.claims[self.claim(contender) as usize].value;
        let mut top: Vec<Contender> = Vec::new();
        for next in live.iter() {
            let beats = |one: &Contender, other: &Contender| {
                magnitude::compare(value(one), value(other)) == Some(better)
            };
            let known = |held: &Contender| number(held) == number(next) || beats(held, next);
            if !top.iter().any(known) {
                top.retain(|held| !beats(next, held));
                top.push(*next);
            }
        }
        live.retain(|contender| top.iter().any(|held| number(held) == number(contender)));
    }

    fn claim(&self, contender: &Contender) -> u32 {
        self.layout.cast.candidates[contender.candidate as usize].claim
    }

    fn claims(&self, live: &[Contender]) -> Vec<u32> {
        let mut claims: Vec<u32> = live.iter().map(|contender| self.claim(contender)).collect();
        claims.sort_unstable();
        claims.dedup();
        claims
    }
}

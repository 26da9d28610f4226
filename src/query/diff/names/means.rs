//! What a name refers to in one context, on each stretch of days: as [`crate::query::refer`] reads it where nothing is left open.

use std::collections::BTreeMap;

use super::Means;
use super::reach::{Entry, Says};
use super::touched::STEPS;
use crate::claim::{Subject, Value};
use crate::query::diff::Holds;
use crate::query::diff::holds::holds;
use crate::query::referent::{MOST, joined, references};
use crate::resolve::Outcome;

/// One side of the entries in one context: what each entry's slot answers on each stretch of days.
pub(super) struct InContext<'e, 's> {
    pub entries: &'e [Entry<'s>],
    /// 0 before, 1 after.
    pub side: usize,
    /// For each stretch, in the order of days, for each entry its outcome; `None` where the side knows no such case.
    pub stretches: &'e [Vec<Option<u32>>],
}

/// Who is called so on a stretch of days, and whether claims contradict each other on it.
type Bearers = BTreeMap<Subject, bool>;

impl InContext<'_, '_> {
    /// What the name means on each stretch.
    pub fn means(&self) -> Vec<Means> {
        // Those that were called so last: each time that a claim ends, whoever was called so until then.
        let mut former = Bearers::new();
        let mut last: Option<(Bearers, Vec<(usize, u32)>)> = None;
        let mut means = Vec::with_capacity(self.stretches.len());
        for stretch in 0..self.stretches.len() {
            let (bearers, said) = (self.bearers(stretch), self.said(stretch));
            if let Some((were, had)) = last
                && had.iter().any(|claim| said.binary_search(claim).is_err())
            {
                former.extend(were);
            }
            means.push(self.meant(if bearers.is_empty() { &former } else { &bearers }, stretch));
            last = Some((bearers, said));
        }
        means
    }

    /// What a name of these bearers means.
    fn meant(&self, bearers: &Bearers, stretch: usize) -> Means {
        let all: Vec<Subject> = bearers.keys().cloned().collect();
        let into = |subject: &Subject| Ok::<_, std::convert::Infallible>(self.next(subject, stretch));
        let left: Vec<Subject> = match joined(&all, into) {
            Ok(ends) if all.len() > 1 => ends
                .iter()
                .enumerate()
                .filter(|(at, end)| at == *end)
                .map(|(at, _)| all[at].clone())
                .collect(),
            _ => all,
        };
        let terms = left.iter().filter(|subject| subject.kind() == "term").take(MOST);
        let generic =
            |subject: &Subject| self.held(subject, &Says::Generic, stretch) == Some(Value::Bool(true));
        if terms.into_iter().any(generic) {
            return Means::TooGeneric(left);
        }
        match &left[..] {
            [] => Means::Nobody,
            [only] if bearers.get(only) == Some(&true) => Means::Contested(only.clone()),
            [only] => Means::One(only.clone()),
            _ => Means::Several(left),
        }
    }

    /// Who is called so.
    fn bearers(&self, stretch: usize) -> Bearers {
        let mut bearers = Bearers::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let Says::Bears(positions) = &entry.says else { continue };
            let own = &positions[self.side];
            let any = |claims: &[u32]| own.iter().any(|position| claims.binary_search(position).is_ok());
            let contested = match self.outcome(at, stretch) {
                Outcome::Fact(claims) if any(claims) => false,
                Outcome::Conflict(claims) if any(claims) => true,
                _ => continue,
            };
            // What one of its slots settles is settled.
            bearers.entry(entry.subject.clone()).and_modify(|known| *known &= contested).or_insert(contested);
        }
        bearers
    }

    /// The claims that give the name on a stretch, by entry and position, in order.
    fn said(&self, stretch: usize) -> Vec<(usize, u32)> {
        let mut said = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let Says::Bears(positions) = &entry.says else { continue };
            if let Outcome::Fact(claims) | Outcome::Conflict(claims) = self.outcome(at, stretch) {
                let own = positions[self.side].iter().filter(|one| claims.binary_search(one).is_ok());
                said.extend(own.map(|one| (at, *one)));
            }
        }
        said
    }

    /// What a subject is too, else what it became.
    fn next(&self, subject: &Subject, stretch: usize) -> Vec<Subject> {
        let step = |step: usize| {
            let held = self.held(subject, &Says::Steps(step), stretch);
            held.as_ref().map(references).unwrap_or_default()
        };
        (0..STEPS.len()).map(step).find(|into| !into.is_empty()).unwrap_or_default()
    }

    /// What an entry of a subject holds; `None` where that is not settled.
    fn held(&self, subject: &Subject, says: &Says, stretch: usize) -> Option<Value> {
        let at = self.entries.iter().position(|entry| entry.says == *says && entry.subject == *subject)?;
        match holds(self.entries[at].views[self.side], self.outcome(at, stretch)) {
            Holds::Fact(value) => Some(value),
            Holds::Nothing | Holds::Contested(_) => None,
        }
    }

    fn outcome(&self, entry: usize, stretch: usize) -> &Outcome {
        let outcome = self.stretches.get(stretch).and_then(|outcomes| outcomes[entry]);
        self.entries[entry].views[self.side].outcome(outcome)
    }
}

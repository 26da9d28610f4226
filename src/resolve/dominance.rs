//! Which of two live claims is the stronger: criteria walked in a declared order, stopping at the first that does not
//! say "equal".
//!
//! Each criterion is a strict partial order over classes of interchangeable claims, so walking them stopping on
//! incomparable is one too (a lexicographic product). Going on after "incomparable" would not be transitive.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::axis::Universe;
use super::candidate::Cast;
use super::ground::Ground;
use super::region::{Region, Sides};
use crate::claim::{Claim, Criterion, Precedence, Shape};

/// What a criterion says of one claim against another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// It is the stronger.
    Better,
    /// It is the weaker.
    Worse,
    /// The criterion does not tell them apart: the next one is asked.
    Equal,
    /// The criterion can't compare them: neither is stronger, and no further one is asked.
    Incomparable,
}

impl From<Ordering> for Relation {
    /// Greater is better.
    fn from(ordering: Ordering) -> Relation {
        match ordering {
            Ordering::Greater => Relation::Better,
            Ordering::Less => Relation::Worse,
            Ordering::Equal => Relation::Equal,
        }
    }
}

/// The date of a claim's source, for the criterion `stated`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Stated<'c> {
    On(Date),
    /// A source without a date is equal to itself alone.
    Undated(&'c SmolStr),
    /// A claim without a source is equal to none: numbered by candidate.
    Unsourced(u32),
}

/// Where a value stands in a declared list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Rank {
    Listed(u32),
    /// Not in the list: equal to the same value alone.
    Unlisted(u32),
}

/// A claim that lives at a point, and its condition there (see [`Weights::condition`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Contender {
    /// Position of the candidate.
    pub candidate: u32,
    /// Its condition at the point.
    pub condition: u32,
}

/// What the candidates of a slot weigh.
#[derive(Debug)]
pub(super) struct Weights<'c> {
    order: Vec<Criterion>,
    tier: Vec<u32>,
    from: Vec<Option<Date>>,
    stated: Vec<Stated<'c>>,
    rank: Vec<Rank>,
    /// For each region the class of its condition: regions of one class constrain alike what counts.
    class: Vec<u32>,
    classes: Classes,
    /// Conditions beyond the classes: the narrowest classes of a claim of which several products hold.
    mixed: Vec<Vec<u32>>,
    mixed_index: FxHashMap<Vec<u32>, u32>,
}

impl<'c> Weights<'c> {
    /// Weighs `cast` under `precedence`; `values` are classes of equal values by claim.
    pub fn new(
        ground: &Ground<'_>,
        universe: &Universe<'_>,
        precedence: &Precedence,
        claims: &[Claim],
        cast: &Cast<'c>,
        values: &[u32],
        regions: &[Region],
    ) -> Weights<'c> {
        let candidates = &cast.candidates;
        let asked = |criterion| precedence.order.contains(&criterion);
        let stated = |(position, source): (u32, Option<&'c SmolStr>)| {
            let Some(id) = source else { return Stated::Unsourced(position) };
            let date = ground.declarations().sources.get(id).and_then(|record| record.stated);
            date.map_or(Stated::Undated(id), Stated::On)
        };
        let rank = |claim: u32| {
            let value = &claims[claim as usize].value;
            let listed = precedence.rank.iter().position(|listed| listed == value);
            listed.map_or(Rank::Unlisted(values[claim as usize]), |at| Rank::Listed(at as u32))
        };
        let sources = (0..).zip(candidates.iter().map(|candidate| candidate.source));
        let (class, classes) = Classes::new(universe, regions);
        Weights {
            order: precedence.order.clone(),
            tier: candidates.iter().map(|candidate| ground.tier(candidate.source)).collect(),
            from: candidates.iter().map(|candidate| candidate.from).collect(),
            stated: if asked(Criterion::Stated) { sources.map(stated).collect() } else { Vec::new() },
            rank: match asked(Criterion::Rank) {
                true => candidates.iter().map(|candidate| rank(candidate.claim)).collect(),
                false => Vec::new(),
            },
            class,
            classes,
            mixed: Vec::new(),
            mixed_index: FxHashMap::default(),
        }
    }

    /// For each candidate a number: of two whose conditions are of one class the one with the lesser number is the
    /// stronger everywhere. `None` where a criterion is asked that compares only some.
    pub fn strengths(&self) -> Option<Vec<u32>> {
        let total = |criterion: &Criterion| !matches!(criterion, Criterion::Stated | Criterion::Rank);
        if !self.order.iter().all(total) {
            return None;
        }
        let compare = |a: &u32, b: &u32| {
            let by = |criterion: &Criterion| match criterion {
                Criterion::Authority => self.tier[*a as usize].cmp(&self.tier[*b as usize]),
                Criterion::Effective => self.from[*b as usize].cmp(&self.from[*a as usize]),
                _ => Ordering::Equal,
            };
            self.order.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
        };
        let mut order: Vec<u32> = (0..self.tier.len() as u32).collect();
        order.sort_by(compare);
        let mut strengths = vec![0; order.len()];
        let mut next = 0;
        for pair in order.windows(2) {
            next += u32::from(compare(&pair[0], &pair[1]).is_ne());
            strengths[pair[1] as usize] = next;
        }
        Some(strengths)
    }

    /// The class of a region: regions of one class constrain alike what counts for specificity.
    pub fn class(&self, region: u32) -> u32 {
        self.class[region as usize]
    }

    /// The condition of a claim at a point where these of its regions (at least one) hold: their narrowest classes.
    pub fn condition(&mut self, regions: &[u32]) -> u32 {
        let first = self.class[regions[0] as usize];
        if regions.iter().all(|region| self.class[*region as usize] == first) {
            return first;
        }
        let mut classes: Vec<u32> = regions.iter().map(|region| self.class[*region as usize]).collect();
        classes.sort_unstable();
        classes.dedup();
        let wider = |class: &u32| {
            classes.iter().any(|other| self.classes.relation(*other, *class) == Relation::Better)
        };
        let narrowest: Vec<u32> = classes.iter().filter(|class| !wider(class)).copied().collect();
        if let [only] = narrowest[..] {
            return only;
        }
        let next = (self.classes.len() + self.mixed.len()) as u32;
        let mixed = &mut self.mixed;
        *self.mixed_index.entry(narrowest).or_insert_with_key(|narrowest| {
            mixed.push(narrowest.clone());
            next
        })
    }

    /// What `criterion` says of `one` against `other`.
    pub fn relation(&self, criterion: Criterion, one: Contender, other: Contender) -> Relation {
        let (a, b) = (one.candidate as usize, other.candidate as usize);
        match criterion {
            Criterion::Authority => self.tier[b].cmp(&self.tier[a]).into(),
            Criterion::Effective => self.from[a].cmp(&self.from[b]).into(),
            Criterion::Specificity => self.narrower(one.condition, other.condition),
            Criterion::Stated => match (self.stated[a], self.stated[b]) {
                (Stated::On(a), Stated::On(b)) => a.cmp(&b).into(),
                (a, b) if a == b => Relation::Equal,
                _ => Relation::Incomparable,
            },
            Criterion::Rank => match (self.rank[a], self.rank[b]) {
                (Rank::Listed(a), Rank::Listed(b)) => b.cmp(&a).into(),
                (a, b) if a == b => Relation::Equal,
                _ => Relation::Incomparable,
            },
        }
    }

    /// The first criterion that tells them apart or can't compare them, and what it says; `None` where all say equal.
    pub fn compare(&self, one: Contender, other: Contender) -> Option<(Criterion, Relation)> {
        let asked = self.order.iter().map(|criterion| (*criterion, self.relation(*criterion, one, other)));
        asked.into_iter().find(|(_, relation)| *relation != Relation::Equal)
    }

    /// Whether some narrowest product of `one` is narrower than every one of `other`.
    fn narrower(&self, one: u32, other: u32) -> Relation {
        if one == other {
            return Relation::Equal;
        }
        let (ours, theirs) = (self.parts(&one), self.parts(&other));
        let beats = |some: &[u32], all: &[u32]| {
            let better = |a: &u32, b: &u32| self.classes.relation(*a, *b) == Relation::Better;
            some.iter().any(|a| all.iter().all(|b| better(a, b)))
        };
        match (beats(ours, theirs), beats(theirs, ours)) {
            (true, _) => Relation::Better,
            (_, true) => Relation::Worse,
            _ => Relation::Incomparable,
        }
    }

    fn parts<'w>(&'w self, condition: &'w u32) -> &'w [u32] {
        let mixed = (*condition as usize).checked_sub(self.classes.len());
        mixed.map_or(std::slice::from_ref(condition), |index| &self.mixed[index])
    }

    /// Leaves in `live` those that none of them dominates, in the order of candidates.
    ///
    /// A total criterion keeps its best class; a partial one keeps each class that no other beats, and these can't
    /// be compared any further, so each goes on alone.
    pub fn keep_strongest(&self, live: &mut Vec<Contender>) {
        self.keep_from(live, 0);
    }

    fn keep_from(&self, live: &mut Vec<Contender>, level: usize) {
        let Some(criterion) = self.order.get(level).filter(|_| live.len() > 1) else { return };
        match criterion {
            Criterion::Authority => {
                let tier = |contender: &Contender| self.tier[contender.candidate as usize];
                let best = live.iter().map(tier).min();
                live.retain(|contender| Some(tier(contender)) == best);
                self.keep_from(live, level + 1);
            }
            Criterion::Effective => {
                let from = |contender: &Contender| self.from[contender.candidate as usize];
                let best = live.iter().map(from).max();
                live.retain(|contender| Some(from(contender)) == best);
                self.keep_from(live, level + 1);
            }
            Criterion::Specificity => self.keep_classes(live, level, |contender| contender.condition),
            Criterion::Stated => {
                self.keep_classes(live, level, |contender| self.stated[contender.candidate as usize]);
            }
            Criterion::Rank => {
                self.keep_classes(live, level, |contender| self.rank[contender.candidate as usize]);
            }
        }
    }

    fn keep_classes<K: Ord>(&self, live: &mut Vec<Contender>, level: usize, class: impl Fn(&Contender) -> K) {
        let first = class(&live[0]);
        if live.iter().all(|contender| class(contender) == first) {
            return self.keep_from(live, level + 1);
        }
        let mut classes: BTreeMap<K, Vec<Contender>> = BTreeMap::new();
        live.drain(..).for_each(|contender| classes.entry(class(&contender)).or_default().push(contender));
        let classes: Vec<Vec<Contender>> = classes.into_values().collect();
        let criterion = self.order[level];
        for members in &classes {
            let beaten =
                |other: &Vec<Contender>| self.relation(criterion, other[0], members[0]) == Relation::Better;
            if !classes.iter().any(beaten) {
                let mut members = members.clone();
                self.keep_from(&mut members, level + 1);
                live.append(&mut members);
            }
        }
        live.sort_unstable_by_key(|contender| contender.candidate);
    }
}

/// Conditions that count for specificity: what they say on trees, enums and bools.
#[derive(Debug)]
struct Classes {
    /// For each class its sides on the axes that count.
    sides: Vec<Sides>,
    /// Axes that are compared one after the other.
    listed: Vec<u32>,
    /// Axes that are compared after these, together.
    rest: Vec<u32>,
}

impl Classes {
    /// Classes of `regions`, and which each is of.
    fn new(universe: &Universe<'_>, regions: &[Region]) -> (Vec<u32>, Classes) {
        let counts = |axis: &u32| {
            let shape = universe.dimension(*axis as usize).map(|dimension| &dimension.shape);
            matches!(shape, Some(Shape::Tree(_) | Shape::Enum(_) | Shape::Bool))
        };
        let named = universe.declarations().specificity.iter().filter_map(|id| universe.axis_of(id));
        let mut listed: Vec<u32> = Vec::new();
        for axis in named.map(|axis| axis as u32).filter(counts) {
            if !listed.contains(&axis) {
                listed.push(axis);
            }
        }
        let all = 1..universe.axes().len() as u32;
        let rest: Vec<u32> = all.filter(|axis| counts(axis) && !listed.contains(axis)).collect();
        let mut classes = Classes { sides: Vec::new(), listed, rest };
        let mut index: FxHashMap<Sides, u32> = FxHashMap::default();
        let counted = |axis: &u32| classes.listed.contains(axis) || classes.rest.contains(axis);
        let mut sides = Vec::new();
        let class = regions.iter().map(|region| {
            let own: Sides = region.sides().iter().filter(|(axis, _)| counted(axis)).cloned().collect();
            *index.entry(own).or_insert_with_key(|own| {
                sides.push(own.clone());
                sides.len() as u32 - 1
            })
        });
        let class = class.collect();
        classes.sides = sides;
        (class, classes)
    }

    fn len(&self) -> usize {
        self.sides.len()
    }

    /// Narrower is better: dimension by dimension in the declared order, then those not listed all together.
    fn relation(&self, one: u32, other: u32) -> Relation {
        for axis in &self.listed {
            match self.on(*axis, one, other) {
                Relation::Equal => {}
                decided => return decided,
            }
        }
        let rest = self.rest.iter().map(|axis| self.on(*axis, one, other));
        rest.fold(Relation::Equal, |all, next| match (all, next) {
            (all, Relation::Equal) => all,
            (Relation::Equal, next) => next,
            (all, next) if all == next => all,
            _ => Relation::Incomparable,
        })
    }

    fn on(&self, axis: u32, one: u32, other: u32) -> Relation {
        let side = |class: u32| {
            self.sides[class as usize].iter().find(|(at, _)| *at == axis).map(|(_, ticks)| ticks)
        };
        match (side(one), side(other)) {
            (None, None) => Relation::Equal,
            // INVARIANT of `Region`: a side is never the whole axis.
            (Some(_), None) => Relation::Better,
            (None, Some(_)) => Relation::Worse,
            (Some(ours), Some(theirs)) if ours == theirs => Relation::Equal,
            (Some(ours), Some(theirs)) if ours.is_inside(theirs) => Relation::Better,
            (Some(ours), Some(theirs)) if theirs.is_inside(ours) => Relation::Worse,
            _ => Relation::Incomparable,
        }
    }
}

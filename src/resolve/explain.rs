//! Why a slot's answer at a point is what it is: one status for every claim, with its reason as data.
//!
//! Prose is made of it elsewhere.

use std::collections::BTreeSet;

use jiff::civil::Date;
use smol_str::SmolStr;

use super::cell::Cells;
use super::decision::{AxisName, Outcome};
use super::dominance::{Contender, Relation};
use super::edges::Rule;
use super::ground::Ground;
use super::layout::Layout;
use super::locate::PointQuery;
use crate::claim::{Cardinality, Claim, Criterion, Declarations, Point, Test, When};

/// What holds at a point, and what became of every claim there.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// What holds; the same as the decided slot says.
    pub outcome: Outcome,
    /// One status a claim, in the order of the slot's claims. Positions in it are positions in that order.
    pub statuses: Vec<Status>,
}

/// What became of a claim at a point.
#[derive(Clone, PartialEq, Debug)]
pub enum Status {
    /// It says the answer: alone, as one of a `set`, or as the first of several that say the same.
    Winner,
    /// It says the same as the winner, which is at this position.
    Supporting {
        /// The winner.
        winner: u32,
    },
    /// It is among the strongest, and these say something else.
    InConflict {
        /// Winners of another value.
        with: Vec<u32>,
    },
    /// It lives, but another is stronger.
    Dominated {
        /// A winner that is stronger.
        by: u32,
        /// The criterion that decided.
        criterion: Criterion,
        /// What this claim has by that criterion.
        own: Mark,
        /// What the stronger one has.
        other: Mark,
    },
    /// It lives, but the law is `max` or `min` and another's value is greater or less.
    Exceeded {
        /// One that says the answer.
        by: u32,
    },
    /// It was right, but gives way.
    Displaced {
        /// From the claim that applies here to this one (not included), each standing over the next.
        path: Vec<u32>,
        /// Why the last of the path stands over this claim.
        rule: Rule,
    },
    /// It was wrong from the start.
    Void {
        /// Which claim says so.
        by: u32,
        /// How.
        rule: Rule,
    },
    /// It only takes back what others say.
    Retraction,
    /// It speaks later.
    NotYet {
        /// From this day on.
        from: Date,
    },
    /// It spoke earlier.
    NoLonger {
        /// Up to the day before this one.
        until: Date,
    },
    /// It speaks in other contexts.
    OutOfScope {
        /// The first dimension that does not fit.
        dimension: SmolStr,
        /// What the claim wants of it.
        wanted: Vec<Test>,
        /// What the point has; `None` where it leaves the dimension out.
        has: Option<Point>,
    },
    /// A correction of a claim that does not apply here itself, or that could not be found.
    Idle,
}

/// What a claim has by a criterion.
#[derive(Clone, PartialEq, Debug)]
pub enum Mark {
    /// The tier of its source; `None` stands below the last.
    Tier(Option<SmolStr>),
    /// Its condition.
    Condition(When),
    /// Since when; `None` is since ever.
    From(Option<Date>),
    /// The date of its source.
    Stated(Option<Date>),
    /// Its place in the declared list of values, from 1.
    Rank(Option<usize>),
}

/// Explains the slot of `claims` (all of one slot, at least one, sorted by hash) at `point`. A claim with a condition
/// on a dimension that the point leaves out is out of scope.
///
/// `None` where the slot is too large to be decided at all.
pub fn explain(declarations: &Declarations, claims: &[Claim], point: &PointQuery) -> Option<Explanation> {
    let ground = Ground::new(declarations);
    let layout = Layout::new(&ground, claims).ok()?;
    Some(explain_at(&layout, point))
}

/// The same for a slot laid out.
pub(super) fn explain_at(layout: &Layout<'_>, point: &PointQuery) -> Explanation {
    let ticks: Vec<Option<u32>> = (0..layout.universe.axes().len())
        .map(|axis| match &layout.universe.axes()[axis].name {
            AxisName::Time => layout.universe.tick_of(axis, &Point::Date(point.on)),
            AxisName::Dimension(id) => layout.universe.tick_of(axis, point.context.get(id)?),
        })
        .collect();
    let view = View::new(layout, &ticks);
    let status = |position: u32| {
        let best = layout.cast.of(position).map(|candidate| view.status(candidate, Some(point)));
        best.min_by_key(precedence).unwrap_or(Status::Idle)
    };
    let statuses = (0..layout.claims.len() as u32).map(status).collect();
    Explanation { outcome: view.outcome, statuses }
}

/// Of a claim that stands in for several, the status that matters most.
fn precedence(status: &Status) -> u8 {
    match status {
        Status::Winner | Status::Supporting { .. } | Status::InConflict { .. } => 0,
        Status::Dominated { .. } | Status::Exceeded { .. } => 1,
        Status::Displaced { .. } => 2,
        Status::Void { .. } => 3,
        Status::Retraction => 4,
        Status::OutOfScope { .. } => 5,
        Status::NotYet { .. } | Status::NoLonger { .. } => 6,
        Status::Idle => 7,
    }
}

/// One cell, decided, with its reasons.
pub(super) struct View<'l, 'g> {
    cells: Cells<'l, 'g>,
    /// What holds.
    pub outcome: Outcome,
    applying: BTreeSet<u32>,
    contenders: Vec<Contender>,
}

impl<'l, 'g> View<'l, 'g> {
    /// Decides the cell of a point given in ticks.
    pub fn new(layout: &'l Layout<'g>, ticks: &[Option<u32>]) -> View<'l, 'g> {
        let (precedence, _) = layout.ground.precedence(&layout.claims[0].slot, layout.law);
        let mut cells = Cells::new(layout, layout.weights(precedence));
        let holds = |region: &u32| layout.regions[*region as usize].contains(ticks);
        let active: Vec<u32> = (0..layout.regions.len() as u32).filter(holds).collect();
        let outcome = cells.decide(&active);
        let owner = &layout.owner;
        let regions = active.chunk_by(|a, b| owner[*a as usize] == owner[*b as usize]);
        let contenders: Vec<Contender> = regions
            .map(|regions| Contender {
                candidate: owner[regions[0] as usize],
                condition: cells.weights.condition(regions),
            })
            .collect();
        let applying = contenders.iter().map(|contender| contender.candidate).collect();
        View { cells, outcome, applying, contenders }
    }

    fn claim(&self, candidate: u32) -> u32 {
        self.cells.layout.cast.candidates[candidate as usize].claim
    }

    /// What became of one candidate; `point` for the words of what does not apply.
    pub fn status(&self, candidate: u32, point: Option<&PointQuery>) -> Status {
        if !self.applying.contains(&candidate) {
            return self.absent(candidate, point);
        }
        if let Some(reason) = self.cells.void(candidate) {
            return Status::Void { by: self.claim(reason.by), rule: reason.rule };
        }
        if self.cells.layout.cast.candidates[candidate as usize].silent {
            return Status::Retraction;
        }
        match self.cells.displaced(candidate) {
            Some(reason) => Status::Displaced { path: self.path(candidate), rule: reason.rule },
            None => self.living(candidate),
        }
    }

    /// The way from a claim that applies here to what it displaces.
    fn path(&self, candidate: u32) -> Vec<u32> {
        let mut path = Vec::new();
        let mut at = candidate;
        while let Some(reason) = self.cells.displaced(at) {
            at = reason.by;
            path.push(self.claim(at));
            if self.applying.contains(&at) {
                break;
            }
        }
        path.reverse();
        path
    }

    fn living(&self, candidate: u32) -> Status {
        let layout = self.cells.layout;
        let own = self.claim(candidate);
        let value = |claim: u32| layout.values[claim as usize];
        let (winners, conflict) = match &self.outcome {
            Outcome::Gap => return Status::Idle,
            Outcome::Fact(winners) => (winners, false),
            Outcome::Conflict(winners) => (winners, true),
        };
        if winners.binary_search(&own).is_ok() {
            return match winners.first() {
                _ if conflict => {
                    let other = winners.iter().filter(|winner| value(**winner) != value(own));
                    Status::InConflict { with: other.copied().collect() }
                }
                Some(&winner) if winner != own && layout.law.cardinality != Cardinality::Set => {
                    Status::Supporting { winner }
                }
                _ => Status::Winner,
            };
        }
        if layout.law.cardinality != Cardinality::One {
            return Status::Exceeded { by: winners[0] };
        }
        self.dominated(candidate, winners)
    }

    fn dominated(&self, candidate: u32, winners: &[u32]) -> Status {
        let all = || self.contenders.iter().copied();
        let Some(own) = all().find(|contender| contender.candidate == candidate) else { return Status::Idle };
        let strong =
            all().filter(|contender| winners.binary_search(&self.claim(contender.candidate)).is_ok());
        let decided = strong.filter_map(|contender| {
            let (criterion, relation) = self.cells.weights.compare(contender, own)?;
            (relation == Relation::Better).then_some((self.claim(contender.candidate), contender, criterion))
        });
        match decided.min_by_key(|(claim, contender, _)| (*claim, contender.candidate)) {
            None => Status::Idle,
            Some((by, stronger, criterion)) => Status::Dominated {
                by,
                criterion,
                own: self.mark(criterion, candidate),
                other: self.mark(criterion, stronger.candidate),
            },
        }
    }

    /// What two claims have by each criterion up to the one that decides or stops, and what that one says; `None` if
    /// all say equal. Both have to apply here.
    pub fn compare(&self, one: u32, other: u32) -> Option<(Criterion, Relation)> {
        let of = |claim: u32| {
            let alive = |contender: &&Contender| {
                let gone = self.cells.void(contender.candidate).or(self.cells.displaced(contender.candidate));
                self.claim(contender.candidate) == claim && gone.is_none()
            };
            self.contenders.iter().find(alive).copied()
        };
        self.cells.weights.compare(of(one)?, of(other)?)
    }

    fn mark(&self, criterion: Criterion, candidate: u32) -> Mark {
        let layout = self.cells.layout;
        let standing = &layout.cast.candidates[candidate as usize];
        let claim = &layout.claims[standing.claim as usize];
        let declarations = layout.ground.declarations();
        match criterion {
            Criterion::Authority => {
                let tier = layout.ground.tier(standing.source);
                Mark::Tier(declarations.tiers.get(tier as usize).cloned())
            }
            Criterion::Specificity => Mark::Condition(claim.statement.when.clone()),
            Criterion::Effective => Mark::From(standing.from),
            Criterion::Stated => {
                let record = standing.source.and_then(|id| declarations.sources.get(id));
                Mark::Stated(record.and_then(|record| record.stated))
            }
            Criterion::Rank => {
                let (precedence, _) = layout.ground.precedence(&claim.slot, layout.law);
                let at = precedence.rank.iter().position(|listed| *listed == claim.value);
                Mark::Rank(at.map(|at| at + 1))
            }
        }
    }

    /// Why a candidate does not apply.
    fn absent(&self, candidate: u32, point: Option<&PointQuery>) -> Status {
        let layout = self.cells.layout;
        let Some(point) = point else { return Status::Idle };
        let standing = &layout.cast.candidates[candidate as usize];
        let statement = &layout.claims[standing.claim as usize].statement;
        match (statement.period.from, statement.period.until) {
            (Some(from), _) if point.on < from => return Status::NotYet { from },
            (_, Some(until)) if until <= point.on => return Status::NoLonger { until },
            _ => {}
        }
        for (dimension, tests) in statement.when.products().iter().flatten() {
            let has = point.context.get(dimension);
            let axis = layout.universe.axis_of(dimension);
            let tick =
                axis.zip(has).and_then(|(axis, has)| Some((axis, layout.universe.tick_of(axis, has)?)));
            let fits = tick.is_some_and(|(axis, tick)| layout.universe.passes(axis, tests, tick));
            if !fits {
                let (dimension, wanted) = (dimension.clone(), tests.clone());
                return Status::OutOfScope { dimension, wanted, has: has.cloned() };
            }
        }
        Status::Idle
    }
}

//! A slot laid out: its candidates as regions on its axes.

use std::cmp::Ordering;

use super::axis::Universe;
use super::candidate::{Cast, cast};
use super::dominance::Weights;
use super::graph;
use super::ground::Ground;
use super::region::Region;
use crate::claim::{Cardinality, Claim, Law, Period, Precedence, When};

/// Everything about a slot that does not depend on the point.
#[derive(Debug)]
pub(super) struct Layout<'g> {
    /// What all slots share.
    pub ground: &'g Ground<'g>,
    /// The claims of the slot, sorted by hash.
    pub claims: &'g [Claim],
    /// How its claims make one answer.
    pub law: &'g Law,
    /// Its axes.
    pub universe: Universe<'g>,
    /// Its candidates and what stands over what.
    pub cast: Cast<'g>,
    /// Where the candidates speak, in their order.
    pub regions: Vec<Region>,
    /// Of which candidate each region is.
    pub owner: Vec<u32>,
    /// For each candidate a number greater than those of all it stands over; empty without edges.
    pub rank: Vec<u32>,
    /// For each claim a number that claims of equal value share.
    pub values: Vec<u32>,
}

/// Why a slot can't be laid out or decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TooLarge {
    /// It has more claims than allowed.
    Claims,
    /// Its claims have too many relations.
    Relations,
    /// Its conditions overlap in too many ways.
    Cases,
}

/// More claims than this in one slot are refused.
pub(super) const MAX_CLAIMS: usize = 50_000;

/// More products than this in one slot are refused.
const MAX_REGIONS: usize = 1_000_000;

impl<'g> Layout<'g> {
    /// Lays out `claims`, which are all of one slot, at least one, and sorted by hash.
    pub fn new(ground: &'g Ground<'g>, claims: &'g [Claim]) -> Result<Layout<'g>, TooLarge> {
        if claims.len() > MAX_CLAIMS {
            return Err(TooLarge::Claims);
        }
        let law = ground.declarations().law(claims[0].law);
        let cast = cast(ground, claims);
        if cast.too_many {
            return Err(TooLarge::Relations);
        }
        let spoken = claims.iter().map(|claim| (&claim.statement.when, &claim.statement.period));
        let required = law.required.iter().map(|required| {
            let period = required.period.as_ref().unwrap_or(&Period::ALWAYS);
            (&required.when, period)
        });
        let universe = Universe::new(ground, spoken.chain(required));
        let (regions, owner) = regions(&universe, claims, &cast)?;
        let plain: Vec<Vec<u32>> =
            cast.out.iter().map(|out| out.iter().map(|(to, _)| *to).collect()).collect();
        let rank = graph::components(&plain);
        Ok(Layout { ground, claims, law, universe, cast, regions, owner, rank, values: values(claims) })
    }

    /// What the candidates weigh under `precedence`.
    pub fn weights(&self, precedence: &Precedence) -> Weights<'g> {
        let (claims, values) = (self.claims, &self.values);
        Weights::new(self.ground, &self.universe, precedence, claims, &self.cast, values, &self.regions)
    }

    /// The regions of one candidate.
    pub fn regions_of(&self, candidate: u32) -> &[Region] {
        let first = self.owner.partition_point(|owner| *owner < candidate);
        let count = self.owner[first..].partition_point(|owner| *owner == candidate);
        &self.regions[first..first + count]
    }

    /// The regions where an answer has to exist; none where nothing is required.
    pub fn required(&self) -> Vec<Region> {
        let Some(required) = &self.law.required else { return Vec::new() };
        let period = required.period.unwrap_or_else(|| self.since_first_word());
        self.universe.regions(&required.when, &period)
    }

    /// From the first day on which any claim speaks.
    fn since_first_word(&self) -> Period {
        let speaks = |claim: &&Claim| !claim.statement.period.is_empty();
        let first = self.claims.iter().filter(speaks).map(|claim| claim.statement.period.from).min();
        Period { from: first.flatten(), until: None }
    }

    /// Whether `max` or `min` is taken, and which way the better value compares.
    pub fn extreme(&self) -> Option<Ordering> {
        match self.law.cardinality {
            Cardinality::Max => Some(Ordering::Greater),
            Cardinality::Min => Some(Ordering::Less),
            Cardinality::One | Cardinality::Set => None,
        }
    }
}

fn regions(
    universe: &Universe<'_>,
    claims: &[Claim],
    cast: &Cast<'_>,
) -> Result<(Vec<Region>, Vec<u32>), TooLarge> {
    let (mut regions, mut owner): (Vec<Region>, Vec<u32>) = (Vec::new(), Vec::new());
    for (index, candidate) in (0..).zip(&cast.candidates) {
        if candidate.inert {
            continue;
        }
        let statement = &claims[candidate.claim as usize].statement;
        let own = universe.regions(&statement.when, &statement.period);
        match candidate.stands_for {
            None => regions.extend(own),
            Some(base) => {
                let first = owner.partition_point(|owner| *owner < base);
                let count = owner[first..].partition_point(|owner| *owner == base);
                let bases = regions[first..first + count].to_vec();
                if own.len() * bases.len() > When::MAX_PRODUCTS * When::MAX_PRODUCTS {
                    return Err(TooLarge::Cases);
                }
                regions.extend(own.iter().flat_map(|own| bases.iter().filter_map(|base| own.and(base))));
            }
        }
        owner.resize(regions.len(), index);
        if regions.len() > MAX_REGIONS {
            return Err(TooLarge::Cases);
        }
    }
    Ok((regions, owner))
}

/// Numbers of values: equal values bear one number.
fn values(claims: &[Claim]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..claims.len() as u32).collect();
    let value = |position: u32| &claims[position as usize].value;
    order.sort_by(|a, b| value(*a).cmp(value(*b)));
    let mut numbers = vec![0; claims.len()];
    let mut next = 0;
    for pair in order.windows(2) {
        next += u32::from(value(pair[0]) != value(pair[1]));
        numbers[pair[1] as usize] = next;
    }
    numbers
}

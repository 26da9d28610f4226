//! The order of resolution read word for word, at one point, with no geometry: conditions are tested as they are
//! written, containment by trying every value, dominance claim against claim. Slow on purpose; tests hold the sweep
//! against it, and no answer comes from it.

use std::collections::BTreeSet;

use super::candidate::{Candidate, Cast, cast};
use super::decision::Outcome;
use super::ground::Ground;
use super::locate::PointQuery;
use super::magnitude;
use crate::claim::{
    Bound, Cardinality, Claim, Criterion, Declarations, Dimension, Law, Point, Precedence, Product, Range,
    Shape, Test, Tree,
};

/// One slot, read word for word.
#[derive(Debug)]
pub struct Oracle<'o> {
    ground: Ground<'o>,
    claims: &'o [Claim],
    law: &'o Law,
    precedence: Precedence,
    cast: Cast<'o>,
}

impl<'o> Oracle<'o> {
    /// Ready to be asked about the slot of `claims`: all of one slot, at least one, sorted by hash.
    pub fn new(declarations: &'o Declarations, claims: &'o [Claim]) -> Oracle<'o> {
        let ground = Ground::new(declarations);
        let law = declarations.law(claims[0].law);
        let precedence = ground.precedence(&claims[0].slot, law).0.clone();
        let cast = cast(&ground, claims);
        Oracle { ground, claims, law, precedence, cast }
    }

    /// What holds at `point`, which names a value of every dimension that the claims speak of: a test on a dimension
    /// that it leaves out does not hold.
    pub fn at(&self, point: &PointQuery) -> Outcome {
        Here { oracle: self, point }.outcome()
    }

    /// Whether the claim at `one` dominates the one at `other`, both of which apply at `point`, live there or not; of
    /// claims that stand in for several others, whether any of theirs does.
    pub fn dominates(&self, point: &PointQuery, one: usize, other: usize) -> bool {
        let here = Here { oracle: self, point };
        let of = |position: usize| -> Vec<usize> {
            let all = 0..self.cast.candidates.len();
            let own =
                |index: &usize| here.candidate(*index).claim as usize == position && here.applies(*index);
            all.filter(own).collect()
        };
        let (ones, others) = (of(one), of(other));
        ones.iter().any(|a| others.iter().any(|b| here.dominates(*a, *b)))
    }
}

/// One point.
struct Here<'h, 'o> {
    oracle: &'h Oracle<'o>,
    point: &'h PointQuery,
}

impl<'o> Here<'_, 'o> {
    fn candidate(&self, index: usize) -> &Candidate<'o> {
        &self.oracle.cast.candidates[index]
    }

    fn claim(&self, index: usize) -> &'o Claim {
        &self.oracle.claims[self.candidate(index).claim as usize]
    }

    /// What stands directly over a candidate: annulling it or not.
    fn over(&self, index: usize, annuls: bool) -> Vec<usize> {
        let links = |from: &usize| self.oracle.cast.out.get(*from).into_iter().flatten();
        let leads =
            |from: &usize| links(from).any(|(to, rule)| *to as usize == index && rule.annuls() == annuls);
        (0..self.oracle.cast.candidates.len()).filter(leads).collect()
    }

    fn applies(&self, index: usize) -> bool {
        let candidate = self.candidate(index);
        let statement = &self.claim(index).statement;
        !candidate.inert
            && statement.period.contains(self.point.on)
            && (statement.when.is_always()
                || statement.when.products().iter().any(|product| self.holds(product)))
            && candidate.stands_for.is_none_or(|base| self.applies(base as usize))
    }

    fn holds(&self, product: &Product) -> bool {
        product.iter().all(|(id, tests)| {
            let dimension = self.oracle.ground.declarations().dimensions.get(id);
            let value = self.point.context.get(id);
            value.is_some_and(|value| tests.iter().all(|test| passes(dimension, test, value)))
        })
    }

    // Step 1.
    fn void(&self, index: usize) -> bool {
        self.over(index, true).into_iter().any(|by| self.applies(by) && !self.void(by))
    }

    // Step 2.
    fn displaced(&self, index: usize) -> bool {
        let displaces = |by: usize| !self.void(by) && (self.applies(by) || self.displaced(by));
        self.over(index, false).into_iter().any(displaces)
    }

    // Step 3.
    fn live(&self) -> Vec<usize> {
        let live = |index: &usize| {
            let silent = self.candidate(*index).silent;
            !silent && self.applies(*index) && !self.void(*index) && !self.displaced(*index)
        };
        (0..self.oracle.cast.candidates.len()).filter(live).collect()
    }

    // Step 4.
    fn dominates(&self, one: usize, other: usize) -> bool {
        for criterion in &self.oracle.precedence.order {
            let (better, worse) = match criterion {
                Criterion::Authority => {
                    let tier = |index: usize| self.oracle.ground.tier(self.candidate(index).source);
                    (tier(one) < tier(other), tier(one) > tier(other))
                }
                Criterion::Effective => {
                    let from = |index: usize| self.candidate(index).from;
                    (from(one) > from(other), from(one) < from(other))
                }
                Criterion::Specificity => {
                    let (ours, theirs) = (self.narrowest(one), self.narrowest(other));
                    if ours == theirs {
                        continue;
                    }
                    let beats = |some: &BTreeSet<Condition>, all: &BTreeSet<Condition>| {
                        some.iter().any(|a| all.iter().all(|b| self.more_specific(a, b)))
                    };
                    let (better, worse) = (beats(&ours, &theirs), beats(&theirs, &ours));
                    if !better && !worse {
                        return false;
                    }
                    (better, worse)
                }
                Criterion::Stated => {
                    let source = |index: usize| self.candidate(index).source;
                    let date = |index: usize| {
                        source(index)
                            .and_then(|id| self.oracle.ground.declarations().sources.get(id))
                            .and_then(|record| record.stated)
                    };
                    match (date(one), date(other)) {
                        (Some(a), Some(b)) => (a > b, a < b),
                        (None, None) if source(one).is_some() && source(one) == source(other) => continue,
                        _ => return false,
                    }
                }
                Criterion::Rank => {
                    let value = |index: usize| &self.claim(index).value;
                    let rank = |index: usize| {
                        self.oracle.precedence.rank.iter().position(|listed| listed == value(index))
                    };
                    match (rank(one), rank(other)) {
                        (Some(a), Some(b)) => (a < b, a > b),
                        (None, None) if value(one) == value(other) => continue,
                        _ => return false,
                    }
                }
            };
            if better {
                return true;
            }
            if worse {
                return false;
            }
        }
        false
    }

    /// The most specific products of a candidate that hold here.
    fn narrowest(&self, index: usize) -> BTreeSet<Condition> {
        let here: Vec<Condition> = self
            .products(index)
            .iter()
            .filter(|product| self.holds(product))
            .map(|p| self.condition(p))
            .collect();
        let narrowest =
            |condition: &&Condition| !here.iter().any(|other| self.more_specific(other, condition));
        here.iter().filter(narrowest).cloned().collect()
    }

    /// Every product of its own with every one of what it stands in for.
    fn products(&self, index: usize) -> Vec<Product> {
        let own = self.claim(index).statement.when.products();
        let own = if own.is_empty() { vec![Product::new()] } else { own.to_vec() };
        let Some(base) = self.candidate(index).stands_for else { return own };
        let base = self.products(base as usize);
        own.iter().flat_map(|a| base.iter().map(|b| [&a[..], &b[..]].concat())).collect()
    }

    /// For each dimension that counts, in the order of specificity, which values pass; a mark where the dimension is
    /// one of those compared last and together.
    fn condition(&self, product: &Product) -> Condition {
        let declarations = self.oracle.ground.declarations();
        let mut ids: Vec<_> = Vec::new();
        for id in declarations.specificity.iter().chain(declarations.dimensions.keys()) {
            if declarations.dimensions.contains_key(id) && !ids.contains(&id) {
                ids.push(id);
            }
        }
        let mut condition = Vec::new();
        for id in ids {
            let dimension = &declarations.dimensions[id];
            let values: Vec<Point> = match &dimension.shape {
                Shape::Tree(tree) => tree.nodes.iter().map(|node| Point::Word(node.name.clone())).collect(),
                Shape::Enum(values) => values.iter().map(|value| Point::Word(value.clone())).collect(),
                Shape::Bool => vec![Point::Bool(false), Point::Bool(true)],
                Shape::Number | Shape::Date | Shape::Open => continue,
            };
            let tests: Vec<&Test> =
                product.iter().filter(|(on, _)| on == id).flat_map(|(_, tests)| tests).collect();
            let passing = |value: &Point| tests.iter().all(|test| passes(Some(dimension), test, value));
            let listed = declarations.specificity.contains(id);
            condition.push((listed, values.into_iter().filter(passing).collect()));
        }
        condition
    }

    fn more_specific(&self, one: &Condition, other: &Condition) -> bool {
        let mut rest = Vec::new();
        for ((listed, ours), (_, theirs)) in one.iter().zip(other) {
            if !listed {
                rest.push((ours, theirs));
            } else if ours != theirs {
                return ours.is_subset(theirs);
            }
        }
        rest.iter().all(|(ours, theirs)| ours.is_subset(theirs))
            && rest.iter().any(|(ours, theirs)| ours != theirs)
    }

    // Steps 5 and 6.
    fn outcome(&self) -> Outcome {
        let live = self.live();
        let value = |index: usize| &self.claim(index).value;
        let winners: Vec<usize> = match self.oracle.law.cardinality {
            Cardinality::Set => live.clone(),
            Cardinality::One => {
                let free = |index: &&usize| !live.iter().any(|by| self.dominates(*by, **index));
                live.iter().filter(free).copied().collect()
            }
            Cardinality::Max | Cardinality::Min => {
                let better = match self.oracle.law.cardinality {
                    Cardinality::Max => std::cmp::Ordering::Greater,
                    _ => std::cmp::Ordering::Less,
                };
                let beaten = |index: &usize| {
                    let beats = |by: &usize| magnitude::compare(value(*by), value(*index)) == Some(better);
                    live.iter().any(beats)
                };
                live.iter().filter(|index| !beaten(index)).copied().collect()
            }
        };
        let claims: BTreeSet<u32> = winners.iter().map(|index| self.candidate(*index).claim).collect();
        let claims: Vec<u32> = claims.into_iter().collect();
        let differ = winners.iter().any(|index| value(*index) != value(winners[0]));
        match self.oracle.law.cardinality {
            _ if claims.is_empty() => Outcome::Gap,
            Cardinality::Set => Outcome::Fact(claims),
            _ if differ => Outcome::Conflict(claims),
            _ => Outcome::Fact(claims),
        }
    }
}

/// Whether the dimension is compared on its own, and the values that pass; one entry a dimension.
type Condition = Vec<(bool, BTreeSet<Point>)>;

/// Whether `value` passes `test`.
fn passes(dimension: Option<&Dimension>, test: &Test, value: &Point) -> bool {
    match test {
        Test::In(points) => points.iter().any(|point| is(dimension, point, value)),
        Test::NotIn(points) => !points.iter().any(|point| is(dimension, point, value)),
        Test::Range(Range { low, high }) => {
            let above = |low: &Bound| value > &low.at || (low.inclusive && value == &low.at);
            let below = |high: &Bound| value < &high.at || (high.inclusive && value == &high.at);
            low.as_ref().is_none_or(above) && high.as_ref().is_none_or(below)
        }
    }
}

/// Whether `value` is what is written as `point`, or lies under it.
fn is(dimension: Option<&Dimension>, point: &Point, value: &Point) -> bool {
    let (Some(dimension), Point::Word(written), Point::Word(word)) = (dimension, point, value) else {
        return point == value;
    };
    let member = |matches: &dyn Fn(&str) -> bool| {
        dimension.sets.get(written).is_some_and(|members| members.iter().any(|member| matches(member)))
    };
    match &dimension.shape {
        Shape::Tree(tree) => {
            let known = |name: &str| tree.nodes.iter().any(|node| node.name == name);
            match written.strip_prefix('=') {
                Some(alone) => alone == word,
                None if known(written) => under(tree, word, written),
                None => member(&|name| under(tree, word, name)),
            }
        }
        Shape::Enum(values) if !values.contains(written) => member(&|name| name == word),
        _ => written == word,
    }
}

/// Whether the node `name` is `top` or lies anywhere below it.
fn under(tree: &Tree, name: &str, top: &str) -> bool {
    let mut node = tree.nodes.iter().find(|node| node.name == name);
    while let Some(at) = node {
        if at.name == top {
            return true;
        }
        node = at.parent.map(|parent| &tree.nodes[parent as usize]);
    }
    false
}

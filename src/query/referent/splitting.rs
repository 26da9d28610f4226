//! The one question that tells the bearers of a name apart best.
//!
//! Of every dimension by which some of them are conditional, the values that matter are tried: the dimension wins whose
//! values leave the fewest bearers in the worst case; ties go to the declared order of dimensions, then to the id. Where
//! no dimension tells them apart, their kinds may, or their types; else which of them is meant is the question.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::Asking;
use super::bearing::Bearer;
use crate::claim::{Bound, Dimension, Point, Range, Shape, Subject, Test, Tree, Value, When};
use crate::query::QueryError;
use crate::snapshot::{At, Bears};

/// What to ask next.
#[derive(Clone, PartialEq, Debug)]
pub struct NameAsk {
    /// By what the bearers are told apart.
    pub by: By,
    /// What may be answered.
    pub choices: Vec<Choice>,
}

/// By what bearers of a name are told apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum By {
    /// A dimension of the context.
    Dimension(SmolStr),
    /// The kind of subject.
    Kind,
    /// The type of subject.
    Type,
    /// Nothing but themselves.
    Subject,
}

/// An answer to the question, and what it leaves.
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    /// A condition on the dimension.
    pub when: When,
    /// Of no dimension: the kind, the type or the address.
    pub word: Option<SmolStr>,
    /// The bearers that are left.
    pub subjects: Vec<Subject>,
}

/// Bearers that are told apart. More are too many to be asked about.
const MOST_BEARERS: usize = 64;

/// Values of a dimension that are tried.
const MOST_VALUES: usize = 256;

/// A word of an open dimension that nobody uses.
const ELSE: &str = "\u{1}";

impl Asking<'_, '_> {
    /// What to ask about these bearers; `None` where one is left that bears the name in no other case than it is known.
    pub(super) fn split(&self, bearers: &[Bearer<'_>]) -> Result<Option<NameAsk>, QueryError> {
        let bearers = &bearers[..bearers.len().min(MOST_BEARERS)];
        let declarations = self.reading.declarations;
        let rank = |id: &SmolStr| {
            declarations.specificity.iter().position(|listed| listed == id).unwrap_or(usize::MAX)
        };
        let mut best: Option<((usize, usize, SmolStr), Vec<Choice>)> = None;
        for (id, mentioned) in mentioned(bearers) {
            let Some(dimension) = declarations.dimensions.get(&id) else { continue };
            let choices = self.choices(&id, dimension, &mentioned, bearers)?;
            let worst = choices.iter().map(|choice| choice.subjects.len()).max().unwrap_or(0);
            let key = (worst, rank(&id), id);
            if choices.len() > 1 && best.as_ref().is_none_or(|(least, _)| key < *least) {
                best = Some((key, choices));
            }
        }
        if let Some(((worst, _, id), choices)) = best
            && (worst < bearers.len() || bearers.len() == 1)
        {
            return Ok(Some(NameAsk { by: By::Dimension(id), choices }));
        }
        let by_kind = by_word(bearers, |bearer| Ok(SmolStr::new(bearer.subject.kind())))?;
        if by_kind.len() > 1 {
            return Ok(Some(NameAsk { by: By::Kind, choices: by_kind }));
        }
        let none = SmolStr::new_static("none");
        let of_type = |bearer: &Bearer<'_>| {
            Ok(match self.holds(&bearer.subject, "type")? {
                Some(Value::Text(word)) => word,
                Some(Value::Ref(subject)) => SmolStr::new(subject.id()),
                _ => none.clone(),
            })
        };
        let by_type = by_word(bearers, of_type)?;
        let known = by_type.iter().all(|choice| choice.word.as_ref() != Some(&none));
        if by_type.len() > 1 && known {
            return Ok(Some(NameAsk { by: By::Type, choices: by_type }));
        }
        let choices = by_word(bearers, |bearer| Ok(SmolStr::new(bearer.subject.as_str())))?;
        Ok((choices.len() > 1).then_some(NameAsk { by: By::Subject, choices }))
    }

    /// What may be known of a dimension, by which bearers it leaves. In the order of the first value of each.
    fn choices(
        &self,
        id: &SmolStr,
        dimension: &Dimension,
        mentioned: &BTreeSet<Test>,
        bearers: &[Bearer<'_>],
    ) -> Result<Vec<Choice>, QueryError> {
        let mut groups: Vec<(Vec<usize>, Vec<Test>)> = Vec::new();
        for (test, sample) in samples(dimension, mentioned) {
            let mut context = self.context.clone();
            context.push((id.clone(), sample));
            let at = At { on: Some(self.question.on), context: &context };
            let mut left = Vec::new();
            for (number, bearer) in bearers.iter().enumerate() {
                for claim in &bearer.claims {
                    if claim.bears_at(&at)? != Bears::No {
                        left.push(number);
                        break;
                    }
                }
            }
            match groups.iter_mut().find(|(known, _)| *known == left) {
                Some((_, tests)) => tests.push(test),
                None => groups.push((left, vec![test])),
            }
        }
        // What leaves nobody is no help, unless there is but one to ask for.
        groups.retain(|(left, _)| !left.is_empty() || bearers.len() == 1);
        let condition = |tests: Vec<Test>| {
            let tests = joined(tests, dimension).into_iter();
            When::any_of(tests.map(|test| vec![(id.clone(), vec![test])]).collect())
        };
        let choice = |(left, tests): (Vec<usize>, Vec<Test>)| Choice {
            when: condition(tests),
            word: None,
            subjects: left.iter().map(|at| bearers[*at].subject.clone()).collect(),
        };
        Ok(groups.into_iter().map(choice).collect())
    }
}

/// What the regions of bearers say of each dimension.
fn mentioned(bearers: &[Bearer<'_>]) -> BTreeMap<SmolStr, BTreeSet<Test>> {
    let mut mentioned: BTreeMap<SmolStr, BTreeSet<Test>> = BTreeMap::new();
    let products = bearers.iter().flat_map(|bearer| bearer.region.products());
    for (id, tests) in products.flatten() {
        mentioned.entry(id.clone()).or_default().extend(tests.iter().cloned());
    }
    mentioned
}

/// What to try of a dimension: conditions, each with a value that fulfils it and none of those before it.
fn samples(dimension: &Dimension, mentioned: &BTreeSet<Test>) -> Vec<(Test, Point)> {
    let mut points: BTreeSet<Point> = BTreeSet::new();
    let mut tests: Vec<(Test, Point)> = Vec::new();
    for test in mentioned {
        match test {
            Test::In(all) | Test::NotIn(all) => points.extend(all.iter().cloned()),
            Test::Range(range) => tests.extend(inside(range).map(|point| (test.clone(), point))),
        }
    }
    let others: Vec<Point> = match &dimension.shape {
        Shape::Bool => vec![Point::Bool(false), Point::Bool(true)],
        Shape::Enum(values) => values.iter().cloned().map(Point::Word).collect(),
        Shape::Tree(tree) => tree.nodes.iter().map(|node| Point::Word(node.name.clone())).collect(),
        Shape::Open | Shape::Number | Shape::Date => Vec::new(),
    };
    let single = |point: Point| (Test::In(vec![point.clone()]), point);
    tests.extend(points.iter().take(MOST_VALUES).cloned().map(single));
    let rest = others.into_iter().filter(|point| !points.contains(point));
    tests.extend(rest.take(MOST_VALUES).map(single));
    if matches!(dimension.shape, Shape::Open) && !points.is_empty() {
        tests.push((Test::NotIn(points.into_iter().collect()), Point::Word(SmolStr::new_static(ELSE))));
    }
    tests
}

/// A value in a range.
fn inside(range: &Range) -> Option<Point> {
    let within = |bound: &Bound, step: i32| match &bound.at {
        at if bound.inclusive => Some(at.clone()),
        Point::Number(number) => Some(Point::Number(number + rust_decimal::Decimal::from(step))),
        Point::Date(date) if step > 0 => date.tomorrow().ok().map(Point::Date),
        Point::Date(date) => date.yesterday().ok().map(Point::Date),
        Point::Word(_) | Point::Bool(_) => None,
    };
    match (&range.low, &range.high) {
        (Some(low), _) => within(low, 1),
        (None, Some(high)) => within(high, -1),
        (None, None) => None,
    }
}

/// Conditions that any of fulfils, as few as say the same: of a tree no node below another.
fn joined(tests: Vec<Test>, dimension: &Dimension) -> Vec<Test> {
    let mut words = Vec::new();
    let mut rest = Vec::new();
    for test in tests {
        match test {
            Test::In(points) => words.extend(points),
            other => rest.push(other),
        }
    }
    if let Shape::Tree(tree) = &dimension.shape {
        let all = words.clone();
        words.retain(|point| !above(tree, point).any(|node| all.contains(&node)));
    }
    if !words.is_empty() {
        rest.insert(0, Test::In(words));
    }
    rest
}

/// The nodes above one.
fn above<'t>(tree: &'t Tree, point: &Point) -> impl Iterator<Item = Point> + use<'t> {
    let name = match point {
        Point::Word(word) => word.trim_start_matches('='),
        _ => "",
    };
    let mut at = tree.nodes.iter().position(|node| node.name == name);
    std::iter::from_fn(move || {
        at = tree.nodes.get(at?)?.parent.map(|parent| parent as usize);
        Some(Point::Word(tree.nodes.get(at?)?.name.clone()))
    })
}

/// The bearers by a word that each has.
fn by_word(
    bearers: &[Bearer<'_>],
    word: impl Fn(&Bearer<'_>) -> Result<SmolStr, QueryError>,
) -> Result<Vec<Choice>, QueryError> {
    let mut words: BTreeMap<SmolStr, Vec<Subject>> = BTreeMap::new();
    for bearer in bearers {
        words.entry(word(bearer)?).or_default().push(bearer.subject.clone());
    }
    let choice = |(word, subjects): (SmolStr, Vec<Subject>)| Choice {
        when: When::always(),
        word: Some(word),
        subjects,
    };
    Ok(words.into_iter().map(choice).collect())
}

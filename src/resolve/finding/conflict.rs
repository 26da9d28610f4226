//! `conflict`: claims that differ, and nothing that says which one holds.

use std::collections::{BTreeMap, BTreeSet};

use super::Review;
use super::words::{handle, label_each, quote, with_line};
use crate::claim::{Claim, Criterion, Point, Test, When};
use crate::diagnostic::{Finding, codes};
use crate::resolve::decision::Outcome;
use crate::resolve::dominance::Relation;
use crate::resolve::explain::View;
use crate::resolve::region::Region;
use crate::resolve::witness;

/// One finding for claims that are at odds with each other anywhere, directly or through others.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let conflicts = |outcome: &Outcome| matches!(outcome, Outcome::Conflict(_));
    if !review.tree.outcomes.iter().any(conflicts) {
        return;
    }
    for claims in quarrels(review) {
        if !claims.iter().any(|claim| review.faulty[*claim as usize]) {
            found.push(finding(review, &claims));
        }
    }
}

/// Sets of claims in conflict, joined where they share a claim, in the order of their first claim.
fn quarrels(review: &Review<'_, '_>) -> Vec<Vec<u32>> {
    let mut leader: Vec<u32> = (0..review.layout.claims.len() as u32).collect();
    fn find(leader: &mut [u32], mut claim: u32) -> u32 {
        while leader[claim as usize] != claim {
            leader[claim as usize] = leader[leader[claim as usize] as usize];
            claim = leader[claim as usize];
        }
        claim
    }
    let mut involved = BTreeSet::new();
    for outcome in &review.tree.outcomes {
        let Outcome::Conflict(claims) = outcome else { continue };
        involved.extend(claims.iter().copied());
        for pair in claims.windows(2) {
            let (a, b) = (find(&mut leader, pair[0]), find(&mut leader, pair[1]));
            leader[a.max(b) as usize] = a.min(b);
        }
    }
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for claim in involved {
        groups.entry(find(&mut leader, claim)).or_default().push(claim);
    }
    groups.into_values().collect()
}

fn finding(review: &Review<'_, '_>, quarrel: &[u32]) -> Finding {
    let layout = review.layout;
    let claims = layout.claims;
    let here = |outcome: u32| match &review.tree.outcomes[outcome as usize] {
        Outcome::Conflict(claims) => quarrel.binary_search(&claims[0]).is_ok(),
        _ => false,
    };
    let (place, count) = witness::first_leaf(&review.tree.root, &layout.universe.lengths(), None, &here);
    let place = place.unwrap_or_default();
    let ticks = witness::corner(layout.universe.axes().len(), &place);
    let view = View::new(layout, &ticks);
    let at_odds = match &view.outcome {
        Outcome::Conflict(claims) => claims.clone(),
        _ => quarrel.to_vec(),
    };
    let value = |position: &u32| layout.values[*position as usize];
    let one = at_odds[0];
    let other = at_odds.iter().copied().find(|position| value(position) != value(&one)).unwrap_or(one);
    let answers: BTreeSet<u32> = at_odds.iter().map(value).collect();
    let message = format!(
        "`{}` has {} answers {}: {}",
        claims[0].slot,
        answers.len(),
        witness::clause(&layout.universe, &place),
        why(&view, review, one, other)
    );
    let mut shown = vec![one, other];
    shown.extend(quarrel.iter().filter(|claim| ![one, other].contains(claim)));
    let says = |position: u32| {
        let claim = &claims[position as usize];
        let source = claim.statement.source.as_ref();
        let source = source.map_or(String::new(), |id| format!(", by source `{id}`"));
        format!("says {}{source}", quote(&claim.value))
    };
    let mut finding = Finding::placeless(&codes::CONFLICT, message);
    finding = label_each(finding, claims, &shown, says);
    let more = if count > 1 { format!(" (so in {} further cases)", count - 1) } else { String::new() };
    finding =
        finding.help(format!("decide which one holds with one of these lines, or correct the other{more}"));
    fixes(review, one, other)
        .into_iter()
        .fold(finding, |finding, (title, toml, at)| with_line(finding, claims, at, title, &toml))
}

/// By each criterion up to the one that stops: why neither is the stronger.
fn why(view: &View<'_, '_>, review: &Review<'_, '_>, one: u32, other: u32) -> String {
    let layout = review.layout;
    if layout.extreme().is_some() {
        return "their values can't be compared".to_owned();
    }
    let stop = view.compare(one, other);
    let (precedence, _) = layout.ground.precedence(&layout.claims[0].slot, layout.law);
    let mut words = Vec::new();
    for criterion in &precedence.order {
        if let Some((_, Relation::Incomparable)) = stop.filter(|(at, _)| at == criterion) {
            words.push(incomparable(*criterion).to_owned());
            break;
        }
        words.push(equal(*criterion, review, one));
    }
    if words.is_empty() { "nothing weighs them".to_owned() } else { words.join(", ") }
}

fn equal(criterion: Criterion, review: &Review<'_, '_>, claim: u32) -> String {
    let layout = review.layout;
    let candidate = layout.cast.of(claim).next().map(|index| &layout.cast.candidates[index as usize]);
    match criterion {
        Criterion::Authority => {
            let tier = layout.ground.tier(candidate.and_then(|candidate| candidate.source));
            match layout.ground.declarations().tiers.get(tier as usize) {
                Some(tier) => format!("same tier (`{tier}`)"),
                None if candidate.is_none_or(|candidate| candidate.source.is_none()) => {
                    "no source".to_owned()
                }
                None => "no source with a tier".to_owned(),
            }
        }
        Criterion::Specificity => "same condition".to_owned(),
        Criterion::Effective => match candidate.and_then(|candidate| candidate.from) {
            Some(day) => format!("same start ({day})"),
            None => "no `from`".to_owned(),
        },
        Criterion::Stated => "sources of the same date".to_owned(),
        Criterion::Rank => "same rank".to_owned(),
    }
}

fn incomparable(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Authority | Criterion::Effective => "not to be compared",
        Criterion::Specificity => "neither condition lies inside the other",
        Criterion::Stated => "not both sources have a date (`stated`)",
        Criterion::Rank => "not both values are in the declared `rank`",
    }
}

/// The smallest edits that would settle it: title, TOML, and beside which claim.
fn fixes(review: &Review<'_, '_>, one: u32, other: u32) -> Vec<(String, String, u32)> {
    let claims = review.layout.claims;
    let value = |position: u32| quote(&claims[position as usize].value);
    let (one, other) = newer_first(claims, one, other);
    let mut fixes = Vec::new();
    for (winner, loser) in [(one, other), (other, one)] {
        if claims[winner as usize].statement.correction.is_some() {
            continue; // A correction says what it corrects, and nothing else of the kind.
        }
        let toml = format!("supersedes = \"{}\"", handle(claims, loser));
        fixes.push((format!("if {} holds in place of the other", value(winner)), toml, winner));
    }
    for (inner, outer) in [(one, other), (other, one)] {
        if is_inside(review, inner, outer) {
            let toml = format!("exception-to = \"{}\"", handle(claims, outer));
            fixes.push((format!("if {} is an exception to the other", value(inner)), toml, inner));
        }
    }
    for (inner, outer) in [(one, other), (other, one)] {
        let (inner_when, outer_when) =
            (&claims[inner as usize].statement.when, &claims[outer as usize].statement.when);
        if let Some(rest) = outer_when.is_always().then(|| opposite(inner_when)).flatten() {
            fixes.push((format!("if {} holds everywhere else", value(outer)), rest, outer));
        }
    }
    let from = |position: u32| claims[position as usize].statement.period.from;
    if let Some(day) = from(one).filter(|_| from(one) > from(other)) {
        fixes.push((
            format!("if {} ends when the other begins", value(other)),
            format!("until = {day}"),
            other,
        ));
    }
    fixes
}

/// The claim that starts later first.
fn newer_first(claims: &[Claim], one: u32, other: u32) -> (u32, u32) {
    let from = |position: u32| claims[position as usize].statement.period.from;
    if from(other) > from(one) { (other, one) } else { (one, other) }
}

/// Whether `inner` speaks only where `outer` does, and not the other way round.
fn is_inside(review: &Review<'_, '_>, inner: u32, outer: u32) -> bool {
    let layout = review.layout;
    let regions = |position: u32| {
        let candidates = layout.cast.of(position);
        candidates.flat_map(|candidate| layout.regions_of(candidate)).collect::<Vec<_>>()
    };
    let inside = |inner: &[&Region], outer: &[&Region]| {
        inner.iter().all(|region| outer.iter().any(|other| region.is_inside(other)))
    };
    let (inner, outer) = (regions(inner), regions(outer));
    inside(&inner, &outer) && !inside(&outer, &inner)
}

/// `when = { department = { not = "support" } }`: where a condition on one dimension does not hold.
fn opposite(when: &When) -> Option<String> {
    let [product] = when.products() else { return None };
    let [(dimension, tests)] = &product[..] else { return None };
    let [Test::In(points)] = &tests[..] else { return None };
    let word = |point: &Point| match point {
        Point::Word(word) => Some(format!("\"{word}\"")),
        _ => None,
    };
    let words: Vec<String> = points.iter().map(word).collect::<Option<_>>()?;
    let not = match &words[..] {
        [only] => only.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    Some(format!("when = {{ {dimension} = {{ not = {not} }} }}"))
}

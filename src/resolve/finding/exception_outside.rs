//! `exception-outside`: an exception that speaks where the rule it is an exception to does not.

use super::Review;
use super::words::quote;
use crate::diagnostic::{Finding, codes};
use crate::resolve::edges::Rule;
use crate::resolve::region::{Region, uncovered};
use crate::resolve::witness;

/// One finding an exception; and one a correction that never meets what it corrects.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let layout = review.layout;
    let lengths = layout.universe.lengths();
    for (index, candidate) in (0..).zip(&layout.cast.candidates) {
        if review.faulty[candidate.claim as usize] {
            continue;
        }
        if candidate.stands_for.is_some() {
            meets_nothing(review, index, candidate.claim, found);
            continue;
        }
        let links = layout.cast.out[index as usize].iter();
        let rules: Vec<u32> =
            links.filter(|(_, rule)| *rule == Rule::ExceptionTo).map(|(to, _)| *to).collect();
        if rules.is_empty() {
            continue;
        }
        let cover: Vec<&Region> = rules.iter().flat_map(|rule| layout.regions_of(*rule)).collect();
        let outside = layout.regions_of(index).iter().find_map(|region| uncovered(region, &cover, &lengths));
        if let Some(place) = outside {
            let place = witness::clause(&layout.universe, &place);
            found.push(finding(review, candidate.claim, &rules, &place));
        }
    }
}

fn finding(review: &Review<'_, '_>, exception: u32, rules: &[u32], place: &str) -> Finding {
    let layout = review.layout;
    let claim = &layout.claims[exception as usize];
    let message =
        format!("an exception of `{}` also speaks {place}, where there is no rule to except", claim.slot);
    let label = format!("{} is to be the exception", quote(&claim.value));
    let mut finding = Finding::new(&codes::EXCEPTION_OUTSIDE, message, claim.origin, label);
    let of = |rule: &u32| &layout.claims[layout.cast.candidates[*rule as usize].claim as usize];
    for rule in rules.iter().take(3).map(of) {
        finding = finding.label(rule.origin, format!("{} is the rule", quote(&rule.value)));
    }
    let starts = rules.iter().map(|rule| of(rule).statement.period.from).min().flatten();
    let ends = rules.iter().map(|rule| of(rule).statement.period.until).collect::<Option<Vec<_>>>();
    let ends = ends.and_then(|ends| ends.into_iter().max());
    let own = &claim.statement.period;
    finding = finding.help("narrow the exception to where the rule speaks, or say it in an `also` block");
    if let Some(day) = starts.filter(|day| own.from.is_none_or(|from| from < *day)) {
        finding =
            finding.fix(let_it("start", own.from.is_some()), format!("from = {day}"), Some(claim.origin));
    }
    if let Some(day) = ends.filter(|day| own.until.is_none_or(|until| until > *day)) {
        finding =
            finding.fix(let_it("end", own.until.is_some()), format!("until = {day}"), Some(claim.origin));
    }
    finding
}

/// What a day to add, or to put in the place of another, means.
fn let_it(what: &str, instead: bool) -> String {
    let instead = if instead { ", in place of the day it has" } else { "" };
    format!("let it {what} with the rule{instead}")
}

fn meets_nothing(review: &Review<'_, '_>, index: u32, position: u32, found: &mut Vec<Finding>) {
    let layout = review.layout;
    let all_empty = || layout.cast.of(position).all(|index| layout.regions_of(index).is_empty());
    // One finding a claim, at its first candidate.
    if layout.cast.of(position).next() != Some(index) || !all_empty() {
        return;
    }
    let candidate = &layout.cast.candidates[index as usize];
    if candidate.inert {
        return;
    }
    let claim = &layout.claims[position as usize];
    let message = format!("a correction of `{}` speaks only where what it corrects does not", claim.slot);
    let mut finding =
        Finding::new(&codes::EXCEPTION_OUTSIDE, message, claim.origin, "never corrects anything");
    if let Some(base) = candidate.stands_for {
        let base = &layout.claims[layout.cast.candidates[base as usize].claim as usize];
        finding = finding.label(base.origin, "what it corrects");
    }
    found.push(finding.help(
        "widen its `when`, `from` and `until`, or leave them out: it then holds where that claim held",
    ));
}

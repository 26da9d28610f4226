//! `stale-exception`: an exception that is older than the rule it still beats.

use super::Review;
use super::words::{digits, quote};
use crate::diagnostic::{Finding, codes};
use crate::resolve::edges::Rule;

/// One finding an exception, against the newest rule it displaces.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let layout = review.layout;
    let candidates = &layout.cast.candidates;
    for (index, candidate) in (0..).zip(candidates) {
        if candidate.stands_for.is_some() || review.faulty[candidate.claim as usize] {
            continue;
        }
        let links = layout.cast.out[index as usize].iter();
        let rules: Vec<u32> =
            links.filter(|(_, rule)| *rule == Rule::ExceptionTo).map(|(to, _)| *to).collect();
        let from = |candidate: u32| candidates[candidate as usize].from;
        // One that is older than every rule speaks where there is none: that is a finding of its own.
        if rules.iter().all(|rule| from(*rule) > candidate.from) {
            continue;
        }
        let meets = |to: u32| {
            let own = layout.regions_of(index);
            layout.regions_of(to).iter().any(|rule| own.iter().any(|region| region.meets(rule)))
        };
        let newer = rules.into_iter().filter(|to| from(*to) > candidate.from && meets(*to));
        let newest =
            newer.max_by_key(|to| (candidates[*to as usize].from, u32::MAX - candidates[*to as usize].claim));
        let Some(newest) = newest else { continue };
        let (rule, from) = (candidates[newest as usize].claim, candidates[newest as usize].from);
        let claim = &layout.claims[candidate.claim as usize];
        let rule_claim = &layout.claims[rule as usize];
        let reviewed = &claim.statement.reviewed_against;
        if reviewed.as_ref().is_some_and(|prefix| rule_claim.hash.starts_with(prefix.trim_start_matches('~')))
        {
            continue;
        }
        let since = |day: Option<jiff::civil::Date>| match day {
            Some(day) => format!("holds since {day}"),
            None => "says no `from`".to_owned(),
        };
        let message = format!("an exception of `{}` is older than the rule it beats", claim.slot);
        let label = format!("{} {}", quote(&claim.value), since(candidate.from));
        found.push(
            Finding::new(&codes::STALE_EXCEPTION, message, claim.origin, label)
                .label(rule_claim.origin, format!("{} {}", quote(&rule_claim.value), since(from)))
                .help("check that the exception was meant to outlive the new rule, and say so with the line below")
                .fix(
                    "if the exception still stands",
                    format!("reviewed-against = \"{}\"", digits(layout.claims, rule)),
                    Some(claim.origin),
                ),
        );
    }
}

//! `lower-tier-wins`: a claim or source that displaces another of a higher tier.

use super::Review;
use super::cycle::supersedes;
use super::words::quote;
use crate::claim::Claim;
use crate::diagnostic::{Finding, codes};
use crate::resolve::edges::Rule;
use crate::resolve::ground::Ground;

/// One finding a claim that stands over one of a higher tier by its own word.
pub fn find(review: &Review<'_, '_>, found: &mut Vec<Finding>) {
    let layout = review.layout;
    let candidates = &layout.cast.candidates;
    let mut told = vec![false; layout.claims.len()];
    for (index, candidate) in (0..).zip(candidates) {
        let own = layout.ground.tier(candidate.source);
        let higher = layout.cast.out[index as usize].iter().find(|(to, rule)| {
            let meets = || {
                let regions = layout.regions_of(*to).iter();
                regions
                    .into_iter()
                    .any(|other| layout.regions_of(index).iter().any(|region| region.meets(other)))
            };
            // Of sources it is said once, where they are declared.
            *rule != Rule::SourceSupersedes
                && layout.ground.tier(candidates[*to as usize].source) < own
                && meets()
        });
        let Some((to, rule)) = higher else { continue };
        if std::mem::replace(&mut told[candidate.claim as usize], true) {
            continue;
        }
        let claim = &layout.claims[candidate.claim as usize];
        let over = &candidates[*to as usize];
        let message = format!(
            "`{}`: a claim of tier `{}` displaces one of tier `{}`",
            claim.slot,
            layout.ground.tier_name(own),
            layout.ground.tier_name(layout.ground.tier(over.source)),
        );
        let (label, help) = match rule {
            Rule::Retracts => {
                ("retracts it".to_owned(), "name a `source` of at least that tier that says so")
            }
            _ => (
                format!("{} takes its place", quote(&claim.value)),
                "name a `source` of at least that tier that allows it",
            ),
        };
        let displaced = &layout.claims[over.claim as usize];
        found.push(
            Finding::new(&codes::LOWER_TIER_WINS, message, claim.origin, label)
                .label(displaced.origin, format!("{} gives way", quote(&displaced.value)))
                .help(help),
        );
    }
}

/// One finding a source that supersedes another of a higher tier. `claims` are all claims, sorted by slot.
pub fn of_sources(ground: &Ground<'_>, claims: &[Claim], found: &mut Vec<Finding>) {
    let sources = &ground.declarations().sources;
    for (id, record) in sources {
        let tier = ground.tier(Some(id));
        let higher = record.supersedes.iter().find(|older| ground.tier(Some(older)) < tier);
        let Some(older) = higher else { continue };
        let message = format!(
            "`source/{id}` of tier `{}` supersedes `source/{older}` of tier `{}`",
            ground.tier_name(tier),
            ground.tier_name(ground.tier(Some(older))),
        );
        let finding = match supersedes(claims, id) {
            Some(origin) => Finding::new(&codes::LOWER_TIER_WINS, message, origin, "superseded here"),
            None => Finding::placeless(&codes::LOWER_TIER_WINS, message),
        };
        found
            .push(finding.help("check the `authority` of both, or let a document of that tier supersede it"));
    }
}

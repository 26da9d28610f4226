//! `cycle`: claims, or sources, each of which stands over the next and so over itself.

use super::words::{handle, list, quote};
use crate::claim::{Claim, Slot, Subject};
use crate::diagnostic::{Finding, codes};
use crate::resolve::edges::Rule;
use crate::resolve::ground::Ground;
use crate::resolve::layout::Layout;
use crate::source::Origin;

/// Each claim of `path` stands over the next by its rule, the last over the first.
pub fn of_claims(layout: &Layout<'_>, path: &[(u32, Rule)]) -> Finding {
    let claims = layout.claims;
    let message = format!(
        "{} claims of `{}` each stand over the next, in a circle: none can hold",
        path.len(),
        claims[0].slot
    );
    let mut finding = Finding::placeless(&codes::CYCLE, message);
    let next = path.iter().cycle().skip(1);
    for ((from, rule), (to, _)) in path.iter().zip(next).take(super::words::MAX_LABELS) {
        let (own, over) = (&claims[*from as usize], handle(claims, *to));
        let text = match rule {
            Rule::SourceSupersedes => {
                format!("{} supersedes `{over}`, for its source supersedes the other's", quote(&own.value))
            }
            rule => format!("{} {} `{over}`", quote(&own.value), verb(*rule)),
        };
        finding = finding.label(own.origin, text);
    }
    finding.help("take out one of these lines: the claim that is to give way must not stand over the other")
}

fn verb(rule: Rule) -> &'static str {
    match rule {
        Rule::ExceptionTo => "is an exception to",
        other => other.as_str(),
    }
}

/// Sources that supersede each other, one finding a circle. `claims` are all claims, sorted by slot.
pub fn of_sources(ground: &Ground<'_>, claims: &[Claim], found: &mut Vec<Finding>) {
    if !ground.superseding {
        return;
    }
    let mut told: Vec<&str> = Vec::new();
    for id in ground.declarations().sources.keys() {
        let reached = ground.reach(id);
        if told.contains(&id.as_str()) || !reached.contains(id) {
            continue;
        }
        let circle: Vec<&str> = reached
            .iter()
            .map(|other| other.as_str())
            .filter(|other| ground.reach(other).contains(id))
            .collect();
        let names: Vec<String> = circle.iter().map(|id| format!("`source/{id}`")).collect();
        let message = match &names[..] {
            [only] => format!("{only} supersedes itself"),
            several => format!("{} supersede each other, in a circle", list(several)),
        };
        let mut finding = Finding::placeless(&codes::CYCLE, message);
        for id in circle.iter().take(super::words::MAX_LABELS) {
            if let Some(origin) = supersedes(claims, id) {
                finding = finding.label(origin, format!("`{id}` supersedes the next here"));
            }
        }
        found.push(finding.help("take one of them out of the `supersedes` of the older document"));
        told.extend(circle);
    }
}

/// Where the source `id` says what it supersedes.
pub fn supersedes(claims: &[Claim], id: &str) -> Option<Origin> {
    let slot = Slot { subject: Subject::new("source", id), attribute: "supersedes".into() };
    let at = claims.partition_point(|claim| claim.slot < slot);
    claims.get(at).filter(|claim| claim.slot == slot).map(|claim| claim.origin)
}

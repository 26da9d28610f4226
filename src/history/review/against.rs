//! What a change under way still needs, by the policies of what it is to be merged into.

use super::Reviews;
use super::judge::Need;
use crate::claim::Slot;
use crate::diagnostic::{Finding, Findings, codes};
use crate::history::Commit;
use crate::source::{ObjectId, Origin};

/// A claim that came or went.
pub struct Changed {
    /// Where it speaks.
    pub slot: Slot,
    /// Where it stands; of one that went, where its slot is still spoken of, or the knowledge itself.
    pub at: Origin,
    /// Whether it went.
    pub gone: bool,
    /// The commit that did it; `None` where nothing is committed yet.
    pub by: Option<Commit>,
}

/// Warns of changes that lack what a policy asks for, each slot and policy once. `base` is the commit that they are to be
/// merged into.
pub fn lacking(reviews: &Reviews<'_>, base: ObjectId, changes: &[Changed]) -> Findings {
    let mut findings = Findings::new();
    let mut told: Vec<(&Slot, String)> = Vec::new();
    for change in changes {
        let Some(review) = reviews.against(base, &change.slot, change.by.as_ref()) else { continue };
        for (asks, help) in review.needs.iter().filter_map(lack) {
            if told.iter().any(|(slot, known)| **slot == change.slot && *known == asks) {
                continue;
            }
            let (what, label) = match change.gone {
                true => ("is no more said as it was", "what stood here went"),
                false => ("changed", "changed here"),
            };
            let message = format!("`{}` {what}, and {asks}", change.slot);
            findings.push(Finding::new(&codes::REVIEW_MISSING, message, change.at, label).help(help));
            told.push((&change.slot, asks));
        }
    }
    findings
}

/// What is asked for and known not to be there, and what to do.
fn lack(need: &Need) -> Option<(String, &'static str)> {
    if need.met() != Some(false) {
        return None;
    }
    Some(match need {
        Need::Reviews { policy, needed, counted } => {
            let reviews = if *needed == 1 { "review" } else { "reviews" };
            (
                format!("policy `{policy}` asks for {needed} {reviews}: {counted} count"),
                "have a reviewer whom the policy names look at it: `Reviewed-by: Name <mail>` at the end of the commit's message, or a merge by them",
            )
        }
        Need::Signed { policy, .. } => (
            format!("policy `{policy}` asks for a signature that can be trusted"),
            "sign the commit: `git commit --amend --no-edit -S`",
        ),
    })
}

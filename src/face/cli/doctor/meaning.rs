//! What is wrong with the knowledge itself: names that mean several things, claims that contradict each other, what is not to be
//! used any more without a word on what to use instead, reviews that are overdue.

use std::collections::BTreeSet;

use super::Found;
use crate::claim::{Claim, Subject};
use crate::compile::Compiled;
use crate::diagnostic::{Code, codes};
use crate::face::clock::today;
use crate::face::failure::Failure;
use crate::face::knowledge::{self, Place};
use crate::face::text::shown;
use crate::face::words;
use crate::history::{Provenance, Verifier};
use crate::kind;
use crate::query::{self, Audited, Cite, Selection};
use crate::snapshot::Snapshot;
use crate::source::{ObjectId, Repository};

/// What is told by name.
const SHOWN: usize = 3;

/// Examines what is said, whoever said it.
pub(super) fn examine(compiled: &Compiled, found: &mut Found) {
    let names = [&codes::AMBIGUOUS_NAME, &codes::CONFUSABLE_NAME, &codes::LOOKALIKE_NAME];
    told(
        compiled,
        &names,
        "names",
        ("every name means one thing", "name that means several things", "names that mean several things"),
        found,
    );
    let meanings = [&codes::CONFLICT, &codes::CIRCULAR_DEFINITION, &codes::SELF_DEFINITION];
    told(
        compiled,
        &meanings,
        "meanings",
        ("nothing contradicts anything", "contradiction", "contradictions"),
        found,
    );
    deprecated(compiled, found);
}

/// How many findings of these codes there are, and what the first says.
fn told(
    compiled: &Compiled,
    of: &[&'static Code],
    name: &'static str,
    (none, one, many): (&str, &str, &str),
    found: &mut Found,
) {
    let counts = compiled.findings.counts().filter(|(code, _)| of.contains(code));
    let count = counts.map(|(_, count)| count).sum::<usize>();
    let first = compiled.findings.iter().find(|finding| of.contains(&finding.code));
    match first {
        None => found.good(name, none),
        Some(first) => {
            let detail = format!("{}; the first: {}", words::count(count, one, many), first.message);
            found.note(name, detail, "`dictum check` shows each, and what to type");
        }
    }
}

/// What is deprecated with a reason alone: nobody can follow that.
fn deprecated(compiled: &Compiled, found: &mut Found) {
    let says = |attribute: &str| -> BTreeSet<&Subject> {
        let of = |claim: &&Claim| claim.slot.attribute == attribute;
        compiled.claims.iter().filter(of).map(|claim| &claim.slot.subject).collect()
    };
    let (reasons, replaced) = (says("deprecated.reason"), says("deprecated.replaced-by"));
    let open: Vec<&&Subject> = reasons.difference(&replaced).collect();
    match &open[..] {
        [] if reasons.is_empty() && replaced.is_empty() => {}
        [] => found.good("replaced", "whatever is deprecated says what to use instead"),
        [first, ..] => {
            let detail = format!(
                "{} without a replacement: {}",
                words::count(open.len(), "subject is deprecated", "subjects are deprecated"),
                listed(open.iter().map(|subject| subject.to_string()), open.len())
            );
            let help = format!(
                "write `deprecated.replaced-by = \"…\"` in `[{}.{}]`, where there is one",
                first.kind(),
                first.id()
            );
            found.note("replaced", detail, help);
        }
    }
}

/// Examines whose reviews are overdue today. What can't be answered is told elsewhere.
pub(super) fn reviews(
    repository: &Repository,
    place: &Place,
    compiled: &Compiled,
    commit: ObjectId,
    told: &Provenance,
    found: &mut Found,
) {
    let asks =
        |claim: &Claim| claim.slot.subject.kind() == "policy" && claim.slot.attribute == "review-every";
    if !compiled.claims.iter().any(asks) {
        return;
    }
    match overdue(repository, place, compiled, commit, told) {
        Ok(overdue) if overdue.is_empty() => found.good("reviews", "none is overdue"),
        Ok(overdue) => {
            let facts = overdue.iter().map(|fact| fact.cite.pin.slot.to_string());
            let detail = format!(
                "{} for review: {}",
                words::count(overdue.len(), "fact is overdue", "facts are overdue"),
                listed(facts, overdue.len())
            );
            found.note(
                "reviews",
                detail,
                "`dictum audit` shows each with its policy; a review is a commit with `Reviewed-by`",
            );
        }
        Err(failure) => found.bad("reviews", failure.message, failure.help.unwrap_or_default()),
    }
}

fn overdue(
    repository: &Repository,
    place: &Place,
    compiled: &Compiled,
    commit: ObjectId,
    told: &Provenance,
) -> Result<Vec<Audited>, Failure> {
    let snapshot = Snapshot::from_bytes(knowledge::bytes(compiled, Some(told))?)?;
    let leans = |name: &str| kind::kind(name).is_some_and(|kind| kind.statements);
    knowledge::with_reviews(place, repository, commit, Verifier::default(), |reviews| {
        let review = |cite: &Cite| knowledge::reviewed(reviews, cite);
        let audit =
            query::Audit { selections: &[Selection::All], on: today(), review: &review, leans: &leans };
        let found = query::audit(&snapshot, &audit).map_err(Failure::from)?;
        Ok(found.facts.into_iter().filter(Audited::is_overdue).collect())
    })
}

/// The first few, and how many more.
fn listed(all: impl Iterator<Item = String>, count: usize) -> String {
    let first: Vec<String> = all.take(SHOWN).map(|one| format!("`{}`", shown(&one))).collect();
    let more = if count > SHOWN { format!(" and {} more", count - SHOWN) } else { String::new() };
    format!("{}{more}", first.join(", "))
}

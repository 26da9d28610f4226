//! `dictum check --against REV`: whether what changed since this branch left REV has the reviews that policies ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::Arguments;
use crate::claim::{Cardinality, Claim, ClaimHash, Slot};
use crate::compile::Compiled;
use crate::diagnostic::{Findings, fingerprints};
use crate::face::cli::knowledge::{Place, compile_commit, parted, provenance, revision};
use crate::face::cli::output::{Failure, Output};
use crate::face::cli::review::with_repository_reviews;
use crate::history::{Changed, Commit, Provenance, Sayer, lacking};
use crate::source::{FileId, Origin, Places, Span};

/// All findings of `now`, and what changed in it and lacks what a policy asks for; with `--changed-only` without what this
/// change has nothing to do with.
pub(super) fn findings(
    against: &str,
    arguments: &Arguments,
    place: &Place,
    now: &Compiled,
    out: &mut Output<'_>,
) -> Result<Findings, Failure> {
    let repository = place.repository.as_ref().map_err(|why| {
        Failure::new(format!("`--against {against}` needs a git repository: {why}"))
            .help("leave `--against` out")
    })?;
    let head = revision(repository, arguments.at.as_deref().unwrap_or("HEAD"))?;
    let base = parted(repository, head, revision(repository, against)?, against)?;
    let before = compile_commit(repository, place, base)?;
    let told = provenance(repository, place, now, head, true)?;
    let changes = changes(&before, now, &told);
    let lacking = with_repository_reviews(place, repository, head, &arguments.verifying, out, |reviews| {
        Ok(lacking(reviews, base, &changes))
    })?;
    let mut all = now.findings.clone();
    all.append(lacking);
    all.finish();
    // A change is not judged more mildly because it says so itself.
    let all = all.weighed(&now.config.severities.stricter(&before.config.severities));
    Ok(if arguments.changed_only { of_the_change(&all, &before, now) } else { all })
}

/// Those that stand in a file that changed, and those that were not found before: a change to one file may break another.
fn of_the_change(all: &Findings, before: &Compiled, now: &Compiled) -> Findings {
    let old = fingerprints(&before.findings, &Places::new(&before.texts));
    let old: BTreeSet<&String> = old.iter().collect();
    let prints = fingerprints(all, &Places::new(&now.texts));
    let is_changed = |file: FileId| {
        let text = now.texts.get(file);
        let former = before.texts.find(&text.path).map(|file| before.texts.get(file));
        former.is_none_or(|former| former.bytes != text.bytes)
    };
    all.only(&|at, finding| {
        let stands = finding.labels.iter().any(|label| is_changed(label.origin.file));
        stands || prints.get(at).is_none_or(|print| !old.contains(print))
    })
}

/// Claims that came, in address order, then those that went.
fn changes(before: &Compiled, now: &Compiled, told: &Provenance) -> Vec<Changed> {
    let key = |claim: &Claim| (claim.slot.clone(), claim.hash);
    let old: BTreeSet<(Slot, ClaimHash)> = before.claims.iter().map(key).collect();
    let new: BTreeSet<(Slot, ClaimHash)> = now.claims.iter().map(key).collect();
    let mut changes: Vec<Changed> = Vec::new();
    if now.texts.iter().next().is_none() {
        // No place to show anything at.
        return changes;
    }
    for claim in now.claims.iter().filter(|claim| !old.contains(&key(claim))) {
        let by = told.sayings.get(&claim.hash).and_then(|saying| commit(told, saying.said_by));
        changes.push(Changed { slot: claim.slot.clone(), at: claim.origin, gone: false, by });
    }
    // The last to take an atom away: events are in the order of the graph.
    let gone: BTreeMap<ClaimHash, u32> =
        told.events.iter().filter(|event| !event.said).map(|event| (event.atom, event.commit)).collect();
    let mut came: BTreeMap<&Slot, Vec<&Claim>> = BTreeMap::new();
    for claim in now.claims.iter().filter(|claim| !old.contains(&key(claim))) {
        came.entry(&claim.slot).or_default().push(claim);
    }
    for claim in before.claims.iter().filter(|claim| !new.contains(&key(claim))) {
        let mut others = came.get(&claim.slot).into_iter().flatten();
        if others.any(|other| takes_the_place(other, claim, before)) {
            continue;
        }
        // Still said at the head, it is taken away by what is not committed.
        let by = gone.get(&claim.hash).filter(|_| !told.sayings.contains_key(&claim.hash));
        let by = by.and_then(|index| told.commits.get(*index as usize)).cloned();
        changes.push(Changed { slot: claim.slot.clone(), at: place_of(&claim.slot, now), gone: true, by });
    }
    changes
}

/// Whether `other` now says what `claim` said, for the same case: then it is judged by who said the new.
fn takes_the_place(other: &Claim, claim: &Claim, before: &Compiled) -> bool {
    let set = before.catalog.declarations.law(claim.law).cardinality == Cardinality::Set;
    let same_case = other.statement.when == claim.statement.when
        && other.statement.period.from == claim.statement.period.from;
    !set && same_case
}

fn commit(told: &Provenance, sayer: Sayer) -> Option<Commit> {
    match sayer {
        Sayer::Known(index) => told.commits.get(index as usize).cloned(),
        Sayer::AtOrBefore(_) => None,
    }
}

/// Where a slot is spoken of now, else its subject, else the knowledge itself.
fn place_of(slot: &Slot, now: &Compiled) -> Origin {
    let same = |which: &dyn Fn(&Claim) -> bool| {
        now.claims.iter().find(|claim| which(claim)).map(|claim| claim.origin)
    };
    let nowhere = Origin { file: FileId(0), span: Span::default() };
    same(&|claim| claim.slot == *slot)
        .or_else(|| same(&|claim| claim.slot.subject == slot.subject))
        .unwrap_or(nowhere)
}

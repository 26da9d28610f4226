//! What `--history` tells beside since when an answer is the answer: where its claims come from over time.

use super::human::row;
use super::knowledge::{self, locate};
use super::output::{Failure, Output};
use crate::claim::slot_facet;
use crate::face::text::shown;
use crate::face::words;
use crate::history::{Commit, History};
use crate::query::{Answer, Lineage, lineage};

/// For each answer where its claims come from; nothing where not all of the history can be seen.
pub(super) fn lineages(answers: &[Answer], out: &Output<'_>) -> Result<Vec<Vec<Lineage>>, Failure> {
    let mut history: Option<History> = None;
    let mut told = Vec::with_capacity(answers.len());
    for answer in answers {
        let (Some(slot), Some(at)) = (&answer.slot, &answer.basis.at) else {
            told.push(Vec::new());
            continue;
        };
        if history.is_none() {
            let head = at.object().ok_or_else(|| Failure::new("a commit has an odd name"))?;
            history = Some(read(head, out)?);
        }
        let slot = history.as_ref().and_then(|history| history.slot(slot_facet(slot)));
        told.push(slot.map(|slot| lineage(answer, &slot)).unwrap_or_default());
    }
    Ok(told)
}

fn read(head: crate::source::ObjectId, out: &Output<'_>) -> Result<History, Failure> {
    let place = locate(out)?;
    let repository = place.repository.as_ref().map_err(|why| Failure::new(why.clone()))?;
    let compiled = knowledge::compile_commit(repository, &place, head)?;
    knowledge::history(repository, &place, &compiled, head, !out.global.no_cache)
}

/// For people, what isn't plain from who said it.
pub(super) fn tell(lineages: &[Lineage], out: &mut Output<'_>) {
    let several = lineages.len() > 1;
    for lineage in lineages {
        let which = if several { format!("   ~{}", lineage.pin.digits) } else { String::new() };
        for (label, says) in rows(lineage) {
            row(label, &[format!("{says}{which}")], out);
        }
    }
}

fn rows(lineage: &Lineage) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let last = lineage.stretches.last();
    let sayer = last.map(|stretch| &stretch.said_by.id);
    if let Some(commit) = lineage.value_said_by.as_ref().filter(|commit| Some(&commit.id) != sayer) {
        rows.push((
            "word said",
            format!("by {}; since then only source, id or edges changed", named(commit)),
        ));
    }
    if let Some(commit) = &lineage.settled_by {
        rows.push((
            "settled by",
            format!("{}, which merged lines that said different things", named(commit)),
        ));
    }
    if let Some(commit) = &lineage.kept_over {
        rows.push(("kept by", format!("{}, over a change on the other line", named(commit))));
    }
    if let Some(commit) = last.and_then(|stretch| stretch.restores.as_ref()) {
        rows.push(("restores", format!("what {} had said", named(commit))));
    }
    for stretch in &lineage.stretches {
        let Some(by) = &stretch.removed_by else { continue };
        let landed = stretch.removal_landed_by.as_ref().filter(|landed| landed.id != by.id);
        let landed = landed.map(|landed| format!(" (landed with {})", landed.id.short())).unwrap_or_default();
        let says = format!("said by {}, taken away by {}{landed}", named(&stretch.said_by), named(by));
        rows.push(("stood", says));
    }
    rows
}

fn named(commit: &Commit) -> String {
    let summary = shown(&commit.summary);
    format!("{}  {}  {}   {summary}", commit.id.short(), words::author_day(commit), shown(&commit.author))
}

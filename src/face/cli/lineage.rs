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

/// The history of the knowledge of `head`.
pub(super) fn read(head: crate::source::ObjectId, out: &Output<'_>) -> Result<History, Failure> {
    let place = locate(out)?;
    let repository = place.repository.as_ref().map_err(|why| Failure::new(why.clone()))?;
    let compiled = knowledge::compile_commit(repository, &place, head)?;
    knowledge::history(repository, &place, &compiled, head, !out.global.no_cache)
}

/// For people, what isn't plain from who said it.
pub(super) fn tell(lineages: &[Lineage], out: &mut Output<'_>) {
    let several = lineages.len() > 1;
    for lineage in lineages {
        for (label, mut lines) in rows(lineage) {
            if let (true, Some(last)) = (several, lines.last_mut()) {
                last.push_str(&format!("   ~{}", lineage.pin.digits));
            }
            row(label, &lines, out);
        }
    }
}

fn rows(lineage: &Lineage) -> Vec<(&'static str, Vec<String>)> {
    let mut rows = Vec::new();
    let last = lineage.stretches.last();
    let sayer = last.map(|stretch| &stretch.said_by.id);
    let mut commit = |label, commit: Option<&Commit>, what: &str| {
        rows.extend(commit.map(|commit| (label, vec![named(commit), what.to_owned()])));
    };
    let value = lineage.value_said_by.as_ref().filter(|commit| Some(&commit.id) != sayer);
    commit("value by", value, "since then only its source, id or edges changed");
    commit("settled by", lineage.settled_by.as_ref(), "which merged lines that said different things");
    commit(
        "kept by",
        lineage.kept_over.as_ref(),
        "which merged a line that had changed it, and left it as it was",
    );
    let restored = last.and_then(|stretch| stretch.restores.as_ref());
    commit("restores", restored, "which said the same before");
    for stretch in &lineage.stretches {
        let Some(by) = &stretch.removed_by else { continue };
        let landed = stretch.removal_landed_by.as_ref().filter(|landed| landed.id != by.id);
        let landed = landed.map(|landed| format!(" (landed with {})", landed.id.short())).unwrap_or_default();
        rows.push((
            "stood",
            vec![format!("since {}", named(&stretch.said_by)), format!("until {}{landed}", named(by))],
        ));
    }
    rows
}

fn named(commit: &Commit) -> String {
    let summary = shown(&commit.summary);
    format!("{}  {}  {}   {summary}", commit.id.short(), words::author_day(commit), shown(&commit.author))
}

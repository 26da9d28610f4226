//! What is shown between the lines: which of several claims answers, and above a subject who said it and how well it is looked
//! after.

use std::collections::BTreeMap;
use std::ops::Range;

use gen_lsp_types::{CodeLens, Command, InlayHint, Label};

use super::mention::subject_of;
use super::past::Committed;
use super::position::{Lined, Units};
use super::syntax::entries;
use super::world::World;
use crate::claim::{Cardinality, Claim, Subject};
use crate::face::{text as shown, words};
use crate::history::Reviewed;
use crate::query::Origin;
use crate::resolve::{Decided, Outcome};
use crate::source::FileId;

/// Beside each claim of `file` within `range` that has others beside it: whether it answers.
pub(super) fn hints(
    world: &World,
    file: FileId,
    text: &str,
    range: &Range<usize>,
    units: Units,
) -> Vec<InlayHint> {
    let lined = Lined::new(text.as_bytes(), units);
    let within = |claim: &&Claim| {
        let span = claim.origin.span;
        claim.origin.file == file && range.start <= span.end as usize && span.start as usize <= range.end
    };
    let mut hints = Vec::new();
    for claim in world.compiled().claims.iter().filter(within) {
        let Some(told) = standing(world, claim) else { continue };
        let end = claim.origin.span.end as usize;
        let line = text[end..].find(['\n', '\r']).map_or(text.len(), |newline| end + newline);
        hints.push((line, told));
    }
    hints.sort();
    let hint = |(at, told)| InlayHint {
        position: lined.position(at),
        label: Label::String(told),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    hints.into_iter().map(hint).collect()
}

/// Whether a claim answers; `None` where it is the only one, or every one does.
fn standing(world: &World, claim: &Claim) -> Option<String> {
    let (claims, decided) = world.slot(&claim.slot)?;
    let law = world.catalog().declarations.law(claim.law);
    if claims.len() < 2 || law.cardinality == Cardinality::Set {
        return None;
    }
    let own = claims.iter().position(|other| other.hash == claim.hash)? as u32;
    let answers = |outcome: &Outcome| matches!(outcome, Outcome::Fact(facts) if facts.contains(&own));
    let contested = |outcome: &Outcome| matches!(outcome, Outcome::Conflict(sides) if sides.contains(&own));
    let outcomes = &decided.outcomes;
    if outcomes.iter().any(contested) {
        return Some("contested".to_owned());
    }
    let said: Vec<&Outcome> = outcomes.iter().filter(|outcome| !matches!(outcome, Outcome::Gap)).collect();
    match said.iter().filter(|outcome| answers(outcome)).count() {
        0 => Some(format!("gives way{}", over(claims, decided, own))),
        some if some == said.len() => Some("answers".to_owned()),
        _ => Some("answers in part".to_owned()),
    }
}

/// Over what a claim gives way, where people said so.
fn over(claims: &[Claim], decided: &Decided, own: u32) -> String {
    let by =
        decided.edges.iter().find(|(_, over, _)| *over == own).and_then(|(by, ..)| claims.get(*by as usize));
    by.map(|by| format!(" to ~{}", &by.hash.to_hex()[..6])).unwrap_or_default()
}

/// Above each subject of a text, once: who said it, and how well it is looked after.
pub(super) fn lenses(world: &World, file: FileId, text: &str, units: Units) -> Vec<CodeLens> {
    let Some(past) = world.past.known() else { return Vec::new() };
    let lined = Lined::new(text.as_bytes(), units);
    let mut seen: Vec<Subject> = Vec::new();
    let mut lenses = Vec::new();
    for entry in entries(text).iter().filter(|entry| entry.value.is_none()) {
        let Some(subject) = subject_of(entry).filter(|subject| !seen.contains(subject)) else { continue };
        let claims: Vec<&Claim> =
            world.about(&subject).iter().filter(|claim| claim.origin.file == file).collect();
        seen.push(subject);
        if claims.is_empty() {
            continue;
        }
        let command =
            Command { title: told(&past, &claims), tooltip: None, command: String::new(), arguments: None };
        lenses.push(CodeLens { range: lined.stretch(&entry.range), command: Some(command), data: None });
    }
    lenses
}

fn told(past: &Committed, claims: &[&Claim]) -> String {
    let mut commits: BTreeMap<String, usize> = BTreeMap::new();
    let (mut new, mut reviewed, mut judged) = (0, 0, 0);
    let mut overdue = None;
    for claim in claims {
        let Some(cite) = past.cite(&claim.slot, claim.hash) else {
            new += 1;
            continue;
        };
        let said = cite.said.as_ref().map(|said| &said.said_by);
        let by = match said {
            Some(Origin::Commit(commit)) => {
                format!(
                    "{} {} {}",
                    commit.id.short(),
                    words::author_day(commit),
                    shown::shown(&commit.author)
                )
            }
            Some(Origin::AtOrBefore(id)) => format!("at or before {}", id.short()),
            None => continue,
        };
        *commits.entry(by).or_default() += 1;
        if let Some(care) = past.care(&claim.slot, claim.hash) {
            judged += 1;
            reviewed += usize::from(care.reviewed == Reviewed::Yes);
            overdue = [overdue, care.overdue].into_iter().flatten().min();
        }
    }
    let mut parts = Vec::new();
    let most = commits.iter().max_by_key(|(by, count)| (**count, std::cmp::Reverse(*by)));
    if let Some((by, _)) = most {
        let others = words::count(commits.len() - 1, "other commit", "other commits");
        parts.push(if commits.len() > 1 {
            format!("said by {by} and {others}")
        } else {
            format!("said by {by}")
        });
    }
    if new > 0 {
        parts.push(format!("{new} not committed"));
    }
    if judged > 0 {
        parts.push(format!("{reviewed} of {judged} reviewed"));
    }
    parts.extend(overdue.map(|day: jiff::civil::Date| format!("overdue since {day}")));
    parts.join(" · ")
}

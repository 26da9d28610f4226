//! How the knowledge fares: what can't be answered, what is overdue, and of what age and authority the facts are.

use std::collections::BTreeMap;

use jiff::civil::Date;
use maud::{Markup, html};

use super::asked::View;
use super::frame::{self, Place, prose, reference, says, sentence, shown};
use crate::claim::{Slot, Subject};
use crate::face::failure::Failure;
use crate::face::knowledge;
use crate::face::service::Problem;
use crate::face::wire::TroubleTold;
use crate::face::words::{self, review::need_text};
use crate::history::{Reason, Review, Verifier};
use crate::kind;
use crate::query::{self, Address, Audited, Findings, NameQuestion, Selection, Status};

/// Rows of each table.
const MOST: usize = 200;

/// Bearers of one name that are looked at for whether they are several.
const MOST_BEARERS: usize = 2_000;

/// The page.
pub(super) fn page(view: &View<'_>) -> Result<Markup, Problem> {
    let found = audit(view)?;
    let names = ambiguous(view)?;
    let totals = found.totals();
    let overdue: Vec<&Audited> = found.facts.iter().filter(|fact| fact.is_overdue()).collect();
    let wanting: Vec<&Audited> =
        found.facts.iter().filter(|fact| fact.is_wanting() && !fact.is_overdue()).collect();
    let main = html! {
        h1 { "State" }
        @if let Some(trouble) = view.trouble { (troubled(trouble)) }
        dl.sums {
            (sum("Facts", totals.facts)) (sum("Reviewed", totals.reviewed)) (sum("Contradicting", totals.conflicts))
            (sum("Ambiguous names", if names.len() > MOST { format!("over {MOST}") } else { names.len().to_string() })) (sum("Overdue", totals.overdue)) (sum("Against a policy", totals.unmet + totals.unsourced))
        }
        h2 { "Contradictions" }
        @if found.conflicts.is_empty() { p { "None: no two claims contradict each other." } }
        ul { @for slot in found.conflicts.iter().take(MOST) { li { (fact(view, slot)) } } }
        (more(found.conflicts.len()))
        h2 { "Ambiguous names" }
        @if names.is_empty() { p { "None: every name that is in force means one subject." } }
        @else { (names_table(view, &names)) @if names.len() > MOST { p { "And more; " code { "dictum resolve" } " tells of each name." } } }
        h2 { "Overdue reviews" }
        @if overdue.is_empty() { p { "None: no policy asks for another look yet." } }
        @else { (facts_table(view, &overdue)) (more(overdue.len())) }
        @if !wanting.is_empty() { h2 { "Against a policy" } (facts_table(view, &wanting)) (more(wanting.len())) }
        h2 { "What the facts stand on" }
        div.charts {
            (chart("By age", "Landed within", &by_age(&found, view.on)))
            (chart("By source tier", "Tier", &by_tier(view, &found)?))
            (chart("By owner", "Owner", &by_owner(view, &found)?))
        }
    };
    Ok(frame::page(view, "State", Place::State, &main))
}

/// All facts with their reviews; where there is no repository, nobody can tell of these.
fn audit(view: &View<'_>) -> Result<Findings, Problem> {
    let leans = |name: &str| kind::kind(name).is_some_and(|kind| kind.statements);
    let selections = [Selection::All];
    let snapshot = &view.served.snapshot;
    if view.served.origin.is_none() {
        let review = |_: &query::Cite| Review::unknown(Reason::NoHistory);
        let audit = query::Audit { selections: &selections, on: view.on, review: &review, leans: &leans };
        return Ok(query::audit(snapshot, &audit)?);
    }
    let (place, commit) = view.served.repository()?;
    let repository = place.repository().map_err(Problem::unreadable)?;
    let found = knowledge::with_reviews(&place, repository, commit, Verifier::default(), |reviews| {
        let review = |cite: &query::Cite| knowledge::reviewed(reviews, cite);
        let audit = query::Audit { selections: &selections, on: view.on, review: &review, leans: &leans };
        query::audit(snapshot, &audit).map_err(Failure::from)
    });
    found.map_err(Problem::unreadable)
}

/// Names that several subjects bear, with these: at most one more than is shown, for each is asked about by itself.
fn ambiguous(view: &View<'_>) -> Result<Vec<(String, Vec<Subject>)>, Problem> {
    // A snapshot of another normalisation can be asked all else.
    let Ok(names) = view.served.snapshot.names() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for name in names.iter() {
        if found.len() > MOST {
            break;
        }
        let name = name?;
        let mut bearers = name.bearers();
        let first = bearers.next().transpose()?.map(|bearer| bearer.slot()).transpose()?;
        let Some(first) = first else { continue };
        let mut several = false;
        for bearer in bearers.take(MOST_BEARERS) {
            several |= bearer?.slot()?.subject() != first.subject();
        }
        if !several || name.is_id() {
            continue;
        }
        let question = NameQuestion {
            name: name.key.into(),
            context: view.context.clone(),
            on: view.on,
            kind: None,
            of_type: None,
        };
        let referral = query::refer(&view.served.snapshot, &question)?;
        if matches!(referral.status, Status::Ambiguous | Status::Contested) {
            let subjects = referral.bearers.into_iter().map(|bearer| bearer.subject);
            found.push((name.key.to_owned(), subjects.take(12).collect()));
        }
    }
    Ok(found)
}

fn troubled(trouble: &TroubleTold) -> Markup {
    html! {
        section.trouble aria-labelledby="trouble" {
            h2 id="trouble" { "Why the newest commit is not served" }
            p { (sentence(&trouble.message)) @if let Some(help) = &trouble.help { " " (sentence(help)) } }
            @if let Some(report) = &trouble.findings {
                ul {
                    @for finding in report.findings.iter().take(MOST) {
                        li {
                            code { (shown(&finding.code)) } " " (prose(&finding.message))
                            @if let Some(place) = &finding.place { ", " code.path { (shown(&place.path)) ":" (place.line) } }
                            @if let Some(help) = &finding.help { br; span.quiet { (prose(help)) } }
                        }
                    }
                }
            }
        }
    }
}

fn sum(name: &str, count: impl maud::Render) -> Markup {
    html! { div { dt { (name) } dd { (count) } } }
}

fn more(all: usize) -> Markup {
    html! { @if all > MOST { p { "And " (all - MOST) " more; " code { "dictum audit" } " lists them all." } } }
}

fn fact(view: &View<'_>, slot: &Slot) -> Markup {
    html! { a href=(view.links.fact(slot)) { (shown(slot)) } }
}

fn names_table(view: &View<'_>, names: &[(String, Vec<Subject>)]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Ambiguous names" {
            table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "May mean" } } }
                tbody {
                    @for (name, subjects) in names.iter().take(MOST) {
                        tr {
                            th scope="row" { (shown(name)) }
                            td data-label="May mean" { @for (at, subject) in subjects.iter().enumerate() { @if at > 0 { ", " } (reference(view, subject)) } }
                        }
                    }
                }
            }
        }
    }
}

fn facts_table(view: &View<'_>, facts: &[&Audited]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Facts to look at" {
            table {
                thead { tr { th scope="col" { "Fact" } th scope="col" { "Says" } th scope="col" { "Why" } } }
                tbody {
                    @for one in facts.iter().take(MOST) {
                        tr {
                            th scope="row" { (fact(view, &one.cite.pin.slot)) }
                            td data-label="Says" { (says(view, &one.cite)) }
                            td data-label="Why" {
                                @if let (true, Some(due)) = (one.is_overdue(), &one.due) { "overdue" @if let Some(day) = due.day { " since " (day) } " (policy " (shown(&due.policy)) ") " }
                                @for need in one.review.needs.iter().filter_map(need_text) { (shown(need)) ". " }
                                @for policy in &one.unsourced { "policy " (shown(policy)) " asks for a source. " }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Bars in the cells of a table: who can't see them reads the numbers.
fn chart(title: &str, what: &str, counts: &[(String, usize)]) -> Markup {
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    html! {
        table.chart {
            caption { (title) }
            thead { tr { th scope="col" { (what) } th scope="col" { "Facts" } td {} } }
            tbody {
                @for (name, count) in counts {
                    tr {
                        th scope="row" { (shown(name)) }
                        td.number { (count) }
                        td.gauge {
                            svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                                rect.whole width="100" height="8" {}
                                rect.part width=(count * 100 / most) height="8" {}
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How long ago facts landed, seen from the day of the page.
fn by_age(found: &Findings, on: Date) -> Vec<(String, usize)> {
    let bounds = [("a month", 31), ("a quarter", 92), ("a year", 366), ("two years", 731)];
    let mut counts = vec![0; bounds.len() + 2];
    for fact in &found.facts {
        let days = fact.landed.and_then(|landed| on.since(landed).ok()).map(|span| span.get_days());
        let at = match days {
            None => bounds.len() + 1,
            Some(days) => bounds.iter().position(|(_, most)| days <= *most).unwrap_or(bounds.len()),
        };
        counts[at] += 1;
    }
    let names = bounds.iter().map(|(name, _)| *name).chain(["older", "unknown"]);
    names.map(ToOwned::to_owned).zip(counts).collect()
}

/// What tiers the sources have, the highest first.
fn by_tier(view: &View<'_>, found: &Findings) -> Result<Vec<(String, usize)>, Problem> {
    let tiers = &view.served.snapshot.declarations()?.tiers;
    let mut counts = vec![0; tiers.len() + 2];
    for fact in &found.facts {
        let at = match fact.cite.source.as_ref().map(|source| &source.tier) {
            None => tiers.len() + 1,
            Some(tier) => tiers.iter().position(|known| Some(known) == tier.as_ref()).unwrap_or(tiers.len()),
        };
        counts[at] += 1;
    }
    let names = tiers.iter().map(ToString::to_string);
    let names = names.chain(["a source without tier".to_owned(), "no source".to_owned()]);
    Ok(names.zip(counts).filter(|(_, count)| *count > 0).collect())
}

/// Owners on the chart; the rest is told together.
const MOST_OWNERS: usize = 12;

/// Whose the facts are, those with the most first.
fn by_owner(view: &View<'_>, found: &Findings) -> Result<Vec<(String, usize)>, Problem> {
    let mut owners: BTreeMap<Subject, String> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for fact in &found.facts {
        let slot = &fact.cite.pin.slot;
        let owner = match owners.get(&slot.subject) {
            Some(owner) => owner.clone(),
            None => {
                let answers = query::get(&view.served.snapshot, &view.question(Address::Slot(slot.clone())))?;
                let owner = answers.first().and_then(|answer| answer.owner.as_ref());
                let owner = owner.map_or("nobody".to_owned(), ToString::to_string);
                owners.insert(slot.subject.clone(), owner.clone());
                owner
            }
        };
        *counts.entry(owner).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let rest: usize = counts.iter().skip(MOST_OWNERS).map(|(_, count)| count).sum();
    let others = words::count(counts.len().saturating_sub(MOST_OWNERS), "other", "others");
    counts.truncate(MOST_OWNERS);
    counts.extend((rest > 0).then_some((others, rest)));
    Ok(counts)
}

//! The page of a fact: the answer first, then why, who said it, and how it was said before.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::asked::{View, nobody};
use super::frame::{self, Place, badge, commit_link, origin, sayer, says, shown, speaks, value};
use super::{clocks, home, subject};
use crate::claim::{Slot, Test, When};
use crate::face::service::Problem;
use crate::face::words;
use crate::history::Commit;
use crate::query::{self, Address, Answer, Candidate, Cite, Fate, Origin, Status};

/// Claims that are told of.
const MOST_CLAIMS: usize = 100;

/// Cases that are told of where it depends.
const MOST_CASES: usize = 40;

/// The page.
pub(super) fn page(view: &View<'_>, slot: &Slot) -> Result<Markup, Problem> {
    let answers = query::get(&view.served.snapshot, &view.question(Address::Slot(slot.clone())))?;
    let Some(answer) = answers.first() else { return Err(nobody(view, &slot.subject)?) };
    let is_said = answer.slot.is_some()
        && (!answer.candidates.is_empty() || !answer.cites.is_empty() || !answer.facts.is_empty());
    if !is_said {
        if !view.knows(&slot.subject) {
            return Err(nobody(view, &slot.subject)?);
        }
        let problem = Problem::new(404, "no-such-fact", format!("nothing is said of `{slot}`"));
        return Err(problem.help(format!("see what is said of `{}`, or search", slot.subject)));
    }
    let whole = view.question(Address::Subject(slot.subject.clone()));
    let label = subject::label(&query::get(&view.served.snapshot, &whole)?, &slot.subject);
    let bear = bearing(answer);
    let bear: Vec<&str> = bear.iter().map(String::as_str).collect();
    let main = html! {
        nav.trail aria-label="Where this is" {
            a href=(view.links.kind(slot.subject.kind())) { (home::plural(slot.subject.kind())) } " / "
            a href=(view.links.subject(&slot.subject)) { (label) } " / " code { (shown(slot)) }
        }
        h1 { (label) ": " (shown(&slot.attribute)) }
        (told(view, answer))
        @if view.links.is_live() {
            section.again {
                h2 { "On another day, in another case" }
                (clocks::form(view, &bear)?)
            }
        }
        h2 { "Why" }
        (why(view, answer))
        h2 { "Who said it, and when" }
        (timeline(view, answer))
        @if view.links.is_live() && view.served.origin.is_some() {
            p { a href=(view.links.history(slot)) { "How the answer changed, commit by commit" } }
        }
        @if view.proposals && view.asked.at.is_none() {
            p { a.propose href=(view.links.propose(slot)) { "Propose a correction" } }
        }
    };
    Ok(frame::page(view, &format!("{label}: {}", shown(&slot.attribute)), Place::Other, &main))
}

/// The dimensions that claims of the slot speak of.
pub(super) fn bearing(answer: &Answer) -> BTreeSet<String> {
    let cites = answer.candidates.iter().map(|one| &one.cite);
    let open = answer.facts.iter().flat_map(|fact| &fact.cites);
    let whens = cites.chain(&answer.cites).chain(open).map(|cite| &cite.when);
    whens.flat_map(|when| when.products()).flatten().map(|(id, _)| id.to_string()).collect()
}

/// The answer, and what it stands on.
pub(super) fn told(view: &View<'_>, answer: &Answer) -> Markup {
    html! {
        section.answer aria-label="The answer" {
            p.value {
                (badge(answer.status)) " "
                @match answer.status {
                    Status::Depends => { (words::count(answer.facts.len(), "answer is", "answers are")) " possible" },
                    Status::Contested => "claims contradict each other, and none of them is the answer",
                    Status::Unknown => "nothing is in force on this day and in this case",
                    _ => (value(view, answer.value.as_ref())),
                }
            }
            @if matches!(answer.status, Status::Depends | Status::Contested) { (cases(view, answer)) }
            (circumstances(view, answer))
        }
    }
}

/// When it holds, who said it, on what, and whose it is.
fn circumstances(view: &View<'_>, answer: &Answer) -> Markup {
    let cites = &answer.cites[..answer.cites.len().min(8)];
    html! {
        dl {
            @if let Some(valid) = &answer.valid { div { dt { "In force" } dd { (words::period(valid)) } } }
            @if let Some(deprecated) = &answer.deprecated {
                div { dt { "Deprecated" } dd {
                    @if let Some(instead) = &deprecated.replaced_by { "use " (value(view, Some(instead))) " instead. " }
                    @if let Some(reason) = &deprecated.reason { (shown(reason)) }
                } }
            }
            @if let Some(owner) = &answer.owner { div { dt { "Owner" } dd { (value(view, Some(owner))) } } }
            @for cite in cites { (cited(view, cite, answer.cites.len() > 1)) }
            @if answer.cites.len() > cites.len() {
                div { dt { "And" } dd { (words::count(answer.cites.len() - cites.len(), "more claim", "more claims")) ", below" } }
            }
        }
    }
}

/// One claim that answers.
fn cited(view: &View<'_>, cite: &Cite, several: bool) -> Markup {
    html! {
        @if several { div.part { dt { "Claim" } dd { (says(view, cite)) " " (speaks(cite)) } } }
        div { dt { "Said by" } dd { (sayer(view, cite.said.as_ref())) (message(cite)) } }
        @if let Some(reviewers) = reviewers(cite) { div { dt { "Reviewed by" } dd { (shown(reviewers.join(", "))) } } }
        @if let Some(landed) = landed(cite) { div { dt { "Landed" } dd { (words::author_day(landed)) " by " (commit_link(view, landed.id.hex())) } } }
        @if let Some(source) = &cite.source { div { dt { "Source" } dd { (words::source_text(source)) } } }
        @if let Some(reason) = &cite.reason { div { dt { "Reason given" } dd { (shown(reason)) } } }
        div { dt { "Written in" } dd { code.path { (shown(&cite.place.path)) ":" (cite.place.line) } } }
        div { dt { "Pin" } dd { code.path { (shown(&cite.pin)) } } }
    }
}

fn message(cite: &Cite) -> Markup {
    let commit = cite.said.as_ref().and_then(|said| said.said_by.commit());
    html! { @if let Some(commit) = commit { br; q.message { (shown(&commit.summary)) } } }
}

/// Whom the commit that landed it, else the one that said it, names as reviewers.
fn reviewers(cite: &Cite) -> Option<&[String]> {
    let said = cite.said.as_ref()?;
    let of = |origin: &'_ Origin| origin.commit().map(|commit| commit.reviewers.is_empty());
    let by = match of(&said.landed_by) {
        Some(false) => said.landed_by.commit(),
        _ => said.said_by.commit(),
    };
    by.map(|commit| &commit.reviewers[..]).filter(|reviewers| !reviewers.is_empty())
}

fn landed(cite: &Cite) -> Option<&Commit> {
    let said = cite.said.as_ref()?;
    let landed = said.landed_by.commit()?;
    (said.said_by.commit()?.id != landed.id).then_some(landed)
}

/// The answers that are possible, each with where it would hold, and how to say which case it is.
fn cases(view: &View<'_>, answer: &Answer) -> Markup {
    html! {
        @if let Some(ask) = &answer.ask {
            p.ask {
                "Which " strong { (shown(&ask.dimension)) } "? "
                @for (region, _) in ask.choices.iter().take(12) {
                    @let words = shown(words::when(region));
                    @let words = words.strip_prefix(&format!("{} ", ask.dimension)).unwrap_or(&words);
                    @match single(region, &ask.dimension).filter(|_| view.links.is_live()) {
                        Some(word) => a.choice href=(view.narrowed(&ask.dimension, &word)) { (words) },
                        None => span.choice { (words) },
                    }
                    " "
                }
            }
        }
        div.wide tabindex="0" role="region" aria-label="Possible answers" {
            table {
                thead { tr { th scope="col" { "Where" } th scope="col" { "Answer" } th scope="col" { "Said by" } } }
                tbody {
                    @for one in answer.facts.iter().take(MOST_CASES) {
                        tr {
                            td data-label="Where" { @if one.region.is_always() { "in the case asked about" } @else { (shown(words::when(&one.region))) } }
                            td data-label="Answer" { @if one.value.is_none() { span.quiet { "nothing is said" } } @else { (value(view, one.value.as_ref())) } }
                            td data-label="Said by" { @for cite in one.cites.iter().take(3) { (sayer(view, cite.said.as_ref())) br; } }
                        }
                    }
                }
            }
        }
        @if answer.facts.len() > MOST_CASES { p { "And " (answer.facts.len() - MOST_CASES) " more." } }
    }
}

/// The one value that a condition on `dimension` names, as it is typed.
fn single(region: &When, dimension: &str) -> Option<String> {
    let [product] = region.products() else { return None };
    let [(id, tests)] = &product[..] else { return None };
    let [Test::In(points)] = &tests[..] else { return None };
    let mut points = points.iter();
    let (point, None) = (points.next()?, points.next()) else { return None };
    (id == dimension).then(|| words::typed(point))
}

/// Every claim of the slot, and what became of it by which rule.
fn why(view: &View<'_>, answer: &Answer) -> Markup {
    let order = |one: &&Candidate| match &one.fate {
        Fate::Winner => 0,
        Fate::Supporting { .. } | Fate::InConflict { .. } => 1,
        _ if words::stands_over(answer, one) => 2,
        _ => 3,
    };
    let mut claims: Vec<&Candidate> = answer.candidates.iter().collect();
    claims.sort_by_key(order);
    html! {
        @if answer.status == Status::Depends { p { "As it would be in the first of these cases:" } }
        div.wide tabindex="0" role="region" aria-label="Claims and what became of them" {
            table.claims {
                thead { tr { th scope="col" { "Claim" } th scope="col" { "What became of it" } th scope="col" { "Said by" } } }
                tbody {
                    @for one in claims.iter().take(MOST_CLAIMS) {
                        tr class=(words::fate(&one.fate)) {
                            td data-label="Claim" {
                                (says(view, &one.cite)) div.quiet { (speaks(&one.cite)) " " code { "~" (one.cite.pin.digits) } }
                            }
                            td data-label="What became of it" { (frame::prose(&words::became(answer, &one.fate))) }
                            td data-label="Said by" { (sayer(view, one.cite.said.as_ref())) div.quiet { code.path { (shown(&one.cite.place.path)) ":" (one.cite.place.line) } } }
                        }
                    }
                }
            }
        }
        @if claims.len() > MOST_CLAIMS { p { "And " (words::count(claims.len() - MOST_CLAIMS, "more claim", "more claims")) "; " code { "dictum why" } " tells them all." } }
    }
}

/// What one commit did to what is said today.
struct Event<'a> {
    origin: &'a Origin,
    did: Vec<(&'static str, &'a Cite)>,
}

/// The sayings of all claims that are said today, by the days that their authors gave: for reading, it decides nothing.
fn events(answer: &Answer) -> BTreeMap<(String, &str), Event<'_>> {
    let mut events: BTreeMap<(String, &str), Event<'_>> = BTreeMap::new();
    for cite in answer.candidates.iter().map(|one| &one.cite) {
        let Some(said) = &cite.said else { continue };
        let by = id(&said.said_by);
        let others = [(&said.first_said_by, "first said"), (&said.landed_by, "landed on the main line:")];
        let others = others.into_iter().filter(|(origin, _)| id(origin) != by);
        for (origin, did) in std::iter::once((&said.said_by, "said")).chain(others) {
            let event = events.entry((day(origin), id(origin)));
            event.or_insert(Event { origin, did: Vec::new() }).did.push((did, cite));
        }
    }
    events
}

fn timeline(view: &View<'_>, answer: &Answer) -> Markup {
    let events = events(answer);
    html! {
        @if events.is_empty() { p { "There is no history to tell: the snapshot was built without." } }
        @else {
            ol.timeline {
                @for event in events.values() {
                    li {
                        p.by {
                            (origin(view, event.origin))
                            @if let Some(commit) = event.origin.commit() { " " q.message { (shown(&commit.summary)) } }
                        }
                        @for (did, cite) in &event.did {
                            p { (did) " " code { "~" (cite.pin.digits) } " " (says(view, cite)) " " (speaks(cite)) }
                        }
                    }
                }
            }
            p.quiet { "What is still written today; in the order of the days that authors gave." }
        }
    }
}

fn id(origin: &Origin) -> &str {
    match origin {
        Origin::Commit(commit) => commit.id.hex(),
        Origin::AtOrBefore(id) => id.hex(),
    }
}

fn day(origin: &Origin) -> String {
    origin.commit().map(words::author_day).unwrap_or_default()
}

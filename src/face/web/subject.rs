//! The page of a subject: what holds of it, and what is open.

use maud::{Markup, html};

use super::asked::{View, nobody};
use super::frame::{self, Place, badge, sayer, shown, value};
use super::{clocks, home};
use crate::claim::{Slot, Subject, Value};
use crate::face::service::Problem;
use crate::face::words;
use crate::query::{self, Address, Answer, Status};

/// The page.
pub(super) fn page(view: &View<'_>, subject: &Subject) -> Result<Markup, Problem> {
    if !view.knows(subject) {
        return Err(nobody(view, subject)?);
    }
    let answers = query::get(&view.served.snapshot, &view.question(Address::Subject(subject.clone())))?;
    let label = label(&answers, subject);
    let (open, settled): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|answer| is_open(answer.status));
    let main = html! {
        nav.trail aria-label="Where this is" {
            a href=(view.links.kind(subject.kind())) { (home::plural(subject.kind())) } " / " code { (shown(subject)) }
        }
        h1 { (label) }
        (deprecation(view, &answers))
        @if view.links.is_live() { (clocks::form(view, &[], false)?) }
        @if !open.is_empty() {
            h2 { "Open" }
            p { "What follows has no one answer for what was asked." }
            (table(view, &open))
        }
        h2 { "Facts" }
        @match settled.is_empty() {
            true => p { "Nothing else is said on this day." },
            false => (table(view, &settled)),
        }
    };
    Ok(frame::page(view, &label, Place::Other, &main))
}

fn is_open(status: Status) -> bool {
    matches!(status, Status::Depends | Status::Contested | Status::Unconfirmed | Status::Unknown)
}

/// What people call it, else its id.
pub(super) fn label(answers: &[Answer], subject: &Subject) -> String {
    let named = |attribute: &str| {
        let own = |answer: &&Answer| answer.slot.as_ref().is_some_and(|slot| slot.attribute == attribute);
        answers
            .iter()
            .find(own)
            .and_then(|answer| answer.value.as_ref())
            .filter(|value| **value != Value::None)
    };
    let label = ["label", "title", "name"].into_iter().find_map(named);
    label.map_or_else(|| shown(subject.id()), shown)
}

/// What to use instead of a subject that is not to be used any more.
fn deprecation(view: &View<'_>, answers: &[Answer]) -> Markup {
    let deprecated = answers.iter().find_map(|answer| answer.deprecated.as_ref());
    html! {
        @if let Some(deprecated) = deprecated {
            p.note {
                strong { "Deprecated. " }
                @if let Some(instead) = &deprecated.replaced_by { "Use " (value(view, Some(instead))) " instead. " }
                @if let Some(reason) = &deprecated.reason { (shown(reason)) }
            }
        }
    }
}

fn table(view: &View<'_>, answers: &[&Answer]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Table of facts" {
            table.facts {
                thead { tr { th scope="col" { "Attribute" } th scope="col" { "Value" } th scope="col" { "In force" } th scope="col" { "Said by" } } }
                tbody { @for answer in answers { @if let Some(slot) = &answer.slot { (row(view, answer, slot)) } } }
            }
        }
    }
}

fn row(view: &View<'_>, answer: &Answer, slot: &Slot) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(view.links.fact(slot)) { (shown(&slot.attribute)) } }
            td data-label="Value" {
                (badge(answer.status)) " "
                @match answer.status {
                    Status::Depends => (depends(answer)),
                    Status::Contested => { "claims contradict each other: " (values(view, answer)) },
                    Status::Unknown => "nothing is in force on this day and in this case",
                    _ => (value(view, answer.value.as_ref())),
                }
            }
            td data-label="In force" { @if let Some(valid) = &answer.valid { (words::period(valid)) } }
            td data-label="Said by" {
                @match answer.cites.len() {
                    0 => "",
                    1 => (sayer(view, answer.cites[0].said.as_ref())),
                    many => { (sayer(view, answer.cites[0].said.as_ref())) span.quiet { " and " (words::count(many - 1, "more claim", "more claims")) } },
                }
            }
        }
    }
}

/// On what an answer depends.
fn depends(answer: &Answer) -> Markup {
    html! {
        @match &answer.ask {
            Some(ask) => { (words::count(answer.facts.len(), "answer", "answers")) ", depending on " strong { (shown(&ask.dimension)) } },
            None => { (words::count(answer.facts.len(), "answer is", "answers are")) " possible" },
        }
    }
}

/// What is said where claims contradict each other.
fn values(view: &View<'_>, answer: &Answer) -> Markup {
    html! {
        @for (at, one) in answer.facts.iter().take(6).enumerate() {
            @if at > 0 { " against " }
            q { (value(view, one.value.as_ref())) }
        }
    }
}

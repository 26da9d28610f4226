//! What two commits answer differently.

use maud::{Markup, html};

use super::asked::View;
use super::frame::{self, Place, shown};
use crate::claim::Slot;
use crate::diagnostic::Severity;
use crate::face::compare::States;
use crate::face::knowledge;
use crate::face::service::Problem;
use crate::face::wire;
use crate::face::words::{self, diff as told};
use crate::history::{CommitId, read_commit};
use crate::query::{Changed, Cited, Difference, Elsewhere, Fate, Holds, Pin, Word};
use crate::source::{ObjectId, Repository, Texts};

/// Slots that are told of.
const MOST: usize = 500;

/// Regions of one difference that are told of.
const MOST_REGIONS: usize = 5;

/// The texts of both sides.
#[derive(Clone, Copy)]
pub(super) struct Sides<'t> {
    /// Before.
    pub before: &'t Texts,
    /// After.
    pub after: &'t Texts,
}

/// The page.
pub(super) fn page(view: &View<'_>) -> Result<Markup, Problem> {
    let (place, head) = view.served.repository()?;
    let repository = place.repository().map_err(Problem::unreadable)?;
    let named = |name: &str| {
        let revision =
            view.asked.fields.optional_text(name).map(|text| knowledge::revision(repository, text));
        revision.transpose().map_err(Problem::no_such_commit)
    };
    let to = named("to")?.unwrap_or(head);
    // Where nothing is named: what the newest commit changed.
    let Some(from) = named("from")?.or_else(|| parent(repository, to)) else {
        return Ok(frame::page(
            view,
            "Differences",
            Place::Diff,
            &html! {
                h1 { "Differences" }
                (form(view, "", ""))
                p { "This is the first commit, and there is none to compare it with." }
            },
        ));
    };
    let states = States::read(&place, from, Some(to)).map_err(Problem::unreadable)?;
    let changed = states.diff();
    let faulty = [&states.before.findings, &states.after.findings].map(|found| found.count(Severity::Error));
    let sides = Sides { before: &states.before.texts, after: &states.after.texts };
    let (from, to) = (CommitId::from(from), CommitId::from(to));
    let main = html! {
        h1 { "Differences" }
        p.lead { (shown(told::summary(&changed))) ", from " code { (from.short()) } " to " code { (to.short()) } "." }
        (form(view, from.short(), to.short()))
        @for (errors, commit) in faulty.iter().zip([&from, &to]).filter(|(errors, _)| **errors > 0) {
            p.note { "The knowledge of " code { (commit.short()) } " has " (words::count(*errors, "error", "errors")) "; what can't be read there says nothing." }
        }
        @for one in changed.iter().take(MOST) { (change(view, one, sides, true)) }
        @if changed.len() > MOST { p { "And " (changed.len() - MOST) " more; " code { "dictum diff" } " tells them all." } }
    };
    Ok(frame::page(view, "Differences", Place::Diff, &main))
}

fn parent(repository: &Repository, commit: ObjectId) -> Option<ObjectId> {
    read_commit(repository, commit)?.parents.first()?.object()
}

fn form(view: &View<'_>, from: &str, to: &str) -> Markup {
    let given = |name: &str, now: &str| shown(view.asked.fields.optional_text(name).unwrap_or(now));
    html! {
        form.clocks action="/diff" method="get" aria-label="Compare two commits" {
            div.fields {
                div.field { label for="from" { "From" } input id="from" name="from" value=(given("from", from)) maxlength="200" autocomplete="off" spellcheck="false"; span.help { "a commit, tag or day" } }
                div.field { label for="to" { "To" } input id="to" name="to" value=(given("to", to)) maxlength="200" autocomplete="off" spellcheck="false"; span.help { "empty: what is served" } }
                div.field.go { button type="submit" { "Compare" } }
            }
        }
    }
}

/// What differs in one slot; `headed` with its address.
pub(super) fn change(view: &View<'_>, changed: &Changed, sides: Sides<'_>, headed: bool) -> Markup {
    html! {
        section.change {
            @if headed {
                h2 { (address(view, &changed.slot)) " " span class=(format!("badge {}", changed.word().as_str())) { (changed.word().as_str()) } }
            }
            @for difference in &changed.differences { (differs(difference, changed, sides)) }
        }
    }
}

fn address(view: &View<'_>, slot: &Slot) -> Markup {
    html! {
        @if view.knows(&slot.subject) { a href=(view.links.fact(slot)) { (shown(slot)) } } @else { (shown(slot)) }
    }
}

fn differs(difference: &Difference, changed: &Changed, sides: Sides<'_>) -> Markup {
    let regions: Vec<String> = difference
        .regions
        .iter()
        .take(MOST_REGIONS)
        .map(told::region)
        .filter(|region| !region.is_empty())
        .collect();
    let more = difference.regions.len().saturating_sub(MOST_REGIONS);
    let (gone, come) = match told::members(difference) {
        Some((gone, come)) => (
            (!gone.is_empty()).then(|| format!("without {gone}")),
            (!come.is_empty()).then(|| format!("with {come}")),
        ),
        None => {
            let was_said = difference.before != Holds::Nothing || difference.word() == Word::Contested;
            (was_said.then(|| told::holds(&difference.before)), Some(told::holds(&difference.after)))
        }
    };
    html! {
        @for region in &regions { p.when { (region) } }
        @if more > 0 { p.when { "and in " (words::count(more, "more stretch", "more stretches")) } }
        div.swap {
            @if let Some(gone) = gone { del { span.hidden { "Before: " } (gone) (claims(&difference.gone, &changed.after, sides.before, false)) } }
            @if let Some(come) = come { ins { span.hidden { "After: " } (come) (claims(&difference.come, &changed.before, sides.after, true)) } }
        }
    }
}

/// The claims that say it, and what they are on the other side.
fn claims(cited: &[Cited], others: &[Pin], texts: &Texts, come: bool) -> Markup {
    let stays =
        |one: &&Cited| matches!(one.elsewhere, Elsewhere::Said(Some(Fate::Winner | Fate::Supporting { .. })));
    let all_stay = cited.iter().all(|one| stays(&one));
    html! {
        @for one in cited.iter().filter(|one| all_stay || !stays(one)).take(20) {
            @let (path, line) = wire::place(one.origin, texts);
            span.claim {
                code { "~" (one.pin.digits) } " " code.path { (shown(&path)) ":" (line) }
                @if let Elsewhere::Said(Some(fate)) = &one.elsewhere {
                    @if let Some(why) = told::gives_way(fate, others) {
                        @if come { " was said before, where it " } @else { " is still said, and " } (why)
                    }
                }
            }
        }
    }
}

//! What a proposal would change, and what became of it.

use maud::{Markup, html};

use super::Sheet;
use crate::claim::Slot;
use crate::diagnostic::report;
use crate::face::proposal::{MOST_TOLD, Preview, Would, Written};
use crate::face::web::asked::View;
use crate::face::web::differences::{Sides, change};
use crate::face::web::frame::{self, Place, prose, sentence, shown};
use crate::face::words;
use crate::history::CommitId;
use crate::query::{Miss, Tried, Verdict};
use crate::source::Places;

/// Findings that are told.
const MOST_FINDINGS: usize = 20;

/// What it would change, and whether that is what was meant.
pub(super) fn preview(view: &View<'_>, slot: &Slot, sheet: &Sheet, preview: &Preview) -> Markup {
    let main = html! {
        nav.trail aria-label="Where this is" { a href=(view.links.fact(slot)) { (shown(slot)) } }
        h1 { "What would change" }
        p.lead { "Nothing is written yet." }
        @match &preview.would {
            Some(would) => (changes(view, preview, would)),
            None => (errors(preview)),
        }
        h2 { "The file" }
        p { code.path { (shown(&preview.written.path)) } " would be added:" }
        pre tabindex="0" aria-label="The file" { @for line in preview.written.text.lines() { (shown(line)) "\n" } }
        form.sheet action=(view.path) method="post" {
            @for (name, value) in &sheet.pairs { input type="hidden" name=(name) value=(value); }
            p.steps {
                @if preview.would.is_some() { button type="submit" name="step" value="commit" { "Propose it" } " " }
                button.second type="submit" name="step" value="edit" { "Change it" }
            }
        }
    };
    frame::page(view, "What would change", Place::Other, &main)
}

fn changes(view: &View<'_>, preview: &Preview, would: &Would) -> Markup {
    let sides = Sides { before: &preview.before.texts, after: &preview.after.texts };
    let changed = &would.changed;
    html! {
        p { (words::count(changed.len(), "answer", "answers")) " would change, and of the questions that the knowledge asks of itself "
            @match would.failing.len() { 0 => "none", some => strong { (some) } } " would fail." }
        @for one in changed.iter().take(MOST_TOLD) { (change(view, one, sides, true)) }
        @if changed.len() > MOST_TOLD { p { "And " (changed.len() - MOST_TOLD) " more." } }
        @if !would.failing.is_empty() {
            h2 { "Questions that would fail" }
            ul { @for tried in would.failing.iter().take(MOST_TOLD) { (failing(tried)) } }
        }
    }
}

fn failing(tried: &Tried) -> Markup {
    html! {
        li {
            code { (shown(&tried.test.subject)) } " " q { (shown(&tried.test.ask)) }
            @match &tried.verdict {
                Verdict::Passed => "",
                Verdict::Bad(bad) => { ": " (prose(&bad.message)) },
                Verdict::Failed(misses) => { @for miss in misses { div.quiet { (missed(miss)) } } },
            }
        }
    }
}

fn missed(miss: &Miss) -> Markup {
    let list = |all: &[smol_str::SmolStr]| all.join(", ");
    let (expected, got) = match miss {
        Miss::Value(wanted, said) => (wanted.to_string(), said.as_ref().map(ToString::to_string)),
        Miss::Address(wanted, got) => (wanted.to_string(), Some(list(got))),
        Miss::Status(wanted, status) => (wanted.to_string(), Some((*status).to_owned())),
        Miss::Cites(missing, got) => (list(missing), Some(list(got))),
        Miss::Ready(ready, got) => (ready.to_string(), got.map(|got| got.to_string())),
    };
    let what = miss.attribute().trim_start_matches("expect.");
    let got = got.filter(|got| !got.is_empty());
    html! {
        (what) ": expected " strong { (shown(expected)) } ", it would be "
        @match got { Some(got) => strong { (shown(got)) }, None => "nothing" }
    }
}

/// What would be wrong with the knowledge.
fn errors(preview: &Preview) -> Markup {
    let report = report(&preview.errors(), &Places::new(&preview.after.texts));
    html! {
        div.note role="alert" {
            p { strong { "It can't be proposed so: the knowledge would have errors." } }
            ul {
                @for finding in report.findings.iter().take(MOST_FINDINGS) {
                    li {
                        @if let Some(place) = &finding.place { code.path { (shown(&place.path)) ":" (place.line) } " " }
                        (sentence(&finding.message))
                        @if let Some(help) = &finding.help { " " (sentence(help)) }
                    }
                }
            }
        }
    }
}

/// The branch that it became, and what to do next.
pub(super) fn written(view: &View<'_>, slot: &Slot, preview: &Preview, written: &Written) -> Markup {
    let commit = CommitId::from(written.commit);
    let main = html! {
        nav.trail aria-label="Where this is" { a href=(view.links.fact(slot)) { (shown(slot)) } }
        h1 { @if written.is_new { "It is proposed" } @else { "It was proposed before" } }
        section.answer aria-label="The proposal" {
            dl {
                div { dt { "Branch" } dd { code.path id="branch" { (shown(&written.branch)) } } }
                div { dt { "Commit" } dd { code.path id="commit" { (commit.hex()) } } }
                div { dt { "File" } dd { code.path { (shown(&preview.written.path)) } } }
                div { dt { "Corrects" } dd { code.path { (shown(&preview.wrong.pin)) } } }
            }
        }
        h2 { "What next" }
        p { "Nothing that is answered here has changed. Somebody else than you has to look at it:" }
        pre tabindex="0" aria-label="What a reviewer types" {
            "git show " (shown(&written.branch)) "\n"
            "dictum diff HEAD..." (shown(&written.branch)) "\n"
            "git merge --no-ff " (shown(&written.branch)) "\n"
        }
        p { "It answers here as soon as it is merged into the branch that is served." }
        p { a href=(view.links.fact(slot)) { "Back to the fact" } }
    };
    frame::page(view, "Proposed", Place::Other, &main)
}

//! How an answer changed along the main line, commit by commit.

use maud::{Markup, html};

use super::asked::View;
use super::differences::{Sides, change};
use super::frame::{self, Place, commit_link, shown};
use crate::claim::Slot;
use crate::face::line::Line;
use crate::face::service::Problem;
use crate::face::turns::turns;
use crate::face::words;
use crate::query::{Address, Origin};

/// Changes that are told of, the newest.
const MOST: usize = 200;

/// The page.
pub(super) fn page(view: &View<'_>, slot: &Slot) -> Result<Markup, Problem> {
    let (place, head) = view.served.repository()?;
    let repository = place.repository().map_err(Problem::unreadable)?;
    let line = Line::read(repository, &place, head, Some(&slot.subject)).map_err(Problem::unreadable)?;
    let (turns, renamed) = turns(&line, &Address::Slot(slot.clone())).map_err(Problem::unreadable)?;
    if turns.is_empty() && !view.knows(&slot.subject) {
        return Err(super::asked::nobody(view, &slot.subject)?);
    }
    let told = turns.iter().rev().take(MOST).map(|turned| {
        let by = turned.by(repository).map_err(Problem::unreadable)?;
        Ok((turned, by))
    });
    let told: Vec<_> = told.collect::<Result<_, Problem>>()?;
    let main = html! {
        nav.trail aria-label="Where this is" {
            a href=(view.links.subject(&slot.subject)) { (shown(&slot.subject)) } " / "
            a href=(view.links.fact(slot)) { (shown(&slot.attribute)) }
        }
        h1 { "How " code { (shown(slot)) } " changed" }
        p.lead {
            @match turns.len() {
                0 => "Nothing was ever answered here.",
                many => { (words::count(many, "change", "changes")) " along the main line, the newest first." },
            }
        }
        @if let Some(mend) = line.completeness().mend() {
            p.note { "The history here is " (line.completeness().as_str()) ", and what came before is not shown: type " code { (mend) } "." }
        }
        @for old in renamed.before(&slot.subject) { p.note { "It was called " code { (shown(old.as_str())) } " before." } }
        ol.timeline {
            @for (turned, (by, why)) in &told {
                li {
                    p.by { (who(view, by)) @if let Some(why) = why { br; q.message { (shown(why)) } } }
                    @for one in &turned.changed { (change(view, one, Sides { before: &turned.texts.0, after: &turned.texts.1 }, false)) }
                }
            }
        }
        @if turns.len() > told.len() { p { "And " (turns.len() - told.len()) " before these; " code { "dictum history" } " tells them all." } }
    };
    Ok(frame::page(view, &format!("How {} changed", shown(slot)), Place::Other, &main))
}

fn who(view: &View<'_>, by: &Origin) -> Markup {
    html! {
        @match by {
            Origin::Commit(commit) => {
                (commit_link(view, commit.id.hex())) " " span.who { (shown(&commit.author)) } ", "
                time datetime=(words::author_day(commit)) { (words::author_day(commit)) }
                " " q.message { (shown(&commit.summary)) }
            },
            Origin::AtOrBefore(id) => span.quiet { "unknown: at or before " code { (id.short()) } },
        }
    }
}

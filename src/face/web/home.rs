//! The first page: search and its finds, or what there is.

use maud::{Markup, html};

use super::asked::View;
use super::frame::{self, Place, badge, says, search_form, shown, value};
use super::links::in_file;
use crate::claim::Subject;
use crate::face::service::Problem;
use crate::face::words;
use crate::kind::KINDS;
use crate::name::norm;
use crate::query::{self, Address, Hit, Listing, Matched, Search};

/// Finds of a search.
const MOST_FINDS: usize = 25;

/// Subjects of a kind on the first page of a server; the rest has pages of its own.
const FIRST: usize = 24;

/// Subjects on one page of a list.
const MOST_LISTED: usize = 500;

/// Kinds that tell the program what to do: they come last.
const INWARD: [&str; 5] = ["correction", "dimension", "policy", "precedence", "question"];

/// The page.
pub(super) fn page(view: &View<'_>) -> Result<Markup, Problem> {
    let text = view.asked.text();
    if !text.is_empty() {
        return finds(view, text);
    }
    let kinds = kinds(view)?;
    let most = if view.links.is_live() { FIRST } else { usize::MAX };
    let mut parts = Vec::new();
    for (kind, count) in &kinds {
        let listed = query::ls_after(&view.served.snapshot, kind, &asking(view, kind), None, most)?;
        parts.push((kind, *count, listed));
    }
    let snapshot = &view.served.snapshot;
    let facts = words::count(snapshot.slot_count() as usize, "fact", "facts");
    let claims = words::count(snapshot.claim_count() as usize, "claim", "claims");
    let subjects = words::count(kinds.iter().map(|(_, count)| count).sum(), "subject", "subjects");
    let main = html! {
        h1 { (view.name()) }
        p.lead { (facts) " about " (subjects) ", decided from " (claims) ". " (health(view)) }
        @if view.links.is_live() { (search_form(&view.links, "")) }
        nav.kinds aria-label="Kinds" {
            ul {
                @for (kind, count, _) in &parts {
                    li { a href=(format!("#{}", in_file(kind))) { (plural(kind)) } " " span.count { (count) } }
                }
            }
        }
        @for (kind, count, listed) in &parts {
            section {
                h2 id=(in_file(kind)) { (plural(kind)) " " span.count { (count) } }
                (list(view, listed))
                @if listed.len() < *count {
                    p { a href=(view.links.kind(kind)) { "All " (count) " of the kind " (shown(kind)) } }
                }
            }
        }
    };
    Ok(frame::page(view, "Subjects", Place::Home, &main))
}

/// In one line, whether what is served is the newest.
fn health(view: &View<'_>) -> Markup {
    html! {
        @if view.trouble.is_some() { "The newest commit can't be served." }
        @else if view.served.origin.is_some() && view.asked.at.is_none() && view.links.is_live() {
            "This is the newest commit, and it compiles without errors."
        }
    }
}

/// The kinds with how many there are: what people look for first.
fn kinds(view: &View<'_>) -> Result<Vec<(String, usize)>, Problem> {
    let mut kinds: Vec<(String, usize)> = query::kinds(&view.served.snapshot)?.into_iter().collect();
    kinds.sort_by_key(|(kind, _)| INWARD.contains(&kind.as_str()));
    Ok(kinds)
}

fn asking(view: &View<'_>, kind: &str) -> query::Question {
    view.question(Address::Subject(Subject::new(kind, "any")))
}

/// The subjects of a kind.
pub(super) fn kind_page(view: &View<'_>, kind: &str) -> Result<Markup, Problem> {
    let Some((_, count)) = kinds(view)?.into_iter().find(|(own, _)| own == kind) else {
        let problem = Problem::new(404, "no-such-kind", format!("there is nothing of the kind `{kind}`"));
        let near = query::nearest(kind, KINDS.iter().map(|kind| kind.name), 1);
        return Err(match near.first() {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("the first page lists the kinds that there are"),
        });
    };
    let after = view.asked.fields.optional_text("after");
    let listed = query::ls_after(&view.served.snapshot, kind, &asking(view, kind), after, MOST_LISTED + 1)?;
    let more = listed.len() > MOST_LISTED;
    let listed = &listed[..listed.len().min(MOST_LISTED)];
    let next = listed.last().filter(|_| more).map(|last| {
        let after = super::links::pairs(&[("after", last.subject.id())]);
        let href = view.links.kind(kind);
        let join = if href.contains('?') { '&' } else { '?' };
        format!("{href}{join}{after}")
    });
    let title = plural(kind);
    let main = html! {
        h1 { (title) " " span.count { (count) } }
        (list(view, listed))
        @if let Some(next) = &next { p { a rel="next" href=(next) { "Further ones" } } }
    };
    Ok(frame::page(view, &title, Place::Other, &main))
}

fn list(view: &View<'_>, listed: &[Listing]) -> Markup {
    html! {
        ul.subjects {
            @for one in listed {
                li {
                    a href=(view.links.subject(&one.subject)) {
                        @match &one.label {
                            Some(label) => (shown(label)),
                            None => (shown(one.subject.id())),
                        }
                    }
                    @if one.label.is_some() { " " span.id { (shown(one.subject.id())) } }
                    @if one.deprecated { " " span.badge.deprecated { "deprecated" } }
                }
            }
        }
    }
}

/// A kind as a heading: `Terms`.
pub(super) fn plural(kind: &str) -> String {
    let kind = shown(kind);
    let mut letters = kind.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase()).into_iter();
    let rest = letters.as_str();
    let end = match rest {
        _ if rest.ends_with('y') => {
            return first.chain(rest[..rest.len() - 1].chars()).chain("ies".chars()).collect();
        }
        _ if rest.ends_with('s') => "es",
        _ => "s",
    };
    first.chain(rest.chars()).chain(end.chars()).collect()
}

fn finds(view: &View<'_>, text: &str) -> Result<Markup, Problem> {
    let search =
        Search { text, kind: None, limit: MOST_FINDS, context: view.context.clone(), on: view.on, key: norm };
    let found = query::search(&view.served.snapshot, &search)?;
    let main = html! {
        h1 { "Search" }
        (search_form(&view.links, text))
        p role="status" {
            @match found.hits.len() {
                0 => "Nothing that is in force matches.",
                hits => {
                    (words::count(hits, "subject", "subjects")) " for “" (shown(text)) "”"
                    @if found.matching > hits && hits == MOST_FINDS { ", of " (found.matching) " that match; more words find fewer" }
                    "."
                },
            }
        }
        @if found.hits.is_empty() {
            p { "Names, definitions and notes are searched. Try another word for it, or a part of one; or "
                a href=(view.links.home()) { "look through all subjects" } "." }
        }
        ol.finds { @for hit in &found.hits { (find(view, hit)) } }
    };
    Ok(frame::page(view, &format!("“{}”", shown(text)), Place::Home, &main))
}

fn find(view: &View<'_>, hit: &Hit) -> Markup {
    let answer = &hit.answer;
    html! {
        li {
            h2 {
                a href=(view.links.subject(&hit.subject)) {
                    @match &hit.label { Some(label) => (shown(label)), None => (shown(hit.subject.id())) }
                }
                " " span.id { (shown(&hit.subject)) }
            }
            p.says {
                (badge(answer.status)) " "
                @match (&answer.value, answer.cites.first()) {
                    (None, _) => @for one in answer.facts.iter().take(3) { (value(view, one.value.as_ref())) " · " },
                    (Some(_), Some(cite)) if answer.cites.len() == 1 => (says(view, cite)),
                    (some, _) => (value(view, some.as_ref())),
                }
            }
            @let slot = answer.slot.as_ref();
            @for matched in hit.matched.iter().filter(|one| Some(&one.slot) != slot).take(2) {
                p.matched { a href=(view.links.fact(&matched.slot)) { (shown(&matched.slot.attribute)) } ": " (excerpt(matched)) }
            }
        }
    }
}

/// What matched, with the words that did marked.
fn excerpt(matched: &Matched) -> Markup {
    let text = &matched.excerpt;
    let mut parts: Vec<(bool, &str)> = Vec::new();
    let mut at = 0;
    for mark in &matched.marks {
        // Marks come in order; one that doesn't fit is passed over.
        if mark.start < at || text.get(mark.clone()).is_none() {
            continue;
        }
        parts.push((false, &text[at..mark.start]));
        parts.push((true, &text[mark.clone()]));
        at = mark.end;
    }
    parts.push((false, text.get(at..).unwrap_or_default()));
    html! {
        @for (marked, part) in parts {
            @if marked { mark { (shown(part)) } } @else { (shown(part)) }
        }
    }
}

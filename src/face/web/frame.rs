//! What all pages share: the frame around them, and how texts, values and claims stand in them.

use maud::{DOCTYPE, Markup, html};

use super::asked::View;
use super::links::Links;
use crate::claim::{Period, Subject, Value};
use crate::face::service::Problem;
use crate::face::sign_in::SIGN_OUT;
use crate::face::wire::TroubleTold;
use crate::face::{text, words};
use crate::query::{Cite, Origin, Said, Status};

/// A text from a repository, fit to be shown. Templates escape it.
pub(super) fn shown(text: impl std::fmt::Display) -> String {
    text::shown(&text.to_string())
}

/// One of the pages that the navigation leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// The first page.
    Home,
    /// The state.
    State,
    /// The differences.
    Diff,
    /// Some other.
    Other,
}

/// A whole page.
pub(super) fn page(view: &View<'_>, title: &str, place: Place, main: &Markup) -> Markup {
    let name = view.name();
    let main = html! {
        @if let Some(at) = &view.asked.at {
            p.note {
                strong { "As known at " (shown(at)) ". " }
                a href=(view.now()) { "See what is known now" }
            }
        }
        (main)
    };
    let below = html! {
        div.known {
            p {
                "From snapshot " code title=(view.basis.snapshot) { (text::clipped(&view.basis.snapshot, 15)) }
                @if let Some(at) = &view.basis.at {
                    " at commit "
                    @match view.links.is_live() {
                        true => { a href=(view.at_commit(at.hex())) title=(at.as_str()) { code { (at.short()) } } },
                        false => { code title=(at.as_str()) { (at.short()) } },
                    }
                }
                ", as in force on " time datetime=(view.on.to_string()) { (view.on) } ". "
                "History: " (view.basis.history) "."
            }
        }
    };
    shell(&name, title, place, &view.links, view.trouble, &main, Some(&below), view.asked.text())
}

/// What went wrong, and what to do.
pub(super) fn problem(problem: &Problem, name: &str, links: &Links, trouble: Option<&TroubleTold>) -> Markup {
    let title = match problem.status {
        404 => "There is nothing here",
        403 => "This is not taken",
        400 | 413 | 415 | 422 => "This can't be asked so",
        503 => "Busy",
        _ => "This can't be shown",
    };
    let main = html! {
        h1 { (title) }
        p.lead { (sentence(&problem.message)) }
        @if let Some(help) = &problem.help {
            p { strong { "What to do: " } (sentence(help)) }
        }
        p { a href=(links.home()) { "Search, or look through all subjects" } }
    };
    shell(&shown(name), title, Place::Other, links, trouble, &main, None, "")
}

/// A page around `main`.
#[expect(clippy::too_many_arguments, reason = "what differs between pages, once")]
pub(super) fn shell(
    name: &str,
    title: &str,
    place: Place,
    links: &Links,
    trouble: Option<&TroubleTold>,
    main: &Markup,
    below: Option<&Markup>,
    search: &str,
) -> Markup {
    let current = |own: Place| (own == place).then_some("page");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (name) }
                link rel="stylesheet" href=(links.style());
                @if links.is_live() { script src="/app.js" defer {} }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    div.bar {
                        a.brand href=(links.home()) { (name) }
                        nav aria-label="Main" {
                            a href=(links.home()) aria-current=[current(Place::Home)] { "Subjects" }
                            a href=(links.state()) aria-current=[current(Place::State)] { "State" }
                            @if links.is_live() {
                                a href="/diff" aria-current=[current(Place::Diff)] { "Differences" }
                            }
                        }
                        @if links.is_live() && place != Place::Home { (search_form(links, search)) }
                    }
                }
                @if let Some(trouble) = trouble { (stale(trouble, links)) }
                main id="main" tabindex="-1" { (main) }
                footer {
                    @if let Some(below) = below { (below) }
                    @if links.signs_out() {
                        form.out action=(SIGN_OUT) method="post" { button type="submit" { "Sign out" } }
                    }
                    p.by { "Compiled by dictum from reviewed files; every fact names the commit that said it." }
                }
            }
        }
    }
}

/// The field for words, which carries the day, the commit and the case along.
pub(super) fn search_form(links: &Links, text: &str) -> Markup {
    html! {
        form.search role="search" action="/" method="get" {
            label.hidden for="q" { "Search names, definitions and notes" }
            input id="q" type="search" name="q" value=(shown(text)) placeholder="Search" autocomplete="off" maxlength="1000";
            @for (name, value) in form_urlencoded::parse(links.carried().as_bytes()) {
                input type="hidden" name=(name) value=(value);
            }
            button type="submit" { "Search" }
        }
    }
}

/// That the newest commit isn't what is served.
fn stale(trouble: &TroubleTold, links: &Links) -> Markup {
    html! {
        section.stale aria-label="This is not the newest" {
            p {
                strong { "Not the newest commit. " }
                @match &trouble.commit {
                    Some(commit) => {
                        code { (commit.split(':').next_back().unwrap_or_default().chars().take(7).collect::<String>()) }
                        " can't be served: "
                    },
                    None => "The newest can't be served: ",
                }
                (sentence(&trouble.message)) " "
                a href=(links.state()) { "What is wrong" }
            }
        }
    }
}

/// A sentence of the program: what stands between backticks is what somebody wrote or types.
pub(super) fn prose(sentence: &str) -> Markup {
    html! {
        @for (at, part) in sentence.split('`').enumerate() {
            @if at % 2 == 1 { code { (shown(part)) } } @else { (shown(part)) }
        }
    }
}

/// The same as a whole sentence: with a capital, and a full stop unless it asks.
pub(super) fn sentence(text: &str) -> Markup {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase()).into_iter();
    let text: String = first.chain(letters).collect();
    html! { (prose(&text)) @if !text.ends_with(['.', '?', '!']) { "." } }
}

/// A value; a subject that is there leads to its page.
pub(super) fn value(view: &View<'_>, value: Option<&Value>) -> Markup {
    html! {
        @match value {
            None => span.quiet { "nothing" },
            Some(Value::None) => em { "none: known not to exist" },
            Some(Value::Ref(subject)) => (reference(view, subject)),
            Some(Value::List(items)) if items.iter().any(|item| matches!(item, Value::Ref(_))) => {
                @for (at, item) in items.iter().enumerate() {
                    @if at > 0 { ", " }
                    (self::value(view, Some(item)))
                }
            },
            // Sentences stand below each other.
            Some(Value::List(items)) if items.iter().any(is_sentence) => ul.sentences { @for item in items { li { (shown(item)) } } },
            Some(other) => (shown(other)),
        }
    }
}

fn is_sentence(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.len() > 24 && text.contains(' '))
}

/// A subject by its address, which leads to its page where it has one.
pub(super) fn reference(view: &View<'_>, subject: &Subject) -> Markup {
    html! {
        @if view.knows(subject) { a href=(view.links.subject(subject)) { (shown(subject)) } }
        @else { (shown(subject)) }
    }
}

/// What a claim says, or what it takes back.
pub(super) fn says(view: &View<'_>, cite: &Cite) -> Markup {
    html! {
        @if cite.retracts.is_empty() { (value(view, Some(&cite.value))) }
        @else { em { (shown(words::retraction(&cite.retracts))) } }
    }
}

/// When and where a claim speaks; nothing where that is always and everywhere.
pub(super) fn speaks(cite: &Cite) -> Markup {
    html! {
        @if cite.period != Period::ALWAYS { span.when { (words::period(&cite.period)) } " " }
        @if !cite.when.is_always() { span.when { "in " (shown(words::when(&cite.when))) } }
    }
}

/// Who said a claim, in a line: commit, author, day.
pub(super) fn sayer(view: &View<'_>, said: Option<&Said>) -> Markup {
    html! {
        @match said {
            None => span.quiet { "unknown: no history" },
            Some(said) => {
                (origin(view, &said.said_by))
                @if said.carried { " " span.quiet { "(" (words::CARRIED) ")" } }
            },
        }
    }
}

/// A commit, its author and day; or at or before which it lies.
pub(super) fn origin(view: &View<'_>, origin: &Origin) -> Markup {
    html! {
        @match origin {
            Origin::Commit(commit) => {
                (commit_link(view, commit.id.hex())) " "
                span.who { (shown(&commit.author)) } ", "
                time datetime=(words::author_day(commit)) { (words::author_day(commit)) }
            },
            Origin::AtOrBefore(id) => span.quiet { "unknown: at or before " code { (id.short()) } },
        }
    }
}

/// A commit by its short name, which leads to this page as it was then.
pub(super) fn commit_link(view: &View<'_>, hex: &str) -> Markup {
    let short = hex.get(..7).unwrap_or(hex);
    html! {
        @if view.links.is_live() && view.served.origin.is_some() {
            a href=(view.at_commit(hex)) title=(format!("{hex}: this page as of then")) { code { (short) } }
        } @else { code title=(hex) { (short) } }
    }
}

/// The kind of an answer, where it is not plainly a fact.
pub(super) fn badge(status: Status) -> Markup {
    let word = match status {
        Status::Fact => return html! {},
        Status::None => "known not to exist",
        Status::Depends => "it depends",
        Status::Contested => "contested",
        Status::Ambiguous => "ambiguous",
        Status::TooGeneric => "too generic",
        Status::Deprecated => "deprecated",
        Status::Unknown => "nothing is said",
        Status::Unconfirmed => "unconfirmed",
    };
    html! { span class=(format!("badge {}", status.as_str())) { (word) } }
}

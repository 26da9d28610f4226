//! The form: the fact as it is, and fields for what is right.

use maud::{Markup, html};

use super::{Sheet, current};
use crate::claim::{Slot, Value};
use crate::face::correction::{kind_of_value, type_of};
use crate::face::service::Problem;
use crate::face::spelled::spelled;
use crate::face::web::asked::View;
use crate::face::web::frame::{self, Place, says, sentence, shown, speaks};
use crate::face::web::{clocks, fact};
use crate::kind::Is;
use crate::query::{Answer, Cite};

/// Claims to choose from.
const MOST_CLAIMS: usize = 40;

/// Dimensions to choose from.
const MOST_DIMENSIONS: usize = 24;

/// The page, with what stood in the form and why it was not taken.
pub(super) fn page(
    view: &View<'_>,
    slot: &Slot,
    sheet: &Sheet,
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let answer = current(view, slot)?;
    let title = format!("Correct {}", shown(slot));
    let main = html! {
        nav.trail aria-label="Where this is" { a href=(view.links.fact(slot)) { (shown(slot)) } }
        h1 { "Propose a correction" }
        p.lead { "It becomes a branch for review. What is answered here stays as it is until somebody merges it." }
        @if let Some(problem) = problem {
            div.note role="alert" {
                p { strong { (sentence(&problem.message)) } }
                @if let Some(help) = &problem.help { p { (sentence(help)) } }
            }
        }
        h2 { "As it is" }
        (fact::told(view, &answer))
        @match answer.cites.is_empty() {
            true => p { "Only one fact can be corrected at a time, and there is none here. Say above which case is meant, or look at " a href=(view.links.fact(slot)) { "all that is said" } "." },
            false => (fields(view, slot, &answer, sheet)?),
        }
    };
    Ok(frame::page(view, &title, Place::Other, &main))
}

fn fields(view: &View<'_>, slot: &Slot, answer: &Answer, sheet: &Sheet) -> Result<Markup, Problem> {
    let compiled = view.served.compiled.as_ref().ok_or_else(Problem::no_repository)?;
    let type_id = type_of(&view.served.snapshot, slot, view.on).map_err(Problem::unreadable)?;
    let is = kind_of_value(compiled, slot, type_id.as_deref());
    let only = answer.cites.first().filter(|_| answer.cites.len() == 1);
    let now = only.map(|cite| typed(&cite.value)).unwrap_or_default();
    Ok(html! {
        form.sheet action=(view.path) method="post" aria-label="What is right" {
            h2 { "What is right" }
            (claims(view, answer, sheet))
            (value(&is, &now, sheet))
            div.check {
                input id="none" type="checkbox" name="none" value="true" checked[!sheet.get("none").is_empty()];
                label for="none" { "It is known not to exist, and there is no value" }
            }
            div.field {
                label for="reason" { "Why" }
                textarea id="reason" name="reason" rows="3" required maxlength="4000" aria-describedby="reason-help" { (sheet.get("reason")) }
                span.help id="reason-help" { "what it leans on and how you know, for who reviews it" }
            }
            h2 { "Where and when" }
            (cases(view, answer)?)
            div.fields {
                @if let Some(on) = view.asked.on { input type="hidden" name="on" value=(on); }
                (line("from", "From", "date", sheet, "the first day; empty: as before"))
                (line("until", "Until", "date", sheet, "the first day no more; empty: as before"))
            }
            h2 { "Who proposes it" }
            div.fields {
                (line("name", "Your name", "text", sheet, "stands in the commit as its author"))
                (line("mail", "Your mail address", "email", sheet, "by which reviewers know you"))
            }
            p { button type="submit" name="step" value="preview" { "See what would change" } }
        }
    })
}

/// Which claim is wrong: the one that answers, else one to be chosen.
fn claims(view: &View<'_>, answer: &Answer, sheet: &Sheet) -> Markup {
    let pin = |cite: &Cite| format!("{}", cite.pin);
    let chosen = sheet.get("pin");
    let is_chosen = |cite: &Cite| chosen.rsplit('~').next().is_some_and(|digits| digits == cite.pin.digits);
    html! {
        @match &answer.cites[..] {
            [only] => input type="hidden" name="pin" value=(pin(only));,
            several => fieldset {
                legend { "Which of these is wrong?" }
                @for (at, cite) in several.iter().take(MOST_CLAIMS).enumerate() {
                    div.check {
                        input id=(format!("pin-{at}")) type="radio" name="pin" value=(pin(cite)) required checked[is_chosen(cite)];
                        label for=(format!("pin-{at}")) { (says(view, cite)) " " (speaks(cite)) " " code { "~" (cite.pin.digits) } }
                    }
                }
            },
        }
    }
}

/// A field for a value of that kind.
fn value(is: &Is, now: &str, sheet: &Sheet) -> Markup {
    let given = sheet.get("value");
    let stands = if given.is_empty() && sheet.pairs.is_empty() { now } else { given };
    let choices: Vec<&str> = match is {
        Is::Enum(values) => values.iter().map(|value| value.as_str()).collect(),
        Is::Bool => vec!["true", "false"],
        _ => Vec::new(),
    };
    let help = match is {
        Is::Text | Is::Markdown => "as it shall be read; no quotes around it".to_owned(),
        other => format!("{other}, as `{}`", example(other)),
    };
    html! {
        div.field {
            label for="value" { "Value" }
            @if !choices.is_empty() {
                select id="value" name="value" aria-describedby="value-help" {
                    option value="" { "choose" }
                    @for choice in &choices { option value=(choice) selected[*choice == stands] { (choice) } }
                }
            } @else if matches!(is, Is::Text | Is::Markdown | Is::List(_) | Is::Inline) {
                textarea id="value" name="value" rows="4" aria-describedby="value-help" { (stands) }
            } @else {
                input id="value" name="value" value=(stands) autocomplete="off" aria-describedby="value-help";
            }
            span.help id="value-help" { (frame::prose(&help)) }
        }
    }
}

/// An example as it is typed here: texts bare.
fn example(is: &Is) -> String {
    let example = is.example();
    match is {
        Is::List(_) => example,
        _ => example.trim_matches('"').to_owned(),
    }
}

/// A value as it is typed.
fn typed(value: &Value) -> String {
    match value {
        Value::None => String::new(),
        Value::List(_) | Value::Period(_) => spelled(value),
        other => other.to_string(),
    }
}

fn cases(view: &View<'_>, answer: &Answer) -> Result<Markup, Problem> {
    let declared = &view.served.snapshot.declarations()?.dimensions;
    let bear = fact::bearing(answer);
    let named = |id: &str| view.asked.context.iter().any(|(own, _)| own == id);
    let (near, far): (Vec<_>, Vec<_>) =
        declared.iter().take(MOST_DIMENSIONS).partition(|(id, _)| bear.contains(id.as_str()) || named(id));
    Ok(html! {
        p.help { "What is left empty stays as the corrected claim has it." }
        @if !near.is_empty() { div.fields { @for (id, dimension) in &near { (clocks::field(view, id, dimension)) } } }
        @if !far.is_empty() {
            details {
                summary { "Only in a certain case" }
                div.fields { @for (id, dimension) in &far { (clocks::field(view, id, dimension)) } }
            }
        }
    })
}

fn line(name: &str, label: &str, form: &str, sheet: &Sheet, help: &str) -> Markup {
    let (id, described) = (name, format!("{name}-help"));
    let wanted = matches!(name, "name" | "mail");
    html! {
        div.field {
            label for=(id) { (label) }
            input id=(id) type=(form) name=(name) value=(sheet.get(name)) required[wanted] aria-describedby=(described);
            span.help id=(described) { (help) }
        }
    }
}

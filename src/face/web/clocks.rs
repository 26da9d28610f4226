//! The two clocks and the case: in force on which day, as known at which commit, and for whom.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::asked::View;
use super::frame::shown;
use crate::claim::{Dimension, Shape, Tree};
use crate::face::service::Problem;

/// More values than these are typed, not chosen.
const MOST_CHOICES: usize = 400;

/// Dimensions that are offered.
const MOST_DIMENSIONS: usize = 24;

/// The form. Dimensions that `bear` on the answer come first, the others behind a fold.
pub(super) fn form(view: &View<'_>, bear: &[&str]) -> Result<Markup, Problem> {
    let declared = &view.served.snapshot.declarations()?.dimensions;
    let named: BTreeSet<&str> = view.asked.context.iter().map(|(dimension, _)| dimension.as_str()).collect();
    let first = |id: &str| bear.contains(&id) || named.contains(id);
    let (near, far): (Vec<_>, Vec<_>) =
        declared.iter().take(MOST_DIMENSIONS).partition(|(id, _)| first(id.as_str()));
    let has_past = view.served.origin.is_some();
    Ok(html! {
        form.clocks action=(view.path) method="get" aria-label="Ask for another day, commit or case" {
            div.fields {
                div.field {
                    label for="on" { "In force on" }
                    input id="on" type="date" name="on" value=(view.asked.on.map(|on| on.to_string()).unwrap_or_default())
                        aria-describedby="on-help";
                    span.help id="on-help" { "empty: today" }
                }
                @if has_past {
                    div.field {
                        label for="at" { "As known at" }
                        input id="at" type="text" name="at" value=(shown(view.asked.at.as_deref().unwrap_or_default()))
                            placeholder="2026-01-31" maxlength="200" autocomplete="off" spellcheck="false" aria-describedby="at-help";
                        span.help id="at-help" { "a day, commit or tag; empty: now" }
                    }
                }
                @for (id, dimension) in &near { (field(view, id, dimension)) }
                div.field.go { button type="submit" { "Show" } }
            }
            @if !far.is_empty() {
                details {
                    summary { "Other circumstances" }
                    div.fields { @for (id, dimension) in &far { (field(view, id, dimension)) } }
                }
            }
        }
    })
}

/// One dimension: to be chosen where it has few values, else typed.
pub(super) fn field(view: &View<'_>, id: &str, dimension: &Dimension) -> Markup {
    let now = view.asked.context.iter().find(|(own, _)| own == id).map_or("", |(_, value)| value.as_str());
    let name = format!("where.{id}");
    let html_id = format!("where-{}", super::links::in_file(id));
    let choices = choices(dimension);
    html! {
        div.field {
            label for=(html_id) { (shown(id)) }
            @match &choices {
                Some(choices) => select id=(html_id) name=(name) {
                    option value="" { "not said" }
                    // What was asked may be a path or a set, which is none of these.
                    @if !now.is_empty() && !choices.iter().any(|(value, _)| value == now) {
                        option value=(now) selected { (shown(now)) }
                    }
                    @for (value, label) in choices {
                        option value=(value) selected[value == now] { (shown(label)) }
                    }
                },
                None => input id=(html_id) name=(name) value=(shown(now)) placeholder=(example(dimension)) autocomplete="off";
            }
        }
    }
}

fn choices(dimension: &Dimension) -> Option<Vec<(String, String)>> {
    let plain = |text: &str| (text.to_owned(), text.to_owned());
    let mut choices: Vec<(String, String)> = match &dimension.shape {
        Shape::Tree(tree) => tree
            .nodes
            .iter()
            .map(|node| (node.name.to_string(), indented(tree, node.parent, &node.name)))
            .collect(),
        Shape::Enum(values) => values.iter().map(|value| plain(value)).collect(),
        Shape::Bool => vec![plain("true"), plain("false")],
        Shape::Number | Shape::Date | Shape::Open => return None,
    };
    choices.extend(dimension.sets.keys().map(|set| (set.to_string(), format!("{set} (all of them)"))));
    (choices.len() <= MOST_CHOICES).then_some(choices)
}

/// A node behind as many spaces as lie above it.
fn indented(tree: &Tree, parent: Option<u32>, name: &str) -> String {
    let above = std::iter::successors(parent, |at| tree.nodes.get(*at as usize).and_then(|node| node.parent));
    // Of a tree that is too deep the rest is not told apart.
    let depth = above.take(12).count();
    format!("{}{name}", "\u{2003}".repeat(depth))
}

fn example(dimension: &Dimension) -> &'static str {
    match dimension.shape {
        Shape::Number => "10000",
        Shape::Date => "2026-03-31",
        _ => "",
    }
}

//! An audit for a terminal: the sums first, then a paragraph of three lines for each fact.

use super::Report;
use super::words as prose;
use crate::face::cli::human::claim_text;
use crate::face::cli::output::Output;
use crate::face::text::{clipped, shown};
use crate::face::words;
use crate::history::Reviewed;
use crate::query::Audited;

/// The whole table; with `brief` a line for each fact. Coloured only on a `screen`.
pub(super) fn table(report: &Report, out: &Output<'_>, brief: bool, screen: bool) -> String {
    let styled = |style: &str, text: &str| if screen { out.styled(style, text) } else { text.to_owned() };
    let mut told = String::new();
    let mut line = |text: String| {
        told.push_str(text.trim_end());
        told.push('\n');
    };
    if brief {
        report.found.facts.iter().for_each(|fact| line(one_line(fact)));
        return told;
    }
    line(styled("1", &shown(&prose::ground(report))));
    for (name, count) in prose::totals(&report.found.totals()) {
        if count > 0 || name == "facts" {
            line(format!("{count:>7}  {name}"));
        }
    }
    for slot in &report.found.conflicts {
        line(format!("\n{}", styled("36", &shown(&slot.to_string()))));
        line("  claims contradict each other: nothing is answered here".to_owned());
    }
    for fact in &report.found.facts {
        let value = clipped(&claim_text(&fact.cite.value, &fact.cite.retracts), out.width);
        line(format!("\n{}  {value}", styled("36", &shown(&fact.cite.pin.to_string()))));
        line(format!("  {}", circumstances(fact)));
        let style = match fact.review.state {
            Reviewed::Yes => "32",
            Reviewed::No => "31",
            Reviewed::Unknown => "33",
        };
        line(format!("  reviewed  {}", styled(style, &shown(&prose::reviewed_text(&fact.review)))));
        let signatures = prose::signature_texts(&fact.review);
        signatures.iter().for_each(|signature| line(format!("  signed    {}", shown(signature))));
        for unmet in prose::unmet(fact) {
            line(format!("  {}", styled("31", &format!("amiss     {}", shown(&unmet)))));
        }
        if let Some(due) = &fact.due {
            let text = format!("again     {} (policy {})", prose::due(due), due.policy);
            line(format!("  {}", if fact.is_overdue() { styled("31", &text) } else { text }));
        }
    }
    told
}

/// Where, since when, by whom, on what.
fn circumstances(fact: &Audited) -> String {
    let cite = &fact.cite;
    let mut parts = Vec::new();
    if !cite.when.is_always() {
        parts.push(format!("in {}", words::when(&cite.when)));
    }
    parts.push(format!("valid {}", words::period(&fact.valid)));
    parts.push(format!("said by {}", prose::said_by(fact)));
    parts.push(format!("landed {}", prose::landed(fact)));
    parts.push(prose::source(fact));
    shown(&parts.join("   "))
}

/// Reviewed, due, pin, separated by tabs.
fn one_line(fact: &Audited) -> String {
    let due = fact.due.as_ref().map(prose::due).unwrap_or_default();
    shown_tabs(&[fact.review.state.as_str(), &due, &fact.cite.pin.to_string()])
}

fn shown_tabs(parts: &[&str]) -> String {
    parts.iter().map(|part| shown(part)).collect::<Vec<_>>().join("\t")
}

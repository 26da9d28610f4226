//! An audit as one HTML file: nothing is loaded from elsewhere and no program runs in it, it prints, and it follows the
//! reader's choice of dark or light.
//!
//! INVARIANT: whatever comes from a repository goes through [`escaped`].

use super::Report;
use super::words as prose;
use crate::face::cli::human::claim_text;
use crate::face::text::shown;
use crate::face::words;
use crate::query::Audited;

const STYLE: &str = include_str!("style.css");

/// Refuses everything from elsewhere and every script, even if one got into the page.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let title = escaped(&format!("Audit: {}", prose::ground(report)));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{CONTENT_POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    page.push_str(&head(report));
    page.push_str("<table>\n<thead><tr>");
    for name in ["Fact", "Valid", "Said by", "Landed", "Reviewed", "Source", "Look again"] {
        page.push_str(&format!("<th scope=\"col\">{name}</th>"));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    report.found.facts.iter().for_each(|fact| page.push_str(&row(fact)));
    page.push_str("</tbody>\n</table>\n</body>\n</html>\n");
    page
}

/// The ground, the sums, and what can't be answered at all.
fn head(report: &Report) -> String {
    let mut head = format!("<h1>{}</h1>\n<p>", escaped(&prose::ground(report)));
    head.push_str(&format!(
        "snapshot <code>{}</code>{}</p>\n<dl>\n",
        escaped(&report.basis.snapshot),
        report
            .basis
            .at
            .as_ref()
            .map(|at| format!(", commit <code>{}</code>", escaped(at.as_str())))
            .unwrap_or_default()
    ));
    for (name, count) in prose::totals(&report.found.totals()) {
        head.push_str(&format!("<div><dt>{}</dt><dd>{count}</dd></div>\n", escaped(name)));
    }
    head.push_str("</dl>\n");
    if !report.found.conflicts.is_empty() {
        let slots = report.found.conflicts.iter();
        let items: String =
            slots.map(|slot| format!("<li><code>{}</code></li>\n", escaped(&slot.to_string()))).collect();
        head.push_str(&format!(
            "<h2>Claims contradict each other here, and nothing is answered</h2>\n<ul>\n{items}</ul>\n"
        ));
    }
    head
}

fn row(fact: &Audited) -> String {
    let cite = &fact.cite;
    let class = if fact.is_wanting() { "amiss" } else { fact.review.state.as_str() };
    let mut says = format!(
        "<code>{}</code><br>{}",
        escaped(&cite.pin.to_string()),
        escaped(&claim_text(&cite.value, &cite.retracts))
    );
    if !cite.when.is_always() {
        says.push_str(&format!("<br><small>in {}</small>", escaped(&words::when(&cite.when))));
    }
    let place = format!("{}:{}", cite.place.path, cite.place.line);
    let said = format!("{}<br><small>{}</small>", escaped(&prose::said_by(fact)), escaped(&place));
    let mut reviewed = escaped(&prose::reviewed_text(&fact.review));
    for signature in prose::signature_texts(&fact.review) {
        reviewed.push_str(&format!("<br><small>{}</small>", escaped(&signature)));
    }
    for unmet in prose::unmet(fact) {
        reviewed.push_str(&format!("<br><strong>{}</strong>", escaped(&unmet)));
    }
    let due = fact.due.as_ref().map_or(String::new(), |due| {
        format!("{}<br><small>policy {}</small>", escaped(&prose::due(due)), escaped(&due.policy))
    });
    let cells = [
        says,
        escaped(&words::period(&fact.valid)),
        said,
        escaped(&prose::landed(fact)),
        reviewed,
        escaped(&prose::source(fact)),
        due,
    ];
    let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
    format!("<tr class=\"{class}\">{cells}</tr>\n")
}

/// Text as HTML shows it: what is markup there is spelt out, and what can't be seen is shown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

//! Differences as Markdown, for a comment on a pull request: the summary first, then a table, never too long.

use super::breaking::Breaks;
use crate::diagnostic::{code_cell, inert as escaped};
use crate::face::text;
use crate::face::words::diff::{holds, members, region, summary};
use crate::query::{Changed, Difference};

/// A comment may have 65,536 characters; rows stop well before.
const MOST: usize = 60_000;

/// Columns of an answer in the table.
const WIDTH: usize = 160;

/// The whole comment. It bears a hidden mark, so that the next run can find and replace it.
pub(super) fn document(
    changed: &[Changed],
    breaks: Option<&Breaks>,
    (before, after): (&str, &str),
) -> String {
    let mut text = format!("<!-- dictum diff -->\n**{}** (from {before} to {after})\n", summary(changed));
    if changed.is_empty() {
        return text;
    }
    let breaking = changed.iter().filter(|one| one.is_breaking()).count();
    if breaking > 0 {
        text.push_str(&format!("\nGiven before and not any more, or not the same: {breaking}\n"));
    }
    if let Some(breaks) = breaks {
        text.push_str(&format!("\n{}", breaks.markdown(&escaped)));
    }
    text.push_str("\n<details><summary>What answers differently</summary>\n\n| address | where | before | after |\n|---|---|---|---|\n");
    let rows =
        changed.iter().flat_map(|one| one.differences.iter().map(move |difference| row(one, difference)));
    let rows: Vec<String> = rows.collect();
    for (at, row) in rows.iter().enumerate() {
        if text.chars().count() + row.chars().count() > MOST {
            text.push_str(&format!("\nand {} more rows: `dictum diff` shows them\n", rows.len() - at));
            break;
        }
        text.push_str(row);
    }
    text.push_str("\n</details>\n");
    text
}

fn row(changed: &Changed, difference: &Difference) -> String {
    let regions: Vec<String> =
        difference.regions.iter().take(3).map(region).filter(|it| !it.is_empty()).collect();
    let more = if difference.regions.len() > 3 { ", …" } else { "" };
    let regions = if regions.is_empty() { "everywhere".to_owned() } else { regions.join("; ") };
    let (before, after) = match members(difference) {
        Some((gone, come)) => (only("without", gone), only("with", come)),
        None => (holds(&difference.before), holds(&difference.after)),
    };
    let cell = |text: &str| escaped(&text::clipped(text, WIDTH));
    format!(
        "| {} | {}{more} | {} | {} |\n",
        code_cell(&text::shown(&changed.slot.to_string())),
        cell(&regions),
        cell(&before),
        cell(&after)
    )
}

fn only(word: &str, members: String) -> String {
    if members.is_empty() { members } else { format!("{word} {members}") }
}

//! What a change does as Markdown, for a comment on a pull request: the summary first, then folded tables, never too long.

use super::beside::{goes, missed, place_text, stands};
use super::breaking::Breaks;
use super::effects::Effects;
use crate::diagnostic::{code_cell, inert as escaped};
use crate::face::text;
use crate::face::words::diff::{holds, members, region};
use crate::face::words::effect::{means, name_word, owned, told};
use crate::query::{Changed, Difference, NameChange, Region};

/// A comment may have 65,536 characters; rows stop well before.
const MOST: usize = 60_000;

/// What of these each table may take beside that of the answers: so that none crowds out the others.
const MOST_OF_ONE: usize = 8_000;

/// Columns of an answer in the table.
const WIDTH: usize = 160;

/// The whole comment. It bears a hidden mark, so that the next run can find and replace it.
pub(super) fn document(effects: &Effects, breaks: Option<&Breaks>, (before, after): (&str, &str)) -> String {
    let mut text = format!("<!-- dictum diff -->\n**{}** (from {before} to {after})\n", effects.summary());
    if effects.is_empty() {
        return text;
    }
    let given = effects.changed.iter().filter(|one| one.is_breaking()).count();
    if given > 0 {
        text.push_str(&format!("\nGiven before and not any more, or not the same: {given}\n"));
    }
    if let Some(breaks) = breaks {
        text.push_str(&format!("\n{}", breaks.markdown(&escaped)));
    }
    if effects.owners.iter().any(|one| one.owner.is_some()) {
        let owners: Vec<String> = effects.owners.iter().take(50).map(|one| escaped(&owned(one))).collect();
        let more = if effects.owners.len() > 50 { ", …" } else { "" };
        text.push_str(&format!("\nOwners: {}{more}\n", owners.join(", ")));
    }
    let mut table = |title: &str, head: &[&str], rows: Vec<String>, most: usize| {
        if rows.is_empty() {
            return;
        }
        let dashes = "---|".repeat(head.len());
        text.push_str(&format!(
            "\n<details><summary>{title}</summary>\n\n| {} |\n|{dashes}\n",
            head.join(" | ")
        ));
        let start = text.chars().count();
        let mut used = start;
        for (at, row) in rows.iter().enumerate() {
            used += row.chars().count();
            if used > MOST || used - start > most {
                text.push_str(&format!("\nand {} more rows: `dictum diff` shows them\n", rows.len() - at));
                break;
            }
            text.push_str(row);
        }
        text.push_str("\n</details>\n");
    };
    let names = told(&effects.names).flat_map(of_name).collect();
    table("Names that mean something else", &["name", "where", "before", "after"], names, MOST_OF_ONE);
    let questions = effects.questions.iter().map(|one| {
        let (subject, why) =
            (text::shown(one.after.test.subject.as_str()), text::clipped(&missed(one), WIDTH));
        format!("| {} | {} | {} |\n", code_cell(&subject), goes(one), escaped(&why))
    });
    table("Questions of the knowledge", &["question", "", "why"], questions.collect(), MOST_OF_ONE);
    let pins = effects.pins.iter().map(|(one, places)| {
        let place = places.first().map(place_text).unwrap_or_default();
        let more = if places.len() > 1 { format!(" and {} more", places.len() - 1) } else { String::new() };
        let cell = |text: &str| code_cell(&text::clipped(text, WIDTH));
        let pin = cell(&text::shown(&one.after.to_string()));
        format!("| {pin} | {}{more} | {} |\n", cell(&place), escaped(&stands(one)))
    });
    table("Pins", &["pin", "place", ""], pins.collect(), MOST_OF_ONE);
    let reviews = effects.unreviewed.iter().flatten().map(|one| {
        let why = text::clipped(&text::shown(&one.why), WIDTH);
        format!("| {} | {} |\n", code_cell(&text::shown(&one.address)), escaped(&why))
    });
    table("Reviewed before, and not now", &["address", "reviewed"], reviews.collect(), MOST_OF_ONE);
    let answers = effects
        .changed
        .iter()
        .flat_map(|one| one.differences.iter().map(move |difference| row(one, difference)));
    table("What answers differently", &["address", "where", "before", "after"], answers.collect(), MOST);
    text
}

fn of_name(change: &NameChange) -> Vec<String> {
    let name = code_cell(&text::clipped(&text::shown(&change.name), WIDTH));
    if change.differences.is_empty() {
        return vec![format!("| {name} | {} | | |\n", escaped(name_word(change.word())))];
    }
    let cell = |text: &str| escaped(&text::clipped(text, WIDTH));
    let row = |one: &crate::query::NameDifference| {
        let (before, after) = (cell(&means(&one.before)), cell(&means(&one.after)));
        format!("| {name} | {} | {before} | {after} |\n", places(&one.regions))
    };
    change.differences.iter().map(row).collect()
}

/// Where, in a cell.
fn places(all: &[Region]) -> String {
    let regions: Vec<String> = all.iter().take(3).map(region).filter(|it| !it.is_empty()).collect();
    let more = if all.len() > 3 { ", …" } else { "" };
    let regions = if regions.is_empty() { "everywhere".to_owned() } else { regions.join("; ") };
    format!("{}{more}", escaped(&text::clipped(&regions, WIDTH)))
}

fn row(changed: &Changed, difference: &Difference) -> String {
    let (before, after) = match members(difference) {
        Some((gone, come)) => (only("without", gone), only("with", come)),
        None => (holds(&difference.before), holds(&difference.after)),
    };
    let cell = |text: &str| escaped(&text::clipped(text, WIDTH));
    format!(
        "| {} | {} | {} | {} |\n",
        code_cell(&text::shown(&changed.slot.to_string())),
        places(&difference.regions),
        cell(&before),
        cell(&after)
    )
}

fn only(word: &str, members: String) -> String {
    if members.is_empty() { members } else { format!("{word} {members}") }
}

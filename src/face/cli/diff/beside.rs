//! What a change does beside the answers, for people: names, questions, pins, owners, reviews.

use super::effects::Effects;
use crate::face::cli::human::{row, value_text};
use crate::face::cli::output::Output;
use crate::face::cli::test::human::{got, wanted, word};
use crate::face::text::{self, shown};
use crate::face::wire::PinPlace;
use crate::face::words::effect::{means, name_word, owned, pin_word, told};
use crate::face::words::{self, diff::region};
use crate::query::{NameChange, Repinned, Retried, Verdict};

/// Regions, places and misses of one thing that are shown.
const MOST: usize = 5;

/// Prints all of it.
pub(super) fn tell(effects: &Effects, out: &mut Output<'_>) {
    let mut first = effects.changed.is_empty();
    let mut gap = |out: &mut Output<'_>| {
        if !std::mem::take(&mut first) {
            out.line("");
        }
    };
    for change in told(&effects.names) {
        gap(out);
        name(change, out);
    }
    for one in &effects.questions {
        gap(out);
        question(one, out);
    }
    for (one, places) in &effects.pins {
        gap(out);
        pin(one, places, out);
    }
    if effects.owners.iter().any(|one| one.owner.is_some()) {
        gap(out);
        let owners: Vec<String> = effects.owners.iter().map(owned).collect();
        row("owners", &[owners.join(", ")], out);
    }
    if let Some(unreviewed) = effects.unreviewed.as_ref().filter(|all| !all.is_empty()) {
        gap(out);
        let line = |one: &crate::face::wire::Unreviewed| {
            format!("{}   {}", shown(&one.address), text::clipped(&shown(&one.why), 200))
        };
        row("unreviewed", &unreviewed.iter().map(line).collect::<Vec<_>>(), out);
    }
}

/// Prints all of it, a line each.
pub(super) fn concise(effects: &Effects, out: &mut Output<'_>) {
    for change in told(&effects.names) {
        let first = change.differences.first();
        let both = first.map(|one| format!(": {} -> {}", means(&one.before), means(&one.after)));
        out.line(&format!("{} {}{}", named(change), name_word(change.word()), both.unwrap_or_default()));
    }
    for one in &effects.questions {
        out.line(&format!("{} {}", shown(one.after.test.subject.as_str()), goes(one)));
    }
    for (one, places) in &effects.pins {
        let place = places.first().map(|place| format!("{}: ", place_text(place))).unwrap_or_default();
        out.line(&format!("{place}{} {}", shown(&one.after.to_string()), stands(one)));
    }
    for one in effects.unreviewed.iter().flatten() {
        out.line(&format!("{} reviewed: {}", shown(&one.address), text::clipped(&shown(&one.why), 100)));
    }
}

/// A name in quotation marks: it may have spaces in it, or be none.
pub(super) fn named(change: &NameChange) -> String {
    format!("\"{}\"", text::clipped(&shown(&change.name), 100))
}

fn name(change: &NameChange, out: &mut Output<'_>) {
    let head = out.styled("1", &named(change));
    out.line(&format!("{head}   {}", name_word(change.word())));
    for difference in &change.differences {
        for one in difference.regions.iter().take(MOST) {
            let place = region(one);
            if !place.is_empty() {
                let lines = text::wrapped(&place, out.width.saturating_sub(2));
                lines.iter().for_each(|line| out.line(&format!("  {line}")));
            }
        }
        if difference.regions.len() > MOST {
            let more = difference.regions.len() - MOST;
            out.line(&format!("  and in {}", words::count(more, "more stretch", "more stretches")));
        }
        for (mark, style, says) in
            [("-", "31", means(&difference.before)), ("+", "32", means(&difference.after))]
        {
            out.line(&format!("    {} {says}", out.styled(style, mark)));
        }
    }
}

/// In words how a question goes now.
pub(super) fn goes(one: &Retried) -> &'static str {
    if one.fails() { "passed, and fails" } else { "failed, and passes" }
}

fn question(one: &Retried, out: &mut Output<'_>) {
    let subject = out.styled("1", &shown(one.after.test.subject.as_str()));
    out.line(&format!("{subject}   {}", goes(one)));
    if one.fails() {
        row("asked", &[shown(&one.after.test.ask)], out);
        for (what, lines) in misses(one) {
            row(what, &lines, out);
        }
    }
}

/// What is not as expected: what it is of, what was expected, what is so.
fn misses(one: &Retried) -> Vec<(&'static str, Vec<String>)> {
    match &one.after.verdict {
        Verdict::Passed => Vec::new(),
        Verdict::Bad(bad) => vec![("can't ask", vec![shown(&bad.message)])],
        Verdict::Failed(misses) => {
            let told = one.after.reply.as_ref();
            let miss =
                |miss| (word(miss), vec![format!("- {}", wanted(miss)), format!("+ {}", got(miss, told))]);
            misses.iter().take(MOST).map(miss).collect()
        }
    }
}

/// The same in a line.
pub(super) fn missed(one: &Retried) -> String {
    let miss = |(what, lines): (&str, Vec<String>)| match &lines[..] {
        [wanted, got] => {
            let plain = |line: &str| line.get(2..).unwrap_or_default().to_owned();
            format!("{what}: {} expected, it is {}", plain(wanted), plain(got))
        }
        _ => format!("{what}: {}", lines.join(" ")),
    };
    misses(one).into_iter().map(miss).collect::<Vec<_>>().join("; ")
}

/// In words how a pin stands now.
pub(super) fn stands(one: &Repinned) -> String {
    let word = pin_word(&one.after.state, one.before.cite.is_some());
    match one.breaks() {
        true => format!("held, and is {word}"),
        false => format!("was {}, and holds", pin_word(&one.before.state, false)),
    }
}

/// A place, `file:line:column`.
pub(super) fn place_text(place: &PinPlace) -> String {
    format!("{}:{}:{}", shown(&place.path), place.line, place.column)
}

fn pin(one: &Repinned, places: &[PinPlace], out: &mut Output<'_>) {
    let head = out.styled("1", &shown(&one.after.to_string()));
    out.line(&format!("{head}   {}", stands(one)));
    places.iter().take(MOST).for_each(|place| out.line(&format!("  {}", place_text(place))));
    if places.len() > MOST {
        out.line(&format!("  and {}", words::count(places.len() - MOST, "more place", "more places")));
    }
    if one.breaks() {
        let pin = one.after.now.pin.as_ref().map(|pin| format!("   {}", shown(&pin.to_string())));
        let now = text::clipped(&value_text(one.after.now.value.as_ref()), 200);
        row("now", &[format!("{now}{}", pin.unwrap_or_default())], out);
    }
}

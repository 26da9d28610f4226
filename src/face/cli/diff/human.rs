//! Differences for people: the slot, where it differs, what gives way to what.

use crate::face::cli::human::claim_text;
use crate::face::cli::output::Output;
use crate::face::wire::{self, Ends};
use crate::face::words::diff::{gives_way, holds, members, region};
use crate::face::{text, words};
use crate::query::{Changed, Cited, Difference, Elsewhere, Fate, Holds, Pin, Word};
use crate::source::Texts;

/// Regions of one difference that are shown.
const MOST_REGIONS: usize = 5;

/// Prints every change.
pub(super) fn tell(changed: &[Changed], ends: &Ends<'_>, out: &mut Output<'_>) {
    for (at, one) in changed.iter().enumerate() {
        if at > 0 {
            out.line("");
        }
        let address = out.styled("1", &text::shown(&one.slot.to_string()));
        out.line(&format!("{address}   {}", one.word().as_str()));
        differences(one, ends, out);
    }
}

/// Where and how a slot differs.
pub(in crate::face::cli) fn differences(changed: &Changed, ends: &Ends<'_>, out: &mut Output<'_>) {
    changed.differences.iter().for_each(|one| difference(one, changed, ends, out));
}

/// One line for a change.
pub(super) fn concise(changed: &Changed) -> String {
    let both = |one: &Difference| match members(one) {
        Some((gone, come)) => {
            let parts = [("without", gone), ("with", come)].into_iter().filter(|(_, some)| !some.is_empty());
            parts.map(|(word, some)| format!("{word} {}", clip(&some))).collect::<Vec<_>>().join(", ")
        }
        None => format!("{} -> {}", clip(&holds(&one.before)), clip(&holds(&one.after))),
    };
    let first = changed.differences.first().map(both).unwrap_or_default();
    let more = changed.differences.len().saturating_sub(1);
    let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    format!("{} {}: {}{more}", text::shown(&changed.slot.to_string()), changed.word().as_str(), first)
}

/// Columns of an answer where all of a change stands in one line.
const ONE_LINE: usize = 100;

fn clip(says: &str) -> String {
    text::clipped(says, ONE_LINE)
}

fn difference(difference: &Difference, changed: &Changed, ends: &Ends<'_>, out: &mut Output<'_>) {
    for one in difference.regions.iter().take(MOST_REGIONS) {
        let place = region(one);
        if !place.is_empty() {
            let lines = text::wrapped(&place, out.width.saturating_sub(2));
            lines.iter().for_each(|line| out.line(&format!("  {line}")));
        }
    }
    if difference.regions.len() > MOST_REGIONS {
        let more = difference.regions.len() - MOST_REGIONS;
        out.line(&format!("  and in {}", words::count(more, "more stretch", "more stretches")));
    }
    let (before, after) = (&difference.before, &difference.after);
    if let Some((gone, come)) = members(difference) {
        let parts = [
            ("-", "31", "without", gone, &difference.gone, ends.before.1),
            ("+", "32", "with", come, &difference.come, ends.after.1),
        ];
        for (mark, style, word, some, cited, texts) in parts.into_iter().filter(|part| !part.3.is_empty()) {
            said(mark, style, &format!("{word} {some}"), (false, cited), texts, out);
        }
        return;
    }
    if *before != Holds::Nothing || difference.word() == Word::Contested {
        said("-", "31", &holds(before), (is_contested(before), &difference.gone), ends.before.1, out);
    }
    difference.gone.iter().for_each(|one| fate(one, &changed.after, out));
    said("+", "32", &holds(after), (is_contested(after), &difference.come), ends.after.1, out);
    difference.come.iter().for_each(|one| was(one, &changed.before, out));
}

fn is_contested(holds: &Holds) -> bool {
    matches!(holds, Holds::Contested(_))
}

/// What is said, and the claims that say it; of several that contradict each other with what each says.
fn said(mark: &str, style: &str, says: &str, claims: (bool, &[Cited]), texts: &Texts, out: &mut Output<'_>) {
    let (several, cited) = claims;
    let width = out.width.saturating_sub(6);
    for (at, line) in text::wrapped(says, width).into_iter().enumerate() {
        let mark = if at == 0 { out.styled(style, mark) } else { " ".to_owned() };
        out.line(&format!("    {mark} {line}"));
    }
    // Of a set, what it has on both sides is passed over.
    let stays =
        |one: &&Cited| matches!(one.elsewhere, Elsewhere::Said(Some(Fate::Winner | Fate::Supporting { .. })));
    let all_stay = cited.iter().all(|one| stays(&one));
    for one in cited.iter().filter(|one| all_stay || !stays(one)) {
        let (path, line) = wire::place(one.origin, texts);
        let says =
            if several { format!("   {}", claim_text(&one.value, &one.retracts)) } else { String::new() };
        let place = format!("~{}   {}:{line}{says}", one.pin.digits, text::shown(&path));
        let place = out.styled("2", &text::clipped(&place, width));
        out.line(&format!("      {place}"));
    }
}

/// What became of a claim that answered.
fn fate(cited: &Cited, others: &[Pin], out: &mut Output<'_>) {
    if let Elsewhere::Said(Some(fate)) = &cited.elsewhere
        && let Some(why) = gives_way(fate, others)
    {
        out.line(&format!("      ~{} is still said, and {why}", cited.pin.digits));
    }
}

/// What a claim that answers now was before, if it was said.
fn was(cited: &Cited, others: &[Pin], out: &mut Output<'_>) {
    if let Elsewhere::Said(Some(fate)) = &cited.elsewhere
        && let Some(why) = gives_way(fate, others)
    {
        out.line(&format!("      ~{} was said before, where it {why}", cited.pin.digits));
    }
}

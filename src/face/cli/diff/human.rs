//! Differences for people: the slot, where it differs, what gives way to what.

use crate::claim::Period;
use crate::face::cli::human::{claim_text, value_text};
use crate::face::cli::output::Output;
use crate::face::wire::{self, Ends};
use crate::face::{text, words};
use crate::query::{Changed, Cited, Difference, Elsewhere, Fate, Holds, Pin, Region, Word};
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
    let both = |one: &Difference| format!("{} -> {}", holds(&one.before), holds(&one.after));
    let first = changed.differences.first().map(both).unwrap_or_default();
    let more = changed.differences.len().saturating_sub(1);
    let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    format!("{} {}: {}{more}", text::shown(&changed.slot.to_string()), changed.word().as_str(), first)
}

/// `3 answers differ: 1 added, 2 changed`.
pub(super) fn summary(changed: &[Changed]) -> String {
    if changed.is_empty() {
        return "no answer differs".to_owned();
    }
    let count = |word: &Word| {
        let many = changed.iter().filter(|one| one.word() == *word).count();
        (many > 0).then(|| format!("{many} {}", word.as_str()))
    };
    let parts: Vec<String> = Word::ALL.iter().filter_map(count).collect();
    let verb = if changed.len() == 1 { "differs" } else { "differ" };
    format!("{} {verb}: {}", words::count(changed.len(), "answer", "answers"), parts.join(", "))
}

/// What holds, in a line.
pub(super) fn holds(holds: &Holds) -> String {
    match holds {
        Holds::Nothing => "nothing is said".to_owned(),
        Holds::Fact(value) => value_text(Some(value)),
        Holds::Contested(values) => {
            let values: Vec<String> = values.iter().map(|value| value_text(Some(value))).collect();
            format!("contested: {}", values.join(" | "))
        }
    }
}

/// Where, in words; empty for everywhere and always.
pub(super) fn region(region: &Region) -> String {
    let mut parts = Vec::new();
    if region.period != Period::ALWAYS {
        parts.push(words::period(&region.period));
    }
    if !region.when.is_always() {
        parts.push(text::shown(&words::when(&region.when)));
    }
    parts.join(", ")
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
    if *before != Holds::Nothing || difference.word() == Word::Contested {
        said("-", "31", before, &difference.gone, ends.before.1, out);
    }
    difference.gone.iter().for_each(|one| fate(one, &changed.after, out));
    said("+", "32", after, &difference.come, ends.after.1, out);
    difference.come.iter().for_each(|one| was(one, &changed.before, out));
}

fn said(mark: &str, style: &str, holds: &Holds, cited: &[Cited], texts: &Texts, out: &mut Output<'_>) {
    let width = out.width.saturating_sub(6);
    for (at, line) in text::wrapped(&self::holds(holds), width).into_iter().enumerate() {
        let mark = if at == 0 { out.styled(style, mark) } else { " ".to_owned() };
        out.line(&format!("    {mark} {line}"));
    }
    // Of a set, what it has on both sides is passed over.
    let stays =
        |one: &&Cited| matches!(one.elsewhere, Elsewhere::Said(Some(Fate::Winner | Fate::Supporting { .. })));
    let all_stay = cited.iter().all(|one| stays(&one));
    for one in cited.iter().filter(|one| all_stay || !stays(one)) {
        let (path, line) = wire::place(one.origin, texts);
        let several = cited.len() > 1 && matches!(holds, Holds::Contested(_));
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

/// Why a claim does not answer; `None` where it does.
fn gives_way(fate: &Fate, others: &[Pin]) -> Option<String> {
    let pin = |position: u32| {
        others.get(position as usize).map(|pin| format!("~{}", pin.digits)).unwrap_or_default()
    };
    Some(match fate {
        Fate::Winner | Fate::Supporting { .. } | Fate::InConflict { .. } => return None,
        Fate::Dominated { by, criterion, own, other } => {
            let (own, other) = (text::shown(&words::mark(own)), text::shown(&words::mark(other)));
            format!("weighs less than {} by {}: {own} against {other}", pin(*by), criterion.as_str())
        }
        Fate::Exceeded { by } => format!("lies within the value of {}", pin(*by)),
        Fate::Displaced { path, rule } => {
            let by = path.last().map(|by| pin(*by)).unwrap_or_default();
            format!("gives way: {by} stands over it ({})", rule.as_str())
        }
        Fate::Void { by, rule } => format!("is void: {} {} it", pin(*by), rule.as_str()),
        Fate::Retraction => "takes back what others say".to_owned(),
        Fate::NotYet { from } => format!("does not hold yet: it starts on {from}"),
        Fate::NoLonger { until } => format!("holds no longer: it ended on {until}"),
        Fate::OutOfScope { dimension, .. } => text::shown(&format!("speaks of another {dimension}")),
        Fate::Idle => "has nothing to say: what it corrects does not apply".to_owned(),
    })
}

//! The prose of differences between two states of the knowledge. All of it is fit to be shown.

use super::value_text;
use crate::claim::{Period, Value};
use crate::face::{text, words};
use crate::query::{Changed, Difference, Fate, Holds, Pin, Region, Word};

/// `3 answers differ: 1 added, 2 changed`.
pub fn summary(changed: &[Changed]) -> String {
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

/// [`Difference::members`] in words.
pub fn members(difference: &Difference) -> Option<(String, String)> {
    let words = |some: Vec<&Value>| some.into_iter().map(|value| value_text(Some(value))).collect::<Vec<_>>();
    let (gone, come) = difference.members()?;
    Some((words(gone).join(", "), words(come).join(", ")))
}

/// What holds, in a line.
pub fn holds(holds: &Holds) -> String {
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
pub fn region(region: &Region) -> String {
    let mut parts = Vec::new();
    if region.period != Period::ALWAYS {
        parts.push(words::period(&region.period));
    }
    if !region.when.is_always() {
        parts.push(text::shown(&words::when(&region.when)));
    }
    parts.join(", ")
}

/// Why a claim does not answer; `None` where it does.
pub fn gives_way(fate: &Fate, others: &[Pin]) -> Option<String> {
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

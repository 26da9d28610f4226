//! What `dictum export` and `dictum import` say of what did not come along.

use super::output::Output;
use crate::face::exchange::{Format, Loss, LossKind, Losses};
use crate::face::text::{clipped, columns, shown};
use crate::face::wire::{LossWire, LossesWire};
use crate::face::words;

/// How many of a kind people are shown.
const MOST: usize = 8;

/// On the wire.
pub(super) fn wire(losses: &Losses, direction: &'static str, format: &Format, subjects: usize) -> LossesWire {
    let loss = |loss: &Loss| LossWire {
        kind: loss.kind.as_str(),
        address: loss.address.clone(),
        item: loss.item.clone(),
        line: loss.line,
        reason: loss.reason.clone(),
    };
    LossesWire {
        schema: "dictum.losses/1",
        direction,
        format: format.name,
        on: None,
        at: None,
        subjects,
        losses: losses.iter().map(loss).collect(),
    }
}

/// For people, on stderr: by kind, the first of each.
pub(super) fn tell(losses: &Losses, file: Option<&str>, out: &mut Output<'_>) {
    if losses.len() == 0 {
        return;
    }
    let things = words::count(losses.len(), "thing does not come along", "things do not come along");
    out.note(&format!("{things}:"));
    let mut all: Vec<&Loss> = losses.iter().collect();
    all.sort_by_key(|loss| loss.kind.as_str());
    for group in all.chunk_by(|a, b| a.kind == b.kind) {
        out.note(&format!("  {}  {}", group[0].kind.as_str(), meaning(group[0].kind)));
        let what: Vec<String> = group.iter().take(MOST).map(|loss| what(loss, file)).collect();
        let widest = what.iter().map(|what| columns(what)).max().unwrap_or(0).min(44);
        for (what, loss) in what.iter().zip(group) {
            let pad = " ".repeat(widest.saturating_sub(columns(what)));
            out.note(&format!("    {what}{pad}  {}", clipped(&shown(&loss.reason), 160)));
        }
        if group.len() > MOST {
            out.note(&format!(
                "    … and {} more: `--format json=losses.json` tells all",
                group.len() - MOST
            ));
        }
    }
}

fn what(loss: &Loss, file: Option<&str>) -> String {
    let place = match (file, loss.line) {
        (Some(file), Some(line)) => Some(format!("{}:{line}", shown(file))),
        _ => None,
    };
    let item = loss.item.as_ref().map(|item| clipped(&shown(item), 60));
    let address = loss.address.as_ref().map(|address| shown(address));
    let parts: Vec<String> = [place, address, item].into_iter().flatten().collect();
    if parts.is_empty() { "all of it".to_owned() } else { parts.join(" ") }
}

/// A kind in a few words.
fn meaning(kind: LossKind) -> &'static str {
    match kind {
        LossKind::Contested => "left out, for it is contested",
        LossKind::Depends => "left out, for it depends on the case",
        LossKind::Condition => "the case in which it holds",
        LossKind::Period => "the days on which it holds",
        LossKind::None => "that it is known not to exist",
        LossKind::Source => "what it leans on",
        LossKind::Provenance => "who said it",
        LossKind::History => "who said it, for the history does not tell",
        LossKind::Kind => "kinds of things that have no place",
        LossKind::Attribute => "properties that have no place",
        LossKind::Merged => "properties that become another",
        LossKind::Relation => "links",
        LossKind::Value => "values that can't be written so",
        LossKind::Label => "names",
        LossKind::Language => "texts in other languages",
        LossKind::Identifier => "what it was called",
        LossKind::Exists => "left as it is, for it is here already",
        LossKind::Faulty => "left out, for the knowledge would have errors",
    }
}

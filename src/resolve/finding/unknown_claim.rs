//! `unknown-claim`: a relation to a claim that is not there.

use super::words::{digits, handle, list, quote};
use crate::claim::{Claim, Target};
use crate::diagnostic::{Finding, codes};
use crate::resolve::edges::place;
use crate::resolve::layout::Layout;

/// Claims that a help names.
const OFFERED: usize = 3;

/// The edge leads to no claim.
pub fn none(layout: &Layout<'_>, position: u32, edge: usize, advise: bool) -> Finding {
    let claim = &layout.claims[position as usize];
    let (key, written) = written(claim, edge);
    if !advise {
        let message = format!("no other claim of `{}` is called `{written}`", claim.slot);
        return at(claim, edge, message, "leads nowhere");
    }
    let others = others(layout, position);
    let slot = &claim.slot;
    if others.is_empty() {
        let message = format!("`{key} = \"{written}\"`: `{slot}` has no other claim");
        return at(claim, edge, message, "leads nowhere").help(format!("delete this `{key}`"));
    }
    let message = format!("no other claim of `{slot}` is called `{written}`");
    let nearest = nearest(layout, &others, &written);
    let offer = |position: &u32| {
        format!(
            "`{key} = \"{}\"` for {}",
            handle(layout.claims, *position),
            quote(&layout.claims[*position as usize].value)
        )
    };
    let offers: Vec<String> = nearest.iter().take(OFFERED).map(offer).collect();
    let more = if others.len() > OFFERED { ", or the id or hash of another of its claims" } else { "" };
    at(claim, edge, message, "leads nowhere")
        .help(format!("write {}{more}", list(&offers).replace(" and `", " or `")))
}

/// The digits of a hash fit several claims.
pub fn several(layout: &Layout<'_>, position: u32, edge: usize, fit: &[u32]) -> Finding {
    let claim = &layout.claims[position as usize];
    let (key, written) = written(claim, edge);
    let message = format!("`{written}` fits {} claims of `{}`", fit.len(), claim.slot);
    let mut finding = at(claim, edge, message, "which one?");
    for &position in fit.iter().take(OFFERED) {
        let other = &layout.claims[position as usize];
        finding = finding.label(
            other.origin,
            format!("{} is `~{}`", quote(&other.value), digits(layout.claims, position)),
        );
    }
    finding.help(format!("write more digits after `{key} = \"{written}`"))
}

fn at(claim: &Claim, edge: usize, message: String, label: &str) -> Finding {
    let origin = place(claim, &claim.statement.edges[edge]);
    Finding::new(&codes::UNKNOWN_CLAIM, message, origin, label)
}

/// The key and what was written behind it.
fn written(claim: &Claim, edge: usize) -> (&'static str, String) {
    let edge = &claim.statement.edges[edge];
    let written = match &edge.target {
        Target::Id(id) => id.to_string(),
        Target::Hash(prefix) => format!("~{prefix}"),
        Target::Table | Target::Slot => String::new(),
    };
    (edge.kind.as_str(), written)
}

fn others(layout: &Layout<'_>, position: u32) -> Vec<u32> {
    let own = layout.claims[position as usize].hash;
    let all = (0..).zip(layout.claims);
    all.filter(|(_, other)| other.hash != own).map(|(other, _)| other).collect()
}

/// What was probably meant first: by how alike the id or the digits are.
fn nearest(layout: &Layout<'_>, others: &[u32], written: &str) -> Vec<u32> {
    let likeness = |position: &u32| {
        let claim = &layout.claims[*position as usize];
        let digits = written.strip_prefix('~').unwrap_or(written);
        let hash = claim.hash.to_hex().bytes().zip(digits.bytes()).take_while(|(a, b)| a == b).count();
        let id = claim.statement.id.as_ref().map_or(0.0, |id| strsim::jaro_winkler(id, written));
        // Whole thousandths, so that the order is total.
        std::cmp::Reverse(((id * 1000.0) as usize).max(hash * 100))
    };
    // Enough for a choice; a slot may have thousands.
    let mut nearest: Vec<u32> = others.iter().take(10_000).copied().collect();
    nearest.sort_by_cached_key(|position| (likeness(position), *position));
    nearest
}

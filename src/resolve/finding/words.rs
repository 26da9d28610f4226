//! What findings call claims and values.

use crate::claim::{Claim, Value};
use crate::diagnostic::Finding;

/// Places that one finding shows of many like ones.
pub const MAX_LABELS: usize = 8;

/// What to type to point at the claim at `position`: its id where no other bears it, else `~` and the first digits
/// of its hash.
pub fn handle(claims: &[Claim], position: u32) -> String {
    let claim = &claims[position as usize];
    match &claim.statement.id {
        Some(id) if claims.iter().filter(|other| other.statement.id.as_ref() == Some(id)).count() == 1 => {
            id.to_string()
        }
        _ => format!("~{}", digits(claims, position)),
    }
}

/// The first digits of a claim's hash, as many as tell it apart in its slot, at least six.
pub fn digits(claims: &[Claim], position: u32) -> String {
    let at = position as usize;
    let own = claims[at].hash;
    let before = claims[..at].iter().rev().find(|other| other.hash != own);
    let after = claims[at + 1..].iter().find(|other| other.hash != own);
    let hex = own.to_hex();
    let shared = |other: &Claim| {
        let other = other.hash.to_hex();
        hex.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count() + 1
    };
    let length = before.into_iter().chain(after).map(shared).fold(6, usize::max);
    hex[..length].to_owned()
}

/// A value in backticks, cut where it is long or goes on in a further line.
pub fn quote(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= LONGEST && line.len() == text.len() {
        return format!("`{line}`");
    }
    let cut: String = line.chars().take(LONGEST).collect();
    format!("`{}…`", cut.trim_end())
}

/// One more label for each of `positions` but those over the limit, which are counted in the last.
pub fn label_each(
    mut finding: Finding,
    claims: &[Claim],
    positions: &[u32],
    text: impl Fn(u32) -> String,
) -> Finding {
    for &position in positions.iter().take(MAX_LABELS) {
        finding = finding.label(claims[position as usize].origin, text(position));
    }
    if let (Some(more), Some(last)) =
        (positions.len().checked_sub(MAX_LABELS).filter(|more| *more > 0), finding.labels.last_mut())
    {
        last.text = format!("{} (and {more} more)", last.text);
    }
    finding
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

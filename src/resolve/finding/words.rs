//! What findings call claims and values.

use crate::claim::{Claim, Target, Value};
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

/// An edit that puts `line` (statement keys) on the claim at `position`: the line itself where the claim has a table of
/// its own, else a block that says the claim again with the line, in place of the plain one.
pub fn with_line(finding: Finding, claims: &[Claim], position: u32, title: String, line: &str) -> Finding {
    let claim = &claims[position as usize];
    let statement = &claim.statement;
    if statement.entry {
        return finding.fix(title, line, Some(claim.origin));
    }
    let (kind, id) = (claim.slot.subject.kind(), claim.slot.subject.id());
    let excepts = |edge: &crate::claim::Edge| edge.target == Target::Table;
    let block = match (statement.block, statement.edges.iter().any(excepts)) {
        (false, _) => "",
        (true, true) => "exception.",
        (true, false) => "also.",
    };
    let value = match claim.value {
        Value::None => "none = true".to_owned(),
        ref value => format!("value = {}", written(value)),
    };
    let toml = format!("[[{kind}.{id}.{block}{}]]\n{value}\n{line}", claim.slot.attribute);
    finding.fix_instead(title, toml, claim.origin)
}

/// A value as it is written in TOML.
fn written(value: &Value) -> String {
    match value {
        Value::Text(said) => text(said),
        Value::Ref(subject) => text(subject.id()),
        Value::Money { amount, currency } => {
            format!("{{ amount = {amount}, currency = {} }}", text(currency))
        }
        Value::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Period(_) | Value::Duration { .. } | Value::Percent(_) => text(&value.to_string()),
        Value::None | Value::Integer(_) | Value::Decimal(_) | Value::Bool(_) | Value::Date(_) => {
            value.to_string()
        }
    }
}

/// A text as a TOML basic string (TOML 1.0, "String"): what a reviewer can't see is escaped.
fn text(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            c if c.is_control() => written.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => written.push(c),
        }
    }
    written.push('"');
    written
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

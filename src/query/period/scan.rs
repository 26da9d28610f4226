//! All periods of a sentence, leftmost and longest, in time that grows with its length only.

use std::ops::Range;

use super::expression::{Expression, Said, YearSaid};
use super::frame::Calendars;
use super::grammar::Grammar;
use super::token::{Kind, Token};
use crate::claim::Unit;

/// A period in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeriodMention {
    /// The bytes of the sentence that say it, the name of a calendar included.
    pub range: Range<usize>,
    /// What they say.
    pub expression: Expression,
}

/// The periods of `text`, in order and without overlap. The names of `calendars` count where they stand before a period ("NRF
/// FY2026") or in brackets behind it ("FY2026 (NRF)").
pub fn scan_periods(text: &str, calendars: &Calendars<'_>) -> Vec<PeriodMention> {
    let grammar = Grammar::new(text, false);
    let mut mentions = Vec::new();
    let mut at = 0;
    while let Some(token) = Token::next(text, at) {
        at = token.end;
        if matches!(token.kind, Kind::Sign(_)) || !begins(text, token) {
            continue;
        }
        if let Some((mention, end)) = mention(grammar, token, text, calendars)
            && ends(text, end)
        {
            mentions.push(mention);
            at = end;
        }
    }
    mentions
}

/// The period that `text` is as a whole, but for spaces around it; `None` where it is none that is known.
pub fn read_period(text: &str, calendars: &Calendars<'_>) -> Option<Expression> {
    let text = text.trim();
    let first = Token::next(text, 0)?;
    let (mention, end) = mention(Grammar::new(text, true), first, text, calendars)?;
    (end == text.len()).then_some(mention.expression)
}

fn mention<'t>(
    grammar: Grammar<'t>,
    first: Token<'t>,
    text: &'t str,
    calendars: &Calendars<'_>,
) -> Option<(PeriodMention, usize)> {
    if let Some((named, after)) = calendars.named(text, first)
        && let Some((said, end)) = grammar.period(after)
        && can_be_named(&said)
    {
        let mention = PeriodMention { range: first.start..end, expression: Expression { named, said } };
        return Some((mention, end));
    }
    let (said, end) = grammar.period(first)?;
    let behind = calendars.in_brackets(text, end).filter(|_| can_be_named(&said));
    let (named, end) = behind.unwrap_or((Vec::new(), end));
    Some((PeriodMention { range: first.start..end, expression: Expression { named, said } }, end))
}

/// Whether the name of a calendar beside it makes sense: not of a day, nor of what says that it is civil.
fn can_be_named(said: &Said) -> bool {
    match said {
        Said::Part { year: YearSaid::Civil(_), .. }
        | Said::Day { .. }
        | Said::Month { .. }
        | Said::IsoWeek { .. }
        | Said::HalfOpen(..) => false,
        Said::Part { .. } | Said::Relative(..) | Said::ToDate(..) => true,
        Said::Span(one, other) => can_be_named(one) && can_be_named(other),
    }
}

/// Whether a period can begin with `token`: it is not glued to what stands before it.
fn begins(text: &str, token: Token<'_>) -> bool {
    let mut before = text[..token.start].chars().rev();
    let Some(last) = before.next() else { return true };
    let glued = before.next().is_some_and(char::is_alphanumeric);
    match last {
        _ if last.is_alphanumeric() || last == '_' => false,
        // A number behind such a sign is part of a version, an amount or the name of something.
        '-' | '/' | '.' | ':' | ',' | '@' | '#' => token.kind != Kind::Number || !glued,
        '$' | '€' | '£' => token.kind != Kind::Number,
        _ => true,
    }
}

/// Whether a period can end before byte `end`.
fn ends(text: &str, end: usize) -> bool {
    let mut after = text[end..].chars();
    match after.next() {
        None => true,
        Some(c) if c.is_alphanumeric() || c == '_' => false,
        Some('-' | '/' | '.' | ':' | ',') => !after.next().is_some_and(|c| c.is_ascii_digit()),
        Some('%') => false,
        Some(_) => true,
    }
}

impl Said {
    /// Whether it is a year, of whatever kind.
    pub fn is_year(&self) -> bool {
        matches!(self, Said::Part { unit: Unit::Year, .. })
    }
}

//! Typed values, in the canonical form of their declared type: two spellings of one value are equal.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::{Period, Subject};

/// What a claim says.
///
/// `text`, `markdown`, `url`, `email` and `enum` are all [`Value::Text`]: they differ in what is
/// accepted, not in what is said. Numbers are exact and normalised (`1.50` is `1.5`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Value {
    /// Known not to exist (`none = true`): an answer, not a gap.
    None,
    /// `text`, `markdown`, `url`, `email`, `enum`. Short ones, and most are, take no room of their own.
    Text(SmolStr),
    /// `integer`.
    Integer(i64),
    /// `decimal`, never a float.
    Decimal(Decimal),
    /// `bool`.
    Bool(bool),
    /// `date`.
    Date(Date),
    /// `period`, half-open.
    Period(Period),
    /// `duration`: months and days are kept apart, for a month has no fixed number of days.
    Duration {
        /// Whole months (a year is twelve).
        months: i64,
        /// Whole days (a week is seven).
        days: i64,
        /// Seconds (hours and minutes folded in).
        seconds: i64,
    },
    /// `percent`: `12.5` is 12.5 %.
    Percent(Decimal),
    /// `money`.
    Money {
        /// How much, exact.
        amount: Decimal,
        /// The currency's code: `EUR`.
        currency: SmolStr,
    },
    /// `ref`: another subject.
    Ref(Subject),
    /// `list` of one type, in the order written.
    List(Vec<Value>),
}

impl fmt::Display for Value {
    /// What a person reads: text bare, dates ISO, money `10000 EUR`, lists joined with `, `.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("none"),
            Value::Text(text) => f.write_str(text),
            Value::Integer(number) => write!(f, "{number}"),
            Value::Decimal(number) => write!(f, "{number}"),
            Value::Bool(yes) => write!(f, "{yes}"),
            Value::Date(date) => write!(f, "{date}"),
            Value::Period(period) => write!(f, "{period}"),
            Value::Duration { months, days, seconds } => duration(f, *months, *days, *seconds),
            Value::Percent(number) => write!(f, "{number}%"),
            Value::Money { amount, currency } => write!(f, "{amount} {currency}"),
            Value::Ref(subject) => write!(f, "{subject}"),
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{item}")?;
                }
                Ok(())
            }
        }
    }
}

/// ISO 8601: `P1M10DT30S`, and `P0D` for nothing at all.
fn duration(f: &mut fmt::Formatter<'_>, months: i64, days: i64, seconds: i64) -> fmt::Result {
    if (months, days, seconds) == (0, 0, 0) {
        return f.write_str("P0D");
    }
    f.write_str("P")?;
    if months != 0 {
        write!(f, "{months}M")?;
    }
    if days != 0 {
        write!(f, "{days}D")?;
    }
    if seconds != 0 {
        write!(f, "T{seconds}S")?;
    }
    Ok(())
}

//! Valid time: half-open periods of days.

use std::fmt;

use jiff::civil::Date;

/// `[from, until)`: `from` is the first day, `until` the first day no more. `None` is unbounded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Period {
    /// First day on which it holds; `None` since ever.
    pub from: Option<Date>,
    /// First day on which it holds no more; `None` for ever.
    pub until: Option<Date>,
}

impl Period {
    /// Since ever and for ever.
    pub const ALWAYS: Period = Period { from: None, until: None };

    /// Whether `day` lies in it.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }

    /// Whether no day lies in it.
    pub fn is_empty(&self) -> bool {
        matches!((self.from, self.until), (Some(from), Some(until)) if until <= from)
    }

    /// The days that lie in both; may be empty.
    pub fn intersect(&self, other: &Period) -> Period {
        let until = match (self.until, other.until) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Period { from: self.from.max(other.from), until }
    }
}

impl fmt::Display for Period {
    /// `2026-01-01/2026-04-01`, with `..` for an open end (ISO 8601-2).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.from {
            Some(from) => write!(f, "{from}/")?,
            None => f.write_str("../")?,
        }
        match self.until {
            Some(until) => write!(f, "{until}"),
            None => f.write_str(".."),
        }
    }
}

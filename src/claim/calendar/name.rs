//! What parts of fiscal time are called: `FY2026`, `Q3 FY2026`, `TP2025`.

use std::fmt;

/// What a part of a year is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Unit {
    /// The whole.
    Year,
    /// One of two.
    Half,
    /// One of four.
    Quarter,
    /// A month, or what stands for one: one of twelve or thirteen.
    Period,
    /// Seven days, counted from the first of the year.
    Week,
}

impl Unit {
    /// From the longest to the shortest.
    pub const ALL: [Unit; 5] = [Unit::Year, Unit::Half, Unit::Quarter, Unit::Period, Unit::Week];

    /// What people call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Year => "year",
            Unit::Half => "half",
            Unit::Quarter => "quarter",
            Unit::Period => "period",
            Unit::Week => "week",
        }
    }

    /// Several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Unit::Year => "years",
            Unit::Half => "halves",
            Unit::Quarter => "quarters",
            Unit::Period => "periods",
            Unit::Week => "weeks",
        }
    }

    /// The letter in front of its number; nothing of a year.
    pub fn letter(self) -> &'static str {
        match self {
            Unit::Year => "",
            Unit::Half => "H",
            Unit::Quarter => "Q",
            Unit::Period => "P",
            Unit::Week => "W",
        }
    }
}

/// What kind of year a name is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum YearKind {
    /// A fiscal year: `FY2026`.
    Fiscal,
    /// What lies between two calendars and is not called a year: `TP2025`.
    Transition,
}

/// The name of a year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct YearName {
    /// What kind of year.
    pub kind: YearKind,
    /// All digits of its number.
    pub number: i16,
}

impl YearName {
    /// The fiscal year of that number.
    pub fn fiscal(number: i16) -> YearName {
        YearName { kind: YearKind::Fiscal, number }
    }
}

impl fmt::Display for YearName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = match self.kind {
            YearKind::Fiscal => "FY",
            YearKind::Transition => "TP",
        };
        write!(f, "{letters}{:04}", self.number)
    }
}

/// The name of a part of fiscal time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FiscalName {
    /// Of which year.
    pub year: YearName,
    /// What it is.
    pub unit: Unit,
    /// Which one, from 1; 1 of the year itself.
    pub number: u8,
}

impl fmt::Display for FiscalName {
    /// `FY2026`, `Q3 FY2026`, `P07 FY2026`, `W12 FY2026`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FiscalName { year, unit, number } = self;
        match unit {
            Unit::Year => write!(f, "{year}"),
            Unit::Half | Unit::Quarter => write!(f, "{}{number} {year}", unit.letter()),
            Unit::Period | Unit::Week => write!(f, "{}{number:02} {year}", unit.letter()),
        }
    }
}

impl FiscalName {
    /// Reads a name as a table of periods writes it: `FY25`, `FY2025`, `TP25`, `Q1 FY25` or `FY25 Q1`, in capital letters.
    /// `None` where it is none.
    pub fn parse(text: &str) -> Option<FiscalName> {
        let mut words = text.split(' ').filter(|word| !word.is_empty());
        let (first, second) = (words.next()?, words.next());
        if words.next().is_some() {
            return None;
        }
        let part = |word: &str| -> Option<(Unit, u8)> {
            let unit = Unit::ALL
                .into_iter()
                .find(|unit| !unit.letter().is_empty() && word.starts_with(unit.letter()))?;
            Some((unit, digits(&word[1..], 2)?.try_into().ok()?))
        };
        match (first, second) {
            (year, None) => Some(FiscalName { year: self::year(year)?, unit: Unit::Year, number: 1 }),
            (one, Some(other)) => {
                let (year, (unit, number)) = match (year(one), year(other)) {
                    (Some(year), None) => (year, part(other)?),
                    (None, Some(year)) => (year, part(one)?),
                    _ => return None,
                };
                Some(FiscalName { year, unit, number })
            }
        }
    }
}

fn year(word: &str) -> Option<YearName> {
    let (kind, rest) = match (word.strip_prefix("FY"), word.strip_prefix("TP")) {
        (Some(rest), _) => (YearKind::Fiscal, rest),
        (_, Some(rest)) => (YearKind::Transition, rest),
        _ => return None,
    };
    let number = match rest.len() {
        2 => full_year(digits(rest, 2)?),
        4 => digits(rest, 4)?,
        _ => return None,
    };
    Some(YearName { kind, number })
}

fn digits(text: &str, most: usize) -> Option<i16> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// The year that two digits stand for: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068, as POSIX reads `%y`
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/functions/strptime.html>).
pub fn full_year(two: i16) -> i16 {
    if two >= 69 { 1900 + two } else { 2000 + two }
}

//! How a year is divided into halves, quarters, periods and weeks.

use super::rule::{plus, plus_months};
use super::{Days, Unit, halves};

/// How a year is divided.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Division {
    /// Not at all, or as a table lists it.
    Whole,
    /// Into twelve months counted from its first day.
    Months,
    /// Into whole weeks.
    Weeks {
        /// How many weeks each period has.
        pattern: WeekPattern,
        /// How many periods each quarter has; `None` where there are no quarters.
        quarters: Option<[u8; 4]>,
        /// The number of the period that takes the 53rd week.
        extra_week: u8,
    },
}

/// How many weeks each period of a year has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WeekPattern {
    /// 4-4-5 in every quarter.
    FourFourFive,
    /// 4-5-4 in every quarter.
    FourFiveFour,
    /// 5-4-4 in every quarter.
    FiveFourFour,
    /// Thirteen times four.
    Thirteen,
}

impl WeekPattern {
    /// All of them.
    pub const ALL: [WeekPattern; 4] = [
        WeekPattern::FourFourFive,
        WeekPattern::FourFiveFour,
        WeekPattern::FiveFourFour,
        WeekPattern::Thirteen,
    ];

    /// The word that people write.
    pub fn as_str(self) -> &'static str {
        match self {
            WeekPattern::FourFourFive => "4-4-5",
            WeekPattern::FourFiveFour => "4-5-4",
            WeekPattern::FiveFourFour => "5-4-4",
            WeekPattern::Thirteen => "13-periods",
        }
    }

    /// How many periods a year has.
    pub fn periods(self) -> u8 {
        if self == WeekPattern::Thirteen { 13 } else { 12 }
    }

    /// The weeks of the period at `index`, from 0, of a year of 52 weeks.
    fn weeks(self, index: u8) -> i64 {
        let long = match self {
            WeekPattern::FourFourFive => Some(2),
            WeekPattern::FourFiveFour => Some(1),
            WeekPattern::FiveFourFour => Some(0),
            WeekPattern::Thirteen => None,
        };
        if long == Some(index % 3) { 5 } else { 4 }
    }
}

impl Division {
    /// Whether a year is divided into parts of that unit.
    pub fn has(&self, unit: Unit) -> bool {
        match (self, unit) {
            (_, Unit::Year) => true,
            (Division::Whole, _) => false,
            (Division::Months, _) => unit != Unit::Week,
            (Division::Weeks { quarters, .. }, Unit::Half | Unit::Quarter) => quarters.is_some(),
            (Division::Weeks { .. }, _) => true,
        }
    }

    /// Whether a year of these days can be divided so.
    pub fn fits(&self, year: Days) -> bool {
        match self {
            Division::Whole => true,
            Division::Months => plus_months(year.from, 12) == Some(year.until),
            Division::Weeks { .. } => [52 * 7, 53 * 7].contains(&year.count()),
        }
    }

    /// The parts of a year; none where it is not divided so, or is of another length.
    pub(super) fn parts(&self, year: Days, unit: Unit) -> Vec<Days> {
        if !self.fits(year) || !self.has(unit) {
            return Vec::new();
        }
        match unit {
            Unit::Year => vec![year],
            Unit::Half => halves(&self.parts(year, Unit::Quarter)),
            Unit::Quarter => self.quarters(year),
            Unit::Period => self.periods(year),
            Unit::Week => tiles(year, (1..).map(|week| plus(year.from, week * 7))),
        }
    }

    fn periods(&self, year: Days) -> Vec<Days> {
        match self {
            Division::Whole => Vec::new(),
            Division::Months => tiles(year, (1..).map(|months| plus_months(year.from, months))),
            Division::Weeks { pattern, extra_week, .. } => {
                let spare = year.count() / 7 - 52;
                let mut weeks = 0;
                let ends = (0..pattern.periods()).map(|index| {
                    weeks += pattern.weeks(index) + if index + 1 == *extra_week { spare } else { 0 };
                    plus(year.from, weeks * 7)
                });
                tiles(year, ends)
            }
        }
    }

    fn quarters(&self, year: Days) -> Vec<Days> {
        let each = match self {
            Division::Weeks { quarters: Some(each), .. } => *each,
            Division::Weeks { quarters: None, .. } | Division::Whole => return Vec::new(),
            Division::Months => [3; 4],
        };
        let periods = self.periods(year);
        let mut last = 0;
        let ends = each.into_iter().map(|count| {
            last += usize::from(count);
            periods.get(last.checked_sub(1)?).map(|period| period.until)
        });
        tiles(year, ends)
    }
}

/// Parts that end on these days, from the first of the year to its last. A last one that would go past it ends with it.
fn tiles(year: Days, ends: impl Iterator<Item = Option<jiff::civil::Date>>) -> Vec<Days> {
    let mut parts = Vec::new();
    let mut from = year.from;
    for end in ends {
        let Some(until) = end.map(|end| end.min(year.until)).filter(|until| from < *until) else { break };
        parts.push(Days { from, until });
        from = until;
        if until == year.until {
            break;
        }
    }
    parts
}

//! How the years of a calendar lie: from a day of the year on, or up to a weekday.

use std::fmt;

use jiff::civil::{self, Date};

use super::{Days, YearKind, YearName};

/// A day of every year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31, and in the month.
    pub day: i8,
}

impl MonthDay {
    /// The day in a year.
    pub fn in_year(self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).ok()
    }
}

impl fmt::Display for MonthDay {
    /// `02-01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

/// By which of the two calendar years that it touches a fiscal year is named. Programs write it as a number of months to
/// add or subtract, and what is −1 in one is +11 or 1 in another; people say it in a word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NamedBy {
    /// By that in which it starts.
    Start,
    /// By that in which it ends.
    End,
}

impl NamedBy {
    /// The word that people write.
    pub fn as_str(self) -> &'static str {
        match self {
            NamedBy::Start => "start",
            NamedBy::End => "end",
        }
    }
}

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Weekday {
    /// The first, as ISO 8601 counts.
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The seventh.
    Sunday,
}

impl Weekday {
    /// From Monday on.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// `saturday`.
    pub fn as_str(self) -> &'static str {
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][self as usize]
    }

    fn of(day: Date) -> Weekday {
        Weekday::ALL[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs()) % 7]
    }
}

/// On which weekday years by weeks end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WeekEnd {
    /// The last such weekday of a month, 1 to 12.
    LastOf(Weekday, i8),
    /// That such weekday which is nearest a day: the day itself, or one of the three before or after it.
    Nearest(Weekday, MonthDay),
}

impl WeekEnd {
    /// The last day of the year that ends by the rule in calendar year `year`, or a few days after it.
    fn last_day(self, year: i16) -> Option<Date> {
        let (weekday, reached) = match self {
            WeekEnd::LastOf(weekday, month) => (weekday, Date::new(year, month, 1).ok()?.last_of_month()),
            // The last such weekday among the seven days up to three days after is the nearest.
            WeekEnd::Nearest(weekday, day) => (weekday, plus(day.in_year(year)?, 3)?),
        };
        let back = (Weekday::of(reached) as i64 - weekday as i64).rem_euclid(7);
        plus(reached, -back)
    }

    /// Whether the year ends with the calendar year but for a few days, so that it has one name only.
    pub fn at_the_turn(self) -> bool {
        match self {
            WeekEnd::LastOf(_, month) => month == 12,
            WeekEnd::Nearest(_, day) => day == MonthDay { month: 12, day: 31 },
        }
    }
}

impl fmt::Display for WeekEnd {
    /// As people write it: `last saturday of january`, `saturday nearest 01-31`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WeekEnd::LastOf(weekday, month) => {
                write!(f, "last {} of {}", weekday.as_str(), month_name(*month))
            }
            WeekEnd::Nearest(weekday, day) => write!(f, "{} nearest {day}", weekday.as_str()),
        }
    }
}

/// The months, in lower case.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The month of that number; nothing of a number that is none.
fn month_name(month: i8) -> &'static str {
    usize::try_from(month)
        .ok()
        .and_then(|month| MONTHS.get(month.checked_sub(1)?))
        .copied()
        .unwrap_or_default()
}

/// How years lie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum YearRule {
    /// From this day on, to the day before it a year later.
    Starts(MonthDay, NamedBy),
    /// Up to and including such a weekday: 52 or 53 weeks.
    Ends(WeekEnd, NamedBy),
}

impl YearRule {
    /// By which of its two calendar years a year is named.
    pub fn named_by(self) -> NamedBy {
        match self {
            YearRule::Starts(_, named_by) | YearRule::Ends(_, named_by) => named_by,
        }
    }

    /// Whether a year touches one calendar year only (but for a few days), so that it can be named by no other.
    pub fn at_the_turn(self) -> bool {
        match self {
            YearRule::Starts(day, _) => day == MonthDay { month: 1, day: 1 },
            YearRule::Ends(end, _) => end.at_the_turn(),
        }
    }

    /// The days of the fiscal year of that name.
    pub(super) fn year(self, name: YearName) -> Option<Days> {
        if name.kind != YearKind::Fiscal {
            return None;
        }
        // Nominally: 53 weeks that end in the first days of January are of the year before.
        let ends = match self.named_by() {
            NamedBy::Start if !self.at_the_turn() => name.number.checked_add(1)?,
            _ => name.number,
        };
        self.ending(ends)
    }

    /// The year that `day` lies in.
    pub(super) fn year_of(self, day: Date) -> Option<(YearName, Days)> {
        // A year that ends nominally on 1 January may end some days before it, and one on 31 December after it.
        let ends = (day.year().saturating_sub(1)..=day.year().saturating_add(2))
            .find(|ends| self.ending(*ends).is_some_and(|days| days.contains(day)))?;
        let number = match self.named_by() {
            NamedBy::Start if !self.at_the_turn() => ends.checked_sub(1)?,
            _ => ends,
        };
        Some((YearName::fiscal(number), self.ending(ends)?))
    }

    /// The fiscal year that ends, nominally, in calendar year `ends`.
    fn ending(self, ends: i16) -> Option<Days> {
        let days = match self {
            YearRule::Starts(day, _) => {
                let starts = if self.at_the_turn() { ends } else { ends.checked_sub(1)? };
                Days { from: day.in_year(starts)?, until: day.in_year(starts.checked_add(1)?)? }
            }
            YearRule::Ends(end, _) => Days {
                from: plus(end.last_day(ends.checked_sub(1)?)?, 1)?,
                until: plus(end.last_day(ends)?, 1)?,
            },
        };
        (days.from < days.until).then_some(days)
    }
}

/// So many days later; `None` where time ends.
pub(super) fn plus(day: Date, days: i64) -> Option<Date> {
    day.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// So many months later; a day past the end of its month is its last.
pub(super) fn plus_months(day: Date, months: i32) -> Option<Date> {
    let months = i32::from(day.year()) * 12 + i32::from(day.month()) - 1 + months;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let first = civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    civil::Date::new(first.year(), first.month(), day.day().min(first.days_in_month())).ok()
}

//! The laws of calendars, on calendars made at random, and years as they were published.

use jiff::civil::Date;
use proptest::prelude::*;

use super::rule::plus;
use super::{
    Calendar, Days, Division, FiscalName, MonthDay, NamedBy, Scheme, Stretch, Unit, WeekEnd, WeekPattern,
    Weekday, YearKind, YearName, YearRule, full_year,
};

mod published;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn days(from: &str, until: &str) -> Days {
    Days { from: day(from), until: day(until) }
}

fn always(rule: YearRule, division: Division) -> Calendar {
    let stretches = vec![Stretch { from: None, scheme: Scheme::Rule(rule, division) }];
    Calendar { stretches, ..Calendar::default() }
}

/// Years from a day on.
fn months(month: i8, day: i8, named_by: NamedBy) -> Calendar {
    always(YearRule::Starts(MonthDay { month, day }, named_by), Division::Months)
}

/// Years by weeks, three periods a quarter.
fn weeks(end: WeekEnd, named_by: NamedBy, pattern: WeekPattern, extra_week: u8) -> Calendar {
    let quarters = Some(if pattern == WeekPattern::Thirteen { [4, 3, 3, 3] } else { [3; 4] });
    always(YearRule::Ends(end, named_by), Division::Weeks { pattern, quarters, extra_week })
}

fn fiscal(calendar: &Calendar, number: i16) -> Days {
    calendar.year(YearName::fiscal(number)).expect("a year").days
}

fn part(calendar: &Calendar, number: i16, unit: Unit, which: u8) -> Days {
    let year = calendar.year(YearName::fiscal(number)).expect("a year");
    year.part(unit, which).expect("a part")
}

fn any_rule() -> impl Strategy<Value = (YearRule, Division)> {
    let named_by = prop_oneof![Just(NamedBy::Start), Just(NamedBy::End)];
    let weekday = (0_usize..7).prop_map(|at| Weekday::ALL[at]);
    let date = (1_i8..=12, 1_i8..=28).prop_map(|(month, day)| MonthDay { month, day });
    let end = prop_oneof![
        (weekday.clone(), 1_i8..=12).prop_map(|(weekday, month)| WeekEnd::LastOf(weekday, month)),
        (weekday, date.clone()).prop_map(|(weekday, day)| WeekEnd::Nearest(weekday, day)),
    ];
    let division = (0_usize..4, any::<bool>(), 1_u8..=12).prop_map(|(at, quartered, extra_week)| {
        let pattern = WeekPattern::ALL[at];
        let each = if pattern == WeekPattern::Thirteen { [3, 3, 4, 3] } else { [3; 4] };
        let quarters = (quartered || pattern != WeekPattern::Thirteen).then_some(each);
        Division::Weeks { pattern, quarters, extra_week }
    });
    prop_oneof![
        (date, named_by.clone()).prop_map(|(day, by)| (YearRule::Starts(day, by), Division::Months)),
        (end, named_by, division).prop_map(|(end, by, division)| (YearRule::Ends(end, by), division)),
    ]
}

/// A rule, and perhaps another from some year on, with a transition between.
fn any_calendar() -> impl Strategy<Value = Calendar> {
    (any_rule(), proptest::option::of((any_rule(), 1990_i16..2030))).prop_map(|((rule, division), change)| {
        let mut calendar = always(rule, division);
        let Some(((rule, division), number)) = change else { return calendar };
        let last = fiscal(&calendar, number);
        let new = always(rule, division);
        // The first that begins by then and has a later name.
        let mut first = new.year_of(last.until).expect("a year");
        while first.days.from < last.until || first.name.number <= number {
            first = new.year_after(&first, true).expect("a year");
        }
        let from = first.days.from;
        if last.until < from {
            let name = YearName { kind: YearKind::Transition, number };
            calendar.stretches.push(Stretch { from: Some(last.until), scheme: Scheme::Transition(name) });
        }
        calendar.stretches.push(Stretch { from: Some(from), scheme: new.stretches[0].scheme.clone() });
        calendar
    })
}

fn tile(parts: &[Days], whole: Days) {
    assert_eq!(parts.first().map(|part| part.from), Some(whole.from));
    assert_eq!(parts.last().map(|part| part.until), Some(whole.until));
    assert!(parts.iter().all(|part| part.from < part.until), "{parts:?}");
    assert!(parts.windows(2).all(|pair| pair[0].until == pair[1].from), "{parts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Years tile time: each ends where the next begins, and every day is in one.
    #[test]
    fn years_tile_time(calendar in any_calendar(), start in 1985_i16..2035) {
        let mut year = calendar.year_of(Date::constant(start, 6, 15)).expect("a year");
        for _ in 0..12 {
            prop_assert!(year.days.from < year.days.until);
            let next = calendar.year_of(year.days.until).expect("the next year");
            prop_assert_eq!(next.days.from, year.days.until);
            prop_assert_eq!(calendar.year_after(&next, false), Some(year));
            year = next;
        }
    }

    /// Halves, quarters, periods and weeks tile years, and shorter ones tile longer ones.
    #[test]
    fn parts_tile_years(calendar in any_calendar(), start in 1985_i16..2035) {
        let year = calendar.year_of(Date::constant(start, 3, 1)).expect("a year");
        let is_transition = matches!(calendar.stretches[year.stretch].scheme, Scheme::Transition(_));
        let mut longer = vec![year.days];
        for unit in Unit::ALL {
            let parts = year.parts(unit);
            prop_assert!(!is_transition || unit == Unit::Year || parts.is_empty());
            if parts.is_empty() {
                prop_assert!(is_transition || !year.division().has(unit));
                continue;
            }
            tile(&parts, year.days);
            let ends = |part: &Days| parts.iter().any(|own| own.until == part.until);
            prop_assert!(longer.iter().all(ends), "{unit:?} of {year:?}");
            longer = parts;
        }
    }

    /// A day is in the part that bears the name of the part that it is in, and a name is of one part only.
    #[test]
    fn from_day_to_name_to_days(calendar in any_calendar(), offset in 0_i64..20_000) {
        let at = plus(Date::constant(1980, 1, 1), offset).expect("a day");
        let year = calendar.year_of(at).expect("a year");
        prop_assert!(year.days.contains(at));
        prop_assert_eq!(calendar.year(year.name), Some(year.clone()));
        for unit in Unit::ALL {
            let Some((number, part)) = year.part_of(unit, at) else { continue };
            prop_assert!(part.contains(at));
            prop_assert_eq!(year.part(unit, number), Some(part));
            let name = FiscalName { year: year.name, unit, number };
            prop_assert_eq!(FiscalName::parse(&name.to_string()), Some(name));
        }
    }

    /// Names count upwards through every rule, so that none is of two years.
    #[test]
    fn names_of_a_rule_count_upwards((rule, division) in any_rule(), start in 1900_i16..2100) {
        let calendar = always(rule, division);
        let year = calendar.year_of(Date::constant(start, 6, 15)).expect("a year");
        let next = calendar.year_after(&year, true).expect("a year");
        prop_assert_eq!(next.name.number, year.name.number + 1);
        prop_assert!((start - 1..=start + 1).contains(&year.name.number));
    }

    /// Whatever a calendar says, and wherever in time: no fault.
    #[test]
    fn nothing_panics(calendar in any_calendar(), number in any::<i16>(), which in any::<u8>(), edge in any::<bool>()) {
        let day = if edge { Date::MAX } else { Date::MIN };
        if let Some(year) = calendar.year_of(day) {
            let _next = calendar.year_after(&year, edge);
        }
        if let Some(year) = calendar.year(YearName::fiscal(number)) {
            let _parts = Unit::ALL.map(|unit| year.part(unit, which));
        }
    }
}

#[test]
fn two_digits_are_read_as_posix_reads_them() {
    assert_eq!([0, 26, 68, 69, 99].map(full_year), [2000, 2026, 2068, 1969, 1999]);
}

#[test]
fn names_of_a_table_are_read() {
    let name = |text: &str| FiscalName::parse(text).map(|name| name.to_string());
    assert_eq!(name("FY26").as_deref(), Some("FY2026"));
    assert_eq!(name("FY26 Q3").as_deref(), Some("Q3 FY2026"));
    assert_eq!(name("P7 FY2026").as_deref(), Some("P07 FY2026"));
    assert_eq!(name("TP25").as_deref(), Some("TP2025"));
    for wrong in [
        "",
        "26",
        "FY",
        "FY026",
        "FY26 X1",
        "Q1",
        "Q1 Q2",
        "FY26 FY27",
        "Q1 FY26 x",
        "Q999 FY26",
        "FYé6",
        "Qé FY26",
    ] {
        assert_eq!(name(wrong), None, "{wrong}");
    }
}

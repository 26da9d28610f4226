//! Years as they were published, each with where. All of it is arithmetic on public dates.

use super::*;

/// The retail calendar of the National Retail Federation: weeks from Sunday, 4-5-4, named by the year in which they start
/// (<https://nrf.com/resources/4-5-4-calendar>; its years of 53 weeks, as it lists them: 2000, 2006, 2012, 2017, 2023).
#[test]
fn the_retail_calendar() {
    let nearest = WeekEnd::Nearest(Weekday::Saturday, MonthDay { month: 1, day: 31 });
    let nrf = weeks(nearest, NamedBy::Start, WeekPattern::FourFiveFour, 12);
    for (number, from, until) in [
        (2017, "2017-01-29", "2018-02-04"),
        (2018, "2018-02-04", "2019-02-03"),
        (2019, "2019-02-03", "2020-02-02"),
        (2020, "2020-02-02", "2021-01-31"),
        (2021, "2021-01-31", "2022-01-30"),
        (2022, "2022-01-30", "2023-01-29"),
        (2023, "2023-01-29", "2024-02-04"),
        (2024, "2024-02-04", "2025-02-02"),
        (2025, "2025-02-02", "2026-02-01"),
        (2026, "2026-02-01", "2027-01-31"),
    ] {
        assert_eq!(fiscal(&nrf, number), days(from, until), "{number}");
    }
    let long: Vec<i16> = (1998..2027).filter(|number| fiscal(&nrf, *number).count() == 371).collect();
    assert_eq!(long, [2000, 2006, 2012, 2017, 2023]);
    // February, March and April of 2024 as retailers count: four, five and four weeks.
    assert_eq!(part(&nrf, 2024, Unit::Period, 1), days("2024-02-04", "2024-03-03"));
    assert_eq!(part(&nrf, 2024, Unit::Period, 2), days("2024-03-03", "2024-04-07"));
    assert_eq!(part(&nrf, 2024, Unit::Period, 3), days("2024-04-07", "2024-05-05"));
    assert_eq!(part(&nrf, 2024, Unit::Quarter, 1), days("2024-02-04", "2024-05-05"));
    // January of 2023 has five weeks, and its 53rd ends on 3 February.
    assert_eq!(part(&nrf, 2023, Unit::Period, 12), days("2023-12-31", "2024-02-04"));
    assert_eq!(part(&nrf, 2023, Unit::Week, 53), days("2024-01-28", "2024-02-04"));
    assert_eq!(nrf.year(YearName::fiscal(2024)).expect("a year").part(Unit::Week, 53), None);
}

/// Apple Inc., Form 10-K: "the 52- or 53-week period that ends on the last Saturday of September"; the additional week is
/// in the first quarter (14 weeks that ended on 31 December 2016 and on 31 December 2022).
#[test]
fn the_last_saturday_of_september() {
    let end = WeekEnd::LastOf(Weekday::Saturday, 9);
    let apple = weeks(end, NamedBy::End, WeekPattern::FourFourFive, 3);
    for (number, last) in [
        (2017, "2017-09-30"),
        (2018, "2018-09-29"),
        (2019, "2019-09-28"),
        (2020, "2020-09-26"),
        (2021, "2021-09-25"),
        (2022, "2022-09-24"),
        (2023, "2023-09-30"),
        (2024, "2024-09-28"),
    ] {
        assert_eq!(fiscal(&apple, number).last(), day(last), "{number}");
    }
    assert_eq!(fiscal(&apple, 2023).count(), 53 * 7);
    assert_eq!(part(&apple, 2017, Unit::Quarter, 1).last(), day("2016-12-31"));
    assert_eq!(part(&apple, 2023, Unit::Quarter, 1), days("2022-09-25", "2023-01-01"));
    assert_eq!(part(&apple, 2024, Unit::Quarter, 1).last(), day("2023-12-30"));
}

/// Cisco Systems, Form 10-K: 52 or 53 weeks ending on the last Saturday in July; fiscal 2021 had 53.
#[test]
fn the_last_saturday_of_july() {
    let cisco = weeks(WeekEnd::LastOf(Weekday::Saturday, 7), NamedBy::End, WeekPattern::FourFourFive, 12);
    let last = |number| fiscal(&cisco, number).last();
    assert_eq!(
        [2020, 2021, 2022, 2023, 2024].map(last),
        [day("2020-07-25"), day("2021-07-31"), day("2022-07-30"), day("2023-07-29"), day("2024-07-27"),]
    );
    assert_eq!(fiscal(&cisco, 2021).count(), 53 * 7);
    assert_eq!(fiscal(&cisco, 2022).count(), 52 * 7);
}

/// The Kroger Co., Form 10-K: the Saturday nearest 31 January, thirteen periods of four weeks, sixteen weeks in the first
/// quarter; fiscal 2023 ended on 3 February 2024 with 53, its first quarter on 20 May 2023.
#[test]
fn thirteen_periods() {
    let nearest = WeekEnd::Nearest(Weekday::Saturday, MonthDay { month: 1, day: 31 });
    let kroger = weeks(nearest, NamedBy::Start, WeekPattern::Thirteen, 13);
    assert_eq!(fiscal(&kroger, 2023).last(), day("2024-02-03"));
    assert_eq!(part(&kroger, 2023, Unit::Quarter, 1).last(), day("2023-05-20"));
    let year = kroger.year(YearName::fiscal(2023)).expect("a year");
    let lengths: Vec<i64> = year.parts(Unit::Quarter).iter().map(|quarter| quarter.count() / 7).collect();
    assert_eq!(lengths, [16, 12, 12, 13]);
    assert_eq!(year.parts(Unit::Period).len(), 13);
}

/// Years from a day on. United States: 31 U.S.C. 1102. United Kingdom: the tax year from 6 April (Income Tax Act 2007,
/// s. 4) and the financial year from 1 April (Interpretation Act 1978, sch. 1). Japan: Public Finance Act, art. 11, named by
/// the year in which it starts. Walmart (1 February) and Microsoft (1 July), Forms 10-K, named by the year in which they end.
#[test]
fn from_a_day_on() {
    let federal = months(10, 1, NamedBy::End);
    assert_eq!(fiscal(&federal, 2024), days("2023-10-01", "2024-10-01"));
    assert_eq!(part(&federal, 2024, Unit::Quarter, 2), days("2024-01-01", "2024-04-01"));
    let tax = months(4, 6, NamedBy::Start);
    assert_eq!(fiscal(&tax, 2024), days("2024-04-06", "2025-04-06"));
    // Tax months run from the 6th to the 5th (HMRC, PAYE tax months).
    assert_eq!(part(&tax, 2024, Unit::Period, 11), days("2025-02-06", "2025-03-06"));
    let financial = months(4, 1, NamedBy::End);
    assert_eq!(fiscal(&financial, 2025), days("2024-04-01", "2025-04-01"));
    let japan = months(4, 1, NamedBy::Start);
    assert_eq!(fiscal(&japan, 2023), days("2023-04-01", "2024-04-01"));
    let walmart = months(2, 1, NamedBy::End);
    assert_eq!(fiscal(&walmart, 2024), days("2023-02-01", "2024-02-01"));
    let microsoft = months(7, 1, NamedBy::End);
    assert_eq!(fiscal(&microsoft, 2024), days("2023-07-01", "2024-07-01"));
    assert_eq!(part(&microsoft, 2024, Unit::Half, 2), days("2024-01-01", "2024-07-01"));
}

/// The trap of signs: in Looker `fiscal_month_offset: 1` and `-11` both start years in February, and their names differ by
/// one ("15 causes Q1 of fiscal year 2018 to start in April of 2019", "-3 … in October of 2017":
/// <https://cloud.google.com/looker/docs/reference/param-model-fiscal-month-offset>). In words there is no sign to lose.
#[test]
fn two_offsets_that_are_both_february() {
    let plus_one = months(2, 1, NamedBy::Start);
    let minus_eleven = months(2, 1, NamedBy::End);
    assert_eq!(fiscal(&plus_one, 2018), days("2018-02-01", "2019-02-01"));
    assert_eq!(fiscal(&minus_eleven, 2018), days("2017-02-01", "2018-02-01"));
    assert_eq!(fiscal(&months(10, 1, NamedBy::End), 2018).from, day("2017-10-01"), "an offset of -3");
}

/// The United States moved their year from July to October (Congressional Budget Act of 1974, s. 501): fiscal 1976 ended on
/// 30 June, the transition quarter on 30 September, and fiscal 1977 began on 1 October.
#[test]
fn the_transition_quarter_of_1976() {
    let mut federal = months(7, 1, NamedBy::End);
    let name = YearName { kind: YearKind::Transition, number: 1976 };
    let new = months(10, 1, NamedBy::End).stretches.remove(0);
    federal.stretches.push(Stretch { from: Some(day("1976-07-01")), scheme: Scheme::Transition(name) });
    federal.stretches.push(Stretch { from: Some(day("1976-10-01")), ..new });
    assert_eq!(fiscal(&federal, 1976), days("1975-07-01", "1976-07-01"));
    assert_eq!(federal.year(name).expect("a year").days, days("1976-07-01", "1976-10-01"));
    assert_eq!(fiscal(&federal, 1977), days("1976-10-01", "1977-10-01"));
    assert_eq!(federal.year_of(day("1976-08-15")).expect("a year").name, name);
}

/// Years of ISO 8601 end on the Sunday nearest 31 December; held against the weeks of the date library.
#[test]
fn iso_years_are_years_by_weeks() {
    let nearest = WeekEnd::Nearest(Weekday::Sunday, MonthDay { month: 12, day: 31 });
    for named_by in [NamedBy::Start, NamedBy::End] {
        let iso = weeks(nearest, named_by, WeekPattern::FourFourFive, 12);
        let mut day = Date::constant(1990, 1, 1);
        while day.year() < 2040 {
            let year = iso.year_of(day).expect("a year");
            let (week, _) = year.part_of(Unit::Week, day).expect("a week");
            let theirs = day.iso_week_date();
            assert_eq!(
                (year.name.number, i16::from(week)),
                (theirs.year(), i16::from(theirs.week())),
                "{day}"
            );
            day = day.tomorrow().expect("a day");
        }
    }
}

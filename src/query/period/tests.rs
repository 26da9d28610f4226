//! What is read of what people write, and what it means.

use jiff::civil::Date;
use proptest::prelude::*;

use super::{Calendars, Chosen, PeriodAnswer, read_period, resolve_period, scan_periods};
use crate::claim::{
    Calendar, Declarations, Division, MonthDay, NamedBy, Scheme, Stretch, WeekEnd, WeekPattern, Weekday,
    YearRule,
};

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn calendar(rule: YearRule, division: Division, aliases: &[&str]) -> Calendar {
    let stretches = vec![Stretch { from: None, scheme: Scheme::Rule(rule, division) }];
    Calendar { label: None, aliases: aliases.iter().map(|alias| (*alias).into()).collect(), stretches }
}

/// `fiscal`: from February, named by the end.
fn fiscal() -> Calendar {
    let rule = YearRule::Starts(MonthDay { month: 2, day: 1 }, NamedBy::End);
    calendar(rule, Division::Months, &["government"])
}

/// `retail`: the calendar of the National Retail Federation.
fn retail() -> Calendar {
    let nearest = WeekEnd::Nearest(Weekday::Saturday, MonthDay { month: 1, day: 31 });
    let pattern = WeekPattern::FourFiveFour;
    let division = Division::Weeks { pattern, quarters: Some([3; 4]), extra_week: 12 };
    calendar(YearRule::Ends(nearest, NamedBy::Start), division, &["NRF", "National Retail Federation"])
}

fn one() -> Declarations {
    Declarations { calendars: [("fiscal".into(), fiscal())].into(), ..Declarations::default() }
}

fn two() -> Declarations {
    let calendars = [("fiscal".into(), fiscal()), ("retail".into(), retail())];
    Declarations { calendars: calendars.into(), ..Declarations::default() }
}

/// What a text is, in a word or the days.
fn answer(text: &str, declarations: &Declarations, on: Option<&str>) -> String {
    let calendars = Calendars::of(declarations);
    let Some(expression) = read_period(text, &calendars) else { return "not read".to_owned() };
    match resolve_period(&expression, &calendars, on.map(day)) {
        PeriodAnswer::Found(found) => {
            let whose = found.readings[0].calendar.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
            format!("{}{whose}", found.days)
        }
        PeriodAnswer::Ambiguous(open) => {
            open.candidates.iter().map(|candidate| candidate.typed.clone()).collect::<Vec<_>>().join(" | ")
        }
        PeriodAnswer::Depends(missing) => format!("{missing:?}"),
        PeriodAnswer::Unknown(why) => format!("unknown: {}", why.message),
        PeriodAnswer::Mistake(why) => format!("{}; {}", why.message, why.help.unwrap_or_default()),
    }
}

#[test]
fn fiscal_periods_in_every_spelling() {
    let third = [
        "Q3 FY26",
        "q3 fy26",
        "FY26 Q3",
        "FY26Q3",
        "FY26-Q3",
        "FY2026 Q3",
        "Q3FY26",
        "Q3-FY26",
        "Q3, FY26",
        "Q3 of FY26",
        "Q3 FY'26",
        "third quarter of FY26",
        "3rd quarter of fiscal 2026",
        "quarter 3 of fiscal year 2026",
        "Q3 FY2025/26",
        "Q3 of the fiscal year 2026",
        "  Q3 FY26 ",
        "Q3 FY2025-26",
        "Q3 financial year 2026",
    ];
    for text in third {
        assert_eq!(answer(text, &one(), None), "2025-08-01/2025-11-01 fiscal", "{text}");
    }
    for (text, expected) in [
        ("FY26", "2025-02-01/2026-02-01 fiscal"),
        ("FY2025/26", "2025-02-01/2026-02-01 fiscal"),
        ("FY2026H1", "2025-02-01/2025-08-01 fiscal"),
        ("H1 FY2026", "2025-02-01/2025-08-01 fiscal"),
        ("second half of FY26", "2025-08-01/2026-02-01 fiscal"),
        ("P07 FY25", "2024-08-01/2024-09-01 fiscal"),
        ("P7 2025", "2024-08-01/2024-09-01 fiscal"),
        ("FY99", "1998-02-01/1999-02-01 fiscal"),
        ("Q1 FY26 to Q3 FY26", "2025-02-01/2025-11-01 fiscal"),
        ("Q1-Q3 FY26", "2025-02-01/2025-11-01 fiscal"),
        ("Q1 through Q3 of FY26", "2025-02-01/2025-11-01 fiscal"),
        ("FY24 – FY26", "2023-02-01/2026-02-01 fiscal"),
        ("March 2025 to Q3 FY26", "2025-03-01/2025-11-01 fiscal"),
    ] {
        assert_eq!(answer(text, &one(), None), expected, "{text}");
    }
}

#[test]
fn civil_periods_in_every_spelling() {
    for (text, expected) in [
        ("March 2026", "2026-03-01/2026-04-01"),
        ("Mar 2026", "2026-03-01/2026-04-01"),
        ("Mar. 2026", "2026-03-01/2026-04-01"),
        ("March, 2026", "2026-03-01/2026-04-01"),
        ("december 2026", "2026-12-01/2027-01-01"),
        ("Sept 2026", "2026-09-01/2026-10-01"),
        ("2026-03", "2026-03-01/2026-04-01"),
        ("2026", "2026-01-01/2027-01-01"),
        ("CY26", "2026-01-01/2027-01-01"),
        ("2026-Q1", "2026-01-01/2026-04-01"),
        ("2026Q1", "2026-01-01/2026-04-01"),
        ("Q1 CY2026", "2026-01-01/2026-04-01"),
        ("H2 of calendar year 2026", "2026-07-01/2027-01-01"),
        ("2026-03-31", "2026-03-31/2026-04-01"),
        ("31 March 2026", "2026-03-31/2026-04-01"),
        ("31st March 2026", "2026-03-31/2026-04-01"),
        ("March 31, 2026", "2026-03-31/2026-04-01"),
        ("March 1st, 2026", "2026-03-01/2026-03-02"),
        ("2026-W07", "2026-02-09/2026-02-16"),
        ("2026W07", "2026-02-09/2026-02-16"),
        ("2020-W53", "2020-12-28/2021-01-04"),
        ("Jan to March 2026", "2026-01-01/2026-04-01"),
        ("Jan 2026 – Mar 2026", "2026-01-01/2026-04-01"),
        ("2026-01-15 to 2026-02-03", "2026-01-15/2026-02-04"),
        ("2026-01-15..2026-02-03", "2026-01-15/2026-02-04"),
        ("2026-01-15/2026-02-03", "2026-01-15/2026-02-03"),
    ] {
        assert_eq!(answer(text, &one(), None), expected, "{text}");
        assert_eq!(answer(text, &Declarations::default(), None), expected, "{text}");
    }
    assert_eq!(answer("Q1 2026", &Declarations::default(), None), "2026-01-01/2026-04-01");
}

#[test]
fn what_is_open_is_asked() {
    for text in ["Q3 2026", "2026 Q3", "3Q26", "3Q'26", "third quarter of 2026"] {
        assert_eq!(answer(text, &one(), None), "Q3 CY2026 | Q3 FY2026 (fiscal)", "{text}");
    }
    assert_eq!(answer("FY26", &two(), None), "FY2026 (fiscal) | FY2026 (retail)");
    assert_eq!(answer("FY2026 (fiscal)", &two(), None), "2025-02-01/2026-02-01 fiscal");
    assert_eq!(answer("Q3 FY2026 (retail)", &two(), None), "2026-08-02/2026-11-01 retail");
    assert_eq!(answer("NRF FY2026", &two(), None), "2026-02-01/2027-01-31 retail");
    assert_eq!(answer("the NRF FY2026", &two(), None), "not read");
    assert_eq!(answer("National Retail Federation's FY2026", &two(), None), "2026-02-01/2027-01-31 retail");
    assert_eq!(answer("NRF calendar 2026", &two(), None), "2026-02-01/2027-01-31 retail");
    assert_eq!(answer("government FY26", &two(), None), "2025-02-01/2026-02-01 fiscal");
    // Only one of the two counts by weeks.
    assert_eq!(answer("FY26 W12", &two(), None), "2026-04-19/2026-04-26 retail");
    assert_eq!(answer("last quarter", &one(), None), "Day");
    assert_eq!(answer("Q3", &one(), None), "Year");
    assert_eq!(
        answer("FY26", &Declarations::default(), None).split(',').next(),
        Some("unknown: `FY2026` is of a fiscal year")
    );
}

#[test]
fn a_default_is_meant_where_none_is_named() {
    let declarations = Declarations { default_calendar: Some("retail".into()), ..two() };
    assert_eq!(answer("FY26", &declarations, None), "2026-02-01/2027-01-31 retail");
    assert_eq!(answer("government FY26", &declarations, None), "2025-02-01/2026-02-01 fiscal");
    assert_eq!(answer("Q3 2026", &declarations, None), "Q3 CY2026 | Q3 FY2026 (retail)");
    let calendars = Calendars::of(&declarations).asking_for("fiscal").expect("is there");
    let expression = read_period("FY26", &calendars).expect("a period");
    let PeriodAnswer::Found(found) = resolve_period(&expression, &calendars, None) else {
        panic!("not found")
    };
    assert_eq!((found.chosen, found.readings[0].calendar.as_deref()), (Chosen::Asked, Some("fiscal")));
}

#[test]
fn what_is_the_same_either_way_is_not_asked() {
    let rule = YearRule::Starts(MonthDay { month: 1, day: 1 }, NamedBy::End);
    let calendars = [("fiscal".into(), calendar(rule, Division::Months, &[]))];
    let declarations = Declarations { calendars: calendars.into(), ..Declarations::default() };
    assert_eq!(answer("Q3 2026", &declarations, None), "2026-07-01/2026-10-01");
    assert_eq!(answer("last quarter", &declarations, Some("2026-03-31")), "2025-10-01/2026-01-01");
}

#[test]
fn relative_periods_are_seen_from_a_day() {
    for (text, expected) in [
        ("today", "2026-03-14/2026-03-15"),
        ("yesterday", "2026-03-13/2026-03-14"),
        ("this month", "2026-03-01/2026-04-01"),
        ("last month", "2026-02-01/2026-03-01"),
        ("month to date", "2026-03-01/2026-03-15"),
        ("MTD", "2026-03-01/2026-03-15"),
        ("last fiscal year", "2025-02-01/2026-02-01 fiscal"),
        ("this fiscal quarter", "2026-02-01/2026-05-01 fiscal"),
        ("next fiscal month", "2026-04-01/2026-05-01 fiscal"),
        ("fiscal year to date", "2026-02-01/2026-03-15 fiscal"),
        ("FYTD", "2026-02-01/2026-03-15 fiscal"),
        ("last calendar quarter", "2025-10-01/2026-01-01"),
        ("last calendar year", "2025-01-01/2026-01-01"),
        ("this week", "2026-03-09/2026-03-16"),
        ("last quarter", "last calendar quarter | last fiscal quarter (fiscal)"),
        ("year to date", "calendar year to date | fiscal year to date (fiscal)"),
        ("YTD", "calendar year to date | fiscal year to date (fiscal)"),
    ] {
        assert_eq!(answer(text, &one(), Some("2026-03-14")), expected, "{text}");
    }
    // What is offered to be typed is read, and gives one answer.
    assert_eq!(
        answer("last fiscal quarter (fiscal)", &one(), Some("2026-03-14")),
        "2025-11-01/2026-02-01 fiscal"
    );
    assert_eq!(answer("calendar year to date", &one(), Some("2026-03-14")), "2026-01-01/2026-03-15");
}

#[test]
fn mistakes_say_what_there_is() {
    for (text, expected) in [
        ("Q5 FY26", "FY2026 has 4 quarters in calendar/fiscal: there is no Q5; write Q1 to Q4"),
        ("Q0 FY26", "FY2026 has 4 quarters in calendar/fiscal: there is no Q0; write Q1 to Q4"),
        ("P13 FY26", "FY2026 has 12 periods in calendar/fiscal: there is no P13; write P01 to P12"),
        ("H3 2026", "a year has 2 halves: there is no H3; write H1 to H2"),
        ("2026-02-30", "`2026-02-30` is not a day: that month has 28 days; its last day is `2026-02-28`"),
        ("2026-13", "`2026-13` is not a month: a year has 12; write year and month, such as `2026-03`"),
        ("2026-W54", "`2026-W54` is not a week: 2026 has 53; write `2026-W01` to `2026-W53`"),
        (
            "Q3 FY26 to Q1 FY26",
            "`Q3 FY2026 to Q1 FY2026` ends before it starts; the first starts on 2025-08-01, the second ends on 2025-04-30",
        ),
    ] {
        assert_eq!(answer(text, &one(), None), expected, "{text}");
    }
    for text in [
        "",
        " ",
        "Q",
        "FY",
        "FY026",
        "31/03/2026",
        "soon",
        "Q3 FY26 please",
        "2026-1",
        "é",
        "Q３ FY26",
        "FY26\n\nQ3",
    ] {
        assert_eq!(answer(text, &one(), None), "not read", "{text}");
    }
}

fn mentions(text: &str) -> Vec<String> {
    let declarations = two();
    let mentions = scan_periods(text, &Calendars::of(&declarations));
    mentions.into_iter().map(|mention| text[mention.range].to_owned()).collect()
}

#[test]
fn a_sentence_is_scanned_leftmost_and_longest() {
    for (text, expected) in [
        ("What was ACV for Acme in Q3 of FY26?", &["Q3 of FY26"][..]),
        ("Compare Q1 FY26, Q2 FY26 and H1 2026.", &["Q1 FY26", "Q2 FY26", "H1 2026"]),
        ("ACV in FY26 Q3 FY27", &["FY26", "Q3 FY27"]),
        ("NRF FY2026 and FY2026 (NRF), not FY26", &["NRF FY2026", "FY2026 (NRF)", "FY26"]),
        ("from March 2026 to May 2026", &["March 2026 to May 2026"]),
        ("In 2026 we had 2025 customers", &["2026"]),
        ("How many in Q3, and in Q4?", &["Q3", "Q4"]),
        ("on 2026-03-31, not 2026-02-30.", &["2026-03-31", "2026-02-30"]),
        ("between last quarter and this month", &["last quarter", "this month"]),
        ("PO-2026-03-31, v2026.03, FY26x, xFY26, Q3x, 12Q3 and _FY26", &[]),
        ("1.2026 2,2026 $2026 2026% in 2026-27", &[]),
        ("P1 and H1 and W2 and Q9", &[]),
        ("2026-03-31T12:00", &[]),
        ("Q3\n\nFY26", &["Q3", "FY26"]),
        ("日本 FY26 に", &["FY26"]),
        ("may march on", &[]),
    ] {
        assert_eq!(mentions(text), expected, "{text}");
    }
}

#[test]
fn a_megabyte_of_almost_periods_is_scanned_in_time_that_grows_with_it() {
    let declarations = two();
    let calendars = Calendars::of(&declarations);
    for piece in [
        "Q1 ",
        "FY",
        "2026-",
        "last ",
        "Q3 FY26 to ",
        "national retail ",
        "a",
        "1",
        " ",
        "(",
        "Q1-",
        "\u{301}",
        "to date ",
    ] {
        let text = piece.repeat(10_000_000 / piece.len() / 10);
        let _mentions = scan_periods(&text, &calendars);
        let _whole = read_period(&text, &calendars);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Ranges are on borders of characters, in order, and what they cover is read alike; nothing panics.
    #[test]
    fn any_text_is_scanned(
        pieces in proptest::collection::vec(prop_oneof![
            "[ -~]{0,6}", "\\PC{0,3}",
            proptest::sample::select(vec![
                "Q3 ", "FY26", " to ", "2026", "-03", "-31", "March ", "last ", "year ", "to date", "NRF ", "(retail)", "/", "..", "W07",
                "’", "'", "\n", "first ", "half ", "3Q", "99", "0", "9999",
            ]).prop_map(str::to_owned),
        ], 0..12)
    ) {
        let text = pieces.concat();
        let declarations = two();
        let calendars = Calendars::of(&declarations);
        let mut end = 0;
        for mention in scan_periods(&text, &calendars) {
            prop_assert!(end <= mention.range.start && mention.range.start < mention.range.end);
            end = mention.range.end;
            let said = &text[mention.range.clone()];
            prop_assert_eq!(read_period(said, &calendars).map(|read| read.said), Some(mention.expression.said.clone()));
            let _answer = resolve_period(&mention.expression, &calendars, Some(day("2026-03-14")));
        }
        let _whole = read_period(&text, &calendars).map(|read| resolve_period(&read, &calendars, Some(Date::MAX)));
    }

    /// The one spelling of what was read is read as the same.
    #[test]
    fn the_one_spelling_is_read_as_the_same(unit in "[QHPW]", number in 0_u8..60, year in 1970_i16..2068, form in 0..5) {
        let text = match form {
            0 => format!("{unit}{number} FY{year}"),
            1 => format!("FY{:02} {unit}{number:02}", year % 100),
            2 => format!("{year}-{:02}", number % 12 + 1),
            3 => format!("CY{year} {unit}{number}"),
            _ => format!("{unit}{number} {year}"),
        };
        let declarations = two();
        let calendars = Calendars::of(&declarations);
        let read = read_period(&text, &calendars).expect("a period");
        prop_assert_eq!(read_period(&read.said.to_string(), &calendars), Some(read));
    }
}

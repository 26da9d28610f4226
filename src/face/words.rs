//! The prose of answers: data of conditions, periods and commits → words. The one place where it is made.

pub mod diff;
pub mod effect;
pub mod review;

mod claim;
mod ground;
mod period;
mod reasons;

pub use claim::{claim_text, commit_line, sayer, source_text, value_text};
pub use ground::{Asked, name, narrowed, open};
pub use period::{chosen, days, fiscal_reasons, missing};
pub use reasons::{became, reason, stands_over};

use crate::claim::{Bound, Criterion, Period, Point, Target, Test, When};
use crate::history::Commit;
use crate::resolve::{Mark, Status};

/// A condition in words: `region uk or de, amount over 10000`; `everywhere` where it always holds.
pub fn when(when: &When) -> String {
    if when.is_always() {
        return "everywhere".to_owned();
    }
    let product = |product: &crate::claim::Product| {
        let parts = product
            .iter()
            .flat_map(|(id, tests)| tests.iter().map(move |test| format!("{id} {}", self::test(test))));
        parts.collect::<Vec<_>>().join(", ")
    };
    when.products().iter().map(product).collect::<Vec<_>>().join("; or ")
}

/// One test in words, without its dimension.
pub fn test(test: &Test) -> String {
    match test {
        Test::In(points) => points.iter().map(point).collect::<Vec<_>>().join(" or "),
        Test::NotIn(points) => format!("not {}", points.iter().map(point).collect::<Vec<_>>().join(" nor ")),
        Test::Range(range) => {
            let low = range.low.as_ref().map(|bound| self::bound(bound, "at least", "over"));
            let high = range.high.as_ref().map(|bound| self::bound(bound, "up to", "below"));
            low.into_iter().chain(high).collect::<Vec<_>>().join(" and ")
        }
    }
}

fn bound(bound: &Bound, inclusive: &str, exclusive: &str) -> String {
    format!("{} {}", if bound.inclusive { inclusive } else { exclusive }, point(&bound.at))
}

/// A value of a dimension.
pub fn point(point: &Point) -> String {
    match point {
        Point::Word(word) => match word.strip_prefix('=') {
            Some(alone) => format!("{alone} itself"),
            None => word.to_string(),
        },
        Point::Number(number) => number.to_string(),
        Point::Date(date) => date.to_string(),
        Point::Bool(yes) => yes.to_string(),
    }
}

/// A value of a dimension as it is typed behind `--where dimension=`.
pub fn typed(point: &Point) -> String {
    match point {
        Point::Word(word) => word.to_string(),
        other => self::point(other),
    }
}

/// That a claim takes others back, in the word of the language: "retracts `by-login`".
pub fn retraction(targets: &[Target]) -> String {
    let target = |target: &Target| match target {
        Target::Id(id) => format!("`{id}`"),
        Target::Hash(digits) => format!("`~{digits}`"),
        Target::Table => "what its table says".to_owned(),
        Target::Slot => "what is said here".to_owned(),
    };
    format!("retracts {}", targets.iter().map(target).collect::<Vec<_>>().join(" and "))
}

/// Beside a sayer: some version since then did not parse, and what its ancestor said stood on.
pub const CARRIED: &str = "carried over a version that could not be read";

/// A period in words: `since 2025-05-01`, `until 2026-01-01`, `always`.
pub fn period(period: &Period) -> String {
    match (period.from, period.until) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("since {from}"),
        (None, Some(until)) => format!("until {until}"),
        (Some(from), Some(until)) => format!("from {from} until {until}"),
    }
}

/// The day a commit's author gave, in the author's own time zone; empty where the date is absurd.
pub fn author_day(commit: &Commit) -> String {
    moment(commit.author_time, commit.author_offset)
        .map(|moment| moment.date().to_string())
        .unwrap_or_default()
}

/// The author's date and time with its offset (RFC 3339); `None` where the date is absurd.
pub fn author_date(commit: &Commit) -> Option<String> {
    let moment = moment(commit.author_time, commit.author_offset)?;
    let sign = if commit.author_offset < 0 { '-' } else { '+' };
    let offset = commit.author_offset.unsigned_abs();
    Some(format!("{}{sign}{:02}:{:02}", moment.strftime("%Y-%m-%dT%H:%M:%S"), offset / 60, offset % 60))
}

fn moment(seconds: i64, offset_minutes: i32) -> Option<jiff::civil::DateTime> {
    let local = seconds.checked_add(i64::from(offset_minutes) * 60)?;
    let stamp = jiff::Timestamp::from_second(local).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(stamp))
}

/// The word for what became of a claim.
pub fn fate(fate: &Status) -> &'static str {
    match fate {
        Status::Winner => "winner",
        Status::Supporting { .. } => "supporting",
        Status::InConflict { .. } => "in-conflict",
        Status::Dominated { .. } => "dominated",
        Status::Exceeded { .. } => "exceeded",
        Status::Displaced { .. } => "displaced",
        Status::Void { .. } => "void",
        Status::Retraction => "retraction",
        Status::NotYet { .. } => "not-yet",
        Status::NoLonger { .. } => "no-longer",
        Status::OutOfScope { .. } => "out-of-scope",
        Status::Idle => "idle",
    }
}

/// Which claim stands over one of that fate, as a position, and by which rule or criterion; `None` where none does.
pub fn over(fate: &Status) -> Option<(u32, &'static str)> {
    match fate {
        Status::Void { by, rule } => Some((*by, rule.as_str())),
        Status::Displaced { path, rule } => Some((*path.first()?, rule.as_str())),
        Status::Dominated { by, criterion, .. } => Some((*by, criterion.as_str())),
        Status::Exceeded { by } => Some((*by, "value")),
        _ => None,
    }
}

/// What a claim has by a criterion.
pub fn mark(mark: &Mark) -> String {
    let day =
        |date: &Option<jiff::civil::Date>, none: &str| date.map_or(none.to_owned(), |date| date.to_string());
    match mark {
        Mark::Tier(tier) => tier.as_ref().map_or("no tier".to_owned(), ToString::to_string),
        Mark::Condition(condition) => when(condition),
        Mark::From(date) => day(date, "since ever"),
        Mark::Stated(date) => day(date, "no date"),
        Mark::Rank(rank) => rank.map_or("not ranked".to_owned(), |rank| format!("rank {rank}")),
    }
}

/// Why the answer stands over a claim by a criterion, up to the other claim itself.
pub fn stronger(criterion: Criterion, winner: &Mark, other: &Mark) -> String {
    let (winner, other) = (mark(winner), mark(other));
    match criterion {
        Criterion::Authority => format!("its source has more authority ({winner} over {other}) than that of"),
        Criterion::Specificity => format!("it is more specific ({winner}) than"),
        Criterion::Effective => format!("it takes effect later ({winner}) than"),
        Criterion::Stated => format!("its source is of a later date ({winner}, not {other}) than that of"),
        Criterion::Rank => format!("its value is ranked higher ({winner}, not {other}) than"),
    }
}

/// Tests on one dimension, all of which hold.
pub fn tests(tests: &[Test]) -> String {
    tests.iter().map(test).collect::<Vec<_>>().join(" and ")
}

/// `1 claim`, `2 claims`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Range;

    #[test]
    fn conditions_read_as_sentences() {
        let word = |text: &str| Point::Word(text.into());
        let range = Range {
            low: Some(Bound { at: Point::Number(10_000.into()), inclusive: false }),
            high: Some(Bound { at: Point::Number(50_000.into()), inclusive: true }),
        };
        let product = vec![
            ("amount".into(), vec![Test::Range(range)]),
            ("region".into(), vec![Test::In(vec![word("uk"), word("=emea")])]),
        ];
        let both =
            When::any_of(vec![product, vec![("vip".into(), vec![Test::NotIn(vec![Point::Bool(true)])])]]);
        assert_eq!(
            when(&both),
            "amount over 10000 and up to 50000, region emea itself or uk; or vip not true"
        );
        assert_eq!(when(&When::always()), "everywhere");
    }
}

//! Values, conditions, periods and commits on the wire.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::claim::{Bound, Period, Point, Test, Value, When};
use crate::face::words;
use crate::history::Commit;
use crate::query::{Context, Origin};

/// A value: text, dates, durations and references as text, whole numbers and booleans as themselves, other numbers as
/// text (they are exact), money as `{ "amount", "currency" }`, "none" as null.
pub(super) fn value(value: &Value) -> Json {
    match value {
        Value::None => Json::Null,
        Value::Integer(number) => json!(number),
        Value::Bool(yes) => json!(yes),
        Value::Period(period) => json!(Valid::from(period)),
        Value::Money { amount, currency } => {
            json!({ "amount": amount.to_string(), "currency": currency.as_str() })
        }
        Value::List(items) => Json::Array(items.iter().map(self::value).collect()),
        Value::Text(_)
        | Value::Decimal(_)
        | Value::Date(_)
        | Value::Duration { .. }
        | Value::Percent(_)
        | Value::Ref(_) => Json::String(value.to_string()),
    }
}

/// A condition as the language writes it: `{}` always, a table, or a list of tables of which any holds. Numbers are
/// text, for they are exact.
pub(super) fn when(when: &When) -> Json {
    let product = |product: &crate::claim::Product| -> Json {
        product.iter().map(|(id, tests)| (id.to_string(), tests_of(tests))).collect::<Map<_, _>>().into()
    };
    match when.products() {
        [] => json!({}),
        [one] => product(one),
        several => several.iter().map(product).collect(),
    }
}

fn tests_of(tests: &[Test]) -> Json {
    match tests {
        [one] => test(one),
        several => json!({ "all": several.iter().map(test).collect::<Vec<_>>() }),
    }
}

fn test(test: &Test) -> Json {
    match test {
        Test::In(points) => points_of(points),
        Test::NotIn(points) => json!({ "not": points_of(points) }),
        Test::Range(range) => {
            let end = |bound: &Bound, inclusive: &str, exclusive: &str| {
                let word = if bound.inclusive { inclusive } else { exclusive };
                (word.to_owned(), point(&bound.at))
            };
            let low = range.low.as_ref().map(|bound| end(bound, "at-least", "over"));
            let high = range.high.as_ref().map(|bound| end(bound, "up-to", "below"));
            low.into_iter().chain(high).collect::<Map<_, _>>().into()
        }
    }
}

fn points_of(points: &[Point]) -> Json {
    match points {
        [one] => point(one),
        several => several.iter().map(point).collect(),
    }
}

fn point(point: &Point) -> Json {
    match point {
        Point::Bool(yes) => json!(yes),
        other => Json::String(words::typed(other)),
    }
}

/// What a question knew: dimension to value.
pub(super) fn context(context: &Context) -> BTreeMap<String, Json> {
    context.iter().map(|(id, at)| (id.to_string(), point(at))).collect()
}

/// Days, half-open: `from` is the first, `until` the first no more; null is unbounded.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Valid {
    /// First day.
    from: Option<String>,
    /// First day no more.
    until: Option<String>,
}

impl From<&Period> for Valid {
    fn from(period: &Period) -> Valid {
        let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
        Valid { from: day(period.from), until: day(period.until) }
    }
}

/// A commit that said something, and its message.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SaidBy {
    #[serde(flatten)]
    by: By,
    /// First line of its message.
    summary: String,
}

/// A commit that said something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct By {
    /// Its name, tagged with the algorithm: `sha1:…`.
    commit: String,
    /// Its author: `Name <mail>`.
    author: String,
    /// The author's date (RFC 3339); null where the commit carries an impossible one.
    date: Option<String>,
    /// Pull request, where the message names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pr: Option<u64>,
    /// Who reviewed it, from its trailers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reviewers: Vec<String>,
}

impl From<&Commit> for By {
    fn from(commit: &Commit) -> By {
        By {
            commit: commit.id.to_string(),
            author: format!("{} <{}>", commit.author, commit.author_mail),
            date: words::author_date(commit),
            pr: commit.pull_request,
            reviewers: commit.reviewers.clone(),
        }
    }
}

impl From<&Commit> for SaidBy {
    fn from(commit: &Commit) -> SaidBy {
        SaidBy { by: By::from(commit), summary: commit.summary.clone() }
    }
}

/// A commit's name; null where the history that would tell is not there.
pub(super) fn commit_name(origin: &Origin) -> Option<String> {
    origin.commit().map(|commit| commit.id.to_string())
}

/// `at or before sha1:…` where a sayer lies behind what history shows.
pub(super) fn boundary(origin: &Origin) -> Option<String> {
    match origin {
        Origin::Commit(_) => None,
        Origin::AtOrBefore(id) => Some(format!("unknown, at or before {id}")),
    }
}

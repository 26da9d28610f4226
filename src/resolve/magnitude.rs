//! Which of two values is the greater, for `max` and `min`.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::claim::Value;

/// `one` against `other`; `None` where neither is the greater: two currencies, a month and 30 days, two texts.
pub(super) fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (one, other) if one == other => Some(Ordering::Equal),
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Integer(a), Value::Decimal(b)) => Some(Decimal::from(*a).cmp(b)),
        (Value::Decimal(a), Value::Integer(b)) => Some(a.cmp(&Decimal::from(*b))),
        (Value::Decimal(a), Value::Decimal(b)) | (Value::Percent(a), Value::Percent(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Money { amount: a, currency: of }, Value::Money { amount: b, currency })
            if of == currency =>
        {
            Some(a.cmp(b))
        }
        (
            Value::Duration { months: m1, days: d1, seconds: s1 },
            Value::Duration { months: m2, days: d2, seconds: s2 },
        ) => durations((*m1, *d1, *s1), (*m2, *d2, *s2)),
        _ => None,
    }
}

/// A month has 28 to 31 days and a day 23 to 25 hours: comparable where that leaves no doubt.
fn durations(one: (i64, i64, i64), other: (i64, i64, i64)) -> Option<Ordering> {
    let difference = |a: i64, b: i64| i128::from(a) - i128::from(b);
    let (months, days) = (difference(one.0, other.0), difference(one.1, other.1));
    let seconds = difference(one.2, other.2);
    // The least and the greatest that a signed count of units can come to.
    let bounds = |count: i128, least: i128, most: i128| match count < 0 {
        true => (count * most, count * least),
        false => (count * least, count * most),
    };
    let hour = 3600;
    let by_month = bounds(months, 28 * 23 * hour, 31 * 25 * hour);
    let by_day = bounds(days, 23 * hour, 25 * hour);
    let (least, most) = (by_month.0 + by_day.0 + seconds, by_month.1 + by_day.1 + seconds);
    match (least.cmp(&0), most.cmp(&0)) {
        (Ordering::Equal, Ordering::Equal) => Some(Ordering::Equal),
        (Ordering::Greater | Ordering::Equal, _) => Some(Ordering::Greater),
        (_, Ordering::Less | Ordering::Equal) => Some(Ordering::Less),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leaves_no_doubt_is_compared() {
        let duration = |months, days, seconds| Value::Duration { months, days, seconds };
        let money = |amount: i64, currency: &str| Value::Money {
            amount: Decimal::from(amount),
            currency: currency.into(),
        };
        assert_eq!(compare(&duration(1, 0, 0), &duration(0, 30, 0)), None);
        assert_eq!(compare(&duration(1, 0, 0), &duration(0, 40, 0)), Some(Ordering::Less));
        assert_eq!(compare(&duration(0, 30, 0), &duration(0, 0, 36_000)), Some(Ordering::Greater));
        assert_eq!(compare(&money(5, "EUR"), &money(4, "EUR")), Some(Ordering::Greater));
        assert_eq!(compare(&money(5, "EUR"), &money(4, "USD")), None);
        assert_eq!(compare(&Value::None, &Value::Integer(1)), None);
        assert_eq!(compare(&Value::Integer(1), &Value::Decimal(Decimal::ONE)), Some(Ordering::Equal));
    }
}

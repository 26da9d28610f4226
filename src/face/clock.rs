//! The one place that looks at the clock.

use jiff::civil::Date;

/// Today in UTC, so that the same question has the same answer in every office.
pub(in crate::face) fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

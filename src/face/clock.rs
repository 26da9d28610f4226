//! The one place that looks at the clock.

use jiff::civil::Date;

/// Today in UTC, so that the same question has the same answer in every office.
pub(in crate::face) fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Now, in seconds since 1970: the time of a commit that is made here.
#[cfg(feature = "serve")]
pub(in crate::face) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

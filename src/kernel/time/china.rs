//! China's one time, and the moments that are taken from readers.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};

use crate::kernel::error::{Error, Result};
use crate::spatial::count::CHINA_OFFSET_S;

/// China has one time, eight hours ahead of UTC.
pub const CHINA: FixedOffset = match FixedOffset::east_opt(CHINA_OFFSET_S) {
    Some(zone) => zone,
    None => unreachable!(),
};

/// The years of moments that are asked for: a year and more can be counted back from each without leaving the calendar.
pub const YEARS: RangeInclusive<i32> = 1970..=2200;

/// The day in China.
#[must_use]
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&CHINA).date_naive()
}

/// Checks a moment of a query.
///
/// # Errors
/// 400 when its year isn't one of [`YEARS`].
pub fn checked(name: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>> {
    if YEARS.contains(&at.year()) {
        return Ok(at);
    }
    let (first, last) = (YEARS.start(), YEARS.end());
    Err(Error::bad(
        format!("{name} 应在 {first} 年至 {last} 年之间。"),
        format!("{name} lies between the years {first} and {last}."),
    ))
}

//! Dates and lengths of time, in milliseconds.

use j1ql::ast::{Duration, Unit};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::notices::{DATE_ZONE, MONTH_LENGTH, Notices};

const HOUR: f64 = 3_600_000.0;

/// Reads an ISO 8601 date, with or without time and zone.
pub fn parse(text: &str, notices: &mut Notices) -> Option<f64> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(milliseconds(timestamp));
    }
    notices.add(DATE_ZONE);
    let civil = text.parse::<DateTime>().ok().or_else(|| text.parse::<Date>().ok().map(DateTime::from))?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| milliseconds(zoned.timestamp()))
}

#[expect(clippy::cast_precision_loss, reason = "dates lie within 2^53 milliseconds")]
fn milliseconds(timestamp: Timestamp) -> f64 {
    timestamp.as_millisecond() as f64
}

/// Returns the length of a duration that is not added to a date: months have 30 days, years 365.
pub fn length(duration: Duration, notices: &mut Notices) -> f64 {
    let hours = match duration.unit {
        Unit::Hour => 1.0,
        Unit::Day => 24.0,
        Unit::Month => 30.0 * 24.0,
        Unit::Year => 365.0 * 24.0,
    };
    if let Unit::Month | Unit::Year = duration.unit {
        notices.add(MONTH_LENGTH);
    }
    duration.amount * hours * HOUR
}

/// Adds a duration to a date, months and years by the calendar.
pub fn add(date: f64, duration: Duration, minus: bool, notices: &mut Notices) -> f64 {
    let sign = if minus { -1.0 } else { 1.0 };
    let by_calendar = || {
        let months = match duration.unit {
            Unit::Month => duration.amount,
            Unit::Year => duration.amount * 12.0,
            Unit::Hour | Unit::Day => return None,
        };
        let whole = months.fract() == 0.0 && months.abs() < 12.0 * 9999.0;
        #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
        let (months, at) = (whole.then_some((sign * months) as i64)?, date as i64);
        let zoned = Timestamp::from_millisecond(at).ok()?.to_zoned(TimeZone::UTC);
        let moved = zoned.checked_add(Span::new().try_months(months).ok()?).ok()?;
        Some(milliseconds(moved.timestamp()))
    };
    let length = length(duration, notices);
    by_calendar().unwrap_or(date + sign * length)
}

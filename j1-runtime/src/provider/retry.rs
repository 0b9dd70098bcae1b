//! The policy for sending a request again, for the provider and for JupiterOne.

use std::time::{Duration, SystemTime};

/// The retry policy: the number of attempts and the waits between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// Requests in all, the first included.
    pub attempts: u32,
    /// The wait before the second request; it doubles from there.
    pub first_wait: Duration,
    /// The longest wait, even if the server asks for more.
    pub longest_wait: Duration,
}

impl Policy {
    /// Four requests within about four seconds, unless the server says when to come back.
    pub const STANDARD: Self =
        Self { attempts: 4, first_wait: Duration::from_millis(500), longest_wait: Duration::from_mins(2) };

    /// The wait after `attempt` requests failed; `None` if that was the last.
    pub fn wait(&self, attempt: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doubled = self.first_wait.saturating_mul(1 << (attempt - 1).min(16)).min(self.longest_wait);
        // The full wait if the server says when; otherwise a random part, so that many runs that failed together do not
        // come back together.
        Some(retry_after.map_or_else(
            || doubled.mul_f64(0.5 + fastrand::f64() / 2.0),
            |said| said.max(doubled).min(self.longest_wait),
        ))
    }
}

/// Reads `Retry-After`.
pub(crate) fn retry_after(header: Option<&str>, now: SystemTime) -> Option<Duration> {
    until(header?, now)
}

/// The time until a moment that a header names: in seconds from now, as a date, or as an epoch in seconds or
/// milliseconds. Zero if the moment has passed.
pub(crate) fn until(text: &str, now: SystemTime) -> Option<Duration> {
    // No provider asks to wait for thirty years, and no epoch of today is smaller.
    const EPOCH: f64 = 1e9;
    const EPOCH_MS: f64 = 1e12;
    let text = text.trim();
    let Ok(number) = text.parse::<f64>() else {
        let date = httpdate::parse_http_date(text).ok()?;
        return Some(date.duration_since(now).unwrap_or_default());
    };
    if number < EPOCH {
        return Duration::try_from_secs_f64(number.max(0.0)).ok();
    }
    let seconds = if number < EPOCH_MS { number } else { number / 1000.0 };
    let moment = SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
    Some(moment.duration_since(now).unwrap_or_default())
}

/// Returns `true` if a request with this status may succeed later: too many requests, a timeout, or a fault of the server's.
pub(crate) fn is_temporary(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let waits: Vec<_> = (1..=4).map(|attempt| Policy::STANDARD.wait(attempt, None)).collect();
        assert!(waits[3].is_none());
        for (i, wait) in waits.iter().flatten().enumerate() {
            let full = Duration::from_millis(500 << i);
            assert!(*wait >= full / 2 && *wait <= full, "{wait:?}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 10:00:00 GMT").expect("a date");
        assert_eq!(retry_after(Some("7"), now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(Some("Sun, 22 Nov 2026 10:00:30 GMT"), now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after(Some("Sun, 22 Nov 2026 09:00:00 GMT"), now), Some(Duration::ZERO));
        assert_eq!(retry_after(Some("1795341605"), now), Some(Duration::from_secs(5)), "an epoch");
        assert_eq!(retry_after(Some("0.5"), now), Some(Duration::from_millis(500)));
        assert_eq!(retry_after(Some("-3"), now), Some(Duration::ZERO));
        for nonsense in ["soon", "NaN", "inf", ""] {
            assert_eq!(retry_after(Some(nonsense), now), None, "{nonsense}");
        }
        assert_eq!(Policy::STANDARD.wait(1, Some(Duration::from_secs(7))), Some(Duration::from_secs(7)));
    }
}

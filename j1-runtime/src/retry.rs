//! How often and how long to wait before asking again; one policy for the vendor and for JupiterOne.

use std::time::{Duration, SystemTime};

/// When to ask again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// Requests in all, the first included.
    pub attempts: u32,
    /// The wait before the second request; it doubles from there.
    pub first_wait: Duration,
    /// The longest wait, also where the server asks for more.
    pub longest_wait: Duration,
}

impl Policy {
    /// Four requests within about four seconds, unless the server says when to come back.
    pub const STANDARD: Self =
        Self { attempts: 4, first_wait: Duration::from_millis(500), longest_wait: Duration::from_mins(2) };

    /// How long to wait after `attempt` requests failed; `None` when that was the last.
    pub fn wait(&self, attempt: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doubled = self.first_wait.saturating_mul(1 << (attempt - 1).min(16)).min(self.longest_wait);
        // Full waits for those who say when; a random part for those who do not, so that many runs that failed
        // together do not come back together.
        Some(retry_after.map_or_else(
            || doubled.mul_f64(0.5 + fastrand::f64() / 2.0),
            |said| said.max(doubled).min(self.longest_wait),
        ))
    }
}

/// What `Retry-After` says, in either of its forms: seconds, or a date.
pub(crate) fn retry_after(header: Option<&str>, now: SystemTime) -> Option<Duration> {
    let text = header?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// Whether a status is worth asking again: too many requests, a timeout, or a fault of the server's.
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
        assert_eq!(retry_after(Some("soon"), now), None);
        assert_eq!(Policy::STANDARD.wait(1, Some(Duration::from_secs(7))), Some(Duration::from_secs(7)));
    }
}

//! The quota that a response announces.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

use crate::provider::retry::{retry_after, until};
use crate::provider::transport::Incoming;

/// The longest time that an exhausted quota holds requests back, even if the provider asks for more.
const LONGEST: Duration = Duration::from_mins(15);
/// Once at most one in this many requests is left, the rest are spread over the period.
const LOW: u64 = 10;

/// The quota that a response announces.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Quota {
    /// `true` if the request was refused because it exceeded the quota.
    pub exceeded: bool,
    /// The time to wait, if the provider says so.
    pub retry_after: Option<Duration>,
    /// Requests allowed in a period.
    pub limit: Option<u64>,
    /// Requests left in the period.
    pub remaining: Option<u64>,
    /// The time until the period ends.
    pub reset: Option<Duration>,
}

impl Quota {
    /// Reads the headers of a response; `now` is the time by the provider's clock, or ours if it is not known.
    pub fn from_response(response: &Incoming, now: SystemTime) -> Self {
        let headers = &response.headers;
        let number = |names: &[&str]| first(headers, names).and_then(leading);
        let mut quota = Self {
            exceeded: false,
            retry_after: retry_after(response.header("retry-after"), now),
            limit: number(&["x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-limit"]),
            remaining: number(&["x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining"]),
            reset: first(headers, &["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"])
                .and_then(|text| until(text, now)),
        };
        if let Some(text) = response.header("ratelimit") {
            quota.structured(text);
        }
        // Some providers refuse requests over the quota with 403 or 503, and say when to retry.
        let said = quota.retry_after.is_some() || quota.remaining == Some(0);
        quota.exceeded = response.status == 429 || (matches!(response.status, 403 | 503) && said);
        quota
    }

    /// Returns the time during which nothing may be sent.
    pub fn closed_for(&self) -> Option<Duration> {
        let used_up = if self.remaining == Some(0) { self.reset } else { None };
        let said = if self.exceeded { self.retry_after } else { None };
        said.or(used_up).map(|wait| wait.min(LONGEST))
    }

    /// Returns the interval between requests that makes the quota last until the period ends, and the time until then;
    /// `None` unless little of the quota is left.
    pub fn spread(&self) -> Option<(Duration, Duration)> {
        let (remaining, reset) = (self.remaining.filter(|left| *left > 0)?, self.reset?);
        let low = self.limit.is_some_and(|limit| remaining.saturating_mul(LOW) <= limit);
        let reset = reset.min(LONGEST);
        low.then(|| (reset.div_f64(f64::from(u32::try_from(remaining).unwrap_or(u32::MAX))), reset))
    }

    /// Reads the header `RateLimit` of the drafts: `limit=100, remaining=50, reset=5`, or `"default";r=50;t=5`.
    fn structured(&mut self, text: &str) {
        for part in text.split([',', ';']) {
            let Some((name, value)) = part.split_once('=') else { continue };
            let value = leading(value);
            match name.trim() {
                "limit" | "q" => self.limit = value.or(self.limit),
                "remaining" | "r" => self.remaining = value.or(self.remaining),
                "reset" | "t" => self.reset = value.map(Duration::from_secs).or(self.reset),
                _ => {}
            }
        }
    }
}

fn first<'h>(headers: &'h HeaderMap, names: &[&str]) -> Option<&'h str> {
    names.iter().find_map(|name| headers.get(*name)?.to_str().ok())
}

/// Returns the number at the beginning of a value, such as 100 of `100, 100;w=60`.
fn leading(text: &str) -> Option<u64> {
    let text = text.trim();
    text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(status: u16, headers: &[(&'static str, &str)]) -> Quota {
        let mut answer = Incoming { status, ..Incoming::default() };
        for (name, value) in headers {
            answer.headers.insert(*name, value.parse().expect("a value"));
        }
        Quota::from_response(&answer, SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000))
    }

    #[test]
    fn every_form_of_the_headers_is_understood() {
        let seconds = Duration::from_secs;
        let github = quota(
            403,
            &[
                ("x-ratelimit-limit", "5000"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1795000060"),
            ],
        );
        assert!(github.exceeded);
        assert_eq!(github.closed_for(), Some(seconds(60)), "an epoch in seconds");
        let okta = quota(200, &[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "1795000007000")]);
        assert!(!okta.exceeded);
        assert_eq!(okta.closed_for(), Some(seconds(7)), "an epoch in milliseconds");
        let ietf = quota(200, &[("ratelimit", "limit=100, remaining=4, reset=8")]);
        assert_eq!(ietf.spread(), Some((seconds(2), seconds(8))));
        let newest =
            quota(200, &[("ratelimit", r#""default";r=5;t=10"#), ("ratelimit-limit", "100, 100;w=60")]);
        assert_eq!(newest.spread(), Some((seconds(2), seconds(10))));
        assert_eq!(quota(429, &[("retry-after", "3")]).closed_for(), Some(seconds(3)));
        assert_eq!(quota(429, &[]), Quota { exceeded: true, ..Quota::default() });
        assert!(!quota(403, &[("x-ratelimit-remaining", "9")]).exceeded, "a plain refusal");
        assert_eq!(quota(200, &[("x-ratelimit-remaining", "many")]), Quota::default());
        assert_eq!(
            quota(429, &[("retry-after", "999999999")]).closed_for(),
            Some(LONGEST),
            "no wait lasts for ever"
        );
    }
}

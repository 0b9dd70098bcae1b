//! Dates in the forms that providers write them: texts, and seconds or milliseconds as numbers.

use super::shape::Shape;

/// Ends of names that mark a date. The compiler asks for the format of such a text or number.
const ENDS: [&str; 6] = ["_at", "_on", "_date", "_time", "_timestamp", "_ts"];
/// Whole names that say so.
const WORDS: [&str; 28] = [
    "created",
    "updated",
    "modified",
    "deleted",
    "expires",
    "expiration",
    "expiry",
    "timestamp",
    "time",
    "date",
    "epoch",
    "last_seen",
    "first_seen",
    "last_login",
    "last_logged_in",
    "last_modified",
    "last_updated",
    "last_used",
    "last_checkin",
    "last_check_in",
    "last_contact",
    "last_sync",
    "last_scan",
    "last_activity",
    "created_ms",
    "updated_ms",
    "modified_ms",
    "birth",
];

/// Seconds of the years 2001 to 2096.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..4_000_000_000;
/// The same in milliseconds.
const MILLIS: std::ops::Range<i64> = 1_000_000_000_000..4_000_000_000_000;

/// Returns `true` for names, in snake case, of dates.
pub fn is_timely(name: &str) -> bool {
    let words =
        || WORDS.iter().any(|word| name == *word || (word.len() > 5 && name.ends_with(&format!("_{word}"))));
    ENDS.iter().any(|end| name.ends_with(end)) || words()
}

/// The form in which a text or a number writes a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// RFC 3339, or an empty text.
    Rfc3339,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
}

impl Written {
    /// Returns the word of `#[j1(date = ..)]`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rfc3339 => "rfc3339",
            Self::Seconds => "seconds",
            Self::Millis => "millis",
        }
    }
}

/// Returns how a member writes a date, and the evidence for it; `None` if it is not a date or has a type of its own.
pub fn written(name: &str, shape: &Shape) -> Option<(Written, String)> {
    if shape.kinds() != 1 || shape.boolean || shape.list.is_some() {
        return None;
    }
    if let Some(texts) = &shape.text {
        let sometimes_none = texts.empty || texts.zero_date;
        return (texts.moments && sometimes_none)
            .then(|| (Written::Rfc3339, "a date that may be empty or zero".to_owned()));
    }
    if !shape.integer && !shape.float {
        return None;
    }
    let seen: Vec<i64> = shape.numbers.iter().copied().filter(|number| *number != 0).collect();
    let all =
        |range: &std::ops::Range<i64>| !seen.is_empty() && seen.iter().all(|number| range.contains(number));
    let docs = shape.docs.as_deref().unwrap_or_default().to_lowercase();
    let timely = is_timely(name) || docs.contains("epoch") || docs.contains("unix time");
    if timely && all(&SECONDS) {
        return Some((Written::Seconds, "a date in seconds, by its name and values".to_owned()));
    }
    if timely && all(&MILLIS) {
        return Some((Written::Millis, "a date in milliseconds, by its name and values".to_owned()));
    }
    if !seen.is_empty() || !timely || name.ends_with("_time") || name == "time" {
        return None;
    }
    // An API document has no values to look at.
    if docs.contains("milli") || name.ends_with("_ms") {
        return Some((Written::Millis, "a date in milliseconds, as the document says".to_owned()));
    }
    let says = docs.contains("epoch") || docs.contains("unix") || docs.contains("seconds");
    let why = if says {
        "a date in seconds, as the document says"
    } else {
        "a date by its name; the document does not say whether it is in seconds"
    };
    Some((Written::Seconds, why.to_owned()))
}

/// Returns `true` if all numbers look like dates, although the name does not say so.
pub fn looks_like_one(shape: &Shape) -> bool {
    let is = |number: &i64| *number == 0 || SECONDS.contains(number) || MILLIS.contains(number);
    shape.numbers.iter().any(|number| *number != 0) && shape.numbers.iter().all(is)
}

//! Settings of an integration: checks the text of an environment variable by the kind of its value.
//!
//! The derive of a configuration asks here for the types whose names tell their kinds, and the compiler for all others.

use crate::text::{Text, begins_with};

/// The kind of a setting, as far as the name of its type shows it.
#[derive(Clone, Copy, Debug)]
pub enum Setting {
    /// Any text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number within these bounds, both included.
    Integer {
        /// The least.
        min: i128,
        /// The greatest.
        max: i128,
    },
    /// A finite number.
    Number,
    /// A length of time such as `30s` or `1h30m`.
    Duration,
    /// An `http` or `https` URL.
    Url,
}

impl Setting {
    /// Returns `true` if the text is a value of this kind.
    #[must_use]
    pub const fn takes(self, text: &str) -> bool {
        let text = text.trim_ascii();
        match self {
            Self::Text => true,
            Self::Boolean => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
            Self::Integer { min, max } => match integer(text) {
                Some(number) => min <= number && number <= max,
                None => false,
            },
            Self::Number => is_number(text),
            Self::Duration => milliseconds(text).is_some(),
            Self::Url => is_address(text),
        }
    }

    /// Returns `true` if the text is a list of such values, separated by commas; an empty text is an empty list.
    #[must_use]
    pub const fn takes_each(self, text: &str) -> bool {
        let mut rest = text.trim_ascii();
        while !rest.is_empty() {
            let (head, tail) = first_item(rest);
            if head.trim_ascii().is_empty() || !self.takes(head) {
                return false;
            }
            rest = tail;
        }
        true
    }

    /// Appends a description of the expected text to a message.
    #[must_use]
    pub const fn put_wanted(self, text: &Text) -> Text {
        text.put(match self {
            Self::Text => "a text",
            Self::Boolean => "`true` or `false`",
            Self::Integer { .. } => "a whole number that its type holds",
            Self::Number => "a number",
            Self::Duration => "a duration such as `30s`, `5m` or `1h30m`",
            Self::Url => "a URL such as `https://example.com`",
        })
    }
}

/// Returns the first item of a comma-separated list, and the rest after the comma.
#[must_use]
pub const fn first_item(text: &str) -> (&str, &str) {
    cut(text, comma(text))
}

/// Returns the position of the first comma, or the end.
const fn comma(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() && bytes[i] != b',' {
        i += 1;
    }
    i
}

/// Splits the text around the byte at `at`.
const fn cut(text: &str, at: usize) -> (&str, &str) {
    let (head, tail) = text.split_at(at);
    (head, if tail.is_empty() { tail } else { tail.split_at(1).1 })
}

/// Parses a whole number, with or without a sign.
#[must_use]
pub const fn integer(text: &str) -> Option<i128> {
    match i128::from_str_radix(text, 10) {
        Ok(number) => Some(number),
        Err(_) => None,
    }
}

/// Returns `true` for digits with an optional sign, decimal point and exponent. `NaN` and `inf` are refused.
const fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut i = sign(bytes, 0);
    let whole = digits(bytes, i);
    let mut count = whole - i;
    i = whole;
    if i < bytes.len() && bytes[i] == b'.' {
        let end = digits(bytes, i + 1);
        count += end - i - 1;
        i = end;
    }
    if i < bytes.len() && bytes[i].eq_ignore_ascii_case(&b'e') {
        let start = sign(bytes, i + 1);
        i = digits(bytes, start);
        count *= i - start;
    }
    count > 0 && i == bytes.len()
}

const fn sign(bytes: &[u8], at: usize) -> usize {
    if at < bytes.len() && matches!(bytes[at], b'+' | b'-') { at + 1 } else { at }
}

const fn digits(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        at += 1;
    }
    at
}

/// The milliseconds of `30s` or `1h30m`: whole numbers, each with `ms`, `s`, `m`, `h` or `d`.
#[must_use]
pub const fn milliseconds(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let (mut total, mut i) = (0_u64, 0);
    while i < bytes.len() {
        let end = digits(bytes, i);
        let Some(number) = integer(text.split_at(i).1.split_at(end - i).0) else { return None };
        i = end;
        while i < bytes.len() && bytes[i].is_ascii_alphabetic() {
            i += 1;
        }
        let Some(unit) = unit(bytes.split_at(i).0.split_at(end).1) else { return None };
        if number > u64::MAX as i128 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared before")]
        let Some(part) = (number as u64).checked_mul(unit) else { return None };
        total = match total.checked_add(part) {
            Some(total) => total,
            None => return None,
        };
    }
    if bytes.is_empty() { None } else { Some(total) }
}

/// The milliseconds of a unit.
const fn unit(name: &[u8]) -> Option<u64> {
    Some(match name {
        b"ms" => 1,
        b"s" => 1000,
        b"m" => 60 * 1000,
        b"h" => 60 * 60 * 1000,
        b"d" => 24 * 60 * 60 * 1000,
        _ => return None,
    })
}

/// Returns `true` for an http(s) URL with a host and without spaces.
#[must_use]
pub const fn is_address(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut host = 0;
    while host < bytes.len() && bytes[host] != b':' {
        host += 1;
    }
    let (scheme, rest) = text.split_at(host);
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return false;
    }
    if !begins_with(rest, "://") {
        return false;
    }
    let mut i = host + 3;
    if i >= bytes.len() || matches!(bytes[i], b'/' | b'?' | b'#' | b':') {
        return false;
    }
    while i < bytes.len() {
        if bytes[i].is_ascii_whitespace() {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{Setting, is_number, milliseconds};

    #[test]
    fn durations_are_whole_numbers_with_units() {
        let all = [("250ms", 250), ("30s", 30_000), ("1h30m", 5_400_000), ("2d", 172_800_000), ("0s", 0)];
        for (text, expected) in all {
            assert_eq!(milliseconds(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "30",
            "s",
            "1.5h",
            "-1s",
            "1h 30m",
            "1w",
            "99999999999999999999d",
            "1é",
            "184467440737095516s",
        ] {
            assert_eq!(milliseconds(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_finite_and_decimal() {
        for text in ["0", "-1", "+2.5", ".5", "5.", "1e3", "1.5E-7"] {
            assert!(is_number(text) && text.parse::<f64>().is_ok(), "{text}");
        }
        for text in ["", ".", "e5", "1e", "NaN", "inf", "1_000", "0x10", "1 2", "1.2.3"] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn whole_numbers_keep_their_bounds() {
        let port = Setting::Integer { min: 1, max: 65_535 };
        assert!(["1", " 65535 ", "+5"].iter().all(|text| port.takes(text)));
        assert!(!["0", "65536", "", "1.0", "x"].iter().any(|text| port.takes(text)));
        assert!(["", "1", "1, 2 ,65535"].iter().all(|text| port.takes_each(text)));
        assert!(!["0", "1,,2", "1;2", ",", ",1"].iter().any(|text| port.takes_each(text)));
    }

    #[test]
    fn booleans_and_urls_are_written_as_people_do() {
        assert!(["true", "FALSE", " true "].iter().all(|text| Setting::Boolean.takes(text)));
        assert!(!["yes", "1", ""].iter().any(|text| Setting::Boolean.takes(text)));
        assert!(
            ["https://a.example", "HTTP://localhost:8080/api?x=1"]
                .iter()
                .all(|text| Setting::Url.takes(text))
        );
        let wrong =
            ["a.example", "ftp://a", "https:/a", "https://", "https:///path", "https://:80", "https://a b"];
        assert!(!wrong.iter().any(|text| Setting::Url.takes(text)));
        assert!(Setting::Text.takes("") && Setting::Duration.takes("5m") && !Setting::Duration.takes("5"));
        assert!(Setting::Number.takes("1e3") && !Setting::Number.takes("NaN"));
    }
}

//! The kinds of configuration fields, and the texts that each takes.

use core::fmt;

/// The kind of a configuration field.
///
/// A field that is an `Option` holds what its value does; secrecy is not part of it either.
#[derive(Clone, Copy, Debug)]
pub enum ConfigKind {
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
    /// An `http` or `https` address.
    Url,
    /// One of these.
    Choice(&'static [Choice]),
    /// Some of these, separated by commas.
    List(&'static Self),
    /// A type of the integration's own, as a noun for people: `cron expression`.
    Other(&'static str),
}

/// One of the values that a field with a choice takes.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The text to write.
    pub value: &'static str,
    /// Its meaning: the documentation of the variant.
    pub docs: &'static str,
}

impl ConfigKind {
    /// Returns the texts that it takes: "`true` or `false`", "a whole number from 1 to 65535".
    #[must_use]
    pub fn wanted(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Integer { min, max } if max > i128::from(i32::MAX) => match min {
                0 | 1 => format!("a whole number of at least {min}"),
                _ => "a whole number".to_owned(),
            },
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Number => "a number".to_owned(),
            Self::Duration => "a duration such as `30s`, `5m` or `1h30m`".to_owned(),
            Self::Url => "an address such as `https://example.com`".to_owned(),
            Self::Choice(choices) => {
                let values: Vec<_> = choices.iter().map(|choice| format!("`{}`", choice.value)).collect();
                match values.split_last() {
                    Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                    _ => values.concat(),
                }
            }
            Self::List(item) => format!("a list, separated by commas, each item {}", item.wanted()),
            Self::Other(noun) => {
                let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                format!("{article} {noun}")
            }
        }
    }

    /// Returns `true` if this text can be a default; `None` if only running the integration shows it.
    pub(crate) const fn takes(self, text: &str) -> Option<bool> {
        let text = text.trim_ascii();
        Some(match self {
            Self::Text => true,
            Self::Boolean => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
            Self::Integer { min, max } => match integer(text) {
                Some(number) => min <= number && number <= max,
                None => false,
            },
            Self::Number => is_number(text),
            Self::Duration => milliseconds(text).is_some(),
            Self::Url => is_address(text),
            Self::Choice(choices) => chosen(choices, text).is_some(),
            Self::List(item) => return takes_each(*item, text),
            Self::Other(_) => return None,
        })
    }
}

impl fmt::Display for ConfigKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "string",
            Self::Boolean => "boolean",
            Self::Integer { .. } => "integer",
            Self::Number => "number",
            Self::Duration => "duration",
            Self::Url => "URL",
            Self::Choice(choices) => {
                let values: Vec<_> = choices.iter().map(|choice| choice.value).collect();
                return write!(f, "one of {}", values.join(", "));
            }
            Self::List(Self::Choice(choices)) => {
                let values: Vec<_> = choices.iter().map(|choice| choice.value).collect();
                return write!(f, "some of {}", values.join(", "));
            }
            Self::List(item) => return write!(f, "list of {item}s"),
            Self::Other(noun) => noun,
        })
    }
}

/// The index of the choice that `text` is; the case of letters does not matter.
pub(crate) const fn chosen(choices: &[Choice], text: &str) -> Option<usize> {
    let mut i = 0;
    while i < choices.len() {
        if choices[i].value.eq_ignore_ascii_case(text) {
            return Some(i);
        }
        i += 1;
    }
    None
}

/// `takes` for the items of a list; no text at all is a list of none.
const fn takes_each(item: ConfigKind, text: &str) -> Option<bool> {
    let mut rest = text;
    while !rest.is_empty() {
        let (head, tail) = cut(rest, comma(rest));
        match item.takes(head) {
            Some(true) if !head.trim_ascii().is_empty() => rest = tail,
            Some(_) => return Some(false),
            None => return None,
        }
    }
    Some(true)
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

/// A whole number, with or without a sign.
pub(crate) const fn integer(text: &str) -> Option<i128> {
    match i128::from_str_radix(text, 10) {
        Ok(number) => Some(number),
        Err(_) => None,
    }
}

/// Returns `true` for digits with a sign, a point and an exponent, of which only the digits must be there. Neither
/// `NaN` nor `inf` is.
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
pub(crate) const fn milliseconds(text: &str) -> Option<u64> {
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
pub(crate) const fn is_address(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut host = 0;
    while host < bytes.len() && bytes[host] != b':' {
        host += 1;
    }
    let (scheme, rest) = text.split_at(host);
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return false;
    }
    if !crate::model::text::begins_with(rest, "://") {
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
    use super::{ConfigKind, is_number, milliseconds};

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
    fn a_list_takes_what_its_items_take() {
        const PORTS: ConfigKind = ConfigKind::List(&ConfigKind::Integer { min: 1, max: 65535 });
        for text in ["", "1", "1, 2 ,65535"] {
            assert_eq!(PORTS.takes(text), Some(true), "{text}");
        }
        for text in ["0", "1,,2", "1;2", "65536", ","] {
            assert_eq!(PORTS.takes(text), Some(false), "{text}");
        }
    }

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        for text in ["https://a.example", "HTTP://localhost:8080/api?x=1"] {
            assert_eq!(ConfigKind::Url.takes(text), Some(true), "{text}");
        }
        for text in ["a.example", "ftp://a.example", "https:/a", "https://", "https:///path", "https://a b"] {
            assert_eq!(ConfigKind::Url.takes(text), Some(false), "{text}");
        }
    }
}

//! The kinds of configuration fields, and the texts that each takes.

use core::fmt;

use crate::model::setting::{Setting, first_item};

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
            Self::Url => "a URL such as `https://example.com`".to_owned(),
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
        if let Some(setting) = self.setting() {
            return Some(setting.takes(text));
        }
        match self {
            Self::Choice(choices) => Some(chosen(choices, text.trim_ascii()).is_some()),
            Self::List(item) => takes_each(*item, text.trim_ascii()),
            _ => None,
        }
    }

    /// Returns the kind as far as the name of a type tells it.
    pub(crate) const fn setting(self) -> Option<Setting> {
        Some(match self {
            Self::Text => Setting::Text,
            Self::Boolean => Setting::Boolean,
            Self::Integer { min, max } => Setting::Integer { min, max },
            Self::Number => Setting::Number,
            Self::Duration => Setting::Duration,
            Self::Url => Setting::Url,
            Self::Choice(_) | Self::List(_) | Self::Other(_) => return None,
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
        let (head, tail) = first_item(rest);
        match item.takes(head) {
            Some(true) if !head.trim_ascii().is_empty() => rest = tail,
            Some(_) => return Some(false),
            None => return None,
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::ConfigKind;

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

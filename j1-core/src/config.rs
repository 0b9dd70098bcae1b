//! What an operator configures: a struct with `#[derive(J1Config)]`.

use std::time::Duration;

use crate::secret::{Secret, looks_like_credential};
use crate::text::Text;

/// The configuration of an integration.
pub trait Config: Sized + Send {
    /// Its fields, in the order of the struct.
    const FIELDS: &'static [ConfigField];

    /// Makes it from what `read` finds for each field.
    ///
    /// # Errors
    /// Every field that is missing or malformed, at once.
    fn from_values(
        read: &mut dyn FnMut(&'static ConfigField) -> Option<String>,
    ) -> Result<Self, Vec<ConfigProblem>>;
}

/// One field of a configuration.
#[derive(Debug)]
pub struct ConfigField {
    /// The name of the field, in `snake_case`.
    pub name: &'static str,
    /// The documentation of the field, as written.
    pub docs: &'static str,
    /// What it holds, as a word for people: `string`, `secret`, `boolean`, `integer`, `number`, `duration`.
    pub kind: &'static str,
    /// Whether its value must not be seen.
    pub secret: bool,
    /// Whether it can be left out.
    pub optional: bool,
    /// What it is when it is left out.
    pub default: Option<&'static str>,
}

impl ConfigField {
    /// Whether a run needs a value for it.
    #[must_use]
    pub const fn required(&self) -> bool {
        !self.optional && self.default.is_none()
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong; `None` when it is missing. Never the value.
    pub wrong: Option<String>,
}

/// A type that one environment variable can carry.
#[diagnostic::on_unimplemented(
    message = "[J1-E0801] a configuration field cannot be of type `{Self}`",
    label = "one environment variable cannot carry it",
    note = "use `String`, `Secret<String>`, `bool`, an integer, a float, a `Duration`, or an `Option` of those"
)]
pub trait ConfigValue: Sized {
    /// What it holds, as a word for people.
    const KIND: &'static str;
    /// Whether its value must not be seen.
    const SECRET: bool = false;
    /// Whether it can be left out.
    const OPTIONAL: bool = false;

    /// Reads it from the text of a variable.
    ///
    /// # Errors
    /// What is wrong with the text, and what it should be; never the text itself, which may be a secret.
    fn from_text(text: &str) -> Result<Self, String>;

    /// What it is when it is left out.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

impl ConfigValue for String {
    const KIND: &'static str = "string";
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl ConfigValue for Secret<String> {
    const KIND: &'static str = "secret";
    const SECRET: bool = true;
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::new(text.to_owned()))
    }
}

impl ConfigValue for bool {
    const KIND: &'static str = "boolean";
    fn from_text(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("is not a boolean; write `true` or `false`".to_owned()),
        }
    }
}

macro_rules! number_values {
    ($kind:literal $what:literal $($ty:ty)*) => { $(
        impl ConfigValue for $ty {
            const KIND: &'static str = $kind;
            fn from_text(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| concat!("is not ", $what).to_owned())
            }
        }
    )* };
}
number_values!("integer" "a whole number that fits" i16 i32 i64 u16 u32 u64 usize);
number_values!("number" "a number" f64);

impl ConfigValue for Duration {
    const KIND: &'static str = "duration";
    fn from_text(text: &str) -> Result<Self, String> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let seconds = match &text[digits.len()..] {
            "ms" => digits.parse().map(Self::from_millis),
            "s" => digits.parse().map(Self::from_secs),
            "m" => digits.parse().map(|n: u64| Self::from_secs(n.saturating_mul(60))),
            "h" => digits.parse().map(|n: u64| Self::from_secs(n.saturating_mul(3600))),
            _ => return Err("is not a duration; write a whole number with `ms`, `s`, `m` or `h`".to_owned()),
        };
        seconds.map_err(|_| "is not a duration; write a whole number with `ms`, `s`, `m` or `h`".to_owned())
    }
}

impl<T: ConfigValue> ConfigValue for Option<T> {
    const KIND: &'static str = T::KIND;
    const SECRET: bool = T::SECRET;
    const OPTIONAL: bool = true;
    fn from_text(text: &str) -> Result<Self, String> {
        T::from_text(text).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Reads one field, noting what is wrong with it.
#[doc(hidden)]
pub fn read_field<T: ConfigValue>(
    field: &'static ConfigField,
    read: &mut dyn FnMut(&'static ConfigField) -> Option<String>,
    problems: &mut Vec<ConfigProblem>,
) -> Option<T> {
    let text = read(field).or_else(|| field.default.map(str::to_owned));
    let Some(text) = text else {
        let absent = T::absent();
        if absent.is_none() {
            problems.push(ConfigProblem { field: field.name, wrong: None });
        }
        return absent;
    };
    T::from_text(&text)
        .map_err(|wrong| problems.push(ConfigProblem { field: field.name, wrong: Some(wrong) }))
        .ok()
}

/// Fails the build when a field that holds a credential is not a [`Secret`].
#[track_caller]
pub const fn check_config_field<T: ConfigValue>(name: &str) {
    if looks_like_credential(name) && !T::SECRET {
        let text = Text::EMPTY
            .put("[J1-E0802] `")
            .put(name)
            .put("` looks like a credential, and would be shown in logs; make it a `Secret<String>`");
        panic!("{}", text.as_str());
    }
}

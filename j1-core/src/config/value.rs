//! The types that one environment variable can carry.

use std::num::{NonZeroU16, NonZeroU32, NonZeroU64, NonZeroUsize};
use std::time::Duration;

use super::kind::{ConfigKind, chosen};
use crate::config::Secret;
use crate::model::setting::{integer, milliseconds};

/// A type that one environment variable can carry.
///
/// For an enum, `#[derive(J1Config)]` makes it one. For another type of your own, parse it here:
///
/// ```
/// use j1_core::config::{ConfigKind, ConfigValue};
///
/// /// Two letters.
/// struct Country([u8; 2]);
///
/// impl ConfigValue for Country {
///     const KIND: ConfigKind = ConfigKind::Other("country code such as `DE`");
///
///     fn from_text(text: &str) -> Result<Self, String> {
///         match *text.as_bytes() {
///             [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([a, b])),
///             _ => Err(format!("is not {}", Self::KIND.wanted())),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "[J1-E0801] a configuration field cannot be of type `{Self}`",
    label = "one environment variable cannot carry it",
    note = "use `String`, `Secret<String>`, `bool`, a number, a `Duration`, a `Url`, an enum with `#[derive(J1Config)]`, \
            or a `Vec` or an `Option` of those; an enum whose variants have fields is flattened: `#[j1(flatten)]`"
)]
pub trait ConfigValue: Sized {
    /// The kind of its value.
    const KIND: ConfigKind;
    /// `true` if its value must not be shown.
    const SECRET: bool = false;
    /// `true` if it can be left out.
    const OPTIONAL: bool = false;

    /// Reads it from the text of a variable.
    ///
    /// # Errors
    /// Returns the reason why the text cannot be read, as in "is not a number"; never the text itself, which may be a secret.
    fn from_text(text: &str) -> Result<Self, String>;

    /// Returns its value if it is left out; for a type that is [`OPTIONAL`](Self::OPTIONAL).
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

/// A type that can be an item of a list: anything but a list and an `Option`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0801] a list in a configuration cannot have items of type `{Self}`",
    label = "one environment variable cannot carry a list of these",
    note = "an item is a `String`, a `Secret<String>`, a `bool`, a number, a `Duration`, a `Url` or an enum with `#[derive(J1Config)]`"
)]
pub trait ConfigItem: ConfigValue {}

/// Describes a text that is not of this kind.
fn not(kind: ConfigKind) -> String {
    format!("is not {}", kind.wanted())
}

impl ConfigItem for String {}
impl ConfigValue for String {
    const KIND: ConfigKind = ConfigKind::Text;
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl ConfigItem for Secret<String> {}
impl ConfigValue for Secret<String> {
    const KIND: ConfigKind = ConfigKind::Text;
    const SECRET: bool = true;
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::new(text.to_owned()))
    }
}

impl ConfigItem for bool {}
impl ConfigValue for bool {
    const KIND: ConfigKind = ConfigKind::Boolean;
    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            _ if text.eq_ignore_ascii_case("true") => Ok(true),
            _ if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(not(Self::KIND)),
        }
    }
}

macro_rules! integers {
    ($($ty:ty)*) => { $(
        impl ConfigItem for $ty {}
        impl ConfigValue for $ty {
            const KIND: ConfigKind = ConfigKind::Integer { min: <$ty>::MIN as i128, max: <$ty>::MAX as i128 };
            fn from_text(text: &str) -> Result<Self, String> {
                integer(text).and_then(|number| Self::try_from(number).ok()).ok_or_else(|| not(Self::KIND))
            }
        }
    )* };
}
integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

macro_rules! counts {
    ($($ty:ty)*) => { $(
        impl ConfigItem for $ty {}
        impl ConfigValue for $ty {
            const KIND: ConfigKind = ConfigKind::Integer { min: 1, max: <$ty>::MAX.get() as i128 };
            fn from_text(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| not(Self::KIND))
            }
        }
    )* };
}
counts!(NonZeroU16 NonZeroU32 NonZeroU64 NonZeroUsize);

impl ConfigItem for f64 {}
impl ConfigValue for f64 {
    const KIND: ConfigKind = ConfigKind::Number;
    fn from_text(text: &str) -> Result<Self, String> {
        let number = if Self::KIND.takes(text) == Some(true) { text.parse::<Self>().ok() } else { None };
        number.filter(|number| number.is_finite()).ok_or_else(|| not(Self::KIND))
    }
}

impl ConfigItem for Duration {}
impl ConfigValue for Duration {
    const KIND: ConfigKind = ConfigKind::Duration;
    fn from_text(text: &str) -> Result<Self, String> {
        milliseconds(text).map(Self::from_millis).ok_or_else(|| not(Self::KIND))
    }
}

#[cfg(feature = "url")]
impl ConfigItem for url::Url {}
#[cfg(feature = "url")]
impl ConfigValue for url::Url {
    const KIND: ConfigKind = ConfigKind::Url;
    fn from_text(text: &str) -> Result<Self, String> {
        let address = if crate::model::setting::is_address(text) { Self::parse(text).ok() } else { None };
        address.ok_or_else(|| not(Self::KIND))
    }
}

impl<T: ConfigItem> ConfigValue for Vec<T> {
    const KIND: ConfigKind = ConfigKind::List(&T::KIND);
    const SECRET: bool = T::SECRET;
    fn from_text(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::new());
        }
        let item = |(index, part): (usize, &str)| match part.trim() {
            "" => Err(format!("has nothing for item {}", index + 1)),
            part => T::from_text(part).map_err(|wrong| format!("has an item {} that {wrong}", index + 1)),
        };
        text.split(',').enumerate().map(item).collect()
    }
}

impl<T: ConfigValue> ConfigValue for Option<T> {
    const KIND: ConfigKind = T::KIND;
    const SECRET: bool = T::SECRET;
    const OPTIONAL: bool = true;
    fn from_text(text: &str) -> Result<Self, String> {
        T::from_text(text).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// The variant of an enum that `text` is; `all` are its variants in the order of its choices.
#[doc(hidden)]
pub fn choose<T, const N: usize>(kind: ConfigKind, text: &str, all: [T; N]) -> Result<T, String> {
    let ConfigKind::Choice(choices) = kind else { return Err(not(kind)) };
    chosen(choices, text).and_then(|index| all.into_iter().nth(index)).ok_or_else(|| not(kind))
}

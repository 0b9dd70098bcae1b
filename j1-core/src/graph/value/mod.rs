//! The Rust types that a property of the graph can hold.

mod date;

pub use date::{HoldsDate, Millis, Rfc3339, Seconds, Written};
pub use j1_model::Kind;

use crate::graph::time::{is_never, is_zero};
use crate::graph::{EpochMs, ValueWriter};
use crate::model::Types;

/// A value that a property of the graph can hold.
///
/// JupiterOne stores strings, numbers, booleans and arrays of one of those; a date is a number of epoch
/// milliseconds. An enum of words derives it:
///
/// ```
/// use j1_core::prelude::*;
///
/// #[derive(J1Enum)]
/// #[j1(rename_all = "lowercase")]
/// enum State { Active, Suspended }
/// ```
///
/// Implement it for a type of your own that is one of these on the wire:
///
/// ```
/// use j1_core::prelude::*;
///
/// struct Percent(u8);
///
/// impl Value for Percent {
///     const KIND: Kind = Kind::new(Types::INTEGER);
///     fn write(&self, out: &mut ValueWriter<'_, '_>) {
///         out.integer(self.0.into());
///     }
/// }
/// impl Item for Percent {}
/// ```
#[diagnostic::on_unimplemented(
    message = "[J1-E0202] a property of the graph cannot hold `{Self}`",
    label = "a property is a string, a number, a bool, a time, or a list or an `Option` of those",
    note = "an enum of words: `#[derive(J1Enum)]`; a nested struct of an entity: derive `J1Properties` for it and write \
            `#[j1(flatten)]` here; anything else: convert what you need of it in a method, `#[j1(computed(..))]`, \
            connect two entities with a relationship, or leave it out, `#[j1(skip)]`"
)]
pub trait Value {
    /// The facts that the compiler compares with the data model.
    const KIND: Kind;

    /// Writes the value, once.
    fn write(&self, out: &mut ValueWriter<'_, '_>);

    /// Returns `true` if there is nothing to send: `None`, or an empty string, which JupiterOne's filters would
    /// take for a value.
    fn is_absent(&self) -> bool {
        false
    }

    /// Returns `true` for a date that is a provider's zero value: absent in an `Option`.
    #[doc(hidden)]
    fn is_zero_date(&self) -> bool {
        false
    }
}

/// A value that can stand in an array: any but an array or an `Option`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0202] a property of the graph cannot hold a list of `{Self}`",
    label = "the items of a list are strings, numbers, bools or times",
    note = "an enum of words: `#[derive(J1Enum)]`, without variants to skip; anything else: connect two entities with \
            a relationship, or leave it out, `#[j1(skip)]`"
)]
pub trait Item: Value {}

macro_rules! text_values {
    ($($(#[$meta:meta])* $ty:ty),*) => { $(
        impl Value for $ty {
            const KIND: Kind = Kind::new(Types::STRING);
            fn write(&self, out: &mut ValueWriter<'_, '_>) {
                out.string(self);
            }
            fn is_absent(&self) -> bool {
                self.is_empty()
            }
        }
        impl Item for $ty {}
    )* };
}
text_values!(str, String, Box<str>, std::sync::Arc<str>, std::borrow::Cow<'_, str>);

macro_rules! display_values {
    ($($ty:ty),*) => { $(
        impl Value for $ty {
            const KIND: Kind = Kind::new(Types::STRING);
            fn write(&self, out: &mut ValueWriter<'_, '_>) {
                out.display(self);
            }
        }
        impl Item for $ty {}
    )* };
}
display_values!(char, uuid::Uuid, std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr);

macro_rules! integer_values {
    ($($ty:ty),*) => { $(
        impl Value for $ty {
            const KIND: Kind = Kind::new(Types::INTEGER);
            fn write(&self, out: &mut ValueWriter<'_, '_>) {
                out.integer(i128::from(*self));
            }
        }
        impl Item for $ty {}
    )* };
}
integer_values!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! float_values {
    ($($ty:ty),*) => { $(
        impl Value for $ty {
            const KIND: Kind = Kind::new(Types::NUMBER);
            fn write(&self, out: &mut ValueWriter<'_, '_>) {
                out.float(f64::from(*self));
            }
        }
        impl Item for $ty {}
    )* };
}
float_values!(f32, f64);

impl Value for bool {
    const KIND: Kind = Kind::new(Types::BOOLEAN);
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.boolean(*self);
    }
}
impl Item for bool {}

impl Value for EpochMs {
    const KIND: Kind = Kind::date();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.integer(i128::from(self.0));
    }
    fn is_absent(&self) -> bool {
        is_never(self.0)
    }
    fn is_zero_date(&self) -> bool {
        is_zero(self.0)
    }
}
impl Item for EpochMs {}

#[cfg(feature = "jiff")]
impl Value for crate::graph::Timestamp {
    const KIND: Kind = Kind::date();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        if self.is_moment() {
            out.integer(i128::from(self.as_millisecond()));
        } else {
            out.no_date();
        }
    }
    fn is_absent(&self) -> bool {
        is_never(self.as_millisecond())
    }
    fn is_zero_date(&self) -> bool {
        is_zero(self.as_millisecond())
    }
}
#[cfg(feature = "jiff")]
impl Item for crate::graph::Timestamp {}

#[cfg(feature = "jiff")]
impl Value for jiff::Timestamp {
    const KIND: Kind = Kind::date();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.integer(i128::from(self.as_millisecond()));
    }
    fn is_absent(&self) -> bool {
        is_never(self.as_millisecond())
    }
    fn is_zero_date(&self) -> bool {
        is_zero(self.as_millisecond())
    }
}
#[cfg(feature = "jiff")]
impl Item for jiff::Timestamp {}

#[cfg(feature = "jiff")]
impl Value for jiff::Zoned {
    const KIND: Kind = Kind::date();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.integer(i128::from(self.timestamp().as_millisecond()));
    }
    fn is_absent(&self) -> bool {
        is_never(self.timestamp().as_millisecond())
    }
    fn is_zero_date(&self) -> bool {
        is_zero(self.timestamp().as_millisecond())
    }
}
#[cfg(feature = "jiff")]
impl Item for jiff::Zoned {}

#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> Value for chrono::DateTime<Z> {
    const KIND: Kind = Kind::date();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.integer(i128::from(self.timestamp_millis()));
    }
    fn is_absent(&self) -> bool {
        is_never(self.timestamp_millis())
    }
    fn is_zero_date(&self) -> bool {
        is_zero(self.timestamp_millis())
    }
}
#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> Item for chrono::DateTime<Z> {}

#[cfg(feature = "time")]
impl Value for time::OffsetDateTime {
    const KIND: Kind = Kind::date();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.integer(self.unix_timestamp_nanos().div_euclid(1_000_000));
    }
    fn is_absent(&self) -> bool {
        self.unix_timestamp().checked_mul(1000).is_some_and(is_never)
    }
    fn is_zero_date(&self) -> bool {
        self.unix_timestamp().checked_mul(1000).is_some_and(is_zero)
    }
}
#[cfg(feature = "time")]
impl Item for time::OffsetDateTime {}

#[cfg(feature = "time")]
impl Value for time::UtcDateTime {
    const KIND: Kind = Kind::date();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.integer(self.unix_timestamp_nanos().div_euclid(1_000_000));
    }
    fn is_absent(&self) -> bool {
        self.unix_timestamp().checked_mul(1000).is_some_and(is_never)
    }
    fn is_zero_date(&self) -> bool {
        self.unix_timestamp().checked_mul(1000).is_some_and(is_zero)
    }
}
#[cfg(feature = "time")]
impl Item for time::UtcDateTime {}

impl<T: Value> Value for Option<T> {
    const KIND: Kind = T::KIND.optional();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        match self {
            Some(value) => value.write(out),
            None => out.null(),
        }
    }
    fn is_absent(&self) -> bool {
        self.as_ref().is_none_or(|value| value.is_absent() || value.is_zero_date())
    }
}

impl<T: Item> Value for [T] {
    const KIND: Kind = T::KIND.list();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.list(self);
    }
}

impl<T: Item> Value for Vec<T> {
    const KIND: Kind = T::KIND.list();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.list(self);
    }
}

impl<T: Item> Value for std::collections::BTreeSet<T> {
    const KIND: Kind = T::KIND.list();
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.list(self);
    }
}

impl<T: Value + ?Sized> Value for &T {
    const KIND: Kind = T::KIND;
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        (**self).write(out);
    }
    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
    fn is_zero_date(&self) -> bool {
        (**self).is_zero_date()
    }
}
impl<T: Item + ?Sized> Item for &T {}

impl<T: Value> Value for Box<T> {
    const KIND: Kind = T::KIND;
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        (**self).write(out);
    }
    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
    fn is_zero_date(&self) -> bool {
        (**self).is_zero_date()
    }
}
impl<T: Item> Item for Box<T> {}

/// One value sent as an array of one, for the class properties that take arrays (`#[j1(list)]`).
#[doc(hidden)]
pub struct ListOfOne<'a, T>(pub &'a T);

impl<T: Value> Value for ListOfOne<'_, T> {
    const KIND: Kind = Kind { optional: T::KIND.optional, ..T::KIND.list() };
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.one(self.0);
    }
    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }
}

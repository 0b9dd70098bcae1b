//! Dates that a provider sends as text or as a bare number: `#[j1(date = rfc3339)]` and the like.

use std::marker::PhantomData;

#[cfg(feature = "jiff")]
use crate::graph::Timestamp;
use crate::graph::time::{is_never, is_zero};
use crate::graph::{Kind, Value, ValueWriter};

/// A date in another form than a moment in time: the value, and how it is written.
#[doc(hidden)]
pub struct Written<'a, T: ?Sized, F>(&'a T, PhantomData<F>);

impl<'a, T: ?Sized, F> Written<'a, T, F> {
    /// A value that holds a date in this form.
    pub const fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

/// `2024-05-29T12:00:00Z`, with any offset.
#[doc(hidden)]
pub enum Rfc3339 {}

/// Seconds since 1970-01-01T00:00:00Z.
#[doc(hidden)]
pub enum Seconds {}

/// Milliseconds since 1970-01-01T00:00:00Z.
#[doc(hidden)]
pub enum Millis {}

/// A value that holds a date in the form `F`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0307] `{Self}` cannot hold a date in this form",
    label = "`rfc3339` is for text, `seconds` and `millis` are for numbers",
    note = "a type of a crate of dates, such as `Timestamp`, needs no `date = ..`"
)]
pub trait HoldsDate<F> {
    /// `true` if there may be no date.
    const OPTIONAL: bool = false;

    /// Returns the moment, or the reason why there is none.
    fn read(&self) -> Read;
}

/// The date in a value.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// A moment, in epoch milliseconds.
    Moment(i64),
    /// Nothing.
    Absent,
    /// Something else.
    NoDate,
}

impl Read {
    /// A moment, unless it is one that means "never".
    const fn at(ms: i64) -> Self {
        if is_never(ms) { Self::Absent } else { Self::Moment(ms) }
    }
}

impl<T: HoldsDate<F> + ?Sized, F> Value for Written<'_, T, F> {
    const KIND: Kind = if T::OPTIONAL { Kind::date().optional() } else { Kind::date() };

    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        match self.0.read() {
            Read::Moment(ms) => out.integer(i128::from(ms)),
            Read::Absent => out.null(),
            Read::NoDate => out.no_date(),
        }
    }

    fn is_absent(&self) -> bool {
        self.0.read() == Read::Absent
    }
}

/// The moment that a text says.
#[cfg(feature = "jiff")]
fn rfc3339(text: &str) -> Read {
    text.parse::<Timestamp>().map_or(Read::NoDate, |moment| Read::at(moment.as_millisecond()))
}

#[cfg(feature = "jiff")]
macro_rules! texts {
    ($($ty:ty),*) => { $(
        impl HoldsDate<Rfc3339> for $ty {
            fn read(&self) -> Read {
                rfc3339(self)
            }
        }
    )* };
}
#[cfg(feature = "jiff")]
texts!(str, String, Box<str>, std::sync::Arc<str>, std::borrow::Cow<'_, str>);

macro_rules! integers {
    ($($ty:ty),*) => { $(
        impl HoldsDate<Seconds> for $ty {
            fn read(&self) -> Read {
                let ms = i64::try_from(*self).ok().and_then(|seconds| seconds.checked_mul(1000));
                ms.map_or(Read::NoDate, Read::at)
            }
        }

        impl HoldsDate<Millis> for $ty {
            fn read(&self) -> Read {
                i64::try_from(*self).map_or(Read::NoDate, Read::at)
            }
        }
    )* };
}
integers!(i32, i64, u32, u64);

/// For providers that send fractions of a second.
impl HoldsDate<Seconds> for f64 {
    fn read(&self) -> Read {
        whole(self * 1000.0)
    }
}

impl HoldsDate<Millis> for f64 {
    fn read(&self) -> Read {
        whole(*self)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a number that does not fit is not a date")]
fn whole(ms: f64) -> Read {
    // The range of a JavaScript date, far inside what an `f64` holds exactly.
    if ms.abs() <= 8.64e15 { Read::at(ms.round() as i64) } else { Read::NoDate }
}

impl<T: HoldsDate<F>, F> HoldsDate<F> for Option<T> {
    const OPTIONAL: bool = true;

    fn read(&self) -> Read {
        match self.as_ref().map_or(Read::Absent, T::read) {
            Read::Moment(ms) if is_zero(ms) => Read::Absent,
            read => read,
        }
    }
}

impl<T: HoldsDate<F> + ?Sized, F> HoldsDate<F> for &T {
    const OPTIONAL: bool = T::OPTIONAL;

    fn read(&self) -> Read {
        (**self).read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<F>(value: impl HoldsDate<F>) -> Read {
        value.read()
    }

    #[test]
    fn a_number_is_a_moment_in_its_unit() {
        assert_eq!(read::<Seconds>(1_748_496_810_u32), Read::Moment(1_748_496_810_000));
        assert_eq!(read::<Seconds>(1_748_496_810.104), Read::Moment(1_748_496_810_104));
        assert_eq!(read::<Millis>(-1_i64), Read::Moment(-1));
        assert_eq!(read::<Seconds>(i64::MAX), Read::NoDate);
        assert_eq!(read::<Millis>(u64::MAX), Read::NoDate);
        assert_eq!(read::<Millis>(f64::NAN), Read::NoDate);
        assert_eq!(read::<Millis>(None::<i64>), Read::Absent);
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn a_text_is_a_moment_with_its_offset() {
        assert_eq!(read::<Rfc3339>("2025-05-29T07:33:30.104+02:00"), Read::Moment(1_748_496_810_104));
        assert_eq!(read::<Rfc3339>(Some(String::new())), Read::Absent);
        assert_eq!(read::<Rfc3339>("2025-05-29"), Read::NoDate);
        assert_eq!(read::<Rfc3339>("yesterday"), Read::NoDate);
        assert_eq!(read::<Rfc3339>("9999-12-31T23:59:59Z"), Read::Moment(253_402_300_799_000));
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn zero_values_are_absent_where_the_field_may_be_empty() {
        for never in ["", "0000-00-00", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00Z"] {
            assert_eq!(read::<Rfc3339>(never), Read::Absent, "{never}");
        }
        assert_eq!(read::<Rfc3339>("1970-01-01T00:00:00Z"), Read::Moment(0));
        assert_eq!(read::<Rfc3339>(Some("1970-01-01T00:00:00Z")), Read::Absent);
        assert_eq!(read::<Seconds>(Some(0_i64)), Read::Absent);
        assert_eq!(read::<Seconds>(-62_135_596_800_i64), Read::Absent);
        let zero = jiff::Timestamp::UNIX_EPOCH;
        assert!(Some(zero).is_absent() && !zero.is_absent());
    }
}

//! Dates that a vendor sends as text or as a bare number: `#[j1(date = rfc3339)]` and the like.

use std::marker::PhantomData;

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
    message = "[J1-E0307] `{Self}` cannot hold a date written so",
    label = "`rfc3339` is for text, `seconds` and `millis` are for numbers",
    note = "a type of a crate of dates, such as `Timestamp`, needs no `date = ..`"
)]
pub trait HoldsDate<F> {
    /// `true` if there may be no date.
    const OPTIONAL: bool = false;

    /// Epoch milliseconds, or that what is there is no date.
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
    if text.is_empty() {
        return Read::Absent;
    }
    text.parse::<jiff::Timestamp>().map_or(Read::NoDate, |moment| Read::Moment(moment.as_millisecond()))
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
                ms.map_or(Read::NoDate, Read::Moment)
            }
        }

        impl HoldsDate<Millis> for $ty {
            fn read(&self) -> Read {
                i64::try_from(*self).map_or(Read::NoDate, Read::Moment)
            }
        }
    )* };
}
integers!(i32, i64, u32, u64);

/// Vendors that send fractions of a second.
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

#[expect(clippy::cast_possible_truncation, reason = "what does not fit is no date")]
fn whole(ms: f64) -> Read {
    // What a date of JavaScript can be, far inside what an `f64` holds exactly.
    if ms.abs() <= 8.64e15 { Read::Moment(ms.round() as i64) } else { Read::NoDate }
}

impl<T: HoldsDate<F>, F> HoldsDate<F> for Option<T> {
    const OPTIONAL: bool = true;

    fn read(&self) -> Read {
        self.as_ref().map_or(Read::Absent, T::read)
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
    }
}

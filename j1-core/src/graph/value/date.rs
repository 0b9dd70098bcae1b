//! Dates that a provider sends as text or as a bare number: `#[j1(date = rfc3339)]` and the like.

use std::marker::PhantomData;

#[cfg(feature = "jiff")]
use crate::graph::Timestamp;
use crate::graph::time::{is_moment, is_never, is_zero};
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
    /// A moment, unless it is one that means "never", or outside of the years 1 to 9999: a number in another unit.
    const fn at(ms: i64) -> Self {
        if is_never(ms) {
            Self::Absent
        } else if is_moment(ms) {
            Self::Moment(ms)
        } else {
            Self::NoDate
        }
    }

    /// The moment of a number that should be milliseconds. Seconds would all be moments of January and February 1970.
    const fn at_millis(ms: i64) -> Self {
        /// The years 2000 to 2099 in seconds.
        const SECONDS: core::ops::Range<i64> = 946_684_800..4_102_444_800;
        /// A date of 1970 itself is a day or an hour of it, in any time zone.
        const MINUTE: i64 = 60_000;
        if SECONDS.start <= ms && ms < SECONDS.end && ms % MINUTE != 0 { Self::NoDate } else { Self::at(ms) }
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
                i64::try_from(*self).map_or(Read::NoDate, Read::at_millis)
            }
        }
    )* };
}
integers!(i32, i64, u32, u64);

/// For providers that send fractions of a second.
impl HoldsDate<Seconds> for f64 {
    fn read(&self) -> Read {
        whole(self * 1000.0).map_or(Read::NoDate, Read::at)
    }
}

impl HoldsDate<Millis> for f64 {
    fn read(&self) -> Read {
        whole(*self).map_or(Read::NoDate, Read::at_millis)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a number that does not fit is not a date")]
fn whole(ms: f64) -> Option<i64> {
    // The range of a JavaScript date, far inside what an `f64` holds exactly.
    (ms.abs() <= 8.64e15).then(|| ms.round() as i64)
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

    /// A date of the year 2025 that comes in another unit than its field says.
    #[test]
    fn a_number_in_another_unit_is_no_moment() {
        for wrong in [1_748_496_810_104_i64, 1_748_496_810_104_000, 1_748_496_810_104_000_000] {
            assert_eq!(read::<Seconds>(wrong), Read::NoDate, "{wrong}");
        }
        for wrong in [1_748_496_810_i64, 1_748_496_810_104_000, 1_748_496_810_104_000_000] {
            assert_eq!(read::<Millis>(wrong), Read::NoDate, "{wrong}");
        }
        for wrong in [1_748_496_810.0, 1_748_496_810_104_000.0] {
            assert_eq!(read::<Millis>(Some(wrong)), Read::NoDate, "{wrong}");
        }
        assert_eq!(read::<Seconds>(1_748_496_810_104.0), Read::NoDate);
        // The last moment of the year 9999, a day in 1970, and an hour of it in Nepal.
        assert_eq!(read::<Seconds>(253_402_300_799_i64), Read::Moment(253_402_300_799_000));
        assert_eq!(read::<Millis>(253_402_300_799_999_i64), Read::Moment(253_402_300_799_999));
        assert_eq!(read::<Millis>(19 * 86_400_000_i64), Read::Moment(19 * 86_400_000));
        assert_eq!(read::<Millis>(1_641_600_000_i64 - 20_700_000), Read::Moment(1_620_900_000));
        assert_eq!(read::<Millis>(86_400_001_i64), Read::Moment(86_400_001));
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

//! Times as JupiterOne stores them: epoch milliseconds.

use core::fmt;

/// 0001-01-01T00:00:00Z in epoch milliseconds: the zero value of the times of Go and .NET, which means "never".
const YEAR_ONE: i64 = -62_135_596_800_000;

/// Returns `true` for a moment that means "never" in every field.
pub(crate) const fn is_never(ms: i64) -> bool {
    ms == YEAR_ONE
}

/// Returns `true` for moments that mean "never" in a field that may be empty: the zero values of providers.
pub(crate) const fn is_zero(ms: i64) -> bool {
    ms == 0 || ms == YEAR_ONE
}

/// Returns `true` for a moment in the years 1 to 9999.
pub(crate) const fn is_moment(ms: i64) -> bool {
    const LAST: i64 = 253_402_300_799_999;
    ms >= YEAR_ONE && ms <= LAST
}

/// The name by which a field asks for a moment, so that whoever asks what a type reads knows that it is one value.
#[doc(hidden)]
pub const MOMENT: &str = "$j1::Moment";

/// A moment in epoch milliseconds (UTC), which is what every `*On` property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct EpochMs(pub i64);

impl EpochMs {
    /// The moment `seconds` after 1970-01-01T00:00:00Z; `None` when it does not fit.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Option<Self> {
        match seconds.checked_mul(1000) {
            Some(ms) => Some(Self(ms)),
            None => None,
        }
    }
}

impl fmt::Display for EpochMs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for EpochMs {
    fn from(time: jiff::Timestamp) -> Self {
        Self(time.as_millisecond())
    }
}

#[cfg(feature = "jiff")]
pub use timestamp::{InvalidTimestamp, Timestamp};

#[cfg(feature = "jiff")]
mod timestamp {
    use core::fmt;
    use core::str::FromStr;

    use jiff::SignedDuration;
    use jiff::civil::{DateTime, date};
    use jiff::fmt::temporal::DateTimeParser;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{EpochMs, MOMENT, YEAR_ONE, is_moment};

    /// A moment that a provider writes as text (RFC 3339), such as `2024-05-29T12:00:00Z`.
    ///
    /// It reads what providers send for "never": 0001-01-01, `0000-00-00` and an empty text are absent when they are sent,
    /// and so is 1970-01-01T00:00:00Z in an `Option`. The last moment of the year 9999 is a moment like any other.
    /// Anything else that a record has in its place, such as `N/A` or a date without a time, does not cost the record: the
    /// property is withheld when it is sent (J1-E0217). `jiff::Timestamp` can stand in a field as well, but refuses such
    /// records.
    ///
    /// ```
    /// use j1_core::prelude::*;
    ///
    /// let forever: Timestamp = "9999-12-31T23:59:59Z".parse()?;
    /// assert_eq!(forever.as_millisecond(), 253_402_300_799_000);
    /// let unknown: Timestamp = serde_json::from_str("\"N/A\"")?;
    /// assert!(!unknown.is_moment());
    /// # Ok::<_, Error>(())
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Timestamp(i64);

    /// The value of a field whose record has something else than a date. It is earlier than every moment.
    const NO_MOMENT: Timestamp = Timestamp(i64::MIN);

    /// A text or a number that is not a [`Timestamp`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct InvalidTimestamp(());

    impl Timestamp {
        /// 1970-01-01T00:00:00Z.
        pub const UNIX_EPOCH: Self = Self(0);

        /// Returns the moment `ms` milliseconds after 1970-01-01T00:00:00Z.
        ///
        /// # Errors
        /// If it is not in the years 1 to 9999.
        pub const fn from_millisecond(ms: i64) -> Result<Self, InvalidTimestamp> {
            if is_moment(ms) { Ok(Self(ms)) } else { Err(InvalidTimestamp(())) }
        }

        /// Returns the moment `seconds` after 1970-01-01T00:00:00Z.
        ///
        /// # Errors
        /// If it is not in the years 1 to 9999.
        pub const fn from_second(seconds: i64) -> Result<Self, InvalidTimestamp> {
            match seconds.checked_mul(1000) {
                Some(ms) => Self::from_millisecond(ms),
                None => Err(InvalidTimestamp(())),
            }
        }

        /// Returns `false` if the record had something else than a date.
        #[must_use]
        pub const fn is_moment(self) -> bool {
            self.0 != NO_MOMENT.0
        }

        /// Returns the milliseconds since 1970-01-01T00:00:00Z; `i64::MIN` if the record had something else.
        #[must_use]
        pub const fn as_millisecond(self) -> i64 {
            self.0
        }

        /// Returns the whole seconds since 1970-01-01T00:00:00Z; less than any moment if the record had something else.
        #[must_use]
        pub const fn as_second(self) -> i64 {
            self.0.div_euclid(1000)
        }
    }

    const fn epoch() -> DateTime {
        date(1970, 1, 1).at(0, 0, 0, 0)
    }

    impl FromStr for Timestamp {
        type Err = InvalidTimestamp;

        fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
            let text = text.trim();
            if text.is_empty() || text.starts_with("0000-00-00") {
                return Ok(Self(YEAR_ONE));
            }
            // Not `jiff::Timestamp`, whose range ends 26 hours before the end of the year 9999.
            let pieces = DateTimeParser::new().parse_pieces(text).map_err(|_| InvalidTimestamp(()))?;
            let (time, offset) = (pieces.time(), pieces.to_numeric_offset());
            let (time, offset) = time.zip(offset).ok_or(InvalidTimestamp(()))?;
            let since = pieces.date().to_datetime(time).duration_since(epoch());
            let ms = since.as_millis() - i128::from(offset.seconds()) * 1000;
            let sub_milli_before_epoch = since.is_negative() && since.subsec_nanos() % 1_000_000 != 0;
            // Rounded towards the past, like `div_euclid`.
            let ms = if sub_milli_before_epoch { ms - 1 } else { ms };
            i64::try_from(ms).map_err(|_| InvalidTimestamp(())).and_then(Self::from_millisecond)
        }
    }

    impl fmt::Display for Timestamp {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            if !self.is_moment() {
                // A date must not come out of it when it is read back.
                return f.write_str("no moment");
            }
            let civil = epoch().checked_add(SignedDuration::from_millis(self.0)).map_err(|_| fmt::Error)?;
            write!(f, "{civil}Z")
        }
    }

    impl fmt::Display for InvalidTimestamp {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("not a date and time with an offset (RFC 3339) in the years 1 to 9999")
        }
    }

    impl std::error::Error for InvalidTimestamp {}

    impl Serialize for Timestamp {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for Timestamp {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            // A plain `deserialize_any` would say that the field may hold a list.
            deserializer.deserialize_newtype_struct(MOMENT, Moment)
        }
    }

    /// Reads a moment, or anything else that is one value.
    struct Moment;

    impl<'de> serde::de::Visitor<'de> for Moment {
        type Value = Timestamp;

        fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Timestamp, D::Error> {
            deserializer.deserialize_any(self)
        }

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a date and time (RFC 3339)")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
            Ok(text.parse().unwrap_or(NO_MOMENT))
        }

        fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Timestamp, E> {
            Ok(NO_MOMENT)
        }

        fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Timestamp, E> {
            Ok(NO_MOMENT)
        }

        fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Timestamp, E> {
            Ok(NO_MOMENT)
        }

        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Timestamp, E> {
            Ok(NO_MOMENT)
        }
    }

    impl From<jiff::Timestamp> for Timestamp {
        fn from(time: jiff::Timestamp) -> Self {
            // The years -9999 to 0, which only `jiff::Timestamp` can hold, are clamped: inventories do not have them.
            Self(time.as_millisecond().max(YEAR_ONE))
        }
    }

    impl From<Timestamp> for EpochMs {
        fn from(time: Timestamp) -> Self {
            Self(time.0)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn ms(text: &str) -> Option<i64> {
            text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
        }

        #[test]
        fn texts_are_moments_with_their_offset() {
            assert_eq!(ms("2025-05-29T07:33:30.104+02:00"), Some(1_748_496_810_104));
            assert_eq!(ms("2025-05-29 07:33:30Z"), Some(1_748_504_010_000));
            assert_eq!(ms("1969-12-31T23:59:59.9995Z"), Some(-1));
            assert_eq!(ms("9999-12-31T23:59:59Z"), Some(253_402_300_799_000));
            for no_moment in ["2025-05-29", "2025-05-29T07:33:30", "yesterday", "10000-01-01T00:00:00Z"] {
                assert_eq!(ms(no_moment), None, "{no_moment}");
            }
        }

        #[test]
        fn zero_values_of_providers_are_never() {
            for never in ["", " ", "0000-00-00", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z"] {
                assert_eq!(ms(never), Some(YEAR_ONE), "{never}");
            }
        }

        #[test]
        fn text_written_is_read_back() {
            let none: Timestamp = serde_json::from_str("\"N/A\"").expect("a value");
            let text = serde_json::to_string(&none).expect("JSON");
            assert_eq!(serde_json::from_str::<Timestamp>(&text).expect("a value"), none);
            for at in [YEAR_ONE, -1, 0, 1, 1_748_496_810_104, 253_402_300_799_999] {
                let time = Timestamp::from_millisecond(at).expect("in range");
                assert_eq!(ms(&time.to_string()), Some(at), "{time}");
            }
            assert_eq!(Timestamp::from_millisecond(253_402_300_800_000), Err(InvalidTimestamp(())));
        }
    }
}

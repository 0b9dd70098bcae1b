//! Times as JupiterOne wants them: epoch milliseconds.

use core::fmt;

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

//! Parts of the redaction that the benches measure by themselves.

use std::borrow::Cow;

/// Adds a secret.
pub fn learn(secret: &str) {
    super::learn(secret);
}

/// Raw data without secrets.
#[must_use]
pub fn raw_data(json: &[u8]) -> Option<Cow<'_, [u8]>> {
    super::raw_data(json)
}

/// Returns `true` if an object holds a known secret.
#[must_use]
pub fn in_object(json: &[u8]) -> bool {
    super::in_object(json)
}

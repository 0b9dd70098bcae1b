//! Reads JSON bytes. Everything in this crate that reads JSON from elsewhere goes through here, so that all of it accepts
//! the same: RFC 8259 allows a reader to ignore a byte order mark, which .NET and PowerShell write.

use serde::Deserialize;

/// The bytes without a byte order mark of UTF-8.
pub(crate) fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Reads one JSON value, with or without a byte order mark before it.
///
/// # Errors
/// If the bytes are not JSON, or not a `T`.
pub(crate) fn from_slice<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> serde_json::Result<T> {
    serde_json::from_slice(without_bom(bytes))
}

//! Reads and writes JSON in one pass, faster than `serde_json`, which decides wherever that is not enough.

mod read;
mod scan;
#[cfg(test)]
mod tests;
mod write;

use serde::Serialize;
use serde::de::Deserialize;

use crate::graph::raw::RecordText;

/// Reads a JSON text, with the result of `serde_json`: what is read at once equals it, and everything else is read by it.
#[doc(hidden)]
pub fn read_json<'de, T: Deserialize<'de>>(text: &'de str) -> serde_json::Result<T> {
    match read::at_once(text) {
        Some(value) => Ok(value),
        None => T::deserialize(RecordText(text)),
    }
}

/// Returns the JSON of a value, as `serde_json` writes it.
pub(crate) fn json_of<T: Serialize>(value: &T) -> serde_json::Result<Vec<u8>> {
    // More than most records need, so that it seldom grows.
    let mut json = Vec::with_capacity(1024);
    match write::at_once(value, &mut json) {
        Some(()) => Ok(json),
        None => serde_json::to_vec(value),
    }
}

/// Calls `found` with the start and the end of each element of a JSON array, until it returns `None`. A `None` says that
/// `serde_json` decides.
#[doc(hidden)]
pub fn each_element(array: &[u8], mut found: impl FnMut(usize, usize) -> Option<()>) -> Option<()> {
    std::str::from_utf8(array).ok()?;
    let mut at = scan::blank(array, scan::word(array, scan::blank(array, 0), b"[")?);
    if array.get(at) == Some(&b']') {
        at += 1;
    } else {
        loop {
            let start = scan::blank(array, at);
            let end = scan::value(array, start)?;
            found(start, end)?;
            at = scan::blank(array, end) + 1;
            match array.get(at - 1)? {
                b',' => {}
                b']' => break,
                _ => return None,
            }
        }
    }
    (scan::blank(array, at) == array.len()).then_some(())
}

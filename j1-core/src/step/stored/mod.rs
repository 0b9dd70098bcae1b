//! The form in which an entity waits on disk for the steps that read it back.
//!
//! A struct with named fields is a list of them, in which each text stands behind its length: nothing is escaped when it is
//! written, and no quotes are looked for when it is read. Other fields are JSON in the list, and all other types are JSON as a
//! whole. A value is always read back as `serde_json` would read it: where a struct asks for something else than the list has, the
//! list becomes JSON, and is read as that.

mod read;
#[cfg(test)]
mod tests;
mod write;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Error;

use crate::graph::write_json_string;
use read::{Held, fields};
use write::Writer;

/// The byte before a list and behind it. No JSON begins with it.
const LIST: u8 = 0;
/// The bit of a value's head that says that it is a text; otherwise it is JSON.
const TEXT: usize = 1;
/// The values of a byte of a head, and the bit that says that more follow. All are ASCII, so that a list is one text.
const DIGITS: u8 = 1 << 6;
/// The beginning of the names by which `serde_json` hands raw JSON and numbers to itself.
const PRIVATE: &str = "$serde_json::private::";

/// Writes a value.
pub(super) fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    // More than most records need, so that it seldom grows.
    let mut bytes = Vec::with_capacity(1024);
    bytes.push(LIST);
    if value.serialize(Writer::of_a_struct(&mut bytes)).is_err() {
        bytes.clear();
        serde_json::to_writer(&mut bytes, value)?;
    }
    Ok(bytes)
}

/// Reads what was written, or JSON.
pub(super) fn read<T: DeserializeOwned>(stored: &[u8]) -> Result<T, Error> {
    // Checked as a text at once, and not text by text.
    let Ok(text) = str::from_utf8(stored) else { return serde_json::from_slice(stored) };
    match fields(text) {
        Some(fields) => T::deserialize(fields).or_else(|_| serde_json::from_slice(&json(stored))),
        None => serde_json::from_str(text),
    }
}

/// Returns as JSON what was written.
pub(super) fn json(stored: &[u8]) -> Vec<u8> {
    let Some(mut fields) = str::from_utf8(stored).ok().and_then(fields) else { return stored.to_vec() };
    let mut json = vec![b'{'];
    while let Some((name, value)) = fields.next() {
        if json.len() > 1 {
            json.push(b',');
        }
        write_json_string(&mut json, name);
        json.push(b':');
        match value {
            Held::Text(text) => write_json_string(&mut json, text),
            Held::Json(text) => json.extend_from_slice(text.as_bytes()),
        }
    }
    // Empty, unless the list was damaged; the result is not JSON then.
    json.extend_from_slice(fields.rest().as_bytes());
    json.push(b'}');
    json
}

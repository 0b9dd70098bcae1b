//! Raw data on its way to JupiterOne.

use std::borrow::Cow;

use crate::redact;
use crate::redact::json::{self, Place};

/// Raw data without secrets: texts that hold one that is known, or look like one, have a mark in its place. `None` where one
/// that is known is still in it, such as in pieces or as a number.
pub(crate) fn raw_data(json: &[u8]) -> Option<Cow<'_, [u8]>> {
    let text = str::from_utf8(json).ok()?;
    let mut hidden = false;
    let rewritten = json::rewrite(text, &mut |_, place, text| {
        if place == Place::Number {
            return None;
        }
        let shown = redact::text(text);
        let changed = shown != text;
        hidden |= changed;
        changed.then_some(shown)
    })?;
    let shown = if hidden { Cow::Owned(rewritten.into_bytes()) } else { Cow::Borrowed(json) };
    (!redact::in_object(&shown)).then_some(shown)
}

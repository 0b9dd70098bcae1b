//! Takes secrets out of everything that is shown, sent or kept: logs, errors, summaries, recordings.
//!
//! Two things are secret: what is known to be, because it was configured or is sent as a credential, in whatever form it
//! comes back ([`forms`]); and what looks like a secret ([`shapes`]), whoever's it is.
//!
//! The known ones are known to the whole process: a secret is one wherever it turns up.

mod forms;
pub(crate) mod json;
mod layers;
pub(crate) mod names;
mod output;
pub(crate) mod personal;
mod raw;
mod secrets;
mod shapes;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

pub(crate) use output::{Redacting, silence_panics};
pub(crate) use raw::raw_data;
use secrets::Secrets;

/// What stands where a secret was.
pub(crate) const MARK: &str = "***";

/// What a replay puts in the place of a credential that it does not need: nothing to hide.
pub(crate) const PLACEHOLDER: &str = "replay";

static KNOWN: RwLock<Option<Secrets>> = RwLock::new(None);

/// Notes a secret, so that it is shown nowhere from now on.
pub(crate) fn learn(secret: &str) {
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().add(secret);
}

/// A text as it may be shown.
pub(crate) fn text(text: &str) -> String {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    hide(text, |layer| {
        let mut found = known.as_ref().map(|known| known.find(layer)).unwrap_or_default();
        match str::from_utf8(layer) {
            Ok(text) => found.extend(shapes::find(text)),
            Err(_) => found.extend(shapes::find(&ascii(layer))),
        }
        found
    })
    .into_owned()
}

/// A text without the secrets that are known.
pub(crate) fn known(text: &str) -> Cow<'_, str> {
    match &*KNOWN.read().unwrap_or_else(PoisonError::into_inner) {
        Some(known) => hide(text, |layer| known.find(layer)),
        None => Cow::Borrowed(text),
    }
}

/// A text without the parts that `find` finds, however they are escaped.
fn hide(text: &str, find: impl FnMut(&[u8]) -> Vec<Range<usize>>) -> Cow<'_, str> {
    let parts = layers::find(text.as_bytes(), find);
    if parts.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut from = 0;
    for part in parts {
        // A part may begin or end within a character, where only a piece of a secret was found.
        let start = (from..=part.start.max(from)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(from);
        let end =
            (part.end.max(start)..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        out.push_str(&text[from..start]);
        out.push_str(MARK);
        from = end;
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// Bytes that are no text as one of the same length.
fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
}

/// What a server said, bounded, on one line, without secrets; empty where it said nothing.
pub(crate) fn excerpt(body: &[u8]) -> String {
    /// How much is shown, in characters.
    const EXCERPT: usize = 200;
    let said = text(&String::from_utf8_lossy(&body[..body.len().min(16 * 1024)]));
    let line: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return String::new();
    }
    let short: String = line.chars().take(EXCERPT).collect();
    let more = if short.len() < line.len() { "…" } else { "" };
    format!(": {short}{more}")
}

/// Whether the JSON of an object holds a secret that is known.
pub(crate) fn in_object(json: &[u8]) -> bool {
    KNOWN
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .as_ref()
        .is_some_and(|known| layers::any(json, |layer| known.in_object(layer)))
}

//! Removes secrets from everything that is shown, sent or kept: logs, errors, summaries, recordings, raw data.
//!
//! Two kinds of text are secret: known secrets, which are configured or sent as credentials, in whatever form they come
//! back ([`forms`]); and texts that look like a secret ([`shapes`]), of any owner.
//!
//! The known secrets are global to the process, since a secret must not appear anywhere: [`learn`] adds to them,
//! nothing removes one, and every function here reads them. A secret is learnt before the first request that is sent
//! with it.
//!
//! Most texts are clean, and finding that out is what costs. Each text is read once with a table of the beginnings of all
//! secrets ([`table`], and [`grams`](j1_core::shared::grams) for objects) and once for the names before colons and equals signs ([`suspects`]); the expressions run only for
//! what these two suspect. Raw data, which is most of what a run sends, is read so as a whole document ([`clean`]) before it
//! is taken apart.

mod clean;
mod foreign;
mod forms;
pub(crate) mod json;
mod layers;
pub(crate) mod names;
mod output;
pub(crate) mod personal;
mod raw;
mod secrets;
mod shapes;
pub(crate) mod stages;
mod suspects;
pub(crate) mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{LazyLock, PoisonError, RwLock, RwLockReadGuard};

pub(crate) use foreign::{display, line};
pub(crate) use output::Redacting;
pub(crate) use raw::raw_data;
use secrets::Secrets;

/// The text that takes the place of a secret.
pub(crate) const MARK: &str = "***";

/// The text that takes the place of a credential in a replay. There is nothing to hide about it.
pub(crate) const PLACEHOLDER: &str = "replay";

static KNOWN: LazyLock<RwLock<Secrets>> = LazyLock::new(RwLock::default);

/// Adds a secret, which is shown nowhere from now on.
pub(crate) fn learn(secret: &str) {
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).add(secret);
}

fn read() -> RwLockReadGuard<'static, Secrets> {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner)
}

/// A text without secrets.
pub(crate) fn text(text: &str) -> String {
    shown(text, &read()).into_owned()
}

fn shown<'t>(text: &'t str, known: &Secrets) -> Cow<'t, str> {
    hide(text, Some(known), |layer| {
        let mut seen = known.look(layer);
        if !seen.shapes.is_empty() {
            seen.secrets.extend(match str::from_utf8(layer) {
                Ok(text) => shapes::find(text, seen.shapes),
                Err(_) => shapes::find(&ascii(layer), seen.shapes),
            });
        }
        seen.secrets
    })
}

/// A text without the known secrets.
pub(crate) fn known(text: &str) -> Cow<'_, str> {
    let known = read();
    hide(text, Some(&known), |layer| known.find(layer))
}

/// A text without the parts that `find` returns, however they are escaped, and without what is left of known secrets.
fn hide<'t>(
    text: &'t str,
    known: Option<&Secrets>,
    find: impl FnMut(&[u8]) -> Vec<Range<usize>>,
) -> Cow<'t, str> {
    let parts = layers::find(text.as_bytes(), known, find);
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

/// Bytes that are not UTF-8 as a text of the same length.
fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
}

/// The beginning of a response body on one line, without secrets and control characters; empty if the body is.
pub(crate) fn excerpt(body: &[u8]) -> String {
    /// The number of characters that are shown.
    const EXCERPT: usize = 200;
    let line = line(&String::from_utf8_lossy(&body[..body.len().min(16 * 1024)]));
    if line.is_empty() {
        return String::new();
    }
    let short: String = line.chars().take(EXCERPT).collect();
    let more = if short.len() < line.len() { "…" } else { "" };
    format!(": {short}{more}")
}

/// Returns `true` if the JSON of an object holds a known secret.
pub(crate) fn in_object(json: &[u8]) -> bool {
    clean::in_object(json, &read())
}

//! Takes secrets out of everything that is shown, sent or kept: logs, errors, summaries, recordings.
//!
//! Two things are secret: what is known to be, because it was configured or is sent as a credential, in whatever form it
//! comes back ([`forms`]); and what looks like a secret ([`shapes`]), whoever's it is.
//!
//! The known ones are known to the whole process: a secret is one wherever it turns up.

mod forms;
pub(crate) mod json;
pub(crate) mod names;
mod output;
pub(crate) mod personal;
mod secrets;
pub(crate) mod shapes;

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

pub(crate) use output::{Redacting, silence_panics};
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
    shapes::redact(&known(text)).into_owned()
}

/// A text without the secrets that are known.
pub(crate) fn known(text: &str) -> Cow<'_, str> {
    match &*KNOWN.read().unwrap_or_else(PoisonError::into_inner) {
        Some(secrets) => secrets.redact(text),
        None => Cow::Borrowed(text),
    }
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

/// Whether a body is that of a form: `a=1&b=2`.
pub(crate) fn is_form(body: &str) -> bool {
    body.contains('=') && !body.contains(['<', '{', '"']) && !body.contains(char::is_whitespace)
}

/// Whether the JSON of an object holds a secret that is known.
pub(crate) fn in_object(json: &[u8]) -> bool {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|known| known.in_object(json))
}

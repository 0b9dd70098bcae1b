//! Tells at a glance that a JSON document holds no secret, which is so for nearly all raw data.
//!
//! Invariant: of a document that is clean here, the careful look of [`raw`](super::raw) leaves every byte as it is. A property
//! test there checks it. The opposite need not hold.

use j1_core::shared::separators::{TOGETHER, has_separator};

use crate::redact::layers;
use crate::redact::secrets::Secrets;
use crate::redact::suspects;

/// Returns `true` if a JSON document certainly holds no secret.
///
/// Only in strings do escapes and equals signs occur, and a colon that follows no quote. So the strings need not be found
/// first; only one that has an escape in it is taken out, read, and looked at by itself. In such a string a quote may stand
/// before a colon that is text: it is found there.
pub(super) fn is_clean(json: &[u8], known: &Secrets) -> bool {
    if !known.is_clear(json) {
        return false;
    }
    if names_a_secret(json) {
        return false;
    }
    let (mut at, mut escaped) = (0, false);
    while let Some(escape) = escape(json, at) {
        let Some((_, end)) = string(json, escape).filter(|(text, _)| is_clean_text(text, known)) else {
            return false;
        };
        (at, escaped) = (end, true);
    }
    // Escapes were read string by string, so what is left are secrets that this does not show.
    let whole = escaped && known.needs_whole_document();
    !whole || !layers::any(json, known, |layer| known.in_object(layer))
}

/// Returns `true` if the JSON of an object holds a known secret. As in [`is_clean`], only strings with escapes are read.
pub(super) fn in_object(json: &[u8], known: &Secrets) -> bool {
    let anywhere = || layers::any(json, known, |layer| known.in_object(layer));
    if known.needs_whole_document() {
        return anywhere();
    }
    if known.in_object(json) {
        return true;
    }
    let mut at = 0;
    while let Some(escape) = escape(json, at) {
        // Without quotes around it, this is not JSON.
        let Some((text, end)) = string(json, escape) else { return anywhere() };
        if layers::any(&text, known, |layer| known.in_object(layer)) {
            return true;
        }
        at = end;
    }
    false
}

/// The first escape from `at` on: one of JSON, or one that may stand in a string.
fn escape(json: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += layers::start(&json[at..])?;
        if json[at] == b'\\' || layers::is_escape(&json[at..]) {
            return Some(at);
        }
        at += 1;
    }
}

/// Returns `true` if one of the equals signs and colons in a JSON document may follow the name of a credential, or a scheme. Most
/// colons stand right behind a quote and belong to no string, or are those of a time; they are passed over many bytes at a time.
fn names_a_secret(json: &[u8]) -> bool {
    let suspicious = |at: usize| {
        matches!(json[at], b':' | b'=')
            && !is_structure(json, at)
            && !suspects::at_separator(json, at).is_empty()
    };
    // Each byte beside the one before it and the one behind it; the first one begins a value, and the last one ends it.
    let mut at = 1;
    while let Some((around, _)) = json.get(at - 1..).and_then(<[u8]>::split_first_chunk) {
        if has_separator(around) && (at..at + TOGETHER).any(suspicious) {
            return true;
        }
        at += TOGETHER;
    }
    (at..json.len()).any(suspicious)
}

/// Returns `true` for the colon between the name of a member and its value. A quote before a colon ends a string, since one
/// within a string is escaped, and strings with escapes are left out.
fn is_structure(json: &[u8], at: usize) -> bool {
    let before = json[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace());
    json[at] == b':' && before == Some(&b'"')
}

/// The string around its first escape, decoded, and where it ends in the document.
fn string(json: &[u8], escape: usize) -> Option<(Vec<u8>, usize)> {
    let start = memchr::memrchr(b'"', &json[..escape])?;
    let (mut end, mut plain) = (escape, true);
    loop {
        end += memchr::memchr2(b'"', b'\\', json.get(end..)?)?;
        if json[end] == b'"' {
            break;
        }
        plain &= matches!(json.get(end + 1)?, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't');
        end += 2;
    }
    let text = json.get(start + 1..end)?;
    if plain {
        return Some((unescaped(text), end + 1));
    }
    let text: String = serde_json::from_slice(&json[start..=end]).ok()?;
    Some((text.into_bytes(), end + 1))
}

/// A text of JSON with its escapes of two bytes decoded.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    while let Some(next) = memchr::memchr(b'\\', &text[from..]) {
        let escape = from + next;
        out.extend_from_slice(&text[from..escape]);
        let letter = text.get(escape + 1).copied();
        out.extend(letter.map(|letter| match letter {
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            other => other,
        }));
        from = (escape + 2).min(text.len());
    }
    out.extend_from_slice(&text[from..]);
    out
}

/// Returns `true` if a text certainly holds no secret, in whatever way its escapes are read.
fn is_clean_text(text: &[u8], known: &Secrets) -> bool {
    !layers::any(text, known, |layer| !known.is_clear(layer) || !suspects::named(layer).is_empty())
}

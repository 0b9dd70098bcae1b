//! Steps over JSON values without reading them, and proves on the way that they are JSON.
//!
//! What is accepted here `serde_json` accepts as well. The opposite need not hold: `None` says that it decides.

use crate::graph::bytes::quote_backslash_or_control;

/// The deepest level that is stepped over.
const DEEPEST: u32 = 64;

/// The place of the first byte from `at` on that is not white space.
#[inline]
pub(super) fn blank(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// The place behind the string that begins at `start`, and `true` if there is an escape in it.
#[inline]
fn string(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let (mut at, mut escaped) = (start + 1, false);
    loop {
        let found = quote_backslash_or_control(bytes, at)?;
        match bytes[found] {
            b'"' => return Some((found + 1, escaped)),
            b'\\' => (at, escaped) = (behind_escape(bytes, found)?, true),
            _ => return None,
        }
    }
}

/// The place behind the escape that begins at `at`.
fn behind_escape(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => Some(at + 6),
        _ => None,
    }
}

/// The place behind the number that begins at `at`.
#[inline]
pub(super) fn number(bytes: &[u8], mut at: usize) -> Option<usize> {
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = match bytes.get(at)? {
        b'0' => at + 1,
        _ => behind_digits(bytes, at)?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = behind_digits(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        at = behind_digits(bytes, at)?;
    }
    // A digit behind a zero follows the number, where the caller expects none.
    Some(at)
}

/// The place behind at least one digit.
#[inline]
fn behind_digits(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > start).then_some(at)
}

/// The place behind the value that begins at `at`, or behind the white space there.
pub(super) fn value(bytes: &[u8], mut at: usize) -> Option<usize> {
    // A bit for each level, the innermost one lowest: 1 is an object.
    let (mut kinds, mut depth) = (0_u64, 0);
    loop {
        at = blank(bytes, at);
        match *bytes.get(at)? {
            b'"' => at = string(bytes, at)?.0,
            open @ (b'{' | b'[') => {
                at = blank(bytes, at + 1);
                // The closing character comes two after the opening one.
                if *bytes.get(at)? == open + 2 {
                    at += 1;
                } else {
                    if depth == DEEPEST {
                        return None;
                    }
                    depth += 1;
                    kinds = kinds << 1 | u64::from(open == b'{');
                    if open == b'{' {
                        at = behind_name(bytes, at)?;
                    }
                    continue;
                }
            }
            b't' => at = word(bytes, at, b"true")?,
            b'f' => at = word(bytes, at, b"false")?,
            b'n' => at = word(bytes, at, b"null")?,
            _ => at = number(bytes, at)?,
        }
        // A value has ended, and with it perhaps those around it.
        loop {
            if depth == 0 {
                return Some(at);
            }
            at = blank(bytes, at);
            match (*bytes.get(at)?, kinds & 1) {
                (b',', 0) => at += 1,
                (b',', _) => at = behind_name(bytes, blank(bytes, at + 1))?,
                (b']', 0) | (b'}', 1) => {
                    (at, depth, kinds) = (at + 1, depth - 1, kinds >> 1);
                    continue;
                }
                _ => return None,
            }
            break;
        }
    }
}

/// The place behind the name of a member and its colon.
#[inline]
pub(super) fn behind_name(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let at = blank(bytes, string(bytes, at)?.0);
    (bytes.get(at) == Some(&b':')).then_some(at + 1)
}

/// The place behind a word that stands at `at`.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

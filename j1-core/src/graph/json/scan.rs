//! Steps over JSON values without reading them, and proves on the way that they are JSON.
//!
//! A property test compares it with `serde_json`, which says what is wrong where this returns `None`.

use crate::config::ends_as_a_credential;
use crate::graph::bytes::quote_backslash_or_control;
use crate::graph::json::DEEPEST;

/// The levels whose kinds are kept in one number.
const LEVELS: u32 = u64::BITS;

/// The place of a member of an object.
pub(super) struct Member {
    /// The quote before its name.
    pub name: usize,
    /// The first byte of its value.
    pub value: usize,
    /// The place behind its value.
    pub end: usize,
    /// `true` if there is an escape in the name.
    pub name_escaped: bool,
    /// `true` for a string without escapes, and for an object or an array that raw data holds as it stands: without white space,
    /// credentials, escapes in names, and too many levels.
    pub value_plain: bool,
}

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
pub(super) fn value(bytes: &[u8], at: usize) -> Option<usize> {
    look_over::<false>(bytes, at).map(|(end, _)| end)
}

/// As [`value`]; returns as well, if it is to `LOOK` for that, whether the value is [plain](Member::value_plain).
#[inline]
fn look_over<const LOOK: bool>(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut plain = true;
    // A bit for each level, the innermost one lowest: 1 is an object. Those of outer levels, where there are more.
    let (mut kinds, mut outer, mut depth) = (0_u64, Vec::new(), 0_u32);
    // Most values have no white space in them.
    let blank = |at, plain: &mut bool| {
        let behind = blank(bytes, at);
        *plain &= !LOOK || behind == at;
        behind
    };
    let name = |at, plain: &mut bool| {
        let (behind, escaped) = name(bytes, at)?;
        if LOOK {
            let name = bytes[at + 1..behind].strip_suffix(b"\":");
            *plain &= !escaped && name.is_some_and(|name| !ends_as_a_credential(name));
        }
        Some(behind)
    };
    loop {
        at = blank(at, &mut plain);
        match *bytes.get(at)? {
            b'"' => at = string(bytes, at)?.0,
            open @ (b'{' | b'[') => {
                at = blank(at + 1, &mut plain);
                // The closing character comes two after the opening one.
                if *bytes.get(at)? == open + 2 {
                    at += 1;
                } else {
                    if depth > 0 && depth.is_multiple_of(LEVELS) {
                        outer.push(kinds);
                    }
                    depth += 1;
                    plain &= (depth as usize) < DEEPEST - 1;
                    kinds = kinds << 1 | u64::from(open == b'{');
                    if open == b'{' {
                        at = name(at, &mut plain)?;
                    }
                    continue;
                }
            }
            _ => at = scalar(bytes, at)?,
        }
        // A value has ended, and with it perhaps those around it.
        loop {
            if depth == 0 {
                return Some((at, plain));
            }
            at = blank(at, &mut plain);
            match (*bytes.get(at)?, kinds & 1) {
                (b',', 0) => at += 1,
                (b',', _) => at = name(blank(at + 1, &mut plain), &mut plain)?,
                (b']', 0) | (b'}', 1) => {
                    (at, depth, kinds) = (at + 1, depth - 1, kinds >> 1);
                    if depth > 0 && depth.is_multiple_of(LEVELS) {
                        kinds = outer.pop()?;
                    }
                    continue;
                }
                _ => return None,
            }
            break;
        }
    }
}

/// The place behind a word or a number.
#[inline]
fn scalar(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b't' => word(bytes, at, b"true"),
        b'f' => word(bytes, at, b"false"),
        b'n' => word(bytes, at, b"null"),
        _ => number(bytes, at),
    }
}

/// Calls `found` with each member of the object that begins at `at`, until it returns `false`. Returns the place behind the object, or
/// behind the last member that was found. Objects and arrays in it are plain unless it is to `LOOK` at what is inside of them.
#[inline]
pub(super) fn object<const LOOK: bool>(
    bytes: &[u8],
    at: usize,
    mut found: impl FnMut(Member) -> bool,
) -> Option<usize> {
    let mut at = blank(bytes, word(bytes, at, b"{")?);
    if bytes.get(at) == Some(&b'}') {
        return Some(at + 1);
    }
    loop {
        let start = blank(bytes, at);
        let (behind, name_escaped) = name(bytes, start)?;
        let begin = blank(bytes, behind);
        let (end, value_plain) = match bytes.get(begin)? {
            b'"' => string(bytes, begin).map(|(end, escaped)| (end, !escaped))?,
            b'{' | b'[' => look_over::<LOOK>(bytes, begin)?,
            _ => (scalar(bytes, begin)?, true),
        };
        if !found(Member { name: start, value: begin, end, name_escaped, value_plain }) {
            return Some(end);
        }
        at = blank(bytes, end) + 1;
        match bytes.get(at - 1)? {
            b',' => {}
            b'}' => return Some(at),
            _ => return None,
        }
    }
}

/// The place behind the name of a member and its colon, and `true` if there is an escape in the name.
#[inline]
fn name(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let (end, escaped) = string(bytes, at)?;
    let colon = blank(bytes, end);
    (bytes.get(colon) == Some(&b':')).then_some((colon + 1, escaped))
}

/// The place behind a word that stands at `at`.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

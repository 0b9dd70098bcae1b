//! Copies members of a record that are allowed as they stand: those of most records are.

use std::ops::Range;

use super::filter::{Allowed, allowed, ends_scalar, is_next, string_end};
use crate::config::is_credential_name;
use crate::graph::json::{DEEPEST, RecordPlaces};

/// As [`filter::some`](super::filter::some), for an object of whose members each is copied as it stands or not at all: most are so.
/// `None` if this is not one, or nothing of it is allowed.
pub(super) fn members(
    json: &str,
    mut places: RecordPlaces<'_>,
    Allowed { paths, are_plain }: Allowed<'_>,
    out: &mut Vec<u8>,
) -> Option<()> {
    let (bytes, mut likely, mut run, first) = (json.as_bytes(), 0, 0..0, out.len() + 1);
    out.push(b'{');
    while !places.is_empty() {
        let found = places.next(json)?;
        // Not with white space before the colon or behind it.
        let name = found.plain_name().filter(|_| found.name.ends_with("\":"))?;
        if !is_next(paths, name, &mut likely) {
            match allowed(Some(paths), name, &mut likely) {
                None => continue,
                Some(None) => {}
                Some(Some(_)) => return None,
            }
        }
        if !are_plain && is_credential_name(name) {
            continue;
        }
        let (start, end) = (found.at.start - found.name.len(), found.at.end);
        if !found.value_plain && found.value.starts_with(['{', '[']) {
            value(json, found.at.start, 1)?;
        }
        if run.is_empty() || run.end + 1 != start {
            copy(bytes, &run, first, out);
            run.start = start;
        }
        run.end = end;
    }
    copy(bytes, &run, first, out);
    if out.len() == first {
        return None;
    }
    out.push(b'}');
    Some(())
}

/// Copies members that stand beside each other, behind those that were written after `first`.
fn copy(bytes: &[u8], run: &Range<usize>, first: usize, out: &mut Vec<u8>) {
    if run.is_empty() {
        return;
    }
    if out.len() > first {
        out.push(b',');
    }
    out.extend_from_slice(&bytes[run.clone()]);
}

/// The end of the value that begins at `at`, if [`Reader`] would copy all of it as it stands: white space, a name with an
/// escape, that of a credential, and what is too deep are left to it.
pub(super) fn value(json: &str, mut at: usize, depth: usize) -> Option<usize> {
    let bytes = json.as_bytes();
    let mut level = 0_usize;
    if depth > DEEPEST {
        return None;
    }
    loop {
        match bytes.get(at)? {
            b'"' => {
                let (end, escaped) = string_end(bytes, at);
                if level > 0 && bytes.get(end) == Some(&b':') {
                    let name = json.get(at + 1..end - 1)?;
                    if escaped || is_credential_name(name) {
                        return None;
                    }
                }
                at = end;
            }
            b'{' | b'[' => {
                level += 1;
                if depth + level > DEEPEST {
                    return None;
                }
                at += 1;
            }
            b'}' | b']' => {
                level = level.checked_sub(1)?;
                at += 1;
            }
            byte if byte.is_ascii_whitespace() => return None,
            b',' | b':' => at += 1,
            _ => at += bytes[at..].iter().position(|byte| ends_scalar(*byte))?,
        }
        if level == 0 {
            return Some(at);
        }
    }
}

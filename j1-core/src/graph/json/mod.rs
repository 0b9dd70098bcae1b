//! Finds the values of a JSON text without reading them, faster than `serde_json`, which decides wherever that is not enough.

mod scan;
#[cfg(test)]
mod tests;

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

/// Calls `found` with the name, in its quotes, and the value of each member of a JSON object. A `None` says that `serde_json`
/// decides; what was found until then is right.
#[doc(hidden)]
pub fn each_member<'j>(object: &'j [u8], mut found: impl FnMut(&'j [u8], &'j [u8])) -> Option<()> {
    each_member_while(object, |name, value| {
        found(name, value);
        true
    })
}

/// As [`each_member`], until `found` returns `false`.
#[doc(hidden)]
pub fn each_member_while<'j>(
    object: &'j [u8],
    mut found: impl FnMut(&'j [u8], &'j [u8]) -> bool,
) -> Option<()> {
    let mut at = scan::blank(object, scan::word(object, scan::blank(object, 0), b"{")?);
    if object.get(at) == Some(&b'}') {
        return Some(());
    }
    loop {
        let start = scan::blank(object, at);
        let value = scan::blank(object, scan::behind_name(object, start)?);
        let name = object.get(start..value)?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
        let behind = scan::value(object, value)?;
        if !found(name, object.get(value..behind)?) {
            return Some(());
        }
        at = scan::blank(object, behind) + 1;
        match object.get(at - 1)? {
            b',' => {}
            b'}' => return Some(()),
            _ => return None,
        }
    }
}

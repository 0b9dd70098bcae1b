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

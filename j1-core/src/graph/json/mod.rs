//! Finds the values of a JSON text without reading them, faster than `serde_json`, which decides wherever that is not enough.

mod places;
mod record;
mod scan;
#[cfg(test)]
mod tests;

pub(crate) use places::{FoundPlaces, find};
pub use places::{Places, RecordPlaces};
pub use record::{RecordText, WITH_RAW};

/// The deepest level of a record that raw data is read at, so that no record overflows the stack.
pub(crate) const DEEPEST: usize = 64;

/// Calls `found` with the start and the end of each element of a JSON array, until it returns `None`. A `None` says that
/// `serde_json` decides.
#[doc(hidden)]
pub fn each_element(array: &[u8], found: impl FnMut(usize, usize) -> Option<()>) -> Option<()> {
    elements(array, scan::value, found)
}

/// As [`each_element`], and keeps where the members of the elements are.
#[doc(hidden)]
pub fn each_record(
    array: &[u8],
    places: &mut Places,
    found: impl FnMut(usize, usize) -> Option<()>,
) -> Option<()> {
    elements(array, |array, at| places.step_over(array, at), found)?;
    places.shrink();
    Some(())
}

fn elements(
    array: &[u8],
    mut step_over: impl FnMut(&[u8], usize) -> Option<usize>,
    mut found: impl FnMut(usize, usize) -> Option<()>,
) -> Option<()> {
    std::str::from_utf8(array).ok()?;
    let mut at = scan::blank(array, scan::word(array, scan::blank(array, 0), b"[")?);
    if array.get(at) == Some(&b']') {
        at += 1;
    } else {
        loop {
            let start = scan::blank(array, at);
            let end = step_over(array, start)?;
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
    let found = |member: scan::Member| {
        let name = object[member.name..member.value].trim_ascii_end().strip_suffix(b":").unwrap_or_default();
        found(name.trim_ascii_end(), &object[member.value..member.end])
    };
    scan::object::<false>(object, scan::blank(object, 0), found).map(drop)
}

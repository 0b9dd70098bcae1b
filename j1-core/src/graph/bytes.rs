//! Looks at text eight bytes at a time: names and values are short, and a call of a search for long texts would cost more
//! than it finds.

/// The number of bytes in a word.
const WORD: usize = 8;
const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Sets the top bit of each byte that is below another one of at most 128, if its own top bit is not set; otherwise what it sets
/// there means nothing. Bits above the lowest one that is set may be wrong as well.
const fn below(word: u64, least: u8) -> u64 {
    word.wrapping_sub(ONES * least as u64)
}

/// As [`below`], for the bytes that equal `byte`, whose top bit is not set.
const fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * byte as u64), 1)
}

/// The place of the first byte of which one of two functions, for a word and for a byte, says that it is looked for. Bytes whose
/// top bit is set are not looked for.
#[inline]
fn find(
    bytes: &[u8],
    at: usize,
    of_word: impl Fn(u64) -> u64,
    of_byte: impl Fn(u8) -> bool,
) -> Option<usize> {
    let mut rest = bytes.get(at..)?;
    while let Some((word, after)) = rest.split_first_chunk::<WORD>() {
        let word = u64::from_le_bytes(*word);
        let found = of_word(word) & !word & TOPS;
        if found != 0 {
            return Some(bytes.len() - rest.len() + found.trailing_zeros() as usize / 8);
        }
        rest = after;
    }
    rest.iter().position(|byte| of_byte(*byte)).map(|place| bytes.len() - rest.len() + place)
}

/// The place of the first quote or backslash from `at` on.
#[inline]
pub(super) fn quote_or_backslash(bytes: &[u8], at: usize) -> Option<usize> {
    find(bytes, at, |word| equal(word, b'"') | equal(word, b'\\'), |byte| matches!(byte, b'"' | b'\\'))
}

/// The place of the first byte from `at` on that JSON does not write as it is in a string.
#[inline]
pub(super) fn quote_backslash_or_control(bytes: &[u8], at: usize) -> Option<usize> {
    find(bytes, at, special, is_special)
}

/// Sets the top bit of each byte that JSON does not write as it is in a string; bits above the lowest one that is set may be wrong.
const fn special(word: u64) -> u64 {
    (below(word, b' ') | equal(word, b'"') | equal(word, b'\\')) & !word & TOPS
}

/// Returns `true` for a byte that JSON does not write as it is in a string.
const fn is_special(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'\\')
}

/// Returns `true` if JSON writes each of these bytes as it is.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let is_plain = |word: &[u8; WORD]| special(u64::from_le_bytes(*word)) == 0;
    match bytes.last_chunk() {
        // The last word may look at bytes again, which takes less time than to look at the rest one by one.
        Some(last) => bytes.as_chunks().0.iter().all(is_plain) && is_plain(last),
        None => !bytes.iter().any(|byte| is_special(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_judged_as_one_by_one_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            let special = byte < b' ' || matches!(byte, b'"' | b'\\');
            for length in 1..20 {
                for at in 0..length {
                    for around in [b'a', 0xff, b' ', 0x80] {
                        let mut text = vec![around; length];
                        text[at] = byte;
                        assert_eq!(is_plain(&text), !special, "{byte} at {at} of {length}");
                        let found = matches!(byte, b'"' | b'\\').then_some(at);
                        assert_eq!(quote_or_backslash(&text, 0), found, "{byte} at {at} of {length}");
                        assert_eq!(quote_or_backslash(&text, at + 1), None);
                    }
                }
            }
        }
        assert_eq!(quote_or_backslash(b"", 1), None);
        assert_eq!(quote_or_backslash(b"\x01\"\\", 0), Some(1));
    }
}

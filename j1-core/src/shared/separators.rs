//! Passes over the bytes of JSON among which no name of a credential ends.

/// The bytes that are looked at together.
pub const TOGETHER: usize = 32;

/// Returns `true` if there is an equals sign, or a colon that is neither right behind a quote nor behind a digit, where no slash
/// follows: no name of a credential ends with a digit. Without a branch, so that the compiler compares all bytes at once.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a branch for each byte would take longer than the comparisons"
)]
#[must_use]
pub fn has_separator(around: &[u8; TOGETHER + 2]) -> bool {
    let (bytes, behind) = (&around[1..], &around[2..]);
    let is_one = |((before, byte), behind): ((&u8, &u8), &u8)| {
        let says_nothing = (*before == b'"') | (before.is_ascii_digit() & (*behind != b'/'));
        (*byte == b'=') | ((*byte == b':') & !says_nothing)
    };
    around.iter().zip(bytes).zip(behind).fold(false, |any, bytes| any | is_one(bytes))
}

//! Small things that several of our crates need. They are not part of the API and change without notice.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes what is a hash already: takes it as it is. Half of one of 128 bits is enough to place it.
#[derive(Debug, Default)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write_u128(&mut self, hash: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "one half of the hash")]
        let half = hash as u64;
        self.0 = half;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Values by a hash, such as that of a type. The hash is not hashed again.
pub type ByHash<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// Returns a number with commas: `1,407`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_are_grouped_from_the_right() {
        assert_eq!(
            [0, 999, 1_000, 12_345, 1_234_567].map(grouped),
            ["0", "999", "1,000", "12,345", "1,234,567"]
        );
    }
}

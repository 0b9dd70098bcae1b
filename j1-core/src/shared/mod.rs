//! Small things that several of our crates need. They are not part of the API and change without notice.

pub mod grams;
pub mod marks;
pub mod separators;

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

/// The most records that are read at once, and the bytes from which on no further one is: each stage of a run is code of its own,
/// and the processor keeps that of one stage near it while several records pass through.
pub const AT_ONCE: usize = 16;
/// As [`AT_ONCE`], in bytes of JSON.
pub const AT_ONCE_BYTES: usize = 1 << 16;

/// The ends of words, three letters each: tells in a few instructions that a name ends in none of them, as most do.
#[derive(Debug)]
pub struct Endings {
    /// For each kind of the last byte, a bit for each kind before it.
    pairs: [u32; KINDS],
    /// A bit for each three kinds.
    threes: [u64; (KINDS * KINDS * KINDS).div_ceil(64)],
}

/// The kinds of bytes: each letter without case, any digit, anything else.
const KINDS: usize = 28;
const DIGIT: u8 = 27;
// A `static`: an array that is a constant is copied wherever it is read.
static KIND_OF: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut letter = 0;
    while letter < 26 {
        kinds[(b'a' + letter) as usize] = letter + 1;
        kinds[(b'A' + letter) as usize] = letter + 1;
        letter += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        kinds[digit as usize] = DIGIT;
        digit += 1;
    }
    kinds
};

impl Endings {
    /// Collects the ends of words.
    #[must_use]
    pub const fn new(ends: &[&[u8; 3]]) -> Self {
        let (mut pairs, mut threes) = ([0; KINDS], [0; (KINDS * KINDS * KINDS).div_ceil(64)]);
        let mut number = 0;
        while number < ends.len() {
            let [first, second, third] = Self::kinds(*ends[number]);
            let place = Self::place([first, second, third]);
            pairs[third] |= 1 << second;
            threes[place / 64] |= 1 << (place % 64);
            number += 1;
        }
        Self { pairs, threes }
    }

    /// Returns `true` if a name ends with one of the ends; `None` if that is not known, since not all of its last bytes are letters
    /// or digits.
    #[inline]
    #[must_use]
    pub fn end(&self, name: &[u8]) -> Option<bool> {
        let kinds @ [first, second, third] = Self::kinds(*name.last_chunk()?);
        if second == 0 || third == 0 {
            return None;
        }
        if self.pairs[third] >> second & 1 == 0 {
            return Some(false);
        }
        let place = Self::place(kinds);
        (first != 0).then(|| self.threes[place / 64] >> (place % 64) & 1 == 1)
    }

    const fn kinds([first, second, third]: [u8; 3]) -> [usize; 3] {
        [
            KIND_OF[first as usize] as usize,
            KIND_OF[second as usize] as usize,
            KIND_OF[third as usize] as usize,
        ]
    }

    const fn place([first, second, third]: [usize; 3]) -> usize {
        (first * KINDS + second) * KINDS + third
    }
}

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

/// Collects into a map or a set by adding one after the other.
///
/// `collect` sorts first, and the sort is four kilobytes of code for each type that is sorted: too much where there are few.
#[must_use]
pub fn inserted<C: Default + Extend<T>, T>(all: impl IntoIterator<Item = T>) -> C {
    let mut into = C::default();
    into.extend(all);
    into
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Endings, grouped, inserted};

    #[test]
    fn a_map_of_what_is_inserted_is_that_of_collect() {
        let pairs = [("b", 1), ("a", 2), ("b", 3)];
        assert_eq!(inserted::<BTreeMap<_, _>, _>(pairs), pairs.into_iter().collect());
    }

    #[test]
    fn an_end_is_found_in_any_case_and_only_behind_letters_and_digits() {
        const ENDS: Endings = Endings::new(&[b"key", b"zzz", b"aaa"]);
        for (name, found) in [
            ("key", Some(true)),
            ("API_KEY", Some(true)),
            ("keys", Some(false)),
            ("key1", Some(false)),
            ("azZz", Some(true)),
            ("aaA", Some(true)),
            ("", None),
            ("ey", None),
            ("k_y", None),
            ("_ey", None),
            ("_es", Some(false)),
            ("key-", None),
            ("k\u{eb}y", None),
        ] {
            assert_eq!(ENDS.end(name.as_bytes()), found, "{name}");
        }
    }

    #[test]
    fn digits_are_grouped_from_the_right() {
        assert_eq!(
            [0, 999, 1_000, 12_345, 1_234_567].map(grouped),
            ["0", "999", "1,000", "12,345", "1,234,567"]
        );
    }
}

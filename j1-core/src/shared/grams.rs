//! Proves of most objects that no known secret is in them, with a look at every fifth place.
//!
//! A secret that counts in an object is at least eight bytes long, so that the four bytes at one of these places are four of it.

use std::collections::BTreeSet;

use crate::shared::marks::{BITS, folded, place};

/// The number of bytes that are looked at.
const GRAM: usize = 4;
/// The distance between two places: the last bytes of the shortest pattern can be looked at still.
const STRIDE: usize = SHORTEST - GRAM + 1;
/// The length of the shortest pattern.
const SHORTEST: usize = 8;
/// The bytes of a text that are looked at together.
const TOGETHER: usize = 4 * STRIDE;

/// The parts of four bytes that show a secret.
pub struct Grams {
    /// One for each part, and for others.
    marks: Box<[bool; 1 << BITS]>,
    all: BTreeSet<u32>,
    /// `true` if a pattern is too short to be found.
    short: bool,
}

impl Default for Grams {
    fn default() -> Self {
        Self { marks: Box::new([false; 1 << BITS]), all: BTreeSet::new(), short: false }
    }
}

impl Grams {
    /// Adds a pattern, which is found as a whole.
    pub fn add(&mut self, pattern: &[u8]) {
        self.short |= pattern.len() < SHORTEST;
        self.add_each(&pattern[..pattern.len().min(SHORTEST)]);
    }

    /// Adds a pattern of which any piece of at least twelve bytes is found.
    pub fn add_pieces(&mut self, pattern: &[u8]) {
        self.add_each(pattern);
    }

    fn add_each(&mut self, pattern: &[u8]) {
        for gram in pattern.array_windows() {
            let gram = folded(*gram);
            self.marks[place(gram)] = true;
            self.all.insert(gram);
        }
    }

    /// Returns `false` if a text certainly holds no pattern. Letters of ASCII count in both cases.
    #[must_use]
    pub fn may_be_in(&self, text: &[u8]) -> bool {
        self.short || self.is_seen_in(text)
    }

    fn is_seen_in(&self, text: &[u8]) -> bool {
        let mut rest = text;
        while let Some(loaded) = rest.first_chunk::<TOGETHER>() {
            if self.has_mark(loaded) && self.has_gram(loaded) {
                return true;
            }
            rest = &rest[TOGETHER..];
        }
        self.has_gram(rest)
    }

    /// Returns `true` if one of the places may begin with a part of a pattern. Without a branch for each.
    fn has_mark(&self, loaded: &[u8; TOGETHER]) -> bool {
        let has_one = |at| self.marks[place(gram(loaded, at))];
        has_one(0) | has_one(STRIDE) | has_one(2 * STRIDE) | has_one(3 * STRIDE)
    }

    /// As [`has_mark`](Self::has_mark), and certainly.
    fn has_gram(&self, text: &[u8]) -> bool {
        let places = text.len().saturating_sub(GRAM - 1);
        (0..places).step_by(STRIDE).any(|at| {
            let gram = gram(text, at);
            self.marks[place(gram)] && self.all.contains(&gram)
        })
    }
}

/// The bytes at a place; zeros where there are none.
fn gram(text: &[u8], at: usize) -> u32 {
    text.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |gram| folded(*gram))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_and_each_long_piece_are_found_wherever_they_stand() {
        let (mut whole, mut pieces) = (Grams::default(), Grams::default());
        whole.add(b"k-7d1f0c9b2e4a6855");
        pieces.add_pieces(b"k-7d1f0c9b2e4a6855");
        for before in 0..50 {
            for after in 0..50 {
                let around = |text: &str| format!("{}{text}{}", "x".repeat(before), "y".repeat(after));
                assert!(whole.may_be_in(around("K-7D1F0C9b2e4a6855").as_bytes()));
                for piece in b"k-7D1f0c9b2e4a6855".windows(12) {
                    let text = around(str::from_utf8(piece).expect("ASCII"));
                    assert!(pieces.may_be_in(text.as_bytes()), "{text}");
                }
                assert!(!whole.may_be_in(around("k+7d+1f0+c9b2e4a6855").as_bytes()));
            }
        }
        assert!(!whole.may_be_in(b"") && !whole.may_be_in(b"k-7"));
    }

    #[test]
    fn a_pattern_that_is_too_short_may_be_in_every_text() {
        let mut grams = Grams::default();
        grams.add(b"1234567");
        assert!(grams.may_be_in(b""));
    }
}

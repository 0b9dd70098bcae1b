//! Marks for the beginnings of patterns, by which most texts are passed without a comparison.
//!
//! The first three bytes of each pattern, and the three after its first, without case, set a mark in a table that fits the
//! first level of the processor's cache. A pattern has one of the two at an even place of the text, so only every other place
//! is looked up. The places do not depend on each other, so the processor works on several at once, which it cannot do with
//! an automaton.

/// The length of what leads to a pattern, and so of the shortest pattern.
pub const PREFIX: usize = 4;
/// The number of bytes whose marks are one.
pub const STRIDE: usize = 6;
/// The number of marks, as a power of two: 16 KiB. With twice as many, the table of a run and that of its objects take all of the cache.
pub(super) const BITS: u32 = 14;
/// The bytes of a text that are loaded at once for two strides.
const LOADED: usize = STRIDE + 8;
/// The marks: of the first four bytes of a pattern, and of three bytes that are looked up.
const BEGINS: u8 = 1;
pub const LOOKED_UP: u8 = 2;

/// The marks of patterns.
pub struct Marks(Box<[u8; 1 << BITS]>);

impl Default for Marks {
    fn default() -> Self {
        Self(Box::new([0; 1 << BITS]))
    }
}

impl Marks {
    /// Sets the marks of the patterns that begin with these bytes, as [`folded`].
    pub fn set(&mut self, prefix: u32) {
        self.0[place(prefix)] |= BEGINS;
        for three in [prefix, prefix >> 8] {
            self.0[place_of_three(three.into())] |= LOOKED_UP;
        }
    }

    /// Returns `true` if a pattern may begin with these bytes, as [`folded`].
    #[must_use]
    pub fn begins(&self, prefix: u32) -> bool {
        self.0[place(prefix)] & BEGINS != 0
    }

    /// The next two strides from `at` on of which one is [`LOOKED_UP`], and the marks of each. Not inlined, so that everything
    /// which most texts need stays in registers.
    #[inline(never)]
    #[must_use]
    pub fn next(&self, text: &[u8], mut at: usize) -> Option<(usize, [u8; 2])> {
        // Two strides at once: most texts have no marks, and are passed with half of the branches.
        let marks_of = |loaded: &[u8; LOADED]| [self.stride(loaded, 0), self.stride(loaded, STRIDE)];
        let has_mark = |[first, second]: &[u8; 2]| (first | second) & LOOKED_UP != 0;
        let mut rest = text.get(at..)?;
        while let Some(loaded) = rest.first_chunk() {
            let marks = marks_of(loaded);
            if has_mark(&marks) {
                return Some((at, marks));
            }
            (at, rest) = (at + 2 * STRIDE, &rest[2 * STRIDE..]);
        }
        let mut padded = [0; LOADED];
        padded[..rest.len()].copy_from_slice(rest);
        Some((at, marks_of(&padded))).filter(|(_, marks)| has_mark(marks))
    }

    /// The marks of the bytes at the even places of a stride.
    fn stride(&self, loaded: &[u8; LOADED], from: usize) -> u8 {
        let mut word = [0; 8];
        word.copy_from_slice(&loaded[from..from + 8]);
        let loaded = u64::from_le_bytes(word) | 0x2020_2020_2020_2020;
        [0, 16, 32].into_iter().fold(0, |marks, before| marks | self.0[place_of_three(loaded >> before)])
    }
}

/// Four bytes in one spelling: letters without case, and a few other bytes as one, which the comparison tells apart.
#[must_use]
pub const fn folded(bytes: [u8; PREFIX]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// The place of the mark of a few bytes.
pub(super) const fn place(prefix: u32) -> usize {
    // Multiplying by an odd number of 32 bits spreads what the bytes differ in over the high bits.
    (prefix.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

/// The place of the mark of the first three bytes of a number.
const fn place_of_three(bytes: u64) -> usize {
    // As above, by an odd number of 64 bits.
    ((bytes & 0x00ff_ffff).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as usize
}

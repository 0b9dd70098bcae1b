//! Finds which of many patterns a text holds, at close to the speed of memory.
//!
//! Most texts hold none. The first three bytes of each pattern, and the three after its first, without case, set a mark in a
//! table that fits the first level of the processor's cache. A pattern has one of the two at an even place of the text, so
//! only every other place is looked up; the patterns are compared only around those that have a mark. The places do not
//! depend on each other, so the processor works on several at once, which it cannot do with an automaton.

use std::collections::HashMap;
use std::ops::ControlFlow;

/// The length of what leads to a pattern, and so of the shortest pattern.
pub(crate) const PREFIX: usize = 4;
/// The number of marks, as a power of two: 32 KiB.
const BITS: u32 = 15;
/// The bytes of a text that are loaded at once for two strides, and the length of a stride.
const LOADED: usize = STRIDE + 8;
const STRIDE: usize = 6;
/// The marks: of the first four bytes of a pattern, and of three bytes that are looked up.
const BEGINS: u8 = 1;
const LOOKED_UP: u8 = 2;

/// Patterns, each with what a match means.
pub(crate) struct Table<M> {
    marks: Box<[u8; 1 << BITS]>,
    patterns: HashMap<u32, Vec<Pattern<M>>>,
}

/// A pattern and its meaning.
type Pattern<M> = (Box<[u8]>, M);

impl<M> Default for Table<M> {
    #[expect(
        clippy::large_stack_arrays,
        reason = "zeros, once a table; an array lets the bounds checks fall away"
    )]
    fn default() -> Self {
        Self { marks: Box::new([0; 1 << BITS]), patterns: HashMap::new() }
    }
}

impl<M> Table<M> {
    /// Adds a pattern. One that is shorter than [`PREFIX`] is ignored.
    pub fn add(&mut self, pattern: &[u8], meaning: M) {
        let Some(&first) = pattern.first_chunk::<PREFIX>() else { return };
        let prefix = folded(first);
        self.marks[place(prefix)] |= BEGINS;
        for three in [prefix, prefix >> 8] {
            self.marks[place_of_three(three.into())] |= LOOKED_UP;
        }
        self.patterns.entry(prefix).or_default().push((pattern.into(), meaning));
    }

    /// Calls `hit` with the place, the length and the meaning of each match, also of those that overlap, until it breaks.
    /// Letters of ASCII match in both cases.
    pub fn matches<'t>(
        &'t self,
        text: &[u8],
        mut hit: impl FnMut(usize, usize, &'t M) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut from = 0;
        while let Some((at, marks)) = self.marked(text, from) {
            for (marks, at) in marks.into_iter().zip([at, at + STRIDE]) {
                if marks & LOOKED_UP != 0 {
                    // What has a mark may be the beginning of a pattern, or what follows its first byte.
                    for at in at.saturating_sub(1)..at + STRIDE - 1 {
                        self.compare(text, at, &mut hit)?;
                    }
                }
            }
            from = at + 2 * STRIDE;
        }
        ControlFlow::Continue(())
    }

    /// The next two strides from `at` on that have a mark, and the marks of each. Not inlined, so that everything which most texts
    /// need stays in registers.
    #[inline(never)]
    fn marked(&self, text: &[u8], mut at: usize) -> Option<(usize, [u8; 2])> {
        // Two strides at once: most texts have no marks, and are passed with half of the branches.
        let marks_of = |loaded: &[u8; LOADED]| [0, STRIDE].map(|from| self.marks_of(loaded, from));
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
    fn marks_of(&self, loaded: &[u8; LOADED], from: usize) -> u8 {
        let mut word = [0; 8];
        word.copy_from_slice(&loaded[from..from + 8]);
        let loaded = u64::from_le_bytes(word) | 0x2020_2020_2020_2020;
        [0, 16, 32].into_iter().fold(0, |marks, before| marks | self.marks[place_of_three(loaded >> before)])
    }

    /// Compares the patterns with what begins at a place of a text.
    fn compare<'t>(
        &'t self,
        text: &[u8],
        at: usize,
        hit: &mut impl FnMut(usize, usize, &'t M) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let first = text.get(at..).and_then(<[u8]>::first_chunk::<PREFIX>);
        let Some(&first) = first else { return ControlFlow::Continue(()) };
        let prefix = folded(first);
        if self.marks[place(prefix)] & BEGINS == 0 {
            return ControlFlow::Continue(());
        }
        for (pattern, meaning) in self.patterns.get(&prefix).into_iter().flatten() {
            if text[at..].get(..pattern.len()).is_some_and(|part| part.eq_ignore_ascii_case(pattern)) {
                hit(at, pattern.len(), meaning)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Four bytes in one spelling: letters without case, and a few other bytes as one, which the comparison tells apart.
const fn folded(bytes: [u8; PREFIX]) -> u32 {
    u32::from_le_bytes(bytes) | 0x2020_2020
}

/// The place of the mark of a few bytes.
const fn place(prefix: u32) -> usize {
    // Multiplying by an odd number of 32 bits spreads what the bytes differ in over the high bits.
    (prefix.wrapping_mul(0x9e37_79b1) >> (32 - BITS)) as usize
}

/// The place of the mark of the first three bytes of a number.
const fn place_of_three(bytes: u64) -> usize {
    // As above, by an odd number of 64 bits.
    ((bytes & 0x00ff_ffff).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(patterns: &[&str], text: &str) -> Vec<(usize, usize)> {
        let mut table = Table::default();
        for pattern in patterns {
            table.add(pattern.as_bytes(), ());
        }
        let mut all = Vec::new();
        let _ = table.matches(text.as_bytes(), |at, length, ()| {
            all.push((at, length));
            ControlFlow::Continue(())
        });
        all
    }

    #[test]
    fn every_match_is_found_in_any_case_also_where_matches_overlap() {
        let patterns = ["abcd", "abcde", "bcdef", "abcdx", "abc", "----", "@bcd"];
        assert_eq!(found(&patterns, "ABCDEF abcd"), [(0, 4), (0, 5), (1, 5), (7, 4)]);
        assert_eq!(found(&patterns, "-----"), [(0, 4), (1, 4)]);
        assert_eq!(found(&patterns, "`bcd abc"), [], "bytes that only look alike when they are folded");
        assert_eq!(found(&patterns, ""), []);
        for before in 0..20 {
            for after in 0..10 {
                let text = format!("{}abcde{}", "x".repeat(before), "y".repeat(after));
                assert_eq!(found(&patterns, &text), [(before, 4), (before, 5)], "{text}");
            }
        }
        assert_eq!(found(&[], "abcdefgh"), []);
    }

    #[test]
    fn a_search_ends_where_it_is_told_to() {
        let mut table = Table::default();
        table.add(b"abcd", ());
        let mut count = 0;
        let ended = table.matches(b"abcd abcd", |_, _, ()| {
            count += 1;
            ControlFlow::Break(())
        });
        assert!(ended.is_break() && count == 1);
    }
}

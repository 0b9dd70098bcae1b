//! Finds which of many patterns a text holds, at close to the speed of memory.
//!
//! Most texts hold none, and have none of their [`Marks`]. The patterns are compared only around those that have one.

use std::collections::HashMap;
use std::ops::ControlFlow;

use j1_core::shared::marks::{LOOKED_UP, Marks, STRIDE, folded};

pub(crate) use j1_core::shared::marks::PREFIX;

/// Patterns, each with what a match means.
pub(crate) struct Table<M> {
    marks: Marks,
    patterns: HashMap<u32, Vec<Pattern<M>>>,
}

/// A pattern and its meaning.
type Pattern<M> = (Box<[u8]>, M);

impl<M> Default for Table<M> {
    fn default() -> Self {
        Self { marks: Marks::default(), patterns: HashMap::new() }
    }
}

impl<M> Table<M> {
    /// Adds a pattern. One that is shorter than [`PREFIX`] is ignored.
    pub fn add(&mut self, pattern: &[u8], meaning: M) {
        let Some(&first) = pattern.first_chunk::<PREFIX>() else { return };
        let prefix = folded(first);
        self.marks.set(prefix);
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
        while let Some((at, [first, second])) = self.marks.next(text, from) {
            for (marks, at) in [(first, at), (second, at + STRIDE)] {
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
        if !self.marks.begins(prefix) {
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

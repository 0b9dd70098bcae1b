//! The items of an array so far.

use std::collections::HashSet;

use crate::model::{ClassDef, Types};
use crate::validate::Scalar;

/// The items of an array so far.
#[derive(Default)]
pub(super) struct Items {
    count: u32,
    kind: Option<Types>,
    mixed: bool,
    seen: Seen,
    /// `true` if it is an array of one item at most.
    alone: bool,
    twice: bool,
    wrong: Option<(&'static ClassDef, Types, Types)>,
}

impl Items {
    pub(super) const fn count(&self) -> u32 {
        self.count
    }

    /// Returns `true` if they are of more than one type.
    pub(super) const fn mixed(&self) -> bool {
        self.mixed
    }

    /// Returns `true` if one came twice.
    pub(super) const fn twice(&self) -> bool {
        self.twice
    }

    /// The first that a class does not take: the class, the item's types and those it takes.
    pub(super) const fn wrong(&self) -> Option<(&'static ClassDef, Types, Types)> {
        self.wrong
    }

    /// Notes that it is an array of one item at most.
    pub(super) const fn be_alone(&mut self) {
        self.alone = true;
    }

    /// Counts an item that cannot be looked at.
    pub(super) const fn pass(&mut self) {
        self.count = self.count.saturating_add(1);
    }

    /// Looks at an item; remembers it when it must not come again.
    pub(super) fn see(&mut self, value: Scalar<'_>, unique: bool) {
        self.pass();
        // To JupiterOne an integer and a number are one type.
        let kind = value.types().union(if value.number().is_some() { Types::INTEGER } else { Types::NONE });
        self.mixed |= self.kind.is_some_and(|first| first != kind);
        self.kind = Some(kind);
        if unique && !self.alone && !self.twice {
            self.twice = !self.seen.insert(value.fingerprint());
        }
    }

    pub(super) fn found_wrong(&mut self, class: &'static ClassDef, given: Types, wanted: Types) {
        self.wrong.get_or_insert((class, given, wanted));
    }
}

/// Fingerprints: the first few inline, since most arrays are short and need no allocation; more in a set.
#[derive(Default)]
struct Seen {
    few: [u64; 8],
    count: usize,
    many: Option<HashSet<u64>>,
}

impl Seen {
    /// Returns `true` if it is new.
    fn insert(&mut self, fingerprint: u64) -> bool {
        if let Some(many) = &mut self.many {
            return many.insert(fingerprint);
        }
        if self.few.iter().take(self.count).any(|seen| *seen == fingerprint) {
            return false;
        }
        if let Some(free) = self.few.get_mut(self.count) {
            *free = fingerprint;
            self.count += 1;
        } else {
            self.many = Some(self.few.into_iter().chain([fingerprint]).collect());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn a_fingerprint_is_new_once_however_many_there_are() {
        let mut seen = Seen::default();
        for fingerprint in 0..100 {
            assert!(seen.insert(fingerprint), "{fingerprint}");
            assert!(!seen.insert(fingerprint), "{fingerprint}");
            assert!(!seen.insert(fingerprint / 2), "{fingerprint}");
        }
    }
}

//! A map in memory, whose older entries are in runs on disk.
//!
//! Whenever there is no memory for one more entry, all of those in memory become a run. Runs of one level are merged, so that
//! there are few. A lookup asks the memory first, then the newest run, then the one before it; the first entry counts.

use std::io;
use std::sync::Arc;

use super::budget::Budget;
use super::run::{Run, RunWriter};
use super::slot::{Address, Entry, Slot};
use super::table::{Inserted, Table};

/// The number of runs of one level that become one of the next.
const MERGED: usize = 8;
/// The number of entries of runs that are remembered, since most lookups are for a few keys.
const REMEMBERED: usize = 1 << 12;

/// Entries by the hash of their key.
pub(crate) struct DiskMap<S> {
    table: Table<S>,
    /// The oldest first.
    runs: Vec<Run<S>>,
    /// Entries that were found in runs, by a part of their hash.
    found: Vec<Option<(Address, S)>>,
    buffer: Vec<u8>,
    budget: Arc<Budget>,
}

impl<S: Slot> DiskMap<S> {
    pub fn new(budget: Arc<Budget>) -> Self {
        Self {
            table: Table::new(Arc::clone(&budget)),
            runs: Vec::new(),
            found: Vec::new(),
            buffer: Vec::new(),
            budget,
        }
    }

    /// Adds an entry, unless there is one; returns that one.
    ///
    /// # Errors
    /// When the temporary folder takes no more, or cannot be read. The entry was not added then.
    pub fn insert(&mut self, at: Address, entry: S) -> io::Result<Option<S>> {
        // An entry in memory may be a removal, which counts before an older entry in a run.
        if !self.runs.is_empty()
            && self.table.find(at).is_none()
            && let Some(held) = self.in_runs(at)?
        {
            return Ok(Some(held));
        }
        loop {
            match self.table.insert(at, entry) {
                Inserted::New => return Ok(None),
                Inserted::Held(held) => return Ok(Some(held)),
                Inserted::Full => self.spill()?,
            }
        }
    }

    /// The entry of an address.
    ///
    /// # Errors
    /// When a run cannot be read.
    pub fn find(&mut self, at: Address) -> io::Result<Option<S>> {
        match self.table.find(at) {
            Some(held) => Ok(Some(held).filter(|held| !held.is_removed())),
            None => self.in_runs(at),
        }
    }

    /// Reads the places of addresses that are asked for next. A large table is in no cache: the processor waits for several places
    /// as long as for one, if nothing else stands between them.
    pub fn touch(&self, all: impl Iterator<Item = Address>) {
        std::hint::black_box(all.fold(0, |read, at| read ^ self.table.touch(at)));
    }

    /// The entry of an address in the runs. One in memory counts before it.
    fn in_runs(&mut self, at: Address) -> io::Result<Option<S>> {
        if self.runs.is_empty() {
            return Ok(None);
        }
        if self.found.is_empty() {
            self.found = vec![None; REMEMBERED];
        }
        let place = usize::try_from(at.hash.0 % REMEMBERED as u64).unwrap_or_default();
        if let Some((_, held)) = self.found[place].filter(|(its, _)| *its == at) {
            return Ok(Some(held));
        }
        for run in self.runs.iter().rev() {
            if let Some(held) = run.find(at, &mut self.buffer)? {
                if held.is_removed() {
                    break;
                }
                self.found[place] = Some((at, held));
                return Ok(Some(held));
            }
        }
        Ok(None)
    }

    /// Writes what is in memory as a run.
    fn spill(&mut self) -> io::Result<()> {
        let mut writer =
            RunWriter::new(self.table.len(), self.room_for_a_filter(self.runs.len()), &self.budget)?;
        self.table
            .each_sorted(|shard, entries| entries.iter().try_for_each(|entry| writer.push(shard, entry)))?;
        self.runs.push(writer.finish(0)?);
        self.table.clear();
        self.found.clear();
        self.merge()
    }

    /// Merges runs of one level, the newest first.
    fn merge(&mut self) -> io::Result<()> {
        while let Some(level) = self.runs.last().map(|run| run.level) {
            let same = self.runs.iter().rev().take_while(|run| run.level == level).count();
            if same < MERGED {
                break;
            }
            let from = self.runs.len() - same;
            let merged = self.merged(from, level + 1)?;
            self.runs.truncate(from);
            self.runs.push(merged);
        }
        Ok(())
    }

    /// Returns the entries of the runs from this one on as one run. Of each key only the newest entry counts, and a
    /// removal is kept as long as there is an older run.
    fn merged(&mut self, from: usize, level: u32) -> io::Result<Run<S>> {
        let entries = self.runs[from..].iter().map(Run::entries).sum();
        let mut writer = RunWriter::new(entries, self.room_for_a_filter(from), &self.budget)?;
        let mut all: Vec<S> = Vec::new();
        for shard in 0..1 << S::SHARD_BITS {
            all.clear();
            for run in self.runs[from..].iter().rev() {
                all.extend(run.read_shard(shard, &mut self.buffer)?);
            }
            // Stable: the newest stay first.
            all.sort_by_key(S::hash);
            all.dedup_by_key(|entry| entry.hash());
            for entry in all.iter().filter(|entry| from > 0 || !entry.is_removed()) {
                writer.push(shard, entry)?;
            }
        }
        writer.finish(level)
    }

    /// The bytes for the filter of a new run behind the first `older` ones.
    fn room_for_a_filter(&self, older: usize) -> usize {
        let taken = self.runs[..older].iter().map(Run::bytes).sum();
        (self.budget.limit() / 4).saturating_sub(taken)
    }
}

impl DiskMap<Entry> {
    /// Removes the entry of an address, if there is one.
    ///
    /// # Errors
    /// As [`DiskMap::insert`].
    pub fn remove(&mut self, at: Address) -> io::Result<()> {
        if self.runs.is_empty() {
            self.table.remove(at);
            return Ok(());
        }
        // An older entry may be in a run.
        while !self.table.replace(at, Entry::removed(at)) {
            self.spill()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// An operation on a key.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Insert,
        Find,
        Remove,
    }

    /// Few different keys, so that each is met in memory, in new runs and in merged ones.
    fn steps() -> impl Strategy<Value = Vec<(Step, u64)>> {
        let step = prop_oneof![4 => Just(Step::Insert), 2 => Just(Step::Find), 1 => Just(Step::Remove)];
        proptest::collection::vec((step, 0..300_u64), 1..2000)
    }

    fn address(key: u64) -> Address {
        Entry::address(xxhash_rust::xxh3::xxh3_128(&key.to_le_bytes()))
    }

    /// Returns the answers of a map: the entry that was there before, or is found.
    fn answers(steps: &[(Step, u64)], budget: Budget) -> (Vec<Option<[u32; 3]>>, usize) {
        let mut map = DiskMap::new(Arc::new(budget));
        let mut answers = Vec::new();
        let mut levels = 0;
        for (number, (step, key)) in steps.iter().enumerate() {
            let (at, number) = (address(*key), u32::try_from(number).expect("few"));
            let held = match step {
                Step::Insert => map.insert(at, Entry::new(at, [number, !number], 7)),
                Step::Find => map.find(at),
                Step::Remove => map.remove(at).map(|()| None),
            };
            let held = held.expect("there is room on the disk");
            answers.push(held.map(|held| [held.content(), held.form(), u32::from(held.origin())]));
            levels = levels.max(map.runs.first().map_or(0, |run| run.level as usize));
        }
        (answers, levels)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

        /// In memory, in runs and in merged runs, with filters and without.
        #[test]
        fn the_answers_are_the_same_with_any_memory(steps in steps(), most in 1..40_usize, limit in prop_oneof![Just(0_usize), Just(1 << 20)]) {
            let (expected, _) = answers(&steps, Budget::default());
            let (found, _) = answers(&steps, Budget::with_entries(limit, most));
            prop_assert_eq!(&found, &expected);
            let mut model: HashMap<u64, u32> = HashMap::new();
            for ((number, (step, key)), answer) in steps.iter().enumerate().zip(found) {
                let held = model.get(key).copied();
                match step {
                    Step::Insert => drop(model.entry(*key).or_insert(u32::try_from(number).expect("few"))),
                    Step::Find => {}
                    Step::Remove => drop(model.remove(key)),
                }
                let expected = held.filter(|_| !matches!(step, Step::Remove)).map(|content| [content, !content, 7]);
                prop_assert_eq!(answer, expected);
            }
        }
    }

    #[test]
    fn runs_are_merged_so_that_there_are_few() {
        let mut map = DiskMap::new(Arc::new(Budget::with_entries(1 << 20, 10)));
        for key in 0..10_000 {
            let at = address(key);
            assert!(map.insert(at, Entry::new(at, [0, 0], 0)).expect("room").is_none());
        }
        assert!(map.runs.len() < 4 * MERGED, "{}", map.runs.len());
        assert!(map.runs[0].level >= 3, "{}", map.runs[0].level);
        let all: usize = map.runs.iter().map(Run::entries).sum::<usize>() + map.table.len();
        assert_eq!(all, 10_000);
    }

    #[test]
    fn removed_entries_take_no_place_once_nothing_older_is_left() {
        let mut map = DiskMap::new(Arc::new(Budget::with_entries(0, 5)));
        for key in 0..5 {
            let at = address(key);
            map.insert(at, Entry::new(at, [1, 1], 1)).expect("room");
        }
        for round in 0..200 {
            let at = address(round % 5);
            map.remove(at).expect("room");
            assert!(map.find(at).expect("room").is_none(), "{round}");
            assert!(map.insert(at, Entry::new(at, [2, 2], 2)).expect("room").is_none(), "{round}");
        }
        let entries: usize = map.runs.iter().map(Run::entries).sum();
        assert!(entries < 200, "{entries}");
    }

    #[test]
    fn a_map_that_cannot_have_memory_lets_a_large_one_go_to_disk() {
        let budget = Arc::new(Budget::new(8 << 20));
        let (mut large, mut small) = (DiskMap::new(Arc::clone(&budget)), DiskMap::new(Arc::clone(&budget)));
        let insert = |map: &mut DiskMap<Entry>, keys: std::ops::Range<u64>| {
            for key in keys {
                let at = address(key);
                map.insert(at, Entry::new(at, [0, 0], 0)).expect("room");
            }
            assert!(budget.taken() <= (8 << 20) + (5 << 20), "{}", budget.taken());
        };
        insert(&mut large, 0..270_000);
        insert(&mut small, 0..270_000);
        insert(&mut large, 270_000..400_000);
        insert(&mut small, 270_000..400_000);
        assert!(!large.runs.is_empty() && !small.runs.is_empty());
    }
}

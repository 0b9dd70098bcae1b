//! A hash table that is always well filled, and needs no extra memory while it grows.
//!
//! The table of the standard library doubles: just after that, more than half of its places are empty, and while it does, the
//! old one is there as well. This one is many small tables that grow one at a time, by little. Their places are segments of
//! slabs of one size, which are not given back before the table is emptied: tables that grow by copying leave holes behind
//! that the allocator cannot fill. Measured with 20 million keys: 22 bytes for each entry of 18; up to 30 as long as most of the
//! memory is free.

use std::sync::Arc;

use super::budget::{Budget, Share};
use super::slot::{Address, Hash, Slot};

/// The places of a segment.
const PLACES: usize = 32;
/// The segments of a slab.
const SEGMENTS: usize = 128;
/// The segments that a small table names by itself.
const FIRST: usize = 6;

/// The limits of how full a table is.
struct Filling {
    /// The eighths of its places from which on it grows: searches become long in a table that is fuller.
    most: usize,
    /// It grows by this part of its segments, since all of its entries move.
    grows_by: usize,
}

/// As long as most of the memory is free, and afterwards.
const LOOSE: Filling = Filling { most: 6, grows_by: 4 };
const DENSE: Filling = Filling { most: 7, grows_by: 12 };

/// Entries by their hash.
pub(super) struct Table<S> {
    /// None as long as there are no entries.
    shards: Vec<Shard>,
    /// The further segments of those that have more than [`FIRST`].
    further: Vec<Vec<u32>>,
    slabs: Vec<Box<[S]>>,
    /// The number of segments in use; those of a slab are taken one after the other.
    segments: usize,
    filled: usize,
    /// Entries that are being moved.
    moved: Vec<S>,
    memory: Share,
}

/// A table with linear probing. All that leads to most entries stands in half of a line of the processor's caches: each line further
/// on the way is one that the processor waits for.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
struct Shard {
    first: [u32; FIRST],
    filled: u32,
    /// The number of segments.
    segments: u16,
    /// The place of its further segments.
    further: u16,
}

impl Shard {
    /// The number of its places, taken or not.
    const fn places(&self) -> usize {
        self.segments as usize * PLACES
    }
}

/// A place of a small table: its number there, its slab, and its index in the slab.
#[derive(Clone, Copy)]
struct Place {
    number: usize,
    slab: usize,
    index: usize,
}

/// The result of an insertion.
pub(super) enum Inserted<S> {
    /// There was no entry.
    New,
    /// There is this one.
    Held(S),
    /// There is no memory for more entries.
    Full,
}

impl<S: Slot> Table<S> {
    /// The memory of a slab, and of the lists of its segments.
    const SLAB_BYTES: usize = SEGMENTS * (PLACES * size_of::<S>() + 2 * size_of::<u32>());

    pub fn new(budget: Arc<Budget>) -> Self {
        Self {
            shards: Vec::new(),
            further: Vec::new(),
            slabs: Vec::new(),
            segments: 0,
            filled: 0,
            moved: Vec::new(),
            memory: Share::new(budget),
        }
    }

    /// The number of entries, removals included.
    pub const fn len(&self) -> usize {
        self.filled
    }

    /// Adds an entry, unless there is one.
    pub fn insert(&mut self, at: Address, entry: S) -> Inserted<S> {
        match self.put(at, entry, false) {
            Some(held) if held == S::NONE => Inserted::New,
            Some(held) => Inserted::Held(held),
            None => Inserted::Full,
        }
    }

    /// Adds an entry in place of the one that there may be; `false` if there is no memory for it.
    pub fn replace(&mut self, at: Address, entry: S) -> bool {
        self.put(at, entry, true).is_some()
    }

    /// Adds an entry, and returns what was in its place before; `None` if there is no memory for it.
    fn put(&mut self, Address { shard, hash }: Address, entry: S, replace: bool) -> Option<S> {
        if self.shards.is_empty() {
            self.shards = vec![Shard::default(); 1 << S::SHARD_BITS];
        }
        let of_shard = &self.shards[shard];
        let Filling { most, grows_by } = if self.memory.budget().is_ample() { LOOSE } else { DENSE };
        if of_shard.filled as usize * 8 >= of_shard.places() * most && !self.grow(shard, grows_by) {
            return None;
        }
        let is_full = self.filled >= self.memory.budget().most();
        let (_, held) = self.place_mut(shard, hash);
        let before = *held;
        if before == S::NONE && is_full {
            return None;
        }
        if before == S::NONE || before.is_removed() || replace {
            *held = entry;
        }
        if before == S::NONE {
            self.shards[shard].filled += 1;
            self.filled += 1;
        }
        Some(if before.is_removed() { S::NONE } else { before })
    }

    /// Removes an entry.
    pub fn remove(&mut self, Address { shard, hash }: Address) {
        if self.shards.get(shard).is_none_or(|shard| shard.segments == 0) {
            return;
        }
        let (Place { number: mut place, .. }, held) = self.place_mut(shard, hash);
        if *held == S::NONE {
            return;
        }
        *held = S::NONE;
        self.shards[shard].filled -= 1;
        self.filled -= 1;
        // Those that stand behind it because it was taken move back.
        loop {
            let length = self.shards[shard].places();
            place = if place + 1 == length { 0 } else { place + 1 };
            let moved = std::mem::replace(self.at_mut(shard, place), S::NONE);
            if moved == S::NONE {
                return;
            }
            *self.place_mut(shard, moved.hash()).1 = moved;
        }
    }

    /// The entry of a hash, which may be a removal.
    pub fn find(&self, Address { shard, hash }: Address) -> Option<S> {
        let of_shard = self.shards.get(shard).filter(|shard| shard.segments > 0)?;
        let Place { slab, index, .. } = self.place(of_shard, hash);
        let held = self.slabs[slab][index];
        (held != S::NONE).then_some(held)
    }

    /// Reads the place where a hash belongs, if it is free, into the caches of the processor.
    pub fn touch(&self, Address { shard, hash }: Address) -> u64 {
        let of_shard = self.shards.get(shard).filter(|shard| shard.segments > 0);
        of_shard.map_or(0, |shard| {
            let Place { slab, index, .. } = self.place_at(shard, scaled(hash, shard.places()));
            self.slabs[slab][index].hash().0
        })
    }

    /// Gives each small table to `take`, sorted by hash.
    pub fn each_sorted<E>(&mut self, mut take: impl FnMut(usize, &[S]) -> Result<(), E>) -> Result<(), E> {
        let mut sorted = std::mem::take(&mut self.moved);
        for (at, shard) in self.shards.iter().enumerate() {
            sorted.clear();
            sorted.extend(self.entries(shard));
            sorted.sort_unstable_by_key(S::hash);
            take(at, &sorted)?;
        }
        self.moved = sorted;
        Ok(())
    }

    /// Removes all entries, and gives the memory back.
    pub fn clear(&mut self) {
        self.shards.clear();
        self.further.clear();
        self.slabs.clear();
        (self.segments, self.filled) = (0, 0);
        self.memory.clear();
    }

    fn entries<'t>(&'t self, shard: &'t Shard) -> impl Iterator<Item = S> + 't {
        let segments = (0..usize::from(shard.segments)).map(|at| self.segment_of(shard, at));
        let places = segments.flat_map(|id| &self.slabs[id / SEGMENTS][id % SEGMENTS * PLACES..][..PLACES]);
        places.copied().filter(|entry| *entry != S::NONE)
    }

    /// One of the segments of a small table.
    fn segment_of(&self, shard: &Shard, at: usize) -> usize {
        let id = match shard.first.get(at) {
            Some(id) => *id,
            None => self.further[usize::from(shard.further)][at - FIRST],
        };
        id as usize
    }

    /// Returns the position of the hash, or the empty one where it belongs. There is always an empty one.
    fn place(&self, shard: &Shard, hash: Hash) -> Place {
        let first = scaled(hash, shard.places());
        let (mut segment, mut within) = (first / PLACES, first % PLACES);
        loop {
            let id = self.segment_of(shard, segment);
            let (slab, begin) = (id / SEGMENTS, id % SEGMENTS * PLACES);
            let places = &self.slabs[slab][begin..][..PLACES];
            let found = places[within..].iter().position(|held| {
                let its = held.hash();
                its == hash || its.0 == 0
            });
            if let Some(found) = found {
                let found = within + found;
                return Place { number: segment * PLACES + found, slab, index: begin + found };
            }
            segment = if segment + 1 == usize::from(shard.segments) { 0 } else { segment + 1 };
            within = 0;
        }
    }

    /// The place of this number.
    fn place_at(&self, shard: &Shard, number: usize) -> Place {
        let id = self.segment_of(shard, number / PLACES);
        Place { number, slab: id / SEGMENTS, index: id % SEGMENTS * PLACES + number % PLACES }
    }

    fn at_mut(&mut self, shard: usize, number: usize) -> &mut S {
        let Place { slab, index, .. } = self.place_at(&self.shards[shard], number);
        &mut self.slabs[slab][index]
    }

    fn place_mut(&mut self, shard: usize, hash: Hash) -> (Place, &mut S) {
        let place = self.place(&self.shards[shard], hash);
        (place, &mut self.slabs[place.slab][place.index])
    }

    /// Adds segments to a small table; `false` if there are none.
    fn grow(&mut self, shard: usize, by: usize) -> bool {
        let before = usize::from(self.shards[shard].segments);
        for _ in 0..(before / by).max(1) {
            if self.add_segment(shard).is_none() {
                break;
            }
        }
        let grown = usize::from(self.shards[shard].segments) > before;
        if grown && before > 0 {
            self.spread(shard, before);
        }
        grown
    }

    /// Adds a segment to a small table; `None` if all are in use.
    fn add_segment(&mut self, shard: usize) -> Option<()> {
        let segments = self.shards[shard].segments.checked_add(1)?;
        let (at, segment) = (usize::from(segments - 1), self.segment()?);
        if at == FIRST {
            self.shards[shard].further = u16::try_from(self.further.len()).ok()?;
            self.further.push(Vec::new());
        }
        let of_shard = &mut self.shards[shard];
        match of_shard.first.get_mut(at) {
            Some(place) => *place = segment,
            None => self.further[usize::from(of_shard.further)].push(segment),
        }
        of_shard.segments = segments;
        Some(())
    }

    /// Moves the entries of a small table to where they belong after it has grown from this many segments.
    ///
    /// They stand in the order of their hashes, nearly, and so most of them belong behind the one before: no place is searched
    /// for them.
    fn spread(&mut self, shard: usize, before: usize) {
        let mut moved = std::mem::take(&mut self.moved);
        moved.clear();
        for segment in 0..before {
            let id = self.segment_of(&self.shards[shard], segment);
            let places = &mut self.slabs[id / SEGMENTS][id % SEGMENTS * PLACES..][..PLACES];
            moved.extend(places.iter().copied().filter(|entry| *entry != S::NONE));
            places.fill(S::NONE);
        }
        let length = self.shards[shard].places();
        // Those that stood behind the end went on at the beginning; they come last.
        let half = moved.len() / 2;
        let went_on = |(at, entry): &(usize, &S)| *at < half && scaled(entry.hash(), length) >= length / 2;
        // All places of the run are taken, and none behind it is.
        let mut run = 0..0;
        for (_, entry) in moved.iter().enumerate().filter(|entry| !went_on(entry)) {
            let belongs = scaled(entry.hash(), length);
            if belongs >= run.end {
                run = belongs..belongs;
            }
            if belongs >= run.start && run.end < length {
                *self.at_mut(shard, run.end) = *entry;
                run.end += 1;
            } else {
                let (place, held) = self.place_mut(shard, entry.hash());
                *held = *entry;
                run.end += usize::from(place.number == run.end);
            }
        }
        for (_, entry) in moved.iter().enumerate().filter(went_on) {
            *self.place_mut(shard, entry.hash()).1 = *entry;
        }
        self.moved = moved;
    }

    /// Returns an unused segment.
    fn segment(&mut self) -> Option<u32> {
        if self.segments == self.slabs.len() * SEGMENTS {
            self.allocate().then_some(())?;
        }
        self.segments += 1;
        u32::try_from(self.segments - 1).ok()
    }

    /// Takes one more slab, if the budget lets it.
    fn allocate(&mut self) -> bool {
        if self.slabs.len() < S::FLOOR {
            self.memory.force(Self::SLAB_BYTES);
        } else {
            // Where another map has no room at all, a large one goes to disk.
            let budget = self.memory.budget();
            let makes_room = self.memory.bytes() > budget.limit() / 2 && budget.was_wanted();
            if makes_room || !self.memory.take(Self::SLAB_BYTES) {
                return false;
            }
        }
        self.slabs.push(vec![S::NONE; SEGMENTS * PLACES].into());
        true
    }
}

/// The place of a hash in a table of this length, if it is free.
fn scaled(hash: Hash, length: usize) -> usize {
    let scaled = (u128::from(hash.0) * length as u128) >> 64;
    usize::try_from(scaled).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::*;
    use crate::index::slot::{Entry, LAST_ORIGIN};

    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

    fn table() -> Table<Entry> {
        Table::new(Arc::default())
    }

    fn insert(table: &mut Table<Entry>, hash: u128, hashes: [u32; 2], origin: u16) -> Option<Entry> {
        let at = Entry::address(hash);
        match table.insert(at, Entry::new(at, hashes, origin)) {
            Inserted::New => None,
            Inserted::Held(held) => Some(held),
            Inserted::Full => panic!("there is memory"),
        }
    }

    /// Compares the table with the standard library's map.
    #[test]
    fn only_added_entries_are_found() {
        let (mut table, mut model) = (table(), HashMap::new());
        let mut random = fastrand::Rng::with_seed(7);
        for step in 0..50_000_u32 {
            // The range is small, so that many hashes occur twice.
            let number = u128::from(random.u64(0..20_000));
            let hash = number.wrapping_mul(SPREAD);
            if random.u8(0..4) == 0 {
                table.remove(Entry::address(hash));
                model.remove(&hash);
                continue;
            }
            let before = insert(&mut table, hash, [step, !step], 3).map(|held| held.content());
            assert_eq!(before, model.get(&hash).copied());
            model.entry(hash).or_insert(step);
        }
        assert_eq!(table.len(), model.len());
        for (hash, content) in &model {
            let held = table.find(Entry::address(*hash)).expect("it was added");
            assert_eq!((held.content(), held.form(), held.origin()), (*content, !*content, 3));
        }
        for number in 0..20_000_u128 {
            let hash = number.wrapping_mul(SPREAD);
            assert_eq!(table.find(Entry::address(hash)).is_some(), model.contains_key(&hash));
        }
    }

    /// Compares one small table with the standard library's map while it grows: also of hashes that belong at its end, most of
    /// which go on at its beginning, and of those that belong at one place.
    #[test]
    fn entries_of_a_table_that_grows_stay_in_it() {
        let mut random = fastrand::Rng::with_seed(7);
        for kind in 0..4 {
            let (mut table, mut model) = (table(), BTreeMap::new());
            let shard = u128::from(random.u8(..)) << 68;
            for step in 0..1_500_u32 {
                let hash = match kind {
                    0 => random.u64(..),
                    1 => u64::MAX - random.u64(0..1_000),
                    2 => u64::MAX / 2 + random.u64(0..1_000),
                    _ => [random.u64(..), random.u64(0..1_000), u64::MAX - random.u64(0..1_000)]
                        [step as usize % 3],
                };
                let hash = u128::from(hash.max(1)) | shard;
                if random.u8(0..8) == 0 {
                    let removed = model.range(hash..).next().map_or(hash, |(hash, _)| *hash);
                    table.remove(Entry::address(removed));
                    model.remove(&removed);
                }
                let before = insert(&mut table, hash, [step, !step], 3).map(|held| held.content());
                assert_eq!(before, model.get(&hash).copied(), "{kind}");
                model.entry(hash).or_insert(step);
                assert_eq!(table.len(), model.len());
                let found = |(hash, content): (&u128, &u32)| {
                    table.find(Entry::address(*hash)).is_some_and(|held| held.content() == *content)
                };
                assert!(step % 50 > 0 || model.iter().all(found), "{kind}, {step}");
            }
        }
    }

    #[test]
    fn hashes_that_differ_in_any_of_their_lowest_80_bits_are_told_apart() {
        let mut table = table();
        let first = u128::from(u64::MAX / 3);
        assert!(insert(&mut table, first, [1, 2], LAST_ORIGIN).is_none());
        for bit in 0..80 {
            assert!(table.find(Entry::address(first ^ 1 << bit)).is_none(), "{bit}");
        }
        assert_eq!(table.find(Entry::address(first)).map(|held| held.origin()), Some(LAST_ORIGIN));
    }

    #[test]
    fn a_key_needs_less_than_24_bytes_where_memory_is_short() {
        let mut table: Table<Entry> = Table::new(Arc::new(Budget::new(24 << 20)));
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..1_000_000 {
            insert(&mut table, random.u128(..), [0, 0], 0);
        }
        let bytes = table.memory.bytes();
        assert!(bytes < 1_000_000 * 24, "{bytes}");
        table.clear();
        assert_eq!(table.memory.budget().taken(), 0);
    }
}

//! A hash table that is always well filled, and needs little extra memory while it grows.
//!
//! The table of the standard library doubles: just after that, more than half of its places are empty, and while it does,
//! the old one is there as well. This one is many small tables that grow one at a time, by a fifth. Measured with entries of
//! 28 bytes: 37 bytes a key for 3.5 to 10 million keys, and for 256 tables of hashbrown 37 to 65, as the number happens to
//! fall; hashbrown was three times as fast, which in a run is less than a microsecond for each object.

/// The number of tables, which the bits of a hash above those that an entry keeps choose.
const SHARDS: usize = 1 << SHARD_BITS;
const SHARD_BITS: u32 = 12;
/// The number of places that an empty table grows to, and up to which it doubles: all tables of this size need 5 MB.
const FIRST: usize = 16;
const DOUBLES: usize = 64;

/// The bits of a hash that an entry keeps beside the lowest 64.
const MORE_BITS: u32 = 4;
/// The bits of an entry for the origin, which share a number with those.
const ORIGIN_BITS: u32 = 16 - MORE_BITS;
/// The highest origin.
pub(super) const LAST_ORIGIN: u16 = (1 << ORIGIN_BITS) - 1;

/// A part of a key's hash: 64 bits, and a few more.
type Hash = (u64, u16);

/// One key in 18 bytes: the bits of its hash that its table does not tell, 32 bits each of a hash of its object and of a hash
/// of what is stored of it, and the origin, an index into a list of the caller.
#[derive(Clone, Copy)]
pub(super) struct Entry([u16; 9]);

impl Entry {
    /// No entry. A hash of zero does not occur: see [`kept`].
    const NONE: Self = Self([0; 9]);

    #[expect(clippy::cast_possible_truncation, reason = "the numbers are taken apart")]
    fn new((hash, more): Hash, content: u32, form: u32, origin: u16) -> Self {
        let hashes = u64::from(content) | u64::from(form) << 32;
        Self(std::array::from_fn(|index| match index {
            0..4 => (hash >> (16 * index)) as u16,
            4..8 => (hashes >> (16 * (index - 4))) as u16,
            _ => more << ORIGIN_BITS | origin.min(LAST_ORIGIN),
        }))
    }

    fn hash(&self) -> u64 {
        let [a, b, c, d, ..] = self.0.map(u64::from);
        a | b << 16 | c << 32 | d << 48
    }

    fn is(&self, (hash, more): Hash) -> bool {
        self.hash() == hash && self.0[8] >> ORIGIN_BITS == more
    }

    pub fn content(&self) -> u32 {
        u32::from(self.0[4]) | u32::from(self.0[5]) << 16
    }

    pub fn form(&self) -> u32 {
        u32::from(self.0[6]) | u32::from(self.0[7]) << 16
    }

    pub fn origin(&self) -> u16 {
        self.0[8] & LAST_ORIGIN
    }
}

/// Entries by their hash.
pub(super) struct Table(Vec<Shard>);

impl Default for Table {
    fn default() -> Self {
        Self(std::iter::repeat_with(Shard::default).take(SHARDS).collect())
    }
}

/// A table with linear probing.
#[derive(Default)]
struct Shard {
    places: Box<[Entry]>,
    filled: usize,
}

impl Table {
    /// Adds an entry for a key's hash, unless there is one; returns that one.
    pub fn insert(&mut self, hash: u128, [content, form]: [u32; 2], origin: u16) -> Option<Entry> {
        let (shard, hash) = kept(hash);
        let shard = &mut self.0[shard];
        // Searches become long in a table that is fuller than this.
        if shard.filled * 8 >= shard.places.len() * 7 {
            shard.grow();
        }
        let place = shard.place(hash);
        let held = shard.places[place];
        if held.is(hash) {
            return Some(held);
        }
        shard.places[place] = Entry::new(hash, content, form, origin);
        shard.filled += 1;
        None
    }

    /// Removes an entry.
    pub fn remove(&mut self, hash: u128) {
        let (shard, hash) = kept(hash);
        let shard = &mut self.0[shard];
        if shard.places.is_empty() {
            return;
        }
        let place = shard.place(hash);
        if shard.places[place].is(hash) {
            shard.empty(place);
        }
    }

    /// The entry of this hash.
    pub fn find(&self, hash: u128) -> Option<Entry> {
        let (shard, hash) = kept(hash);
        let shard = &self.0[shard];
        if shard.places.is_empty() {
            return None;
        }
        let held = shard.places[shard.place(hash)];
        held.is(hash).then_some(held)
    }
}

/// Returns the table for a hash, and the part of it that an entry keeps. Zero marks an empty place, so it becomes 1.
#[expect(clippy::cast_possible_truncation, reason = "the number is taken apart")]
fn kept(hash: u128) -> (usize, Hash) {
    let above = (hash >> 64) as u64;
    let shard = (above >> MORE_BITS) as usize % SHARDS;
    (shard, ((hash as u64).max(1), above as u16 % (1 << MORE_BITS)))
}

impl Shard {
    /// Returns the position of the hash, or the empty one where it belongs. There is always an empty one.
    fn place(&self, hash: Hash) -> usize {
        let length = self.places.len();
        // The hash, scaled to the length of the table.
        let scaled = (u128::from(hash.0) * length as u128) >> 64;
        let mut place = usize::try_from(scaled).unwrap_or_default();
        loop {
            let held = &self.places[place];
            if held.is(hash) || held.hash() == 0 {
                return place;
            }
            place = if place + 1 == length { 0 } else { place + 1 };
        }
    }

    /// Empties a place, and moves back the entries that stand behind it because it was taken.
    fn empty(&mut self, mut place: usize) {
        self.places[place] = Entry::NONE;
        self.filled -= 1;
        loop {
            place = if place + 1 == self.places.len() { 0 } else { place + 1 };
            let moved = std::mem::replace(&mut self.places[place], Entry::NONE);
            if moved.hash() == 0 {
                return;
            }
            let to = self.place((moved.hash(), moved.0[8] >> ORIGIN_BITS));
            self.places[to] = moved;
        }
    }

    fn grow(&mut self) {
        let length = self.places.len();
        let length = if length < DOUBLES { (length * 2).max(FIRST) } else { length * 6 / 5 };
        let old = std::mem::replace(&mut self.places, vec![Entry::NONE; length].into());
        for entry in old.into_iter().filter(|entry| entry.hash() != 0) {
            let place = self.place((entry.hash(), entry.0[8] >> ORIGIN_BITS));
            self.places[place] = entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

    /// Compares the table with the standard library's map.
    #[test]
    fn only_added_keys_are_found() {
        let (mut table, mut model) = (Table::default(), HashMap::new());
        let mut random = fastrand::Rng::with_seed(7);
        for step in 0..50_000_u32 {
            // The range is small, so that many hashes occur twice.
            let number = u128::from(random.u64(0..20_000));
            let hash = number.wrapping_mul(SPREAD);
            if random.u8(0..4) == 0 {
                table.remove(hash);
                model.remove(&hash);
                continue;
            }
            let before = table.insert(hash, [step, !step], 3).map(|held| held.content());
            assert_eq!(before, model.get(&hash).copied());
            model.entry(hash).or_insert(step);
        }
        for (hash, content) in &model {
            let held = table.find(*hash).expect("it was added");
            assert_eq!((held.content(), held.form(), held.origin()), (*content, !*content, 3));
        }
        for number in 0..20_000_u128 {
            let hash = number.wrapping_mul(SPREAD);
            assert_eq!(table.find(hash).is_some(), model.contains_key(&hash));
        }
    }

    #[test]
    fn hashes_that_differ_in_any_of_their_lowest_80_bits_are_told_apart() {
        let mut table = Table::default();
        let first = u128::from(u64::MAX / 3);
        assert!(table.insert(first, [1, 2], LAST_ORIGIN).is_none());
        for bit in 0..80 {
            assert!(table.find(first ^ 1 << bit).is_none(), "{bit}");
        }
        assert_eq!(table.find(first).map(|held| held.origin()), Some(LAST_ORIGIN));
    }

    #[test]
    fn a_key_needs_less_than_26_bytes() {
        let mut table = Table::default();
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..200_000 {
            table.insert(random.u128(..), [0, 0], 0);
        }
        let places: usize = table.0.iter().map(|shard| shard.places.len()).sum();
        assert!(places * size_of::<Entry>() < 200_000 * 26, "{places}");
    }
}

//! A hash table that is always well filled, and needs little extra memory while it grows.
//!
//! The table of the standard library doubles: just after that, more than half of its places are empty, and while it does,
//! the old one is there as well. This one is 256 small tables that grow one at a time, by a fifth. Measured with entries of
//! 28 bytes: 37 bytes a key for 3.5 to 10 million keys, and for 256 tables of hashbrown 37 to 65, as the number happens to
//! fall; hashbrown was three times as fast, which in a run is less than a microsecond for each object.

/// The number of tables: the last byte of a hash chooses one.
const SHARDS: usize = 256;
/// The number of places that an empty table grows to.
const FIRST: usize = 16;

/// The bits of a key's hash that an entry keeps.
const HASH_BITS: u32 = 96;

/// One key in 18 bytes: 96 bits of its hash, 32 bits of a hash of its object, and the origin, an index into a list of the
/// caller.
#[derive(Clone, Copy)]
pub(super) struct Entry([u16; 9]);

impl Entry {
    /// No entry. A hash of zero does not occur: see [`kept`].
    const NONE: Self = Self([0; 9]);

    #[expect(clippy::cast_possible_truncation, reason = "the numbers are taken apart")]
    pub fn new(hash: u128, content: u32, origin: u16) -> Self {
        let hash = kept(hash);
        let part = |index: u32| (hash >> (16 * index)) as u16;
        let [content, rest] = [content as u16, (content >> 16) as u16];
        Self([part(0), part(1), part(2), part(3), part(4), part(5), content, rest, origin])
    }

    fn hash(&self) -> u128 {
        self.0[..6].iter().rev().fold(0, |hash, part| (hash << 16) | u128::from(*part))
    }

    pub fn content(&self) -> u32 {
        u32::from(self.0[6]) | (u32::from(self.0[7]) << 16)
    }

    pub fn origin(&self) -> u16 {
        self.0[8]
    }
}

/// Returns the part of a hash that an entry keeps. Zero marks an empty place, so it becomes 1.
fn kept(hash: u128) -> u128 {
    (hash & ((1 << HASH_BITS) - 1)).max(1)
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
    /// Adds an entry, unless there is one with the same hash; returns that one.
    pub fn insert(&mut self, entry: Entry) -> Option<Entry> {
        let hash = entry.hash();
        let shard = &mut self.0[shard_of(hash)];
        // Searches become long in a table that is fuller than this.
        if shard.filled * 8 >= shard.places.len() * 7 {
            shard.grow();
        }
        let place = shard.place(hash);
        let held = shard.places[place];
        if held.hash() == hash {
            return Some(held);
        }
        shard.places[place] = entry;
        shard.filled += 1;
        None
    }

    /// Removes an entry.
    pub fn remove(&mut self, hash: u128) {
        let hash = kept(hash);
        let shard = &mut self.0[shard_of(hash)];
        if shard.places.is_empty() {
            return;
        }
        let place = shard.place(hash);
        if shard.places[place].hash() == hash {
            shard.empty(place);
        }
    }

    /// The entry of this hash.
    pub fn find(&self, hash: u128) -> Option<Entry> {
        let hash = kept(hash);
        let shard = &self.0[shard_of(hash)];
        if shard.places.is_empty() {
            return None;
        }
        let held = shard.places[shard.place(hash)];
        (held.hash() == hash).then_some(held)
    }
}

fn shard_of(hash: u128) -> usize {
    usize::from(hash.to_le_bytes()[0])
}

impl Shard {
    /// Returns the position of the hash, or the empty one where it belongs. There is always an empty one.
    fn place(&self, hash: u128) -> usize {
        let length = self.places.len();
        // The upper 64 bits of the hash, scaled to the length of the table.
        let scaled = ((hash >> (HASH_BITS - 64)) * length as u128) >> 64;
        let mut place = usize::try_from(scaled).unwrap_or_default();
        loop {
            let held = self.places[place].hash();
            if held == hash || held == 0 {
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
            let to = self.place(moved.hash());
            self.places[to] = moved;
        }
    }

    fn grow(&mut self) {
        let length = (self.places.len() * 6 / 5).max(FIRST);
        let old = std::mem::replace(&mut self.places, vec![Entry::NONE; length].into());
        for entry in old.into_iter().filter(|entry| entry.hash() != 0) {
            let place = self.place(entry.hash());
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
    fn what_was_added_is_found_and_nothing_else() {
        let (mut table, mut model) = (Table::default(), HashMap::new());
        let mut random = fastrand::Rng::with_seed(7);
        for step in 0..50_000_u32 {
            // The range is small, so that many hashes occur twice.
            let number = u128::from(random.u64(0..20_000));
            let hash = number.wrapping_mul(SPREAD);
            if random.u8(0..4) == 0 {
                table.remove(hash);
                model.remove(&kept(hash));
                continue;
            }
            let entry = Entry::new(hash, step, 3);
            let before = table.insert(entry).map(|held| held.content());
            let hash = kept(hash);
            assert_eq!(before, model.get(&hash).copied());
            model.entry(hash).or_insert(step);
        }
        for (hash, content) in &model {
            let held = table.find(*hash).expect("it was added");
            assert_eq!((held.content(), held.origin()), (*content, 3));
        }
        for number in 0..20_000_u128 {
            let hash = number.wrapping_mul(SPREAD);
            assert_eq!(table.find(hash).is_some(), model.contains_key(&kept(hash)));
        }
    }

    #[test]
    fn a_key_needs_less_than_26_bytes() {
        let mut table = Table::default();
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..50_000 {
            table.insert(Entry::new(random.u128(..), 0, 0));
        }
        let places: usize = table.0.iter().map(|shard| shard.places.len()).sum();
        assert!(places * size_of::<Entry>() < 50_000 * 26, "{places}");
    }
}

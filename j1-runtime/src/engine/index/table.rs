//! A hash table that is always well filled, and needs little extra memory while it grows.
//!
//! The table of the standard library doubles: just after that, two of three places are empty, and while it does, the
//! old one is there as well. This one is 256 small tables that grow one at a time, by a fifth.

/// The number of tables: the last byte of a hash chooses one.
const SHARDS: usize = 256;
/// The number of places that an empty table grows to.
const FIRST: usize = 16;

/// One key: its hash, a hash of what it stands for, the type of that, and the step that added it.
#[derive(Clone, Copy)]
pub(super) struct Entry([u32; 7]);

impl Entry {
    /// No entry. A hash of zero does not occur: see [`Entry::new`].
    const NONE: Self = Self([0; 7]);

    #[expect(clippy::cast_possible_truncation, reason = "it is taken apart")]
    pub fn new(hash: u128, content: u64, ty: u16, step: u16) -> Self {
        let hash = not_zero(hash);
        Self([
            hash as u32,
            (hash >> 32) as u32,
            (hash >> 64) as u32,
            (hash >> 96) as u32,
            content as u32,
            (content >> 32) as u32,
            (u32::from(ty) << 16) | u32::from(step),
        ])
    }

    fn hash(&self) -> u128 {
        let [a, b, c, d, ..] = self.0.map(u128::from);
        a | (b << 32) | (c << 64) | (d << 96)
    }

    pub fn content(&self) -> u64 {
        u64::from(self.0[4]) | (u64::from(self.0[5]) << 32)
    }

    pub fn ty(&self) -> u16 {
        (self.0[6] >> 16) as u16
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
    pub fn step(&self) -> u16 {
        self.0[6] as u16
    }
}

/// Zero stands for an empty place.
fn not_zero(hash: u128) -> u128 {
    if hash == 0 { 1 } else { hash }
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
        let hash = not_zero(hash);
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
        let hash = not_zero(hash);
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
        // The upper half of the hash, scaled to the length of the table.
        let scaled = ((hash >> 64) * length as u128) >> 64;
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
        for step in 0..50_000_u64 {
            // The range is small, so that many hashes occur twice.
            let number = u128::from(random.u64(0..20_000));
            let hash = number.wrapping_mul(SPREAD);
            if random.u8(0..4) == 0 {
                table.remove(hash);
                model.remove(&not_zero(hash));
                continue;
            }
            let entry = Entry::new(hash, step, 3, 5);
            let before = table.insert(entry).map(|held| held.content());
            let hash = not_zero(hash);
            assert_eq!(before, model.get(&hash).copied());
            model.entry(hash).or_insert(step);
        }
        for (hash, content) in &model {
            let held = table.find(*hash).expect("it was added");
            assert_eq!((held.content(), held.ty(), held.step()), (*content, 3, 5));
        }
        for number in 0..20_000_u128 {
            let hash = number.wrapping_mul(SPREAD);
            assert_eq!(table.find(hash).is_some(), model.contains_key(&not_zero(hash)));
        }
    }

    #[test]
    fn a_key_needs_less_than_forty_bytes() {
        let mut table = Table::default();
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..50_000 {
            table.insert(Entry::new(random.u128(..), 0, 0, 0));
        }
        let places: usize = table.0.iter().map(|shard| shard.places.len()).sum();
        assert!(places * size_of::<Entry>() < 50_000 * 40, "{places}");
    }
}

//! Indexes of field values on disk, for joins by something other than the key.
//!
//! An index is a file of records, each of which names the one before it in its bucket; memory holds the last record of each
//! bucket. Steps that add to it and steps that look up take turns at its lock. A step that looks up waits for the steps
//! that add, so that what it does not find does not exist.

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom, Write as _};
use std::sync::{Mutex, PoisonError};

use j1_core::Result;
use tempfile::NamedTempFile;
use xxhash_rust::xxh3::xxh3_128;

use crate::disk::point;
use crate::engine::spool::disk;

/// The number of buckets: half a MiB of memory for each index that is used.
const BUCKETS: usize = 1 << 16;
/// The bytes before the key of a record: the position of the record before it plus one, the hash and the length of the key.
const HEAD: usize = 8 + 16 + 8;
/// The bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// The values of one field of one type, and the keys of the entities that have them.
#[derive(Default)]
pub(super) struct FieldIndex {
    /// Made when the first value is added.
    state: Mutex<Option<State>>,
}

struct State {
    file: NamedTempFile,
    /// The position of the last record of each bucket plus one; zero for none.
    last: Box<[u64]>,
    /// Records that are not written yet.
    buffer: Vec<u8>,
    /// The number of bytes that are written.
    written: u64,
}

impl FieldIndex {
    /// Adds the key of an entity that has this value.
    pub fn add(&self, value: &str, key: &str) -> Result<()> {
        let mut slot = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = match &mut *slot {
            Some(state) => state,
            None => slot.insert(State::new()?),
        };
        let hash = xxh3_128(value.as_bytes());
        let position = state.written + state.buffer.len() as u64;
        let before = std::mem::replace(&mut state.last[bucket(hash)], position + 1);
        state.buffer.extend_from_slice(&before.to_le_bytes());
        state.buffer.extend_from_slice(&hash.to_le_bytes());
        state.buffer.extend_from_slice(&(key.len() as u64).to_le_bytes());
        state.buffer.extend_from_slice(key.as_bytes());
        if state.buffer.len() >= BUFFER { state.flush() } else { Ok(()) }
    }

    /// Returns the keys of the entities that have this value, in the order in which they were added.
    pub fn find(&self, value: &str) -> Result<Vec<String>> {
        let mut slot = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = &mut *slot else { return Ok(Vec::new()) };
        state.flush()?;
        let hash = xxh3_128(value.as_bytes());
        let mut keys = Vec::new();
        let mut next = state.last[bucket(hash)];
        while let Some(position) = next.checked_sub(1) {
            let (before, found, key) = read(state.file.as_file_mut(), position)?;
            if found == hash && !keys.contains(&key) {
                keys.push(key);
            }
            next = before;
        }
        keys.reverse();
        Ok(keys)
    }
}

impl State {
    fn new() -> Result<Self> {
        Ok(Self {
            file: point("create").and_then(|()| NamedTempFile::with_prefix("j1-")).map_err(disk)?,
            last: vec![0; BUCKETS].into(),
            buffer: Vec::new(),
            written: 0,
        })
    }

    fn flush(&mut self) -> Result<()> {
        let file = self.file.as_file_mut();
        // Lookups have moved the position.
        file.seek(SeekFrom::Start(self.written)).map_err(disk)?;
        point("write").map_err(disk)?;
        file.write_all(&self.buffer).map_err(disk)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// Reads the record at a position: the one before it plus one, its hash and its key.
fn read(file: &mut File, position: u64) -> Result<(u64, u128, String)> {
    file.seek(SeekFrom::Start(position)).map_err(disk)?;
    point("read").map_err(disk)?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head).map_err(disk)?;
    let (before, rest) = head.split_at(8);
    let (hash, length) = rest.split_at(16);
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u128, |all, byte| (all << 8) | u128::from(*byte));
    let (before, hash, length) = (number(before), number(hash), number(length));
    let mut key = String::new();
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    Read::take(file, length).read_to_string(&mut key).map_err(disk)?;
    if key.len() as u64 != length {
        return Err(disk(std::io::ErrorKind::UnexpectedEof.into()));
    }
    Ok((u64::try_from(before).unwrap_or_default(), hash, key))
}

fn bucket(hash: u128) -> usize {
    usize::from(u16::from_le_bytes([hash.to_le_bytes()[0], hash.to_le_bytes()[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More records than a buffer holds, more values than buckets, and lookups between additions.
    #[test]
    fn every_key_of_a_value_is_found_in_the_order_of_its_addition() {
        let index = FieldIndex::default();
        assert_eq!(index.find("anything").expect("an index"), Vec::<String>::new());
        for id in 0..70_000_u32 {
            index.add(&format!("value {}", id / 2), &format!("key {id}")).expect("it is added");
            if id == 10_001 {
                assert_eq!(index.find("value 5000").expect("an index"), ["key 10000", "key 10001"]);
            }
        }
        for value in [0, 4999, 5000, 34_999] {
            let keys = [format!("key {}", value * 2), format!("key {}", value * 2 + 1)];
            assert_eq!(index.find(&format!("value {value}")).expect("an index"), keys);
        }
        assert_eq!(index.find("value 35000").expect("an index"), Vec::<String>::new());
    }
}

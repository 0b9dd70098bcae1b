//! Numbers by a hash of 128 bits, which is as good as the text it stands for, in 32 bytes each.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_128;

/// Numbers by [`hash`].
pub type Hashed<N = i64> = HashMap<u128, N, BuildHasherDefault<Same>>;

/// Hashes a key or an `_id`.
pub fn hash(text: &[u8]) -> u128 {
    xxh3_128(text)
}

/// Takes what is a hash already as it is.
#[derive(Debug, Default)]
pub struct Same(u64);

impl Hasher for Same {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write_u128(&mut self, hash: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "half of the hash is enough to place it")]
        let half = hash as u64;
        self.0 = half;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

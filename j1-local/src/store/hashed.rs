//! Numbers by a hash of 128 bits, which is as good as the text it stands for, in 32 bytes each.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use j1_core::shared::AsIs;
use xxhash_rust::xxh3::xxh3_128;

/// Numbers by [`hash`].
pub type Hashed<N = i64> = HashMap<u128, N, BuildHasherDefault<AsIs>>;

/// Hashes a key or an `_id`.
pub fn hash(text: &[u8]) -> u128 {
    xxh3_128(text)
}

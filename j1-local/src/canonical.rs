//! One hash for what is equal: over the spelling that `j1_core` gives an object.

pub use j1_core::graph::canonical::{each_member, is_plain, object, value};
use xxhash_rust::xxh3::xxh3_64;

/// One hash over several texts; where one text ends and the next begins counts.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> i64 {
    let mut bytes = Vec::with_capacity(512);
    for part in parts {
        bytes.extend_from_slice(&part.len().to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    i64::from_le_bytes(xxh3_64(&bytes).to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files that exist hold hashes that were made part by part.
    #[test]
    fn parts_are_hashed_as_if_one_after_the_other() {
        let long = "x".repeat(1_000);
        for parts in [&["acme_user", "[\"User\"]", "{}"][..], &[long.as_str(); 3], &[""; 40], &[]] {
            let mut hasher = xxhash_rust::xxh3::Xxh3::new();
            for part in parts {
                hasher.update(&part.len().to_le_bytes());
                hasher.update(part.as_bytes());
            }
            assert_eq!(hash(parts.iter().copied()), i64::from_le_bytes(hasher.digest().to_le_bytes()));
        }
    }

    #[test]
    fn the_hash_knows_where_a_part_ends() {
        assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
        assert_eq!(hash(["ab", "c"]), hash(["ab", "c"]));
    }
}

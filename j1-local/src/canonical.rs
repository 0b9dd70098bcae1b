//! One hash for what is equal: over the spelling that `j1_core` gives an object.

pub use j1_core::graph::canonical::{each_member, is_plain, object, value};
use xxhash_rust::xxh3::xxh3_64;

/// Texts that are hashed together; where one ends and the next begins counts.
#[derive(Debug, Default)]
pub struct Parts(Vec<u8>);

impl Parts {
    /// Forgets the texts.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds a text.
    pub fn push(&mut self, part: &str) {
        self.0.extend_from_slice(&part.len().to_le_bytes());
        self.0.extend_from_slice(part.as_bytes());
    }

    /// One hash over all of them.
    pub fn hash(&self) -> i64 {
        i64::from_le_bytes(xxh3_64(&self.0).to_le_bytes())
    }
}

/// One hash over several texts; where one text ends and the next begins counts.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> i64 {
    let mut all = Parts(Vec::with_capacity(512));
    parts.into_iter().for_each(|part| all.push(part));
    all.hash()
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

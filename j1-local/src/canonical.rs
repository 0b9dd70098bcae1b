//! One hash for what is equal: over the spelling that `j1_core` gives an object.

pub use j1_core::graph::canonical::{object, value};
use xxhash_rust::xxh3::Xxh3;

/// One hash over several texts; where one text ends and the next begins counts.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> i64 {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(&part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    i64::from_le_bytes(hasher.digest().to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_knows_where_a_part_ends() {
        assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
        assert_eq!(hash(["ab", "c"]), hash(["ab", "c"]));
    }
}

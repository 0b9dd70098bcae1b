//! A Bloom filter in blocks of one cache line, which spares most lookups of what a run does not have.

use super::slot::Hash;

/// The bits for each entry, where there is room for them.
const BITS: usize = 10;
/// The fewest bits for each entry that are worth their memory.
const FEWEST_BITS: usize = 4;
/// The bits that are set for an entry.
const PROBES: u32 = 6;
/// The numbers of 64 bits in a block.
const WORDS: usize = 8;
/// The bytes of a block.
const BLOCK: usize = WORDS * 8;
/// Spreads the bits of a hash.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A filter of hashes; one without blocks lets everything pass.
pub(super) struct Filter(Box<[u64]>);

impl Filter {
    /// A filter for this many entries, in at most this many bytes.
    pub fn new(entries: usize, most: usize) -> Self {
        let bytes = (entries.saturating_mul(BITS) / 8).min(most);
        let worth = bytes >= entries.saturating_mul(FEWEST_BITS) / 8;
        Self(vec![0; if worth { bytes / BLOCK * WORDS } else { 0 }].into())
    }

    /// The memory that it takes.
    pub fn bytes(&self) -> usize {
        self.0.len() * 8
    }

    pub fn insert(&mut self, hash: Hash) {
        if let Some((first, bits)) = self.place(hash) {
            for bit in bits {
                self.0[first + bit / 64] |= 1 << (bit % 64);
            }
        }
    }

    /// Returns `false` if the hash was not inserted.
    pub fn may_have(&self, hash: Hash) -> bool {
        self.place(hash)
            .is_none_or(|(first, mut bits)| bits.all(|bit| self.0[first + bit / 64] & 1 << (bit % 64) != 0))
    }

    /// The first number of the block of a hash, and its bits there.
    fn place(&self, (hash, more): Hash) -> Option<(usize, impl Iterator<Item = usize> + use<>)> {
        let blocks = self.0.len() / WORDS;
        let spread = (hash ^ u64::from(more)).wrapping_mul(SPREAD);
        let block = usize::try_from((u128::from(spread) * blocks as u128) >> 64).unwrap_or_default();
        // Nine bits of the hash for each bit of the block.
        let bit = move |probe: u32| usize::try_from(hash >> (9 * probe) & 511).unwrap_or_default();
        (blocks > 0).then(|| (block * WORDS, (0..PROBES).map(bit)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserted_hashes_pass_and_few_others() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut hash = || (random.u64(1..), random.u16(..16));
        let inserted: Vec<Hash> = std::iter::repeat_with(&mut hash).take(100_000).collect();
        let mut filter = Filter::new(inserted.len(), usize::MAX);
        inserted.iter().for_each(|hash| filter.insert(*hash));
        assert!(inserted.iter().all(|hash| filter.may_have(*hash)));
        let passed =
            std::iter::repeat_with(&mut hash).take(100_000).filter(|hash| filter.may_have(*hash)).count();
        assert!(passed < 3000, "{passed}");
        assert!(filter.bytes() <= 125_000, "{}", filter.bytes());
    }

    #[test]
    fn a_filter_that_there_is_no_room_for_lets_everything_pass() {
        for (entries, most) in [(0, usize::MAX), (1000, 0), (1000, 400)] {
            let filter = Filter::new(entries, most);
            assert_eq!((filter.bytes(), filter.may_have((1, 2))), (0, true), "{entries} in {most}");
        }
    }
}

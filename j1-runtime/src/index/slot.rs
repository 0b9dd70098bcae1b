//! The entries of maps.

/// The bits of a hash that tell entries apart: 64, and a few more.
pub(super) type Hash = (u64, u16);

/// The table of a hash, and the part of it that an entry keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(super) shard: usize,
    pub(super) hash: Hash,
}

/// An entry of a map.
pub(crate) trait Slot: Copy + PartialEq + Send + Sync + 'static {
    /// No entry: its hash is 0, which no entry has.
    const NONE: Self;
    /// The number of tables as a power of two, up to 16.
    const SHARD_BITS: u32;
    /// The bytes of an entry on disk.
    const BYTES: usize;
    /// The number of slabs that a map can take whatever the budget says; at least one.
    const FLOOR: usize;

    /// The part of the hash that the entry keeps.
    fn hash(&self) -> Hash;

    /// Returns `true` if the entry is a removal: it hides older ones of its key.
    fn is_removed(&self) -> bool {
        false
    }

    /// Appends the entry as it is on disk.
    fn write(&self, bytes: &mut Vec<u8>);

    /// Reads an entry from its bytes on disk.
    fn read(bytes: &[u8]) -> Self;
}

/// The bits of a key's hash that an entry keeps beside the lowest 64.
const MORE_BITS: u32 = 4;
/// The bits of an entry for the origin, which share a number with those.
const ORIGIN_BITS: u32 = 16 - MORE_BITS;
/// The origin of removals.
const REMOVED: u16 = (1 << ORIGIN_BITS) - 1;
/// The highest origin.
pub(crate) const LAST_ORIGIN: u16 = REMOVED - 1;

/// One key in 18 bytes: the bits of its hash that its table does not tell, 32 bits each of a hash of its object and of a hash
/// of what is stored of it, and the origin, an index into a list of the caller.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Entry([u16; 9]);

impl Entry {
    #[expect(clippy::cast_possible_truncation, reason = "the numbers are taken apart")]
    fn with((hash, more): Hash, content: u32, form: u32, origin: u16) -> Self {
        let hashes = u64::from(content) | u64::from(form) << 32;
        Self(std::array::from_fn(|index| match index {
            0..4 => (hash >> (16 * index)) as u16,
            4..8 => (hashes >> (16 * (index - 4))) as u16,
            _ => more << ORIGIN_BITS | origin,
        }))
    }

    pub fn new(at: Address, [content, form]: [u32; 2], origin: u16) -> Self {
        Self::with(at.hash, content, form, origin.min(LAST_ORIGIN))
    }

    /// The removal of a key.
    pub(super) fn removed(at: Address) -> Self {
        Self::with(at.hash, 0, 0, REMOVED)
    }

    /// The address of a key by its hash. Zero marks an empty place, so it becomes 1.
    #[expect(clippy::cast_possible_truncation, reason = "the number is taken apart")]
    pub fn address(hash: u128) -> Address {
        let above = (hash >> 64) as u64;
        let shard = (above >> MORE_BITS) as usize % (1 << Self::SHARD_BITS);
        Address { shard, hash: ((hash as u64).max(1), above as u16 % (1 << MORE_BITS)) }
    }

    /// A number of 64 bits in place of the two hashes.
    pub fn with_content(at: Address, content: u64, origin: u16) -> Self {
        Self::new(at, halves(content), origin)
    }

    /// Returns `true` if it was made with this content.
    pub fn has_content(&self, content: u64) -> bool {
        [self.content(), self.form()] == halves(content)
    }

    pub fn content(&self) -> u32 {
        u32::from(self.0[4]) | u32::from(self.0[5]) << 16
    }

    pub fn form(&self) -> u32 {
        u32::from(self.0[6]) | u32::from(self.0[7]) << 16
    }

    pub fn origin(&self) -> u16 {
        self.0[8] & ((1 << ORIGIN_BITS) - 1)
    }
}

/// The lowest and the highest 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "the number is taken apart")]
const fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

impl Slot for Entry {
    const NONE: Self = Self([0; 9]);
    const SHARD_BITS: u32 = 12;
    const BYTES: usize = 18;
    // 100,000 keys in 4.7 MB.
    const FLOOR: usize = 64;

    fn hash(&self) -> Hash {
        let [a, b, c, d, ..] = self.0;
        let low = u64::from(a) | u64::from(b) << 16 | u64::from(c) << 32 | u64::from(d) << 48;
        (low, self.0[8] >> ORIGIN_BITS)
    }

    fn is_removed(&self) -> bool {
        self.origin() == REMOVED
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.0.iter().flat_map(|number| number.to_le_bytes()));
    }

    fn read(bytes: &[u8]) -> Self {
        let (pairs, _) = bytes.as_chunks::<2>();
        Self(std::array::from_fn(|at| pairs.get(at).map_or(0, |pair| u16::from_le_bytes(*pair))))
    }
}

/// A member of a set: a hash of 64 bits.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Digest(u64);

impl Digest {
    /// Zero marks an empty place, so it becomes 1.
    pub const fn new(digest: u64) -> Self {
        Self(if digest == 0 { 1 } else { digest })
    }

    /// The lowest bits choose the table, since the highest ones choose the place in it.
    pub fn address(self) -> Address {
        let shards = (1 << Self::SHARD_BITS) - 1;
        Address { shard: usize::from(self.0.to_le_bytes()[0]) & shards, hash: (self.0, 0) }
    }
}

impl Slot for Digest {
    const NONE: Self = Self(0);
    const SHARD_BITS: u32 = 8;
    const BYTES: usize = 8;
    // 50,000 digests in half a MB.
    const FLOOR: usize = 16;

    fn hash(&self) -> Hash {
        (self.0, 0)
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.0.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        Self(bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)))
    }
}

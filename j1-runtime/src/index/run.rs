//! Entries on disk: a file of them in the order of their hashes, with the place of each bucket and a filter in memory.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use super::budget::{Budget, Share};
use super::filter::Filter;
use super::slot::{Address, Slot};
use crate::disk::{self, Checked, point};

/// The entries of a bucket, on average: about as many as are read at once for the price of one.
const BUCKET: usize = 64;
/// The bytes that are written at once.
const BUFFER: usize = 1 << 16;

/// Entries that do not change any more.
pub(super) struct Run<S> {
    file: File,
    buckets: Buckets,
    /// The number of the first entry of each bucket, and at the end that of all entries.
    starts: Box<[u32]>,
    filter: Filter,
    /// The number of times that its entries were merged.
    pub level: u32,
    memory: Share,
    slot: PhantomData<S>,
}

/// The buckets of a run, which divide its entries by the highest bits of shard and hash.
#[derive(Clone, Copy)]
struct Buckets {
    shard_bits: u32,
    /// The bits of the hash that tell the buckets of a shard apart.
    bits: u32,
}

impl Buckets {
    fn new<S: Slot>(entries: usize) -> Self {
        let buckets = (entries / BUCKET).max(1).ilog2();
        Self { shard_bits: S::SHARD_BITS, bits: buckets.saturating_sub(S::SHARD_BITS).min(32) }
    }

    const fn count(self) -> usize {
        1 << (self.shard_bits + self.bits)
    }

    fn number(self, shard: usize, hash: u64) -> usize {
        let within = hash.checked_shr(64 - self.bits).unwrap_or_default();
        shard << self.bits | usize::try_from(within).unwrap_or_default()
    }
}

impl<S: Slot> Run<S> {
    pub fn entries(&self) -> usize {
        self.starts.last().map_or(0, |last| *last as usize)
    }

    /// The memory that it takes.
    pub const fn bytes(&self) -> usize {
        self.memory.bytes()
    }

    /// The entry of an address, which may be a removal. Uses `bytes` as a buffer.
    pub fn find(&self, at: Address, bytes: &mut Vec<u8>) -> io::Result<Option<S>> {
        if !self.filter.may_have(at.hash) {
            return Ok(None);
        }
        let bucket = self.buckets.number(at.shard, at.hash.0);
        let mut entries = self.read(bucket..bucket + 1, bytes)?;
        Ok(entries.find(|entry| entry.hash() == at.hash))
    }

    /// Reads all entries of a shard.
    pub fn read_shard<'b>(
        &self,
        shard: usize,
        bytes: &'b mut Vec<u8>,
    ) -> io::Result<impl Iterator<Item = S> + 'b> {
        let bits = self.buckets.bits;
        self.read(shard << bits..(shard + 1) << bits, bytes)
    }

    fn read<'b>(
        &self,
        buckets: Range<usize>,
        bytes: &'b mut Vec<u8>,
    ) -> io::Result<impl Iterator<Item = S> + use<'b, S>> {
        let [from, to] = [buckets.start, buckets.end].map(|bucket| self.starts[bucket] as usize);
        bytes.resize((to - from) * S::BYTES, 0);
        if !bytes.is_empty() {
            disk::read_at(&self.file, bytes, (from * S::BYTES) as u64)?;
        }
        Ok(bytes.chunks_exact(S::BYTES).map(S::read))
    }
}

/// Writes a run.
pub(super) struct RunWriter<S> {
    out: BufWriter<Checked<File>>,
    buckets: Buckets,
    starts: Vec<u32>,
    entries: u32,
    filter: Filter,
    bytes: Vec<u8>,
    memory: Share,
    slot: PhantomData<S>,
}

impl<S: Slot> RunWriter<S> {
    /// Begins a run of at most this many entries, with a filter of at most this many bytes.
    pub fn new(entries: usize, filter: usize, budget: &Arc<Budget>) -> io::Result<Self> {
        // The file has no name, so that nothing is left of it after a crash.
        let file = point("create").and_then(|()| tempfile::tempfile())?;
        let (buckets, filter) = (Buckets::new::<S>(entries), Filter::new(entries, filter));
        let mut memory = Share::new(Arc::clone(budget));
        memory.force(filter.bytes() + (buckets.count() + 1) * size_of::<u32>());
        Ok(Self {
            out: BufWriter::with_capacity(BUFFER, Checked(file)),
            buckets,
            starts: Vec::with_capacity(buckets.count() + 1),
            entries: 0,
            filter,
            bytes: Vec::with_capacity(S::BYTES),
            memory,
            slot: PhantomData,
        })
    }

    /// Writes the next entry; they come in the order of shards and hashes.
    pub fn push(&mut self, shard: usize, entry: &S) -> io::Result<()> {
        let hash = entry.hash();
        self.begin(self.buckets.number(shard, hash.0));
        self.filter.insert(hash);
        self.bytes.clear();
        entry.write(&mut self.bytes);
        self.out.write_all(&self.bytes)?;
        self.entries = self.entries.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(())
    }

    /// Notes where the buckets up to this one begin.
    fn begin(&mut self, bucket: usize) {
        while self.starts.len() <= bucket {
            self.starts.push(self.entries);
        }
    }

    pub fn finish(mut self, level: u32) -> io::Result<Run<S>> {
        self.begin(self.buckets.count());
        let Checked(file) = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Run {
            file,
            buckets: self.buckets,
            starts: self.starts.into(),
            filter: self.filter,
            level,
            memory: self.memory,
            slot: PhantomData,
        })
    }
}

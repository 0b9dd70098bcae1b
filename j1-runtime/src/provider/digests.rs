//! The digests of a list's records: a set in memory for short lists, and one that goes to disk for long ones.

use std::sync::Arc;

use j1_core::Result;

use crate::index::{Budget, Digest, DiskMap, unusable};
use crate::provider::digest::DigestSet;

/// The number of digests up to which a list is short. A step may read thousands of lists at once that are.
const SHORT: usize = 4096;

/// Digests of records, each once.
pub(super) struct Digests {
    short: DigestSet,
    long: Option<DiskMap<Digest>>,
    /// The number of digests.
    count: u64,
    memory: Arc<Budget>,
}

impl Digests {
    pub fn new(memory: Arc<Budget>) -> Self {
        Self { short: DigestSet::default(), long: None, count: 0, memory }
    }

    /// The number of digests.
    pub const fn len(&self) -> u64 {
        self.count
    }

    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// # Errors
    /// When the part on disk cannot be read.
    pub fn contains(&mut self, digest: u64) -> Result<bool> {
        match &mut self.long {
            Some(long) => Ok(long.find(Digest::new(digest).address()).map_err(unusable)?.is_some()),
            None => Ok(self.short.contains(&digest)),
        }
    }

    /// Fetches what is needed for these digests, which are asked for next, all at once: it is faster than one by one.
    pub fn touch(&self, digests: &[u64]) {
        if let Some(long) = &self.long {
            long.touch(digests.iter().map(|digest| Digest::new(*digest).address()));
        }
    }

    /// Returns `true` if the digest was there, and adds it if that is asked for.
    ///
    /// # Errors
    /// As [`Digests::contains`] and [`Digests::insert`].
    pub fn had(&mut self, digest: u64, add: bool) -> Result<bool> {
        if add { self.insert(digest).map(|new| !new) } else { self.contains(digest) }
    }

    /// Adds a digest, and returns `true` if it is new.
    ///
    /// # Errors
    /// When there is no room for it in memory and on disk.
    pub fn insert(&mut self, digest: u64) -> Result<bool> {
        let new = match &mut self.long {
            Some(long) => insert(long, digest)?,
            None => self.short.insert(digest),
        };
        self.count += u64::from(new);
        if self.long.is_none() && self.short.len() > SHORT {
            let mut long = DiskMap::new(Arc::clone(&self.memory));
            for digest in std::mem::take(&mut self.short) {
                insert(&mut long, digest)?;
            }
            self.long = Some(long);
        }
        Ok(new)
    }

    pub fn clear(&mut self) {
        *self = Self::new(Arc::clone(&self.memory));
    }
}

fn insert(long: &mut DiskMap<Digest>, digest: u64) -> Result<bool> {
    let digest = Digest::new(digest);
    Ok(long.insert(digest.address(), digest).map_err(unusable)?.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_new_once_in_a_short_list_and_in_a_long_one() {
        let mut digests = Digests::new(Arc::default());
        let mut random = fastrand::Rng::with_seed(7);
        let all: Vec<u64> = std::iter::repeat_with(|| random.u64(..)).take(3 * SHORT).collect();
        for (before, digest) in all.iter().enumerate() {
            assert_eq!(digests.len(), before as u64);
            assert!(!digests.had(*digest, false).expect("memory"));
            assert!(!digests.had(*digest, true).expect("memory"));
            assert!(digests.had(*digest, false).expect("memory"));
            assert!(!digests.insert(*digest).expect("memory"), "{before}");
        }
        assert!(all.iter().all(|digest| digests.contains(*digest).expect("memory")));
        digests.clear();
        assert!(digests.is_empty() && !digests.contains(all[0]).expect("memory"));
    }
}

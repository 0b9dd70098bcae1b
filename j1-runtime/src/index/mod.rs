//! Maps and sets of hashes for millions of entries: in memory up to a budget, beyond it in sorted runs in the temporary folder.
//!
//! A [`DiskMap`] finds the same whatever the budget is. It belongs to one owner, who serializes the calls; the [`Budget`] is shared
//! by all maps of a process. What was inserted is never forgotten to save memory: where the temporary folder takes no more,
//! the insertion fails.

pub(crate) mod budget;
mod disk_map;
mod filter;
mod run;
mod slot;
mod table;

use j1_core::Error;
use j1_core::error::Kind;

use crate::code;

pub(crate) use budget::Budget;
pub(crate) use disk_map::DiskMap;
pub(crate) use slot::{Address, Digest, Entry, LAST_ORIGIN};

/// The error of a map whose part on disk cannot be written or read.
pub(crate) fn unusable(error: std::io::Error) -> Error {
    let message = "the keys of the run cannot be kept in the temporary folder; make room there, move it with `TMPDIR`, or let \
                   more of them stay in memory with `--memory`";
    Error::new(Kind::Other, code::DISK, message).caused_by(error)
}

//! Storage on disk for objects that steps read back, so that memory does not grow with the data.
//!
//! Any number of steps push, and any number read, at the same time. A [`Reader`] that reads along goes on until the spool is
//! [closed](Spool::close), which happens once, when no step can push any more; after that nothing is pushed.
//! The file belongs to the run and is deleted with it.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use j1_core::error::Kind;
use j1_core::graph::{BoxFuture, Stored};
use j1_core::{Error, Result};
use tempfile::NamedTempFile;
use tokio::sync::watch;

use crate::code;
use crate::disk::{Checked, point};

/// The bytes that are written or read at once.
const BUFFER: usize = 1 << 16;

/// The stored entities of one type: each as its key and what its step wrote, both behind their length (8 bytes, little-endian).
#[derive(Default)]
pub(super) struct Spool {
    /// Made when the first one is stored.
    writer: Mutex<Option<BufWriter<Checked<NamedTempFile>>>>,
    state: watch::Sender<State>,
    /// The number of readers that wait for the next one.
    waiting: AtomicUsize,
    /// The number of those that could be compared with what is read back.
    compared: AtomicU64,
}

/// The state of a spool, as readers see it.
#[derive(Clone, Copy, Default)]
struct State {
    /// The bytes that were pushed.
    bytes: u64,
    /// `true` if nothing is pushed any more.
    closed: bool,
}

impl Spool {
    /// Stores one; returns `true` if it is the first.
    pub fn push(&self, key: &str, stored: &[u8]) -> Result<bool> {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let first = slot.is_none();
        let writer = match &mut *slot {
            Some(writer) => writer,
            None => {
                let file = point("create").and_then(|()| NamedTempFile::with_prefix("j1-"));
                slot.insert(BufWriter::with_capacity(BUFFER, Checked(file.map_err(disk)?)))
            }
        };
        for part in [key.as_bytes(), stored] {
            writer.write_all(&(part.len() as u64).to_le_bytes()).map_err(disk)?;
            writer.write_all(part).map_err(disk)?;
        }
        // Under the lock: readers flush before they read what the state says is there.
        self.state.send_if_modified(|state| {
            state.bytes += 16 + (key.len() + stored.len()) as u64;
            // To wake readers takes longer than all else here. One that begins to wait says so before it looks at the state.
            self.waiting.load(Ordering::SeqCst) > 0
        });
        Ok(first)
    }

    /// Returns `true` if the next one is to be compared with what is read back of it: the first ones, and then a few. What is
    /// wrong with one is wrong with all that have the member.
    pub fn compares(&self) -> bool {
        const FIRST: u64 = 64;
        let number = self.compared.fetch_add(1, Ordering::Relaxed);
        number < FIRST || number.is_multiple_of(FIRST)
    }

    /// Notes that nothing is pushed any more.
    pub fn close(&self) {
        self.state.send_modify(|state| state.closed = true);
    }

    /// Returns `true` if something can be read, or nothing will ever come.
    pub fn has_begun(&self) -> bool {
        let state = *self.state.borrow();
        state.closed || state.bytes > 0
    }

    /// Reads what is stored now, from the first one on.
    pub fn read(self: &Arc<Self>) -> Result<Box<dyn Stored>> {
        Ok(Box::new(self.reader(false)?))
    }

    /// Reads from the first one on, until the spool is closed.
    pub fn read_along(self: &Arc<Self>) -> Result<Box<dyn Stored>> {
        Ok(Box::new(self.reader(true)?))
    }

    /// Reads what is stored now with its keys.
    pub fn read_keyed(self: &Arc<Self>) -> Result<Reader> {
        self.reader(false)
    }

    fn reader(self: &Arc<Self>, along: bool) -> Result<Reader> {
        let mut reader = Reader {
            spool: Arc::clone(self),
            state: self.state.subscribe(),
            file: None,
            key: Vec::new(),
            read: 0,
            flushed: 0,
            along,
        };
        reader.refresh()?;
        Ok(reader)
    }

    /// Writes what was pushed to the file; returns its length, and the file opened once more where that is asked for.
    fn flush(&self, open: bool) -> Result<(u64, Option<File>)> {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(writer) = &mut *slot else { return Ok((0, None)) };
        writer.flush().map_err(disk)?;
        let reopen = || point("open").and_then(|()| writer.get_ref().0.reopen()).map_err(disk);
        let file = if open { Some(reopen()?) } else { None };
        Ok((self.state.borrow().bytes, file))
    }
}

/// Reads stored entities one at a time.
pub(super) struct Reader {
    spool: Arc<Spool>,
    state: watch::Receiver<State>,
    file: Option<BufReader<Checked<File>>>,
    /// The key of the last entity.
    key: Vec<u8>,
    /// The bytes that were read.
    read: u64,
    /// The bytes that can be read.
    flushed: u64,
    /// `true` if it goes on with what is stored later.
    along: bool,
}

impl Reader {
    /// Finds out how much can be read.
    fn refresh(&mut self) -> Result<()> {
        let (flushed, file) = self.spool.flush(self.file.is_none())?;
        self.flushed = flushed;
        self.file =
            self.file.take().or_else(|| file.map(|file| BufReader::with_capacity(BUFFER, Checked(file))));
        Ok(())
    }

    /// The next entity: its key and what was stored of it.
    pub fn next_keyed(&mut self) -> Result<Option<(&[u8], Vec<u8>)>> {
        if self.read == self.flushed && self.along {
            self.refresh()?;
        }
        let left = self.flushed - self.read;
        let Some(file) = self.file.as_mut().filter(|_| left > 0) else { return Ok(None) };
        let mut stored = Vec::new();
        part(file, left, &mut self.key)?;
        part(file, left, &mut stored)?;
        self.read += 16 + (self.key.len() + stored.len()) as u64;
        Ok(Some((&self.key, stored)))
    }
}

/// Reads a part that is not longer than all that is left.
fn part(file: &mut BufReader<Checked<File>>, left: u64, bytes: &mut Vec<u8>) -> Result<()> {
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(disk)?;
    let length = Some(u64::from_le_bytes(length)).filter(|length| *length <= left);
    let length = length.and_then(|length| usize::try_from(length).ok());
    bytes.resize(length.ok_or_else(|| disk(std::io::ErrorKind::InvalidData.into()))?, 0);
    file.read_exact(bytes).map_err(disk)
}

impl Stored for Reader {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.next_keyed()?.map(|(_, stored)| stored))
    }

    fn key(&self) -> Option<&[u8]> {
        Some(&self.key)
    }

    fn more(&mut self) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            if !self.along {
                return false;
            }
            let (read, _waiting) = (self.read, Waiting::new(&self.spool.waiting));
            let state = self.state.wait_for(|state| state.closed || state.bytes > read).await;
            // The spool is there as long as this is.
            state.is_ok_and(|state| state.bytes > read)
        })
    }
}

/// Counts a reader for as long as it waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(all: &'a AtomicUsize) -> Self {
        all.fetch_add(1, Ordering::SeqCst);
        Self(all)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Nothing was stored.
pub(super) struct Nothing;

impl Stored for Nothing {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

pub(super) fn disk(error: std::io::Error) -> Error {
    Error::new(Kind::Other, code::DISK, "what steps read back cannot be kept in the temporary folder")
        .caused_by(error)
}

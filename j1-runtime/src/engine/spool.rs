//! Storage on disk for objects that steps read back, so that memory does not grow with the data.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::sync::{Mutex, PoisonError};

use j1_core::error::Kind;
use j1_core::graph::Stored;
use j1_core::{Error, Result};
use tempfile::NamedTempFile;

use crate::code;

/// The stored entities of one type: each as its length (8 bytes, little-endian) and its JSON.
#[derive(Default)]
pub(super) struct Spool {
    /// Made when the first one is stored.
    writer: Mutex<Option<BufWriter<NamedTempFile>>>,
}

impl Spool {
    pub fn push(&self, json: &[u8]) -> Result<()> {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = match &mut *slot {
            Some(writer) => writer,
            None => slot.insert(BufWriter::new(NamedTempFile::with_prefix("j1-").map_err(disk)?)),
        };
        writer.write_all(&(json.len() as u64).to_le_bytes()).map_err(disk)?;
        writer.write_all(json).map_err(disk)
    }

    /// From the first one on, whoever else is reading.
    pub fn read(&self) -> Result<Box<dyn Stored>> {
        let mut slot = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(writer) = &mut *slot else { return Ok(Box::new(Nothing)) };
        writer.flush().map_err(disk)?;
        let file = writer.get_ref().reopen().map_err(disk)?;
        let left = file.metadata().map_err(disk)?.len();
        Ok(Box::new(Reader { file: BufReader::new(file), left }))
    }
}

struct Reader {
    file: BufReader<File>,
    /// The number of records left of those present when reading began.
    left: u64,
}

impl Stored for Reader {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut length = [0; 8];
        self.file.read_exact(&mut length).map_err(disk)?;
        let length = u64::from_le_bytes(length);
        let mut json = Vec::new();
        (&mut self.file).take(length).read_to_end(&mut json).map_err(disk)?;
        self.left = self.left.saturating_sub(8 + length);
        Ok(Some(json))
    }
}

/// Nothing was stored.
pub(super) struct Nothing;

impl Stored for Nothing {
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

fn disk(error: std::io::Error) -> Error {
    Error::new(Kind::Other, code::DISK, "what steps read back cannot be kept in the temporary folder")
        .caused_by(error)
}

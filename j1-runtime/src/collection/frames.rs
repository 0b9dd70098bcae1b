//! Compressed files of records, each a list of byte strings behind their lengths.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// The most parts of one record.
const MOST_PARTS: u8 = 8;

/// Writes records.
pub(crate) struct FrameWriter<W: Write>(GzEncoder<W>);

impl<W: Write> FrameWriter<W> {
    pub fn new(out: W) -> Self {
        Self(GzEncoder::new(out, Compression::fast()))
    }

    pub fn write(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        let count = u8::try_from(parts.len()).unwrap_or(MOST_PARTS);
        self.0.write_all(&[count])?;
        for part in parts.iter().take(usize::from(count)) {
            self.0.write_all(&(part.len() as u64).to_le_bytes())?;
            self.0.write_all(part)?;
        }
        Ok(())
    }

    pub fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}

/// Reads records. A file that was cut off or changed is an error: its checksum is at its end.
pub(crate) struct FrameReader<R: Read>(GzDecoder<R>);

impl<R: Read> FrameReader<R> {
    pub fn new(file: R) -> Self {
        Self(GzDecoder::new(file))
    }

    /// The parts of the next record; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Vec<Vec<u8>>>> {
        let mut count = [0];
        if self.0.read(&mut count)? == 0 {
            return Ok(None);
        }
        if count[0] > MOST_PARTS {
            return Err(io::Error::other("a record has too many parts"));
        }
        (0..count[0]).map(|_| self.part()).collect::<io::Result<_>>().map(Some)
    }

    fn part(&mut self) -> io::Result<Vec<u8>> {
        let mut length = [0; 8];
        self.0.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        let mut part = Vec::new();
        // Not allocated beforehand: a damaged length must not take all memory.
        (&mut self.0).take(length).read_to_end(&mut part)?;
        if part.len() as u64 == length { Ok(part) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

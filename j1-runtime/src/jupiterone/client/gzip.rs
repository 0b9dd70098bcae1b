//! Compresses request bodies with states that are used again: to fill the memory of a new one would cost as much as to compress
//! a tenth of a body.

use std::sync::{Mutex, PoisonError};

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::code;

/// The head of a file in the format gzip without a name and a time, compressed for speed on a system that it does not tell.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255];
/// The least room for what is compressed.
const ROOM: usize = 32 * 1024;
/// The bytes of which the checksum is made at once: they are still in the processor's caches when they are compressed.
const CHUNK: usize = 64 * 1024;

/// Compresses at level 1. There are as many states as threads that compress at the same time.
#[derive(Default)]
pub(super) struct Gzip(Mutex<Vec<Compress>>);

impl Gzip {
    /// Compresses a text that consists of these parts.
    pub fn compress(&self, parts: &[&[u8]]) -> Result<Vec<u8>> {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut state = idle.unwrap_or_else(|| Compress::new(Compression::fast(), false));
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let mut out = Vec::with_capacity(HEAD.len() + length / 4 + ROOM);
        out.extend_from_slice(&HEAD);
        let mut crc = Crc::new();
        for chunk in parts.iter().flat_map(|part| part.chunks(CHUNK)) {
            crc.update(chunk);
            write(&mut state, chunk, FlushCompress::None, &mut out)?;
        }
        write(&mut state, &[], FlushCompress::Finish, &mut out)?;
        out.extend_from_slice(&crc.sum().to_le_bytes());
        out.extend_from_slice(&crc.amount().to_le_bytes());
        state.reset();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(state);
        Ok(out)
    }
}

/// Compresses all of a part, to the end of the text if it is finished with it.
fn write(state: &mut Compress, mut part: &[u8], flush: FlushCompress, out: &mut Vec<u8>) -> Result<()> {
    loop {
        let (read, written) = (state.total_in(), out.len());
        let status = state.compress_vec(part, out, flush).map_err(|error| failed().caused_by(error))?;
        let read = usize::try_from(state.total_in() - read).unwrap_or(part.len());
        part = part.get(read..).unwrap_or_default();
        let is_done = match flush {
            FlushCompress::Finish => status == Status::StreamEnd,
            _ => part.is_empty(),
        };
        if is_done {
            return Ok(());
        }
        if read == 0 && written == out.len() && out.len() < out.capacity() {
            return Err(failed());
        }
        out.reserve(ROOM);
    }
}

fn failed() -> Error {
    Error::new(Kind::Other, code::UPLOAD, "a request to JupiterOne could not be compressed")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn every_text_is_the_same_again_also_with_a_state_that_was_used() {
        let gzip = Gzip::default();
        let mut random = fastrand::Rng::with_seed(7);
        for length in [0, 1, 1000, 100_000, 3_000_000] {
            let noise: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            let words: Vec<u8> = (0..length).map(|_| random.u8(b'a'..b'd')).collect();
            for text in [&noise, &words] {
                let packed = gzip.compress(&[b"[", text, b"]"]).expect("it fits into memory");
                let mut read = Vec::new();
                GzDecoder::new(&packed[..]).read_to_end(&mut read).expect("gzip");
                assert!(read == [b"[", &text[..], b"]"].concat(), "{length}");
            }
        }
        assert_eq!(gzip.0.lock().expect("a lock").len(), 1);
    }
}

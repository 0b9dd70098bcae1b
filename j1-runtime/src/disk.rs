//! The operations on files whose failure a run must survive.
//!
//! Each one calls [`point`] first. With the feature `faults`, a test makes any one of them fail, so that all of them are tried.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

#[cfg(feature = "faults")]
pub(crate) use faults::point;

/// Comes before an operation on a file; a test with the feature `faults` makes it fail.
#[cfg(not(feature = "faults"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature `faults` it fails")]
#[inline]
pub(crate) const fn point(_: &'static str) -> io::Result<()> {
    Ok(())
}

/// A file whose reads and writes can fail.
#[derive(Debug)]
pub(crate) struct Checked<W>(pub W);

impl<W: Write> Write for Checked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        point("write")?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        point("read")?;
        self.0.read(bytes)
    }
}

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Checked(open(path)?).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a whole file as text.
pub(crate) fn read_to_string(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    Checked(open(path)?).read_to_string(&mut text)?;
    Ok(text)
}

/// Fills `bytes` from this position of a file on.
pub(crate) fn read_at(file: &File, bytes: &mut [u8], position: u64) -> io::Result<()> {
    point("read")?;
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, bytes, position);
    #[cfg(not(unix))]
    {
        use std::io::{Seek as _, SeekFrom};
        let mut file = file;
        file.seek(SeekFrom::Start(position))?;
        file.read_exact(bytes)
    }
}

fn open(path: &Path) -> io::Result<File> {
    point("open")?;
    File::open(path)
}

/// Renames a file or a folder.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    point("rename")?;
    std::fs::rename(from, to)
}

#[cfg(feature = "faults")]
pub(crate) mod faults {
    use std::io;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::sync::{Mutex, PoisonError};

    /// The number of operations until the one that fails; negative where none does.
    static LEFT: AtomicI64 = AtomicI64::new(-1);
    static FAILED: Mutex<Option<&'static str>> = Mutex::new(None);

    /// Comes before an operation on a file, and fails in its place if its turn has come.
    pub(crate) fn point(what: &'static str) -> io::Result<()> {
        if LEFT.load(Ordering::Relaxed) < 0 || LEFT.fetch_sub(1, Ordering::Relaxed) != 0 {
            return Ok(());
        }
        *FAILED.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
        Err(io::Error::other(format!("a test makes this {what} fail")))
    }

    /// Makes one operation on a file of this process fail: the one after `operations` others. For tests of what a full or broken
    /// disk does to a run.
    pub fn fail_disk_after(operations: u32) {
        LEFT.store(i64::from(operations), Ordering::Relaxed);
    }

    /// Returns the operation that failed, once it has.
    #[must_use]
    pub fn disk_failure() -> Option<&'static str> {
        *FAILED.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

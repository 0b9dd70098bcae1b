//! One server for one data file, and the note that tells other processes where that server listens.
//!
//! Ownership: [`DataLock::take`] runs before SQLite opens the file. The lock belongs to the store and is released
//! after its last connection has closed; until then no other process may open the file for writing. The note beside
//! the file is meaningful only while the lock is held.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A server that has a data file open: where it listens, and a key that it accepts.
///
/// Read from a note beside the data file. Only the owner of the data file can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunningServer {
    /// Its URL, for example `http://127.0.0.1:8421`.
    pub url: String,
    /// A key that it accepts until it stops, beside the one it was started with.
    pub api_key: String,
}

impl RunningServer {
    pub(crate) const fn new(url: String, api_key: String) -> Self {
        Self { url, api_key }
    }

    /// Reads where the server of a data file listens; `None` when it left no note.
    ///
    /// A note may outlive a server that was killed. Ask for it after opening the file failed with
    /// [`Error::InUse`], which shows that a server is running.
    #[must_use]
    pub fn find(database: &Path) -> Option<Self> {
        let path = std::fs::canonicalize(database).ok()?;
        serde_json::from_slice(&std::fs::read(beside(&path, ".server")).ok()?).ok()
    }
}

/// The lock on a data file.
#[derive(Debug)]
pub struct DataLock {
    /// Held, not read: the system releases the lock with it.
    _file: File,
    note: PathBuf,
}

impl DataLock {
    /// Creates the data file when it does not exist and locks it; also returns its real path.
    ///
    /// Symbolic links lead to one lock, since its name is made from the real path. Hard links would not, so a file
    /// that has several names is refused. The data file itself is not locked: on some systems that lock would meet
    /// those of SQLite.
    pub fn take(path: &Path) -> Result<(Self, PathBuf), Error> {
        let failed = |source| Error::Open { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            private_folder(folder).map_err(failed)?;
        }
        // SQLite would let everyone read a file that it creates.
        let data = private(path).map_err(failed)?;
        let names = names(&data).map_err(failed)?;
        drop(data);
        let real = std::fs::canonicalize(path).map_err(failed)?;
        let file = private(&beside(&real, ".lock")).map_err(failed)?;
        match file.try_lock() {
            Ok(()) if names > 1 => Err(Error::Linked { path: path.to_owned() }),
            Ok(()) => {
                let note = beside(&real, ".server");
                // A server that was killed may have left it.
                remove(&note).map_err(failed)?;
                Ok((Self { _file: file, note }, real))
            }
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Writes where the server listens. Readers see the whole note or none.
    pub fn publish(&self, server: &RunningServer) -> std::io::Result<()> {
        let draft = beside(&self.note, ".new");
        let mut file = private(&draft)?;
        file.set_len(0)?;
        file.write_all(&serde_json::to_vec(server)?)?;
        std::fs::rename(draft, &self.note)
    }
}

impl Drop for DataLock {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.note) {
            tracing::warn!(%error, "the note about this server could not be removed");
        }
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Opens a file for writing; one that has to be created is readable for its owner alone, since it contains what
/// integrations found.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Creates a folder and those above it that do not exist, for their owner alone.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The number of names (hard links) of a file.
#[cfg(unix)]
fn names(file: &File) -> std::io::Result<u64> {
    Ok(std::os::unix::fs::MetadataExt::nlink(&file.metadata()?))
}

#[cfg(not(unix))]
fn names(_: &File) -> std::io::Result<u64> {
    Ok(1)
}

//! Errors of starting, running and stopping a local JupiterOne.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// An error of starting, running or stopping a local JupiterOne.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data file, or its folder, could not be opened or created.
    #[error("cannot open the data file {path}: {source}", path = path.display())]
    Open {
        /// The file as it was named.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// Another process serves the same data file.
    #[error("{path} is open in another process; stop it, or name another file", path = path.display())]
    InUse {
        /// The file as it was named.
        path: PathBuf,
    },
    /// The data file has several names (hard links), so a lock on one of them does not protect it.
    #[error(
        "{path} has several names (hard links), so another process could open it unseen; copy it instead",
        path = path.display()
    )]
    Linked {
        /// The file as it was named.
        path: PathBuf,
    },
    /// The data file is damaged.
    #[error(
        "{path} is damaged ({found}); move it away, with its -wal and -shm files, and run the integrations again",
        path = path.display()
    )]
    Damaged {
        /// The file as it was named.
        path: PathBuf,
        /// The first damage that SQLite reported.
        found: String,
    },
    /// The file is not one that this version wrote.
    #[error("{}", format_message(path, *found, *expected))]
    Format {
        /// The file as it was named.
        path: PathBuf,
        /// The format number found in it.
        found: i64,
        /// The one this version reads.
        expected: i64,
    },
    /// The address could not be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A file of an export could not be written.
    #[error("cannot write {path}: {source}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// SQLite failed.
    #[error("the data file failed: {0}")]
    Store(#[from] rusqlite::Error),
    /// The store or the server had already stopped.
    #[error("the local JupiterOne has stopped")]
    Stopped,
}

impl Error {
    /// The stable code, to be looked up in [`crate::CODES`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "J1-R3001",
            Self::InUse { .. } => "J1-R3002",
            Self::Format { .. } => "J1-R3003",
            Self::Listen { .. } => "J1-R3004",
            Self::Store(_) => "J1-R3005",
            Self::Stopped => "J1-R3006",
            Self::Damaged { .. } => "J1-R3007",
            Self::Linked { .. } => "J1-R3008",
            Self::Write { .. } => "J1-R3009",
        }
    }
}

fn format_message(path: &Path, found: i64, expected: i64) -> String {
    let path = path.display();
    match found {
        0 => format!("{path} is an SQLite database of another program; name another file"),
        found if (1..expected).contains(&found) => format!(
            "{path} was written by an earlier version (format {found}, this version reads {expected}); start \
             `cargo j1 local` on it once, which brings it up to date"
        ),
        _ => format!(
            "{path} was written by a later version (format {found}, this version reads {expected}); use that version, or \
             move the file away"
        ),
    }
}

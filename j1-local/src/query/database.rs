//! The data file, opened for queries beside a server that may have it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::options::{Answer, Options, QueryError};
use super::run::run;
use crate::Error;
use crate::store;

/// A data file that is read and never written. It may be opened while a server writes to it.
pub struct Database {
    connection: Connection,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

impl Database {
    /// Opens a data file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file does not exist, cannot be read, or has another format.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        // SQLite would say only that it cannot open the file.
        if let Err(source) = std::fs::File::open(path) {
            return Err(Error::Open { path: path.to_owned(), source });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        store::check_format(&connection, path)?;
        Ok(Self { connection })
    }

    /// Answers one page of a query.
    ///
    /// # Errors
    ///
    /// Returns an error if the query is wrong, asks for something unsupported, or takes too long.
    pub fn query(&self, text: &str, options: &Options) -> Result<Answer, QueryError> {
        run(&self.connection, text, options)
    }
}

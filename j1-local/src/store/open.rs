//! Opening the data file: one process at a time, one format.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::pin;
use super::worker::Worker;
use crate::error::Error;

/// The number of the format that `schema.sql` describes.
const FORMAT: i64 = 1;

const SCHEMA: &str = include_str!("schema.sql");

/// Tables that a diff uses on its way.
const SCRATCH: &str = "
    CREATE TEMP TABLE seen (
        stage_id INTEGER PRIMARY KEY, live_id INTEGER, from_id INTEGER, to_id INTEGER,
        fresh INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX temp.seen_live ON seen (live_id);
    CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY);
    CREATE TEMP TABLE leaving (id INTEGER PRIMARY KEY);";

/// An open store.
pub struct Opened {
    pub writer: Worker,
    pub reader: Worker,
    /// Keeps other processes out; the system drops it with the process.
    pub lock: Option<File>,
}

/// Opens the file, or a store in memory that ends with the process.
pub fn open(path: Option<&Path>) -> Result<Opened, Error> {
    let Some(path) = path else {
        // A database in memory belongs to one connection.
        let writer = start("j1-local-store", writer(Connection::open_in_memory()?, Path::new(":memory:"))?)?;
        return Ok(Opened { reader: writer.clone(), writer, lock: None });
    };
    let lock = lock(path)?;
    let writer = writer(Connection::open(path)?, path)?;
    let reader = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    tune(&reader)?;
    Ok(Opened {
        writer: start("j1-local-writer", writer)?,
        reader: start("j1-local-reader", reader)?,
        lock: Some(lock),
    })
}

fn start(name: &str, connection: Connection) -> Result<Worker, Error> {
    Worker::start(name, connection).map_err(|_| Error::Stopped)
}

/// Takes the lock file beside the data file, so that two processes never finalize against each other.
fn lock(path: &Path) -> Result<File, Error> {
    let failed = |source| Error::Open { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = private(&PathBuf::from(name)).map_err(failed)?;
    match file.try_lock() {
        // SQLite would let everyone read it.
        Ok(()) => private(path).map(|_| file).map_err(failed),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Opens a file for writing; one that has to be created is for its owner alone, since it holds what
/// integrations found.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn writer(mut connection: Connection, path: &Path) -> Result<Connection, Error> {
    tune(&connection)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    // Before anything is written: the file may be someone else's.
    let new = found == 0 && tables == 0;
    if !new && found != FORMAT {
        return Err(Error::Format { path: path.to_owned(), found, expected: FORMAT });
    }
    // With WAL a killed process loses nothing that was committed; a power cut may lose the last
    // moments but never tears a transaction.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    if new {
        let transaction = connection.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()?;
    }
    connection.execute_batch(pin::TABLE)?;
    drop_old_stage(&connection)?;
    connection.execute_batch(SCRATCH)?;
    Ok(connection)
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // In KiB when negative.
    connection.pragma_update(None, "cache_size", -65_536)
}

/// Removes staged rows that belong to no job that could still use them.
fn drop_old_stage(connection: &Connection) -> rusqlite::Result<()> {
    for table in ["stage_entity", "stage_relationship", "stage_raw"] {
        connection.execute(
            &format!(
                "DELETE FROM {table} WHERE job NOT IN \
                 (SELECT id FROM job WHERE status IN ('AWAITING_UPLOADS', 'FINALIZE_PENDING'))"
            ),
            [],
        )?;
    }
    Ok(())
}

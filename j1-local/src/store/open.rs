//! Opening the data file: one process at a time, one format, and no damage.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, params};

use super::lock::DataLock;
use super::values;
use super::worker::Worker;
use crate::error::Error;

/// Jobs that were started this long ago and never finalized are aborted when the file is opened.
const ABANDONED: i64 = 7 * 24 * 60 * 60 * 1000;

/// The steps that lead from an empty file to the current format. A file of an earlier format takes those it lacks.
const STEPS: [&str; 6] = [
    include_str!("schema.sql"),
    include_str!("history.sql"),
    include_str!("mapped.sql"),
    include_str!("views.sql"),
    include_str!("bulk.sql"),
    include_str!("values.sql"),
];

/// The number of the current format, which is the number of steps and `PRAGMA user_version` of the file.
const FORMAT: i64 = 6;

/// Tables that a diff uses on its way.
const SCRATCH: &str = "
    CREATE TEMP TABLE seen (
        stage_id INTEGER PRIMARY KEY, live_id INTEGER NOT NULL, from_id INTEGER, to_id INTEGER,
        fresh INTEGER NOT NULL, changed INTEGER NOT NULL);
    CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY);
    CREATE TEMP TABLE leaving (id INTEGER PRIMARY KEY);";

/// An open store.
pub struct Opened {
    pub writer: Worker,
    pub reader: Worker,
    /// Keeps other processes out.
    pub lock: Option<DataLock>,
}

/// Opens the file, or a store in memory that ends with the process.
pub fn open(path: Option<&Path>, now: i64) -> Result<Opened, Error> {
    let Some(path) = path else {
        // A database in memory belongs to one connection.
        let writer = writer(Connection::open_in_memory()?, Path::new(":memory:"), now)?;
        let writer = start("j1-local-store", writer)?;
        return Ok(Opened { reader: writer.clone(), writer, lock: None });
    };
    let (lock, real) = DataLock::take(path)?;
    let damaged = |error| name_damage(error, path);
    let writer = writer(Connection::open(&real)?, path, now).map_err(damaged)?;
    let reader = Connection::open_with_flags(
        &real,
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

/// Says which file is damaged, where SQLite says only that one is.
fn name_damage(error: Error, path: &Path) -> Error {
    match error {
        Error::Store(source)
            if matches!(
                source.sqlite_error_code(),
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
            ) =>
        {
            Error::Damaged { path: path.to_owned(), found: source.to_string() }
        }
        other => other,
    }
}

fn writer(mut connection: Connection, path: &Path, now: i64) -> Result<Connection, Error> {
    tune(&connection)?;
    if connection.path().is_some_and(|path| !path.is_empty()) && has_temporary_files() {
        use_temporary_files(&connection)?;
    }
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    // Before anything is written: the file may be someone else's.
    let new = found == 0 && tables == 0;
    if !new && !(1..=FORMAT).contains(&found) {
        return Err(Error::Format { path: path.to_owned(), found, expected: FORMAT });
    }
    if !new {
        check(&connection, path)?;
    }
    // Fewer and larger pages: rows of a few hundred bytes fill them well. Only a new file takes it.
    if new {
        connection.pragma_update(None, "page_size", 8_192)?;
    }
    // With WAL a killed process loses nothing that was committed; a power cut may lose the last
    // moments but never tears a transaction.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // In pages, 64 MiB: a large upload is otherwise copied into the file again and again.
    connection.pragma_update(None, "wal_autocheckpoint", 8_192)?;
    // What a large finalize touches, so that its pages are not written and read again within one transaction.
    connection.pragma_update(None, "cache_size", -262_144)?;
    // A step of the upgrade makes tables anew that others refer to.
    connection.pragma_update(None, "foreign_keys", false)?;
    upgrade(&mut connection, found)?;
    values::ensure(&mut connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    abort_abandoned(&connection, now)?;
    drop_old_stage(&connection)?;
    connection.execute_batch(SCRATCH)?;
    Ok(connection)
}

/// Brings a file of an earlier format, or an empty one (format 0), to the current format.
fn upgrade(connection: &mut Connection, found: i64) -> rusqlite::Result<()> {
    if found == FORMAT {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}

/// Refuses a file of another format, which is read without being upgraded.
pub(crate) fn check_format(connection: &Connection, path: &Path) -> Result<(), Error> {
    let damaged = |error: rusqlite::Error| name_damage(Error::Store(error), path);
    let found: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(damaged)?;
    if found != FORMAT {
        return Err(Error::Format { path: path.to_owned(), found, expected: FORMAT });
    }
    tune(connection).map_err(damaged)
}

/// Lets the writer sort with files: [`bulk::Dropped::restore`](super::bulk::Dropped::restore) says why.
fn use_temporary_files(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "temp_store", "FILE")?;
    // The tables of `SCRATCH` stay in memory up to this size.
    connection.pragma_update(Some("temp"), "cache_size", -131_072)
}

/// Returns `true` if SQLite finds a folder for temporary files. A container may have none that can be written to.
fn has_temporary_files() -> bool {
    // A database without a name is such a file as soon as it has more than its cache takes.
    let probe =
        "PRAGMA cache_size = 1; CREATE TABLE probe (filler); INSERT INTO probe VALUES (zeroblob(1000000));";
    Connection::open("").and_then(|connection| connection.execute_batch(probe)).is_ok()
}

fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // In KiB when negative.
    connection.pragma_update(None, "cache_size", -65_536)
}

/// Refuses a file whose pages do not fit together: what it would be asked for is not what was written.
fn check(connection: &Connection, path: &Path) -> Result<(), Error> {
    let found: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    // Below a headline, SQLite lists all that it found.
    let mut lines = found.lines().filter(|line| !line.starts_with("***"));
    let first = lines.next().unwrap_or("quick_check failed").to_owned();
    let found = match lines.count() {
        0 => first,
        more => format!("{first}, and {more} more"),
    };
    Err(Error::Damaged { path: path.to_owned(), found })
}

/// Aborts the jobs of runs that ended without a word, so that what they uploaded does not stay for ever.
fn abort_abandoned(connection: &Connection, now: i64) -> rusqlite::Result<()> {
    let aborted = connection.execute(
        "UPDATE job SET status = 'ABORTED', end_timestamp = ?1, \
         reason = 'not finalized within 7 days; aborted when the local JupiterOne started' \
         WHERE status = 'AWAITING_UPLOADS' AND start_timestamp < ?2",
        params![now, now.saturating_sub(ABANDONED)],
    )?;
    if aborted > 0 {
        tracing::info!(jobs = aborted, "aborted jobs that were never finalized");
    }
    Ok(())
}

/// Removes staged rows that belong to no job that could still use them.
fn drop_old_stage(connection: &Connection) -> rusqlite::Result<()> {
    for table in ["stage_entity", "stage_relationship", "stage_raw"] {
        connection.execute(
            &format!(
                "DELETE FROM {table} WHERE job NOT IN \
                 (SELECT number FROM job WHERE status IN ('AWAITING_UPLOADS', 'FINALIZE_PENDING'))"
            ),
            [],
        )?;
    }
    Ok(())
}

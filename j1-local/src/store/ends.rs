//! The ends of many relationships, found in memory: looking each one up in the index of keys costs more than all the
//! rest of a large finalize.

use std::fmt::Write as _;
use std::hash::BuildHasherDefault;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

use super::bulk;
use super::finalize::Run;
use super::hashed::{Hashed, hash};

/// The SQL function that returns the entity of a key in the job's scope.
const FUNCTION: &str = "j1_end";

/// Finds the ends of the staged relationships `st` of one job.
pub struct Ends<'c> {
    /// The connection that has [`FUNCTION`].
    connection: Option<&'c Connection>,
}

/// The staged entities of the job, which `temp.seen` has at the same time.
pub struct Staged {
    pub rows: Hashed,
    /// The number of a staged row and this make that of its entity, if it met none.
    pub given: i64,
}

/// The numbers of entities by a hash of their key.
enum Keys {
    /// By the rows that were staged.
    Staged {
        staged: Staged,
        /// The first staged row that met an entity.
        first: i64,
        /// The entities that the staged rows from `first` on met; 0 for one that met none.
        met: Vec<i64>,
    },
    /// As they were read.
    Read(Hashed),
}

impl<'c> Ends<'c> {
    /// Learns the keys of the job's scope if there are many relationships, and not many times more entities.
    pub fn new(run: &Run<'c>, staged: Option<Staged>) -> rusqlite::Result<Self> {
        let uploaded = i64::try_from(run.job.counters.num_relationships_uploaded).unwrap_or(i64::MAX);
        if uploaded < bulk::MANY {
            return Ok(Self { connection: None });
        }
        let entities: i64 = run
            .connection
            .prepare_cached("SELECT count(*) FROM entity WHERE scope_id = ?1")?
            .query_row([run.job.scope_id], |row| row.get(0))?;
        let count = usize::try_from(entities).unwrap_or_default();
        // Those that are not staged, of partial types, are looked up one by one.
        let keys = match staged.filter(|staged| staged.rows.len() >= count / 2) {
            Some(staged) => Keys::meet(run.connection, staged)?,
            // A relationship has two ends, and reading a key costs about half as much as finding one.
            None if uploaded.saturating_mul(4) < entities => return Ok(Self { connection: None }),
            None => Keys::read(run, count)?,
        };
        run.connection.create_scalar_function(
            FUNCTION,
            1,
            FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY,
            move |context| {
                Ok(match context.get_raw(0) {
                    ValueRef::Text(key) => keys.find(key),
                    _ => None,
                })
            },
        )?;
        Ok(Self { connection: Some(run.connection) })
    }

    /// SQL for the entity at one end; NULL when it does not exist. `?2` is the job's scope.
    pub fn sql(&self, side: &str) -> String {
        let find =
            format!("(SELECT id FROM entity WHERE scope_id = st.{side}_scope AND key = st.{side}_key)");
        let mut sql = "CASE ".to_owned();
        if self.connection.is_some() {
            let _ =
                write!(sql, "WHEN st.{side}_scope = ?2 THEN coalesce({FUNCTION}(st.{side}_key), {find}) ");
        }
        let _ = write!(
            sql,
            "WHEN st.{side}_scope IS NULL THEN (SELECT id FROM entity WHERE uid = st.{side}_key) ELSE {find} END"
        );
        sql
    }
}

impl Keys {
    /// Notes which entities the staged rows met.
    fn meet(connection: &Connection, staged: Staged) -> rusqlite::Result<Self> {
        let mut statement = connection
            .prepare("SELECT stage_id, live_id FROM temp.seen WHERE NOT fresh ORDER BY stage_id")?;
        let mut rows = statement.query([])?;
        let (mut first, mut met) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            let (stage_id, live_id): (i64, i64) = (row.get(0)?, row.get(1)?);
            if met.is_empty() {
                first = stage_id;
            }
            met.resize(usize::try_from(stage_id - first).unwrap_or_default(), 0);
            met.push(live_id);
        }
        Ok(Self::Staged { staged, first, met })
    }

    /// Reads the keys of the job's scope.
    fn read(run: &Run<'_>, count: usize) -> rusqlite::Result<Self> {
        let mut keys = Hashed::<i64>::with_capacity_and_hasher(count, BuildHasherDefault::default());
        let mut statement =
            run.connection.prepare("SELECT key, id FROM entity INDEXED BY entity_key WHERE scope_id = ?1")?;
        let mut rows = statement.query([run.job.scope_id])?;
        while let Some(row) = rows.next()? {
            keys.insert(hash(row.get_ref(0)?.as_bytes()?), row.get(1)?);
        }
        Ok(Self::Read(keys))
    }

    fn find(&self, key: &[u8]) -> Option<i64> {
        match self {
            Self::Read(keys) => keys.get(&hash(key)).copied(),
            Self::Staged { staged, first, met } => {
                let row = *staged.rows.get(&hash(key))?;
                let met = usize::try_from(row - first).ok().and_then(|place| met.get(place));
                Some(met.copied().filter(|id| *id > 0).unwrap_or(staged.given + row))
            }
        }
    }
}

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection {
            // Fails only while a statement runs. The next job replaces the function.
            let _ = connection.remove_function(FUNCTION, 1);
        }
    }
}

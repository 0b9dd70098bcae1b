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

impl<'c> Ends<'c> {
    /// Reads the keys of the job's scope if there are many relationships, and not many times more entities.
    pub fn new(run: &Run<'c>) -> rusqlite::Result<Self> {
        let uploaded = i64::try_from(run.job.counters.num_relationships_uploaded).unwrap_or(i64::MAX);
        if uploaded < bulk::MANY {
            return Ok(Self { connection: None });
        }
        let entities: i64 = run
            .connection
            .prepare_cached("SELECT count(*) FROM entity WHERE scope_id = ?1")?
            .query_row([run.job.scope_id], |row| row.get(0))?;
        // A relationship has two ends, and reading a key costs about half as much as finding one.
        if uploaded.saturating_mul(4) < entities {
            return Ok(Self { connection: None });
        }
        let count = usize::try_from(entities).unwrap_or_default();
        let mut keys = Hashed::<i64>::with_capacity_and_hasher(count, BuildHasherDefault::default());
        let mut statement =
            run.connection.prepare("SELECT key, id FROM entity INDEXED BY entity_key WHERE scope_id = ?1")?;
        let mut rows = statement.query([run.job.scope_id])?;
        while let Some(row) = rows.next()? {
            keys.insert(hash(row.get_ref(0)?.as_bytes()?), row.get(1)?);
        }
        run.connection.create_scalar_function(
            FUNCTION,
            1,
            FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY,
            move |context| {
                Ok(match context.get_raw(0) {
                    ValueRef::Text(key) => keys.get(&hash(key)).copied(),
                    _ => None,
                })
            },
        )?;
        Ok(Self { connection: Some(run.connection) })
    }

    /// SQL for the entity at one end; NULL when it does not exist. `?2` is the job's scope.
    pub fn sql(&self, side: &str) -> String {
        let mut sql = "CASE ".to_owned();
        if self.connection.is_some() {
            let _ = write!(sql, "WHEN st.{side}_scope = ?2 THEN {FUNCTION}(st.{side}_key) ");
        }
        let _ = write!(
            sql,
            "WHEN st.{side}_scope IS NULL THEN (SELECT id FROM entity WHERE uid = st.{side}_key) \
             ELSE (SELECT id FROM entity WHERE scope_id = st.{side}_scope AND key = st.{side}_key) END"
        );
        sql
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

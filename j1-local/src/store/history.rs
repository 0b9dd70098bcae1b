//! The versions of the graph: what each finalized job replaced or deleted, and the state after a past job.
//!
//! Invariants: a row of `entity`, `relationship` or `mapping` has been as it is since the version `since`. Its earlier
//! forms are in `…_past`, each valid from `since` up to before `until`. So the state after version `n` is every row
//! with `since <= n`, together with every past row with `since <= n < until`. [`keep`] must run before a row is
//! updated or deleted, in the same transaction, and the update must set `since`; [`super::finalize`] does the rest.

use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension, params};

use super::finalize::Run;
use super::pin::PINS;

/// The newest versions whose predecessors are kept. Older ones cannot be asked for.
pub const KEPT: i64 = 100;

const COMMON: &str = "uid, scope_id, key, kind, hash, version, created_on, begin_on, source, props";

/// Copies the rows of `table` that `which` selects (SQL for a list of ids) to the past, once in each version.
pub fn keep(run: &Run<'_>, table: &str, which: &str) -> rusqlite::Result<()> {
    run.connection.prepare_cached(&copy(table, which))?.execute([run.version])?;
    Ok(())
}

/// Copies one entity to the past, once in each version.
pub fn keep_entity(run: &Run<'_>, id: i64) -> rusqlite::Result<()> {
    run.connection.prepare_cached(&copy("entity", "?2"))?.execute([run.version, id])?;
    Ok(())
}

fn copy(table: &str, which: &str) -> String {
    let (columns, values) = match table {
        "entity" => ("pins", PINS),
        "relationship" => ("from_id, to_id, mapping_id", "from_id, to_id, mapping_id"),
        _ => ("from_id, mapping", "from_id, mapping"),
    };
    format!(
        "INSERT OR IGNORE INTO {table}_past (until, id, since, {COMMON}, {columns}) \
         SELECT ?1, id, since, {COMMON}, {values} FROM {table} JOIN {table}_props USING (id) \
         WHERE since < ?1 AND id IN ({which})"
    )
}

/// The number of the version that a job being finalized makes.
pub fn next_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT coalesce(max(version), 0) + 1 FROM job", [], |row| row.get(0))
}

/// Forgets what was replaced or deleted by versions that are too old.
pub fn prune(connection: &Connection, version: i64) -> rusqlite::Result<()> {
    for table in ["entity_past", "relationship_past", "mapping_past"] {
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE until <= ?1"))?
            .execute([version - KEPT])?;
    }
    Ok(())
}

/// The version that a job made, if its state is still known.
pub fn version(connection: &Connection, job: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT version FROM job WHERE id = ?1 AND version >= (SELECT max(version) FROM job) - ?2",
        )?
        .query_row(params![job, KEPT], |row| row.get(0))
        .optional()
}

/// Runs `read` on the graph as it was after this version.
///
/// Views of the connection hide the tables `entity`, `entity_props`, `relationship`, `relationship_props`, `mapping`,
/// `mapping_props` and `pin`, so the same SQL reads both the present and the past. Raw data has no past.
pub fn at<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    version: i64,
    read: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.execute_batch(&views(version))?;
    let read = read(connection);
    connection.execute_batch(
        "DROP VIEW temp.pin; DROP VIEW temp.entity; DROP VIEW temp.entity_props; DROP VIEW temp.relationship; \
         DROP VIEW temp.relationship_props; DROP VIEW temp.mapping; DROP VIEW temp.mapping_props;",
    )?;
    read
}

/// Runs `read` on the graph together with what was deleted from it, each object in its last form.
///
/// A row of `entity` or `relationship` was deleted if `main.entity` or `main.relationship` does not have its id.
pub fn with_deleted<T, E: From<rusqlite::Error>>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    const ROW: &str = "id, uid, scope_id, key, kind, hash, version, created_on, begin_on, source, since";
    let mut sql = String::new();
    for (table, more) in [("entity", ""), ("relationship", ", from_id, to_id, mapping_id")] {
        let last = format!(
            "main.{table}_past past WHERE NOT EXISTS (SELECT 1 FROM main.{table} live WHERE live.id = past.id) \
             AND until = (SELECT max(until) FROM main.{table}_past newer WHERE newer.id = past.id)"
        );
        let _ = write!(
            sql,
            "CREATE TEMP VIEW {table} AS SELECT {ROW}{more} FROM main.{table} \
             UNION ALL SELECT {ROW}{more} FROM {last}; \
             CREATE TEMP VIEW {table}_props AS SELECT id, props FROM main.{table}_props \
             UNION ALL SELECT id, props FROM {last};"
        );
    }
    connection.execute_batch(&sql)?;
    let read = read(connection);
    connection.execute_batch(
        "DROP VIEW temp.entity; DROP VIEW temp.entity_props; DROP VIEW temp.relationship; \
         DROP VIEW temp.relationship_props;",
    )?;
    read
}

fn views(version: i64) -> String {
    const ROW: &str = "id, uid, scope_id, key, kind, hash, version, created_on, begin_on, source, since";
    let mut sql = String::new();
    for (table, more, props) in [
        ("entity", "", "props"),
        ("relationship", ", from_id, to_id, mapping_id", "props"),
        ("mapping", ", from_id", "props, mapping"),
    ] {
        let past = format!("main.{table}_past WHERE since <= {version} AND until > {version}");
        let _ = write!(
            sql,
            "CREATE TEMP VIEW {table} AS SELECT {ROW}{more} FROM main.{table} WHERE since <= {version} \
             UNION ALL SELECT {ROW}{more} FROM {past}; \
             CREATE TEMP VIEW {table}_props AS SELECT id, {props} FROM main.{table}_props \
             WHERE id IN (SELECT id FROM main.{table} WHERE since <= {version}) \
             UNION ALL SELECT id, {props} FROM {past};"
        );
    }
    let _ = write!(
        sql,
        "CREATE TEMP VIEW pin AS SELECT uid, name, value FROM main.pin \
         WHERE uid IN (SELECT uid FROM main.entity WHERE since <= {version}) \
         UNION ALL SELECT uid, each.key AS name, json_quote(each.value) AS value \
         FROM main.entity_past, json_each(pins) each WHERE since <= {version} AND until > {version};"
    );
    sql
}

//! Rows that others point to: scopes and kinds.

use rusqlite::{Connection, OptionalExtension, params};

use crate::upload::Kind;

/// The number of a scope, remembered when it is new.
pub fn scope(connection: &Connection, kind: &str, name: &str, now: i64) -> rusqlite::Result<i64> {
    connection.query_row(
        "INSERT INTO scope (kind, name, first_seen_on, last_seen_on) VALUES (?1, ?2, ?3, ?3) \
         ON CONFLICT (kind, name) DO UPDATE SET last_seen_on = excluded.last_seen_on RETURNING id",
        params![kind, name, now],
        |row| row.get(0),
    )
}

/// The number of a scope that exists.
pub fn known_scope(connection: &Connection, kind: &str, name: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM scope WHERE kind = ?1 AND name = ?2")?
        .query_row([kind, name], |row| row.get(0))
        .optional()
}

/// The number of a combination of type and class, remembered when it is new.
pub fn kind(connection: &Connection, kind: &Kind) -> rusqlite::Result<i64> {
    let known = connection
        .prepare_cached("SELECT id FROM kind WHERE type = ?1 AND class = ?2")?
        .query_row([&kind.type_name, &kind.class], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO kind (type, class) VALUES (?1, ?2)")?
        .execute([&kind.type_name, &kind.class])?;
    Ok(connection.last_insert_rowid())
}

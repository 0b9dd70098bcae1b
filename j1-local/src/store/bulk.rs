//! Adding many rows to a large table: its indexes are dropped first, and built again from all rows at once.
//!
//! Both happen in the transaction that adds the rows, so other connections and a crash see the table with its indexes.

use rusqlite::Connection;

/// Fewer rows are added with the indexes in place.
pub const MANY: i64 = 20_000;

/// The cache while rows are sorted, in KiB when negative. Not less than SQLite sorts at once in any case.
const SORTED: i64 = -2_000;

/// The indexes of a table that were dropped, as SQL that creates them.
#[must_use = "the table has no indexes until `restore`"]
pub struct Dropped(Vec<String>);

/// Drops the indexes of a table if it is about to at least double by many rows.
pub fn drop_indexes(connection: &Connection, table: &str, rows: i64) -> rusqlite::Result<Dropped> {
    if rows < MANY {
        return Ok(Dropped(Vec::new()));
    }
    let present: i64 =
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
    if rows < present {
        return Ok(Dropped(Vec::new()));
    }
    // What a UNIQUE in the definition of the table needs has no SQL and stays.
    let indexes = connection
        .prepare_cached(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL",
        )?
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(String, String)>>>()?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(Dropped(indexes.into_iter().map(|(_, sql)| sql).collect()))
}

impl Dropped {
    /// Builds the indexes again.
    ///
    /// SQLite sorts as many rows at once as its cache is large, in a list: among a million of them, each comparison waits
    /// for the memory. Parts of 2 MB, which are merged from a file, take half of the time.
    pub fn restore(self, connection: &Connection) -> rusqlite::Result<()> {
        let Self(indexes) = self;
        if indexes.is_empty() {
            return Ok(());
        }
        let cache: i64 = connection.pragma_query_value(None, "cache_size", |row| row.get(0))?;
        connection.pragma_update(None, "cache_size", SORTED)?;
        let built = indexes.iter().try_for_each(|sql| connection.execute_batch(sql));
        connection.pragma_update(None, "cache_size", cache)?;
        built
    }
}

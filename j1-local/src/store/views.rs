//! One SQL view for each type of entities, so that other programs can read the data file.
//!
//! The columns are the properties that entities of the type have had, as noted when they were uploaded or merged. A
//! finalize recreates a view when its type has a new property.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use serde_json::{Map, Value};

/// Names of properties by type.
pub type Properties = BTreeMap<String, BTreeSet<String>>;

/// The most properties that a view has; SQLite takes 2,000 columns.
const MOST: usize = 1900;

/// Notes the properties of types.
pub fn note(connection: &Connection, properties: &Properties) -> rusqlite::Result<()> {
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO property (type, name) VALUES (?1, ?2)")?;
    for (type_name, names) in properties {
        for name in names {
            insert.execute([type_name, name])?;
        }
    }
    Ok(())
}

/// Notes the properties of one object.
pub fn note_one(
    connection: &Connection,
    type_name: &str,
    props: &Map<String, Value>,
) -> rusqlite::Result<()> {
    let names = props.keys().filter(|name| !name.starts_with('_')).cloned().collect();
    note(connection, &BTreeMap::from([(type_name.to_owned(), names)]))
}

/// The properties noted for the types that entities have.
pub fn properties(connection: &Connection) -> rusqlite::Result<Properties> {
    let mut all = Properties::new();
    let mut statement = connection.prepare_cached(
        "SELECT type, name FROM property WHERE type IN \
         (SELECT kind.type FROM kind WHERE EXISTS (SELECT 1 FROM entity WHERE entity.kind = kind.id))",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        all.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(all)
}

/// Creates the missing views of the types in the graph, and recreates those with too few columns.
pub fn refresh(connection: &Connection) -> rusqlite::Result<()> {
    let stale = connection
        .prepare_cached(
            "SELECT type, count(*) FROM property \
             WHERE type IN (SELECT kind.type FROM kind WHERE EXISTS (SELECT 1 FROM entity WHERE entity.kind = kind.id)) \
             GROUP BY type HAVING count(*) IS NOT (SELECT properties FROM type_view WHERE type_view.type = property.type)",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(String, i64)>>>()?;
    for (type_name, properties) in stale {
        if is_taken(connection, &type_name)? {
            continue;
        }
        create(connection, &type_name)?;
        connection
            .prepare_cached("REPLACE INTO type_view (type, properties) VALUES (?1, ?2)")?
            .execute(params![type_name, properties])?;
    }
    Ok(())
}

/// Returns `true` if the name belongs to a table or to another view, in SQLite's way of comparing names.
fn is_taken(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let reserved = name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("sqlite_"));
    let known: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE) \
         AND NOT EXISTS (SELECT 1 FROM type_view WHERE type = ?1)",
        [name],
        |row| row.get(0),
    )?;
    Ok(reserved || known || name.contains('\0'))
}

fn create(connection: &Connection, type_name: &str) -> rusqlite::Result<()> {
    let names = connection
        .prepare_cached("SELECT name FROM property WHERE type = ?1 ORDER BY name")?
        .query_map([type_name], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let mut used = BTreeSet::new();
    let columns: Vec<String> = names
        .iter()
        // A JSON path cannot contain a quote, and SQLite does not distinguish columns by case.
        .filter(|name| !name.contains(['"', '\0']) && used.insert(name.to_lowercase()))
        .take(MOST)
        .map(|name| {
            format!(", json_extract(properties, {}) AS {}", text(&format!("$.\"{name}\"")), quoted(name))
        })
        .collect();
    let columns = columns.concat();
    let view = quoted(type_name);
    connection.execute_batch(&format!(
        "DROP VIEW IF EXISTS {view}; CREATE VIEW {view} AS SELECT _id, _key, _class, _scope, _createdOn, _beginOn\
         {columns} FROM entities WHERE _type = {};",
        text(type_name)
    ))
}

/// A name in SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string in SQL.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

//! Counts of what is in the graph, for the page.

use rusqlite::{Connection, Row};
use serde::Serialize;

/// Counts of what is in the graph.
#[derive(Debug, Serialize)]
pub struct Overview {
    pub entities: Vec<TypeRow>,
    pub relationships: Vec<TypeRow>,
    #[serde(rename = "mappedRelationships")]
    pub mapped_relationships: Vec<TypeRow>,
    pub instances: Vec<InstanceRow>,
}

/// The number of objects of one type.
#[derive(Debug, Serialize)]
pub struct TypeRow {
    #[serde(rename = "_type")]
    pub type_name: String,
    #[serde(rename = "_class")]
    pub class: Vec<String>,
    pub count: i64,
}

/// An integration instance, or a scope of source `api`, that has been seen.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceRow {
    pub kind: String,
    pub name: String,
    pub entities: i64,
    pub last_seen_on: i64,
}

/// Counts everything, in one reading transaction.
pub fn read(connection: &mut Connection) -> rusqlite::Result<Overview> {
    let transaction = connection.transaction()?;
    Ok(Overview {
        entities: types(&transaction, "entity")?,
        relationships: types(&transaction, "relationship")?,
        mapped_relationships: types(&transaction, "mapping")?,
        instances: instances(&transaction)?,
    })
}

fn types(connection: &Connection, table: &str) -> rusqlite::Result<Vec<TypeRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT kind.type, kind.class, n FROM (SELECT kind, count(*) AS n FROM {table} GROUP BY kind) rows \
         JOIN kind ON kind.id = rows.kind ORDER BY kind.type, kind.class"
    ))?;
    statement.query_map([], type_row)?.collect()
}

fn type_row(row: &Row<'_>) -> rusqlite::Result<TypeRow> {
    let class: String = row.get(1)?;
    let class = match serde_json::from_str(&class) {
        Ok(serde_json::Value::String(class)) => vec![class],
        Ok(class) => serde_json::from_value(class).unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    Ok(TypeRow { type_name: row.get(0)?, class, count: row.get(2)? })
}

fn instances(connection: &Connection) -> rusqlite::Result<Vec<InstanceRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, name, (SELECT count(*) FROM entity WHERE scope_id = scope.id), last_seen_on \
         FROM scope WHERE kind <> 'mapper' ORDER BY last_seen_on DESC, id DESC",
    )?;
    statement
        .query_map([], |row| {
            Ok(InstanceRow {
                kind: row.get(0)?,
                name: row.get(1)?,
                entities: row.get(2)?,
                last_seen_on: row.get(3)?,
            })
        })?
        .collect()
}

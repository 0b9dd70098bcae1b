//! Entities and relationships by their numbers, in the form of JupiterOne's query API.

use std::collections::HashMap;

use rusqlite::{Connection, Row};
use serde_json::{Map, Value, json};

use crate::store::find::{COLUMNS, JOINS, list_row};

/// The entities with these numbers, in the order of the numbers given.
pub fn entities(connection: &Connection, ids: &[i64]) -> rusqlite::Result<Vec<Value>> {
    let sql = format!("SELECT {COLUMNS} FROM {JOINS} WHERE entity.id IN (SELECT value FROM json_each(?1))");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([json!(ids).to_string()], |row| Ok((row.get(0)?, list_row(row)?)))?;
    Ok(in_order(found.collect::<rusqlite::Result<_>>()?, ids))
}

/// Marks the entities that are no longer in the graph, where deleted ones were asked for.
pub fn mark_deleted(connection: &Connection, entities: &mut [Value]) -> rusqlite::Result<()> {
    let mut live = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM main.entity WHERE uid = ?1)")?;
    for entity in entities {
        let uid = entity["id"].as_str().unwrap_or_default().to_owned();
        if !live.query_row([uid], |row| row.get::<_, bool>(0))? {
            entity["entity"]["_deleted"] = Value::Bool(true);
        }
    }
    Ok(())
}

/// The relationships with these numbers, in the order of the numbers given.
pub fn relationships(connection: &Connection, ids: &[i64]) -> rusqlite::Result<Vec<Value>> {
    let mut statement = connection.prepare_cached(
        "SELECT relationship.id, relationship.uid, relationship.key, kind.type, kind.class, relationship.source, \
         relationship.version, relationship.created_on, relationship.begin_on, json(props), source.uid, target.uid, \
         scope.kind, scope.name FROM relationship JOIN kind ON kind.id = relationship.kind \
         JOIN relationship_props ON relationship_props.id = relationship.id \
         JOIN scope ON scope.id = relationship.scope_id \
         JOIN entity source ON source.id = from_id JOIN entity target ON target.id = to_id \
         WHERE relationship.id IN (SELECT value FROM json_each(?1))",
    )?;
    let found = statement.query_map([json!(ids).to_string()], |row| Ok((row.get(0)?, edge(row)?)))?;
    Ok(in_order(found.collect::<rusqlite::Result<_>>()?, ids))
}

fn in_order(mut found: HashMap<i64, Value>, ids: &[i64]) -> Vec<Value> {
    ids.iter().filter_map(|id| found.remove(id)).collect()
}

fn edge(row: &Row<'_>) -> rusqlite::Result<Value> {
    let (uid, class, props): (String, String, String) = (row.get(1)?, row.get(4)?, row.get(9)?);
    let (from, to): (String, String) = (row.get(10)?, row.get(11)?);
    let props: Map<String, Value> = serde_json::from_str(&props).unwrap_or_default();
    let mut relationship = json!({
        "_id": uid,
        "_key": row.get::<_, String>(2)?,
        "_type": [row.get::<_, String>(3)?],
        "_class": [serde_json::from_str::<Value>(&class).unwrap_or_default()],
        "_source": row.get::<_, String>(5)?,
        "_version": row.get::<_, i64>(6)?,
        "_createdOn": row.get::<_, i64>(7)?,
        "_beginOn": row.get::<_, i64>(8)?,
        "_fromEntityId": from,
        "_toEntityId": to,
        "_accountId": crate::ACCOUNT,
        "_deleted": false,
    });
    if row.get::<_, String>(12)? == "integration" {
        relationship["_integrationInstanceId"] = Value::from(row.get::<_, String>(13)?);
    }
    if let Some(name) = props.get("displayName") {
        relationship["displayName"] = name.clone();
    }
    Ok(json!({
        "id": uid,
        "fromVertexId": from,
        "toVertexId": to,
        "relationship": relationship,
        "properties": props,
    }))
}

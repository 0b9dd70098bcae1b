//! Entities and relationships as queries see them.

use rusqlite::{Connection, Row, params_from_iter, types::Value as Sql};
use serde_json::{Map, Value, json};

/// The entities that a query asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// A `_type`, or a class when it begins with a capital; `None` for all.
    pub name: Option<String>,
    /// Only those of this integration instance.
    pub instance: Option<String>,
}

/// Some of what matches, and where to go on.
#[derive(Debug)]
pub struct Page {
    /// Entities as `{id, entity, properties}`; relationships as columns such as `r._key`.
    pub rows: Vec<Value>,
    /// The number of the last row, when there are more.
    pub next: Option<i64>,
}

/// The columns that [`list_row`] reads, from [`JOINS`].
pub const COLUMNS: &str = "entity.id, entity.uid, entity.key, kind.type, kind.class, scope.kind, scope.name, \
     entity.source, version, created_on, begin_on, json(props), \
     (SELECT json_group_object(pin.name, json(pin.value)) FROM pin WHERE pin.uid = entity.uid)";

/// The tables of an entity.
pub const JOINS: &str = "entity JOIN kind ON kind.id = entity.kind JOIN scope ON scope.id = entity.scope_id \
     JOIN entity_props ON entity_props.id = entity.id";

/// The entities that match, from after the entity number `after`.
pub fn entities(
    connection: &Connection,
    selector: &Selector,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Page> {
    let (conditions, mut values) = conditions(selector);
    values.push(Sql::Integer(after));
    values.push(Sql::Integer(i64::from(limit) + 1));
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {JOINS} WHERE {conditions} entity.id > ? ORDER BY entity.id LIMIT ?"
    ))?;
    let rows = statement
        .query_map(params_from_iter(values), |row| Ok((row.get::<_, i64>(0)?, list_row(row)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(page(rows, limit))
}

/// The direct relationships of an integration instance, from after the relationship number `after`.
pub fn relationships(
    connection: &Connection,
    instance: &str,
    alias: &str,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Page> {
    let mut statement = connection.prepare_cached(
        "SELECT relationship.id, relationship.uid, relationship.key, kind.type, kind.class, \
         relationship.source, relationship.version, relationship.created_on, relationship.begin_on, \
         json(props), source.uid, target.uid FROM relationship \
         JOIN kind ON kind.id = relationship.kind \
         JOIN relationship_props ON relationship_props.id = relationship.id \
         JOIN entity source ON source.id = from_id JOIN entity target ON target.id = to_id \
         WHERE relationship.scope_id = (SELECT id FROM scope WHERE kind = 'integration' AND name = ?1) \
         AND source.scope_id = relationship.scope_id AND relationship.id > ?2 ORDER BY relationship.id LIMIT ?3",
    )?;
    let rows = statement
        .query_map(rusqlite::params![instance, after, i64::from(limit) + 1], |row| {
            Ok((row.get::<_, i64>(0)?, table_row(row, instance, alias)?))
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(page(rows, limit))
}

/// The first rows, where one more than the limit was read to see whether there is one.
fn page(mut rows: Vec<(i64, Value)>, limit: u32) -> Page {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = if more { rows.last().map(|(id, _)| *id) } else { None };
    Page { rows: rows.into_iter().map(|(_, row)| row).collect(), next }
}

/// A row of a table: a column for everything that is known about the relationship.
fn table_row(row: &Row<'_>, instance: &str, alias: &str) -> rusqlite::Result<Value> {
    let class: String = row.get(4)?;
    let props: String = row.get(9)?;
    let props: Map<String, Value> = serde_json::from_str(&props).unwrap_or_default();
    let known = [
        ("_id", json!(row.get::<_, String>(1)?)),
        ("_key", json!(row.get::<_, String>(2)?)),
        ("_type", json!(row.get::<_, String>(3)?)),
        ("_class", serde_json::from_str(&class).unwrap_or_default()),
        ("_source", json!(row.get::<_, String>(5)?)),
        ("_version", json!(row.get::<_, i64>(6)?)),
        ("_createdOn", json!(row.get::<_, i64>(7)?)),
        ("_beginOn", json!(row.get::<_, i64>(8)?)),
        ("_fromEntityId", json!(row.get::<_, String>(10)?)),
        ("_toEntityId", json!(row.get::<_, String>(11)?)),
        ("_integrationInstanceId", json!(instance)),
        ("_accountId", json!(crate::ACCOUNT)),
        ("_deleted", json!(false)),
    ];
    let known = known.into_iter().map(|(name, value)| (name.to_owned(), value));
    Ok(known.chain(props).map(|(name, value)| (format!("{alias}.{name}"), value)).collect())
}

fn conditions(selector: &Selector) -> (String, Vec<Sql>) {
    let (mut sql, mut values) = (String::new(), Vec::new());
    if let Some(instance) = &selector.instance {
        sql.push_str("entity.scope_id = (SELECT id FROM scope WHERE kind = 'integration' AND name = ?) AND ");
        values.push(Sql::Text(instance.clone()));
    }
    if let Some(name) = &selector.name {
        sql.push_str(if name.starts_with(|first: char| first.is_uppercase()) {
            "EXISTS (SELECT 1 FROM json_each(kind.class) WHERE value = ?) AND "
        } else {
            "kind.type = ? AND "
        });
        values.push(Sql::Text(name.clone()));
    }
    (sql, values)
}

/// A row of a list result: the entity's metadata and its properties.
pub fn list_row(row: &Row<'_>) -> rusqlite::Result<Value> {
    let (uid, key, source): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(7)?);
    let (type_name, class): (String, String) = (row.get(3)?, row.get(4)?);
    let (scope_kind, scope): (String, String) = (row.get(5)?, row.get(6)?);
    let (version, created, begin): (i64, i64, i64) = (row.get(8)?, row.get(9)?, row.get(10)?);
    let (props, pins): (String, String) = (row.get(11)?, row.get(12)?);
    let mut props: Map<String, Value> = serde_json::from_str(&props).unwrap_or_default();
    props.extend(serde_json::from_str::<Map<String, Value>>(&pins).unwrap_or_default());
    let class: Value = serde_json::from_str(&class).unwrap_or_default();
    let mut entity = Map::from_iter([
        ("_id".to_owned(), json!(uid)),
        ("_key".to_owned(), json!(key)),
        ("_type".to_owned(), json!([type_name])),
        ("_class".to_owned(), class),
        ("_source".to_owned(), json!(source)),
        ("_scope".to_owned(), json!(scope)),
        ("_version".to_owned(), json!(version)),
        ("_createdOn".to_owned(), json!(created)),
        ("_beginOn".to_owned(), json!(begin)),
        ("_accountId".to_owned(), json!(crate::ACCOUNT)),
        ("_deleted".to_owned(), json!(false)),
    ]);
    if scope_kind == "integration" {
        entity.insert("_integrationInstanceId".to_owned(), json!(scope));
    }
    if let Some(name) = props.get("displayName") {
        entity.insert("displayName".to_owned(), name.clone());
    }
    Ok(json!({ "id": uid, "entity": entity, "properties": props }))
}

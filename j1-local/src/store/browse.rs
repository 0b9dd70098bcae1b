//! Reads for people who look around: one entity and its neighbours, one relationship, and lists of relationships.

use std::io::Read as _;

use flate2::read::GzDecoder;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde::Serialize;
use serde_json::{Map, Value};

use super::entities::Conditions;
use super::find::{COLUMNS, JOINS, list_row};

/// One end of a relationship.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(rename = "_key")]
    pub key: String,
    #[serde(rename = "_type")]
    pub type_name: String,
    pub display_name: Option<String>,
}

/// A relationship with its ends.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(rename = "_key")]
    pub key: String,
    #[serde(rename = "_type")]
    pub type_name: String,
    #[serde(rename = "_class")]
    pub class: String,
    /// `true` when it was resolved from a mapped relationship.
    pub mapped: bool,
    pub from: End,
    pub to: End,
    pub created_on: i64,
    pub begin_on: i64,
    pub properties: Map<String, Value>,
}

/// Number of relationships of one kind that lead from an entity, or to it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EdgeGroup {
    pub outgoing: bool,
    #[serde(rename = "_class")]
    pub class: String,
    #[serde(rename = "_type")]
    pub type_name: String,
    /// The `_type` of the entities at the other end.
    pub other: String,
    pub count: i64,
}

/// The relationships to list.
#[derive(Debug, Clone, Default)]
pub struct EdgeFilter {
    pub type_name: Option<String>,
    /// Those from (`true`) or to (`false`) this entity.
    pub of: Option<(String, bool)>,
    pub offset: i64,
    pub limit: i64,
}

/// One entity with everything around it but its relationships.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    #[serde(flatten)]
    pub row: Value,
    pub raw_data: Vec<RawData>,
    pub groups: Vec<EdgeGroup>,
    /// Mapped relationships of which no target was found.
    pub unresolved: Vec<Value>,
}

/// One named piece of raw data.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RawData {
    pub name: String,
    pub raw_data: Value,
}

/// One entity by its `_id`.
pub fn entity(connection: &Connection, id: &str) -> rusqlite::Result<Option<Detail>> {
    let row = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {JOINS} WHERE entity.uid = ?1"))?
        .query_row([id], list_row)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let raw_data = connection
        .prepare_cached(
            "SELECT name, body FROM entity_raw WHERE id = (SELECT id FROM entity WHERE uid = ?1) ORDER BY name",
        )?
        .query_map([id], |row| Ok(raw(row.get(0)?, &row.get::<_, Vec<u8>>(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(Detail {
        row,
        raw_data,
        groups: groups(connection, id)?,
        unresolved: unresolved(connection, id)?,
    }))
}

fn raw(name: String, body: &[u8]) -> RawData {
    let mut text = String::new();
    let read = GzDecoder::new(body).read_to_string(&mut text);
    let raw_data = read.ok().and_then(|_| serde_json::from_str(&text).ok()).unwrap_or_default();
    RawData { name, raw_data }
}

fn groups(connection: &Connection, id: &str) -> rusqlite::Result<Vec<EdgeGroup>> {
    let mut all = Vec::new();
    for (outgoing, own, other) in [(true, "from_id", "to_id"), (false, "to_id", "from_id")] {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT rk.type, rk.class, ek.type, count(*) FROM relationship r \
             JOIN kind rk ON rk.id = r.kind JOIN entity e ON e.id = r.{other} JOIN kind ek ON ek.id = e.kind \
             WHERE r.{own} = (SELECT id FROM entity WHERE uid = ?1) GROUP BY 1, 2, 3 ORDER BY 2, 3"
        ))?;
        let groups = statement.query_map([id], |row| {
            Ok(EdgeGroup {
                outgoing,
                type_name: row.get(0)?,
                class: word(&row.get::<_, String>(1)?),
                other: row.get(2)?,
                count: row.get(3)?,
            })
        })?;
        for group in groups {
            all.push(group?);
        }
    }
    Ok(all)
}

/// The mapped relationships of an entity that no relationship was made of.
fn unresolved(connection: &Connection, id: &str) -> rusqlite::Result<Vec<Value>> {
    let mut statement = connection.prepare_cached(
        "SELECT json_object('_id', m.uid, '_key', m.key, '_type', kind.type, '_class', json(kind.class), \
         '_mapping', json(p.mapping), 'properties', json(p.props)) FROM mapping m \
         JOIN mapping_props p USING (id) JOIN kind ON kind.id = m.kind \
         WHERE m.from_id = (SELECT id FROM entity WHERE uid = ?1) \
         AND NOT EXISTS (SELECT 1 FROM relationship r WHERE r.mapping_id = m.id) ORDER BY m.id LIMIT 200",
    )?;
    let rows = statement.query_map([id], |row| row.get::<_, String>(0))?;
    rows.map(|row| row.map(|text| serde_json::from_str(&text).unwrap_or_default())).collect()
}

const EDGE: &str = "r.uid, r.key, rk.type, rk.class, r.mapping_id IS NOT NULL, r.created_on, r.begin_on, \
     json(rp.props), f.uid, f.key, fk.type, json_extract(fp.props, '$.displayName'), \
     t.uid, t.key, tk.type, json_extract(tp.props, '$.displayName')";

const EDGE_JOINS: &str = "relationship r JOIN kind rk ON rk.id = r.kind JOIN relationship_props rp ON rp.id = r.id \
     JOIN entity f ON f.id = r.from_id JOIN kind fk ON fk.id = f.kind JOIN entity_props fp ON fp.id = f.id \
     JOIN entity t ON t.id = r.to_id JOIN kind tk ON tk.id = t.kind JOIN entity_props tp ON tp.id = t.id";

/// Lists relationships.
pub fn relationships(connection: &Connection, filter: &EdgeFilter) -> rusqlite::Result<(i64, Vec<Edge>)> {
    let mut all = Conditions::default();
    if let Some(name) = &filter.type_name {
        all.add("r.kind IN (SELECT id FROM kind WHERE type = ?)", [Sql::Text(name.clone())]);
    }
    if let Some((id, outgoing)) = &filter.of {
        let end = if *outgoing { "from_id" } else { "to_id" };
        all.add(format!("r.{end} = (SELECT id FROM entity WHERE uid = ?)"), [Sql::Text(id.clone())]);
    }
    let total = connection
        .prepare_cached(&format!("SELECT count(*) FROM relationship r WHERE {}", all.sql()))?
        .query_row(params_from_iter(all.values.iter()), |row| row.get(0))?;
    all.values.extend([Sql::Integer(filter.limit), Sql::Integer(filter.offset)]);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {EDGE} FROM {EDGE_JOINS} WHERE {} ORDER BY r.id LIMIT ? OFFSET ?",
        all.sql()
    ))?;
    let rows = statement.query_map(params_from_iter(all.values.iter()), edge)?;
    Ok((total, rows.collect::<rusqlite::Result<_>>()?))
}

/// Lists mapped relationships of an instance as they were uploaded; see [`super::Store::mapped_relationships`].
pub fn mapped_relationships(
    connection: &Connection,
    instance: &str,
    after: i64,
) -> rusqlite::Result<(Vec<Value>, Option<i64>)> {
    const PAGE: u32 = 1000;
    let mut statement = connection.prepare_cached(
        "SELECT mapping.id, mapping.key, kind.type, kind.class, json(props), json(mapping_props.mapping) FROM mapping \
         JOIN mapping_props USING (id) JOIN kind ON kind.id = mapping.kind JOIN scope ON scope.id = mapping.scope_id \
         WHERE scope.kind = 'integration' AND scope.name = ?1 AND mapping.id > ?2 ORDER BY mapping.id LIMIT ?3",
    )?;
    let (mut all, mut last) = (Vec::new(), None);
    let mut rows = statement.query(params![instance, after, PAGE])?;
    while let Some(row) = rows.next()? {
        last = Some(row.get(0)?);
        let document = |text: String| serde_json::from_str::<Value>(&text).unwrap_or_default();
        let mut mapped = document(row.get(4)?);
        mapped["_key"] = Value::from(row.get::<_, String>(1)?);
        mapped["_type"] = Value::from(row.get::<_, String>(2)?);
        mapped["_class"] = document(row.get(3)?);
        mapped["_mapping"] = document(row.get(5)?);
        all.push(mapped);
    }
    let next = last.filter(|_| all.len() == PAGE as usize);
    Ok((all, next))
}

/// One relationship by its `_id`.
pub fn relationship(connection: &Connection, id: &str) -> rusqlite::Result<Option<Edge>> {
    connection
        .prepare_cached(&format!("SELECT {EDGE} FROM {EDGE_JOINS} WHERE r.uid = ?1"))?
        .query_row(params![id], edge)
        .optional()
}

fn edge(row: &Row<'_>) -> rusqlite::Result<Edge> {
    let end = |first: usize| -> rusqlite::Result<End> {
        Ok(End {
            id: row.get(first)?,
            key: row.get(first + 1)?,
            type_name: row.get(first + 2)?,
            display_name: row.get(first + 3)?,
        })
    };
    let properties: String = row.get(7)?;
    Ok(Edge {
        id: row.get(0)?,
        key: row.get(1)?,
        type_name: row.get(2)?,
        class: word(&row.get::<_, String>(3)?),
        mapped: row.get(4)?,
        created_on: row.get(5)?,
        begin_on: row.get(6)?,
        properties: serde_json::from_str(&properties).unwrap_or_default(),
        from: end(8)?,
        to: end(12)?,
    })
}

/// The class of a relationship, which is stored as JSON.
pub fn word(class: &str) -> String {
    serde_json::from_str(class).unwrap_or_else(|_| class.to_owned())
}

/// One arrow of the graph of types.
#[derive(Debug, Serialize)]
pub struct TypeEdge {
    pub from: String,
    #[serde(rename = "_class")]
    pub class: String,
    pub to: String,
    pub mapped: bool,
    pub count: i64,
}

/// The graph of types: which types of entities the relationships connect.
pub fn type_graph(connection: &Connection) -> rusqlite::Result<Vec<TypeEdge>> {
    let mut statement = connection.prepare_cached(
        "SELECT fk.type, rk.class, tk.type, max(r.mapping_id IS NOT NULL), count(*) FROM relationship r \
         JOIN kind rk ON rk.id = r.kind JOIN entity f ON f.id = r.from_id JOIN kind fk ON fk.id = f.kind \
         JOIN entity t ON t.id = r.to_id JOIN kind tk ON tk.id = t.kind GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(TypeEdge {
            from: row.get(0)?,
            class: word(&row.get::<_, String>(1)?),
            to: row.get(2)?,
            mapped: row.get(3)?,
            count: row.get(4)?,
        })
    })?;
    rows.collect()
}

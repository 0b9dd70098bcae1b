//! Changes of a finalized job, and the history of one object.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde_json::{Map, Value};

use super::pin::PINS;

/// A table of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Table {
    Entity,
    Relationship,
    MappedRelationship,
}

impl Table {
    /// Every table, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Entity, Self::Relationship, Self::MappedRelationship];

    /// The name in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Relationship => "relationship",
            Self::MappedRelationship => "mappedRelationship",
        }
    }

    /// Reads the name used in URLs.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == name)
    }

    /// The name of the table in the data file.
    const fn name(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Relationship => "relationship",
            Self::MappedRelationship => "mapping",
        }
    }
}

/// The effect of a job on an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    Created,
    Updated,
    Deleted,
}

impl Operation {
    /// The name in URLs and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }

    /// Reads the name used in URLs.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Deleted].into_iter().find(|operation| operation.as_str() == name)
    }
}

/// Numbers of objects of one type that a job changed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeChanges {
    pub what: Table,
    #[serde(rename = "_type")]
    pub type_name: String,
    pub created: i64,
    pub updated: i64,
    pub deleted: i64,
}

/// One object that a job changed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    pub operation: Operation,
    pub what: Table,
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(rename = "_key")]
    pub key: String,
    #[serde(rename = "_type")]
    pub type_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The properties that differ. Of a created or deleted object, all of them.
    pub properties: Vec<PropertyChange>,
}

/// One property that differs between two versions of an object.
#[derive(Debug, PartialEq, Serialize)]
pub struct PropertyChange {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The changes to ask for.
#[derive(Debug, Clone)]
pub struct Filter {
    pub what: Table,
    pub type_name: Option<String>,
    pub operation: Option<Operation>,
    pub offset: i64,
    pub limit: i64,
}

/// One version of an object: the job that made it, and its changes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// The job; `None` for an object older than the history.
    pub job: Option<String>,
    pub end_timestamp: Option<i64>,
    pub operation: Operation,
    pub properties: Vec<PropertyChange>,
}

/// The properties of an object; `None` while it does not exist.
type Form = Option<Map<String, Value>>;

type Difference = (Form, Form, Vec<PropertyChange>);

/// Counts the changes of a version by type.
pub fn count(connection: &Connection, version: i64) -> rusqlite::Result<Vec<TypeChanges>> {
    let mut rows = Vec::new();
    for what in Table::ALL {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT kind.type, sum(operation = 'created'), sum(operation = 'updated'), sum(operation = 'deleted') \
             FROM ({}) changed JOIN kind ON kind.id = changed.kind GROUP BY kind.type ORDER BY kind.type",
            changed(what)
        ))?;
        let counted = statement.query_map([version], |row| {
            Ok(TypeChanges {
                what,
                type_name: row.get(0)?,
                created: row.get(1)?,
                updated: row.get(2)?,
                deleted: row.get(3)?,
            })
        })?;
        for row in counted {
            rows.push(row?);
        }
    }
    Ok(rows)
}

/// Lists changes of a version, with the properties that differ.
pub fn list(connection: &Connection, version: i64, filter: &Filter) -> rusqlite::Result<Vec<Change>> {
    let what = filter.what;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT uid, key, kind.type, operation FROM ({}) changed JOIN kind ON kind.id = changed.kind \
         WHERE (?2 IS NULL OR kind.type = ?2) AND (?3 IS NULL OR operation = ?3) \
         ORDER BY kind.type, key LIMIT ?4 OFFSET ?5",
        changed(what)
    ))?;
    let operation = filter.operation.map(Operation::as_str);
    let parameters = params![version, filter.type_name, operation, filter.limit, filter.offset];
    let rows = statement
        .query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<Vec<(String, String, String, String)>>>()?;
    rows.into_iter()
        .map(|(id, key, type_name, operation)| {
            let (before, after, properties) = difference(connection, what, &id, version)?;
            let display_name = [&after, &before]
                .into_iter()
                .flatten()
                .find_map(|document| document.get("displayName").and_then(Value::as_str).map(str::to_owned));
            let operation = Operation::parse(&operation).unwrap_or(Operation::Updated);
            Ok(Change { operation, what, id, key, type_name, display_name, properties })
        })
        .collect()
}

/// Lists what all jobs deleted, as far back as the history goes: the job and the key.
pub fn deleted(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let jobs = connection
        .prepare("SELECT id, version FROM job WHERE version IS NOT NULL ORDER BY version")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<Vec<(String, i64)>>>()?;
    let mut all = Vec::new();
    for (job, version) in jobs {
        for what in Table::ALL {
            let sql = format!("SELECT key FROM ({}) WHERE operation = 'deleted'", changed(what));
            let mut statement = connection.prepare_cached(&sql)?;
            for key in statement.query_map([version], |row| row.get(0))? {
                all.push((job.clone(), key?));
            }
        }
    }
    Ok(all)
}

/// The versions of one object, newest first.
pub fn history(connection: &Connection, what: Table, id: &str) -> rusqlite::Result<Vec<Revision>> {
    /// Versions that are shown.
    const SHOWN: i64 = 50;
    let table = what.name();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT moment, job.id, job.end_timestamp FROM ( \
         SELECT since AS moment FROM {table} WHERE uid = ?1 UNION SELECT since FROM {table}_past WHERE uid = ?1 \
         UNION SELECT until FROM {table}_past WHERE uid = ?1) \
         LEFT JOIN job ON job.version = moment ORDER BY moment DESC LIMIT ?2"
    ))?;
    let moments = statement
        .query_map(params![id, SHOWN], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(i64, Option<String>, Option<i64>)>>>()?;
    moments
        .into_iter()
        .map(|(version, job, end_timestamp)| {
            let (before, after, properties) = difference(connection, what, id, version)?;
            let operation = match (&before, &after) {
                (None, _) => Operation::Created,
                (Some(_), Some(_)) => Operation::Updated,
                (Some(_), None) => Operation::Deleted,
            };
            Ok(Revision { job, end_timestamp, operation, properties })
        })
        .collect()
}

/// SQL for the objects that the version `?1` changed. An object that began is created unless an earlier form of it
/// ended with the same version.
fn changed(what: Table) -> String {
    let table = what.name();
    format!(
        "SELECT coalesce(began.uid, ended.uid) AS uid, coalesce(began.key, ended.key) AS key, \
         coalesce(began.kind, ended.kind) AS kind, CASE WHEN ended.uid IS NULL THEN 'created' \
         WHEN began.uid IS NULL THEN 'deleted' ELSE 'updated' END AS operation \
         FROM (SELECT uid, key, kind FROM {table} WHERE since = ?1 \
         UNION ALL SELECT uid, key, kind FROM {table}_past WHERE since = ?1) began \
         FULL JOIN (SELECT uid, key, kind FROM {table}_past WHERE until = ?1) ended ON began.uid = ended.uid"
    )
}

/// The forms of an object before and after a version, and the properties that differ.
fn difference(connection: &Connection, what: Table, id: &str, version: i64) -> rusqlite::Result<Difference> {
    let after = document(connection, what, id, version)?;
    let before = document(connection, what, id, version - 1)?;
    let properties = compare(before.as_ref(), after.as_ref());
    Ok((before, after, properties))
}

/// The properties of an object after a version, with its class and its ends; `None` when it did not exist.
fn document(connection: &Connection, what: Table, id: &str, version: i64) -> rusqlite::Result<Form> {
    let table = what.name();
    let end = |side: &str| {
        format!(
            "coalesce((SELECT key FROM entity WHERE id = {side}_id), \
             (SELECT key FROM entity_past WHERE id = {side}_id LIMIT 1))"
        )
    };
    // The pins of a past form are in its row, those of the present one beside it.
    let (live, past) = match what {
        Table::Entity => {
            (format!("json_patch(json(props), {PINS})"), "json_patch(json(props), pins)".to_owned())
        }
        Table::Relationship => {
            let both = format!(
                "json_set(json(props), '$._fromEntityKey', {}, '$._toEntityKey', {})",
                end("from"),
                end("to")
            );
            (both.clone(), both)
        }
        Table::MappedRelationship => {
            let both = format!(
                "json_set(json(props), '$._fromEntityKey', {}, '$._mapping', json(mapping))",
                end("from")
            );
            (both.clone(), both)
        }
    };
    connection
        .prepare_cached(&format!(
            "SELECT kind.type, kind.class, document FROM (SELECT kind, {live} AS document FROM {table} \
             JOIN {table}_props USING (id) WHERE uid = ?1 AND since <= ?2 \
             UNION ALL SELECT kind, {past} FROM {table}_past WHERE uid = ?1 AND since <= ?2 AND until > ?2) \
             JOIN kind ON kind.id = kind LIMIT 1"
        ))?
        .query_row(params![id, version], |row| {
            let (type_name, class, document): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let mut document: Map<String, Value> = serde_json::from_str(&document).unwrap_or_default();
            document.insert("_type".to_owned(), type_name.into());
            document.insert("_class".to_owned(), serde_json::from_str(&class).unwrap_or_default());
            Ok(document)
        })
        .optional()
}

/// The properties that differ, by name.
fn compare(before: Option<&Map<String, Value>>, after: Option<&Map<String, Value>>) -> Vec<PropertyChange> {
    let get = |document: Option<&Map<String, Value>>, name: &str| document?.get(name).cloned();
    let mut names: Vec<&String> = [before, after].into_iter().flatten().flat_map(Map::keys).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|name| PropertyChange { before: get(before, name), after: get(after, name), name: name.clone() })
        .filter(|change| change.before != change.after)
        .collect()
}

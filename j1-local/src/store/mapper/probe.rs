//! Probes: hashes by which mapped relationships and entities find each other.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use crate::canonical;

/// The most probes of one entity for one combination of properties; lists multiply them.
const MOST: usize = 256;

/// One list of `targetFilterKeys`.
pub struct List {
    /// The names, sorted, as a JSON array.
    pub names: String,
    pub probe: i64,
}

/// The lists whose properties the target has, in order.
pub fn lists(target: Option<&Map<String, Value>>, keys: Option<&Value>) -> Vec<List> {
    let Some(target) = target else { return Vec::new() };
    let lists = keys.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    lists
        .iter()
        .filter_map(|list| {
            // The SDK's type also allows a single name in place of a list.
            let names = match list {
                Value::String(name) => vec![name.as_str()],
                other => other.as_array()?.iter().filter_map(Value::as_str).collect(),
            };
            let values: Option<BTreeMap<&str, String>> =
                names.into_iter().map(|name| Some((name, wanted(target.get(name)?)?))).collect();
            let values = values.filter(|values| !values.is_empty())?;
            Some(List { names: names_of(values.keys().copied()), probe: probe(&values) })
        })
        .collect()
}

fn names_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    Value::from(names.collect::<Vec<_>>()).to_string()
}

/// A value that a target must have. A list of one is that one; `null` counts as missing.
fn wanted(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Array(items) if items.len() == 1 => wanted(&items[0]),
        other => Some(canonical::value(other)),
    }
}

/// The values by which a property of an entity is found: itself, and each element of a list.
fn offered(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => {
            let mut all: Vec<_> = items.iter().filter_map(wanted).collect();
            if items.len() > 1 {
                all.push(canonical::value(value));
            }
            all
        }
        other => vec![canonical::value(other)],
    }
}

fn probe(values: &BTreeMap<&str, String>) -> i64 {
    canonical::hash(values.iter().flat_map(|(name, value)| [*name, value.as_str()]))
}

/// Writes down what a mapped relationship looks for. A combination of properties that is new is indexed for the
/// entities older than this version; [`index_entities`] does the others.
pub fn index_mapping(
    connection: &Connection,
    version: i64,
    id: i64,
    target: Option<&Map<String, Value>>,
    keys: Option<&Value>,
) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM mapping_probe WHERE mapping_id = ?1")?.execute([id])?;
    for (place, list) in (0_i64..).zip(lists(target, keys)) {
        connection
            .prepare_cached("INSERT INTO mapping_probe (mapping_id, place, probe) VALUES (?1, ?2, ?3)")?
            .execute([id, place, list.probe])?;
        let new = connection
            .prepare_cached("INSERT OR IGNORE INTO filter_set (names) VALUES (?1)")?
            .execute([&list.names])?;
        if new > 0 {
            let sets = read_sets(std::iter::once(list.names));
            index(connection, &sets, "since < ?1", version)?;
        }
    }
    Ok(())
}

/// Indexes the entities that a version created or updated, all of them or those of one scope.
pub fn index_entities(connection: &Connection, version: i64, scope: Option<i64>) -> rusqlite::Result<()> {
    let which = match scope {
        Some(scope) => format!("since = ?1 AND scope_id = {scope}"),
        None => "since = ?1".to_owned(),
    };
    let names = connection
        .prepare_cached("SELECT names FROM filter_set")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    if names.is_empty() {
        return Ok(());
    }
    connection
        .prepare_cached(&format!(
            "DELETE FROM entity_probe WHERE entity_id IN (SELECT id FROM entity WHERE {which})"
        ))?
        .execute([version])?;
    index(connection, &read_sets(names.into_iter()), &which, version)
}

fn read_sets(names: impl Iterator<Item = String>) -> Vec<Vec<String>> {
    names.map(|names| serde_json::from_str(&names).unwrap_or_default()).collect()
}

/// Indexes the entities that a condition with the parameter `?1` selects.
fn index(
    connection: &Connection,
    sets: &[Vec<String>],
    condition: &str,
    version: i64,
) -> rusqlite::Result<()> {
    let mut entities = connection.prepare(&format!(
        "SELECT entity.id, entity.key, kind.type, kind.class, json(props) FROM entity \
         JOIN kind ON kind.id = entity.kind JOIN entity_props ON entity_props.id = entity.id \
         WHERE {condition}"
    ))?;
    let mut insert =
        connection.prepare_cached("INSERT OR IGNORE INTO entity_probe (probe, entity_id) VALUES (?1, ?2)")?;
    let mut rows = entities.query([version])?;
    while let Some(row) = rows.next()? {
        let (class, props): (String, String) = (row.get(3)?, row.get(4)?);
        let mut props: Map<String, Value> = serde_json::from_str(&props).unwrap_or_default();
        props.insert("_key".to_owned(), row.get::<_, String>(1)?.into());
        props.insert("_type".to_owned(), row.get::<_, String>(2)?.into());
        props.insert("_class".to_owned(), serde_json::from_str(&class).unwrap_or_default());
        for probe in sets.iter().flat_map(|set| probes(set, &props)) {
            insert.execute(params![probe, row.get::<_, i64>(0)?])?;
        }
    }
    Ok(())
}

/// The probes by which an entity is found for one combination of properties; none when one of them is missing.
fn probes(names: &[String], props: &Map<String, Value>) -> Vec<i64> {
    let mut all = vec![BTreeMap::new()];
    for name in names {
        let offered = props.get(name).map(offered).unwrap_or_default();
        all = all
            .into_iter()
            .flat_map(|values: BTreeMap<&str, String>| {
                offered.iter().map(move |value| {
                    let mut values = values.clone();
                    values.insert(name, value.clone());
                    values
                })
            })
            .take(MOST)
            .collect();
    }
    all.iter().map(probe).collect()
}

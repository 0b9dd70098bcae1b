//! PATCH: entities are added, or the given properties are merged into them; nothing is deleted.
//!
//! A `null` removes the property. An entity is named by its `_key` in the scope of the job, or by its
//! `_id` in any scope. One that does not exist is created when all that an entity needs was sent, and
//! is a create error otherwise.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};

use super::finalize::Run;
use super::history;
use super::job::{Counters, Status};
use super::tables;
use super::views;
use crate::canonical;
use crate::upload::{Entity, Kind};
use crate::validation;

/// One staged entity.
struct Given {
    stage_id: i64,
    key: String,
    uid: String,
    kind: Option<Kind>,
    props: Map<String, Value>,
}

/// Merges what the job uploaded.
pub fn apply(run: &Run<'_>, counters: &mut Counters) -> rusqlite::Result<()> {
    run.enter(Status::FinalizingEntities);
    let mut last = 0;
    while let Some(given) = next(run, last)? {
        last = given.stage_id;
        if let Some(id) = merge_or_create(run, &given, counters)? {
            merge_raw(run, id, &given, counters)?;
        }
    }
    Ok(())
}

fn next(run: &Run<'_>, after: i64) -> rusqlite::Result<Option<Given>> {
    run.connection
        .prepare_cached(
            "SELECT st.id, st.key, st.uid, json(st.props), kind.type, kind.class FROM stage_entity st \
             LEFT JOIN kind ON kind.id = st.kind WHERE st.job = ?1 AND st.id > ?2 ORDER BY st.id LIMIT 1",
        )?
        .query_row(params![run.job.number, after], |row| {
            let props: String = row.get(3)?;
            let (type_name, class): (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
            Ok(Given {
                stage_id: row.get(0)?,
                key: row.get(1)?,
                uid: row.get(2)?,
                kind: type_name.zip(class).map(|(type_name, class)| Kind { type_name, class }),
                props: serde_json::from_str(&props).unwrap_or_default(),
            })
        })
        .optional()
}

fn merge_or_create(run: &Run<'_>, given: &Given, counters: &mut Counters) -> rusqlite::Result<Option<i64>> {
    let live = run
        .connection
        .prepare_cached(
            "SELECT entity.id, kind.type, kind.class, json(props), hash FROM entity \
             JOIN kind ON kind.id = entity.kind JOIN entity_props USING (id) WHERE uid = ?1",
        )?
        .query_row([&given.uid], |row| {
            let kind = Kind { type_name: row.get(1)?, class: row.get(2)? };
            Ok((row.get::<_, i64>(0)?, kind, row.get::<_, String>(3)?, row.get::<_, i64>(4)?))
        })
        .optional()?;
    let Some((id, kind, props, hash)) = live else {
        return create(run, given, counters);
    };
    let kind = given.kind.clone().unwrap_or(kind);
    views::note_one(run.connection, &kind.type_name, &given.props)?;
    let props = merged(serde_json::from_str(&props).unwrap_or_default(), &given.props);
    let new_hash = Entity::hash(&kind, &props);
    if new_hash != hash {
        history::keep_entity(run, id)?;
        run.connection
            .prepare_cached(
                "UPDATE entity SET kind = ?2, hash = ?3, version = version + 1, begin_on = ?4, since = ?5 \
                 WHERE id = ?1",
            )?
            .execute(params![id, tables::kind(run.connection, &kind)?, new_hash, run.now, run.version])?;
        write_props(run.connection, id, &props)?;
        counters.num_entities_updated += 1;
    }
    Ok(Some(id))
}

fn create(run: &Run<'_>, given: &Given, counters: &mut Counters) -> rusqlite::Result<Option<i64>> {
    let Some(kind) = given.kind.as_ref().filter(|kind| is_whole(given, kind)) else {
        counters.num_entity_create_errors += 1;
        return Ok(None);
    };
    let props = merged(Map::new(), &given.props);
    run.connection
        .prepare_cached(
            "INSERT INTO entity (uid, scope_id, key, kind, hash, version, created_on, begin_on, source, since) \
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6, ?7, ?8)",
        )?
        .execute(params![
            given.uid,
            run.job.scope_id,
            given.key,
            tables::kind(run.connection, kind)?,
            Entity::hash(kind, &props),
            run.now,
            run.job.source.as_str(),
            run.version
        ])?;
    let id = run.connection.last_insert_rowid();
    write_props(run.connection, id, &props)?;
    counters.num_entities_created += 1;
    Ok(Some(id))
}

/// Returns `true` if the entity could be uploaded as it is under DIFF.
fn is_whole(given: &Given, kind: &Kind) -> bool {
    let mut object = given.props.clone();
    object.insert("_key".to_owned(), Value::from(given.key.as_str()));
    object.insert("_type".to_owned(), Value::from(kind.type_name.as_str()));
    object.insert("_class".to_owned(), serde_json::from_str(&kind.class).unwrap_or_default());
    !given.key.is_empty() && validation::entity(&object).is_empty()
}

fn merged(mut props: Map<String, Value>, given: &Map<String, Value>) -> String {
    for (name, value) in given {
        if value.is_null() {
            props.remove(name);
        } else {
            props.insert(name.clone(), value.clone());
        }
    }
    canonical::object(&props, |_| true)
}

fn write_props(connection: &Connection, id: i64, props: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("REPLACE INTO entity_props (id, props) VALUES (?1, jsonb(?2))")?
        .execute(params![id, props])?;
    Ok(())
}

/// Adds or replaces the raw data entries that were sent; the others stay.
fn merge_raw(run: &Run<'_>, id: i64, given: &Given, counters: &mut Counters) -> rusqlite::Result<()> {
    let staged = "FROM stage_raw st WHERE st.job = ?1 AND st.of = 'entity' AND st.stage_id = ?2";
    counters.num_entity_raw_data_entries_updated +=
        run.connection
            .prepare_cached(&format!(
                "UPDATE entity_raw SET hash = st.hash, body = st.body {staged} \
             AND entity_raw.id = ?3 AND entity_raw.name = st.name AND entity_raw.hash <> st.hash"
            ))?
            .execute(params![run.job.number, given.stage_id, id])? as u64;
    counters.num_entity_raw_data_entries_created += run
        .connection
        .prepare_cached(&format!(
            "INSERT OR IGNORE INTO entity_raw (id, name, hash, body) SELECT ?3, st.name, st.hash, st.body {staged}"
        ))?
        .execute(params![run.job.number, given.stage_id, id])? as u64;
    Ok(())
}

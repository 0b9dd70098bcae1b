//! OVERRIDE: properties that are pinned over existing entities of any owner.
//!
//! A pin stands beside the entity: its owner's runs write what they wrote, and queries show the pin. A `null` takes a pin off.
//! An entity is named by its `_id`, or by its `_key`: in the scope of the job, or else in the only scope that has it. How the
//! service finds it is not documented.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};

use super::finalize::Run;
use super::history;
use super::job::{Counters, Status};
use crate::canonical;

/// An expression: the pins of an entity as one JSON object.
pub const PINS: &str =
    "(SELECT json_group_object(pin.name, json(pin.value)) FROM pin WHERE pin.uid = entity.uid)";

/// Pins what the job uploaded.
pub fn apply(run: &Run<'_>, counters: &mut Counters) -> rusqlite::Result<()> {
    run.enter(Status::FinalizingEntities);
    let staged = run
        .connection
        .prepare_cached("SELECT uid, key, json(props) FROM stage_entity WHERE job = ?1 ORDER BY id")?
        .query_map([run.job.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(String, String, String)>>>()?;
    for (uid, key, props) in staged {
        let Some(uid) = find(run.connection, &uid, &key)? else {
            counters.num_entity_update_errors += 1;
            continue;
        };
        let props: Map<String, Value> = serde_json::from_str(&props).unwrap_or_default();
        keep(run, &uid)?;
        let mut changed = 0;
        for (name, value) in &props {
            changed += pin(run.connection, &uid, name, value)?;
        }
        if changed > 0 {
            run.connection
                .prepare_cached("UPDATE entity SET since = ?2 WHERE uid = ?1")?
                .execute(params![uid, run.version])?;
        } else {
            forget(run, &uid)?;
        }
        counters.num_entities_updated += u64::from(changed > 0);
    }
    Ok(())
}

/// Keeps the entity as it was before its pins change.
fn keep(run: &Run<'_>, uid: &str) -> rusqlite::Result<()> {
    let id: i64 = run
        .connection
        .prepare_cached("SELECT id FROM entity WHERE uid = ?1")?
        .query_row([uid], |row| row.get(0))?;
    history::keep_entity(run, id)
}

/// Drops the saved state of an entity whose pins did not change.
fn forget(run: &Run<'_>, uid: &str) -> rusqlite::Result<()> {
    run.connection
        .prepare_cached(
            "DELETE FROM entity_past WHERE until = ?2 AND uid = ?1 \
             AND EXISTS (SELECT 1 FROM entity WHERE uid = ?1 AND since < ?2)",
        )?
        .execute(params![uid, run.version])?;
    Ok(())
}

/// Takes off the pins of entities that are gone.
pub fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM pin WHERE uid NOT IN (SELECT uid FROM entity)", [])?;
    Ok(())
}

/// The `_id` of the entity that is meant.
fn find(connection: &Connection, uid: &str, key: &str) -> rusqlite::Result<Option<String>> {
    let own = connection
        .prepare_cached("SELECT uid FROM entity WHERE uid = ?1")?
        .query_row([uid], |row| row.get(0))
        .optional()?;
    if own.is_some() {
        return Ok(own);
    }
    let mut all = connection.prepare_cached("SELECT uid FROM entity WHERE key = ?1 LIMIT 2")?;
    let all = all.query_map([key], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    Ok(<[String; 1]>::try_from(all).ok().map(|[only]| only))
}

/// Pins one property, or takes its pin off; how many pins were not so before.
fn pin(connection: &Connection, uid: &str, name: &str, value: &Value) -> rusqlite::Result<usize> {
    if value.is_null() {
        return connection
            .prepare_cached("DELETE FROM pin WHERE uid = ?1 AND name = ?2")?
            .execute([uid, name]);
    }
    connection
        .prepare_cached(
            "INSERT INTO pin (uid, name, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (uid, name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
        )?
        .execute(params![uid, name, canonical::value(value)])
}

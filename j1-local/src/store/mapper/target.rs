//! Placeholders: entities that stand in for targets that no integration has sent.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::finalize::Run;
use super::super::{history, tables, views};
use super::{MAPPER, Mapping, delete, probe};
use crate::canonical;
use crate::upload::{Entity, Kind, NAMESPACE};

/// The placeholders that this version may have changed.
pub struct Placeholders {
    scope: i64,
    touched: BTreeSet<i64>,
}

impl Placeholders {
    /// Begins with the placeholders that lost a relationship earlier in this version.
    pub fn new(run: &Run<'_>, scope: i64) -> rusqlite::Result<Self> {
        let touched = run
            .connection
            .prepare_cached(
                "SELECT e.id FROM relationship_past p JOIN entity e ON e.id IN (p.from_id, p.to_id) \
                 WHERE p.until = ?1 AND p.mapping_id IS NOT NULL AND e.scope_id = ?2",
            )?
            .query_map([run.version, scope], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self { scope, touched })
    }

    /// Notes that entities, some of which may be placeholders, lost a relationship.
    pub fn touch(&mut self, ids: [i64; 2]) {
        self.touched.extend(ids);
    }

    /// Returns the placeholder of a target, and creates it if necessary; `None` for a target without the properties
    /// that this needs.
    pub fn ensure(&mut self, run: &Run<'_>, mapping: &Mapping) -> rusqlite::Result<Option<i64>> {
        let db = run.connection;
        let lists = probe::lists(mapping.target(), mapping.rule.get("targetFilterKeys"));
        let (Some(target), Some(list)) = (mapping.target(), lists.first()) else { return Ok(None) };
        let Some(kind) = kind(target) else { return Ok(None) };
        let name = format!("placeholder\0{}", list.probe);
        let uid = Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string();
        let known = db
            .prepare_cached("SELECT id FROM entity WHERE uid = ?1")?
            .query_row([&uid], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            self.touched.insert(id);
            return Ok(Some(id));
        }
        let props = props(&[target]);
        db.prepare_cached(
            "INSERT INTO entity (uid, scope_id, key, kind, hash, version, created_on, begin_on, source, since) \
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6, ?7, ?8)",
        )?
        .execute(params![
            uid,
            self.scope,
            self.key(db, target, list, &uid)?,
            tables::kind(db, &kind)?,
            Entity::hash(&kind, &props),
            run.now,
            MAPPER.1,
            run.version
        ])?;
        let id = db.last_insert_rowid();
        views::note_one(db, &kind.type_name, target)?;
        write_props(db, id, &props)?;
        self.touched.insert(id);
        Ok(Some(id))
    }

    /// Returns the key that the target names, if it is a filter key and no other placeholder has it; otherwise the
    /// `_id`.
    fn key(
        &self,
        db: &Connection,
        target: &Map<String, Value>,
        list: &probe::List,
        uid: &str,
    ) -> rusqlite::Result<String> {
        let key = target.get("_key").and_then(Value::as_str).filter(|_| list.names.contains("\"_key\""));
        let Some(key) = key else { return Ok(uid.to_owned()) };
        let taken: bool = db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM entity WHERE scope_id = ?1 AND key = ?2)")?
            .query_row(params![self.scope, key], |row| row.get(0))?;
        Ok(if taken { uid.to_owned() } else { key.to_owned() })
    }

    /// Removes the placeholders that are no longer connected to a mapped relationship that would create them, and updates
    /// the properties of the others. Returns the mapped relationships that were connected to the removed ones.
    pub fn settle(&self, run: &Run<'_>) -> rusqlite::Result<BTreeSet<i64>> {
        let mut orphans = BTreeSet::new();
        for id in &self.touched {
            let ours: bool = run
                .connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM entity WHERE id = ?1 AND scope_id = ?2)")?
                .query_row([*id, self.scope], |row| row.get(0))?;
            if !ours {
                continue;
            }
            let connected = run
                .connection
                .prepare_cached(
                    "SELECT DISTINCT mapping_id FROM relationship WHERE ?1 IN (from_id, to_id) \
                     AND mapping_id IS NOT NULL ORDER BY mapping_id",
                )?
                .query_map([id], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()?;
            let mut creators = Vec::new();
            for mapping in &connected {
                creators.push(Mapping::read(run.connection, *mapping)?);
            }
            creators.retain(|mapping| !mapping.skips());
            if creators.is_empty() {
                remove(run, *id)?;
                orphans.extend(connected);
            } else {
                merge(run, *id, &creators)?;
            }
        }
        Ok(orphans)
    }
}

/// Brings a placeholder up to date with what the mapped relationships say about it; later ones win.
fn merge(run: &Run<'_>, id: i64, creators: &[Mapping]) -> rusqlite::Result<()> {
    let db = run.connection;
    let targets: Vec<_> = creators.iter().filter_map(Mapping::target).collect();
    let Some(kind) = targets.iter().rev().find_map(|target| kind(target)) else { return Ok(()) };
    let props = props(&targets);
    let hash = Entity::hash(&kind, &props);
    let before: i64 =
        db.prepare_cached("SELECT hash FROM entity WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
    if hash == before {
        return Ok(());
    }
    history::keep_entity(run, id)?;
    db.prepare_cached(
        "UPDATE entity SET kind = ?2, hash = ?3, version = version + (since < ?5), begin_on = ?4, since = ?5 \
         WHERE id = ?1",
    )?
    .execute(params![id, tables::kind(db, &kind)?, hash, run.now, run.version])?;
    for target in &targets {
        views::note_one(db, &kind.type_name, target)?;
    }
    write_props(db, id, &props)
}

/// Deletes a placeholder and every relationship that touches it.
fn remove(run: &Run<'_>, id: i64) -> rusqlite::Result<()> {
    delete(run, &format!("SELECT id FROM relationship WHERE {id} IN (from_id, to_id)"))?;
    history::keep_entity(run, id)?;
    run.connection.prepare_cached("DELETE FROM entity WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// `_type` and `_class` of a target, without which no entity can be made of it.
fn kind(target: &Map<String, Value>) -> Option<Kind> {
    let type_name = target.get("_type")?.as_str()?.to_owned();
    let class = match target.get("_class")? {
        Value::String(class) => Value::from(vec![class.as_str()]),
        Value::Array(classes) if classes.iter().all(Value::is_string) && !classes.is_empty() => {
            Value::Array(classes.clone())
        }
        _ => return None,
    };
    Some(Kind { type_name, class: canonical::value(&class) })
}

/// The properties of a placeholder.
fn props(targets: &[&Map<String, Value>]) -> String {
    let mut all = Map::new();
    for (name, value) in targets.iter().copied().flatten() {
        if !name.starts_with('_') && !value.is_null() {
            all.insert(name.clone(), value.clone());
        }
    }
    if !all.contains_key("displayName") {
        let key = targets.iter().rev().find_map(|target| target.get("_key"));
        let name = ["name", "email", "id"].iter().find_map(|name| all.get(*name)).or(key);
        if let Some(name) = name.filter(|name| name.is_string()).cloned() {
            all.insert("displayName".to_owned(), name);
        }
    }
    canonical::object(&all, |_| true)
}

fn write_props(db: &Connection, id: i64, props: &str) -> rusqlite::Result<()> {
    db.prepare_cached("REPLACE INTO entity_props (id, props) VALUES (?1, jsonb(?2))")?
        .execute(params![id, props])?;
    Ok(())
}

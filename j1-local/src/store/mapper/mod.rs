//! Mapped relationships: finds their targets by property values, and creates the relationships to them.
//!
//! For each mapped relationship the lists of `targetFilterKeys` are tried in order; one that names a property that
//! the target does not have is left out. The first list that matches entities of any scope wins, and all of its
//! matches become targets. If none matches, a placeholder stands in for the target, unless `skipTargetCreation` is
//! set; then a placeholder of others may still match. Placeholders belong to the scope `system-mapper`. When the
//! entity that one stands for arrives, the relationships move to it and the placeholder goes.
//!
//! Ownership: [`resolve`] runs in the transaction of a finalize, after the diff, and looks only at what this version
//! changed: `since` and the past tables tell what that is. [`cut`] must run before rows that relationships of ours
//! refer to are deleted. Invariant: after every finalize, the relationships with a `mapping_id` are those that
//! resolving everything anew would make, whatever the order of the jobs.

mod probe;
mod target;

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::finalize::Run;
use super::history;
use super::tables;
use crate::canonical;
use crate::upload::NAMESPACE;
use target::Placeholders;

/// The kind and the name of the scope of placeholders, and the source of what is made here.
pub const MAPPER: (&str, &str) = ("mapper", "system-mapper");

/// A mapped relationship as it is being resolved.
struct Mapping {
    id: i64,
    uid: String,
    key: String,
    kind: i64,
    from_id: i64,
    hash: i64,
    props: String,
    /// The `_mapping` as uploaded.
    rule: Map<String, Value>,
}

impl Mapping {
    fn read(connection: &Connection, id: i64) -> rusqlite::Result<Self> {
        connection
            .prepare_cached(
                "SELECT id, uid, key, kind, from_id, hash, json(props), json(mapping) FROM mapping \
                 JOIN mapping_props USING (id) WHERE id = ?1",
            )?
            .query_row([id], |row| {
                let rule: String = row.get(7)?;
                Ok(Self {
                    id: row.get(0)?,
                    uid: row.get(1)?,
                    key: row.get(2)?,
                    kind: row.get(3)?,
                    from_id: row.get(4)?,
                    hash: row.get(5)?,
                    props: row.get(6)?,
                    rule: serde_json::from_str(&rule).unwrap_or_default(),
                })
            })
    }

    /// The properties of the target.
    fn target(&self) -> Option<&Map<String, Value>> {
        self.rule.get("targetEntity")?.as_object()
    }

    /// Returns `true` if no placeholder may be created.
    fn skips(&self) -> bool {
        self.rule.get("skipTargetCreation") == Some(&Value::Bool(true))
    }

    /// Returns `true` if the relationship leads from the target.
    fn is_reverse(&self) -> bool {
        self.rule.get("relationshipDirection").and_then(Value::as_str) == Some("REVERSE")
    }
}

/// Resolves what this version of the graph may have changed about mapped relationships.
pub fn resolve(run: &Run<'_>) -> rusqlite::Result<()> {
    let any: bool = run.connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM mapping) OR EXISTS (SELECT 1 FROM mapping_past WHERE until = ?1)",
        [run.version],
        |row| row.get(0),
    )?;
    if !any {
        return Ok(());
    }
    let mut resolver = Resolver::new(run)?;
    let mut due = resolver.changed_mappings()?;
    for id in &due {
        let mapping = Mapping::read(run.connection, *id)?;
        let keys = mapping.rule.get("targetFilterKeys");
        probe::index_mapping(run.connection, run.version, *id, mapping.target(), keys)?;
    }
    probe::index_entities(run.connection, run.version, None)?;
    due.extend(resolver.touched_mappings()?);
    let mut late = BTreeSet::new();
    for id in due {
        let mapping = Mapping::read(run.connection, id)?;
        let targets = resolver.targets(&mapping)?;
        match targets {
            Some(targets) => resolver.connect(&mapping, &targets)?,
            None => {
                // It may have created the placeholder that it has been connected to so far, which may be an orphan now.
                resolver.touch_targets(id)?;
                late.insert(id);
            }
        }
    }
    late.extend(resolver.placeholders.settle(run)?);
    probe::index_entities(run.connection, run.version, Some(resolver.scope))?;
    late.extend(resolver.waiting_mappings()?);
    for id in late {
        let mapping = Mapping::read(run.connection, id)?;
        let targets = match resolver.targets(&mapping)? {
            Some(targets) => targets,
            None => resolver.matches(&mapping, true)?,
        };
        resolver.connect(&mapping, &targets)?;
    }
    Ok(())
}

/// Deletes relationships of ours that a condition selects, so that the rows they refer to can be deleted.
pub fn cut(run: &Run<'_>, condition: &str) -> rusqlite::Result<()> {
    let which = format!("SELECT id FROM relationship WHERE mapping_id IS NOT NULL AND ({condition})");
    delete(run, &which)
}

fn delete(run: &Run<'_>, which: &str) -> rusqlite::Result<()> {
    history::keep(run, "relationship", which)?;
    run.connection.prepare_cached(&format!("DELETE FROM relationship WHERE id IN ({which})"))?.execute([])?;
    Ok(())
}

struct Resolver<'r> {
    run: &'r Run<'r>,
    scope: i64,
    placeholders: Placeholders,
}

impl<'r> Resolver<'r> {
    fn new(run: &'r Run<'r>) -> rusqlite::Result<Self> {
        let scope = tables::scope(run.connection, MAPPER.0, MAPPER.1, run.now)?;
        let placeholders = Placeholders::new(run, scope)?;
        Ok(Self { run, scope, placeholders })
    }

    fn ids(&self, sql: &str) -> rusqlite::Result<BTreeSet<i64>> {
        let mut statement = self.run.connection.prepare_cached(sql)?;
        statement.query_map([self.run.version], |row| row.get(0))?.collect()
    }

    /// The mapped relationships that are new or were uploaded in another form, and those never looked at.
    fn changed_mappings(&self) -> rusqlite::Result<BTreeSet<i64>> {
        self.ids(
            "SELECT id FROM mapping WHERE since = ?1 \
             OR NOT EXISTS (SELECT 1 FROM mapping_probe p WHERE p.mapping_id = mapping.id)",
        )
    }

    /// The mapped relationships that have, had, or may now have a target that changed.
    fn touched_mappings(&self) -> rusqlite::Result<BTreeSet<i64>> {
        self.ids(
            "SELECT r.mapping_id FROM relationship r JOIN entity e ON e.id IN (r.from_id, r.to_id) \
             WHERE e.since = ?1 AND r.mapping_id IS NOT NULL \
             UNION SELECT p.mapping_id FROM relationship_past p JOIN mapping m ON m.id = p.mapping_id \
             WHERE p.until = ?1 \
             UNION SELECT m.mapping_id FROM entity e JOIN entity_probe p ON p.entity_id = e.id \
             JOIN mapping_probe m ON m.probe = p.probe WHERE e.since = ?1",
        )
    }

    /// The mapped relationships that a placeholder of this version may match.
    fn waiting_mappings(&self) -> rusqlite::Result<BTreeSet<i64>> {
        let mut statement = self.run.connection.prepare_cached(
            "SELECT m.mapping_id FROM entity e JOIN entity_probe p ON p.entity_id = e.id \
             JOIN mapping_probe m ON m.probe = p.probe WHERE e.since = ?1 AND e.scope_id = ?2",
        )?;
        statement.query_map([self.run.version, self.scope], |row| row.get(0))?.collect()
    }

    /// Returns the targets of a mapped relationship; `None` if only a placeholder made for another one could be its
    /// target.
    fn targets(&mut self, mapping: &Mapping) -> rusqlite::Result<Option<Vec<i64>>> {
        let found = self.matches(mapping, false)?;
        if !found.is_empty() {
            return Ok(Some(found));
        }
        if mapping.skips() {
            return Ok(None);
        }
        Ok(Some(self.placeholders.ensure(self.run, mapping)?.into_iter().collect()))
    }

    /// Notes the entities that a mapped relationship is connected to.
    fn touch_targets(&mut self, id: i64) -> rusqlite::Result<()> {
        let mut statement = self
            .run
            .connection
            .prepare_cached("SELECT from_id, to_id FROM relationship WHERE mapping_id = ?1")?;
        let ends = statement.query_map([id], |row| Ok([row.get(0)?, row.get(1)?]))?;
        for ends in ends {
            self.placeholders.touch(ends?);
        }
        Ok(())
    }

    /// Returns the matches of the first list of filter keys that has any, among entities or among placeholders.
    fn matches(&self, mapping: &Mapping, placeholders: bool) -> rusqlite::Result<Vec<i64>> {
        let mut statement = self.run.connection.prepare_cached(
            "SELECT m.place, p.entity_id FROM mapping_probe m JOIN entity_probe p ON p.probe = m.probe \
             JOIN entity e ON e.id = p.entity_id WHERE m.mapping_id = ?1 AND (e.scope_id = ?2) = ?3 \
             ORDER BY m.place, p.entity_id",
        )?;
        let mut rows = statement.query(params![mapping.id, self.scope, placeholders])?;
        let (mut first, mut found) = (None, Vec::new());
        while let Some(row) = rows.next()? {
            let place: i64 = row.get(0)?;
            if *first.get_or_insert(place) != place {
                break;
            }
            found.push(row.get(1)?);
        }
        Ok(found)
    }

    /// Connects a mapped relationship to exactly these targets.
    fn connect(&mut self, mapping: &Mapping, targets: &[i64]) -> rusqlite::Result<()> {
        let db = self.run.connection;
        let mut wanted = BTreeSet::new();
        for target in targets {
            let (from, to) =
                if mapping.is_reverse() { (*target, mapping.from_id) } else { (mapping.from_id, *target) };
            let other: String = db
                .prepare_cached("SELECT uid FROM entity WHERE id = ?1")?
                .query_row([target], |row| row.get(0))?;
            let uid = Uuid::new_v5(&NAMESPACE, format!("mapped\0{}\0{other}", mapping.uid).as_bytes());
            let uid = uid.to_string();
            let ends = [mapping.hash, from, to].map(|part| part.to_string());
            let hash = canonical::hash(ends.iter().map(String::as_str));
            self.write(mapping, &uid, (from, to), hash)?;
            wanted.insert(uid);
        }
        let existing = db
            .prepare_cached("SELECT id, uid, from_id, to_id FROM relationship WHERE mapping_id = ?1")?
            .query_map([mapping.id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<rusqlite::Result<Vec<(i64, String, i64, i64)>>>()?;
        for (id, uid, from, to) in existing {
            if !wanted.contains(&uid) {
                self.placeholders.touch([from, to]);
                delete(self.run, &id.to_string())?;
            }
        }
        Ok(())
    }

    fn write(&self, mapping: &Mapping, uid: &str, (from, to): (i64, i64), hash: i64) -> rusqlite::Result<()> {
        let Run { connection: db, now, version, .. } = self.run;
        let known: Option<(i64, i64)> = db
            .prepare_cached("SELECT id, hash FROM relationship WHERE uid = ?1")?
            .query_row([uid], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let id = match known {
            Some((_, same)) if same == hash => return Ok(()),
            Some((id, _)) => {
                history::keep(self.run, "relationship", &id.to_string())?;
                db.prepare_cached(
                    "UPDATE relationship SET kind = ?2, from_id = ?3, to_id = ?4, hash = ?5, \
                     version = version + 1, begin_on = ?6, since = ?7 WHERE id = ?1",
                )?
                .execute(params![id, mapping.kind, from, to, hash, now, version])?;
                id
            }
            None => {
                db.prepare_cached(
                    "INSERT INTO relationship (uid, scope_id, key, kind, from_id, to_id, hash, version, \
                     created_on, begin_on, source, since, mapping_id) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?8, ?9, ?10, ?11)",
                )?
                .execute(params![
                    uid,
                    self.scope,
                    format!("{}|{uid}", mapping.key),
                    mapping.kind,
                    from,
                    to,
                    hash,
                    now,
                    MAPPER.1,
                    version,
                    mapping.id
                ])?;
                db.last_insert_rowid()
            }
        };
        db.prepare_cached("REPLACE INTO relationship_props (id, props) VALUES (?1, jsonb(?2))")?
            .execute(params![id, mapping.props])?;
        Ok(())
    }
}

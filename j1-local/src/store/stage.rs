//! The stage: uploaded rows of open jobs, which no query reads.
//!
//! Invariant: a job that has ended has no staged rows; what a crash leaves is removed when the file is opened.

use rusqlite::{Connection, OptionalExtension, params};

use super::job::Job;
use super::refused::Refused;
use super::tables;
use super::views;
use crate::upload::{Batch, End, Entity, Raw, Relationship};

/// Stages a batch in one transaction. With `replace`, the last of two objects with one key counts.
pub fn upload(connection: &mut Connection, id: &str, batch: &Batch, replace: bool) -> Result<Job, Refused> {
    let transaction = connection.transaction()?;
    let mut job = Job::find_open(&transaction, id)?;
    let stage = Stage { connection: &transaction, job: &job, replace };
    for entity in &batch.entities {
        stage.entity(entity)?;
    }
    for relationship in &batch.relationships {
        stage.relationship(relationship)?;
    }
    views::note(&transaction, &batch.properties)?;
    let counters = &mut job.counters;
    counters.num_entities_uploaded += batch.entities.len() as u64;
    counters.num_relationships_uploaded += batch.relationships.len() as u64;
    counters.num_entity_raw_data_entries_uploaded +=
        batch.entities.iter().map(|entity| entity.raw.len() as u64).sum::<u64>();
    counters.num_relationship_raw_data_entries_uploaded +=
        batch.relationships.iter().map(|relationship| relationship.raw.len() as u64).sum::<u64>();
    job.save(&transaction)?;
    transaction.commit()?;
    Ok(job)
}

/// Drops what a job uploaded.
pub fn clear(connection: &Connection, job: &str) -> rusqlite::Result<()> {
    for table in ["stage_raw", "stage_relationship", "stage_entity"] {
        connection.execute(&format!("DELETE FROM {table} WHERE job = ?1"), [job])?;
    }
    Ok(())
}

struct Stage<'a> {
    connection: &'a Connection,
    job: &'a Job,
    replace: bool,
}

impl Stage<'_> {
    fn entity(&self, entity: &Entity) -> Result<(), Refused> {
        let kind = entity.kind.as_ref().map(|kind| tables::kind(self.connection, kind)).transpose()?;
        let name = if entity.key.is_empty() { &entity.uid } else { &entity.key };
        self.make_room("entity", "stage_entity", "uid", &entity.uid, name)?;
        self.connection
            .prepare_cached(
                "INSERT INTO stage_entity (job, key, uid, kind, hash, props) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![self.job.id, entity.key, entity.uid, kind, entity.hash, entity.props])?;
        self.raw("entity", &entity.raw)
    }

    fn relationship(&self, relationship: &Relationship) -> Result<(), Refused> {
        let kind = tables::kind(self.connection, &relationship.kind)?;
        let (from_scope, from_key) = self.end(&relationship.from)?;
        let (to_scope, to_key) = match &relationship.to {
            Some(end) => self.end(end).map(|(scope, key)| (scope, Some(key)))?,
            None => (None, None),
        };
        let key = &relationship.key;
        self.make_room("relationship", "stage_relationship", "key", key, key)?;
        self.connection
            .prepare_cached(
                "INSERT INTO stage_relationship (job, key, uid, kind, from_scope, from_key, to_scope, \
                 to_key, mapping, hash, props) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                self.job.id,
                key,
                relationship.uid,
                kind,
                from_scope,
                from_key,
                to_scope,
                to_key,
                relationship.mapping,
                relationship.hash,
                relationship.props
            ])?;
        self.raw("relationship", &relationship.raw)
    }

    /// Removes an earlier row of the same name if the last one counts; otherwise refuses the duplicate.
    fn make_room(
        &self,
        what: &'static str,
        table: &str,
        column: &str,
        value: &str,
        name: &str,
    ) -> Result<(), Refused> {
        let staged: Option<i64> = self
            .connection
            .prepare_cached(&format!("SELECT id FROM {table} WHERE job = ?1 AND {column} = ?2"))?
            .query_row([&self.job.id, value], |row| row.get(0))
            .optional()?;
        let Some(staged) = staged else { return Ok(()) };
        if !self.replace {
            return Err(Refused::Duplicate { what, key: name.to_owned() });
        }
        self.connection.execute(&format!("DELETE FROM {table} WHERE id = ?1"), [staged])?;
        self.connection.execute(
            "DELETE FROM stage_raw WHERE job = ?1 AND of = ?2 AND stage_id = ?3",
            params![self.job.id, what, staged],
        )?;
        Ok(())
    }

    /// Returns the scope and the key of an end. Without a scope, the key is an `_id`.
    fn end<'e>(&self, end: &'e End) -> rusqlite::Result<(Option<i64>, &'e str)> {
        /// A number that no scope has.
        const NOWHERE: i64 = -1;
        Ok(match end {
            End::Own { key } => (Some(self.job.scope_id), key),
            End::Of { kind, scope, key } => {
                let known = |kind| tables::known_scope(self.connection, kind, scope);
                let found = match *kind {
                    // An integration instance takes precedence over an `api` scope of the same name.
                    "" => known("integration")?.or(known("api")?),
                    kind => known(kind)?,
                };
                (Some(found.unwrap_or(NOWHERE)), key)
            }
            End::Id { id } => (None, id),
        })
    }

    /// Stages the raw data of the row just inserted.
    fn raw(&self, of: &str, entries: &[Raw]) -> Result<(), Refused> {
        if entries.is_empty() {
            return Ok(());
        }
        let stage_id = self.connection.last_insert_rowid();
        let mut insert = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO stage_raw (stage_id, job, of, name, hash, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for raw in entries {
            insert.execute(params![stage_id, self.job.id, of, raw.name, raw.hash, raw.body])?;
        }
        Ok(())
    }
}

//! The stage: uploaded rows of open jobs, which no query reads.
//!
//! Invariant: a job that has ended has no staged rows; what a crash leaves is removed when the file is opened.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, Statement, params};

use super::hashed::{Hashed, hash};
use super::job::Job;
use super::refused::Refused;
use super::tables;
use super::views;
use crate::upload::{Batch, End, Entity, Kind, Raw, Relationship};

/// The rows that open jobs have staged.
///
/// It stands in for an index, which would cost as much as all the rest of an upload, and finds the ends of relationships
/// when the job is finalized. The rows of a job that is not here are read when it uploads again. Invariant: a job that is
/// here has exactly the rows of the data file; whatever fails drops it.
#[derive(Default)]
pub struct Staged(HashMap<String, Rows>);

/// The staged rows of one job, by a hash of the key. The `_id` takes its place in a job that may name an entity by it alone.
#[derive(Default)]
pub struct Rows {
    /// Rows of `stage_entity`.
    pub entities: Hashed,
    relationships: Hashed,
}

impl Staged {
    /// Stages a batch in one transaction. With `replace`, the last of two objects with one key counts.
    pub fn upload(
        &mut self,
        connection: &mut Connection,
        id: &str,
        batch: &Batch,
        replace: bool,
    ) -> Result<Job, Refused> {
        let mut rows = match self.0.remove(id) {
            Some(rows) => rows,
            None => read(connection, &Job::find(connection, id)?)?,
        };
        let job = upload(connection, id, batch, replace, &mut rows)?;
        self.0.insert(id.to_owned(), rows);
        Ok(job)
    }

    /// Returns and forgets the rows of a job that takes no more uploads; `None` if nothing was uploaded since the start.
    pub fn take(&mut self, job: &str) -> Option<Rows> {
        self.0.remove(job)
    }
}

fn read(connection: &Connection, job: &Job) -> rusqlite::Result<Rows> {
    let name = if job.mode.is_of_parts() { "uid" } else { "key" };
    let mut rows = Rows::default();
    for (table, rows) in
        [("stage_entity", &mut rows.entities), ("stage_relationship", &mut rows.relationships)]
    {
        let mut statement = connection.prepare(&format!("SELECT {name}, id FROM {table} WHERE job = ?1"))?;
        let mut found = statement.query([job.number])?;
        while let Some(row) = found.next()? {
            rows.insert(hash(row.get_ref(0)?.as_bytes()?), row.get(1)?);
        }
    }
    Ok(rows)
}

fn upload(
    connection: &mut Connection,
    id: &str,
    batch: &Batch,
    replace: bool,
    rows: &mut Rows,
) -> Result<Job, Refused> {
    let transaction = connection.transaction()?;
    let mut job = Job::find_open(&transaction, id)?;
    let named = |key: &str, uid: &str| hash(if job.mode.is_of_parts() { uid } else { key }.as_bytes());
    let entities: Vec<u128> = batch.entities.iter().map(|entity| named(&entity.key, &entity.uid)).collect();
    let relationships: Vec<u128> =
        batch.relationships.iter().map(|relationship| named(&relationship.key, &relationship.uid)).collect();
    warm(&mut rows.entities, &entities);
    warm(&mut rows.relationships, &relationships);
    let mut stage = Stage::new(&transaction, &job, replace, rows, &batch.kinds)?;
    for (entity, hash) in batch.entities.iter().zip(entities) {
        stage.entity(entity, hash)?;
    }
    for (relationship, hash) in batch.relationships.iter().zip(relationships) {
        stage.relationship(relationship, hash)?;
    }
    drop(stage);
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

/// Looks at the places of these hashes before rows are added to them.
///
/// The places are scattered over hundreds of megabytes. One after the other, with an insert between them, each costs the
/// wait for the memory; in a row, the processor waits for many at once.
fn warm(rows: &mut Hashed, hashes: &[u128]) {
    rows.reserve(hashes.len());
    let known = hashes.iter().filter(|hash| rows.contains_key(hash)).count();
    std::hint::black_box(known);
}

/// Drops what a job uploaded.
pub fn clear(connection: &Connection, job: &str) -> rusqlite::Result<()> {
    let others: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM job WHERE id <> ?1 AND status IN ('AWAITING_UPLOADS', 'FINALIZE_PENDING'))",
        [job],
        |row| row.get(0),
    )?;
    for table in ["stage_raw", "stage_relationship", "stage_entity"] {
        if others {
            let which = "job = (SELECT number FROM job WHERE id = ?1)";
            connection.execute(&format!("DELETE FROM {table} WHERE {which}"), [job])?;
        } else {
            // Without a condition SQLite drops the pages instead of the rows.
            connection.execute(&format!("DELETE FROM {table}"), [])?;
        }
    }
    Ok(())
}

struct Stage<'a> {
    connection: &'a Connection,
    job: &'a Job,
    replace: bool,
    rows: &'a mut Rows,
    /// The numbers of the batch's kinds.
    kinds: Vec<i64>,
    insert_entity: Statement<'a>,
    insert_relationship: Statement<'a>,
}

impl<'a> Stage<'a> {
    fn new(
        connection: &'a Connection,
        job: &'a Job,
        replace: bool,
        rows: &'a mut Rows,
        kinds: &[Kind],
    ) -> rusqlite::Result<Self> {
        let kinds =
            kinds.iter().map(|kind| tables::kind(connection, kind)).collect::<rusqlite::Result<_>>()?;
        let insert_entity = connection.prepare(
            "INSERT INTO stage_entity (job, key, uid, kind, hash, props) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let insert_relationship = connection.prepare(
            "INSERT INTO stage_relationship (job, key, uid, kind, from_scope, from_key, to_scope, to_key, mapping, \
             hash, props) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        Ok(Self { connection, job, replace, rows, kinds, insert_entity, insert_relationship })
    }

    fn entity(&mut self, entity: &Entity, hash: u128) -> Result<(), Refused> {
        let kind = entity.kind.map(|place| self.kinds[place]);
        let name = if entity.key.is_empty() { &entity.uid } else { &entity.key };
        let row = self.rows.entities.entry(hash);
        make_room(self.connection, self.job, self.replace, "entity", &row, name)?;
        self.insert_entity.execute(params![
            self.job.number,
            entity.key,
            entity.uid,
            kind,
            entity.hash,
            entity.props
        ])?;
        row.insert_entry(self.connection.last_insert_rowid());
        self.raw("entity", &entity.raw)
    }

    fn relationship(&mut self, relationship: &Relationship, hash: u128) -> Result<(), Refused> {
        let kind = self.kinds[relationship.kind];
        let (from_scope, from_key) = self.end(&relationship.from)?;
        let (to_scope, to_key) = match &relationship.to {
            Some(end) => self.end(end).map(|(scope, key)| (scope, Some(key)))?,
            None => (None, None),
        };
        let (key, uid) = (&relationship.key, &relationship.uid);
        let row = self.rows.relationships.entry(hash);
        make_room(self.connection, self.job, self.replace, "relationship", &row, key)?;
        self.insert_relationship.execute(params![
            self.job.number,
            key,
            uid,
            kind,
            from_scope,
            from_key,
            to_scope,
            to_key,
            relationship.mapping,
            relationship.hash,
            relationship.props
        ])?;
        row.insert_entry(self.connection.last_insert_rowid());
        self.raw("relationship", &relationship.raw)
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
            insert.execute(params![stage_id, self.job.number, of, raw.name, raw.hash, raw.body])?;
        }
        Ok(())
    }
}

/// Removes an earlier row of the same `_id` if the last one counts; otherwise refuses the duplicate.
fn make_room(
    connection: &Connection,
    job: &Job,
    replace: bool,
    what: &'static str,
    row: &Entry<'_, u128, i64>,
    name: &str,
) -> Result<(), Refused> {
    let Entry::Occupied(staged) = row else { return Ok(()) };
    if !replace {
        return Err(Refused::Duplicate { what, key: name.to_owned() });
    }
    let staged = staged.get();
    connection.execute(&format!("DELETE FROM stage_{what} WHERE id = ?1"), [staged])?;
    connection.execute(
        "DELETE FROM stage_raw WHERE job = ?1 AND of = ?2 AND stage_id = ?3",
        params![job.number, what, staged],
    )?;
    Ok(())
}

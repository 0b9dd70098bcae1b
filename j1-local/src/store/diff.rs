//! DIFF: the scope becomes what was uploaded, except for what the client called partial.
//!
//! Rows are compared by hash. A row of the scope that was not uploaded is deleted, unless its `_type`
//! is in the partial types. Entities come first; a relationship whose ends do not both exist then is
//! an error and counts as not uploaded, so that an earlier one under its key goes, and one whose
//! entity was deleted goes with it, whatever its scope.

use rusqlite::{Connection, Params, params};

use super::bulk;
use super::ends::{Ends, Staged};
use super::finalize::Run;
use super::history;
use super::job::{Counters, Status};
use super::mapper;
use super::stage;

/// One table of the graph and where its uploads are staged.
struct Rows {
    live: &'static str,
    stage: &'static str,
    /// The value of `of` for its raw data in `stage_raw`; `None` for tables without raw data.
    raw: Option<&'static str>,
    /// Columns that name the ends, in `seen` and in the table alike.
    ends: &'static [&'static str],
}

const ENTITIES: Rows = Rows { live: "entity", stage: "stage_entity", raw: Some("entity"), ends: &[] };
const RELATIONSHIPS: Rows = Rows {
    live: "relationship",
    stage: "stage_relationship",
    raw: Some("relationship"),
    ends: &["from_id", "to_id"],
};
const MAPPINGS: Rows = Rows { live: "mapping", stage: "stage_relationship", raw: None, ends: &["from_id"] };

/// Numbers of rows created, updated and deleted.
#[derive(Default)]
struct Changes {
    created: u64,
    updated: u64,
    deleted: u64,
}

/// Numbers of the rows in `seen`.
struct Seen {
    /// The number of a staged row and this make the number of the row that it will be, if it meets none.
    given: i64,
    fresh: i64,
    changed: i64,
    /// Staged rows that were left out because an end is missing.
    without_end: u64,
}

/// Replaces the contents of the scope by what the job uploaded, except for partial types.
pub fn apply(run: &Run<'_>, staged: Option<stage::Rows>, counters: &mut Counters) -> rusqlite::Result<()> {
    run.enter(Status::FinalizingEntities);
    let mut raw = Changes::default();
    let seen = see(run, &ENTITIES, "1", ["NULL", "NULL"])?;
    mark_absent(run, &ENTITIES, "gone")?;
    let mut entities = ENTITIES.write(run, &seen)?;
    ENTITIES.write_raw(run, "gone", &mut raw)?;

    mapper::cut(run, "from_id IN (SELECT id FROM temp.gone) OR to_id IN (SELECT id FROM temp.gone)")?;
    let ends = Ends::new(run, staged.map(|rows| Staged { rows: rows.entities, given: seen.given }))?;
    replace_relationships(run, &ends, counters)?;
    let seen = see(run, &MAPPINGS, "mapping IS NOT NULL", [&ends.sql("from"), "NULL"])?;
    counters.num_mapped_relationship_create_errors += seen.without_end;
    drop(ends);
    let mapped = MAPPINGS.replace(run, &seen, &mut Changes::default())?;
    entities.deleted = delete(run, &ENTITIES, "gone")?;

    counters.num_entities_created = entities.created;
    counters.num_entities_updated = entities.updated;
    counters.num_entities_deleted = entities.deleted;
    counters.num_entity_raw_data_entries_created = raw.created;
    counters.num_entity_raw_data_entries_updated = raw.updated;
    counters.num_entity_raw_data_entries_deleted = raw.deleted;
    counters.num_mapped_relationships_created = mapped.created;
    counters.num_mapped_relationships_updated = mapped.updated;
    counters.num_mapped_relationships_deleted = mapped.deleted;
    Ok(())
}

/// Replaces the direct relationships of the scope by those that the job uploaded. A `CROSS_SCOPE` job does nothing
/// else.
pub fn apply_relationships(run: &Run<'_>, counters: &mut Counters) -> rusqlite::Result<()> {
    replace_relationships(run, &Ends::new(run, None)?, counters)
}

fn replace_relationships(run: &Run<'_>, ends: &Ends<'_>, counters: &mut Counters) -> rusqlite::Result<()> {
    run.enter(Status::FinalizingRelationships);
    let mut raw = Changes::default();
    let seen = see(run, &RELATIONSHIPS, "mapping IS NULL", [&ends.sql("from"), &ends.sql("to")])?;
    counters.num_relationship_create_errors += seen.without_end;
    let relationships = RELATIONSHIPS.replace(run, &seen, &mut raw)?;
    counters.num_relationships_created = relationships.created;
    counters.num_relationships_updated = relationships.updated;
    counters.num_relationships_deleted = relationships.deleted;
    counters.num_relationship_raw_data_entries_created = raw.created;
    counters.num_relationship_raw_data_entries_updated = raw.updated;
    counters.num_relationship_raw_data_entries_deleted = raw.deleted;
    Ok(())
}

impl Rows {
    /// Writes what `seen` holds and deletes what it does not.
    fn replace(&self, run: &Run<'_>, seen: &Seen, raw: &mut Changes) -> rusqlite::Result<Changes> {
        mark_absent(run, self, "leaving")?;
        let mut changes = self.write(run, seen)?;
        mark_cut(run, self)?;
        self.write_raw(run, "leaving", raw)?;
        changes.deleted = delete(run, self, "leaving")?;
        Ok(changes)
    }

    /// Writes the rows of `seen` that are new or whose hash changed.
    fn write(&self, run: &Run<'_>, seen: &Seen) -> rusqlite::Result<Changes> {
        let Self { live, stage, .. } = self;
        let Seen { fresh, changed, .. } = *seen;
        let source = run.job.source.as_str();
        let db = run.connection;
        if changed > 0 {
            let set_ends: String = self.ends.iter().flat_map(|end| [", ", end, " = seen.", end]).collect();
            history::keep(run, live, "SELECT live_id FROM temp.seen WHERE changed")?;
            execute(
                db,
                &format!(
                    "UPDATE {live} SET kind = st.kind, hash = st.hash, version = version + 1, begin_on = ?1, \
                     source = ?2, since = ?3{set_ends} FROM temp.seen JOIN {stage} st ON st.id = seen.stage_id \
                     WHERE {live}.id = seen.live_id AND seen.changed"
                ),
                params![run.now, source, run.version],
            )?;
        }
        if fresh > 0 {
            let dropped = bulk::drop_indexes(db, live, fresh)?;
            let ends: String = self.ends.iter().flat_map(|end| [", ", end]).collect();
            execute(
                db,
                &format!(
                    "INSERT INTO {live} \
                     (id, uid, scope_id, key, kind, hash, version, created_on, begin_on, source, since{ends}) \
                     SELECT seen.live_id, st.uid, ?1, st.key, st.kind, st.hash, 1, ?2, ?2, ?3, ?4{ends} \
                     FROM temp.seen CROSS JOIN {stage} st ON st.id = seen.stage_id WHERE seen.fresh ORDER BY stage_id"
                ),
                params![run.job.scope_id, run.now, source, run.version],
            )?;
            dropped.restore(db)?;
        }
        if fresh > 0 {
            self.write_props(db, "INSERT", "fresh")?;
        }
        if changed > 0 {
            self.write_props(db, "REPLACE", "changed")?;
        }
        Ok(Changes { created: fresh.unsigned_abs(), updated: changed.unsigned_abs(), deleted: 0 })
    }

    /// Writes the properties of the rows of `seen` that are fresh or changed.
    fn write_props(&self, db: &Connection, verb: &str, which: &str) -> rusqlite::Result<()> {
        let Self { live, stage, .. } = self;
        let (column, value) =
            if *live == "mapping" { (", mapping", ", jsonb(st.mapping)") } else { ("", "") };
        execute(
            db,
            &format!(
                "{verb} INTO {live}_props (id, props{column}) SELECT seen.live_id, st.props{value} \
                 FROM temp.seen CROSS JOIN {stage} st ON st.id = seen.stage_id WHERE seen.{which} ORDER BY stage_id"
            ),
            [],
        )?;
        Ok(())
    }

    /// Brings the raw data of the rows in `seen` up to date, and counts that of the rows in `absent`.
    fn write_raw(&self, run: &Run<'_>, absent: &str, changes: &mut Changes) -> rusqlite::Result<()> {
        let (Some(of), live, db) = (self.raw, self.live, run.connection) else { return Ok(()) };
        let any = format!(
            "SELECT EXISTS (SELECT 1 FROM {live}_raw) OR EXISTS (SELECT 1 FROM stage_raw WHERE job = ?1)"
        );
        if !db.prepare_cached(&any)?.query_row([run.job.number], |row| row.get::<_, bool>(0))? {
            return Ok(());
        }
        changes.deleted += execute(
            db,
            &format!(
                "DELETE FROM {live}_raw WHERE id IN (SELECT id FROM temp.{absent}) OR (id, name) IN \
                 (SELECT raw.id, raw.name FROM temp.seen JOIN {live}_raw raw ON raw.id = seen.live_id \
                 WHERE NOT EXISTS (SELECT 1 FROM stage_raw st WHERE st.job = ?1 AND st.of = ?2 \
                 AND st.stage_id = seen.stage_id AND st.name = raw.name))"
            ),
            params![run.job.number, of],
        )?;
        let staged =
            "FROM temp.seen JOIN stage_raw st ON st.job = ?1 AND st.of = ?2 AND st.stage_id = seen.stage_id";
        changes.updated += execute(
            db,
            &format!(
                "UPDATE {live}_raw SET hash = st.hash, body = st.body {staged} WHERE {live}_raw.id = seen.live_id \
                 AND {live}_raw.name = st.name AND {live}_raw.hash <> st.hash"
            ),
            params![run.job.number, of],
        )?;
        changes.created += execute(
            db,
            &format!(
                "INSERT INTO {live}_raw (id, name, hash, body) SELECT seen.live_id, st.name, st.hash, st.body {staged} \
                 WHERE NOT EXISTS (SELECT 1 FROM {live}_raw raw WHERE raw.id = seen.live_id AND raw.name = st.name)"
            ),
            params![run.job.number, of],
        )?;
        Ok(())
    }
}

/// Notes every staged row with the row it meets, or with the number of the row that it will be, and leaves out those one of
/// whose ends does not exist or is about to be deleted.
fn see(run: &Run<'_>, rows: &Rows, which: &str, [from, to]: [&str; 2]) -> rusqlite::Result<Seen> {
    let Rows { live, stage, .. } = rows;
    let db = run.connection;
    execute(db, "DELETE FROM temp.seen", [])?;
    // The numbers of new rows follow all that were ever given.
    let given: i64 = db
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?1")?
        .query_row([live], |row| row.get(0))?;
    execute(
        db,
        &format!(
            "INSERT INTO temp.seen (stage_id, live_id, from_id, to_id, fresh, changed) \
             SELECT st.id, coalesce(live.id, ?3 + st.id), {from}, {to}, live.id IS NULL, ifnull(live.hash <> st.hash, 0) \
             FROM {stage} st LEFT JOIN {live} live ON live.scope_id = ?2 AND live.key = st.key \
             WHERE st.job = ?1 AND {which}"
        ),
        params![run.job.number, run.job.scope_id, given],
    )?;
    let without_end: Vec<String> = rows
        .ends
        .iter()
        .map(|end| format!("{end} IS NULL OR {end} IN (SELECT id FROM temp.gone)"))
        .chain(["0".to_owned()])
        .collect();
    let without_end = without_end.join(" OR ");
    let count = || {
        let sums = format!(
            "SELECT ifnull(sum(fresh), 0), ifnull(sum(changed), 0), ifnull(sum({without_end}), 0) FROM temp.seen"
        );
        db.prepare_cached(&sums)?.query_row([], |row| {
            let without_end = row.get::<_, i64>(2)?.unsigned_abs();
            Ok(Seen { given, fresh: row.get(0)?, changed: row.get(1)?, without_end })
        })
    };
    let seen = count()?;
    if seen.without_end == 0 {
        return Ok(seen);
    }
    let missing = execute(db, &format!("DELETE FROM temp.seen WHERE {without_end}"), [])?;
    Ok(Seen { without_end: missing, ..count()? })
}

/// Notes the rows of the scope that were not uploaded and whose type is not partial.
fn mark_absent(run: &Run<'_>, rows: &Rows, list: &str) -> rusqlite::Result<()> {
    let live = rows.live;
    execute(run.connection, &format!("DELETE FROM temp.{list}"), [])?;
    let partial = serde_json::Value::from(run.job.partial_types.as_slice()).to_string();
    execute(
        run.connection,
        &format!(
            "INSERT INTO temp.{list} SELECT live.id FROM {live} live JOIN kind ON kind.id = live.kind \
             WHERE live.scope_id = ?1 AND live.id NOT IN (SELECT live_id FROM temp.seen) \
             AND kind.type NOT IN (SELECT value FROM json_each(?2))"
        ),
        params![run.job.scope_id, partial],
    )?;
    Ok(())
}

/// Notes the rows of every scope that still touch an entity that is about to be deleted.
fn mark_cut(run: &Run<'_>, rows: &Rows) -> rusqlite::Result<()> {
    for end in rows.ends {
        execute(
            run.connection,
            &format!(
                "INSERT OR IGNORE INTO temp.leaving SELECT id FROM {} WHERE {end} IN (SELECT id FROM temp.gone)",
                rows.live
            ),
            [],
        )?;
    }
    Ok(())
}

fn delete(run: &Run<'_>, rows: &Rows, list: &str) -> rusqlite::Result<u64> {
    let listed = format!("SELECT id FROM temp.{list}");
    if rows.live == MAPPINGS.live {
        mapper::cut(run, &format!("mapping_id IN ({listed})"))?;
    }
    history::keep(run, rows.live, &listed)?;
    execute(run.connection, &format!("DELETE FROM {} WHERE id IN ({listed})", rows.live), [])
}

fn execute(db: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<u64> {
    Ok(db.prepare_cached(sql)?.execute(params)? as u64)
}

//! An index of the texts among the properties of entities, for queries that begin at one: an e-mail, a serial number.
//!
//! Every text of an entity is a word of 32 bits: 22 bits of a hash of its property and itself, and 10 for the place of the
//! entity in its block of 1,024 numbers. Four further bits of the hash choose one of 16 buckets. Each row of `value_words`
//! has the words of a bucket and a block, so that a search reads a sixteenth of them all: 2 MB for a million entities with
//! seven texts each.
//!
//! Invariant: if `value_state` has the number last given to an entity, then every text has its word. There may be further
//! words, of what entities had before or of hashes that are alike, so whoever searches compares the properties as well.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::jsonb;

/// Bits of a word for the place of an entity in its block.
const PLACE: u32 = 10;

const BUCKETS: u8 = 16;

/// A text of a property as it is indexed.
#[derive(Debug, Clone, Copy)]
struct Mark {
    bucket: u8,
    /// A word whose place is 0.
    word: u32,
}

impl Mark {
    fn new(name: &[u8], text: &[u8]) -> Self {
        let [bytes @ .., last] = xxh3_64_with_seed(text, xxh3_64(name)).to_le_bytes();
        let low = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        Self { bucket: last % BUCKETS, word: low << PLACE }
    }
}

/// Indexes the entities that a version created or updated.
pub fn index(connection: &Connection, version: i64) -> rusqlite::Result<()> {
    write(connection, "entity.since = ?1", version)?;
    forget_blocks(connection, version)?;
    complete(connection)
}

/// Drops the blocks whose last entity this version deleted: their numbers are not given again.
fn forget_blocks(connection: &Connection, version: i64) -> rusqlite::Result<()> {
    let mut empty = connection.prepare_cached(
        "SELECT block FROM (SELECT DISTINCT id >> ?2 AS block FROM entity_past WHERE until = ?1) WHERE NOT EXISTS \
         (SELECT 1 FROM entity WHERE id BETWEEN block << ?2 AND (block << ?2) + (1 << ?2) - 1)",
    )?;
    let mut delete = connection.prepare_cached("DELETE FROM value_words WHERE bucket = ?1 AND block = ?2")?;
    let empty = empty.query_map([version, i64::from(PLACE)], |row| row.get(0))?;
    for block in empty.collect::<rusqlite::Result<Vec<i64>>>()? {
        for bucket in 0..BUCKETS {
            delete.execute(params![bucket, block])?;
        }
    }
    Ok(())
}

/// Indexes every entity if the index is not complete: in a file of an earlier format, or one that another program wrote to.
pub fn ensure(connection: &mut Connection) -> rusqlite::Result<()> {
    if is_complete(connection)? {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM value_words", [])?;
    write(&transaction, "?1", 1)?;
    complete(&transaction)?;
    transaction.commit()
}

/// Returns the entities that may have one of these texts as the value of a property, or as an element of it. `None` when they
/// are more than `most`, or when the index is not complete.
pub fn search(
    connection: &Connection,
    name: &str,
    texts: &[String],
    most: usize,
) -> rusqlite::Result<Option<BTreeSet<i64>>> {
    if !is_complete(connection)? {
        return Ok(None);
    }
    let mut found = BTreeSet::new();
    let mut statement =
        connection.prepare_cached("SELECT block, words FROM value_words WHERE bucket = ?1")?;
    for text in texts {
        let mark = Mark::new(name.as_bytes(), text.as_bytes());
        let mut rows = statement.query([mark.bucket])?;
        while let Some(row) = rows.next()? {
            let first = row.get::<_, i64>(0)? << PLACE;
            let matches = words(row.get_ref(1)?.as_blob()?).filter(|word| (word ^ mark.word) >> PLACE == 0);
            found.extend(matches.map(|word| first + i64::from(word ^ mark.word)));
            if found.len() > most {
                return Ok(None);
            }
        }
    }
    Ok(Some(found))
}

fn is_complete(connection: &Connection) -> rusqlite::Result<bool> {
    let complete = connection
        .prepare_cached(
            "SELECT complete_to = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entity'), 0) FROM value_state",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(complete.unwrap_or(false))
}

fn complete(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM value_state")?.execute([])?;
    connection
        .prepare_cached(
            "INSERT INTO value_state SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entity'), 0)",
        )?
        .execute([])?;
    Ok(())
}

/// Writes the words of the entities that a condition with the parameter `?1` selects.
fn write(connection: &Connection, condition: &str, parameter: i64) -> rusqlite::Result<()> {
    let mut entities = connection.prepare_cached(&format!(
        "SELECT entity.id, props FROM entity CROSS JOIN entity_props ON entity_props.id = entity.id \
         WHERE {condition} ORDER BY entity.id"
    ))?;
    let mut rows = entities.query([parameter])?;
    let mut block = Block::default();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if id >> PLACE != block.number {
            block.save(connection)?;
            block = Block { number: id >> PLACE, ..Block::default() };
        }
        block.add(id, row.get_ref(1)?.as_blob()?);
    }
    block.save(connection)
}

/// The new words of a block.
#[derive(Default)]
struct Block {
    number: i64,
    /// The places of the entities that are indexed anew.
    places: BTreeSet<u32>,
    buckets: [Vec<u32>; BUCKETS as usize],
}

impl Block {
    fn add(&mut self, id: i64, props: &[u8]) {
        #[expect(clippy::cast_sign_loss, reason = "10 bits")]
        let place = (id & ((1 << PLACE) - 1)) as u32;
        self.places.insert(place);
        jsonb::texts(props, |name, text| {
            let mark = Mark::new(name, text);
            self.buckets[usize::from(mark.bucket)].push(mark.word | place);
        });
    }

    /// Writes the new words in the place of those that the same entities had.
    fn save(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.places.is_empty() {
            return Ok(());
        }
        let mut before =
            connection.prepare_cached("SELECT words FROM value_words WHERE bucket = ?1 AND block = ?2")?;
        let mut replace = connection
            .prepare_cached("REPLACE INTO value_words (bucket, block, words) VALUES (?1, ?2, ?3)")?;
        for (bucket, new) in (0_u8..).zip(&self.buckets) {
            let before: Option<Vec<u8>> =
                before.query_row(params![bucket, self.number], |row| row.get(0)).optional()?;
            let kept = words(before.as_deref().unwrap_or_default())
                .filter(|word| !self.places.contains(&(word & ((1 << PLACE) - 1))));
            let bytes: Vec<u8> = kept.chain(new.iter().copied()).flat_map(u32::to_le_bytes).collect();
            if before.is_some_and(|before| before != bytes) || !new.is_empty() {
                replace.execute(params![bucket, self.number, bytes])?;
            }
        }
        Ok(())
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

-- Format 6: an index of texts, and relationships that are added without looking up both of their ends once more.
--
-- A diff has just found the ends, and removes what touches a deleted entity. Taking a constraint off a table leaves its rows as
-- they are, so its definition is edited: https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes".
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'INTEGER NOT NULL REFERENCES entity,', 'INTEGER NOT NULL,')
    WHERE type = 'table' AND name = 'relationship';
PRAGMA writable_schema = RESET;

-- The texts among the properties of entities, for queries that begin at one. `values.rs` describes the words.
CREATE TABLE value_words (
    bucket INTEGER NOT NULL,
    block INTEGER NOT NULL,
    words BLOB NOT NULL,
    PRIMARY KEY (bucket, block)
) WITHOUT ROWID;

-- One row: the number last given to an entity when the words were complete.
CREATE TABLE value_state (complete_to INTEGER NOT NULL);

-- Open jobs stage properties as JSONB, under their number instead of their id.
CREATE TABLE stage_entity_new (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL,
    key TEXT NOT NULL,                  -- under PATCH this may be empty, and `uid` names the entity
    uid TEXT NOT NULL,
    kind INTEGER,                       -- NULL only under PATCH
    hash INTEGER NOT NULL,
    props BLOB NOT NULL
);
INSERT INTO stage_entity_new SELECT stage.id, job.number, key, uid, kind, hash, jsonb(props)
    FROM stage_entity stage JOIN job ON job.id = stage.job;
DROP TABLE stage_entity;
ALTER TABLE stage_entity_new RENAME TO stage_entity;

CREATE TABLE stage_relationship_new (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL,
    key TEXT NOT NULL,
    uid TEXT NOT NULL,
    kind INTEGER NOT NULL,
    from_scope INTEGER,                 -- NULL: `from_key` is an `_id`
    from_key TEXT NOT NULL,
    to_scope INTEGER,
    to_key TEXT,
    mapping TEXT,                       -- not NULL: a mapped relationship
    hash INTEGER NOT NULL,
    props BLOB NOT NULL
);
INSERT INTO stage_relationship_new SELECT stage.id, job.number, key, uid, kind, from_scope, from_key, to_scope, to_key, mapping,
    hash, jsonb(props) FROM stage_relationship stage JOIN job ON job.id = stage.job;
DROP TABLE stage_relationship;
ALTER TABLE stage_relationship_new RENAME TO stage_relationship;

CREATE TABLE stage_raw_new (
    stage_id INTEGER NOT NULL,
    job INTEGER NOT NULL,
    of TEXT NOT NULL,                   -- 'entity' or 'relationship'
    name TEXT NOT NULL,
    hash INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (job, of, stage_id, name)
) WITHOUT ROWID;
INSERT INTO stage_raw_new SELECT stage_id, job.number, of, name, hash, body
    FROM stage_raw stage JOIN job ON job.id = stage.job;
DROP TABLE stage_raw;
ALTER TABLE stage_raw_new RENAME TO stage_raw;

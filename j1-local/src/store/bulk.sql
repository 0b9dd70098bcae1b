-- Format 5: the indexes of large tables can be dropped while many rows are added, and the stage has none.
--
-- UNIQUE and REFERENCES in the definition of a table cannot be dropped, so the tables are made anew. An index that is built from all
-- rows at once costs a fraction of one that grows row by row.
PRAGMA legacy_alter_table = ON;

CREATE TABLE entity_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,                  -- `_id`
    scope_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    begin_on INTEGER NOT NULL,          -- when this version began
    source TEXT NOT NULL,
    since INTEGER NOT NULL DEFAULT 0
);
INSERT INTO entity_new SELECT id, uid, scope_id, key, kind, hash, version, created_on, begin_on, source, since FROM entity;
DROP TABLE entity;
ALTER TABLE entity_new RENAME TO entity;
CREATE UNIQUE INDEX entity_uid ON entity (uid);
CREATE UNIQUE INDEX entity_key ON entity (scope_id, key);
CREATE INDEX entity_kind ON entity (kind);
CREATE INDEX entity_scope ON entity (scope_id);     -- in the order of `id`, as pages are read
CREATE INDEX entity_since ON entity (since);

CREATE TABLE relationship_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL,
    from_id INTEGER NOT NULL REFERENCES entity,
    to_id INTEGER NOT NULL REFERENCES entity,
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    begin_on INTEGER NOT NULL,
    source TEXT NOT NULL,
    since INTEGER NOT NULL DEFAULT 0,
    mapping_id INTEGER REFERENCES mapping   -- the mapped relationship it was resolved from; NULL for direct ones
);
INSERT INTO relationship_new SELECT id, uid, scope_id, key, kind, from_id, to_id, hash, version, created_on, begin_on, source,
    since, mapping_id FROM relationship;
DROP TABLE relationship;
ALTER TABLE relationship_new RENAME TO relationship;
CREATE UNIQUE INDEX relationship_uid ON relationship (uid);
CREATE UNIQUE INDEX relationship_key ON relationship (scope_id, key);
CREATE INDEX relationship_kind ON relationship (kind);
CREATE INDEX relationship_from ON relationship (from_id);
CREATE INDEX relationship_to ON relationship (to_id);
CREATE INDEX relationship_since ON relationship (since);
CREATE INDEX relationship_mapping ON relationship (mapping_id) WHERE mapping_id IS NOT NULL;

-- The ids of deleted rows stand in the history, so they are not given again.
UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT max(id) FROM entity_past), 0)) WHERE name = 'entity';
UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT max(id) FROM relationship_past), 0)) WHERE name = 'relationship';
INSERT INTO sqlite_sequence (name, seq) SELECT 'entity', max(id) FROM entity_past
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'entity') HAVING max(id) IS NOT NULL;
INSERT INTO sqlite_sequence (name, seq) SELECT 'relationship', max(id) FROM relationship_past
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'relationship') HAVING max(id) IS NOT NULL;

-- That no key comes twice in a job is watched in memory.
CREATE TABLE stage_entity_new (
    id INTEGER PRIMARY KEY,
    job TEXT NOT NULL,
    key TEXT NOT NULL,                  -- under PATCH this may be empty, and `uid` names the entity
    uid TEXT NOT NULL,
    kind INTEGER,                       -- NULL only under PATCH
    hash INTEGER NOT NULL,
    props TEXT NOT NULL
);
INSERT INTO stage_entity_new SELECT id, job, key, uid, kind, hash, props FROM stage_entity;
DROP TABLE stage_entity;
ALTER TABLE stage_entity_new RENAME TO stage_entity;

CREATE TABLE stage_relationship_new (
    id INTEGER PRIMARY KEY,
    job TEXT NOT NULL,
    key TEXT NOT NULL,
    uid TEXT NOT NULL,
    kind INTEGER NOT NULL,
    from_scope INTEGER,                 -- NULL: `from_key` is an `_id`
    from_key TEXT NOT NULL,
    to_scope INTEGER,
    to_key TEXT,
    mapping TEXT,                       -- not NULL: a mapped relationship
    hash INTEGER NOT NULL,
    props TEXT NOT NULL
);
INSERT INTO stage_relationship_new SELECT id, job, key, uid, kind, from_scope, from_key, to_scope, to_key, mapping, hash, props
    FROM stage_relationship;
DROP TABLE stage_relationship;
ALTER TABLE stage_relationship_new RENAME TO stage_relationship;

PRAGMA legacy_alter_table = OFF;

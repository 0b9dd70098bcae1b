-- Format 2: each finalized job is a version of the graph, and what it replaced or deleted is kept for a while.

CREATE TABLE IF NOT EXISTS pin (            -- OVERRIDE: properties pinned over an entity
    uid TEXT NOT NULL,                  -- `_id` of the entity
    name TEXT NOT NULL,
    value TEXT NOT NULL,                -- JSON
    PRIMARY KEY (uid, name)
) WITHOUT ROWID;

-- The version that the job made, in the order of finalizing; NULL until it has finished.
ALTER TABLE job ADD COLUMN version INTEGER;
CREATE UNIQUE INDEX job_version ON job (version);

-- `since`: the version with which the row became what it is; 0 for rows older than this format.
ALTER TABLE entity ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
CREATE INDEX entity_since ON entity (since);
ALTER TABLE relationship ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
CREATE INDEX relationship_since ON relationship (since);
ALTER TABLE mapping ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
CREATE INDEX mapping_since ON mapping (since);

-- The mapped relationship that a relationship was resolved from; NULL for direct ones.
ALTER TABLE relationship ADD COLUMN mapping_id INTEGER REFERENCES mapping;
CREATE INDEX relationship_mapping ON relationship (mapping_id) WHERE mapping_id IS NOT NULL;

-- Rows as they were from the version `since` up to before the version `until`, which replaced or deleted them.
CREATE TABLE entity_past (
    until INTEGER NOT NULL,
    id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    uid TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    begin_on INTEGER NOT NULL,
    source TEXT NOT NULL,
    props BLOB NOT NULL,
    pins TEXT NOT NULL,                 -- a JSON object
    PRIMARY KEY (until, id)
) WITHOUT ROWID;
CREATE INDEX entity_past_since ON entity_past (since);
CREATE INDEX entity_past_uid ON entity_past (uid);
CREATE INDEX entity_past_id ON entity_past (id);

CREATE TABLE relationship_past (
    until INTEGER NOT NULL,
    id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    uid TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    begin_on INTEGER NOT NULL,
    source TEXT NOT NULL,
    props BLOB NOT NULL,
    from_id INTEGER NOT NULL,
    to_id INTEGER NOT NULL,
    mapping_id INTEGER,
    PRIMARY KEY (until, id)
) WITHOUT ROWID;
CREATE INDEX relationship_past_since ON relationship_past (since);
CREATE INDEX relationship_past_uid ON relationship_past (uid);

CREATE TABLE mapping_past (
    until INTEGER NOT NULL,
    id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    uid TEXT NOT NULL,
    scope_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    begin_on INTEGER NOT NULL,
    source TEXT NOT NULL,
    props BLOB NOT NULL,
    from_id INTEGER NOT NULL,
    mapping BLOB NOT NULL,
    PRIMARY KEY (until, id)
) WITHOUT ROWID;
CREATE INDEX mapping_past_since ON mapping_past (since);
CREATE INDEX mapping_past_uid ON mapping_past (uid);

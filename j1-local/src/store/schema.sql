-- What the data file holds. `PRAGMA user_version` is the number of this format.

-- Where data belongs: an integration instance, or a name given with source `api`.
CREATE TABLE scope (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                 -- 'integration' or 'api'
    name TEXT NOT NULL,                 -- the instance id, or the scope's name
    first_seen_on INTEGER NOT NULL,
    last_seen_on INTEGER NOT NULL,
    UNIQUE (kind, name)
);

CREATE TABLE job (
    number INTEGER PRIMARY KEY,         -- in the order of their start
    id TEXT NOT NULL UNIQUE,
    scope_id INTEGER NOT NULL REFERENCES scope,
    source TEXT NOT NULL,
    integration_job_id TEXT,
    sync_mode TEXT NOT NULL,
    status TEXT NOT NULL,
    start_timestamp INTEGER NOT NULL,
    end_timestamp INTEGER,
    partial_types TEXT NOT NULL DEFAULT '[]',
    reason TEXT,                        -- why it was aborted or failed
    counters TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX job_status ON job (status);

CREATE TABLE event (
    id TEXT PRIMARY KEY,
    job TEXT NOT NULL REFERENCES job (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    create_date INTEGER NOT NULL
);
CREATE INDEX event_job ON event (job);

-- Every combination of `_type` and `_class` met, so that rows carry one number for both.
CREATE TABLE kind (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    class TEXT NOT NULL,                -- a JSON array for entities, a JSON string for relationships
    UNIQUE (type, class)
);

-- Narrow rows: a diff reads these and not the properties.
CREATE TABLE entity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,           -- `_id`
    scope_id INTEGER NOT NULL REFERENCES scope,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL REFERENCES kind,
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    begin_on INTEGER NOT NULL,          -- when this version began
    source TEXT NOT NULL,
    UNIQUE (scope_id, key)
);
CREATE INDEX entity_kind ON entity (kind);
CREATE INDEX entity_scope ON entity (scope_id);     -- in the order of `id`, as pages are read

CREATE TABLE entity_props (
    id INTEGER PRIMARY KEY REFERENCES entity ON DELETE CASCADE,
    props BLOB NOT NULL                 -- JSONB; everything but the names with a leading underscore
);

CREATE TABLE entity_raw (
    id INTEGER NOT NULL REFERENCES entity ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash INTEGER NOT NULL,
    body BLOB NOT NULL,                 -- gzip
    PRIMARY KEY (id, name)
) WITHOUT ROWID;

CREATE TABLE relationship (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    scope_id INTEGER NOT NULL REFERENCES scope,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL REFERENCES kind,
    from_id INTEGER NOT NULL REFERENCES entity,
    to_id INTEGER NOT NULL REFERENCES entity,
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    begin_on INTEGER NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (scope_id, key)
);
CREATE INDEX relationship_kind ON relationship (kind);
CREATE INDEX relationship_from ON relationship (from_id);
CREATE INDEX relationship_to ON relationship (to_id);

CREATE TABLE relationship_props (
    id INTEGER PRIMARY KEY REFERENCES relationship ON DELETE CASCADE,
    props BLOB NOT NULL
);

CREATE TABLE relationship_raw (
    id INTEGER NOT NULL REFERENCES relationship ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (id, name)
) WITHOUT ROWID;

-- Mapped relationships as uploaded.
CREATE TABLE mapping (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    scope_id INTEGER NOT NULL REFERENCES scope,
    key TEXT NOT NULL,
    kind INTEGER NOT NULL REFERENCES kind,
    from_id INTEGER NOT NULL REFERENCES entity,   -- the entity of `sourceEntityKey`
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_on INTEGER NOT NULL,
    begin_on INTEGER NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (scope_id, key)
);
CREATE INDEX mapping_kind ON mapping (kind);
CREATE INDEX mapping_from ON mapping (from_id);

CREATE TABLE mapping_props (
    id INTEGER PRIMARY KEY REFERENCES mapping ON DELETE CASCADE,
    props BLOB NOT NULL,
    mapping BLOB NOT NULL               -- JSONB; the `_mapping` as uploaded
);

-- What open jobs uploaded. No query reads these; a job that ends leaves none behind.
CREATE TABLE stage_entity (
    id INTEGER PRIMARY KEY,
    job TEXT NOT NULL,
    key TEXT NOT NULL,                  -- under PATCH this may be empty, and `uid` names the entity
    uid TEXT NOT NULL,
    kind INTEGER,                       -- NULL only under PATCH
    hash INTEGER NOT NULL,
    props TEXT NOT NULL,
    UNIQUE (job, uid)
);
CREATE INDEX stage_entity_key ON stage_entity (job, key);

CREATE TABLE stage_relationship (
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
    props TEXT NOT NULL,
    UNIQUE (job, key)
);

CREATE TABLE stage_raw (
    stage_id INTEGER NOT NULL,
    job TEXT NOT NULL,
    of TEXT NOT NULL,                   -- 'entity' or 'relationship'
    name TEXT NOT NULL,
    hash INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (job, of, stage_id, name)
) WITHOUT ROWID;

-- Format 3: mapped relationships are resolved. A probe is a hash of names of properties and their values.

-- The combinations of properties that mapped relationships are found by: sorted JSON arrays of names.
CREATE TABLE filter_set (names TEXT PRIMARY KEY) WITHOUT ROWID;

-- For every combination: the entities that have all of its properties.
CREATE TABLE entity_probe (
    probe INTEGER NOT NULL,
    entity_id INTEGER NOT NULL REFERENCES entity ON DELETE CASCADE,
    PRIMARY KEY (probe, entity_id)
) WITHOUT ROWID;
CREATE INDEX entity_probe_entity ON entity_probe (entity_id);

-- The values that a mapped relationship looks for, in the order in which they are tried.
CREATE TABLE mapping_probe (
    mapping_id INTEGER NOT NULL REFERENCES mapping ON DELETE CASCADE,
    place INTEGER NOT NULL,
    probe INTEGER NOT NULL,
    PRIMARY KEY (mapping_id, place)
) WITHOUT ROWID;
CREATE INDEX mapping_probe_probe ON mapping_probe (probe);

-- Format 4: views for people who open the file with other programs. They are read-only by nature.

-- The properties that objects of a type have had.
CREATE TABLE property (
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (type, name)
) WITHOUT ROWID;

-- The views of types, and how many properties each was made for.
CREATE TABLE type_view (
    type TEXT PRIMARY KEY,
    properties INTEGER NOT NULL
) WITHOUT ROWID;

INSERT OR IGNORE INTO property
SELECT kind.type, each.key FROM entity JOIN kind ON kind.id = entity.kind
JOIN entity_props ON entity_props.id = entity.id, json_each(entity_props.props) each;

CREATE VIEW entities AS
SELECT entity.uid AS _id, entity.key AS _key, kind.type AS _type, kind.class AS _class, scope.name AS _scope,
    entity.source AS _source, entity.version AS _version, entity.created_on AS _createdOn,
    entity.begin_on AS _beginOn, json_extract(effective.props, '$.displayName') AS displayName,
    json(effective.props) AS properties
FROM (SELECT id, CASE WHEN EXISTS (SELECT 1 FROM pin WHERE pin.uid = entity.uid) THEN jsonb_patch(props,
        (SELECT json_group_object(pin.name, json(pin.value)) FROM pin WHERE pin.uid = entity.uid)) ELSE props END AS props
    FROM entity JOIN entity_props USING (id)) effective
JOIN entity USING (id) JOIN kind ON kind.id = entity.kind JOIN scope ON scope.id = entity.scope_id;

CREATE VIEW relationships AS
SELECT relationship.uid AS _id, relationship.key AS _key, kind.type AS _type,
    json_extract(kind.class, '$') AS _class, source.uid AS _fromEntityId, target.uid AS _toEntityId,
    source.key AS _fromEntityKey, target.key AS _toEntityKey, scope.name AS _scope, relationship.source AS _source,
    relationship.mapping_id IS NOT NULL AS mapped, relationship.version AS _version,
    relationship.created_on AS _createdOn, relationship.begin_on AS _beginOn, json(relationship_props.props) AS properties
FROM relationship JOIN kind ON kind.id = relationship.kind JOIN scope ON scope.id = relationship.scope_id
JOIN relationship_props ON relationship_props.id = relationship.id
JOIN entity source ON source.id = relationship.from_id JOIN entity target ON target.id = relationship.to_id;

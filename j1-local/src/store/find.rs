//! Entities as queries and lists show them.

use rusqlite::Row;
use serde_json::{Map, Value, json};

/// The columns that [`list_row`] reads, from [`JOINS`].
pub const COLUMNS: &str = "entity.id, entity.uid, entity.key, kind.type, kind.class, scope.kind, scope.name, \
     entity.source, version, created_on, begin_on, json(props), \
     (SELECT json_group_object(pin.name, json(pin.value)) FROM pin WHERE pin.uid = entity.uid)";

/// The tables of an entity.
pub const JOINS: &str = "entity JOIN kind ON kind.id = entity.kind JOIN scope ON scope.id = entity.scope_id \
     JOIN entity_props ON entity_props.id = entity.id";

/// A row of a list result: the entity's metadata and its properties.
pub fn list_row(row: &Row<'_>) -> rusqlite::Result<Value> {
    let (uid, key, source): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(7)?);
    let (type_name, class): (String, String) = (row.get(3)?, row.get(4)?);
    let (scope_kind, scope): (String, String) = (row.get(5)?, row.get(6)?);
    let (version, created, begin): (i64, i64, i64) = (row.get(8)?, row.get(9)?, row.get(10)?);
    let (props, pins): (String, String) = (row.get(11)?, row.get(12)?);
    let mut props: Map<String, Value> = serde_json::from_str(&props).unwrap_or_default();
    props.extend(serde_json::from_str::<Map<String, Value>>(&pins).unwrap_or_default());
    let class: Value = serde_json::from_str(&class).unwrap_or_default();
    let mut entity = Map::from_iter([
        ("_id".to_owned(), json!(uid)),
        ("_key".to_owned(), json!(key)),
        ("_type".to_owned(), json!([type_name])),
        ("_class".to_owned(), class),
        ("_source".to_owned(), json!(source)),
        ("_scope".to_owned(), json!(scope)),
        ("_version".to_owned(), json!(version)),
        ("_createdOn".to_owned(), json!(created)),
        ("_beginOn".to_owned(), json!(begin)),
        ("_accountId".to_owned(), json!(crate::ACCOUNT)),
        ("_deleted".to_owned(), json!(false)),
    ]);
    if scope_kind == "integration" {
        entity.insert("_integrationInstanceId".to_owned(), json!(scope));
    }
    if let Some(name) = props.get("displayName") {
        entity.insert("displayName".to_owned(), name.clone());
    }
    Ok(json!({ "id": uid, "entity": entity, "properties": props }))
}

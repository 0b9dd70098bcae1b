//! The JSON Schema of an entity, which needs no other: what its classes say is written into it.

use serde_json::{Map, Value, json};

use crate::describe::{Absent, EntityDescription, PropertyDescription};
use crate::graph::{EntityMeta, TAGS};
use crate::model::limits::{MAX_KEY_CHARS, MAX_STRING_UTF16, MIN_KEY_CHARS};
use crate::model::{Format, ItemDef, Literal, Pattern, PropertyDef};

/// The schema of what is sent for an entity.
pub(super) fn entity_schema(entity: &EntityDescription, meta: &EntityMeta) -> Value {
    let (mut properties, mut tags) = (Map::new(), Map::new());
    let mut required = vec!["_class", "_type", "_key"];
    // The wire carries one class as a string.
    let class = match &*entity.classes {
        [one] => json!(one),
        several => json!(several),
    };
    properties.insert("_class".into(), json!({ "const": class }));
    properties.insert("_type".into(), json!({ "const": entity.ty }));
    properties.insert(
        "_key".into(),
        json!({ "type": "string", "minLength": MIN_KEY_CHARS, "maxLength": MAX_KEY_CHARS }),
    );
    properties.insert("_rawData".into(), json!({ "type": "array" }));
    for (property, spec) in entity.properties.iter().zip(meta.properties) {
        let defs: Vec<&PropertyDef> = spec.defs.iter().copied().flatten().collect();
        if property.name == TAGS {
            tags.insert("^tag\\.".into(), property_schema(property, &defs));
            continue;
        }
        properties.insert(property.name.clone(), property_schema(property, &defs));
        if property.absent != Absent::Omitted {
            required.push(&property.name);
        }
    }
    for name in &entity.always_null {
        properties.insert(name.clone(), json!({ "type": "null" }));
        required.push(name);
    }
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": entity.ty,
        "description": entity.description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !tags.is_empty() {
        schema["patternProperties"] = tags.into();
    }
    schema
}

fn property_schema(property: &PropertyDescription, defs: &[&PropertyDef]) -> Value {
    let mut schema = Map::new();
    if !property.description.is_empty() {
        schema.insert("description".into(), property.description.clone().into());
    }
    let null = property.absent == Absent::Null;
    if property.list {
        schema.insert("type".into(), types(&["array".to_owned()], null));
        let items: Vec<&ItemDef> = defs.iter().filter_map(|def| def.items).collect();
        let mut item = Map::new();
        item.insert("type".into(), types(&property.types, false));
        for of in items {
            limits(&mut item, of.format, of.pattern, of.allowed);
        }
        schema.insert("items".into(), item.into());
        if let Some(least) = defs.iter().map(|def| def.min_items).max().filter(|least| *least > 0) {
            schema.insert("minItems".into(), least.into());
        }
        if defs.iter().any(|def| def.unique_items) {
            schema.insert("uniqueItems".into(), true.into());
        }
        return schema.into();
    }
    schema.insert("type".into(), types(&property.types, null));
    for def in defs {
        limits(&mut schema, def.format, def.pattern, def.allowed);
        for (name, bound) in [("minimum", def.minimum), ("maximum", def.maximum)] {
            if let Some(bound) = bound {
                schema.insert(name.into(), bound.into());
            }
        }
    }
    if property.date {
        schema.insert("$comment".into(), "epoch milliseconds".into());
    }
    if property.types.iter().any(|ty| ty == "string") {
        let least = defs.iter().map(|def| def.min_length).max().unwrap_or_default().max(1);
        schema.insert("minLength".into(), least.into());
        schema.insert("maxLength".into(), MAX_STRING_UTF16.into());
    }
    schema.into()
}

/// Writes the limits that a class sets for a value.
fn limits(
    schema: &mut Map<String, Value>,
    format: Option<Format>,
    pattern: Option<Pattern>,
    allowed: &[Literal],
) {
    // On a number the model's `date-time` means nothing, and other tools do not know the model's own formats.
    if let Some(format) = format
        .filter(|format| !matches!(format, Format::DateTime | Format::Asn | Format::Ip | Format::IpCidr))
    {
        schema.insert("format".into(), format.name().into());
    }
    if let Some(pattern) = pattern {
        schema.insert("pattern".into(), pattern.expression().into());
    }
    if !allowed.is_empty() {
        let values: Vec<Value> = allowed
            .iter()
            .map(|literal| match literal {
                Literal::Bool(value) => json!(value),
                Literal::Int(value) => json!(value),
                Literal::Str(value) => json!(value),
            })
            .collect();
        schema.insert("enum".into(), values.into());
    }
}

fn types(names: &[String], null: bool) -> Value {
    let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
    if null {
        all.push("null");
    }
    match &*all {
        [one] => json!(one),
        several => json!(several),
    }
}

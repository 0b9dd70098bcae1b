//! `schema`: what the integration emits, as data.

use j1_core::describe::{Description, EntityDescription};
use j1_core::graph::Naming;
use serde_json::{Value, json};

use crate::run::program::Program;

/// The format that the schema is shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaFormat {
    Json,
    /// The document of the official tool.
    GraphSchema,
}

/// Prints what the integration emits, in one of its forms.
pub(crate) fn show(program: &'static Program, format: SchemaFormat, naming: &Naming) -> String {
    let description = (program.describe)(naming);
    let document = match format {
        SchemaFormat::Json => json!(description),
        SchemaFormat::GraphSchema => graph_schema(&description),
    };
    format!("{document:#}\n")
}

/// The document of the official `generate-integration-graph-schema`.
fn graph_schema(description: &Description) -> Value {
    let entities: Vec<Value> = description
        .entities
        .iter()
        .map(|entity| {
            json!({
                "resourceName": entity.resource_name,
                "_class": entity.classes,
                "_type": entity.ty,
                "schema": official_schema(entity),
            })
        })
        .collect();
    let relationships: Vec<Value> = description
        .relationships
        .iter()
        .map(|relationship| {
            json!({
                "_class": relationship.class,
                "sourceType": relationship.source_type,
                "targetType": relationship.target_type,
            })
        })
        .collect();
    let mapped: Vec<Value> = description
        .mapped_relationships
        .iter()
        .map(|relationship| {
            json!({
                "sourceType": relationship.source_type,
                "_class": relationship.class,
                "targetType": relationship.target_type,
                "direction": relationship.direction,
            })
        })
        .collect();
    json!({ "entities": entities, "relationships": relationships, "mappedRelationships": mapped })
}

/// The schema of an entity as the official helpers write it: what its classes say is referred to.
fn official_schema(entity: &EntityDescription) -> Value {
    let mut all: Vec<Value> =
        entity.classes.iter().map(|class| json!({ "$ref": format!("#{class}") })).collect();
    let classes: Vec<Value> =
        entity.classes.iter().map(|class| json!({ "const": class, "type": "string" })).collect();
    all.push(json!({
        "type": "object",
        "properties": {
            "_class": { "type": "array", "minItems": classes.len(), "maxItems": classes.len(), "items": classes },
            "_type": { "const": entity.ty, "type": "string" },
        },
        "required": ["_class", "_type"],
    }));
    all.push(json!({
        "type": "object",
        "properties": entity.schema["properties"],
        "required": entity.schema["required"],
    }));
    json!({ "$id": format!("#{}", entity.ty), "description": entity.description, "allOf": all })
}

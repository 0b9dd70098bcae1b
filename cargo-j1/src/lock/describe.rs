//! The part of a description that a lock holds.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::describe::{
    ConfigDescription, Description, EntityDescription, MappedDescription, PropertyDescription,
    RelationshipDescription, StepDescription,
};
use serde_json::Value;

use super::{
    About, Config, Entity, FORMAT, Lock, Mapped, Properties, Property, Relationship, Relationships, Step,
};

/// The rules that the schema of a property can have beyond its type.
const LIMITS: [&str; 7] = ["format", "pattern", "minimum", "maximum", "minItems", "uniqueItems", "minLength"];

impl Lock {
    /// The lock of an integration whose package has this version.
    pub fn from_description(description: &Description, version: semver::Version) -> Self {
        Self {
            format: FORMAT,
            integration: About {
                name: description.name.clone(),
                title: description.title.clone(),
                version,
                ty: description.integration_type.clone(),
                data_model: description.data_model.clone(),
            },
            entity: description.entities.iter().map(|of| (of.ty.clone(), entity(of))).collect(),
            relationships: Relationships {
                direct: description.relationships.iter().map(relationship).collect(),
                mapped: description.mapped_relationships.iter().map(mapped).collect(),
            },
            step: description.steps.iter().map(|of| (of.id.clone(), step(of))).collect(),
            config: description.config_fields.iter().map(|of| (of.variable.clone(), config(of))).collect(),
        }
    }
}

fn entity(of: &EntityDescription) -> Entity {
    Entity {
        of: of.of.clone(),
        class: of.classes.clone(),
        key: of.key.clone(),
        null: of.always_null.iter().cloned().collect(),
        raw_data: of.raw_data.iter().cloned().collect(),
        property: properties(&of.properties, &of.schema["properties"]),
    }
}

fn properties(all: &[PropertyDescription], schema: &Value) -> Properties {
    all.iter().map(|of| (of.name.clone(), property(of, &schema[of.name.as_str()]))).collect()
}

fn property(of: &PropertyDescription, schema: &Value) -> Property {
    let items = if of.list { &schema["items"] } else { schema };
    let limit = |name: &&str| schema.get(*name).or_else(|| items.get(*name)).map(Value::to_string);
    let mut limits: BTreeMap<String, String> =
        LIMITS.iter().filter_map(|name| Some(((*name).to_owned(), limit(name)?))).collect();
    // Every text has at least one letter; otherwise nothing is sent.
    limits.retain(|name, value| !(name == "minLength" && value == "1"));
    let values = items["enum"].as_array().into_iter().flatten();
    Property {
        types: of.types.iter().cloned().collect(),
        list: of.list,
        date: of.date,
        absent: of.absent.into(),
        class: of.classes.iter().cloned().collect(),
        from: of.source.clone(),
        values: values.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect(),
        limits,
    }
}

fn relationship(of: &RelationshipDescription) -> Relationship {
    Relationship {
        from: of.source_type.clone(),
        class: of.class.clone(),
        to: of.target_type.clone(),
        ty: of.ty.clone(),
        property: properties(&of.properties, &Value::Null),
    }
}

fn mapped(of: &MappedDescription) -> Mapped {
    Mapped {
        source: of.source_type.clone(),
        class: of.class.clone(),
        direction: of.direction.clone(),
        target: of.target_type.clone(),
        ty: of.ty.clone(),
        target_class: of.target_class.iter().cloned().collect(),
        found_by: of.filter_keys.iter().cloned().collect(),
        creates: !of.skip_target_creation,
        target_property: properties(&of.target_properties, &Value::Null),
        property: properties(&of.properties, &Value::Null),
    }
}

fn step(of: &StepDescription) -> Step {
    let reads = |optional: bool| -> BTreeSet<String> {
        of.reads.iter().filter(|read| read.optional == optional).map(|read| read.ty.clone()).collect()
    };
    Step {
        emits: of.emits.iter().cloned().collect(),
        reads: reads(false),
        reads_optionally: reads(true),
        after: of.depends_on.iter().cloned().collect(),
        permissions: of.permissions.iter().cloned().collect(),
    }
}

fn config(of: &ConfigDescription) -> Config {
    Config { kind: of.kind.clone(), secret: of.secret, required: of.required, default: of.default.clone() }
}

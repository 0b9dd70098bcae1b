//! The description of an integration as data that leaves the build: for its documentation, its schema, its lock and its
//! graph. The members that the official tools have are named as theirs.

pub mod foreign;
pub mod layout;
pub mod markdown;
pub mod official;
mod relationship;
mod schema;

pub use relationship::{MappedDescription, RelationshipDescription};

use serde::{Deserialize, Serialize};

use crate::config::{Config as _, ConfigField};
use crate::graph::property::{Absence, PropertySpec, unmapped_nulls};
use crate::graph::{EntityMeta, Naming, ObjectMeta, RawSpec};
use crate::integration::Integration;
use crate::model::{DATA_MODEL_VERSION, Types};
use crate::step::{Phase, StepMeta, waits_for};

/// The description of an integration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Description {
    /// The short name.
    pub name: String,
    /// The provider's name for people.
    pub title: String,
    /// The `_type` along whose entities its work can be divided into shards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shards: Option<String>,
    /// The integration type that fills suffixed `_type`s and keys.
    pub integration_type: String,
    /// The version of the data model that the entities were checked against.
    pub data_model: String,
    /// Its entities, by resource name.
    pub entities: Vec<EntityDescription>,
    /// The relationships between its entities, by source, target and class.
    pub relationships: Vec<RelationshipDescription>,
    /// The relationships to entities that others own, by source, target and class.
    pub mapped_relationships: Vec<MappedDescription>,
    /// Its steps, in the order in which they can run.
    pub steps: Vec<StepDescription>,
    /// The configuration by an operator.
    pub config_fields: Vec<ConfigDescription>,
}

/// The description of an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EntityDescription {
    /// Its name for people: its title, or the name of its struct in words.
    pub resource_name: String,
    /// The name of its struct.
    #[serde(rename = "struct")]
    pub of: String,
    /// Its `_type`.
    #[serde(rename = "_type")]
    pub ty: String,
    /// Its classes.
    #[serde(rename = "_class")]
    pub classes: Vec<String>,
    /// The template of its `_key`.
    pub key: String,
    /// The documentation of the struct.
    pub description: String,
    /// Its properties, in the order they are sent.
    pub properties: Vec<PropertyDescription>,
    /// The properties that its classes require, allow to be `null`, and no field maps: sent as `null`.
    pub always_null: Vec<String>,
    /// Those of them that the author accepts: the provider does not have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The members of the provider's record that may be sent as raw data, as paths such as `address.city`; `*` where a function
    /// takes out what may not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw_data: Vec<String>,
    /// Its JSON Schema, which needs no other.
    pub schema: serde_json::Value,
}

/// The description of a property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PropertyDescription {
    /// Its name.
    pub name: String,
    /// The JSON types a value has; those of the items where it is a list.
    pub types: Vec<String>,
    /// `true` if it is a list.
    pub list: bool,
    /// `true` if it is a moment in time, in epoch milliseconds.
    pub date: bool,
    /// The JSON that stands for an absent value.
    pub absent: Absent,
    /// The classes that have the property.
    pub classes: Vec<String>,
    /// The field or method it comes from.
    pub source: String,
    /// The documentation of that field.
    pub description: String,
}

/// The JSON that stands for an absent value of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Absent {
    /// There always is one.
    Never,
    /// Nothing is sent.
    Omitted,
    /// An explicit `null`.
    Null,
}

/// The description of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StepDescription {
    /// Its id.
    pub id: String,
    /// The documentation of the function.
    pub description: String,
    /// The `_type`s it adds.
    pub emits: Vec<String>,
    /// The `_type`s it reads.
    pub reads: Vec<ReadDescription>,
    /// The permissions it needs, in the provider's words.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// The steps it waits for.
    pub depends_on: Vec<String>,
    /// The phase of a sharded run in which it runs: `root`, `map` or `reduce`; absent if the integration has no shards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
}

/// A type that a step reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReadDescription {
    /// The `_type`.
    #[serde(rename = "type")]
    pub ty: String,
    /// `true` if the step also runs when no step emits the type.
    pub optional: bool,
}

/// The description of a configuration field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConfigDescription {
    /// Its name, in `snake_case`.
    pub name: String,
    /// The variable that holds it.
    pub variable: String,
    /// Its kind, as a word for people.
    pub kind: String,
    /// `true` if its value is a secret.
    pub secret: bool,
    /// `true` if every run needs a value for it.
    pub required: bool,
    /// The alternative that needs it, where alternatives exclude each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed_by: Option<String>,
    /// Its value if it is left out.
    pub default: Option<String>,
    /// The documentation of the field.
    pub description: String,
}

impl Description {
    /// Describes the integration `I` with the names of a run.
    #[must_use]
    pub fn new<I: Integration>(naming: &Naming) -> Self {
        let steps: Vec<&StepMeta> = I::ORDER.iter().map(|step| &I::STEPS[*step]).collect();
        let phase = |step: usize| I::SHARDS.and_then(|cut| cut.phases.get(step).copied());
        let mut entities: Vec<EntityDescription> = Vec::new();
        let mut relationships: Vec<RelationshipDescription> = Vec::new();
        let mut mapped_relationships: Vec<MappedDescription> = Vec::new();
        for object in steps.iter().flat_map(|step| step.emits) {
            match object {
                ObjectMeta::Entity(meta) => {
                    let entity = EntityDescription::new(meta, naming);
                    if entities.iter().all(|other| other.ty != entity.ty) {
                        entities.push(entity);
                    }
                }
                ObjectMeta::Relationship(meta) => match meta.mapping {
                    None => add(&mut relationships, RelationshipDescription::new(meta, naming)),
                    Some(mapping) => {
                        add(&mut mapped_relationships, MappedDescription::new(meta, &mapping, naming));
                    }
                },
            }
        }
        // The order of the official documentation.
        entities.sort_by(|a, b| a.resource_name.cmp(&b.resource_name));
        relationships.sort_by(|a, b| a.order().cmp(&b.order()));
        mapped_relationships.sort_by(|a, b| a.order().cmp(&b.order()));
        Self {
            name: I::NAME.to_owned(),
            title: I::TITLE.to_owned(),
            shards: I::SHARDS.map(|cut| cut.ty.name(naming)),
            integration_type: naming.integration_type().to_owned(),
            data_model: DATA_MODEL_VERSION.to_owned(),
            entities,
            relationships,
            mapped_relationships,
            steps: I::ORDER
                .iter()
                .map(|step| StepDescription::new(&I::STEPS[*step], I::STEPS, naming, phase(*step)))
                .collect(),
            config_fields: I::Config::FIELDS
                .iter()
                .map(|field| ConfigDescription::new(field, I::NAME))
                .collect(),
        }
    }
}

fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

impl EntityDescription {
    fn new(meta: &EntityMeta, naming: &Naming) -> Self {
        let mut entity = Self {
            resource_name: meta.title.map_or_else(|| in_words(meta.name), str::to_owned),
            of: meta.name.to_owned(),
            ty: meta.ty.name(naming),
            classes: meta.classes.iter().map(|class| class.name.to_owned()).collect(),
            key: naming.fill(meta.key),
            description: meta.docs.to_owned(),
            properties: meta.properties.iter().map(PropertyDescription::new).collect(),
            always_null: unmapped_nulls(meta.classes, meta.properties)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            unknown: meta.unknown.iter().map(|name| (*name).to_owned()).collect(),
            raw_data: match meta.raw_data {
                None => Vec::new(),
                Some(RawSpec::Allow(paths)) => paths.iter().map(|path| path.join(".")).collect(),
                Some(RawSpec::Redact(_)) => vec!["*".to_owned()],
            },
            schema: serde_json::Value::Null,
        };
        entity.schema = schema::entity_schema(&entity, meta);
        entity
    }
}

impl PropertyDescription {
    fn new(spec: &PropertySpec) -> Self {
        let list = spec.kind.is_list();
        let types = if list { spec.kind.items } else { spec.kind.types };
        // An empty string is not a value.
        let may_be_absent = spec.kind.optional || types.contains(Types::STRING);
        let classes = spec.classes.iter().zip(spec.defs).filter(|(_, def)| def.is_some());
        Self {
            name: spec.name.to_owned(),
            types: types.json_names().map(str::to_owned).collect(),
            list,
            date: spec.kind.date,
            absent: match spec.absence {
                Absence::Null if may_be_absent => Absent::Null,
                Absence::Omitted if may_be_absent => Absent::Omitted,
                _ => Absent::Never,
            },
            classes: classes.map(|(class, _)| class.name.to_owned()).collect(),
            source: spec.source.to_owned(),
            description: spec.docs.to_owned(),
        }
    }
}

impl StepDescription {
    fn new(meta: &StepMeta, all: &[StepMeta], naming: &Naming, phase: Option<Phase>) -> Self {
        let before = all.iter().filter(|other| other.id != meta.id && waits_for(meta, other));
        Self {
            id: meta.id.to_owned(),
            description: meta.docs.to_owned(),
            emits: meta.emits.iter().map(|object| object.ty().name(naming)).collect(),
            reads: meta
                .reads
                .iter()
                .map(|read| ReadDescription { ty: read.ty.name(naming), optional: read.optional })
                .collect(),
            permissions: meta.permissions.iter().map(|name| (*name).to_owned()).collect(),
            depends_on: before.map(|step| step.id.to_owned()).collect(),
            phase: phase.map(|phase| phase.as_str().to_owned()),
        }
    }
}

impl ConfigDescription {
    fn new(field: &ConfigField, integration: &str) -> Self {
        Self {
            name: field.name.to_owned(),
            variable: field.variable_of(integration),
            kind: field.holds(),
            secret: field.secret,
            required: field.required(),
            needed_by: field.alternative.filter(|_| field.needed()).map(|one| one.name.to_owned()),
            default: field.default.map(str::to_owned),
            description: field.docs.to_owned(),
        }
    }
}

/// The name of a struct as people write it: `AppleDevice` → `Apple Device`.
#[must_use]
pub fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = None::<char>;
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let begins = before.is_some_and(|before| {
            before.is_lowercase()
                || before.is_ascii_digit()
                || chars.peek().is_some_and(|next| next.is_lowercase())
        });
        if c.is_uppercase() && begins {
            words.push(' ');
        }
        words.push(c);
        before = Some(c);
    }
    words
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_become_words() {
        for (name, words) in [
            ("User", "User"),
            ("AppleDevice", "Apple Device"),
            ("AppleMDM", "Apple MDM"),
            ("MDMProfile", "MDM Profile"),
        ] {
            assert_eq!(super::in_words(name), words);
        }
    }
}

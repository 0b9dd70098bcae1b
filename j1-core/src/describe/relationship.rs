//! Descriptions of relationships.

use serde::{Deserialize, Serialize};

use crate::describe::PropertyDescription;
use crate::graph::{MappingMeta, Naming, RelationshipMeta};

/// The description of a relationship between two entities of the integration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RelationshipDescription {
    /// Its `_type`.
    #[serde(rename = "_type")]
    pub ty: String,
    /// Its `_class`.
    #[serde(rename = "_class")]
    pub class: String,
    /// The `_type` it goes from.
    pub source_type: String,
    /// The `_type` it goes to.
    pub target_type: String,
    /// The properties it has of its own.
    pub properties: Vec<PropertyDescription>,
}

/// The description of a mapped relationship. Its source is always the entity of the integration, whichever way it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MappedDescription {
    /// Its `_type`.
    #[serde(rename = "_type")]
    pub ty: String,
    /// Its `_class`.
    #[serde(rename = "_class")]
    pub class: String,
    /// The `_type` of the entity of the integration.
    pub source_type: String,
    /// The `_type` of the target; its first class where any type will do.
    pub target_type: String,
    /// `FORWARD` to the target, `REVERSE` from it.
    pub direction: String,
    /// The classes that the target has to be of.
    pub target_class: Vec<String>,
    /// The properties the target is found by: lists of names, of which all of one list must be equal.
    pub filter_keys: Vec<Vec<String>>,
    /// `true` if JupiterOne only links to entities that exist; otherwise it creates those it does not find.
    pub skip_target_creation: bool,
    /// The properties of the target.
    pub target_properties: Vec<PropertyDescription>,
    /// The properties it has of its own.
    pub properties: Vec<PropertyDescription>,
}

impl RelationshipDescription {
    pub(super) fn new(meta: &RelationshipMeta, naming: &Naming) -> Self {
        Self {
            ty: meta.ty.name(naming),
            class: meta.class.to_owned(),
            source_type: meta.from.name(naming),
            target_type: meta.to.name(naming),
            properties: meta.properties.iter().map(PropertyDescription::new).collect(),
        }
    }

    /// By what the official documentation sorts.
    pub(super) fn order(&self) -> impl Ord + '_ {
        (&self.source_type, &self.target_type, &self.class)
    }
}

impl MappedDescription {
    pub(super) fn new(meta: &RelationshipMeta, mapping: &MappingMeta, naming: &Naming) -> Self {
        let (source, target) =
            if mapping.direction == "FORWARD" { (meta.from, meta.to) } else { (meta.to, meta.from) };
        let of = mapping.target;
        Self {
            ty: meta.ty.name(naming),
            class: meta.class.to_owned(),
            source_type: source.name(naming),
            target_type: target.name(naming),
            direction: mapping.direction.to_owned(),
            target_class: of.classes.iter().map(|class| class.name.to_owned()).collect(),
            filter_keys: of
                .filter_keys
                .iter()
                .map(|list| list.iter().map(|name| (*name).to_owned()).collect())
                .collect(),
            skip_target_creation: of.skip_creation,
            target_properties: of.properties.iter().map(PropertyDescription::new).collect(),
            properties: meta.properties.iter().map(PropertyDescription::new).collect(),
        }
    }

    /// By what the official documentation sorts.
    pub(super) fn order(&self) -> impl Ord + '_ {
        (&self.source_type, &self.target_type, &self.class, &self.direction)
    }
}

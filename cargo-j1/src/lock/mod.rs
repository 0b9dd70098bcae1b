//! `j1.lock`: what an integration is to JupiterOne and to those who run it, as of the version it was written for.
//!
//! It holds everything in which a difference would matter. Documentation is left out, so that editing a comment does
//! not change the lock.

mod bump;
mod describe;
mod diff;
mod file;
mod kind;

use std::collections::{BTreeMap, BTreeSet};

use j1_core::describe::Absent;
use serde::{Deserialize, Serialize};

pub use bump::{is_enough, needed};
pub use diff::{Difference, differences, gravest};
pub use file::{FILE, read, write};
pub use kind::{Kind, Level};

/// The version of the format of the file.
const FORMAT: u32 = 1;

/// The contents of a lock. Everything is sorted, so that the same integration always makes the same file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lock {
    /// The version of the file's format.
    pub format: u32,
    /// The integration as a whole.
    pub integration: About,
    /// Its entities, by `_type`.
    #[serde(default)]
    pub entity: BTreeMap<String, Entity>,
    /// Its relationships.
    #[serde(default)]
    pub relationships: Relationships,
    /// Its steps, by id.
    #[serde(default)]
    pub step: BTreeMap<String, Step>,
    /// The settings, by their variables.
    #[serde(default)]
    pub config: BTreeMap<String, Config>,
}

/// The integration as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct About {
    /// Its short name.
    pub name: String,
    /// The name people know the provider by.
    pub title: String,
    /// The version of its package.
    pub version: semver::Version,
    /// Its integration type, as it is without `J1_INTEGRATION_TYPE`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The version of the data model it was checked against.
    pub data_model: String,
}

/// An entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entity {
    /// The name of its struct.
    #[serde(rename = "struct")]
    pub of: String,
    /// Its classes.
    pub class: Vec<String>,
    /// The template of its `_key`.
    pub key: String,
    /// Properties that are always `null`: a class requires them and nothing fills them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub null: BTreeSet<String>,
    /// The members of the provider's record that may be sent as raw data; `*` where a function chooses.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub raw_data: BTreeSet<String>,
    /// Its properties.
    #[serde(default)]
    pub property: Properties,
}

/// Properties by their names.
pub type Properties = BTreeMap<String, Property>;

/// A property.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Property {
    /// The JSON types of its value, or of the items of its list.
    #[serde(rename = "type")]
    pub types: BTreeSet<String>,
    /// `true` for a list.
    #[serde(default, skip_serializing_if = "is_false")]
    pub list: bool,
    /// `true` for a time in epoch milliseconds.
    #[serde(default, skip_serializing_if = "is_false")]
    pub date: bool,
    /// The form of an absent value.
    #[serde(default, skip_serializing_if = "Absence::is_never")]
    pub absent: Absence,
    /// The classes that have it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub class: BTreeSet<String>,
    /// The field or method that fills it.
    pub from: String,
    /// The values that its classes allow, where they name them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub values: BTreeSet<String>,
    /// Further rules of its classes, such as a format: name and value as in JSON Schema.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, String>,
}

/// The form of an absent value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absence {
    /// There always is one.
    #[default]
    Never,
    /// Nothing.
    Omitted,
    /// An explicit `null`.
    Null,
}

/// The relationships of an integration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Relationships {
    /// Between its entities.
    #[serde(default)]
    pub direct: BTreeSet<Relationship>,
    /// To entities that others own.
    #[serde(default)]
    pub mapped: BTreeSet<Mapped>,
}

/// A relationship between entities of the integration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Relationship {
    /// The `_type` it goes from.
    pub from: String,
    /// Its class, such as `HAS`.
    pub class: String,
    /// The `_type` it goes to.
    pub to: String,
    /// Its `_type`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The relationship's own properties.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub property: Properties,
}

/// A relationship to an entity that another integration owns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mapped {
    /// The `_type` of the entity of the integration.
    pub source: String,
    /// Its class, such as `IS`.
    pub class: String,
    /// `FORWARD` to the target, `REVERSE` from it.
    pub direction: String,
    /// The `_type` of the target, or its class where any type will do.
    pub target: String,
    /// Its `_type`.
    #[serde(rename = "type")]
    pub ty: String,
    /// The classes that the target has to be of.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub target_class: BTreeSet<String>,
    /// The filters that find the target: any of these lists of properties.
    #[serde(default)]
    pub found_by: BTreeSet<Vec<String>>,
    /// `true` if JupiterOne creates a target that it does not find.
    pub creates: bool,
    /// The properties of the target.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub target_property: Properties,
    /// The relationship's own properties.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub property: Properties,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// The `_type`s it adds.
    #[serde(default)]
    pub emits: BTreeSet<String>,
    /// The `_type`s it reads and cannot run without.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reads: BTreeSet<String>,
    /// The `_type`s it reads where something emits them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reads_optionally: BTreeSet<String>,
    /// The steps it waits for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub after: BTreeSet<String>,
    /// The permissions that the provider's credentials need.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub permissions: BTreeSet<String>,
}

/// A field of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// The type of the value, in words.
    pub kind: String,
    /// `true` for a secret.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
    /// `true` if a run needs a value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// The default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

impl Absence {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_never(&self) -> bool {
        *self == Self::Never
    }
}

impl From<Absent> for Absence {
    fn from(absent: Absent) -> Self {
        match absent {
            Absent::Never => Self::Never,
            Absent::Omitted => Self::Omitted,
            Absent::Null => Self::Null,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

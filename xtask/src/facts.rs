//! The facts file: the data model as extracted from JupiterOne's package.
//!
//! A member that is not listed here is an error, since a new keyword has to be understood first.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Facts {
    pub source: Source,
    pub stats: Stats,
    pub property_names: PropertyNames,
    pub pattern_properties: BTreeMap<String, PatternProperty>,
    pub additional_properties: bool,
    /// Read by people; the rules for them are JupiterOne's upload rules.
    #[serde(rename = "underscoreProperties")]
    _underscore_properties: Value,
    pub relationship_classes: Vec<String>,
    pub relationship_rules: Vec<Rule>,
    #[serde(rename = "relationships")]
    _relationships: Value,
    #[serde(rename = "globalEntities")]
    _global_entities: Value,
    pub classes: BTreeMap<String, Class>,
}

/// The source of the facts.
#[derive(Deserialize)]
pub struct Source {
    pub package: String,
    pub license: String,
    pub version: String,
}

/// Counts by which the file can be checked against itself.
#[derive(Deserialize, PartialEq, Debug, Default)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    pub classes: usize,
    pub own_properties: usize,
    pub resolved_properties: usize,
    pub distinct_property_names: usize,
    pub resolved_required: usize,
    pub relationship_classes: usize,
    pub relationship_rules: usize,
}

/// The rule for the names of all properties.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyNames {
    pub pattern: String,
}

/// The rule for properties whose names match a pattern.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatternProperty {
    pub types: Vec<String>,
}

/// A relationship that the model describes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Rule {
    pub source_class: String,
    pub target_class: String,
    pub allowed_verbs: Vec<String>,
    #[serde(rename = "directionEnforced")]
    _direction_enforced: bool,
    pub status: String,
    #[serde(rename = "id")]
    _id: String,
}

/// One class, all its ancestors' properties included.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Class {
    #[serde(rename = "extends")]
    _extends: Vec<String>,
    pub ancestors: Vec<String>,
    pub required: Vec<String>,
    #[serde(rename = "requiredOwn")]
    _required_own: Vec<String>,
    pub properties: BTreeMap<String, Property>,
}

/// A class's rules for a property.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Property {
    pub types: Vec<String>,
    pub required: bool,
    pub inherited_from: Option<String>,
    #[serde(default, rename = "alsoDeclaredBy")]
    _also_declared_by: Vec<String>,
    /// The types that the class alone declares; `types` is what its ancestors leave of them.
    #[serde(default, rename = "declaredTypes")]
    _declared_types: Vec<String>,
    pub items: Option<Items>,
    pub format: Option<String>,
    pub pattern: Option<String>,
    #[serde(default, rename = "enum")]
    pub allowed: Vec<Value>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    #[serde(default)]
    pub min_length: u32,
    #[serde(default)]
    pub min_items: u32,
    #[serde(default)]
    pub unique_items: bool,
    #[serde(default)]
    pub deprecated: bool,
}

/// A class's rules for the items of an array.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Items {
    pub types: Vec<String>,
    pub format: Option<String>,
    pub pattern: Option<String>,
    #[serde(default, rename = "enum")]
    pub allowed: Vec<Value>,
    #[serde(default)]
    pub min_length: u32,
}

/// Reads the file, and checks that it is complete and has no rules that j1 does not implement.
pub fn read(path: &Path) -> Result<Facts, String> {
    let text = crate::files::read(path)?;
    let facts: Facts = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    check_general_rules(&facts)?;
    check_counts(&facts)?;
    for (name, class) in &facts.classes {
        let required: Vec<_> =
            class.properties.iter().filter(|(_, p)| p.required).map(|(name, _)| name).collect();
        if !required.iter().eq(&class.required.iter().collect::<Vec<_>>()) {
            return Err(format!("class `{name}`: `required` and the properties' own flags differ"));
        }
    }
    Ok(facts)
}

/// Checks the three rules that are hard-coded in j1-core, because they are the same for every class.
fn check_general_rules(facts: &Facts) -> Result<(), String> {
    if facts.property_names.pattern != r"^(_|tag\.)?[A-Za-z0-9. -]+$" {
        return Err(format!("the rule for property names is new: {}", facts.property_names.pattern));
    }
    let tags = facts.pattern_properties.get(r"^tag\.").map(|property| property.types.join(" "));
    if facts.pattern_properties.len() != 1 || tags.as_deref() != Some("boolean number string") {
        return Err("the rule for `tag.` properties is new".to_owned());
    }
    if !facts.additional_properties {
        return Err("the model no longer takes properties it does not know".to_owned());
    }
    Ok(())
}

fn check_counts(facts: &Facts) -> Result<(), String> {
    let properties = || facts.classes.values().flat_map(|class| &class.properties);
    let mut names: Vec<_> = properties().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    let counted = Stats {
        classes: facts.classes.len(),
        own_properties: facts.classes.values().map(own_properties).sum(),
        resolved_properties: properties().count(),
        distinct_property_names: names.len(),
        resolved_required: facts.classes.values().map(|class| class.required.len()).sum(),
        relationship_classes: facts.relationship_classes.len(),
        relationship_rules: facts.relationship_rules.len(),
    };
    if counted == facts.stats {
        Ok(())
    } else {
        Err(format!("counted {counted:?}, stated {:?}", facts.stats))
    }
}

fn own_properties(class: &Class) -> usize {
    class.properties.values().filter(|property| property.inherited_from.is_none()).count()
}

//! The vocabulary of an integration's queries.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::describe::Description;
use j1_core::model::{CLASSES, RELATIONSHIP_CLASSES, class, nearest};
use j1ql::Vocabulary;

/// The types of an integration with their properties, and the data model.
#[derive(Debug, Default)]
pub struct Known {
    /// Properties and classes by type.
    types: BTreeMap<String, (BTreeSet<String>, Vec<String>)>,
    /// Types of mapped targets, whose properties others decide.
    targets: BTreeSet<String>,
    /// The beginning of every type of the integration, with its underscore.
    prefix: Option<String>,
}

impl Known {
    /// Takes the types and properties from an integration's description.
    pub fn new(description: &Description) -> Self {
        let mut known = Self { prefix: prefix(description), ..Self::default() };
        for entity in &description.entities {
            let names = entity.properties.iter().map(|property| property.name.clone());
            let names = names.chain(entity.always_null.iter().cloned()).collect();
            known.types.insert(entity.ty.clone(), (names, entity.classes.clone()));
        }
        for mapped in &description.mapped_relationships {
            known.targets.insert(mapped.target_type.clone());
        }
        known
    }
}

/// `acme_` when every type of the integration begins with it.
fn prefix(description: &Description) -> Option<String> {
    let first = description.entities.first()?.ty.split_once('_')?.0;
    let prefix = format!("{first}_");
    description.entities.iter().all(|entity| entity.ty.starts_with(&prefix)).then_some(prefix)
}

impl Vocabulary for Known {
    fn has_class(&self, name: &str) -> bool {
        class(name).is_some()
    }

    /// Types of other integrations are not known here.
    fn has_type(&self, name: &str) -> bool {
        let own = self.prefix.as_ref().is_some_and(|prefix| name.starts_with(prefix));
        !own || self.types.contains_key(name) || self.targets.contains(name)
    }

    fn has_verb(&self, verb: &str) -> bool {
        RELATIONSHIP_CLASSES.contains(&verb)
    }

    fn has_property(&self, owner: &str, property: &str) -> bool {
        if let Some((names, _)) = self.types.get(owner) {
            return names.contains(property);
        }
        if !owner.starts_with(char::is_uppercase) {
            return true;
        }
        // A class of no entity here belongs to other integrations, which may give it anything.
        let mut own = self.types.values().filter(|(_, classes)| is_a(classes, owner)).peekable();
        own.peek().is_none()
            || own.any(|(names, _)| names.contains(property))
            || class(owner).is_some_and(|class| class.property(property).is_some())
    }

    fn similar(&self, name: &str) -> Option<String> {
        let own =
            self.types.iter().flat_map(|(type_name, (properties, _))| properties.iter().chain([type_name]));
        let found = if name.chars().all(|c| !c.is_lowercase()) {
            nearest(name, RELATIONSHIP_CLASSES.iter().copied())
        } else if name.starts_with(char::is_uppercase) {
            nearest(name, CLASSES.iter().map(|class| class.name))
        } else {
            nearest(name, own.map(String::as_str))
        };
        found.map(str::to_owned)
    }
}

fn is_a(classes: &[String], owner: &str) -> bool {
    classes.iter().any(|name| name == owner)
}

//! Properties of an entity as the compiler knows them.

mod check;
mod flatten;
mod name;

pub use check::{
    check_class, check_classes, check_constant_bool, check_constant_integer, check_constant_number,
    check_constant_text, check_named, check_target_value, check_type, check_unique, check_value,
    fits_classes,
};
pub use flatten::{
    check_flat_allow, check_flat_names, check_flat_values, flat_defs, flat_specs, joined, mapped,
};
pub use name::{broken_rule, check_allow, check_name};

use crate::error::Code;
use crate::graph::Kind;
use crate::model::text::{same, same_letters};
use crate::model::{ClassDef, DATA_MODEL_VERSION, PropertyDef, Types, hash_letters};
use crate::validate::{Layer, Violation};

/// What is sent when a value is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// Nothing.
    Omitted,
    /// An explicit `null`: the class requires the property and allows `null`.
    Null,
    /// Nothing can be: the class requires the property and allows no `null`.
    Refused,
}

/// One property of an entity.
#[derive(Clone, Copy, Debug)]
pub struct PropertySpec {
    /// Its name in JupiterOne.
    pub name: &'static str,
    /// What the compiler knows of its values.
    pub kind: Kind,
    /// The classes of the entity.
    pub classes: &'static [&'static ClassDef],
    /// What each of them says of the property, in the same order.
    pub defs: &'static [Option<&'static PropertyDef>],
    /// What is sent when the value is absent.
    pub absence: Absence,
    /// Whether a string that is too long is cut to fit.
    pub truncate: bool,
    /// The field or method it comes from, as written in Rust.
    pub source: &'static str,
    /// The documentation of that field, as written.
    pub docs: &'static str,
}

impl PropertySpec {
    /// The violation of a required property whose value is absent.
    pub(crate) fn missing(&self) -> Violation {
        let class = self.classes.iter().find(|c| c.requires(self.name)).map_or("", |c| c.name);
        Violation {
            code: Code::E0201,
            property: Some(self.name.into()),
            message: format!(
                "`{}` is empty, and class `{class}` requires it (data model {DATA_MODEL_VERSION}); \
                 give it a value that is always there",
                self.name
            ),
            layer: Layer::Model,
        }
    }
}

/// The name of a property and the field or method it comes from, for checks that see all of an entity's.
pub type Mapped = (&'static str, &'static str);

/// What each class says of a property.
#[must_use]
pub const fn defs<const N: usize>(classes: &[&ClassDef], name: &str) -> [Option<&'static PropertyDef>; N] {
    let mut out = [None; N];
    let mut i = 0;
    while i < N && i < classes.len() {
        out[i] = classes[i].property(name);
        i += 1;
    }
    out
}

/// What is sent when the value of a property is absent.
#[must_use]
pub const fn absence(classes: &[&ClassDef], name: &str) -> Absence {
    let (mut required, mut nullable) = (always_required(name), !always_required(name));
    let mut i = 0;
    while i < classes.len() {
        if let Some(def) = classes[i].property(name) {
            if classes[i].requires(name) {
                required = true;
            }
            if !def.types.contains(Types::NULL) {
                nullable = false;
            }
        }
        i += 1;
    }
    match (required, nullable) {
        (false, _) => Absence::Omitted,
        (true, true) => Absence::Null,
        (true, false) => Absence::Refused,
    }
}

/// Whether JupiterOne refuses any entity without the property, whatever its class (Code + Sync API page).
const fn always_required(name: &str) -> bool {
    same(name, "name") || same(name, "displayName")
}

/// The name of a property: as the field says it where a class has a property so named, in the class's own
/// spelling (`accessUrl` finds `accessURL`); `custom` where none has.
#[must_use]
pub const fn pick_name<'n>(classes: &[&ClassDef], plain: &'n str, custom: &'n str) -> &'n str {
    match spelled(classes, plain) {
        Some(name) => name,
        None if same(plain, custom) => custom,
        None => match spelled(classes, custom) {
            Some(name) => name,
            None => custom,
        },
    }
}

/// The property of a class that is spelt so, or else one of the same letters. One comparison a property: every field
/// of every entity is looked up when the integration is compiled.
const fn spelled(classes: &[&ClassDef], name: &str) -> Option<&'static str> {
    let letters = hash_letters(name);
    let mut found = None;
    let mut i = 0;
    while i < classes.len() {
        let properties = classes[i].properties;
        let mut p = 0;
        while p < properties.len() {
            if properties[p].letters == letters {
                let known = properties[p].name;
                if same(known, name) {
                    return Some(known);
                }
                if found.is_none() && same_letters(known, name) {
                    found = Some(known);
                }
            }
            p += 1;
        }
        i += 1;
    }
    found
}

/// The properties that must be sent as explicit `null` because a class requires them and no field maps them.
#[must_use]
pub fn unmapped_nulls(classes: &[&'static ClassDef], properties: &[PropertySpec]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = classes
        .iter()
        .flat_map(|class| class.required.iter().copied())
        .filter(|name| !name.starts_with('_') && properties.iter().all(|p| p.name != *name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

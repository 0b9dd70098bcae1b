//! Properties of an entity as the compiler knows them.
//!
//! The rules are those of `j1-model`. A derive has asked all that need only names and the types it knows by name; what is
//! here fails the build for the rest: types that only the compiler knows, and the fields of nested structs.

mod check;
mod flatten;

pub use check::{
    check_allow, check_class, check_length, check_name, check_named, check_target_value, check_truncate,
    check_unique, check_value,
};
pub use flatten::{
    check_flat_allow, check_flat_names, check_flat_values, flat_defs, flat_specs, joined, mapped,
};
pub use j1_model::rules::{Checked, Named, breaks, broken_rule, is_verb_behind_is, known_as};
pub use j1_model::{Absence, absence, fits_classes, pick_name, takes_any_text};

use crate::error::Code;
use crate::graph::Kind;
use crate::model::{ClassDef, DATA_MODEL_VERSION, PropertyDef};
use crate::validate::{Layer, Violation};

/// One property of an entity.
#[derive(Clone, Copy, Debug)]
pub struct PropertySpec {
    /// Its name in JupiterOne.
    pub name: &'static str,
    /// The text before a value: a comma, the name in quotes and a colon. Empty if the name may need escapes, or only rustc knows it.
    pub member: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// The classes of the entity.
    pub classes: &'static [&'static ClassDef],
    /// The definition of the property in each of them, in the same order.
    pub defs: &'static [Option<&'static PropertyDef>],
    /// `true` if each of them [takes any string](takes_any_text).
    pub any_text: bool,
    /// The value that is sent when there is none.
    pub absence: Absence,
    /// `true` if a string that is too long is cut to fit.
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

/// The definition of a property in each class.
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

//! What the data model says of one class.

use super::{CLASSES, PropertyDef, hash};

/// A class of the JupiterOne data model, as a type.
///
/// The types are those of [`crate::class`]; no others can be made.
#[diagnostic::on_unimplemented(
    message = "[J1-E0101] `{Self}` is not a class of the JupiterOne data model",
    label = "not a class",
    note = "the classes are the types of `j1_core::class`; `cargo j1 model` lists them"
)]
pub trait Class: sealed::Sealed {
    /// What the data model says of it.
    const DEF: &'static ClassDef;
}

/// Keeps [`Class`] to the classes of the data model.
pub(crate) mod sealed {
    /// Implemented by the types of [`crate::class`] only.
    pub trait Sealed {}
}

/// What the data model says of a class.
#[derive(Debug)]
pub struct ClassDef {
    /// Its name.
    pub name: &'static str,
    /// Its ancestors, the nearest first.
    pub ancestors: &'static [&'static str],
    /// Its properties and those of its ancestors, sorted by name.
    pub properties: &'static [&'static PropertyDef],
    /// The properties it requires, sorted by name. A required property may still be `null` where its types say so.
    pub required: &'static [&'static str],
}

impl ClassDef {
    /// What the class says of the property of this name.
    #[must_use]
    pub const fn property(&self, name: &str) -> Option<&'static PropertyDef> {
        let hash = hash(name);
        let mut i = 0;
        while i < self.properties.len() {
            if self.properties[i].hash == hash && crate::model::text::same(self.properties[i].name, name) {
                return Some(self.properties[i]);
            }
            i += 1;
        }
        None
    }

    /// Whether the class requires the property of this name.
    #[must_use]
    pub const fn requires(&self, name: &str) -> bool {
        let mut i = 0;
        while i < self.required.len() {
            if crate::model::text::same(self.required[i], name) {
                return true;
            }
            i += 1;
        }
        false
    }
}

/// The class of this name.
#[must_use]
pub fn class(name: &str) -> Option<&'static ClassDef> {
    CLASSES.binary_search_by(|class| class.name.cmp(name)).ok().map(|i| CLASSES[i])
}

/// The property because of which no entity can be of both classes: one requires it, both declare it, and
/// their types have nothing in common.
#[must_use]
pub const fn never_both(a: &ClassDef, b: &ClassDef) -> Option<&'static str> {
    match clash(a, b) {
        Some(name) => Some(name),
        None => clash(b, a),
    }
}

/// A property that `a` requires and whose types in `a` and `b` have nothing in common.
const fn clash(a: &ClassDef, b: &ClassDef) -> Option<&'static str> {
    let mut i = 0;
    while i < a.required.len() {
        let name = a.required[i];
        if let (Some(of_a), Some(of_b)) = (a.property(name), b.property(name))
            && !of_a.types.widened().intersects(of_b.types.widened())
        {
            return Some(name);
        }
        i += 1;
    }
    None
}

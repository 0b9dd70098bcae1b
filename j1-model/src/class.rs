//! One class of the data model.

use crate::text::same;
use crate::{CLASSES, PropertyDef, hash};

/// A class of the data model.
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
    /// The definition of the property of this name.
    #[must_use]
    pub const fn property(&self, name: &str) -> Option<&'static PropertyDef> {
        let hash = hash(name);
        let mut i = 0;
        while i < self.properties.len() {
            if self.properties[i].hash == hash && same(self.properties[i].name, name) {
                return Some(self.properties[i]);
            }
            i += 1;
        }
        None
    }

    /// Returns `true` if the class requires the property of this name.
    #[must_use]
    pub const fn requires(&self, name: &str) -> bool {
        let mut i = 0;
        while i < self.required.len() {
            if same(self.required[i], name) {
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

//! The fields of a nested struct as properties of the entity that holds it.

use crate::graph::property::check::fail;
use crate::graph::property::{Mapped, PropertySpec, absence, check_name, check_value, defs, takes_any_text};
use crate::graph::{FieldSpec, Kind};
use crate::model::rules::{self, Checked, Named};
use crate::model::{ClassDef, PropertyDef};

/// The definition of each field in each class.
#[must_use]
pub const fn flat_defs<const CLASSES: usize, const FIELDS: usize>(
    classes: &[&ClassDef],
    fields: &[FieldSpec],
) -> [[Option<&'static PropertyDef>; CLASSES]; FIELDS] {
    let mut out = [[None; CLASSES]; FIELDS];
    let mut i = 0;
    while i < FIELDS {
        out[i] = defs::<CLASSES>(classes, fields[i].name_in(classes));
        i += 1;
    }
    out
}

/// The properties that the fields are on an entity of these classes; `optional` says that the struct may be absent
/// as a whole.
#[must_use]
pub const fn flat_specs<const CLASSES: usize, const FIELDS: usize>(
    classes: &'static [&'static ClassDef],
    fields: &[FieldSpec],
    defs: &'static [[Option<&'static PropertyDef>; CLASSES]; FIELDS],
    optional: bool,
) -> [PropertySpec; FIELDS] {
    let mut out = [FieldSpec::NONE.plain(); FIELDS];
    let mut i = 0;
    while i < FIELDS {
        let field = &fields[i];
        let name = field.name_in(classes);
        let kind = if optional { field.kind.optional() } else { field.kind };
        out[i] = PropertySpec {
            name,
            member: "",
            kind,
            classes,
            defs: &defs[i],
            any_text: takes_any_text(&defs[i]),
            absence: absence(classes, name),
            ..field.plain()
        };
        i += 1;
    }
    out
}

/// The properties of all parts, one part after the other; `ALL` is how many they are.
#[must_use]
pub const fn joined<const ALL: usize>(parts: &[&[PropertySpec]]) -> [PropertySpec; ALL] {
    let mut out = [FieldSpec::NONE.plain(); ALL];
    let (mut part, mut next) = (0, 0);
    while part < parts.len() {
        let mut i = 0;
        while i < parts[part].len() {
            out[next] = parts[part][i];
            next += 1;
            i += 1;
        }
        part += 1;
    }
    out
}

/// The names of all properties: those of the entity's own fields, then those of each group that begins at a place and
/// comes from one field.
#[must_use]
pub const fn mapped<const ALL: usize>(
    own: &[Mapped],
    all: &[PropertySpec],
    groups: &[(usize, &'static str)],
) -> [Mapped; ALL] {
    let mut out = [("", ""); ALL];
    let mut i = 0;
    while i < ALL {
        out[i] = if i < own.len() { own[i] } else { (all[i].name, all[i].source) };
        let mut g = 0;
        while g < groups.len() {
            if groups[g].0 <= i {
                out[i].1 = groups[g].1;
            }
            g += 1;
        }
        i += 1;
    }
    out
}

/// Fails the build when values of these properties are not what the classes say of them.
#[track_caller]
pub const fn check_flat_values(entity: &str, properties: &[PropertySpec]) {
    let mut i = 0;
    while i < properties.len() {
        check_value(properties[i].kind, entity, properties[i].classes, properties[i].name);
        i += 1;
    }
}

/// Fails the build when one of these properties breaks a rule that only the classes of the entity decide; the others
/// have been checked where the nested struct is written.
#[track_caller]
pub const fn check_flat_names(entity: &str, properties: &[PropertySpec], allowed: &[&str]) {
    let mut i = 0;
    while i < properties.len() {
        let PropertySpec { kind, classes, name, .. } = properties[i];
        check_name(kind, entity, classes, name, Checked::BY_CLASS, allowed);
        i += 1;
    }
}

/// Fails the build when an `allow` on the nested struct allows nothing in it.
#[track_caller]
pub const fn check_flat_allow(field: &str, properties: &[PropertySpec], code: &str) {
    let mut i = 0;
    while i < properties.len() {
        let PropertySpec { kind, classes, name, .. } = properties[i];
        if rules::breaks(&Named { kind, classes, name, checked: Checked::BY_CLASS, all: None }, code) {
            return;
        }
        i += 1;
    }
    fail(Some(rules::flattened_allows_nothing(field, code)));
}

impl FieldSpec {
    /// A place that is not filled yet.
    const NONE: Self =
        Self { name: "", plain: None, kind: Kind::NONE, truncate: false, source: "", docs: "" };
}

//! The names of properties, which stay those of the official integration as far as the data model allows them.

use std::collections::BTreeSet;

use heck::ToLowerCamelCase as _;
use j1_core::graph::property::{Checked, Named, breaks, fits_classes};
use j1_core::graph::{EpochMs, Kind, Value as _};
use j1_core::model::{ClassDef, Types};

use super::write::needs;
use crate::infer::Entity;

/// Returns the name that a property has here: the official one, unless the data model allows no such name.
pub fn allowed_name(official: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".- ".contains(c);
    if official == "_key" || official.chars().all(is_allowed) {
        official.to_owned()
    } else {
        official.to_lower_camel_case()
    }
}

/// The rules on names that an author can accept to break.
const RULES: [&str; 7] = ["J1-E0210", "J1-E0216", "J1-E0303", "J1-E0304", "J1-E0305", "J1-E0307", "J1-E0803"];

/// Returns the attributes that accept the rules which a name of the official integration breaks. `all` are the names of the
/// struct's properties.
pub fn allowed(kind: Kind, classes: &[&'static ClassDef], name: &str, all: &BTreeSet<String>) -> Vec<String> {
    let all: Vec<(&str, &str)> = all.iter().map(|name| (name.as_str(), name.as_str())).collect();
    let named = Named { kind, classes, name, checked: Checked::OWN, all: Some(&all) };
    let broken = RULES.into_iter().filter(|code| breaks(&named, code));
    broken.map(|code| format!("allow({code}, reason = \"the name of the official integration\")")).collect()
}

pub fn is_field(entity: &Entity, name: &str) -> bool {
    entity.fields.iter().any(|field| field.wire.as_deref().unwrap_or(&field.ident) == name)
}

/// Gives each field the name that the official property has, and makes it optional unless its class needs it. A field whose class
/// takes another type by that name is taken out.
pub fn keep_names(entity: &mut Entity, classes: &[&'static ClassDef]) {
    let mut unfit = Vec::new();
    let all: BTreeSet<String> =
        entity.fields.iter().map(|field| field.wire.clone().unwrap_or_else(|| field.ident.clone())).collect();
    for field in &mut entity.fields {
        let official = field.wire.clone().unwrap_or_else(|| field.ident.clone());
        let name = allowed_name(&official);
        field.review = None;
        field.docs =
            if name == "_key" { "The `_key`.".to_owned() } else { format!("The property `{name}`.") };
        if name == "_key" {
            field.attributes = vec!["skip".to_owned()];
            continue;
        }
        field.optional = !classes.iter().any(|class| needs(class, &name));
        if matches!(name.as_str(), "name" | "displayName") || field.attributes.iter().any(|one| one == "skip")
        {
            continue;
        }
        field.attributes.retain(|attribute| !attribute.starts_with("rename"));
        // It was for the name that was chosen by the values.
        field.attributes.retain(|attribute| attribute != "list");
        field.attributes.push(format!("rename = {name:?}"));
        let is_date = field.attributes.iter().any(|one| one.starts_with("date = "));
        let own = if is_date { EpochMs::KIND } else { kind(&field.base) };
        let held = if fits_classes(own, classes, &name) {
            own
        } else if own.types != Types::ARRAY && fits_classes(own.list(), classes, &name) {
            field.attributes.insert(0, "list".to_owned());
            own.list()
        } else {
            unfit.push(field.ident.clone());
            continue;
        };
        field.attributes.extend(allowed(held, classes, &name, &all));
    }
    entity.fields.retain(|field| !unfit.contains(&field.ident));
}

/// Returns the kind that the compiler checks a type by.
fn kind(base: &str) -> Kind {
    match base {
        "bool" => bool::KIND,
        "f64" => f64::KIND,
        "i64" | "u64" => i64::KIND,
        "Timestamp" => EpochMs::KIND,
        "Vec<String>" => Kind::new(Types::STRING).list(),
        "Vec<i64>" => i64::KIND.list(),
        "Vec<f64>" => f64::KIND.list(),
        _ => Kind::new(Types::STRING),
    }
}

//! Objects that come as JSON: every violation of one, from both layers.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::error::Code;
use crate::model::{
    CLASSES, ClassDef, DATA_MODEL_VERSION, PropertyDef, Types, class, is_property_name, nearest,
};
use crate::validate::violation::excerpt;
use crate::validate::{
    PropertyCheck, Scalar, Violation, check_key, check_type, guidance, mapped_relationship, relationship,
};

/// Returns JSON bytes without the byte order mark of UTF-8 before them, if there is one.
///
/// RFC 8259 allows a reader to ignore it, and .NET, PowerShell and Excel write it. Everything that reads JSON from elsewhere calls
/// this, so that all of it accepts the same.
#[must_use]
pub fn without_byte_order_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json)
}

/// Checks an object: a mapped relationship, a relationship or an entity, by the members it has.
#[must_use]
pub fn object(value: &Value) -> Vec<Violation> {
    let Value::Object(object) = value else {
        let message =
            "this is not a JSON object; JupiterOne takes entities and relationships, which are objects"
                .to_owned();
        return vec![Violation { property: None, ..Violation::upload(Code::E0202, "", message) }];
    };
    if object.contains_key("_mapping") {
        mapped_relationship(object)
    } else if object.contains_key("_fromEntityKey") || object.contains_key("_toEntityKey") {
        relationship(object)
    } else {
        entity(object)
    }
}

/// Checks an entity.
#[must_use]
pub fn entity(entity: &Map<String, Value>) -> Vec<Violation> {
    let mut out = Vec::new();
    let classes =
        head(entity, &mut out).iter().filter_map(|name| known_class(name, &mut out)).collect::<Vec<_>>();
    required(entity, &classes, &mut out);
    properties(entity, &mut out, |name, value, out| property(name, value, &classes, out));
    out
}

/// Checks an entity by the rules of [`Layer::Upload`](super::Layer::Upload) alone, for those who read millions of them.
///
/// The result is that of [`entity`] as far as this layer goes; a violation of another may be among it.
#[must_use]
pub fn uploaded_entity(entity: &Map<String, Value>) -> Vec<Violation> {
    let mut out = Vec::new();
    for name in head(entity, &mut out).iter().filter(|name| !name.is_string()) {
        known_class(name, &mut out);
    }
    required(entity, &[], &mut out);
    properties(entity, &mut out, |name, value, out| {
        if !reserved(name, out) {
            let mut check = PropertyCheck::new(name, &[], &[]);
            watch(&mut check, value);
            check.finish(out);
        }
    });
    out
}

/// Checks the key and the type, and returns the names of the classes.
fn head<'e>(entity: &'e Map<String, Value>, out: &mut Vec<Violation>) -> &'e [Value] {
    if let Some(key) = key(entity, out) {
        check_key(key, out);
    }
    if let Some(ty) = ty(entity, out) {
        check_type(ty, out);
    }
    classes(entity, out)
}

/// Checks the members that are not the key, the type and the class, with `check` for properties.
fn properties(
    entity: &Map<String, Value>,
    out: &mut Vec<Violation>,
    mut check: impl FnMut(&str, &Value, &mut Vec<Violation>),
) {
    for (name, value) in entity {
        match name.as_str() {
            "_key" | "_type" | "_class" => {}
            "_rawData" => raw_data(value, out),
            "name" | "displayName" if !value.is_string() => no_text(name, out),
            _ => check(name, value, out),
        }
    }
}

/// The `_key`, which every object has.
pub(super) fn key<'o>(object: &'o Map<String, Value>, out: &mut Vec<Violation>) -> Option<&'o str> {
    let key = object.get("_key").and_then(Value::as_str).filter(|key| !key.is_empty());
    if key.is_none() {
        let message = "`_key` is missing, empty or no string, and JupiterOne refuses objects without it; \
                       send the id that the object has in its source, with a prefix";
        out.push(Violation::upload(Code::E0401, "_key", message.to_owned()));
    }
    key
}

/// The `_type`, which every object has.
pub(super) fn ty<'o>(object: &'o Map<String, Value>, out: &mut Vec<Violation>) -> Option<&'o str> {
    let ty = object.get("_type").and_then(Value::as_str).filter(|ty| !ty.is_empty());
    if ty.is_none() {
        let message = "`_type` is missing, empty or no string, and JupiterOne refuses objects without it; \
                       say what the object is, as in `acme_user`";
        out.push(Violation::upload(Code::E0104, "_type", message.to_owned()));
    }
    ty
}

/// The names of the classes of an entity; none at all is a violation.
fn classes<'e>(entity: &'e Map<String, Value>, out: &mut Vec<Violation>) -> &'e [Value] {
    let names = match entity.get("_class") {
        Some(Value::Array(names)) => names.as_slice(),
        Some(name @ Value::String(_)) => std::slice::from_ref(name),
        _ => &[],
    };
    if names.is_empty() {
        let message = "`_class` is missing, empty or no class, and JupiterOne refuses entities without \
                       one; name a class of the data model such as `User`";
        out.push(Violation::upload(Code::E0102, "_class", message.to_owned()));
    }
    names
}

fn known_class(name: &Value, out: &mut Vec<Violation>) -> Option<&'static ClassDef> {
    let Value::String(name) = name else {
        let message = "`_class` holds something that is not a string, and JupiterOne takes names of classes; \
                       write one such as `User`";
        out.push(Violation::upload(Code::E0102, "_class", message.to_owned()));
        return None;
    };
    let found = class(name);
    if found.is_none() {
        let hint = nearest(name, CLASSES.iter().map(|class| class.name)).map_or_else(
            || "`cargo j1 model` lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message =
            format!("`{}` is not a class of data model {DATA_MODEL_VERSION}; {hint}", excerpt(name));
        out.push(Violation::model(Code::E0101, "_class", message));
    }
    found
}

/// Checks that the properties are there which JupiterOne requires of every entity, and each class of its own; each name once.
fn required(entity: &Map<String, Value>, classes: &[&'static ClassDef], out: &mut Vec<Violation>) {
    for name in ["name", "displayName"].into_iter().filter(|name| !entity.contains_key(*name)) {
        let message = format!("`{name}` is missing, and JupiterOne refuses entities without it; add it");
        out.push(Violation::upload(Code::E0201, name, message));
    }
    let mut said = HashSet::from(["_key", "_type", "_class", "name", "displayName"]);
    for class in classes {
        for &name in class.required {
            if !entity.contains_key(name) && said.insert(name) {
                out.push(Violation::model(Code::E0201, name, missing(class, name)));
            }
        }
    }
}

fn missing(class: &ClassDef, name: &str) -> String {
    let nullable = class.property(name).is_some_and(|def| def.types.contains(Types::NULL));
    let instead = if nullable { "add it, as null if it is not known" } else { "add it" };
    format!(
        "`{name}` is missing, and class `{}` requires it (data model {DATA_MODEL_VERSION}); {instead}",
        class.name
    )
}

fn no_text(name: &str, out: &mut Vec<Violation>) {
    let message =
        format!("`{name}` is not a string, and JupiterOne refuses entities without a text there; write one");
    out.push(Violation::upload(Code::E0203, name, message));
}

/// Checks one property of an entity: its name, and its value against every class.
fn property(name: &str, value: &Value, classes: &[&'static ClassDef], out: &mut Vec<Violation>) {
    if reserved(name, out) {
        return;
    }
    if !is_property_name(name) {
        let message = format!(
            "`{}` is not a name for a property: data model {DATA_MODEL_VERSION} takes letters, digits, `.`, \
             `-` and \
             spaces; write it in camelCase",
            excerpt(name)
        );
        out.push(Violation::model(Code::E0301, name, message));
    }
    let defs = defs_of(classes, name);
    guidance::property(name, value, &defs, out);
    let mut check = PropertyCheck::new(name, classes, &defs);
    watch(&mut check, value);
    check.finish(out);
}

/// Returns `true` if a name begins with an underscore, which is a violation.
pub(super) fn reserved(name: &str, out: &mut Vec<Violation>) -> bool {
    let reserved = name.starts_with('_');
    if reserved {
        let message = format!(
            "`{}` begins with an underscore, and JupiterOne keeps those names for itself; drop the \
             underscore",
            excerpt(name)
        );
        out.push(Violation::upload(Code::E0302, name, message));
    }
    reserved
}

/// Lets a value pass by the check.
pub(super) fn watch(check: &mut PropertyCheck<'_>, value: &Value) {
    match value {
        Value::Array(items) => {
            check.array_begin();
            for item in items {
                match item {
                    Value::Array(_) | Value::Object(_) => check.object(),
                    scalar => watch(check, scalar),
                }
            }
            check.array_end();
        }
        Value::Object(_) => check.object(),
        Value::Null => check.scalar(Scalar::Null),
        Value::Bool(value) => check.scalar(Scalar::Bool(*value)),
        Value::String(text) => check.scalar(Scalar::Str(text)),
        Value::Number(number) => check.scalar(match (number.as_i128(), number.as_f64()) {
            (Some(whole), _) => Scalar::Int(whole),
            (None, number) => Scalar::Float(number.unwrap_or(f64::INFINITY)),
        }),
    }
}

/// Raw data is a list of `{name, rawData}`, each name once.
fn raw_data(value: &Value, out: &mut Vec<Violation>) {
    let sound = value.as_array().is_some_and(|entries| {
        let mut names = HashSet::new();
        entries.iter().all(|entry| {
            let name = entry.get("name").and_then(Value::as_str);
            entry.get("rawData").is_some() && name.is_some_and(|name| names.insert(name))
        })
    });
    if !sound {
        let message = "`_rawData` is not what JupiterOne takes; send a list of `{\"name\": .., \
                       \"rawData\": ..}`, each \
                       name once";
        out.push(Violation::upload(Code::E0215, "_rawData", message.to_owned()));
    }
}

/// Looks up a property in each class, for names that are known only at run time.
fn defs_of(classes: &[&'static ClassDef], name: &str) -> Vec<Option<&'static PropertyDef>> {
    classes.iter().map(|class| class.property(name)).collect()
}

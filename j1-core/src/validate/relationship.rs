//! Relationships that come as JSON. The data model has no schema for them: the rules are the service's.

use serde_json::{Map, Value};

use crate::error::Code;
use crate::model::{DATA_MODEL_VERSION, RELATIONSHIP_CLASSES, nearest};
use crate::validate::json::{key, reserved, ty, watch};
use crate::validate::violation::excerpt;
use crate::validate::{PropertyCheck, Violation, check_key_upload, guidance};

/// The members that say what a relationship is and joins.
const OWN_MEMBERS: [&str; 6] = ["_key", "_type", "_class", "_fromEntityKey", "_toEntityKey", "_mapping"];

/// Checks a relationship between two entities.
#[must_use]
pub fn relationship(relationship: &Map<String, Value>) -> Vec<Violation> {
    let mut out = Vec::new();
    common(relationship, &mut out);
    for end in ["_fromEntityKey", "_toEntityKey"] {
        if let Some(key) = relationship.get(end).and_then(Value::as_str).filter(|key| !key.is_empty()) {
            check_key_upload(end, key, &mut out);
        } else {
            let message = format!(
                "`{end}` is missing, empty or no string, and JupiterOne joins what it names; write the \
                 `_key` of the entity there"
            );
            out.push(Violation::upload(Code::E0502, end, message));
        }
    }
    out
}

/// Checks the rules that direct and mapped relationships share.
pub(super) fn common(relationship: &Map<String, Value>, out: &mut Vec<Violation>) {
    if let Some(key) = key(relationship, out) {
        check_key_upload("_key", key, out);
    }
    ty(relationship, out);
    verb(relationship, out);
    for (name, value) in relationship {
        if !OWN_MEMBERS.contains(&name.as_str()) && !reserved(name, out) {
            property(name, value, out);
        }
    }
}

fn verb(relationship: &Map<String, Value>, out: &mut Vec<Violation>) {
    let Some(verb) = relationship.get("_class").and_then(Value::as_str) else {
        let message = "`_class` is missing or no string, and JupiterOne refuses relationships without it; \
                       write one such as `HAS`";
        out.push(Violation::upload(Code::E0501, "_class", message.to_owned()));
        return;
    };
    if RELATIONSHIP_CLASSES.contains(&verb) {
        return;
    }
    let hint = nearest(verb, RELATIONSHIP_CLASSES.iter().copied()).map_or_else(
        || "write one it has, such as `HAS`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    let shown = excerpt(verb);
    out.push(if verb.chars().any(char::is_lowercase) || verb.is_empty() {
        let message =
            format!("`{shown}` is not a relationship class, which JupiterOne wants in upper case; {hint}");
        Violation::upload(Code::E0501, "_class", message)
    } else {
        let message =
            format!("`{shown}` is not a relationship class of data model {DATA_MODEL_VERSION}; {hint}");
        Violation::model(Code::E0501, "_class", message)
    });
}

/// Relationships hold only strings, numbers, booleans and null.
fn property(name: &str, value: &Value, out: &mut Vec<Violation>) {
    if value.is_array() || value.is_object() {
        let message = format!(
            "`{}` is an array or an object, and JupiterOne takes only strings, numbers, booleans and null \
             on a \
             relationship; put it on one of the two entities",
            excerpt(name)
        );
        out.push(Violation::upload(Code::E0505, name, message));
        return;
    }
    guidance::property(name, value, &[], out);
    let mut check = PropertyCheck::new(name, &[], &[]);
    watch(&mut check, value);
    check.finish(out);
}

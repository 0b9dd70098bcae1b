//! Mapped relationships: towards an entity that another integration owns.

use serde_json::{Map, Value};

use crate::error::Code;
use crate::validate::json::watch;
use crate::validate::relationship::common;
use crate::validate::violation::excerpt;
use crate::validate::{PropertyCheck, Violation, check_key_upload};

/// Checks a mapped relationship.
#[must_use]
pub fn mapped_relationship(relationship: &Map<String, Value>) -> Vec<Violation> {
    let mut out = Vec::new();
    common(relationship, &mut out);
    for end in ["_fromEntityKey", "_toEntityKey"] {
        if relationship.contains_key(end) {
            let message =
                format!("`{end}` stands beside `_mapping`, which says the ends for JupiterOne; remove it");
            out.push(Violation::upload(Code::E0601, end, message));
        }
    }
    match relationship.get("_mapping") {
        Some(Value::Object(members)) => mapping(members, &mut out),
        _ => malformed(&mut out, "`_mapping` is missing or no object"),
    }
    out
}

fn malformed(out: &mut Vec<Violation>, what: &str) {
    let message = format!(
        "{what}; JupiterOne takes a mapping of `sourceEntityKey`, `relationshipDirection`, \
         `targetFilterKeys` and `targetEntity`"
    );
    out.push(Violation::upload(Code::E0601, "_mapping", message));
}

fn mapping(members: &Map<String, Value>, out: &mut Vec<Violation>) {
    match members.get("sourceEntityKey") {
        Some(Value::String(key)) if !key.is_empty() => check_key_upload("_mapping", key, out),
        _ => malformed(out, "`sourceEntityKey` is missing"),
    }
    match members.get("relationshipDirection") {
        Some(Value::String(direction)) if direction == "FORWARD" || direction == "REVERSE" => {}
        _ => {
            let message = "`relationshipDirection` is missing or unknown to JupiterOne; write `FORWARD`, \
                           from the source to the \
                           target, or `REVERSE`";
            out.push(Violation::upload(Code::E0604, "_mapping", message.to_owned()));
        }
    }
    if members.get("skipTargetCreation").is_some_and(|skip| !skip.is_boolean()) {
        malformed(out, "`skipTargetCreation` is not a boolean");
    }
    let Some(Value::Object(target)) = members.get("targetEntity") else {
        malformed(out, "`targetEntity` is missing or no object");
        return;
    };
    target_entity(target, out);
    filter_keys(members.get("targetFilterKeys"), target, out);
}

fn target_entity(target: &Map<String, Value>, out: &mut Vec<Violation>) {
    let says = |name: &str| target.get(name).is_some_and(|value| !value.is_null());
    if !says("_type") && !says("_class") {
        let message =
            "the target has neither `_type` nor `_class`, so JupiterOne could take anything for it; add one"
                .to_owned();
        out.push(Violation::upload(Code::E0603, "_mapping", message));
    }
    if target.contains_key("_rawData") {
        let message = "the target carries `_rawData`, which JupiterOne refuses there; remove it".to_owned();
        out.push(Violation::upload(Code::E0601, "_mapping", message));
    }
    if target.get("_type").and_then(Value::as_str) == Some("cve") {
        let message =
            "the target is a `cve`, which JupiterOne links by itself; set `cveId` on the finding instead"
                .to_owned();
        out.push(Violation::upload(Code::E0605, "_mapping", message));
    }
    for (name, value) in target.iter().filter(|(name, _)| *name != "_rawData") {
        let mut check = PropertyCheck::new(name, &[], &[]);
        watch(&mut check, value);
        let first = out.len();
        check.finish(out);
        for violation in &mut out[first..] {
            violation.property = Some("_mapping".into());
        }
    }
}

fn filter_keys(keys: Option<&Value>, target: &Map<String, Value>, out: &mut Vec<Violation>) {
    let lists = keys.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if lists.is_empty() {
        malformed(out, "`targetFilterKeys` is missing or empty");
    }
    for list in lists {
        let names = list.as_array().map(Vec::as_slice).unwrap_or_default();
        if names.is_empty() {
            malformed(out, "`targetFilterKeys` is not a list of lists of property names, or one is empty");
        }
        for name in names {
            match name.as_str() {
                Some(name) if target.contains_key(name) => {}
                Some(name) => {
                    let message = format!(
                        "`targetFilterKeys` names `{}`, which the target does not carry, so JupiterOne \
                         cannot find it by that; add it there",
                        excerpt(name)
                    );
                    out.push(Violation::upload(Code::E0602, "_mapping", message));
                }
                None => malformed(out, "`targetFilterKeys` holds something that is not a property name"),
            }
        }
    }
}

//! A mapped relationship as it is sent.

use serde_json::{Map, Value as Json};

use crate::graph::{Emitter, EncodedRelationship, ObjectWriter, TargetMeta, Type};
use crate::validate::{Violation, mapped_relationship};

/// The members of an object, their violations, and the names of those that were cut.
struct Members {
    object: Map<String, Json>,
    violations: Vec<Violation>,
    withheld: Vec<Violation>,
    truncated: Vec<&'static str>,
}

/// A mapped relationship on its way to JupiterOne.
pub(crate) struct Mapping<'a> {
    pub ty: Type,
    pub class: &'static str,
    pub source: &'a str,
    pub direction: &'static str,
    pub target: &'static TargetMeta,
    pub write_target: &'a dyn Fn(&mut ObjectWriter),
    pub write_properties: &'a dyn Fn(&mut ObjectWriter),
}

impl Emitter {
    /// Writes a mapped relationship. What is wrong with it is found by the same rules as for JSON from elsewhere.
    pub(crate) fn mapped(&mut self, mapping: &Mapping<'_>) -> crate::Result<()> {
        let Members { object: target, mut violations, mut withheld, mut truncated } =
            self.members(mapping.write_target);
        let target = with_type_and_class(target, mapping.target);
        let key = mapping.key(&target);
        let type_name = self.type_name(mapping.ty);
        let own = self.members(mapping.write_properties);
        violations.extend(own.violations);
        withheld.extend(own.withheld);
        truncated.extend(own.truncated);
        let mut object = own.object;
        for (name, value) in [("_key", &*key), ("_type", &*type_name), ("_class", mapping.class)] {
            object.insert(name.to_owned(), value.into());
        }
        if !mapping.ty.is_custom() {
            object.insert("displayName".to_owned(), mapping.class.into());
        }
        object.insert("_mapping".to_owned(), mapping.json(&target));
        add_new(&mut violations, mapped_relationship(&object));
        let json = serde_json::to_vec(&object)?;
        let relationship = EncodedRelationship {
            ty: mapping.ty,
            type_name: &type_name,
            key: &key,
            json: &json,
            // The other end is JupiterOne's to find.
            ends: (mapping.source, mapping.source),
            expected: false,
            truncated: &truncated,
            withheld: &withheld,
        };
        self.send_relationship(&relationship, &violations)
    }

    /// The members that this writes, what is wrong with them, and those that were cut.
    fn members(&mut self, write: &dyn Fn(&mut ObjectWriter)) -> Members {
        let writer = self.writer();
        writer.begin();
        write(writer);
        writer.finish();
        // A writer writes one JSON object.
        Members {
            object: serde_json::from_slice(writer.bytes()).unwrap_or_default(),
            violations: std::mem::take(writer.violations()),
            withheld: std::mem::take(writer.withheld()),
            truncated: writer.truncated().to_vec(),
        }
    }
}

impl Mapping<'_> {
    fn json(&self, target: &Map<String, Json>) -> Json {
        serde_json::json!({
            "sourceEntityKey": self.source,
            "relationshipDirection": self.direction,
            "targetFilterKeys": self.target.filter_keys,
            "targetEntity": target,
            "skipTargetCreation": self.target.skip_creation,
        })
    }

    fn key(&self, target: &Map<String, Json>) -> String {
        let far = found_by(self.direction, target, self.target.filter_keys);
        format!("{}|{}|{far}", self.source, self.class.to_ascii_lowercase())
    }
}

fn with_type_and_class(mut target: Map<String, Json>, meta: &TargetMeta) -> Map<String, Json> {
    if let Some(ty) = meta.ty {
        target.insert("_type".to_owned(), ty.into());
    }
    match meta.classes {
        [] => {}
        [one] => drop(target.insert("_class".to_owned(), one.name.into())),
        all => {
            let names: Vec<&str> = all.iter().map(|class| class.name).collect();
            target.insert("_class".to_owned(), names.into());
        }
    }
    target
}

/// Adds what has not been said yet.
fn add_new(violations: &mut Vec<Violation>, more: Vec<Violation>) {
    for violation in more {
        if violations.iter().all(|said| said.code != violation.code) {
            violations.push(violation);
        }
    }
}

/// Returns the text that stands for the target in the key: its own `_key`, or the values it is found by, as the official SDK
/// writes them.
fn found_by(direction: &str, target: &Map<String, Json>, filter_keys: &[&[&str]]) -> String {
    if let Some(Json::String(key)) = target.get("_key") {
        return key.clone();
    }
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let lists = filter_keys.iter().map(|list| {
        let pairs =
            list.iter().filter_map(|name| target.get(*name).map(|value| format!("{name}={}", text(value))));
        pairs.collect::<Vec<_>>().join(":")
    });
    format!("{direction}:{}", lists.collect::<Vec<_>>().join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_named_by_its_key_or_by_what_finds_it() {
        let target = |json: &str| serde_json::from_str::<Map<String, Json>>(json).expect("an object");
        let by_key = target(r#"{"_type":"aws_iam_role","_key":"arn:x"}"#);
        assert_eq!(found_by("FORWARD", &by_key, &[&["_type", "_key"]]), "arn:x");
        let by_mail = target(r#"{"_class":"Person","email":"e@x"}"#);
        assert_eq!(found_by("REVERSE", &by_mail, &[&["_class", "email"]]), "REVERSE:_class=Person:email=e@x");
    }
}

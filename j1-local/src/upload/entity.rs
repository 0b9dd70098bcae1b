//! One uploaded entity.

use std::mem::discriminant;

use serde_json::{Map, Value};

use super::members::{Member, Text};
use super::{
    Kind, Raw, Reading, Uploaded, is_plain_key, is_plain_scalar, list_raw_data, raw_data, remove_text,
    take_text,
};
use crate::canonical;
use crate::store::SyncMode;
use crate::validation::{self, Refusal};

/// One uploaded entity, ready to be staged.
#[derive(Debug)]
pub struct Entity {
    /// Empty when a PATCH or an OVERRIDE names the entity by `_id` alone.
    pub key: String,
    pub uid: String,
    /// Its place in the batch's list; `None` when one of them sends no `_type` or no `_class`.
    pub kind: Option<usize>,
    pub hash: i64,
    /// JSONB.
    pub props: Vec<u8>,
    pub raw: Vec<Raw>,
}

/// The rules about required properties, which a PATCH or an OVERRIDE of an existing entity need not meet.
const REQUIRED: [&str; 4] = ["J1-E0102", "J1-E0104", "J1-E0201", "J1-E0401"];

impl Entity {
    /// Hashes the parts by which two versions of an entity are compared.
    pub fn hash(kind: &Kind, props: &str) -> i64 {
        canonical::hash([kind.type_name.as_str(), &kind.class, props])
    }
}

impl Uploaded for Entity {
    fn read_plain(reading: &mut Reading<'_>, members: &[(Text<'_>, Member<'_>)]) -> Option<Self> {
        let Reading { reader, kinds, shapes, spelling, parts, class } = reading;
        let (mut key, mut type_name) = (None, None);
        class.clear();
        let mut names = 0;
        spelling.begin();
        for (name, value) in members {
            let name = name.as_str();
            if name.starts_with('_') {
                match (name, value) {
                    ("_key", Member::Text(text)) => key = Some(text.as_str()),
                    ("_type", Member::Text(text)) => type_name = Some(text.as_str()),
                    ("_class", Member::Text(text)) => put_class(text.as_str(), class)?,
                    ("_class", Member::List(classes)) => match classes.as_slice() {
                        [Member::Text(text)] => put_class(text.as_str(), class)?,
                        _ => return None,
                    },
                    _ => return None,
                }
                continue;
            }
            if matches!(name, "name" | "displayName") {
                if !matches!(value, Member::Text(_)) {
                    return None;
                }
                names += 1;
            }
            if !is_plain_property(value) {
                return None;
            }
            spelling.name(name);
            spelling.member(value);
        }
        spelling.end();
        let key = key.filter(|key| is_plain_key(key))?;
        let type_name = type_name.filter(|name| !name.is_empty())?;
        if names < 2 || class.is_empty() || reader.mode != SyncMode::Diff {
            return None;
        }
        shapes.note(type_name, members.iter().map(|(name, _)| name.as_str()));
        parts.clear();
        [type_name, class, spelling.json()].into_iter().for_each(|part| parts.push(part));
        Some(Self {
            key: key.to_owned(),
            uid: reader.entity_uid(key),
            kind: Some(kinds.place(type_name, class)),
            hash: parts.hash(),
            props: spelling.jsonb(),
            raw: Vec::new(),
        })
    }

    fn read(reading: &mut Reading<'_>, mut object: Map<String, Value>) -> Result<Self, Vec<Refusal>> {
        let Reading { reader, kinds, shapes, spelling, .. } = reading;
        if let Some(type_name) = object.get("_type").and_then(Value::as_str) {
            shapes.note(type_name, object.keys().map(String::as_str));
        }
        let id = if reader.mode.is_of_parts() { remove_text(&mut object, "_id") } else { None };
        list_raw_data(&mut object);
        let mut refusals = validation::entity(&object);
        if reader.mode.is_of_parts() {
            refusals.retain(|refusal| !REQUIRED.contains(&refusal.code));
            if id.is_none() && !object.contains_key("_key") {
                refusals.push(unnamed());
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let raw = raw_data(object.remove("_rawData"));
        spelling.object(&object);
        // An `_id` names the entity whatever key came with it.
        let key = if id.is_some() { None } else { take_text(&mut object, "_key") }.unwrap_or_default();
        let kind = kind(&mut object);
        let uid = id.unwrap_or_else(|| reader.entity_uid(&key));
        let hash = kind.as_ref().map_or(0, |kind| Self::hash(kind, spelling.json()));
        let kind = kind.map(|kind| kinds.place(&kind.type_name, &kind.class));
        Ok(Self { key, uid, kind, hash, props: spelling.jsonb(), raw })
    }
}

/// `"User"` and `["User"]` are the same class.
fn kind(object: &mut Map<String, Value>) -> Option<Kind> {
    let type_name = take_text(object, "_type")?;
    let class = match object.remove("_class")? {
        Value::String(class) => Value::from(vec![class]),
        other => other,
    };
    Some(Kind { type_name, class: canonical::value(&class) })
}

/// Writes a list of one class as JSON, if that has no escapes.
fn put_class(class: &str, out: &mut String) -> Option<()> {
    canonical::is_plain(class).then(|| ["[\"", class, "\"]"].into_iter().for_each(|part| out.push_str(part)))
}

/// Returns `true` if no upload rule could refuse the value of a property.
fn is_plain_property(value: &Member<'_>) -> bool {
    let Member::List(items) = value else { return is_plain_scalar(value) };
    let Some(first) = items.first() else { return true };
    // To JupiterOne, all numbers are of one type.
    items.iter().all(|item| is_plain_scalar(item) && discriminant(item) == discriminant(first))
}

fn unnamed() -> Refusal {
    Refusal { code: "J1-E0401", message: "names no entity; send its `_key` or its `_id`".to_owned() }
}

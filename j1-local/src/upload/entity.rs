//! One uploaded entity.

use serde_json::{Map, Value};

use super::{Kind, Kinds, Raw, Reader, list_raw_data, props, raw_data, remove_text, take_text};
use crate::canonical;
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
    pub(super) fn read(
        reader: &Reader,
        kinds: &mut Kinds,
        mut object: Map<String, Value>,
    ) -> Result<Self, Vec<Refusal>> {
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
        let (text, props) = props(&object);
        // An `_id` names the entity whatever key came with it.
        let key = if id.is_some() { None } else { take_text(&mut object, "_key") }.unwrap_or_default();
        let kind = kind(&mut object);
        let uid = id.unwrap_or_else(|| reader.entity_uid(&key));
        let hash = kind.as_ref().map_or(0, |kind| Self::hash(kind, &text));
        let kind = kind.map(|kind| kinds.place(kind));
        Ok(Self { key, uid, kind, hash, props, raw })
    }

    /// Hashes the parts by which two versions of an entity are compared.
    pub fn hash(kind: &Kind, props: &str) -> i64 {
        canonical::hash([kind.type_name.as_str(), &kind.class, props])
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

fn unnamed() -> Refusal {
    Refusal { code: "J1-E0401", message: "names no entity; send its `_key` or its `_id`".to_owned() }
}
